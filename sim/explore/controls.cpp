#include "sim/explore/controls.hpp"

#include <algorithm>

#include "sim/explore/hash.hpp"
#include "sim/model/key.hpp"
#include "sim/model/moves.hpp"

namespace concordat::explore {

namespace {

constexpr std::uint64_t control_seed = 1;

std::string key_of(const Control& control) {
  std::string key;
  for (const std::uint32_t mask : control.cut)
    key::put(key, mask);
  append_key(control.used, key);
  return key;
}

}  // namespace

Controls::Controls(int node_count, const Budget& budget, int most_faults, const World* from)
    : node_count_(node_count), budget_(budget), most_faults_(most_faults) {
  Control initial;
  initial.cut.assign(static_cast<std::size_t>(node_count), 0);
  if (from != nullptr) {
    initial.cut = from->cut;
    initial.used = from->used;
    settle(budget, -1, initial.used);
  }
  intern(std::move(initial));
}

std::uint16_t Controls::change(const ControlChange& change) {
  const auto [entry, is_new] =
      change_ids_.try_emplace(change, static_cast<std::uint16_t>(changes_.size()));
  if (!is_new) return entry->second;
  changes_.push_back(change);
  if (changes_.size() > stride_) {
    std::vector<Next> wider(next_.size() * 2);
    for (std::size_t i = 0; i < next_.size(); ++i)
      wider[i / stride_ * stride_ * 2 + i % stride_] = next_[i];
    next_ = std::move(wider);
    stride_ *= 2;
  }
  return entry->second;
}

std::uint32_t Controls::intern(Control&& control) {
  const std::string key = key_of(control);
  const auto [entry, is_new] = ids_.try_emplace(key, static_cast<std::uint32_t>(size()));
  if (!is_new) return entry->second;
  const FaultCounts& used = control.used;
  hashes_.push_back(hash_bytes(key, control_seed));
  control.may_crash = may_crash(budget_, used);
  control.parted = std::any_of(
      control.cut.begin(), control.cut.end(), [](std::uint32_t mask) { return mask != 0; });
  faulty_.push_back(used.any() ? 1 : 0);
  control.may_recover = moves::left(budget_.recoveries, used.recoveries);
  control.may_lose = moves::left(budget_.losses, used.losses);
  control.may_duplicate = moves::left(budget_.duplicates, used.duplicates);
  control.may_part =
      node_count_ > 1 && !control.parted && moves::left(budget_.partitions, used.partitions);
  control.may_heal = budget_.heal && control.parted;
  control.may_pause = moves::left(budget_.pauses, used.pauses);
  control.may_time_out_early = moves::left(budget_.early_timeouts, used.early_timeouts);
  control.faults = used.crashes + used.losses + used.duplicates + used.partitions + used.pauses +
                   used.early_timeouts;
  if (most_faults_ >= 0 && control.faults >= most_faults_) stop_faults(control);
  controls_.push_back(std::move(control));
  next_.resize(controls_.size() * stride_);
  const std::uint32_t id = entry->second;
  next_[static_cast<std::size_t>(id) * stride_] = {0, id};  // no change
  return entry->second;
}

/// Takes from a control state every fault that would be one too many.
void Controls::stop_faults(Control& control) {
  has_left_out_ = has_left_out_ || control.may_crash != 0 || control.may_lose ||
                  control.may_duplicate || control.may_part || control.may_pause ||
                  control.may_time_out_early;
  control.may_crash = 0;
  control.may_time_out_early = false;
  control.may_lose = control.may_duplicate = control.may_part = control.may_pause = false;
}

const Controls::Next& Controls::work_out(std::uint32_t id, std::uint16_t change_id) {
  learned_.push_back({id, change_id});
  const ControlChange& change = changes_[change_id];
  Control next;
  next.cut = controls_[id].cut;
  next.used = controls_[id].used;
  if (change.crash >= 0) ++next.used.crashes;
  next.used.recoveries += change.recovery ? 1 : 0;
  next.used.losses += change.loss ? 1 : 0;
  next.used.duplicates += change.duplicate ? 1 : 0;
  next.used.pauses += change.pause ? 1 : 0;
  next.used.early_timeouts += change.early_timeout ? 1 : 0;
  next.used.others += change.other ? 1 : 0;
  if (!change.partition.empty()) {
    ++next.used.partitions;
    moves::part(next.cut, change.partition, change.one_way);
  }
  if (change.heal) next.cut.assign(next.cut.size(), 0);
  settle(budget_, change.crash, next.used);
  const std::uint32_t to = intern(std::move(next));
  Next& known = next_[static_cast<std::size_t>(id) * stride_ + change_id];
  known = {hashes_[to] - hashes_[id], to};
  return known;
}

bool Controls::load(CheckpointReader& in) {
  for (const Learned& learned : in.get_all<Learned>()) {
    if (learned.id >= controls_.size() || learned.change >= changes_.size()) return false;
    next(learned.id, static_cast<std::uint16_t>(learned.change));
  }
  return !in.failed();
}

}  // namespace concordat::explore
