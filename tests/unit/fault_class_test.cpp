// Goal: each fault class is the budget, and makes the assumptions, that its definition says, for
// every protocol and placement. Method: the classes as a table, written a second time by hand, with
// two and three participants; then setups in which it is not plain who the coordinator is.
#include "sim/model/fault_class.hpp"

#include <gtest/gtest.h>
#include <map>

#include "tests/unit/two_phase_commit_helpers.hpp"

namespace concordat {
namespace {

constexpr int all = Budget::unlimited;

struct Row {
  Rules rules;
  Budget budget;
};

Rules timed(TimingModel timing, int copies, TailRule tail) {
  Rules rules;
  rules.timing = timing;
  rules.copies = copies;
  rules.tail = tail;
  return rules;
}

Budget crashing(std::uint32_t who, int crashes, int recoveries) {
  Budget budget;
  budget.crashes = crashes;
  budget.recoveries = recoveries;
  budget.may_crash = who;
  return budget;
}

Budget both(std::uint32_t c, std::uint32_t p, int recoveries) {
  Budget budget = crashing(c | p, 2, recoveries);
  budget.crash_limits[0] = {c, 1};
  budget.crash_limits[1] = {p, 1};
  return budget;
}

Budget splitting(bool heal) {
  Budget budget;
  budget.partitions = 1;
  budget.heal = heal;
  return budget;
}

/// Node 0 is the coordinator's, the next `n` are those of the participants.
std::map<std::string, Row> table(int n) {
  const std::uint32_t c = 1;
  const std::uint32_t p = n == 2 ? 0b110 : 0b1110;
  const std::uint32_t anybody = ~0U;
  const Rules plain = timed(TimingModel::synchronous, 1, TailRule::any);
  const Rules late = timed(TimingModel::asynchronous, 2, TailRule::any);
  const Rules kept = timed(TimingModel::synchronous, 1, TailRule::kept);
  const Rules lost = timed(TimingModel::synchronous, 1, TailRule::lost);
  Budget losses;
  losses.losses = 2;
  Budget duplicates;
  duplicates.duplicates = all;
  return {{"F0", {plain, {}}},
          {"F1", {late, {}}},
          {"F2", {plain, losses}},
          {"F3", {plain, duplicates}},
          {"F4", {kept, crashing(p, 1, 0)}},
          {"F4-twice", {kept, crashing(p, 2, 0)}},
          {"F5", {kept, crashing(p, 1, all)}},
          {"F5-twice", {kept, crashing(p, 2, all)}},
          {"F6", {kept, crashing(c, 1, 0)}},
          {"F7", {kept, crashing(c, 1, all)}},
          {"F7-twice", {kept, crashing(c, 2, all)}},
          {"F8-stop", {kept, both(c, p, 0)}},
          {"F8-recover", {kept, both(c, p, all)}},
          {"F9", {plain, splitting(true)}},
          {"F10", {plain, splitting(false)}},
          {"F11", {lost, crashing(anybody, 2, all)}}};
}

TEST(FaultClass, EachIsItsRowOfTheTable) {
  for (const int n : {2, 3}) {
    const auto setup = commit_setup(n);
    const auto rows = table(n);
    EXPECT_EQ(rows.size(), fault_classes.size());
    for (const FaultClass& each : fault_classes) {
      const auto row = rows.find(std::string(each.name));
      ASSERT_NE(row, rows.end()) << each.name;
      const auto budget = budget_of(each, setup);
      ASSERT_TRUE(budget.has_value()) << each.name;
      EXPECT_TRUE(*budget == row->second.budget) << each.name << ", " << n;
      EXPECT_TRUE(rules_of(each, {}) == row->second.rules) << each.name;
      EXPECT_FALSE(each.meaning.empty()) << each.name;
      EXPECT_EQ(find_fault_class(each.name), &each);
    }
  }
  EXPECT_EQ(find_fault_class("F8"), nullptr);
  EXPECT_EQ(find_fault_class(""), nullptr);
}

/// A class says nothing about delivery, connections and where in a step a crash falls.
TEST(FaultClass, LeavesTheOtherRulesAlone) {
  Rules rules;
  rules.delivery = Delivery::fifo;
  rules.in_flight = InFlight::drop;
  rules.across_cut = AcrossCut::hold;
  rules.crash_points = CrashPoints::steps;
  rules.keeps.timed_out = true;
  for (const FaultClass& each : fault_classes) {
    Rules expected = rules;
    expected.timing = rules_of(each, {}).timing;
    expected.copies = rules_of(each, {}).copies;
    expected.tail = rules_of(each, {}).tail;
    EXPECT_TRUE(rules_of(each, rules) == expected) << each.name;
  }
}

std::uint32_t who(std::string_view name, const Setup& setup) {
  const auto budget = budget_of(*find_fault_class(name), setup);
  return budget ? budget->may_crash : 0;
}

/// Places the processes on nodes, in order.
Setup placed(Setup setup, const std::vector<int>& nodes) {
  setup.nodes.clear();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    setup.processes[i].node = nodes[i];
    while (std::ssize(setup.nodes) <= nodes[i])
      setup.nodes.push_back("n" + std::to_string(setup.nodes.size()));
  }
  setup.finish();
  return setup;
}

TEST(FaultClass, ANodeOfTheCoordinatorIsNoParticipants) {
  const auto shared = placed(commit_setup(2), {0, 0, 1});
  EXPECT_EQ(who("F6", shared), 0b01U);
  EXPECT_EQ(who("F4", shared), 0b10U);
  EXPECT_EQ(who("F8-stop", shared), 0b11U);
  const auto one = placed(commit_setup(2), {0, 0, 0});
  for (const FaultClass& each : fault_classes) {
    const bool needs_a_participant =
        each.who == Crashing::participants || each.who == Crashing::one_of_each;
    EXPECT_EQ(budget_of(each, one).has_value(), !needs_a_participant) << each.name;
  }
}

/// Roles come in any order; a process that helps, such as an acceptor, is neither.
TEST(FaultClass, TheFirstProcessWithoutAVoteIsTheCoordinator) {
  const auto setup = make_setup({voters("participant", "p"),
                                 RoleSpec{.name = "leader", .prefix = "l", .count = 2},
                                 RoleSpec{.name = "acceptor", .prefix = "a", .count = 3}},
                                {2, 0, 0});
  EXPECT_EQ(who("F4", setup), 0b00011U);
  EXPECT_EQ(who("F6", setup), 0b00100U) << "the first of two leaders";
  EXPECT_EQ(who("F11", setup), ~0U);
}

TEST(FaultClass, WhereAllVoteOrNobodyDoesTheFirstProcessIsTheCoordinator) {
  const auto all_vote = make_setup({voters("site", "s")}, {3});
  EXPECT_EQ(who("F6", all_vote), 0b001U);
  EXPECT_EQ(who("F4", all_vote), 0b110U);
  const auto nobody =
      make_setup({single("relay", "r"), single("queue", "q"), single("consumer", "k")}, {});
  EXPECT_EQ(who("F6", nobody), 0b001U);
  EXPECT_EQ(who("F4", nobody), 0b110U);
}

}  // namespace
}  // namespace concordat
