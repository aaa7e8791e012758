// Searches that begin in a state which somebody has reached, with the explorer: every run from
// there, under the rules of the session and with so many faults from there on.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/explore/check.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

struct SearchQuestion {
  Budget budget;                 // faults from here on, those that have happened aside
  bool safety = true;            // the usual properties that a state can violate
  bool blocking = true;          // whether somebody blocks
  std::string goal;              // "p1 commits and p2 aborts"; "" = none
  bool first_is_enough = false;  // the first violation ends it, and so does the goal
  std::int64_t max_states = 30'000'000;
  std::int64_t max_bytes = std::int64_t{2} << 30U;
  int threads = 1;
};

/// What came of one property, or of the goal.
struct SearchFinding {
  enum class What : std::uint8_t {
    holds,     // in every run from here; a goal: no run from here reaches it
    found,     // `steps` lead to it; without steps it is so here already
    not_told,  // a limit came first
  };
  std::string name;  // "uniform_agreement", or the goal as it was written
  std::string code;  // "" for the goal
  What what = What::not_told;
  std::string limit;               // not told: why, as CheckResult::limit; "" = runs past a bound
  std::vector<std::string> steps;  // from here, as lines that the session takes
};

struct SearchReport {
  std::vector<SearchFinding> findings;
  std::int64_t states = 0;
  bool complete = false;
  std::string limit;       // as CheckResult::limit
  std::string past_bound;  // as CheckResult::past_bound
};

/// Searches from `world`. `progress`: as CheckRequest::progress. ERRORS: a goal that cannot be
/// read; a model that is too large; a run that was found but does not replay in a session, whose
/// networks may hold more copies than the search allows. May run beside a session that others use.
Result<SearchReport> search_from(const scenario::Bound& bound,
                                 const World& world,
                                 const SearchQuestion& question,
                                 std::function<std::string_view(const SearchProgress&)> progress);

}  // namespace concordat::app
