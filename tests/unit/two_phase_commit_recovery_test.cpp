// Goal: recovery, inquiries and cooperative termination of two-phase commit do what the books say,
// and the one deviation is needed. Method: worlds played by hand, one row each; the deviation and
// two subtle cases as whole schedules, judged by the safety properties.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/property.hpp"
#include "tests/unit/two_phase_commit_helpers.hpp"

namespace concordat {
namespace {

using ::testing::IsEmpty;

bool holds(const Play& play, std::string_view property) {
  return satisfied(*find_property(property), *play.model, play.world);
}

Play& crashes(Play& play, int node, int kept = 0) {
  return play.did(event_at(EventKind::crash, node)).did(recover(node, kept));
}

// ---- Recovery of the coordinator.

TEST(CoordinatorRecovers, WithoutARecordItForgetsAndPresumesAbort) {
  Play play = prepared(2);
  crashes(play, 0);
  EXPECT_THAT(play.last.step.effects, IsEmpty());
  EXPECT_EQ(memory_of(play, 0).phase, Phase::done);
  play.did(deliver(1, 0, Message::yes));
  EXPECT_THAT(play.last.step.effects, IsEmpty()) << "a late vote";
  play.did(timeout(1, Timer::decision)).did(deliver(1, 0, Message::inquire));
  EXPECT_EQ(play.in_flight(0, 1, Message::abort), 1);
}

TEST(CoordinatorRecovers, WithADecisionItAnnouncesToAllAgain) {
  for (const bool commits : {true, false}) {
    Play play = commits ? decided(2) : prepared(2);
    if (!commits) play.did(timeout(0, Timer::vote));
    play.did(event_at(EventKind::crash, 0));
    play.world.network.clear();
    play.did(recover(0));
    EXPECT_EQ(effects_of(play), "send arm");
    const Message decision = commits ? Message::commit : Message::abort;
    EXPECT_EQ(play.in_flight(0, 1, decision) + play.in_flight(0, 2, decision), 2);
    play.drain();
    EXPECT_TRUE(log_of(play, 0).ended);
    EXPECT_TRUE(holds(play, "UA"));
  }
}

TEST(CoordinatorRecovers, WithTheEndItDoesNothing) {
  Play play = decided(1).drain();
  EXPECT_EQ(play.node(0).tail.size(), 1U) << "the end record is not forced";
  Play lost = play;
  crashes(play, 0, 1);
  EXPECT_THAT(play.last.step.effects, IsEmpty());
  crashes(lost, 0, 0);
  EXPECT_EQ(effects_of(lost), "send arm") << "without it, it announces again";
  lost.drain();
  EXPECT_TRUE(log_of(lost, 0).ended) << "and is acknowledged again";
}

// ---- Recovery of a participant.

TEST(ParticipantRecovers, WithoutARecordItAbortsAndVotesNo) {
  Play play = started(1);
  crashes(play, 1);
  EXPECT_EQ(effects_of(play), "decide");
  EXPECT_TRUE(play.history(1).aborted);
  play.did(deliver(0, 1, Message::prepare));
  EXPECT_EQ(effects_of(play), "vote send");
  EXPECT_EQ(play.in_flight(1, 0, Message::no), 1);
}

TEST(ParticipantRecovers, PreparedItInquiresAtOnce) {
  Play play = prepared(1);
  crashes(play, 1);
  EXPECT_EQ(effects_of(play), "send arm");
  EXPECT_EQ(play.in_flight(1, 0, Message::inquire), 1);
  EXPECT_EQ(memory_of(play, 1).phase, Phase::in_doubt);
}

TEST(ParticipantRecovers, WithADecisionItIsDone) {
  Play play = decided(1);
  play.did(deliver(0, 1, Message::commit));
  crashes(play, 1);
  EXPECT_THAT(play.last.step.effects, IsEmpty()) << "it has decided before";
  EXPECT_EQ(memory_of(play, 1).phase, Phase::done);
}

TEST(ParticipantRecovers, WithALostAbortItAbortsAgain) {
  Play play = started(1);
  play.did(timeout(1, Timer::prepare));
  crashes(play, 1, 0);
  EXPECT_EQ(memory_of(play, 1).phase, Phase::no_record);
  play.did(deliver(0, 1, Message::prepare));
  EXPECT_EQ(play.in_flight(1, 0, Message::no), 1);
  EXPECT_TRUE(holds(play, "UA"));
}

// ---- Inquiries to the coordinator.

TEST(Inquiry, IsIgnoredWhileCollecting) {
  Play play = prepared(1);
  play.did(timeout(1, Timer::decision)).did(deliver(1, 0, Message::inquire));
  EXPECT_THAT(play.last.step.effects, IsEmpty());
}

TEST(Inquiry, IsAnsweredWithTheDecisionWhileAnnouncing) {
  Play play = decided(1);
  play.did(on_message(EventKind::lose, 0, 1, Message::commit));
  play.did(timeout(1, Timer::decision)).did(deliver(1, 0, Message::inquire));
  EXPECT_EQ(play.in_flight(0, 1, Message::commit), 1);
}

TEST(Inquiry, AfterForgettingIsAnsweredAbort) {
  Play play = decided(1).drain();
  send(play, 1, 0, Message::inquire);
  play.did(deliver(1, 0, Message::inquire));
  EXPECT_EQ(play.in_flight(0, 1, Message::abort), 1) << "no one who could obey is left";
  play.drain();
  EXPECT_TRUE(play.history(1).committed && !play.history(1).aborted);
}

// ---- Cooperative termination.

const TwoPhaseCommit::Config cooperative{Termination::cooperative, {}};

/// p2 receives the inquiry of p1 in the state that `play` has brought it to.
void inquires(Play& play) {
  send(play, 1, 2, Message::inquire);
  play.did(deliver(1, 2, Message::inquire));
}

TEST(Cooperative, AsksEverybody) {
  Play play = prepared(3, {}, cooperative);
  play.did(timeout(1, Timer::decision));
  EXPECT_EQ(play.last.step.effects[0].to, ProcessSet(0b1101));
}

TEST(Cooperative, WhoKnowsAnswersTheDecision) {
  Play play = decided(2, cooperative);
  play.did(deliver(0, 2, Message::commit));
  inquires(play);
  EXPECT_EQ(play.in_flight(2, 1, Message::commit), 1);
  play.did(deliver(2, 1, Message::commit));
  EXPECT_EQ(effects_of(play), "disarm force:commit decide send");
}

TEST(Cooperative, WhoHasNotVotedAbortsFirst) {
  Play play = started(2, {}, cooperative);
  play.did(deliver(0, 1, Message::prepare));
  inquires(play);
  EXPECT_EQ(effects_of(play), "disarm append:abort decide send");
  play.did(deliver(0, 2, Message::prepare));
  EXPECT_EQ(play.in_flight(2, 0, Message::no), 1) << "and never votes yes";
}

TEST(Cooperative, WhoIsInDoubtSaysSo) {
  Play play = prepared(2, {}, cooperative);
  inquires(play);
  EXPECT_EQ(play.in_flight(2, 1, Message::unsure), 1);
  play.did(deliver(2, 1, Message::unsure));
  EXPECT_THAT(play.last.step.effects, IsEmpty());
  EXPECT_EQ(memory_of(play, 1).phase, Phase::in_doubt);
}

TEST(Cooperative, AReaderKeepsSilent) {
  Play play = prepared(2, {{2, "read"}}, cooperative);
  inquires(play);
  EXPECT_THAT(play.last.step.effects, IsEmpty());
}

// p2 votes read, everybody else yes, so c commits and p1 is in doubt. p2 crashes: its log says
// nothing. p1 asks. The book's answer of a participant without a record is "abort".
TEST(Cooperative, AnsweringAbortWithoutARecordWouldSplit) {
  Play play = prepared(2, {{2, "read"}}, cooperative);
  play.did(deliver(1, 0, Message::yes)).did(deliver(2, 0, Message::read));
  EXPECT_TRUE(play.history(0).committed);
  crashes(play, 2);
  EXPECT_EQ(memory_of(play, 2).phase, Phase::no_record);
  inquires(play);
  EXPECT_THAT(play.last.step.effects, IsEmpty()) << "it keeps silent";
  EXPECT_TRUE(holds(play, "UA"));
  send(play, 2, 1, Message::abort);  // had it answered
  play.did(deliver(2, 1, Message::abort));
  EXPECT_TRUE(play.history(1).aborted);
  EXPECT_FALSE(holds(play, "UA"));
}

// ---- A vote never changes.

// p2 votes read and forgets; c commits. p2 crashes, and a second copy of the prepare arrives: p2 is
// without a record and answers no. It has no stake, and its answer comes too late to matter.
TEST(Votes, AReaderWithoutMemoryHasNoStakeStill) {
  Play play = started(2, {{2, "read"}});
  play.did(deliver(0, 1, Message::prepare));
  play.did(on_message(EventKind::duplicate, 0, 2, Message::prepare));
  play.did(deliver(1, 0, Message::yes)).did(deliver(2, 0, Message::read));
  crashes(play, 2);
  play.did(deliver(0, 2, Message::prepare));
  EXPECT_EQ(play.in_flight(2, 0, Message::no), 1);
  EXPECT_EQ(play.history(2).vote, Vote::read);
  play.drain();
  for (const Property& property : safety_properties())
    EXPECT_TRUE(satisfied(property, *play.model, play.world)) << property.name;
}

// ---- Known mistakes split, and the right protocol does not, on the same schedule.

TEST(Mistakes, AnUnforcedVoteSplits) {
  for (const Mistake mistake : {Mistake::none, Mistake::vote_unforced}) {
    Play play = decided(2, {{}, mistake});
    play.did(deliver(0, 1, Message::commit));
    crashes(play, 2, 0);
    EXPECT_EQ(holds(play, "UA"), mistake == Mistake::none);
  }
}

TEST(Mistakes, AnUnforcedDecisionSplits) {
  for (const Mistake mistake : {Mistake::none, Mistake::decide_unforced}) {
    Play play = decided(2, {{}, mistake});
    play.did(deliver(0, 1, Message::commit));
    play.did(on_message(EventKind::lose, 0, 2, Message::commit));
    crashes(play, 0, 0);
    play.did(timeout(2, Timer::decision)).did(deliver(2, 0, Message::inquire)).drain();
    EXPECT_EQ(holds(play, "UA"), mistake == Mistake::none);
  }
}

TEST(Mistakes, AnUnforcedAckSplits) {
  for (const Mistake mistake : {Mistake::none, Mistake::ack_unforced}) {
    Play play = decided(1, {{}, mistake}).drain();
    crashes(play, 1, 0);
    play.drain();
    EXPECT_EQ(holds(play, "UA"), mistake == Mistake::none);
    EXPECT_EQ(holds(play, "IR"), mistake == Mistake::none);
  }
}

TEST(Mistakes, AbortingInDoubtSplits) {
  Play play = decided(2, {{}, Mistake::abort_in_doubt});
  play.did(deliver(0, 1, Message::commit)).did(timeout(2, Timer::decision));
  EXPECT_FALSE(holds(play, "UA"));
}

TEST(Mistakes, AnsweringAbortAndThenVotingYesSplits) {
  for (const Mistake mistake : {Mistake::none, Mistake::answer_without_abort}) {
    Play play = started(2, {}, {Termination::cooperative, mistake});
    play.did(deliver(0, 1, Message::prepare));
    inquires(play);
    play.did(deliver(2, 1, Message::abort)).did(deliver(0, 2, Message::prepare)).drain();
    EXPECT_EQ(holds(play, "UA"), mistake == Mistake::none);
  }
}

}  // namespace
}  // namespace concordat
