// Goal: the tale reads as a teacher would tell it, and is true.
// Method: whole tales of hand-made traces, to be read aloud; any random trace can be told.
//
// After a deliberate change of the wording, read the new tale and paste it here.
#include <gtest/gtest.h>
#include <utility>

#include "sim/trace/explain.hpp"
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace {
namespace {

TEST(TraceExplain, HappyCommit) {
  const std::string expected = R"(
"everybody agrees" is a run of two_phase_commit (presume = nothing, termination
= none) with one coordinator (c) and two participants (p1 and p2). p1 and p2
vote; commit needs a yes from every voter.

    1. c starts and sends prepare to p1 and p2.
  2-3. Each of p1 and p2 receives prepare from c, forces `prepared` with its
       data and locks to its log, votes yes and sends yes to c. From now on p1
       and p2 are in doubt: they have voted yes and may not decide alone.
  4-5. c receives yes from p1 and p2, forces `commit` to its log, decides
       commit, tells the client `commit` and sends commit to p1 and p2. This is
       the first decision; from here on nobody may decide otherwise.
  6-7. Each of p1 and p2 receives commit from c, forces `commit` with its data
       to its log, decides commit (its doubt is over) and sends ack to c.
  8-9. c receives ack from p1 and p2 and writes `end` to its log without forcing
       it.

In the end c, p1 and p2 have decided commit.

uniform_agreement, commit_validity and non_blocking held in this run.
)";
  EXPECT_EQ("\n" + explain(samples::happy_commit()), expected);
}

TEST(TraceExplain, ANoNeedsNobody) {
  const std::string expected = R"(
"p2 says no" is a run of two_phase_commit (presume = nothing, termination =
none) with one coordinator (c) and two participants (p1 and p2). p1 and p2 vote;
commit needs a yes from every voter.

    1. c starts and sends prepare to p1 and p2.
    2. p1 receives prepare from c, forces `prepared` with its data and locks to
       its log, votes yes and sends yes to c. From now on p1 is in doubt: it has
       voted yes and may not decide alone.
    3. p2 receives prepare from c, forces `abort` to its log (undoing its data),
       votes no, decides abort and sends no to c. This is the first decision.
       After its own no it needs to ask nobody.
    4. c receives no from p2, forces `abort` to its log, decides abort, tells
       the client `abort` and sends abort to p1.
    5. c receives yes from p1.
    6. p1 receives abort from c, forces `abort` to its log (undoing its data),
       decides abort (its doubt is over) and sends ack to c.

In the end c, p1 and p2 have decided abort. Still under way: ack(p1->c).

uniform_agreement, commit_validity and non_blocking held in this run.
)";
  EXPECT_EQ("\n" + explain(samples::one_no()), expected);
}

TEST(TraceExplain, CoordinatorCrashLeavesTwoBlocked) {
  const std::string expected = R"(
"the coordinator dies after telling only p1" is a run of two_phase_commit
(presume = nothing, termination = none) with one coordinator (c) and three
participants (p1, p2 and p3). p1, p2 and p3 vote; commit needs a yes from every
voter.

    1. c starts and sends prepare to p1, p2 and p3.
  2-4. Each of p1, p2 and p3 receives prepare from c, forces `prepared` with its
       data and locks to its log, votes yes and sends yes to c. From now on p1,
       p2 and p3 are in doubt: they have voted yes and may not decide alone.
  5-7. c receives yes from p1, p2 and p3, forces `commit` to its log, decides
       commit and sends commit to p1. This is the first decision; from here on
       nobody may decide otherwise. Then c crashes right after sending commit to
       p1, before it sends commit to p2 and p3.
    8. p1 receives commit from c, forces `commit` with its data to its log,
       decides commit (its doubt is over) and sends ack to c.
    9. p2 runs into its decision timeout and sends inquire to c. It is in doubt,
       so it can only ask, or wait. Here non_blocking is violated: p2 and p3 are
       up and undecided, and no event but a repair can let them decide.

In the end c and p1 have decided commit. c is down. p2 and p3 are blocked: they
have voted yes and may not decide alone; they wait for commit or abort from c.
Meanwhile p2 holds accounts.bob and p3 holds stock.7, which nobody else can use.
What would free them: recover c. Still under way: ack(p1->c) and inquire(p2->c).

non_blocking is violated: p2 and p3 are up and undecided, and no event but a
repair can let them decide. uniform_agreement and commit_validity held in this
run.
)";
  EXPECT_EQ("\n" + explain(samples::coordinator_crash()), expected);
}

TEST(TraceExplain, CrashBeforeTellingWithTime) {
  const std::string expected = R"(
"c crashes with its decision" is a run of two_phase_commit (presume = nothing,
termination = none) with one coordinator (c) and one participant (p1). p1 votes;
commit needs a yes from every voter.

    1. At 0ms, c starts and sends prepare to p1.
    2. At 5ms, p1 receives prepare from c, forces `prepared` with its data and
       locks to its log, votes yes and sends yes to c. From now on p1 is in
       doubt: it has voted yes and may not decide alone.
    3. At 12ms, c receives yes from p1, forces `commit` to its log and decides
       commit. This is the first decision; from here on nobody may decide
       otherwise. Then c crashes right after forcing `commit`, before it sends
       anything. The decision exists, but only c knows it.
    4. At 87ms, p1 runs into its decision timeout and sends inquire to c. It is
       in doubt, so it can only ask, or wait.
    5. At 10.012s, c comes back with what its log says (tail: all) and sends
       commit to p1.
    6. At 10.017s, p1 receives commit from c, forces `commit` with its data to
       its log, decides commit (its doubt is over) and sends ack to c.
    7. At 10.0245s, c receives ack from p1 and writes `end` to its log without
       forcing it.

In the end c and p1 have decided commit. Still under way: inquire(p1->c).

uniform_agreement, commit_validity and non_blocking held in this run.
)";
  EXPECT_EQ("\n" + explain(samples::crash_before_telling()), expected);
}

TEST(TraceExplain, PartitionAndLoss) {
  const std::string expected = R"(
"the decision meets a cut" is a run of two_phase_commit (presume = nothing,
termination = none) with one coordinator (c) and two participants (p1 and p2).
p1 and p2 vote; commit needs a yes from every voter.

      1. c starts and sends prepare to p1 and p2.
    2-3. Each of p1 and p2 receives prepare from c, forces `prepared` with its
         data and locks to its log, votes yes and sends yes to c. From now on p1
         and p2 are in doubt: they have voted yes and may not decide alone.
      4. c receives yes from p1.
      5. The network splits: c and p1 on one side, p2 on the other. No message
         passes between the sides. The network loses yes on its way from p2 to
         c, at the cut.
      6. c runs into its vote timeout, forces `abort` to its log, decides abort
         and sends abort to p1 and p2. This is the first decision; from here on
         nobody may decide otherwise. The network loses abort on its way from c
         to p2, at the cut.
      7. p1 receives abort from c, forces `abort` to its log (undoing its data),
         decides abort (its doubt is over) and sends ack to c.
      8. The partition heals; every message can pass again.
      9. c runs into its ack timeout and sends abort to p2.
     10. p2 receives abort from c, forces `abort` to its log (undoing its data),
         decides abort (its doubt is over) and sends ack to c.
     11. The network loses ack on its way from p2 to c.

In the end c, p1 and p2 have decided abort. Still under way: ack(p1->c).

uniform_agreement, commit_validity and non_blocking held in this run.
)";
  EXPECT_EQ("\n" + explain(samples::partition_with_loss()), expected);
}

TEST(TraceExplain, TwoTransactions) {
  const std::string expected = R"(
"two transfers over the same account" is a run of two_phase_commit (presume =
nothing, termination = none) with one coordinator (c) and two participants (p1
and p2). p1 and p2 vote; commit needs a yes from every voter. There are two
transactions.

    1. c starts work in transaction 1 and sends prepare to p1 and p2.
    2. c starts work in transaction 2 and sends prepare to p1 and p2.
    3. p1 receives prepare from c in transaction 1, asks its store to lock
       accounts.alice (granted), forces `prepared` with its data and locks to
       its log, votes yes and sends yes to c. From now on p1 is in doubt: it has
       voted yes and may not decide alone.
    4. p1 receives prepare from c in transaction 2, asks its store to lock
       accounts.alice (refused), forces `abort` to its log, votes no, decides
       abort and sends no to c. This is the first decision in transaction 2.
       After its own no it needs to ask nobody.
    5. p2 receives prepare from c in transaction 1, asks its store to lock
       accounts.bob (granted), forces `prepared` with its data and locks to its
       log, votes yes and sends yes to c. From now on p2 is in doubt: it has
       voted yes and may not decide alone.
    6. c receives no from p1 in transaction 2, forces `abort` to its log and
       decides abort.
  7-8. c receives yes from p1 in transaction 1 and p2 in transaction 1, forces
       `commit` to its log, decides commit and sends commit to p1 and p2. This
       is the first decision in transaction 1; from here on nobody may decide
       otherwise.

In the end, in transaction 1, c has decided commit and p1 and p2 have not
decided. In transaction 2, c and p1 have decided abort and p2 has not decided.
Still under way: t1 commit(c->p1), t1 commit(c->p2) and t2 prepare(c->p2).

uniform_agreement, commit_validity and non_blocking held in this run.
)";
  EXPECT_EQ("\n" + explain(samples::two_transactions()), expected);
}

TEST(TraceExplain, SplitDecision) {
  const std::string expected = R"(
"p2 gives up alone" is a run of two_phase_commit (presume = nothing, termination
= none) with one coordinator (c) and two participants (p1 and p2). p1 and p2
vote; commit needs a yes from every voter.

    1. c starts and sends prepare to p1 and p2.
  2-3. Each of p1 and p2 receives prepare from c, forces `prepared` with its
       data and locks to its log, votes yes and sends yes to c. From now on p1
       and p2 are in doubt: they have voted yes and may not decide alone.
    4. p2 runs into its decision timeout, writes `abort` to its log without
       forcing it and decides abort (its doubt is over). This is the first
       decision; from here on nobody may decide otherwise.
  5-6. c receives yes from p1 and p2, forces `commit` to its log, decides commit
       and sends commit to p1 and p2. But p2 decided abort in step 4: the
       transaction is split. Here uniform_agreement is violated: c decided
       commit in step 6, but p2 had decided abort in step 4 of the same
       transaction.
    7. p1 receives commit from c, forces `commit` with its data to its log,
       decides commit (its doubt is over) and sends ack to c.

In the end c and p1 have decided commit and p2 has decided abort. Still under
way: ack(p1->c) and commit(c->p2).

uniform_agreement is violated: c decided commit in step 6, but p2 had decided
abort in step 4 of the same transaction. commit_validity held in this run.
eventual_termination was not reached.
)";
  EXPECT_EQ("\n" + explain(samples::split_decision()), expected);
}

TEST(TraceExplain, TimedRun) {
  const std::string expected = R"(
c crashes when only p1 has been told, and is back after ten seconds; but its
messages to p2 are cut for another second. All that time p2 is in doubt.

"c crashes inside its step, and a one-way cut makes p2 wait longer" is a run of
two_phase_commit (presume = nothing, termination = none) with one coordinator
(c) and two participants (p1 and p2). p1 and p2 vote; commit needs a yes from
every voter. It is a timed run with seed 11400714819323198485.

      1. At 0ms, c starts and sends prepare to p1 and p2.
    2-3. At 5ms, each of p1 and p2 receives prepare from c, forces `prepared`
         with its data and locks to its log, 2ms later votes yes and sends yes
         to c. From 7ms on p1 and p2 are in doubt: they have voted yes and may
         not decide alone.
      4. At 10ms, p1 pauses for 1s: it is up, but does nothing.
    5-6. At 12ms, c receives yes from p1 and p2, forces `commit` to its log, 2ms
         later decides commit, tells the client `commit` and sends commit to p1.
         This is the first decision; from here on nobody may decide otherwise.
         Then, at 14ms, c crashes right after sending commit to p1, before it
         sends commit to p2. It is down until 10.014s. Here non_blocking is
         violated: p2 is blocked and holds accounts.bob; `recover c` would free
         it, it decides in `deliver commit(c->p2)`.
      7. At 1.01s, p1 goes on after its pause.
      8. At 1.01s, p1 receives commit from c, forces `commit` with its data to
         its log, 2ms later decides commit (its doubt of 1.005s is over) and
         sends ack to c.
      9. At 1.017s, the network loses ack on its way from p1 to c, which is
         down.
     10. At 5.007s, p2 runs into its decision timeout and sends inquire to c. It
         has been in doubt for 5s, so it can only ask, or wait.
     11. At 5.012s, the network loses inquire on its way from p2 to c, which is
         down.
     12. At 9s, the network splits: `partition {c} -> {p2}`. It lasts until 11s.
     13. At 10.007s, p2 runs into its decision timeout and sends inquire to c.
         It has been in doubt for 10s, so it can only ask, or wait.
     14. At 10.012s, the network loses inquire on its way from p2 to c, which is
         down.
     15. At 10.014s, c comes back after 10s with what its log says and sends
         commit to p1 and p2. The network loses commit on its way from c to p2,
         at the cut.
     16. At 10.019s, p1 receives commit from c and sends ack to c.
     17. At 10.024s, c receives ack from p1.
     18. At 11s, the partition heals; every message can pass again.
     19. At 12.014s, c runs into its ack timeout and sends commit to p2.
     20. At 12.019s, p2 receives commit from c, forces `commit` with its data to
         its log, 2ms later decides commit (its doubt of 12.014s is over) and
         sends ack to c.
     21. At 12.026s, c receives ack from p2 and writes `end` to its log without
         forcing it.

In the end c, p1 and p2 have decided commit.

The run ended at 12.026s: nothing more could happen. The client was told after
14ms, and the last decision came after 12.021s. p1 was in doubt from 7ms until
1.012s (1.005s); p2 from 7ms until 12.021s (12.014s). p2 was blocked from 14ms
until 11s (10.986s), waiting for deliver commit(c->p2). c was down from 14ms
until 10.014s (10s). p1 was paused from 10ms until 1.01s (1s). The network was
cut from 9s until 11s (2s): {c} -> {p2}.

non_blocking is violated: p2 is blocked and holds accounts.bob; `recover c`
would free it, it decides in `deliver commit(c->p2)`. uniform_agreement and
commit_validity held in this run.
)";
  EXPECT_EQ("\n" + explain(samples::timed_blocking()), expected);
}

TEST(TraceExplain, ManyTimesAreSummedUp) {
  EXPECT_NE(explain(samples::timed_load()).find(R"(
The run ended at 280.5ms: the time limit had come. Of 14 transactions the client
was told of 14, after 12ms; 13 were decided everywhere, after 19ms to 21ms. p1
was in doubt 14 times, for 182.5ms in all and 14ms at most.
)"),
            std::string::npos);
}

TEST(TraceExplain, FewTransactionsAndOpenEnds) {
  Trace trace = samples::timed_load();
  trace.timed->transactions.resize(2);
  trace.timed->transactions[0].answered_us.reset();
  trace.timed->transactions[1].decided_us.reset();
  trace.timed->intervals = {trace.timed->intervals.back(),
                            {"cut", 0, "", 1000, 3500, ""},
                            {"cut", 0, "", 5000, std::nullopt, "{c} -> {p1}"}};
  const std::string text = explain(trace);
  EXPECT_NE(text.find(R"(
The run ended at 280.5ms: the time limit had come. In transaction 1 the client
was never told, and the last decision came after 20ms. In transaction 2 the
client was told after 12ms, and not everyone decided. p1 was in doubt in
transaction 14 since 267ms (13.5ms). The network was cut from 1ms until 3.5ms
(2.5ms); since 5ms (275.5ms): {c} -> {p1}.
)"),
            std::string::npos)
      << text;
}

TEST(TraceExplain, StepsToldTogetherKeepTheirTimes) {
  samples::TraceBuilder t("two at different times", 2);
  t.start().at(0).send("prepare", {"p1", "p2"});
  for (const auto& [name, us] : {std::pair("p1", 5000), std::pair("p2", 6500)}) {
    t.deliver("prepare", "c", name).at(us).force("prepared").later(us + 2000);
    t.effect(EffectKind::vote, "yes").send("yes", {"c"});
  }
  t.trace().timed.emplace();
  EXPECT_NE(explain(t.done()).find(R"(
  2-3. From 5ms to 6.5ms, each of p1 and p2 receives prepare from c, forces
       `prepared` to its log, 2ms later votes yes and sends yes to c. From now
       on p1 and p2 are in doubt: they have voted yes and may not decide alone.
)"),
            std::string::npos);
}

TEST(TraceExplain, AMessageThatChangesNothingIsSaidToDoSo) {
  EXPECT_NE(
      explain(samples::duplicates()).find("7. c receives ack from p1, which changes nothing."),
      std::string::npos);
}

TEST(TraceExplain, AnyTraceCanBeTold) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const std::string text = explain(samples::random_trace(seed));
    EXPECT_TRUE(text.ends_with('\n'));
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << "seed " << seed;
  }
}

}  // namespace
}  // namespace concordat::trace
