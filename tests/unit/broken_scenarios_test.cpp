// Goal: no scenario text crashes or hangs reading, binding or running, and a text that is surely
// broken is never taken for good. Method: 10,000 scenarios, mutated by a seeded generator as people
// and editors do; then texts in which one thing is surely wrong. Checking is left out: it has no
// bound of its own. The seed of a failure is printed; run with --gtest_filter to repeat.
#include <array>

#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

/// Each is right, and together they use most of what a scenario may say.
const std::vector<std::string>& good() {
  static const std::vector<std::string> texts{
      "name: a\nprotocol: two_phase_commit\noptions: {termination: none}\n"
      "processes: {participants: 3}\nvotes: {p1: any, p3: no}\nfaults:\n"
      "  - crash: {node: c, sent_to: [p1], of: decision, recover: true}\n"
      "expect: {uniform_agreement: ok, outcome: abort}\n",
      "name: b\nprotocol: two_phase_commit\ntransactions: 2\nplace:\n  n1: [c, p1]\n  n2: [p2]\n"
      "store:\n  p1: {accounts: {alice: 100}}\n  p2: {accounts: {bob: 0}}\nwork:\n"
      "  p1: {accounts.alice: -10}\n  t2 p2: {accounts.bob: 10}\nconserve: [accounts]\n"
      "locks: wait\nnetwork: {delivery: fifo, copies: 2}\nexpect:\n  locked: []\n"
      "  store: {p1: {accounts.alice: 80}}\n",
      "name: c\nprotocol: two_phase_commit\ntiming: {model: synchronous, timeouts: {vote: 5ms, "
      "prepare: 6ms, decision: 7ms, ack: 8ms}}\nfaults:\n"
      "  - lose: {message: commit, to: p2, count: 1}\n  - duplicate: {message: yes, from: p1}\n"
      "  - partition: {groups: [[c, p1], [p2]], on: decided, of: c, heal: true}\n"
      "expect: {blocked: [], messages: 9, steps: 30}\n",
      "name: d\nprotocol: two_phase_commit\nvotes: {p1: any}\nschedule:\n  - start c\n"
      "  - deliver prepare(c->p1) with vote=yes\n"
      "  - deliver prepare(c->p2), crash p2 after force prepared\n  - recover p2\n"
      "  - \"partition {c} | {p1,p2}\"\n  - heal\n  - timeout c vote\n"
      "explore: {crashes: 1, timing: synchronous, expect: {UA: holds, NB: violated}}\n",
      "name: e\nprotocol: two_phase_commit\ntransactions: 2\nvotes: {p1: any}\ntiming:\n"
      "  latency: {log_normal: {median: 5ms, sigma: 0.5}}\n"
      "  links: [{from: c, to: p2, latency: 70ms}]\n  sites: {east: [c, p1], west: [p2]}\n"
      "  between: [{sites: [east, west], latency: {exponential: 9ms}}]\n"
      "  force: {uniform: [1ms, 9ms]}\n  disks: {p1: 20ms}\n  timeouts: {vote: 5ms}\n"
      "  clock_error: 0.1%\n  clocks: {p2: 200ppm}\n  limit: 9s\n"
      "chances: {vote: {no: 1/20}}\nload: {total: 100, gap: 1ms}\nfaults:\n"
      "  - crash: {node: c, at: 20ms, recover_after: 10s}\n"
      "  - partition: {groups: [[c], [p2]], one_way: true, from: 1s, to: 2s}\n"
      "  - pause: {node: c, on: decided, for: 500ms}\n  - delay: {from: p1, by: 50ms}\n"
      "random:\n  crash: {every: 1s, down: 100ms, nodes: [p1]}\n  lose: 1/50\n"
      "expect: {uniform_agreement: ok}\n"
      "explore: {faults: F8-recover, crash_points: steps, expect: {UA: holds}}\n",
      "name: f\nprotocol: two_phase_commit\nvotes: {p1: any}\nexpect: {uniform_agreement: ok}\n"
      "variants:\n  - name: plain\n  - {name: c crashes, faults: [crash: {node: c, on: decided}]}\n"
      "  - {name: a split, options: {mistake: abort_in_doubt}, expect: {outcome: abort}}\n"
      "sweep:\n  processes.participants: [2, 3]\n  options.termination: [none, cooperative]\n"};
  return texts;
}

std::vector<std::string> lines_of_text(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines)
    out += line + "\n";
  return out;
}

std::size_t index_in(SampleRandom& random, std::size_t size) {
  return static_cast<std::size_t>(random.below(static_cast<int>(size)));
}

/// Start and length of a random word, or of nothing.
std::pair<std::size_t, std::size_t> random_word(const std::string& text, SampleRandom& random) {
  constexpr std::string_view breaks = " \n:,[]{}\"";
  std::size_t start = index_in(random, text.size());
  while (start < text.size() && breaks.find(text[start]) != std::string_view::npos)
    ++start;
  while (start > 0 && breaks.find(text[start - 1]) == std::string_view::npos)
    --start;
  if (start >= text.size()) return {0, 0};
  const std::size_t end = std::min(text.find_first_of(breaks, start), text.size());
  return {start, end - start};
}

constexpr std::array words{"-1",         "0",
                           "1",          "99999999999999999999",
                           "c",          "p1",
                           "p9",         "true",
                           "any",        "[]",
                           "{}",         "[c, p1]",
                           "unlimited",  "5ms",
                           "null",       "~",
                           "*a",         "&a",
                           "t2 p1",      "commit",
                           "\"\"",       "two_phase_commit",
                           "16",         "8",
                           "decision",   "ended",
                           "set",        "duplicating",
                           "\xff",       "a.b",
                           "{c} | {p1}", "start c",
                           "crash c",    "vote_unforced",
                           "\t",         "heal"};

/// One edit. Each draw has a statement of its own, so that every compiler draws in the same order.
void mutate(std::string& text, SampleRandom& random) {
  if (text.empty()) return;
  auto lines = lines_of_text(text);
  const int kind = random.below(8);
  const auto line = lines.begin() + random.below(static_cast<int>(lines.size()));
  const std::string& other = lines[index_in(random, lines.size())];
  const std::size_t at = index_in(random, text.size());
  const char byte = static_cast<char>(random.below(256));
  const char* const word = words[index_in(random, words.size())];
  const auto [start, length] = random_word(text, random);
  switch (kind) {
    case 0: text[at] = byte; return;
    case 1: lines.erase(line); break;
    case 2: lines.insert(line, std::string(other)); break;
    case 3: *line = std::string(other); break;
    case 4: text.resize(at); return;
    case 5: text.insert(at, word); return;
    default: text.replace(start, length, word); return;
  }
  text = joined(lines);
}

void expect_placed(const Error& error, const std::string& text) {
  EXPECT_EQ(error.file, "a.yaml") << text;
  EXPECT_GT(error.at.line, 0) << error.text() << "\n" << text;
  EXPECT_GT(error.at.column, 0) << error.text() << "\n" << text;
  EXPECT_FALSE(error.what.empty()) << text;
}

/// Binds and runs, within bounds; what has times is only bound.
std::optional<Error> attempt(const scenario::Scenario& scenario, const std::string& text) {
  const auto bound = scenario::bind(scenario, all_protocols());
  if (!bound) {
    expect_placed(bound.error(), text);
    return bound.error();
  }
  if (scenario.schedule) {
    const auto run = concordat::run(scenario, *bound);
    if (run.error) expect_placed(*run.error, text);
    return run.error;
  }
  if (bound->is_timed) return std::nullopt;
  constexpr int max_steps = 2'000;
  const auto run =
      run_in_order(*bound->model, bound->run_rules, scenario.faults, "a.yaml", max_steps);
  if (run.error && run.trace.steps.size() < max_steps) expect_placed(*run.error, text);
  return run.error;
}

/// Reads all scenarios of the text, and tries them. RETURNS: the first error, which has its place,
/// or nothing.
std::optional<Error> attempt(const std::string& text) {
  const auto all = scenario::read_all(text, "a.yaml");
  if (!all) {
    expect_placed(all.error(), text);
    return all.error();
  }
  for (const scenario::Scenario& scenario : *all)
    if (auto error = attempt(scenario, text)) return error;
  return std::nullopt;
}

TEST(BrokenScenarios, TheSamplesAreRight) {
  for (const std::string& text : good()) {
    const auto error = attempt(text);
    EXPECT_FALSE(error) << error->text();
  }
}

TEST(BrokenScenarios, MutantsNeitherCrashNorHang) {
  constexpr int mutants = 10'000;
  int errors = 0;
  for (int seed = 1; seed <= mutants; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SampleRandom random(static_cast<std::uint64_t>(seed));
    std::string text = good()[index_in(random, good().size())];
    for (int i = 1 + random.below(3); i > 0; --i)
      mutate(text, random);
    if (attempt(text)) ++errors;
    if (HasFailure()) return;
  }
  EXPECT_GT(errors, mutants / 2);
  EXPECT_LT(errors, mutants);
}

TEST(BrokenScenarios, WhatIsSurelyBrokenIsAnError) {
  struct Edit {
    std::string_view from;
    std::string_view to;
  };
  constexpr std::array edits{
      Edit{"name: ", "nmae: "},
      Edit{"votes: ", "vote: "},
      Edit{"expect: ", "expects: "},
      Edit{"faults:", "fault:"},
      Edit{"two_phase_commit", "banana"},
      Edit{"p1", "p77"},
      Edit{"p2", "q"},
      Edit{"start c", "start c now"},
      Edit{"- heal", "- heal c"},
      Edit{"- recover p2", "- recover p2 tail=7"},
      Edit{"timeout c vote", "timeout c votes"},
      Edit{"vote=yes", "vote=perhaps"},
      Edit{"after force prepared", "after force nothing"},
      Edit{"node: c", "node: d"},
      Edit{"of: decision", "of: nothing"},
      Edit{"message: commit", "message: comit"},
      Edit{"on: decided", "on: sunday"},
      Edit{"alice: 100", "alice: many"},
      Edit{"accounts.alice: -10", "accounts.alcie: -10"},
      Edit{"conserve: [accounts]", "conserve: [acounts]"},
      Edit{"vote: 5ms", "vote: 5"},
      Edit{"fifo", "lifo"},
      Edit{"UA: holds", "UA: ok"},
      Edit{"outcome: abort", "outcome: maybe"},
      Edit{"transactions: 2", "transactions: 0"},
      Edit{"termination: none", "termination: 7"},
      Edit{"exponential", "exponentail"},
      Edit{"sigma: 0.5", "sigma: 5"},
      Edit{"median: ", "mean: "},
      Edit{"[1ms, 9ms]", "[9ms, 1ms]"},
      Edit{"latency: 70ms", "latency: 70"},
      Edit{"from: c", "from: d"},
      Edit{"[east, west]", "[east, wets]"},
      Edit{"west: [p2]", "west: [c]"},
      Edit{"disks: {p1", "disks: {p3"},
      Edit{"200ppm", "200"},
      Edit{"clock_error: 0.1%", "clock_error: 70%"},
      Edit{"limit: 9s", "limit: 1ms"},
      Edit{"no: 1/20", "no: 3/2"},
      Edit{"no: 1/20", "maybe: 1/20"},
      Edit{"votes: {p1: any}\ntiming", "timing"},
      Edit{"total: 100", "total: 1"},
      Edit{"every: 1s", "every: 0s"},
      Edit{"nodes: [p1]", "nodes: [p3]"},
      Edit{"for: 500ms", "resume: true"},
      Edit{"to: 2s", "to: 1s"},
      Edit{"[[c], [p2]]", "[[c], [p2], [p1]]"},
      Edit{"by: 50ms", "until: 50ms"},
      Edit{"lose: 1/50", "lose: 1/50\nschedule: []"},
      Edit{"variants:", "variant:"},
      Edit{"- {name: c crashes", "- {name: plain"},
      Edit{"- name: plain", "- plain"},
      Edit{"sweep:", "sweeps:"},
      Edit{"processes.participants", "processes.participant"},
      Edit{"processes.participants", "processes"},
      Edit{"options.termination", "option.termination"},
      Edit{"[2, 3]", "[2, 2]"},
      Edit{"[none, cooperative]", "[none, cooperatively]"},
      Edit{"abort_in_doubt", "abort-in-doubt"},
  };
  for (const auto& [from, to] : edits) {
    int places = 0;
    for (const std::string& text : good())
      for (std::size_t at = text.find(from); at != std::string::npos;
           at = text.find(from, at + 1)) {
        std::string broken = text;
        broken.replace(at, from.size(), to);
        EXPECT_TRUE(attempt(broken).has_value()) << broken;
        ++places;
      }
    EXPECT_GT(places, 0) << from;
  }
}

TEST(BrokenScenarios, TheLargestOnesEnd) {
  for (const std::string more :
       {"", "faults: [crash: {node: c, sent_to: [], of: decision}]\n", "votes: {p1: no}\n"}) {
    const Story s = story(
        "name: large\nprotocol: two_phase_commit\nprocesses: {participants: 16}\n"
        "transactions: 8\n" +
        more);
    const auto run = s.run();
    EXPECT_FALSE(run.error) << run.error->text();
  }
}

}  // namespace
}  // namespace concordat
