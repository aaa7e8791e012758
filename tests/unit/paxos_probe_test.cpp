// Goal: the protocol interface carries consensus, with bounded ballots and an acceptor's log; the
// method is that of probes_test.cpp. Agreement is judged by the ordinary property.
#include <gtest/gtest.h>

#include "tests/probes/paxos_acceptor.hpp"
#include "tests/unit/checks.hpp"

namespace concordat {
namespace {

std::string judge(const Model& model,
                  const Budget& budget,
                  std::initializer_list<std::string_view> codes) {
  return verdicts(toy_check(ask(model, {}, budget, codes)));
}

std::unique_ptr<Model> paxos(PaxosAcceptor::Mistake mistake) {
  Setup setup = make_setup({PaxosAcceptor::roles.begin(), PaxosAcceptor::roles.end()}, {1, 1, 3});
  setup.bounds = {{"round", 1}};
  return make_model<PaxosAcceptor>({mistake}, std::move(setup));
}

/// One crash of one acceptor, which recovers. (The others are its equals. A message that is never
/// delivered is as good as lost, so agreement needs no budget for losses.)
constexpr Budget acceptor_crash{.crashes = 1, .recoveries = 1, .may_crash = 1U << 2U};

TEST(PaxosProbe, AgreesThoughAnAcceptorCrashes) {
  const auto model = paxos(PaxosAcceptor::Mistake::none);
  EXPECT_EQ(judge(*model, acceptor_crash, {"UA", "IR"}), "UA holds, IR holds");
}

/// A leader that has lost its memory needs a new ballot, which the bound forbids: whether it is
/// blocked cannot be told, and the verdict says so.
TEST(PaxosProbe, ABoundOnRoundsLeavesProgressUnknown) {
  const auto model = paxos(PaxosAcceptor::Mistake::none);
  EXPECT_EQ(judge(*model, {}, {"NB"}), "NB holds");
  const Budget leader_crash{.crashes = 1, .recoveries = 1, .may_crash = 1U << 1U};
  const CheckResult result = toy_check(ask(*model, {}, leader_crash, {"UA", "NB"}));
  EXPECT_EQ(verdicts(result), "UA holds, NB unknown");
  EXPECT_EQ(result.past_bound, "round <= 1");
}

/// M11. The RM has decided on two acceptors, one of them forgets, and a leader asks it and the one
/// that has never heard of the value.
TEST(PaxosProbe, AnAcceptorThatAnswersTooEarlySplits) {
  const auto model = paxos(PaxosAcceptor::Mistake::accept_unforced);
  EXPECT_EQ(judge(*model, {}, {"UA"}), "UA holds");
  EXPECT_EQ(judge(*model, acceptor_crash, {"UA"}), "UA violated in 16");
}

}  // namespace
}  // namespace concordat
