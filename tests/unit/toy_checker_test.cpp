// Goal: the naive checker finds what is wrong with two-phase commit, by a shortest run, and nothing
// where nothing is wrong; and what it cannot know it calls unknown.
// Method: the known mistakes against the lengths of their shortest runs, counted in events: a start
// and each delivery is one, a crash inside a step belongs to the step. Two participants.
#include <gtest/gtest.h>

#include "protocols/two_phase_commit.hpp"
#include "sim/run/blocking.hpp"
#include "tests/unit/checks.hpp"

namespace concordat {
namespace {

using Mistake = TwoPhaseCommit::Mistake;
using Termination = TwoPhaseCommit::Termination;

constexpr Budget one_crash{.crashes = 1, .recoveries = 1};

std::unique_ptr<Model> two_phase_commit(Mistake mistake,
                                        Termination termination = Termination::none,
                                        bool open_choices = false) {
  return model_of<TwoPhaseCommit>({termination, mistake}, {1, 2}, open_choices);
}

std::string agreement(Mistake mistake, const Rules& rules, const Budget& budget) {
  const auto model = two_phase_commit(mistake);
  return verdicts(toy_check(ask(*model, rules, budget, {"UA"})));
}

/// Applies the run. RETURNS: the world at its end.
World end_of(const Model& model, const Rules& rules, const std::vector<Event>& path) {
  World world = initial_world(model);
  for (const Event& event : path)
    EXPECT_TRUE(apply(model, rules, world, event).has_value());
  return world;
}

// --- What holds ----------------------------------------------------------------------------

/// A crash of the coordinator; that of any process is in toy_checker_slow_test.cpp.
TEST(ToyChecker, TwoPhaseCommitIsSafe) {
  const auto model = two_phase_commit(Mistake::none);
  Rules rules;
  rules.keeps.timed_out = true;
  const Budget budget{.crashes = 1, .recoveries = 1, .may_crash = 1};
  const CheckResult result = toy_check(ask(*model, rules, budget, {"UA", "CA", "VC", "VAw", "IR"}));
  EXPECT_EQ(verdicts(result), "UA holds, CA holds, VC holds, VAw holds, IR holds");
  EXPECT_TRUE(result.complete);
  EXPECT_TRUE(result.committed);
  EXPECT_TRUE(result.aborted);
}

TEST(ToyChecker, TwoPhaseCommitBlocksOnlyWhenTheCoordinatorIsDown) {
  const auto model = two_phase_commit(Mistake::none, Termination::none, true);
  EXPECT_EQ(verdicts(toy_check(ask(*model, {}, {}, {"NB"}))), "NB holds");

  Rules synchronous{.timing = TimingModel::synchronous, .tail = TailRule::kept};
  const CheckResult result =
      toy_check(ask(*model, synchronous, {.crashes = 1, .may_crash = 1}, {"NB"}));
  EXPECT_EQ(verdicts(result), "NB violated in 2");
  const PropertyVerdict& verdict = result.properties.front();
  EXPECT_EQ(model->setup().slot_name(*verdict.blocked), "p1");

  // The coordinator reaches p1 only and is gone; p1 votes yes and will never hear more.
  ASSERT_EQ(verdict.path.size(), 2U);
  EXPECT_TRUE(verdict.path[0].plan.cut.has_value());
  const World world = end_of(*model, synchronous, verdict.path);
  EXPECT_EQ(state_of(*model, world, 1, verdict.blocked->process).history.vote, Vote::yes);

  // The search from that world alone, which names the cure, agrees.
  const BlockingReport report = find_blocked(*model, synchronous, world);
  ASSERT_EQ(report.blocked.size(), 1U);
  EXPECT_EQ(report.blocked.front().slot.process, verdict.blocked->process);
}

/// A delay is no reason to abort, but asynchronous timers abort all the same.
TEST(ToyChecker, EachPropertyIsJudgedAsIfAlone) {
  const auto model = two_phase_commit(Mistake::none);
  EXPECT_EQ(verdicts(toy_check(ask(*model, {}, {}, {"UA", "VAs", "NB"}))),
            "UA holds, VAs violated in 1, NB holds");
  const CheckResult alone = toy_check(ask(*model, {}, {}, {"UA"}));
  const CheckResult together = toy_check(ask(*model, {}, {}, {"VAs", "UA"}));
  EXPECT_EQ(alone.states, together.states);
  EXPECT_EQ(alone.transitions, together.transitions);
}

// --- What is found -------------------------------------------------------------------------

TEST(ToyChecker, FindsEachMistakeByAShortestRun) {
  EXPECT_EQ(agreement(Mistake::vote_unforced, {}, one_crash), "UA violated in 7");    // M1
  EXPECT_EQ(agreement(Mistake::decide_unforced, {}, one_crash), "UA violated in 9");  // M2
  EXPECT_EQ(agreement(Mistake::ack_unforced, {}, one_crash), "UA violated in 13");    // M3
  EXPECT_EQ(agreement(Mistake::abort_in_doubt, {}, one_crash), "UA violated in 6");   // M12
  EXPECT_EQ(agreement(Mistake::abort_in_doubt, {}, {}), "UA violated in 6");          // no crash
}

/// M25. p1 is in doubt and asks p2, which works still, answers "abort", and then votes yes:
/// start; p1 prepares and votes (2 deliveries); its timer; the inquiry; p2 prepares and votes (2),
/// which commits; the stale answer reaches p1. No fault at all.
TEST(ToyChecker, AnAnswerWithoutAnAbortSplits) {
  const auto mistaken = two_phase_commit(Mistake::answer_without_abort, Termination::cooperative);
  EXPECT_EQ(verdicts(toy_check(ask(*mistaken, {}, {}, {"UA"}))), "UA violated in 8");
  const auto alone = two_phase_commit(Mistake::answer_without_abort, Termination::none);
  EXPECT_EQ(verdicts(toy_check(ask(*alone, {}, {}, {"UA"}))), "UA holds");  // nobody asks it
}

TEST(ToyChecker, APathEndsInItsViolation) {
  const Property& agreed = *find_property("UA");
  const auto model = two_phase_commit(Mistake::vote_unforced);
  const CheckResult result = toy_check(ask(*model, {}, one_crash, {"UA"}));
  std::vector<Event> path = result.properties.front().path;
  EXPECT_FALSE(satisfied(agreed, *model, end_of(*model, {}, path)));
  path.pop_back();
  EXPECT_TRUE(satisfied(agreed, *model, end_of(*model, {}, path)));
}

// --- What is not known ---------------------------------------------------------------------

TEST(ToyChecker, ALimitMakesAVerdictUnknown) {
  const auto model = two_phase_commit(Mistake::none);
  CheckRequest request = ask(*model, {}, one_crash, {"UA", "NB"});
  request.limits.max_states = 1000;
  EXPECT_EQ(verdicts(toy_check(request)), "UA unknown, NB unknown");
  EXPECT_EQ(toy_check(request).limit, "states");

  request.limits = {.max_depth = 5};
  EXPECT_EQ(verdicts(toy_check(request)), "UA unknown, NB unknown");
  EXPECT_EQ(toy_check(request).limit, "depth");

  request.limits = {};
  request.progress = [](const SearchProgress&) { return "stopped"; };
  EXPECT_EQ(verdicts(toy_check(request)), "UA unknown, NB unknown");
  EXPECT_EQ(toy_check(request).limit, "stopped");
}

TEST(ToyChecker, WhatIsFoundBeforeALimitIsFound) {
  const auto model = two_phase_commit(Mistake::vote_unforced);
  CheckRequest request = ask(*model, {}, one_crash, {"UA", "VC"});
  request.limits.max_depth = 8;
  EXPECT_EQ(verdicts(toy_check(request)), "UA violated in 7, VC unknown");
  request.limits.max_depth = 7;
  EXPECT_EQ(verdicts(toy_check(request)), "UA unknown, VC unknown");
}

std::unique_ptr<Model> with_a_no_vote() {
  Setup setup = make_setup({TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end()}, {1, 2});
  setup.choices = {{1, ProcessId::at(1), "vote", "no"}};
  return make_model<TwoPhaseCommit>({}, std::move(setup));
}

TEST(ToyChecker, AVerdictAboutNothingIsVacuous) {
  const auto model = with_a_no_vote();
  EXPECT_EQ(verdicts(toy_check(ask(*model, {}, {}, {"UA", "VC"}))), "UA holds, VC holds (vacuous)");
}

}  // namespace
}  // namespace concordat
