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
            "name: n\nprotocol: p\nexpect: {non_blocking: ok}\nexplore: {}\n");
}

TEST(ScenarioWrite, KeepsEmptyBlocksThatMeanSomething) {
  const std::string text =
      "name: n\nprotocol: p\ntiming: {}\nschedule: []\nexpect: {blocked: []}\nexplore: {}\n";
  EXPECT_EQ(rewritten(text), text);
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
