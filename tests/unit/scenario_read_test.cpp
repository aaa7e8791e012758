// Goal: every kind of mistake in a scenario file gives one error with the right line, column,
// message and, where one can be guessed, the fix; and what is right arrives in the right member.
// Method: a table of small files with the whole text of the error, as a person would see it.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "sim/base/file.hpp"
#include "sim/scenario/read.hpp"
#include "sim/scenario/yaml.hpp"

namespace concordat::scenario {
namespace {

/// The message for a whole file, without the name of the file.
std::string error_of(std::string_view yaml) {
  const Result<Scenario> scenario = read(yaml, "a.yaml");
  if (scenario.ok()) return "no error";
  Error error = scenario.error();
  EXPECT_EQ(error.file, "a.yaml");
  error.file.clear();
  return error.text();
}

struct Case {
  std::string body;  // begins in line 3, after a name and a protocol
  std::string error;
};

void expect_errors(std::initializer_list<Case> cases) {
  for (const Case& each : cases)
    EXPECT_EQ(error_of("name: n\nprotocol: p\n" + std::string(each.body)), each.error) << each.body;
}

Scenario good(std::string_view body) {
  const Result<Scenario> scenario = read("name: n\nprotocol: p\n" + std::string(body), "a.yaml");
  if (!scenario.ok()) {
    ADD_FAILURE() << scenario.error().text();
    return {};
  }
  return *scenario;
}

TEST(ScenarioRead, NeedsAMapWithNameAndProtocol) {
  const std::string empty =
      "1:1: error: the file is empty\n  hint: a scenario needs `name` and `protocol`";
  EXPECT_EQ(error_of(""), empty);
  EXPECT_EQ(error_of("# nothing\n"), empty);
  EXPECT_EQ(error_of("---\n"), empty);
  EXPECT_EQ(error_of("hello"), "1:1: error: a scenario must be a map (`key: value`), not `hello`");
  EXPECT_EQ(error_of("- a\n"), "1:1: error: a scenario must be a map (`key: value`), not a list");
  EXPECT_EQ(error_of("\nname: n\n"),
            "2:1: error: a scenario needs `protocol`\n  hint: `protocol: two_phase_commit`");
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
       "3:10: error: unknown key `zzzzzzzzz`\n  hint: known here: latency, force, timeouts"},
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
       "3:10: error: a fault is a map with one key: crash, partition, lose or duplicate\n"
       "  hint: write `- crash: {node: c, at: 20ms}`; what belongs to it is indented"},
      {"faults:\n  - crash:\n    node: c",
       "4:5: error: a fault is a map with one key: crash, partition, lose or duplicate\n"
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
       "3:19: error: `copies` must be a whole number from 1 to 8, or `set`, not `0`"},
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
       "  hint: write `p1 accounts.alice`"},
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
            "4:59: error: `to` needs `from`\n  hint: `from: 20ms, to: 1s`");
  EXPECT_EQ(fault("partition: {groups: [[c], [p1]], from: 1s, heal: true}"),
            "4:54: error: `heal` is for a partition without times\n"
            "  hint: `to` says when this one ends");
  EXPECT_EQ(fault("lose: {to: p1}"),
            "4:11: error: `lose` needs `message`\n  hint: `message: decision, to: p2`");
  EXPECT_EQ(fault("duplicate: {message: commit, count: 0}"),
            "4:41: error: `count` must be a whole number from 1 to 1000, not `0`");
}

TEST(ScenarioRead, BrokenYaml) {
  expect_errors({
      {"votes: {p1: no", "3:8: error: the map that opens here is never closed\n  hint: add `}`"},
      {"expect: {blocked: [p1, p2\nlocks: wait",
       "3:19: error: the list that opens here is never closed\n  hint: add `]`"},
      {"story: \"a", "3:8: error: this quote is never closed\n  hint: end the text with a quote"},
      {"story: 'it''s",
       "3:8: error: this quote is never closed\n  hint: end the text with a quote"},
      {"story: don't 'x' \"a\nlocks: wait # isn't \"this\nsource: \"b",
       "5:9: error: this quote is never closed\n  hint: end the text with a quote"},
      {"votes: {p1: no}}",
       "3:16: error: this bracket closes nothing\n  hint: remove it, or quote the text"},
      {"story: a: b",
       "3:9: error: a `:` stands where no key can be\n"
       "  hint: check the indentation, and quote text that holds `: `"},
      {"conserve: - a",
       "3:11: error: a list that starts with `- ` needs a line of its own\n"
       "  hint: write `[a, b]`, or begin each item in a new line"},
      {"story: @home",
       "3:8: error: a value cannot begin with this character\n  hint: quote the text"},
      {"options:\n\ta: b",
       "4:3: error: a tab stands in the indentation of this line\n  hint: indent with spaces"},
      {"story: 'a' b",
       "3:12: error: the map ends here in the middle of an entry\n"
       "  hint: check the indentation, and quote the whole value"},
      {"options: {a: b\n  c: d}",
       "3:10: error: the map that opens here is never closed\n  hint: add `}`"},
      {"options:\n  a: b\n   c\nlocks: wait",
       "4:6: error: `a` must be text on one line, not `b c`\n"
       "  hint: check the indentation of the lines that follow; they were taken for its end"},
      {"story: \"\\q\"",
       "3:11: error: this backslash escapes nothing\n"
       "  hint: write two, or quote the text with `'`"},
  });
}

TEST(ScenarioRead, RefusedParts) {
  expect_errors({
      {"votes: &v {p1: no}",
       "3:8: error: anchors (`&name`) are not used in scenario files\n  hint: write the value out"},
      {"votes: *v", "3:8: error: this is not YAML: the referenced anchor is not defined"},
      {"votes: {<<: {p1: no}}",
       "3:9: error: merge keys (`<<`) are not used in scenario files\n"
       "  hint: write the values out"},
      {"story: !!str a",
       "3:8: error: tags (`!!type`) are not used in scenario files\n"
       "  hint: the reader knows every type"},
      {"? [a]\n: b",
       "3:3: error: a key must be text\n"
       "  hint: is a closing bracket missing? A key that holds brackets needs quotes"},
      {": b", "3:1: error: a key is missing before `:`\n  hint: write `key: value`"},
      {"---\nname: m",
       "3:1: error: the file goes on after its end\n"
       "  hint: a file holds one scenario: put each story in a file of its own"},
      {"story: \"a\\eb\"", "3:8: error: the text holds a control character (0x1b)"},
      {"story: a\x1b[31m",
       "3:9: error: the file holds a control character (0x1b)\n  hint: save it as UTF-8"},
      {"story: é\xff",
       "3:9: error: the file holds a byte that is not UTF-8 (0xff)\n  hint: save it as UTF-8"},
      {"story: a\rb",
       "3:9: error: the file holds a control character (0x0d)\n  hint: save it as UTF-8"},
  });
}

TEST(ScenarioRead, LimitsOfSizeAndDepth) {
  EXPECT_EQ(error_of(std::string(max_file_bytes + 1, '#')),
            "1:1: error: the file is larger than 1048576 bytes\n  hint: is this a scenario?");
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::string too_deep = "error: lists and maps are nested deeper than 32";
  EXPECT_EQ(error_of("name: n\nprotocol: p\nconserve: " + deep), "3:42: " + too_deep);
  std::string maps;
  for (int i = 0; i < 100'000; ++i)
    maps += "{a: ";
  maps += "b" + std::string(100'000, '}');
  EXPECT_EQ(error_of(maps), "1:129: " + too_deep);
  std::string dashes;
  for (int i = 0; i < 100'000; ++i)
    dashes += "- ";
  EXPECT_EQ(error_of(dashes), "1:65: " + too_deep);
}

// A large file of any shape is answered at once; each of these was checked to be linear.
TEST(ScenarioRead, LargeFilesAreRefusedQuickly) {
  for (const std::string_view unit : {"a: b\n",
                                      "- a\n",
                                      "[a, ",
                                      "a, ",
                                      "? ",
                                      "é",
                                      "\r\n",
                                      "\"\" ",
                                      "a ",
                                      "{a: ",
                                      "a:\n",
                                      "- - a\n",
                                      "&a ",
                                      "|\n",
                                      "---\n"}) {
    std::string text = "[";
    while (text.size() < max_file_bytes)
      text += unit;
    text.resize(max_file_bytes);
    EXPECT_NE(error_of(text), "no error");
    EXPECT_NE(error_of(text.substr(1)), "no error");
  }
  std::string names = "conserve: [";
  for (int i = 0; i < 100'000; ++i)
    names += std::to_string(i) + ",";
  EXPECT_EQ(good(names + "]").conserve.size(), 100'000U);
}

TEST(ScenarioRead, ColumnsCountCharacters) {
  EXPECT_EQ(error_of("name: \"é — ü\"\nprotocol: p\noptions: {é: 1}").substr(0, 25),
            "3:11: error: `é` is not ");
  EXPECT_EQ(error_of("{name: \"é — ü\", protocol: p, lock: wait}"),
            "1:30: error: unknown key `lock`\n  hint: did you mean `locks`?");
}

TEST(ScenarioRead, LineEndsAndByteOrderMark) {
  const auto scenario =
      read("\xEF\xBB\xBFname: n\r\nprotocol: p\r\nstory: |\r\n  a\r\n  b\r\n", "a.yaml");
  ASSERT_TRUE(scenario.ok()) << scenario.error().text();
  EXPECT_EQ(scenario->story, "a\nb");
  EXPECT_EQ(error_of("\xEF\xBB\xBFnam: n\r\n"),
            "1:1: error: unknown key `nam`\n  hint: did you mean `name`?");
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
  EXPECT_EQ(s.network.copies.value, 0);
  ASSERT_TRUE(s.explore);
  EXPECT_EQ(s.explore->at, (Position{7, 1}));
  EXPECT_EQ(s.explore->crashes.value, -1);
  EXPECT_EQ(s.explore->recoveries.value, 0);
  EXPECT_EQ(s.explore->states->value, 30'800'000'000);
  ASSERT_EQ(s.explore->properties.size(), 1U);
  EXPECT_EQ(s.explore->properties[0].key.value, "uniform_agreement");
}

TEST(ScenarioRead, AMissingFileIsAnErrorWithItsName) {
  const auto scenario = read_file("no/such/file.yaml");
  ASSERT_FALSE(scenario.ok());
  EXPECT_EQ(scenario.error().text(),
            "no/such/file.yaml: error: cannot open the file: No such file or directory");
}

/// What stands in `expected:` after the key list of an error for an unknown key.
std::set<std::string> known_keys(const std::string& yaml) {
  const Result<Scenario> scenario = read(yaml, "");
  if (scenario.ok()) return {};
  const std::string intro = "known here: ";
  std::string hint = scenario.error().hint;
  EXPECT_TRUE(hint.starts_with(intro)) << scenario.error().text();
  hint = hint.substr(intro.size()) + ", ";
  std::set<std::string> keys;
  for (std::size_t comma = hint.find(", "); comma != std::string::npos; comma = hint.find(", ")) {
    keys.insert(hint.substr(0, comma));
    hint = hint.substr(comma + 2);
  }
  return keys;
}

const YamlNode* child(const YamlNode* node, std::string_view key) {
  if (node == nullptr) return nullptr;
  for (const YamlNode& item : node->items)
    if (item.key == key) return &item;
  return nullptr;
}

// The schema for editors is a second description of the format; it may not drift away.
TEST(ScenarioRead, TheSchemaKnowsTheSameKeys) {
  const auto text = read_text_file(
      std::string(CONCORDAT_SOURCE_DIR) + "/sim/scenario/scenario.schema.json", max_file_bytes);
  ASSERT_TRUE(text.ok()) << text.error().text();
  const auto schema = parse_yaml(*text, "scenario.schema.json");
  ASSERT_TRUE(schema.ok()) << schema.error().text();
  const auto keys_in_schema = [&](const YamlNode* node) {
    std::set<std::string> keys;
    const YamlNode* properties = child(node, "properties");
    EXPECT_NE(properties, nullptr);
    if (properties != nullptr)
      for (const YamlNode& item : properties->items)
        keys.insert(item.key);
    return keys;
  };
  const std::string unknown = "zzzzzzzzzzzzzzzzzzzzzzzzz: 1";
  const std::map<std::string, std::string> places{{"network", "network: {"},
                                                  {"timing", "timing: {"},
                                                  {"expect", "expect: {"},
                                                  {"explore", "explore: {"},
                                                  {"verdicts", "explore: {expect: {"},
                                                  {"fault", "faults: [{"},
                                                  {"crash", "faults: [{crash: {"},
                                                  {"partition", "faults: [{partition: {"},
                                                  {"message", "faults: [{lose: {"}};
  const YamlNode* definitions = child(&*schema, "$defs");
  ASSERT_NE(definitions, nullptr);
  for (const auto& [definition, opening] : places) {
    std::string closing;
    for (const char c : opening)
      if (c == '{' || c == '[') closing.insert(closing.begin(), c == '{' ? '}' : ']');
    EXPECT_EQ(known_keys(opening + unknown + closing),
              keys_in_schema(child(definitions, definition)))
        << definition;
  }
  EXPECT_EQ(known_keys(unknown), keys_in_schema(&*schema));
}

}  // namespace
}  // namespace concordat::scenario
