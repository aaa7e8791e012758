// Goal: partial order reduction changes no answer. Method: the plain search, which others compare
// with the naive checker, against the reduced one on many models (two-phase commit and its
// mistakes, published models, transfers under every lock policy, the probes, a protocol that does
// anything), under drawn rules and budgets: the same verdicts, goals and end states, from no more
// states, and every counterexample replays. Then what must be smaller, alone and beside symmetry,
// threads and the other orders.
#include <cstdlib>
#include <gtest/gtest.h>

#include "sim/explore/explorer.hpp"
#include "tests/models/tcommit.hpp"
#include "tests/models/two_phase.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/dice_protocol.hpp"
#include "tests/unit/drawn_settings.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

/// The environment variable CONCORDAT_STATES makes the comparison longer: spaces up to so many
/// states.
std::int64_t most_states() {
  const char* text = std::getenv("CONCORDAT_STATES");
  return text == nullptr ? 20'000 : std::atoll(text);
}

/// CONCORDAT_SEEDS makes it so many times as long.
int times() {
  const char* text = std::getenv("CONCORDAT_SEEDS");
  return text == nullptr ? 1 : std::atoi(text);
}

/// What must not change.
std::string answers(const CheckResult& result) {
  std::string out = result.limit.empty() ? "complete" : result.limit;
  for (const PropertyVerdict& verdict : result.properties) {
    out += ", " + verdict.code + " ";
    out += enum_name(verdict.verdict);
    if (verdict.vacuous) out += " (vacuous)";
  }
  for (const GoalVerdict& goal : result.goals) {
    out += ", goal ";
    out += enum_name(goal.reach);
  }
  out += ", " + std::to_string(result.end_states) + " ends";
  if (!result.past_bound.empty()) out += ", past a bound";
  if (result.committed) out += ", commits";
  if (result.aborted) out += ", aborts";
  return out;
}

World replayed(const CheckRequest& request, const std::vector<Event>& path) {
  World world = initial_world(*request.model);
  for (const Event& event : path)
    EXPECT_TRUE(apply(*request.model, request.rules, world, event));
  return world;
}

void replay(const CheckRequest& request, const CheckResult& result) {
  for (const PropertyVerdict& verdict : result.properties) {
    if (verdict.verdict != Verdict::violated) continue;
    const World world = replayed(request, verdict.path);
    const Property* property = find_property(verdict.name);
    EXPECT_TRUE(property != nullptr ? !satisfied(*property, *request.model, world)
                                    : undecided(*request.model, world, *verdict.blocked));
  }
  for (std::size_t i = 0; i < result.goals.size(); ++i) {
    if (result.goals[i].reach != Reach::reached) continue;
    const World world = replayed(request, result.goals[i].path);
    EXPECT_TRUE(is_met(request.goals[i], *request.model, world)) << request.goals[i].text;
  }
}

struct Sizes {
  std::int64_t plain = 0;
  std::int64_t reduced = 0;
  int on = 0;
};

/// RETURNS: false if the plain space is too large to say anything.
bool compare(CheckRequest request, Sizes& sizes) {
  request.limits.max_states = most_states();
  request.search.most_future_steps = most_states() / 2;
  const CheckResult plain = explore_all(request);
  if (!plain.complete) return false;
  request.search.partial_order = true;
  const CheckResult reduced = explore_all(request);
  EXPECT_EQ(answers(reduced), answers(plain)) << reduced.partial_order;
  EXPECT_LE(reduced.states, plain.states);
  EXPECT_LE(reduced.transitions, plain.transitions);
  replay(request, reduced);
  sizes.plain += plain.states;
  sizes.reduced += reduced.states;
  sizes.on += reduced.partial_order == "on" ? 1 : 0;
  return true;
}

void add_goals(CheckRequest& request, bool with_blocks) {
  const std::string first = request.model->setup().process_names.front();
  const std::string last = "t1 " + request.model->setup().process_names.back();
  std::vector<std::string> texts{
      "commit", "anybody in doubt and " + first + " down", last + " commits and anybody aborts"};
  if (with_blocks) {
    texts.push_back(last + " blocks");
    texts.emplace_back("anybody down and anybody blocks");
  }
  for (const std::string& text : texts) {
    auto goal = parse_goal(request.model->setup(), text);
    ASSERT_TRUE(goal.ok()) << text;
    request.goals.push_back(std::move(*goal));
  }
}

/// On `count` drawn settings, each with drawn properties: what nobody asks leaves more freedom.
Sizes compare(const Model& model, std::uint64_t seed, int count) {
  Random random = Random::stream(seed, "settings");
  Sizes sizes;
  for (int i = 0; i < cases(count); ++i) {
    SCOPED_TRACE("setting " + std::to_string(i));
    Rules rules;
    Budget budget;
    draw(random, rules, budget);
    draw_writes(random, model, budget);
    if (random.below(2) == 0) budget.partitions = 0;
    CheckRequest request = ask(model, rules, budget, {});
    for (const Property& property : safety_properties())
      if (random.below(2) == 0 && (property.code != "RC" || !model.setup().conserved.empty()))
        request.properties.push_back(&property);
    request.rules.keeps = {};
    for (const Property* property : request.properties)
      request.rules.keeps.add(property->reads);
    request.non_blocking = random.below(2) == 0;
    if (random.below(3) == 0) add_goals(request, request.non_blocking);
    compare(std::move(request), sizes);
    if (testing::Test::HasFailure()) break;
  }
  return sizes;
}

std::unique_ptr<Model> dice(std::uint16_t seed, bool on_one_node) {
  Setup setup = setup_of<Dice>({3});
  if (on_one_node) {
    setup.processes.back().node = 0;
    setup.nodes.pop_back();
    setup.finish();
  }
  return make_model<Dice>({seed}, std::move(setup));
}

void expect_smaller(const Sizes& sizes) {
  EXPECT_GT(sizes.on, 0);
  EXPECT_LT(sizes.reduced, sizes.plain);
}

TEST(PartialOrder, TwoPhaseCommit) {
  expect_smaller(compare(*model_of<TwoPhaseCommit>({}, {1, 1}), 1, 40));
  expect_smaller(compare(*model_of<TwoPhaseCommit>({}, {1, 2}, false), 2, 40));
  expect_smaller(compare(
      *model_of<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}}, {1, 2}), 3, 40));
}

TEST(PartialOrder, TwoPhaseCommitWithMistakes) {
  for (int i = 1; i < enum_count<TwoPhaseCommit::Mistake>(); ++i) {
    const auto mistake = static_cast<TwoPhaseCommit::Mistake>(i);
    SCOPED_TRACE(enum_name(mistake));
    compare(*model_of<TwoPhaseCommit>({{}, mistake}, {1, 1}), 10 + static_cast<unsigned>(i), 16);
    compare(
        *model_of<TwoPhaseCommit>({{}, mistake}, {1, 2}, false), 20 + static_cast<unsigned>(i), 16);
  }
}

TEST(PartialOrder, PublishedModels) {
  compare(*model_of<TCommit>({3}, {}), 30, 10);
  expect_smaller(compare(*model_of<TwoPhase>({}, {1, 2}), 31, 40));
}

TEST(PartialOrder, Transfers) {
  std::uint64_t seed = 40;
  for (const LockPolicy locks : all_policies) {
    SCOPED_TRACE(enum_name(locks));
    compare(*transfers(1, locks), ++seed, 12);
    compare(*transfers(1, locks, true), ++seed, 12);
    compare(*transfers(2, locks, true), ++seed, 8);
  }
}

TEST(PartialOrder, Probes) {
  expect_smaller(compare(*tcc(TccBranch::Fence::on, 1), 60, 30));
  compare(*tcc(TccBranch::Fence::off, 1), 61, 30);
  compare(*outbox(OutboxRelay::Mistake::none, 1), 62, 30);
  compare(*paxos(PaxosAcceptor::Mistake::none, 1, 1), 63, 30);
}

TEST(PartialOrder, Chaos) {
  std::uint64_t seed = 70;
  for (const LockPolicy locks : all_policies) {
    SCOPED_TRACE(enum_name(locks));
    compare(*chaos({.actors = 1, .actions = 1}, locks), ++seed, 3);
  }
}

// Small protocols that nobody thought of, where everything that commutes or does not comes up.
TEST(PartialOrder, Dice) {
  Sizes all;
  for (std::uint16_t seed = 0; seed < cases(120) * times(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Sizes sizes = compare(*dice(seed, seed % 8 == 0), 1000U + seed, 4);
    all.plain += sizes.plain;
    all.reduced += sizes.reduced;
    all.on += sizes.on;
    if (testing::Test::HasFailure()) break;
  }
  expect_smaller(all);
}

// After a decision everything that is left commutes, so one order of it is enough: without faults
// what is left of the lattice of orders is its edge.
TEST(PartialOrder, LeavesLittleOfTheOrdersOfACommit) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 4}, false);
  Rules rules;
  rules.timing = TimingModel::synchronous;
  CheckRequest request = ask(*model, rules, {}, {"UA"});
  const CheckResult plain = explore_all(request);
  request.search.partial_order = true;
  const CheckResult reduced = explore_all(request);
  EXPECT_EQ(plain.states, 162);
  EXPECT_EQ(reduced.states, 29);
  EXPECT_EQ(answers(reduced), answers(plain));
}

TEST(PartialOrder, GoesWithSymmetryThreadsAndOtherOrders) {
  const auto model = model_of<TwoPhaseCommit>({{}, TwoPhaseCommit::Mistake::ack_unforced}, {1, 3});
  Rules rules;
  rules.timing = TimingModel::synchronous;
  CheckRequest request = ask(*model, rules, {.crashes = 1, .recoveries = 1}, {"UA", "VC", "IR"});
  const std::string plain = answers(explore_all(request));
  request.search.partial_order = true;
  const CheckResult alone = explore_all(request);
  EXPECT_EQ(answers(alone), plain);
  for (const int threads : {2, 3}) {
    request.search.threads = threads;
    const CheckResult shared = explore_all(request);
    EXPECT_EQ(shared.states, alone.states);
    EXPECT_EQ(shared.transitions, alone.transitions);
    EXPECT_EQ(verdicts(shared), verdicts(alone));
  }
  request.search.threads = 1;
  request.search.order = SearchOrder::depth_first;
  EXPECT_EQ(answers(explore_all(request)), plain);
  request.search.order = SearchOrder::fewest_faults;
  const CheckResult fewest = explore_all(request);
  EXPECT_EQ(answers(fewest), plain);
  request.search.order = SearchOrder::breadth_first;
  request.search.symmetry = true;
  request.search.partial_order = false;
  const CheckResult orbits = explore_all(request);
  request.search.partial_order = true;
  const CheckResult both = explore_all(request);
  EXPECT_EQ(answers(both), answers(orbits));
  EXPECT_LT(both.states, orbits.states);
  EXPECT_LT(both.states, alone.states);
}

TEST(PartialOrder, IsOffWithAReason) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  Rules rules;
  rules.delivery = Delivery::duplicating;
  CheckRequest request = ask(*model, rules, {}, {"UA"});
  EXPECT_EQ(explore_all(request).partial_order, "");
  const std::int64_t states = explore_all(request).states;
  request.search.partial_order = true;
  EXPECT_EQ(explore_all(request).partial_order, "off: messages stay in flight");
  EXPECT_EQ(explore_all(request).states, states);
  request.rules.delivery = Delivery::unordered;
  request.search.most_future_steps = 100;
  EXPECT_EQ(explore_all(request).partial_order, "off: too many steps could come up");
}

}  // namespace
}  // namespace concordat
