// Goal: a goal means what it says, is found by a shortest run, and changes no other verdict.
// Method: texts are read against a small setup; two-phase commit, of which everybody knows what can
// happen, is searched for goals.
#include <gmock/gmock.h>

#include "sim/explore/explorer.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

using testing::ElementsAre;

std::string error_of(const Setup& setup, const std::string& text) {
  const auto goal = parse_goal(setup, text);
  return goal ? "none" : goal.error().what;
}

TEST(Goal, TextsAreReadStrictly) {
  const auto one = setup_of<TwoPhaseCommit>({1, 2});
  const auto two = setup_of<TwoPhaseCommit>({1, 2}, 2);
  const auto goal = parse_goal(one, "c down and  p1 in doubt and abort");
  ASSERT_TRUE(goal.ok());
  const GoalTerm down{Condition::down, 0, {}, 0};
  const GoalTerm in_doubt{Condition::in_doubt, 1, ProcessId::at(1), -1};
  const GoalTerm abort{Condition::aborts, 0, {}, -1};
  EXPECT_THAT(goal->terms, ElementsAre(down, in_doubt, abort));
  const auto second = parse_goal(two, "t2 p1 commits");
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->terms[0].tx, 2);

  EXPECT_EQ(error_of(one, ""), "`` lacks a condition");
  EXPECT_EQ(error_of(one, "p1 commits and"), "`p1 commits and` lacks a condition");
  EXPECT_EQ(error_of(one, "p1 dances"), "`p1 dances` is no condition");
  EXPECT_EQ(error_of(one, "commits"), "`commits` does not name one process");
  EXPECT_EQ(error_of(one, "p1 p2 commits"), "`p1 p2 commits` does not name one process");
  EXPECT_EQ(error_of(one, "p9 commits"), "there is no process `p9`");
  EXPECT_EQ(error_of(one, "p9 down"), "there is no node `p9`");
  EXPECT_EQ(error_of(one, "t2 p1 commits"), "there is no transaction t2");
  EXPECT_EQ(error_of(two, "p1 commits"), "`p1 commits`: in which transaction?");
}

/// What comes of each goal.
std::string reached(CheckRequest request, const std::vector<std::string>& texts) {
  for (const std::string& text : texts)
    request.goals.push_back(*parse_goal(request.model->setup(), text));
  const CheckResult result = explore_all(request);
  return goals(result);
}

TEST(Goal, TwoPhaseCommitReachesWhatItShould) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  CheckRequest request = ask(*model, {}, {.crashes = 1}, {"UA", "NB"});
  EXPECT_EQ(reached(request,
                    {"p1 commits",
                     "p1 commits and p2 aborts",
                     "p1 blocks",
                     "c down and p1 in doubt",
                     "p1 blocks and p2 commits",
                     "p1 down and p2 down"}),
            ", goal reached in 6, goal unreachable, goal reached in 2, goal reached in 2"
            ", goal reached in 6, goal unreachable");
  request.budget.crashes = 0;
  EXPECT_EQ(reached(request, {"p1 blocks", "c down"}), ", goal unreachable, goal unreachable");
  request.limits.max_depth = 4;
  EXPECT_EQ(reached(request, {"p1 blocks", "p1 commits", "abort"}),
            ", goal unknown, goal unknown, goal reached in 1");
}

TEST(Goal, TheSearchGoesOnForAGoal) {
  // Uniform agreement breaks before everybody has decided: alone, it would end the search.
  const auto model =
      model_of<TwoPhaseCommit>({{}, TwoPhaseCommit::Mistake::abort_in_doubt}, {1, 2}, false);
  CheckRequest request = ask(*model, {}, {}, {"UA"});
  const CheckResult alone = explore_all(request);
  EXPECT_EQ(alone.limit, "violation");
  request.goals.push_back(*parse_goal(model->setup(), "c commits and p1 commits and p2 commits"));
  const CheckResult both = explore_all(request);
  EXPECT_EQ(verdicts(both), verdicts(alone));
  EXPECT_EQ(both.goals[0].reach, Reach::reached);
  EXPECT_GT(both.depth, alone.depth);
}

}  // namespace
}  // namespace concordat
