#include "tests/toy_checker/toy_checker.hpp"

#include <deque>
#include <map>

namespace concordat {

namespace {

/// Whether the event is no fault: nothing crashes in it, and a process that waits may hope for it.
bool is_ordinary(const Event& event) {
  const bool listed = event.kind == EventKind::start || event.kind == EventKind::deliver ||
                      event.kind == EventKind::timeout || event.kind == EventKind::store;
  return listed && !event.plan.cut;
}

/// A set of slots: bit i stands for all_slots(model)[i].
using SlotMask = std::uint64_t;

/// One search. States are numbered from 0 in the order in which they are first reached.
class Search {
 public:
  Search(const CheckRequest& request, World root, const std::vector<const Property*>& properties)
      : request_(request), model_(*request.model), root_(std::move(root)) {
    check(slots_.size() <= 64, "the naive checker watches at most 64 processes");
    for (const Property* property : properties) {
      verdicts[property].name = property->name;
      verdicts[property].code = property->code;
      verdicts[property].vacuous = true;
    }
  }

  void run(bool faults = true) {
    reach(World(root_), 0, 0);
    std::size_t level_end = 0;
    for (std::size_t from = 0; from < states_.size(); ++from) {
      if (from == level_end) {
        level_end = states_.size();
        if (++result.depth > request_.limits.max_depth) result.limit = "depth";
        if (violation_) result.limit = "violation";
      }
      if (result.states > request_.limits.max_states) result.limit = "states";
      const auto waiting = static_cast<std::int64_t>(waiting_.size());
      if (from % 4096 == 4095 && request_.progress &&
          request_.progress(result.states, result.transitions, result.depth, waiting))
        result.limit = "stopped";
      if (!result.limit.empty()) return;
      const World world = std::move(waiting_.front());
      waiting_.pop_front();
      expand(from, world, faults);
    }
    result.complete = true;
    for (auto& [property, verdict] : verdicts)
      if (verdict.verdict == Verdict::unknown) verdict.verdict = Verdict::holds;
  }

  /// The first state in which somebody is blocked: undecided, and decided in no state that ordinary
  /// events lead to; or the number of states. With `forgive`, everybody decides beyond a bound:
  /// call it first without, then with. REQUIRES: the search was complete.
  std::size_t first_blocked(bool forgive) {
    for (State& state : states_)
      if (forgive && state.past_bound) state.can_decide = ~SlotMask{0};
    for (bool changed = true; changed;) {  // most events lead forward, so it takes few rounds
      changed = false;
      for (auto from = states_.rbegin(); from != states_.rend(); ++from) {
        const SlotMask before = from->can_decide;
        for (const std::size_t to : from->ordinary)
          from->can_decide |= states_[to].can_decide;
        changed = changed || from->can_decide != before;
      }
    }
    std::size_t first = 0;
    while (first < states_.size() && blocked_at(first).empty())
      ++first;
    return first;
  }

  /// Who is blocked there. REQUIRES: first_blocked has been called.
  std::vector<Slot> blocked_at(std::size_t state) const {
    std::vector<Slot> blocked;
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if ((states_[state].undecided & ~states_[state].can_decide) >> i & 1U)
        blocked.push_back(slots_[i]);
    return blocked;
  }

  /// Non-blocking holds iff nobody is blocked in any state.
  PropertyVerdict judge_blocking() {
    PropertyVerdict verdict{"non_blocking", "NB", Verdict::unknown, false, {}, {}};
    if (!result.complete) return verdict;
    verdict.vacuous = !result.committed && !result.aborted;
    if (first_blocked(false) == states_.size()) verdict.verdict = Verdict::holds;
    const std::size_t first = first_blocked(true);
    if (first == states_.size()) return verdict;
    verdict.verdict = Verdict::violated;
    verdict.path = path_to(first);
    verdict.blocked = blocked_at(first).front();
    return verdict;
  }

  CheckResult result;
  std::map<const Property*, PropertyVerdict> verdicts;

 private:
  struct State {
    std::size_t parent = 0;  // the state from which it was first reached,
    std::size_t choice = 0;  // as this one of its successors
    SlotMask undecided = 0;
    SlotMask can_decide = 0;            // has decided; after first_blocked: here or later
    bool past_bound = false;            // some step from here would pass a bound
    std::vector<std::size_t> ordinary;  // successors by ordinary events
  };

  void expand(std::size_t from, const World& world, bool faults) {
    std::string bound;
    auto next = successors(model_, request_.rules, request_.budget, world, &bound);
    for (std::size_t choice = 0; choice < next.size(); ++choice) {
      const bool ordinary = is_ordinary(next[choice].event);
      if (!ordinary && !faults) continue;
      ++result.transitions;
      const std::size_t to = reach(std::move(next[choice].world), from, choice);
      if (ordinary) states_[from].ordinary.push_back(to);
    }
    if (next.empty()) ++result.end_states;
    if (bound.empty()) return;
    states_[from].past_bound = true;
    result.past_bound = bound;
    ++result.past_bound_states;
  }

  /// RETURNS: the world's number, a new one if it has not been reached before.
  std::size_t reach(World&& world, std::size_t parent, std::size_t choice) {
    const auto [entry, is_new] = numbers_.try_emplace(key_of(world), states_.size());
    if (!is_new) return entry->second;
    states_.push_back({parent, choice, 0, 0, false, {}});
    ++result.states;
    judge(world, states_.back());
    waiting_.push_back(std::move(world));
    return entry->second;
  }

  void judge(const World& world, State& state) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const History& history = state_of(model_, world, slots_[i].tx, slots_[i].process).history;
      if (history.decided()) state.can_decide |= SlotMask{1} << i;
      if (undecided(model_, world, slots_[i])) state.undecided |= SlotMask{1} << i;
      result.committed = result.committed || history.committed;
      result.aborted = result.aborted || history.aborted;
    }
    for (auto& [property, verdict] : verdicts) {
      const Observation seen = observe(*property, model_, world);
      if (property->at_stake == nullptr || property->at_stake(seen)) verdict.vacuous = false;
      if (verdict.verdict == Verdict::violated) continue;  // an earlier state was the first
      if (property->judge(model_, seen, world.used.any())) continue;
      verdict.verdict = Verdict::violated;
      verdict.vacuous = false;
      verdict.path = path_to(states_.size() - 1);
      violation_ = true;
    }
  }

  /// The run that first reached the state.
  std::vector<Event> path_to(std::size_t state) const {
    if (state == 0) return {};
    std::vector<Event> path = path_to(states_[state].parent);
    World world = root_;
    for (const Event& event : path)
      apply(model_, request_.rules, world, event);
    auto next = successors(model_, request_.rules, request_.budget, world);
    path.push_back(std::move(next[states_[state].choice].event));
    return path;
  }

  const CheckRequest& request_;
  const Model& model_;
  const World root_;
  const std::vector<Slot> slots_ = all_slots(model_);
  std::map<std::string, std::size_t> numbers_;  // key_of(world) -> its number
  std::vector<State> states_;
  std::deque<World> waiting_;  // of the states that are not expanded yet
  bool violation_ = false;
};

}  // namespace

CheckResult toy_check(const CheckRequest& request) {
  std::map<const Property*, PropertyVerdict> verdicts;
  std::vector<const Property*> open = request.properties;
  std::optional<Search> search;
  do {
    search.emplace(request, initial_world(*request.model), open);
    search->run();
    for (const Property* property : open)
      verdicts[property] = search->verdicts[property];
    std::erase_if(open, [&](const Property* property) {
      return verdicts[property].verdict == Verdict::violated;
    });
  } while (search->result.limit == "violation" && (request.non_blocking || !open.empty()));
  CheckResult result = search->result;
  for (const Property* property : request.properties)
    result.properties.push_back(verdicts[property]);
  if (request.non_blocking) result.properties.push_back(search->judge_blocking());
  return result;
}

std::optional<std::vector<Slot>> blocked_in(const Model& model,
                                            const Rules& rules,
                                            const World& world,
                                            std::int64_t max_states) {
  CheckRequest request;
  request.model = &model;
  request.rules = rules;
  request.budget.heal = false;
  request.limits.max_states = max_states;
  Search search(request, world, {});
  search.run(false);
  if (!search.result.complete) return std::nullopt;
  search.first_blocked(false);
  const std::size_t perhaps = search.blocked_at(0).size();
  search.first_blocked(true);
  std::vector<Slot> surely = search.blocked_at(0);
  return surely.size() == perhaps ? std::optional(std::move(surely)) : std::nullopt;
}

}  // namespace concordat
