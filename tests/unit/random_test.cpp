// Goal: the streams of random numbers are the ones they are documented to be, are independent of
// each other, and are unbiased; ratios are read strictly. Method: golden numbers, of which the
// first are those of the authors' own program; statistics on fixed seeds, against limits that a
// right generator passes for all but one seed in a million.
#include "sim/base/random.hpp"

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <initializer_list>
#include <set>
#include <string_view>
#include <vector>

#include "tests/unit/statistics.hpp"

namespace concordat {
namespace {

using Golden = std::array<std::uint64_t, 5>;

Golden five(Random random) {
  Golden numbers{};
  for (std::uint64_t& number : numbers)
    number = random.bits();
  return numbers;
}

TEST(Random, IsSplitMix64) {
  EXPECT_EQ(five(Random(1234567)),
            (Golden{6457827717110365317U,
                    3203168211198807973U,
                    9817491932198370423U,
                    4593380528125082431U,
                    16408922859458223821U}));
}

TEST(Random, StreamsStayAsTheyAre) {
  EXPECT_EQ(five(Random::stream(1, "latency")),
            (Golden{18159931381885480133U,
                    14438948602944619915U,
                    6060850770875167176U,
                    18107773858881063446U,
                    13945769617368808896U}));
  EXPECT_EQ(five(Random::stream(1, "latency", 1)),
            (Golden{2070924570064146133U,
                    16524783173380597161U,
                    12868942577755182153U,
                    9761562912202777931U,
                    14129996526548318698U}));
  EXPECT_EQ(five(Random::stream(1, "latency", 1000)),
            (Golden{16271405422722912904U,
                    13982167329429240993U,
                    5644797028452336666U,
                    1148556773757093475U,
                    1073016508375974859U}));
  EXPECT_EQ(five(Random::stream(2, "latency")),
            (Golden{10529059762920915962U,
                    11098883244286184317U,
                    12428411700694901625U,
                    2598523307577665710U,
                    3985993768795548875U}));
  EXPECT_EQ(five(Random::stream(1, "")),
            (Golden{7982734928498899980U,
                    7851527857629710090U,
                    9955129241680291498U,
                    15075613893636170220U,
                    3101843191332189346U}));
}

TEST(Random, BoundedNumbersStayAsTheyAre) {
  Random random = Random::stream(1, "below");
  std::vector<std::uint64_t> numbers;
  for (const std::uint64_t bound : {1U, 2U, 6U, 100U, 4096U, 1'000'000'000U})
    numbers.push_back(random.below(bound));
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{0, 0, 2, 4, 3938, 341'393'725}));
}

TEST(Random, StreamsAreDifferent) {
  std::set<std::uint64_t> seen;
  std::size_t count = 0;
  const auto add = [&](Random random) {
    for (const std::uint64_t number : five(random))
      seen.insert(number);
    count += std::tuple_size_v<Golden>;
  };
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const std::string_view concern : {"", "a", "b", "ab", "ba", "aa", "latency", "latencz"})
      for (std::uint64_t index = 0; index < 200; ++index)
        add(Random::stream(seed, concern, index));
  }
  EXPECT_EQ(seen.size(), count);
}

TEST(Random, ADrawFromOneStreamShiftsNoOther) {
  Random votes = Random::stream(7, "votes");
  Random latency = Random::stream(7, "latency");
  Golden expected = five(latency);
  for (std::uint64_t& number : expected) {
    votes.below(3);
    EXPECT_EQ(latency.bits(), number);
  }
}

TEST(Random, EachBitIsSetHalfOfTheTime) {
  constexpr int draws = 100'000;
  std::array<std::int64_t, 64> set{};
  Random random = Random::stream(1, "bits");
  for (int i = 0; i < draws; ++i) {
    const std::uint64_t bits = random.bits();
    for (std::size_t bit = 0; bit < set.size(); ++bit)
      set[bit] += static_cast<std::int64_t>(bits >> bit & 1U);
  }
  // Five and a half standard deviations, as there are 64 chances to fail.
  for (const std::int64_t count : set)
    EXPECT_NEAR(static_cast<double>(count), draws / 2.0, 5.5 * std::sqrt(draws) / 2);
}

TEST(Random, BelowIsEven) {
  for (const std::uint64_t bound : {2U, 3U, 7U, 10U, 1000U, 4096U}) {
    std::vector<std::int64_t> counts(bound);
    Random random = Random::stream(1, "even", bound);
    for (std::uint64_t i = 0; i < 100 * bound + 10'000; ++i)
      ++counts.at(random.below(bound));
    EXPECT_LT(chi_square(counts), chi_square_limit(counts.size())) << bound;
  }
}

// Without the repeated draws half of all numbers below 3 * 2^62 would have the remainder 0: every
// fourth product is one too many, and they all fall there.
TEST(Random, BelowIsEvenForLargeBounds) {
  constexpr std::uint64_t bound = std::uint64_t{3} << 62U;
  std::vector<std::int64_t> remainders(3);
  std::vector<std::int64_t> thirds(3);
  Random random = Random::stream(1, "large");
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t number = random.below(bound);
    ASSERT_LT(number, bound);
    ++remainders[number % 3];
    ++thirds[number >> 62U];
  }
  EXPECT_LT(chi_square(remainders), chi_square_limit(3));
  EXPECT_LT(chi_square(thirds), chi_square_limit(3));
}

TEST(Random, BelowHasAllBounds) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(random.below(1), 0U);
    EXPECT_LT(random.below(UINT64_MAX), UINT64_MAX);
  }
  EXPECT_EXIT(random.below(0), ::testing::ExitedWithCode(70), "below a positive bound");
}

TEST(Random, ChanceIsTheRatio) {
  constexpr int draws = 1'000'000;
  for (const Ratio ratio : {Ratio{1, 2}, Ratio{1, 50}, Ratio{999, 1000}, Ratio{1, 100'000}}) {
    Random random = Random::stream(1, "chance", ratio.whole);
    int hits = 0;
    for (int i = 0; i < draws; ++i)
      hits += random.chance(ratio) ? 1 : 0;
    const double p = static_cast<double>(ratio.part) / ratio.whole;
    EXPECT_NEAR(hits, draws * p, 5 * std::sqrt(draws * p * (1 - p))) << format(ratio);
  }
}

TEST(Random, CertaintyDrawsNothing) {
  Random random(1);
  Random untouched(1);
  EXPECT_FALSE(random.chance({0, 1}));
  EXPECT_FALSE(random.chance({0, 50}));
  EXPECT_TRUE(random.chance({1, 1}));
  EXPECT_TRUE(random.chance({50, 50}));
  EXPECT_EQ(random.bits(), untouched.bits());
}

std::string read_and_printed(std::string_view text) {
  const auto ratio = parse_ratio(text);
  return ratio ? format(*ratio) : "refused";
}

TEST(Ratio, Reads) {
  EXPECT_EQ(parse_ratio("1/50"), (Ratio{1, 50}));
  EXPECT_EQ(parse_ratio("2/100"), (Ratio{1, 50}));
  EXPECT_EQ(parse_ratio("2%"), (Ratio{1, 50}));
  EXPECT_EQ(parse_ratio("0.5%"), (Ratio{1, 200}));
  EXPECT_EQ(parse_ratio("12.50%"), (Ratio{1, 8}));
  EXPECT_EQ(parse_ratio("0.25"), (Ratio{1, 4}));
  EXPECT_EQ(parse_ratio("0"), (Ratio{0, 1}));
  EXPECT_EQ(parse_ratio("0%"), (Ratio{0, 1}));
  EXPECT_EQ(parse_ratio("0/7"), (Ratio{0, 1}));
  EXPECT_EQ(parse_ratio("1"), (Ratio{1, 1}));
  EXPECT_EQ(parse_ratio("7/7"), (Ratio{1, 1}));
  EXPECT_EQ(parse_ratio("100%"), (Ratio{1, 1}));
  EXPECT_EQ(parse_ratio("100.0000000%"), (Ratio{1, 1}));
  EXPECT_EQ(parse_ratio("0.0000001%"), (Ratio{1, 1'000'000'000}));
  EXPECT_EQ(parse_ratio("999999999/1000000000"), (Ratio{999'999'999, 1'000'000'000}));
  EXPECT_EQ(parse_ratio("2/2000000000"), (Ratio{1, 1'000'000'000}));
}

void expect_refused(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts)
    EXPECT_FALSE(parse_ratio(text)) << text;
}

TEST(Ratio, RefusesAllElse) {
  expect_refused({"", "%", "/", "1/", "/2", "1/0", "0/0", "2", "3/2", "101%", "1.1", "100.1%"});
  expect_refused({"-1", "+1", "-1/2", "1/-2", "+1/2", "0.+5", "0.-5%", "-0", "-0%", "0x1", "1e-3"});
  expect_refused({" 1/2", "1/2 ", "1 / 2", "0.5 %", "1/2%", "50%%", "1/2/3", "half", "0,5", "1 "});
  expect_refused({".5", ".5%", "0.", "5.%", "0.5.5", "0.5/2", "1/2.5", "0.00000001%"});
  expect_refused({"1/1000000001", "1/2000000000", "99999999999/99999999999", "0.00000001"});
  expect_refused({"1/99999999999999999999999", "99999999999999999999999%"});
}

TEST(Ratio, ReadsBackWhatItPrints) {
  EXPECT_EQ(read_and_printed("1/50"), "1/50");
  EXPECT_EQ(read_and_printed("2%"), "1/50");
  EXPECT_EQ(read_and_printed("0%"), "0");
  EXPECT_EQ(read_and_printed("100%"), "1");
  EXPECT_EQ(format({0, 5}), "0");
  EXPECT_EQ(format({5, 5}), "1");
  Random random = Random::stream(1, "ratios");
  for (int i = 0; i < 10'000; ++i) {
    const auto whole = static_cast<std::uint32_t>(1 + random.below(1'000'000'000));
    const auto part = static_cast<std::uint32_t>(random.below(whole + 1));
    const auto ratio = parse_ratio(format({part, whole}));
    ASSERT_TRUE(ratio) << part << "/" << whole;
    EXPECT_EQ(parse_ratio(format(*ratio)), ratio);
    EXPECT_EQ(std::uint64_t{ratio->part} * whole, std::uint64_t{part} * ratio->whole);
  }
}

}  // namespace
}  // namespace concordat
