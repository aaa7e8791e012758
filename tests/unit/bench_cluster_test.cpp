// Goal: the cluster runs protocols as the timed simulator does. Method: a transaction by itself
// costs the same in both, for every protocol; many at once keep what the protocol promises, under
// every kind of failure; what can be worked out by hand comes out.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocols/registry.hpp"
#include "sim/bench/cluster.hpp"
#include "sim/run/timed_run.hpp"
#include "sim/scenario/bind.hpp"
#include "sim/scenario/read.hpp"

namespace concordat::bench {
namespace {

scenario::Scenario read(const std::string& text) {
  auto scenario = scenario::read("name: a benchmark\n" + text, "bench.yaml");
  EXPECT_TRUE(scenario.ok()) << (scenario.ok() ? "" : scenario.error().what);
  return *scenario;
}

Setting ready(const std::string& text) {
  auto setting = prepare(read(text), all_protocols());
  EXPECT_TRUE(setting.ok()) << (setting.ok() ? "" : setting.error().what);
  return std::move(*setting);
}

Figures run(const std::string& text, std::uint64_t seed = 1) {
  const Setting setting = ready(text);
  return Cluster(setting).run(seed);
}

class EveryProtocol : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Bench,
                         EveryProtocol,
                         ::testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const ProtocolEntry& entry : all_protocols().entries())
                             names.push_back(entry.info->name);
                           return names;
                         }()),
                         [](const auto& protocol) { return protocol.param; });

TEST_P(EveryProtocol, CostsInAClusterWhatItCostsInTheSimulator) {
  for (const char* timing : {"{latency: 5ms, force: 2ms}", "{latency: 1ms}"}) {
    const scenario::Scenario benchmark = read(fmt::format(
        "protocol: {}\ntiming: {}\n"
        "bench: {{transactions: 1, warm_up: 0, arrivals: {{clients: 1}}, participants: 3}}\n",
        GetParam(),
        timing));
    const auto single = single_transaction(benchmark, all_protocols(), 3, 0);
    ASSERT_TRUE(single.ok()) << single.error().what;
    const auto bound = scenario::bind(*single, all_protocols());
    ASSERT_TRUE(bound.ok()) << bound.error().what;
    Simulator simulator = make_simulator(*single, *bound);
    const RunSummary& summary = simulator.run(1);

    const auto setting = prepare(benchmark, all_protocols());
    ASSERT_TRUE(setting.ok()) << setting.error().what;
    Cluster cluster(*setting);
    const Figures& figures = cluster.run(1);
    EXPECT_EQ(figures.events, summary.events);
    EXPECT_EQ(figures.messages, summary.counts.messages);
    EXPECT_EQ(figures.local_messages, summary.counts.local_messages);
    EXPECT_EQ(figures.forces, summary.counts.forces);
    EXPECT_EQ(figures.records, summary.counts.records);
    EXPECT_EQ(figures.committed, summary.committed);
    EXPECT_EQ(figures.aborted, summary.aborted);
    EXPECT_EQ(figures.doubt_us.count(), summary.doubt_us.count());
    EXPECT_EQ(figures.doubt_us.sum(), summary.doubt_us.sum());
    if (!setting->answers) continue;
    EXPECT_EQ(figures.commit_us.sum(), summary.commit_us.sum());
    EXPECT_EQ(figures.abort_us.sum(), summary.abort_us.sum());
    EXPECT_EQ(figures.commit_us.count() + figures.abort_us.count(), 1);
  }
}

constexpr const char* every_failure =
    "bench:\n"
    "  transactions: 3000\n"
    "  arrivals: {clients: 20}\n"
    "  participants: [2, 3]\n"
    "  keys: 20\n"
    "  skew: 0.9\n"
    "  failures:\n"
    "    coordinators: {every: 3s, down: 300ms}\n"
    "    services: {every: 3s, down: 300ms, at_most: 1}\n"
    "    participants: {every: 5s, down: 300ms}\n"
    "    partition: {every: 5s, lasts: 300ms, one_way: 1/3}\n"
    "    pause: {every: 5s, lasts: 100ms}\n"
    "    slow_disk: {every: 5s, lasts: 500ms, times: 20}\n"
    "    lose: 1/200\n"
    "    duplicate: 1/200\n"
    "    delay: {chance: 1/100, by: {exponential: 30ms}}\n";

std::string coordinators_fail(const std::string& protocol, const std::string& down) {
  return fmt::format(
      "protocol: {}\ntiming: {{latency: 5ms, force: 2ms}}\n"
      "bench: {{transactions: 60000, arrivals: {{every: {{exponential: 10ms}}}}, keys: 100000,\n"
      "  participants: 3, failures: {{coordinators: {{every: 5s, down: {}}}}}}}\n",
      protocol,
      down);
}

/// Gray and Lamport 2006: 2PC waits for its coordinator, Paxos Commit does not.
TEST(Cluster, BlocksForAsLongAsTheRepairTakesOrNotAtAll) {
  double last = 0;
  for (const char* down : {"1s", "2s", "4s"}) {
    const Figures blocking = run(coordinators_fail("two_phase_commit", down));
    EXPECT_GT(blocking.blocked_us.count(), 100) << down;
    const double repair = static_cast<double>(blocking.repaired_us) /
                          static_cast<double>(std::max<std::int64_t>(blocking.repairs, 1));
    EXPECT_NEAR(blocking.blocked_us.mean() / repair, 1, 0.35) << down;
    EXPECT_GT(blocking.blocked_us.mean(), last);
    last = blocking.blocked_us.mean();
    const Figures other = run(coordinators_fail("paxos_commit", down));
    EXPECT_TRUE(other.blocked_us.empty()) << down;
    EXPECT_GT(other.crashes, 50);
  }
}

TEST(Cluster, BlocksPaxosCommitOnlyWithoutAMajorityOfAcceptors) {
  const auto with = [](int at_most) {
    return run(fmt::format(
        "protocol: paxos_commit\ntiming: {{latency: 5ms, force: 2ms}}\n"
        "bench: {{transactions: 30000, arrivals: {{every: {{exponential: 10ms}}}}, keys: 100000,\n"
        "  participants: 3, failures: {{services: {{every: 2s, down: 1s, at_most: {}}}}}}}\n",
        at_most));
  };
  const Figures minority = with(1);
  EXPECT_TRUE(minority.blocked_us.empty());
  EXPECT_GT(minority.crashes, 100);
  EXPECT_GT(minority.committed, 29'900);
  const Figures majority = with(2);
  EXPECT_GT(majority.blocked_us.count(), 1'000);
  EXPECT_GT(majority.blocked_us.max(), 1'000'000);
  EXPECT_EQ(majority.split, 0);
}

std::string contended(const std::string& locks) {
  return "protocol: two_phase_commit\ntiming: {latency: 5ms, force: 2ms}\n"
         "bench: {transactions: 20000, arrivals: {clients: 50}, participants: 3, keys: 300,\n"
         "  rows: 2, timeout: 10s, locks: " +
         locks + "}\n";
}

TEST(Cluster, LetsTransactionsMeetInTheirRows) {
  const Figures refused = run(contended("no_wait"));
  EXPECT_GT(refused.reasons[static_cast<std::size_t>(Reason::refused)], 1'000);
  EXPECT_TRUE(refused.lock_wait_us.empty());
  const Figures detected = run(contended("detect"));
  EXPECT_GT(detected.reasons[static_cast<std::size_t>(Reason::wounded)], 0);
  EXPECT_GT(detected.lock_wait_us.count(), 1'000);
  EXPECT_GT(detected.committed, refused.committed);
  for (const char* locks : {"wait_die", "wound_wait", "wait, lock_timeout: 100ms"}) {
    const Figures figures = run(contended(locks));
    EXPECT_EQ(figures.committed + figures.aborted, 20'000) << locks;
    EXPECT_EQ(figures.stuck, 0) << locks;
    EXPECT_EQ(figures.split, 0) << locks;
    EXPECT_GT(figures.committed, 5'000) << locks;
  }
}

/// A saga's changes are seen before it has ended; some are taken back, since a row was locked.
TEST(Cluster, SeesHowLongDataAreInconsistent) {
  const Figures figures =
      run("protocol: saga\ntiming: {latency: 5ms, force: 2ms}\n"
          "bench: {transactions: 5000, arrivals: {clients: 20}, business: bank, keys: 20}\n");
  EXPECT_EQ(figures.committed + figures.aborted, 5'000);
  EXPECT_GT(figures.committed, 4'500);
  EXPECT_GT(figures.aborted, 10);
  EXPECT_GE(figures.inconsistent_us.count(), figures.committed);
  EXPECT_GT(figures.inconsistent_us.min(), 10'000);  // a round trip and a force
  EXPECT_GT(figures.compensations, 10);
  EXPECT_GT(figures.exposed_reads, 100);
  EXPECT_GT(figures.dirty_reads, 0);
  EXPECT_LT(figures.dirty_reads, figures.exposed_reads);
}

/// What an atomic commit protocol promises under every failure.
TEST(Cluster, KeepsAtomicityUnderEveryFailure) {
  for (const char* protocol : {"two_phase_commit",
                               "two_phase_commit\nprofile: presumed_abort",
                               "two_phase_commit\nprofile: presumed_commit",
                               "xa_commit",
                               "linear_commit",
                               "cornus"})
    for (const char* locks :
         {"no_wait", "wait\n  lock_timeout: 30ms", "wait_die", "wound_wait", "detect"}) {
      const std::string text =
          fmt::format("protocol: {}\ntiming: {{latency: 2ms, force: 1ms}}\n{}  locks: {}\n",
                      protocol,
                      every_failure,
                      locks);
      const Figures figures = run(text);
      SCOPED_TRACE(text);
      EXPECT_EQ(figures.split, 0);
      EXPECT_EQ(figures.started, 3000);
      EXPECT_EQ(figures.stuck, 0);
      EXPECT_EQ(figures.committed + figures.aborted + figures.undecided, figures.started);
      EXPECT_GT(figures.committed, 500);
      EXPECT_GT(figures.crashes, 0);
      EXPECT_GT(figures.lost, 0);
    }
}

TEST_P(EveryProtocol, RunsUnderEveryFailureTheSameTwice) {
  const std::string text = fmt::format(
      "protocol: {}\ntiming: {{latency: 2ms, force: 1ms}}\n{}", GetParam(), every_failure);
  const Setting setting = ready(text);
  Cluster cluster(setting);
  const Figures first = cluster.run(7);
  const Figures second = cluster.run(7);
  const Figures fresh = Cluster(setting).run(7);
  for (const Figures* other : {&second, &fresh}) {
    EXPECT_EQ(first.events, other->events);
    EXPECT_EQ(first.end_us, other->end_us);
    EXPECT_EQ(first.messages, other->messages);
    EXPECT_EQ(first.committed, other->committed);
    EXPECT_EQ(first.commit_us.sum(), other->commit_us.sum());
    EXPECT_EQ(first.doubt_us.sum(), other->doubt_us.sum());
  }
  EXPECT_EQ(first.started, 3000);
}

}  // namespace
}  // namespace concordat::bench
