// Goal: every simulated run is a path of the explored graph. Method: runs under random faults of
// every kind, for many seeds, in several settings; each step of a run must lead to a world that
// `successors`, the relation of the checkers, also reaches, with the run's own faults as budget;
// and what the simulator thinks of the nodes at the end must be what the model says.
#include <cstdlib>
#include <gtest/gtest.h>

#include "protocols/two_phase_commit.hpp"
#include "sim/model/event.hpp"
#include "sim/model/registry.hpp"
#include "tests/probes/outbox_relay.hpp"
#include "tests/probes/paxos_acceptor.hpp"
#include "tests/probes/tcc_branch.hpp"
#include "tests/unit/timed_helpers.hpp"

namespace concordat {
namespace {

/// A budget of exactly the faults that a run had.
Budget budget_of(const FaultCounts& used) {
  Budget budget;
  budget.crashes = used.crashes;
  budget.recoveries = used.recoveries;
  budget.losses = used.losses;
  budget.duplicates = used.duplicates;
  budget.partitions = used.partitions;
  budget.pauses = used.pauses;
  budget.one_way = true;
  return budget;
}

/// Whether a step of the relation leads to `wanted`.
bool reaches(const Model& model,
             const Rules& rules,
             const Budget& budget,
             const World& world,
             const World& wanted) {
  for (const Successor& successor : successors(model, rules, budget, world))
    if (successor.world == wanted) return true;
  return false;
}

struct Figures {
  std::int64_t steps = 0;
  FaultCounts faults;
  int cuts = 0;
  int decided = 0;
};

/// Runs one seed and follows it.
void follow_run(const Model& model,
                const Rules& rules,
                Simulator& simulator,
                std::uint64_t seed,
                Figures& figures) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::vector<Performed> path;
  const RunSummary& summary = simulator.run(seed, &path);
  const Budget budget = budget_of(summary.faults);
  World world = initial_world(model);
  std::int64_t time = 0;
  for (const Performed& performed : path) {
    ASSERT_GE(performed.time_us, time);
    time = performed.time_us;
    const World before = world;
    const auto report = apply(model, rules, world, performed.event);
    ASSERT_TRUE(report) << "step " << figures.steps << " of kind "
                        << enum_name(performed.event.kind) << " is not enabled";
    ASSERT_TRUE(reaches(model, rules, budget, before, world))
        << format(model, performed.event, *report);
    if (performed.event.plan.cut) ++figures.cuts;
    ++figures.steps;
  }
  ASSERT_EQ(world.used, summary.faults);
  for (const Slot& slot : all_slots(model))
    if (state_of(model, world, slot.tx, slot.process).history.decided()) ++figures.decided;
  const auto& properties = safety_properties();
  for (std::size_t i = 0; i < properties.size(); ++i)
    if (summary.properties[i] == WatchStatus::ok) {
      ASSERT_TRUE(satisfied(properties[i], model, world)) << properties[i].name;
    }
  figures.faults.crashes += summary.faults.crashes;
  figures.faults.recoveries += summary.faults.recoveries;
  figures.faults.losses += summary.faults.losses;
  figures.faults.duplicates += summary.faults.duplicates;
  figures.faults.partitions += summary.faults.partitions;
  figures.faults.pauses += summary.faults.pauses;
}

/// Each kind of fault came, and so did crashes inside steps.
void expect_variety(const Figures& figures) {
  EXPECT_GT(figures.faults.crashes, 0);
  EXPECT_GT(figures.faults.recoveries, 0);
  EXPECT_GT(figures.faults.losses, 0);
  EXPECT_GT(figures.faults.duplicates, 0);
  EXPECT_GT(figures.faults.partitions, 0);
  EXPECT_GT(figures.faults.pauses, 0);
  EXPECT_GT(figures.cuts, 0);
  EXPECT_GT(figures.decided, 0);
}

int more_seeds() {
  const char* factor = std::getenv("CONCORDAT_SEEDS");
  return factor == nullptr ? 1 : std::max(1, std::atoi(factor));
}

void follow_seeds(const Model& model, const Rules& rules, int seeds) {
  scenario::Timed timed = plain_timed(model);
  DistributionSpec latency;
  latency.kind = DistributionKind::exponential;
  latency.first = {5'000};
  timed.latencies[1] = Distribution(latency);
  timed.clock_error = {1, 10};
  timed.random = every_fault();
  timed.limit = {2'000'000};
  const FaultPlan::Faults none;
  Simulator simulator(model, rules, timed, none);
  Figures figures;
  for (int seed = 0; seed < seeds * more_seeds(); ++seed) {
    follow_run(model, rules, simulator, static_cast<std::uint64_t>(seed), figures);
    if (testing::Test::HasFatalFailure()) return;
  }
  expect_variety(figures);
}

template <class P>
Setup setup_of(const std::vector<int>& counts, int transactions = 1) {
  return make_setup(std::vector<RoleSpec>(P::roles.begin(), P::roles.end()), counts, transactions);
}

std::unique_ptr<Model> two_phase_commit(int participants, int transactions = 1) {
  Setup setup = setup_of<TwoPhaseCommit>({1, participants}, transactions);
  setup.open_choices = true;
  return make_model<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}},
                                    std::move(setup));
}

TEST(SimulatedPath, TwoPhaseCommit) {
  follow_seeds(*two_phase_commit(2), timed_rules(), 300);
}

TEST(SimulatedPath, TwoTransactionsOnTheSameNodes) {
  follow_seeds(*two_phase_commit(2, 2), timed_rules(), 60);
}

/// c and p1 share a node.
std::unique_ptr<Model> co_located() {
  Setup setup = setup_of<TwoPhaseCommit>({1, 2});
  setup.open_choices = true;
  setup.processes[1].node = setup.processes[0].node;
  setup.processes[2].node = 1;
  setup.nodes = {"n1", "n2"};
  setup.finish();
  return make_model<TwoPhaseCommit>({}, std::move(setup));
}

TEST(SimulatedPath, CoordinatorAndParticipantOnOneNode) {
  follow_seeds(*co_located(), timed_rules(), 200);
}

TEST(SimulatedPath, InOrderOfSending) {
  Rules rules = timed_rules();
  rules.delivery = Delivery::fifo;
  follow_seeds(*two_phase_commit(2), rules, 200);
}

TEST(SimulatedPath, PartitionsThatHoldMessages) {
  Rules rules = timed_rules();
  rules.across_cut = AcrossCut::hold;
  follow_seeds(*two_phase_commit(2), rules, 200);
}

TEST(SimulatedPath, CrashesThatDropMessages) {
  Rules rules = timed_rules();
  rules.in_flight = InFlight::drop;
  follow_seeds(*two_phase_commit(2), rules, 200);
}

TEST(SimulatedPath, EqualMessagesAreAbsorbed) {
  Rules rules = timed_rules();
  rules.copies = 1;
  follow_seeds(*two_phase_commit(2), rules, 200);
}

TEST(SimulatedPath, TailsThatAreAlwaysLost) {
  Rules rules = timed_rules();
  rules.tail = TailRule::lost;
  follow_seeds(*two_phase_commit(2), rules, 100);
}

}  // namespace
}  // namespace concordat
