// Goal: every kind of mistake in a scenario file gives one error with the right line, column,
// message and, where one can be guessed, the fix; and what is right arrives in the right member.
// Method: a table of small files with the whole text of the error, as a person would see it.
#include <fmt/core.h>

#include "tests/unit/scenario_helpers.hpp"

namespace concordat::scenario {
namespace {

TEST(ScenarioRead, NeedsAMapWithNameAndProtocol) {
  const std::string empty =
      "1:1: error: the file is empty\n  hint: a scenario needs `name` and `protocol`";
  EXPECT_EQ(error_of(""), empty);
  EXPECT_EQ(error_of("# nothing\n"), empty);
  EXPECT_EQ(error_of("---\n"), empty);
  EXPECT_EQ(error_of("hello"), "1:1: error: a scenario must be a map (`key: value`), not `hello`");
  EXPECT_EQ(error_of("- a\n"), "1:1: error: a scenario must be a map (`key: value`), not a list");
  EXPECT_EQ(error_of("\nname: n\n"),
            "2:1: error: a scenario needs `protocol`\n  hint: `concordat list` names them");
  EXPECT_EQ(error_of("protocol: p\n"),
            "1:1: error: a scenario needs `name`\n"
            "  hint: `name: coordinator dies after telling p1`");
}

TEST(ScenarioRead, UnknownKeys) {
  expect_errors({
      {"vots: {p1: no}", "3:1: error: unknown key `vots`\n  hint: did you mean `votes`?"},
      {"network: {\n  copys: 2}",
       "4:3: error: unknown key `copys`\n  hint: did you mean `copies`?"},
      {"timing: {zzzzzzzzz: 1s}",
       "3:10: error: unknown key `zzzzzzzzz`\n  hint: known here: model, latency, links, sites, "
       "between, "
       "force, disks, group_commit, timeouts, clock_error, clocks, limit, stop"},
      {"expect: {uniform_agrement: ok}",
       "3:10: error: unknown key `uniform_agrement`\n  hint: did you mean `uniform_agreement`?"},
      {"explore: {expect: {UB: holds}}",
       "3:20: error: unknown key `UB`\n  hint: did you mean `UA`?"},
      {"faults:\n  - crsh: {node: c}",
       "4:5: error: unknown key `crsh`\n  hint: did you mean `crash`?"},
      {"faults:\n  - crash:\n      nod: c",
       "5:7: error: unknown key `nod`\n  hint: did you mean `node`?"},
  });
}

TEST(ScenarioRead, WrongTypes) {
  const std::string kinds =
      "a fault is a map with one key: crash, partition, pause, lose, duplicate, delay or reorder";
  expect_errors({
      {"story: [a]", "3:8: error: `story` must be text, not a list"},
      {"story: ''", "3:8: error: `story` must be text, not an empty text"},
      {"options:",
       "3:1: error: `options` has no value\n"
       "  hint: it must be a map (`key: value`)"},
      {"options: x", "3:10: error: `options` must be a map (`key: value`), not `x`"},
      {"options: {a: {b: c}}",
       "3:14: error: `a` must be text, not a map\n"
       "  hint: quote text that holds `: `"},
      {"conserve: accounts",
       "3:11: error: `conserve` must be a list, not `accounts`\n  hint: write `[accounts]`"},
      {"conserve: [a b]",
       "3:12: error: `conserve` must be a name, not `a b`\n"
       "  hint: a name has letters, digits, `_` and `-`"},
      {"votes: {p1: [no]}", "3:13: error: `p1` must be text, not a list"},
      {"votes: {p1}", "3:9: error: `p1` has no value\n  hint: it must be text"},
      {"schedule: [{a: b}]",
       "3:12: error: `schedule` must be text, not a map\n"
       "  hint: quote text that holds `: `"},
      {"faults: {crash: {node: c}}", "3:9: error: `faults` must be a list, not a map"},
      {"faults: [crash]",
       "3:10: error: " + kinds +
           "\n"
           "  hint: write `- crash: {node: c, at: 20ms}`; what belongs to it is indented"},
      {"faults:\n  - crash:\n    node: c",
       "4:5: error: " + kinds +
           "\n"
           "  hint: write `- crash: {node: c, at: 20ms}`; what belongs to it is indented"},
      {"explore: {heal: yes}", "3:17: error: `heal` must be true or false, not `yes`"},
      {"explore: {heal: 'true'}",
       "3:17: error: `heal` must be true or false, not the quoted text `true`"},
      {"expect: {blocked: {p1: x}}", "3:19: error: `blocked` must be a list, not a map"},
  });
}

TEST(ScenarioRead, Numbers) {
  const auto transactions = [](std::string_view value) {
    return error_of(fmt::format("name: n\nprotocol: p\ntransactions: {}", value));
  };
  for (const std::string_view value : {"0",
                                       "-1",
                                       "1000001",
                                       "99999999999999999999",
                                       "1.5",
                                       "1e3",
                                       "0x10",
                                       "007",
                                       "+1",
                                       "many",
                                       "1_000"})
    EXPECT_EQ(transactions(value),
              fmt::format("3:15: error: `transactions` must be a whole number from 1 to 1000000, "
                          "not `{}`",
                          value));
  expect_errors({
      {"transactions: '1'",
       "3:15: error: `transactions` must be a whole number from 1 to 1000000, not the quoted text "
       "`1`"},
      {"processes: {participants: 25}",
       "3:27: error: `participants` must be a whole number from 0 to 24, not `25`"},
      {"network: {copies: 0}",
       "3:19: error: `copies` must be a whole number from 1 to 8, or `set`, or `bag`, not `0`"},
      {"explore: {crashes: some}",
       "3:20: error: `crashes` must be a whole number from 0 to 255, or `unlimited`, not `some`"},
      {"store: {p1: {accounts: {alice: -1}}}",
       "3:32: error: `alice` must be a whole number from 0 to 1000000000, not `-1`"},
      {"work: {p1: {accounts.alice: 1000000001}}",
       "3:29: error: `accounts.alice` must be a whole number from -1000000000 to 1000000000, not "
       "`1000000001`"},
  });
}

TEST(ScenarioRead, Times) {
  const std::string unit =
      "\n  hint: write a number and its unit (us, ms, s, min, h) without a blank: `5ms`";
  expect_errors({
      {"timing: {latency: 5}",
       "3:19: error: `latency` must be a time, not `5`\n"
       "  hint: add the unit (us, ms, s, min, h): `5ms`"},
      {"timing: {latency: -5ms}",
       "3:19: error: `latency` must be a time, not `-5ms`\n  hint: a time cannot be negative"},
      {"timing: {latency: 5 ms}", "3:19: error: `latency` must be a time, not `5 ms`" + unit},
      {"timing: {latency: 5sec}", "3:19: error: `latency` must be a time, not `5sec`" + unit},
      {"timing: {latency: 0.5us}", "3:19: error: `latency` must be a time, not `0.5us`" + unit},
      {"timing: {force: 900000h}", "3:17: error: `force` must be a time, not `900000h`" + unit},
      {"timing: {timeouts: {vote: soon}}", "3:27: error: `vote` must be a time, not `soon`" + unit},
      {"faults:\n  - partition: {groups: [[c], [p1]], from: 1s, to: 1s}",
       "4:52: error: `to` must be later than `from`\n  hint: the partition begins at 1s"},
      {"faults:\n  - partition: {groups: [[c], [p1]], from: 1s, to: 20ms}",
       "4:52: error: `to` must be later than `from`\n  hint: the partition begins at 1s"},
  });
}

TEST(ScenarioRead, Words) {
  expect_errors({
      {"locks: waitdie",
       "3:8: error: `locks` must be one of no_wait, wait, wait_die, wound_wait, not `waitdie`\n"
       "  hint: did you mean `wait_die`?"},
      {"explore: {symmetry: true}", "3:21: error: `symmetry` must be one of off, on, not `true`"},
      {"explore: {order: pctt}",
       "3:18: error: `order` must be one of breadth-first, fewest-faults, depth-first, "
       "random-walk, pct, not `pctt`\n"
       "  hint: did you mean `pct`?"},
      {"explore: {reachable: p2}",
       "3:22: error: `reachable` must be a list of goals, or a map, not `p2`\n"
       "  hint: `reachable: [p2 blocks]`, or what to expect: `reachable: {p2 blocks: yes}`"},
      {"explore: {reachable: {p2 blocks: maybe}}",
       "3:34: error: `p2 blocks` must be one of yes, no, not `maybe`"},
      {"explore: {from: scratch}", "3:17: error: `from` must be `faults`, not `scratch`"},
      {"expect: {outcome: comit}",
       "3:19: error: `outcome` must be one of commit, abort, mixed, none, not `comit`\n"
       "  hint: did you mean `commit`?"},
      {"expect: {UA: holds}",
       "3:14: error: `UA` must be one of ok, violated, not_reached, not `holds`"},
      {"explore: {expect: {UA: ok}}",
       "3:24: error: `UA` must be one of holds, violated, unknown, not `ok`"},
      {"faults:\n  - crash: {node: c, on: decide}",
       "4:26: error: `on` must be one of voted, prepared, decided, told, ended, not `decide`\n"
       "  hint: did you mean `decided`?"},
  });
}

TEST(ScenarioRead, Repetitions) {
  expect_errors({
      {"name: again", "3:1: error: the key `name` is repeated\n  hint: it stands first in line 1"},
      {"votes: {p1: yes, \"p1\": no}",
       "3:18: error: the key `p1` is repeated\n  hint: it stands first in line 3"},
      {"expect: {UA: ok,\n  uniform_agreement: ok}",
       "4:3: error: the property `uniform_agreement` is repeated"},
      {"expect: {blocked: [p1, p2, p1]}",
       "3:28: error: `p1` stands twice in this list\n  hint: it stands first in line 3"},
      {"place: {n1: [c], n2: [c]}", "3:23: error: `c` is placed on two nodes"},
      {"choices: {p1: {vote: no}}",
       "3:16: error: a vote belongs under `votes`\n  hint: `votes: {p1: no}`"},
  });
}

TEST(ScenarioRead, FaultClasses) {
  const std::string names =
      "3:19: error: `faults` must be one of F0, F1, F2, F3, F4, F4-twice, F5, F5-twice, F6, F7, "
      "F7-twice, F8-stop, F8-recover, F9, F10, F11, not ";
  expect_errors({
      {"explore: {faults: F12}", names + "`F12`"},
      {"explore: {faults: f6}", names + "`f6`"},
      {"explore: {faults: F8}", names + "`F8`\n  hint: write `F8-stop` or `F8-recover`"},
      {"explore: {faults: [crash]}", "3:19: error: `faults` must be text, not a list"},
      {"explore: {faults: F6, crashes: 1}",
       "3:23: error: `faults: F6` already says `crashes`\n"
       "  hint: leave `crashes` out, or write the whole budget instead"},
      {"explore: {timing: synchronous, faults: F1}",
       "3:11: error: `faults: F1` already says `timing`\n"
       "  hint: leave `timing` out, or write the whole budget instead"},
      {"explore: {faults: F0, from: faults}",
       "3:23: error: `faults: F0` already says `from`\n"
       "  hint: leave `from` out, or write the whole budget instead"},
      {"explore: {faults: F6, crash_points: steps, max_states: 9, expect: {UA: holds}}",
       "no error"},
  });
  for (const std::string_view key : budget_keys) {
    std::string value = "1";
    if (key == "heal" || key == "one_way") value = "true";
    if (key == "crash_only") value = "[c]";
    if (key == "crash_limits") value = "[{nodes: [c], crashes: 1}]";
    if (key == "timing") value = "synchronous";
    if (key == "tail") value = "lost";
    if (key == "from") value = "faults";
    const std::string alone = fmt::format("name: n\nprotocol: p\nexplore: {{{}: {}}}", key, value);
    EXPECT_EQ(error_of(alone), "no error");
    const std::string beside =
        fmt::format("name: n\nprotocol: p\nexplore: {{faults: F6, {}: {}}}", key, value);
    EXPECT_TRUE(error_of(beside).starts_with(
        fmt::format("3:23: error: `faults: F6` already says `{}`\n", key)))
        << error_of(beside);
  }
}

TEST(ScenarioRead, CrashLimits) {
  const std::string hint = "\n  hint: write `{nodes: [p1, p2], crashes: 1}`";
  expect_errors({
      {"explore: {crash_limits: [{nodes: [c]}]}",
       "3:26: error: a limit needs `nodes` and `crashes`" + hint},
      {"explore: {crash_limits: [{nodes: [], crashes: 1}]}",
       "3:26: error: a limit needs `nodes` and `crashes`" + hint},
      {"explore: {crash_limits: [{nodes: [c, c], crashes: 1}]}",
       "3:38: error: `c` stands twice in this list\n  hint: it stands first in line 3"},
      {"explore: {crash_limits: [{nodes: [c], crashes: unlimited}]}",
       "3:48: error: `crashes` must be a whole number from 0 to 255, not `unlimited`"},
      {"explore:\n  crash_limits:\n    - {nodes: [c], crashes: 1}\n"
       "    - {nodes: [p1], crashes: 1}\n    - {nodes: [p2], crashes: 1}",
       "7:7: error: there are at most 2 limits of crashes"},
  });
}

TEST(ScenarioRead, NamesAndRows) {
  const std::string rule = "\n  hint: a name has letters, digits, `_` and `-`";
  expect_errors({
      {"processes: {a b: 1}", "3:13: error: `a b` is not a name" + rule},
      {"votes: {t0 p1: no}",
       "3:9: error: `t0 p1` is not a process\n"
       "  hint: write `p1`, or `t2 p1` for one transaction only"},
      {"votes: {p1 t2: no}",
       "3:9: error: `p1 t2` is not a process\n"
       "  hint: write `p1`, or `t2 p1` for one transaction only"},
      {"expect: {blocked: [t2  p1]}",
       "3:20: error: `blocked` must be a process such as `p1` or `t2 p1`, not `t2  p1`" + rule},
      {"work: {p1: {accounts: 1}}",
       "3:13: error: `accounts` is not a row\n  hint: write `table.key`: `accounts.alice`"},
      {"expect: {store: {p1: {.alice: 1}}}",
       "3:23: error: `.alice` is not a row\n  hint: write `table.key`: `accounts.alice`"},
      {"expect: {locked: [accounts.alice]}",
       "3:19: error: `locked` must be a row at a process, not `accounts.alice`\n"
       "  hint: write `p1 accounts.alice`, or `t2 p1 accounts.alice`"},
      {"store: {p1: {accounts: {a b: 1}}}", "3:25: error: `a b` cannot be the key of a row"},
  });
}

TEST(ScenarioRead, Faults) {
  const auto fault = [](std::string_view text) {
    return error_of(fmt::format("name: n\nprotocol: p\nfaults:\n  - {}", text));
  };
  const std::string moments = "\n  hint: give one of `at`, `on`, `after`, or `sent_to` with `of`";
  EXPECT_EQ(fault("crash: {at: 1s}"), "4:12: error: a crash needs `node`");
  EXPECT_EQ(fault("crash: {node: c}"), "4:12: error: a crash needs its moment" + moments);
  EXPECT_EQ(fault("crash: {node: c, at: 1s, on: voted}"),
            "4:12: error: a crash has one moment, not several" + moments);
  EXPECT_EQ(fault("crash: {node: c, sent_to: [p1]}"),
            "4:12: error: `sent_to` and `of` belong together\n"
            "  hint: `sent_to: [p1], of: decision`: p1 alone gets the message `decision`");
  EXPECT_EQ(fault("crash: {node: c, at: 1s, recover: true, recover_after: 1s}"),
            "4:39: error: `recover` and `recover_after` exclude each other\n"
            "  hint: `recover_after: 10s` in a run with times, `recover: true` in one without");
  EXPECT_EQ(fault("partition: {from: 1s}"),
            "4:16: error: a partition needs `groups`\n  hint: write `groups: [[c, p1], [p2]]`");
  EXPECT_EQ(fault("partition: {groups: [[c, p1]], from: 1s}"),
            "4:25: error: a partition has two groups or more\n"
            "  hint: write `groups: [[c, p1], [p2]]`");
  EXPECT_EQ(fault("partition: {groups: [[c], []], from: 1s}"),
            "4:31: error: a group of a partition has members");
  EXPECT_EQ(fault("partition: {groups: [[c], [p1, c]], from: 1s}"),
            "4:36: error: `c` is in two groups");
  EXPECT_EQ(fault("partition: {groups: [[c], [p1]]}"),
            "4:16: error: a partition needs its beginning\n"
            "  hint: give `from`, or `on` with `of`");
  EXPECT_EQ(fault("partition: {groups: [[c], [p1]], from: 1s, on: told, of: c}"),
            "4:16: error: a partition has one beginning, not two\n"
            "  hint: give `from`, or `on` with `of`");
  EXPECT_EQ(fault("partition: {groups: [[c], [p1]], on: told}"),
            "4:16: error: `on` and `of` belong together\n  hint: `on: decided, of: c`");
  EXPECT_EQ(fault("partition: {groups: [[c], [p1]], on: told, of: c, to: 1s}"),
            "4:59: error: `to` needs `from`\n"
            "  hint: `from: 20ms, to: 1s`; after a cause, `heal_after: 1s`");
  EXPECT_EQ(fault("partition: {groups: [[c], [p1]], from: 1s, heal: true}"),
            "4:54: error: `heal` is for a partition without times\n"
            "  hint: `to` says when this one ends");
  EXPECT_EQ(fault("lose: {count: 2}"),
            "4:11: error: `lose` needs `message`, `from` or `to`\n"
            "  hint: `message: decision, to: p2`; what is left out matches all");
  EXPECT_EQ(fault("duplicate: {message: commit, count: 0}"),
            "4:41: error: `count` must be a whole number from 1 to 1000, not `0`");
}

TEST(ScenarioRead, ValuesArriveWithTheirPlaces) {
  const Scenario s = good(
      "choices: {p2: {ship: fail}}\n"
      "votes: {p3: no, \"t2 p1\": any}\n"
      "work: {p1: {accounts.alice.old: -100}}\n"
      "network: {copies: set}\n"
      "explore: {crashes: unlimited, expect: {states: 30800000000, UA: holds}}\n");
  ASSERT_EQ(s.choices.size(), 3U);
  EXPECT_EQ(s.choices[0].where, (At<Where>{{0, "p3"}, {}}));
  EXPECT_EQ(s.choices[0].label.value, "vote");
  EXPECT_EQ(s.choices[0].outcome.value, "no");
  EXPECT_EQ(s.choices[0].outcome.at, (Position{4, 13}));
  EXPECT_EQ(s.choices[1].where, (At<Where>{{2, "p1"}, {}}));
  EXPECT_EQ(s.choices[1].where.at, (Position{4, 17}));
  EXPECT_EQ(s.choices[2].label.value, "ship");
  ASSERT_EQ(s.work.size(), 1U);
  EXPECT_EQ(s.work[0].table.value, "accounts");
  EXPECT_EQ(s.work[0].key.value, "alice.old");
  EXPECT_EQ(s.work[0].add.value, -100);
  EXPECT_EQ(s.network.copies, (At<int>{Network::set, {}}));
  ASSERT_TRUE(s.explore);
  EXPECT_EQ(s.explore->at, (Position{7, 1}));
  EXPECT_EQ(s.explore->crashes.value, -1);
  EXPECT_EQ(s.explore->recoveries.value, 0);
  EXPECT_EQ(s.explore->states->value, 30'800'000'000);
  ASSERT_EQ(s.explore->properties.size(), 1U);
  EXPECT_EQ(s.explore->properties[0].key.value, "uniform_agreement");
}

TEST(ScenarioRead, AMissingFileIsAnErrorWithItsName) {
  const auto scenario = read_all_file("no/such/file.yaml");
  ASSERT_FALSE(scenario.ok());
  EXPECT_EQ(scenario.error().text(),
            "no/such/file.yaml: error: cannot open the file: No such file or directory");
}

}  // namespace
}  // namespace concordat::scenario
