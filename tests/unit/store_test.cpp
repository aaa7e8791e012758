// Goal: the store is a small transactional database with exclusive row locks, four lock policies,
// and an exact undo. Method: the rules one by one; then random operations under every policy, which
// must keep the invariants of store.hpp and never deadlock where the policy promises so.
#include "sim/model/store.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/model_samples.hpp"

namespace concordat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum LockAnswer;
using enum StoreAction;

constexpr RowKey alice{0, 0};
constexpr RowKey bob{0, 1};
constexpr RowKey carol{1, 0};
const std::vector<Slot> ages{
    {1, ProcessId::at(0)}, {2, ProcessId::at(0)}, {3, ProcessId::at(0)}, {4, ProcessId::at(0)}};

Store make_store() {
  return Store({{alice, Row{100, 0, 0, 0}}, {bob, Row{50, 0, 0, 0}}}, 4);
}

LockAnswer lock(Store& store, int slot, RowKey row, LockPolicy policy = LockPolicy::wait) {
  return store.lock(slot, row, policy, ages);
}

TEST(StoreLock, IsExclusiveAndReentrant) {
  for (const LockPolicy policy :
       {LockPolicy::no_wait, LockPolicy::wait, LockPolicy::wait_die, LockPolicy::wound_wait}) {
    Store store = make_store();
    EXPECT_EQ(lock(store, 0, alice, policy), granted);
    EXPECT_EQ(lock(store, 0, alice, policy), granted);
    EXPECT_NE(lock(store, 1, alice, policy), granted);
    EXPECT_EQ(store.holder(alice), 0);
    EXPECT_EQ(lock(store, 1, bob, policy), granted);
    EXPECT_EQ(lock(store, 1, carol, policy), granted) << "a row need not exist to be locked";
    EXPECT_EQ(store.holder(bob), 1);
  }
}

TEST(StoreLock, NoWaitRefusesAtOnce) {
  Store store = make_store();
  lock(store, 1, alice, LockPolicy::no_wait);
  EXPECT_EQ(lock(store, 0, alice, LockPolicy::no_wait), refused);
  EXPECT_FALSE(store.waits(0));
  store.apply(rollback, 1);
  EXPECT_THAT(store.notices(), IsEmpty());
  EXPECT_EQ(lock(store, 0, alice, LockPolicy::no_wait), granted);
}

TEST(StoreLock, WaitGrantsInOrderOfArrival) {
  Store store = make_store();
  lock(store, 0, alice);
  EXPECT_EQ(lock(store, 2, alice), waiting);
  EXPECT_EQ(lock(store, 1, alice), waiting);
  EXPECT_EQ(lock(store, 2, alice), waiting) << "asking again keeps the place";
  store.apply(commit, 0);
  EXPECT_THAT(store.notices(), ElementsAre(StoreNotice{2, NoticeKind::granted, alice}));
  EXPECT_EQ(store.holder(alice), 2);
  EXPECT_TRUE(store.waits(1));
  store.apply(rollback, 2);
  EXPECT_THAT(store.notices(), ElementsAre(StoreNotice{1, NoticeKind::granted, alice}))
      << "the notice of a transaction that is over is gone";
}

TEST(StoreLock, WaitDieLetsOlderWaitAndYoungerDie) {
  Store store = make_store();
  lock(store, 1, alice, LockPolicy::wait_die);
  EXPECT_EQ(lock(store, 2, alice, LockPolicy::wait_die), refused);
  EXPECT_EQ(lock(store, 0, alice, LockPolicy::wait_die), waiting);
  EXPECT_EQ(lock(store, 0, alice, LockPolicy::wait_die), waiting);
}

// With 3 holding and 1 (older) waiting, 2 would be granted after 1: it would wait for an older one.
TEST(StoreLock, WaitDieHoldsAlongTheQueue) {
  Store store = make_store();
  lock(store, 3, alice, LockPolicy::wait_die);
  EXPECT_EQ(lock(store, 1, alice, LockPolicy::wait_die), waiting);
  EXPECT_EQ(lock(store, 2, alice, LockPolicy::wait_die), refused);
  EXPECT_EQ(lock(store, 0, alice, LockPolicy::wait_die), waiting);
}

TEST(StoreLock, WoundWaitTakesTheRowFromAYoungerOne) {
  Store store = make_store();
  lock(store, 2, alice, LockPolicy::wound_wait);
  lock(store, 2, bob, LockPolicy::wound_wait);
  store.write(2, alice, Row{1, 0, 0, 0});
  EXPECT_EQ(lock(store, 0, alice, LockPolicy::wound_wait), waiting) << "the notice comes later";
  EXPECT_EQ(store.holder(alice), 0);
  EXPECT_EQ(store.holder(bob), std::nullopt) << "the wounded one loses all it held";
  EXPECT_EQ(store.tx(2).status, LocalTxStatus::none);
  EXPECT_THAT(store.notices(),
              ElementsAre(StoreNotice{0, NoticeKind::granted, alice},
                          StoreNotice{2, NoticeKind::wounded, alice}));
  EXPECT_EQ(lock(store, 3, alice, LockPolicy::wound_wait), waiting) << "a younger one waits";
  EXPECT_EQ(store.holder(alice), 0);
}

TEST(StoreLock, WoundWaitDoesNotWoundThePrepared) {
  Store store = make_store();
  lock(store, 2, alice, LockPolicy::wound_wait);
  store.apply(prepare, 2);
  EXPECT_EQ(lock(store, 0, alice, LockPolicy::wound_wait), waiting);
  EXPECT_EQ(store.holder(alice), 2);
  EXPECT_THAT(store.notices(), IsEmpty());
}

// Behind a prepared holder an older request passes younger ones: else 1 would wait for 2 for ever.
TEST(StoreLock, WoundWaitQueuesByAge) {
  Store store = make_store();
  lock(store, 3, alice, LockPolicy::wound_wait);
  store.apply(prepare, 3);
  lock(store, 2, alice, LockPolicy::wound_wait);
  lock(store, 0, alice, LockPolicy::wound_wait);
  lock(store, 1, alice, LockPolicy::wound_wait);
  std::vector<int> order;
  for (const int slot : {3, 0, 1}) {
    store.apply(commit, slot);
    order.push_back(store.holder(alice).value());
  }
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
}

TEST(StoreRead, SeesOwnThenCommittedThenDirty) {
  Store store = make_store();
  lock(store, 0, alice);
  store.write(0, alice, Row{7, 0, 0, 0});
  EXPECT_EQ(store.read(0, alice, ReadLevel::committed), (Row{7, 0, 0, 0}));
  EXPECT_EQ(store.read(1, alice, ReadLevel::committed), (Row{100, 0, 0, 0}));
  EXPECT_EQ(store.read(1, alice, ReadLevel::dirty), (Row{7, 0, 0, 0}));
  EXPECT_EQ(store.read(1, carol, ReadLevel::dirty), std::nullopt);
  store.write(0, alice, std::nullopt);
  EXPECT_EQ(store.read(0, alice, ReadLevel::committed), std::nullopt);
  EXPECT_EQ(store.read(1, alice, ReadLevel::dirty), std::nullopt);
  EXPECT_EQ(store.read(1, alice, ReadLevel::committed), (Row{100, 0, 0, 0}));
}

TEST(StoreEnd, CommitWritesAndRollbackForgets) {
  Store store = make_store();
  lock(store, 0, alice);
  store.write(0, alice, Row{7, 0, 0, 0});
  lock(store, 1, bob);
  store.write(1, bob, std::nullopt);
  store.apply(rollback, 0);
  store.apply(commit, 1);
  EXPECT_THAT(store.rows(), ElementsAre(std::pair(alice, Row{100, 0, 0, 0})));
  EXPECT_EQ(store.holder(alice), std::nullopt);
  EXPECT_EQ(store.holder(bob), std::nullopt);
}

TEST(StoreEnd, WithoutALocalTransactionNothingHappens) {
  Store store = make_store();
  for (const StoreAction action : {none, prepare, commit, rollback})
    EXPECT_EQ(store.apply(action, 0), StoreUndo{});
  EXPECT_EQ(store, make_store());
}

TEST(StoreEnd, PreparedSurvivesACrashAndTheRestDies) {
  Store store = make_store();
  lock(store, 0, alice);
  store.write(0, alice, Row{7, 0, 0, 0});
  store.apply(prepare, 0);
  lock(store, 1, bob);
  lock(store, 2, bob);
  store.crash();
  EXPECT_EQ(store.tx(0).status, LocalTxStatus::prepared);
  EXPECT_EQ(store.holder(alice), 0);
  EXPECT_EQ(store.holder(bob), std::nullopt);
  EXPECT_FALSE(store.waits(2));
  EXPECT_THAT(store.notices(), IsEmpty());
  store.apply(commit, 0);
  EXPECT_EQ(store.rows().at(alice).value, 7);
}

TEST(StoreOutside, WritesOnlyWhatIsNotLocked) {
  Store store = make_store();
  EXPECT_TRUE(store.outside_write(alice, 3));
  EXPECT_EQ(store.rows().at(alice).value, 3);
  EXPECT_TRUE(store.outside_write(carol, 4)) << "a new row";
  lock(store, 0, bob);
  const Store before = store;
  EXPECT_FALSE(store.outside_write(bob, 5));
  EXPECT_EQ(store, before);
}

TEST(StoreDeath, RulesAreChecked) {
  Store store = make_store();
  EXPECT_EXIT(store.write(0, alice, Row{}), ::testing::ExitedWithCode(70), "open local trans");
  store.begin(0);
  EXPECT_EXIT(store.write(0, alice, Row{}), ::testing::ExitedWithCode(70), "locked before");
  EXPECT_EXIT(store.take_notice({}), ::testing::ExitedWithCode(70), "taken once");
  store.apply(prepare, 0);
  EXPECT_EXIT(lock(store, 0, bob), ::testing::ExitedWithCode(70), "does no more work");
}

// ---- Random operations.

struct Step {
  Store store;
  std::optional<StoreUndo> undo;  // of a commit, prepare or rollback
};

RowKey any_row(SampleRandom& random) {
  return {static_cast<std::uint16_t>(random.below(2)), static_cast<std::uint16_t>(random.below(2))};
}

/// One operation as a protocol may do it.
Step any_step(Store store, LockPolicy policy, SampleRandom& random) {
  const int slot = random.below(4);
  const RowKey row = any_row(random);
  const bool prepared = store.tx(slot).status == LocalTxStatus::prepared;
  switch (random.below(6)) {
    case 0:
    case 1:
      if (!prepared) lock(store, slot, row, policy);
      return {store, {}};
    case 2:
      if (store.holder(row) == slot && !prepared)
        store.write(
            slot,
            row,
            random.chance(30) ? std::nullopt : std::optional(Row{random.below(3), 0, 0, 0}));
      return {store, {}};
    case 3:
      if (!store.notices().empty()) store.take_notice(StoreNotice(store.notices().front()));
      return {store, {}};
    default: {
      const StoreAction action = std::array{prepare, commit, rollback}[random.next() % 3];
      StoreUndo undo = store.apply(action, slot);
      return {store, undo};
    }
  }
}

void expect_invariants(const Store& store) {
  std::vector<RowKey> locked;
  for (int slot = 0; slot < 4; ++slot) {
    const LocalTx& tx = store.tx(slot);
    EXPECT_TRUE(tx.status != LocalTxStatus::none || (tx.locks.empty() && tx.writes.empty()));
    EXPECT_TRUE(std::is_sorted(tx.locks.begin(), tx.locks.end()));
    EXPECT_TRUE(tx.status == LocalTxStatus::open || !store.waits(slot));
    for (const auto& [row, content] : tx.writes)
      EXPECT_TRUE(std::binary_search(tx.locks.begin(), tx.locks.end(), row));
    locked.insert(locked.end(), tx.locks.begin(), tx.locks.end());
  }
  std::sort(locked.begin(), locked.end());
  EXPECT_EQ(std::adjacent_find(locked.begin(), locked.end()), locked.end());
}

std::string key_of(const Store& store) {
  std::string key;
  store.append_key(key);
  return key;
}

/// What a crash leaves: committed rows and prepared local transactions.
Store durable_part(Store store) {
  store.crash();
  return store;
}

TEST(StoreRandom, KeepsItsInvariantsAndItsKeys) {
  SampleRandom random(6);
  for (int run = 0; run < 300; ++run) {
    const auto policy = static_cast<LockPolicy>(run % 4);
    Store store = make_store();
    std::vector<Store> seen{store};
    for (int i = 0; i < 40; ++i) {
      store = any_step(store, policy, random).store;
      expect_invariants(store);
      for (const Store& other : seen)
        ASSERT_EQ(key_of(other) == key_of(store), other == store) << "run " << run;
      seen.push_back(store);
    }
  }
}

// The engine loses a tail after the crash that ended every open local transaction, newest first.
TEST(StoreRandom, UndoOfAnyTailIsExact) {
  SampleRandom random(7);
  for (int run = 0; run < 500; ++run) {
    const auto policy = static_cast<LockPolicy>(run % 4);
    std::vector<Store> before{make_store()};
    std::vector<StoreUndo> undos;
    Store store = before.front();
    for (int i = 0; i < 40; ++i) {
      const Store earlier = store;
      Step step = any_step(store, policy, random);
      store = step.store;
      if (!step.undo) continue;
      before.push_back(earlier);
      undos.push_back(*step.undo);
    }
    store.crash();
    for (std::size_t i = undos.size(); i > 0; --i) {
      store.undo(undos[i - 1]);
      ASSERT_EQ(store, durable_part(before[i])) << "run " << run << ", undo " << i;
    }
  }
}

/// Every slot locks two rows in a random order and then ends; refused or wounded ones give up. If
/// nobody can move and somebody waits, that is a deadlock.
bool deadlocks(LockPolicy policy, SampleRandom& random) {
  Store store = make_store();
  std::array<std::vector<RowKey>, 4> wanted;
  for (auto& rows : wanted)
    rows = {any_row(random), any_row(random)};
  for (int idle = 0, i = 0; idle < 200 && i < 2'000; ++i) {
    const int slot = random.below(4);
    auto& rows = wanted[static_cast<std::size_t>(slot)];
    for (const StoreNotice& notice : std::vector(store.notices())) {
      if (notice.slot != slot) continue;
      store.take_notice(notice);
      if (notice.kind == NoticeKind::wounded) rows.clear();
    }
    ++idle;
    if (rows.empty()) {
      if (store.tx(slot).status == LocalTxStatus::none) continue;
      store.apply(commit, slot);
    } else {
      const LockAnswer answer = lock(store, slot, rows.back(), policy);
      if (answer == waiting) continue;
      answer == granted ? rows.pop_back() : rows.clear();
    }
    idle = 0;
  }
  return std::any_of(
      ages.begin(), ages.end(), [&](const Slot& s) { return store.waits(s.tx - 1); });
}

TEST(StoreRandom, OnlyPlainWaitingDeadlocks) {
  for (const LockPolicy policy :
       {LockPolicy::no_wait, LockPolicy::wait, LockPolicy::wait_die, LockPolicy::wound_wait}) {
    SampleRandom random(8);
    int count = 0;
    for (int run = 0; run < 1'000; ++run)
      count += deadlocks(policy, random) ? 1 : 0;
    EXPECT_EQ(count > 0, policy == LockPolicy::wait) << enum_name(policy) << ": " << count;
  }
}

}  // namespace
}  // namespace concordat
