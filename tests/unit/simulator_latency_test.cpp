// Goal: simulated latencies have the mean that theory gives. Method: the exact mean of the time to
// the client's answer, computed from the table that log-normal values are drawn from, lies within
// the 99.9% confidence interval of the sample; the same for exponential latencies, whose mean is
// known. Seeds are fixed, so that the tests are exact.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "protocols/registry.hpp"
#include "sim/run/campaign.hpp"
#include "sim/scenario/read.hpp"

namespace concordat {
namespace {

constexpr double force_us = 2'000;

struct Sample {
  Histogram answers;
  std::vector<Duration> table;  // of the latencies, ascending
};

Sample sample(const std::string& latency, int participants, std::uint64_t runs) {
  const std::string text =
      "name: latency\nprotocol: two_phase_commit\nprocesses: {participants: " +
      std::to_string(participants) + "}\ntiming: {latency: " + latency +
      ", force: 2ms, timeouts: {vote: 1h, prepare: 1h, decision: 1h, ack: 1h}}\n";
  const auto scenario = scenario::read(text, "latency.yaml");
  EXPECT_TRUE(scenario.ok()) << scenario.error().text();
  const auto bound = scenario::bind(*scenario, all_protocols());
  EXPECT_TRUE(bound.ok()) << bound.error().text();
  const Campaign campaign = run_seeds(*scenario, *bound, {1, runs});
  EXPECT_EQ(campaign.commit_us.count(), static_cast<std::int64_t>(runs));
  Sample out{campaign.commit_us, {}};
  for (const Distribution& distribution : bound->timed.latencies)
    if (distribution.entries().size() > out.table.size()) out.table = distribution.entries();
  return out;
}

void expect_mean(const Histogram& answers, double exact) {
  const double width = 3.29 * std::sqrt(answers.variance() / static_cast<double>(answers.count()));
  EXPECT_NEAR(answers.mean(), exact, width);
  EXPECT_LT(width, exact / 50) << "too few runs to tell";
}

/// The client is told after a message, a force, a message and a force; with several participants
/// after the slowest of them. The mean of the largest of `count` sums of two values of the table.
double mean_of_slowest(const std::vector<Duration>& table, int count) {
  std::vector<std::int64_t> sums;
  // Every 16th value stands for its neighbours, so that there are not too many sums.
  constexpr std::size_t step = 16;
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < table.size(); i += step) {
    std::int64_t total = 0;
    for (std::size_t j = i; j < i + step; ++j)
      total += table[j].us;
    values.push_back(total / static_cast<std::int64_t>(step));
  }
  for (const std::int64_t a : values)
    for (const std::int64_t b : values)
      sums.push_back(a + b);
  std::sort(sums.begin(), sums.end());
  double mean = 0;
  const auto n = static_cast<double>(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double below = std::pow(static_cast<double>(i) / n, count);
    const double up_to = std::pow(static_cast<double>(i + 1) / n, count);
    mean += static_cast<double>(sums[i]) * (up_to - below);
  }
  return mean;
}

TEST(Latency, LogNormalOneParticipant) {
  const Sample s = sample("{log_normal: {median: 5ms, sigma: 0.5}}", 1, 20'000);
  double total = 0;
  for (const Duration value : s.table)
    total += static_cast<double>(value.us);
  expect_mean(s.answers, 2 * total / static_cast<double>(s.table.size()) + 2 * force_us);
}

TEST(Latency, LogNormalThreeParticipants) {
  const Sample s = sample("{log_normal: {median: 5ms, sigma: 0.5}}", 3, 20'000);
  expect_mean(s.answers, mean_of_slowest(s.table, 3) + 2 * force_us);
}

TEST(Latency, ExponentialOneParticipant) {
  const Sample s = sample("{exponential: 5ms}", 1, 20'000);
  expect_mean(s.answers, 2 * 5'000 + 2 * force_us);
}

TEST(Latency, UniformOneParticipant) {
  const Sample s = sample("{uniform: [1ms, 9ms]}", 1, 20'000);
  expect_mean(s.answers, 2 * 5'000 + 2 * force_us);
}

}  // namespace
}  // namespace concordat
