// Goal: it is clear for every scenario whether its run has times, and what a schedule takes the
// place of. Method: each key that may matter alone, and some together.
#include "sim/scenario/timed.hpp"
#include "sim/scenario/write.hpp"
#include "tests/unit/scenario_helpers.hpp"

namespace concordat::scenario {
namespace {

/// The key that makes the scenario timed; "-" for none.
std::string reason(std::string_view body) {
  const Scenario scenario = good(body);
  const auto by = timed_by(scenario);
  EXPECT_EQ(is_timed(scenario), by.has_value());
  return by ? by->value : "-";
}

TEST(ScenarioTimed, TimesInTiming) {
  EXPECT_EQ(reason(""), "-");
  EXPECT_EQ(reason("timing: {}\n"), "-");
  EXPECT_EQ(reason("timing: {model: synchronous, timeouts: {vote: 5ms}}\n"), "-");
  EXPECT_EQ(reason("timing: {sites: {east: [c]}, group_commit: false, stop: quiet}\n"), "-");
  EXPECT_EQ(reason("timing: {links: [], between: [], disks: {}, clocks: {}}\n"), "-");
  EXPECT_EQ(reason("timing: {latency: 0us}\n"), "latency");
  EXPECT_EQ(reason("timing: {links: [{from: c, latency: 1ms}]}\n"), "links");
  EXPECT_EQ(reason("timing: {between: [{sites: [a, b], latency: 1ms}]}\n"), "between");
  EXPECT_EQ(reason("timing: {force: 1ms}\n"), "force");
  EXPECT_EQ(reason("timing: {disks: {p1: 1ms}}\n"), "disks");
  EXPECT_EQ(reason("timing: {clock_error: 1%}\n"), "clock_error");
  EXPECT_EQ(reason("timing: {clocks: {p1: 0ppm}}\n"), "clocks");
  EXPECT_EQ(reason("timing: {limit: 1s}\n"), "limit");
  EXPECT_EQ(reason("timing: {stop: decided}\n"), "stop");
  EXPECT_EQ(reason("timing: {force: 1ms, limit: 1s, latency: 1ms}\n"), "latency");
}

TEST(ScenarioTimed, TimesInFaults) {
  const auto fault = [](const std::string& text) { return reason("faults:\n  - " + text + "\n"); };
  const std::string partition = "partition: {groups: [[c], [p1]], ";
  EXPECT_EQ(fault("crash: {node: c, on: voted, recover: true}"), "-");
  EXPECT_EQ(fault("crash: {node: c, sent_to: [p1], of: decision, tail: kept}"), "-");
  EXPECT_EQ(fault("crash: {node: c, at: 1s}"), "at");
  EXPECT_EQ(fault("crash: {node: c, on: voted, recover_after: 1s}"), "recover_after");
  EXPECT_EQ(fault(partition + "one_way: true, on: voted, of: c, heal: true}"), "-");
  EXPECT_EQ(fault(partition + "from: 1s, to: 2s}"), "from");
  EXPECT_EQ(fault(partition + "on: voted, of: c, heal_after: 1s}"), "heal_after");
  EXPECT_EQ(fault("pause: {node: c, on: voted, resume: true}"), "-");
  EXPECT_EQ(fault("pause: {node: c, on: voted, for: 1s}"), "for");
  EXPECT_EQ(fault("pause: {node: c, at: 1s}"), "at");
  EXPECT_EQ(fault("lose: {from: c, count: 3}"), "-");
  EXPECT_EQ(fault("duplicate: {message: yes, to: c}"), "-");
  EXPECT_EQ(fault("lose: {from: c, since: 1s}"), "since");
  EXPECT_EQ(fault("duplicate: {from: c, until: 1s}"), "until");
  EXPECT_EQ(fault("delay: {from: c, by: 1s}"), "by");
  EXPECT_EQ(fault("reorder: {from: c}"), "reorder");
}

TEST(ScenarioTimed, WhatIsDrawn) {
  EXPECT_EQ(reason("random: {}\n"), "random");
  EXPECT_EQ(reason("load: {total: 10}\n"), "load");
  EXPECT_EQ(reason("votes: {p1: any}\nnetwork: {copies: bag}\n"), "-");
}

TEST(ScenarioTimed, ASchedulePlaysWithoutTimes) {
  EXPECT_EQ(reason("timing: {latency: 5ms, limit: 1s}\nschedule: []\n"), "-");
  EXPECT_EQ(reason("faults:\n  - crash: {node: c, at: 1s}\nschedule: []\n"), "-");
}

TEST(ScenarioTimed, AScheduleTakesThePlaceOfWhatMadeTheRun) {
  const Scenario scenario = good(
      "timing: {model: synchronous, latency: 5ms, timeouts: {vote: 1s}}\n"
      "chances: {vote: {no: 1/2}}\nload: {total: 3}\nrandom: {lose: 1/2}\n"
      "faults:\n  - crash: {node: c, at: 1s}\n");
  EXPECT_EQ(write(with_schedule(scenario, {"start c", "crash c"}, false)),
            "name: n\nprotocol: p\n"
            "timing: {model: synchronous, latency: 5ms, timeouts: {vote: 1s}}\n"
            "schedule:\n  - start c\n  - crash c\n");
  EXPECT_EQ(write(with_schedule(scenario, {}, true)),
            "name: n\nprotocol: p\nnetwork: {copies: bag}\n"
            "timing: {latency: 5ms, timeouts: {vote: 1s}}\nschedule: []\n");
  const Scenario two = good("network: {copies: 2}\nload: {total: 3}\n");
  EXPECT_EQ(write(with_schedule(two, {}, true)),
            "name: n\nprotocol: p\nnetwork: {copies: 2}\nschedule: []\n");
}

}  // namespace
}  // namespace concordat::scenario
