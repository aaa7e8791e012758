// Goal: what a scenario expects of a run is judged, each kind by itself, and what is not met says
// so with its place. Method: one story, each expectation met and unmet.
#include "tests/unit/run_helpers.hpp"

namespace concordat {
namespace {

const std::string setting =
    "store: {p1: {accounts: {alice: 10}}}\nwork: {p1: {accounts.alice: -3}}\n";
const std::string blocking = setting + "faults: [crash: {node: c, sent_to: [], of: decision}]\n";

/// `line:column: text` of what is not met, or "met". `expect` stands in line 5 or, with the faults,
/// 6.
std::string judged(const std::string& more, const std::string& expect) {
  const Story s = story(two_phase(more + "expect: {" + expect + "}\n"));
  const auto run = s.run();
  if (run.error) return run.error->text();
  std::string out;
  for (const Unmet& unmet : unmet(*s.scenario.expect, run.trace))
    out += (out.empty() ? "" : "\n") + std::to_string(unmet.at.line) + ":" +
           std::to_string(unmet.at.column) + ": " + unmet.text;
  return out.empty() ? "met" : out;
}

TEST(Expect, Properties) {
  EXPECT_EQ(judged(setting, "UA: ok, commit_validity: ok, abort_validity: not_reached"), "met");
  EXPECT_EQ(judged(setting, "uniform_agreement: violated"),
            "5:10: uniform_agreement: expected violated, got ok");
  EXPECT_EQ(judged(setting, "VAs: ok"), "5:10: abort_validity: expected ok, got not_reached");
  EXPECT_EQ(judged(blocking, "NB: violated"), "met");
  const std::string got = judged(blocking, "NB: ok");
  EXPECT_TRUE(got.starts_with("6:10: non_blocking: expected ok, got violated (p1 is blocked"))
      << got;
}

TEST(Expect, OutcomeAndDecisions) {
  EXPECT_EQ(judged(setting, "outcome: commit, decisions: {c: commit, p1: commit}"), "met");
  EXPECT_EQ(judged(blocking, "decisions: {c: commit, p1: none}"), "met");
  EXPECT_EQ(judged(setting, "outcome: abort"), "5:19: outcome: expected abort, got commit");
  EXPECT_EQ(judged(setting, "outcome: mixed, decisions: {p2: abort}"),
            "5:19: outcome: expected mixed, got commit\n"
            "5:38: p2 decides: expected abort, got commit");
  EXPECT_EQ(judged("schedule: [start c]\n", "outcome: none"), "met");
}

TEST(Expect, Blocked) {
  EXPECT_EQ(judged(blocking, "blocked: [p2, p1]"), "met");
  EXPECT_EQ(judged(setting, "blocked: []"), "met");
  EXPECT_EQ(judged(blocking, "blocked: [p2]"), "6:19: blocked: expected p2, got p1, p2");
  EXPECT_EQ(judged(blocking, "blocked: []"), "6:19: blocked: expected nobody, got p1, p2");
}

TEST(Expect, StoreAndLocks) {
  EXPECT_EQ(judged(setting, "store: {p1: {accounts.alice: 7}}, locked: []"), "met");
  EXPECT_EQ(judged(blocking, "store: {p1: {accounts.alice: 10}}, locked: [p1 accounts.alice]"),
            "met");
  EXPECT_EQ(judged(setting, "store: {p1: {accounts.alice: 10}}"),
            "5:23: p1 accounts.alice: expected 10, got 7");
  EXPECT_EQ(judged(blocking, "locked: []"), "6:18: locked: expected nobody, got p1 accounts.alice");
}

TEST(Expect, LocksOfSeveralTransactions) {
  const std::string two =
      "transactions: 2\n" + setting + "schedule: [start t2 c, deliver t2 prepare(c->p1)]\n";
  EXPECT_EQ(judged(two, "locked: [t2 p1 accounts.alice]"), "met");
  EXPECT_EQ(judged(two, "locked: [t1 p1 accounts.alice]"),
            "7:18: locked: expected t1 p1 accounts.alice, got t2 p1 accounts.alice");
}

TEST(Expect, Numbers) {
  EXPECT_EQ(judged(setting, "messages: 8, forces: 5, steps: 9"), "met");
  EXPECT_EQ(judged(setting, "messages: 7, forces: 4, steps: 11"),
            "5:20: messages: expected 7, got 8\n5:31: forces: expected 4, got 5\n"
            "5:41: steps: expected 11, got 9");
}

TEST(Expect, WithoutExpectationsSafetyCounts) {
  const Story s =
      story(two_phase("options: {mistake: abort_in_doubt}\n"
                      "faults: [crash: {node: c, sent_to: [p1], of: decision}]\n"));
  const auto broken = violations(s.run().trace);
  ASSERT_FALSE(broken.empty());
  EXPECT_TRUE(broken.front().text.starts_with("uniform_agreement is violated: "))
      << broken.front().text;
  EXPECT_TRUE(violations(story(two_phase(blocking)).run().trace).empty());
}

}  // namespace
}  // namespace concordat
