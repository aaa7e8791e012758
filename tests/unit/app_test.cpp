// Goal: the program keeps its word: exit codes, JSON on standard output, the form of errors, files
// written whole or not at all, and counterexamples that replay. Method: the real program, run as a
// subprocess in a folder of its own.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

using App = ProgramFixture;

const Words flags{"--protocol", "two_phase_commit"};

// ---- Exit codes and errors.

TEST_F(App, ExitCodes) {
  write("good.yaml", header + "expect: {outcome: commit}\n");
  write("unmet.yaml", header + "expect: {outcome: abort}\n");
  write("bad.yaml", header + "banana: 1\n");
  write("open.yaml", header + "explore: {crashes: 1, max_states: 20, expect: {UA: holds}}\n");
  EXPECT_EQ(run({"run", "good.yaml"}).code, 0);
  EXPECT_EQ(run({"run", "unmet.yaml"}).code, 1);
  EXPECT_EQ(run({"run", "bad.yaml"}).code, 2);
  EXPECT_EQ(run({"run", "absent.yaml"}).code, 2);
  EXPECT_EQ(run({"run", "."}).code, 2);
  EXPECT_EQ(run({"run"}).code, 2);
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"dance"}).code, 2);
  EXPECT_EQ(run({"run", "good.yaml", "--dance"}).code, 2);
  EXPECT_EQ(run({"--help"}).code, 0);
  EXPECT_EQ(run({"check", "open.yaml"}).code, 3);
  EXPECT_EQ(run({"test", "good.yaml"}).code, 0);
  EXPECT_EQ(run({"test", "good.yaml", "open.yaml"}).code, 3);
  EXPECT_EQ(run({"test", "open.yaml", "unmet.yaml"}).code, 1);
  EXPECT_EQ(run({"test", "unmet.yaml", "bad.yaml"}).code, 2);
  EXPECT_EQ(run({"test", "good.yaml", "--filter", "nothing"}).code, 2);
  EXPECT_EQ(run({"list"}).code, 0);
}

TEST_F(App, AViolationThatNobodyExpectsIsOne) {
  const std::string broken = header +
                             "options: {mistake: abort_in_doubt}\n"
                             "faults: [crash: {node: c, sent_to: [p1], of: decision}]\n";
  write("broken.yaml", broken);
  write("expected.yaml", broken + "expect: {UA: violated}\n");
  const Ended quiet = run({"run", "-q", "broken.yaml"});
  EXPECT_EQ(quiet.code, 1);
  EXPECT_THAT(quiet.err, HasSubstr("broken.yaml: error: uniform_agreement is violated"));
  EXPECT_EQ(run({"test", "broken.yaml"}).code, 1);
  EXPECT_EQ(run({"run", "-q", "expected.yaml"}).code, 0);
  EXPECT_EQ(run({"test", "expected.yaml"}).code, 0);
}

TEST_F(App, ErrorsHaveAPlaceAndAHint) {
  write("bad.yaml", header + "expcet: {outcome: commit}\n");
  for (const std::string verb : {"run", "check", "explain", "step", "replay"}) {
    const Ended ended = run({verb, "bad.yaml"});
    EXPECT_EQ(ended.code, 2) << verb;
    EXPECT_THAT(ended.err, HasSubstr("bad.yaml:3:1: error: ")) << verb;
    EXPECT_THAT(ended.err, HasSubstr("\n  hint: did you mean `expect`?")) << verb;
    const Ended as_json = run({verb, "bad.yaml", "--json"});
    const json error = json::parse(as_json.out).at("error");
    EXPECT_EQ(error.at("file"), "bad.yaml") << verb;
    EXPECT_EQ(error.at("line"), 3) << verb;
    EXPECT_EQ(error.at("column"), 1) << verb;
    EXPECT_FALSE(error.at("what").get<std::string>().empty()) << verb;
    EXPECT_EQ(error.at("hint"), "did you mean `expect`?") << verb;
  }
}

TEST_F(App, ABadScheduleIsOneErrorInJson) {
  write("bad.yaml", header + "schedule: [start c, start q]\n");
  for (const std::string verb : {"run", "explain", "replay", "step"}) {
    const Ended ended = run({verb, "bad.yaml", "--json"});
    EXPECT_EQ(ended.code, 2) << verb;
    EXPECT_THAT(ended.err, HasSubstr("bad.yaml:3:21: error: there is no process `q`")) << verb;
    if (verb == "step") continue;  // it has greeted before
    EXPECT_EQ(json::parse(ended.out).at("error").at("column"), 21) << verb;
  }
}

// ---- JSON.

TEST_F(App, JsonOfEveryVerb) {
  write("a.yaml", header + "explore: {crashes: 1, expect: {UA: holds, NB: violated}}\n");
  const json trace = json::parse(run({"run", "a.yaml", "--json"}).out);
  EXPECT_EQ(trace.at("format"), "concordat-trace/1");
  const json told = json::parse(run({"explain", "a.yaml", "--json"}).out);
  EXPECT_EQ(told.at("scenario"), "a test");
  EXPECT_FALSE(told.at("text").get<std::string>().empty());
  EXPECT_EQ(json::parse(run({"replay", "a.yaml", "--json"}).out).at("identical"), true);
  const json list = json::parse(run({"list", "--json"}).out);
  EXPECT_EQ(list.at("protocols").at(0).at("name"), "two_phase_commit");
  EXPECT_EQ(list.at("fault_classes").size(), 16U);
  EXPECT_EQ(list.at("fault_classes").at(3).at("duplicates"), -1);
  EXPECT_EQ(list.at("properties").back().at("code"), "ET");
  const json test = json::parse(run({"test", "a.yaml", "--json"}).out);
  EXPECT_EQ(test.at("passed"), 1);
  EXPECT_EQ(test.at("results").at(0).at("block"), "explore");
}

TEST_F(App, TheResultOfACheck) {
  write("a.yaml", header + "explore: {crashes: 1, expect: {UA: holds, NB: violated}}\n");
  const Ended ended = run({"check", "a.yaml", "--json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const json result = json::parse(ended.out);
  EXPECT_EQ(result.at("format"), "concordat-result/1");
  for (const char* key : {"scenario",
                          "protocol",
                          "options",
                          "faults",
                          "budget",
                          "timing",
                          "copies",
                          "states",
                          "transitions",
                          "depth",
                          "seconds",
                          "complete",
                          "limit",
                          "properties"})
    EXPECT_TRUE(result.contains(key)) << key;
  EXPECT_EQ(result.at("complete"), true);
  EXPECT_EQ(result.at("budget").at("crashes"), 1);
  ASSERT_EQ(result.at("properties").size(), 2U);
  for (const json& property : result.at("properties"))
    for (const char* key :
         {"name", "code", "verdict", "vacuous", "sentence", "counterexample", "steps"})
      EXPECT_TRUE(property.contains(key)) << key;
  EXPECT_EQ(result.at("properties").at(0).at("verdict"), "holds");
  EXPECT_EQ(result.at("properties").at(1).at("verdict"), "violated");
  EXPECT_FALSE(result.at("properties").at(1).at("steps").empty());
}

// ---- Flags.

TEST_F(App, FlagsAlone) {
  const Ended three = run(Words{"run", "--json"} + flags + Words{"--participants", "3"});
  EXPECT_EQ(three.code, 0) << three.err;
  EXPECT_EQ(json::parse(three.out).at("processes").size(), 4U);
  const Ended check = run(Words{"check", "--json"} + flags +
                          Words{"--participants",
                                "2",
                                "--crashes",
                                "1",
                                "--crash-only",
                                "c",
                                "--timing",
                                "synchronous",
                                "--property",
                                "UA,NB"});
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_EQ(json::parse(check.out).at("timing"), "synchronous");
  EXPECT_EQ(json::parse(check.out).at("properties").size(), 2U);
  EXPECT_EQ(run(Words{"run", "-q"} + flags + Words{"--votes", "no"}).code, 0);
  for (const Words& wrong : {Words{"--participants", "many"},
                             Words{"--option", "termination"},
                             Words{"--option", "termination=a\"b"},
                             Words{"--votes", "p1=maybe"},
                             Words{"--votes", "perhaps"},
                             Words{"--transactions", "0"},
                             Words{"--delivery", "slow"},
                             Words{"--copies", "-1"},
                             Words{"--processes", "participants=2\nlocks: wait"}}) {
    const Ended ended = run(Words{"run"} + flags + wrong);
    EXPECT_EQ(ended.code, 2) << wrong[0] << " " << wrong[1];
    EXPECT_THAT(ended.err, HasSubstr("error: ")) << wrong[0];
  }
  EXPECT_EQ(run(Words{"check"} + flags + Words{"--crashes", "1\n  losses: 2"}).code, 2);
  EXPECT_EQ(run(Words{"check"} + flags + Words{"--crashes", "-1"}).code, 2);
  EXPECT_EQ(run(Words{"check"} + flags + Words{"--property", "banana"}).code, 2);
  EXPECT_EQ(run({"run", "--protocol", "three_phase"}).code, 2);
}

TEST_F(App, AFaultClassIsABudget) {
  const Words three = Words{"check"} + flags + Words{"--participants", "3", "--property", "UA,NB"};
  const Ended six = run(three + Words{"--faults", "F6"});
  EXPECT_EQ(six.code, 0) << six.err;
  EXPECT_THAT(six.out, HasSubstr("\n  budget     F6: crashes 1 (c)\n"));
  EXPECT_THAT(six.out,
              HasSubstr("  assumes    timing synchronous, delivery unordered, copies set, "
                        "log tail kept, crash points cuts\n"));
  EXPECT_THAT(six.out, HasSubstr("  NB   non_blocking             violated"));
  const json eight = json::parse(run(three + Words{"--faults", "F8-stop", "--json"}).out);
  EXPECT_EQ(eight.at("faults"), "F8-stop");
  EXPECT_EQ(eight.at("budget").at("crashes"), 2);
  EXPECT_EQ(eight.at("budget").at("crash_only"), (Words{"c", "p1", "p2", "p3"}));
  EXPECT_EQ(eight.at("budget").at("crash_limits"), json::parse(R"([{"nodes": ["c"], "crashes": 1},
                            {"nodes": ["p1", "p2", "p3"], "crashes": 1}])"));
  const Ended text = run(three + Words{"--faults", "F8-stop"});
  EXPECT_THAT(text.out,
              HasSubstr("F8-stop: crashes 2 (at most 1 of c; at most 1 of p1, p2, p3)\n"));
  const Ended help = run({"list"});
  EXPECT_THAT(help.out,
              HasSubstr("\n  F6          the coordinator crashes and stays down\n"
                        "              crashes 1 (the coordinator), stay down; timing "
                        "synchronous, copies set, log tail kept\n"));
}

TEST_F(App, AFaultClassTakesThePlaceOfTheFilesBudget) {
  write("a.yaml",
        header +
            "explore: {crashes: 3, tail: lost, timing: asynchronous, max_states: 99999,\n"
            "  expect: {UA: holds, NB: holds}}\n");
  write("named.yaml", header + "explore: {faults: F2, expect: {UA: holds, NB: holds}}\n");
  const json over = json::parse(run({"check", "a.yaml", "--faults", "F4", "--json"}).out);
  EXPECT_EQ(over.at("faults"), "F4");
  EXPECT_EQ(over.at("budget").at("crashes"), 1);
  EXPECT_EQ(over.at("budget").at("crash_only"), (Words{"p1", "p2"}));
  EXPECT_EQ(over.at("timing"), "synchronous");
  EXPECT_EQ(over.at("tail"), "kept");
  EXPECT_EQ(over.at("properties").size(), 2U) << "what the file expects is still asked";
  EXPECT_EQ(json::parse(run({"check", "a.yaml", "--json", "--max-states", "20"}).out).at("faults"),
            "");
  EXPECT_EQ(run({"check", "named.yaml"}).code, 0);
  EXPECT_EQ(run({"test", "named.yaml"}).code, 0);
  EXPECT_EQ(run({"check", "named.yaml", "--faults", "F6"}).code, 1) << "NB is expected to hold";
  EXPECT_EQ(run({"check", "named.yaml", "--crash-points", "steps", "--copies", "2"}).code, 0);
}

TEST_F(App, NothingIsSaidTwiceBesideAFaultClass) {
  write("named.yaml", header + "explore: {faults: F2}\n");
  const auto error = [&](const Words& words) {
    const Ended ended = run(Words{"check"} + words);
    EXPECT_EQ(ended.code, 2) << ended.out;
    return ended.err;
  };
  const std::string hint = "\n  hint: `--faults` names another class\n";
  EXPECT_EQ(error(flags + Words{"--faults", "F6", "--crashes", "2"}),
            "error: --crashes: `faults: F6` already says `crashes`" + hint);
  EXPECT_EQ(error(flags + Words{"--timing", "asynchronous", "--faults", "F6"}),
            "error: --timing: `faults: F6` already says `timing`" + hint);
  EXPECT_EQ(error(flags + Words{"--faults", "F6", "--crash-only", "p1"}),
            "error: --crash-only: `faults: F6` already says `crash_only`" + hint);
  EXPECT_EQ(error({"named.yaml", "--losses", "1"}),
            "error: --losses: `faults: F2` already says `losses`" + hint);
  EXPECT_THAT(error(flags + Words{"--faults", "F8"}),
              HasSubstr("not `F8`\n  hint: write `F8-stop` or `F8-recover`\n"));
}

TEST_F(App, FlagsOnTopOfAFile) {
  write("a.yaml", header + "votes: {p1: no, t2 p2: any}\ntransactions: 2\n");
  const auto votes = [&](const Words& words) {
    const json trace = json::parse(run(Words{"run", "a.yaml", "--json"} + words).out);
    std::string out;
    for (const json& final : trace.at("finals"))
      if (final.contains("vote")) out += final["vote"].get<std::string>() + " ";
    return out;
  };
  EXPECT_EQ(votes({"--transactions", "1", "--votes", "yes"}), "yes yes ");
  EXPECT_EQ(votes({"--votes", "p1=yes", "p2=yes"}), "yes yes yes yes ");
  EXPECT_EQ(run({"run", "a.yaml", "--transactions", "1"}).code, 2);  // the file speaks of t2
}

TEST_F(App, TooLargeToExploreIsAnError) {
  const Ended ended =
      run(Words{"check"} + flags +
          Words{"--participants", "15", "--transactions", "8", "--max-states", "9"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("too large to explore"));
}

// ---- Files.

TEST_F(App, NothingIsHalfWritten) {
  write("a.yaml", header);
  write("bad.yaml", header + "schedule: [start c, start q]\n");
  EXPECT_EQ(run({"run", "a.yaml", "--trace", "absent/a.json"}).code, 2);
  EXPECT_EQ(run({"run", "bad.yaml", "--trace", "bad.json"}).code, 2);
  EXPECT_EQ(run({"check", "a.yaml", "--crashes", "1", "--save", "bad.yaml"}).code, 2);
  EXPECT_EQ(files(), "a.yaml bad.yaml");
  EXPECT_EQ(run({"run", "a.yaml", "-q", "--trace", "a.json"}).code, 0);
  EXPECT_EQ(files(), "a.json a.yaml bad.yaml");
  EXPECT_EQ(run({"replay", "a.json"}).code, 0);
  EXPECT_EQ(run({"explain", "a.json"}).out, run({"explain", "a.yaml"}).out);
}

TEST_F(App, VerdictsArePrintedEvenIfTheyCannotBeSaved) {
  fs::create_directories(path("full/a-test-nb.yaml"));  // a folder stands where the file would go
  write("a.yaml", header + "explore: {crashes: 1}\n");
  const Ended ended = run({"check", "a.yaml", "--save", "full", "--json"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("this is a folder, not a file"));
  EXPECT_EQ(json::parse(ended.out).at("format"), "concordat-result/1");
  EXPECT_EQ(files(), "a.yaml");
}

TEST_F(App, AFullDiskIsNoSuccess) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  write("a.yaml", header);
  fs::create_symlink("/dev/full", path("stdout"));
  int status = 0;
  waitpid(start({"run", "a.yaml", "--json"}, ""), &status, 0);
  fs::remove(path("stdout"));
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

TEST_F(App, AChangedTraceIsFound) {
  write("a.yaml", header);
  EXPECT_EQ(run({"run", "a.yaml", "-q", "--trace", "a.json"}).code, 0);
  std::string text = text_of(path("a.json"));
  const std::size_t at = text.find("\"forces\": 5");
  ASSERT_NE(at, std::string::npos);
  write("a.json", text.replace(at, 11, "\"forces\": 6"));
  const Ended ended = run({"replay", "a.json"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("the replay differs, first in line"));
}

// ---- Counterexamples.

TEST_F(App, EveryMistakeIsFoundSavedAndReplayed) {
  struct Mistake {
    Words words;
    std::string code;
  };
  const std::vector<Mistake> mistakes{
      {{"--option", "mistake=vote_unforced", "--crashes", "1", "--recoveries", "1"}, "ua"},
      {{"--option", "mistake=decide_unforced", "--crashes", "1", "--recoveries", "1"}, "ua"},
      {{"--option", "mistake=ack_unforced", "--crashes", "2", "--recoveries", "2"}, "ua"},
      {{"--option", "mistake=abort_in_doubt", "--crashes", "1"}, "ua"},
      {{"--option", "mistake=answer_without_abort", "termination=cooperative"}, "ua"},
      {{"--option", "mistake=abort_in_doubt", "--faults", "F1"}, "ua"},
      {{"--crashes", "1"}, "nb"},
      {{"--faults", "F11"}, "nb"},
      {{"--partitions", "1", "--timing", "synchronous"}, "nb"},
  };
  for (const auto& [words, code] : mistakes) {
    SCOPED_TRACE(words[1] + " " + code);
    fs::remove_all(path("found"));
    fs::create_directory(path("found"));
    const Ended check =
        run(Words{"check", "--save", "found", "--property", code == "ua" ? "UA" : "NB"} + flags +
            words);
    EXPECT_EQ(check.code, code == "ua" ? 1 : 0) << check.out << check.err;
    const std::string file = "found/two-phase-commit-from-flags-" + code + ".yaml";
    ASSERT_TRUE(fs::exists(path(file))) << check.out << check.err;
    EXPECT_THAT(check.out, HasSubstr("told by: concordat explain " + file));
    for (const std::string verb : {"run", "replay", "test"}) {
      const Ended again = run({verb, file});
      EXPECT_EQ(again.code, 0) << verb << again.out << again.err;
      EXPECT_THAT(again.out, HasSubstr(verb == "test" ? "1 passed" : "expectations: met")) << verb;
    }
  }
}

TEST_F(App, ACounterexampleKeepsTheTimingOfTheCheck) {
  write("a.yaml",
        header +
            "timing: {model: synchronous}\noptions: {mistake: abort_in_doubt}\n"
            "explore: {crashes: 1, expect: {UA: violated}}\n");
  const Ended check = run({"check", "a.yaml", "--save", "."});
  EXPECT_EQ(check.code, 0) << check.err;
  const Ended again = run({"run", "a-test-ua.yaml"});
  EXPECT_EQ(again.code, 0) << again.out << again.err;
}

// ---- Ctrl-C.

TEST_F(App, AnInterruptedCheckSaysWhatWasCovered) {
  const Words large =
      Words{"check", "--json"} + flags +
      Words{"--participants", "3", "--crashes", "6", "--recoveries", "6", "--losses", "unlimited"};
  for (int milliseconds = 500; milliseconds <= 8'000; milliseconds *= 2) {
    const pid_t child = start(large, "");
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    kill(child, SIGINT);
    const Ended ended = finish(child);
    if (ended.code == 1000 + SIGINT) continue;  // too early: the program was still starting
    EXPECT_EQ(ended.code, 130) << ended.err;
    const json result = json::parse(ended.out);
    EXPECT_EQ(result.at("complete"), false);
    EXPECT_EQ(result.at("limit"), "stopped");
    EXPECT_GT(result.at("states"), 0);
    for (const json& property : result.at("properties"))
      EXPECT_NE(property.at("verdict"), "holds");
    return;
  }
  FAIL() << "the program never came to its check";
}

// ---- step.

TEST_F(App, StepByNumberAndByLine) {
  write("a.yaml", header);
  const Ended ended =
      run({"step", "a.yaml"},
          "1\ndeliver prepare(c->p1)\n99\nnonsense\nh\nu\ndeliver prepare(c->p2)\ndeliver "
          "prepare(c->p1), crash "
          "p1 after force prepared\nf\nc\nv\nb\nt\ne\ns saved.yaml\ns absent/b.yaml\nq\n");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("  1  start c\n"));
  EXPECT_THAT(ended.out, HasSubstr("there is no step 99"));
  EXPECT_THAT(ended.out, HasSubstr("there is no event `nonsense`"));
  EXPECT_THAT(ended.out, HasSubstr("undone: deliver prepare(c->p1)"));
  EXPECT_THAT(ended.out, HasSubstr("saved; `concordat run saved.yaml` replays it"));
  EXPECT_THAT(ended.out, HasSubstr("absent/b.yaml: error:"));
  EXPECT_EQ(files(), "a.yaml saved.yaml");
  const json trace = json::parse(run({"run", "saved.yaml", "--json"}).out);
  ASSERT_EQ(trace.at("steps").size(), 3U);
  EXPECT_EQ(trace["steps"][0]["event"], "start c");
  EXPECT_EQ(trace["steps"][1]["event"], "deliver prepare(c->p2)");
  EXPECT_EQ(trace["steps"][2]["event"], "deliver prepare(c->p1), crash p1 after force prepared");
}

TEST_F(App, StepGoesOnWhereAScheduleEnds) {
  write("a.yaml", header + "schedule: [start c, deliver prepare(c->p1)]\n");
  const Ended ended =
      run({"step", "a.yaml"}, "deliver prepare(c->p2)\ns b.yaml\n");  // ends at end of input
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(json::parse(run({"run", "b.yaml", "--json"}).out).at("steps").size(), 3U);
  const Ended nothing = run({"step", "a.yaml"}, "u\nu\nu\n");
  EXPECT_THAT(nothing.out, HasSubstr("there is nothing to undo"));
}

}  // namespace
}  // namespace concordat
