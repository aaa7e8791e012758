// What a state needs that something else excludes: why two conditions are never met at once. It is
// a count. Say that `p1 commits` is met only where `yes` from both participants has arrived at the
// coordinator, and `p2 aborts` only where at most one has: then no state meets both, and this is
// the quorum that is missing.
#pragma once

#include <string>
#include <vector>

#include "sim/graph/state_graph.hpp"
#include "sim/model/goal.hpp"

namespace concordat::graph {

/// Something that happens to some members of a group, each at most once counted.
struct Need {
  enum class Kind : std::uint8_t {
    arrival,  // of a message of this type from each member at `at`
    timer,    // `at`'s own: one member
    commit,   // of `at` itself: one member
    abort,
  };
  Kind kind{};
  int tx = 1;
  ProcessId at;
  std::string what;                  // the type of message, or the timer
  std::vector<std::string> members;  // the senders, in the order of the setup; else `at` alone
  int at_least = 0;                  // of them, in every state that meets the one
  int at_most = 0;                   // in every state that meets the other: fewer
};

/// Groups of which every state that meets `wanted` needs more members than any state that meets
/// `other` has, in the order in which a shortest run to `wanted` comes by them; what `wanted` says
/// itself is left out. None if one of the two is met by no state. Groups of more than six members
/// are left out. REQUIRES: a complete graph; goals without `blocks`. COMPLEXITY: for each group,
/// 2^members passes over the graph at worst, one or two as a rule.
std::vector<Need> needs(const StateGraph& graph, const Goal& wanted, const Goal& other);

/// Whether a state meets a goal; `blocks` aside.
class Meets {
 public:
  Meets(const StateGraph& graph, const Goal& goal);
  bool operator()(StateGraph::State state) const;

 private:
  const StateGraph& graph_;
  std::uint64_t all_ = 0;                        // conditions
  std::vector<std::vector<std::uint64_t>> met_;  // [node][local]: those that are met there
};

}  // namespace concordat::graph
