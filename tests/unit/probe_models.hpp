// Models of many kinds for tests of the engines: transfers under every lock policy, the probes of
// the interface, and a protocol that does anything.
#pragma once

#include "protocols/two_phase_commit.hpp"
#include "tests/probes/outbox_relay.hpp"
#include "tests/probes/paxos_acceptor.hpp"
#include "tests/probes/tcc_branch.hpp"
#include "tests/unit/chaos_protocol.hpp"

namespace concordat {

template <class P>
Setup setup_of(const std::vector<int>& counts, int transactions = 1) {
  Setup setup = make_setup({P::roles.begin(), P::roles.end()}, counts, transactions);
  setup.open_choices = true;
  return setup;
}

/// Transfers between Alice's account at p1 and Bob's at p2, each transaction in the other direction
/// than the one before, so that they lock the same rows.
inline std::unique_ptr<Model> transfers(int transactions,
                                        LockPolicy locks,
                                        bool on_one_node = false) {
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

inline constexpr std::array all_policies{
    LockPolicy::no_wait, LockPolicy::wait, LockPolicy::wait_die, LockPolicy::wound_wait};

inline std::unique_ptr<Model> tcc(TccBranch::Fence fence, int transactions) {
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

inline std::unique_ptr<Model> outbox(OutboxRelay::Mistake mistake, int transactions) {
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

inline std::unique_ptr<Model> paxos(PaxosAcceptor::Mistake mistake, int leaders, int rounds) {
  Setup setup = setup_of<PaxosAcceptor>({1, leaders, 3});
  setup.bounds = {{"round", rounds}};
  return make_model<PaxosAcceptor>({mistake}, std::move(setup));
}

struct ChaosShape {
  int actors = 2;
  int transactions = 1;
  bool on_one_node = false;
  std::uint8_t actions = 4;
};

inline std::unique_ptr<Model> chaos(const ChaosShape& shape, LockPolicy locks) {
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

}  // namespace concordat
