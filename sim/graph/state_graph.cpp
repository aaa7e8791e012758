#include "sim/graph/state_graph.hpp"

#include <algorithm>
#include <deque>

#include "sim/base/check.hpp"
#include "sim/explore/fingerprint_table.hpp"
#include "sim/graph/event_classes.hpp"
#include "sim/model/event.hpp"

namespace concordat::graph {

using explore::EventClass;
using explore::GlobalState;

StateGraph::StateGraph(const CheckRequest& request)
    : request_(request),
      steps_(request_),
      channels_(steps_),
      row_(1 + static_cast<std::size_t>(steps_.node_count())) {
  build();
}

void StateGraph::add_state(const GlobalState& state, State parent, std::uint32_t move) {
  cells_.push_back(state.control());
  for (int node = 0; node < steps_.node_count(); ++node)
    cells_.push_back(state.local(node));
  past_bound_.push_back(false);
  parent_.push_back(parent);
  parent_move_.push_back(move);
}

std::int64_t StateGraph::memory() const {
  return static_cast<std::int64_t>(
      cells_.capacity() * sizeof(std::uint32_t) + edges_.capacity() * sizeof(Edge) +
      first_edge_.capacity() * sizeof(std::uint64_t) + parent_.capacity() * sizeof(State) +
      parent_move_.capacity() * sizeof(std::uint32_t) + past_bound_.capacity() / 8);
}

/// `others`: bytes beside the graph itself.
bool StateGraph::may_go_on(std::int64_t others) {
  const auto states = static_cast<std::int64_t>(parent_.size());
  const std::int64_t bytes = memory() + others;
  if (states > request_.limits.max_states) limit_ = "states";
  if (request_.limits.max_bytes > 0 && bytes > request_.limits.max_bytes) limit_ = "memory";
  constexpr std::size_t seldom = 1024;
  if (limit_.empty() && request_.progress && first_edge_.size() % seldom == 0) {
    const auto answer = request_.progress({states,
                                           edge_count(),
                                           depth_,
                                           states - static_cast<std::int64_t>(first_edge_.size()),
                                           bytes});
    if (answer != "checkpoint") limit_ = answer;
  }
  return limit_.empty();
}

void StateGraph::build() {
  explore::FingerprintTable seen(true);
  GlobalState next(steps_, channels_);
  std::deque<GlobalState> waiting{next};
  seen.number(seen.insert(next.fingerprint()).slot) = 0;
  add_state(next, 0, explore::none);
  std::vector<explore::EnabledEvent> events;
  const auto others = [&] {
    return seen.memory() + static_cast<std::int64_t>(waiting.size() * sizeof(GlobalState));
  };
  depth_ = 1;
  State next_level = 1;  // where it begins
  for (State state = 0; state < parent_.size() && may_go_on(others()); ++state) {
    if (state == next_level) {
      ++depth_;
      next_level = static_cast<State>(parent_.size());
    }
    const GlobalState from = std::move(waiting.front());
    waiting.pop_front();
    first_edge_.push_back(edges_.size());
    events.clear();
    next = from;
    for (const EventClass kind : event_classes)
      next.list_others(kind, events);
    past_bound_[state] = next.past_bound() != explore::none;
    for (const explore::EnabledEvent& event : events)
      for (std::uint32_t move = event.begin; move < event.end; ++move) {
        next = from;
        next.perform(move);
        const auto place = seen.insert(next.fingerprint());
        if (place.is_new) {
          seen.number(place.slot) = static_cast<State>(parent_.size());
          add_state(next, state, move);
          waiting.push_back(next);
        }
        edges_.push_back({move, seen.number(place.slot)});
      }
  }
  first_edge_.resize(parent_.size() + 1, edges_.size());
}

bool StateGraph::violates(State state) const {
  const bool faulty = steps_.controls().faulty(cells_[std::size_t{state} * row_]);
  for (std::size_t i = 0; i < request_.properties.size(); ++i) {
    Observation seen;
    for (int node = 0; node < steps_.node_count(); ++node)
      seen.combine(steps_.observation(node, local_id(state, node), static_cast<int>(i)));
    if (!request_.properties[i]->judge(model(), seen, faulty)) return true;
  }
  return false;
}

std::vector<StateGraph::Edge> StateGraph::edges_to(State state) const {
  std::vector<Edge> path;
  for (; state != 0; state = parent_[state])
    path.push_back({parent_move_[state], state});
  std::reverse(path.begin(), path.end());
  return path;
}

StateGraph::Told StateGraph::tell(const World& from, const Edge& edge) const {
  Told told{edge, {}, {}, from};
  auto report = apply(model(), request_.rules, told.to, event(edge));
  check(report.has_value(), "an event of the graph can happen");
  told.line = format(model(), event(edge), *report);
  told.report = std::move(*report);
  return told;
}

std::vector<StateGraph::Edge> StateGraph::edges_along(const std::vector<std::string>& lines) const {
  World world = initial_world(model());
  State state = 0;
  std::vector<Edge> path;
  for (const std::string& line : lines) {
    std::optional<Told> taken;
    for (const Edge& edge : edges(state))
      if (!taken || taken->line != line) taken = tell(world, edge);
    if (!taken || taken->line != line) break;
    path.push_back(taken->edge);
    state = taken->edge.to;
    world = std::move(taken->to);
  }
  return path;
}

explore::Components components_of(const StateGraph& graph) {
  std::vector<explore::Components::Edge> edges;
  edges.reserve(static_cast<std::size_t>(graph.edge_count()));
  for (StateGraph::State state = 0; state < graph.size(); ++state)
    for (const StateGraph::Edge& edge : graph.edges(state))
      edges.emplace_back(state, edge.to);
  return {graph.size(), edges};
}

}  // namespace concordat::graph
