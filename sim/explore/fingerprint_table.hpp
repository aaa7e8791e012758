// The visited set: the fingerprints of all states that have been reached, eight bytes each.
//
// Open addressing in buckets of one cache line: a fingerprint's home is chosen by its upper bits,
// and it stands in the first free place of that bucket, going round from its home, or of the
// buckets after it. Doubling keeps the order of buckets, so it streams through memory. Zero marks a
// free place; the fingerprint 0 is stored as 1.
//
// The table is divided into regions. No fingerprint leaves the region of its home, so several
// threads may put fingerprints in at once, each into regions of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "sim/explore/checkpoint.hpp"

namespace concordat::explore {

/// Zeroed memory from the system, in large pages where it has them. Not copyable.
class Pages {
 public:
  /// Without memory left, `data` is null.
  explicit Pages(std::size_t bytes);
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages();
  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

class FingerprintTable {
 public:
  /// With `numbered`, each fingerprint carries a number (4 bytes more).
  explicit FingerprintTable(bool numbered);

  std::int64_t size() const { return size_; }
  /// There was no memory to grow: soon nothing more can be put in.
  bool full() const { return full_; }
  /// UNITS: bytes.
  std::int64_t memory() const {
    return static_cast<std::int64_t>(capacity()) * (numbered_ ? 12 : 8);
  }

  /// Starts loading the fingerprint's place into the cache.
  void prefetch(std::uint64_t fingerprint) const {
    __builtin_prefetch(&slots_[home(fingerprint)], 1);
  }

  static constexpr std::size_t regions = 16;
  static std::size_t region_of(std::uint64_t fingerprint) { return fingerprint >> 60U; }

  struct Place {
    std::size_t slot = 0;
    bool is_new = false;
  };
  /// Finds the fingerprint or puts it in. A place is valid until the next insertion. REQUIRES: few
  /// insertions since the table was `full` (it has a sixteenth of its places left then).
  Place insert(std::uint64_t fingerprint) {
    if (static_cast<std::size_t>(size_) >= limit_) grow();
    const Place place = put(fingerprint);
    size_ += place.is_new ? 1 : 0;
    return place;
  }
  /// The same where fingerprints do not decide alone: `same(number)` says whether that of a place
  /// belongs to what is looked for. REQUIRES: the table is numbered.
  template <class Same>
  Place insert(std::uint64_t fingerprint, Same&& same) {
    if (static_cast<std::size_t>(size_) >= limit_) grow();
    const std::uint64_t value = fingerprint == 0 ? 1 : fingerprint;
    for (std::size_t slot = home(value), tries = 0;; slot = next(slot, ++tries)) {
      if (slots_[slot] == value && same(numbers_[slot])) return {slot, false};
      if (slots_[slot] != 0) continue;
      slots_[slot] = value;
      ++size_;
      return {slot, true};
    }
  }
  bool is_numbered() const { return numbered_; }
  /// Makes room for so many more. `each(count, work)` calls work(i) for each i below count, perhaps
  /// on several threads. RETURNS: false if there is no memory for them.
  template <class Each>
  bool reserve(std::int64_t more, Each&& each) {
    while (static_cast<std::size_t>(size_ + more) > limit_ && !full_)
      grow(each);
    return static_cast<std::size_t>(size_ + more) <= limit_;
  }
  /// As `insert`, without growing or counting: `add_size` does that later. Threads may do this at
  /// once for fingerprints of different regions. REQUIRES: `reserve`.
  Place put(std::uint64_t fingerprint) {
    const std::uint64_t value = fingerprint == 0 ? 1 : fingerprint;
    for (std::size_t slot = home(value), tries = 0;; slot = next(slot, ++tries)) {
      if (slots_[slot] == value) return {slot, false};
      if (slots_[slot] != 0) continue;
      slots_[slot] = value;
      return {slot, true};
    }
  }
  void add_size(std::int64_t count) { size_ += count; }
  void save(CheckpointWriter& out) const;
  void load(CheckpointReader& in);
  /// The number of a place. REQUIRES: the table is numbered.
  std::uint32_t& number(std::size_t slot) { return numbers_[slot]; }

 private:
  static constexpr unsigned bucket_bits = 3;  // eight places of eight bytes

  std::size_t capacity() const { return mask_ + 1; }
  std::size_t home(std::uint64_t fingerprint) const {
    return static_cast<std::size_t>(fingerprint >> shift_);
  }
  /// The place to try after `tries` others: around the bucket, then on to the next one of the
  /// region.
  std::size_t next(std::size_t slot, std::size_t tries) const {
    constexpr std::size_t bucket = std::size_t{1} << bucket_bits;
    const std::size_t around = (slot & ~(bucket - 1)) | ((slot + 1) & (bucket - 1));
    const std::size_t in_region = mask_ / regions;
    return tries % bucket != 0 ? around : (around & ~in_region) | ((around + bucket) & in_region);
  }
  bool allocate(unsigned bits);
  void grow() {
    grow([](std::size_t count, auto&& work) {
      for (std::size_t i = 0; i < count; ++i)
        work(i);
    });
  }
  template <class Each>
  void grow(Each&& each) {
    Old old{capacity(), slots_, numbers_, std::move(slot_pages_), std::move(number_pages_)};
    if (allocate(64 - shift_ + 1))
      each(regions, [&](std::size_t region) { move_region(old, region); });
    else
      keep(std::move(old));
  }
  struct Old {
    std::size_t capacity = 0;
    const std::uint64_t* slots = nullptr;
    const std::uint32_t* numbers = nullptr;
    Pages slot_pages;
    Pages number_pages;
  };
  void move_region(const Old& old, std::size_t region);
  void keep(Old&& old);

  bool numbered_;
  bool full_ = false;
  unsigned shift_ = 0;
  std::size_t mask_ = 0;
  std::size_t limit_ = 0;  // fingerprints before it grows
  std::int64_t size_ = 0;
  Pages slot_pages_{0};
  Pages number_pages_{0};
  std::uint64_t* slots_ = nullptr;
  std::uint32_t* numbers_ = nullptr;
};

}  // namespace concordat::explore
