// Goal: a budget holds crashes of a group of nodes to a number of their own, whatever kind of crash
// it is, and the state counts no more than that. Method: worlds of two-phase commit with c on node
// 0 and p1, p2 on nodes 1 and 2, moved by `successors`.
#include <gtest/gtest.h>

#include "tests/unit/two_phase_commit_helpers.hpp"

namespace concordat {
namespace {

constexpr std::uint32_t c = 0b001;
constexpr std::uint32_t p = 0b110;

/// One crash of c, one of a participant.
Budget one_of_each() {
  Budget budget;
  budget.crashes = 2;
  budget.recoveries = Budget::unlimited;
  budget.crash_limits = {CrashLimit{c, 1}, CrashLimit{p, 1}};
  return budget;
}

bool crashes(const Successor& successor) {
  return successor.event.kind == EventKind::crash || successor.report.step.cut.has_value();
}

/// The nodes that crash in some successor, as a mask.
std::uint32_t who_crashes(const Play& play, const Budget& budget) {
  std::uint32_t nodes = 0;
  for (const Successor& next : successors(*play.model, play.rules, budget, play.world))
    if (crashes(next)) nodes |= 1U << static_cast<unsigned>(node_of(*play.model, next.event));
  return nodes;
}

/// Takes the first crash of the node, inside a step or between two.
void crash(Play& play, const Budget& budget, int node, bool inside) {
  for (Successor& next : successors(*play.model, play.rules, budget, play.world)) {
    const bool here = crashes(next) && node_of(*play.model, next.event) == node;
    if (!here || next.report.step.cut.has_value() != inside) continue;
    play.world = std::move(next.world);
    return;
  }
  ADD_FAILURE() << "node " << node << " does not crash";
}

void recover(Play& play, const Budget& budget, int node) {
  for (Successor& next : successors(*play.model, play.rules, budget, play.world)) {
    if (next.event.kind != EventKind::recover || next.event.node != node || crashes(next)) continue;
    play.world = std::move(next.world);
    return;
  }
  ADD_FAILURE() << "node " << node << " does not recover";
}

TEST(CrashLimits, HoldEachGroupToItsOwnNumber) {
  for (const bool inside : {false, true}) {
    const Budget budget = one_of_each();
    Play play = started(2);
    EXPECT_EQ(who_crashes(play, budget), c | p);
    crash(play, budget, 1, inside);
    EXPECT_EQ(play.world.used.limited, (std::array{0, 1}));
    EXPECT_EQ(who_crashes(play, budget), c) << "one participant has crashed";
    recover(play, budget, 1);
    EXPECT_EQ(who_crashes(play, budget), c) << "a recovery gives no crash back";
    crash(play, budget, 0, false);
    EXPECT_EQ(play.world.used.limited, (std::array{1, 1}));
    EXPECT_EQ(play.world.used.crashes, 2);
    EXPECT_EQ(who_crashes(play, budget), 0U);
  }
}

TEST(CrashLimits, TheBudgetAsAWholeStillCounts) {
  Budget budget = one_of_each();
  budget.crashes = 1;
  Play play = started(2);
  crash(play, budget, 0, false);
  EXPECT_EQ(who_crashes(play, budget), 0U);
  budget = one_of_each();
  budget.may_crash = 0b010;
  EXPECT_EQ(who_crashes(started(2), budget), 0b010U);
}

TEST(CrashLimits, AnUnlimitedBudgetKeepsItsLimits) {
  Budget budget = one_of_each();
  budget.crashes = Budget::unlimited;
  Play play = started(2);
  crash(play, budget, 0, false);
  recover(play, budget, 0);
  crash(play, budget, 2, false);
  EXPECT_EQ(play.world.used.crashes, 1) << "where there is no limit, the count stops";
  EXPECT_EQ(play.world.used.limited, (std::array{1, 1}));
  EXPECT_EQ(who_crashes(play, budget), 0U);
}

TEST(CrashLimits, GroupsMayOverlap) {
  Budget budget;
  budget.crashes = 2;
  budget.crash_limits = {CrashLimit{c | p, 2}, CrashLimit{0b010, 0}};
  Play play = started(2);
  EXPECT_EQ(who_crashes(play, budget), 0b101U);
  crash(play, budget, 0, false);
  EXPECT_EQ(play.world.used.limited, (std::array{1, 0}));
  EXPECT_EQ(who_crashes(play, budget), 0b100U);
}

/// Without limits nothing is counted for them, and states are as many as before.
TEST(CrashLimits, AreAPartOfTheState) {
  Budget budget = one_of_each();
  budget.crash_limits = {};
  Play play = started(2);
  crash(play, budget, 0, false);
  EXPECT_EQ(play.world.used.limited, (std::array{0, 0}));
  World other = play.world;
  other.used.limited = {0, 1};
  EXPECT_NE(key_of(other), key_of(play.world));
  EXPECT_FALSE(other == play.world);
}

/// The crash of every step is counted as `settle` says, after what `apply` has counted.
TEST(CrashLimits, WhatSuccessorsCountIsWhatApplyAndSettleCount) {
  const Budget budget = one_of_each();
  Play play = started(2);
  for (int steps = 0; steps < 12; ++steps) {
    auto list = successors(*play.model, play.rules, budget, play.world);
    for (const Successor& next : list) {
      World world = play.world;
      ASSERT_TRUE(apply(*play.model, play.rules, world, next.event).has_value());
      settle(budget, crashes(next) ? node_of(*play.model, next.event) : -1, world.used);
      EXPECT_EQ(world.used, next.world.used);
      EXPECT_EQ(key_of(world), key_of(next.world));
    }
    if (list.empty()) break;
    play.world = std::move(list.back().world);
  }
}

}  // namespace
}  // namespace concordat
