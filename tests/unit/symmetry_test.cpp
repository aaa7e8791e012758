// Goal: with symmetry the explorer counts exactly the orbits, and says of every property what it
// says without. Method: against a search that tries every renaming of every world, on drawn
// settings of many models; against known figures; and against requests in which processes that are
// called interchangeable are not, for which symmetry must be off and say why.
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/explore/explorer.hpp"
#include "tests/models/tcommit.hpp"
#include "tests/models/two_phase.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/drawn_settings.hpp"
#include "tests/unit/interchange_protocols.hpp"
#include "tests/unit/orbit_checker.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What does not depend on symmetry, for whole spaces.
std::string answers(const CheckResult& result) {
  std::string out = (result.limit.empty() ? "complete" : result.limit) + ", " + verdicts(result);
  out += goals(result);
  out += (result.committed ? ", commits" : "") + std::string(result.aborted ? ", aborts" : "");
  return out + ", depth " + std::to_string(result.depth) + ", bound " + result.past_bound;
}
std::string figures(const CheckResult& result) {
  return std::to_string(result.states) + " states, " + std::to_string(result.transitions) +
         " transitions, " + std::to_string(result.end_states) + " ends, " +
         std::to_string(result.past_bound_states) + " at a bound, " + answers(result);
}

CheckResult explore(CheckRequest request, bool symmetry) {
  request.search.symmetry = symmetry;
  return explore_all(request);
}
bool is_off(const CheckResult& result) {
  return result.symmetry.starts_with("off: ");
}

/// Every counterexample is enabled step by step and ends in its violation.
void replay(const CheckRequest& request, const CheckResult& result) {
  for (const PropertyVerdict& verdict : result.properties) {
    if (verdict.verdict != Verdict::violated) continue;
    World world = initial_world(*request.model);
    for (const Event& event : verdict.path)
      ASSERT_TRUE(apply(*request.model, request.rules, world, event)) << verdict.code;
    EXPECT_FALSE(satisfied(*find_property(verdict.name), *request.model, world));
  }
}

/// Compares whole spaces, or the first levels of a space that is too large. RETURNS: whether
/// symmetry was on.
bool compare_one(CheckRequest request) {
  CheckResult naive = check_orbits(request);
  if (naive.limit == "states") {
    request.limits = {.max_depth = naive.depth};
    naive = check_orbits(request);
  }
  if (request.limits.max_depth == CheckLimits{}.max_depth) request.limits = {};
  const CheckResult orbits = explore(request, true);
  const CheckResult plain = explore(request, false);
  replay(request, orbits);
  EXPECT_EQ(plain.symmetry, "");
  EXPECT_EQ(answers(orbits), answers(plain));
  EXPECT_EQ(figures(orbits), figures(is_off(orbits) ? plain : naive)) << orbits.symmetry;
  return !is_off(orbits);
}

/// The environment variable CONCORDAT_STATES makes the comparison longer.
std::int64_t most_states() {
  const char* text = std::getenv("CONCORDAT_STATES");
  return text == nullptr ? 150 : std::atoll(text);
}

CheckRequest everything(const Model& model, const Rules& rules, const Budget& budget) {
  CheckRequest request = ask(model, rules, budget, {"UA", "CA", "VC", "VAs", "VAw", "IR", "AT"});
  if (!model.setup().conserved.empty()) request.properties.push_back(find_property("RC"));
  if (applies(*find_property("IS"), model)) request.properties.push_back(find_property("IS"));
  request.rules.keeps.timed_out = true;
  request.limits.max_states = most_states();
  return request;
}

/// Compares on `count` drawn settings. RETURNS: on how many of them symmetry was on.
int compare(const Model& model, std::uint64_t seed, int count) {
  Random random = Random::stream(seed, "settings");
  int on = 0;
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE(std::string(model.info().name) + " " + std::to_string(seed) + ", setting " +
                 std::to_string(i));
    Rules rules;
    Budget budget;
    draw(random, rules, budget);
    if (random.below(4) == 0) draw_writes(random, model, budget);
    rules.copies = 1;
    if (rules.delivery == Delivery::fifo) rules.delivery = Delivery::unordered;
    if (i % 8 != 0) budget.may_crash = ~0U;
    on += compare_one(everything(model, rules, budget)) ? 1 : 0;
    if (testing::Test::HasFailure()) return on;
  }
  return on;
}

// ---- Orbits, counted.

Rules published() {
  Rules rules;
  rules.delivery = Delivery::duplicating;
  rules.crash_points = CrashPoints::steps;
  return rules;
}

TEST(Symmetry, CountsTheOrbitsOfThePublishedModule) {
  for (const auto& [rms, orbits] : {std::pair{3, 80}, {5, 314}}) {
    const auto model = model_of<TwoPhase>({}, {1, rms});
    const CheckResult result = explore(ask(*model, published(), {}, {"UA", "VC", "IR"}), true);
    EXPECT_EQ(result.symmetry, "rm");
    EXPECT_EQ(result.states, orbits);
    EXPECT_EQ(verdicts(result), "UA holds, VC holds, IR holds");
  }
  const auto model = model_of<TwoPhase>({}, {1, 3});
  EXPECT_EQ(check_orbits(ask(*model, published(), {}, {"UA"})).states, 80);
}

TEST(Symmetry, TheNaiveSearchCountsWorldsIfNobodyIsInterchangeable) {
  const auto model = model_of<TCommit>({3}, {});
  EXPECT_EQ(check_orbits(ask(*model, published(), {}, {})).states, 34);
}

TEST(Symmetry, CountsOrbitsOfPublishedModels) {
  EXPECT_EQ(compare(*model_of<TCommit>({3}, {}), 1, 4), 0);
  EXPECT_GE(compare(*model_of<TwoPhase>({}, {1, 2}), 2, 24), 8);
  EXPECT_GE(compare(*model_of<TwoPhase>({}, {1, 3}), 3, 16), 5);
  EXPECT_GE(compare(*model_of<TwoPhase>({}, {1, 4}), 4, 4), 1);
}

TEST(Symmetry, CountsOrbitsOfTwoPhaseCommit) {
  std::uint64_t seed = 10;
  for (int i = 0; i < enum_count<TwoPhaseCommit::Termination>(); ++i)
    for (int k = 0; k < enum_count<TwoPhaseCommit::Mistake>(); ++k)
      for (const int participants : {2, 3}) {
        const TwoPhaseCommit::Config config{static_cast<TwoPhaseCommit::Termination>(i),
                                            static_cast<TwoPhaseCommit::Mistake>(k)};
        const auto model = model_of<TwoPhaseCommit>(config, {1, participants}, k % 2 == 0);
        EXPECT_GE(compare(*model, ++seed, 6), 1);
      }
}

TEST(Symmetry, CountsOrbitsOfTwoTransactions) {
  EXPECT_GE(compare(*make_model<TwoPhaseCommit>({}, setup_of<TwoPhaseCommit>({1, 2}, 2)), 50, 8),
            3);
}

TEST(Symmetry, CountsOrbitsOfProbes) {
  EXPECT_GE(compare(*paxos(PaxosAcceptor::Mistake::none, 1, 1), 60, 12), 4);
  EXPECT_GE(compare(*paxos(PaxosAcceptor::Mistake::accept_unforced, 2, 1), 61, 12), 4);
  EXPECT_GE(compare(*tcc(TccBranch::Fence::on, 1), 62, 12), 4);
  EXPECT_GE(compare(*tcc(TccBranch::Fence::split, 1), 63, 12), 4);
}

TEST(Symmetry, CountsOrbitsOfSeveralRoles) {
  EXPECT_GE(compare(*model_of<Gossip>({}, {2, 2}), 70, 24), 8);
  EXPECT_GE(compare(*model_of<Gossip>({}, {1, 3}), 71, 16), 5);
  EXPECT_GE(compare(*model_of<Gossip>({}, {2, 3}), 72, 8), 2);
  const auto model = model_of<Gossip>({}, {2, 2});
  EXPECT_EQ(explore(ask(*model, {}, {}, {"UA", "VC"}), true).symmetry, "asker, teller");
}

TEST(Symmetry, CountsOrbitsOfSteps) {
  for (int i = 0; i < enum_count<Notes::Part>(); ++i)
    for (const int readers : {2, 3})
      for (const int crashes : {0, 1}) {
        SCOPED_TRACE(std::string(enum_name(static_cast<Notes::Part>(i))) + ", crashes " +
                     std::to_string(crashes));
        const auto model = model_of<Notes>({static_cast<Notes::Part>(i)}, {1, 1, readers});
        CheckRequest request = everything(*model, {}, {.crashes = crashes, .recoveries = crashes});
        request.limits.max_states = 2'000;
        EXPECT_TRUE(compare_one(request));
      }
}

TEST(Symmetry, CountsOrbitsOfCutsInTheNetwork) {
  for (const bool one_way : {false, true}) {
    const auto model = model_of<TwoPhaseCommit>({}, {1, 3}, false);
    const Budget budget{.partitions = 1, .one_way = one_way};
    EXPECT_TRUE(compare_one(everything(*model, {}, budget)));
    EXPECT_TRUE(compare_one(everything(*model, {.across_cut = AcrossCut::hold}, budget)));
  }
}

// ---- Not for these.

void expect_off(const CheckRequest& request, std::string_view why) {
  const CheckResult plain = explore(request, false);
  const CheckResult asked = explore(request, true);
  EXPECT_THAT(asked.symmetry, StartsWith("off: "));
  EXPECT_THAT(asked.symmetry, HasSubstr(std::string(why)));
  EXPECT_EQ(figures(asked), figures(plain));
}

Setup two_phase_setup(int participants) {
  return setup_of<TwoPhaseCommit>({1, participants});
}
CheckRequest ask_safety(const Model& model, const Budget& budget = {}) {
  CheckRequest request = ask(model, {}, budget, {"UA", "VC", "IR"});
  request.limits.max_depth = 10;  // enough to tell, and quick
  return request;
}

TEST(Symmetry, IsOffIfAVoteIsFixed) {
  auto setup = two_phase_setup(3);
  setup.choices = {{1, *setup.find_process("p1"), "vote", "no"}};
  const auto model = make_model<TwoPhaseCommit>({}, std::move(setup));
  expect_off(ask_safety(*model), "p1 and p2 are not interchangeable");
}

TEST(Symmetry, IsOnIfTheSameVoteIsFixedForAll) {
  auto setup = two_phase_setup(3);
  for (const char* name : {"p1", "p2", "p3"})
    setup.choices.push_back({1, *setup.find_process(name), "vote", "yes"});
  const auto model = make_model<TwoPhaseCommit>({}, std::move(setup));
  EXPECT_TRUE(compare_one(ask_safety(*model)));
}

TEST(Symmetry, IsOffIfRowsOrWorkDiffer) {
  expect_off(ask_safety(*transfers(1, LockPolicy::no_wait)), "begin differently");
  auto setup = two_phase_setup(2);
  setup.tables = {"accounts"};
  setup.keys = {{"alice"}};
  for (const std::size_t node : {1U, 2U})
    setup.rows[node] = {{RowKey{0, 0}, Row{.value = 5}}};
  setup.work[1] = {{RowKey{0, 0}, -3}};
  setup.work[2] = {{RowKey{0, 0}, -4}};
  const auto model = make_model<TwoPhaseCommit>({}, std::move(setup));
  expect_off(ask_safety(*model), "p1 and p2 are not interchangeable");
}

TEST(Symmetry, IsOffIfTheBudgetOfCrashesNamesOne) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 3});
  Budget budget{.crashes = 1, .may_crash = 0b0011};  // of c and p1
  expect_off(ask_safety(*model, budget), "the budget of crashes tells");
  budget.may_crash = 0b1110;
  EXPECT_TRUE(compare_one(everything(*model, {}, budget)));
  budget = {.crashes = 2, .crash_limits = {CrashLimit{0b0100, 1}}};
  expect_off(ask_safety(*model, budget), "the budget of crashes tells p1 and p2 apart");
  budget.crash_limits = {CrashLimit{0b1110, 1}, CrashLimit{0b0001, 1}};
  EXPECT_TRUE(compare_one(everything(*model, {}, budget)));
}

TEST(Symmetry, IsOffIfProcessesShareANode) {
  auto setup = two_phase_setup(2);
  setup.processes[2].node = 0;
  setup.nodes.pop_back();
  setup.finish();
  const auto model = make_model<TwoPhaseCommit>({}, std::move(setup));
  expect_off(ask_safety(*model), "shares its node with");
}

TEST(Symmetry, IsOffIfThereIsNobodyToExchange) {
  expect_off(ask_safety(*model_of<TwoPhaseCommit>({}, {1, 1})), "no role has several");
}

TEST(Symmetry, IsOffForWhatItDoesNotKnow) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  expect_off(ask(*model, {}, {}, {"UA", "NB"}), "non_blocking");
  expect_off(ask(*model, {.copies = 2}, {}, {"UA"}), "networks that are sets only");
  expect_off(ask(*model, {.delivery = Delivery::fifo}, {}, {"UA"}), "networks that are sets only");
  const Rules patient{.timing = TimingModel::synchronous};
  expect_off(ask(*model, patient, {.duplicates = 1}, {"UA"}), "networks that are sets only");
}

TEST(Symmetry, IsOffIfAPropertyTellsThemApart) {
  auto setup = two_phase_setup(3);
  setup.processes[3].votes = false;
  const auto model = make_model<TwoPhaseCommit>({}, std::move(setup));
  expect_off(ask_safety(*model), "commit_validity tells p2 and p3 apart");
}

TEST(Symmetry, IsOffIfAGoalNamesAMember) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 3});
  const auto with_goal = [&](std::string_view text) {
    CheckRequest request = ask_safety(*model, {.crashes = 1});
    request.goals = {*parse_goal(model->setup(), text)};
    return request;
  };
  for (const char* text : {"p2 commits", "anybody aborts and p3 down", "c commits and p1 in doubt"})
    expect_off(with_goal(text), "names");
  for (const char* text : {"commit",
                           "anybody in doubt and anybody commits",
                           "anybody aborts and anybody commits",
                           "c down and anybody in doubt",
                           "anybody down and anybody in doubt"}) {
    const CheckResult plain = explore(with_goal(text), false);
    const CheckResult orbits = explore(with_goal(text), true);
    EXPECT_EQ(orbits.symmetry, "participant") << text;
    EXPECT_EQ(answers(orbits), answers(plain)) << text;
  }
}

TEST(Symmetry, IsOffIfAProtocolLies) {
  for (int i = 1; i < enum_count<Rank::Lie>(); ++i) {
    const auto lie = static_cast<Rank::Lie>(i);
    SCOPED_TRACE(enum_name(lie));
    const auto model = model_of<Rank>({lie}, {1, 3});
    expect_off(ask_safety(*model), "are not interchangeable");
  }
  EXPECT_TRUE(compare_one(ask_safety(*model_of<Rank>({Rank::Lie::none}, {1, 3}))));
}

TEST(Symmetry, TestsManyMembersByExchanges) {
  expect_off(ask_safety(*model_of<Rank>({Rank::Lie::first_counts}, {1, 6})),
             "are not interchangeable");
  const auto model = model_of<Rank>({}, {1, 6});
  const CheckRequest request = ask_safety(*model);
  EXPECT_EQ(explore(request, true).symmetry, "teller");
  EXPECT_EQ(answers(explore(request, true)), answers(explore(request, false)));
}

}  // namespace
}  // namespace concordat
