// One exploration of a scenario: the checker's verdicts, each violation replayed through `apply`
// before anybody sees it, and compared with what the scenario expects.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/app/app.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

struct Finding {
  PropertyVerdict verdict;
  std::string sentence;               // violated: what, where, when
  std::vector<std::string> schedule;  // violated: the events, in their one-line form
  std::string counterexample_yaml;    // violated: a scenario that replays it and expects it
  std::string file_name;              // a name for it
  std::string saved_as;               // where it was saved, or ""
};

struct Exploration {
  scenario::Scenario scenario;
  scenario::Bound bound;
  CheckResult result;
  std::vector<Finding> findings;
  bool expects = false;
  std::vector<Unmet> unmet;
  int exit_code = ok;
};

/// Why a search ended early, in words: CheckResult::limit.
std::string describe_limit(const std::string& limit);

/// ERRORS: those of binding.
Result<Exploration> explore(
    const Registry& registry,
    scenario::Scenario scenario,
    const Checker& checker,
    std::function<std::string_view(const SearchProgress&)> progress);

}  // namespace concordat::app
