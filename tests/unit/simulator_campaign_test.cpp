// Goal: random faults break no promise of two-phase commit, and break every one of its well-known
// mistakes. Method: 100,000 runs under faults of every kind, of which none may violate a safety
// property; and for each mistake the number of runs, of seeds 1, 2, 3, ..., until one violates
// uniform agreement. Seeds make these numbers exact.
#include <gtest/gtest.h>

#include "protocols/registry.hpp"
#include "sim/run/campaign.hpp"
#include "sim/scenario/read.hpp"

namespace concordat {
namespace {

/// One setting for all: crashes inside steps and between them, and everything else now and then.
constexpr const char* faults = R"(
random:
  crash: {every: 80ms, down: 40ms}
  partition: {every: 150ms, lasts: 40ms, one_way: 1/3}
  pause: {every: 150ms, lasts: 20ms}
  lose: 1/30
  duplicate: 1/30
  delay: {chance: 1/20, by: {exponential: 60ms}}
  until: 400ms
)";

Campaign campaign(const std::string& options, int participants, scenario::Seeds seeds) {
  const std::string text =
      "name: campaign\nprotocol: two_phase_commit\noptions: {" + options +
      "}\nprocesses: {participants: " + std::to_string(participants) +
      "}\nvotes: {p1: any, p2: any}\nchances: {vote: {no: 1/10, read: 1/10}}\n"
      "timing: {latency: {exponential: 4ms, plus: 1ms}, force: {uniform: [1ms, 4ms]}, "
      "clock_error: 2%, timeouts: {vote: 60ms, prepare: 80ms, decision: 50ms, ack: 70ms}}\n" +
      faults;
  const auto scenario = scenario::read(text, "campaign.yaml");
  EXPECT_TRUE(scenario.ok()) << scenario.error().text();
  const auto bound = scenario::bind(*scenario, all_protocols());
  EXPECT_TRUE(bound.ok()) << bound.error().text();
  return run_seeds(*scenario, *bound, seeds);
}

std::int64_t violations_of(const Campaign& campaign, std::string_view code) {
  const auto& all = safety_properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].code == code) return campaign.properties[i].violated;
  ADD_FAILURE() << "no property " << code;
  return 0;
}

TEST(Campaign, AHundredThousandRunsBreakNothing) {
  std::int64_t runs = 0;
  for (const char* termination : {"none", "cooperative"})
    for (const int participants : {2, 3}) {
      const Campaign c =
          campaign("termination: " + std::string(termination), participants, {1, 25'000});
      for (const char* code : {"UA", "CA", "VC", "VAw", "IR", "AT"})
        EXPECT_EQ(violations_of(c, code), 0) << code << " with " << termination;
      EXPECT_EQ(c.failed, 0);
      runs += c.runs;
      // It was no idle exercise.
      EXPECT_GT(c.committed, 1'000);
      EXPECT_GT(c.aborted, 1'000);
      EXPECT_GT(c.faults.crashes, c.runs);
      EXPECT_GT(c.faults.losses, 1'000);
      EXPECT_GT(c.faults.duplicates, 1'000);
      EXPECT_GT(c.faults.partitions, 1'000);
      EXPECT_GT(c.faults.pauses, 1'000);
    }
  EXPECT_EQ(runs, 100'000);
}

/// How many runs it takes until uniform agreement is violated.
std::uint64_t runs_until_found(const std::string& options) {
  const Campaign c = campaign(options, 2, {1, 20'000});
  for (const SeedFailure& failure : c.failures)
    for (const Unmet& unmet : failure.problems)
      if (unmet.text == "uniform_agreement is violated") return failure.seed;
  return 0;
}

TEST(Campaign, EveryMistakeIsFound) {
  struct Case {
    const char* options;
    std::uint64_t runs;
  };
  for (const Case& each : {Case{"mistake: vote_unforced", 44},
                           Case{"mistake: decide_unforced", 25},
                           Case{"mistake: ack_unforced", 80},
                           Case{"mistake: abort_in_doubt", 18},
                           Case{"mistake: answer_without_abort, termination: cooperative", 5200}})
    EXPECT_EQ(runs_until_found(each.options), each.runs) << each.options;
}

}  // namespace
}  // namespace concordat
