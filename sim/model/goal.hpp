// Goals: states that somebody asks for, to see whether any run reaches them. A goal is one
// condition, or several that must be met in the same state:
//
//   p2 commits                       it has decided so, at some time
//   p1 commits and p2 in doubt       in doubt: has voted yes and has not decided
//   c down and p1 blocks             blocks: runs, undecided, and cannot decide without a repair
//   abort                            short for `anybody aborts`
//   t2 p1 commits                    where there are several transactions
//
// Whether a process blocks depends on the states after this one; only a search can tell. All other
// conditions are met or not by the state of one node.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/model/world.hpp"

namespace concordat {

enum class Condition : std::uint8_t { commits, aborts, in_doubt, blocks, down };

struct GoalTerm {
  Condition condition{};
  int tx = 0;         // from 1; 0 = any
  ProcessId process;  // none = any; not of `down`
  int node = -1;      // of `down`; -1 = any
  friend bool operator==(const GoalTerm&, const GoalTerm&) = default;
};

struct Goal {
  std::string text;  // as it was written
  std::vector<GoalTerm> terms;
};

/// Different terms in all goals together, those with `blocks` aside.
inline constexpr int max_conditions = 64;

/// ERRORS: an unknown name or condition; no transaction where there are several. Without a place.
Result<Goal> parse_goal(const Setup& setup, std::string_view text);

/// Whether some process of the node meets the term. False for `blocks`.
bool is_met(const GoalTerm& term, const Model& model, int node, const LocalState& local);
/// Whether all terms but those with `blocks` are met.
bool is_met(const Goal& goal, const Model& model, const World& world);

/// The different terms of all goals, `blocks` left out: bit i of a mask of conditions is the i-th.
std::vector<GoalTerm> conditions_of(const std::vector<Goal>& goals);
/// The goal's terms among these, as a mask.
std::uint64_t conditions_of(const Goal& goal, const std::vector<GoalTerm>& conditions);

/// Per term with `blocks` the processes it allows, one of which must be blocked: bit i stands for
/// all_slots(model)[i].
std::vector<std::uint64_t> blocked_of(const Goal& goal, const Model& model);

}  // namespace concordat
