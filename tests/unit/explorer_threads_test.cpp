// Goal: the number of threads changes nothing that a search says. Method: models with levels so
// large that threads share them, with and without symmetry, to the end, up to a limit of states in
// the middle of a level and with violations far from the start; one thread against two and three,
// and paths event by event.
#include <gtest/gtest.h>

#include "sim/explore/explorer.hpp"
#include "sim/model/event.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/interchange_protocols.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

/// All that a search says, and how large its largest level was.
struct Said {
  std::string all;
  std::int64_t widest = 0;
};

void append_path(const CheckRequest& request, const std::vector<Event>& path, std::string& out) {
  World world = initial_world(*request.model);
  for (const Event& event : path) {
    const auto report = apply(*request.model, request.rules, world, event);
    out += "\n  " + (report ? format(*request.model, event, *report) : "is not enabled");
  }
}

std::string text_of(const CheckRequest& request, const CheckResult& result) {
  std::string out = std::to_string(result.states) + " states, " +
                    std::to_string(result.transitions) + " transitions, depth " +
                    std::to_string(result.depth) + ", " + std::to_string(result.end_states) +
                    " ends, " + std::to_string(result.past_bound_states) + " at bound \"" +
                    result.past_bound + "\", " + result.limit +
                    (result.committed ? ", commits" : "") + (result.aborted ? ", aborts" : "") +
                    ", " + verdicts(result) + goals(result) + ", symmetry " + result.symmetry;
  for (const PropertyVerdict& verdict : result.properties)
    append_path(request, verdict.path, out);
  for (const GoalVerdict& goal : result.goals)
    append_path(request, goal.path, out);
  if (!result.complete) return out;  // what is worked out beyond a limit may depend on threads
  out += ", " + std::to_string(result.local_states) + " local states, " +
         std::to_string(result.messages) + " messages, " + std::to_string(result.steps) + " steps";
  for (const Exercised::Line& line : result.exercised.lines)
    out += "\n  " + line.role + " " + line.state + " " + line.event + " " +
           std::to_string(line.steps) + " " + std::to_string(line.cuts);
  for (const std::string& never : result.exercised.never)
    out += "\n  never " + never;
  return out;
}

Said explore(CheckRequest request, bool symmetry, int threads) {
  Said said;
  request.search.symmetry = symmetry;
  request.search.threads = threads;
  request.progress = [&](const SearchProgress& progress) {
    said.widest = std::max(said.widest, progress.frontier);
    return std::string_view{};
  };
  said.all = text_of(request, explore_all(request));
  return said;
}

/// REQUIRES: a space with levels worth sharing. `symmetric`: with symmetry too.
void expect_threads_agree(const CheckRequest& request, const char* symmetric) {
  constexpr std::int64_t worth_sharing = 2 * 8192;
  for (const bool symmetry : {false, true}) {
    SCOPED_TRACE(symmetry ? "with symmetry" : "without");
    const Said one = explore(request, symmetry, 1);
    const bool is_on = one.all.find(symmetric) != std::string::npos;
    EXPECT_EQ(is_on, symmetry) << one.all.substr(0, 300);
    EXPECT_GE(one.widest, worth_sharing);
    for (const int threads : {2, 3})
      EXPECT_EQ(explore(request, symmetry, threads).all, one.all) << threads << " threads";
  }
}

CheckRequest with_goals(CheckRequest request) {
  for (const char* text : {"anybody commits and c down", "anybody aborts and anybody in doubt"}) {
    auto goal = parse_goal(request.model->setup(), text);
    EXPECT_TRUE(goal.ok()) << text;
    request.goals.push_back(std::move(*goal));
  }
  return request;
}

constexpr const char* on = ", symmetry participant";

TEST(ExplorerThreads, AgreeOnAWholeSpace) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 3}, false);
  expect_threads_agree(
      with_goals(ask(*model, {}, {.crashes = 1, .recoveries = 1}, {"UA", "VC", "IR"})), on);
}

TEST(ExplorerThreads, AgreeOnAViolationFarFromTheStart) {
  const auto model =
      model_of<TwoPhaseCommit>({{}, TwoPhaseCommit::Mistake::ack_unforced}, {1, 3}, false);
  expect_threads_agree(ask(*model, {}, {.crashes = 1, .recoveries = 1}, {"UA", "CA", "IR"}), on);
}

TEST(ExplorerThreads, AgreeOnWhereALimitFalls) {
  const auto model =
      model_of<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}}, {1, 3});
  CheckRequest request = ask(*model, {}, {.crashes = 1, .recoveries = 1}, {"UA", "VC"});
  for (const std::int64_t limit : {100'000, 123'457}) {
    request.limits.max_states = limit;
    expect_threads_agree(request, on);
  }
}

TEST(ExplorerThreads, AgreeWhenSymmetryEndsInTheMiddle) {
  const auto model = model_of<Rank>({Rank::Lie::order_counts}, {1, 3});
  CheckRequest request = ask(*model, {}, {}, {"UA", "VC"});
  request.search.symmetry = true;
  const std::string one = text_of(request, explore_all(request));
  EXPECT_NE(one.find("symmetry off"), std::string::npos);
  request.search.threads = 3;
  EXPECT_EQ(text_of(request, explore_all(request)), one);
}

}  // namespace
}  // namespace concordat
