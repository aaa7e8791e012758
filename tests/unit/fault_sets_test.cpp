// Goal: a budget that is taken apart into kinds of faults and put together again allows the same.
// Method: every fault class, budgets that speak of some nodes only, and models with other roles.
#include "sim/app/fault_sets.hpp"

#include <gmock/gmock.h>

#include "protocols/registry.hpp"
#include "protocols/two_phase_commit.hpp"
#include "sim/app/exploration.hpp"
#include "sim/model/fault_class.hpp"
#include "tests/probes/outbox_relay.hpp"
#include "tests/unit/checks.hpp"

namespace concordat::app {
namespace {

using testing::ElementsAre;

constexpr int unlimited = Budget::unlimited;

FaultKinds kinds_of(const Model& model, const Budget& budget, const Rules& rules = {}) {
  return {model, budget, rules, budget.may_crash};
}

std::string all_words(const FaultKinds& kinds) {
  return kinds.words(kinds.all());
}

TEST(FaultSets, AClassIsItsOwnLargestCombination) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  for (const FaultClass& each : fault_classes) {
    Budget budget = *budget_of(each, model->setup());
    const Rules rules = rules_of(each, {});
    const FaultKinds kinds = kinds_of(*model, budget, rules);
    if (each.who == Crashing::anybody) {  // each role may have all the crashes, but not both
      EXPECT_EQ(all_words(kinds),
                "2 crashes of c, 2 crashes of participants, 2 recoveries, lost log tails");
      EXPECT_FALSE(kinds.is_one(kinds.all()));
      continue;
    }
    EXPECT_TRUE(kinds.is_one(kinds.all())) << each.name;
    Budget again = kinds.budget(kinds.all());
    if (budget.recoveries == unlimited) {
      EXPECT_EQ(again.recoveries, budget.crashes) << each.name << ": who else could recover?";
      again.recoveries = unlimited;
    }
    again.may_crash &= 7U;  // of three nodes
    budget.may_crash &= 7U;
    EXPECT_EQ(again, budget) << each.name;
    if (budget.crashes > 0) {
      EXPECT_EQ(kinds.rules(kinds.all()), rules) << each.name;
    }
  }
}

/// What a scenario says after `exploring` is what it was told to.
TEST(FaultSets, AScenarioExploresWhatItIsTold) {
  Source source;
  source.protocol = "two_phase_commit";
  source.faults = "F8-recover";
  source.delivery = "fifo";
  auto scenario = load(source, all_protocols());
  ASSERT_TRUE(scenario.ok());
  Budget budget{.crashes = 3,
                .recoveries = unlimited,
                .losses = 1,
                .duplicates = 2,
                .partitions = 3,
                .pauses = 4,
                .early_timeouts = 0,
                .heal = false,
                .one_way = true,
                .may_crash = 5};
  budget.crash_limits = {CrashLimit{1U, 2}, CrashLimit{4U, 1}};
  Rules rules{.timing = TimingModel::synchronous,
              .delivery = Delivery::duplicating,
              .copies = 3,
              .tail = TailRule::lost,
              .crash_points = CrashPoints::steps};
  rules.keeps = {};
  for (const int copies : {3, 1, Rules::any_number}) {
    rules.copies = copies;
    const auto bound = scenario::bind(
        exploring(*scenario, model_of<TwoPhaseCommit>({}, {1, 2})->setup(), budget, rules),
        all_protocols());
    ASSERT_TRUE(bound.ok()) << bound.error().text();
    EXPECT_EQ(bound->budget, budget);
    EXPECT_EQ(bound->explore_rules, rules);
  }
}

/// Delays have a number where timeouts that come early are counted.
TEST(FaultSets, CountedDelays) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  const Rules rules{.timing = TimingModel::partially_synchronous, .tail = TailRule::kept};
  const FaultKinds kinds = kinds_of(*model, {.losses = 1, .early_timeouts = 2}, rules);
  EXPECT_EQ(all_words(kinds), "1 loss, 2 early timeouts");
  EXPECT_THAT(kinds.levels(Fault::delay, 2), ElementsAre(0, 1, 2));
  EXPECT_TRUE(kinds.can_grow(Fault::delay));
  FaultSet one;
  one[Fault::delay] = 1;
  EXPECT_EQ(kinds.budget(one).early_timeouts, 1);
  EXPECT_EQ(kinds.rules(one).timing, TimingModel::partially_synchronous);
  EXPECT_EQ(kinds.more(one).early_timeouts, 3);
  EXPECT_EQ(kinds.budget({}).early_timeouts, 0);
  EXPECT_EQ(kinds.rules({}).timing, TimingModel::synchronous);
}

TEST(FaultSets, CrashesAreToldApartByTwoRolesOnly) {
  const auto two = model_of<TwoPhaseCommit>({}, {1, 2});
  EXPECT_EQ(all_words(kinds_of(*two, {.crashes = 1})),
            "1 crash of c, 1 crash of a participant, delays, lost log tails");
  EXPECT_EQ(all_words(kinds_of(*two, {.crashes = 2, .may_crash = 6})),
            "2 crashes of participants, delays, lost log tails");
  EXPECT_EQ(all_words(kinds_of(*two, {.crashes = 1, .may_crash = 3})),
            "1 crash of c, 1 crash of p1, delays, lost log tails");
  Budget split{.crashes = 2};
  split.crash_limits[0] = {2U, 1};
  EXPECT_EQ(all_words(kinds_of(*two, split)), "2 crashes, delays, lost log tails")
      << "the limit is on p1 alone";
  EXPECT_EQ(kinds_of(*two, split).budget(kinds_of(*two, split).all()), split);
  const auto three = model_of<OutboxRelay>({}, {1, 1, 1});
  EXPECT_EQ(all_words(kinds_of(*three, {.crashes = 1})), "1 crash, delays, lost log tails");
  EXPECT_EQ(all_words(kinds_of(*three, {.crashes = 1, .may_crash = 5})),
            "1 crash of producer, 1 crash of consumer, delays, lost log tails");
}

/// p2 lives on the coordinator's node, which is then of the first role.
TEST(FaultSets, ANodeOfSeveralRolesIsOfTheFirst) {
  concordat::Setup setup =
      make_setup({TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end()}, {1, 2});
  setup.processes[2].node = 0;
  setup.nodes.pop_back();
  setup.finish();
  const auto model = make_model<TwoPhaseCommit>({}, std::move(setup));
  EXPECT_EQ(all_words(kinds_of(*model, {.crashes = 1})),
            "1 crash of c, 1 crash of p1, delays, lost log tails");
}

TEST(FaultSets, Levels) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  const Rules rules{.timing = TimingModel::synchronous, .tail = TailRule::kept};
  const FaultKinds kinds =
      kinds_of(*model, {.crashes = 5, .recoveries = unlimited, .losses = unlimited}, rules);
  EXPECT_THAT(kinds.levels(Fault::loss, 2), ElementsAre(0, 1, 2, unlimited));
  EXPECT_THAT(kinds.levels(Fault::recovery, 2), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(kinds.levels(Fault::delay, 2), ElementsAre(0));
  EXPECT_THAT(kinds.levels(Fault::tail, 2), ElementsAre(0));
  EXPECT_EQ(kinds.words({}), "no fault");
  FaultSet set;
  set[Fault::loss] = unlimited;
  EXPECT_EQ(kinds.words(set), "any number of losses");
  EXPECT_TRUE(kinds.is_one(set));
  set[Fault::recovery] = 1;
  EXPECT_FALSE(kinds.is_one(set)) << "nobody has crashed";
  set[Fault::crash] = 3;
  EXPECT_TRUE(kinds.is_one(set));
  set[Fault::other_crash] = 3;
  EXPECT_FALSE(kinds.is_one(set)) << "five together";
}

TEST(FaultSets, MoreOfAKind) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  FaultSet extra;
  extra[Fault::crash] = 1;
  const FaultKinds none(*model, {}, {}, ~0U);
  EXPECT_EQ(none.more(extra), (Budget{.crashes = 1, .may_crash = 1}));
  const FaultKinds one(*model, {.crashes = 1}, {}, ~0U);
  Budget expected{.crashes = 2};
  expected.crash_limits[1] = {6U, 1};
  EXPECT_EQ(one.more(extra), expected) << "twice c, or c and a participant";
  Budget split{.crashes = 2};
  split.crash_limits[0] = {2U, 1};
  expected = {.crashes = 3};
  expected.crash_limits[0] = {2U, 2};
  EXPECT_EQ(FaultKinds(*model, split, {}, ~0U).more(extra), expected);
  const FaultKinds any(*model, {.crashes = unlimited, .losses = unlimited}, {}, ~0U);
  EXPECT_FALSE(any.can_grow(Fault::crash));
  EXPECT_FALSE(any.can_grow(Fault::loss));
  EXPECT_TRUE(any.can_grow(Fault::pause));
  EXPECT_FALSE(any.can_grow(Fault::delay));
}

}  // namespace
}  // namespace concordat::app
