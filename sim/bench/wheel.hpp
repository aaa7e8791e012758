// The future event list of a large simulation: a hierarchical timing wheel, so that a push, a
// removal and a pop cost the same with ten entries as with a hundred thousand.
//
// Times are whole microseconds and never go back, so that each of the lowest 65,536 buckets stands
// for one time, and what falls into it stays in the order in which it came. A bucket of a higher
// wheel stands for all buckets of the one below; its entries move down, in order, when their time
// begins. So entries come out in the order of (time, push). A level has one bit for each bucket
// that is not empty, and above each 64 bits one that says whether some of them are set.
//
//     wheel 2  [ . . x . ]        268 s each
//     wheel 1  [ . x . x ]        66 ms each: this one's entries go to wheel 0 when it begins
//     wheel 0  [ x . x . ]        1 us each
//
// The lowest wheel is so large that most messages fall right into it; only the parts of it that are
// near the present, and one latency from it, are in use at a time.
//
// Invariant: an entry is in the lowest wheel that has a bucket for its time and shares all higher
// digits of its time with the present. So its bucket follows from its time.
//
// Source: Varghese and Lauck 1987, "Hashed and hierarchical timing wheels".
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"

namespace concordat::bench {

class Wheel {
 public:
  static constexpr std::uint32_t none = ~0U;
  /// Entries go by numbers, which are used again. UNITS: microseconds.
  struct alignas(32) Entry {
    std::int64_t time_us = 0;
    std::uint32_t next = none;      // in its bucket, or in a list of the owner when it is in none
    std::uint32_t previous = none;  // in its bucket, if it is not the first
    std::uint32_t owner = 0;
    std::uint32_t next_owner = 0;  // in its bucket: the owner of `next`
    std::uint16_t detail = 0;
    std::uint8_t kind = 0;
    std::uint8_t mark = 0;  // for the owner
  };
  static constexpr std::int64_t longest_us = (std::int64_t{1} << 52) - 1;

  Wheel() { clear(); }
  void clear();

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::int64_t now_us() const { return now_; }
  Entry& entry(std::uint32_t id) { return entries_[id]; }
  const Entry& entry(std::uint32_t id) const { return entries_[id]; }

  /// A new entry, not in the wheel.
  std::uint32_t make(std::uint32_t owner, std::uint8_t kind, std::uint16_t detail) {
    const std::uint32_t id = take_free();
    Entry& entry = entries_[id];
    entry.owner = owner;
    entry.kind = kind;
    entry.detail = detail;
    entry.mark = 0;
    return id;
  }
  /// REQUIRES: now <= time <= longest_us; the entry is not in the wheel.
  void push(std::uint32_t id, std::int64_t time_us) {
    check(time_us >= now_ && time_us <= longest_us, "an entry is pushed for the present or later");
    entries_[id].time_us = time_us;
    put(id);
    ++size_;
  }
  /// REQUIRES: the entry is in the wheel.
  void remove(std::uint32_t id) {
    const Entry& entry = entries_[id];
    --size_;
    if (is_near(entry.time_us))
      return take_out(lowest_, static_cast<std::size_t>(entry.time_us & lowest_mask), id);
    const std::size_t upper = upper_of(entry.time_us);
    take_out(upper_[upper], bucket_of(entry.time_us, upper), id);
  }
  /// Gives the number back. REQUIRES: the entry is not in the wheel.
  void drop(std::uint32_t id) {
    entries_[id].time_us = -1;
    entries_[id].next = free_;
    free_ = id;
  }

  /// Takes the first entry out, and goes to its time. REQUIRES: not empty.
  std::uint32_t pop() {
    check(size_ > 0, "an entry is popped from a wheel that has one");
    auto at = static_cast<std::size_t>(now_ & lowest_mask);
    std::uint32_t id = lowest_.buckets[at].first;
    if (id == none) {
      at = advance();
      id = lowest_.buckets[at].first;
    }
    const std::uint32_t next = entries_[id].next;
    lowest_.buckets[at].first = next;
    if (next == none) {
      lowest_.buckets[at].last = none;
      lowest_.unmark(at);
      const std::uint64_t soon = lowest_.words[at / 64] >> (at % 64);
      if (soon != 0)
        __builtin_prefetch(&entries_[lowest_.buckets[at + Lowest::lowest_bit(soon)].first]);
    } else {
      __builtin_prefetch(
          &entries_[next]);  // what it says of the one before it is not true any more
    }
    --size_;
    return id;
  }

 private:
  static constexpr int lowest_bits = 16;
  static constexpr int upper_bits = 12;
  static constexpr std::size_t upper_wheels = 3;
  static constexpr std::int64_t lowest_mask = (std::int64_t{1} << lowest_bits) - 1;
  static constexpr std::int64_t upper_mask = (std::int64_t{1} << upper_bits) - 1;

  struct Bucket {
    std::uint32_t first = none;
    std::uint32_t last = none;
  };
  template <int bits>
  struct Level {
    static constexpr std::size_t count = std::size_t{1} << bits;
    std::array<Bucket, count> buckets;
    std::array<std::uint64_t, count / 64> words{};
    std::array<std::uint64_t, count / 64 / 64> summary{};

    void mark(std::size_t at) {
      words[at / 64] |= bit(at);
      summary[at / 64 / 64] |= bit(at / 64);
    }
    void unmark(std::size_t at) {
      words[at / 64] &= ~bit(at);
      if (words[at / 64] == 0) summary[at / 64 / 64] &= ~bit(at / 64);
    }
    /// The first bucket from `at` on that is not empty; `count` if there is none.
    std::size_t first_from(std::size_t at) const {
      if (at >= count) return count;
      std::size_t word = at / 64;
      const std::uint64_t here = words[word] >> (at % 64);
      if (here != 0) return at + lowest_bit(here);
      if (++word == words.size()) return count;
      std::uint64_t some = summary[word / 64] >> (word % 64);
      if (some != 0) {
        word += lowest_bit(some);
      } else {
        std::size_t group = word / 64;
        while (some == 0 && ++group < summary.size())
          some = summary[group];
        if (some == 0) return count;
        word = group * 64 + lowest_bit(some);
      }
      return word * 64 + lowest_bit(words[word]);
    }
    static std::uint64_t bit(std::size_t at) { return std::uint64_t{1} << (at % 64); }
    static std::size_t lowest_bit(std::uint64_t word) {
      return static_cast<std::size_t>(std::countr_zero(word));
    }
  };
  using Lowest = Level<lowest_bits>;
  using Upper = Level<upper_bits>;

  static constexpr int shift_of(std::size_t upper) {
    return lowest_bits + static_cast<int>(upper) * upper_bits;
  }
  /// The upper wheel for this time. REQUIRES: it differs from the present in more than the digits
  /// of the lowest.
  std::size_t upper_of(std::int64_t time_us) const {
    const auto differs = static_cast<std::uint64_t>(time_us ^ now_) >> shift_of(0);
    return static_cast<std::size_t>(std::bit_width(differs) - 1) / upper_bits;
  }
  bool is_near(std::int64_t time_us) const { return (time_us ^ now_) <= lowest_mask; }
  static std::size_t bucket_of(std::int64_t time_us, std::size_t upper) {
    return static_cast<std::size_t>(time_us >> shift_of(upper) & upper_mask);
  }

  template <class L>
  void put(L& level, std::size_t at, std::uint32_t id) {
    Entry& entry = entries_[id];
    Bucket& bucket = level.buckets[at];
    entry.next = none;
    entry.previous = bucket.last;
    if (bucket.last == none) {
      bucket.first = id;
      level.mark(at);
    } else {
      entries_[bucket.last].next = id;
      entries_[bucket.last].next_owner = entry.owner;
    }
    bucket.last = id;
  }
  void put(std::uint32_t id) {
    const std::int64_t time = entries_[id].time_us;
    if (is_near(time)) return put(lowest_, static_cast<std::size_t>(time & lowest_mask), id);
    const std::size_t upper = upper_of(time);
    put(upper_[upper], bucket_of(time, upper), id);
  }
  template <class L>
  void take_out(L& level, std::size_t at, std::uint32_t id) {
    const Entry& entry = entries_[id];
    Bucket& bucket = level.buckets[at];
    const bool is_first = bucket.first == id;
    if (is_first) {
      bucket.first = entry.next;
    } else {
      entries_[entry.previous].next = entry.next;
      entries_[entry.previous].next_owner = entry.next_owner;
    }
    if (entry.next != none)
      entries_[entry.next].previous = entry.previous;
    else
      bucket.last = is_first ? none : entry.previous;
    if (bucket.first == none) level.unmark(at);
  }
  std::uint32_t take_free() {
    if (free_ == none) {
      check(entries_.size() < none, "fewer than 2^32 events are under way at once");
      entries_.emplace_back();
      return static_cast<std::uint32_t>(entries_.size() - 1);
    }
    const std::uint32_t id = free_;
    free_ = entries_[id].next;
    if (free_ != none) __builtin_prefetch(&entries_[free_]);
    return id;
  }
  std::size_t advance();
  void move_down(std::size_t upper);

  Lowest lowest_;
  std::array<Upper, upper_wheels> upper_;
  std::vector<Entry> entries_;
  std::uint32_t free_ = none;
  std::size_t size_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace concordat::bench
