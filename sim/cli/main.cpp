// The `concordat` program: flags in, a verb of sim/app out.
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "protocols/registry.hpp"
#include "sim/app/app.hpp"
#include "sim/base/file.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/explore/hash.hpp"

namespace {

using namespace concordat;

std::atomic<int> interrupt_count = 0;  // NOLINT: a signal handler has nothing else
static_assert(std::atomic<int>::is_always_lock_free, "it is used in a signal handler");

/// The first Ctrl-C asks for the report, the second ends the program.
extern "C" void on_interrupt(int /*signal*/) {
  if (++interrupt_count > 1) _exit(app::interrupted);
}

struct Look {
  std::string colour = "auto";
  bool ascii = false;
  int width = 0;
  bool details = false;
  bool json = false;
};

int terminal_width() {
  const char* columns = std::getenv("COLUMNS");  // NOLINT(concurrency-mt-unsafe): one thread here
  const int width = columns == nullptr ? 0 : std::atoi(columns);
  return width > 0 ? width : 100;
}

bool speaks_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr || *value == '\0') continue;
    const std::string locale{value};
    return locale.find("UTF-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return isatty(STDOUT_FILENO) == 0;  // into a file or pipe: plain UTF-8
}

app::Terminal make_terminal(const Look& look) {
  const bool tty = isatty(STDOUT_FILENO) != 0;
  app::Terminal terminal{std::cin,
                         std::cout,
                         std::cerr,
                         {},
                         look.json,
                         isatty(STDERR_FILENO) != 0,
                         isatty(STDIN_FILENO) != 0,
                         [] { return interrupt_count > 0; },
                         explore_all,
                         "explorer"};
  const bool no_colour = std::getenv("NO_COLOR") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  terminal.text.colour = look.colour == "always" || (look.colour == "auto" && tty && !no_colour);
  terminal.text.unicode = !look.ascii && speaks_unicode();
  terminal.text.width = look.width > 0 ? look.width : terminal_width();
  terminal.text.details = look.details;
  return terminal;
}

void add_look(CLI::App& verb, Look& look) {
  verb.add_flag("--json", look.json, "machine-readable output on standard output");
  verb.add_option("--colour,--color", look.colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

void add_drawing(CLI::App& verb, Look& look) {
  verb.add_flag("--ascii", look.ascii, "no characters beyond ASCII");
  verb.add_option("--width", look.width, "columns (default: the terminal's, or 100)")
      ->check(CLI::Range(40, 1000));
  verb.add_flag("--details", look.details, "every field that changes");
}

void add_variant(CLI::App& verb, app::Source& source) {
  verb.add_option("--variant",
                  source.variant,
                  "of a file with several scenarios the one of this label (default: the first)")
      ->type_name("LABEL");
}

void add_source(CLI::App& verb, app::Source& source, const std::string& what) {
  verb.add_option("file", source.file, what);
  add_variant(verb, source);
  const std::string group = "Instead of a file, or on top of it";
  verb.add_option("--protocol", source.protocol, "a name from `concordat list`")->group(group);
  verb.add_option_function<std::string>(
          "--participants",
          [&source](const std::string& n) { source.processes.push_back("participants=" + n); },
          "number of participants")
      ->group(group);
  verb.add_option("--processes", source.processes, "role=count, for any role")
      ->group(group)
      ->take_all();
  verb.add_option("--profile",
                  source.profile,
                  "a named set of options, see `concordat list`; without a file, the first one")
      ->group(group);
  verb.add_option("--option", source.options, "name=value, an option of the protocol")
      ->group(group)
      ->take_all();
  verb.add_option("--votes", source.votes, "p1=no, or `any` to leave every vote open")
      ->group(group)
      ->take_all();
  verb.add_option("--bound", source.bounds, "name=k, how far a counter of the protocol may go")
      ->group(group)
      ->take_all();
  verb.add_option("--transactions", source.transactions, "how many run at the same time")
      ->group(group);
  verb.add_option("--delivery", source.delivery, "unordered, fifo or duplicating")->group(group);
  verb.add_option("--copies", source.copies, "equal messages in flight: set, bag, or a number")
      ->group(group);
}

void add_timing(CLI::App& verb, app::Source& source) {
  const std::string group = "A timed run";
  verb.add_option(
          "--seed,--seeds",
          source.seeds,
          "of all that is drawn (default: 1); 1..1000 makes as many runs, with their figures")
      ->group(group);
  verb.add_option("--latency", source.latency, "of messages: 5ms, or '{exponential: 5ms}'")
      ->group(group);
  verb.add_option("--force", source.force, "how long a log takes to be stable")->group(group);
  verb.add_option("--timeout", source.timeouts, "name=duration, of a timer")
      ->group(group)
      ->take_all();
  verb.add_option("--limit", source.limit, "the run ends after so much virtual time")->group(group);
  verb.add_flag("--random-faults",
                source.random_faults,
                "crashes, partitions, pauses, losses, duplicates and delays, drawn from the seed")
      ->group(group);
}

void add_budget(CLI::App& verb, app::Source& source) {
  const std::string group = "What is explored (a count, or `unlimited`)";
  verb.add_option("--faults",
                  source.faults,
                  "a fault class instead of single budgets: F0, ..., F11 (`concordat list`)")
      ->group(group);
  verb.add_option("--crashes", source.crashes, "crashes of nodes, inside steps too")->group(group);
  verb.add_option("--recoveries", source.recoveries, "recoveries of crashed nodes")->group(group);
  verb.add_option("--losses", source.losses, "lost messages")->group(group);
  verb.add_option("--duplicates", source.duplicates, "messages delivered once more")->group(group);
  verb.add_option("--partitions", source.partitions, "partitions of the network")->group(group);
  verb.add_flag("--business",
                source.business,
                "each voter takes one of ten goods, each consumer adds one")
      ->group(group);
  verb.add_option("--pauses", source.pauses, "nodes that stop for a while")->group(group);
  verb.add_option("--early-timeouts",
                  source.early_timeouts,
                  "timers that fire before they are due; the others wait (see --timing)")
      ->group(group);
  verb.add_flag(
          "--operators", source.operators, "operator actions and client retries, at any moment")
      ->group(group);
  verb.add_option("--crash-only", source.crash_only, "nodes that may crash (default: all)")
      ->group(group)
      ->delimiter(',');
  verb.add_option("--timing", source.timing, "asynchronous (default) or synchronous")->group(group);
  verb.add_option(
          "--tail", source.tail, "unforced log records after a crash: any (default), kept or lost")
      ->group(group);
  verb.add_option(
          "--crash-points", source.crash_points, "cuts (default: inside steps too) or steps")
      ->group(group);
  verb.add_option("--property", source.properties, "judge only these, by name or code")
      ->group(group)
      ->delimiter(',');
}

constexpr const char* search_group = "How to search";

void add_goals(CLI::App& verb, app::CheckOptions& options) {
  app::Source& source = options.source;
  const std::string group = "What is explored (a count, or `unlimited`)";
  verb.add_option("--reachable",
                  source.reachable,
                  "also look for a run to this: \"p2 blocks\", \"p1 commits and p2 in doubt\"")
      ->group(group)
      ->allow_extra_args(false);
  CLI::Option* why_not =
      verb.add_flag(
              "--why-not",
              options.why_not,
              "of each goal that is unreachable: the nearest states, and the smallest changes of "
              "the question that reach it")
          ->group(group);
  verb.add_option("--most", options.most, "with --why-not: how many changes at once")
      ->needs(why_not)
      ->capture_default_str()
      ->check(CLI::Range(0, 10))
      ->group(group);
}

/// How hard to search, whatever is asked.
void add_search(CLI::App& verb, app::Source& source, app::Effort& effort) {
  const char* group = search_group;
  verb.add_flag("--symmetry", source.symmetry, "interchangeable processes are all alike")
      ->group(group);
  verb.add_flag("--partial-order",
                source.partial_order,
                "one order for all orders of events that do not disturb each other")
      ->group(group);
  verb.add_flag("--exact", effort.exact, "remember states, not fingerprints of them")->group(group);
  verb.add_option("--threads", effort.threads, "at the same time (default: 1)")
      ->check(CLI::Range(1, 1024))
      ->group(group);
  verb.add_option("--max-states", source.max_states, "give up after so many states")->group(group);
  verb.add_option("--max-depth", source.max_depth, "give up after so many steps in a row")
      ->group(group);
  verb.add_option("--max-time,--max-seconds", effort.max_time, "give up after, such as 30s or 2min")
      ->group(group);
  verb.add_option("--max-memory", effort.max_memory, "give up beyond, such as 4GiB")->group(group);
}

/// In which order, and how a long search goes on later.
void add_order(CLI::App& verb, app::CheckOptions& options) {
  app::Source& source = options.source;
  const char* group = search_group;
  verb.add_option("--order",
                  source.order,
                  "breadth-first (default), fewest-faults, depth-first; samples: random-walk, pct")
      ->group(group);
  verb.add_option("--walks", source.walks, "of a sample: how many runs")->group(group);
  verb.add_option("--walk-steps", source.walk_steps, "of a sample: the longest run")->group(group);
  verb.add_option("--changes", source.changes, "of pct: changes of priority in a run")
      ->group(group);
  verb.add_option("--seed", source.sample_seed, "of a sample: what it draws (default: 1)")
      ->group(group);
  verb.add_option("--checkpoint-every",
                  options.effort.checkpoint_every,
                  "how often it is written (default: 1min), and when the check is stopped")
      ->group(group);
  verb.add_option(
          "--checkpoint", options.effort.checkpoint, "a file to go on from after an interruption")
      ->type_name("FILE")
      ->group(group);
}

void add_analysis(CLI::App& verb, app::AnalyseOptions& options) {
  verb.add_option("--max-states", options.source.max_states, "give up after so many states");
  verb.add_option("--trace",
                  options.trace_file,
                  "also write the scenario's run, as a trace that says what is still possible")
      ->type_name("FILE");
  verb.add_option("--dot", options.dot_file, "also draw the graph, for Graphviz, into this file")
      ->type_name("FILE");
  verb.add_option("--draw",
                  options.extent,
                  "full (default); run: the scenario's own run and what else could have happened "
                  "in it; choices: where the outcome is open")
      ->check(CLI::IsMember({"full", "run", "choices"}));
  verb.add_option("--max-drawn", options.max_drawn, "refuse to draw more states (default: 400)")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("N");
}

void add_faults(CLI::App& verb, app::FaultsOptions& options) {
  add_source(verb, options.source, "scenario file");
  add_budget(verb, options.source);
  add_search(verb, options.source, options.effort);
  verb.add_option(
          "--most", options.most, "of `unlimited` faults: try 0, 1, ... so many, then any number")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  verb.add_option("--save", options.save, "write each run, as a scenario, into this folder");
  verb.footer(
      "Which combinations of faults within the budget break a property, while everything smaller\n"
      "keeps it? Crashes of two roles are different faults. Delays (asynchronous timing) and lost\n"
      "log tails count as one fault each. The robustness number says how many faults the property\n"
      "stands, whichever they are. Breaking combinations are what is looked for, and no failure:\n"
      "the exit code is 3 if it is unknown of some combination whether it breaks a property.");
}

void add_test(CLI::App& verb, app::TestOptions& options) {
  verb.add_option("paths", options.paths, "scenario files, or folders with *.yaml files")
      ->required();
  verb.add_option("--filter",
                  options.filters,
                  "only what --list calls by a path and label with TEXT in it (if given several "
                  "times, with any of them)")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  verb.add_option("--exclude", options.excludes, "nothing whose path and label contain TEXT")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  verb.add_option("-j,--jobs", options.jobs, "blocks at the same time (default: one for each core)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000).description(""));
  verb.add_flag("--list", options.list, "print what would be tested, and test nothing");
  verb.add_option("--junit", options.junit_file, "also write the results, as JUnit XML, to FILE")
      ->type_name("FILE");
}

void add_matrix(CLI::App& verb, app::MatrixOptions& options) {
  verb.add_option("--protocol", options.protocols, "only this one (can be given several times)");
  verb.add_option("--profile", options.profiles, "only profiles of this name");
  verb.add_option("--faults", options.classes, "only this fault class");
  verb.add_option("--property", options.properties, "only this property: UA, NB, ...");
  verb.add_option("--participants", options.participants, "how many vote")
      ->capture_default_str()
      ->check(CLI::Range(1, 16));
  verb.add_option("--option", options.options, "name=value, on top of each profile");
  verb.add_option("--bound", options.bounds, "name=k, how far a counter may go where there is one");
  verb.add_option("--max-states", options.max_states, "of each search")->capture_default_str();
  verb.add_option("--max-time", options.max_time, "of each search")->capture_default_str();
  verb.add_flag("--partial-order", options.partial_order, "one order of independent events only");
  verb.add_flag(
      "!--once",
      options.again,
      "do not ask again, with fewer orders and lower bounds, what a limit leaves unknown");
  verb.add_option("-j,--jobs", options.jobs, "searches at once (default: one for each core)")
      ->check(CLI::Range(1, 1000).description(""));
  verb.add_option("--folder",
                  options.folder,
                  "keep cells and counterexamples there, and go on from what is there");
  verb.add_option("--format", options.format, "what is printed")
      ->check(CLI::IsMember({"text", "markdown", "csv", "json"}));
  verb.add_option("--explain", options.explain, "one cell: PROTOCOL[/PROFILE]:CLASS:PROPERTY");
  verb.footer(
      "Each cell is a search of its own: every schedule within the fault class, with open votes.\n"
      "The exit code is 0 when all cells are known, and 3 when some are unknown.");
}

void add_bench(CLI::App& verb, app::BenchOptions& options) {
  app::Source& source = options.source;
  verb.add_option("paths", options.paths, "files with `bench:`, or folders with *.yaml files");
  const std::string flags = "Instead of a file, or on top of it";
  verb.add_option("--protocol", source.protocol, "without a file: a name from `concordat list`")
      ->group(flags);
  verb.add_option("--profile", source.profile, "a named set of options")->group(flags);
  verb.add_option("--option", source.options, "name=value, an option of the protocol")
      ->group(flags)
      ->allow_extra_args(false);
  verb.add_option("--processes", source.processes, "role=count, for any role")
      ->group(flags)
      ->allow_extra_args(false);
  verb.add_option_function<std::string>(
          "--participants",
          [&source](const std::string& n) { source.processes.push_back("participants=" + n); },
          "number of participants")
      ->group(flags);
  verb.add_option("--latency", source.latency, "of messages: 5ms, or '{exponential: 5ms}'")
      ->group(flags);
  verb.add_option("--force", source.force, "how long a log takes to be stable")->group(flags);
  verb.add_option("--timeout", source.timeouts, "name=duration, of a timer")
      ->group(flags)
      ->allow_extra_args(false);
  verb.add_option("--limit", source.limit, "a run ends after so much virtual time")->group(flags);
  verb.add_option("--seed,--seeds", source.seeds, "7, or 1..5: a run for each")->group(flags);
  verb.add_option("--transactions", source.measured, "how many are measured")->group(flags);
  verb.add_option("--compare", source.compare, "protocols, as a,b/profile: instead of the file's")
      ->group(flags)
      ->delimiter(',')
      ->allow_extra_args(false);
  verb.add_option("--measures", source.measures, "the columns: a,b; see --list-measures")
      ->group(flags)
      ->delimiter(',')
      ->allow_extra_args(false);
  verb.add_option("--set",
                  source.settings,
                  "PLACE=VALUE, such as bench.skew=0.9: any place of the file, as `sweep` names it")
      ->group(flags)
      ->allow_extra_args(false);
  verb.add_option("-j,--jobs", options.jobs, "runs at the same time (default: one for each core)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000).description(""));
  verb.add_option("--format", options.format, "what is printed")
      ->check(CLI::IsMember({"text", "markdown", "csv", "json"}));
  verb.add_option("--out", options.folder, "write NAME.csv, NAME.json and NAME.md of each file")
      ->type_name("FOLDER");
  verb.add_flag("--check", options.check, "only the files with `resembles`, and only its checks");
  verb.add_flag("--list-measures", options.list_measures, "what can be measured");
  verb.add_flag("-q,--quiet", options.quiet, "print only checks that fail or are unknown");
  verb.footer(
      "Each scenario of a file runs under each protocol that it compares, once for each seed.\n"
      "The exit code is 1 if a check of `resembles` fails, and 3 if one cannot be judged.");
}

/// This very program, by its bytes; "" where the system does not show them.
std::string program_id() {
  constexpr std::size_t bytes_max = std::size_t{1} << 30U;
  const auto bytes = read_text_file("/proc/self/exe", bytes_max);
  return bytes ? fmt::format("{:016x}", explore::hash_bytes(*bytes, 1)) : "";
}

void add_cost(CLI::App& verb, app::CostOptions& options) {
  verb.add_option("--protocol", options.protocols, "only this one (can be given several times)");
  verb.add_option("--profile", options.profiles, "only profiles of this name");
  verb.add_option("--run", options.runs, "only commit, one_no, all_read or client_abort");
  verb.add_option("--participants", options.participants, "how many vote: 3, or 2..8")
      ->capture_default_str();
  verb.add_option("--option", options.options, "name=value or f=0..3, on top of each profile");
  verb.add_option("--format", options.format, "what is printed")
      ->check(CLI::IsMember({"text", "markdown", "csv", "json"}));
  verb.footer(
      "Counts one run without failures for each line. Beside a count stands the formula that was\n"
      "published: N are the participants, F is the option `f`. The exit code is 1 if they differ\n"
      "and the protocol gives no reason.");
}

struct Verbs {
  Look look;
  app::RunOptions run;
  app::CheckOptions check;
  app::FaultsOptions faults;
  app::AnalyseOptions analyse;
  app::MatrixOptions matrix;
  app::CostOptions cost;
  app::TestOptions test;
  app::BenchOptions bench;
  app::Source explain;
  std::string language = "en";  // of explain
  app::Source step;
  app::Source replay;
};

/// Declares the verbs. RETURNS: a function that runs the chosen one.
std::function<int(const Registry&)> declare(CLI::App& program, Verbs& v) {
  CLI::App* run = program.add_subcommand("run", "run a scenario and draw what happens");
  add_source(*run, v.run.source, "scenario file");
  run->add_option("--trace", v.run.trace_file, "also write the trace, as JSON, to this file");
  run->add_option("--save", v.run.save_file, "also write the run as a scenario with a schedule");
  run->add_option("--format", v.run.format, "what is printed")
      ->check(CLI::IsMember({"text", "json", "mermaid", "plantuml", "shiviz"}));
  run->add_flag("-q,--quiet", v.run.quiet, "say only whether the expectations are met");
  add_timing(*run, v.run.source);
  run->add_option("-j,--jobs", v.run.jobs, "threads for many seeds (default: all)")
      ->check(CLI::Range(1, 1024))
      ->group("A timed run");
  run->add_flag("--verify-determinism", v.run.verify_determinism, "run twice, compare every byte");
  CLI::App* check = program.add_subcommand("check", "explore every schedule within a fault budget");
  add_source(*check, v.check.source, "scenario file");
  add_budget(*check, v.check.source);
  add_goals(*check, v.check);
  add_search(*check, v.check.source, v.check.effort);
  add_order(*check, v.check);
  check->add_option("--save",
                    v.check.save,
                    "write counterexamples and runs to goals, as scenarios, into this folder");
  check->add_flag(
      "--coverage", v.check.coverage, "every kind of step that was exercised, or never");
  CLI::App* faults =
      program.add_subcommand("faults", "find the smallest combinations of faults that break it");
  add_faults(*faults, v.faults);
  CLI::App* analyse = program.add_subcommand(
      "analyse", "what can still be decided in each state, what decides, and Skeen's conditions");
  add_source(*analyse, v.analyse.source, "scenario file");
  add_budget(*analyse, v.analyse.source);
  add_analysis(*analyse, v.analyse);
  CLI::App* matrix =
      program.add_subcommand("matrix", "the verdicts: protocol by fault class by property");
  add_matrix(*matrix, v.matrix);
  CLI::App* cost = program.add_subcommand(
      "cost", "messages, delays and log writes, beside the formulas of the literature");
  add_cost(*cost, v.cost);
  CLI::App* bench =
      program.add_subcommand("bench", "run many transactions under several protocols, and measure");
  add_bench(*bench, v.bench);
  CLI::App* test = program.add_subcommand("test", "run and check every block of many scenarios");
  add_test(*test, v.test);
  CLI::App* explain =
      program.add_subcommand("explain", "tell a scenario's run, or a trace, in words");
  add_source(*explain, v.explain, "scenario or trace file");
  add_timing(*explain, v.explain);
  explain->add_option("--language", v.language, "en or zh (default: en, whatever the locale)")
      ->check(CLI::IsMember({"en", "zh"}));
  CLI::App* step = program.add_subcommand("step", "be the scheduler: choose each step yourself");
  add_source(*step, v.step, "scenario file");
  CLI::App* replay =
      program.add_subcommand("replay", "run a trace or schedule again and compare every byte");
  replay->add_option("file", v.replay.file, "trace or scenario file")->required();
  add_variant(*replay, v.replay);
  CLI::App* list =
      program.add_subcommand("list", "protocols with their options, fault classes, and properties");
  for (CLI::App* verb :
       {run, check, faults, analyse, matrix, cost, bench, test, explain, step, replay, list})
    add_look(*verb, v.look);
  for (CLI::App* verb : {run, step})
    add_drawing(*verb, v.look);
  program.require_subcommand(1);

  return [=, &v](const Registry& registry) {
    app::Terminal terminal = make_terminal(v.look);
    if (*run) return app::run_command(registry, v.run, terminal);
    if (*check) return app::check_command(registry, v.check, terminal);
    if (*faults) return app::faults_command(registry, v.faults, terminal);
    if (*analyse) return app::analyse_command(registry, v.analyse, terminal);
    if (*matrix) {
      v.matrix.program = program_id();
      return app::matrix_command(registry, v.matrix, terminal);
    }
    if (*cost) return app::cost_command(registry, v.cost, terminal);
    if (*bench) return app::bench_command(registry, v.bench, terminal);
    if (*test) return app::test_command(registry, v.test, terminal);
    if (*explain)
      return app::explain_command(
          registry,
          v.explain,
          v.language == "zh" ? trace::Language::chinese : trace::Language::english,
          terminal);
    if (*step) return app::step_command(registry, v.step, terminal);
    if (*replay) return app::replay_command(registry, v.replay, terminal);
    return app::list_command(registry, terminal);
  };
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program{"Concordat: a laboratory for atomic commit", "concordat"};
  program.footer(
      "Exit codes: 0 as expected, 1 violated, 2 wrong use or file, 3 unknown (a limit was hit),\n"
      "70 internal error, 130 after Ctrl-C.");
  Verbs verbs;
  const auto run = declare(program, verbs);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return program.exit(help);
  } catch (const CLI::ParseError& error) {
    program.exit(error);
    return app::usage;
  }
  std::signal(SIGINT, on_interrupt);
  const int code = run(all_protocols());
  if (std::cout.flush()) return code;
  std::cerr << "error: the output could not be written\n";
  return app::worse(app::usage, code);
}
