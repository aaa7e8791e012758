#include "sim/bench/wheel.hpp"

namespace concordat::bench {

void Wheel::clear() {
  for (Level& level : levels_) {
    level.buckets.fill({});
    level.words.fill(0);
    level.summary = 0;
  }
  entries_.clear();
  free_ = none;
  size_ = 0;
  now_ = 0;
}

void Wheel::remove(std::uint32_t id) {
  const Entry& entry = entries_[id];
  const Place place = place_of(entry.time_us);
  Level& level = levels_[place.level];
  Bucket& bucket = level.buckets[place.bucket];
  (entry.previous == none ? bucket.first : entries_[entry.previous].next) = entry.next;
  (entry.next == none ? bucket.last : entries_[entry.next].previous) = entry.previous;
  if (bucket.first == none) level.unmark(place.bucket);
  --size_;
}

/// Goes to the time of the first entry. RETURNS: its bucket in the lowest wheel. REQUIRES: the
/// present bucket is empty.
std::size_t Wheel::advance() {
  for (;;) {
    const auto at = static_cast<std::size_t>(now_ & mask);
    const std::size_t found = levels_[0].first_from(at);
    if (found < bucket_count) {
      now_ += static_cast<std::int64_t>(found - at);
      return found;
    }
    for (std::size_t up = 1; up < wheels; ++up) {
      const int shift = static_cast<int>(up) * bits;
      const auto digit = static_cast<std::size_t>(now_ >> shift & mask);
      const std::size_t next = levels_[up].first_from(digit + 1);
      if (next == bucket_count) continue;
      const std::int64_t above = now_ >> (shift + bits) << bits;
      now_ = (above | static_cast<std::int64_t>(next)) << shift;
      std::uint32_t id = levels_[up].buckets[next].first;
      levels_[up].buckets[next] = {};
      levels_[up].unmark(next);
      while (id != none) {
        const std::uint32_t follower = entries_[id].next;
        if (follower != none) __builtin_prefetch(&entries_[follower]);
        put(id);
        id = follower;
      }
      break;
    }
  }
}

}  // namespace concordat::bench
