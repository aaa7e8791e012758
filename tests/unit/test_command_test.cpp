// Goal: `concordat test` is a tool that continuous integration can rest on: every block is judged,
// in the same order and with the same bytes for any number of threads, each report agrees with the
// exit code, and Ctrl-C tells what was covered. Method: the real program as a subprocess; and the
// command itself with checkers that wait for each other, or for the stop.
#include <atomic>
#include <chrono>
#include <csignal>
#include <gmock/gmock.h>
#include <latch>
#include <nlohmann/json.hpp>
#include <regex>
#include <thread>

#include "protocols/registry.hpp"
#include "sim/app/app.hpp"
#include "sim/explore/explorer.hpp"
#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const std::string good = header + "expect: {outcome: commit}\n";
const std::string unmet = header + "expect: {outcome: abort}\n";
const std::string broken = header + "banana: 1\n";
const std::string open_end =
    header + "explore: {crashes: 1, max_states: 20, expect: {UA: holds}}\n";
const std::string small = header +
                          "processes: {participants: 1}\n"
                          "explore: {crashes: 1, expect: {UA: holds, NB: violated}}\n";
/// More than anybody waits for.
const std::string large = header +
                          "processes: {participants: 4}\n"
                          "explore: {crashes: 6, recoveries: 6, losses: unlimited}\n";

/// The output without what may change for good reasons.
std::string without_counts(const std::string& text) {
  static const std::regex count("[0-9]+ (steps|states)");
  static const std::regex hint("hint: .*");
  return std::regex_replace(std::regex_replace(text, count, "N $1"), hint, "hint: ...");
}

/// A search that only Ctrl-C ends.
CheckResult endless_check(const CheckRequest& request) {
  CheckResult result;
  while (request.progress({.states = ++result.states}).empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  result.limit = "stopped";
  for (const Property* property : request.properties)
    result.properties.push_back({std::string(property->name),
                                 std::string(property->code),
                                 Verdict::unknown,
                                 false,
                                 {},
                                 {}});
  return result;
}

class TestCommand : public ProgramFixture {
 protected:
  void write_one_of_each() const {
    write("a-good.yaml", good);
    write("b-unmet.yaml", unmet);
    write("c-broken.yaml", broken);
    write("d-open.yaml", open_end);
    write("e-small.yaml", small);
    write("f-both.yaml", small + "expect: {outcome: commit}\n");
  }

  /// The command in this process, with a checker and a terminal of our own.
  int test(const app::Checker& checker, app::TestOptions options = {}) {
    if (options.paths.empty()) options.paths = {folder_.string()};
    std::istringstream in;
    app::Terminal terminal{
        in, out_, err_, {}, false, true, false, [this] { return interrupted_(); }, checker, "test"};
    return app::test_command(all_protocols(), options, terminal);
  }

  std::ostringstream out_;
  std::ostringstream err_;
  std::function<bool()> interrupted_ = [] { return false; };
};

TEST_F(TestCommand, SaysHowEachBlockCameOutInTheOrderOfTheFiles) {
  write_one_of_each();
  const Ended ended = run({"test", "."});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(without_counts(ended.out),
            "ok    run      ./a-good.yaml  (N steps)\n"
            "FAIL  run      ./b-unmet.yaml  (N steps)\n"
            "      ./b-unmet.yaml:3:19: error: outcome: expected abort, got commit\n"
            "      again: concordat run ./b-unmet.yaml\n"
            "FAIL  file     ./c-broken.yaml\n"
            "      ./c-broken.yaml:3:1: error: unknown key `banana`\n"
            "        hint: ...\n"
            "FAIL  explore  ./d-open.yaml  (N states)\n"
            "      ./d-open.yaml:3:48: error: uniform_agreement: expected holds, got unknown\n"
            "      unknown: the limit on states was hit\n"
            "      again: concordat check ./d-open.yaml\n"
            "ok    explore  ./e-small.yaml  (N states)\n"
            "ok    run      ./f-both.yaml  (N steps)\n"
            "ok    explore  ./f-both.yaml  (N states)\n"
            "4 passed, 3 failed\n");
  EXPECT_EQ(ended.err, "");
}

TEST_F(TestCommand, PassesOverFilesThatAreOnlyBenchmarks) {
  const std::string benchmark = "name: b\nprotocol: two_phase_commit\nbench: {transactions: 10}\n";
  write("a-bench.yaml", benchmark);
  const Ended none = run({"test", "."});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("no scenario to test\n  hint: files with `bench:` alone"));
  write("b-both.yaml", benchmark + "explore: {expect: {uniform_agreement: holds}}\n");
  write("c-good.yaml", good);
  EXPECT_EQ(without_counts(run({"test", "."}).out),
            "ok    explore  ./b-both.yaml  (N states)\n"
            "ok    run      ./c-good.yaml  (N steps)\n"
            "2 passed, 0 failed\n");
}

TEST_F(TestCommand, PrintsTheSameForAnyNumberOfThreads) {
  write_one_of_each();
  for (int i = 0; i < 20; ++i)
    write("g-" + std::to_string(i) + ".yaml", i % 3 == 0 ? small : i % 3 == 1 ? unmet : good);
  const std::string text = run({"test", ".", "-j1"}).out;
  const std::string as_json = run({"test", ".", "-j1", "--json"}).out;
  EXPECT_EQ(json::parse(as_json).at("results").size(), 27U);
  for (const std::string jobs : {"2", "3", "100"}) {
    EXPECT_EQ(run({"test", ".", "--jobs", jobs}).out, text) << jobs;
    EXPECT_EQ(run({"test", ".", "-j", jobs, "--json"}).out, as_json) << jobs;
  }
  EXPECT_EQ(run({"test", "."}).out, text);
  EXPECT_EQ(run({"test", ".", "-j0"}).code, 2);
}

TEST_F(TestCommand, RunsBlocksAtTheSameTime) {
  for (const char* name : {"a.yaml", "b.yaml", "c.yaml"})
    write(name, small);
  std::latch all_here(3);  // fewer threads would wait for ever
  app::TestOptions options;
  options.jobs = 3;
  const int code = test(
      [&](const CheckRequest& request) {
        all_here.arrive_and_wait();
        return explore_all(request);
      },
      options);
  EXPECT_EQ(code, app::ok) << out_.str();
}

TEST_F(TestCommand, PrintsAResultAsSoonAsThoseBeforeItAreKnown) {
  for (const char* name : {"a.yaml", "b.yaml", "c.yaml"})
    write(name, small);
  std::atomic<int> begun = 0;
  std::atomic<bool> b_is_printed = false;
  app::TestOptions options;
  options.jobs = 1;
  interrupted_ = [&] {  // asked now and then, on this thread
    if (out_.str().find("b.yaml") != std::string::npos) b_is_printed = true;
    return false;
  };
  const int code = test(
      [&](const CheckRequest& request) {
        ++begun;
        while (begun == 3 && !b_is_printed)  // for ever, if c came before b
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return explore_all(request);
      },
      options);
  EXPECT_EQ(code, app::ok);
}

// ---- Which files.

TEST_F(TestCommand, FiltersAndExcludes) {
  std::filesystem::create_directory(path("sub"));
  for (const char* name : {"one.yaml", "two.yaml", "sub/one.yaml", "sub/three.yaml", "no.txt"})
    write(name, good);
  const auto tested = [&](const Words& words) {
    std::string files;
    const Ended ended = run(Words{"test", "--list"} + words);
    std::istringstream lines(ended.out);
    for (std::string block, file; lines >> block >> file;)
      files += file + " ";
    EXPECT_EQ(ended.code, files.empty() ? 2 : 0);
    return files;
  };
  EXPECT_EQ(tested({"."}), "./one.yaml ./sub/one.yaml ./sub/three.yaml ./two.yaml ");
  EXPECT_EQ(tested({".", "--filter", "one"}), "./one.yaml ./sub/one.yaml ");
  EXPECT_EQ(tested({"--filter", "one", "--filter", "two", "."}),
            "./one.yaml ./sub/one.yaml ./two.yaml ");
  EXPECT_EQ(tested({".", "--exclude", "sub/", "--exclude=two"}), "./one.yaml ");
  EXPECT_EQ(tested({".", "--filter", "sub", "--exclude", "one"}), "./sub/three.yaml ");
  EXPECT_EQ(tested({".", "--filter", "one", "--exclude", "one"}), "");
  EXPECT_EQ(tested({"two.yaml", "sub"}), "two.yaml sub/one.yaml sub/three.yaml ");
  EXPECT_EQ(tested({"sub/one.yaml", "sub", "./sub/../sub/one.yaml"}),
            "sub/one.yaml sub/three.yaml ")
      << "each file once";
}

TEST_F(TestCommand, ListsWhatItWouldRun) {
  write_one_of_each();
  const Ended all = run({"test", "--list", "."});
  EXPECT_EQ(all.code, 2) << "a file cannot be read";
  EXPECT_EQ(all.out,
            "run      ./a-good.yaml\n"
            "run      ./b-unmet.yaml\n"
            "file     ./c-broken.yaml\n"
            "explore  ./d-open.yaml\n"
            "explore  ./e-small.yaml\n"
            "run      ./f-both.yaml\n"
            "explore  ./f-both.yaml\n");
  EXPECT_THAT(all.err, HasSubstr("c-broken.yaml:3:1: error: unknown key"));
  const Ended as_json = run({"test", "--list", "--json", "f-both.yaml", "--junit", "no.xml"});
  EXPECT_EQ(as_json.code, 0);
  EXPECT_EQ(json::parse(as_json.out),
            json::parse(R"({"blocks": [{"file": "f-both.yaml", "block": "run"},
                                       {"file": "f-both.yaml", "block": "explore"}]})"));
  EXPECT_FALSE(std::filesystem::exists(path("no.xml")));
}

TEST_F(TestCommand, TheCommandToRepeatCanBePasted) {
  write("it's a test.yaml", unmet);
  EXPECT_THAT(run({"test", "it's a test.yaml"}).out,
              HasSubstr("again: concordat run 'it'\\''s a test.yaml'\n"));
}

// ---- Exit codes. 2 before 1 before 3 before 0, and never a failure that is 0.

TEST_F(TestCommand, TheWorstBlockGivesTheExitCode) {
  write_one_of_each();
  EXPECT_EQ(run({"test", "a-good.yaml"}).code, 0);
  EXPECT_EQ(run({"test", "a-good.yaml", "e-small.yaml", "f-both.yaml"}).code, 0);
  EXPECT_EQ(run({"test", "d-open.yaml", "a-good.yaml"}).code, 3);
  EXPECT_EQ(run({"test", "b-unmet.yaml", "d-open.yaml"}).code, 1);
  EXPECT_EQ(run({"test", "d-open.yaml", "b-unmet.yaml", "c-broken.yaml"}).code, 2);
  EXPECT_EQ(run({"test", "a-good.yaml", "absent.yaml"}).code, 2);
  EXPECT_EQ(run({"test", "--filter", "nothing", "."}).code, 2);
  EXPECT_EQ(run({"test"}).code, 2);
}

TEST_F(TestCommand, AReportThatCannotBeWrittenIsAnError) {
  write("a.yaml", good);
  std::filesystem::create_directory(path("folder"));
  const Ended early = run({"test", "a.yaml", "--junit", "absent/report.xml"});
  EXPECT_EQ(early.code, 2);
  EXPECT_EQ(early.out, "") << "it says so before the tests";
  EXPECT_THAT(early.err, HasSubstr("absent/report.xml: error: cannot be written"));
  const Ended late = run({"test", "a.yaml", "--junit", "folder"});
  EXPECT_EQ(late.code, 2);
  EXPECT_THAT(late.out, HasSubstr("1 passed"));
  EXPECT_THAT(late.err, HasSubstr("this is a folder"));
  EXPECT_EQ(files(), "a.yaml");
}

// ---- Ctrl-C.

TEST_F(TestCommand, CtrlCTellsWhatWasCovered) {
  write("a.yaml", good);
  write("b.yaml", small);
  write("c-large.yaml", large);
  write("d-large.yaml", large);
  write("e.yaml", good);
  app::TestOptions options;
  options.jobs = 2;
  options.junit_file = path("report.xml").string();
  std::atomic<int> searching = 0;
  interrupted_ = [&] { return searching == 2; };
  const int code = test(
      [&](const CheckRequest& request) {
        if (request.budget.crashes == 1) return explore_all(request);
        ++searching;
        return endless_check(request);
      },
      options);
  EXPECT_EQ(code, app::interrupted);
  EXPECT_THAT(out_.str(), HasSubstr("stop  explore  " + path("c-large.yaml").string() + "  ("));
  EXPECT_THAT(out_.str(), HasSubstr("stop  explore  " + path("d-large.yaml").string() + "  ("));
  EXPECT_THAT(out_.str(), Not(HasSubstr("FAIL")));
  EXPECT_THAT(out_.str(), HasSubstr("\n2 passed, 0 failed, 2 stopped, 1 not begun (Ctrl-C)\n"));
  const std::string report = text_of(path("report.xml"));
  EXPECT_THAT(report, HasSubstr(R"(tests="5" failures="0" errors="0" skipped="3")"));
  EXPECT_THAT(report, HasSubstr(R"xml(<skipped message="stopped (Ctrl-C)"/>)xml"));
  EXPECT_THAT(report, HasSubstr(R"xml(<skipped message="not begun (Ctrl-C)"/>)xml"));
}

TEST_F(TestCommand, AViolationBeforeCtrlCIsAFailure) {
  write("a.yaml",
        header +
            "processes: {participants: 1}\n"
            "explore: {crashes: 1, expect: {UA: holds, NB: holds}}\n");
  std::atomic<bool> violation = false;
  interrupted_ = [&] { return violation.load(); };
  const int code = test([&](const CheckRequest& request) {
    CheckResult result = explore_all(request);
    result.complete = false;  // as if Ctrl-C had come before the end
    result.limit = "stopped";
    for (PropertyVerdict& verdict : result.properties)
      if (verdict.verdict == Verdict::holds) verdict.verdict = Verdict::unknown;
    violation = true;
    return result;
  });
  EXPECT_EQ(code, app::interrupted);
  EXPECT_THAT(out_.str(), HasSubstr("non_blocking: expected holds, got violated"));
  EXPECT_THAT(out_.str(), HasSubstr("0 passed, 1 failed, 0 stopped, 0 not begun (Ctrl-C)\n"));
}

TEST_F(TestCommand, AnInterruptedProgramEndsWith130) {
  write("a.yaml", small);
  write("b.yaml", large);
  write("c.yaml", good);
  for (int milliseconds = 500; milliseconds <= 8'000; milliseconds *= 2) {
    const pid_t child = start({"test", ".", "-j2", "--json"}, "");
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    kill(child, SIGINT);
    const Ended ended = finish(child);
    if (ended.code == 1000 + SIGINT) continue;  // too early: the program was still starting
    EXPECT_EQ(ended.code, 130) << ended.err;
    const json result = json::parse(ended.out);
    EXPECT_EQ(result.at("passed"), static_cast<int>(result.at("results").size()));
    EXPECT_EQ(result.at("failed"), 0);
    EXPECT_EQ(result.at("not_judged").get<std::size_t>() + result.at("results").size(), 3U);
    return;
  }
  FAIL() << "the program never came to its tests";
}

// ---- The progress line.

TEST_F(TestCommand, ShowsHowFarItIsAndTakesTheLineAwayBeforeAResult) {
  write("a.yaml", unmet);
  write("b.yaml", small);
  app::TestOptions options;
  options.jobs = 1;
  const app::Checker slow = [&](const CheckRequest& request) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1300));
    return explore_all(request);
  };
  EXPECT_EQ(test(slow, options), app::violated);
  EXPECT_THAT(err_.str(), HasSubstr("\r1 of 2 blocks, 1 failed, "));
  EXPECT_THAT(err_.str(), EndsWith(" s\x1b[K\r\x1b[K"));
}

}  // namespace
}  // namespace concordat
