// Goal: means, intervals and the checks of `resembles` say what the numbers say. Method: points
// with values by hand, for scenarios that were read from text; nothing runs.
#include <gmock/gmock.h>

#include "sim/bench/claims.hpp"
#include "sim/scenario/read.hpp"

namespace concordat::bench {
namespace {

using scenario::Scenario;
using testing::HasSubstr;

constexpr std::string_view head = R"(name: a test
protocol: a
seeds: 1..3
sweep: {bench.skew: [0, 0.5, 0.9]}
bench:
  compare: [b, c/fast]
  resembles:
    source: a paper
    says: a sentence
    checks:
      - )";

std::vector<Scenario> file_with(const std::string& check) {
  auto all = scenario::read_all(std::string(head) + check + "\n", "t.yaml");
  EXPECT_TRUE(all) << (all ? "" : all.error().text());
  return all ? *all : std::vector<Scenario>{};
}

/// Of `of` at each value of the sweep: means, all with this half width.
using Row = std::vector<std::optional<double>>;

void add_row(std::vector<Point>& points,
             const std::vector<Scenario>& file,
             const scenario::Contender& of,
             const char* measure,
             const Row& means,
             double half_width = 0) {
  for (std::size_t i = 0; i < file.size(); ++i) {
    Point& point = points.emplace_back();
    point.scenario = i;
    point.place = file[i].places;
    point.contender = of;
    point.seeds = {1, 3};
    point.runs = 3;
    point.estimates.resize(measures().size());
    if (means[i]) point.estimates[index_of(*find_measure(measure))] = {*means[i], half_width, 3};
  }
}

Judgement judged(const std::string& check,
                 const char* measure,
                 const Row& a,
                 const Row& b,
                 double half_width = 0) {
  const auto file = file_with(check);
  EXPECT_FALSE(check_claims(file));
  std::vector<Point> points;
  add_row(points, file, {"a", ""}, measure, a, half_width);
  add_row(points, file, {"b", ""}, measure, b, half_width);
  add_row(points, file, {"c", "fast"}, measure, {1, 1, 1}, half_width);
  const auto all = judge(file, points);
  EXPECT_EQ(all.size(), 1U);
  return all.front();
}

std::string error_of(const std::string& check) {
  const auto error = check_claims(file_with(check));
  return error ? error->text() : "";
}

TEST(BenchEstimate, MeanAndIntervalOfStudent) {
  const std::vector<double> values{9, 10, 11};
  const Estimate three = estimate(values);
  EXPECT_DOUBLE_EQ(*three.mean, 10);
  // t(0.975, 2) = 4.303, s = 1, n = 3.
  EXPECT_NEAR(*three.half_width, 4.303 / std::sqrt(3.0), 1e-12);
  EXPECT_EQ(three.n, 3U);
}

TEST(BenchEstimate, OneValueHasNoInterval) {
  const std::vector<double> values{9.984};
  EXPECT_EQ(estimate(values).mean, 9.984);
  EXPECT_FALSE(estimate(values).half_width);
  EXPECT_FALSE(estimate({}).mean);
}

TEST(BenchEstimate, EqualValuesAreNotRounded) {
  const std::vector<double> values(7, 13.952);
  EXPECT_EQ(estimate(values).mean, 13.952);
  EXPECT_EQ(estimate(values).half_width, 0);
}

TEST(BenchEstimate, TheQuantileFallsWithTheNumberOfSeeds) {
  double last = HUGE_VAL;
  for (const std::size_t n : {2U, 3U, 10U, 31U, 32U, 41U, 61U, 121U, 1001U}) {
    std::vector<double> values(n);
    for (std::size_t i = 0; i < n; ++i)
      values[i] = i % 2 == 0 ? 1 : -1;
    const auto count = static_cast<double>(n);
    const double mean = *estimate(values).mean;
    const double deviation = std::sqrt(count * (1 - mean * mean) / (count - 1));
    const double quantile = *estimate(values).half_width * std::sqrt(count) / deviation;
    EXPECT_LE(quantile, last + 1e-9) << n;
    last = quantile;
  }
  EXPECT_NEAR(last, 1.962, 1e-9);
}

TEST(BenchNumbers, PlacesAsNumbers) {
  EXPECT_EQ(number_of("0.9"), 0.9);
  EXPECT_EQ(number_of("5ms"), 5);
  EXPECT_EQ(number_of("1.5s"), 1500);
  EXPECT_EQ(number_of("1/4"), 0.25);
  EXPECT_EQ(number_of("2%"), 0.02);
  EXPECT_FALSE(number_of("wait_die"));
  EXPECT_FALSE(number_of("nan"));
  EXPECT_FALSE(number_of(""));
}

TEST(BenchNumbers, SixDigits) {
  EXPECT_EQ(six_digits(12.3456789), "12.3457");
  EXPECT_EQ(rounded(12.3456789), 12.3457);
  EXPECT_EQ(six_digits(0), "0");
}

TEST(BenchMeasures, NamesAreUniqueAndNothingIsThereWithoutSamples) {
  for (const Measure& measure : measures())
    EXPECT_EQ(find_measure(measure.name), &measure);
  EXPECT_EQ(find_measure("speed"), nullptr);
  for (const std::string_view name : usual_measures())
    EXPECT_NE(find_measure(name), nullptr) << name;
  const Figures none;
  for (const char* name : {"commit_p99", "throughput", "messages", "abort_share", "availability"})
    EXPECT_FALSE(find_measure(name)->value(none)) << name;
}

TEST(BenchMeasures, Values) {
  Figures figures;
  figures.started = 4;
  figures.turned_away = 1;
  figures.in_time = 3;
  figures.messages = 10;
  figures.measured_us = 2'000'000;
  figures.committed_then = 3;
  figures.commit_us.add(10'000);
  figures.commit_us.add(20'000);
  figures.abort_us.add(50'000);
  figures.reasons[static_cast<std::size_t>(Reason::no)] = 1;
  figures.blocked_us.add(8'000);
  figures.crashes = 2;
  const auto value = [&](const char* name) { return *find_measure(name)->value(figures); };
  EXPECT_DOUBLE_EQ(value("commit_mean"), 15);
  EXPECT_DOUBLE_EQ(value("commit_max"), 20);
  EXPECT_DOUBLE_EQ(value("throughput"), 1.5);
  EXPECT_DOUBLE_EQ(value("abort_share"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(value("abort_no"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(value("messages"), 2.5);
  EXPECT_DOUBLE_EQ(value("availability"), 0.6);
  EXPECT_DOUBLE_EQ(value("blocked_total"), 2'000);
  EXPECT_DOUBLE_EQ(value("blocked_rate"), 250);
  EXPECT_DOUBLE_EQ(value("blocked_per_crash"), 4);
}

TEST(BenchClaims, Grows) {
  const std::string check = "{measure: throughput, of: a, is: grows, with: bench.skew}";
  EXPECT_EQ(judged(check, "throughput", {1, 2, 3}, {1, 1, 1}).holds, true);
  EXPECT_EQ(judged(check, "throughput", {1, 1, 3}, {1, 1, 1}).holds, true);
  EXPECT_EQ(judged(check, "throughput", {1, 3, 2}, {1, 1, 1}).holds, false);
  EXPECT_EQ(judged(check, "throughput", {1, 1, 1}, {1, 2, 3}).holds, false);
}

TEST(BenchClaims, GrowsAsFarAsTheIntervalsTell) {
  const std::string check = "{measure: throughput, of: a, is: grows, with: bench.skew}";
  EXPECT_EQ(judged(check, "throughput", {1, 3.1, 3}, {1, 1, 1}, 0.1).holds, true);
  EXPECT_EQ(judged(check, "throughput", {1, 3.2, 3}, {1, 1, 1}, 0.1).holds, false);
  EXPECT_EQ(judged(check, "throughput", {1, 1, 1.1}, {1, 1, 1}, 0.1).holds, false);
}

TEST(BenchClaims, FallsAndFlat) {
  const std::string falls = "{measure: throughput, of: a, is: falls, with: bench.skew}";
  EXPECT_EQ(judged(falls, "throughput", {3, 2, 1}, {1, 1, 1}).holds, true);
  EXPECT_EQ(judged(falls, "throughput", {1, 2, 3}, {1, 1, 1}).holds, false);
  const std::string flat = "{measure: throughput, of: a, is: flat, with: bench.skew, within: 10%}";
  EXPECT_EQ(judged(flat, "throughput", {9, 10, 11}, {1, 1, 1}).holds, true);
  const Judgement far = judged(flat, "throughput", {9, 9, 12}, {1, 1, 1});
  EXPECT_EQ(far.holds, false);
  EXPECT_THAT(far.sentence, HasSubstr("20.0 % off its mean, 10 per second; 12 per second"));
}

TEST(BenchClaims, Zero) {
  const std::string check = "{measure: blocked_max, of: a, is: zero}";
  EXPECT_EQ(judged(check, "blocked_max", {0, {}, 0}, {1, 1, 1}).holds, true);
  const Judgement some = judged(check, "blocked_max", {0, 5, 0}, {1, 1, 1});
  EXPECT_EQ(some.holds, false);
  EXPECT_EQ(some.sentence, "blocked_max of a is not zero: 5 ms at bench.skew=0.5");
}

TEST(BenchClaims, WithoutAValueItIsUnknown) {
  const Judgement none =
      judged("{measure: commit_mean, of: a, is: zero}", "commit_mean", {0, {}, 0}, {1, 1, 1});
  EXPECT_FALSE(none.holds);
  EXPECT_THAT(none.sentence, HasSubstr("no value at bench.skew=0.5"));
}

TEST(BenchClaims, BelowAndAbove) {
  const std::string below = "{measure: commit_mean, of: a, is: below, than: b, by: 10%}";
  EXPECT_EQ(judged(below, "commit_mean", {9, 8, 1}, {10, 10, 10}).holds, true);
  const Judgement near = judged(below, "commit_mean", {9, 9.5, 1}, {10, 10, 10});
  EXPECT_EQ(near.holds, false);
  EXPECT_THAT(near.sentence, HasSubstr("9.5 ms and 10 ms at bench.skew=0.5"));
  EXPECT_EQ(judged("{measure: commit_mean, of: a, is: above, than: b}",
                   "commit_mean",
                   {11, 11, 11},
                   {10, 10, 11})
                .holds,
            false);
  EXPECT_EQ(judged("{measure: commit_mean, of: b, is: above, than: c, where: {bench.skew: 0.50}}",
                   "commit_mean",
                   {0, 0, 0},
                   {0, 2, 0})
                .holds,
            true);
}

TEST(BenchClaims, Proportional) {
  const auto file = scenario::read_all(R"(name: a test
protocol: a
sweep: {timing.latency: [1ms, 2ms, 40ms]}
bench:
  resembles:
    source: a paper
    says: a sentence
    checks:
      - {measure: commit_mean, of: a, is: proportional, to: timing.latency, factor: 5, within: 1%}
      - {measure: commit_mean, of: a, is: proportional, to: timing.latency, factor: 4, within: 1%}
      - {measure: commit_mean, of: a, is: proportional, to: timing.latency}
)",
                                       "t.yaml");
  ASSERT_TRUE(file) << file.error().text();
  ASSERT_FALSE(check_claims(*file));
  std::vector<Point> points;
  add_row(points, *file, {"a", ""}, "commit_mean", {5, 10, 200.8});
  const auto all = judge(*file, points);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].sentence, "commit_mean of a is 5.00 times timing.latency (at most 0.4 % off)");
  EXPECT_EQ(all[0].holds, true);
  EXPECT_EQ(all[1].holds, false);
  EXPECT_EQ(all[2].holds, true);
}

TEST(BenchClaims, RunsThatAreMissing) {
  const auto file = file_with("{measure: throughput, of: a, is: grows, with: bench.skew}");
  std::vector<Point> points;
  add_row(points, file, {"a", ""}, "throughput", {1, 2, 3});
  points.back().runs = 2;
  EXPECT_FALSE(judge(file, points).front().holds);
  points.pop_back();
  EXPECT_FALSE(judge(file, points).front().holds);
}

TEST(BenchClaims, ErrorsBeforeAnythingRuns) {
  EXPECT_EQ(error_of("{measure: comit_mean, of: a, is: zero}"),
            "t.yaml:11:19: error: there is no measure `comit_mean`\n"
            "  hint: did you mean `commit_mean`?");
  EXPECT_THAT(error_of("{measure: throughput, of: d, is: zero}"), HasSubstr("`d` is not compared"));
  EXPECT_THAT(error_of("{measure: throughput, of: a, is: below, than: d}"),
              HasSubstr("`d` is not compared"));
  EXPECT_THAT(error_of("{measure: throughput, of: a, is: grows, with: bench.nodes}"),
              HasSubstr("`bench.nodes` has one value only"));
  EXPECT_THAT(error_of("{measure: throughput, of: a, is: zero, where: {bench.skew: 0.7}}"),
              HasSubstr("no scenario of the file has `bench.skew: 0.7`"));
  EXPECT_EQ(error_of("{measure: throughput, of: c, is: zero}"), "");
}

TEST(BenchClaims, PlacesMustBeNumbers) {
  const auto file = scenario::read_all(R"(name: a test
protocol: a
sweep: {bench.locks: [wait, wait_die]}
bench:
  resembles:
    source: a paper
    says: a sentence
    checks: [{measure: commit_mean, of: a, is: grows, with: bench.locks}]
)",
                                       "t.yaml");
  ASSERT_TRUE(file);
  const auto error = check_claims(*file);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what, HasSubstr("`wait` is no number"));
}

TEST(BenchClaims, APlaceOfVariants) {
  const auto file = scenario::read_all(R"(name: a test
protocol: a
variants:
  - {name: few, bench: {nodes: 5}}
  - {name: many, bench: {nodes: 50}}
bench:
  resembles:
    source: a paper
    says: a sentence
    checks: [{measure: throughput, of: a, is: grows, with: bench.nodes}]
)",
                                       "t.yaml");
  ASSERT_TRUE(file) << file.error().text();
  ASSERT_FALSE(check_claims(*file));
  std::vector<Point> points;
  add_row(points, *file, {"a", ""}, "throughput", {1, 2});
  EXPECT_EQ(judge(*file, points).front().holds, true);
}

TEST(ScenarioSettings, TakeThePlaceOfASweep) {
  const std::string yaml = "name: a\nprotocol: b\nbench: {}\nsweep: {bench.skew: [0, 1]}\n";
  const std::vector<std::string> settings{"bench.skew=0.5", "bench.nodes=7"};
  const auto all = scenario::read_all(yaml, "t.yaml", settings);
  ASSERT_TRUE(all) << all.error().text();
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->front().variant, "skew=0.5, nodes=7");
  EXPECT_EQ(all->front().bench->skew, 500'000);
  EXPECT_EQ(all->front().bench->nodes, 7);
  EXPECT_THAT(all->front().places,
              testing::ElementsAre(std::pair<std::string, std::string>{"bench.skew", "0.5"},
                                   std::pair<std::string, std::string>{"bench.nodes", "7"}));
}

TEST(ScenarioSettings, Errors) {
  const std::string yaml = "name: a\nprotocol: b\nbench: {}\n";
  const auto error = [&](std::vector<std::string> settings) {
    const auto all = scenario::read_all(yaml, "t.yaml", settings);
    return all ? "" : all.error().what;
  };
  EXPECT_THAT(error({"bench.skew"}), HasSubstr("no place with a value"));
  EXPECT_THAT(error({"=1"}), HasSubstr("no place with a value"));
  EXPECT_THAT(error({"bench.skew=1", "bench.skew=2"}), HasSubstr("set twice"));
  EXPECT_THAT(error({"bench.skw=1"}), HasSubstr("unknown key `skw`"));
  EXPECT_THAT(error({"name=x"}), HasSubstr("cannot be swept"));
  EXPECT_THAT(error({"bench..skew=1"}), HasSubstr("is missing"));
}

}  // namespace
}  // namespace concordat::bench
