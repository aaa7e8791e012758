// Why is a goal unreachable? Which parts of it are reached, which are not, and what would have to
// be different: the smallest changes of the question with which it is reached.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/app/exploration.hpp"

namespace concordat::app {

/// A run to a state that meets as many conditions of a goal as any state does.
struct NearGoal {
  std::vector<std::string> missing;  // the other conditions
  GoalFinding run;                   // to those that are met
  /// What has to happen before those that are met, and cannot happen beside the others.
  struct Need {
    std::string what;  // `2 of yes(p1->c), yes(p2->c)`, `c commits`
    int at_most = 0;   // of it happen beside the others
  };
  std::vector<Need> needs;
};

/// A change of the question with which the goal is reached.
struct Way {
  std::string words;  // `1 more crash of c, timing asynchronous`
  GoalFinding run;
};

struct WhyNot {
  std::size_t goal = 0;  // its place among the goals
  std::vector<NearGoal> nearest;
  std::vector<std::string> unmet;       // conditions that no state meets
  std::vector<std::string> open_parts;  // parts of which it is unknown whether a state meets them
  std::vector<std::string> never;  // of Exercised, what concerns the conditions that are missing
  std::vector<Way> ways;           // all with so few changes
  int changes = 0;                 // at once: those of `ways`; without any, the most tried
  int tried = 0;                   // changes, alone or together
  std::string graph_limit;         // `needs` are not known: a limit was hit, as CheckResult::limit
  std::vector<std::string> open_ways;  // tried, and it is unknown what comes of them
};

struct WhyNots {
  std::vector<WhyNot> goals;         // those that are unreachable
  std::vector<std::string> changes;  // that were tried, alone
  std::string limit;                 // "stopped" or "time": it ended early
};

/// Told before each search: what is tried.
using WhyNotProgress = std::function<void(const std::string& what)>;

/// REQUIRES: at most `most` changes at once are asked for, 0 or more. ERRORS: those of binding.
Result<WhyNots> why_not(const Registry& registry,
                        const Exploration& x,
                        int most,
                        const Checker& checker,
                        const WhyNotProgress& begin,
                        const std::function<std::string_view(const SearchProgress&)>& progress,
                        Means means);

}  // namespace concordat::app
