// Goal: simulated runs are paths of the explored graph whatever the protocol does: with stores,
// locks and notices, bounds, declined events, states of nodes, several processes on a node. Method:
// that of simulator_path_test.cpp, with the probes of the interface and with a protocol that does
// anything.
#include <gtest/gtest.h>

#include "tests/unit/follow_run.hpp"
#include "tests/unit/probe_models.hpp"
#include "tests/unit/timed_helpers.hpp"

namespace concordat {
namespace {

Figures follow(const Model& model,
               const Rules& rules,
               int seeds,
               Relation relation = Relation::successors) {
  return follow_seeds(model, rules, rough_timed(model), seeds, {}, relation);
}

// --- Transfers ---------------------------------------------------------------------------------

TEST(SimulatedProbePath, Transfers) {
  for (const LockPolicy locks : all_policies) {
    SCOPED_TRACE(enum_name(locks));
    expect_variety(follow(*transfers(1, locks), timed_rules(), 60));
    const Figures two = follow(*transfers(2, locks), timed_rules(), 60);
    expect_variety(two);
    EXPECT_EQ(two.notices > 0, locks != LockPolicy::no_wait);
  }
}

TEST(SimulatedProbePath, ThreeTransfers) {
  for (const LockPolicy locks : all_policies) {
    SCOPED_TRACE(enum_name(locks));
    expect_variety(follow(*transfers(3, locks), timed_rules(), 30, Relation::apply));
  }
}

/// Several processes of a transaction want the same row of a node.
TEST(SimulatedProbePath, TransfersWithinANode) {
  for (const LockPolicy locks : all_policies) {
    SCOPED_TRACE(enum_name(locks));
    expect_variety(follow(*transfers(2, locks, true), timed_rules(), 60));
  }
}

// --- Probes ------------------------------------------------------------------------------------

TEST(SimulatedProbePath, TryConfirmCancel) {
  for (const auto fence : {TccBranch::Fence::on, TccBranch::Fence::off, TccBranch::Fence::split}) {
    SCOPED_TRACE(enum_name(fence));
    expect_variety(follow(*tcc(fence, 1), timed_rules(), 60));
    expect_variety(follow(*tcc(fence, 2), timed_rules(), 30));
  }
}

TEST(SimulatedProbePath, OutboxRelay) {
  Figures figures;
  for (int i = 0; i < enum_count<OutboxRelay::Mistake>(); ++i) {
    const auto mistake = static_cast<OutboxRelay::Mistake>(i);
    SCOPED_TRACE(enum_name(mistake));
    figures.add(follow(*outbox(mistake, 2), timed_rules(), 100));
  }
  expect_variety(figures);
}

TEST(SimulatedProbePath, PaxosAcceptor) {
  using enum PaxosAcceptor::Mistake;
  expect_variety(follow(*paxos(none, 1, 2), timed_rules(), 40));
  expect_variety(follow(*paxos(accept_unforced, 2, 1), timed_rules(), 40));
}

// --- Anything ----------------------------------------------------------------------------------

/// Every rule of network and disk, and every lock policy, by turns.
Rules rules_number(int number) {
  Rules rules = timed_rules();
  rules.delivery = static_cast<Delivery>(number % 3);
  rules.in_flight = static_cast<InFlight>(number / 3 % 2);
  rules.across_cut = static_cast<AcrossCut>(number / 6 % 2);
  rules.tail = static_cast<TailRule>(number / 12 % 3);
  if (number / 36 % 2 == 1) rules.copies = 1;
  return rules;
}

void follow_chaos(const ChaosShape& shape, int seeds, Relation relation) {
  for (int number = 0; number < 72; ++number) {
    SCOPED_TRACE("rules number " + std::to_string(number));
    const LockPolicy locks = all_policies[static_cast<std::size_t>(number) % all_policies.size()];
    const auto model = chaos(shape, locks);
    scenario::Timed timed = rough_timed(*model);
    timed.limit = {500'000};
    timed.group_commit = number % 2 == 0;
    const Figures figures = follow_seeds(*model, rules_number(number), timed, seeds, {}, relation);
    if (testing::Test::HasFailure()) return;
    EXPECT_GT(figures.faults.crashes, 0);
  }
}

TEST(SimulatedProbePath, Chaos) {
  follow_chaos({.actors = 3}, 10, Relation::apply);
}

TEST(SimulatedProbePath, ChaosOnOneNode) {
  follow_chaos({.actors = 3, .on_one_node = true}, 10, Relation::apply);
}

TEST(SimulatedProbePath, ChaosOfTwoTransactions) {
  follow_chaos({.actors = 2, .transactions = 2}, 10, Relation::apply);
}

/// With one action in each step, every step is also looked for among all that are possible.
TEST(SimulatedProbePath, ChaosInSmallSteps) {
  follow_chaos({.actors = 2, .on_one_node = false, .actions = 1}, 4, Relation::successors);
}

}  // namespace
}  // namespace concordat
