// Goal: two-phase commit is the published one, row by row: Bernstein, Hadzilacos and Goodman 1987,
// chapter 7, with the forces of R* (presumed nothing). Method: worlds played by hand; messages and
// forced writes counted. Recovery and inquiries: two_phase_commit_recovery_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/network.hpp"
#include "sim/model/property.hpp"
#include "tests/unit/two_phase_commit_helpers.hpp"

namespace concordat {
namespace {

using ::testing::IsEmpty;

TEST(Cost, OfACommitIs4NMessagesAnd1Plus2NForces) {
  for (int n = 1; n <= 5; ++n) {
    Play play = commit_play(n);
    play.did(event_at(EventKind::start, 0, 0)).drain();
    EXPECT_EQ(play.messages, 4 * n);
    EXPECT_EQ(play.forced, 1 + 2 * n);
    for (int p = 1; p <= n; ++p)
      EXPECT_TRUE(play.history(p).committed);
    EXPECT_TRUE(log_of(play, 0).ended);
    EXPECT_EQ(memory_of(play, 0).phase, Phase::done);
    EXPECT_EQ(play.node(0).slots[0].timers, 0) << "nothing is left armed";
  }
}

TEST(Cost, OfAnAbortWithKYesVotersIs2NPlus2KMessages) {
  for (int n = 1; n <= 5; ++n) {
    const int k = n - 1;
    Play play = commit_play(n, {{n, "no"}});
    play.did(event_at(EventKind::start, 0, 0));
    for (int p = 1; p <= n; ++p)
      play.did(deliver(0, p, Message::prepare));
    for (int p = 1; p <= k; ++p)
      play.did(deliver(p, 0, Message::yes));
    play.did(deliver(n, 0, Message::no)).drain();
    EXPECT_EQ(play.messages, 2 * n + 2 * k);
    EXPECT_EQ(play.forced, 1 + 2 * k + (n - k));
    for (int p = 0; p <= n; ++p)
      EXPECT_TRUE(play.history(p).aborted);
    EXPECT_TRUE(log_of(play, 0).ended);
  }
}

TEST(Cost, OfReadersOnlyIs2NMessagesAndNoRecord) {
  for (int n = 1; n <= 5; ++n) {
    std::map<int, std::string> votes;
    for (int p = 1; p <= n; ++p)
      votes[p] = "read";
    Play play = commit_play(n, votes);
    play.did(event_at(EventKind::start, 0, 0)).drain();
    EXPECT_EQ(play.messages, 2 * n);
    EXPECT_EQ(play.forced, 0);
    for (int p = 0; p <= n; ++p)
      EXPECT_EQ(log_of(play, p), TwoPhaseCommit::Durable{}) << p;
    EXPECT_TRUE(play.history(0).committed);
  }
}

// ---- The coordinator.

TEST(Coordinator, StartsByAskingEverybodyAndArmsItsTimer) {
  Play play = started(3);
  EXPECT_EQ(memory_of(play, 0).phase, Phase::collecting);
  EXPECT_EQ(memory_of(play, 0).pending, ProcessSet(0b1110));
  for (int p = 1; p <= 3; ++p)
    EXPECT_EQ(play.in_flight(0, p, Message::prepare), 1);
  EXPECT_TRUE(play.can(timeout(0, Timer::vote)));
}

TEST(Coordinator, WaitsForTheLastVoteAndIgnoresASecondOne) {
  Play play = started(2);
  send(play, 1, 0, Message::yes);
  play.did(on_message(EventKind::duplicate, 1, 0, Message::yes));
  play.did(deliver(1, 0, Message::yes));
  EXPECT_THAT(play.last.step.effects, IsEmpty());
  EXPECT_EQ(memory_of(play, 0).pending, ProcessSet(0b100));
  send(play, 1, 0, Message::no);
  play.did(deliver(1, 0, Message::no));
  EXPECT_THAT(play.last.step.effects, IsEmpty()) << "a vote never changes";
}

TEST(Coordinator, TellsYesVotersOnlyAndForcesBefore) {
  Play play = started(3);
  send(play, 1, 0, Message::yes);
  send(play, 2, 0, Message::read);
  send(play, 3, 0, Message::yes);
  play.did(deliver(1, 0, Message::yes)).did(deliver(2, 0, Message::read));
  play.did(deliver(3, 0, Message::yes));
  EXPECT_EQ(effects_of(play), "choose disarm force:commit decide answer send arm");
  EXPECT_EQ(play.in_flight(0, 1, Message::commit) + play.in_flight(0, 3, Message::commit), 2);
  EXPECT_EQ(play.in_flight(0, 2, Message::commit), 0);
}

TEST(Coordinator, AbortTellsAllButNoAndReadVoters) {
  Play play = started(4);
  send(play, 1, 0, Message::yes);
  send(play, 2, 0, Message::read);
  send(play, 3, 0, Message::no);
  play.did(deliver(1, 0, Message::yes)).did(deliver(2, 0, Message::read));
  play.did(deliver(3, 0, Message::no));
  EXPECT_EQ(effects_of(play), "disarm force:abort decide answer send arm");
  for (int p = 1; p <= 4; ++p)
    EXPECT_EQ(play.in_flight(0, p, Message::abort), p == 1 || p == 4 ? 1 : 0) << p;
}

TEST(Coordinator, AbortsWhenTheVotesDoNotCome) {
  Play play = started(2);
  play.did(timeout(0, Timer::vote));
  EXPECT_EQ(effects_of(play), "force:abort decide answer send arm")
      << "the timer is disarmed already";
  EXPECT_EQ(memory_of(play, 0).pending, ProcessSet(0b110));
}

TEST(Coordinator, RepeatsTheDecisionToWhomHasNotAcknowledged) {
  Play play = decided(2);
  play.did(deliver(0, 1, Message::commit)).did(deliver(1, 0, Message::ack));
  EXPECT_EQ(memory_of(play, 0).pending, ProcessSet(0b100));
  play.did(on_message(EventKind::lose, 0, 2, Message::commit)).did(timeout(0, Timer::ack));
  EXPECT_EQ(effects_of(play), "send arm");
  EXPECT_EQ(play.last.step.effects[0].to, ProcessSet(0b100));
}

TEST(Coordinator, ForgetsAfterTheLastAckWithoutAForce) {
  Play play = decided(1);
  play.did(deliver(0, 1, Message::commit)).did(deliver(1, 0, Message::ack));
  EXPECT_EQ(effects_of(play), "disarm append:end");
  send(play, 1, 0, Message::ack);
  play.did(deliver(1, 0, Message::ack));
  EXPECT_THAT(play.last.step.effects, IsEmpty()) << "an ack without an entry";
}

TEST(Coordinator, IgnoresLateVotes) {
  for (const Message vote : {Message::yes, Message::no, Message::read}) {
    Play announcing = decided(2);
    send(announcing, 1, 0, vote);
    announcing.did(deliver(1, 0, vote));
    EXPECT_THAT(announcing.last.step.effects, IsEmpty());
    Play over = commit_play(1);
    over.did(event_at(EventKind::start, 0, 0)).drain();
    send(over, 1, 0, vote);
    over.did(deliver(1, 0, vote));
    EXPECT_THAT(over.last.step.effects, IsEmpty());
  }
}

// ---- A participant.

TEST(Participant, ForcesPreparedBeforeItVotesYes) {
  Play play = started(1);
  play.did(deliver(0, 1, Message::prepare));
  EXPECT_EQ(effects_of(play), "choose disarm force:prepared arm vote send");
  EXPECT_EQ(memory_of(play, 1).phase, Phase::in_doubt);
  EXPECT_EQ(play.history(1).vote, Vote::yes);
}

TEST(Participant, WhoCannotAbortsWithAForceAndVotesNo) {
  Play play = started(1, {{1, "no"}});
  play.did(deliver(0, 1, Message::prepare));
  EXPECT_EQ(effects_of(play), "choose disarm force:abort decide vote send");
  EXPECT_TRUE(play.history(1).aborted);
  EXPECT_EQ(play.in_flight(1, 0, Message::no), 1);
}

TEST(Participant, AReaderLogsNothingAndDropsARepeatedPrepare) {
  Play play = started(1, {{1, "read"}});
  play.did(on_message(EventKind::duplicate, 0, 1, Message::prepare));
  EXPECT_EQ(effects_of(play), "choose disarm vote send");
  play.did(deliver(0, 1, Message::prepare));
  EXPECT_THAT(play.last.step.effects, IsEmpty());
}

TEST(Participant, ThatWaitsTooLongAbortsAndAnswersNo) {
  Play play = started(1);
  play.did(timeout(1, Timer::prepare));
  EXPECT_EQ(effects_of(play), "append:abort decide");
  play.did(deliver(0, 1, Message::prepare));
  EXPECT_EQ(effects_of(play), "vote send");
  EXPECT_EQ(play.in_flight(1, 0, Message::no), 1);
}

TEST(Participant, ThatIsWorkingObeysAnAbort) {
  Play play = started(1);
  play.did(timeout(0, Timer::vote)).did(deliver(0, 1, Message::abort));
  EXPECT_EQ(effects_of(play), "disarm append:abort decide send");
  EXPECT_EQ(play.in_flight(1, 0, Message::ack), 1);
}

TEST(Participant, ForcesTheDecisionBeforeItAcknowledges) {
  Play play = decided(1);
  play.did(on_message(EventKind::duplicate, 0, 1, Message::commit));
  EXPECT_EQ(effects_of(play), "disarm force:commit decide send");
  play.did(deliver(0, 1, Message::commit));
  EXPECT_EQ(effects_of(play), "send") << "a repeated decision is acknowledged again";
  Play aborted = prepared(1);
  aborted.did(timeout(0, Timer::vote)).did(deliver(0, 1, Message::abort));
  EXPECT_EQ(effects_of(aborted), "disarm force:abort decide send");
}

TEST(Participant, ThatIsPreparedRepeatsItsVoteAndInquires) {
  Play play = started(1);
  play.did(on_message(EventKind::duplicate, 0, 1, Message::prepare));
  play.did(deliver(1, 0, Message::yes)).did(deliver(0, 1, Message::prepare));
  EXPECT_EQ(effects_of(play), "send");
  EXPECT_EQ(play.in_flight(1, 0, Message::yes), 1);
  play.did(timeout(1, Timer::decision));
  EXPECT_EQ(effects_of(play), "send arm");
  EXPECT_EQ(play.last.step.effects[0].to, ProcessSet(0b1)) << "the coordinator only";
  EXPECT_EQ(memory_of(play, 1).phase, Phase::in_doubt);
}

TEST(Participant, ThatDecidedAbortKeepsItsVote) {
  Play play = started(2);
  play.did(on_message(EventKind::duplicate, 0, 1, Message::prepare));
  play.did(timeout(0, Timer::vote)).did(deliver(0, 1, Message::abort));
  play.did(deliver(0, 1, Message::prepare));
  EXPECT_EQ(play.in_flight(1, 0, Message::no), 1) << "it answers as one without an entry";
  EXPECT_EQ(play.history(1).vote, Vote::yes) << "but has voted";
}

// ---- Locks. Both transactions add to the same row of p1.

std::shared_ptr<const Model> two_transfers(LockPolicy locks, int second_add) {
  auto setup = commit_setup(1, {}, 2);
  setup.tables = {"accounts"};
  setup.keys = {{"alice"}};
  setup.rows[1] = {{RowKey{0, 0}, Row{10, 0, 0, 0}}};
  setup.work = {{}, {{RowKey{0, 0}, -5}}, {}, {{RowKey{0, 0}, second_add}}};
  setup.locks = locks;
  return make_model<TwoPhaseCommit>({}, setup);
}

Play both_started(LockPolicy locks, int second_add) {
  Play play(two_transfers(locks, second_add));
  play.did(event_at(EventKind::start, 0, 0)).did(event_at(EventKind::start, 0, 1));
  play.did(deliver(0, 1, Message::prepare, 1));
  return play;
}

TEST(Locks, ARefusedLockIsANo) {
  Play play = both_started(LockPolicy::no_wait, -1);
  play.did(deliver(0, 1, Message::prepare, 2));
  EXPECT_EQ(play.history(1, 2).vote, Vote::no);
  EXPECT_EQ(play.history(1, 1).vote, Vote::yes);
}

TEST(Locks, AWaitingParticipantVotesWhenGranted) {
  Play play = both_started(LockPolicy::wait, -3);
  play.did(deliver(0, 1, Message::prepare, 2));
  EXPECT_EQ(play.history(1, 2).vote, Vote::none);
  play.did(deliver(1, 0, Message::yes, 1)).did(deliver(0, 1, Message::commit, 1));
  Event granted = event_at(EventKind::store, 1, 1);
  granted.notice = {1, NoticeKind::granted, {0, 0}};
  play.did(granted);
  EXPECT_EQ(play.history(1, 2).vote, Vote::yes);
  play.drain();
  EXPECT_EQ(play.node(1).store.rows().at({0, 0}).value, 2) << "both effects, once each";
  EXPECT_EQ(play.node(1).store.holder({0, 0}), std::nullopt);
}

TEST(Locks, ARowThatWouldFallBelowZeroIsANo) {
  Play play = both_started(LockPolicy::wait, -6);
  play.did(deliver(1, 0, Message::yes, 1)).did(deliver(0, 1, Message::commit, 1));
  play.did(deliver(0, 1, Message::prepare, 2));
  EXPECT_EQ(play.history(1, 2).vote, Vote::no);
  EXPECT_EQ(play.node(1).store.rows().at({0, 0}).value, 5);
}

TEST(Locks, APreparedParticipantKeepsThemThroughACrash) {
  Play play = both_started(LockPolicy::wait, -1);
  play.did(event_at(EventKind::crash, 1)).did(recover(1));
  EXPECT_EQ(play.node(1).store.holder({0, 0}), 0);
  EXPECT_EQ(memory_of(play, 1).phase, Phase::in_doubt);
}

}  // namespace
}  // namespace concordat
