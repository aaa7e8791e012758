// Distributions of durations, drawn with integers only, so that they give the same values for every
// compiler and level of optimisation.
//
// `DistributionSpec` is what a scenario says; `Distribution` is ready to draw. Exponential values
// come from a fixed-point logarithm. Log-normal and empirical ones come from a table with equally
// likely entries: the former's is computed, when the Distribution is made, from a committed table
// of the normal distribution and a fixed-point exponential function.
//
// Limits: no value is above `longest_duration`; larger ones are cut to it. A log-normal table has
// one entry for each 4096th of the probability, so that its greatest, 3.74 standard deviations out,
// stands for the last 4096th. Rarer values are missing, so that mean and variance are below those
// of the true distribution, whose mean is median * exp(sigma^2 / 2):
//
//   sigma         0.5      1        2     4
//   mean         -0.001%  -0.02%   -1%   -44%
//   variance     -0.1%    -1.6%    -45%  -99.997%
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
  Duration first{};  // constant: the value; uniform: the least; exponential: the mean;
                     // log_normal: the median
  Duration last{};   // uniform: the greatest
  std::int64_t sigma_millionths = 0;  // log_normal: the standard deviation of the logarithm
  std::vector<Duration> values{};     // table: each equally likely
  Duration plus{};                    // added to every value
  friend bool operator==(const DistributionSpec&, const DistributionSpec&) = default;
};

/// `5ms`, `uniform 1ms to 9ms`, `exponential with mean 5ms plus 1ms`, `log-normal with median 5ms
/// and sigma 0.5`, `one of 3 values from 1ms to 40ms`.
std::string describe(const DistributionSpec& spec);

/// Ready to draw. Draws share it freely: they change only the stream.
class Distribution {
 public:
  /// Always zero.
  Distribution() : Distribution(DistributionSpec{}) {}
  /// REQUIRES: durations not negative, first <= last if uniform, a table with values, sigma 0 to 4.
  explicit Distribution(const DistributionSpec& spec);

  /// One value, rounded to whole microseconds. A constant draws no random bits, an exponential and
  /// a log-normal value always 64.
  Duration draw(Random& random) const {
    return kind_ == DistributionKind::constant ? first_ : draw_any(random);
  }

  /// Whether `draw` needs no random bits.
  bool is_constant() const { return kind_ == DistributionKind::constant; }

  /// The exact mean of what `draw` returns, as total / count, in microseconds; a sum above 63 bits,
  /// which takes thousands of entries of a hundred years, is divided and rounded. For `exponential`
  /// it is that of the specification, from which the drawn one differs by less than a microsecond
  /// unless the specified one is above three years and `longest_duration` is felt.
  struct Mean {
    std::int64_t total_us = 0;
    std::int64_t count = 1;
    friend bool operator==(const Mean&, const Mean&) = default;
  };
  Mean mean() const;

  /// The entries of a log-normal or empirical table, ascending, `plus` included; else empty.
  const std::vector<Duration>& entries() const { return entries_; }

 private:
  Duration draw_any(Random& random) const;

  DistributionKind kind_{};
  Duration first_;          // constant, uniform: with `plus`; exponential: the mean, without
  Duration plus_;           // exponential
  std::uint64_t span_ = 1;  // uniform: number of values
  std::vector<Duration> entries_;
};

}  // namespace concordat
