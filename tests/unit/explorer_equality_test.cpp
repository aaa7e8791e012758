// Goal: the explorer sees what the naive checker sees, state for state. Method: both explore many
// models (two-phase commit, the probes, transfers under every lock policy, a protocol that does
// anything) under every rule of network, disk and time and under every kind of fault, and must
// agree on states, transitions, levels, end states, verdicts, goals and the lengths of
// counterexamples; each counterexample and each run to a goal is also replayed through `apply`.
#include <cstdlib>
#include <gtest/gtest.h>

#include "sim/explore/explorer.hpp"
#include "tests/models/tcommit.hpp"
#include "tests/models/two_phase.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/drawn_settings.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

/// What both must agree on.
std::string figures(const CheckResult& result) {
  std::string out = std::to_string(result.states) + " states, " +
                    std::to_string(result.transitions) + " transitions, depth " +
                    std::to_string(result.depth) + ", " + std::to_string(result.end_states) +
                    " ends, " + std::to_string(result.past_bound_states) + " at " +
                    (result.past_bound.empty() ? "no bound" : result.past_bound) + ", " +
                    (result.limit.empty() ? "complete" : result.limit) + ", " + verdicts(result);
  out += goals(result);
  if (result.committed) out += ", commits";
  if (result.aborted) out += ", aborts";
  return out;
}

/// Every counterexample is enabled step by step and ends in its violation.
void replay(const CheckRequest& request, const CheckResult& result) {
  for (const PropertyVerdict& verdict : result.properties) {
    if (verdict.verdict != Verdict::violated) continue;
    World world = initial_world(*request.model);
    for (const Event& event : verdict.path)
      ASSERT_TRUE(apply(*request.model, request.rules, world, event)) << verdict.code;
    const Property* property = find_property(verdict.name);
    if (property != nullptr) {
      EXPECT_FALSE(satisfied(*property, *request.model, world));
    } else {
      EXPECT_TRUE(undecided(*request.model, world, *verdict.blocked));
    }
  }
}

/// Every run to a goal is enabled step by step and meets the goal at its end, not earlier.
void replay_goals(const CheckRequest& request, const CheckResult& result) {
  for (std::size_t i = 0; i < result.goals.size(); ++i) {
    const GoalVerdict& verdict = result.goals[i];
    if (verdict.reach != Reach::reached) continue;
    World world = initial_world(*request.model);
    const bool blocks = !blocked_of(request.goals[i], *request.model).empty();
    for (const Event& event : verdict.path) {
      EXPECT_TRUE(blocks || !is_met(request.goals[i], *request.model, world));
      ASSERT_TRUE(apply(*request.model, request.rules, world, event)) << request.goals[i].text;
    }
    EXPECT_TRUE(is_met(request.goals[i], *request.model, world)) << request.goals[i].text;
  }
}

/// The environment variable CONCORDAT_STATES makes the comparison longer: spaces up to so many
/// states.
std::int64_t most_states() {
  const char* text = std::getenv("CONCORDAT_STATES");
  return text == nullptr ? 800 : std::atoll(text);
}

/// Compares whole spaces, or the first levels of a space that is too large.
void expect_equal(CheckRequest request) {
  CheckResult naive = toy_check(request);
  if (naive.limit == "states") {
    request.limits = {.max_depth = naive.depth};
    naive = toy_check(request);
  }
  const CheckResult fast = explore_all(request);
  EXPECT_EQ(figures(fast), figures(naive));
  replay(request, fast);
  replay_goals(request, fast);
}

CheckRequest everything(const Model& model, const Rules& rules, const Budget& budget) {
  CheckRequest request = ask(model, rules, budget, {"UA", "CA", "VC", "VAs", "VAw", "IR", "AT"});
  if (!model.setup().conserved.empty()) request.properties.push_back(find_property("RC"));
  if (applies(*find_property("IS"), model)) request.properties.push_back(find_property("IS"));
  request.non_blocking = true;
  request.rules.keeps.timed_out = true;
  request.limits.max_states = most_states();
  const std::string first = model.setup().process_names.front();
  const std::string last = "t1 " + model.setup().process_names.back();
  for (const std::string& text : {std::string("commit"),
                                  "anybody in doubt and " + first + " down",
                                  last + " commits and anybody aborts",
                                  last + " blocks",
                                  std::string("anybody blocks and anybody commits"),
                                  std::string("anybody down and anybody blocks")}) {
    auto goal = parse_goal(model.setup(), text);
    EXPECT_TRUE(goal.ok()) << text;
    if (goal.ok()) request.goals.push_back(std::move(*goal));
  }
  return request;
}

/// Some properties only, and only what they read of the histories.
void do_without(Random& random, CheckRequest& request) {
  std::erase_if(request.properties, [&](const Property*) { return random.below(2) == 0; });
  request.rules.keeps = {};
  for (const Property* property : request.properties)
    request.rules.keeps.add(property->reads);
}

/// Compares on `count` drawn settings.
void compare(const Model& model, std::uint64_t seed, int count) {
  Random random = Random::stream(seed, "settings");
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE("setting " + std::to_string(i));
    Rules rules;
    Budget budget;
    draw(random, rules, budget);
    draw_writes(random, model, budget);
    CheckRequest request = everything(model, rules, budget);
    if (random.below(2) == 0) do_without(random, request);
    expect_equal(request);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(ExplorerEquality, TwoPhaseCommit) {
  compare(*model_of<TwoPhaseCommit>({}, {1, 1}), 1, 24);
  compare(*model_of<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}}, {1, 2}, false),
          2,
          24);
}

TEST(ExplorerEquality, TwoPhaseCommitWithMistakes) {
  for (int i = 1; i < enum_count<TwoPhaseCommit::Mistake>(); ++i) {
    const auto mistake = static_cast<TwoPhaseCommit::Mistake>(i);
    compare(*model_of<TwoPhaseCommit>({{}, mistake}, {1, 1}), 10 + static_cast<unsigned>(i), 8);
  }
}

TEST(ExplorerEquality, PublishedModels) {
  compare(*model_of<TCommit>({3}, {}), 20, 10);
  compare(*model_of<TwoPhase>({}, {1, 2}), 21, 24);
}

TEST(ExplorerEquality, Transfers) {
  std::uint64_t seed = 30;
  for (const LockPolicy locks : all_policies) {
    SCOPED_TRACE(enum_name(locks));
    compare(*transfers(1, locks), ++seed, 8);
    compare(*transfers(1, locks, true), ++seed, 8);
    compare(*transfers(2, locks, true), ++seed, 8);
  }
}

TEST(ExplorerEquality, Probes) {
  compare(*tcc(TccBranch::Fence::on, 1), 50, 20);
  compare(*tcc(TccBranch::Fence::off, 1), 51, 20);
  compare(*outbox(OutboxRelay::Mistake::none, 1), 52, 30);
  compare(*paxos(PaxosAcceptor::Mistake::none, 1, 1), 53, 20);
}

// What is not read changes how many states there are, and nothing else.
TEST(ExplorerEquality, HistoryThatNobodyReads) {
  const auto models = {
      model_of<TwoPhaseCommit>({}, {1, 2}),
      model_of<TwoPhaseCommit>({{}, TwoPhaseCommit::Mistake::vote_unforced}, {1, 2}),
      model_of<TwoPhaseCommit>({{}, TwoPhaseCommit::Mistake::ack_unforced}, {1, 2})};
  Rules rules;
  Budget budget;
  budget.crashes = 1;
  budget.recoveries = 1;
  int smaller = 0;
  for (const auto& model : models)
    for (const Property& property : safety_properties()) {
      if (property.code == "RC") continue;
      CheckRequest request = ask(*model, rules, budget, {property.code});
      request.rules.keeps = {true, true, true};
      const CheckResult all = explore_all(request);
      request.rules.keeps = property.reads;
      const CheckResult few = explore_all(request);
      ASSERT_EQ(few.properties.size(), 1U);
      EXPECT_EQ(few.properties[0].verdict, all.properties[0].verdict) << property.code;
      EXPECT_EQ(few.properties[0].path.size(), all.properties[0].path.size()) << property.code;
      EXPECT_LE(few.states, all.states) << property.code;
      smaller += few.states < all.states ? 1 : 0;
    }
  EXPECT_GT(smaller, 10);
}

TEST(ExplorerEquality, Chaos) {
  std::uint64_t seed = 60;
  for (const LockPolicy locks : all_policies) {
    SCOPED_TRACE(enum_name(locks));
    compare(*chaos({.actors = 1, .actions = 1}, locks), ++seed, 8);
    compare(*chaos({.actors = 2, .on_one_node = true, .actions = 1}, locks), ++seed, 10);
  }
}

}  // namespace
}  // namespace concordat
