// Goal: `check --why-not` says what an unreachable goal lacks, and lists exactly the smallest
// changes of the question that reach it. Method: the naive checker is asked for every part of the
// goal, and under every change and every two changes, made here by hand; and the real program, as a
// subprocess, for what it prints and keeps.
#include "sim/app/why_not.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "protocols/registry.hpp"
#include "sim/app/relaxations.hpp"
#include "sim/explore/explorer.hpp"
#include "tests/toy_checker/toy_checker.hpp"
#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAreArray;

// ---- Against the naive checker: one participant.

constexpr const char* split = "c commits and p1 aborts";

app::Source question(const std::string& mistake, int crashes, const std::string& goal = split) {
  app::Source source;
  source.protocol = "two_phase_commit";
  source.processes = {"participants=1"};
  source.options = {"mistake=" + mistake};
  source.votes = {"any"};
  source.crashes = std::to_string(crashes);
  source.tail = "kept";
  source.timing = "synchronous";
  source.properties = {"UA"};
  source.reachable = {goal};
  return source;
}

app::Exploration explored(const app::Source& source) {
  auto scenario = app::load(source, all_protocols());
  check(scenario.ok(), "the question is a good one");
  auto x = app::explore(all_protocols(),
                        std::move(*scenario),
                        explore_all,
                        [](const SearchProgress&) { return std::string_view(); },
                        {});
  check(x.ok(), "it can be explored");
  return std::move(*x);
}

app::WhyNots why(const app::Exploration& x,
                 int most,
                 const std::function<std::string_view(int)>& progress = {}) {
  int searches = 0;
  auto out = app::why_not(
      all_protocols(),
      x,
      most,
      explore_all,
      [&searches](const std::string&) { ++searches; },
      [&](const SearchProgress&) { return progress ? progress(searches) : std::string_view(); },
      {});
  check(out.ok(), "it can be asked");
  return std::move(*out);
}

bool reaches(const app::Exploration& x,
             const std::string& text,
             const Budget& budget,
             const Rules& rules) {
  CheckRequest request;
  request.model = x.bound.model.get();
  request.budget = budget;
  request.rules = rules;
  auto parsed = parse_goal(request.model->setup(), text);
  check(parsed.ok(), "the goal is a good one");
  request.goals = {std::move(*parsed)};
  const CheckResult result = toy_check(request);
  EXPECT_NE(result.goals[0].reach, Reach::unknown);
  return result.goals[0].reach == Reach::reached;
}

struct Crashes {
  int together = 0;
  int of_c = 0;
  int of_p1 = 0;
};

/// A change, by hand: its words, and what it does.
struct ByHand {
  std::string words;
  std::function<void(Crashes&, Budget&, Rules&)> make;
};

std::vector<ByHand> changes_by_hand() {
  return {{"1 more crash of c", [](Crashes& n, Budget&, Rules&) { ++n.together, ++n.of_c; }},
          {"1 more crash of p1", [](Crashes& n, Budget&, Rules&) { ++n.together, ++n.of_p1; }},
          {"1 more recovery", [](Crashes&, Budget& b, Rules&) { ++b.recoveries; }},
          {"1 more loss", [](Crashes&, Budget& b, Rules&) { ++b.losses; }},
          {"1 more duplicate", [](Crashes&, Budget& b, Rules&) { ++b.duplicates; }},
          {"1 more partition", [](Crashes&, Budget& b, Rules&) { ++b.partitions; }},
          {"1 more pause", [](Crashes&, Budget& b, Rules&) { ++b.pauses; }},
          {"timing asynchronous",
           [](Crashes&, Budget&, Rules& r) { r.timing = TimingModel::asynchronous; }},
          {"log tail any", [](Crashes&, Budget&, Rules& r) { r.tail = TailRule::any; }},
          {"delivery fifo", [](Crashes&, Budget&, Rules& r) { r.delivery = Delivery::fifo; }},
          {"delivery duplicating",
           [](Crashes&, Budget&, Rules& r) { r.delivery = Delivery::duplicating; }},
          {"copies bag of 2", [](Crashes&, Budget&, Rules& r) { ++r.copies; }}};
}

bool reaches(const app::Exploration& x, const std::vector<ByHand>& changes) {
  const int asked = x.bound.budget.crashes;
  Crashes crashes{asked, asked, asked};
  Budget budget;
  Rules rules = x.bound.explore_rules;
  for (const ByHand& change : changes)
    change.make(crashes, budget, rules);
  budget.crashes = crashes.together;
  budget.crash_limits = {CrashLimit{1U, crashes.of_c}, CrashLimit{2U, crashes.of_p1}};
  return reaches(x, split, budget, rules);
}

/// The smallest changes, one or two, that reach the goal. Two of the same kind are not among them.
std::vector<std::string> smallest_changes(const app::Exploration& x) {
  const std::vector<ByHand> all = changes_by_hand();
  std::vector<std::string> out;
  for (const ByHand& change : all)
    if (reaches(x, {change})) out.push_back(change.words);
  if (!out.empty()) return out;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j)
      if (reaches(x, {all[i], all[j]})) out.push_back(all[i].words + ", " + all[j].words);
  return out;
}

std::vector<std::string> words(const std::vector<app::Way>& ways) {
  std::vector<std::string> out;
  for (const app::Way& way : ways)
    out.push_back(way.words);
  return out;
}

/// RETURNS: how many changes at once the list has; 0 if it is empty.
int expect_smallest(const std::string& mistake, int crashes) {
  const app::Exploration x = explored(question(mistake, crashes));
  const app::WhyNots all = why(x, 2);
  EXPECT_EQ(all.goals.size(), 1U) << mistake << " reaches it without a change";
  if (all.goals.empty()) return 0;
  const app::WhyNot& found = all.goals[0];
  EXPECT_THAT(words(found.ways), UnorderedElementsAreArray(smallest_changes(x))) << mistake;
  EXPECT_THAT(found.open_ways, IsEmpty());
  for (const app::Way& way : found.ways)
    EXPECT_FALSE(way.run.schedule.empty());
  return found.ways.empty() ? 0 : found.changes;
}

TEST(WhyNot, ListsTheSmallestChanges) {
  EXPECT_EQ(expect_smallest("none", 0), 0);
  EXPECT_EQ(expect_smallest("abort_in_doubt", 0), 1);
  EXPECT_EQ(expect_smallest("vote_unforced", 1), 2) << "a recovery, and a lost log tail";
  EXPECT_EQ(expect_smallest("decide_unforced", 1), 2);
  EXPECT_EQ(expect_smallest("ack_unforced", 1), 2);
}

TEST(WhyNot, TheChangesAreThoseThatCanBeMade) {
  std::vector<std::string> expected;
  for (const ByHand& change : changes_by_hand())
    expected.push_back(change.words);
  EXPECT_EQ(why(explored(question("none", 1)), 0).changes, expected)
      << "the votes are open already";
  app::Source narrow = question("none", 1);
  narrow.votes = {"p1=yes"};
  narrow.crash_only = {"c"};
  narrow.losses = "unlimited";
  narrow.crash_points = "steps";
  narrow.timing = "asynchronous";
  narrow.tail = "lost";
  narrow.delivery = "fifo";
  narrow.copies = "bag";
  narrow.max_depth = "2";  // only the question counts here
  const app::Exploration x = explored(narrow);
  const app::Relaxations relaxations(x);
  std::vector<std::string> single;
  for (const app::Change& change : relaxations.single())
    single.push_back(relaxations.words(change));
  EXPECT_THAT(single,
              ElementsAre("1 more crash of c",
                          "1 more crash of p1",
                          "1 more recovery",
                          "1 more duplicate",
                          "1 more partition",
                          "1 more pause",
                          "log tail any",
                          "votes any",
                          "delivery unordered",
                          "delivery duplicating",
                          "crash points cuts"));
}

/// What allows no more than fewer changes do is not tried.
TEST(WhyNot, ChangesThatMeanNothingAreLeftOut) {
  const app::Exploration x = explored(question("none", 0));
  const app::Relaxations relaxations(x);
  std::vector<std::string> single;
  for (const auto& changes : relaxations.together(1))
    single.push_back(relaxations.words(changes));
  EXPECT_THAT(single, Not(testing::Contains("1 more recovery"))) << "nobody crashes";
  EXPECT_THAT(single, Not(testing::Contains("log tail any")));
  std::vector<std::string> pairs;
  for (const auto& changes : relaxations.together(2))
    pairs.push_back(relaxations.words(changes));
  for (const char* good : {"1 more crash of c, 1 more recovery",
                           "1 more crash of p1, log tail any",
                           "2 more losses",
                           "copies bag of 2, copies bag of 2"})
    EXPECT_THAT(pairs, testing::Contains(good));
  for (const char* bad : {"2 more recoveries",
                          "delivery fifo, delivery duplicating",
                          "timing asynchronous, timing asynchronous"})
    EXPECT_THAT(pairs, Not(testing::Contains(bad)));
}

TEST(WhyNot, TheNearestStatesMeetAsMuchAsAnyState) {
  for (const char* mistake : {"none", "ack_unforced"}) {
    const app::Exploration x = explored(question(mistake, 1, "c commits and p1 aborts and c down"));
    const app::WhyNots all = why(x, 0);
    ASSERT_EQ(all.goals.size(), 1U);
    std::vector<std::string> expected;
    for (const char* part :
         {"c commits and p1 aborts", "c commits and c down", "p1 aborts and c down"})
      if (reaches(x, part, x.bound.budget, x.bound.explore_rules)) expected.emplace_back(part);
    ASSERT_FALSE(expected.empty());
    std::vector<std::string> found;
    for (const app::NearGoal& near : all.goals[0].nearest) {
      found.push_back(near.run.goal);
      EXPECT_EQ(near.missing.size(), 1U);
      EXPECT_FALSE(near.run.schedule.empty());
    }
    EXPECT_EQ(found, expected);
    EXPECT_THAT(all.goals[0].unmet, IsEmpty()) << "each condition is met somewhere";
  }
}

TEST(WhyNot, StopsWhenItIsTold) {
  const app::Exploration x = explored(question("none", 1));
  const app::WhyNots all =
      why(x, 2, [](int searches) { return std::string_view(searches > 5 ? "stopped" : ""); });
  EXPECT_EQ(all.limit, "stopped");
  ASSERT_EQ(all.goals.size(), 1U);
  EXPECT_FALSE(all.goals[0].nearest.empty());
  EXPECT_EQ(all.goals[0].tried, 3) << "the parts and the graph took one each";
}

// ---- The program.

class WhyNotCommand : public ProgramFixture {
 protected:
  Ended check(const Words& words) const {
    return run(Words{"check", "--protocol", "two_phase_commit", "--property", "UA"} + words);
  }
};

const Words blocks{"--reachable", "p1 commits and p2 blocks", "--why-not"};

TEST_F(WhyNotCommand, AsText) {
  const Ended ended = check(blocks);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("       nearest    `p1 commits` without `p2 blocks`: in 6 steps\n"
                              "         1  start c\n"),
                    HasSubstr("       unmet      `p2 blocks`: by no state at all\n"),
                    HasSubstr("       with 1 change (1 more crash of c): reached in 6 steps\n"),
                    HasSubstr("       with 1 change (1 more partition): reached in 7 steps\n"),
                    Not(HasSubstr("not reached"))));
  const Ended never = check({"--reachable", "abort", "--timing", "synchronous", "--why-not"});
  EXPECT_THAT(never.out,
              AllOf(Not(HasSubstr("nearest")),
                    HasSubstr("       unmet      `abort`: by no state at all\n"),
                    HasSubstr("       never      sent: no, read, abort, inquire, unsure\n"),
                    HasSubstr("       never      fired at participant: prepare, decision\n"),
                    HasSubstr("       with 1 change (votes any): reached in 2 steps\n"),
                    HasSubstr("       with 1 change (timing asynchronous): reached in 1 step\n")));
}

/// Two-phase commit does not split, whatever is changed; and a goal that is reached needs no
/// reasons.
TEST_F(WhyNotCommand, WhatNothingReaches) {
  const Ended ended = check({"--reachable",
                             "p1 commits and p2 aborts",
                             "--reachable",
                             "commit",
                             "--why-not",
                             "--most",
                             "1"});
  EXPECT_THAT(
      ended.out,
      AllOf(HasSubstr("         6  deliver commit(c->p1)\n"
                      "       needs      c commits, never beside `p2 aborts`\n"
                      "       needs      the arrival of commit(c->p1), never beside `p2 aborts`\n"
                      "       nearest    `p2 aborts` without `p1 commits`: in 1 step\n"),
            HasSubstr("       with at most 1 change: not reached, tried 10 ways\n"),
            HasSubstr("       changes    1 more crash of c; 1 more crash of a participant; "),
            HasSubstr("  goal `commit` reached in")));
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(check({"--why-not"}).err, HasSubstr("--why-not: there is no goal"));
  EXPECT_EQ(check({"--why-not"}).code, 2);
  EXPECT_EQ(check({"--reachable", "abort", "--most", "1"}).code, 2) << "of what?";
}

TEST_F(WhyNotCommand, AsJson) {
  const json found = json::parse(check(blocks + Words{"--json"}).out);
  const json& reasons = found.at("goals").at(0).at("why_not");
  EXPECT_EQ(reasons.at("nearest").at(0).at("goal"), "p1 commits");
  EXPECT_EQ(reasons.at("nearest").at(0).at("missing"), json({"p2 blocks"}));
  EXPECT_EQ(reasons["nearest"][0].at("needs"), json::array()) << "blocks is no count";
  EXPECT_EQ(reasons.at("needs_limit"), "");
  EXPECT_EQ(reasons.at("unmet"), json({"p2 blocks"}));
  EXPECT_EQ(reasons.at("changes_at_once"), 1);
  EXPECT_EQ(reasons.at("ways").at(0).at("changes"), "1 more crash of c");
  EXPECT_EQ(reasons["ways"][0].at("steps").size(), 6U);
  EXPECT_EQ(reasons.at("limit"), "");
  EXPECT_EQ(found.at("command"),
            "concordat check --protocol two_phase_commit --property UA --reachable 'p1 commits and "
            "p2 blocks' --why-not");
  const json reached = json::parse(check({"--reachable", "commit", "--why-not", "--json"}).out);
  EXPECT_EQ(reached.at("goals").at(0).at("why_not"), nullptr);
  const json plain = json::parse(check({"--reachable", "commit", "--json"}).out);
  EXPECT_FALSE(plain.at("goals").at(0).contains("why_not"));
}

TEST_F(WhyNotCommand, EachRunIsAScenarioThatReplays) {
  EXPECT_EQ(check(blocks + Words{"--save", "."}).code, 0);
  EXPECT_THAT(files(), HasSubstr("1-more-crash-of-c-p1-commits-and-p2-blocks.yaml"));
  EXPECT_THAT(run({"test", "."}).out, HasSubstr("3 passed, 0 failed"));
  const Words rules{"--reachable", "abort", "--timing", "synchronous", "--why-not", "--save", "b"};
  EXPECT_EQ(check(rules).code, 0);
  EXPECT_THAT(run({"test", "b"}).out, HasSubstr("7 passed, 0 failed"));
}

/// Who blocks is known only when all has been seen; a limit that the question itself does not hit.
TEST_F(WhyNotCommand, WhatALimitLeavesOpenIsSaid) {
  const Ended ended = check(blocks + Words{"--max-states", "2400", "--most", "1"});
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("       with 1 more crash of c: unknown, a limit was hit\n"),
                    HasSubstr("       with at most 1 change: not reached, tried 10 ways\n")));
}

}  // namespace
}  // namespace concordat
