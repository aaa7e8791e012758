// The future event list of a large simulation: a hierarchical timing wheel, so that a push and a
// pop cost the same with ten events as with a hundred thousand.
//
// Times are whole microseconds and never go back, so that each of the lowest 65,536 buckets stands
// for one time, and what falls into it stays in the order in which it came. A bucket of a higher
// wheel stands for all buckets of the one below; its events move down, in order, when their time
// begins. So events come out in the order of (time, push). A level has one bit for each bucket
// that is not empty, and above each 64 bits one that says whether some of them are set.
//
//     wheel 2  [ . . x . ]        268 s each
//     wheel 1  [ . x . x ]        66 ms each: this one's events go to wheel 0 when it begins
//     wheel 0  [ x . x . ]        1 us each
//
// The lowest wheel is so large that most messages fall right into it; only the parts of it that are
// near the present, and one latency from it, are in use at a time. Its events stand in chunks of a
// cache line, so that what comes next can be read, and what it needs be fetched, long before its
// time: with ten thousand transactions, that is in no near cache, and waiting for it is most of
// what an event costs.
//
// An event that has been pushed cannot be taken back. Its owner knows when it is not true any more.
//
// Invariant: an event is in the lowest wheel that has a bucket for its time and shares all higher
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
  /// Means nothing to the wheel.
  struct Event {
    std::uint32_t owner = 0;
    std::uint16_t detail = 0;
    std::uint8_t kind = 0;
    std::uint8_t mark = 0;
    friend bool operator==(const Event&, const Event&) = default;
  };
  static_assert(sizeof(Event) == 8);
  static constexpr std::int64_t longest_us = (std::int64_t{1} << 52) - 1;

  Wheel() { clear(); }
  void clear();

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// UNITS: microseconds, here and below.
  std::int64_t now_us() const { return now_; }

  /// REQUIRES: now <= time <= longest_us.
  void push(Event event, std::int64_t time_us) {
    check(time_us >= now_ && time_us <= longest_us, "an event is pushed for the present or later");
    put(event, time_us);
    ++size_;
  }

  /// Takes the first event out, and goes to its time. If there are many, shows most of them ahead
  /// of their time, each once: calls soon(event) for some that come in about `far_ahead` pops, and
  /// next(event) for one of those that comes in about `near_ahead`. REQUIRES: not empty.
  template <class Soon, class Next>
  Event pop(Soon&& soon, Next&& next) {
    check(size_ > 0, "an event is popped from a wheel that has one");
    auto at = static_cast<std::size_t>(now_ & lowest_mask);
    if (buckets_[at].first == none) at = advance();
    Bucket& bucket = buckets_[at];
    Chunk& chunk = chunks_[bucket.first];
    const Event event = chunk.events[read_];
    if (size_ >= many)
      look_ahead(at, event, soon, next);
    else
      shown_ = 0;
    if (++read_ == chunk.size) drop_first(at);
    --size_;
    return event;
  }
  Event pop() {
    return pop([](Event) {}, [](Event) {});
  }

 private:
  static constexpr int lowest_bits = 16;
  static constexpr int upper_bits = 12;
  static constexpr std::size_t upper_wheels = 3;
  static constexpr std::int64_t lowest_mask = (std::int64_t{1} << lowest_bits) - 1;
  static constexpr std::int64_t upper_mask = (std::int64_t{1} << upper_bits) - 1;
  static constexpr std::size_t many = 1024;  // fewer, and all that they need is in a near cache
  static constexpr std::uint32_t far_ahead = 8;
  static constexpr std::uint32_t near_ahead = 4;

  struct alignas(64) Chunk {
    std::array<Event, 7> events;
    std::uint32_t next = none;  // of the bucket, or in the list of those that are free
    std::uint32_t size = 0;
  };
  static_assert(sizeof(Chunk) == 64);
  /// Of the lowest wheel: all of its events have the same time.
  struct Bucket {
    std::uint32_t first = none;
    std::uint32_t last = none;
  };
  /// The place of the event that is to be shown next.
  struct Scout {
    std::size_t at = 0;  // bucket of the lowest wheel
    std::uint32_t chunk = none;
    std::uint32_t index = 0;
  };
  struct Timed {
    std::int64_t time_us;
    Event event;
  };

  /// Which buckets of a level are not empty.
  template <int bits>
  struct Marks {
    static constexpr std::size_t count = std::size_t{1} << bits;
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

  void put(Event event, std::int64_t time_us) {
    if (!is_near(time_us)) return put_far(event, time_us);
    const auto at = static_cast<std::size_t>(time_us & lowest_mask);
    Bucket& bucket = buckets_[at];
    if (bucket.last == none || chunks_[bucket.last].size == chunks_[bucket.last].events.size())
      add_chunk(at);
    Chunk& chunk = chunks_[bucket.last];
    chunk.events[chunk.size++] = event;
  }
  void add_chunk(std::size_t at) {
    const std::uint32_t id = take_free();
    Bucket& bucket = buckets_[at];
    if (bucket.last == none) {
      bucket.first = id;
      marks_.mark(at);
    } else {
      chunks_[bucket.last].next = id;
    }
    bucket.last = id;
  }
  std::uint32_t take_free() {
    if (free_ == none) {
      check(chunks_.size() < none, "fewer than 2^32 events are under way at once");
      chunks_.emplace_back();
      return static_cast<std::uint32_t>(chunks_.size() - 1);
    }
    const std::uint32_t id = free_;
    free_ = chunks_[id].next;
    if (free_ != none) __builtin_prefetch(&chunks_[free_]);
    chunks_[id].next = none;
    chunks_[id].size = 0;
    return id;
  }
  /// The first chunk of the present bucket has been read.
  void drop_first(std::size_t at) {
    Bucket& bucket = buckets_[at];
    const std::uint32_t id = bucket.first;
    read_ = 0;
    bucket.first = chunks_[id].next;
    if (bucket.first == none) {
      bucket.last = none;
      marks_.unmark(at);
    }
    chunks_[id].next = free_;
    free_ = id;
  }
  /// Shows what comes soon. One at a time: a core has only so many fetches under way.
  template <class Soon, class Next>
  void look_ahead(std::size_t at, Event popped, Soon& soon, Next& next) {
    const bool was_shown = shown_ > 0 && show_[first_shown_ % far_ahead] == popped;
    if (shown_ == 0) scout_ = {at, buckets_[at].first, read_ + 1};
    if (was_shown) {
      ++first_shown_;
      --shown_;
    }
    for (int i = 0; i < 2 && shown_ < far_ahead && find_next(scout_); ++i) {
      const Event event = chunks_[scout_.chunk].events[scout_.index++];
      show_[(first_shown_ + shown_++) % far_ahead] = event;
      soon(event);
    }
    if (was_shown && shown_ > near_ahead) next(show_[(first_shown_ + near_ahead) % far_ahead]);
  }
  /// Goes to the next event, if there is none at this place. RETURNS: whether there is one.
  bool find_next(Scout& scout) const {
    if (scout.index < chunks_[scout.chunk].size) return true;
    const std::uint32_t after = chunk_after(scout.chunk, scout.at);
    if (after == none) return false;
    scout.chunk = after;
    scout.index = 0;
    std::size_t at = scout.at;
    const std::uint32_t then = chunk_after(scout.chunk, at);
    if (then != none) __builtin_prefetch(&chunks_[then]);
    return true;
  }
  /// The chunk after this one, which is in bucket `at`; goes to its bucket. RETURNS: none if it is
  /// not in this wheel.
  std::uint32_t chunk_after(std::uint32_t id, std::size_t& at) const {
    if (chunks_[id].next != none) return chunks_[id].next;
    const std::size_t found = marks_.first_from(at + 1);
    if (found == marks_.count) return none;
    at = found;
    return buckets_[found].first;
  }
  void put_far(Event event, std::int64_t time_us);
  std::size_t advance();
  void move_down(std::size_t upper);

  Marks<lowest_bits> marks_;
  std::array<Bucket, Marks<lowest_bits>::count> buckets_;
  std::array<Marks<upper_bits>, upper_wheels> upper_marks_;
  std::array<std::array<std::vector<Timed>, Marks<upper_bits>::count>, upper_wheels> upper_;
  std::vector<Chunk> chunks_;
  std::uint32_t free_ = none;
  std::uint32_t read_ = 0;  // events of the first chunk of the present bucket
  std::size_t size_ = 0;
  std::int64_t now_ = 0;

  // Events that have been shown and not been popped, from show_[first_shown_ % far_ahead] on. They
  // come in this order, with others between them that were pushed after the scout had passed.
  std::array<Event, far_ahead> show_;
  std::uint32_t first_shown_ = 0;
  std::uint32_t shown_ = 0;
  Scout scout_;  // if some are shown: behind the last of them
};

}  // namespace concordat::bench
