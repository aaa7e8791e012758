// Goal: no broken file crashes or hangs the reader, and a file that is surely broken is an error
// with a place. Method: 10,000 files from a few good ones, broken at random places by edits like
// those of people and of bad disks; then edits after which no file can be right. Seeds are fixed,
// and each failure prints its file.
#include <algorithm>
#include <array>
#include <gtest/gtest.h>

#include "sim/scenario/read.hpp"
#include "sim/scenario/write.hpp"
#include "tests/unit/scenario_samples.hpp"

namespace concordat::scenario {
namespace {

constexpr std::string_view hand_written = R"(# What people write.
name: coordinator dies after telling only p1
story: >
  The coordinator decides, tells p1
  and dies.
protocol: two_phase_commit
options: {presume: nothing, termination: none}
processes: {participants: 3}
votes: {p3: yes, "t2 p1": any}      # default yes
transactions: 2
timing:
  latency: 5ms
  timeouts: {vote: 50ms, decision: 80ms}
store:
  p1:
    accounts: {alice: 1000}
work: {p1: {accounts.alice: -100}}
faults:
  - crash: {node: c, sent_to: [p1], of: decision, recover_after: 10s}
  - partition:
      groups: [[c, p1], [p2, p3]]
      from: 20ms
      to: 1s
  - lose: {message: 'decision', to: p2}
schedule:
  - deliver t1 yes(p2->c){ballot=2}#1
  - "crash c after force commit"
expect: {uniform_agreement: ok, blocked: [p2, p3], outcome: commit}
explore: {crashes: 1, timing: asynchronous, expect: {UA: holds, NB: violated}}
)";

constexpr std::string_view hand_timed = R"(# The same about times.
name: two sites
protocol: two_phase_commit
votes: {p1: any}
timing:
  latency: {log_normal: {median: 5ms, sigma: 0.5}, plus: 1ms}
  links: [{from: c, to: p2, latency: 70ms}, {to: p1, latency: {uniform: [1ms, 9ms]}}]
  sites: {east: [c, p1], west: [p2]}
  between:
    - {sites: [east, west], latency: {exponential: 70ms}}
  force: {table: [1ms, 2ms, 40ms]}
  clock_error: 0.1%
  clocks: {p1: 200ppm, p2: -1%}
  limit: 1h
chances: {vote: {no: 1/20, read: 10%}}
load: {total: 1000, gap: 1ms}
faults:
  - crash: {node: c, at: 20ms, recover_after: 10s}
  - pause: {node: c, on: voted, for: 500ms}
  - delay: {message: decision, by: 50ms, since: 1s, until: 2s}
random:
  crash: {every: 1s, down: 100ms, nodes: [c], inside: 1/3}
  lose: 1/50
  delay: {chance: 1/20, by: {exponential: 50ms}}
)";

constexpr std::string_view hand_varied = R"(# Several at once.
name: a mistake or none
protocol: two_phase_commit
options: {termination: none}
processes: {participants: 3}
expect: {UA: ok, outcome: commit}
explore: {expect: {UA: holds}}
variants:
  - name: without the mistake
    story: all is well
  - name: with M12
    options: {mistake: abort_in_doubt}
    votes: {p1: no}
    explore:
      expect: {uniform_agreement: violated}
  - {name: with a crash, faults: [crash: {node: c, on: decided}]}
sweep:
  processes.participants: [2, 3]
  explore.faults: [F0, F1]
  store.p1.accounts.alice: [7]
)";

constexpr std::string_view hand_bench = R"(# Many transactions.
name: how long a commit takes
protocol: two_phase_commit
chances: {vote: {no: 1/20}}
seeds: 1..3
bench:
  transactions: 100000
  warm_up: 5000
  arrivals: {every: {exponential: 1ms}, at_most: 10000}
  nodes: 12
  participants: [2, 5]
  skew: 0.99
  locks: wait
  lock_timeout: 50ms
  sites: [east, west]
  inside: 1ms
  between:
    - {sites: [east, west], latency: 70ms}
  home: 80%
  failures:
    coordinators: {every: 10s, down: 1s}
    partition: {every: 60s, lasts: 5s, one_way: 1/4}
    slow_disk: {every: 30s, lasts: 5s, times: 20}
    delay: {chance: 1/100, by: {exponential: 50ms}}
  compare: [two_phase_commit, paxos_commit/fast]
  measures: [commit_p50]
  resembles:
    source: a paper
    says: what it found
    checks:
      - {measure: commit_mean, of: a, is: proportional, to: bench.nodes, factor: 5, within: 1%}
      - {measure: commit_mean, of: a, is: below, than: b, by: 10%, where: {bench.skew: 0}}
)";

constexpr std::array texts{hand_written, hand_timed, hand_varied, hand_bench};

std::vector<std::string> seeds() {
  std::vector<std::string> out(texts.begin(), texts.end());
  for (std::uint64_t seed = 0; out.size() < 12; ++seed) {
    SampleRandom random(seed);
    out.push_back(write(sample_scenario(random)));
  }
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n') + 1, text.size());
    lines.emplace_back(text.substr(0, end == 0 ? text.size() : end));
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += line;
  return text;
}

void mutate_bytes(SampleRandom& random, std::string& text) {
  const std::size_t at = random.below(text.size());
  const char byte = static_cast<char>(random.below(256));
  constexpr std::string_view marks = "{}[]:,#&*!|>'\"%@`-? \n\t~<";
  switch (random.below(5)) {
    case 0: text[at] = byte; break;
    case 1:
      text[at] = static_cast<char>(text[at] ^ static_cast<char>(1U << random.below(8)));
      break;
    case 2: text.insert(at, 1, marks[random.below(marks.size())]); break;
    case 3: text.erase(at, 1 + random.below(8)); break;
    default: text.resize(at); break;
  }
}

void mutate_lines(SampleRandom& random, std::string& text) {
  std::vector<std::string> lines = lines_of(text);
  const auto at = lines.begin() + static_cast<std::ptrdiff_t>(random.below(lines.size()));
  const std::string other = lines[random.below(lines.size())];
  switch (random.below(5)) {
    case 0: lines.erase(at); break;
    case 1: lines.insert(at, std::string(*at)); break;
    case 2: *at = "  " + *at; break;
    case 3: *at = other; break;
    default: at->erase(0, 2); break;
  }
  text = joined(lines);
}

/// Another word for the key before a colon.
void rename_key(SampleRandom& random, std::string& text) {
  const std::size_t colon = text.find(':', random.below(text.size()));
  if (colon != std::string::npos) text.insert(colon, random.coin() ? "x" : " ");
}

void expect_an_answer(const std::string& text) {
  const auto all = read_all(text, "m.yaml");
  if (all.ok()) {
    for (const Scenario& scenario : *all) {
      const Result<Scenario> again = read(write(scenario), "m.yaml");
      ASSERT_TRUE(again.ok()) << again.error().text() << "\n" << write(scenario);
      ASSERT_TRUE(*again == scenario) << text;
    }
    return;
  }
  const Error& error = all.error();
  const auto lines = static_cast<int>(std::ranges::count(text, '\n')) + 1;
  ASSERT_FALSE(error.what.empty()) << text;
  ASSERT_EQ(error.file, "m.yaml");
  ASSERT_GE(error.at.line, 1) << error.text() << "\n" << text;
  ASSERT_LE(error.at.line, lines) << error.text() << "\n" << text;
  ASSERT_GE(error.at.column, 1) << error.text() << "\n" << text;
  ASSERT_LE(error.at.column, static_cast<int>(text.size()) + 1) << error.text() << "\n" << text;
}

TEST(ScenarioMutation, AnyEditGivesAScenarioOrAnErrorWithAPlace) {
  const std::vector<std::string> originals = seeds();
  int errors = 0;
  constexpr int count = 10'000;
  for (int i = 0; i < count; ++i) {
    SampleRandom random(static_cast<std::uint64_t>(i));
    std::string text = originals[random.below(originals.size())];
    for (std::size_t edits = 1 + random.below(3); edits > 0 && !text.empty(); --edits) {
      switch (random.below(4)) {
        case 0: mutate_lines(random, text); break;
        case 1: rename_key(random, text); break;
        default: mutate_bytes(random, text); break;
      }
    }
    ASSERT_NO_FATAL_FAILURE(expect_an_answer(text)) << "seed " << i;
    if (!read_all(text, "").ok()) ++errors;
  }
  // Both outcomes must be common, or the edits test nothing.
  EXPECT_GT(errors, count / 2);
  EXPECT_LT(errors, count);
}

void expect_error(const std::string& text) {
  ASSERT_NO_FATAL_FAILURE(expect_an_answer(text));
  ASSERT_FALSE(read_all(text, "").ok()) << text;
}

/// Every `mark` in the hand-written files, with its offset, outside text and comment.
std::vector<std::pair<std::string_view, std::size_t>> places_of(std::string_view mark) {
  std::vector<std::pair<std::string_view, std::size_t>> places;
  for (const std::string_view text : texts)
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
      if (!text.substr(0, at).ends_with("(p2->c)")) places.emplace_back(text, at);
  return places;
}

TEST(ScenarioMutation, AnUnknownKeyIsAnErrorInEveryStruct) {
  for (const std::string_view text : texts)
    ASSERT_TRUE(read_all(text, "").ok()) << read_all(text, "").error().text();
  // At the top, and in each map whose keys the format decides.
  using Place = std::pair<std::string_view, std::string_view>;
  constexpr std::array before{Place{hand_written, "name:"},
                              Place{hand_written, "latency:"},
                              Place{hand_written, "node:"},
                              Place{hand_written, "groups:"},
                              Place{hand_written, "message:"},
                              Place{hand_written, "uniform_"},
                              Place{hand_written, "crashes:"},
                              Place{hand_written, "UA:"},
                              Place{hand_timed, "log_normal:"},
                              Place{hand_timed, "median:"},
                              Place{hand_timed, "from:"},
                              Place{hand_timed, "total:"},
                              Place{hand_timed, "node:"},
                              Place{hand_timed, "message:"},
                              Place{hand_timed, "lose:"},
                              Place{hand_timed, "every:"},
                              Place{hand_varied, "story:"},
                              Place{hand_varied, "uniform_"},
                              Place{hand_varied, "processes.p"},
                              Place{hand_timed, "chance:"},
                              Place{hand_bench, "warm_up:"},
                              Place{hand_bench, "at_most:"},
                              Place{hand_bench, "sites: [east, west], "},
                              Place{hand_bench, "coordinators:"},
                              Place{hand_bench, "down:"},
                              Place{hand_bench, "one_way:"},
                              Place{hand_bench, "times:"},
                              Place{hand_bench, "by: {"},
                              Place{hand_bench, "says:"},
                              Place{hand_bench, "factor:"}};
  for (const auto& [original, key] : before) {
    std::string text(original);
    const std::size_t at = text.find(key);
    ASSERT_NE(at, std::string::npos) << key;
    const std::size_t line_start = text.rfind('\n', at) + 1;
    const bool block = text.find_first_not_of(' ', line_start) == at;
    text.insert(at,
                block ? "unknown_key: 1\n" + std::string(at - line_start, ' ')
                      : std::string("unknown_key: 1, "));
    ASSERT_NO_FATAL_FAILURE(expect_error(text)) << key;
    EXPECT_NE(read_all(text, "").error().what.find("unknown_key"), std::string::npos)
        << read_all(text, "").error().text();
  }
}

TEST(ScenarioMutation, AValueOfTheWrongTypeIsAnError) {
  // Every key of the file, but those of free words; a nested list fits nowhere.
  for (const auto& [original, colon] : places_of(": ")) {
    std::string text(original);
    std::size_t end = colon + 2;
    if (text[end] == '>') continue;  // the folded story: its lines would follow
    int depth = 0;
    while (text[end] != '\n' && !(depth == 0 && (text[end] == ',' || text[end] == '}'))) {
      if (text[end] == '{' || text[end] == '[') ++depth;
      if (text[end] == '}' || text[end] == ']') --depth;
      ++end;
    }
    text.replace(colon + 2, end - colon - 2, "[[[x]]]");
    ASSERT_NO_FATAL_FAILURE(expect_error(text));
  }
}

TEST(ScenarioMutation, AFlowMapThatIsCutIsAnError) {
  for (const auto& [original, open] : places_of("{")) {
    const std::size_t close = original.find('}', open);
    for (std::size_t size = open + 1; size <= close; ++size)
      ASSERT_NO_FATAL_FAILURE(expect_error(std::string(original.substr(0, size))));
  }
}

TEST(ScenarioMutation, ARepeatedLineWithAKeyIsAnError) {
  int tried = 0;
  for (const std::string_view text : texts) {
    const std::vector<std::string> lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t first = lines[i].find_first_not_of(' ');
      const bool key = lines[i].find(": ") != std::string::npos && lines[i][first] != '-' &&
                       lines[i][first] != '#';
      if (!key) continue;
      std::vector<std::string> twice = lines;
      twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
      ASSERT_NO_FATAL_FAILURE(expect_error(joined(twice)));
      ++tried;
    }
  }
  EXPECT_GT(tried, 25);
}

}  // namespace
}  // namespace concordat::scenario
