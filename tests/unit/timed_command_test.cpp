// Goal: timed runs from the command line: a seed names a run, a range of seeds gives the same
// figures on any number of threads, each failure comes with a command that repeats it, and what is
// written replays. Method: the real program, run as a subprocess in a folder of its own.
#include <csignal>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

using TimedCommand = ProgramFixture;

const Words flags{"run", "--protocol", "two_phase_commit", "--participants", "2"};
const Words random_flags = flags + Words{"--votes", "any", "--random-faults"};

/// What a shell makes of the words of a command, without the program; quotes are `'` only.
Words words_of(const std::string& command) {
  Words words;
  bool quoted = false;
  std::string word;
  for (const char c : command + " ") {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!word.empty()) words.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  words.erase(words.begin());
  return words;
}

TEST_F(TimedCommand, ASeedNamesARun) {
  const Words seven = random_flags + Words{"--seed", "7", "--json"};
  const Ended first = run(seven);
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, run(seven).out);
  EXPECT_NE(first.out, run(random_flags + Words{"--seed", "8", "--json"}).out);
  EXPECT_EQ(json::parse(first.out)["timed"]["seed"], 7);
}

TEST_F(TimedCommand, ManySeedsOnAnyNumberOfThreads) {
  const Words range = random_flags + Words{"--seeds", "1..1500"};
  const Ended one = run(range + Words{"-j", "1"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("1,500"));
  EXPECT_THAT(one.out, HasSubstr("uniform_agreement"));
  EXPECT_EQ(one.out, run(range + Words{"-j", "2"}).out);
  EXPECT_EQ(one.out, run(range + Words{"-j", "5"}).out);
  const std::string json_one = run(range + Words{"-j", "1", "--json"}).out;
  EXPECT_EQ(json_one, run(range + Words{"-j", "3", "--json"}).out);
  const json parsed = json::parse(json_one);
  EXPECT_EQ(parsed["format"], "concordat-seeds/1");
  EXPECT_EQ(parsed["runs"], 1500);
  EXPECT_EQ(parsed["failed"], 0);
  EXPECT_EQ(parsed["transactions"]["all"], 1500);
}

TEST_F(TimedCommand, TheRunsOfARangeAreTheRunsOfItsSeeds) {
  const json all = json::parse(run(random_flags + Words{"--seeds", "3..4", "--json"}).out);
  std::int64_t messages = 0;
  for (const char* seed : {"3", "4"}) {
    const json trace = json::parse(run(random_flags + Words{"--seed", seed, "--json"}).out);
    messages += trace["counts"]["messages"].get<int>();
  }
  EXPECT_EQ(all["counts"]["messages"], messages);
}

TEST_F(TimedCommand, AFailedSeedComesWithTheCommandThatRepeatsIt) {
  const Words range =
      random_flags + Words{"--option", "mistake=abort_in_doubt", "--seeds", "1..400", "--json"};
  const Ended many = run(range);
  EXPECT_EQ(many.code, 1);
  const json result = json::parse(many.out);
  ASSERT_GT(result["failed"], 0);
  const json& failure = result["failures"][0];
  EXPECT_THAT(failure["problems"][0].get<std::string>(), HasSubstr("violated"));
  const Ended again = run(words_of(failure["again"]));
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("violated"));
}

TEST_F(TimedCommand, WhatIsSavedIsTheSameRun) {
  const Words seed = random_flags + Words{"--seed", "11"};
  ASSERT_EQ(run(seed + Words{"--trace", "t.json", "--save", "s.yaml"}).code, 0);
  EXPECT_EQ(files(), "s.yaml t.json");
  EXPECT_EQ(run({"replay", "t.json"}).code, 0);
  EXPECT_EQ(run({"replay", "s.yaml"}).code, 0);
  const json timed = json::parse(text_of(path("t.json")));
  const json untimed = json::parse(run({"run", "s.yaml", "--json"}).out);
  ASSERT_EQ(timed["steps"].size(), untimed["steps"].size());
  for (std::size_t i = 0; i < timed["steps"].size(); ++i)
    EXPECT_EQ(timed["steps"][i]["event"], untimed["steps"][i]["event"]);
  EXPECT_EQ(timed["finals"], untimed["finals"]);
}

TEST_F(TimedCommand, DeterminismIsVerified) {
  const Ended one = run(random_flags + Words{"--seed", "5", "--verify-determinism"});
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("deterministic"));
  const Ended many = run(random_flags + Words{"--seeds", "1..300", "--verify-determinism"});
  EXPECT_EQ(many.code, 0) << many.err;
  EXPECT_THAT(many.out, HasSubstr("deterministic: 300 runs"));
}

TEST_F(TimedCommand, Formats) {
  const Words timed = flags + Words{"--latency", "5ms", "--force", "2ms", "--format"};
  EXPECT_THAT(run(timed + Words{"mermaid"}).out, HasSubstr("sequenceDiagram"));
  EXPECT_THAT(run(timed + Words{"plantuml"}).out, HasSubstr("@startuml"));
  EXPECT_THAT(run(timed + Words{"shiviz"}).out, HasSubstr("\"c\""));
  EXPECT_EQ(run(timed + Words{"json"}).out,
            run(flags + Words{"--latency", "5ms", "--force", "2ms", "--json"}).out);
  EXPECT_THAT(run(timed + Words{"text"}).out, HasSubstr("client told after 14ms"));
  EXPECT_EQ(run(timed + Words{"poem"}).code, 2);
  EXPECT_EQ(run(timed + Words{"mermaid", "--json"}).code, 2);
}

TEST_F(TimedCommand, ALoadHasFigures) {
  write("load.yaml",
        header + "transactions: 4\ntiming: {latency: 5ms, force: 2ms}\nload: {total: 1000}\n");
  const Ended text = run({"run", "load.yaml"});
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("1,000 (1,000 committed)"));
  EXPECT_THAT(text.out, HasSubstr("8.0 messages"));
  EXPECT_EQ(run({"run", "load.yaml", "--trace", "t.json"}).code, 2);
  EXPECT_EQ(run({"test", "load.yaml"}).code, 0);
}

TEST_F(TimedCommand, SeedsInAFile) {
  write("many.yaml",
        header + "votes: {p1: any}\ntiming: {latency: {exponential: 5ms}}\nseeds: 1..50\n");
  EXPECT_THAT(run({"run", "many.yaml"}).out, HasSubstr("seeds 1 to 50"));
  EXPECT_THAT(run({"run", "many.yaml", "--seed", "9", "--json"}).out, HasSubstr("\"seed\": 9"));
  EXPECT_THAT(run({"test", "many.yaml"}).out, HasSubstr("50 runs"));
  write("wrong.yaml",
        header + "options: {mistake: abort_in_doubt}\ntiming: {latency: 5ms}\n" +
            "random: {crash: {every: 20ms, down: 200ms}, until: 200ms}\nseeds: 1..300\n");
  const Ended failed = run({"test", "wrong.yaml"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_THAT(failed.out, HasSubstr("again: concordat run wrong.yaml --seed "));
}

TEST_F(TimedCommand, Mistakes) {
  write("untimed.yaml", header);
  for (const Words& words : {Words{"run", "untimed.yaml", "--seeds", "1..5"},
                             Words{"run", "untimed.yaml", "--seed", "1"},
                             flags + Words{"--latency", "5"},
                             flags + Words{"--latency", "5ms", "--seeds", "5..1"},
                             flags + Words{"--latency", "5ms", "--seeds", "x"},
                             flags + Words{"--latency", "5ms", "--timeout", "vote"},
                             flags + Words{"--latency", "5ms", "--timeout", "wote=1s"}}) {
    const Ended ended = run(words);
    EXPECT_EQ(ended.code, 2) << testing::PrintToString(words);
    EXPECT_THAT(ended.err, HasSubstr("hint:")) << testing::PrintToString(words);
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(TimedCommand, AFaultThatNeverComesIsAnError) {
  write("never.yaml",
        header + "timing: {latency: 5ms}\nfaults:\n  - lose: {message: abort, to: p1}\n");
  const Ended ended = run({"run", "never.yaml", "-q"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("never.yaml:5:"));
  EXPECT_THAT(ended.err, HasSubstr("never happened"));
}

TEST_F(TimedCommand, CtrlCPrintsWhatWasDone) {
  const pid_t child = start(random_flags + Words{"--seeds", "1..900000000"}, "");
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  kill(child, SIGINT);
  const Ended ended = finish(child);
  EXPECT_EQ(ended.code, 130);
  EXPECT_THAT(ended.out, HasSubstr("runs"));
  EXPECT_THAT(ended.out, Not(HasSubstr("900,000,000 (")));
}

}  // namespace
}  // namespace concordat
