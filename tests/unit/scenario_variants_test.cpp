// Goal: a file with `variants:` or `sweep:` is exactly the scenarios that a person would write out
// by hand, in order, each with its label; and every mistake in it is one error with its place.
// Method: each scenario against one that is written out; tables of whole errors; and files with
// every key of a scenario moved into a variant or a sweep.
#include <array>
#include <fmt/core.h>
#include <set>

#include "sim/scenario/variants.hpp"
#include "sim/scenario/write.hpp"
#include "tests/unit/scenario_helpers.hpp"
#include "tests/unit/scenario_samples.hpp"

namespace concordat::scenario {
namespace {

const std::string head = "name: n\nprotocol: p\n";

/// REQUIRES: the file is right.
std::vector<Scenario> all_of(const std::string& yaml) {
  const auto all = read_all(yaml, "a.yaml");
  if (all.ok()) return *all;
  ADD_FAILURE() << all.error().text() << "\n" << yaml;
  return {};
}

std::vector<std::string> labels_of(const std::string& yaml) {
  std::vector<std::string> labels;
  for (const Scenario& scenario : all_of(yaml))
    labels.push_back(scenario.variant);
  return labels;
}

using Labels = std::vector<std::string>;

/// The first scenario of the file with this body, after its name, is what the other body says.
void expect_same(const std::string& body, const std::string& written_out) {
  const std::vector<Scenario> all = all_of("name: n\n" + body);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].name.value, "n, " + all[0].variant) << body;
  Scenario plain = all_of("name: n\n" + written_out).at(0);
  plain.name = all[0].name;
  EXPECT_TRUE(all[0] == plain) << write(all[0]) << "instead of\n" << write(plain);
}

TEST(ScenarioVariants, AFileWithoutThemIsOneScenario) {
  const std::string text = head + "votes: {p1: no}\n";
  const auto all = all_of(text);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].variant, "");
  EXPECT_EQ(all[0].name.value, "n");
  EXPECT_EQ(all[0].file, "a.yaml");
  EXPECT_TRUE(all[0] == *read(text, "a.yaml"));
}

TEST(ScenarioVariants, AreMadeInTheOrderOfTheFile) {
  EXPECT_EQ(labels_of(head + "variants: [{name: b}, {name: with M6}, {name: a}]"),
            (Labels{"b", "with M6", "a"}));
  EXPECT_EQ(labels_of(head + "sweep: {processes.participants: [3, 2], options.f: [0, 1]}"),
            (Labels{"participants=3, f=0",
                    "participants=3, f=1",
                    "participants=2, f=0",
                    "participants=2, f=1"}));
  EXPECT_EQ(labels_of(head + "sweep: {profile: [x, y]}\nvariants: [{name: b}, {name: a}]"),
            (Labels{"b, profile=x", "b, profile=y", "a, profile=x", "a, profile=y"}));
  EXPECT_EQ(labels_of(head + "sweep: {options.f: [1], bounds.f: [2], options.g: [3]}"),
            (Labels{"options.f=1, bounds.f=2, g=3"}))
      << "where two paths end alike, the labels have the whole paths";
}

TEST(ScenarioVariants, MapsAreMergedAndTheRestIsReplaced) {
  expect_same(
      "protocol: p\noptions: {a: 1, b: 2}\nvotes: {p1: no}\nschedule: [x, y]\n"
      "explore: {crashes: 1, losses: 2, expect: {CA: holds, UA: holds}}\n"
      "variants: [{name: v, options: {b: 3, c: 4}, votes: {p2: any}, schedule: [z],\n"
      "            explore: {losses: 0, expect: {UA: violated}}}]\n",
      "protocol: p\noptions: {a: 1, b: 3, c: 4}\nvotes: {p1: no, p2: any}\nschedule: [z]\n"
      "explore: {crashes: 1, expect: {CA: holds, UA: violated}}\n");
  expect_same(
      "protocol: p\nstory: old\nfaults:\n- pause: {node: c, on: told}\n- pause: {node: p1, on: "
      "told}\n"
      "store: {p1: {a: {x: 1, y: 2}}, p2: {a: {x: 3}}}\n"
      "variants:\n- name: v\n  story: new\n  store: {p1: {a: {y: 9}, b: {z: 1}}}\n"
      "  faults:\n  - pause: {node: p2, on: voted}\n",
      "protocol: p\nstory: new\nfaults:\n- pause: {node: p2, on: voted}\n"
      "store: {p1: {a: {x: 1, y: 9}, b: {z: 1}}, p2: {a: {x: 3}}}\n");
  expect_same(
      "protocol: p\nexplore: {reachable: [p1 commits]}\n"
      "variants: [{name: v, explore: {reachable: {p2 blocks: yes}}}]\n",
      "protocol: p\nexplore: {reachable: {p2 blocks: yes}}\n");
}

TEST(ScenarioVariants, APropertyHasTwoNames) {
  expect_same(
      "protocol: p\nexpect: {UA: ok, NB: ok}\nexplore: {expect: {uniform_agreement: holds}}\n"
      "variants: [{name: v, expect: {uniform_agreement: violated},\n"
      "            explore: {expect: {UA: violated}}}]\n",
      "protocol: p\nexpect: {UA: violated, NB: ok}\nexplore: {expect: {UA: violated}}\n");
  expect_same("protocol: p\nexpect: {UA: ok}\nsweep: {expect.uniform_agreement: [violated]}\n",
              "protocol: p\nexpect: {UA: violated}\n");
}

TEST(ScenarioVariants, ADistributionIsOneValue) {
  expect_same(
      "protocol: p\ntiming: {latency: {uniform: [1ms, 2ms], plus: 1ms}, force: {constant: 1ms},\n"
      "         disks: {p1: {constant: 1ms}, p2: 2ms}, limit: 1s}\n"
      "load: {total: 9, gap: {constant: 1ms}}\n"
      "random: {delay: {chance: 1/2, by: {constant: 1ms}}, lose: 1/9}\n"
      "variants: [{name: v, timing: {latency: {exponential: 5ms}, force: {exponential: 6ms},\n"
      "            disks: {p1: {exponential: 7ms}}}, load: {gap: {exponential: 8ms}},\n"
      "            random: {delay: {by: {exponential: 9ms}}}}]\n",
      "protocol: p\ntiming: {latency: {exponential: 5ms}, force: {exponential: 6ms},\n"
      "         disks: {p1: {exponential: 7ms}, p2: 2ms}, limit: 1s}\n"
      "load: {total: 9, gap: {exponential: 8ms}}\n"
      "random: {delay: {chance: 1/2, by: {exponential: 9ms}}, lose: 1/9}\n");
  // A path leads to what it says, and nothing else.
  expect_same(
      "protocol: p\ntiming: {latency: {exponential: 1ms, plus: 3ms}}\n"
      "sweep: {timing.latency.exponential: [5ms]}\n",
      "protocol: p\ntiming: {latency: {exponential: 5ms, plus: 3ms}}\n");
}

TEST(ScenarioVariants, ASweepSetsOnePlace) {
  expect_same("protocol: p\nsweep: {processes.participants: [3, 4]}\n",
              "protocol: p\nprocesses: {participants: 3}\n");
  expect_same(
      "protocol: p\nprocesses: {participants: 2, acceptors: 1}\nvotes: {p1: no}\n"
      "sweep: {processes.participants: [3], explore.faults: [F6], profile: [x],\n"
      "        votes.t2 p1: [any], transactions: [2], explore.expect.UA: [holds]}\n",
      "protocol: p\nprocesses: {participants: 3, acceptors: 1}\nprofile: x\n"
      "votes: {p1: no, t2 p1: any}\ntransactions: 2\n"
      "explore: {faults: F6, expect: {UA: holds}}\n");
  expect_same(
      "protocol: p\nstore: {p1: {accounts: {alice.old: 5, bob: 6}}}\n"
      "work: {p1: {accounts.bob: -1}}\nexpect: {store: {p1: {accounts.bob: 5}}}\n"
      "sweep: {store.p1.accounts.alice.old: [7], work.p1.accounts.bob: [-2],\n"
      "        work.p1.accounts.alice.old: [-3], expect.store.p1.accounts.bob: [4]}\n",
      "protocol: p\nstore: {p1: {accounts: {alice.old: 7, bob: 6}}}\n"
      "work: {p1: {accounts.bob: -2, accounts.alice.old: -3}}\n"
      "expect: {store: {p1: {accounts.bob: 4}}}\n");
  // A variant is below the sweep.
  expect_same(
      "protocol: p\noptions: {f: 1}\nvariants: [{name: v, options: {f: 2, g: 2}}]\n"
      "sweep: {options.f: [3]}\n",
      "protocol: p\noptions: {f: 3, g: 2}\n");
}

TEST(ScenarioVariants, AnotherProtocolTakesItsOwnWordsAlong) {
  const std::string common = "processes: {participants: 3}\nvotes: {p1: no}\n";
  const std::string first =
      "protocol: p\nprofile: x\noptions: {f: 1}\nbounds: {rounds: 3}\n"
      "timing: {latency: 1ms, timeouts: {vote: 5ms}}\n" +
      common;
  expect_same(first + "variants: [{name: v, protocol: q, options: {g: 2}}]\n",
              "protocol: q\noptions: {g: 2}\ntiming: {latency: 1ms}\n" + common);
  expect_same(first + "sweep: {options.g: [2], protocol: [q]}\n",
              "protocol: q\noptions: {g: 2}\ntiming: {latency: 1ms}\n" + common);
  expect_same(first + "variants: [{name: v, protocol: p, options: {g: 2}}]\n",
              "protocol: p\nprofile: x\noptions: {f: 1, g: 2}\nbounds: {rounds: 3}\n"
              "timing: {latency: 1ms, timeouts: {vote: 5ms}}\n" +
                  common);
  expect_same("options: {f: 1}\nvariants: [{name: v, protocol: q}]\n",
              "protocol: q\noptions: {f: 1}\n");
  EXPECT_EQ(read_all("name: n\nvariants: [{name: v, protocol: q}, {name: w}]", "").error().text(),
            "1:1: error: a scenario needs `protocol` (variant `w`)\n"
            "  hint: `concordat list` names them");
}

TEST(ScenarioVariants, EachStandsOnItsOwn) {
  const auto all = all_of(head +
                          "story: >-\n  A story.\noptions: {a: 1}\n"
                          "variants:\n- name: with M6\n  options: {a: 2}\n- name: plain\n"
                          "sweep:\n  processes.participants: [2, 3]\n");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[1].name.value, "n, with M6, participants=3");
  for (const Scenario& scenario : all) {
    const std::string text = write(scenario);
    EXPECT_EQ(text.find("variants"), std::string::npos) << text;
    const auto again = read(text, "b.yaml");
    ASSERT_TRUE(again.ok()) << text;
    EXPECT_TRUE(*again == scenario) << text;
  }
  EXPECT_EQ(all[1].options[0].value.at, (Position{8, 16}));
  EXPECT_EQ(all[1].processes[0].value.at, (Position{11, 31}));
  EXPECT_EQ(all[1].processes[0].key.at, (Position{11, 13})) << "within the path";
  EXPECT_EQ(all[2].options[0].value.at, (Position{5, 14}));
}

TEST(ScenarioVariants, ReadTakesOneScenarioOnly) {
  const auto several = read(head + "variants: [{name: a}]", "a.yaml");
  ASSERT_FALSE(several.ok());
  EXPECT_EQ(several.error().what, "one scenario is wanted here, without `variants` and `sweep`");
}

// ---- Errors.

std::string error_in(const std::string& body) {
  const auto all = read_all(head + body, "a.yaml");
  return all.ok() ? "no error" : all.error().text();
}

void expect_error(const std::string& body, const std::string& error) {
  EXPECT_EQ(error_in(body), "a.yaml:" + error) << body.substr(0, 1000);
}

TEST(ScenarioVariants, MistakesInTheListOfVariants) {
  const std::string form =
      "error: a variant is a map with a `name`\n"
      "  hint: write `- {name: with a crash, faults: [...]}`";
  expect_error("variants: x",
               "3:11: error: `variants` must be a list, not `x`\n  hint: write `[x]`");
  expect_error("variants: {name: x}", "3:11: error: `variants` must be a list, not a map");
  expect_error("variants: []",
               "3:11: error: there is no variant in `variants`\n"
               "  hint: leave it out, or name some");
  expect_error("variants: [x]", "3:12: " + form);
  expect_error("variants: [{profile: x}]", "3:12: " + form);
  expect_error("variants: [{name: }]", "3:13: error: `name` has no value\n  hint: it must be text");
  expect_error("variants: [{name: [x]}]", "3:19: error: `name` must be text, not a list");
  expect_error("variants:\n- name: x\n- name: y\n- name: x",
               "6:9: error: the variant `x` is repeated\n  hint: it stands first in line 4");
}

TEST(ScenarioVariants, MistakesInASweep) {
  expect_error("sweep: [x]", "3:8: error: `sweep` must be a map (`key: value`), not a list");
  expect_error("sweep: {}",
               "3:8: error: there is nothing in `sweep`\n"
               "  hint: `sweep: {processes.participants: [2, 3]}`");
  expect_error("sweep: {profile: x}",
               "3:18: error: `profile` must be a list, not `x`\n  hint: write `[x]`");
  expect_error("sweep: {profile: []}", "3:18: error: `profile` has no values");
  expect_error("sweep: {profile: [x, y, x]}",
               "3:25: error: `x` stands twice in this list\n  hint: it stands first in line 3");
  expect_error("sweep: {profile: [[x]]}",
               "3:19: error: a sweep is over words and numbers\n"
               "  hint: `variants` can replace a list or a map, and gives it a name");
  expect_error("sweep: {profile: [x, ~]}",
               "3:9: error: `profile` has no value\n  hint: it must be text");
  expect_error("sweep: {porfile: [x]}",
               "3:9: error: unknown key `porfile`\n  hint: did you mean `profile`?");
  expect_error("sweep: {name: [x]}",
               "3:9: error: `name` belongs to the whole file, and cannot be swept");
  expect_error("sweep: {variants.name: [x]}",
               "3:9: error: `variants` belongs to the whole file, and cannot be swept");
  expect_error("sweep: {options..f: [x]}",
               "3:17: error: a part of the path `options..f` is missing\n"
               "  hint: write the keys that lead to the value, with dots: "
               "`processes.participants`");
  expect_error("sweep: {explore: [x], explore.faults: [F0]}",
               "3:23: error: `explore.faults` lies inside `explore`\n"
               "  hint: a place can have one list of values");
}

TEST(ScenarioVariants, MistakesInOneOfThemNameIt) {
  // In the overlay: the place is there.
  expect_error("variants: [{name: a}, {name: b c, votse: {p1: no}}]",
               "3:35: error: unknown key `votse` (variant `b c`)\n  hint: did you mean `votes`?");
  expect_error("variants: [{name: a, sweep: {profile: [x]}}]",
               "3:22: error: a variant cannot have `sweep` (variant `a`)\n"
               "  hint: `sweep` beside `variants` sweeps each of them");
  expect_error("sweep: {processes.participants: [2, many]}",
               "3:37: error: `participants` must be a whole number from 0 to 24, not `many` "
               "(variant `participants=many`)");
  expect_error("sweep: {explore.expect.UB: [holds]}",
               "3:24: error: unknown key `UB` (variant `UB=holds`)\n  hint: did you mean `UA`?");
  expect_error("faults: [pause: {node: c, on: told}]\nsweep: {faults.pause.node: [p1]}",
               "4:16: error: the path ends at `faults` in line 3, which is no map (variant "
               "`node=p1`)\n  hint: leave it out there, or replace it by `variants`");
  expect_error("sweep: {place.p1.x: [p1]}",
               "3:15: error: `p1` must be a list, not a map (variant `x=p1`)");
  // In what only both together say.
  expect_error("explore: {crashes: 1}\nvariants: [{name: a}, {name: b, explore: {faults: F1}}]",
               "3:11: error: `faults: F1` already says `crashes` (variant `b`)\n"
               "  hint: leave `crashes` out, or write the whole budget instead");
  // In the rest of the file, even where nobody reads it: no variant has a part in it.
  expect_error("processes: {participants: many}\nsweep: {processes.participants: [2]}",
               "3:27: error: `participants` must be a whole number from 0 to 24, not `many`");
  expect_error("options: x\nvariants: [{name: a, options: {b: c}}]",
               "3:10: error: `options` must be a map (`key: value`), not `x`");
  expect_error("votse: {p1: no}\nvariants: [{name: a}]",
               "3:1: error: unknown key `votse`\n  hint: did you mean `votes`?");
}

TEST(ScenarioVariants, AreLimited) {
  const auto list = [](int count) {
    std::string out = "[0";
    for (int i = 1; i < count; ++i)
      out += "," + std::to_string(i);
    return out + "]";
  };
  EXPECT_EQ(
      labels_of(head + "sweep: {options.a: " + list(100) + ", options.b: " + list(10) + "}").size(),
      max_variants);
  const std::string too_many =
      "error: this file makes more than 1000 scenarios\n"
      "  hint: leave values out, or divide it into several files";
  expect_error("sweep: {options.a: " + list(101) + ", options.b: " + list(10) + "}",
               "3:1: " + too_many);
  std::string huge = "sweep: {options.a: " + list(60);
  for (int i = 1; i < 20; ++i)
    huge += fmt::format(", options.a{}: {}", i, list(60));
  expect_error(huge + "}", "3:1: " + too_many);
  std::string wide = "sweep:\n";
  for (int i = 0; i < 20'000; ++i)
    wide += fmt::format("  options.a{}: [1]\n", i);
  expect_error(wide,
               "24:3: error: a sweep has at most 20 places\n"
               "  hint: one value for all is no sweep: write it into the file");
  std::string names = "variants:\n";
  for (int i = 0; i <= 1000; ++i)
    names += fmt::format("- name: v{}\n", i);
  expect_error(names,
               fmt::format("3:1: error: this file makes more than {} scenarios\n"
                           "  hint: leave values out, or divide it into several files",
                           max_variant_bytes / (head + names).size()));
  const std::string comment = "#" + std::string(max_file_bytes - 1000, 'x') + "\n";
  expect_error("sweep: {options.a: " + list(9) + "}\n" + comment,
               "3:1: error: this file makes more than 4 scenarios\n"
               "  hint: leave values out, or divide it into several files");
  expect_error("variants: [{name: a}, {name: 'a, f=1'}]\nsweep: {options.f: ['1, f=1', 1]}",
               "4:1: error: two scenarios would have the label `a, f=1, f=1`\n"
               "  hint: rename a variant");
  std::string deep = "sweep: {options";
  for (int i = 0; i < 500; ++i)
    deep += ".a";
  EXPECT_NE(error_in(deep + ": [1]}").find("error: `a` must be text, not a map"), std::string::npos)
      << "and not as deep as one likes";
}

TEST(ScenarioVariants, APropertyIsNotNamedTwiceInOneOfThem) {
  const std::string twice = "the property `uniform_agreement` is repeated";
  EXPECT_NE(error_in("variants: [{name: a, expect: {UA: ok, uniform_agreement: ok}}]").find(twice),
            std::string::npos);
  EXPECT_NE(error_in("expect: {UA: ok}\n"
                     "variants: [{name: a, expect: {UA: ok, uniform_agreement: ok}}]")
                .find(twice),
            std::string::npos);
}

TEST(ScenarioVariants, LargeOnesEnd) {
  std::string options = "options:\n";
  for (int i = 0; i < 30'000; ++i)
    options += fmt::format("    o{}: {}\n", i, i);
  const auto all = all_of(head + options + "variants:\n- name: a\n  " + options);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].options.size(), 30'000U);
}

// ---- Every key.

TEST(ScenarioVariants, WhateverAFileSaysAVariantCanSay) {
  std::set<std::string> keys;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SampleRandom random(seed);
    const Scenario sample = sample_scenario(random);
    const auto tree = parse_yaml(write(sample), "");
    ASSERT_TRUE(tree.ok());
    // The same lines, indented below the name of a variant, in the place of its own name.
    std::string text = "name: n\nvariants:\n- name: v\n";
    std::string scenario = write(sample);
    scenario = scenario.substr(scenario.find('\n') + 1);
    for (std::size_t at = 0; at < scenario.size();) {
      const std::size_t end = scenario.find('\n', at) + 1;
      text += (scenario[at] == '\n' ? "" : "  ") + scenario.substr(at, end - at);
      at = end;
    }
    for (const YamlNode& item : tree->items)
      keys.insert(item.key);
    const auto all = all_of(text);
    ASSERT_EQ(all.size(), 1U) << text;
    Scenario expected = sample;
    expected.name.value = "n, v";
    ASSERT_TRUE(all[0] == expected) << text;
  }
  EXPECT_EQ(keys.size(), 28U) << "the samples have every key of a scenario";
}

}  // namespace
}  // namespace concordat::scenario
