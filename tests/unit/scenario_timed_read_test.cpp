// Goal: what a scenario says about time arrives in the right member, and every mistake in it gives
// one error with place, message and fix. Method: as in scenario_read_test.cpp, small files with the
// whole text of the error.
#include <fmt/core.h>

#include "tests/unit/scenario_helpers.hpp"

namespace concordat::scenario {
namespace {

DistributionSpec latency(std::string_view text) {
  const Scenario s = good(fmt::format("timing: {{latency: {}}}\n", text));
  return s.timing && s.timing->latency ? s.timing->latency->value : DistributionSpec{};
}

constexpr std::int64_t ms = 1'000;

TEST(ScenarioTimedRead, Distributions) {
  DistributionSpec spec;
  spec.first.us = 5 * ms;
  EXPECT_EQ(latency("5ms"), spec);
  EXPECT_EQ(latency("{constant: 5ms}"), spec);
  spec.plus.us = 1;
  EXPECT_EQ(latency("{plus: 1us, constant: 5ms}"), spec);
  spec.kind = DistributionKind::exponential;
  EXPECT_EQ(latency("{exponential: 5ms, plus: 1us}"), spec);
  spec.plus.us = 0;
  spec.kind = DistributionKind::uniform;
  spec.last.us = 9 * ms;
  EXPECT_EQ(latency("{uniform: [5ms, 9ms]}"), spec);
  spec.last.us = 0;
  spec.kind = DistributionKind::log_normal;
  for (const auto& [text, sigma] : {std::pair{"0", 0},
                                    std::pair{"0.5", 500'000},
                                    std::pair{"1.000001", 1'000'001},
                                    std::pair{"4", 4'000'000}}) {
    spec.sigma_millionths = sigma;
    EXPECT_EQ(latency(fmt::format("{{log_normal: {{median: 5ms, sigma: {}}}}}", text)), spec);
  }
  DistributionSpec table;
  table.kind = DistributionKind::table;
  table.values = {{1 * ms}, {2 * ms}, {40 * ms}, {2 * ms}};
  EXPECT_EQ(latency("{table: [1ms, 2ms, 40ms, 2ms]}"), table);
}

TEST(ScenarioTimedRead, BrokenDistributions) {
  const std::string uniform = "\n  hint: write `uniform: [1ms, 9ms]`";
  const std::string sigma =
      "3:48: error: `sigma` must be a number from 0 to 4, with at most 6 digits after the point, "
      "not ";
  expect_errors({
      {"timing: {latency: [1ms, 9ms]}",
       "3:19: error: `latency` must be a time or a distribution, not a list\n"
       "  hint: write `{uniform: [1ms, 9ms]}` or `{table: [1ms, 2ms, 40ms]}`"},
      {"timing: {latency: {}}",
       "3:19: error: a distribution needs its kind\n"
       "  hint: one of constant, uniform, exponential, log_normal, table"},
      {"timing: {latency: {plus: 1ms}}",
       "3:19: error: a distribution needs its kind\n"
       "  hint: one of constant, uniform, exponential, log_normal, table"},
      {"timing: {latency: {uniform: [1ms, 2ms], constant: 1ms}}",
       "3:41: error: a distribution has one kind, not several\n  hint: it has `uniform` already"},
      {"timing: {latency: {exponentail: 5ms}}",
       "3:20: error: unknown key `exponentail`\n  hint: did you mean `exponential`?"},
      {"timing: {latency: {uniform: 5ms}}",
       "3:29: error: `uniform` must be a list, not `5ms`"
       "\n  hint: write `[5ms]`"},
      {"timing: {latency: {uniform: [5ms]}}",
       "3:29: error: `uniform` has two times, first and last" + uniform},
      {"timing: {latency: {uniform: [5ms, 1ms]}}",
       "3:35: error: the last time of `uniform` is less than the first, 5ms" + uniform},
      {"timing: {latency: {log_normal: {median: 5ms}}}",
       "3:32: error: `log_normal` needs `median` and `sigma`\n"
       "  hint: write `log_normal: {median: 5ms, sigma: 0.5}`"},
      {"timing: {latency: {log_normal: {median: 5, sigma: 1}}}",
       "3:41: error: `median` must be a time, not `5`\n"
       "  hint: add the unit (us, ms, s, min, h): `5ms`"},
      {"timing: {latency: {log_normal: {median: 1s, sigma: 4.000001}}}",
       "3:52: error: `sigma` must be a number from 0 to 4, with at most 6 digits after the point, "
       "not `4.000001`"},
      {"timing: {force: {log_normal: {median: 1s, sigma: 0.1234567}}}",
       "3:50" + sigma.substr(4) + "`0.1234567`"},
      {"timing: {force: {log_normal: {median: 1s, sigma: -1}}}", "3:50" + sigma.substr(4) + "`-1`"},
      {"timing: {force: {log_normal: {median: 1s, sigma: .5}}}", "3:50" + sigma.substr(4) + "`.5`"},
      {"timing: {force: {log_normal: {median: 1s, sigma: '1'}}}",
       "3:50" + sigma.substr(4) + "the quoted text `1`"},
      {"timing: {latency: {table: []}}", "3:27: error: `table` has 1 to 1000 times, not 0"},
      {"timing: {latency: {table: [1ms, 2]}}",
       "3:33: error: `table` must be a time, not `2`\n"
       "  hint: add the unit (us, ms, s, min, h): `2ms`"},
      {"timing: {latency: 25h}", "3:19: error: `latency` must be a time of at most 24h, not `25h`"},
      {"timing: {latency: {constant: 1ms, plus: 24.1h}}",
       "3:41: error: `plus` must be a time of at most 24h, not `24.1h`"},
  });
}

TEST(ScenarioTimedRead, SharesAndClocks) {
  const Scenario s = good(
      "timing: {clock_error: 0.1%, clocks: {p1: 200ppm, p2: -0.1%, c: 0ppm}}\n"
      "random: {lose: 2%, duplicate: 1/50, delay: {chance: 0.25, by: 1ms}}\n");
  EXPECT_EQ(s.timing->clock_error->value, (Ratio{1, 1'000}));
  ASSERT_EQ(s.timing->clocks.size(), 3U);
  EXPECT_EQ(s.timing->clocks[0].value.value, 200);
  EXPECT_EQ(s.timing->clocks[1].value.value, -1'000);
  EXPECT_EQ(s.timing->clocks[2].value.value, 0);
  EXPECT_EQ(s.random->lose.value, (Ratio{1, 50}));
  EXPECT_EQ(s.random->duplicate.value, (Ratio{1, 50}));
  EXPECT_EQ(s.random->delay.value, (Ratio{1, 4}));
  for (const auto& [text, error] : {std::pair{"200ppm", Ratio{1, 5'000}},
                                    std::pair{"50%", Ratio{1, 2}},
                                    std::pair{"1/7", Ratio{1, 7}},
                                    std::pair{"0.001", Ratio{1, 1'000}},
                                    std::pair{"0ppm", Ratio{0, 1}}})
    EXPECT_EQ(good(fmt::format("timing: {{clock_error: {}}}\n", text)).timing->clock_error->value,
              error)
        << text;
  const std::string rate = "a rate such as `200ppm` or `0.1%`, at most 50%, not ";
  const std::string sign = "\n  hint: positive is too fast, negative too slow: `200ppm`, `-200ppm`";
  expect_errors({
      {"random: {lose: 3/2}",
       "3:16: error: `lose` must be a share from 0 to 1, such as `1/50` or `2%`, not `3/2`"},
      {"random: {lose: 120%}",
       "3:16: error: `lose` must be a share from 0 to 1, such as `1/50` or `2%`, not `120%`"},
      {"random: {lose: often}",
       "3:16: error: `lose` must be a share from 0 to 1, such as `1/50` or `2%`, not `often`"},
      {"timing: {clocks: {p1: 200}}", "3:23: error: `p1` must be " + rate + "`200`" + sign},
      {"timing: {clocks: {p1: 1.5ppm}}", "3:23: error: `p1` must be " + rate + "`1.5ppm`" + sign},
      {"timing: {clocks: {p1: -51%}}", "3:23: error: `p1` must be " + rate + "`-51%`" + sign},
      {"timing: {clock_error: 3/5}", "3:23: error: `clock_error` must be " + rate + "`3/5`"},
      {"timing: {clock_error: -1%}",
       "3:23: error: `clock_error` must be " + rate +
           "`-1%`\n  hint: it counts in both directions; leave the sign out"},
  });
}

TEST(ScenarioTimedRead, Timing) {
  const Scenario s = good(
      "timing:\n"
      "  links: [{from: c, to: p2, latency: 70ms}, {to: p1, latency: {exponential: 1ms}}]\n"
      "  sites: {east: [c, p1], west: [p2]}\n"
      "  between: [{sites: [east, west], latency: 7ms}, {sites: [east, east], latency: 1ms}]\n"
      "  force: 2ms\n"
      "  disks: {p1: 20ms}\n"
      "  group_commit: false\n"
      "  limit: 2min\n"
      "  stop: decided\n");
  const Timing& timing = *s.timing;
  ASSERT_EQ(timing.links.size(), 2U);
  EXPECT_EQ(timing.links[0].from->value, "c");
  EXPECT_EQ(timing.links[0].to->at, (Position{4, 25}));
  EXPECT_EQ(timing.links[0].latency.value.first.us, 70 * ms);
  EXPECT_FALSE(timing.links[1].from);
  EXPECT_EQ(timing.links[1].latency.value.kind, DistributionKind::exponential);
  ASSERT_EQ(timing.sites.size(), 2U);
  EXPECT_EQ(timing.sites[0].value.value.size(), 2U);
  ASSERT_EQ(timing.between.size(), 2U);
  EXPECT_EQ(timing.between[1].sites.value[1].value, "east");
  EXPECT_EQ(timing.force->value.first.us, 2 * ms);
  EXPECT_EQ(timing.disks.front().key.value, "p1");
  EXPECT_FALSE(timing.group_commit.value);
  EXPECT_EQ(timing.limit->value.us, 120'000 * ms);
  EXPECT_EQ(timing.stop.value, Stop::decided);
  EXPECT_TRUE(good("timing: {}\n").timing->group_commit.value);
}

TEST(ScenarioTimedRead, BrokenTiming) {
  const std::string between = "\n  hint: write `{sites: [east, west], latency: 70ms}`";
  const std::string two = "\n  hint: `[east, west]`, or `[east, east]` for inside a site";
  expect_errors({
      {"timing: {links: [{latency: 1ms}]}",
       "3:18: error: a link needs `from` or `to`\n"
       "  hint: the latency of all others is `timing: {latency: 5ms}`"},
      {"timing: {links: [{from: c}]}",
       "3:18: error: a link needs `latency`\n  hint: write `{from: c, to: p2, latency: 70ms}`"},
      {"timing: {links: {from: c}}", "3:17: error: `links` must be a list, not a map"},
      {"timing: {sites: {east: []}}", "3:24: error: a site has one node or more"},
      {"timing: {sites: {east: [c, c]}}",
       "3:28: error: `c` stands twice in this list\n  hint: it stands first in line 3"},
      {"timing: {between: [{sites: [east], latency: 1ms}]}",
       "3:28: error: `sites` names two sites here, not 1" + two},
      {"timing: {between: [{sites: east, latency: 1ms}]}",
       "3:28: error: `sites` must be a list, not `east`\n  hint: write `[east]`"},
      {"timing: {between: [{sites: [a, b]}]}",
       "3:20: error: an item of `between` needs `sites` and `latency`" + between},
      {"timing: {between: [{latency: 1ms}]}",
       "3:20: error: an item of `between` needs `sites` and `latency`" + between},
      {"timing: {limit: 0s}", "3:17: error: `limit` must be a time longer than 0, not `0s`"},
      {"timing: {stop: quite}",
       "3:16: error: `stop` must be one of quiet, decided, not `quite`\n"
       "  hint: did you mean `quiet`?"},
      {"timing: {group_commit: yes}",
       "3:24: error: `group_commit` must be true or false, not `yes`"},
  });
}

TEST(ScenarioTimedRead, ChancesAndLoad) {
  const Scenario s = good(
      "timing: {latency: 5ms}\n"
      "chances: {vote: {no: 1/20, read: 10%}, ship: {fail: 1}}\n"
      "load: {total: 1000000, gap: {exponential: 1ms}}\n");
  ASSERT_EQ(s.chances.size(), 3U);
  EXPECT_EQ(s.chances[1].label.value, "vote");
  EXPECT_EQ(s.chances[1].outcome.value, "read");
  EXPECT_EQ(s.chances[1].ratio.value, (Ratio{1, 10}));
  EXPECT_EQ(s.chances[2].outcome.at, (Position{4, 47}));
  EXPECT_EQ(s.load->total.value, 1'000'000);
  EXPECT_EQ(s.load->gap.value.kind, DistributionKind::exponential);
  EXPECT_EQ(good("load: {total: 8}\n").load->gap.value, DistributionSpec{});
  const std::string timed = "timing: {latency: 5ms}\n";
  EXPECT_EQ(good(timed + "chances: {vote: {no: 1/3, read: 1/3, yes: 1/3}}\n").chances.size(), 3U);
  expect_errors({
      {timed + "chances: {vote: {no: 1/2, read: 50.0001%}}",
       "4:17: error: the chances of `vote` add up to more than 1\n"
       "  hint: the outcomes that are not listed share the rest"},
      {timed + "chances: {vote: {no: 1/1001, read: 1/1000}}",
       "4:17: error: the chances of `vote` have no common denominator up to a million\n"
       "  hint: write all of them in percent, with at most 4 digits after the point"},
      {timed + "chances: {vote: 1/2}",
       "4:17: error: `vote` must be a map (`key: value`), not `1/2`"},
      {"chances: {vote: {no: 1/2}}",
       "3:1: error: only a run with times draws choices\n"
       "  hint: `timing: {latency: 5ms}` makes it one"},
      {"load: {gap: 1ms}",
       "3:7: error: a load needs `total`\n  hint: `load: {total: 1000, gap: 1ms}`"},
      {"load: {total: 0}",
       "3:15: error: `total` must be a whole number from 1 to 1000000000, not `0`"},
  });
}

TEST(ScenarioTimedRead, Copies) {
  const auto copies = [](std::string_view text) {
    return good(fmt::format("network: {{copies: {}}}\n", text)).network.copies;
  };
  EXPECT_EQ(copies("set"), (At<int>{Network::set, {}}));
  EXPECT_EQ(copies("bag"), (At<int>{Network::bag, {}}));
  EXPECT_EQ(copies("1"), (At<int>{1, {}}));
  EXPECT_EQ(copies("8"), (At<int>{8, {}}));
  EXPECT_FALSE(good("network: {}\n").network.copies);
  expect_errors({{"network: {copies: bags}",
                  "3:19: error: `copies` must be a whole number from 1 to 8, or `set`, or `bag`, "
                  "not `bags`"}});
}

/// The only fault of a scenario.
template <class Kind>
Kind fault(std::string_view text) {
  const Scenario s = good(fmt::format("faults:\n  - {}\n", text));
  return s.faults.size() == 1 ? std::get<Kind>(s.faults.front().value) : Kind{};
}

TEST(ScenarioTimedRead, Faults) {
  const auto partition = fault<PartitionFault>(
      "partition: {groups: [[c], [p1]], one_way: true, on: voted, of: p1, "
      "heal_after: 1s}");
  EXPECT_TRUE(partition.one_way.value);
  EXPECT_EQ(partition.heal_after->value.us, 1'000 * ms);
  const auto pause = fault<PauseFault>("pause: {node: c, at: 20ms, for: 500ms}");
  EXPECT_EQ(pause.node.value, "c");
  EXPECT_EQ(pause.at->value.us, 20 * ms);
  EXPECT_EQ(pause.lasts->value.us, 500 * ms);
  const auto untimed = fault<PauseFault>("pause: {node: c, on: decided, resume: true}");
  EXPECT_EQ(untimed.on->value, "decided");
  EXPECT_TRUE(untimed.resume->value);
  const auto delay = fault<MessageFault>("delay: {message: yes, by: 50ms, since: 1s, until: 2s}");
  EXPECT_EQ(delay.kind, MessageFault::Kind::delay);
  EXPECT_EQ(delay.by->value.us, 50 * ms);
  EXPECT_EQ(delay.until->value.us, 2'000 * ms);
  const auto reorder = fault<MessageFault>("reorder: {from: p1}");
  EXPECT_EQ(reorder.kind, MessageFault::Kind::reorder);
  EXPECT_FALSE(reorder.message);
  EXPECT_FALSE(reorder.by);
}

TEST(ScenarioTimedRead, BrokenFaults) {
  const auto error = [](std::string_view text) {
    return error_of(fmt::format("name: n\nprotocol: p\nfaults:\n  - {}", text));
  };
  EXPECT_EQ(error("pause: {at: 1s}"), "4:12: error: a pause needs `node`");
  EXPECT_EQ(error("pause: {node: c}"),
            "4:12: error: a pause needs its moment\n  hint: give `at`, or `on`");
  EXPECT_EQ(error("pause: {node: c, at: 1s, on: voted}"),
            "4:12: error: a pause has one moment, not two\n  hint: give `at`, or `on`");
  EXPECT_EQ(error("pause: {node: c, on: voted, for: 1s, resume: true}"),
            "4:50: error: `resume` and `for` exclude each other\n"
            "  hint: `for: 500ms` in a run with times, `resume: true` in one without");
  EXPECT_EQ(error("pause: {node: c, at: 1s, resume: true}"),
            "4:38: error: `resume` is for a pause without times\n"
            "  hint: `for` says how long this one lasts");
  EXPECT_EQ(error("pause: {node: c, at: 1s, for: 0s}"),
            "4:35: error: `for` must be a time longer than 0, not `0s`");
  EXPECT_EQ(error("partition: {groups: [[c], [p1], [p2]], one_way: true, from: 1s}"),
            "4:25: error: a partition in one direction has two groups\n"
            "  hint: messages from the first group to the second are cut");
  EXPECT_EQ(error("partition: {groups: [[c], [p1]], from: 1s, heal_after: 1s}"),
            "4:60: error: `heal_after` is for a partition with a cause\n"
            "  hint: `to` says when this one ends");
  EXPECT_EQ(error("partition: {groups: [[c], [p1]], on: told, of: c, heal: true, heal_after: 1s}"),
            "4:61: error: `heal` and `heal_after` exclude each other\n"
            "  hint: `heal_after: 1s` in a run with times, `heal: true` in one without");
  EXPECT_EQ(error("lose: {message: yes, by: 1s}"),
            "4:26: error: unknown key `by`\n"
            "  hint: known here: message, from, to, count, since, until");
  EXPECT_EQ(error("delay: {message: yes}"),
            "4:12: error: `delay` needs `by`\n"
            "  hint: `by: 50ms` is how much later each copy arrives");
  EXPECT_EQ(error("reorder: {by: 1s}"),
            "4:14: error: `reorder` needs `message`, `from` or `to`\n"
            "  hint: `message: decision, to: p2`; what is left out matches all");
  EXPECT_EQ(error("lose: {to: p1, since: 2s, until: 1s}"),
            "4:38: error: `until` must be later than `since`\n  hint: the window begins at 2s");
  EXPECT_EQ(error("lose: {to: p1, until: 0ms}"),
            "4:27: error: `until` must be a time longer than 0, not `0ms`");
}

TEST(ScenarioTimedRead, RandomFaults) {
  const Scenario s = good(
      "random:\n"
      "  crash: {every: 1s, down: 100ms, nodes: [c], inside: 1/3}\n"
      "  partition: {every: 2s, lasts: 300ms, one_way: 1/4}\n"
      "  pause: {every: 3s}\n"
      "  until: 9s\n");
  const RandomFaults& random = *s.random;
  EXPECT_EQ(random.crash->every.value.us, 1'000 * ms);
  EXPECT_EQ(random.crash->lasts->value.us, 100 * ms);
  EXPECT_EQ(random.crash->nodes->value.front().at, (Position{4, 43}));
  EXPECT_EQ(random.inside.value, (Ratio{1, 3}));
  EXPECT_EQ(random.partition->lasts->value.us, 300 * ms);
  EXPECT_EQ(random.one_way.value, (Ratio{1, 4}));
  EXPECT_FALSE(random.pause->lasts);
  EXPECT_FALSE(random.pause->nodes);
  EXPECT_EQ(random.until->value.us, 9'000 * ms);
  EXPECT_EQ(good("random: {crash: {every: 1s}}\n").random->inside.value, (Ratio{1, 2}));
  const std::string every = "\n  hint: `every: 10s` is the mean time from one to the next";
  expect_errors({
      {"random: {crash: {down: 1s}}", "3:17: error: `crash` needs `every`" + every},
      {"random: {partition: {}}", "3:21: error: `partition` needs `every`" + every},
      {"random: {pause: {every: 0s}}",
       "3:25: error: `every` must be a time longer than 0, not `0s`"},
      {"random: {crash: {every: 1s, lasts: 1s}}",
       "3:29: error: unknown key `lasts`\n  hint: known here: every, down, nodes, inside"},
      {"random: {partition: {every: 1s, nodes: [c]}}",
       "3:33: error: unknown key `nodes`\n  hint: known here: every, lasts, one_way"},
      {"random: {crash: {every: 1s, nodes: []}}",
       "3:36: error: `nodes` names one node or more\n  hint: left out, it means all"},
      {"random: {delay: {chance: 1/2}}",
       "3:17: error: `delay` needs `chance` and `by`\n"
       "  hint: `delay: {chance: 1/20, by: {exponential: 50ms}}`"},
      {"random: {delay: 1/2}", "3:17: error: `delay` must be a map (`key: value`), not `1/2`"},
      {"random: {loss: 1/2}", "3:10: error: unknown key `loss`\n  hint: did you mean `lose`?"},
  });
}

TEST(ScenarioTimedRead, TimesThatContradictTheRest) {
  const std::string timed = "timing:\n  latency: 5ms\nfaults:\n";
  const auto because = [](std::string_view key, std::string_view reason) {
    return fmt::format(
        "error: `{}` is for a run without times, and {} makes this one timed\n  hint: ",
        key,
        reason);
  };
  expect_errors({
      {timed + "  - crash: {node: c, on: voted, recover: true}",
       "6:42: " + because("recover", "`latency` in line 4") +
           "`recover_after: 10s` says when the node comes back"},
      {timed + "  - partition: {groups: [[c], [p1]], on: voted, of: c, heal: true}",
       "6:62: " + because("heal", "`latency` in line 4") +
           "`heal_after: 1s` says when the network heals"},
      {timed + "  - pause: {node: c, on: voted, resume: true}",
       "6:41: " + because("resume", "`latency` in line 4") +
           "`for: 500ms` says when the node goes on"},
      {"faults:\n  - crash: {node: c, at: 1s, recover: true}",
       "4:39: " + because("recover", "`at` in line 4") +
           "`recover_after: 10s` says when the node comes back"},
      {"random: {lose: 1/2}\nfaults:\n  - pause: {node: c, on: voted, resume: true}",
       "5:41: " + because("resume", "`random` in line 3") +
           "`for: 500ms` says when the node goes on"},
      {"schedule: []\nrandom: {lose: 1/2}",
       "4:1: error: a scenario with a schedule has no random faults\n"
       "  hint: a schedule lists every event of the run; leave `random` out"},
      {"load: {total: 5}\nschedule: []",
       "3:1: error: a scenario with a schedule has no load\n"
       "  hint: a schedule lists every event of the run; leave `load` out"},
  });
  // What says no is no contradiction, and a trace's own scenario carries the times of its run.
  EXPECT_EQ(good(timed + "  - crash: {node: c, on: voted, recover: false}\n").faults.size(), 1U);
  EXPECT_TRUE(good("timing: {latency: 5ms, limit: 1s}\nschedule: []\n").schedule);
  EXPECT_TRUE(good("chances: {vote: {no: 1/2}}\nschedule: []\n").schedule);
}

}  // namespace
}  // namespace concordat::scenario
