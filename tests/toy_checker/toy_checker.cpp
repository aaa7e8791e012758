#include "tests/toy_checker/toy_checker.hpp"

#include <algorithm>
#include <bit>
#include <deque>
#include <map>

namespace concordat {

namespace {
using SlotMask = std::uint64_t;  // a set of processes: bit i stands for all_slots(model)[i]

/// Whether a process that waits may hope for this event: it is no fault and nothing crashes in it.
bool is_ordinary(const Event& event) {
  const bool listed = event.kind == EventKind::start || event.kind == EventKind::deliver ||
                      event.kind == EventKind::timeout || event.kind == EventKind::store;
  return listed && !event.plan.cut;
}

class Search {
 public:
  explicit Search(const CheckRequest& request) : request_(request), model_(*request.model) {
    check(slots_.size() <= 64, "the naive checker watches at most 64 processes");
    for (const Property* property : request.properties)
      result_.properties.push_back({std::string(property->name),
                                    std::string(property->code),
                                    Verdict::unknown,
                                    true,
                                    {},
                                    {}});
    result_.goals.resize(request.goals.size());
  }

  CheckResult run() {
    reach(initial_world(model_), 0, 0);
    std::size_t level_end = 0;
    for (std::size_t from = 0; from < states_.size() && result_.limit.empty(); ++from) {
      if (from == level_end) {
        level_end = states_.size();
        if (++result_.depth == request_.limits.max_depth) result_.limit = "depth";
        if (nothing_is_left()) result_.limit = violated_ > 0 ? "violation" : "goals";
      }
      if (result_.states > request_.limits.max_states) result_.limit = "states";
      if (from % 256 == 255 && request_.progress && result_.limit.empty())
        result_.limit = request_.progress(
            {result_.states, result_.transitions, result_.depth, std::ssize(waiting_), 0});
      if (result_.limit.empty()) expand(from);
    }
    result_.complete = result_.limit.empty();
    for (PropertyVerdict& verdict : result_.properties)
      if (verdict.verdict == Verdict::unknown && result_.complete) verdict.verdict = Verdict::holds;
    if (request_.non_blocking) result_.properties.push_back(judge_blocking());
    if (result_.complete) finish_goals();
    return std::move(result_);
  }

 private:
  struct State {
    std::size_t parent = 0;         // the state from which it was first reached,
    std::size_t choice = 0;         // as this one of its successors
    SlotMask decided = 0;           // or without a stake in the outcome
    SlotMask undecided = 0;         // running, asked to decide, and has not
    bool past_bound = false;        // some step from here would pass a bound
    std::vector<bool> meets;        // per goal: its conditions but for `blocks`
    std::vector<std::size_t> next;  // where ordinary events lead
  };

  void expand(std::size_t from) {
    const World world = std::move(waiting_.front());
    waiting_.pop_front();
    std::string bound;
    auto next = successors(model_, request_.rules, request_.budget, world, &bound);
    for (std::size_t choice = 0; choice < next.size(); ++choice) {
      ++result_.transitions;
      const std::size_t to = reach(std::move(next[choice].world), from, choice);
      if (is_ordinary(next[choice].event)) states_[from].next.push_back(to);
    }
    if (next.empty()) ++result_.end_states;
    if (bound.empty()) return;
    states_[from].past_bound = true;
    result_.past_bound = bound;
    ++result_.past_bound_states;
  }

  /// RETURNS: the world's number, a new one if it has not been reached before.
  std::size_t reach(World&& world, std::size_t parent, std::size_t choice) {
    const auto [entry, is_new] = numbers_.try_emplace(key_of(world), states_.size());
    if (!is_new) return entry->second;
    ++result_.states;
    State& state = states_.emplace_back();
    state.parent = parent;
    state.choice = choice;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const History& history = state_of(model_, world, slots_[i].tx, slots_[i].process).history;
      if (history.settled()) state.decided |= SlotMask{1} << i;
      if (undecided(model_, world, slots_[i])) state.undecided |= SlotMask{1} << i;
      result_.committed = result_.committed || history.committed;
      result_.aborted = result_.aborted || history.aborted;
    }
    judge(world);
    waiting_.push_back(std::move(world));
    return entry->second;
  }

  void judge(const World& world) {
    for (std::size_t i = 0; i < request_.properties.size(); ++i) {
      const Property& property = *request_.properties[i];
      PropertyVerdict& verdict = result_.properties[i];
      if (verdict.verdict == Verdict::violated) continue;  // an earlier state was the first
      const Observation seen = observe(property, model_, world);
      if (property.at_stake == nullptr || property.at_stake(seen)) verdict.vacuous = false;
      if (property.judge(model_, seen, world.used.any())) continue;
      verdict.verdict = Verdict::violated;
      verdict.vacuous = false;
      verdict.path = path_to(states_.size() - 1);
      ++violated_;
    }
    for (std::size_t i = 0; i < request_.goals.size(); ++i) {
      const bool meets = is_met(request_.goals[i], model_, world);
      states_.back().meets.push_back(meets);
      if (meets && blocked_of(request_.goals[i], model_).empty())
        reach_goal(result_.goals[i], states_.size() - 1);
    }
  }

  void reach_goal(GoalVerdict& goal, std::size_t state) {
    if (goal.reach == Reach::reached) return;  // an earlier state was the first
    goal.reach = Reach::reached;
    goal.path = path_to(state);
    ++reached_;
  }

  bool nothing_is_left() const {
    return violated_ + reached_ > 0 && violated_ == request_.properties.size() &&
           reached_ == request_.goals.size() && !request_.non_blocking;
  }

  /// Every state has been seen: what was not reached cannot be. Who blocks is known only now.
  void finish_goals() {
    const auto may_block = blocked(false);
    const auto surely = blocked(true);
    for (std::size_t i = 0; i < request_.goals.size(); ++i) {
      const auto masks = blocked_of(request_.goals[i], model_);
      bool possible = false;
      for (std::size_t state = 0; state < states_.size(); ++state) {
        const auto all_in = [&](SlotMask mask) {
          return states_[state].meets[i] &&
                 std::ranges::all_of(masks, [&](SlotMask term) { return (term & mask) != 0; });
        };
        possible = possible || all_in(may_block[state]);
        if (!masks.empty() && all_in(surely[state])) reach_goal(result_.goals[i], state);
      }
      if (!possible) result_.goals[i].reach = Reach::unreachable;
    }
  }

  /// The run that first reached the state, made again from its choices.
  std::vector<Event> path_to(std::size_t state) const {
    std::vector<std::size_t> choices;  // last first
    for (; state != 0; state = states_[state].parent)
      choices.push_back(states_[state].choice);
    std::vector<Event> path;
    World world = initial_world(model_);
    for (auto choice = choices.rbegin(); choice != choices.rend(); ++choice) {
      auto next = successors(model_, request_.rules, request_.budget, world);
      path.push_back(std::move(next[*choice].event));
      world = std::move(next[*choice].world);
    }
    return path;
  }

  /// Per state, who is undecided there and decided in no state that ordinary events lead to. With
  /// `forgive`, everybody decides beyond a bound.
  std::vector<SlotMask> blocked(bool forgive) const {
    std::vector<SlotMask> decides;  // here or later
    for (const State& state : states_)
      decides.push_back(forgive && state.past_bound ? ~SlotMask{0} : state.decided);
    for (bool changed = true; changed;) {  // most events lead forward, so few rounds are enough
      changed = false;
      for (std::size_t state = states_.size(); state-- > 0;) {
        const SlotMask before = decides[state];
        for (const std::size_t next : states_[state].next)
          decides[state] |= decides[next];
        changed = changed || decides[state] != before;
      }
    }
    for (std::size_t state = 0; state < states_.size(); ++state)
      decides[state] = states_[state].undecided & ~decides[state];
    return decides;
  }

  /// Non-blocking holds iff nobody is blocked in any state.
  PropertyVerdict judge_blocking() const {
    PropertyVerdict verdict{"non_blocking", "NB", Verdict::unknown, false, {}, {}};
    if (!result_.complete) return verdict;
    const auto somebody = [](SlotMask mask) { return mask != 0; };
    if (std::ranges::none_of(blocked(false), somebody)) verdict.verdict = Verdict::holds;
    const std::vector<SlotMask> surely = blocked(true);
    const auto first = std::ranges::find_if(surely, somebody);
    if (first == surely.end()) return verdict;
    verdict.verdict = Verdict::violated;
    verdict.path = path_to(static_cast<std::size_t>(first - surely.begin()));
    verdict.blocked = slots_[static_cast<std::size_t>(std::countr_zero(*first))];
    return verdict;
  }

  const CheckRequest& request_;
  const Model& model_;
  const std::vector<Slot> slots_ = all_slots(model_);
  std::size_t violated_ = 0;  // properties
  std::size_t reached_ = 0;   // goals
  CheckResult result_;
  std::map<std::string, std::size_t> numbers_;  // key_of(world) -> the state's number
  std::vector<State> states_;                   // by number, in the order of first reaching
  std::deque<World> waiting_;                   // of the states that are not expanded yet
};

}  // namespace

CheckResult toy_check(const CheckRequest& request) {
  return Search(request).run();
}

}  // namespace concordat
