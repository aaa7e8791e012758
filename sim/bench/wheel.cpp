#include "sim/bench/wheel.hpp"

#include <utility>

namespace concordat::bench {

void Wheel::clear() {
  marks_ = {};
  buckets_.fill({});
  for (std::size_t upper = 0; upper < upper_wheels; ++upper) {
    upper_marks_[upper] = {};
    for (std::vector<Timed>& bucket : upper_[upper])
      bucket = {};
  }
  chunks_.clear();
  free_ = none;
  read_ = 0;
  shown_ = 0;
  size_ = 0;
  now_ = 0;
}

void Wheel::put_far(Event event, std::int64_t time_us) {
  const std::size_t upper = upper_of(time_us);
  const std::size_t at = bucket_of(time_us, upper);
  upper_[upper][at].push_back({time_us, event});
  upper_marks_[upper].mark(at);
}

/// Goes to the time of the first event. RETURNS: its bucket in the lowest wheel. REQUIRES: the
/// present bucket is empty, and the wheel is not.
std::size_t Wheel::advance() {
  for (;;) {
    const auto at = static_cast<std::size_t>(now_ & lowest_mask);
    const std::size_t found = marks_.first_from(at);
    if (found < marks_.count) {
      now_ += static_cast<std::int64_t>(found - at);
      return found;
    }
    std::size_t upper = 0;
    while (upper_marks_[upper].first_from(bucket_of(now_, upper) + 1) == upper_marks_[upper].count)
      check(++upper < upper_wheels, "an event of the wheel is found");
    move_down(upper);
  }
}

/// Goes to the beginning of the next bucket of this wheel, whose events go where they belong now.
void Wheel::move_down(std::size_t upper) {
  const std::size_t next = upper_marks_[upper].first_from(bucket_of(now_, upper) + 1);
  const int shift = shift_of(upper);
  const std::int64_t above = now_ >> (shift + upper_bits) << upper_bits;
  now_ = (above | static_cast<std::int64_t>(next)) << shift;
  const std::vector<Timed> events = std::exchange(upper_[upper][next], {});
  upper_marks_[upper].unmark(next);
  for (const Timed& timed : events)
    put(timed.event, timed.time_us);
}

}  // namespace concordat::bench
