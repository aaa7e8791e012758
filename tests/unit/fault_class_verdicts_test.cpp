// Goal: two-phase commit never splits and never commits against a vote, in any fault class; and it
// blocks in exactly those in which the coordinator, or the way to it, can be lost. Method: the
// verdicts of the literature, class by class, with two participants
// whose votes are open.
#include <gtest/gtest.h>
#include <set>

#include "protocols/two_phase_commit.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/model/fault_class.hpp"
#include "tests/unit/checks.hpp"

namespace concordat {
namespace {

using Termination = TwoPhaseCommit::Termination;

/// The verdicts without the lengths of runs.
std::string judge(const Model& model, const FaultClass& fault_class, const Rules& rules) {
  const auto budget = budget_of(fault_class, model.setup());
  const CheckResult result = explore_all(ask(model, rules, *budget, {"UA", "VC", "NB"}));
  EXPECT_TRUE(result.complete) << result.limit;
  std::string out;
  for (const PropertyVerdict& verdict : result.properties) {
    EXPECT_FALSE(verdict.vacuous) << fault_class.name << " " << verdict.code;
    out += (out.empty() ? "" : ", ") + verdict.code + " " + std::string(enum_name(verdict.verdict));
  }
  return out;
}

const std::set<std::string_view> blocking{
    "F6", "F7", "F7-twice", "F8-stop", "F8-recover", "F9", "F10", "F11"};

void expect_verdicts(const Model& model, const FaultClass& fault_class, const Rules& rules) {
  const std::string non_blocking = blocking.contains(fault_class.name) ? "violated" : "holds";
  EXPECT_EQ(judge(model, fault_class, rules), "UA holds, VC holds, NB " + non_blocking)
      << fault_class.name;
}

TEST(FaultClassVerdicts, TwoPhaseCommit) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  for (const FaultClass& each : fault_classes)
    expect_verdicts(*model, each, rules_of(each, {}));
}

/// Participants that ask each other have many messages under way. Two copies of each, as in F1, are
/// too much for the naive checker; it takes one.
TEST(FaultClassVerdicts, WithCooperativeTermination) {
  const auto model = model_of<TwoPhaseCommit>({Termination::cooperative, {}}, {1, 2});
  for (const FaultClass& each : fault_classes) {
    Rules rules = rules_of(each, {});
    rules.copies = 1;
    expect_verdicts(*model, each, rules);
  }
}

}  // namespace
}  // namespace concordat
