// Goal: durations are read strictly and printed in their shortest exact form. Method: tables, the
// limits, and a round trip over values of all sizes.
#include "sim/base/time.hpp"

#include <array>
#include <gtest/gtest.h>

namespace concordat {
namespace {

std::int64_t us(std::string_view text) {
  const auto duration = parse_duration(text);
  return duration ? duration->us : -1;
}

TEST(Time, Reads) {
  EXPECT_EQ(us("0us"), 0);
  EXPECT_EQ(us("250us"), 250);
  EXPECT_EQ(us("5ms"), 5'000);
  EXPECT_EQ(us("1.5s"), 1'500'000);
  EXPECT_EQ(us("0.000001s"), 1);
  EXPECT_EQ(us("0.001ms"), 1);
  EXPECT_EQ(us("2min"), 120'000'000);
  EXPECT_EQ(us("0.5min"), 30'000'000);
  EXPECT_EQ(us("1h"), 3'600'000'000);
  EXPECT_EQ(us("0.999999999h"), -1);  // not a whole number of microseconds
  EXPECT_EQ(us("0.25h"), 900'000'000);
}

TEST(Time, RefusesAllElse) {
  for (const std::string_view text :
       {"",       "5",     "ms",       "-5ms",       "+5ms",          " 5ms",  "5 ms",
        "5ms ",   "5MS",   "5sec",     "5m",         "1e3ms",         ".5s",   "5.s",
        "1.5.5s", "0.5us", "0.0001ms", "0.0000001s", "1.0000000000s", "0x5ms", "5\xC2\xB5s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Time, EndsAfterAHundredYears) {
  EXPECT_EQ(us("3155760000000000us"), 3'155'760'000'000'000);
  EXPECT_EQ(us("3155760000000001us"), -1);
  EXPECT_EQ(us("876600h"), 3'155'760'000'000'000);
  EXPECT_EQ(us("876600.1h"), -1);
  EXPECT_EQ(us("9223372036854775808us"), -1);
  EXPECT_EQ(us("99999999999999999999999999h"), -1);
}

TEST(Time, PrintsTheShortestExactForm) {
  EXPECT_EQ(format({0}), "0us");
  EXPECT_EQ(format({1'500}), "1500us");
  EXPECT_EQ(format({5'000}), "5ms");
  EXPECT_EQ(format({1'000'000}), "1s");
  EXPECT_EQ(format({60'000'000}), "60s");
  EXPECT_EQ(format({120'000'000}), "2min");
  EXPECT_EQ(format({3'600'000'000}), "1h");
  EXPECT_EQ(format({-5'000}), "-5ms");
  EXPECT_EQ(format({INT64_MIN}), "-9223372036854775808us");
}

TEST(Time, ReadsBackWhatItPrints) {
  constexpr std::array<std::int64_t, 6> units{1, 7, 1'000, 1'000'000, 60'000'000, 3'600'000'000};
  for (const std::int64_t unit : units)
    for (std::int64_t count = 0; count < 5'000; ++count)
      ASSERT_EQ(us(format({count * unit})), count * unit);
}

}  // namespace
}  // namespace concordat
