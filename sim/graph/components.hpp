// The strongly connected components of a state graph: sets of states each of which leads to all
// others of its set.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/graph/state_graph.hpp"

namespace concordat::graph {

class Components {
 public:
  using Edge = std::pair<std::uint32_t, std::uint32_t>;
  /// Of `states` states, numbered from 0. REQUIRES: edges in the order of their first states.
  /// COMPLEXITY: states and edges.
  Components(std::uint32_t states, const std::vector<Edge>& edges);
  explicit Components(const StateGraph& graph);

  std::size_t count() const { return count_; }
  /// The component of a state. An edge leads to the same component or to one with a smaller number.
  std::uint32_t of(StateGraph::State state) const { return of_[state]; }
  /// All states, by components in ascending order.
  const std::vector<StateGraph::State>& order() const { return order_; }

 private:
  std::size_t count_ = 0;
  std::vector<std::uint32_t> of_;
  std::vector<StateGraph::State> order_;
};

}  // namespace concordat::graph
