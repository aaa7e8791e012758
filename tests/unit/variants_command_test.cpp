// Goal: of a file with several scenarios every verb takes the one that is meant and says which it
// was, every command that it prints does the same again, and what it saves stands on its own.
// Method: the real program as a subprocess; the commands it prints are run as they stand.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// One of them right, one with an expectation that is not met.
const std::string two = header +
                        "processes: {participants: 1}\n"
                        "expect: {outcome: commit, messages: 4}\n"
                        "variants:\n"
                        "- name: all yes\n"
                        "- name: it's no\n"
                        "  votes: {p1: no}\n"
                        "  expect: {messages: 2}\n";
const std::string swept = header +
                          "explore: {crashes: 1, timing: synchronous, expect: {UA: holds}}\n"
                          "sweep: {options.mistake: [none, abort_in_doubt], "
                          "processes.participants: [1, 2]}\n";

class VariantsCommand : public ProgramFixture {
 protected:
  void SetUp() override {
    ProgramFixture::SetUp();
    write("two.yaml", two);
    write("swept.yaml", swept);
    write("plain.yaml", header);
  }

  /// What stands behind `mark` in the output, to the end of the line.
  static std::string after(const std::string& text, const std::string& mark) {
    const std::size_t at = text.find(mark);
    EXPECT_NE(at, std::string::npos) << text;
    if (at == std::string::npos) return "";
    const std::size_t start = at + mark.size();
    return text.substr(start, text.find('\n', start) - start);
  }

  /// Runs a printed command line in a shell.
  Ended paste(std::string line) const {
    EXPECT_TRUE(line.starts_with("concordat ")) << line;
    line.replace(0, std::string("concordat").size(), CONCORDAT_PROGRAM);
    write("pasted.sh", line + " > pasted.out 2> pasted.err\n");
    const std::string command = "cd '" + folder_.string() + "' && sh pasted.sh";
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), text_of(path("pasted.out")), text_of(path("pasted.err"))};
  }
};

TEST_F(VariantsCommand, TheFirstOneIsTakenAndTheOthersAreNamed) {
  for (const std::string verb : {"run", "explain", "check", "faults", "analyse", "replay"}) {
    const Ended ended = run({verb, "two.yaml"});
    EXPECT_THAT(ended.err,
                HasSubstr("note: two.yaml has 2 variants, and this is the first, `all yes`; the "
                          "others:\n    --variant 'it'\\''s no'\n"))
        << verb;
    EXPECT_EQ(ended.code, 0) << verb << ended.err;
    EXPECT_THAT(run({verb, "two.yaml", "--variant", "all yes"}).err, Not(HasSubstr("note:")))
        << verb;
    EXPECT_THAT(run({verb, "plain.yaml"}).err, Not(HasSubstr("note:"))) << verb;
  }
  EXPECT_THAT(run({"run", "two.yaml"}).out, HasSubstr("a test, all yes"));
  EXPECT_THAT(run({"step", "two.yaml"}, "q\n").out, HasSubstr("a test, all yes"));
  EXPECT_THAT(run({"step", "two.yaml"}, "q\n").err, HasSubstr("has 2 variants"));
}

TEST_F(VariantsCommand, EveryVerbTakesTheOneThatIsNamed) {
  const Words second{"--variant", "it's no"};
  EXPECT_THAT(run(Words{"run", "two.yaml"} + second).out, HasSubstr("a test, it's no"));
  EXPECT_EQ(run(Words{"run", "two.yaml"} + second).code, 1) << "its expectation is not met";
  EXPECT_EQ(json::parse(run(Words{"explain", "two.yaml", "--json"} + second).out).at("scenario"),
            "a test, it's no");
  EXPECT_THAT(run(Words{"step", "two.yaml"} + second, "q\n").out, HasSubstr("a test, it's no"));
  for (const std::string verb : {"check", "faults", "analyse"})
    EXPECT_EQ(json::parse(run(Words{verb, "two.yaml", "--json"} + second).out).at("scenario"),
              "a test, it's no")
        << verb;
  EXPECT_EQ(run(Words{"replay", "two.yaml"} + second).code, 1);
  EXPECT_EQ(run({"replay", "two.yaml", "--variant", "all yes"}).code, 0);
  const Ended flags = run({"run", "two.yaml", "--variant", "all yes", "--votes", "p1=no"});
  EXPECT_THAT(flags.err, HasSubstr("outcome: expected commit, got abort")) << "flags are on top";
}

TEST_F(VariantsCommand, AVariantThatIsNotThereIsAnError) {
  for (const std::string verb :
       {"run", "explain", "check", "faults", "analyse", "step", "replay"}) {
    const Ended ended = run({verb, "two.yaml", "--variant", "it"});
    EXPECT_EQ(ended.code, 2) << verb;
    EXPECT_EQ(ended.err,
              "two.yaml: error: there is no variant `it`\n"
              "  hint: one of\n    --variant 'all yes'\n    --variant 'it'\\''s no'\n")
        << verb;
    const Ended plain = run({verb, "plain.yaml", "--variant", "it"});
    EXPECT_EQ(plain.code, 2) << verb;
    EXPECT_THAT(plain.err, HasSubstr("the file has no variants: leave --variant out")) << verb;
    EXPECT_EQ(run({verb, "plain.yaml", "--variant", ""}).code, 2) << verb;
  }
  const Ended flags = run({"run", "--protocol", "two_phase_commit", "--variant", "it"});
  EXPECT_EQ(flags.code, 2);
  EXPECT_THAT(flags.err, HasSubstr("--variant: there is no file"));
}

TEST_F(VariantsCommand, ALongListIsCut) {
  write("long.yaml",
        header +
            "sweep: {transactions: [1, 2, 3, 4, 5, 6, 7, 8], options.termination: "
            "[none, cooperative]}\n");
  const Ended ended = run({"run", "long.yaml", "--variant", "x"});
  EXPECT_THAT(ended.err,
              HasSubstr("\n    --variant 'transactions=6, termination=cooperative'\n"
                        "    and 4 more, see `concordat test --list long.yaml`\n"));
}

TEST_F(VariantsCommand, ATraceIsOfOneRun) {
  EXPECT_EQ(run({"run", "two.yaml", "--variant", "it's no", "--trace", "t.json"}).code, 1);
  const std::string trace = text_of(path("t.json"));
  EXPECT_THAT(trace, HasSubstr("a test, it's no"));
  EXPECT_THAT(trace, Not(HasSubstr("variants")));
  EXPECT_EQ(run({"replay", "t.json"}).code, 0);
  EXPECT_EQ(run({"explain", "t.json"}).code, 0);
  for (const std::string verb : {"replay", "explain"}) {
    const Ended ended = run({verb, "t.json", "--variant", "it's no"});
    EXPECT_EQ(ended.code, 2) << verb;
    EXPECT_THAT(ended.err, HasSubstr("a trace is of one run, and has no variants")) << verb;
  }
}

TEST_F(VariantsCommand, WhatIsSavedStandsOnItsOwn) {
  EXPECT_EQ(run({"run", "two.yaml", "--variant", "it's no", "--save", "saved.yaml"}).code, 1);
  EXPECT_EQ(run({"step", "two.yaml", "--variant", "it's no"}, "1\ns stepped.yaml\nq\n").code, 0);
  const Ended check = run({"check",
                           "swept.yaml",
                           "--variant",
                           "mistake=abort_in_doubt, participants=2",
                           "--save",
                           "found"});
  EXPECT_EQ(check.code, 1);
  const std::string found = "found/a-test-mistake-abort-in-doubt-participants-2-ua.yaml";
  for (const std::string& file : Words{"saved.yaml", "stepped.yaml", found}) {
    const std::string text = text_of(path(file));
    EXPECT_THAT(text, HasSubstr("name: ")) << file;
    EXPECT_THAT(text, Not(HasSubstr("variants"))) << file;
    EXPECT_THAT(text, Not(HasSubstr("sweep"))) << file;
    EXPECT_THAT(run({"run", file}).err, Not(HasSubstr("variant"))) << file;
  }
  EXPECT_THAT(text_of(path(found)), HasSubstr("options: {mistake: abort_in_doubt}"));
  EXPECT_EQ(run({"run", found}).code, 0);
}

TEST_F(VariantsCommand, CommandsThatAreShownDoTheSameAgain) {
  const Ended told = run({"run", "-q", "two.yaml", "--variant", "it's no"});
  const std::string told_by = after(told.err, "see it told with `");
  const Ended tale = paste(told_by.substr(0, told_by.size() - 1));
  EXPECT_EQ(tale.code, 0) << tale.err;
  EXPECT_THAT(tale.err, IsEmpty());
  EXPECT_THAT(tale.out, HasSubstr("it's no"));

  const Ended check =
      run({"check", "swept.yaml", "--variant", "mistake=abort_in_doubt, participants=2"});
  EXPECT_EQ(check.code, 1);
  const Ended again = paste(after(check.out, "again: "));
  EXPECT_EQ(again.code, 1) << again.err;
  EXPECT_THAT(again.out, HasSubstr("a test, mistake=abort_in_doubt, participants=2"));
  const Ended faults = run({"faults", "swept.yaml", "--json"});
  EXPECT_THAT(json::parse(faults.out).at("command").get<std::string>(),
              HasSubstr("swept.yaml --variant 'mistake=none, participants=1'"))
      << "also where none was given: the file may change";

  const Ended test = run({"test", "two.yaml"});
  const Ended tested = paste(after(test.out, "again: "));
  EXPECT_EQ(tested.code, 1) << tested.err;
  EXPECT_THAT(tested.out, HasSubstr("it's no"));
}

TEST_F(VariantsCommand, RunsOfManySeedsToo) {
  write("seeds.yaml",
        header +
            "seeds: 1..3\ntiming: {latency: 1ms}\nexpect: {outcome: commit}\n"
            "variants: [{name: a b}, {name: c d, votes: {p1: no}}]\n");
  const Ended many = run({"run", "seeds.yaml", "--variant", "c d"});
  EXPECT_EQ(many.code, 1);
  EXPECT_THAT(many.out, HasSubstr("again: concordat run seeds.yaml --variant 'c d' --seed 1\n"));
  EXPECT_THAT(run({"test", "seeds.yaml"}).out,
              HasSubstr("again: concordat run seeds.yaml --variant 'c d' --seed 1\n"));
}

// ---- test.

TEST_F(VariantsCommand, TestsEachBlockOfEachVariant) {
  const Ended ended = run({"test", "two.yaml", "swept.yaml", "plain.yaml"});
  EXPECT_EQ(ended.code, 1);
  for (const std::string line :
       {"ok    run      two.yaml [all yes]  (",
        "FAIL  run      two.yaml [it's no]  (",
        "ok    explore  swept.yaml [mistake=none, participants=1]  (",
        "ok    explore  swept.yaml [mistake=none, participants=2]  (",
        "FAIL  explore  swept.yaml [mistake=abort_in_doubt, participants=2]  (",
        "ok    run      plain.yaml  ("})
    EXPECT_THAT("\n" + ended.out, HasSubstr("\n" + line));
  EXPECT_THAT(ended.out, HasSubstr("two.yaml:4:19: error: outcome: expected commit, got abort\n"));
  EXPECT_EQ(run({"test", "-j1", "two.yaml", "swept.yaml", "plain.yaml"}).out, ended.out);
}

TEST_F(VariantsCommand, ListsAndFiltersByLabel) {
  const auto listed = [&](const Words& words) {
    return run(Words{"test", "--list", "two.yaml", "plain.yaml"} + words).out;
  };
  EXPECT_EQ(listed({}),
            "run      two.yaml [all yes]\n"
            "run      two.yaml [it's no]\n"
            "run      plain.yaml\n");
  EXPECT_EQ(listed({"--filter", "it's no"}), "run      two.yaml [it's no]\n");
  EXPECT_EQ(listed({"--filter", "two.yaml [all"}), "run      two.yaml [all yes]\n");
  EXPECT_EQ(listed({"--filter", "two", "--exclude", "[all yes]"}), "run      two.yaml [it's no]\n");
  EXPECT_EQ(listed({"--exclude", "two"}), "run      plain.yaml\n");
  const Ended none = run({"test", "two.yaml", "--filter", "all no"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err,
              HasSubstr("no scenario to test\n  hint: --filter and --exclude leave none"));
  write("broken.yaml", header + "banana: 1\n");
  EXPECT_EQ(run({"test", "two.yaml", "broken.yaml", "--filter", "all yes"}).code, 0)
      << "a file that is not asked for may be broken";
  EXPECT_EQ(run({"test", "two.yaml", "broken.yaml", "--filter", "broken"}).code, 2);
}

TEST_F(VariantsCommand, ReportsHaveTheLabel) {
  const json list = json::parse(run({"test", "--list", "--json", "two.yaml", "plain.yaml"}).out);
  EXPECT_EQ(list, json::parse(R"({"blocks": [
    {"file": "two.yaml", "variant": "all yes", "block": "run"},
    {"file": "two.yaml", "variant": "it's no", "block": "run"},
    {"file": "plain.yaml", "block": "run"}]})"));
  const Ended ended = run({"test", "--json", "two.yaml", "plain.yaml", "--junit", "report.xml"});
  const json results = json::parse(ended.out).at("results");
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[1].at("variant"), "it's no");
  EXPECT_EQ(results[1].at("passed"), false);
  EXPECT_EQ(results[1].at("again"), "concordat run two.yaml --variant 'it'\\''s no'");
  EXPECT_FALSE(results[2].contains("variant"));
  const std::string report = text_of(path("report.xml"));
  EXPECT_THAT(report, HasSubstr(R"(<testcase classname="two" name="run [all yes]")"));
  EXPECT_THAT(report, HasSubstr(R"(<testcase classname="two" name="run [it's no]")"));
  EXPECT_THAT(report, HasSubstr(R"(<testcase classname="plain" name="run")"));
}

TEST_F(VariantsCommand, AVariantThatCannotBeBoundIsOneFailure) {
  write("bind.yaml", header + "sweep: {options.mistake: [none, nothing, abort_in_doubt]}\n");
  const Ended ended = run({"test", "bind.yaml"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.out, HasSubstr("ok    run      bind.yaml [mistake=none]  ("));
  EXPECT_THAT(ended.out,
              HasSubstr("FAIL  file     bind.yaml [mistake=nothing]\n"
                        "      bind.yaml:3:33: error: "));
  EXPECT_THAT(ended.out, HasSubstr("ok    run      bind.yaml [mistake=abort_in_doubt]  ("));
}

}  // namespace
}  // namespace concordat
