#include "sim/explore/judge.hpp"

#include <algorithm>

namespace concordat::explore {

Judge::Judge(const CheckRequest& request, const StepTable& steps)
    : request_(request),
      steps_(steps),
      first_violation_(request.properties.size(), -1),
      first_reached_(request.goals.size(), -1),
      at_stake_(request.properties.size(), false) {
  for (const Goal& goal : request.goals)
    goals_.push_back({conditions_of(goal, steps.conditions()), blocked_of(goal, steps.model())});
}

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
  if (goals_.empty()) return;
  std::uint64_t met = 0;
  for (int node = 0; node < steps_.node_count(); ++node)
    met |= steps_.facts(node, locals[node]).conditions;
  for (std::size_t i = 0; i < goals_.size(); ++i)
    if (first_reached_[i] < 0 && goals_[i].blocked.empty() && (goals_[i].conditions & ~met) == 0)
      first_reached_[i] = number;
}

void Judge::save(CheckpointWriter& out) const {
  out.put_all(first_violation_);
  out.put_all(first_reached_);
  out.put_all(std::vector<std::uint8_t>(at_stake_.begin(), at_stake_.end()));
  out.put(committed_);
  out.put(aborted_);
}

void Judge::load(CheckpointReader& in) {
  const auto violated = in.get_all<std::int64_t>();
  const auto reached = in.get_all<std::int64_t>();
  const auto at_stake = in.get_all<std::uint8_t>();
  if (violated.size() != first_violation_.size() || reached.size() != first_reached_.size() ||
      at_stake.size() != at_stake_.size())
    return in.fail();
  first_violation_ = violated;
  first_reached_ = reached;
  at_stake_.assign(at_stake.begin(), at_stake.end());
  committed_ = in.get<bool>();
  aborted_ = in.get<bool>();
}

void Judge::merge(const Judge& other) {
  const auto earliest = [](std::vector<std::int64_t>& ours,
                           const std::vector<std::int64_t>& theirs) {
    for (std::size_t i = 0; i < ours.size(); ++i)
      if (theirs[i] >= 0 && (ours[i] < 0 || theirs[i] < ours[i])) ours[i] = theirs[i];
  };
  earliest(first_violation_, other.first_violation_);
  earliest(first_reached_, other.first_reached_);
  for (std::size_t i = 0; i < at_stake_.size(); ++i)
    at_stake_[i] = at_stake_[i] || other.at_stake_[i];
  committed_ = committed_ || other.committed_;
  aborted_ = aborted_ || other.aborted_;
}

namespace {

bool is_known(std::int64_t state) {
  return state >= 0;
}

}  // namespace

bool Judge::is_first(std::int64_t state) const {
  return std::ranges::count(first_violation_, state) + std::ranges::count(first_reached_, state) >
         0;
}

bool Judge::any_violated() const {
  return std::ranges::any_of(first_violation_, is_known);
}

bool Judge::any_reached() const {
  return std::ranges::any_of(first_reached_, is_known);
}

bool Judge::has_seen_all() const {
  return first_violation_.size() + first_reached_.size() > 0 &&
         std::ranges::all_of(first_violation_, is_known) &&
         std::ranges::all_of(first_reached_, is_known);
}

}  // namespace concordat::explore
