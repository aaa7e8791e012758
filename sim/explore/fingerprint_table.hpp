// The visited set: the fingerprints of all states that have been reached, eight bytes each.
//
// Buckets of one cache line. A fingerprint's home is the bucket that its upper bits choose; it
// stands in the first free place of that bucket or, if there is none, of the buckets after it.
// Nothing is ever taken out, so a bucket is filled from its first place on, and a free place says
// that the search is over. Zero marks a free place; the fingerprint 0 is stored as 1.
//
// The table is divided into regions. No fingerprint leaves the region of its home, so several
// threads may put fingerprints in at once, each into regions of its own. It doubles in place:
// region by region from the last one, each into addresses that are new or have been vacated.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "sim/explore/checkpoint.hpp"
#include "sim/explore/pages.hpp"

namespace concordat::explore {

/// Eight places for fingerprints.
struct alignas(64) Bucket {
  static constexpr std::size_t size = 8;
  std::array<std::uint32_t, size> lower{};
  std::array<std::uint32_t, size> upper{};

  /// What a place holds; 0 if it is free.
  std::uint64_t at(std::size_t place) const {
    return std::uint64_t{upper[place]} << 32U | lower[place];
  }
  void set(std::size_t place, std::uint64_t value) {
    lower[place] = static_cast<std::uint32_t>(value);
    upper[place] = static_cast<std::uint32_t>(value >> 32U);
  }
  /// The places that hold it, and those that are free, as a set of bits. The lowest is where it is
  /// or could be. (No branch: nobody could predict it.)
  unsigned places_for(std::uint64_t value) const {
#ifdef __SSE2__
    const auto four = [](const std::uint32_t* from) {
      return _mm_load_si128(reinterpret_cast<const __m128i*>(from));
    };
    const __m128i low = _mm_set1_epi32(static_cast<int>(value));
    const __m128i high = _mm_set1_epi32(static_cast<int>(value >> 32U));
    const auto half = [&](std::size_t first) {
      const __m128i mine = four(&upper[first]);
      return _mm_or_si128(
          _mm_and_si128(_mm_cmpeq_epi32(mine, high), _mm_cmpeq_epi32(four(&lower[first]), low)),
          _mm_cmpeq_epi32(mine, _mm_setzero_si128()));
    };
    const __m128i shorts = _mm_packs_epi32(half(0), half(size / 2));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(shorts, _mm_setzero_si128())));
#else
    unsigned found = 0;
    for (std::size_t place = 0; place < size; ++place)
      found |= static_cast<unsigned>(at(place) == value || upper[place] == 0) << place;
    return found;
#endif
  }
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

  /// Starts loading the fingerprint's bucket into the cache.
  void prefetch(std::uint64_t fingerprint) const {
    __builtin_prefetch(&buckets_[home(fingerprint)], 1);
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
    return insert(fingerprint, [](std::uint32_t) { return true; });
  }
  /// The same where fingerprints do not decide alone: `same(number)` says whether that of a place
  /// belongs to what is looked for. REQUIRES: the table is numbered.
  template <class Same>
  Place insert(std::uint64_t fingerprint, Same&& same) {
    if (static_cast<std::size_t>(size_) >= limit_) grow();
    const std::uint64_t value = stored(fingerprint);
    for (std::size_t bucket = home(value);; bucket = after(bucket))
      for (unsigned left = buckets_[bucket].places_for(value); left != 0; left &= left - 1) {
        const auto place = static_cast<std::size_t>(std::countr_zero(left));
        const std::size_t slot = bucket * Bucket::size + place;
        if (buckets_[bucket].upper[place] != 0) {
          if (same(numbered_ ? numbers_[slot] : 0)) return {slot, false};
          continue;
        }
        buckets_[bucket].set(place, value);
        ++size_;
        return {slot, true};
      }
  }
  bool is_numbered() const { return numbered_; }
  /// The number of a place. REQUIRES: the table is numbered.
  std::uint32_t& number(std::size_t slot) { return numbers_[slot]; }

  /// Makes room for so many more. `each(count, work)` calls work(i) for each i below count, perhaps
  /// on several threads. RETURNS: false if there is no memory for them.
  template <class Each>
  bool reserve(std::int64_t more, Each&& each) {
    while (static_cast<std::size_t>(size_ + more) > limit_ && !full_)
      grow(each);
    return static_cast<std::size_t>(size_ + more) <= limit_;
  }
  /// Puts fingerprints in, in their order, without growing or counting: `add_size` does that later.
  /// is_new[i] becomes 1 if `fingerprints[i]` was not there yet, else 0. RETURNS: how many were
  /// not. Threads may do this at once for different regions. REQUIRES: `reserve`.
  std::int64_t put(std::span<const std::uint64_t> fingerprints, std::uint8_t* is_new);
  /// Starts loading what `put` will need first.
  void prefetch_first(std::span<const std::uint64_t> fingerprints) const;
  void add_size(std::int64_t count) { size_ += count; }

  void save(CheckpointWriter& out) const;
  void load(CheckpointReader& in);

 private:
  static std::uint64_t stored(std::uint64_t fingerprint) {
    return fingerprint | std::uint64_t{fingerprint >> 32U == 0} << 32U;
  }
  /// In places.
  /// Once the bucket is there: starts loading the next one if it is full.
  void prefetch_rest(std::uint64_t fingerprint) const {
    const std::size_t bucket = home(fingerprint);
    const std::size_t more = buckets_[bucket].upper.back() != 0 ? 1 : 0;
    __builtin_prefetch(&buckets_[(bucket + more) & mask_], 1);
  }
  std::size_t capacity() const { return (mask_ + 1) * Bucket::size; }
  std::size_t home(std::uint64_t fingerprint) const {
    return static_cast<std::size_t>(fingerprint >> shift_);
  }
  /// The bucket to try next: the one after it, around the region.
  std::size_t after(std::size_t bucket) const {
    const std::size_t in_region = mask_ / regions;
    return (bucket & ~in_region) | ((bucket + 1) & in_region);
  }

  /// Makes it 2^bits buckets. RETURNS: false, with nothing changed, if there is no memory for them.
  bool resize(unsigned bits);
  void grow() {
    grow([](std::size_t count, auto&& work) {
      for (std::size_t i = 0; i < count; ++i)
        work(i);
    });
  }
  template <class Each>
  void grow(Each&& each) {
    if (!resize(64 - shift_ + 1)) return keep();
    // What moves at the same time neither comes from nor goes to the same places.
    for (std::size_t first = regions / 2; first > 0; first /= 2)
      each(first, [&](std::size_t i) { move_region(first + i); });
    move_first_region();
  }
  void keep();
  void move_region(std::size_t region);
  void move_first_region();
  void put_back(const Bucket& bucket, const std::uint32_t* numbers);

  bool numbered_;
  bool full_ = false;
  unsigned shift_ = 0;
  std::size_t mask_ = 0;   // the last bucket
  std::size_t limit_ = 0;  // fingerprints before it grows
  std::int64_t size_ = 0;
  Pages pages_;
  Pages number_pages_;
  Bucket* buckets_ = nullptr;
  std::uint32_t* numbers_ = nullptr;
};

}  // namespace concordat::explore
