#include "sim/graph/termination.hpp"

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "sim/explore/components.hpp"
#include "sim/explore/fingerprint_table.hpp"
#include "sim/explore/global_state.hpp"
#include "sim/graph/event_classes.hpp"

namespace concordat::graph {

namespace {

using explore::EnabledEvent;
using explore::EventClass;
using explore::GlobalState;
using Number = std::uint32_t;

/// Timers are synchronous after the repair, whatever they were before.
CheckRequest with_synchronous_table(CheckRequest request) {
  if (!request.rules.timers_wait()) request.rules.timing = TimingModel::synchronous;
  request.rules.keeps = {};
  std::erase_if(request.properties,
                [](const Property* property) { return property->judge_at_rest == nullptr; });
  for (const Property* property : request.properties)
    request.rules.keeps.add(property->reads);
  request.goals.clear();
  request.search = {};
  return request;
}

class Search {
 public:
  static constexpr std::size_t max_properties = 8;  // that speak of rest

  Search(const CheckRequest& asked, bool heals)
      : asked_(asked), request_(with_synchronous_table(asked)), heals_(heals) {}

  TerminationReport run() {
    report_.verdict.name = "eventual_termination";
    report_.verdict.code = "ET";
    check(request_.properties.size() <= max_properties, "few properties speak of rest");
    for (const Property* property : request_.properties) {
      PropertyVerdict& verdict = report_.at_rest.emplace_back();
      verdict.name = property->name;
      verdict.code = property->code;
    }
    reach();
    if (report_.limit.empty()) follow_repairs();
    const bool complete = report_.limit.empty();
    if (complete) judge();
    return std::move(report_);
  }

 private:
  // ---- Reachable states, each with what it is like after the repair.

  void reach() {
    explore::FingerprintTable seen(false);
    GlobalState next(steps_, channels_, asked_.rules.timing);
    if (request_.from != nullptr) next.put_in_flight(request_.from->network);
    std::deque<GlobalState> waiting{next};
    seen.insert(next.fingerprint());
    parents_.push_back({0, explore::none});
    std::vector<int> depth{0};
    std::vector<EnabledEvent> events;
    for (Number state = 0; state < parents_.size() && may_go_on(waiting.size()); ++state) {
      const GlobalState from = std::move(waiting.front());
      waiting.pop_front();
      repair(from, state, depth[state]);
      events.clear();
      next = from;
      for (const EventClass kind : event_classes)
        next.list_others(kind, events);
      for (const EnabledEvent& event : events)
        for (std::uint32_t move = event.begin; move < event.end; ++move) {
          next = from;
          next.perform(move);
          if (!seen.insert(next.fingerprint()).is_new) continue;
          parents_.push_back({state, move});
          depth.push_back(depth[state] + 1);
          waiting.push_back(next);
        }
    }
    report_.states = static_cast<std::int64_t>(parents_.size());
  }

  /// A reachable state after the repair.
  struct Source {
    GlobalState state;
    Number origin = 0;
    std::vector<std::uint32_t> moves;  // of the repair
    int steps = 0;                     // from the initial state
  };

  void repair(const GlobalState& from, Number origin, int depth) {
    std::vector<Source> sources{{from, origin, {}, 0}};
    const bool parted = steps_.controls().at(from.control()).parted;
    if (parted && heals_) sources.front().moves.push_back(steps_.heal());
    sources.front().state.end_faults(heals_);
    std::vector<EnabledEvent> events;
    for (int node = 0; node < steps_.node_count(); ++node) {
      std::vector<Source> after;
      for (Source& source : sources) {
        events.clear();
        source.state.list_repairs(node, events);
        for (const EnabledEvent& event : events)
          for (std::uint32_t move = event.begin; move < event.plain_end; ++move) {
            Source& next = after.emplace_back(source);
            next.state.perform(move);
            next.state.end_faults(heals_);
            next.moves.push_back(move);
          }
        if (events.empty()) after.push_back(std::move(source));
      }
      sources = std::move(after);
    }
    for (Source& source : sources) {
      if (!source_seen_.insert(source.state.fingerprint()).is_new) continue;
      source.steps = depth + static_cast<int>(source.moves.size());
      sources_.push_back(std::move(source));
    }
  }

  // ---- What can happen after the repair: a graph.

  struct Link {
    Number parent = 0;  // of a source: its place among them
    std::uint32_t move = explore::none;
  };
  struct Edge {
    std::uint32_t move = 0;
    Number to = 0;
  };

  /// Level by level, so that each state is reached in as few steps as possible, from the initial
  /// state on.
  void follow_repairs() {
    std::ranges::stable_sort(sources_, {}, &Source::steps);
    std::size_t next_source = 0;
    std::vector<GlobalState> level;
    for (int steps = 0; next_source < sources_.size() || !level.empty(); ++steps) {
      for (; next_source < sources_.size() && sources_[next_source].steps == steps; ++next_source)
        if (const auto place = number(sources_[next_source].state); place.is_new) {
          links_.push_back({static_cast<Number>(next_source), explore::none});
          level.push_back(sources_[next_source].state);
        }
      std::vector<GlobalState> next_level;
      for (const GlobalState& from : level) {
        if (!may_go_on(level.size() + next_level.size())) return;
        expand(from, next_level);
      }
      level = std::move(next_level);
    }
    first_edge_.push_back(edges_.size());
    report_.repaired = static_cast<std::int64_t>(links_.size());
  }

  struct Numbered {
    Number number = 0;
    bool is_new = false;
  };
  Numbered number(const GlobalState& state) {
    const auto place = repaired_seen_.insert(state.fingerprint());
    if (place.is_new) repaired_seen_.number(place.slot) = static_cast<Number>(links_.size());
    return {repaired_seen_.number(place.slot), place.is_new};
  }

  void expand(const GlobalState& from, std::vector<GlobalState>& next_level) {
    const auto state = static_cast<Number>(first_edge_.size());
    first_edge_.push_back(edges_.size());
    std::uint64_t undecided = 0;
    for (int node = 0; node < steps_.node_count(); ++node) {
      cells_.push_back(from.local(node));
      undecided |= steps_.facts(node, from.local(node)).undecided;
    }
    undecided_.push_back(undecided);
    unfit_.push_back(unfit(from));
    std::vector<EnabledEvent> events;
    GlobalState next = from;
    next.list_ordinary(events);
    past_bound_.push_back(next.past_bound() != explore::none);
    for (const EnabledEvent& event : events)
      for (std::uint32_t move = event.begin; move < event.plain_end; ++move) {
        next = from;
        next.perform(move);
        const Numbered to = number(next);
        if (to.is_new) {
          links_.push_back({state, move});
          next_level.push_back(next);
        }
        edges_.push_back({move, to.number});
      }
  }

  /// Of whose properties the state is unfit to rest in: bit i is that of property i.
  std::uint8_t unfit(const GlobalState& state) {
    std::uint8_t out = 0;
    for (std::size_t i = 0; i < request_.properties.size(); ++i) {
      Observation seen;
      for (int node = 0; node < steps_.node_count(); ++node)
        seen.combine(steps_.observation(node, state.local(node), static_cast<int>(i)));
      if (!request_.properties[i]->judge_at_rest(steps_.model(), seen))
        out = static_cast<std::uint8_t>(out | 1U << i);
    }
    return out;
  }

  bool may_go_on(std::size_t waiting) {
    const auto states = static_cast<std::int64_t>(parents_.size() + links_.size());
    constexpr std::int64_t each = 40;    // bytes of a state, its places in visited sets included
    constexpr std::int64_t whole = 256;  // of one that waits
    const std::int64_t bytes = states * each +
                               static_cast<std::int64_t>((waiting + sources_.size()) * whole) +
                               static_cast<std::int64_t>(edges_.size() * sizeof(Edge));
    if (states > asked_.limits.max_states) report_.limit = "states";
    if (asked_.limits.max_bytes > 0 && bytes > asked_.limits.max_bytes) report_.limit = "memory";
    if (report_.limit.empty() && asked_.progress && ++asked_for_ % 1024 == 0) {
      const auto answer = asked_.progress({states,
                                           static_cast<std::int64_t>(edges_.size()),
                                           0,
                                           static_cast<std::int64_t>(waiting),
                                           bytes});
      if (answer != "checkpoint") report_.limit = answer;
    }
    return report_.limit.empty();
  }

  // ---- The verdict.

  using States = std::vector<Number>;  // in ascending order

  void judge() {
    judge(report_.verdict, [this](Number state) { return undecided_[state] != 0; });
    if (report_.verdict.verdict == Verdict::violated)
      report_.verdict.blocked = all_slots(
          steps_.model())[static_cast<std::size_t>(std::countr_zero(undecided_[trap_.front()]))];
    for (std::size_t i = 0; i < request_.properties.size(); ++i)
      judge(report_.at_rest[i], [&](Number state) { return (unfit_[state] >> i & 1U) != 0; });
  }

  /// Whether there is a trap of states that are `bad`.
  template <class Bad>
  void judge(PropertyVerdict& verdict, Bad bad) {
    States all(links_.size());
    std::iota(all.begin(), all.end(), 0);
    std::erase_if(all, [&](Number state) { return !bad(state); });
    trap_.clear();
    const std::int64_t ignored = report_.ignored;
    look_for_trap(all);
    if (!trap_.empty()) {
      verdict.verdict = Verdict::violated;
      tell(verdict);
    } else if (report_.ignored == ignored) {
      verdict.verdict = Verdict::holds;
    }
  }

  std::span<const Edge> edges(Number state) const {
    return {edges_.data() + first_edge_[state], edges_.data() + first_edge_[state + 1]};
  }
  static bool contains(const States& states, Number state) {
    return std::binary_search(states.begin(), states.end(), state);
  }

  /// Leaves in trap_ the trap within these states that is reached in the fewest steps.
  void look_for_trap(const States& within) {
    std::vector<explore::Components::Edge> pairs;
    for (std::size_t i = 0; i < within.size(); ++i)
      for (const Edge& edge : edges(within[i])) {
        const auto to = std::ranges::lower_bound(within, edge.to);
        if (to != within.end() && *to == edge.to)
          pairs.emplace_back(static_cast<Number>(i), static_cast<Number>(to - within.begin()));
      }
    const explore::Components components(static_cast<Number>(within.size()), pairs);
    const auto& order = components.order();
    States members;
    for (std::size_t i = 0; i < order.size();) {
      members.clear();
      const std::uint32_t component = components.of(order[i]);
      for (; i < order.size() && components.of(order[i]) == component; ++i)
        members.push_back(within[order[i]]);
      std::ranges::sort(members);
      look_at(members);
    }
  }

  /// Of states that lead to each other.
  void look_at(const States& members) {
    if (!trap_.empty() && trap_.front() < members.front()) return;
    bool circles = false;
    bool ends = false;
    bool past_bound = false;
    std::set<int> happens;
    for (const Number state : members) {
      past_bound = past_bound || past_bound_[state];
      ends = ends || edges(state).empty();
      for (const Edge& edge : edges(state))
        if (contains(members, edge.to)) {
          circles = true;
          happens.insert(event_of(edge));
        }
    }
    if (!circles && !ends) return;
    if (!std::ranges::includes(happens, always_enabled(members))) return;
    for (const int timer : insistent(members))
      if (!happens.contains(timer)) {
        // It can be avoided only where it cannot fire.
        States rest = members;
        std::erase_if(rest, [&](Number state) { return enabled(state).contains(timer); });
        return look_for_trap(rest);
      }
    if (past_bound)
      ++report_.ignored;  // another step might lead out of it
    else
      trap_ = members;
  }

  /// The timers that are armed in all of these states, and can fire in some.
  std::set<int> insistent(const States& members) {
    std::set<int> timers;
    for (const Number state : members)
      for (const Edge& edge : edges(state))
        if (steps_.event(edge.move).kind == EventKind::timeout) timers.insert(event_of(edge));
    std::erase_if(timers, [&](int timer) {
      const Event& event = steps_.event(example_[static_cast<std::size_t>(timer)]);
      return !std::ranges::all_of(members, [&](Number state) { return is_armed(state, event); });
    });
    return timers;
  }
  bool is_armed(Number state, const Event& event) const {
    const auto nodes = static_cast<std::size_t>(steps_.node_count());
    const std::uint32_t local = cells_[state * nodes + static_cast<std::size_t>(event.node)];
    const auto& slots = steps_.contents(event.node, local).slots;
    const unsigned timers = slots[static_cast<std::size_t>(event.slot)].timers;
    return (timers >> static_cast<unsigned>(event.timer) & 1U) != 0;
  }

  /// What an edge does, whatever comes of it: the arrival of one message, one timer.
  int event_of(const Edge& edge) {
    if (edge.move >= event_ids_.size()) event_ids_.resize(edge.move + 1, -1);
    int& id = event_ids_[edge.move];
    if (id >= 0) return id;
    const Event& event = steps_.event(edge.move);
    const std::uint32_t message = steps_.move(edge.move).message;
    const auto key = std::tuple(event.kind,
                                event.node,
                                event.slot,
                                event.timer,
                                message,
                                event.notice.slot,
                                event.notice.kind,
                                event.notice.row);
    const auto [entry, is_new] = events_.try_emplace(key, static_cast<int>(events_.size()));
    if (is_new) example_.push_back(edge.move);
    id = entry->second;
    return id;
  }
  std::set<int> enabled(Number state) {
    std::set<int> out;
    for (const Edge& edge : edges(state))
      out.insert(event_of(edge));
    return out;
  }
  std::set<int> always_enabled(const States& members) {
    std::set<int> all = enabled(members.front());
    for (const Number state : members) {
      if (all.empty()) break;
      const std::set<int> here = enabled(state);
      std::erase_if(all, [&](int event) { return !here.contains(event); });
    }
    return all;
  }

  // ---- The run that shows it.

  void tell(PropertyVerdict& verdict) {
    std::vector<std::uint32_t> after;  // moves since the repair, backwards
    Number state = trap_.front();
    for (; links_[state].move != explore::none; state = links_[state].parent)
      after.push_back(links_[state].move);
    const Source& source = sources_[links_[state].parent];
    std::vector<std::uint32_t> moves;
    for (Number at = source.origin; at != 0; at = parents_[at].parent)
      moves.push_back(parents_[at].move);
    std::ranges::reverse(moves);
    verdict.repaired_after = static_cast<int>(moves.size());
    moves.insert(moves.end(), source.moves.begin(), source.moves.end());
    moves.insert(moves.end(), after.rbegin(), after.rend());
    verdict.circles_after = static_cast<int>(moves.size());
    for (const Edge& edge : circle())
      moves.push_back(edge.move);
    for (const std::uint32_t move : moves)
      verdict.path.push_back(steps_.event(move));
  }

  /// A closed walk in the trap, from its first state: every event happens on it that is always
  /// enabled or an insistent timer, and every other one is disabled somewhere. Empty where nothing
  /// can happen.
  std::vector<Edge> circle() {
    const Number first = trap_.front();
    std::vector<Edge> walk;
    Number at = first;
    std::set<int> must = always_enabled(trap_);
    must.merge(insistent(trap_));
    std::set<int> all;
    for (const Number state : trap_)
      all.merge(enabled(state));
    const auto is_disabled_on = [&](int event) {
      return !enabled(first).contains(event) || std::ranges::any_of(walk, [&](const Edge& edge) {
        return !enabled(edge.to).contains(event);
      });
    };
    for (const int event : all) {
      const bool happened =
          std::ranges::any_of(walk, [&](const Edge& edge) { return event_of(edge) == event; });
      if (happened || (!must.contains(event) && is_disabled_on(event))) continue;
      if (must.contains(event))
        go(at, walk, [&](const Edge& edge) { return event_of(edge) == event; });
      else
        go(at, walk, [&](const Edge& edge) { return !enabled(edge.to).contains(event); });
    }
    if (at != first) go(at, walk, [&](const Edge& edge) { return edge.to == first; });
    return walk;
  }

  /// Goes on within the trap to the nearest edge that is wanted, and along it.
  template <class Wanted>
  void go(Number& at, std::vector<Edge>& walk, Wanted wanted) const {
    std::map<Number, std::pair<Number, Edge>> from{{at, {at, {}}}};
    std::deque<Number> open{at};
    while (!open.empty()) {
      const Number state = open.front();
      open.pop_front();
      for (const Edge& edge : edges(state)) {
        if (!contains(trap_, edge.to)) continue;
        if (wanted(edge)) {
          std::vector<Edge> way{edge};
          for (Number back = state; back != at; back = from.at(back).first)
            way.push_back(from.at(back).second);
          walk.insert(walk.end(), way.rbegin(), way.rend());
          at = edge.to;
          return;
        }
        if (from.try_emplace(edge.to, state, edge).second) open.push_back(edge.to);
      }
    }
  }

  struct Parent {
    Number parent = 0;
    std::uint32_t move = 0;
  };

  const CheckRequest& asked_;
  const CheckRequest request_;
  const bool heals_;  // partitions end with the other faults
  explore::StepTable steps_{request_};
  explore::Channels channels_{steps_};
  TerminationReport report_;
  std::int64_t asked_for_ = 0;

  std::vector<Parent> parents_;  // of reachable states
  std::vector<Source> sources_;
  explore::FingerprintTable source_seen_{false};

  explore::FingerprintTable repaired_seen_{true};
  std::vector<Link> links_;  // per repaired state
  std::vector<std::uint64_t> first_edge_;
  std::vector<Edge> edges_;
  std::vector<std::uint64_t> undecided_;  // in all_slots
  std::vector<std::uint8_t> unfit_;       // per state: bit i: to rest in, as far as property i says
  std::vector<bool> past_bound_;
  std::vector<std::uint32_t> cells_;  // [state * nodes + node]
  States trap_;                       // the nearest that was found

  std::vector<int> event_ids_;          // per move
  std::vector<std::uint32_t> example_;  // per event: a move
  std::map<std::tuple<EventKind, int, int, int, std::uint32_t, int, NoticeKind, RowKey>, int>
      events_;
};

}  // namespace

TerminationReport judge_termination(const CheckRequest& request) {
  // That everybody decides is promised after every partition has healed. What becomes of the data
  // is judged as the budget has it.
  const bool stays_parted = request.budget.partitions != 0 && !request.budget.heal;
  TerminationReport report = Search(request, true).run();
  if (report.at_rest.empty() || !stays_parted) return report;
  TerminationReport parted = Search(request, false).run();
  report.at_rest = std::move(parted.at_rest);
  if (report.limit.empty()) report.limit = parted.limit;
  return report;
}

}  // namespace concordat::graph
