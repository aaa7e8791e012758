// Goal: simulated runs are paths of the explored graph whatever the protocol does: with stores,
// locks and notices, bounds, declined events, states of nodes, several processes on a node. Method:
// that of simulator_path_test.cpp, with the probes of the interface and with a protocol that does
// anything.
#include <gtest/gtest.h>

#include "protocols/two_phase_commit.hpp"
#include "tests/probes/outbox_relay.hpp"
#include "tests/probes/paxos_acceptor.hpp"
#include "tests/probes/tcc_branch.hpp"
#include "tests/unit/chaos_protocol.hpp"
#include "tests/unit/follow_run.hpp"
#include "tests/unit/timed_helpers.hpp"

namespace concordat {
namespace {

template <class P>
Setup setup_of(const std::vector<int>& counts, int transactions = 1) {
  Setup setup = make_setup({P::roles.begin(), P::roles.end()}, counts, transactions);
  setup.open_choices = true;
  return setup;
}

Figures follow(const Model& model,
               const Rules& rules,
               int seeds,
               Relation relation = Relation::successors) {
  return follow_seeds(model, rules, rough_timed(model), seeds, {}, relation);
}

// --- Transfers ---------------------------------------------------------------------------------

/// Transfers between Alice's account at p1 and Bob's at p2, each transaction in the other direction
/// than the one before, so that they lock the same rows.
std::unique_ptr<Model> transfers(int transactions, LockPolicy locks, bool on_one_node = false) {
  Setup setup = setup_of<TwoPhaseCommit>({1, 2}, transactions);
  if (on_one_node) {
    setup.processes[2].node = 1;
    setup.nodes.pop_back();
    setup.finish();
  }
  setup.tables = {"accounts"};
  setup.keys = {{"alice", "bob"}};
  const RowKey alice{0, 0};
  const RowKey bob{0, 1};
  setup.rows[1] = {{alice, Row{.value = 10}}};
  setup.rows[on_one_node ? 1 : 2].emplace_back(bob, Row{.value = 10});
  for (int tx = 1; tx <= transactions; ++tx) {
    const auto first = static_cast<std::size_t>((tx - 1) * 3);
    const int amount = tx % 2 == 1 ? 3 : -4;
    setup.work[first + 1] = {{alice, -amount}};
    setup.work[first + 2] = {{bob, amount}};
    if (on_one_node) setup.work[first + 2].push_back({alice, 0});
  }
  setup.conserved = {0};
  setup.locks = locks;
  setup.finish();
  return make_model<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}},
                                    std::move(setup));
}

constexpr std::array all_policies{
    LockPolicy::no_wait, LockPolicy::wait, LockPolicy::wait_die, LockPolicy::wound_wait};

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

std::unique_ptr<Model> tcc(TccBranch::Fence fence, int transactions) {
  Setup setup = setup_of<TccBranch>({1, 2}, transactions);
  setup.tables = {"fence", "stock"};
  setup.keys = {{}, {"apples"}};
  const RowKey apples{1, 0};
  for (std::size_t branch = 1; branch < setup.processes.size(); ++branch)
    setup.rows[branch] = {{apples, Row{.value = 1}}};
  for (int tx = 1; tx <= transactions; ++tx)
    for (int branch = 1; branch <= 2; ++branch)
      setup.work[static_cast<std::size_t>((tx - 1) * 3 + branch)] = {{apples, -1}};
  setup.conserved = {1};
  setup.finish();
  return make_model<TccBranch>({fence}, std::move(setup));
}

TEST(SimulatedProbePath, TryConfirmCancel) {
  for (const auto fence : {TccBranch::Fence::on, TccBranch::Fence::off, TccBranch::Fence::split}) {
    SCOPED_TRACE(enum_name(fence));
    expect_variety(follow(*tcc(fence, 1), timed_rules(), 60));
    expect_variety(follow(*tcc(fence, 2), timed_rules(), 30));
  }
}

std::unique_ptr<Model> outbox(OutboxRelay::Mistake mistake, int transactions) {
  Setup setup = setup_of<OutboxRelay>({}, transactions);
  setup.nodes = {"shop", "warehouse"};
  setup.processes[1].node = 0;
  setup.processes[2].node = 1;
  setup.finish();
  setup.tables = {"outbox", "inbox", "effects"};
  for (int tx = 1; tx <= transactions; ++tx)
    setup.work[static_cast<std::size_t>(tx * 3 - 1)] = {{{2, static_cast<std::uint16_t>(tx)}, 1}};
  setup.finish();
  return make_model<OutboxRelay>({mistake}, std::move(setup));
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

std::unique_ptr<Model> paxos(PaxosAcceptor::Mistake mistake, int leaders, int rounds) {
  Setup setup = setup_of<PaxosAcceptor>({1, leaders, 3});
  setup.bounds = {{"round", rounds}};
  return make_model<PaxosAcceptor>({mistake}, std::move(setup));
}

TEST(SimulatedProbePath, PaxosAcceptor) {
  using enum PaxosAcceptor::Mistake;
  expect_variety(follow(*paxos(none, 1, 2), timed_rules(), 40));
  expect_variety(follow(*paxos(accept_unforced, 2, 1), timed_rules(), 40));
}

// --- Anything ----------------------------------------------------------------------------------

struct ChaosShape {
  int actors = 2;
  int transactions = 1;
  bool on_one_node = false;
  std::uint8_t actions = 4;
};

std::unique_ptr<Model> chaos(const ChaosShape& shape, LockPolicy locks) {
  Setup setup = setup_of<Chaos>({shape.actors}, shape.transactions);
  if (shape.on_one_node) {
    setup.processes.back().node = 0;
    setup.nodes.pop_back();
    setup.finish();
  }
  setup.tables = {"items"};
  setup.keys = {{"x", "y"}};
  for (auto& rows : setup.rows)
    rows = {{{0, 0}, Row{.value = 5}}, {{0, 1}, Row{.value = 5}}};
  setup.conserved = {0};
  setup.bounds = {{"rounds", 3}};
  setup.locks = locks;
  setup.finish();
  return make_model<Chaos>({shape.actions}, std::move(setup));
}

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
