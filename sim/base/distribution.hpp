// Distributions of durations, drawn with integers only, so that they give the same values for every
// compiler and level of optimisation.
//
// `DistributionSpec` is what a scenario says; `Distribution` is ready to draw. Exponential values
// come from a fixed-point logarithm. Log-normal and empirical ones come from a table with equally
// likely entries: the former's is computed, when the Distribution is made, from a committed table
// of the inverse normal distribution and a fixed-point exponential function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace concordat {

enum class DistributionKind : std::uint8_t { constant, uniform, exponential, log_normal, table };

struct DistributionSpec {
  DistributionKind kind{};
  Duration first;  // constant: the value; uniform: the least; exponential: the mean;
                   // log_normal: the median
  Duration last;   // uniform: the greatest
  std::int64_t sigma_millionths = 0;  // log_normal: the standard deviation of the logarithm
  std::vector<Duration> values;       // table: each equally likely
  Duration plus;                      // added to every value
  friend bool operator==(const DistributionSpec&, const DistributionSpec&) = default;
};

/// `5ms`, `uniform 1ms to 9ms`, `exponential with mean 5ms plus 1ms`.
std::string describe(const DistributionSpec& spec);

class Distribution {
 public:
  /// Always zero.
  Distribution() : Distribution(DistributionSpec{}) {}
  /// REQUIRES: durations not negative, first <= last if uniform, a table with values, sigma 0 to 4.
  explicit Distribution(const DistributionSpec& spec);

  /// One value, rounded to whole microseconds. A constant draws no random bits.
  Duration draw(Random& random) const;

  /// The exact mean of what `draw` returns, as total / count, in microseconds. For `exponential` it
  /// is the mean of the specification, from which the drawn one differs by less than a microsecond.
  struct Mean {
    std::int64_t total_us = 0;
    std::int64_t count = 1;
  };
  Mean mean() const;

  /// The entries of a log-normal or empirical table, ascending, `plus` included; else empty.
  const std::vector<Duration>& entries() const { return entries_; }

 private:
  DistributionKind kind_{};
  Duration first_;
  Duration plus_;
  std::uint64_t span_ = 0;  // uniform: number of values
  std::vector<Duration> entries_;
};

}  // namespace concordat
