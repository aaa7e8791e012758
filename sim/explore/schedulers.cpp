#include "sim/explore/schedulers.hpp"

#include <algorithm>
#include <limits>

#include "sim/explore/hash.hpp"

namespace concordat::explore {

int draw_horizon(Random& random, int longest) {
  constexpr int shortest_bits = 3;
  int bits = shortest_bits;
  while (bits < 30 && (1 << bits) < longest)
    ++bits;
  const auto count = static_cast<std::uint64_t>(bits - shortest_bits + 1);
  const std::uint64_t drawn = std::min(random.below(count), random.below(count));
  return 1 << (shortest_bits + static_cast<int>(drawn));
}

void FaultPlan::draw(const Budget& budget, Random& random, int horizon) {
  planned_.clear();
  const auto draw = [&](EventClass kind, int limit) {
    if (limit == 0 || random.chance({1, 4})) return;
    if (limit < 0) limit = most_without_limit;
    const std::uint64_t count = 1 + random.below(static_cast<std::uint64_t>(limit));
    for (std::uint64_t i = 0; i < count; ++i)
      planned_.push_back(
          {static_cast<int>(random.below(static_cast<std::uint64_t>(horizon))), kind});
  };
  draw(EventClass::crash, budget.crashes);
  draw(EventClass::recover, budget.recoveries);
  draw(EventClass::lose, budget.losses);
  draw(EventClass::duplicate, budget.duplicates);
  draw(EventClass::partition, budget.partitions);
  draw(EventClass::heal, budget.heal ? budget.partitions : 0);
  draw(EventClass::pause, budget.pauses);
  draw(EventClass::resume, budget.pauses);
  draw(EventClass::operators,
       budget.operators || !budget.outside_writes.empty() ? Budget::unlimited : 0);
  draw(EventClass::early_timeout, budget.early_timeouts);
  std::stable_sort(planned_.begin(), planned_.end(), [](const Planned& a, const Planned& b) {
    return a.place < b.place;
  });
}

bool FaultPlan::take_crash() {
  const auto crash = std::find_if(planned_.begin(), planned_.end(), [](const Planned& fault) {
    return fault.kind == EventClass::crash;
  });
  if (crash == planned_.end()) return false;
  planned_.erase(crash);
  return true;
}

namespace {

/// A number for an event that is the same in every state in which the event is enabled.
std::uint64_t name_of(const StepTable& steps, const EnabledEvent& enabled) {
  const Move& move = steps.move(enabled.begin);
  if (move.message != none) return move.message;
  const Event& event = steps.event(enabled.begin);
  std::uint64_t name = 1;
  for (const int part : {static_cast<int>(event.kind),
                         event.node,
                         event.slot,
                         event.timer,
                         static_cast<int>(event.notice.kind),
                         static_cast<int>(event.notice.row.table),
                         static_cast<int>(event.notice.row.key)})
    name = mix64(name ^ static_cast<std::uint64_t>(part));
  return name | 1ULL << 63U;
}

}  // namespace

void Priorities::draw(Random& random, int changes, int horizon) {
  known_.clear();
  priority_.clear();
  changes_.clear();
  for (int i = 0; i < changes; ++i)
    changes_.push_back(static_cast<int>(random.below(static_cast<std::uint64_t>(horizon))));
  std::sort(changes_.begin(), changes_.end());
  lowest_ = 0;
  extended_ = true;
}

std::uint32_t Priorities::chain_of(std::uint64_t event, Random& random) {
  for (const Known& known : known_)
    if (known.event == event) return known.chain;
  if (!extended_) {
    extended_ = true;
    return running_;
  }
  priority_.push_back(static_cast<std::int64_t>(random.bits() >> 1U));
  return static_cast<std::uint32_t>(priority_.size() - 1);
}

std::size_t Priorities::choose(const StepTable& steps,
                               const std::vector<EnabledEvent>& enabled,
                               int step,
                               Random& random) {
  now_.clear();
  for (const EnabledEvent& event : enabled) {
    const std::uint64_t name = name_of(steps, event);
    now_.push_back({name, chain_of(name, random)});
  }
  const auto highest = [&] {
    const auto behind = [&](const Known& a, const Known& b) {
      return priority_[a.chain] < priority_[b.chain];
    };
    return std::max_element(now_.begin(), now_.end(), behind);
  };
  auto chosen = highest();
  for (; !changes_.empty() && changes_.front() <= step; chosen = highest()) {
    priority_[chosen->chain] = --lowest_;
    changes_.erase(changes_.begin());
  }
  const auto index = static_cast<std::size_t>(chosen - now_.begin());
  running_ = chosen->chain;
  extended_ = false;
  now_.erase(chosen);  // if it is enabled again, it is an event of its own
  std::swap(known_, now_);
  return index;
}

}  // namespace concordat::explore
