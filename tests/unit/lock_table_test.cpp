// Goal: each policy of the lock table answers, queues and chooses victims as it says. Method: small
// stories, row by row; the table at sizes where it grows and where deletions shift entries.
#include "sim/bench/lock_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "sim/base/random.hpp"

namespace concordat::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint32_t row_a = 70;
constexpr std::uint32_t row_b = 7'000'000;
constexpr std::uint32_t row_c = UINT32_MAX;
constexpr std::uint32_t row_d = 0;

/// A table, and what its calls have appended. A transaction's age is ten times its index unless it
/// is given; its tag is its index plus the last digit of the row.
class Story {
 public:
  explicit Story(Policy policy) : table(policy) {}

  static LockOwner owner(std::uint32_t row, std::uint32_t tx) {
    return {tx, static_cast<std::uint16_t>(tx + row % 10)};
  }

  Answer lock(std::uint32_t row, std::uint32_t tx) { return lock(row, tx, std::uint64_t{10} * tx); }
  Answer lock(std::uint32_t row, std::uint32_t tx, std::uint64_t age) {
    victims.clear();
    return table.lock(row, owner(row, tx), age, victims);
  }
  /// RETURNS: who holds the row now; -1: nobody.
  int release(std::uint32_t row, std::uint32_t tx) {
    std::vector<Granted> granted;
    table.release(row, tx, granted);
    if (granted.empty()) return -1;
    EXPECT_EQ(granted.size(), 1U);
    EXPECT_EQ(granted[0], (Granted{row, owner(row, granted[0].owner.tx)}));
    EXPECT_TRUE(table.holds(row, granted[0].owner.tx));
    return static_cast<int>(granted[0].owner.tx);
  }

  LockTable table;
  std::vector<LockOwner> victims;
};

TEST(LockTable, AFreeRowIsGrantedUnderEachPolicy) {
  for (const Policy policy :
       {Policy::no_wait, Policy::wait, Policy::wait_die, Policy::wound_wait, Policy::detect}) {
    Story story(policy);
    EXPECT_FALSE(story.table.holds(row_a, 1));
    EXPECT_EQ(story.lock(row_a, 1), Answer::granted);
    EXPECT_EQ(story.lock(row_c, 1), Answer::granted);
    EXPECT_EQ(story.lock(row_d, 2), Answer::granted);
    EXPECT_TRUE(story.table.holds(row_a, 1));
    EXPECT_FALSE(story.table.holds(row_a, 2));
    EXPECT_FALSE(story.table.holds(row_b, 1));
    EXPECT_TRUE(story.table.harden(row_a, 1));
    EXPECT_EQ(story.table.size(), 3U);
    EXPECT_EQ(story.release(row_a, 1), -1);
    EXPECT_FALSE(story.table.holds(row_a, 1));
    EXPECT_EQ(story.table.size(), 2U);
    EXPECT_EQ(story.lock(row_a, 2), Answer::granted);
    EXPECT_EQ(story.table.waiting(), 0U);
  }
}

TEST(LockTable, NoWaitRefuses) {
  Story story(Policy::no_wait);
  story.lock(row_a, 2);
  EXPECT_EQ(story.lock(row_a, 1), Answer::refused);
  EXPECT_EQ(story.lock(row_a, 3), Answer::refused);
  EXPECT_THAT(story.victims, IsEmpty());
  EXPECT_EQ(story.table.waiting(), 0U);
  EXPECT_EQ(story.release(row_a, 2), -1);
  EXPECT_EQ(story.table.size(), 0U);
}

TEST(LockTable, WaitIsInOrderOfArrival) {
  Story story(Policy::wait);
  story.lock(row_a, 2);
  for (const std::uint32_t tx : {5U, 1U, 4U, 3U})
    EXPECT_EQ(story.lock(row_a, tx), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
  EXPECT_EQ(story.table.size(), 1U);
  EXPECT_EQ(story.table.waiting(), 4U);
  EXPECT_TRUE(story.table.waits(row_a, 4));
  EXPECT_FALSE(story.table.waits(row_b, 4));
  EXPECT_FALSE(story.table.waits(row_a, 2));
  EXPECT_FALSE(story.table.waits(row_a, 99));
  EXPECT_EQ(story.release(row_a, 2), 5);
  EXPECT_EQ(story.release(row_a, 5), 1);
  EXPECT_EQ(story.release(row_a, 1), 4);
  EXPECT_EQ(story.release(row_a, 4), 3);
  EXPECT_EQ(story.release(row_a, 3), -1);
  EXPECT_EQ(story.table.size() + story.table.waiting(), 0U);
}

TEST(LockTable, AWaiterGoesAwayFromEachPlaceOfTheQueue) {
  for (const std::uint32_t gone : {5U, 1U, 4U}) {
    Story story(Policy::wait);
    story.lock(row_a, 2);
    std::vector<int> rest;
    for (const std::uint32_t tx : {5U, 1U, 4U}) {
      story.lock(row_a, tx);
      if (tx != gone) rest.push_back(static_cast<int>(tx));
    }
    story.table.cancel(row_a, gone);
    EXPECT_FALSE(story.table.waits(row_a, gone));
    EXPECT_EQ(story.table.waiting(), 2U);
    EXPECT_TRUE(story.table.holds(row_a, 2));
    EXPECT_EQ(story.release(row_a, 2), rest[0]);
    EXPECT_EQ(story.lock(row_a, gone), Answer::waiting);  // at the end now
    EXPECT_EQ(story.release(row_a, static_cast<std::uint32_t>(rest[0])), rest[1]);
    EXPECT_EQ(story.release(row_a, static_cast<std::uint32_t>(rest[1])), static_cast<int>(gone));
  }
}

TEST(LockTable, WaitDieLetsOnlyTheOldestWait) {
  Story story(Policy::wait_die);
  story.lock(row_a, 5);
  EXPECT_EQ(story.lock(row_a, 6), Answer::refused);
  EXPECT_EQ(story.lock(row_a, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 4), Answer::refused);  // older than the holder only
  EXPECT_EQ(story.lock(row_a, 1), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 2), Answer::refused);
  story.table.cancel(row_a, 1);
  EXPECT_EQ(story.lock(row_a, 4), Answer::refused);
  EXPECT_EQ(story.lock(row_a, 2), Answer::waiting);
  EXPECT_EQ(story.release(row_a, 5), 3);
  EXPECT_EQ(story.lock(row_a, 1), Answer::waiting);
  EXPECT_EQ(story.release(row_a, 3), 2);
  EXPECT_EQ(story.release(row_a, 2), 1);
  EXPECT_EQ(story.lock(row_a, 3), Answer::refused);
  EXPECT_THAT(story.victims, IsEmpty());
}

TEST(LockTable, OfEqualAgesTheSmallerIndexIsTheOlder) {
  Story story(Policy::wait_die);
  story.lock(row_a, 5, 7);
  EXPECT_EQ(story.lock(row_a, 6, 7), Answer::refused);
  EXPECT_EQ(story.lock(row_a, 4, 7), Answer::waiting);
  Story wounds(Policy::wound_wait);
  wounds.lock(row_a, 5, 7);
  wounds.lock(row_a, 6, 7);
  EXPECT_THAT(wounds.victims, IsEmpty());
  wounds.lock(row_a, 4, 7);
  EXPECT_THAT(wounds.victims, ElementsAre(Story::owner(row_a, 5)));
}

TEST(LockTable, WoundWaitWoundsAYoungerHolderOnce) {
  Story story(Policy::wound_wait);
  story.lock(row_a, 5);
  EXPECT_EQ(story.lock(row_a, 7), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
  EXPECT_EQ(story.lock(row_a, 3), Answer::waiting);
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_a, 5)));
  EXPECT_EQ(story.lock(row_a, 1), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
  EXPECT_EQ(story.lock(row_a, 6), Answer::waiting);
  EXPECT_FALSE(story.table.harden(row_a, 5));
  EXPECT_EQ(story.release(row_a, 5), 1);  // the older first
  EXPECT_TRUE(story.table.harden(row_a, 1));
  EXPECT_EQ(story.release(row_a, 1), 3);
  EXPECT_EQ(story.release(row_a, 3), 6);
  EXPECT_EQ(story.release(row_a, 6), 7);
  EXPECT_EQ(story.release(row_a, 7), -1);
}

TEST(LockTable, WoundWaitSparesAHardenedHolder) {
  Story story(Policy::wound_wait);
  story.lock(row_a, 5);
  EXPECT_TRUE(story.table.harden(row_a, 5));
  EXPECT_TRUE(story.table.harden(row_a, 5));
  EXPECT_EQ(story.lock(row_a, 3), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
  EXPECT_EQ(story.release(row_a, 5), 3);
  EXPECT_EQ(story.lock(row_a, 1), Answer::waiting);  // the new holder is not hardened
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_a, 3)));
}

// 5 has prepared where it holds a, and asks elsewhere for b: no wound can end that.
TEST(LockTable, WoundWaitFindsTheDeadlockOfAHardenedHolder) {
  Story story(Policy::wound_wait);
  story.lock(row_a, 5);
  story.table.harden(row_a, 5);
  story.lock(row_b, 3);
  EXPECT_EQ(story.lock(row_a, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_b, 4), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
  EXPECT_EQ(story.lock(row_b, 5), Answer::waiting);
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_a, 3)));  // older, but not hardened
}

// 3 waits for 5, which has hardened a, and steps before it in the queue of b.
TEST(LockTable, WoundWaitTakesBackTheWoundOfARefusedRequest) {
  Story story(Policy::wound_wait);
  story.lock(row_a, 5);
  story.table.harden(row_a, 5);
  story.lock(row_b, 4);
  EXPECT_EQ(story.lock(row_a, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_b, 5), Answer::waiting);
  EXPECT_EQ(story.lock(row_b, 3), Answer::refused);
  EXPECT_THAT(story.victims, IsEmpty());
  EXPECT_EQ(story.table.waiting(), 2U);
  EXPECT_TRUE(story.table.harden(row_b, 4));
  // 4 is no victim any more: circles through it are looked for.
  EXPECT_EQ(story.lock(row_c, 3), Answer::granted);
  EXPECT_EQ(story.lock(row_c, 4), Answer::waiting);
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_a, 3)));
}

TEST(LockTable, DetectFindsADeadlockOfTwo) {
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_b, 2);
  EXPECT_EQ(story.lock(row_b, 1), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 2), Answer::refused);  // the youngest asks
  EXPECT_EQ(story.table.waiting(), 1U);

  Story other(Policy::detect);
  other.lock(row_a, 1);
  other.lock(row_b, 2);
  EXPECT_EQ(other.lock(row_a, 2), Answer::waiting);
  EXPECT_EQ(other.lock(row_b, 1), Answer::waiting);
  EXPECT_THAT(other.victims, ElementsAre(Story::owner(row_a, 2)));  // its wait, not its lock
  other.table.cancel(row_a, 2);
  EXPECT_EQ(other.release(row_b, 2), 1);
}

TEST(LockTable, DetectFindsADeadlockOfThree) {
  for (const std::uint32_t asks_last : {1U, 2U, 3U}) {
    Story story(Policy::detect);
    const std::map<std::uint32_t, std::uint32_t> wants = {{1, row_b}, {2, row_c}, {3, row_a}};
    story.lock(row_a, 1);
    story.lock(row_b, 2);
    story.lock(row_c, 3);
    for (const auto& [tx, row] : wants) {
      if (tx == asks_last) continue;
      EXPECT_EQ(story.lock(row, tx), Answer::waiting);
      EXPECT_THAT(story.victims, IsEmpty());
    }
    const Answer answer = story.lock(wants.at(asks_last), asks_last);
    if (asks_last == 3) {
      EXPECT_EQ(answer, Answer::refused);
      EXPECT_THAT(story.victims, IsEmpty());
    } else {
      EXPECT_EQ(answer, Answer::waiting);
      EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_a, 3)));
    }
  }
}

TEST(LockTable, DetectSparesWhoHasHardened) {
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_b, 2);
  story.table.harden(row_b, 2);
  EXPECT_EQ(story.lock(row_b, 1), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 2), Answer::waiting);
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_b, 1)));

  Story both(Policy::detect);  // all have hardened: the youngest of them
  both.lock(row_a, 1);
  both.lock(row_b, 2);
  both.table.harden(row_a, 1);
  both.table.harden(row_b, 2);
  both.lock(row_b, 1);
  EXPECT_EQ(both.lock(row_a, 2), Answer::refused);

  Story before(Policy::detect);  // what it has released counts no more
  before.lock(row_a, 1);
  before.lock(row_b, 2);
  before.lock(row_c, 2);
  before.table.harden(row_c, 2);
  before.release(row_c, 2);
  before.lock(row_b, 1);
  EXPECT_EQ(before.lock(row_a, 2), Answer::refused);
}

// 1 waits for b and c at the same time, and both waits lead back to it.
TEST(LockTable, DetectFollowsAllWaitsOfATransaction) {
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_b, 2);
  story.lock(row_c, 3);
  EXPECT_EQ(story.lock(row_b, 1), Answer::waiting);
  EXPECT_EQ(story.lock(row_c, 1), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 3), Answer::refused);  // by the second wait
  EXPECT_EQ(story.lock(row_a, 2), Answer::refused);  // by the first
  EXPECT_THAT(story.victims, IsEmpty());
}

TEST(LockTable, DetectBreaksEachCircleThatOneRequestCloses) {
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_b, 2);
  story.lock(row_c, 3);
  EXPECT_EQ(story.lock(row_b, 5), Answer::waiting);
  EXPECT_EQ(story.lock(row_c, 5), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 2), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 3), Answer::waiting);
  // 1 asks for b. It waits for 2, which waits for 1, and for 5 before it in the queue, which waits
  // for 2 and for 3, which wait for 1.
  EXPECT_EQ(story.lock(row_b, 1), Answer::waiting);
  EXPECT_THAT(story.victims,
              ::testing::UnorderedElementsAre(Story::owner(row_a, 2), Story::owner(row_c, 5)));
}

// 1 asks for a row that 2 holds: a longer circle goes through 2 as well, by way of 3.
TEST(LockTable, DetectTakesNoMoreVictimsThanItNeeds) {
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_b, 2);
  story.lock(row_c, 2);
  EXPECT_EQ(story.lock(row_b, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_c, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 2), Answer::waiting);
  EXPECT_EQ(story.lock(row_b, 1), Answer::waiting);
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_a, 2)));
}

TEST(LockTable, DetectTakesWhoIsBeforeInTheQueueForAWait) {
  // 3 asks for a, behind 2, which waits for c, too; 3 holds it. 1 is in no circle.
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_c, 3);
  EXPECT_EQ(story.lock(row_a, 2), Answer::waiting);
  EXPECT_EQ(story.lock(row_c, 2), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 3), Answer::refused);
  story.table.cancel(row_c, 2);
  EXPECT_EQ(story.lock(row_a, 3), Answer::waiting);
}

TEST(LockTable, DetectChoosesNobodyWithoutACircle) {
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_b, 2);
  story.lock(row_c, 3);
  EXPECT_EQ(story.lock(row_a, 2), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_b, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_c, 4), Answer::waiting);
  EXPECT_EQ(story.lock(row_b, 4), Answer::waiting);
  EXPECT_EQ(story.lock(row_a, 5), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
}

TEST(LockTable, DetectCountsOnTheEndOfAVictim) {
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_b, 3);
  story.lock(row_c, 2);
  story.lock(row_a, 3);
  EXPECT_EQ(story.lock(row_b, 1), Answer::waiting);
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_a, 3)));
  // 3 asks for what 2 has got, and 2 for what 3 has got: a circle, but 3 is about to end.
  EXPECT_EQ(story.lock(row_c, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_b, 2), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
  // It stays a victim if its wait ends before it does.
  story.table.cancel(row_b, 1);
  EXPECT_EQ(story.release(row_a, 1), 3);
  EXPECT_FALSE(story.table.harden(row_a, 3));
  story.table.cancel(row_b, 2);
  EXPECT_EQ(story.lock(row_b, 2), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
  // A transaction with the same index that comes later is no victim.
  story.table.cancel(row_c, 3);
  EXPECT_EQ(story.release(row_a, 3), -1);
  EXPECT_EQ(story.release(row_b, 3), 2);
  EXPECT_EQ(story.lock(row_a, 3), Answer::granted);
  EXPECT_TRUE(story.table.harden(row_a, 3));
}

// A victim that ends bit by bit may be in a circle that it has hidden. That is not the requester's.
TEST(LockTable, DetectBreaksOnlyCirclesOfTheRequester) {
  constexpr std::uint32_t row_e = 5;
  Story story(Policy::detect);
  story.lock(row_a, 1);
  story.lock(row_b, 3);
  story.lock(row_c, 2);
  story.lock(row_d, 4);
  story.lock(row_e, 5);
  story.lock(row_a, 3);
  EXPECT_EQ(story.lock(row_b, 1), Answer::waiting);
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_a, 3)));
  EXPECT_EQ(story.lock(row_c, 3), Answer::waiting);
  EXPECT_EQ(story.lock(row_d, 5), Answer::waiting);
  EXPECT_EQ(story.lock(row_e, 2), Answer::waiting);
  EXPECT_EQ(story.lock(row_b, 2), Answer::waiting);
  EXPECT_THAT(story.victims, IsEmpty());
  story.table.cancel(row_a, 3);
  // The circle of 2 and 3 is open again; that of 4, which asks, is 4, 2, 5.
  EXPECT_EQ(story.lock(row_c, 4), Answer::waiting);
  EXPECT_THAT(story.victims, ElementsAre(Story::owner(row_d, 5)));
}

TEST(LockTable, KeepsItsRowsWhileItGrowsAndShrinks) {
  Story story(Policy::wait);
  Random random = Random::stream(1, "rows");
  std::map<std::uint32_t, std::uint32_t> held;  // by row
  std::size_t most = 0;
  for (int i = 0; i < 200'000; ++i) {
    // Rows side by side, and far from each other; more and more, then fewer and fewer.
    const bool near = random.below(2) == 0;
    const auto row =
        static_cast<std::uint32_t>(near ? random.below(10'000) : random.bits() % 9'000 << 19U);
    const auto tx = static_cast<std::uint32_t>(random.below(100));
    const auto found = held.find(row);
    if (found != held.end()) {
      ASSERT_TRUE(story.table.holds(row, found->second));
      ASSERT_EQ(story.release(row, found->second), -1);
      held.erase(found);
    } else if (i < 100'000 || random.below(8) == 0) {
      ASSERT_EQ(story.lock(row, tx), Answer::granted);
      held.emplace(row, tx);
    } else {
      ASSERT_FALSE(story.table.holds(row, tx));
    }
    ASSERT_EQ(story.table.size(), held.size());
    most = std::max(most, held.size());
  }
  EXPECT_GT(most, 8'000U);
  for (const auto& [row, tx] : held) {
    ASSERT_TRUE(story.table.holds(row, tx));
    ASSERT_EQ(story.release(row, tx), -1);
  }
  EXPECT_EQ(story.table.size(), 0U);
}

TEST(LockTable, QueuesSurviveGrowth) {
  Story story(Policy::wait);
  story.lock(row_a, 1);
  story.lock(row_a, 2);
  story.lock(row_b, 1);
  story.lock(row_b, 3);
  for (std::uint32_t row = 100; row < 5'000; ++row)
    ASSERT_EQ(story.lock(row, 4), Answer::granted);
  story.lock(row_a, 3);
  EXPECT_EQ(story.release(row_a, 1), 2);
  EXPECT_EQ(story.release(row_a, 2), 3);
  EXPECT_EQ(story.release(row_b, 1), 3);
}

TEST(LockTable, BreaksOffAtAWrongCall) {
  const auto fails = ::testing::ExitedWithCode(70);
  Story story(Policy::wait);
  story.lock(row_a, 1);
  story.lock(row_a, 2);
  EXPECT_EXIT(story.lock(row_a, 1), fails, "asks once");
  EXPECT_EXIT(story.lock(row_a, 2), fails, "asks once");
  EXPECT_EXIT(story.release(row_a, 2), fails, "by its holder");
  EXPECT_EXIT(story.release(row_b, 1), fails, "by its holder");
  EXPECT_EXIT(story.table.harden(row_a, 2), fails, "by its holder");
  EXPECT_EXIT(story.table.cancel(row_a, 1), fails, "is waiting");
  EXPECT_EXIT(story.table.cancel(row_b, 2), fails, "is waiting");
}

}  // namespace
}  // namespace concordat::bench
