// Goal: engine and checker count states, steps and levels as the published tools do.
// Method: two modules of Gray and Lamport (2006), written as protocols, against the figures that
// come with the modules: distinct states, generated states (the initial one included), depth.
#include <gtest/gtest.h>

#include "tests/models/tcommit.hpp"
#include "tests/models/two_phase.hpp"
#include "tests/unit/checks.hpp"

namespace concordat {
namespace {

Rules published() {
  Rules rules;
  rules.delivery = Delivery::duplicating;
  rules.crash_points = CrashPoints::steps;
  return rules;
}

struct Counts {
  std::int64_t distinct = 0;
  std::int64_t generated = 0;
  int depth = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Counts& counts) {
    return out << counts.distinct << " distinct, " << counts.generated << " generated, depth "
               << counts.depth;
  }
};

Counts counts_of(const CheckResult& result) {
  EXPECT_TRUE(result.complete) << result.limit;
  return {result.states, result.transitions + 1, result.depth};
}

CheckResult check_tcommit(std::uint8_t rms) {
  const auto model = model_of<TCommit>({rms}, {});
  return toy_check(ask(*model, published(), {}, {}));
}

CheckResult check_two_phase(int rms) {
  const auto model = model_of<TwoPhase>({}, {1, rms});
  return toy_check(ask(*model, published(), {}, {"UA", "VC", "IR"}));
}

TEST(GoldenCounts, TransactionCommit) {
  EXPECT_EQ(counts_of(check_tcommit(3)), (Counts{34, 94, 7}));
  EXPECT_EQ(check_tcommit(1).states, 4);
  EXPECT_EQ(check_tcommit(2).states, 12);
}

TEST(GoldenCounts, TwoPhaseWithThreeManagers) {
  const CheckResult result = check_two_phase(3);
  EXPECT_EQ(counts_of(result), (Counts{288, 1146, 11}));
  EXPECT_EQ(verdicts(result), "UA holds, VC holds, IR holds");
}

TEST(GoldenCounts, TwoPhaseWithFiveManagers) {
  const CheckResult result = check_two_phase(5);
  EXPECT_EQ(result.states, 8832);
  EXPECT_EQ(verdicts(result), "UA holds, VC holds, IR holds");
}

}  // namespace
}  // namespace concordat
