// Goal: the timing wheel gives its entries back in the order of (time, push). Method: a random walk
// beside a sorted map, over times near and far, with removals; the edges of the wheels by hand.
#include "sim/bench/wheel.hpp"

#include <gtest/gtest.h>
#include <map>

#include "sim/base/random.hpp"

namespace concordat::bench {
namespace {

TEST(Wheel, GivesEqualTimesInTheOrderOfTheirPushes) {
  Wheel wheel;
  for (const std::int64_t time : {5, 3, 5, 3, 4})
    wheel.push(wheel.make(static_cast<std::uint32_t>(wheel.size()), 0, 0), time);
  std::vector<std::uint32_t> owners;
  while (!wheel.empty()) {
    const std::uint32_t id = wheel.pop();
    owners.push_back(wheel.entry(id).owner);
    wheel.drop(id);
  }
  EXPECT_EQ(owners, (std::vector<std::uint32_t>{1, 3, 4, 0, 2}));
  EXPECT_EQ(wheel.now_us(), 5);
}

/// An entry that has moved down from a higher wheel stands before those pushed later for its time.
TEST(Wheel, KeepsTheOrderAcrossTheEdgesOfItsWheels) {
  constexpr std::int64_t lowest = std::int64_t{1} << 16;
  constexpr std::int64_t middle = std::int64_t{1} << 28;
  constexpr std::int64_t upper = std::int64_t{1} << 40;
  for (const std::int64_t edge : {lowest, middle, upper, upper + middle + lowest}) {
    for (const std::int64_t offset : {-2, -1, 0, 1, 2}) {
      Wheel wheel;
      const std::int64_t time = edge + offset;
      wheel.push(wheel.make(1, 0, 0), time);
      wheel.push(wheel.make(0, 0, 0), time - 3);
      EXPECT_EQ(wheel.entry(wheel.pop()).owner, 0U);
      EXPECT_EQ(wheel.now_us(), time - 3);
      wheel.push(wheel.make(2, 0, 0), time);
      EXPECT_EQ(wheel.entry(wheel.pop()).owner, 1U);
      EXPECT_EQ(wheel.entry(wheel.pop()).owner, 2U);
      EXPECT_EQ(wheel.now_us(), time);
      EXPECT_TRUE(wheel.empty());
    }
  }
}

TEST(Wheel, IsASortedListUnderAnyPushesPopsAndRemovals) {
  Random random(1);
  Wheel wheel;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::uint32_t> expected;
  std::map<std::uint32_t, std::pair<std::int64_t, std::uint64_t>> where;
  std::uint64_t sequence = 0;
  std::int64_t far_ones = 0;
  for (int turn = 0; turn < 200'000; ++turn) {
    const std::uint64_t what = random.below(10);
    if (what < 5) {
      const std::uint64_t bits = random.below(34);
      const auto gap = static_cast<std::int64_t>(random.below((std::uint64_t{1} << bits) + 1));
      if (gap > (1 << 20)) ++far_ones;
      const std::uint32_t id = wheel.make(7, 0, 0);
      wheel.push(id, wheel.now_us() + gap);
      expected.emplace(std::pair(wheel.now_us() + gap, ++sequence), id);
      where[id] = {wheel.now_us() + gap, sequence};
    } else if (what < 7 && !where.empty()) {
      auto it = where.lower_bound(static_cast<std::uint32_t>(random.below(where.size() * 2)));
      if (it == where.end()) it = where.begin();
      wheel.remove(it->first);
      wheel.drop(it->first);
      expected.erase(it->second);
      where.erase(it);
    } else if (!expected.empty()) {
      const auto first = expected.begin();
      const std::uint32_t id = wheel.pop();
      ASSERT_EQ(id, first->second);
      ASSERT_EQ(wheel.now_us(), first->first.first);
      wheel.drop(id);
      where.erase(id);
      expected.erase(first);
    }
    ASSERT_EQ(wheel.size(), expected.size());
  }
  EXPECT_GT(far_ones, 1'000);
}

}  // namespace
}  // namespace concordat::bench
