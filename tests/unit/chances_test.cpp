// Goal: a choice comes out by its weights, exactly: each outcome has as many of the 2^32 draws as
// its share says, and what rounding leaves goes to no outcome without a share. Method: streams of
// random bits whose first draw is chosen by the test, at the borders between the outcomes.
#include "sim/run/chances.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace concordat {
namespace {

using Weights = scenario::Timed::Weights;

constexpr std::uint64_t undo_shift(std::uint64_t bits, unsigned by) {
  std::uint64_t out = bits;
  for (unsigned known = by; known < 64; known += by)
    out = bits ^ (out >> by);
  return out;
}

/// The number by which this odd one has to be multiplied to get 1.
constexpr std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t out = odd;
  for (int i = 0; i < 6; ++i)
    out *= 2 - odd * out;
  return out;
}

/// A stream that first draws this number below 2^32: Random::bits backwards.
Random stream_of(std::uint64_t draw) {
  std::uint64_t bits = undo_shift(draw << 32U, 31) * inverse(0x94d049bb133111ebU);
  bits = undo_shift(bits, 27) * inverse(0xbf58476d1ce4e5b9U);
  return Random(undo_shift(bits, 30) - 0x9e3779b97f4a7c15U);
}

constexpr std::array<std::string_view, 4> outcomes{"a", "b", "c", "d"};
constexpr std::uint64_t all = 1ULL << 32U;

/// The outcome of a choice among a, b, c and d.
std::string chosen(const std::vector<std::pair<std::string, Ratio>>& weights, std::uint64_t draw) {
  scenario::Timed timed;
  timed.chances = {{"vote", weights}};
  Chances chances(timed);
  Random random = stream_of(draw);
  chances.draw_from(random);
  return std::string(outcomes.at(static_cast<std::size_t>(chances.choose("vote", outcomes))));
}

TEST(Chances, TheStreamDrawsWhatItShould) {
  for (const std::uint64_t draw : {std::uint64_t{0}, std::uint64_t{12'345}, all / 3, all - 1})
    EXPECT_EQ(stream_of(draw).below(all), draw);
}

TEST(Chances, EachOutcomeHasItsShare) {
  const std::vector<std::pair<std::string, Ratio>> weights{
      {"a", {1, 4}}, {"b", {1, 2}}, {"c", {0, 1}}, {"d", {1, 4}}};
  EXPECT_EQ(chosen(weights, 0), "a");
  EXPECT_EQ(chosen(weights, all / 4 - 1), "a");
  EXPECT_EQ(chosen(weights, all / 4), "b");
  EXPECT_EQ(chosen(weights, all / 4 * 3 - 1), "b");
  EXPECT_EQ(chosen(weights, all / 4 * 3), "d");
  EXPECT_EQ(chosen(weights, all - 1), "d");
}

TEST(Chances, TheOthersShareTheRest) {
  const std::vector<std::pair<std::string, Ratio>> weights{{"b", {1, 2}}};
  EXPECT_EQ(chosen(weights, all / 2 - 1), "b");
  EXPECT_EQ(chosen(weights, all / 2), "a");
  EXPECT_EQ(chosen(weights, all / 2 + all / 6 + 1), "c");
  EXPECT_EQ(chosen(weights, all - 1), "d");
  EXPECT_EQ(chosen({{"a", {0, 1}}}, 0), "b");
  EXPECT_EQ(chosen({{"a", {999'999, 1'000'000}}, {"b", {0, 1}}}, all - 1), "d");
}

/// Thirds of 2^32 leave one draw over.
TEST(Chances, TheLastWithAWeightHasWhatRoundingLeaves) {
  EXPECT_EQ(chosen({{"a", {1, 3}}, {"b", {1, 3}}, {"c", {1, 3}}, {"d", {0, 1}}}, all - 1), "c");
  EXPECT_EQ(chosen({{"a", {0, 1}}, {"b", {1, 3}}, {"c", {1, 3}}, {"d", {1, 3}}}, all - 1), "d");
}

/// If the weights come to 1 there is no rest, and an outcome that is not listed never comes.
TEST(Chances, WhatRoundingLeavesIsNoRest) {
  EXPECT_EQ(chosen({{"b", {1, 3}}, {"c", {2, 3}}}, all - 1), "c");
  EXPECT_EQ(chosen({{"a", {1, 3}}, {"b", {1, 3}}, {"c", {1, 3}}}, all - 1), "c");
  EXPECT_EQ(chosen({{"a", {1, 1}}}, all - 1), "a");
}

TEST(Chances, CountsItsDraws) {
  const scenario::Timed timed;
  Chances chances(timed);
  Random random(1);
  chances.draw_from(random);
  EXPECT_EQ(chances.drawn(), 0);
  chances.choose("vote", outcomes);
  chances.choose("vote", outcomes);
  EXPECT_EQ(chances.drawn(), 2);
}

}  // namespace
}  // namespace concordat
