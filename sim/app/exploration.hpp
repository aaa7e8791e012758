// One exploration of a scenario: the checker's verdicts, each violation replayed through `apply`
// before anybody sees it, and compared with what the scenario expects.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/app.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

struct Finding {
  PropertyVerdict verdict;
  std::string limit;                  // unknown though the search is complete: which limit was hit
  std::string sentence;               // violated: what, where, when
  std::vector<std::string> schedule;  // violated: the events, in their one-line form
  std::string counterexample_yaml;    // violated: a scenario that replays it and expects it
  std::string file_name;              // a name for it
  std::string saved_as;               // where it was saved, or ""
};

/// Whether its violation is a failure even if nobody expected anything.
bool is_promised_always(const Finding& finding);

/// What came of a goal.
struct GoalFinding {
  std::string goal;
  GoalVerdict verdict;
  std::string expected;               // yes | no | "" (only asked)
  std::vector<std::string> schedule;  // reached: the events, in their one-line form
  std::string witness_yaml;           // reached: a scenario that replays it
  std::string file_name;
  std::string saved_as;
};

/// What a search may use, beside what the scenario says of it.
struct Means {
  bool exact = false;
  int threads = 1;
  std::string checkpoint;
  Duration checkpoint_every;   // of real time, for whoever has a clock
  std::int64_t max_bytes = 0;  // 0 = no limit
  Duration max_time;           // of real time, for whoever has a clock; 0 = no limit
  bool only_goals = false;     // no property is judged
};

/// ERRORS: a flag that cannot be read.
Result<Means> means_of(const Effort& effort);

struct Exploration {
  scenario::Scenario scenario;
  scenario::Bound bound;
  CheckResult result;
  SearchOptions search;
  std::vector<Finding> findings;
  std::vector<GoalFinding> goals;
  bool expects = false;
  std::vector<Unmet> unmet;
  int exit_code = ok;

  /// "stopped" or "time" if somebody ended it, in the search or in what came after; else "".
  std::string ended_by() const;
};

/// The question that a scenario asks of a checker. `bound` gets the rules for it.
CheckRequest request_of(const scenario::Scenario& scenario,
                        scenario::Bound& bound,
                        const Means& means);

/// Finding::limit where the graph for non_blocking was dropped, CheckResult::graph_dropped.
inline constexpr const char* graph_memory = "memory for the graph";

/// Why a search ended early, in words: CheckResult::limit.
std::string describe_limit(const std::string& limit);
/// Why the verdict of the finding is unknown, in words.
std::string why_unknown(const Exploration& x, const Finding& finding);

/// What any run can be judged by, by name; a search adds `non_blocking`, and conserved tables.
inline constexpr std::array<std::string_view, 5> usual_properties{"uniform_agreement",
                                                                  "agreement_among_correct",
                                                                  "commit_validity",
                                                                  "abort_validity_weak",
                                                                  "irrevocability"};

/// The properties that the scenario asks its search for, by name. Else those that a run of business
/// is judged by (Setup::judged), or the usual ones.
std::vector<std::string> judged_properties(const scenario::Scenario& scenario, const Model& model);

/// A name for a file: `a, b: c` -> `a-b-c`.
std::string kebab(const std::string& text);

/// The name of a scenario file that is not `taken` yet: `wanted.yaml`, or else `wanted-2.yaml`.
std::string fresh_name(const std::string& wanted, std::set<std::string>& taken);

/// Writes a scenario into a folder, which is made if need be. `saved_as`: where it is then.
/// RETURNS: why it could not be written.
std::optional<Error> save_scenario(const std::string& folder,
                                   const std::string& name,
                                   const std::string& yaml,
                                   std::string& saved_as);

/// ERRORS: those of binding.
Result<Exploration> explore(const Registry& registry,
                            scenario::Scenario scenario,
                            const Checker& checker,
                            std::function<std::string_view(const SearchProgress&)> progress,
                            const Means& means = {});

}  // namespace concordat::app
