// Goal: what is written reads back as the same scenario, and looks as a person would write it.
// Method: thousands of scenarios drawn from seeds; the exact text of a few.
#include <gtest/gtest.h>

#include "sim/scenario/read.hpp"
#include "sim/scenario/write.hpp"
#include "tests/unit/scenario_samples.hpp"

namespace concordat::scenario {
namespace {

std::string rewritten(std::string_view yaml) {
  const Result<Scenario> scenario = read(yaml, "a.yaml");
  return scenario.ok() ? write(*scenario) : scenario.error().text();
}

TEST(ScenarioWrite, ReadsBackAsTheSameScenario) {
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    SampleRandom random(seed);
    const Scenario scenario = sample_scenario(random);
    const std::string text = write(scenario);
    const Result<Scenario> back = read(text, "a.yaml");
    ASSERT_TRUE(back.ok()) << "seed " << seed << "\n" << back.error().text() << "\n" << text;
    ASSERT_TRUE(*back == scenario) << "seed " << seed << "\n" << text << "---\n" << write(*back);
    ASSERT_EQ(write(*back), text) << "seed " << seed;
  }
}

TEST(ScenarioWrite, CanonicalTextIsKept) {
  const std::string text = R"(name: coordinator dies after telling only p1
story: |
  The coordinator decides,
    tells p1,

  and dies.
source: >
  A sentence that goes on beyond the column where a line should end is broken between its words, so
  that it can be read.
protocol: two_phase_commit
options: {presume: nothing, retries: 5}
processes: {participants: 3}
place: {n1: [c, p1], n2: []}
transactions: 2
votes: {p3: no, t2 p1: any}
choices: {p1: {ship: fail}}
store: {p1: {accounts: {alice: 1000, "42": 7}}, p2: {accounts: {bob: 0}}}
work: {p1: {accounts.alice: -100}}
conserve: [accounts]
locks: wait_die
bounds: {rounds: 3}
network: {delivery: fifo, copies: 2, crash: drop, partition: hold}
timing: {latency: 1500us, force: 2ms, timeouts: {vote: 50ms, decision: 80ms}}
faults:
  - crash: {node: c, sent_to: [p1], of: decision, recover_after: 10s}
  - crash: {node: p1, after: force commit, recover: true, tail: kept}
  - partition: {groups: [[c, p1], [p2, p3]], from: 20ms, to: 1s}
  - duplicate: {message: decision, to: p2, count: 2}
schedule:
  - deliver t1 yes(p2->c){ballot=2}#1
  - partition {c,p1}|{p2}
  - "say: this needs quotes"
expect: {uniform_agreement: ok, decisions: {p1: "commit, then abort"}, blocked: [p2], messages: 3}
explore:
  crashes: 1
  losses: unlimited
  heal: false
  timing: synchronous
  from: faults
  expect: {uniform_agreement: holds, non_blocking: violated, states: 30800000000}
)";
  EXPECT_EQ(rewritten(text), text);
}

TEST(ScenarioWrite, CanonicalTextOfTimesIsKept) {
  const std::string text = R"(name: a week in two sites
protocol: two_phase_commit
transactions: 4
votes: {p1: any}
network: {copies: bag}
timing:
  model: synchronous
  latency: {log_normal: {median: 5ms, sigma: 0.5}, plus: 1ms}
  links: [{from: c, to: p2, latency: 70ms}, {to: p1, latency: {uniform: [1ms, 9ms]}}]
  sites: {east: [c, p1], west: [p2]}
  between: [{sites: [east, west], latency: {exponential: 70ms}}]
  force: {table: [1ms, 2ms, 40ms]}
  disks: {p1: {constant: 20ms, plus: 1us}}
  group_commit: false
  timeouts: {vote: 50ms}
  clock_error: 1/5000
  clocks: {p1: 200ppm, p2: -1000ppm}
  limit: 168h
  stop: decided
chances: {vote: {no: 1/20, read: 1/10}}
load: {total: 1000000, gap: 1ms}
faults:
  - crash: {node: c, at: 20ms, recover_after: 10s}
  - partition: {groups: [[c], [p2]], one_way: true, on: decided, of: c, heal_after: 1s}
  - pause: {node: c, on: voted, for: 500ms}
  - lose: {to: p2, since: 1s, until: 2s}
  - delay: {message: decision, count: 2, by: 50ms}
  - reorder: {from: p1}
random:
  crash: {every: 1s, down: 100ms, nodes: [c], inside: 1/3}
  partition: {every: 2s, lasts: 300ms, one_way: 1/4}
  pause: {every: 1s}
  lose: 1/50
  duplicate: 1/1000
  delay: {chance: 1/20, by: {exponential: 50ms}}
  until: 1h
)";
  EXPECT_EQ(rewritten(text), text);
}

TEST(ScenarioWrite, OneFormForEachTime) {
  EXPECT_EQ(rewritten("name: n\nprotocol: p\n"
                      "timing: {latency: {constant: 5000us}, clock_error: 200ppm, stop: quiet,\n"
                      "  clocks: {p1: 0.1%}, group_commit: true, links: []}\n"
                      "random: {crash: {every: 120s, inside: 50%}, lose: 2%, duplicate: 0%}\n"
                      "load: {total: 3, gap: 0us}\n"),
            "name: n\nprotocol: p\n"
            "timing: {latency: 5ms, clock_error: 1/5000, clocks: {p1: 1000ppm}}\n"
            "load: {total: 3}\n"
            "random: {crash: {every: 2min}, lose: 1/50}\n");
}

TEST(ScenarioWrite, LeavesDefaultsOutAndSortsKeys) {
  EXPECT_EQ(rewritten("explore: {tail: any, crashes: 0, heal: true}\n"
                      "network: {copies: set, delivery: unordered}\n"
                      "expect: {NB: ok}\n"
                      "locks: no_wait\n"
                      "transactions: 1\n"
                      "votes: {}\n"
                      "faults: []\n"
                      "protocol: 'p'\n"
                      "name: \"n\"\n"),
            "name: n\nprotocol: p\nnetwork: {copies: set}\nexpect: {non_blocking: ok}\n"
            "explore: {}\n");
}

TEST(ScenarioWrite, BudgetsAndClassesOfFaults) {
  const std::string limits =
      "name: n\nprotocol: p\nexplore:\n"
      "  crashes: 3\n"
      "  crash_only: [c, p1, p2]\n"
      "  crash_limits: [{nodes: [c], crashes: 1}, {nodes: [p1, p2], crashes: 2}]\n"
      "  timing: synchronous\n"
      "  tail: lost\n";
  EXPECT_EQ(rewritten(limits), limits);
  const std::string named =
      "name: n\nprotocol: p\n"
      "explore: {faults: F8-stop, crash_points: steps, max_states: 9, expect: {depth: 3}}\n";
  EXPECT_EQ(rewritten(named), named);
  // A budget beside a class does not count, and cannot be read.
  Scenario both = *read(named, "");
  both.explore->crashes.value = 2;
  both.explore->from_faults.value = true;
  both.explore->crash_limits.push_back({{{{"c", {}}}, {}}, {1, {}}});
  EXPECT_EQ(write(both), named);
}

TEST(ScenarioWrite, KeepsEmptyBlocksThatMeanSomething) {
  const std::string text =
      "name: n\nprotocol: p\ntiming: {}\nschedule: []\nexpect: {blocked: []}\nexplore: {}\n";
  EXPECT_EQ(rewritten(text), text);
  const std::string random = "name: n\nprotocol: p\nrandom: {}\n";
  EXPECT_EQ(rewritten(random), random);
}

TEST(ScenarioWrite, PlacesAndFileDoNotCount) {
  const auto a = read("name: n\nprotocol: p\nexpect: {}\n", "a.yaml");
  const auto b = read("\n\nname: n\nexpect: {}\nprotocol: p\n", "b.yaml");
  const auto c = read("name: n\nprotocol: p\nexpect: {steps: 1}\n", "a.yaml");
  ASSERT_TRUE(a.ok() && b.ok() && c.ok());
  EXPECT_TRUE(*a == *b);
  EXPECT_FALSE(*a == *c);
}

}  // namespace
}  // namespace concordat::scenario
