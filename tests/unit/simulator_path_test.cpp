// Goal: every simulated run of two-phase commit is a path of the explored graph, and what the
// simulator says of a run is what its path says. Method: runs under random faults of every kind,
// for many seeds, in several settings, each followed (follow_run.hpp).
#include <gtest/gtest.h>

#include "protocols/two_phase_commit.hpp"
#include "sim/model/registry.hpp"
#include "tests/unit/follow_run.hpp"
#include "tests/unit/timed_helpers.hpp"

namespace concordat {
namespace {

void follow(const Model& model, const Rules& rules, int seeds) {
  expect_variety(follow_seeds(model, rules, rough_timed(model), seeds));
}

Setup commit_setup(int participants, int transactions = 1) {
  const std::vector<RoleSpec> roles(TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end());
  Setup setup = make_setup(roles, {1, participants}, transactions);
  setup.open_choices = true;
  return setup;
}

std::unique_ptr<Model> two_phase_commit(int participants, int transactions = 1) {
  return make_model<TwoPhaseCommit>({TwoPhaseCommit::Termination::cooperative, {}},
                                    commit_setup(participants, transactions));
}

TEST(SimulatedPath, TwoPhaseCommit) {
  follow(*two_phase_commit(2), timed_rules(), 300);
}

TEST(SimulatedPath, TwoTransactionsOnTheSameNodes) {
  follow(*two_phase_commit(2, 2), timed_rules(), 60);
}

/// c and p1 share a node.
std::unique_ptr<Model> co_located(int transactions) {
  Setup setup = commit_setup(2, transactions);
  setup.processes[1].node = setup.processes[0].node;
  setup.processes[2].node = 1;
  setup.nodes = {"n1", "n2"};
  setup.finish();
  return make_model<TwoPhaseCommit>({}, std::move(setup));
}

TEST(SimulatedPath, CoordinatorAndParticipantOnOneNode) {
  follow(*co_located(1), timed_rules(), 200);
  follow(*co_located(2), timed_rules(), 60);
}

TEST(SimulatedPath, InOrderOfSending) {
  Rules rules = timed_rules();
  rules.delivery = Delivery::fifo;
  follow(*two_phase_commit(2), rules, 200);
  follow(*two_phase_commit(2, 2), rules, 60);
  rules.copies = 1;
  follow(*two_phase_commit(2), rules, 100);
}

TEST(SimulatedPath, MessagesThatStay) {
  Rules rules = timed_rules();
  rules.delivery = Delivery::duplicating;
  rules.copies = 1;
  const auto model = two_phase_commit(2);
  const Figures figures = follow_seeds(*model, rules, rough_timed(*model), 60);
  EXPECT_EQ(figures.faults.duplicates, 0);  // they cost nothing
  EXPECT_GT(figures.decided, 0);
}

TEST(SimulatedPath, PartitionsThatHoldMessages) {
  Rules rules = timed_rules();
  rules.across_cut = AcrossCut::hold;
  follow(*two_phase_commit(2), rules, 200);
  rules.delivery = Delivery::fifo;
  follow(*two_phase_commit(2), rules, 200);
}

TEST(SimulatedPath, CrashesThatDropMessages) {
  Rules rules = timed_rules();
  rules.in_flight = InFlight::drop;
  follow(*two_phase_commit(2), rules, 200);
  rules.delivery = Delivery::fifo;
  follow(*two_phase_commit(2), rules, 200);
  follow(*co_located(2), rules, 60);
}

TEST(SimulatedPath, EqualMessagesAreAbsorbed) {
  Rules rules = timed_rules();
  rules.copies = 1;
  follow(*two_phase_commit(2), rules, 200);
}

TEST(SimulatedPath, TailsThatAreAlwaysLost) {
  Rules rules = timed_rules();
  rules.tail = TailRule::lost;
  follow(*two_phase_commit(2), rules, 100);
}

TEST(SimulatedPath, TailsThatAreAlwaysKept) {
  Rules rules = timed_rules();
  rules.tail = TailRule::kept;
  follow(*two_phase_commit(2), rules, 100);
}

/// Mistakes leave unforced records behind, and break properties.
TEST(SimulatedPath, TwoPhaseCommitWithMistakes) {
  for (int i = 1; i < enum_count<TwoPhaseCommit::Mistake>(); ++i) {
    const auto mistake = static_cast<TwoPhaseCommit::Mistake>(i);
    SCOPED_TRACE(enum_name(mistake));
    const auto model = make_model<TwoPhaseCommit>(
        {TwoPhaseCommit::Termination::cooperative, mistake}, commit_setup(2));
    follow(*model, timed_rules(), 60);
  }
}

/// Each force is a flush of its own, and messages within a node take part in everything.
TEST(SimulatedPath, WithoutGroupCommit) {
  const auto model = co_located(2);
  scenario::Timed timed = rough_timed(*model);
  timed.group_commit = false;
  expect_variety(follow_seeds(*model, timed_rules(), timed, 60));
}

/// Nothing takes time but the faults.
TEST(SimulatedPath, WithoutDelays) {
  const auto model = two_phase_commit(2, 2);
  scenario::Timed timed = rough_timed(*model);
  timed.latencies[1] = Distribution();
  timed.forces[0] = Distribution();
  const Figures figures = follow_seeds(*model, timed_rules(), timed, 60);
  EXPECT_GT(figures.decided, 0);
}

/// A run that ends inside its steps.
TEST(SimulatedPath, UntilALimit) {
  const auto model = two_phase_commit(2, 2);
  scenario::Timed timed = rough_timed(*model);
  timed.limit = {40'000};
  timed.random = every_fault();
  timed.random.crash.every = {20'000};
  const Figures figures = follow_seeds(*model, timed_rules(), timed, 100);
  EXPECT_GT(figures.unfinished, 0);
  EXPECT_GT(figures.ended[static_cast<std::size_t>(Ended::limit)], 0);
}

}  // namespace
}  // namespace concordat
