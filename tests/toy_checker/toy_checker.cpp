#include "tests/toy_checker/toy_checker.hpp"

#include <algorithm>
#include <bit>
#include <deque>
#include <map>

#include "tests/toy_checker/prospects.hpp"

namespace concordat {

namespace {

/// One search. States are numbered from 0 in the order in which they are first reached.
class Search {
 public:
  Search(const CheckRequest& request, const std::vector<const Property*>& properties)
      : request_(request), model_(*request.model), properties_(properties) {
    check(slots_.size() <= 64, "the naive checker watches at most 64 processes");
    for (const Property* property : properties)
      result.properties.push_back(verdict_on(property->name, property->code));
  }

  void run() {
    reach(initial_world(model_), {});
    std::size_t level_end = 0;
    for (std::size_t from = 0; from < origins_.size(); ++from) {
      if (from == level_end) {
        level_end = origins_.size();
        if (++result.depth == request_.limits.max_depth) result.limit = "depth";
        if (violation_) result.limit = "violation";
      }
      if (result.states > request_.limits.max_states) result.limit = "states";
      if (from % 4096 == 4095 && is_stopped()) result.limit = "stopped";
      if (!result.limit.empty()) return;
      const World world = std::move(waiting_.front());
      waiting_.pop_front();
      expand(from, world);
    }
    result.complete = true;
    for (PropertyVerdict& verdict : result.properties)
      if (verdict.verdict == Verdict::unknown) verdict.verdict = Verdict::holds;
  }

  /// Non-blocking holds iff nobody is blocked in any state.
  PropertyVerdict judge_blocking() const {
    PropertyVerdict verdict = verdict_on("non_blocking", "NB");
    verdict.vacuous = !result.committed && !result.aborted;
    if (!result.complete) return verdict;
    const Blocked blocked = who_is_blocked(prospects_);
    const auto somebody = [](SlotMask mask) { return mask != 0; };
    const auto first = std::ranges::find_if(blocked.surely, somebody);
    if (std::ranges::none_of(blocked.perhaps, somebody)) verdict.verdict = Verdict::holds;
    if (first == blocked.surely.end()) return verdict;
    verdict.verdict = Verdict::violated;
    verdict.vacuous = false;
    verdict.path = path_to(static_cast<std::size_t>(first - blocked.surely.begin()));
    verdict.blocked = slots_[static_cast<std::size_t>(std::countr_zero(*first))];
    return verdict;
  }

  CheckResult result;  // without non_blocking

 private:
  /// Where a state was first reached from, and which of the successors there it was.
  struct Origin {
    std::size_t parent = 0;
    std::size_t choice = 0;
  };

  static PropertyVerdict verdict_on(std::string_view name, std::string_view code) {
    return {std::string(name), std::string(code), Verdict::unknown, true, {}, {}};
  }

  bool is_stopped() const {
    const auto waiting = static_cast<std::int64_t>(waiting_.size());
    return request_.progress &&
           request_.progress(result.states, result.transitions, result.depth, waiting);
  }

  void expand(std::size_t from, const World& world) {
    std::string bound;
    auto next = successors(model_, request_.rules, request_.budget, world, &bound);
    for (std::size_t choice = 0; choice < next.size(); ++choice) {
      ++result.transitions;
      const std::size_t to = reach(std::move(next[choice].world), {from, choice});
      if (is_ordinary(next[choice].event)) prospects_[from].next.push_back(to);
    }
    if (next.empty()) ++result.end_states;
    if (bound.empty()) return;
    prospects_[from].past_bound = true;
    result.past_bound = bound;
    ++result.past_bound_states;
  }

  /// RETURNS: the world's number, a new one if it has not been reached before.
  std::size_t reach(World&& world, Origin origin) {
    const auto [entry, is_new] = numbers_.try_emplace(key_of(world), origins_.size());
    if (!is_new) return entry->second;
    ++result.states;
    origins_.push_back(origin);
    prospects_.push_back(prospect_of(world));
    judge(world);
    waiting_.push_back(std::move(world));
    return entry->second;
  }

  Prospect prospect_of(const World& world) {
    Prospect prospect;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const History& history = state_of(model_, world, slots_[i].tx, slots_[i].process).history;
      if (history.decided()) prospect.decided |= SlotMask{1} << i;
      if (undecided(model_, world, slots_[i])) prospect.undecided |= SlotMask{1} << i;
      result.committed = result.committed || history.committed;
      result.aborted = result.aborted || history.aborted;
    }
    return prospect;
  }

  void judge(const World& world) {
    for (std::size_t i = 0; i < properties_.size(); ++i) {
      const Property& property = *properties_[i];
      PropertyVerdict& verdict = result.properties[i];
      if (verdict.verdict == Verdict::violated) continue;  // an earlier state was the first
      const Observation seen = observe(property, model_, world);
      if (property.at_stake == nullptr || property.at_stake(seen)) verdict.vacuous = false;
      if (property.judge(model_, seen, world.used.any())) continue;
      verdict.verdict = Verdict::violated;
      verdict.vacuous = false;
      verdict.path = path_to(origins_.size() - 1);
      violation_ = true;
    }
  }

  /// The run that first reached the state.
  std::vector<Event> path_to(std::size_t state) const {
    if (state == 0) return {};
    std::vector<Event> path = path_to(origins_[state].parent);
    World world = initial_world(model_);
    for (const Event& event : path)
      apply(model_, request_.rules, world, event);
    auto next = successors(model_, request_.rules, request_.budget, world);
    path.push_back(std::move(next[origins_[state].choice].event));
    return path;
  }

  const CheckRequest& request_;
  const Model& model_;
  const std::vector<const Property*> properties_;
  const std::vector<Slot> slots_ = all_slots(model_);
  std::map<std::string, std::size_t> numbers_;  // key_of(world) -> the state's number
  std::vector<Origin> origins_;                 // per state
  std::vector<Prospect> prospects_;             // per state
  std::deque<World> waiting_;                   // of the states that are not expanded yet
  bool violation_ = false;
};

}  // namespace

CheckResult toy_check(const CheckRequest& request) {
  std::map<std::string_view, PropertyVerdict> verdicts;  // by name
  std::vector<const Property*> open = request.properties;
  std::optional<Search> search;
  do {
    search.emplace(request, open);
    search->run();
    for (std::size_t i = 0; i < open.size(); ++i)
      verdicts[open[i]->name] = search->result.properties[i];
    std::erase_if(open, [&](const Property* property) {
      return verdicts[property->name].verdict == Verdict::violated;
    });
  } while (search->result.limit == "violation" && (request.non_blocking || !open.empty()));
  CheckResult result = search->result;
  result.properties.clear();
  for (const Property* property : request.properties)
    result.properties.push_back(verdicts[property->name]);
  if (request.non_blocking) result.properties.push_back(search->judge_blocking());
  return result;
}

}  // namespace concordat
