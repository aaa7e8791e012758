// Goal and method as in toy_checker_test.cpp, for what takes longer: the safety of two-phase commit
// in every crash, and what each ingredient of a crash does to its mistakes.
#include <gtest/gtest.h>

#include "protocols/two_phase_commit.hpp"
#include "tests/unit/checks.hpp"

namespace concordat {
namespace {

using Mistake = TwoPhaseCommit::Mistake;
using Termination = TwoPhaseCommit::Termination;

constexpr Budget one_crash{.crashes = 1, .recoveries = 1};

std::string agreement(Mistake mistake, const Rules& rules, const Budget& budget) {
  const auto model = model_of<TwoPhaseCommit>({Termination::none, mistake}, {1, 2}, false);
  return verdicts(toy_check(ask(*model, rules, budget, {"UA"})));
}

TEST(ToyCheckerSlow, TwoPhaseCommitIsSafeInCrashesAndRecoveries) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  Rules rules;
  rules.keeps.timed_out = true;
  EXPECT_EQ(verdicts(toy_check(ask(*model, rules, one_crash, {"UA", "CA", "VC", "VAw", "IR"}))),
            "UA holds, CA holds, VC holds, VAw holds, IR holds");
}

TEST(ToyCheckerSlow, ThreeParticipantsAreSafe) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 3}, false);
  EXPECT_EQ(verdicts(toy_check(ask(*model, {}, one_crash, {"UA", "VC"}))), "UA holds, VC holds");
}

/// A write that is not forced matters only if a crash loses it and somebody recovers without it.
TEST(ToyCheckerSlow, AnUnforcedRecordNeedsACrashThatLosesItAndARecovery) {
  const Rules kept{.tail = TailRule::kept};
  const Rules lost{.tail = TailRule::lost};
  for (const Mistake mistake :
       {Mistake::vote_unforced, Mistake::decide_unforced, Mistake::ack_unforced}) {
    SCOPED_TRACE(enum_name(mistake));
    EXPECT_EQ(agreement(mistake, kept, one_crash), "UA holds");
    EXPECT_EQ(agreement(mistake, {}, {}), "UA holds");
    EXPECT_EQ(agreement(mistake, {}, {.crashes = 1}), "UA holds");
    EXPECT_EQ(agreement(mistake, {}, one_crash), agreement(mistake, lost, one_crash));
  }
}

/// Without crashes inside steps, these mistakes are still found: the record stays unforced after
/// its step. M2 takes one event more, for the crash is now an event of its own.
TEST(ToyCheckerSlow, CrashesInsideStepsShortenTheRun) {
  const Rules steps{.crash_points = CrashPoints::steps};
  EXPECT_EQ(agreement(Mistake::vote_unforced, steps, one_crash), "UA violated in 7");
  EXPECT_EQ(agreement(Mistake::decide_unforced, steps, one_crash), "UA violated in 10");
  EXPECT_EQ(agreement(Mistake::ack_unforced, steps, one_crash), "UA violated in 13");
}

/// A third participant makes the story of M25 longer by its own vote: two deliveries.
TEST(ToyCheckerSlow, AnAnswerWithoutAnAbortSplitsThree) {
  const auto model =
      model_of<TwoPhaseCommit>({Termination::cooperative, Mistake::answer_without_abort}, {1, 3});
  EXPECT_EQ(verdicts(toy_check(ask(*model, {}, {}, {"UA"}))), "UA violated in 10");
}

/// Asking each other makes blocking rarer, but not impossible: everybody who is up is in doubt.
TEST(ToyCheckerSlow, CooperativeTerminationIsSafeAndStillBlocks) {
  const auto model = model_of<TwoPhaseCommit>({Termination::cooperative, {}}, {1, 2}, false);
  EXPECT_EQ(verdicts(toy_check(ask(*model, {}, {}, {"UA", "NB"}))), "UA holds, NB holds");
  EXPECT_EQ(verdicts(toy_check(ask(*model, {}, one_crash, {"UA", "NB"}))),
            "UA holds, NB violated in 4");
}

}  // namespace
}  // namespace concordat
