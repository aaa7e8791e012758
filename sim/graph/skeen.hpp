// Skeen's analysis of a commit protocol (Skeen 1981; Skeen and Stonebraker 1983): which states of
// different processes occur together while nothing fails, and what follows for site failures.
//
// The concurrency set of a local state s is every local state of another process that occurs
// together with s. s is committable if, whenever a process is in s, all have voted yes. A protocol
// is non-blocking under site failures iff no local state of any process
//   (1) has both a commit and an abort state in its concurrency set, nor
//   (2) is not committable and has a commit state in its concurrency set;
// and it survives k - 1 failed sites without blocking iff k processes obey both. The theorem is
// about reliable, timely networks and accurate detection of failures; partitions are another story.
#pragma once

#include <string>
#include <vector>

#include "sim/explore/check.hpp"

namespace concordat::graph {

/// A local state of the processes of a role, in the words of state_text: what they have decided is
/// part of it, numbers and sets of processes are not.
struct SkeenState {
  std::string role;
  std::string text;
  bool is_commit = false;
  bool is_abort = false;
  bool committable = false;
  bool beside_commit = false;  // a commit state is in its concurrency set
  bool beside_abort = false;
  std::vector<std::string> beside;  // its concurrency set: `participant phase=in_doubt`

  bool breaks_first() const { return beside_commit && beside_abort; }
  bool breaks_second() const { return beside_commit && !committable; }
  bool obeys() const { return !breaks_first() && !breaks_second(); }
};

struct SkeenReport {
  std::vector<SkeenState> states;     // in the order of roles, then as first reached
  std::vector<std::string> obeying;   // processes all of whose states obey both conditions
  std::vector<std::string> breaking;  // the others
  std::int64_t global_states = 0;     // of the graph behind it
  std::string limit;                  // not all of it was seen, and nothing above is known

  /// How many sites may fail without blocking anybody, by the theorem: one less than obey. -1 if no
  /// process does.
  int survives() const { return static_cast<int>(obeying.size()) - 1; }
};

/// The analysis of the request's model without faults, with timers that fire only when nothing else
/// can happen. Of the request the model, rules and limits count. The votes are those that the model
/// leaves open; with fixed ones this is an analysis of one case. Of several transactions each is
/// looked at by itself.
SkeenReport analyse_states(const CheckRequest& request);

}  // namespace concordat::graph
