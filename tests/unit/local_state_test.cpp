// Goal: the unforced tail of a node's log is exactly what a crash may lose. Method: appends and
// forces of two transactions on one node, against a model that keeps the whole list of records and
// folds a prefix of it; keys of random states, which are equal iff the states are.
#include "sim/model/local_state.hpp"

#include <gtest/gtest.h>

#include "tests/unit/model_samples.hpp"
#include "tests/unit/puppet_protocol.hpp"

namespace concordat {
namespace {

using Message = Puppet::Message;
using Record = Puppet::Record;

/// One node with p1 in transactions 1 and 2; slots 0 and 1.
class LocalStateTest : public ::testing::Test {
 protected:
  LocalState after(LocalState local, int slot, Message message) const {
    LocalEvent event;
    event.kind = LocalEventKind::message;
    event.slot = slot;
    event.from = ProcessId::at(0);
    event.message = MessageBlob::of(message);
    LocalStep step;
    model->step(1, local, event, {}, step);
    EXPECT_TRUE(step.exists());
    return local;
  }
  static Puppet::Durable log(const LocalState& local, int slot) {
    return local.slots[static_cast<std::size_t>(slot)].durable.as<Puppet::Durable>();
  }

  std::unique_ptr<Model> model = make_model<Puppet>({}, puppet_setup(1, 2));
  LocalState start = model->initial(1);
};

TEST_F(LocalStateTest, AppendAddsAPointAndAnEqualValueNone) {
  LocalState local = after(start, 0, Message::append_1);
  EXPECT_EQ(local.tail.size(), 1U);
  EXPECT_EQ(log(local, 0).last, Record::one) << "the process reads its own tail";
  local = after(local, 0, Message::append_same);
  EXPECT_EQ(local.tail.size(), 1U);
  local = after(local, 0, Message::append_1);
  EXPECT_EQ(local.tail.size(), 2U) << "the count changes";
}

TEST_F(LocalStateTest, ForceCollapsesTheTailOfEveryTransaction) {
  LocalState local = after(after(start, 0, Message::append_1), 1, Message::append_2);
  EXPECT_EQ(local.tail.size(), 2U);
  local = after(local, 0, Message::force_3);
  EXPECT_TRUE(local.tail.empty());
  crash(local, model->initial_state());
  lose_tail(local, 0);
  EXPECT_EQ(log(local, 0).last, Record::three);
  EXPECT_EQ(log(local, 1).last, Record::two) << "taken along by the force of the other transaction";
}

TEST_F(LocalStateTest, CrashWipesMemoryAndTimersAndMarksHistory) {
  LocalState local = after(start, 0, Message::remember);
  local.paused = true;
  crash(local, model->initial_state());
  EXPECT_FALSE(local.up);
  EXPECT_FALSE(local.paused);
  EXPECT_EQ(local.slots[0].timers, 0);
  EXPECT_EQ(local.slots[0].state, model->initial_state());
  EXPECT_TRUE(local.slots[0].history.crashed);
  LocalState idle = start;
  idle.slots[1].started = false;
  crash(idle, model->initial_state());
  EXPECT_FALSE(idle.slots[1].history.crashed) << "it has not started";
}

TEST_F(LocalStateTest, LoseTailKeepsAnyPrefix) {
  SampleRandom random(9);
  const std::array messages{
      Message::append_1, Message::append_2, Message::append_same, Message::force_3};
  const std::array records{Record::one, Record::two, Record::same, Record::three};
  for (int run = 0; run < 300; ++run) {
    std::vector<std::pair<int, Record>> list;  // the points of the log: (slot, record)
    std::size_t stable = 0;
    LocalState local = start;
    for (int i = random.below(14); i > 0; --i) {
      const int slot = random.below(2);
      const auto which = static_cast<std::size_t>(random.below(4));
      local = after(local, slot, messages[which]);
      if (records[which] != Record::same) list.emplace_back(slot, records[which]);
      if (messages[which] == Message::force_3) stable = list.size();
    }
    ASSERT_EQ(local.tail.size(), list.size() - stable);
    for (std::size_t kept = 0; kept <= local.tail.size(); ++kept) {
      LocalState left = local;
      crash(left, model->initial_state());
      lose_tail(left, static_cast<int>(kept));
      std::array<Puppet::Durable, 2> folded{};
      Puppet::NodeState node;
      for (std::size_t i = 0; i < stable + kept; ++i) {
        Puppet::redo(folded[static_cast<std::size_t>(list[i].first)], list[i].second);
        Puppet::redo(node, list[i].second);
      }
      EXPECT_TRUE(left.tail.empty());
      for (std::size_t slot = 0; slot < 2; ++slot)
        ASSERT_EQ(left.slots[slot].durable, StateBlob::of(folded[slot])) << "run " << run;
      ASSERT_EQ(left.node_state, StateBlob::of(node)) << "run " << run;
    }
  }
}

TEST_F(LocalStateTest, TailDeath) {
  EXPECT_EXIT(after(start, 0, Message::overflow),
              ::testing::ExitedWithCode(70),
              "at most 16 unforced records");
  EXPECT_EXIT(lose_tail(start, 1), ::testing::ExitedWithCode(70), "keeps a prefix");
}

StateBlob any_blob(SampleRandom& random) {
  std::array<std::uint8_t, 4> bytes{};
  bytes[static_cast<std::size_t>(random.below(4))] = random.chance(10) ? 1 : 0;
  return StateBlob::of(bytes);
}

History any_history(SampleRandom& random) {
  const auto some = [&] { return random.chance(2); };
  const Vote vote = some() ? static_cast<Vote>(random.below(4)) : Vote::none;
  return {vote, some(), some(), some(), some(), some(), some()};
}

LocalState any_state(SampleRandom& random) {
  LocalState local;
  local.up = random.chance(90);
  local.paused = random.chance(5);
  local.renames = static_cast<std::uint8_t>(random.chance(5) ? random.below(200) : 0);
  local.node_state = any_blob(random);
  local.slots.resize(2);
  for (ProcessState& process : local.slots) {
    process = {random.chance(95),
               static_cast<std::uint8_t>(random.chance(5) ? 1 << random.below(8) : 0),
               any_history(random),
               any_blob(random),
               any_blob(random)};
  }
  local.store = Store({}, 2);
  const RowKey row{static_cast<std::uint16_t>(random.below(2)), 0};
  local.store.lock(0, row, LockPolicy::wait, {});
  for (int i = random.chance(30) ? 2 : 0; i > 0; --i) {
    local.store.lock(0, row, LockPolicy::wait, {});
    local.store.write(0, row, Row{random.below(2), 0, 0, 0});
    StoreUndo undo = local.store.apply(StoreAction::commit, 0);
    local.tail.push_back({random.below(2), any_blob(random), any_blob(random), undo});
  }
  return local;
}

TEST_F(LocalStateTest, KeysAreEqualIffStatesAre) {
  SampleRandom random(10);
  std::vector<LocalState> states;
  std::vector<std::string> keys;
  for (int i = 0; i < 1'500; ++i) {
    states.push_back(any_state(random));
    append_key(states.back(), keys.emplace_back());
  }
  int equal = 0;
  for (std::size_t a = 0; a < states.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      ASSERT_EQ(keys[a] == keys[b], states[a] == states[b]) << a << " and " << b;
      equal += keys[a] == keys[b] ? 1 : 0;
    }
  EXPECT_GT(equal, 0) << "some pairs have to be equal for this to say anything";
}

}  // namespace
}  // namespace concordat
