// Goal: the times, links, disks, clocks and chances of a scenario reach the right nodes and timers,
// and what does not fit is an error at its place. Method: small scenarios of two-phase commit, the
// bound values, and the whole text of each error.
#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

using scenario::Timed;

/// The error of two-phase commit with `more`, whose first line is line 3.
std::string error_of(const std::string& more) {
  const auto made = try_story(two_phase(more));
  return made ? "no error" : made.error().text();
}

void expect(const std::vector<std::pair<std::string, std::string>>& cases) {
  for (const auto& [more, error] : cases)
    EXPECT_EQ(error_of(more), error == "no error" ? error : "a.yaml:" + error) << more;
}

/// The mean of a distribution that is constant. UNITS: microseconds.
std::int64_t value_us(const Distribution& distribution) {
  const Distribution::Mean mean = distribution.mean();
  EXPECT_EQ(mean.total_us % mean.count, 0);
  return mean.total_us / mean.count;
}

/// The latencies between c, p1 and p2, row by row, in milliseconds.
std::vector<std::int64_t> links_ms(const std::string& more) {
  const Story s = story(two_phase(more));
  std::vector<std::int64_t> out;
  for (const int index : s.bound.timed.link)
    out.push_back(value_us(s.bound.timed.latencies[static_cast<std::size_t>(index)]) / 1'000);
  return out;
}

using Ms = std::vector<std::int64_t>;

TEST(BindTimed, UsualValues) {
  for (const char* more : {"", "schedule: []\n", "timing: {limit: 1min}\n"}) {
    const Story s = story(two_phase(more));
    const Timed& timed = s.bound.timed;
    EXPECT_EQ(s.bound.is_timed, std::string(more).find("limit") != std::string::npos);
    EXPECT_EQ(links_ms(more), (Ms{0, 5, 5, 5, 0, 5, 5, 5, 0}));
    ASSERT_EQ(timed.disk.size(), 3U);
    for (const int disk : timed.disk)
      EXPECT_EQ(value_us(timed.forces[static_cast<std::size_t>(disk)]), 0);
    EXPECT_EQ(timed.timeouts, std::vector<Duration>(4, Timed::usual_timeout));
    EXPECT_EQ(timed.clocks.size(), 3U);
    EXPECT_EQ(timed.limit, Timed::usual_limit);
    EXPECT_TRUE(timed.group_commit);
    EXPECT_FALSE(timed.random.any());
    EXPECT_TRUE(timed.chances.empty());
    EXPECT_EQ(timed.load_total, 0);
  }
}

TEST(BindTimed, LatenciesTakeTheFirstThatFits) {
  EXPECT_EQ(links_ms("timing: {latency: 7ms}\n"), (Ms{0, 7, 7, 7, 0, 7, 7, 7, 0}));
  EXPECT_EQ(links_ms("timing: {links: [{from: c, to: p1, latency: 1ms}, {from: c, latency: 2ms}, "
                     "{to: c, latency: 3ms}]}\n"),
            (Ms{0, 1, 2, 3, 0, 5, 3, 5, 0}));
  const std::string sites =
      "timing:\n  sites: {east: [c, p1], west: [p2]}\n"
      "  between: [{sites: [east, west], latency: 70ms}, {sites: [east, east], latency: 1ms}]\n";
  EXPECT_EQ(links_ms(sites), (Ms{0, 1, 70, 1, 0, 70, 70, 70, 0}));
  EXPECT_EQ(links_ms(sites + "  links: [{from: p2, latency: 2ms}]\n"),
            (Ms{0, 1, 70, 1, 0, 70, 2, 2, 0}));
  EXPECT_EQ(links_ms("timing:\n  sites: {east: [c]}\n"
                     "  between: [{sites: [east, east], latency: 70ms}]\n"),
            (Ms{0, 5, 5, 5, 0, 5, 5, 5, 0}));
}

TEST(BindTimed, WithinANodeMessagesTakeNoTime) {
  const std::string together = "place: {n1: [c, p1], n2: [p2]}\n";
  EXPECT_EQ(links_ms(together + "timing: {latency: 7ms}\n"), (Ms{0, 7, 7, 0}));
  EXPECT_EQ(links_ms(together + "timing: {links: [{from: n1, latency: 2ms}]}\n"), (Ms{0, 2, 5, 0}));
  // A node answers to the names of its processes.
  EXPECT_EQ(links_ms(together + "timing: {links: [{from: p2, to: p1, latency: 2ms}]}\n"),
            (Ms{0, 5, 2, 0}));
}

TEST(BindTimed, DisksAndClocks) {
  const Story s = story(
      two_phase("place: {n1: [c, p1], n2: [p2]}\n"
                "timing: {force: 2ms, disks: {p2: 20ms}, group_commit: false, clock_error: 0.1%, "
                "clocks: {p1: -200ppm}, limit: 1h, stop: decided}\n"));
  const Timed& timed = s.bound.timed;
  ASSERT_EQ(timed.disk.size(), 2U);
  EXPECT_EQ(value_us(timed.forces[static_cast<std::size_t>(timed.disk[0])]), 2'000);
  EXPECT_EQ(value_us(timed.forces[static_cast<std::size_t>(timed.disk[1])]), 20'000);
  EXPECT_FALSE(timed.group_commit);
  EXPECT_EQ(timed.clock_error, (Ratio{1, 1'000}));
  ASSERT_EQ(timed.clocks.size(), 2U);
  EXPECT_EQ(timed.clocks[0], -200);
  EXPECT_FALSE(timed.clocks[1]);
  EXPECT_EQ(format(timed.limit), "1h");
  EXPECT_EQ(timed.stop, scenario::Stop::decided);
}

TEST(BindTimed, Timers) {
  const auto timeouts = [](const std::string& more) {
    const Story s = story(two_phase(more));
    std::string out;
    for (const Duration& duration : s.bound.timed.timeouts)
      out += format(duration) + " ";
    for (std::size_t i = 0; i < s.bound.timed.retries.size(); ++i) {
      EXPECT_EQ(s.bound.timed.retries[i], s.model().rank(static_cast<int>(i)) == retry_rank);
      out += s.bound.timed.retries[i] ? "r" : "-";
    }
    for (const int place : s.model().setup().timer_order)
      out += " " + std::to_string(place);
    return out;
  };
  const std::string all = "timeouts: {ack: 1s, vote: 50ms, decision: 80ms, prepare: 80ms}";
  EXPECT_EQ(timeouts(""), "100ms 100ms 100ms 100ms --rr");
  EXPECT_EQ(timeouts("timing: {latency: 5ms}\n"), "100ms 100ms 100ms 100ms --rr 0 0 0 0");
  EXPECT_EQ(timeouts("timing: {" + all + "}\n"), "50ms 80ms 80ms 1s --rr 0 1 1 3");
  EXPECT_EQ(timeouts("timing: {latency: 5ms, " + all + "}\n"), "50ms 80ms 80ms 1s --rr 0 1 1 3");
  EXPECT_EQ(timeouts("timing: {latency: 5ms, timeouts: {vote: 50ms}}\n"),
            "50ms 100ms 100ms 100ms --rr 0 1 1 1");
  // The scenario of a timed run's trace lists as many as the run's own.
  EXPECT_EQ(timeouts("timing: {timeouts: {vote: 50ms}}\nschedule: []\n"),
            "50ms 100ms 100ms 100ms --rr 0 1 1 1");
}

TEST(BindTimed, CopiesAndTimerRules) {
  const auto copies = [](const std::string& more) {
    const Story s = story(two_phase(more));
    return describe_copies(s.bound.run_rules) + ", " + describe_copies(s.bound.explore_rules);
  };
  const std::string timed = "timing: {latency: 5ms, model: synchronous}\n";
  EXPECT_EQ(copies(""), "set, set");
  EXPECT_EQ(copies(timed), "bag, set");
  EXPECT_EQ(copies(timed + "schedule: []\n"), "set, set");
  for (const auto& [word, meaning] : {std::pair{"set", "set, set"},
                                      std::pair{"1", "set, set"},
                                      std::pair{"2", "bag of 2, bag of 2"},
                                      std::pair{"bag", "bag, bag"}})
    for (const std::string& more : {std::string(), timed})
      EXPECT_EQ(copies(more + "network: {copies: " + word + "}\n"), meaning);
  // The clock says when a timer fires; without one, the scenario does.
  EXPECT_EQ(story(two_phase(timed)).bound.run_rules.timing, TimingModel::asynchronous);
  EXPECT_EQ(story(two_phase(timed + "schedule: []\n")).bound.run_rules.timing,
            TimingModel::synchronous);
}

TEST(BindTimed, RandomFaultsAndLoad) {
  const Story s =
      story(two_phase("transactions: 4\nload: {total: 1000, gap: 1ms}\nvotes: {p1: any}\n"
                      "chances: {vote: {no: 1/20, read: 1/10}}\n"
                      "random:\n  crash: {every: 1s, down: 100ms, nodes: [c, p2], inside: 1/3}\n"
                      "  partition: {every: 2s, one_way: 1/4}\n  lose: 1/50\n"
                      "  delay: {chance: 1/20, by: 50ms}\n  until: 9s\n"));
  const Timed::Random& random = s.bound.timed.random;
  EXPECT_TRUE(random.crash.wanted);
  EXPECT_EQ(format(random.crash.every), "1s");
  EXPECT_EQ(format(*random.crash.lasts), "100ms");
  EXPECT_EQ(random.crash.nodes, 0b101U);
  EXPECT_EQ(random.inside, (Ratio{1, 3}));
  EXPECT_TRUE(random.partition.wanted);
  EXPECT_FALSE(random.partition.lasts);
  EXPECT_EQ(random.partition.nodes, ~0U);
  EXPECT_EQ(random.one_way, (Ratio{1, 4}));
  EXPECT_FALSE(random.pause.wanted);
  EXPECT_EQ(random.lose, (Ratio{1, 50}));
  EXPECT_EQ(random.delay, (Ratio{1, 20}));
  EXPECT_EQ(value_us(random.delay_by), 50'000);
  EXPECT_EQ(format(*random.until), "9s");
  EXPECT_TRUE(random.any());
  ASSERT_EQ(s.bound.timed.chances.size(), 1U);
  EXPECT_EQ(s.bound.timed.chances[0].label, "vote");
  const std::vector<std::pair<std::string, Ratio>> weights{{"no", {1, 20}}, {"read", {1, 10}}};
  EXPECT_EQ(s.bound.timed.chances[0].outcomes, weights);
  EXPECT_EQ(s.bound.timed.load_total, 1'000);
  EXPECT_EQ(value_us(s.bound.timed.load_gap), 1'000);
}

TEST(BindTimed, BrokenTimes) {
  const std::string node = "error: there is no node `p3`\n  hint: did you mean `p1`?";
  expect({
      {"timing: {links: [{from: p3, latency: 1ms}]}\n", "3:25: " + node},
      {"timing: {links: [{from: c, to: p3, latency: 1ms}]}\n", "3:32: " + node},
      {"timing: {links: [{from: c, latency: 2ms}, {from: c, to: p1, latency: 1ms}]}\n",
       "3:50: error: this link is never used: the one in line 3 fits first\n"
       "  hint: write what is special before what is general"},
      {"place: {n1: [c, p1]}\ntiming: {links: [{from: c, to: p1, latency: 1ms}]}\n",
       "4:25: error: `c` and `p1` are on one node\n"
       "  hint: messages within a node take no time"},
      {"timing: {sites: {east: [p3]}}\n", "3:25: " + node},
      {"place: {n1: [c, p1]}\ntiming: {sites: {east: [c], west: [p1]}}\n",
       "4:36: error: node n1 is in another site already"},
      {"timing: {sites: {east: [c]}, between: [{sites: [east, eats], latency: 1ms}]}\n",
       "3:55: error: there is no site `eats`\n  hint: did you mean `east`?"},
      {"timing:\n  sites: {a: [c], b: [p1]}\n  between: [{sites: [a, b], latency: 1ms}, "
       "{sites: [b, a], latency: 1ms}]\n",
       "5:52: error: these sites have a latency already"},
      {"timing: {disks: {p3: 1ms}}\n", "3:18: " + node},
      {"place: {n1: [c, p1]}\ntiming: {disks: {n1: 1ms, p1: 2ms}}\n",
       "4:27: error: node n1 has a disk already"},
      {"timing: {clocks: {p3: 1ppm}}\n", "3:19: " + node},
      {"place: {n1: [c, p1]}\ntiming: {clocks: {c: 1ppm, p1: 1ppm}}\n",
       "4:28: error: node n1 has a clock already"},
      {"timing: {latency: 5ms, timeouts: {votes: 5ms}}\n",
       "3:35: error: there is no timer `votes`\n  hint: did you mean `vote`?"},
      {"timing: {latency: 5ms, timeouts: {vote: 0s}}\n",
       "3:41: error: a timer takes time in a run with times\n"
       "  hint: one that fires at once could fire for ever; write `1ms`"},
      {"random: {crash: {every: 1s, nodes: [p3]}}\n", "3:37: " + node},
      {"random: {pause: {every: 1s, nodes: [c, p3]}}\n", "3:40: " + node},
      {"transactions: 4\nload: {total: 3}\n",
       "4:15: error: a load has at least as many transactions as run at the same time, 4\n"
       "  hint: see `transactions:`"},
      {"transactions: 4\nload: {total: 4}\n", "no error"},
      {"load: {total: 4}\nexpect: {outcome: commit, UA: ok, answered_within: 1s}\n", "no error"},
      {"load: {total: 4}\nexpect: {outcome: commit, steps: 3, blocked_at_most: 1s}\n",
       "4:34: error: `steps` cannot be expected of a load\n"
       "  hint: only `outcome`, `answered_within` and safety properties can"},
      {"load: {total: 4}\nexpect: {NB: ok}\n",
       "4:10: error: `non_blocking` cannot be expected of a load\n"
       "  hint: only `outcome`, `answered_within` and safety properties can"},
  });
}

TEST(BindTimed, BrokenChances) {
  const std::string timed = "timing: {latency: 5ms}\n";
  const std::string any = timed + "votes: {p1: any}\n";
  expect({
      {any + "chances: {vtoe: {no: 1/2}}\n",
       "5:11: error: there is no choice `vtoe`\n  hint: did you mean `vote`?"},
      {any + "chances: {vote: {nay: 1/2}}\n",
       "5:18: error: there is no outcome of `vote` `nay`\n  hint: did you mean `no`?"},
      {any + "chances: {vote: {any: 1/2}}\n",
       "5:18: error: there is no outcome of `vote` `any`\n  hint: did you mean `no`?"},
      {any + "chances: {vote: {yes: 1/2, no: 1/4, read: 1/8}}\n",
       "5:43: error: the chances of `vote` add up to less than 1\n"
       "  hint: every outcome is listed, so nothing is left to share the rest"},
      {any + "chances: {vote: {yes: 1/2, no: 1/4, read: 1/4}}\n", "no error"},
      {timed + "chances: {vote: {no: 1/2}}\n",
       "4:11: error: no `vote` is left open, so none is drawn\n"
       "  hint: `votes: {p1: any}` leaves the vote of p1 open"},
      {timed + "votes: {p1: no}\nchances: {vote: {no: 1/2}}\n",
       "5:11: error: no `vote` is left open, so none is drawn\n"
       "  hint: `votes: {p1: any}` leaves the vote of p1 open"},
      // Every vote is given, as by `--votes yes`: the chances wait for the next run.
      {timed + "votes: {p1: no, p2: yes}\nchances: {vote: {no: 1/2}}\n", "no error"},
  });
}

TEST(BindTimed, FaultsAfterTheEnd) {
  const std::string hint = "\n  hint: `timing: {limit: 1h}` gives it more time";
  expect({
      {"faults: [crash: {node: c, at: 1min}]\n",
       "3:31: error: the run ends before this, at 60s" + hint},
      {"faults: [crash: {node: c, at: 59s}]\n", "no error"},
      {"timing: {limit: 2min}\nfaults: [crash: {node: c, at: 1min}]\n", "no error"},
      {"timing: {limit: 1s}\nfaults: [pause: {node: c, at: 1s}]\n",
       "4:31: error: the run ends before this, at 1s" + hint},
      {"timing: {limit: 1s}\nfaults: [partition: {groups: [[c], [p1]], from: 2s}]\n",
       "4:49: error: the run ends before this, at 1s" + hint},
      {"timing: {limit: 1s}\nfaults: [lose: {to: p1, since: 2s}]\n",
       "4:32: error: the run ends before this, at 1s" + hint},
  });
}

TEST(BindTimed, ListedFaultsAreABudget) {
  const Budget budget =
      story(two_phase("faults:\n  - crash: {node: c, at: 1s, recover_after: 1s}\n"
                      "  - crash: {node: p1, on: voted}\n"
                      "  - partition: {groups: [[c], [p1]], one_way: true, from: 1s, to: 2s}\n"
                      "  - pause: {node: c, at: 1s, for: 1s}\n"
                      "  - pause: {node: p1, on: voted}\n"
                      "  - lose: {to: p1, count: 2}\n  - duplicate: {from: p1, count: 3}\n"
                      "  - delay: {to: p1, by: 1s}\n  - reorder: {to: p1}\n"
                      "explore: {from: faults}\n"))
          .bound.budget;
  EXPECT_EQ(budget.crashes, 2);
  EXPECT_EQ(budget.recoveries, 1);
  EXPECT_EQ(budget.may_crash, 0b11U);
  EXPECT_EQ(budget.partitions, 1);
  EXPECT_TRUE(budget.heal);
  EXPECT_TRUE(budget.one_way);
  EXPECT_EQ(budget.pauses, 2);
  EXPECT_EQ(budget.losses, 2);
  EXPECT_EQ(budget.duplicates, 3);
  const Budget untimed =
      story(two_phase("faults:\n  - partition: {groups: [[c], [p1]], on: voted, of: p1}\n"
                      "  - pause: {node: c, on: voted, resume: true}\n"
                      "explore: {from: faults}\n"))
          .bound.budget;
  EXPECT_FALSE(untimed.heal);
  EXPECT_FALSE(untimed.one_way);
  EXPECT_EQ(untimed.pauses, 1);
  expect({{"random: {lose: 1/2}\nexplore: {from: faults}\n",
           "4:17: error: random faults cannot be counted\n"
           "  hint: write the budget out: `crashes: 1, losses: 1`"}});
}

TEST(BindTimed, ABenchmarkHasSeedsAndChancesWithoutTimes) {
  const std::string seeds = "seeds: 1..3\n";
  const std::string chances = "votes: {p1: any, p2: any}\nchances: {vote: {no: 1/20}}\n";
  expect({
      {seeds,
       "3:8: error: seeds are for a run with times\n"
       "  hint: `timing: {latency: 5ms}` lets this one run in time"},
      {seeds + "bench: {}\n", "no error"},
      {seeds + chances + "bench: {transactions: 9}\n", "no error"},
  });
}

}  // namespace
}  // namespace concordat
