// Goal: `faults` says which faults break a protocol, as text and as JSON, and its runs replay.
// Method: the real program, as a subprocess in a folder of its own. What it finds is judged in
// fault_walk_test.cpp.
#include <chrono>
#include <csignal>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Faults : public ProgramFixture {
 protected:
  Ended faults(const Words& words) const {
    return run(Words{"faults", "--protocol", "two_phase_commit"} + words);
  }
};

const Words splits{"--option",
                   "mistake=vote_unforced",
                   "--crashes",
                   "1",
                   "--recoveries",
                   "1",
                   "--property",
                   "UA,NB"};

TEST_F(Faults, AsText) {
  const Ended ended = faults(splits);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(
      ended.out,
      AllOf(HasSubstr("  budget     crashes 1, recoveries 1\n"),
            HasSubstr("  faults     at most 1 crash of c, 1 crash of a participant, 1 recovery, "
                      "delays, lost log tails\n"),
            HasSubstr("  complete   yes: every combination of faults within the budget\n"),
            HasSubstr("  UA   uniform_agreement        robustness 2: holds for every combination "
                      "of at most 2 faults\n"),
            HasSubstr("       broken by 1 crash of a participant, 1 recovery, lost log tails: in "
                      "7 steps\n       c decided commit in step 5, but p1 decided abort in step "
                      "7\n         1  start c\n"),
            HasSubstr("  NB   non_blocking             robustness 0: holds without faults\n"),
            HasSubstr("       broken by 1 crash of c: in 1 step\n"),
            HasSubstr("add --save FOLDER\n")));
  EXPECT_THAT(faults({"--property", "UA"}).out, HasSubstr("  faults     at most delays\n"));
  EXPECT_THAT(faults({"--property", "UA"}).out, HasSubstr("robustness: all of the budget\n"));
}

TEST_F(Faults, AsJson) {
  const json found = json::parse(faults(Words{"--json"} + splits).out);
  EXPECT_EQ(found.at("format"), "concordat-faults/1");
  EXPECT_EQ(found.at("complete"), true);
  EXPECT_EQ(found.at("combinations"), 18);
  EXPECT_EQ(found.at("explored").get<int>() + found.at("spared").get<int>(), 18);
  EXPECT_EQ(found.at("faults").size(), 5U);
  EXPECT_GT(found.at("expected_misses"), 0);
  const json& agreement = found.at("properties").at(0);
  EXPECT_EQ(agreement.at("code"), "UA");
  EXPECT_EQ(agreement.at("robustness"),
            json({{"known", true}, {"whole_budget", false}, {"at_least", 2}, {"broken_by", 3}}));
  ASSERT_EQ(agreement.at("sets").size(), 1U);
  const json& set = agreement["sets"][0];
  EXPECT_EQ(set.at("counts"), json({{"other_crashes", 1}, {"recoveries", 1}, {"lost_tails", 1}}));
  EXPECT_EQ(set.at("size"), 3);
  EXPECT_EQ(set.at("steps").size(), 7U);
  EXPECT_EQ(set.at("sentence"), "c decided commit in step 5, but p1 decided abort in step 7");
  EXPECT_EQ(found.at("command"),
            "concordat faults --protocol two_phase_commit --option mistake=vote_unforced "
            "--crashes 1 --recoveries 1 --property UA --property NB");
}

TEST_F(Faults, EachRunIsAScenarioThatReplays) {
  EXPECT_EQ(faults(splits + Words{"--save", "kept"}).code, 0);
  EXPECT_EQ(files(),
            "two-phase-commit-from-flags-nb-1-crash-of-c.yaml "
            "two-phase-commit-from-flags-ua-1-crash-of-a-participant-1-recovery-lost-log-tails"
            ".yaml");
  EXPECT_THAT(run({"test", "kept"}).out, HasSubstr("2 passed, 0 failed"));
  EXPECT_EQ(faults(splits + Words{"--save", "stdin/below-a-file"}).code, 2);
}

/// The budget of a file, by name and with a story beside it; its expectations do not count.
TEST_F(Faults, OfAFile) {
  write("a.yaml",
        header +
            "options: {mistake: ack_unforced}\n"
            "explore: {faults: F8-recover, order: depth-first, expect: {UA: holds}}\n");
  const Ended ended = run({"faults", "a.yaml", "--tail", "kept"});
  EXPECT_EQ(ended.code, 2) << "the class says it already";
  const Ended kept = run({"faults", "a.yaml"});
  EXPECT_EQ(kept.code, 0) << kept.err;
  EXPECT_THAT(kept.out,
              AllOf(HasSubstr("crashes 2 (at most 1 of c; at most 1 of p1, p2), recoveries "),
                    HasSubstr("  UA   uniform_agreement        robustness: all of the budget\n"),
                    Not(HasSubstr("NB"))))
      << "no log tail is lost, and only what the file asks for is judged";
}

TEST_F(Faults, WithSymmetryAndThreads) {
  Words three = splits + Words{"--participants", "3", "--json"};
  *std::find(three.begin(), three.end(), "UA,NB") = "UA";
  const json plain = json::parse(faults(three).out);
  const json orbits = json::parse(faults(three + Words{"--symmetry", "--threads", "2"}).out);
  EXPECT_LT(orbits.at("states").get<int>() * 4, plain.at("states").get<int>());
  EXPECT_EQ(orbits.at("symmetry"), json({"participant"}));
  const auto set = [](const json& found) { return found.at("properties").at(0).at("sets").at(0); };
  EXPECT_EQ(set(orbits).at("words"), "1 crash of a participant, 1 recovery, lost log tails");
  EXPECT_EQ(set(orbits).at("counts"), set(plain).at("counts"));
  EXPECT_EQ(set(orbits).at("steps").size(), set(plain).at("steps").size());
}

TEST_F(Faults, UnlimitedAndUnknown) {
  const Ended most = faults({"--losses", "unlimited", "--most", "1", "--property", "UA"});
  EXPECT_EQ(most.code, 0);
  EXPECT_THAT(most.out,
              HasSubstr("any number: tried as 0 to 1 and without limit, which counts as 2"));
  const Ended cut = faults(splits + Words{"--max-states", "60"});
  EXPECT_EQ(cut.code, 3);
  EXPECT_THAT(cut.out,
              AllOf(HasSubstr("  complete   no: of some combinations it is unknown"),
                    HasSubstr("robustness unknown"),
                    HasSubstr("       unknown of delays: the limit on states was hit\n"),
                    HasSubstr("\nagain: concordat faults --protocol two_phase_commit ")));
}

TEST_F(Faults, WrongUse) {
  EXPECT_EQ(faults({"--most", "-1"}).code, 2);
  EXPECT_EQ(faults({"--order", "pct"}).code, 2);
  EXPECT_EQ(faults({"--property", "XX"}).code, 2);
  EXPECT_EQ(faults({"--max-time", "soon"}).code, 2);
  EXPECT_EQ(run({"faults"}).code, 2);
  EXPECT_EQ(run({"faults", "absent.yaml"}).code, 2);
  EXPECT_EQ(faults({"--losses", "200", "--pauses", "200"}).code, 2) << "too many";
  EXPECT_THAT(run({"faults", "--help"}).out, HasSubstr("The robustness number says"));
}

/// Even searches that are too short to be asked in between are stopped.
TEST_F(Faults, StopsWhenItsTimeIsOver) {
  const Words large{"--losses", "60", "--duplicates", "60", "--property", "UA", "--json"};
  const json found = json::parse(faults(large + Words{"--max-time", "200ms"}).out);
  EXPECT_EQ(found.at("limit"), "time");
  EXPECT_EQ(found.at("complete"), false);
  EXPECT_EQ(found.at("properties").at(0).at("robustness").at("known"), false);
  EXPECT_TRUE(found.contains("ended_at"));
  EXPECT_LT(found.at("seconds"), 60);
}

TEST_F(Faults, PrintsWhatItHasFoundAfterCtrlC) {
  const Words large{"faults",
                    "--protocol",
                    "two_phase_commit",
                    "--participants",
                    "3",
                    "--crashes",
                    "2",
                    "--losses",
                    "3",
                    "--duplicates",
                    "3",
                    "--property",
                    "UA,NB",
                    "--json"};
  for (int milliseconds = 300; milliseconds <= 8'000; milliseconds *= 2) {
    const pid_t child = start(large, "");
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    kill(child, SIGINT);
    const Ended ended = finish(child);
    if (ended.code == 1000 + SIGINT) continue;  // too early: the program was still starting
    EXPECT_EQ(ended.code, 130) << ended.err;
    const json found = json::parse(ended.out);
    EXPECT_EQ(found.at("limit"), "stopped");
    EXPECT_EQ(found.at("properties").at(0).at("robustness").at("whole_budget"), false);
    return;
  }
  FAIL() << "the program never came to its search";
}

}  // namespace
}  // namespace concordat
