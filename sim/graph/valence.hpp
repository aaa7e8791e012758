// What can still be decided: the valence of each state, as in Fischer, Lynch and Paterson 1985, and
// which states cannot avoid a violation any more.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/graph/state_graph.hpp"

namespace concordat::graph {

/// What somebody has decided in a state, or in some state that it leads to.
enum class Valence : std::uint8_t {
  none,      // nobody ever decides
  abort,     // 0-valent
  commit,    // 1-valent
  bivalent,  // both
};

class Valences {
 public:
  /// REQUIRES: the graph is complete, and outlives this.
  explicit Valences(const StateGraph& graph);

  /// Of a transaction, from 1. Decisions of processes without a stake (those that voted read) do
  /// not count.
  Valence of(StateGraph::State state, int tx) const {
    return static_cast<Valence>(outcomes_[state] >> shift(tx) & 3U);
  }
  /// What somebody has decided already. `bivalent`: both.
  Valence decided(StateGraph::State state, int tx) const;
  /// Every run from here breaks a property of the graph's request, or has done so before. An event
  /// that changes nothing is no way out, but a longer circle is: it can be walked for ever.
  bool doomed(StateGraph::State state) const { return doomed_[state]; }

  /// How many states have each valence, by its number.
  std::vector<std::int64_t> counts(int tx) const;
  std::int64_t doomed_count() const;

  /// The step of a run, from 1, after which only one outcome of the transaction is left, though
  /// both were before; and the step after which it is doomed. `states`: of the run, the initial one
  /// first.
  std::optional<int> deciding_step(const std::vector<StateGraph::State>& states, int tx) const;
  std::optional<int> point_of_no_return(const std::vector<StateGraph::State>& states) const;

 private:
  static unsigned shift(int tx) { return 2U * static_cast<unsigned>(tx - 1); }
  void spread_outcomes();
  void spread_doom();

  const StateGraph& graph_;
  std::uint32_t decided_bits(StateGraph::State state) const;

  std::vector<std::vector<std::uint32_t>> decided_;  // [node][its state], as outcomes_
  std::vector<std::uint32_t> outcomes_;              // two bits for each transaction: abort, commit
  std::vector<bool> doomed_;
};

}  // namespace concordat::graph
