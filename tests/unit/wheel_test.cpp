// Goal: the timing wheel gives its events back in the order of (time, push). Method: a random walk
// beside a sorted map, over times near and far; the edges of the wheels by hand; what is shown
// ahead of its time comes soon.
#include "sim/bench/wheel.hpp"

#include <gtest/gtest.h>
#include <map>
#include <memory>

#include "sim/base/random.hpp"

namespace concordat::bench {
namespace {

TEST(Wheel, GivesEqualTimesInTheOrderOfTheirPushes) {
  const auto wheel = std::make_unique<Wheel>();
  for (const std::int64_t time : {5, 3, 5, 3, 4})
    wheel->push({static_cast<std::uint32_t>(wheel->size()), 0, 0, 0}, time);
  std::vector<std::uint32_t> owners;
  while (!wheel->empty())
    owners.push_back(wheel->pop().owner);
  EXPECT_EQ(owners, (std::vector<std::uint32_t>{1, 3, 4, 0, 2}));
  EXPECT_EQ(wheel->now_us(), 5);
}

TEST(Wheel, GivesBackAllThatAnEventSays) {
  const auto wheel = std::make_unique<Wheel>();
  const Wheel::Event near{1, 2, 3, 4};
  const Wheel::Event far{0xffff'fffe, 0xffff, 0xff, 0xff};
  wheel->push(far, Wheel::longest_us);
  wheel->push(near, 0);
  EXPECT_EQ(wheel->pop(), near);
  EXPECT_EQ(wheel->pop(), far);
  EXPECT_EQ(wheel->now_us(), Wheel::longest_us);
}

/// An event that has moved down from a higher wheel stands before those pushed later for its time.
TEST(Wheel, KeepsTheOrderAcrossTheEdgesOfItsWheels) {
  constexpr std::int64_t lowest = std::int64_t{1} << 16;
  constexpr std::int64_t middle = std::int64_t{1} << 28;
  constexpr std::int64_t upper = std::int64_t{1} << 40;
  for (const std::int64_t edge : {lowest, middle, upper, upper + middle + lowest}) {
    for (const std::int64_t offset : {-2, -1, 0, 1, 2}) {
      const auto wheel = std::make_unique<Wheel>();
      const std::int64_t time = edge + offset;
      wheel->push({1, 0, 0, 0}, time);
      wheel->push({0, 0, 0, 0}, time - 3);
      EXPECT_EQ(wheel->pop().owner, 0U);
      EXPECT_EQ(wheel->now_us(), time - 3);
      wheel->push({2, 0, 0, 0}, time);
      EXPECT_EQ(wheel->pop().owner, 1U);
      EXPECT_EQ(wheel->pop().owner, 2U);
      EXPECT_EQ(wheel->now_us(), time);
      EXPECT_TRUE(wheel->empty());
    }
  }
}

/// A bucket is pushed to while it is being read, also when its last event has just been taken.
TEST(Wheel, TakesEventsForThePresent) {
  const auto wheel = std::make_unique<Wheel>();
  constexpr std::uint32_t count = 100;  // several chunks
  wheel->push({0, 0, 0, 0}, 7);
  for (std::uint32_t i = 0; i < count; ++i) {
    EXPECT_EQ(wheel->pop().owner, i);
    if (i % 3 == 0 && i + 3 < count)
      for (std::uint32_t more = i + 1; more <= i + 3; ++more)
        wheel->push({more, 0, 0, 0}, 7);
  }
  EXPECT_TRUE(wheel->empty());
  EXPECT_EQ(wheel->now_us(), 7);
}

/// The walk begins with many events, or few: only with many does the wheel look ahead.
void walk(std::uint64_t seed, int at_first) {
  SCOPED_TRACE(at_first);
  Random random(seed);
  const auto wheel = std::make_unique<Wheel>();
  std::map<std::pair<std::int64_t, std::uint32_t>, std::uint32_t> expected;
  std::uint32_t pushed = 0;
  std::int64_t far_ones = 0;
  const auto push = [&](std::uint64_t bits) {
    const auto gap = static_cast<std::int64_t>(random.below((std::uint64_t{1} << bits) + 1));
    if (gap > (1 << 20)) ++far_ones;
    wheel->push({pushed, 0, 0, 0}, wheel->now_us() + gap);
    expected.emplace(std::pair(wheel->now_us() + gap, pushed), pushed);
    ++pushed;
  };
  for (int i = 0; i < at_first; ++i)
    push(random.below(34));
  for (int turn = 0; turn < 200'000; ++turn) {
    if (random.below(10) < 5) {
      push(random.below(34));
    } else if (!expected.empty()) {
      const auto first = expected.begin();
      ASSERT_EQ(wheel->pop([](Wheel::Event) {}, [](Wheel::Event) {}).owner, first->second);
      ASSERT_EQ(wheel->now_us(), first->first.first);
      expected.erase(first);
    }
    ASSERT_EQ(wheel->size(), expected.size());
  }
  EXPECT_GT(far_ones, 1'000);
}

TEST(Wheel, IsASortedListUnderAnyPushesAndPops) {
  walk(1, 0);
  walk(2, 5'000);
}

/// Every event but the few at the beginning is shown once as coming soon, then once as coming next,
/// and then comes.
TEST(Wheel, ShowsWhatComesSoon) {
  const auto wheel = std::make_unique<Wheel>();
  constexpr std::uint32_t count = 10'000;
  for (std::uint32_t i = 0; i < count; ++i)
    wheel->push({i, 0, 0, 0}, i / 3);
  std::map<std::uint32_t, int> shown;  // how often
  const auto soon = [&](Wheel::Event event) { EXPECT_EQ(shown[event.owner]++, 0) << event.owner; };
  const auto next = [&](Wheel::Event event) { EXPECT_EQ(shown[event.owner]++, 1) << event.owner; };
  std::uint32_t unseen = 0;
  while (wheel->size() > count / 2) {
    const std::uint32_t owner = wheel->pop(soon, next).owner;
    if (shown[owner] < 2) ++unseen;
    shown.erase(owner);
    ASSERT_LE(shown.size(), 8U);
    for (const auto& [other, times] : shown)
      ASSERT_LE(other, owner + 8);
  }
  EXPECT_LE(unseen, 8U);
}

/// What is pushed before the events that have been shown already comes without having been shown,
/// and they come after it as if nothing had been.
TEST(Wheel, ShowsEachOnceAlsoWhenOthersComeBetween) {
  const auto wheel = std::make_unique<Wheel>();
  constexpr std::uint32_t count = 5'000;
  constexpr std::uint32_t first_other = 1'000'000;
  for (std::uint32_t i = 0; i < count; ++i)
    wheel->push({i, 0, 0, 0}, i);
  std::map<std::uint32_t, int> shown;
  const auto see = [&](Wheel::Event event) { ++shown[event.owner]; };
  std::uint32_t others = 0;
  std::uint32_t unseen = 0;
  while (wheel->size() > 2'000) {
    const std::uint32_t owner = wheel->pop(see, see).owner;
    const bool is_other = owner >= first_other;
    if (!is_other && shown[owner] != 2) ++unseen;
    EXPECT_LE(shown[owner], 2);
    if (!is_other && owner % 5 == 0)
      wheel->push({first_other + others++, 0, 0, 0}, wheel->now_us() + 1);
  }
  EXPECT_GT(others, 500U);
  EXPECT_LE(unseen, 8U);
}

TEST(Wheel, ShowsNothingWhenThereIsLittle) {
  const auto wheel = std::make_unique<Wheel>();
  for (std::uint32_t i = 0; i < 100; ++i)
    wheel->push({i, 0, 0, 0}, i / 3);
  const auto see = [](Wheel::Event) { ADD_FAILURE(); };
  while (!wheel->empty())
    wheel->pop(see, see);
}

}  // namespace
}  // namespace concordat::bench
