#include "sim/bench/wheel.hpp"

namespace concordat::bench {

void Wheel::clear() {
  const auto clear_level = [](auto& level) {
    level.buckets.fill({});
    level.words.fill(0);
    level.summary.fill(0);
  };
  clear_level(lowest_);
  for (Upper& upper : upper_)
    clear_level(upper);
  entries_.clear();
  free_ = none;
  size_ = 0;
  now_ = 0;
}

/// Goes to the time of the first entry. RETURNS: its bucket in the lowest wheel. REQUIRES: the
/// present bucket is empty, and the wheel is not.
std::size_t Wheel::advance() {
  for (;;) {
    const auto at = static_cast<std::size_t>(now_ & lowest_mask);
    const std::size_t found = lowest_.first_from(at);
    if (found < Lowest::count) {
      now_ += static_cast<std::int64_t>(found - at);
      return found;
    }
    std::size_t upper = 0;
    while (upper_[upper].first_from(bucket_of(now_, upper) + 1) == Upper::count)
      check(++upper < upper_wheels, "an entry of the wheel is found");
    move_down(upper);
  }
}

/// Goes to the beginning of the next bucket of this wheel, whose entries go where they belong now.
void Wheel::move_down(std::size_t upper) {
  const std::size_t next = upper_[upper].first_from(bucket_of(now_, upper) + 1);
  const int shift = shift_of(upper);
  const std::int64_t above = now_ >> (shift + upper_bits) << upper_bits;
  now_ = (above | static_cast<std::int64_t>(next)) << shift;
  std::uint32_t id = upper_[upper].buckets[next].first;
  upper_[upper].buckets[next] = {};
  upper_[upper].unmark(next);
  while (id != none) {
    const std::uint32_t follower = entries_[id].next;
    if (follower != none) __builtin_prefetch(&entries_[follower]);
    put(id);
    id = follower;
  }
}

}  // namespace concordat::bench
