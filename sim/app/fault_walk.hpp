// The walk through all combinations of faults within a budget, by the number of faults: which of
// them break a property although nothing smaller does, and how many faults it stands.
//
// What contains a breaking combination is not searched. Mostly it would be broken as well, but need
// not: where every crash loses the log tail, the runs that keep it are not among its runs.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/app/exploration.hpp"
#include "sim/app/fault_sets.hpp"

namespace concordat::app {

/// A combination that breaks a property, while none within it is known to.
struct BreakingSet {
  FaultSet set;
  Finding finding;             // replayed; its schedule is a shortest one
  std::vector<FaultSet> open;  // within it; of which it is unknown whether they break
};

/// A combination of which the search cannot say whether it breaks a property.
struct OpenSet {
  FaultSet set;
  std::string why;  // `the limit on states was hit`
};

/// What became of a property.
struct PropertyFaults {
  std::string name;
  std::string code;
  std::vector<BreakingSet> breaking;  // by number of faults
  std::vector<OpenSet> open;
  bool vacuous = true;  // nothing that could break it was ever reached
};

/// How many faults a property stands, whichever they are. -1 stands even below no fault at all.
struct Robustness {
  bool whole_budget = false;  // nothing in the budget breaks it
  int at_least = -1;          // every combination of so many is known to keep it
  std::optional<int> below;   // some combination of so many breaks it
  bool known() const { return whole_budget || (below && *below == at_least + 1); }
};

struct FaultWalk {
  scenario::Scenario scenario;  // as it was given
  scenario::Bound bound;
  int most = 0;  // of what the budget does not limit
  int combinations = 0;
  int explored = 0;
  int spared = 0;  // each property asked for is broken by something within it
  std::int64_t states = 0;
  std::int64_t transitions = 0;
  double expected_misses = 0;  // states taken for others, in all searches together
  std::set<std::string> symmetry, partial_order;  // what the searches say of them
  /// "" = all were explored or spared; else "stopped" or "time", and where the walk ended.
  std::string limit;
  std::optional<FaultSet> ended_at;
  std::vector<PropertyFaults> properties;

  FaultKinds kinds() const {
    return {*bound.model, bound.budget, bound.explore_rules, bound.budget.may_crash};
  }
  /// How many faults a combination is. What has no limit counts as `most` + 1.
  int size_of(const FaultSet& set) const;
  Robustness robustness(const PropertyFaults& property) const;
  bool complete() const;
};

/// Told before each search.
using WalkProgress = std::function<void(int number, const FaultWalk& walk, const FaultSet& set)>;

/// ERRORS: those of binding; too many combinations.
Result<FaultWalk> walk_faults(
    const Registry& registry,
    scenario::Scenario scenario,
    int most,
    const Checker& checker,
    const WalkProgress& begin,
    const std::function<std::string_view(const SearchProgress&)>& progress,
    const Means& means);

}  // namespace concordat::app
