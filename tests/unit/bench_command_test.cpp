// Goal: `concordat bench` runs what it is asked, prints and writes the same whatever the number of
// jobs, judges, and refuses what makes no sense before anything runs. Method: the real program on
// tiny benchmarks; costs against those of `cost`, counted by other code.
#include <chrono>
#include <csignal>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "protocols/registry.hpp"
#include "sim/app/cost.hpp"
#include "sim/bench/cluster.hpp"
#include "sim/bench/results.hpp"
#include "sim/scenario/read.hpp"
#include "tests/unit/program_fixture.hpp"

namespace concordat {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string skewed = R"(name: what skew costs
story: Rows that all want.
protocol: two_phase_commit
processes: {participants: 3}
timing: {latency: 1ms, force: 2ms}
seeds: 1..3
bench:
  transactions: 300
  keys: 50
  compare: [two_phase_commit/presumed_abort, paxos_commit]
sweep:
  bench.skew: [0, 0.9]
)";

std::string with_check(const std::string& check) {
  std::string out = skewed;
  out.insert(
      out.find("sweep:"),
      "  resembles:\n    source: a paper\n    says: a sentence\n    checks: [" + check + "]\n");
  return out;
}

const std::string true_check =
    "{measure: abort_share, of: two_phase_commit, is: grows, with: bench.skew}";
const std::string false_check =
    "{measure: abort_share, of: two_phase_commit, is: falls, with: bench.skew}";

class BenchCommand : public ProgramFixture {
 protected:
  void SetUp() override {
    ProgramFixture::SetUp();
    write("a.yaml", skewed);
  }
};

TEST_F(BenchCommand, TheSameForAnyNumberOfJobsAndTwice) {
  write("b.yaml", with_check(true_check));
  const Ended one = run({"bench", "a.yaml", "b.yaml", "--jobs", "1", "--out", "one"});
  const Ended two = run({"bench", "a.yaml", "b.yaml", "--jobs", "2", "--out", "two"});
  const Ended again = run({"bench", "a.yaml", "b.yaml", "--jobs", "2", "--out", "again"});
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.out, two.out);
  EXPECT_EQ(one.out, again.out);
  EXPECT_EQ(files(),
            "a.csv a.csv a.csv a.json a.json a.json a.md a.md a.md a.yaml b.csv b.csv "
            "b.csv b.json b.json b.json b.md b.md b.md b.yaml");
  for (const char* name : {"a.csv", "a.json", "a.md", "b.csv", "b.json", "b.md"}) {
    const std::string text = text_of(path("one") / name);
    EXPECT_FALSE(text.empty()) << name;
    EXPECT_EQ(text, text_of(path("two") / name)) << name;
    EXPECT_EQ(text, text_of(path("again") / name)) << name;
  }
}

TEST_F(BenchCommand, TextHasARowForEachPointAndNoEmptyColumn) {
  const Ended ended = run({"bench", "a.yaml", "--width-is-no-flag"});
  EXPECT_EQ(ended.code, 2);
  const Ended text = run({"bench", "a.yaml"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out,
              AllOf(StartsWith("what skew costs (a.yaml)\n3 seeds (1..3), 300 transactions each"),
                    HasSubstr("skew  protocol"),
                    HasSubstr("\n0.9   two_phase_commit/presumed_abort"),
                    HasSubstr("\u00b1"),
                    Not(HasSubstr("blocked_mean")),
                    Not(HasSubstr("\x1b["))));
  const Ended asked = run({"bench", "a.yaml", "--measures", "blocked_mean,split", "--seeds", "7"});
  EXPECT_THAT(asked.out, AllOf(HasSubstr("blocked_mean"), HasSubstr("seed 7"), HasSubstr("split")));
  EXPECT_THAT(asked.out, Not(HasSubstr("\u00b1")));
}

TEST_F(BenchCommand, Json) {
  const Ended ended = run({"bench", "a.yaml", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const json all = json::parse(ended.out);
  EXPECT_EQ(all["format"], "concordat-bench/1");
  EXPECT_EQ(all["name"], "what skew costs");
  ASSERT_EQ(all["points"].size(), 6U);
  const json& point = all["points"][4];
  EXPECT_EQ(point["place"], (json{{"bench.skew", "0.9"}}));
  EXPECT_EQ(point["protocol"], "two_phase_commit");
  EXPECT_EQ(point["profile"], "presumed_abort");
  EXPECT_EQ(point["seeds"], "1..3");
  EXPECT_EQ(point["complete"], true);
  EXPECT_EQ(point["measures"].size(), bench::measures().size());
  EXPECT_EQ(point["measures"]["throughput"]["n"], 3);
  EXPECT_GT(point["measures"]["throughput"]["half_width"], 0);
  EXPECT_EQ(point["measures"]["blocked_mean"]["mean"], nullptr);
  std::int64_t arrived = 0;
  for (const json& count : point["series"]["arrived"])
    arrived += count.get<std::int64_t>();
  EXPECT_EQ(arrived, 900);
  std::int64_t answered = 0;
  for (const json& bin : point["commit_ms"])
    answered += bin[1].get<std::int64_t>();
  for (const auto& [reason, count] : point["reasons"].items())
    answered += count.get<std::int64_t>();
  EXPECT_EQ(answered, 900);
}

TEST_F(BenchCommand, CsvHasTheSameNumbers) {
  const Ended ended = run({"bench", "a.yaml", "--format", "csv"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out,
              StartsWith("file,variant,bench.skew,protocol,profile,seeds,runs,commit_mean,"
                         "commit_mean_half_width,commit_p50,"));
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 7);
  const json all = json::parse(run({"bench", "a.yaml", "--json"}).out);
  const double mean = all["points"][0]["measures"]["commit_mean"]["mean"];
  EXPECT_THAT(ended.out,
              HasSubstr("\na.yaml,,0,two_phase_commit,,1..3,3," + bench::six_digits(mean) + ","));
}

TEST_F(BenchCommand, MarkdownPutsProtocolsAcross) {
  const Ended ended = run({"bench", "a.yaml", "--format", "markdown", "--measures", "throughput"});
  EXPECT_THAT(
      ended.out,
      AllOf(StartsWith("## what skew costs\n\nRows that all want.\n"),
            HasSubstr("| skew | two_phase_commit | two_phase_commit/presumed_abort | paxos_commit "
                      "|\n|---|--:|--:|--:|\n| 0 | "),
            HasSubstr("\n| 0.9 | ")));
}

TEST_F(BenchCommand, Checks) {
  write("good.yaml", with_check(true_check));
  write("bad.yaml", with_check(true_check + ", " + false_check));
  const Ended good = run({"bench", "good.yaml", "--check"});
  EXPECT_EQ(good.code, 0);
  EXPECT_THAT(good.out, StartsWith("ok    abort_share of two_phase_commit grows with bench.skew"));
  const Ended bad = run({"bench", "bad.yaml", "--quiet", "--transactions", "400"});
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.out,
              AllOf(StartsWith("FAIL  abort_share of two_phase_commit does not fall"),
                    HasSubstr("\nagain: concordat bench bad.yaml --transactions 400\n")));
  const Ended whole = run({"bench", "bad.yaml"});
  EXPECT_EQ(whole.code, 1);
  EXPECT_THAT(whole.out, AllOf(HasSubstr("a sentence\n(a paper)\nok    "), HasSubstr("\nFAIL  ")));
  const Ended unknown = run({"bench", "good.yaml", "--set", "bench.skew=0.5", "--check"});
  EXPECT_EQ(unknown.code, 3);
  EXPECT_THAT(unknown.out, HasSubstr("has one value only"));
}

TEST_F(BenchCommand, FoldersAreSearched) {
  std::filesystem::create_directory(path("all"));
  write("all/a.yaml", skewed);
  write("all/other.yaml", header);
  write("all/checked.yaml", with_check(true_check));
  EXPECT_THAT(
      run({"bench", "all"}).out,
      AllOf(HasSubstr("(all/a.yaml)"), HasSubstr("(all/checked.yaml)"), Not(HasSubstr("other"))));
  EXPECT_EQ(json::parse(run({"bench", "all", "--json"}).out).size(), 2U);
  const Ended checks = run({"bench", "all", "--check"});
  EXPECT_EQ(checks.code, 0);
  EXPECT_EQ(std::count(checks.out.begin(), checks.out.end(), '\n'), 1);
  EXPECT_EQ(run({"bench", "all/other.yaml"}).code, 2);
}

TEST_F(BenchCommand, FlagsMakeOne) {
  const Ended ended = run({"bench",
                           "--protocol",
                           "two_phase_commit",
                           "--latency",
                           "3ms",
                           "--transactions",
                           "100",
                           "--set",
                           "bench.arrivals.clients=1",
                           "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const json all = json::parse(ended.out);
  EXPECT_EQ(all["name"], "two_phase_commit from flags");
  EXPECT_EQ(all["points"][0]["transactions"], 100);
  EXPECT_EQ(all["points"][0]["measures"]["commit_mean"]["mean"], 6);
}

TEST_F(BenchCommand, Errors) {
  const auto error = [&](const Words& words) {
    const Ended ended = run(Words{"bench"} + words);
    EXPECT_EQ(ended.code, 2) << ended.out;
    EXPECT_EQ(ended.out, "");
    return ended.err;
  };
  EXPECT_THAT(error({}), HasSubstr("which benchmark?"));
  EXPECT_THAT(error({"none.yaml"}), HasSubstr("none.yaml"));
  EXPECT_THAT(error({"a.yaml", "--compare", "paxos_comit"}),
              HasSubstr("--compare: there is no protocol `paxos_comit`\n  hint: did you mean "
                        "`paxos_commit`?"));
  EXPECT_THAT(error({"a.yaml", "--compare", "two_phase_commit/presumed_abrt"}),
              HasSubstr("has no profile `presumed_abrt`"));
  EXPECT_THAT(error({"a.yaml", "--measures", "comit_p50"}),
              HasSubstr("--measures: there is no measure `comit_p50`"));
  EXPECT_THAT(error({"a.yaml", "--transactions", "x"}), HasSubstr("--transactions:"));
  EXPECT_THAT(error({"a.yaml", "--set", "bench.skw=1"}), HasSubstr("unknown key `skw`"));
  EXPECT_THAT(error({"a.yaml", "--set", "bench.skew=9"}), HasSubstr("`skew` must be"));
  EXPECT_THAT(error({"a.yaml", "--protocol", "paxos_commit"}), HasSubstr("--compare"));
  write("swept.yaml", header + "bench: {}\nsweep: {timing.latency: [1ms, 2ms]}\n");
  EXPECT_THAT(error({"swept.yaml", "--latency", "3ms"}),
              HasSubstr("--latency: swept.yaml sweeps `timing.latency`"));
  write("named.yaml", header + "bench:\n  compare: [no_such]\n");
  EXPECT_THAT(error({"named.yaml"}), HasSubstr("named.yaml:4:13: error: there is no protocol"));
  write("claim.yaml", with_check("{measure: throughput, of: easy_commit, is: zero}"));
  EXPECT_THAT(error({"claim.yaml"}), HasSubstr("claim.yaml:"));
}

TEST_F(BenchCommand, ListsMeasures) {
  const Ended ended = run({"bench", "--list-measures"});
  EXPECT_EQ(ended.code, 0);
  for (const bench::Measure& measure : bench::measures())
    EXPECT_THAT(ended.out, HasSubstr(std::string(measure.name) + " "));
}

TEST_F(BenchCommand, AnInterruptedProgramSaysWhatWasCovered) {
  write("long.yaml", header + "seeds: 1..1000\nbench: {transactions: 10000000, warm_up: 0}\n");
  for (int milliseconds = 500; milliseconds <= 8'000; milliseconds *= 2) {
    const pid_t child = start({"bench", "long.yaml", "--json", "--out", "out"}, "");
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    kill(child, SIGINT);
    const Ended ended = finish(child);
    if (ended.code == 1000 + SIGINT) continue;  // too early: the program was still starting
    EXPECT_EQ(ended.code, 130) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("stopped (Ctrl-C): "));
    const json result = json::parse(ended.out);
    EXPECT_EQ(result["complete"], false);
    EXPECT_LE(result["points"].size(), 1U);
    EXPECT_EQ(files(), "a.yaml long.yaml");
    return;
  }
  FAIL() << "the program never came to its runs";
}

TEST_F(BenchCommand, AFolderThatCannotBeWritten) {
  write("file", "");
  const Ended ended = run({"bench", "a.yaml", "--out", "file/folder"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.out, StartsWith("what skew costs"));
  EXPECT_THAT(ended.err, HasSubstr("file/folder"));
}

/// A run without failures takes as many message delays as `cost` counts, in every protocol whose
/// commit waits for messages only. In half_message the business takes a timer's time.
TEST(BenchCosts, CommitTakesTheMessageDelaysOfTheCostTables) {
  const Registry registry = concordat::all_protocols();
  app::CostOptions options;
  options.runs = {"commit"};
  const auto rows = app::count_costs(registry, options);
  ASSERT_TRUE(rows) << rows.error().what;
  int compared = 0;
  for (const app::CostRow& row : *rows) {
    const auto answer = std::ranges::find(row.figures, "answer", &app::CostFigure::quantity);
    if (answer == row.figures.end() || !answer->counted || row.protocol == "half_message") continue;
    std::string yaml = "name: a test\nprotocol: " + row.protocol + "\n";
    if (!row.profile.empty()) yaml += "profile: " + row.profile + "\n";
    yaml +=
        "timing: {latency: 1ms, force: 0us}\n"
        "bench: {transactions: 20, warm_up: 0, participants: 3, arrivals: {clients: 1}}\n";
    const auto scenario = scenario::read(yaml, "");
    ASSERT_TRUE(scenario) << scenario.error().text();
    const auto setting = bench::prepare(*scenario, registry);
    ASSERT_TRUE(setting) << row.protocol << ": " << setting.error().text();
    bench::Cluster cluster(*setting);
    const bench::Figures& figures = cluster.run(1);
    EXPECT_EQ(figures.commit_us.count(), 20) << row.protocol << " " << row.profile;
    EXPECT_EQ(figures.commit_us.min(), 1'000 * *answer->counted) << row.protocol << row.profile;
    EXPECT_EQ(figures.commit_us.max(), 1'000 * *answer->counted) << row.protocol << row.profile;
    ++compared;
  }
  EXPECT_GE(compared, 50);
}

}  // namespace
}  // namespace concordat
