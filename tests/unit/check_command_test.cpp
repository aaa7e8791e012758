// Goal: `check` asks what its flags say, and its answer never looks stronger than it is. Method:
// the real program, as a subprocess in a folder of its own.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "sim/app/units.hpp"
#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Check : public ProgramFixture {
 protected:
  Ended check(const Words& words) const {
    return run(Words{"check", "--protocol", "two_phase_commit"} + words);
  }
  json result(const Words& words) const {
    const Ended ended = check(Words{"--json"} + words);
    return ended.out.empty() ? json(ended.err) : json::parse(ended.out);
  }
};

TEST_F(Check, AVerdictSaysWhatItCovers) {
  const Words words{"--crashes", "1", "--crash-points", "steps", "--property", "UA,VC"};
  EXPECT_THAT(check(words).out,
              HasSubstr("  UA   uniform_agreement        holds for crashes 1; timing asynchronous, "
                        "copies set, no crash inside a step\n"));
  EXPECT_THAT(check({"--faults", "F2", "--property", "UA"}).out,
              HasSubstr("holds for F2; timing synchronous, copies set\n"));
  const Ended cut = check(words + Words{"--max-states", "20"});
  EXPECT_THAT(cut.out, HasSubstr("uniform_agreement        unknown: the limit on states was hit"));
  EXPECT_THAT(cut.out, Not(HasSubstr("holds")));
  EXPECT_THAT(cut.out,
              HasSubstr("again: concordat check --protocol two_phase_commit --crashes 1 "
                        "--crash-points steps --property UA --property VC --max-states 20\n"));
}

TEST_F(Check, TerminationIsToldWithItsCircle) {
  const Words down{"--votes", "any", "--crashes", "1", "--property", "ET", "--save", "."};
  const Ended ended = check(down);
  EXPECT_EQ(ended.code, 0) << "who asks without expecting anything is told, as with non_blocking";
  EXPECT_THAT(ended.out,
              HasSubstr("  ET   eventual_termination     violated in 5 steps\n"
                        "       p1 never decides: after step 1 nothing fails any more, and step 5 "
                        "repeats for ever\n"
                        "         1  start c, crash c after send prepare p1\n"
                        "            (from here on nothing fails)\n"));
  EXPECT_THAT(ended.out,
              HasSubstr("            (again and again:)\n         5  timeout p1 decision\n"));
  ASSERT_EQ(files(), "two-phase-commit-from-flags-et.yaml");
  EXPECT_EQ(run({"run", "two-phase-commit-from-flags-et.yaml"}).code, 0);
  const json back =
      result({"--votes", "any", "--crashes", "1", "--recoveries", "1", "--property", "ET"});
  EXPECT_EQ(back.at("properties")[0].at("verdict"), "holds");
  const json cut = result({"--crashes", "1", "--property", "ET", "--max-states", "100"});
  EXPECT_EQ(cut.at("properties")[0].at("verdict"), "unknown");
  write("a.yaml", header + "explore: {crashes: 1, expect: {ET: holds}}\n");
  EXPECT_EQ(run({"check", "a.yaml"}).code, 1);
  EXPECT_THAT(run({"check", "a.yaml"}).err,
              HasSubstr("eventual_termination: expected holds, got violated"));
}

TEST_F(Check, GoalsAreAskedByFlags) {
  const json found = result({"--crashes",
                             "1",
                             "--reachable",
                             "p1 commits and p2 blocks",
                             "--reachable",
                             "p1 blocks and p1 commits"});
  ASSERT_EQ(found.at("goals").size(), 2U);
  EXPECT_EQ(found["goals"][0].at("verdict"), "reached");
  EXPECT_EQ(found["goals"][0].at("steps").size(), 6U);
  EXPECT_EQ(found["goals"][1].at("verdict"), "unreachable");
  const json cut = result({"--reachable", "p2 blocks", "--max-depth", "3", "--property", "UA"});
  EXPECT_EQ(cut.at("limit"), "depth");
  EXPECT_EQ(cut["goals"][0].at("verdict"), "unknown");
  EXPECT_EQ(cut.at("properties").size(), 1U) << "a goal asks for no property";
  EXPECT_EQ(check({"--reachable", "p2 dances"}).code, 2);
  EXPECT_THAT(check({"--reachable", "p2 dances"}).err, HasSubstr("`p2 dances` is no condition"));
}

TEST_F(Check, ARunToAGoalIsAScenarioThatReplays) {
  const Ended ended = check({"--crashes",
                             "1",
                             "--reachable",
                             "p1 commits and p2 blocks",
                             "--reachable",
                             "c down",
                             "--property",
                             "UA",
                             "--save",
                             "."});
  EXPECT_EQ(files(),
            "two-phase-commit-from-flags-c-down.yaml "
            "two-phase-commit-from-flags-p1-commits-and-p2-blocks.yaml");
  EXPECT_THAT(run({"test", "."}).out, HasSubstr("2 passed, 0 failed"));
}

TEST_F(Check, AFileExpectsGoals) {
  write("a.yaml",
        header +
            "explore:\n  crashes: 1\n"
            "  reachable: {p2 blocks: yes, p1 commits and p2 aborts: no}\n");
  write("b.yaml", header + "explore:\n  reachable: {p1 commits: yes, p2 blocks: yes}\n");
  write("c.yaml", header + "explore:\n  reachable: [p2 sleeps]\n");
  write("d.yaml", header + "explore:\n  max_states: 9\n  reachable: {p1 commits: no}\n");
  EXPECT_EQ(run({"test", "a.yaml"}).code, 0);
  const Ended unmet = run({"test", "b.yaml"});
  EXPECT_EQ(unmet.code, 1);
  EXPECT_THAT(unmet.out,
              HasSubstr("b.yaml:4:32: error: reachable `p2 blocks`: expected yes, got no"));
  EXPECT_THAT(run({"check", "c.yaml"}).err, HasSubstr("c.yaml:4:15: error: `p2 sleeps` is no"));
  EXPECT_EQ(run({"check", "d.yaml"}).code, 3) << "a limit proves nothing";
}

TEST_F(Check, TheResultSaysHowItWasFound) {
  const json found = result({"--order", "breadth-first", "--threads", "1", "--property", "UA"});
  EXPECT_EQ(found.at("order"), "breadth-first");
  EXPECT_EQ(found.at("threads"), 1);
  for (const char* key : {"exact",
                          "symmetry",
                          "partial_order",
                          "walks",
                          "seed",
                          "scope",
                          "command",
                          "expected_misses",
                          "table_bytes",
                          "local_states",
                          "messages",
                          "coverage"})
    EXPECT_TRUE(found.contains(key)) << key;
  EXPECT_EQ(check({"--order", "sideways"}).code, 2);
}

TEST_F(Check, TheCommandThatDoesTheSameAgainHasEveryFlag) {
  const std::string all =
      " --crashes 2 --recoveries unlimited --losses 1 --duplicates 1 --partitions 1 --pauses 1"
      " --crash-only c --timing synchronous --tail kept --crash-points steps --property UA"
      " --reachable 'p2 blocks' --order breadth-first --walks 9 --walk-steps 8 --changes 3"
      " --seed 7 --max-states 5 --max-depth 4 --max-time 1min --max-memory 1GiB";
  Words words;
  std::istringstream text(all);
  for (std::string word; text >> word;)
    words.push_back(word);
  const auto goal = std::find(words.begin(), words.end(), "'p2");
  *goal = "p2 blocks";
  words.erase(goal + 1);
  EXPECT_EQ(result(words).at("command"), "concordat check --protocol two_phase_commit" + all);
}

TEST_F(Check, WhatWasNeverExercisedIsSaid) {
  const Words quiet{"--votes", "yes", "--timing", "synchronous", "--property", "UA"};
  EXPECT_THAT(check(quiet).out,
              AllOf(HasSubstr("\n  never      sent: no, read, abort, inquire, unsure\n"),
                    HasSubstr("\n  never      fired at participant: prepare, decision\n"),
                    Not(HasSubstr("exercised:"))));
  EXPECT_THAT(check(quiet + Words{"--coverage"}).out,
              HasSubstr("    phase=in_doubt; log prepared\n      message commit "));
  const json brief = result(quiet).at("coverage");
  EXPECT_GT(brief.at("steps"), 0);
  EXPECT_EQ(brief.at("cuts"), 0);
  EXPECT_EQ(brief.at("never").size(), 3U);
  EXPECT_FALSE(brief.contains("lines"));
  EXPECT_EQ(result(quiet + Words{"--coverage"}).at("coverage").at("lines").size(),
            brief.at("kinds"));
}

TEST_F(Check, Limits) {
  const Words large{"--participants", "4", "--crashes", "2", "--losses", "2"};
  const json time = result(large + Words{"--max-time", "200ms"});
  EXPECT_EQ(time.at("limit"), "time");
  EXPECT_EQ(time.at("complete"), false);
  EXPECT_LT(time.at("seconds"), 30);
  const json memory = result(large + Words{"--max-memory", "3MiB"});
  EXPECT_EQ(memory.at("limit"), "memory");
  EXPECT_THAT(check({"--max-memory", "4"}).err, HasSubstr("--max-memory: no amount of memory"));
  EXPECT_THAT(check({"--max-time", "soon"}).err, HasSubstr("--max-time: no length of time"));
}

TEST(Units, Memory) {
  EXPECT_EQ(app::parse_bytes("512MiB"), std::int64_t{512} << 20);
  EXPECT_EQ(app::parse_bytes("1.5 GiB"), std::int64_t{3} << 29);
  for (const char* bad : {"", "4", "4GB", "GiB", "1.GiB", "1.25GiB", "-1GiB", "0KiB", "9999TiB"})
    EXPECT_EQ(app::parse_bytes(bad), std::nullopt) << bad;
  EXPECT_EQ(app::bytes_text(812), "812 B");
  EXPECT_EQ(app::bytes_text(std::int64_t{3} << 29), "1.5 GiB");
}

}  // namespace
}  // namespace concordat
