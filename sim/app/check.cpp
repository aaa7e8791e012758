// check: every schedule within a budget.
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sys/resource.h>

#include "sim/app/app.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/progress.hpp"
#include "sim/base/file.hpp"
#include "sim/scenario/write.hpp"
#include "sim/trace/text.hpp"

namespace concordat::app {

namespace {

std::string count_text(int budget) {
  return budget == Budget::unlimited ? "unlimited" : std::to_string(budget);
}

std::vector<std::string> names_in(std::uint32_t nodes, const Setup& setup) {
  std::vector<std::string> names;
  for (int node = 0; node < setup.node_count(); ++node)
    if ((nodes >> static_cast<unsigned>(node) & 1U) != 0)
      names.push_back(setup.nodes[static_cast<std::size_t>(node)]);
  return names;
}

/// ` (c, p1; at most 1 of c)`: who may crash, unless it is everybody as often as the budget says.
std::string crashing_text(const Budget& budget, const Setup& setup) {
  const auto who = names_in(budget.may_crash, setup);
  std::string out;
  if (std::ssize(who) < setup.node_count()) out = fmt::format("{}", fmt::join(who, ", "));
  for (const CrashLimit& limit : budget.crash_limits)
    if (limit.nodes != 0)
      out += fmt::format("{}at most {} of {}",
                         out.empty() ? "" : "; ",
                         limit.crashes,
                         fmt::join(names_in(limit.nodes, setup), ", "));
  return out.empty() ? "" : " (" + out + ")";
}

/// `F6`, or nothing if the budget has no name.
std::string class_of(const Exploration& x) {
  const auto& explore = x.scenario.explore;
  return explore && explore->faults ? explore->faults->value : "";
}

/// `crashes 1, recoveries 1`: what may happen; "no fault" if nothing may.
std::string budget_text(const Budget& budget, const Setup& setup) {
  std::string out;
  const auto add = [&](const char* name, int count) {
    if (count != 0) out += (out.empty() ? "" : ", ") + std::string(name) + " " + count_text(count);
  };
  add("crashes", budget.crashes);
  if (budget.crashes != 0) out += crashing_text(budget, setup);
  add("recoveries", budget.recoveries);
  add("losses", budget.losses);
  add("duplicates", budget.duplicates);
  add("partitions", budget.partitions);
  add("pauses", budget.pauses);
  if (budget.partitions != 0) out += budget.heal ? ", healed" : ", never healed";
  if (budget.one_way) out += ", one-way cuts too";
  return out.empty() ? "no fault" : out;
}

std::string rules_text(const Rules& rules) {
  return fmt::format("timing {}, delivery {}, copies {}, log tail {}, crash points {}",
                     enum_name(rules.timing),
                     enum_name(rules.delivery),
                     describe_copies(rules),
                     enum_name(rules.tail),
                     enum_name(rules.crash_points));
}

/// The most memory that the program has used so far. UNITS: bytes.
std::int64_t memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

nlohmann::ordered_json to_json(const Exploration& x, const Terminal& terminal, double seconds) {
  const CheckResult& result = x.result;
  nlohmann::ordered_json json;
  json["format"] = "concordat-result/1";
  json["scenario"] = x.scenario.name.value;
  json["protocol"] = x.bound.model->info().name;
  for (const FieldText& option : x.bound.model->options())
    json["options"][option.name] = option.value;
  const Budget& b = x.bound.budget;
  const Setup& setup = x.bound.model->setup();
  json["faults"] = class_of(x);
  json["budget"] = {{"crashes", b.crashes},
                    {"recoveries", b.recoveries},
                    {"losses", b.losses},
                    {"duplicates", b.duplicates},
                    {"partitions", b.partitions},
                    {"pauses", b.pauses},
                    {"heal", b.heal},
                    {"one_way", b.one_way},
                    {"crash_only", names_in(b.may_crash, setup)}};
  for (const CrashLimit& limit : b.crash_limits)
    if (limit.nodes != 0)
      json["budget"]["crash_limits"].push_back(
          {{"nodes", names_in(limit.nodes, setup)}, {"crashes", limit.crashes}});
  json["timing"] = enum_name(x.bound.explore_rules.timing);
  const int copies = x.bound.explore_rules.copies;
  const bool is_word = copies == 1 || copies == Rules::any_number;  // set, bag
  json["copies"] = is_word ? describe_copies(x.bound.explore_rules) : std::to_string(copies);
  json["tail"] = enum_name(x.bound.explore_rules.tail);
  json["crash_points"] = enum_name(x.bound.explore_rules.crash_points);
  json["checker"] = terminal.checker_name;
  json["states"] = result.states;
  json["transitions"] = result.transitions;
  json["depth"] = result.depth;
  json["end_states"] = result.end_states;
  json["seconds"] = seconds;
  json["memory_bytes"] = memory_bytes();
  json["complete"] = result.complete;
  json["limit"] = result.limit;
  json["bound_reached"] = result.past_bound;
  json["properties"] = nlohmann::ordered_json::array();
  for (const Finding& finding : x.findings) {
    nlohmann::ordered_json one{{"name", finding.verdict.name},
                               {"code", finding.verdict.code},
                               {"verdict", enum_name(finding.verdict.verdict)},
                               {"vacuous", finding.verdict.vacuous},
                               {"sentence", finding.sentence}};
    one["counterexample"] = finding.saved_as;
    one["steps"] = finding.schedule;
    json["properties"].push_back(one);
  }
  return json;
}

void print_finding(const Exploration& x, const Finding& finding, Terminal& terminal) {
  const PropertyVerdict& verdict = finding.verdict;
  std::string line =
      fmt::format("  {:3}  {:24} {}", verdict.code, verdict.name, enum_name(verdict.verdict));
  if (verdict.verdict == Verdict::holds && !x.result.past_bound.empty())
    line += fmt::format(" ({})", x.result.past_bound);
  if (verdict.verdict == Verdict::holds && verdict.vacuous)
    line += ", vacuously: nothing that it speaks of was reached";
  if (verdict.verdict == Verdict::unknown)
    line += x.result.complete ? " (only runs past a bound could tell)" : "";
  if (!verdict.path.empty()) line += fmt::format(" in {} steps", verdict.path.size());
  terminal.out << line << "\n";
  if (verdict.verdict != Verdict::violated) return;
  terminal.out << "       " << finding.sentence << "\n";
  int number = 1;
  for (const std::string& event : finding.schedule)
    terminal.out << fmt::format("       {:3}  {}\n", number++, event);
  if (!finding.saved_as.empty())
    terminal.out << fmt::format("       told by: concordat explain {}\n", finding.saved_as);
}

void print(const Exploration& x, Terminal& terminal, double seconds) {
  const CheckResult& result = x.result;
  terminal.out << fmt::format("{}: {}\n", x.scenario.name.value, x.bound.model->info().summary);
  const std::string name = class_of(x);
  terminal.out << fmt::format("  budget     {}{}\n",
                              name.empty() ? "" : name + ": ",
                              budget_text(x.bound.budget, x.bound.model->setup()));
  terminal.out << fmt::format("  assumes    {}\n", rules_text(x.bound.explore_rules));
  terminal.out << fmt::format("  checker    {}\n", terminal.checker_name);
  terminal.out << fmt::format(
      "  explored   {} states, {} transitions, depth {}, {} end states, {:.1f} s\n",
      grouped(result.states),
      grouped(result.transitions),
      result.depth,
      grouped(result.end_states),
      seconds);
  terminal.out << (result.complete
                       ? "  complete   yes: every schedule within the budget\n"
                       : fmt::format("  complete   no: {}\n", describe_limit(result.limit)));
  if (result.complete && !result.committed) terminal.out << "  warning    no run commits\n";
  terminal.out << "\n";
  for (const Finding& finding : x.findings)
    print_finding(x, finding, terminal);
}

}  // namespace

int check_command(const Registry& registry, const CheckOptions& options, Terminal& terminal) {
  auto scenario = load(options.source, registry);
  if (!scenario) return report(scenario.error(), terminal);
  Progress progress(terminal);
  auto x = explore(registry, std::move(*scenario), terminal.checker, [&](const SearchProgress& at) {
    return progress(at);
  });
  progress.clear();
  if (!x) return report(x.error(), terminal);
  const double seconds = progress.seconds();
  std::optional<Error> unsaved;  // the verdicts are printed all the same
  std::error_code ignored;       // a folder that cannot be made is reported by the write below
  if (!options.save.empty()) std::filesystem::create_directories(options.save, ignored);
  if (!options.save.empty())
    for (Finding& finding : x->findings) {
      if (finding.counterexample_yaml.empty()) continue;
      const std::string file = options.save + "/" + finding.file_name;
      const auto written = write_text_file(file, finding.counterexample_yaml);
      if (written)
        finding.saved_as = file;
      else
        unsaved = written.error();
    }
  if (terminal.json)
    terminal.out << to_json(*x, terminal, seconds)
                        .dump(1, ' ', false, nlohmann::json::error_handler_t::replace)
                 << "\n";
  else
    print(*x, terminal, seconds);
  for (const Unmet& failure : x->unmet)
    terminal.err << Error{x->scenario.file, failure.at, failure.text, ""}.text() << "\n";
  if (!terminal.json && x->expects && x->unmet.empty()) terminal.out << "\nexpectations: met\n";
  const bool has_counterexample =
      std::any_of(x->findings.begin(), x->findings.end(), [](const Finding& f) {
        return !f.counterexample_yaml.empty();
      });
  if (!terminal.json && has_counterexample && options.save.empty())
    terminal.out << "\nto keep each counterexample as a scenario that replays: add --save FOLDER\n";
  if (unsaved) terminal.err << unsaved->text() << "\n";
  if (x->result.limit == "stopped") return interrupted;
  return unsaved ? worse(usage, x->exit_code) : x->exit_code;
}

}  // namespace concordat::app
