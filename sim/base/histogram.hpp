// How often values of each size came: exact count, sum, least and greatest, and percentiles with a
// bounded error, in bounded memory. Two histograms add up.
//
// Values fall into buckets: one for each value below 64, and above that 64 for each power of two,
// so that a percentile is at most 1/64 too small. SOURCE: the layout of HdrHistogram (Tene).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"

namespace concordat {

class Histogram {
 public:
  void clear() { *this = Histogram(); }
  bool empty() const { return count_ == 0; }
  std::int64_t count() const { return count_; }
  std::int64_t sum() const { return sum_; }
  std::int64_t min() const { return min_; }
  std::int64_t max() const { return max_; }

  /// REQUIRES: value >= 0.
  void add(std::int64_t value) {
    check(value >= 0, "a histogram counts values from zero on");
    if (count_ == 0 || value < min_) min_ = value;
    if (count_ == 0 || value > max_) max_ = value;
    ++count_;
    sum_ += value;
    squares_ += static_cast<Wide>(value) * static_cast<Wide>(value);
    const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(value));
    if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
    ++buckets_[bucket];
  }
  void add(const Histogram& other);

  double mean() const {
    return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
  }
  /// Of the sample. RETURNS: 0 for fewer than two values.
  double variance() const;
  /// The value below or at which this share of the values lies. REQUIRES: not empty, 0 <= share
  /// <= 1.
  std::int64_t percentile(double share) const;

  /// How many values lie from `least` on, below the next bin.
  struct Bin {
    std::int64_t least = 0;
    std::int64_t count = 0;
    friend bool operator==(const Bin&, const Bin&) = default;
  };
  /// The values in coarse bins for a picture, in order, without empty ones: eight values wide below
  /// 64, and above that eight bins for each power of two.
  std::vector<Bin> bins() const;

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr unsigned step_bits = 6;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < (1U << step_bits)) return static_cast<std::size_t>(value);
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - step_bits - 1;
    return ((static_cast<std::size_t>(shift) + 1) << step_bits) +
           static_cast<std::size_t>((value >> shift) - (1U << step_bits));
  }
  static std::int64_t least_of(std::size_t bucket);

  std::int64_t count_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  Wide squares_ = 0;
  std::vector<std::int64_t> buckets_;
};

}  // namespace concordat
