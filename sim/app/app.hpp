// What a program does with a registry of protocols: the verbs of the command line, each a function
// from options to an exit code, writing to the streams of a Terminal. No verb looks at a global.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/check.hpp"
#include "sim/model/registry.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/trace/sentences.hpp"
#include "sim/trace/text.hpp"

namespace concordat::app {

/// Exit codes, part of the interface. When several apply, the first of internal, usage, violated,
/// unknown, ok wins.
enum ExitCode : int {
  ok = 0,
  violated = 1,
  usage = 2,
  unknown = 3,
  internal = 70,
  interrupted = 130
};

/// The worse of two exit codes, by the precedence above.
int worse(int a, int b);

/// May be called on several threads at once.
using Checker = std::function<CheckResult(const CheckRequest&)>;

/// Where a program reads, writes, and whom it asks.
struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  trace::TextOptions text;
  bool json = false;
  bool progress = false;              // `err` is a terminal
  bool prompts = false;               // `in` is a terminal
  std::function<bool()> interrupted;  // Ctrl-C was pressed; asked on the calling thread only
  Checker checker;
  std::string checker_name;  // "naive checker", printed with every verdict
};

/// Where a scenario comes from: a file, or flags alone; flags also override a file.
struct Source {
  std::string file;
  std::optional<std::string> variant;  // the label of one of the file's scenarios
  std::string protocol;
  std::vector<std::string> processes;  // participants=3
  std::optional<std::string> profile;
  std::vector<std::string> options;  // termination=cooperative
  std::vector<std::string> votes;    // p1=no, or `any` for all
  bool business = false;             // a row, and work on it, for everybody who does any
  std::vector<std::string> bounds;   // round=3
  std::optional<int> transactions;
  std::optional<std::string> delivery;
  std::optional<std::string> copies;
  // Of a timed run.
  std::optional<std::string> latency, force, limit;
  std::vector<std::string> timeouts;  // vote=50ms
  bool random_faults = false;         // of every kind, if the scenario has none
  std::optional<std::string> seeds;   // "7", "1..1000"
  // Of a benchmark.
  std::optional<std::string> measured;         // transactions
  std::vector<std::string> compare, measures;  // instead of the file's
  std::vector<std::string> settings;           // PLACE=VALUE, as a sweep with one value
  // What is explored.
  std::optional<std::string> faults;  // a class: "F6"
  std::optional<std::string> crashes, recoveries, losses, duplicates, partitions, pauses;
  std::optional<std::string> early_timeouts;
  std::optional<std::string> timing, tail, crash_points;
  std::vector<std::string> crash_only;
  std::vector<std::string> properties;
  std::optional<std::string> max_states, max_depth;
  std::vector<std::string> reachable;  // goals: "p1 commits and p2 in doubt"
  std::optional<std::string> order;
  bool symmetry = false;
  bool partial_order = false;
  bool operators = false;
  std::optional<std::string> walks, walk_steps, changes, sample_seed;  // of an order that samples
};

/// Of a file with several scenarios the variant, or the first one, which `notes` are told, if any.
/// ERRORS: the file's, there is no such variant, or a flag that does not fit.
Result<scenario::Scenario> load(const Source& source,
                                const Registry& registry,
                                std::ostream* notes = nullptr);

/// All scenarios of a file, or one from flags, each with the flags on top. Without a file it has a
/// `bench:` of defaults. ERRORS: the file's; a flag that does not fit, or that would change a place
/// which the file sweeps.
Result<std::vector<scenario::Scenario>> load_all(const Source& source, const Registry& registry);

struct RunOptions {
  Source source;
  std::string trace_file;           // "" = do not write one
  std::string save_file;            // the run as a scenario with a schedule; "" = do not
  std::string format = "text";      // of what is printed: a trace::Format
  int jobs = 0;                     // threads for many seeds; 0 = all of the machine's
  bool verify_determinism = false;  // run everything twice and compare
  bool quiet = false;               // expectations only
};
int run_command(const Registry& registry, const RunOptions& options, Terminal& terminal);
int explain_command(const Registry& registry,
                    const Source& source,
                    trace::Language language,
                    Terminal& terminal);

/// A trace is run again and compared byte for byte; a scenario's schedule is replayed twice.
int replay_command(const Registry& registry, const Source& source, Terminal& terminal);

/// How hard a search may try. Unlike the rest of the question no part of a scenario: it depends on
/// the machine, and no verdict but `unknown` depends on it.
struct Effort {
  bool exact = false;
  int threads = 1;
  std::string checkpoint;                 // "" = none
  std::string checkpoint_every = "1min";  // of real time
  std::optional<std::string> max_time;    // "30s", of real time
  std::optional<std::string> max_memory;  // "4GiB"
};

struct CheckOptions {
  Source source;
  Effort effort;
  std::string save;       // a folder for counterexamples, "" = print them only
  bool coverage = false;  // print every kind of step that was exercised
  bool why_not = false;   // say what stands between the question and each unreachable goal
  int most = 2;           // with `why_not`: how many changes of the question at once
};
int check_command(const Registry& registry, const CheckOptions& options, Terminal& terminal);

struct FaultsOptions {
  Source source;  // its budget is the largest combination; its order does not count
  Effort effort;
  int most = 3;      // of a kind without limit: 0, 1, ... so many are tried before any number
  std::string save;  // a folder for the runs, "" = print them only
};

/// Which combinations of faults break a property although no smaller one does. `ok` when all were
/// looked at, whatever was found.
int faults_command(const Registry& registry, const FaultsOptions& options, Terminal& terminal);

struct AnalyseOptions {
  Source source;
  std::string trace_file;        // the scenario's run, with what is still possible; "" = none
  std::string dot_file;          // the graph as a drawing; "" = none
  std::string extent = "full";   // of it: full | run | choices
  std::int64_t max_drawn = 400;  // states
};
/// What can still be decided in each state, what decides, and Skeen's conditions.
int analyse_command(const Registry& registry, const AnalyseOptions& options, Terminal& terminal);

struct MatrixOptions {
  std::vector<std::string> protocols;   // empty = all
  std::vector<std::string> profiles;    // empty = all
  std::vector<std::string> classes;     // empty = all fault classes
  std::vector<std::string> properties;  // codes or names; empty = the usual eight
  int participants = 2;
  std::vector<std::string> options;      // f=2, on top of each profile
  std::vector<std::string> bounds;       // round=2
  std::int64_t max_states = 20'000'000;  // of each search
  std::string max_time = "6s";           // of real time, of each search
  int jobs = 0;                          // searches at the same time; 0 = one for each core
  bool partial_order = false;
  bool again = true;            // ask again, in easier ways, what a limit leaves unknown
  std::string folder;           // of cells that are kept, and of counterexamples; "" = none
  std::string format = "text";  // text | markdown | csv | json
  std::string program;          // which program asks: a cell that another one kept is not used
  std::string explain;          // PROTOCOL[/PROFILE]:CLASS:PROPERTY; "" = the whole matrix
};
/// Protocol by fault class by property. `ok` when all cells are known, whatever they say.
int matrix_command(const Registry& registry, const MatrixOptions& options, Terminal& terminal);

struct CostOptions {
  std::vector<std::string> protocols;  // empty = all
  std::vector<std::string> profiles;   // empty = all
  std::vector<std::string> runs;       // commit | one_no | all_read | client_abort; empty = all
  std::string participants = "3";      // or a range: 2..8
  std::vector<std::string> options;    // f=2 or f=0..3, on top of each profile
  std::string format = "text";         // text | markdown | csv | json
};
/// What a run without failures costs, counted, beside what the literature says. `violated` if a
/// count differs from a formula and the protocol does not say why.
int cost_command(const Registry& registry, const CostOptions& options, Terminal& terminal);

struct BenchOptions {
  std::vector<std::string> paths;  // files, or folders that are searched for *.yaml with `bench:`
  Source source;                   // flags: a benchmark of their own, or on top of each file
  int jobs = 0;                    // runs at the same time; 0 = one for each core
  std::string format = "text";     // text | markdown | csv | json
  std::string folder;              // each file's results as CSV, JSON and Markdown; "" = none
  bool check = false;              // print the judgements on `resembles`, no tables
  bool list_measures = false;
  bool quiet = false;  // print nothing but errors and what fails
};
/// Benchmarks: each scenario, protocol and seed a run. What is printed and written is the same for
/// every number of jobs. `violated` if a check of `resembles` fails, `unknown` if one cannot be
/// judged.
int bench_command(const Registry& registry, const BenchOptions& options, Terminal& terminal);

struct TestOptions {
  std::vector<std::string> paths;     // files, or folders that are searched for *.yaml
  std::vector<std::string> filters;   // only what is called by one of them: `a.yaml [with M6]`,
  std::vector<std::string> excludes;  // and by none of these
  int jobs = 0;                       // blocks at the same time; 0 = what the machine runs at once
  bool list = false;                  // print the blocks, run none
  std::string junit_file;             // "" = do not write one
};

/// The output, `--junit` apart, is the same for every number of jobs.
int test_command(const Registry& registry, const TestOptions& options, Terminal& terminal);

int list_command(const Registry& registry, Terminal& terminal);
int step_command(const Registry& registry, const Source& source, Terminal& terminal);

/// Prints `error` (as JSON if asked) and returns `usage`.
int report(const Error& error, Terminal& terminal);

}  // namespace concordat::app
