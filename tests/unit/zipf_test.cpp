// Goal: the alias table gives each rank the probability that Zipf's law says, within the promised
// bound, and the same draws for ever. Method: the exact shares of the table, which a test adds up
// from draws at the ends of its columns too, against long double; golden draws; chi-square.
#include "sim/base/zipf.hpp"

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

#include "tests/unit/statistics.hpp"

namespace concordat {
namespace {

std::vector<long double> probabilities(std::uint32_t count, std::int64_t exponent_millionths) {
  std::vector<long double> of(count);
  long double total = 0;
  for (std::uint32_t rank = count; rank-- > 0;) {
    of[rank] = std::pow(static_cast<long double>(rank) + 1,
                        static_cast<long double>(-exponent_millionths) / 1'000'000);
    total += of[rank];
  }
  for (long double& probability : of)
    probability /= total;
  return of;
}

constexpr std::array<std::int64_t, 9> exponents = {
    1, 500'000, 990'000, 1'000'000, 1'200'001, 2'000'000, 3'141'593, 7'000'000, 10'000'000};

TEST(Zipf, SharesAreTheProbabilities) {
  for (const std::int64_t exponent : exponents)
    for (const std::uint32_t count : {2U, 3U, 4U, 7U, 10U, 100U, 128U, 1'000U, 65'537U}) {
      const std::vector<std::uint64_t> shares = Zipf(count, exponent).shares();
      const std::vector<long double> truth = probabilities(count, exponent);
      const long double s = static_cast<long double>(exponent) / 1'000'000;
      const long double relative =
          std::ldexp(s + 1, -55) + std::ldexp(static_cast<long double>(count), -62);
      for (std::uint32_t rank = 0; rank < count; ++rank) {
        const long double error =
            std::abs(std::ldexp(static_cast<long double>(shares[rank]), -64) - truth[rank]);
        ASSERT_LT(error, truth[rank] * relative + std::ldexp(1.0L, -61))
            << count << " ranks, exponent " << exponent << ", rank " << rank;
      }
      EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::uint64_t{0}), 0U);  // 2^64
    }
}

TEST(Zipf, ExponentZeroIsUniform) {
  for (const std::uint32_t count : {2U, 3U, 10U, 1'000U, 1U << 16U}) {
    const std::vector<std::uint64_t> shares = Zipf(count, 0).shares();
    const auto least = UINT64_MAX / count;
    for (const std::uint64_t share : shares)
      ASSERT_LE(share - least, 1U);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::uint64_t{0}), 0U);
  }
}

/// A stream whose first bits are these. (The inverse of `Random::mix`, with each multiplier's
/// inverse modulo 2^64.)
Random stream_of(std::uint64_t bits) {
  const auto undo_shift = [](std::uint64_t value, unsigned shift) {
    std::uint64_t result = value;
    for (unsigned done = shift; done < 64; done += shift)
      result = value ^ (result >> shift);
    return result;
  };
  bits = undo_shift(bits, 31) * 0x319642b2d24d8ec3U;
  bits = undo_shift(bits, 27) * 0x96de1b173f119089U;
  return Random(undo_shift(bits, 30) - 0x9e3779b97f4a7c15U);
}

// In each column one rank has the lower values and at most one other the upper values: where the
// rank changes is found by bisection. So the draws have exactly the shares.
TEST(Zipf, DrawsHaveTheShares) {
  ASSERT_EQ(stream_of(12'345).bits(), 12'345U);
  for (const std::int64_t exponent :
       {std::int64_t{0}, std::int64_t{990'000}, std::int64_t{3'000'000}})
    for (const std::uint32_t count : {2U, 3U, 16U, 100U, 999U}) {
      const Zipf zipf(count, exponent);
      std::vector<std::uint64_t> shares(count);
      for (std::uint32_t column = 0; column < count; ++column) {
        __extension__ using Wide = unsigned __int128;
        const auto begin_of = [count](Wide i) { return ((i << 64U) + count - 1) / count; };
        const Wide begin = begin_of(column);
        const Wide end = begin_of(Wide{column} + 1);
        const auto at = [&zipf](Wide bits) {
          Random random = stream_of(static_cast<std::uint64_t>(bits));
          return zipf.draw(random);
        };
        const std::uint32_t first = at(begin);
        const std::uint32_t last = at(end - 1);
        Wide low = begin;  // gives `first`
        Wide high = first == last ? end : end - 1;
        while (high - low > 1) {
          const Wide middle = low + (high - low) / 2;
          (at(middle) == first ? low : high) = middle;
        }
        shares[first] += static_cast<std::uint64_t>(high - begin);
        shares[last] += static_cast<std::uint64_t>(end - high);
      }
      EXPECT_EQ(shares, zipf.shares()) << count << " ranks, exponent " << exponent;
    }
}

std::vector<std::uint32_t> draws(std::uint32_t count, std::int64_t exponent, std::size_t length) {
  const Zipf zipf(count, exponent);
  Random random = Random::stream(1, "zipf");
  std::vector<std::uint32_t> ranks(length);
  for (std::uint32_t& rank : ranks)
    rank = zipf.draw(random);
  return ranks;
}

TEST(Zipf, GoldenDraws) {
  using Ranks = std::vector<std::uint32_t>;
  EXPECT_EQ(draws(100, 990'000, 16), (Ranks{2, 5, 0, 0, 1, 32, 1, 7, 27, 0, 1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(
      draws(1'000'000, 990'000, 16),
      (Ranks{1329, 7377, 60, 7, 605, 322435, 521, 11673, 2, 40, 172, 3, 2, 349934, 278610, 59}));
  EXPECT_EQ(draws(1'000'000, 1'500'000, 16),
            (Ranks{8, 38, 1, 0, 5, 0, 5, 68, 0, 1, 3, 0, 0, 0, 0, 1}));
  EXPECT_EQ(draws(1'000'000, 0, 16),
            (Ranks{766554,
                   892479,
                   527797,
                   367261,
                   706555,
                   322435,
                   695167,
                   923387,
                   274090,
                   497891,
                   609771,
                   307197,
                   286940,
                   349934,
                   278610,
                   526798}));
}

TEST(Zipf, GoldenTable) {
  std::uint64_t hash = 0;
  for (const std::int64_t exponent : exponents)
    for (const std::uint64_t share : Zipf(100'000, exponent).shares())
      hash = Random::mix(hash ^ share);
  EXPECT_EQ(hash, 5'228'901'556'832'969'611U);
}

TEST(Zipf, DrawsAlwaysTake64Bits) {
  for (const std::uint32_t count : {1U, 2U, 100U})
    for (const std::int64_t exponent : {std::int64_t{0}, std::int64_t{990'000}}) {
      const Zipf zipf(count, exponent);
      Random random = Random::stream(1, "bits");
      Random twin = random;
      for (int i = 0; i < 1'000; ++i) {
        ASSERT_LT(zipf.draw(random), count);
        twin.bits();
      }
      EXPECT_EQ(random.bits(), twin.bits());
    }
}

// The statistic of `chi_square`, with an expected count for each cell.
TEST(Zipf, AMillionDrawsFitTheLaw) {
  constexpr std::uint32_t count = 100;
  constexpr std::size_t sample = 1'000'000;
  const std::vector<long double> truth = probabilities(count, 990'000);
  std::vector<double> counts(count);
  for (const std::uint32_t rank : draws(count, 990'000, sample))
    ++counts[rank];
  double sum = 0;
  for (std::uint32_t rank = 0; rank < count; ++rank) {
    const double expected = static_cast<double>(truth[rank]) * static_cast<double>(sample);
    sum += (counts[rank] - expected) * (counts[rank] - expected) / expected;
  }
  EXPECT_LT(sum, chi_square_limit(count));
}

TEST(Zipf, RefusesWhatItCannotDraw) {
  EXPECT_EXIT(Zipf(0, 1), ::testing::ExitedWithCode(70), "at least one rank");
  EXPECT_EXIT(Zipf(5, -1), ::testing::ExitedWithCode(70), "0 to 10");
  EXPECT_EXIT(Zipf(5, 10'000'001), ::testing::ExitedWithCode(70), "0 to 10");
  EXPECT_EXIT(Zipf(1, 5).shares(), ::testing::ExitedWithCode(70), "only rank");
}

}  // namespace
}  // namespace concordat
