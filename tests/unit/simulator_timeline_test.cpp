// Goal: things happen exactly when they should. Method: goldens of small runs with constant times,
// every line of which can be checked by hand: 5 ms for a message, 2 ms for a force.
#include <gtest/gtest.h>

#include "tests/unit/timed_play.hpp"

namespace concordat {
namespace {

TEST(SimulatorTimeline, OfACommit) {
  TimedPlay play(commit_model(commit_setup_of(2)));
  play.run();
  EXPECT_EQ(play.timeline(),
            "0us start c\n"
            "0us   c send prepare {p1,p2}\n"
            "5ms deliver prepare(c->p1)\n"
            "5ms deliver prepare(c->p2)\n"
            "7ms   p1 force prepared\n"
            "7ms   p1 vote yes\n"
            "7ms   p1 send yes c\n"
            "7ms   p2 force prepared\n"
            "7ms   p2 vote yes\n"
            "7ms   p2 send yes c\n"
            "12ms deliver yes(p1->c)\n"
            "12ms deliver yes(p2->c)\n"
            "14ms   c force commit\n"
            "14ms   c decide commit\n"
            "14ms   c answer commit\n"
            "14ms   c send commit {p1,p2}\n"
            "19ms deliver commit(c->p1)\n"
            "19ms deliver commit(c->p2)\n"
            "21ms   p1 force commit\n"
            "21ms   p1 decide commit\n"
            "21ms   p1 send ack c\n"
            "21ms   p2 force commit\n"
            "21ms   p2 decide commit\n"
            "21ms   p2 send ack c\n"
            "26ms deliver ack(p1->c)\n"
            "26ms deliver ack(p2->c)\n"
            "26ms   c append end\n");
  EXPECT_EQ(play.summary.counts.messages, 4 * 2);
  EXPECT_EQ(play.summary.counts.local_messages, 0);
  EXPECT_EQ(play.summary.counts.forces, 1 + 2 * 2);
  EXPECT_EQ(play.summary.counts.records, 1 + 2 * 2 + 1);
  // A start, four times two messages, five forces.
  EXPECT_EQ(play.summary.events, 1 + 4 * 2 + 5);
  EXPECT_EQ(play.summary.end_us, 26'000);
  EXPECT_EQ(play.summary.ended, Ended::quiet);
  EXPECT_EQ(play.summary.transactions, 1);
  EXPECT_EQ(play.summary.committed, 1);
  EXPECT_EQ(play.summary.commit_us.max(), 14'000);
  EXPECT_EQ(play.summary.doubt_us.count(), 2);
  EXPECT_EQ(play.summary.doubt_us.sum(), 2 * 14'000);
  ASSERT_EQ(play.summary.txs.size(), 1U);
  EXPECT_EQ(play.summary.txs[0].answered_us, 14'000);
  EXPECT_EQ(play.summary.txs[0].decided_us, 21'000);
}

TEST(SimulatorTimeline, MessagesAndForcesOfMoreParticipants) {
  for (const int participants : {1, 3, 7, 15}) {
    TimedPlay play(commit_model(commit_setup_of(participants)));
    Simulator simulator(*play.model, play.rules, play.timed, play.faults);
    const RunSummary& summary = simulator.run(1);  // followed, it would take a while
    EXPECT_EQ(summary.counts.messages, 4 * participants);
    EXPECT_EQ(summary.counts.forces, 1 + 2 * participants);
    EXPECT_EQ(summary.events, 1 + 4 * participants + 1 + 2 * participants);
    EXPECT_EQ(summary.end_us, 26'000);
  }
}

TEST(SimulatorTimeline, OfAnAbort) {
  auto setup = commit_setup_of(2);
  setup.choices = {{1, ProcessId::at(1), "vote", "no"}};
  TimedPlay play(commit_model(std::move(setup)));
  play.run();
  // p1 forces its abort before it answers; c has no need of p2's vote, which comes while c forces.
  EXPECT_EQ(play.timeline(),
            "0us start c\n"
            "0us   c send prepare {p1,p2}\n"
            "5ms deliver prepare(c->p1)\n"
            "5ms deliver prepare(c->p2)\n"
            "7ms   p1 force abort\n"
            "7ms   p1 decide abort\n"
            "7ms   p1 vote no\n"
            "7ms   p1 send no c\n"
            "7ms   p2 force prepared\n"
            "7ms   p2 vote yes\n"
            "7ms   p2 send yes c\n"
            "12ms deliver no(p1->c)\n"
            "14ms   c force abort\n"
            "14ms   c decide abort\n"
            "14ms   c answer abort\n"
            "14ms   c send abort p2\n"
            "14ms deliver yes(p2->c)\n"
            "19ms deliver abort(c->p2)\n"
            "21ms   p2 force abort\n"
            "21ms   p2 decide abort\n"
            "21ms   p2 send ack c\n"
            "26ms deliver ack(p2->c)\n"
            "26ms   c append end\n");
  EXPECT_EQ(play.summary.abort_us.max(), 14'000);
  EXPECT_TRUE(play.summary.commit_us.empty());
}

/// The votes of p2 and p3 come while c forces its abort: p3's first.
TEST(SimulatorTimeline, WhoComesWhileAProcessForcesIsHandledAfterwardsInOrder) {
  auto setup = commit_setup_of(3);
  setup.choices = {{1, ProcessId::at(1), "vote", "no"}};
  TimedPlay play(commit_model(std::move(setup)));
  const auto latency = [&](int from, std::int64_t us) {
    DistributionSpec spec;
    spec.first = {us};
    play.timed.link[static_cast<std::size_t>(from) * 4] =
        static_cast<int>(play.timed.latencies.size());
    play.timed.latencies.emplace_back(spec);
  };
  latency(2, 6'500);
  latency(3, 5'500);
  play.run();
  EXPECT_EQ(play.lines_with("->c"),
            "12ms deliver no(p1->c)\n"
            "14ms deliver yes(p3->c)\n"
            "14ms deliver yes(p2->c)\n"
            "26500us deliver ack(p3->c)\n"
            "27500us deliver ack(p2->c)\n");
}

/// The forces of the nodes of three transactions that run at the same time.
std::string forces(bool group_commit) {
  TimedPlay play(commit_model(commit_setup_of(1, 3)));
  play.timed.group_commit = group_commit;
  play.run();
  EXPECT_EQ(play.lines_with("deliver t1 prepare") + play.lines_with("deliver t2 prepare") +
                play.lines_with("deliver t3 prepare"),
            "5ms deliver t1 prepare(c->p1)\n"
            "5ms deliver t2 prepare(c->p1)\n"
            "5ms deliver t3 prepare(c->p1)\n")
      << "another transaction of a process goes on while one forces";
  return play.lines_with("force");
}

/// At p1 the first force is under way when the other two are asked for: they share the next flush.
/// At c the second finds an idle disk, and the third comes when that flush has begun.
TEST(SimulatorTimeline, GroupCommit) {
  EXPECT_EQ(forces(true),
            "7ms   t1 p1 force prepared\n"
            "9ms   t2 p1 force prepared\n"
            "9ms   t3 p1 force prepared\n"
            "14ms   t1 c force commit\n"
            "16ms   t2 c force commit\n"
            "18ms   t3 c force commit\n"
            "21ms   t1 p1 force commit\n"
            "23ms   t2 p1 force commit\n"
            "25ms   t3 p1 force commit\n");
}

TEST(SimulatorTimeline, WithoutGroupCommitEachForceIsAFlush) {
  EXPECT_EQ(forces(false),
            "7ms   t1 p1 force prepared\n"
            "9ms   t2 p1 force prepared\n"
            "11ms   t3 p1 force prepared\n"
            "14ms   t1 c force commit\n"
            "16ms   t2 c force commit\n"
            "18ms   t3 c force commit\n"
            "21ms   t1 p1 force commit\n"
            "23ms   t2 p1 force commit\n"
            "25ms   t3 p1 force commit\n");
}

TEST(SimulatorTimeline, AForceThatTakesNoTimeIsNoWait) {
  TimedPlay play(commit_model(commit_setup_of(2)));
  play.timed.forces = {Distribution()};
  play.run();
  EXPECT_EQ(play.summary.end_us, 20'000);
  EXPECT_EQ(play.summary.counts.forces, 5);
  EXPECT_EQ(play.summary.events, 9);  // nothing had to be completed
  EXPECT_EQ(play.summary.commit_us.max(), 10'000);
}

/// p1 has a slow disk.
TEST(SimulatorTimeline, DisksDiffer) {
  TimedPlay play(commit_model(commit_setup_of(2)));
  DistributionSpec slow;
  slow.first = {20'000};
  play.timed.forces.emplace_back(slow);
  play.timed.disk[1] = 1;
  play.run();
  EXPECT_EQ(play.lines_with("force"),
            "7ms   p2 force prepared\n"
            "25ms   p1 force prepared\n"
            "32ms   c force commit\n"
            "39ms   p2 force commit\n"
            "57ms   p1 force commit\n");
}

/// c and p1 live together.
TEST(SimulatorTimeline, MessagesWithinANodeTakeNoTimeAndCountNothing) {
  auto setup = commit_setup_of(2);
  setup.processes[1].node = 0;
  setup.processes[2].node = 1;
  setup.nodes = {"n1", "n2"};
  setup.finish();
  TimedPlay play(commit_model(std::move(setup)));
  play.run();
  EXPECT_EQ(play.lines_with("deliver"),
            "0us deliver prepare(c->p1)\n"
            "2ms deliver yes(p1->c)\n"
            "5ms deliver prepare(c->p2)\n"
            "12ms deliver yes(p2->c)\n"
            "14ms deliver commit(c->p1)\n"
            "16ms deliver ack(p1->c)\n"
            "19ms deliver commit(c->p2)\n"
            "26ms deliver ack(p2->c)\n");
  EXPECT_EQ(play.summary.counts.messages, 4);
  EXPECT_EQ(play.summary.counts.local_messages, 4);
}

/// Nobody votes yes: nothing is logged, and nobody is told.
TEST(SimulatorTimeline, OfReadOnlyVotes) {
  auto setup = commit_setup_of(2);
  setup.choices = {{1, ProcessId::at(1), "vote", "read"}, {1, ProcessId::at(2), "vote", "read"}};
  TimedPlay play(commit_model(std::move(setup)));
  play.run();
  EXPECT_EQ(play.summary.end_us, 10'000);
  EXPECT_EQ(play.summary.counts.messages, 4);
  EXPECT_EQ(play.summary.counts.forces, 0);
  EXPECT_EQ(play.summary.commit_us.max(), 10'000);
  EXPECT_EQ(play.summary.txs.at(0).decided_us, 5'000);  // those who must decide have no stake
  EXPECT_TRUE(play.summary.doubt_us.empty());
}

}  // namespace
}  // namespace concordat
