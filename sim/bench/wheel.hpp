// The future event list of a large simulation: a hierarchical timing wheel, so that a push, a
// removal and a pop cost the same with ten entries as with a hundred thousand.
//
// Times are whole microseconds and never go back, so that each of the lowest 4096 buckets stands
// for one time, and what falls into it stays in the order in which it came. A bucket of a higher
// wheel stands for 4096 buckets of the one below; its entries move down, in order, when their time
// begins. So entries come out in the order of (time, push). A level has one bit for each bucket
// that is not empty, and a word of bits above them.
//
//     wheel 2  [ . . x . ]        16.8 s each
//     wheel 1  [ . x . x ]        4.1 ms each: this one's entries go to wheel 0 when it begins
//     wheel 0  [ x . x . ]        1 us each
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
  struct Entry {
    std::int64_t time_us = 0;
    std::uint32_t next = none;  // in its bucket, or in a list of the owner when it is in none
    std::uint32_t previous = none;
    std::uint32_t owner = 0;
    std::uint32_t sibling = none;  // for the owner
    std::uint16_t detail = 0;
    std::uint8_t kind = 0;
    std::uint8_t mark = 0;  // for the owner
  };
  static constexpr std::int64_t longest_us = (std::int64_t{1} << 48) - 1;

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
  void remove(std::uint32_t id);
  /// Gives the number back. REQUIRES: the entry is not in the wheel.
  void drop(std::uint32_t id) {
    entries_[id].next = free_;
    free_ = id;
  }

  /// Takes the first entry out, and goes to its time. REQUIRES: not empty.
  std::uint32_t pop() {
    check(size_ > 0, "an entry is popped from a wheel that has one");
    Level& lowest = levels_[0];
    auto at = static_cast<std::size_t>(now_ & mask);
    std::uint32_t id = lowest.buckets[at].first;
    if (id == none) {
      at = advance();
      id = lowest.buckets[at].first;
    }
    const std::uint32_t next = entries_[id].next;
    lowest.buckets[at].first = next;
    if (next == none) {
      lowest.buckets[at].last = none;
      lowest.unmark(at);
    } else {
      entries_[next].previous = none;
    }
    --size_;
    return id;
  }
  /// What comes next at the present time. RETURNS: none if that is not known at once.
  std::uint32_t peek() const {
    return levels_[0].buckets[static_cast<std::size_t>(now_ & mask)].first;
  }

 private:
  static constexpr int bits = 12;
  static constexpr int wheels = 4;
  static constexpr std::int64_t mask = (std::int64_t{1} << bits) - 1;
  static constexpr std::size_t bucket_count = std::size_t{1} << bits;
  static constexpr std::size_t word_count = bucket_count / 64;
  static_assert(word_count == 64);  // one word above them

  struct Bucket {
    std::uint32_t first = none;
    std::uint32_t last = none;
  };
  struct Level {
    std::array<Bucket, bucket_count> buckets;
    std::array<std::uint64_t, word_count> words{};
    std::uint64_t summary = 0;

    void mark(std::size_t at) {
      words[at / 64] |= std::uint64_t{1} << (at % 64);
      summary |= std::uint64_t{1} << (at / 64);
    }
    void unmark(std::size_t at) {
      words[at / 64] &= ~(std::uint64_t{1} << (at % 64));
      if (words[at / 64] == 0) summary &= ~(std::uint64_t{1} << (at / 64));
    }
    /// The first bucket from `at` on that is not empty; bucket_count if there is none.
    std::size_t first_from(std::size_t at) const {
      if (at >= bucket_count) return bucket_count;
      const std::uint64_t here = words[at / 64] >> (at % 64);
      if (here != 0) return at + static_cast<std::size_t>(std::countr_zero(here));
      const std::size_t word = at / 64 + 1;
      if (word >= word_count) return bucket_count;
      const std::uint64_t later = summary >> word;
      if (later == 0) return bucket_count;
      const std::size_t found = word + static_cast<std::size_t>(std::countr_zero(later));
      return found * 64 + static_cast<std::size_t>(std::countr_zero(words[found]));
    }
  };
  struct Place {
    std::size_t level = 0;
    std::size_t bucket = 0;
  };

  Place place_of(std::int64_t time_us) const {
    const auto differs = static_cast<std::uint64_t>(time_us ^ now_);
    std::size_t level = 0;
    for (std::uint64_t rest = differs >> bits; rest != 0; rest >>= bits)
      ++level;
    return {level, static_cast<std::size_t>(time_us >> (static_cast<int>(level) * bits) & mask)};
  }
  void put(std::uint32_t id) {
    Entry& entry = entries_[id];
    const Place place = place_of(entry.time_us);
    Level& level = levels_[place.level];
    Bucket& bucket = level.buckets[place.bucket];
    entry.next = none;
    entry.previous = bucket.last;
    if (bucket.last == none) {
      bucket.first = id;
      level.mark(place.bucket);
    } else {
      entries_[bucket.last].next = id;
    }
    bucket.last = id;
  }
  std::uint32_t take_free() {
    if (free_ == none) {
      check(entries_.size() < none, "fewer than 2^32 events are under way at once");
      entries_.emplace_back();
      return static_cast<std::uint32_t>(entries_.size() - 1);
    }
    const std::uint32_t id = free_;
    free_ = entries_[id].next;
    return id;
  }
  std::size_t advance();

  std::array<Level, wheels> levels_;
  std::vector<Entry> entries_;
  std::uint32_t free_ = none;
  std::size_t size_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace concordat::bench
