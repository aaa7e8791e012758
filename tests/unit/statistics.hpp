// What the tests of random numbers share: how far a sample is from what it should be, and how far
// it may be. The limits are those that a right sample passes with one seed in a million.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace concordat {

/// The chi-square statistic of counts that are all expected to be equal.
inline double chi_square(const std::vector<std::int64_t>& counts) {
  double total = 0;
  for (const std::int64_t count : counts)
    total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const std::int64_t count : counts)
    sum += (static_cast<double>(count) - expected) * (static_cast<double>(count) - expected);
  return sum / expected;
}

/// What the statistic of `cells` counts passes with probability 1e-6. SOURCE: the approximation of
/// Wilson and Hilferty 1931: its cube root is nearly normal.
inline double chi_square_limit(std::size_t cells) {
  constexpr double normal_limit = 4.753;
  const double freedom = static_cast<double>(cells) - 1;
  const double spread = 2 / (9 * freedom);
  return freedom * std::pow(1 - spread + normal_limit * std::sqrt(spread), 3);
}

/// The distance of Kolmogorov and Smirnov: the most by which the shares of a sample below any point
/// differ from a continuous distribution function. Sorts the sample.
template <class Function>
double kolmogorov_distance(std::vector<double>& sample, Function distribution) {
  std::sort(sample.begin(), sample.end());
  const auto size = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double probability = distribution(sample[i]);
    const auto below = static_cast<double>(i);
    distance = std::max({distance, probability - below / size, (below + 1) / size - probability});
  }
  return distance;
}

/// What that distance of `size` independent values passes with probability 1e-6:
/// 2 exp(-2 size distance^2).
inline double kolmogorov_limit(std::size_t size) {
  return std::sqrt(std::log(2e6) / 2 / static_cast<double>(size));
}

struct Moments {
  double mean = 0;
  double variance = 0;
};

inline Moments moments(const std::vector<double>& sample) {
  Moments of;
  for (const double value : sample)
    of.mean += value / static_cast<double>(sample.size());
  for (const double value : sample)
    of.variance += (value - of.mean) * (value - of.mean) / static_cast<double>(sample.size());
  return of;
}

}  // namespace concordat
