#include "sim/graph/valence.hpp"

#include <algorithm>
#include <numeric>

#include "sim/base/check.hpp"

namespace concordat::graph {

using State = StateGraph::State;

namespace {

constexpr int max_transactions = 16;  // two bits each

/// What processes of the node have decided, as in Valences::outcomes_.
std::uint32_t decided_at(const Model& model, int node, const LocalState& local) {
  std::uint32_t out = 0;
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const History& history = local.slots[i].history;
    if (history.vote == Vote::read) continue;
    const unsigned bits = (history.aborted ? 1U : 0U) | (history.committed ? 2U : 0U);
    out |= bits << 2U * static_cast<unsigned>(slots[i].tx - 1);
  }
  return out;
}

}  // namespace

Valences::Valences(const StateGraph& graph) : graph_(graph) {
  check(graph.complete(), "valence is known of whole graphs only");
  check(graph.model().setup().transactions <= max_transactions,
        "valence is told of at most 16 transactions");
  spread_outcomes();
  spread_doom();
}

std::uint32_t Valences::decided_bits(State state) const {
  std::uint32_t out = 0;
  for (std::size_t node = 0; node < decided_.size(); ++node)
    out |= decided_[node][graph_.local_id(state, static_cast<int>(node))];
  return out;
}

Valence Valences::decided(State state, int tx) const {
  return static_cast<Valence>(decided_bits(state) >> shift(tx) & 3U);
}

void Valences::spread_outcomes() {
  for (int node = 0; node < graph_.model().setup().node_count(); ++node) {
    decided_.emplace_back();
    for (int id = 0; id < graph_.local_count(node); ++id)
      decided_.back().push_back(
          decided_at(graph_.model(), node, graph_.local(node, static_cast<std::uint32_t>(id))));
  }
  // All states of a component reach the same states, and a component comes after those it leads to.
  const explore::Components components = components_of(graph_);
  std::vector<std::uint32_t> of_component(components.count(), 0);
  for (const State state : components.order()) {
    std::uint32_t& outcomes = of_component[components.of(state)];
    outcomes |= decided_bits(state);
    for (const StateGraph::Edge& edge : graph_.edges(state))
      outcomes |= of_component[components.of(edge.to)];
  }
  outcomes_.resize(graph_.size());
  for (State state = 0; state < graph_.size(); ++state)
    outcomes_[state] = of_component[components.of(state)];
}

/// Backwards from the violations: a state is doomed as soon as the last way out of it is.
void Valences::spread_doom() {
  const State count = graph_.size();
  std::vector<std::uint32_t> ways_out(count, 0);
  std::vector<std::uint64_t> first_back(std::size_t{count} + 1, 0);
  const auto for_each_way = [&](auto&& visit) {
    for (State from = 0; from < count; ++from)
      for (const StateGraph::Edge& edge : graph_.edges(from))
        if (edge.to != from) visit(from, edge.to);
  };
  for_each_way([&](State from, State to) {
    ++ways_out[from];
    ++first_back[std::size_t{to} + 1];
  });
  std::partial_sum(first_back.begin(), first_back.end(), first_back.begin());
  std::vector<State> back(first_back.back());
  std::vector<std::uint64_t> end(first_back.begin(), first_back.end() - 1);
  for_each_way([&](State from, State to) { back[end[to]++] = from; });

  doomed_.assign(count, false);
  std::vector<State> open;
  for (State state = 0; state < count; ++state)
    if (graph_.violates(state)) {
      doomed_[state] = true;
      open.push_back(state);
    }
  while (!open.empty()) {
    const State to = open.back();
    open.pop_back();
    for (std::uint64_t i = first_back[to]; i < first_back[std::size_t{to} + 1]; ++i) {
      const State from = back[i];
      // What passes a bound goes on somewhere else, where nobody has looked.
      if (doomed_[from] || --ways_out[from] > 0 || graph_.past_bound(from)) continue;
      doomed_[from] = true;
      open.push_back(from);
    }
  }
}

std::vector<std::int64_t> Valences::counts(int tx) const {
  std::vector<std::int64_t> counts(4, 0);
  for (State state = 0; state < graph_.size(); ++state)
    ++counts[static_cast<std::size_t>(of(state, tx))];
  return counts;
}

std::int64_t Valences::doomed_count() const {
  return std::count(doomed_.begin(), doomed_.end(), true);
}

namespace {

/// The first place, from 1, where `is_over` holds though it did not before.
template <class Over>
std::optional<int> first_step(const std::vector<State>& states, Over is_over) {
  for (std::size_t i = 1; i < states.size(); ++i)
    if (is_over(states[i])) {
      if (is_over(states[i - 1])) return std::nullopt;
      return static_cast<int>(i);
    }
  return std::nullopt;
}

}  // namespace

std::optional<int> Valences::deciding_step(const std::vector<State>& states, int tx) const {
  return first_step(states, [&](State state) { return of(state, tx) != Valence::bivalent; });
}

std::optional<int> Valences::point_of_no_return(const std::vector<State>& states) const {
  return first_step(states, [&](State state) { return doomed(state); });
}

}  // namespace concordat::graph
