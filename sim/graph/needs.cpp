#include "sim/graph/needs.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace concordat::graph {

namespace {

using State = StateGraph::State;
using Edge = StateGraph::Edge;

constexpr int most_members = 6;

/// A set of subsets of a group: bit s stands for the subset with the members of s.
using Subsets = std::uint64_t;

/// The same with this member added to each.
Subsets with(Subsets subsets, int member) {
  constexpr std::array<Subsets, most_members> having{0xaaaaaaaaaaaaaaaaU,
                                                     0xccccccccccccccccU,
                                                     0xf0f0f0f0f0f0f0f0U,
                                                     0xff00ff00ff00ff00U,
                                                     0xffff0000ffff0000U,
                                                     0xffffffff00000000U};
  const Subsets has = having[static_cast<std::size_t>(member)];
  return (subsets & has) | (subsets & ~has) << (1U << static_cast<unsigned>(member));
}

/// Which sizes subsets have: {smallest, largest}. REQUIRES: some.
std::pair<int, int> sizes(Subsets subsets) {
  int least = most_members;
  int most = 0;
  for (; subsets != 0; subsets &= subsets - 1) {
    const int size = std::popcount(static_cast<unsigned>(std::countr_zero(subsets)));
    least = std::min(least, size);
    most = std::max(most, size);
  }
  return {least, most};
}

/// Events that count as one group.
struct Group {
  Need::Kind kind{};
  int tx = 1;
  ProcessId at;
  std::string what;
  friend bool operator==(const Group&, const Group&) = default;
};

class Finder {
 public:
  Finder(const StateGraph& graph, const Goal& wanted, const Goal& other)
      : graph_(graph),
        setup_(graph.model().setup()),
        goal_(wanted),
        wanted_(graph, wanted),
        other_(graph, other) {
    std::vector<bool> seen;
    for (State state = 0; state < graph_.size(); ++state)
      for (const Edge& edge : graph_.edges(state)) {
        if (edge.move >= seen.size()) seen.resize(edge.move + 1);
        if (!seen[edge.move]) events_.push_back(edge);
        seen[edge.move] = true;
      }
    member_.resize(seen.size());
  }

  std::vector<Need> find() {
    const auto first = graph_.first([&](State state) { return wanted_(state); });
    if (!first || !graph_.first([&](State state) { return other_(state); })) return {};
    std::vector<Need> out;
    std::vector<Group> seen;
    const auto look = [&](const Group& group) {
      if (std::ranges::find(seen, group) != seen.end()) return;
      seen.push_back(group);
      if (is_wanted(group)) return;
      if (auto need = judge(group)) out.push_back(std::move(*need));
    };
    State from = 0;
    for (const Edge& edge : graph_.edges_to(*first)) {
      if (const auto group = group_of(graph_.event(edge))) look(*group);
      for (const Group& group : decisions(from, edge.to))
        look(group);
      from = edge.to;
    }
    return out;
  }

 private:
  std::optional<Group> group_of(const Event& event) const {
    if (event.kind == EventKind::deliver || event.kind == EventKind::duplicate)
      return Group{Need::Kind::arrival,
                   event.message.tx,
                   event.message.to,
                   graph_.model().message_name(event.message.message)};
    if (event.kind != EventKind::timeout) return std::nullopt;
    const Slot& slot =
        setup_.slots[static_cast<std::size_t>(event.node)][static_cast<std::size_t>(event.slot)];
    return Group{Need::Kind::timer,
                 slot.tx,
                 slot.process,
                 std::string(graph_.model().info().timers[static_cast<std::size_t>(event.timer)])};
  }

  const History& history(State state, const Slot& slot) const {
    const int node = setup_.node_of(slot.process);
    const LocalState& local = graph_.local(node, graph_.local_id(state, node));
    return local.slots[static_cast<std::size_t>(setup_.local_slot(slot.tx, slot.process))].history;
  }
  bool has(State state, const Group& decision) const {
    const History& past = history(state, {decision.tx, decision.at});
    return decision.kind == Need::Kind::commit ? past.committed : past.aborted;
  }
  /// Decisions that are made from one state to the next.
  std::vector<Group> decisions(State from, State to) const {
    std::vector<Group> out;
    for (const Slot& slot : all_slots(graph_.model()))
      for (const Need::Kind kind : {Need::Kind::commit, Need::Kind::abort}) {
        const Group group{kind, slot.tx, slot.process, {}};
        if (has(to, group) && !has(from, group)) out.push_back(group);
      }
    return out;
  }

  /// Whether this is what the goal says itself.
  bool is_wanted(const Group& group) const {
    const auto condition =
        group.kind == Need::Kind::commit ? Condition::commits : Condition::aborts;
    if (group.kind != Need::Kind::commit && group.kind != Need::Kind::abort) return false;
    return std::ranges::any_of(goal_.terms, [&](const GoalTerm& term) {
      return term.condition == condition && term.process == group.at &&
             (term.tx == 0 || term.tx == group.tx);
    });
  }

  /// RETURNS: nothing if it explains nothing.
  std::optional<Need> judge(const Group& group) {
    const bool is_event = group.kind == Need::Kind::arrival || group.kind == Need::Kind::timer;
    members_.assign(1, group.at);
    if (is_event && !find_members(group)) return std::nullopt;
    if (is_event) spread();
    int least = most_members;
    int most = 0;
    for (State state = 0; state < graph_.size(); ++state) {
      const int met = is_event ? 0 : has(state, group) ? 1 : 0;
      const auto [fewest, largest] = is_event ? sizes(happened_[state]) : std::pair{met, met};
      if (wanted_(state)) least = std::min(least, fewest);
      if (other_(state)) most = std::max(most, largest);
    }
    if (least <= most) return std::nullopt;
    Need need{group.kind, group.tx, group.at, group.what, {}, least, most};
    for (const ProcessId member : members_)
      need.members.push_back(setup_.name_of(member));
    return need;
  }

  /// Fills `members_` and `member_`. RETURNS: false if they are too many.
  bool find_members(const Group& group) {
    members_.clear();
    const bool arrives = group.kind == Need::Kind::arrival;
    std::vector<const Edge*> of_group;
    std::ranges::fill(member_, -1);
    for (const Edge& edge : events_) {
      const Event& event = graph_.event(edge);
      if (group_of(event) != group) continue;
      of_group.push_back(&edge);
      const ProcessId member = arrives ? event.message.from : group.at;
      if (std::ranges::find(members_, member) == members_.end()) members_.push_back(member);
    }
    std::ranges::sort(members_, {}, [](ProcessId process) { return process.index(); });
    for (const Edge* edge : of_group) {
      const ProcessId member = arrives ? graph_.event(*edge).message.from : group.at;
      member_[edge->move] =
          static_cast<int>(std::ranges::find(members_, member) - members_.begin());
    }
    return members_.size() <= most_members;
  }

  /// Fills `happened_`: per state, what may have happened on runs to it.
  void spread() {
    happened_.assign(graph_.size(), 0);
    happened_[0] = 1;
    std::vector<State> open{0};
    std::vector<bool> is_open(graph_.size());
    while (!open.empty()) {
      const State state = open.back();
      open.pop_back();
      is_open[state] = false;
      for (const Edge& edge : graph_.edges(state)) {
        const int member = member_[edge.move];
        const Subsets before = happened_[edge.to];
        happened_[edge.to] |= member < 0 ? happened_[state] : with(happened_[state], member);
        if (happened_[edge.to] == before || is_open[edge.to]) continue;
        is_open[edge.to] = true;
        open.push_back(edge.to);
      }
    }
  }

  const StateGraph& graph_;
  const Setup& setup_;
  const Goal& goal_;
  const Meets wanted_;
  const Meets other_;
  std::vector<Edge> events_;        // one of each move
  std::vector<ProcessId> members_;  // of the group at hand
  std::vector<int> member_;         // per move: which of them, or -1
  std::vector<Subsets> happened_;
};

}  // namespace

Meets::Meets(const StateGraph& graph, const Goal& goal) : graph_(graph) {
  std::vector<GoalTerm> conditions;
  for (const GoalTerm& term : goal.terms)
    if (term.condition != Condition::blocks) conditions.push_back(term);
  all_ = conditions.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << conditions.size()) - 1;
  for (int node = 0; node < graph.model().setup().node_count(); ++node) {
    auto& met = met_.emplace_back();
    for (int id = 0; id < graph.local_count(node); ++id) {
      const LocalState& local = graph.local(node, static_cast<std::uint32_t>(id));
      met.push_back(0);
      for (std::size_t i = 0; i < conditions.size(); ++i)
        if (is_met(conditions[i], graph.model(), node, local)) met.back() |= std::uint64_t{1} << i;
    }
  }
}

bool Meets::operator()(StateGraph::State state) const {
  std::uint64_t met = 0;
  for (std::size_t node = 0; node < met_.size(); ++node)
    met |= met_[node][graph_.local_id(state, static_cast<int>(node))];
  return met == all_;
}

std::vector<Need> needs(const StateGraph& graph, const Goal& wanted, const Goal& other) {
  return Finder(graph, wanted, other).find();
}

}  // namespace concordat::graph
