#include "sim/explore/judge.hpp"

#include <algorithm>

namespace concordat::explore {

Judge::Judge(const CheckRequest& request, const StepTable& steps)
    : request_(request),
      steps_(steps),
      first_violation_(request.properties.size(), -1),
      at_stake_(request.properties.size(), false) {}

void Judge::judge(const std::uint32_t* locals, std::uint32_t control, std::int64_t number) {
  const bool faulty = steps_.controls().faulty(control);
  for (int node = 0; node < steps_.node_count(); ++node) {
    const LocalInfo& local = steps_.local(node, locals[node]);
    committed_ = committed_ || local.committed;
    aborted_ = aborted_ || local.aborted;
  }
  for (std::size_t i = 0; i < request_.properties.size(); ++i) {
    if (first_violation_[i] >= 0 && first_violation_[i] <= number) continue;
    const Property& property = *request_.properties[i];
    Observation seen;
    for (int node = 0; node < steps_.node_count(); ++node)
      seen.combine(steps_.observation(node, locals[node], static_cast<int>(i)));
    if (property.at_stake == nullptr || property.at_stake(seen)) at_stake_[i] = true;
    if (property.judge(steps_.model(), seen, faulty)) continue;
    first_violation_[i] = number;
    at_stake_[i] = true;
  }
}

void Judge::merge(const Judge& other) {
  for (std::size_t i = 0; i < first_violation_.size(); ++i) {
    const std::int64_t theirs = other.first_violation_[i];
    if (theirs >= 0 && (first_violation_[i] < 0 || theirs < first_violation_[i]))
      first_violation_[i] = theirs;
    at_stake_[i] = at_stake_[i] || other.at_stake_[i];
  }
  committed_ = committed_ || other.committed_;
  aborted_ = aborted_ || other.aborted_;
}

bool Judge::all_violated() const {
  return !first_violation_.empty() &&
         std::ranges::all_of(first_violation_, [](std::int64_t state) { return state >= 0; });
}

}  // namespace concordat::explore
