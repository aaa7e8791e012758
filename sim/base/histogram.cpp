#include "sim/base/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace concordat {

void Histogram::add(const Histogram& other) {
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
  count_ += other.count_;
  sum_ += other.sum_;
  squares_ += other.squares_;
  if (buckets_.size() < other.buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t i = 0; i < other.buckets_.size(); ++i)
    buckets_[i] += other.buckets_[i];
}

double Histogram::variance() const {
  if (count_ < 2) return 0;
  const Wide n = static_cast<Wide>(count_);
  const Wide spread = n * squares_ - static_cast<Wide>(sum_) * static_cast<Wide>(sum_);
  return static_cast<double>(spread) / static_cast<double>(n * (n - 1));
}

std::int64_t Histogram::least_of(std::size_t bucket) {
  constexpr std::size_t steps = std::size_t{1} << step_bits;
  if (bucket < steps) return static_cast<std::int64_t>(bucket);
  const std::size_t shift = (bucket >> step_bits) - 1;
  return static_cast<std::int64_t>(((bucket & (steps - 1)) | steps) << shift);
}

std::int64_t Histogram::percentile(double share) const {
  check(count_ > 0, "a percentile is asked of some values");
  const double wanted = std::ceil(share * static_cast<double>(count_));
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (static_cast<double>(seen) >= wanted && seen > 0) return std::clamp(least_of(i), min_, max_);
  }
  return max_;
}

std::vector<Histogram::Bin> Histogram::bins() const {
  constexpr std::size_t merged = 8;
  std::vector<Bin> out;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] == 0) continue;
    const std::int64_t least = least_of(i / merged * merged);
    if (out.empty() || out.back().least != least) out.push_back({least, 0});
    out.back().count += buckets_[i];
  }
  return out;
}

}  // namespace concordat
