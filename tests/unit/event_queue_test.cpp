// Goal: entries come out in the order of (time, sequence). Method: small cases, and random pushes
// and pops against the standard priority queue.
#include "sim/run/event_queue.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <tuple>
#include <vector>

#include <queue>

#include "sim/base/random.hpp"

namespace concordat {
namespace {

TEST(EventQueue, IsEmptyAtFirst) {
  EventQueue<int> queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.size(), 0U);
  EXPECT_EXIT(queue.pop(), ::testing::ExitedWithCode(70), "popped from a queue that has one");
}

TEST(EventQueue, OrdersByTime) {
  EventQueue<char> queue;
  queue.push(30, 0, 'c');
  queue.push(10, 1, 'a');
  queue.push(20, 2, 'b');
  EXPECT_EQ(queue.size(), 3U);
  EXPECT_EQ(queue.top().what, 'a');
  std::string out;
  while (!queue.empty())
    out += queue.pop().what;
  EXPECT_EQ(out, "abc");
}

TEST(EventQueue, OrdersEqualTimesBySequence) {
  EventQueue<int> queue;
  for (int i = 99; i >= 0; --i)
    queue.push(5, static_cast<std::uint64_t>(i), i);
  for (int i = 0; i < 100; ++i) {
    const auto entry = queue.pop();
    EXPECT_EQ(entry.what, i);
    EXPECT_EQ(entry.time_us, 5);
    EXPECT_EQ(entry.sequence, static_cast<std::uint64_t>(i));
  }
}

TEST(EventQueue, ClearsAndStartsAgain) {
  EventQueue<int> queue;
  queue.push(1, 0, 1);
  queue.clear();
  EXPECT_TRUE(queue.empty());
  queue.push(2, 0, 2);
  EXPECT_EQ(queue.pop().what, 2);
}

TEST(EventQueue, TakesTheLastTimeThereIs) {
  EventQueue<int> queue;
  queue.push(INT64_MAX, 0, 1);
  queue.push(0, UINT64_MAX, 2);
  EXPECT_EQ(queue.pop().what, 2);
  EXPECT_EQ(queue.pop().what, 1);
}

TEST(EventQueue, DoesWhatThePriorityQueueDoes) {
  using Key = std::tuple<std::int64_t, std::uint64_t, std::uint64_t>;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random = Random::stream(seed, "queue");
    EventQueue<std::uint64_t> queue;
    std::priority_queue<Key, std::vector<Key>, std::greater<>> other;
    std::uint64_t sequence = 0;
    for (int i = 0; i < 4'000; ++i) {
      // First it grows, then it shrinks; many entries have equal times.
      if (other.empty() || random.below(10) < (i < 2'000 ? 7U : 4U)) {
        const auto time_us = static_cast<std::int64_t>(random.below(50));
        const std::uint64_t what = random.bits();
        queue.push(time_us, sequence, what);
        other.emplace(time_us, sequence++, what);
      } else {
        const auto entry = queue.pop();
        ASSERT_EQ(Key(entry.time_us, entry.sequence, entry.what), other.top()) << "seed " << seed;
        other.pop();
      }
      ASSERT_EQ(queue.size(), other.size());
      if (!other.empty()) {
        ASSERT_EQ(queue.top().sequence, std::get<1>(other.top()));
      }
    }
  }
}

}  // namespace
}  // namespace concordat
