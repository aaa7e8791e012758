// Goal: timers, crashes, pauses and the rarer faults do to a world what the design says, and no
// more. Method: worlds of the puppet protocol, played by hand, one rule each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/network.hpp"
#include "tests/unit/puppet_protocol.hpp"
#include "tests/unit/world_helpers.hpp"

namespace concordat {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Message = Puppet::Message;
using Timer = Puppet::Timer;
using Beginning = Puppet::Beginning;

/// Every process starts with all three timers armed.
Play armed(TimingModel timing, auto setup) {
  Rules rules;
  rules.timing = timing;
  return Play(make_model<Puppet>({Beginning::arms, Beginning::silent}, std::move(setup)), rules);
}

void put(Play& play, int from, int to, Message message) {
  network::put(play.rules, play.world, envelope(from, to, message));
}

TEST(Asynchronous, AnyArmedTimerMayFireAtAnyMoment) {
  Play play = armed(TimingModel::asynchronous, puppet_setup(1));
  put(play, 0, 1, Message::note);
  for (const Timer timer : {Timer::soon, Timer::late, Timer::again})
    EXPECT_TRUE(play.can(timeout(1, timer)));
  play.did(timeout(1, Timer::late));
  EXPECT_FALSE(play.can(timeout(1, Timer::late))) << "one-shot";
  play.did(event_at(EventKind::crash, 1));
  EXPECT_FALSE(play.can(timeout(1, Timer::soon)));
}

TEST(Synchronous, NoTimerFiresWhileAMessageCanArrive) {
  Play play = armed(TimingModel::synchronous, puppet_setup(1));
  put(play, 0, 1, Message::note);
  EXPECT_FALSE(play.can(timeout(0, Timer::soon)));
  EXPECT_FALSE(play.can(timeout(0, Timer::again))) << "nor one that only retries";
  play.did(deliver(0, 1, Message::note));
  EXPECT_TRUE(play.can(timeout(0, Timer::soon)));
  EXPECT_TRUE(play.can(timeout(0, Timer::again)));
}

TEST(Synchronous, NoTimerFiresWhileAStartIsPending) {
  Rules rules;
  rules.timing = TimingModel::synchronous;
  Play play(make_model<Puppet>({Beginning::sends, {}}, puppet_setup(1)), rules);
  play.node(0).slots[0].started = true;
  play.node(0).slots[0].timers = 1;
  EXPECT_FALSE(play.can(timeout(0, Timer::soon)));
  play.node(1).up = false;
  EXPECT_TRUE(play.can(timeout(0, Timer::soon))) << "a node that is down starts nothing";
}

TEST(Synchronous, LowerRanksFireFirstAndRetriesHoldNobodyBack) {
  Play play = armed(TimingModel::synchronous, puppet_setup(1));
  EXPECT_FALSE(play.can(timeout(1, Timer::late)));
  EXPECT_TRUE(play.can(timeout(1, Timer::again)));
  play.node(0).slots[0].timers = 0b110;
  EXPECT_FALSE(play.can(timeout(0, Timer::late))) << "p1 still has a lower one";
  play.node(1).slots[0].timers = 0b110;
  EXPECT_TRUE(play.can(timeout(0, Timer::late)));
  play.node(1).slots[0].timers = 0b001;
  play.did(event_at(EventKind::pause, 1));
  EXPECT_TRUE(play.can(timeout(0, Timer::late))) << "a paused node has no clock";
}

TEST(Synchronous, RanksFollowTheDurationsOfTheScenario) {
  auto setup = puppet_setup(1);
  setup.timer_order = {2, 1, 0};
  Play play = armed(TimingModel::synchronous, setup);
  EXPECT_FALSE(play.can(timeout(1, Timer::soon)));
  EXPECT_TRUE(play.can(timeout(1, Timer::late)));
  EXPECT_TRUE(play.can(timeout(1, Timer::again))) << "a retry stays one";
}

TEST(Synchronous, ATimerLosesWhatWaitsForADownNode) {
  Play play = armed(TimingModel::synchronous, puppet_setup(1));
  play.did(event_at(EventKind::crash, 1));
  put(play, 0, 1, Message::note);
  EXPECT_TRUE(play.can(timeout(0, Timer::soon)));
  play.did(timeout(0, Timer::soon));
  EXPECT_EQ(play.in_flight(0, 1, Message::note), 0);
  EXPECT_THAT(play.last.lost, SizeIs(1));
  EXPECT_EQ(play.world.used.losses, 0) << "no fault";
}

TEST(Synchronous, StaleCopiesDoNotHoldTimersBack) {
  Play play = armed(TimingModel::synchronous, puppet_setup(1));
  put(play, 0, 1, Message::note);
  play.did(on_message(EventKind::duplicate, 0, 1, Message::note));
  EXPECT_EQ(play.in_flight(0, 1, Message::note), 1);
  EXPECT_TRUE(play.can(timeout(0, Timer::soon)));
  EXPECT_TRUE(play.can(deliver(0, 1, Message::note)));
  put(play, 0, 1, Message::note);
  EXPECT_EQ(play.in_flight(0, 1, Message::note), 1) << "the stale copy absorbs the new message";
  EXPECT_FALSE(play.can(timeout(0, Timer::soon))) << "which has to arrive";
}

TEST(PartiallySynchronous, AnEarlyTimeoutIsAFaultAndLosesNothing) {
  Play play = armed(TimingModel::partially_synchronous, puppet_setup(2));
  play.did(event_at(EventKind::crash, 2));
  put(play, 0, 2, Message::note);
  put(play, 0, 1, Message::note);
  play.did(timeout(0, Timer::soon));
  EXPECT_EQ(play.world.used.early_timeouts, 1) << "a message could arrive";
  EXPECT_EQ(play.in_flight(0, 2, Message::note), 1);
  play.did(deliver(0, 1, Message::note)).did(deliver(0, 0, Message::note));
  play.did(timeout(1, Timer::late)).did(deliver(1, 0, Message::note));
  EXPECT_EQ(play.world.used.early_timeouts, 2) << "a shorter timer was still armed";
  play.did(timeout(1, Timer::soon));
  EXPECT_EQ(play.world.used.early_timeouts, 2) << "due";
  EXPECT_EQ(play.in_flight(0, 2, Message::note), 0) << "its delay bound has passed";
}

TEST(PartiallySynchronous, TheBudgetCounts) {
  const Play play = [] {
    Play armed_play = armed(TimingModel::partially_synchronous, puppet_setup(1));
    put(armed_play, 0, 1, Message::note);
    return armed_play;
  }();
  const auto timeouts = [&](int budget) {
    const auto all =
        successors(*play.model, play.rules, Budget{.early_timeouts = budget}, play.world);
    return std::ranges::count(
        all, EventKind::timeout, [](const Successor& each) { return each.event.kind; });
  };
  EXPECT_EQ(timeouts(0), 0);
  EXPECT_EQ(timeouts(1), 6);
}

// ---- Crash, recovery, pause.

TEST(Crash, NeedsANodeThatRunsSomething) {
  Play play(make_model<Puppet>({Beginning::sends, {}}, puppet_setup(1)));
  EXPECT_FALSE(play.can(event_at(EventKind::crash, 1))) << "nothing has started there";
  play.did(event_at(EventKind::start, 1, 0));
  EXPECT_FALSE(play.can(event_at(EventKind::start, 1, 0))) << "it starts once";
  play.did(event_at(EventKind::crash, 1));
  EXPECT_FALSE(play.can(event_at(EventKind::crash, 1)));
  EXPECT_EQ(play.world.used.crashes, 1);
  EXPECT_TRUE(play.world.used.any());
}

TEST(Recover, KeepsAsMuchOfTheTailAsTheRulesAllow) {
  for (const TailRule rule : {TailRule::any, TailRule::kept, TailRule::lost}) {
    Rules rules;
    rules.tail = rule;
    Play play(make_model<Puppet>({}, puppet_setup(1)), rules);
    for (const Message message : {Message::append_1, Message::append_2}) {
      put(play, 0, 1, message);
      play.did(deliver(0, 1, message));
    }
    EXPECT_FALSE(play.can(recover(1))) << "it is up";
    play.did(event_at(EventKind::crash, 1));
    std::vector<int> counts;
    for (int kept = -1; kept <= 3; ++kept) {
      Play copy = play;
      if (!copy.can(recover(1, kept))) continue;
      copy.did(recover(1, kept));
      counts.push_back(copy.node(1).slots[0].durable.as<Puppet::Durable>().count);
    }
    const auto expected = rule == TailRule::any    ? std::vector{0, 1, 2}
                          : rule == TailRule::kept ? std::vector{2}
                                                   : std::vector{0};
    EXPECT_EQ(counts, expected) << enum_name(rule);
  }
}

TEST(Pause, StopsEverythingOnTheNodeUntilItResumes) {
  Play play = armed(TimingModel::asynchronous, puppet_setup(1));
  put(play, 0, 1, Message::note);
  EXPECT_FALSE(play.can(event_at(EventKind::resume, 1)));
  play.did(event_at(EventKind::pause, 1));
  EXPECT_FALSE(play.can(event_at(EventKind::pause, 1)));
  EXPECT_FALSE(play.can(deliver(0, 1, Message::note)));
  EXPECT_FALSE(play.can(timeout(1, Timer::soon)));
  EXPECT_FALSE(play.can(event_at(EventKind::operator_, 1, 0)));
  EXPECT_TRUE(play.can(event_at(EventKind::crash, 1)));
  play.did(event_at(EventKind::resume, 1)).did(deliver(0, 1, Message::note));
  EXPECT_FALSE(play.world.used.any()) << "a delay is no fault";
}

// ---- The rarer faults.

TEST(Amnesia, PutsTheLogBackToTheStart) {
  Play play(make_model<Puppet>({}, puppet_setup(1)));
  put(play, 0, 1, Message::force_3);
  play.did(deliver(0, 1, Message::force_3));
  EXPECT_FALSE(play.can(event_at(EventKind::amnesia, 1))) << "only a node that is down";
  play.did(event_at(EventKind::crash, 1)).did(event_at(EventKind::amnesia, 1));
  EXPECT_EQ(play.node(1).slots[0].durable, StateBlob{});
  EXPECT_EQ(play.node(1).node_state, StateBlob{});
  EXPECT_TRUE(play.history(1).crashed) << "history is not in the log";
  play.did(recover(1));
}

TEST(Rename, LosesWhatIsAddressedToTheOldName) {
  Play play(make_model<Puppet>({}, puppet_setup(1)));
  put(play, 0, 1, Message::note);
  EXPECT_FALSE(play.can(event_at(EventKind::rename, 1)));
  play.did(event_at(EventKind::crash, 1)).did(event_at(EventKind::rename, 1));
  EXPECT_THAT(play.world.network, IsEmpty());
  EXPECT_EQ(play.node(1).renames, 1);
}

Event write(int node, int value) {
  Event event = event_at(EventKind::write, node);
  event.row = {0, 0};
  event.value = value;
  return event;
}

TEST(OutsideWrite, IsRefusedWhileLockedOrDown) {
  auto setup = puppet_setup(1);
  setup.tables = {"accounts"};
  setup.keys = {{"alice"}};
  setup.rows[1] = {{RowKey{0, 0}, Row{5, 0, 0, 0}}};
  Play play(make_model<Puppet>({}, setup));
  put(play, 0, 1, Message::append_1);
  play.did(deliver(0, 1, Message::append_1)).did(write(1, 7));
  EXPECT_EQ(play.node(1).store.rows().at({0, 0}).value, 7);
  EXPECT_THAT(play.node(1).tail, IsEmpty()) << "its commit has forced the node's log";
  play.node(1).store.lock(0, {0, 0}, LockPolicy::wait, {});
  EXPECT_FALSE(play.can(write(1, 8)));
  play.did(event_at(EventKind::crash, 1));
  EXPECT_FALSE(play.can(write(1, 8))) << "a database that is down takes no writes";
}

TEST(Notice, GoesToTheProcessItIsFor) {
  Play play(make_model<Puppet>({}, puppet_setup(1, 2)));
  const std::vector<Slot>& slots = play.model->setup().slots[1];
  play.node(1).store.lock(0, {0, 0}, LockPolicy::wait, slots);
  play.node(1).store.lock(1, {0, 0}, LockPolicy::wait, slots);
  play.node(1).store.apply(StoreAction::commit, 0);
  Event event = event_at(EventKind::store, 1, 1);
  event.notice = {1, NoticeKind::granted, {0, 0}};
  Event other = event;
  other.slot = 0;
  EXPECT_FALSE(play.can(other));
  play.did(event);
  EXPECT_EQ(play.node(1).slots[1].state.as<Puppet::Volatile>().notes, 10);
  EXPECT_FALSE(play.can(event)) << "it is taken once";
}

TEST(Budget, LimitsWhatSuccessorsList) {
  Play play(make_model<Puppet>({}, puppet_setup(1)));
  put(play, 0, 1, Message::note);
  const auto count = [&](const Budget& budget) {
    return successors(*play.model, play.rules, budget, play.world).size();
  };
  EXPECT_EQ(count({}), 1U) << "the delivery";
  Budget budget;
  budget.crashes = 1;
  EXPECT_EQ(count(budget), 3U) << "and two crashes";
  budget.may_crash = 0b10;
  EXPECT_EQ(count(budget), 2U);
  play.world.used.crashes = 1;
  EXPECT_EQ(count(budget), 1U);
  budget = {};
  budget.losses = budget.duplicates = budget.pauses = 1;
  EXPECT_EQ(count(budget), 1U + 2U + 2U);
  budget = {};
  budget.operators = true;
  EXPECT_EQ(count(budget), 1U + 2U * 2U) << "push and a client on both; pull declines";
}

}  // namespace
}  // namespace concordat
