// Goal: counts, sums and moments are exact, percentiles within a 64th. Method: small cases, and
// random samples of several shapes against sorted values.
#include "sim/base/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "sim/base/random.hpp"

namespace concordat {
namespace {

Histogram of(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const std::int64_t value : values)
    histogram.add(value);
  return histogram;
}

TEST(Histogram, HasBins) {
  using Bin = Histogram::Bin;
  EXPECT_TRUE(Histogram().bins().empty());
  const std::vector<Bin> expected{{0, 2}, {8, 1}, {56, 1}, {64, 2}, {72, 1}, {1024, 2}, {1152, 1}};
  EXPECT_EQ(of({0, 7, 8, 63, 64, 71, 72, 1'024, 1'151, 1'152}).bins(), expected);
  Random random(7);
  Histogram histogram;
  for (int i = 0; i < 10'000; ++i)
    histogram.add(static_cast<std::int64_t>(random.bits() >> 20U));
  std::int64_t count = 0;
  std::int64_t before = -1;
  for (const Bin& bin : histogram.bins()) {
    EXPECT_GT(bin.least, before);
    before = bin.least;
    count += bin.count;
  }
  EXPECT_EQ(count, histogram.count());
}

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_TRUE(histogram.empty());
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.sum(), 0);
  EXPECT_EQ(histogram.mean(), 0);
  EXPECT_EQ(histogram.variance(), 0);
  EXPECT_EXIT(static_cast<void>(histogram.percentile(0.5)),
              ::testing::ExitedWithCode(70),
              "a percentile is asked of some values");
}

TEST(Histogram, RefusesWhatIsBelowZero) {
  EXPECT_EXIT(of({-1}), ::testing::ExitedWithCode(70), "from zero on");
}

TEST(Histogram, OfOneValue) {
  for (const std::int64_t value :
       {0L, 1L, 63L, 64L, 65L, 1'000L, 14'000L, 3'155'760'000'000'000L}) {
    const Histogram histogram = of({value});
    EXPECT_EQ(histogram.count(), 1);
    EXPECT_EQ(histogram.min(), value);
    EXPECT_EQ(histogram.max(), value);
    EXPECT_EQ(histogram.mean(), static_cast<double>(value));
    EXPECT_EQ(histogram.variance(), 0);
    for (const double share : {0.0, 0.5, 1.0})
      EXPECT_EQ(histogram.percentile(share), value);
  }
}

TEST(Histogram, SmallValuesAreExact) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = 0; value < 64; ++value)
    values.push_back(value);
  const Histogram histogram = of(values);
  EXPECT_EQ(histogram.percentile(0), 0);
  EXPECT_EQ(histogram.percentile(0.25), 15);
  EXPECT_EQ(histogram.percentile(0.5), 31);
  EXPECT_EQ(histogram.percentile(0.501), 32);
  EXPECT_EQ(histogram.percentile(1), 63);
  EXPECT_EQ(histogram.mean(), 31.5);
}

TEST(Histogram, VarianceOfASample) {
  EXPECT_DOUBLE_EQ(of({2, 4, 4, 4, 5, 5, 7, 9}).variance(), 32.0 / 7);
  EXPECT_DOUBLE_EQ(of({5, 5, 5}).variance(), 0);
  // No digits are lost where the mean is large and the spread small.
  EXPECT_DOUBLE_EQ(of({1'000'000'000'000, 1'000'000'000'001}).variance(), 0.5);
}

TEST(Histogram, ClearsAndStartsAgain) {
  Histogram histogram = of({1, 100, 10'000});
  histogram.clear();
  EXPECT_TRUE(histogram.empty());
  histogram.add(7);
  EXPECT_EQ(histogram.min(), 7);
  EXPECT_EQ(histogram.percentile(1), 7);
}

/// Values of very different sizes.
std::vector<std::int64_t> sample(std::uint64_t seed, int count) {
  Random random = Random::stream(seed, "sample");
  std::vector<std::int64_t> values;
  for (int i = 0; i < count; ++i)
    values.push_back(static_cast<std::int64_t>(random.bits() >> (14 + random.below(50))));
  return values;
}

TEST(Histogram, PercentilesAreAtMostASixtyFourthTooSmall) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    std::vector<std::int64_t> values = sample(seed, 1 + static_cast<int>(seed) * 7);
    const Histogram histogram = of(values);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(histogram.min(), values.front());
    EXPECT_EQ(histogram.max(), values.back());
    for (const double share : {0.0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0}) {
      const double wanted = std::ceil(share * static_cast<double>(values.size()));
      const auto rank = static_cast<std::size_t>(std::max(wanted, 1.0)) - 1;
      const std::int64_t exact = values[rank];
      const std::int64_t told = histogram.percentile(share);
      EXPECT_LE(told, exact) << "seed " << seed << ", share " << share;
      EXPECT_GE(told, exact - exact / 64) << "seed " << seed << ", share " << share;
    }
  }
}

TEST(Histogram, MomentsAreThoseOfTheValues) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::vector<std::int64_t> values = sample(seed, 500);
    for (std::int64_t& value : values)
      value %= 1'000'000'007;
    const Histogram histogram = of(values);
    long double mean = 0;
    for (const std::int64_t value : values)
      mean += static_cast<long double>(value) / static_cast<long double>(values.size());
    long double variance = 0;
    for (const std::int64_t value : values)
      variance += (static_cast<long double>(value) - mean) *
                  (static_cast<long double>(value) - mean) /
                  static_cast<long double>(values.size() - 1);
    EXPECT_NEAR(histogram.mean() / static_cast<double>(mean), 1, 1e-12);
    EXPECT_NEAR(histogram.variance() / static_cast<double>(variance), 1, 1e-9);
  }
}

TEST(Histogram, TwoAddUpToTheOneOfAllValues) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<std::int64_t> some = sample(seed, static_cast<int>(seed % 3) * 40);
    const std::vector<std::int64_t> others = sample(seed + 1'000, static_cast<int>(seed % 4) * 30);
    std::vector<std::int64_t> all = some;
    all.insert(all.end(), others.begin(), others.end());
    Histogram sum = of(some);
    sum.add(of(others));
    const Histogram whole = of(all);
    EXPECT_EQ(sum.count(), whole.count());
    EXPECT_EQ(sum.sum(), whole.sum());
    EXPECT_EQ(sum.variance(), whole.variance());
    if (all.empty()) continue;
    EXPECT_EQ(sum.min(), whole.min());
    EXPECT_EQ(sum.max(), whole.max());
    for (const double share : {0.0, 0.1, 0.5, 0.9, 1.0})
      EXPECT_EQ(sum.percentile(share), whole.percentile(share));
  }
}

}  // namespace
}  // namespace concordat
