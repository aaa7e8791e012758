// Goal: faults of a scenario come at their time or by their cause, with what they bring about, and
// those that never come are reported. Method: two-phase commit with two participants and constant
// times (simulator_timeline_test.cpp has its golden), one fault or two, and the lines of the run.
#include <gtest/gtest.h>
#include <set>

#include "tests/unit/timed_play.hpp"

namespace concordat {
namespace {

using scenario::CrashFault;
using scenario::MessageFault;
using scenario::PartitionFault;
using scenario::PauseFault;
using testing::Test;

TimedPlay commit(TwoPhaseCommit::Config config = {}) {
  return TimedPlay(commit_model(commit_setup_of(2), config));
}

TimedPlay commit_with(scenario::Fault fault, TwoPhaseCommit::Config config = {}) {
  TimedPlay play = commit(config);
  add_fault(play, std::move(fault));
  return play;
}

CrashFault crash_at(const std::string& node, std::int64_t at_ms) {
  CrashFault fault;
  fault.node = text_of(node);
  fault.at = ms(at_ms);
  return fault;
}
CrashFault crash_after(const std::string& node, const std::string& effect) {
  CrashFault fault;
  fault.node = text_of(node);
  fault.after = text_of(effect);
  return fault;
}
CrashFault crash_on(const std::string& node, const std::string& cause) {
  CrashFault fault;
  fault.node = text_of(node);
  fault.on = text_of(cause);
  return fault;
}
CrashFault crash_sent_to(const std::string& node,
                         const std::vector<std::string>& told,
                         const std::string& message) {
  CrashFault fault;
  fault.node = text_of(node);
  fault.sent_to = texts_of(told);
  fault.of = text_of(message);
  return fault;
}
CrashFault recovering(CrashFault fault, std::int64_t after_ms, TailRule tail = TailRule::kept) {
  fault.recover_after = ms(after_ms);
  fault.tail = scenario::At<TailRule>{tail, {}};
  return fault;
}

/// The lines about crashes and recoveries.
std::string downs(const TimedPlay& play) {
  return play.lines_with("crash") + play.lines_with("recover") + play.lines_with("is down");
}

// ---- Crashes at a time.

TEST(SimulatorFault, ACrashBetweenSteps) {
  TimedPlay play = commit_with(crash_at("c", 10));
  play.run();
  EXPECT_EQ(downs(play), "10ms crash c\n");
  EXPECT_EQ(play.summary.faults.crashes, 1);
  EXPECT_FALSE(play.summary.unused_fault);
  ASSERT_EQ(play.summary.spans.size(), 1U);
  EXPECT_EQ(play.summary.spans[0].from_us, 10'000);
  EXPECT_EQ(play.summary.spans[0].to_us, -1);
}

/// All that a crash inside p1's force of 5 ms to 7 ms came to, over seeds.
std::set<std::string> outcomes(std::int64_t at_ms, const std::string& node) {
  std::set<std::string> out;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    TimedPlay play = commit_with(crash_at(node, at_ms));
    play.run(seed);
    out.insert(downs(play));
    if (Test::HasFailure()) break;
  }
  return out;
}

/// The record has reached the disk or not: the crash stands inside the step, at its start.
TEST(SimulatorFault, ACrashInsideAForceHasTwoOutcomes) {
  EXPECT_EQ(outcomes(6, "p1"),
            (std::set<std::string>{
                "5ms deliver prepare(c->p1), crash p1 before everything\n6ms   p1 is down\n",
                "5ms deliver prepare(c->p1), crash p1 after force prepared\n6ms   p1 is down\n"}));
  EXPECT_EQ(outcomes(13, "c"),
            (std::set<std::string>{
                "12ms deliver yes(p2->c), crash c before everything\n13ms   c is down\n",
                "12ms deliver yes(p2->c), crash c after force commit\n13ms   c is down\n"}));
}

TEST(SimulatorFault, ACrashAtTheMomentOfAForceComesFirst) {
  EXPECT_EQ(outcomes(7, "p1").size(), 2U);  // it was there first
  EXPECT_EQ(outcomes(5, "p1"), (std::set<std::string>{"5ms crash p1\n"}));
}

/// A timer's step that has not reached the disk has not happened.
TEST(SimulatorFault, ACrashInsideTheFirstForceOfATimer) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    TimedPlay play = commit_with(crash_at("c", 101));
    MessageFault lose;
    lose.message = text_of("yes");
    lose.count.value = 2;
    add_fault(play, lose);
    play.run(seed);
    seen.insert(play.lines_with("timeout c vote") + downs(play));
  }
  EXPECT_EQ(seen,
            (std::set<std::string>{
                "101ms crash c\n",
                "100ms timeout c vote, crash c after force abort\n"
                "100ms timeout c vote, crash c after force abort\n101ms   c is down\n"}));
}

// ---- Crashes inside a step.

TEST(SimulatorFault, ACrashAfterSomeWereTold) {
  TimedPlay play = commit_with(crash_sent_to("c", {"p1"}, "decision"));
  play.run();
  EXPECT_EQ(downs(play),
            "12ms deliver yes(p2->c), crash c after send commit p1\n"
            "14ms   c is down\n");
  EXPECT_EQ(play.lines_with("deliver commit"), "19ms deliver commit(c->p1)\n");
  TimedPlay same = commit_with(crash_sent_to("c", {"p1"}, "commit"));
  EXPECT_EQ(same.run().timeline(), play.timeline());
}

TEST(SimulatorFault, ACrashAfterAllWereTold) {
  TimedPlay play = commit_with(crash_sent_to("c", {"p1", "p2"}, "decision"));
  play.run();
  EXPECT_EQ(downs(play), "14ms crash c\n");  // nothing of the step is left
  EXPECT_EQ(play.lines_with("deliver commit"),
            "19ms deliver commit(c->p1)\n"
            "19ms deliver commit(c->p2)\n");
}

TEST(SimulatorFault, ACrashAfterAnEffect) {
  EXPECT_EQ(downs(commit_with(crash_after("c", "force commit")).run()),
            "12ms deliver yes(p2->c), crash c after force commit\n"
            "14ms   c is down\n");
  EXPECT_EQ(downs(commit_with(crash_after("c", "answer commit")).run()),
            "12ms deliver yes(p2->c), crash c after answer commit\n"
            "14ms   c is down\n");
  EXPECT_EQ(downs(commit_with(crash_after("p2", "send ack c")).run()), "21ms crash p2\n");
}

TEST(SimulatorFault, EachCrashWaitsForItsOwnStep) {
  TimedPlay play = commit_with(recovering(crash_after("p1", "force prepared"), 20));
  add_fault(play, recovering(crash_after("p1", "send inquire c"), 20));
  add_fault(play, crash_after("p1", "force abort"));
  play.run();
  EXPECT_EQ(downs(play),
            "5ms deliver prepare(c->p1), crash p1 after force prepared\n"
            "27ms crash p1\n"
            "107ms deliver abort(c->p1), crash p1 after force abort\n"
            "27ms recover p1\n"
            "47ms recover p1\n"
            "7ms   p1 is down\n"
            "109ms   p1 is down\n");
}

// ---- Crashes by a cause.

TEST(SimulatorFault, ACrashRightAfterTheStepThatMakesItsCauseTrue) {
  EXPECT_EQ(downs(commit_with(crash_on("p1", "voted")).run()), "7ms crash p1\n");
  EXPECT_EQ(downs(commit_with(crash_on("p1", "prepared")).run()), "7ms crash p1\n");
  EXPECT_EQ(downs(commit_with(crash_on("p1", "decided")).run()), "21ms crash p1\n");
  EXPECT_EQ(downs(commit_with(crash_on("c", "decided")).run()), "14ms crash c\n");
  EXPECT_EQ(downs(commit_with(crash_on("c", "told")).run()), "14ms crash c\n");
  EXPECT_EQ(downs(commit_with(crash_on("c", "ended")).run()), "26ms crash c\n");
  EXPECT_EQ(downs(commit_with(crash_on("p1", "ended")).run()), "21ms crash p1\n");
}

/// p1's last step begins at 19 and ends at 21; p2, whose disk is faster, ends its own at 20.
TEST(SimulatorFault, AProcessHasEndedWhenItsLastStepIsOver) {
  TimedPlay play = commit_with(crash_on("p1", "ended"));
  DistributionSpec fast;
  fast.first = {1'000};
  play.timed.forces.emplace_back(fast);
  play.timed.disk[2] = 1;
  EXPECT_EQ(downs(play.run()), "21ms crash p1\n");
}

// ---- Recoveries.

TEST(SimulatorFault, ARecoveryComesWhenItsTimeHasPassed) {
  TimedPlay play = commit_with(recovering(crash_at("c", 10), 30));
  play.run();
  EXPECT_EQ(play.lines_with("recover"), "40ms recover c\n");
  ASSERT_EQ(play.summary.spans.size(), 1U);
  EXPECT_EQ(play.summary.spans[0].to_us, 40'000);
  EXPECT_EQ(play.summary.faults.recoveries, 1);
  // The votes have waited for it; then the participants ask, and abort is presumed.
  EXPECT_EQ(play.lines_with("->c"),
            "40ms deliver yes(p1->c)\n"
            "40ms deliver yes(p2->c)\n"
            "112ms deliver inquire(p1->c)\n"
            "112ms deliver inquire(p2->c)\n"
            "124ms deliver ack(p1->c)\n"
            "124ms deliver ack(p2->c)\n");
  EXPECT_EQ(play.summary.txs.at(0).decided_us, 119'000);
}

/// p1 has voted with a record that is not forced.
TEST(SimulatorFault, ARecoveryKeepsOrLosesTheTail) {
  const TwoPhaseCommit::Config unforced{{}, TwoPhaseCommit::Mistake::vote_unforced};
  const auto recovered = [&](TailRule tail) {
    TimedPlay play = commit_with(recovering(crash_at("p1", 6), 20, tail), unforced);
    play.run();
    return play.lines_with("recover") + play.lines_with("p1 decide");
  };
  EXPECT_EQ(recovered(TailRule::kept),
            "26ms recover p1 tail=keep\n"
            "28ms   p1 decide commit\n");
  EXPECT_EQ(recovered(TailRule::lost),
            "26ms recover p1 tail=lose\n"
            "26ms   p1 decide abort\n");
}

/// The second crash falls into the recovery of the first.
TEST(SimulatorFault, ACrashInsideARecovery) {
  TimedPlay play = commit_with(recovering(crash_after("c", "answer commit"), 20));
  add_fault(play, recovering(crash_sent_to("c", {"p2"}, "commit"), 30));
  play.run();
  EXPECT_EQ(downs(play),
            "12ms deliver yes(p2->c), crash c after answer commit\n"
            "34ms recover c, crash c after send commit p2\n"
            "34ms recover c, crash c after send commit p2\n"
            "64ms recover c\n"
            "14ms   c is down\n"
            "34ms   c is down\n");
  ASSERT_EQ(play.summary.spans.size(), 2U);
  EXPECT_EQ(play.summary.spans[0].to_us, 34'000);
  EXPECT_EQ(play.summary.spans[1].from_us, 34'000);
  EXPECT_EQ(play.summary.spans[1].to_us, 64'000);
}

// ---- Partitions.

PartitionFault cut(const std::vector<std::vector<std::string>>& groups) {
  PartitionFault fault;
  for (const auto& group : groups)
    fault.groups.value.push_back(texts_of(group));
  return fault;
}
PartitionFault cut_from(std::int64_t from_ms, std::optional<std::int64_t> to_ms) {
  PartitionFault fault = cut({{"c", "p1"}, {"p2"}});
  fault.from = ms(from_ms);
  if (to_ms) fault.to = ms(*to_ms);
  return fault;
}

TEST(SimulatorFault, APartitionLosesWhatIsUnderWayAndWhatIsSent) {
  TimedPlay play = commit_with(cut_from(6, 20));
  play.run();
  EXPECT_EQ(play.lines_with("partition") + play.lines_with("heal"),
            "6ms partition {c,p1} | {p2}\n"
            "20ms heal\n");
  EXPECT_EQ(play.summary.counts.lost, 1);  // p2's yes
  EXPECT_EQ(play.summary.txs.at(0).answer, Outcome::abort);
  EXPECT_EQ(play.summary.txs.at(0).answered_us, 102'000);
  ASSERT_EQ(play.summary.spans.size(), 1U);
  EXPECT_EQ(play.summary.spans[0].to_us, 20'000);
}

/// A message that leaves after a force is under way in the model from its step on. p2 forces from 5
/// to 7: a cut that is over by then still loses its vote.
TEST(SimulatorFault, APartitionDuringAForceLosesWhatComesAfterIt) {
  TimedPlay play = commit_with(cut_from(6, 7));
  play.run();
  EXPECT_EQ(play.summary.counts.lost, 1);
  EXPECT_EQ(play.lines_with("deliver yes"), "12ms deliver yes(p1->c)\n");
}

TEST(SimulatorFault, APartitionMayHoldMessages) {
  TimedPlay play = commit_with(cut_from(6, 20));
  play.rules.across_cut = AcrossCut::hold;
  play.run();
  EXPECT_EQ(play.lines_with("deliver yes"),
            "12ms deliver yes(p1->c)\n"
            "20ms deliver yes(p2->c)\n");
  EXPECT_EQ(play.summary.counts.lost, 0);
}

TEST(SimulatorFault, APartitionWithoutAnEnd) {
  TimedPlay play = commit_with(cut_from(6, std::nullopt));
  play.run();
  EXPECT_EQ(play.lines_with("heal"), "");
  EXPECT_EQ(play.summary.ended, Ended::retries);
  EXPECT_EQ(play.summary.spans.at(0).to_us, -1);
}

TEST(SimulatorFault, APartitionOfOneDirection) {
  PartitionFault fault = cut({{"p2"}, {"c", "p1"}});
  fault.one_way.value = true;
  fault.from = ms(0);
  fault.to = ms(10);
  TimedPlay play = commit_with(fault);
  play.run();
  EXPECT_EQ(play.lines_with("partition"), "0us partition {p2} -> {c,p1}\n");
  EXPECT_EQ(play.lines_with("deliver prepare"),
            "5ms deliver prepare(c->p1)\n"
            "5ms deliver prepare(c->p2)\n");
  EXPECT_EQ(play.summary.counts.lost, 1);  // p2's yes
}

TEST(SimulatorFault, APartitionByACause) {
  PartitionFault fault = cut({{"c"}, {"p1", "p2"}});
  fault.on = text_of("prepared");
  fault.of = text_of("p2");
  fault.heal_after = ms(50);
  TimedPlay play = commit_with(fault);
  play.run();
  EXPECT_EQ(play.lines_with("partition") + play.lines_with("heal"),
            "7ms partition {c} | {p1,p2}\n"
            "57ms heal\n");
  EXPECT_EQ(play.summary.counts.lost, 2);
}

// ---- Pauses.

PauseFault pause(const std::string& node, std::optional<std::int64_t> for_ms) {
  PauseFault fault;
  fault.node = text_of(node);
  if (for_ms) fault.lasts = ms(*for_ms);
  return fault;
}

TEST(SimulatorFault, APauseAtATime) {
  PauseFault fault = pause("p1", 20);
  fault.at = ms(6);
  TimedPlay play = commit_with(fault);
  play.run();
  EXPECT_EQ(play.lines_with("pause") + play.lines_with("resume"),
            "6ms pause p1\n"
            "26ms resume p1\n");
  // Its force was done at 7, but it did not notice.
  EXPECT_EQ(play.lines_with("p1 send yes"), "26ms   p1 send yes c\n");
  EXPECT_EQ(play.summary.commit_us.max(), 33'000);
  EXPECT_EQ(play.summary.spans.at(0).to_us, 26'000);
}

TEST(SimulatorFault, APauseByACauseWithoutAnEnd) {
  PauseFault fault = pause("c", std::nullopt);
  fault.on = text_of("told");
  TimedPlay play = commit_with(fault);
  play.run();
  EXPECT_EQ(play.lines_with("pause"), "14ms pause c\n");
  EXPECT_EQ(play.lines_with("->c"),
            "12ms deliver yes(p1->c)\n"
            "12ms deliver yes(p2->c)\n");
  EXPECT_EQ(play.summary.end_us, 26'000);
  EXPECT_EQ(play.summary.ended, Ended::quiet);
  EXPECT_EQ(play.summary.undecided, 0);
}

TEST(SimulatorFault, WhatComesDuringAPauseIsHandledInOrderAfterIt) {
  PauseFault fault = pause("c", 100);
  fault.at = ms(1);
  TimedPlay play = commit_with(fault);
  play.run();
  // c's timer for the votes rang at 100, after they had come.
  EXPECT_EQ(play.lines_with("yes(") + play.lines_with("timeout") + play.lines_with("decide"),
            "101ms deliver yes(p1->c)\n"
            "101ms deliver yes(p2->c)\n"
            "107ms timeout p1 decision\n"
            "107ms timeout p2 decision\n"
            "103ms   c decide commit\n"
            "110ms   p1 decide commit\n"
            "110ms   p2 decide commit\n");
}

TEST(SimulatorFault, ACrashEndsAPause) {
  PauseFault fault = pause("c", 100);
  fault.at = ms(1);
  TimedPlay play = commit_with(fault);
  add_fault(play, recovering(crash_at("c", 50), 10));
  play.run();
  EXPECT_EQ(play.lines_with("resume"), "");
  ASSERT_EQ(play.summary.spans.size(), 2U);
  EXPECT_EQ(play.summary.spans[0].to_us, 50'000);
  EXPECT_EQ(play.summary.spans[1].to_us, 60'000);
}

// ---- Messages.

MessageFault message(MessageFault::Kind kind, const std::string& name, int count = 1) {
  MessageFault fault;
  fault.kind = kind;
  fault.message = text_of(name);
  fault.count.value = count;
  return fault;
}
using Kind = MessageFault::Kind;

TEST(SimulatorFault, LosesTheFirstThatMatch) {
  TimedPlay play = commit_with(message(Kind::lose, "ack", 3));
  play.run();
  EXPECT_EQ(play.lines_with("lose"),
            "21ms lose ack(p1->c)\n"
            "21ms lose ack(p2->c)\n"
            "119ms lose ack(p1->c)\n");
  EXPECT_EQ(play.lines_with("deliver ack"),
            "124ms deliver ack(p2->c)\n"
            "224ms deliver ack(p1->c)\n");
  EXPECT_EQ(play.summary.faults.losses, 3);
  EXPECT_EQ(play.summary.counts.lost, 3);
}

TEST(SimulatorFault, LosesBySenderAndReceiver) {
  MessageFault fault;
  fault.from = text_of("p2");
  fault.to = text_of("c");
  EXPECT_EQ(commit_with(fault).run().lines_with("lose"), "7ms lose yes(p2->c)\n");
}

TEST(SimulatorFault, LosesInAWindow) {
  MessageFault fault;
  fault.since = ms(7);
  fault.until = ms(14);
  fault.count.value = 2;
  EXPECT_EQ(commit_with(fault).run().lines_with("lose"),
            "7ms lose yes(p1->c)\n"
            "7ms lose yes(p2->c)\n");
  fault.since = ms(8);
  TimedPlay play = commit_with(fault);
  EXPECT_EQ(play.run().lines_with("lose"), "");
  EXPECT_TRUE(play.summary.unused_fault);
}

/// The second copy has a latency of its own, from the arrival of the first.
TEST(SimulatorFault, Duplicates) {
  TimedPlay play = commit_with(message(Kind::duplicate, "prepare"));
  play.run();
  EXPECT_EQ(play.lines_with("prepare(c->p1)"),
            "5ms duplicate prepare(c->p1)\n"
            "10ms deliver prepare(c->p1)\n");
  EXPECT_EQ(play.summary.faults.duplicates, 1);
}

TEST(SimulatorFault, Delays) {
  MessageFault fault = message(Kind::delay, "prepare");
  fault.by = ms(10);
  EXPECT_EQ(commit_with(fault).run().lines_with("deliver prepare"),
            "5ms deliver prepare(c->p2)\n"
            "15ms deliver prepare(c->p1)\n");
}

/// p1's vote is overtaken by its inquiry.
TEST(SimulatorFault, ReordersUntilTheNextOneHasCome) {
  MessageFault fault = message(Kind::reorder, "yes");
  fault.by = ms(1'000);
  TimedPlay play = commit_with(fault);
  play.run();
  EXPECT_EQ(play.lines_with("(p1->c)"),
            "112ms deliver inquire(p1->c)\n"
            "112ms deliver yes(p1->c)\n"
            "114ms deliver ack(p1->c)\n"
            "122ms deliver ack(p1->c)\n");
}

TEST(SimulatorFault, ReordersForALimitedTime) {
  MessageFault fault = message(Kind::reorder, "yes");
  fault.by = ms(30);
  TimedPlay play = commit_with(fault);
  play.run();
  EXPECT_EQ(play.lines_with("(p1->c)"),
            "42ms deliver yes(p1->c)\n"
            "56ms deliver ack(p1->c)\n");
}

TEST(SimulatorFault, MessagesWithinANodeAreBeyondFaults) {
  auto setup = commit_setup_of(2);
  setup.processes[1].node = 0;
  setup.processes[2].node = 1;
  setup.nodes = {"n1", "n2"};
  setup.finish();
  TimedPlay play(commit_model(std::move(setup)));
  MessageFault fault;
  fault.from = text_of("p1");
  add_fault(play, fault);
  play.run();
  EXPECT_EQ(play.lines_with("lose"), "");
  EXPECT_TRUE(play.summary.unused_fault);
}

// ---- Faults that never come.

int unused_line(scenario::Fault fault) {
  TimedPlay play = commit_with(crash_at("p2", 2));
  add_fault(play, std::move(fault));
  play.run();
  return play.summary.unused_fault ? play.summary.unused_fault->line : 0;
}

TEST(SimulatorFault, ReportsWhatNeverCame) {
  EXPECT_EQ(unused_line(crash_at("p2", 5)), 2);  // it is down already
  EXPECT_EQ(unused_line(crash_at("p1", 5)), 0);
  EXPECT_EQ(unused_line(crash_at("p1", 61'000)), 2);  // after the limit
  EXPECT_EQ(unused_line(crash_on("p2", "decided")), 2);
  EXPECT_EQ(unused_line(crash_after("c", "force commit")), 2);
  EXPECT_EQ(unused_line(crash_after("c", "force abort")), 0);
  EXPECT_EQ(unused_line(message(Kind::lose, "unsure")), 2);
  EXPECT_EQ(unused_line(message(Kind::lose, "yes", 1)), 0);
  EXPECT_EQ(unused_line(message(Kind::lose, "yes", 2)), 2);
  EXPECT_EQ(unused_line(cut_from(1, 3)), 0);
}

TEST(SimulatorFault, ASecondPartitionInAFirstOneNeverComes) {
  TimedPlay play = commit_with(cut_from(1, 30));
  add_fault(play, cut_from(20, 40));
  play.run();
  ASSERT_TRUE(play.summary.unused_fault);
  EXPECT_EQ(play.summary.unused_fault->line, 2);
  EXPECT_EQ(play.summary.faults.partitions, 1);
}

}  // namespace
}  // namespace concordat
