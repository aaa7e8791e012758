// Goal and method as in toy_checker_test.cpp, where a run takes minutes and not seconds.
#include <gtest/gtest.h>

#include "protocols/two_phase_commit.hpp"
#include "tests/unit/checks.hpp"

namespace concordat {
namespace {

using Mistake = TwoPhaseCommit::Mistake;
using Termination = TwoPhaseCommit::Termination;

constexpr Budget one_crash{.crashes = 1, .recoveries = 1};

TEST(ToyCheckerSlow, ThreeParticipantsAreSafe) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 3}, false);
  const CheckResult result = toy_check(ask(*model, {}, one_crash, {"UA", "VC"}));
  EXPECT_EQ(verdicts(result), "UA holds, VC holds");
  EXPECT_EQ(result.states, 1'219'729);
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
  EXPECT_EQ(verdicts(toy_check(ask(*model, {}, one_crash, {"UA", "NB"}))),
            "UA holds, NB violated in 4");
}

}  // namespace
}  // namespace concordat
