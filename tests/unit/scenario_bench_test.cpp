// Goal: what `bench:` says arrives in the right member, every mistake in it gives one error with
// place, message and fix, and it is written as it was read. Method: small files with the whole text
// of the error; a file with every key, value by value and byte by byte; sweeps and variants of it.
#include <fmt/core.h>

#include "sim/scenario/timed.hpp"
#include "sim/scenario/write.hpp"
#include "tests/unit/scenario_helpers.hpp"

namespace concordat::scenario {
namespace {

/// REQUIRES: the file is right, and a benchmark.
Bench bench_of(std::string_view block) {
  const Scenario scenario = good(fmt::format("bench: {}\n", block));
  EXPECT_TRUE(scenario.bench) << block;
  return scenario.bench.value_or(Bench{});
}

/// Errors of `bench: {...}`, from the text inside; the first character of it is at 3:9.
void expect_bench_errors(std::initializer_list<Case> cases) {
  for (const Case& each : cases)
    expect_errors({{"bench: {" + each.body + "}", each.error}});
}

DistributionSpec constant(std::int64_t us) {
  DistributionSpec out;
  out.first.us = us;
  return out;
}

DistributionSpec exponential(std::int64_t us) {
  DistributionSpec out = constant(us);
  out.kind = DistributionKind::exponential;
  return out;
}

// In the writer's form.
constexpr std::string_view everything = R"(name: every key
protocol: a
chances: {vote: {no: 1/20}}
seeds: "1..3"
bench:
  transactions: 100000
  warm_up: 5000
  arrivals: {every: {exponential: 1ms}, at_most: 20000}
  nodes: 12
  coordinators: 3
  participants: [2, 5]
  keys: 5000
  rows: 2
  skew: 0.99
  read_only: 1/5
  readers: 1/3
  locks: wait_die
  lock_timeout: 50ms
  deadline: 2s
  sites: [east, west, north]
  inside: 1ms
  between:
    - {sites: [east, west], latency: 70ms}
    - {sites: [north, west], latency: {exponential: 30ms}}
    - {sites: [north, east], latency: 60ms}
  home: 4/5
  failures:
    coordinators: {every: 10s, down: 1s}
    participants: {every: 60s, down: 2s}
    partition: {every: 2min, lasts: 5s, one_way: 1/4}
    pause: {every: 3s, lasts: 200ms}
    slow_disk: {every: 30s, lasts: 4s, times: 20}
    lose: 1/1000
    duplicate: 1/500
    delay: {chance: 1/100, by: {exponential: 50ms}}
  compare: [a, b, a/eager]
  measures: [commit_p50, messages]
  resembles:
    source: Gray and Lamport 2006, figure 1
    says: A commit takes five delays.
    checks:
      - {measure: forces, of: b, is: proportional, to: timing.latency, factor: 4.5, within: 1/100}
      - {measure: blocked_max, of: a/eager, is: zero}
      - {measure: throughput, of: a, is: falls, with: bench.skew}
      - {measure: commit_mean, of: a, is: below, than: b, by: 1/10, where: {bench.skew: 0.9}}
)";

Bench bench_with_everything() {
  const Result<Scenario> scenario = read(everything, "a.yaml");
  EXPECT_TRUE(scenario.ok()) << scenario.error().text();
  return scenario.ok() && scenario->bench ? *scenario->bench : Bench{};
}

TEST(ScenarioBench, EveryKeyOfTheWorkload) {
  const Bench bench = bench_with_everything();
  EXPECT_EQ(bench.key.at.line, 5);
  EXPECT_EQ(bench.transactions, 100'000);
  EXPECT_EQ(bench.warm_up, 5'000);
  EXPECT_EQ(bench.warm_up_count(), 5'000);
  EXPECT_TRUE(bench.arrivals.is_open());
  EXPECT_EQ(bench.arrivals.every, exponential(1'000));
  EXPECT_EQ(bench.arrivals.at_most, 20'000);
  EXPECT_EQ(bench.nodes, 12);
  EXPECT_EQ(bench.coordinators, 3);
  ASSERT_TRUE(bench.participants);
  EXPECT_EQ(bench.participants->value, (Participants{2, 5}));
  EXPECT_EQ(bench.business.value, Business::plain);
  EXPECT_EQ(bench.keys, 5'000);
  EXPECT_EQ(bench.rows, 2);
  EXPECT_EQ(bench.skew, 990'000);
  EXPECT_EQ(bench.read_only, (Ratio{1, 5}));
  EXPECT_EQ(bench.readers, (Ratio{1, 3}));
  EXPECT_EQ(bench.locks, RowLocks::wait_die);
  EXPECT_EQ(bench.lock_timeout, Duration{50'000});
  EXPECT_EQ(bench.deadline, Duration{2'000'000});
  ASSERT_EQ(bench.sites.size(), 3U);
  EXPECT_EQ(bench.sites[2].value, "north");
  EXPECT_EQ(bench.inside, constant(1'000));
  ASSERT_EQ(bench.between.size(), 3U);
  EXPECT_EQ(bench.between[1].sites.value[0].value, "north");
  EXPECT_EQ(bench.between[1].latency.value, exponential(30'000));
  EXPECT_EQ(bench.home, (Ratio{4, 5}));
}

TEST(ScenarioBench, EveryFailure) {
  const Failures failures = bench_with_everything().failures;
  constexpr std::int64_t second = 1'000'000;
  EXPECT_EQ(failures.coordinators, (Outage{{10 * second}, {second}}));
  EXPECT_EQ(failures.participants, (Outage{{60 * second}, {2 * second}}));
  EXPECT_EQ(failures.partition, (Outage{{120 * second}, {5 * second}}));
  EXPECT_EQ(failures.one_way, (Ratio{1, 4}));
  EXPECT_EQ(failures.pause, (Outage{{3 * second}, {200'000}}));
  EXPECT_EQ(failures.slow_disk, (Outage{{30 * second}, {4 * second}}));
  EXPECT_EQ(failures.slow_disk_times, 20);
  EXPECT_EQ(failures.lose, (Ratio{1, 1'000}));
  EXPECT_EQ(failures.duplicate, (Ratio{1, 500}));
  EXPECT_EQ(failures.delay, (Ratio{1, 100}));
  EXPECT_EQ(failures.delay_by, exponential(50'000));
}

TEST(ScenarioBench, WhatIsComparedAndClaimed) {
  const Bench bench = bench_with_everything();
  ASSERT_EQ(bench.compare.size(), 3U);
  EXPECT_EQ(bench.compare[1].value, (Contender{"b", ""}));
  EXPECT_EQ(bench.compare[2].value, (Contender{"a", "eager"}));
  EXPECT_EQ(bench.compare[2].at.line, 36);
  ASSERT_EQ(bench.measures.size(), 2U);
  EXPECT_EQ(bench.measures[1].value, "messages");
  ASSERT_TRUE(bench.resembles);
  EXPECT_EQ(bench.resembles->source, "Gray and Lamport 2006, figure 1");
  EXPECT_EQ(bench.resembles->says, "A commit takes five delays.");
  ASSERT_EQ(bench.resembles->checks.size(), 4U);
  const ResemblanceCheck& proportional = bench.resembles->checks[0];
  EXPECT_EQ(proportional.measure.value, "forces");
  EXPECT_EQ(proportional.of.value, (Contender{"b", ""}));
  EXPECT_EQ(proportional.is.value, Claim::proportional);
  EXPECT_EQ(proportional.place.value, "timing.latency");
  EXPECT_EQ(proportional.factor_millionths, 4'500'000);
  EXPECT_EQ(proportional.within, (Ratio{1, 100}));
  EXPECT_EQ(bench.resembles->checks[1].is.value, Claim::zero);
  const ResemblanceCheck& falls = bench.resembles->checks[2];
  EXPECT_EQ(falls.is.value, Claim::falls);
  EXPECT_EQ(falls.place.value, "bench.skew");
  EXPECT_EQ(falls.within, ResemblanceCheck::usual_within);
  EXPECT_FALSE(falls.factor_millionths);
  const ResemblanceCheck& below = bench.resembles->checks[3];
  EXPECT_EQ(below.is.value, Claim::below);
  EXPECT_EQ(below.than.value, (Contender{"b", ""}));
  EXPECT_EQ(below.by, (Ratio{1, 10}));
  ASSERT_EQ(below.where.size(), 1U);
  EXPECT_EQ(below.where[0].key.value, "bench.skew");
  EXPECT_EQ(below.where[0].value.value, "0.9");
}

TEST(ScenarioBench, UsualValues) {
  const Bench bench = bench_of("{}");
  EXPECT_EQ(bench, Bench{});
  EXPECT_EQ(bench.warm_up_count(), 1'000);
  EXPECT_FALSE(bench.arrivals.is_open());
  EXPECT_EQ(bench.arrivals.clients, 10);
  EXPECT_EQ(bench_of("{transactions: 9}").warm_up_count(), 0);
  EXPECT_EQ(bench_of("{warm_up: 0}").warm_up_count(), 0);
  EXPECT_EQ(bench_of("{transactions: 1000000000000}").transactions, 1'000'000'000'000);
  EXPECT_EQ(bench_of("{participants: 3}").participants->value, (Participants{3, 3}));
  EXPECT_EQ(bench_of("{arrivals: {every: 2ms}}").arrivals.every, constant(2'000));
  EXPECT_EQ(bench_of("{arrivals: {clients: 3, think: 2ms}}").arrivals.think, constant(2'000));
  EXPECT_EQ(bench_of("{skew: 4}").skew, 4'000'000);
  EXPECT_EQ(bench_of("{business: bank, participants: 2}").business.value, Business::bank);
  EXPECT_EQ(bench_of("{locks: detect, lock_timeout: 1s}").locks, RowLocks::detect);
  EXPECT_EQ(bench_of("{sites: [east], inside: 1ms}").sites.size(), 1U);
  EXPECT_FALSE(bench_of("{sites: [east], inside: 1ms}").home);
}

TEST(ScenarioBench, OtherKeysMayStandBeside) {
  const Scenario scenario = good(
      "profile: q\noptions: {x: y}\nprocesses: {participants: 3}\nvotes: {p1: any}\n"
      "bounds: {rounds: 3}\nnetwork: {copies: bag}\ntransactions: 1\nfaults: []\n"
      "timing: {timeouts: {vote: 50ms}}\nchances: {vote: {no: 1/20}}\nseeds: 1..9\n"
      "explore: {crashes: 1, expect: {UA: holds}}\nbench: {}\n");
  EXPECT_TRUE(scenario.bench);
  EXPECT_FALSE(is_timed(scenario));
  EXPECT_TRUE(is_timed(good("timing: {latency: 1ms}\nbench: {}\n")));
}

TEST(ScenarioBench, TheProtocolOfTheFileIsComparedFirst) {
  const auto texts = [](std::string_view body) {
    std::string out;
    for (const auto& each : contenders(good(body)))
      out += format(each.value) + " ";
    return out;
  };
  EXPECT_EQ(texts("bench: {}"), "p ");
  EXPECT_EQ(texts("bench: {compare: [a, b/c]}"), "p a b/c ");
  EXPECT_EQ(texts("bench: {compare: [a, p, p/c]}"), "p a p/c ");
  EXPECT_EQ(texts("profile: c\nbench: {compare: [a, p, p/c]}"), "p/c a p ");
}

TEST(ScenarioBench, RepeatsOfAScheduleAreNoBenchmark) {
  const Scenario replay =
      with_schedule(good("bench: {transactions: 7}\nseeds: 3\n"), {"start c"}, false);
  EXPECT_EQ(write(replay), "name: n\nprotocol: p\nschedule:\n  - start c\n");
}

TEST(ScenarioBench, WhatDoesNotGoTogetherWithIt) {
  const std::string failures =
      "\n  hint: `bench: {failures: ...}` has failures that come again and again";
  const std::string count =
      "\n  hint: `bench: {transactions: 10000}` says how many there are, `arrivals` when they come";
  expect_errors({
      {"bench: {}\nschedule: []",
       "4:1: error: a benchmark has no schedule\n"
       "  hint: a schedule lists every event of one run; leave `schedule` or `bench` out"},
      {"bench: {}\nfaults: [pause: {node: c, on: told}]",
       "4:1: error: a benchmark has no `faults`" + failures},
      {"bench: {}\nrandom: {}", "4:1: error: a benchmark has no `random` faults" + failures},
      {"load: {total: 9}\nbench: {}", "3:1: error: a benchmark has no `load`" + count},
      {"transactions: 2\nbench: {}",
       "3:1: error: a benchmark counts its transactions itself" + count},
      {"bench: {}\nexpect: {}",
       "4:1: error: `expect` judges one run, and a benchmark has many transactions\n"
       "  hint: `bench: {resembles: ...}` says what must come out; `explore: {expect: ...}` may "
       "stay"},
  });
}

TEST(ScenarioBench, BrokenNumbers) {
  const std::string from = "must be a whole number from ";
  const std::string share = "must be a share from 0 to 1, such as `1/50` or `2%`, not ";
  expect_errors(
      {{"bench: 1", "3:8: error: `bench` must be a map (`key: value`), not `1`"},
       {"bench:", "3:1: error: `bench` has no value\n  hint: it must be a map (`key: value`)"}});
  expect_bench_errors({
      {"transaction: 1",
       "3:9: error: unknown key `transaction`\n  hint: did you mean `transactions`?"},
      {"transactions: 0", "3:23: error: `transactions` " + from + "1 to 1000000000000, not `0`"},
      {"transactions: 1000000000001",
       "3:23: error: `transactions` " + from + "1 to 1000000000000, not `1000000000001`"},
      {"warm_up: -1", "3:18: error: `warm_up` " + from + "0 to 1000000000000, not `-1`"},
      {"nodes: 10001", "3:16: error: `nodes` " + from + "1 to 10000, not `10001`"},
      {"coordinators: 0", "3:23: error: `coordinators` " + from + "1 to 1000, not `0`"},
      {"participants: 25", "3:23: error: `participants` " + from + "1 to 24, not `25`"},
      {"participants: [2]",
       "3:23: error: `participants` has two numbers in a list, least and most\n"
       "  hint: write `participants: [2, 5]`"},
      {"participants: [5, 2]",
       "3:27: error: the second number of `participants` is less than the first, 5\n"
       "  hint: write `participants: [2, 5]`"},
      {"business: bnk",
       "3:19: error: `business` must be one of plain, bank, shop, not `bnk`\n"
       "  hint: did you mean `bank`?"},
      {"keys: 10000001", "3:15: error: `keys` " + from + "1 to 10000000, not `10000001`"},
      {"rows: 9", "3:15: error: `rows` " + from + "1 to 8, not `9`"},
      {"skew: 4.1",
       "3:15: error: `skew` must be a number from 0 to 4, with at most 6 digits after the point, "
       "not `4.1`"},
      {"read_only: 2", "3:20: error: `read_only` " + share + "`2`"},
      {"readers: 4/3", "3:18: error: `readers` " + share + "`4/3`"},
      {"locks: waitdie",
       "3:16: error: `locks` must be one of no_wait, wait, wait_die, wound_wait, detect, not "
       "`waitdie`\n  hint: did you mean `wait_die`?"},
      {"lock_timeout: 0s", "3:23: error: `lock_timeout` must be a time longer than 0, not `0s`"},
      {"deadline: 0s", "3:19: error: `deadline` must be a time longer than 0, not `0s`"},
  });
}

TEST(ScenarioBench, BrokenArrivals) {
  const std::string either =
      "\n  hint: `every: {exponential: 1ms}` from one transaction to the next, or `clients: 100` "
      "that wait for their answers";
  const std::string zero =
      "error: `every` is 0us each time, so that all transactions come at once\n  hint: `every: "
      "1ms`, or `clients: 100` that begin again when they have an answer";
  expect_bench_errors({
      {"arrivals: {}", "3:19: error: `arrivals` needs `every` or `clients`" + either},
      {"arrivals: {think: 1ms}", "3:19: error: `arrivals` needs `every` or `clients`" + either},
      {"arrivals: {every: 1ms, clients: 3}",
       "3:19: error: `arrivals` has `every` or `clients`, not both" + either},
      {"arrivals: {every: 1ms, think: 1ms}",
       "3:32: error: `think` goes with `clients`\n"
       "  hint: without clients nobody thinks between two transactions"},
      {"arrivals: {at_most: 3, clients: 3}",
       "3:20: error: `at_most` goes with `every`\n"
       "  hint: as many as there are clients run at the same time"},
      {"arrivals: {every: 0ms}", "3:27: " + zero},
      {"arrivals: {every: {uniform: [0s, 0s]}}", "3:27: " + zero},
      {"arrivals: {clients: 0}",
       "3:29: error: `clients` must be a whole number from 1 to 1000000, not `0`"},
  });
}

TEST(ScenarioBench, ContradictionsInTheWorkload) {
  expect_bench_errors({
      {"rows: 3, keys: 2",
       "3:15: error: a participant cannot change 3 rows of 2\n  hint: `rows` is at most `keys`"},
      {"business: bank, participants: 3",
       "3:39: error: `business: bank` has 2 participants\n"
       "  hint: write `participants: 2`, or leave it out"},
      {"business: shop, participants: [2, 3]",
       "3:39: error: `business: shop` has 3 participants\n"
       "  hint: write `participants: 3`, or leave it out"},
      {"lock_timeout: 5ms",
       "3:23: error: `lock_timeout` is for requests that wait, and under `no_wait` none does\n"
       "  hint: `locks: wait`, or wait_die, wound_wait, detect"},
  });
}

TEST(ScenarioBench, BrokenSites) {
  const std::string spread =
      "\n  hint: `sites: [east, west]` spreads nodes and coordinators over them";
  const std::string latency = "\n  hint: `between: [{sites: [a, b], latency: 70ms}]`";
  expect_bench_errors({
      {"inside: 1ms", "3:9: error: `inside` needs `sites`" + spread},
      {"between: []", "3:9: error: `between` needs `sites`" + spread},
      {"home: 80%", "3:9: error: `home` needs `sites`" + spread},
      {"sites: []", "3:16: error: `sites` names one or more\n  hint: or leave it out"},
      {"sites: [a, a]",
       "3:20: error: `a` stands twice in this list\n  hint: it stands first in line 3"},
      {"sites: [a]",
       "3:16: error: `sites` needs `inside`, the latency inside a site\n"
       "  hint: write `inside: 1ms`"},
      {"nodes: 1, inside: 1ms, sites: [a, b]",
       "3:39: error: 2 sites share 1 nodes, so that one has none\n"
       "  hint: `nodes` is at least the number of `sites`"},
      {"inside: 1ms, sites: [a, b]",
       "3:29: error: `between` lacks the latency of `a` and `b`" + latency},
      {"inside: 1ms, sites: [c, a, b], between: [{sites: [b, c], latency: 1s}]",
       "3:49: error: `between` lacks the latency of `c` and `a`\n"
       "  hint: `between: [{sites: [c, a], latency: 70ms}]`"},
      {"inside: 1ms, sites: [a, b], between: [{sites: [a, b], latency: 1s}, {sites: [b, a], "
       "latency: 1s}]",
       "3:85: error: `between` has `a` and `b` twice\n  hint: it has them first in line 3"},
      {"inside: 1ms, sites: [a, b], between: [{sites: [a, a], latency: 1s}]",
       "3:55: error: a pair of `between` has two different sites\n"
       "  hint: `inside` is the latency inside each of them"},
      {"inside: 1ms, sites: [east, west], between: [{sites: [east, wst], latency: 1s}]",
       "3:68: error: unknown site `wst`\n  hint: did you mean `west`?"},
  });
}

TEST(ScenarioBench, BrokenFailures) {
  const auto needs = [](std::string_view block, std::string_view error, std::string_view hint) {
    expect_bench_errors({{fmt::format("failures: {{{}}}", block),
                          fmt::format("3:{}\n  hint: write `{}`", error, hint)}});
  };
  needs("coordinators: {every: 1s}",
        "34: error: `coordinators` needs `every` and `down`",
        "coordinators: {every: 10s, down: 1s}");
  needs("participants: {down: 1s}",
        "34: error: `participants` needs `every` and `down`",
        "participants: {every: 60s, down: 1s}");
  needs("partition: {every: 1s, one_way: 1}",
        "31: error: `partition` needs `every` and `lasts`",
        "partition: {every: 60s, lasts: 5s}");
  needs("pause: {every: 1s}",
        "27: error: `pause` needs `every` and `lasts`",
        "pause: {every: 10s, lasts: 200ms}");
  needs("slow_disk: {every: 1s, lasts: 1s}",
        "31: error: `slow_disk` needs `every`, `lasts` and `times`",
        "slow_disk: {every: 30s, lasts: 5s, times: 20}");
  needs("delay: {chance: 1/2}",
        "27: error: `delay` needs `chance` and `by`",
        "delay: {chance: 1/100, by: {exponential: 50ms}}");
  expect_bench_errors({
      {"failures: {coordinators: {every: 0s, down: 1s}}",
       "3:42: error: `every` must be a time longer than 0, not `0s`"},
      {"failures: {pause: {every: 1s, lasts: 1s, nodes: [c]}}",
       "3:50: error: unknown key `nodes`\n  hint: known here: every, lasts"},
      {"failures: {slow_disk: {every: 1s, lasts: 1s, times: 1}}",
       "3:61: error: `times` must be a whole number from 2 to 10000, not `1`"},
      {"failures: {crash: {every: 1s}}",
       "3:20: error: unknown key `crash`\n  hint: known here: coordinators, services, "
       "participants, partition, pause, slow_disk, lose, duplicate, delay"},
  });
}

TEST(ScenarioBench, BrokenComparisons) {
  expect_bench_errors({
      {"compare: []", "3:18: error: `compare` names one or more\n  hint: or leave it out"},
      {"compare: a", "3:18: error: `compare` must be a list, not `a`\n  hint: write `[a]`"},
      {"compare: [a, b/c, a]",
       "3:27: error: `a` stands twice in this list\n  hint: it stands first in line 3"},
      {"compare: [a/]",
       "3:19: error: `compare` must be a protocol, or `protocol/profile`, not `a/`\n"
       "  hint: `concordat list` names both"},
      {"compare: [a/b/c]",
       "3:19: error: `compare` must be a protocol, or `protocol/profile`, not `a/b/c`\n"
       "  hint: `concordat list` names both"},
      {"measures: []", "3:19: error: `measures` names one or more\n  hint: or leave it out"},
      {"measures: [m, m]",
       "3:23: error: `m` stands twice in this list\n  hint: it stands first in line 3"},
      {"resembles: {source: s, says: t}",
       "3:20: error: `resembles` needs `source`, `says` and `checks`\n"
       "  hint: write `resembles: {source: a paper, says: a sentence, checks: [...]}`"},
      {"resembles: {checks: []}",
       "3:29: error: `checks` has one check or more\n"
       "  hint: `- {measure: blocked_max, of: a, is: zero}`"},
  });
}

TEST(ScenarioBench, BrokenChecks) {
  const auto broken = [](const std::string& check, const std::string& error) {
    // Line 7, from column 9.
    expect_errors(
        {{"bench:\n  resembles:\n    source: s\n    says: t\n    checks: [{" + check + "}]\n",
          "7:" + error}});
  };
  const std::string zero = "\n  hint: `{measure: blocked_max, of: a, is: zero}`";
  broken("of: a, is: zero", "14: error: a check needs `measure`" + zero);
  broken("measure: m, is: zero", "14: error: a check needs `of`" + zero);
  broken("measure: m, of: a", "14: error: a check needs `is`" + zero);
  broken("measure: m, of: a, is: zro",
         "38: error: `is` must be one of proportional, zero, grows, falls, flat, below, above, not "
         "`zro`\n  hint: did you mean `zero`?");
  broken("measure: m, of: a, is: zero, within: 1%",
         "44: error: `within` does not go with `is: zero`\n"
         "  hint: write `{measure: blocked_max, of: a, is: zero}`");
  broken("measure: m, of: a, is: proportional",
         "38: error: `is: proportional` needs `to`\n"
         "  hint: write `is: proportional, to: timing.latency, factor: 5`");
  broken("measure: m, of: a, is: grows, to: bench.skew",
         "45: error: `to` does not go with `is: grows`\n"
         "  hint: write `is: grows, with: bench.skew`");
  broken("measure: m, of: a, is: flat, with: bench.keys, by: 1%",
         "62: error: `by` does not go with `is: flat`\n"
         "  hint: write `is: flat, with: bench.keys, within: 5%`");
  broken("measure: m, of: a, is: below",
         "38: error: `is: below` needs `than`\n"
         "  hint: write `is: below, than: b, by: 10%`");
  broken("measure: m, of: a/b, is: above, than: a/b",
         "53: error: `a/b` is not above itself\n  hint: `than` is another one of those compared");
  broken("measure: m, of: a, is: proportional, to: bench.keys, factor: 0",
         "76: error: `factor` is more than 0\n  hint: `is: zero` needs none");
  broken("measure: m, of: a, is: falls, with: bench.keys, where: {bench.keys: 3}",
         "71: error: `bench.keys` has one value here, so that nothing can be said about it\n"
         "  hint: leave it out of `where`, or out of `with`");
}

TEST(ScenarioBench, PlacesOfChecksAreThoseOfASweep) {
  const auto body = [](std::string_view place) {
    return fmt::format(
        "bench:\n  resembles:\n    source: s\n    says: t\n    checks:\n"
        "    - {{measure: m, of: a, is: grows, with: {}}}\n",
        place);
  };
  for (const char* place : {"bench.skew",
                            "timing.latency",
                            "processes.participants",
                            "work.p1.accounts.alice",
                            "votes.t2 p1",
                            "profile"})
    EXPECT_EQ(good(body(place)).bench->resembles->checks[0].place.value, place);
  for (const char* place : {"bench..skew", ".bench", "bench.", "name", "variants", "sweep.a"})
    expect_errors({{body(place),
                    fmt::format("8:44: error: `{}` is not a place in the file\n  hint: write the "
                                "keys that lead to the value, with dots: `bench.skew`",
                                place)}});
  expect_errors(
      {{body("bnch.skew"), "8:44: error: unknown key `bnch`\n  hint: did you mean `bench`?"}});
}

TEST(ScenarioBench, CanonicalTextIsKept) {
  const Result<Scenario> scenario = read(everything, "a.yaml");
  ASSERT_TRUE(scenario.ok()) << scenario.error().text();
  EXPECT_EQ(write(*scenario), everything);
  const std::string closed =
      "name: n\nprotocol: p\n"
      "bench: {arrivals: {clients: 10, think: 1ms}, participants: 3, business: shop}\n";
  EXPECT_EQ(write(good(closed.substr(closed.find("bench")))), closed);
  EXPECT_EQ(write(good("bench: {warm_up: 5, arrivals: {clients: 10}, participants: [2, 2], keys: "
                       "1000, skew: 0.0, locks: no_wait, deadline: 1000ms, failures: {lose: 0}}")),
            "name: n\nprotocol: p\nbench: {warm_up: 5, participants: 2}\n");
}

TEST(ScenarioBench, ALongCheckTakesSeveralLines) {
  const std::string text =
      "name: n\nprotocol: p\nbench:\n  resembles:\n    source: s\n    says: t\n    checks:\n"
      "      - measure: a_measure_with_a_long_name\n"
      "        of: a_protocol/a_profile\n"
      "        is: below\n"
      "        than: another_protocol/another_profile\n"
      "        where: {bench.skew: 0.9}\n";
  EXPECT_EQ(write(good(text.substr(text.find("bench")))), text);
}

// ---- Several scenarios in one file.

std::vector<Scenario> all_of(const std::string& body) {
  const auto all = read_all("name: n\nprotocol: p\n" + body, "a.yaml");
  if (all.ok()) return *all;
  ADD_FAILURE() << all.error().text() << "\n" << body;
  return {};
}

TEST(ScenarioBench, EveryValueCanBeSwept) {
  const auto all = all_of(
      "bench: {locks: wait, failures: {coordinators: {down: 1s}}, arrivals: {think: 2ms}}\n"
      "sweep:\n"
      "  bench.keys: [10, 1000]\n"
      "  bench.skew: [0.5]\n"
      "  bench.arrivals.clients: [7]\n"
      "  bench.failures.coordinators.every: [10s]\n"
      "  bench.participants: [2, 3]\n"
      "  bench.locks: [detect]\n");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[1].variant,
            "keys=10, skew=0.5, clients=7, every=10s, participants=3, locks=detect");
  EXPECT_EQ(all[2].bench->keys, 1'000);
  EXPECT_EQ(all[0].bench->keys, 10);
  for (const Scenario& each : all) {
    EXPECT_EQ(each.bench->skew, 500'000);
    EXPECT_EQ(each.bench->arrivals.clients, 7);
    EXPECT_EQ(each.bench->arrivals.think, constant(2'000));
    EXPECT_EQ(each.bench->failures.coordinators, (Outage{{10'000'000}, {1'000'000}}));
    EXPECT_EQ(each.bench->locks, RowLocks::detect);
  }
  EXPECT_EQ(all[1].bench->participants->value, (Participants{3, 3}));
}

TEST(ScenarioBench, ASweptContradictionIsAnError) {
  const auto all = read_all(
      "name: n\nprotocol: p\nbench: {lock_timeout: 5ms}\nsweep: {bench.locks: [wait, no_wait]}\n",
      "a.yaml");
  ASSERT_FALSE(all.ok());
  EXPECT_EQ(all.error().text(),
            "a.yaml:3:23: error: `lock_timeout` is for requests that wait, and under `no_wait` "
            "none does (variant `locks=no_wait`)\n"
            "  hint: `locks: wait`, or wait_die, wound_wait, detect");
}

TEST(ScenarioBench, VariantsReplaceArrivalsAndDistributions) {
  const auto all = all_of(
      "bench:\n  arrivals: {every: 1ms}\n  failures: {lose: 1/9, delay: {chance: 1/2, by: 1ms}}\n"
      "  sites: [a]\n  inside: {uniform: [1ms, 2ms]}\n"
      "variants:\n"
      "- {name: open}\n"
      "- {name: closed, bench: {arrivals: {clients: 3}, inside: {exponential: 1ms},\n"
      "                         failures: {delay: {by: {exponential: 1ms}}}}}\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(all[0].bench->arrivals.is_open());
  EXPECT_FALSE(all[1].bench->arrivals.is_open());
  EXPECT_EQ(all[1].bench->arrivals.clients, 3);
  EXPECT_EQ(all[1].bench->inside, exponential(1'000));
  EXPECT_EQ(all[1].bench->failures.lose, (Ratio{1, 9}));
  EXPECT_EQ(all[1].bench->failures.delay, (Ratio{1, 2}));
  EXPECT_EQ(all[1].bench->failures.delay_by, exponential(1'000));
}

}  // namespace
}  // namespace concordat::scenario
