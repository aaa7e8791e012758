// The graph of all states within a budget and of all events between them, kept whole: for questions
// that a search without memory of its edges cannot answer (what can still happen from here, what
// exists beside what). It is built in one breadth-first pass over the explorer's step tables.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/explore/channels.hpp"
#include "sim/explore/check.hpp"
#include "sim/explore/components.hpp"

namespace concordat::explore {
class GlobalState;
}

namespace concordat::graph {

class StateGraph {
 public:
  using State =
      std::uint32_t;  // states are numbered as they are first reached; 0 is the initial one
  struct Edge {
    std::uint32_t move = 0;  // an outcome of an event, for `event`
    State to = 0;
  };

  /// Of the request the model, rules, budget, safety properties, limits and `progress` count.
  explicit StateGraph(const CheckRequest& request);
  StateGraph(const StateGraph&) = delete;
  StateGraph& operator=(const StateGraph&) = delete;

  /// Whether every state within the budget is there. If not, `limit` says why, as
  /// CheckResult::limit, and states that were not expanded have no edges.
  bool complete() const { return limit_.empty(); }
  const std::string& limit() const { return limit_; }

  State size() const { return static_cast<State>(first_edge_.size() - 1); }
  std::int64_t edge_count() const { return static_cast<std::int64_t>(edges_.size()); }
  /// BFS levels, the initial state being level 1.
  int depth() const { return depth_; }
  /// In a fixed order; an event that changes nothing leads back to its state.
  std::span<const Edge> edges(State state) const {
    return {edges_.data() + first_edge_[state], edges_.data() + first_edge_[state + 1]};
  }
  const Event& event(const Edge& edge) const { return steps_.event(edge.move); }
  /// Some step from this state would pass a bound, and so does not exist.
  bool past_bound(State state) const { return past_bound_[state]; }

  const Model& model() const { return steps_.model(); }
  /// The number of a node's state, and what it stands for.
  std::uint32_t local_id(State state, int node) const {
    return cells_[std::size_t{state} * row_ + 1 + static_cast<std::size_t>(node)];
  }
  const LocalState& local(int node, std::uint32_t id) const { return steps_.contents(node, id); }
  int local_count(int node) const { return steps_.local_count(node); }
  /// Whether it breaks one of the request's properties.
  bool violates(State state) const;

  /// A shortest run to the state.
  std::vector<Edge> edges_to(State state) const;
  /// The first state, in the order of their numbers, for which `wanted(state)` holds.
  template <class Wanted>
  std::optional<State> first(Wanted wanted) const {
    for (State state = 0; state < size(); ++state)
      if (wanted(state)) return state;
    return std::nullopt;
  }
  /// The steps of a run, from the initial state, as far as it stays within the budget. `lines`: its
  /// events, as `format` writes them. REQUIRES: complete.
  std::vector<Edge> edges_along(const std::vector<std::string>& lines) const;
  /// An edge with its event's line and effects, from a world that stands for its state.
  struct Told {
    Edge edge;
    std::string line;
    StepReport report;
    World to;
  };
  Told tell(const World& from, const Edge& edge) const;

 private:
  void build();
  bool may_go_on(std::int64_t others);
  std::int64_t memory() const;
  void add_state(const explore::GlobalState& state, State parent, std::uint32_t move);

  CheckRequest request_;
  explore::StepTable steps_;
  explore::Channels channels_;
  const std::size_t row_;  // cells of a state: its control state, and a state for each node
  std::vector<std::uint32_t> cells_;
  std::vector<Edge> edges_;
  std::vector<std::uint64_t> first_edge_;  // per state, and the end
  std::vector<bool> past_bound_;
  std::vector<State> parent_;
  std::vector<std::uint32_t> parent_move_;
  int depth_ = 0;
  std::string limit_;
};

/// The components of the graph.
explore::Components components_of(const StateGraph& graph);

}  // namespace concordat::graph
