// Goal: samples find what is wrong, say `unknown` of everything else, and are the same for the same
// seed. Method: the known mistakes of two-phase commit, each within a stated number of walks at a
// fixed seed, by both kinds of walk; two-phase commit without a mistake in twenty thousand.
#include <gtest/gtest.h>

#include "protocols/two_phase_commit.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/model/event.hpp"
#include "sim/run/blocking.hpp"
#include "tests/unit/checks.hpp"
#include "tests/unit/drawn_settings.hpp"
#include "tests/unit/probe_models.hpp"

namespace concordat {
namespace {

using Mistake = TwoPhaseCommit::Mistake;
using Termination = TwoPhaseCommit::Termination;

constexpr Budget one_crash{.crashes = 1, .recoveries = 1};
constexpr SearchOrder samples[] = {SearchOrder::random_walk, SearchOrder::pct};

CheckRequest sample(const Model& model,
                    SearchOrder order,
                    const Rules& rules,
                    const Budget& budget,
                    std::initializer_list<std::string_view> codes) {
  CheckRequest request = ask(model, rules, budget, codes);
  request.search.order = order;
  request.search.walk_steps = 200;
  return request;
}

std::string text_of(const Model& model, const Rules& rules, const std::vector<Event>& path) {
  std::string out;
  World world = initial_world(model);
  for (const Event& event : path) {
    const auto report = apply(model, rules, world, event);
    EXPECT_TRUE(report.has_value());
    if (report) out += format(model, event, *report) + "\n";
  }
  return out;
}

std::string everything(const CheckRequest& request, const CheckResult& result) {
  std::string out = std::to_string(result.states) + " " + std::to_string(result.transitions) + " " +
                    std::to_string(result.depth) + " " + std::to_string(result.walks) + " " +
                    std::to_string(result.end_states) + " " + result.limit + " " +
                    verdicts(result) + "\n";
  for (const PropertyVerdict& verdict : result.properties)
    out += text_of(*request.model, request.rules, verdict.path);
  return out;
}

// --- What is found -------------------------------------------------------------------------

struct Wrong {
  Mistake mistake{};
  Termination termination{};
  Budget budget;
};
constexpr Wrong mistakes[] = {
    {Mistake::vote_unforced, Termination::none, one_crash},          // M1
    {Mistake::decide_unforced, Termination::none, one_crash},        // M2
    {Mistake::ack_unforced, Termination::none, one_crash},           // M3
    {Mistake::abort_in_doubt, Termination::none, {}},                // M12
    {Mistake::answer_without_abort, Termination::cooperative, {}}};  // M25

/// The walks that are needed depend on the seed: a few to some thousands.
TEST(Walk, FindsEachMistake) {
  for (const Wrong& wrong : mistakes)
    for (const SearchOrder order : samples) {
      SCOPED_TRACE(std::string(enum_name(wrong.mistake)) + " " + std::string(enum_name(order)));
      const auto model =
          model_of<TwoPhaseCommit>({wrong.termination, wrong.mistake}, {1, 2}, false);
      CheckRequest request = sample(*model, order, {}, wrong.budget, {"UA"});
      request.search.walks = 20'000;
      const CheckResult result = explore_all(request);
      EXPECT_EQ(result.properties[0].verdict, Verdict::violated);
      EXPECT_EQ(result.limit, "violation");
      EXPECT_FALSE(result.complete);
      EXPECT_LE(result.walks, request.search.walks);
    }
}

/// A coordinator that crashes leaves somebody in doubt, also if the participants ask each other,
/// and go round in circles. The search for the futures of that world agrees.
void expect_blocked(const Model& model, const CheckRequest& request) {
  const CheckResult result = explore_all(request);
  EXPECT_EQ(result.properties.front().verdict, Verdict::unknown);
  const PropertyVerdict& verdict = result.properties.back();
  ASSERT_EQ(verdict.verdict, Verdict::violated);
  World world = initial_world(model);
  for (const Event& event : verdict.path)
    ASSERT_TRUE(apply(model, request.rules, world, event));
  const BlockingReport report = find_blocked(model, request.rules, world);
  EXPECT_TRUE(report.complete);
  bool is_there = false;
  for (const BlockedProcess& blocked : report.blocked)
    is_there = is_there || (blocked.slot.tx == verdict.blocked->tx &&
                            blocked.slot.process == verdict.blocked->process);
  EXPECT_TRUE(is_there);
}

TEST(Walk, FindsWhoIsBlocked) {
  for (const Termination termination : {Termination::none, Termination::cooperative})
    for (const TimingModel timing : {TimingModel::synchronous, TimingModel::asynchronous})
      for (const SearchOrder order : samples) {
        const auto model = model_of<TwoPhaseCommit>({termination, {}}, {1, 2}, false);
        CheckRequest request =
            sample(*model, order, {.timing = timing}, {.crashes = 1}, {"UA", "NB"});
        request.search.walks = 1000;
        expect_blocked(*model, request);
      }
}

// --- What is not ---------------------------------------------------------------------------

TEST(Walk, NeverSaysHolds) {
  const auto model = model_of<TwoPhaseCommit>({Termination::cooperative, {}}, {1, 2});
  for (const SearchOrder order : samples) {
    CheckRequest request = sample(*model, order, {}, one_crash, {"UA", "CA", "VC", "IR"});
    request.search.walks = 20'000;
    const CheckResult result = explore_all(request);
    EXPECT_EQ(verdicts(result), "UA unknown, CA unknown, VC unknown, IR unknown");
    EXPECT_EQ(result.limit, "sample");
    EXPECT_EQ(result.walks, 20'000);
    EXPECT_FALSE(result.complete);
    EXPECT_TRUE(result.committed);
    EXPECT_TRUE(result.aborted);
  }
}

/// Nobody is blocked without a fault: no walk may end with somebody who still waits.
TEST(Walk, BlocksNobodyWithoutAFault) {
  for (const Termination termination : {Termination::none, Termination::cooperative}) {
    const auto model = model_of<TwoPhaseCommit>({termination, {}}, {1, 2});
    for (const SearchOrder order : samples)
      EXPECT_EQ(verdicts(explore_all(sample(*model, order, {}, {}, {"NB"}))), "NB unknown");
  }
}

/// What a sample says of a small space is true of the space, and it has met nothing outside it.
void compare(const Model& model, std::uint64_t seed, int count) {
  Random random = Random::stream(seed, "settings");
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE("setting " + std::to_string(i));
    CheckRequest request = ask(model, {}, {}, {"UA", "VC", "VAw", "IR", "NB"});
    draw(random, request.rules, request.budget);
    request.rules.keeps.timed_out = true;
    request.limits.max_states = 20'000;
    const CheckResult all = explore_all(request);
    if (!all.complete) continue;
    for (const SearchOrder order : samples) {
      request.search.order = order;
      request.search.walks = 300;
      request.search.walk_steps = 100;
      const CheckResult some = explore_all(request);
      EXPECT_LE(some.states, all.states);
      EXPECT_LE(some.end_states, all.end_states);
      for (std::size_t k = 0; k < some.properties.size(); ++k) {
        const PropertyVerdict& verdict = some.properties[k];
        if (verdict.verdict != Verdict::violated) continue;
        EXPECT_EQ(all.properties[k].verdict, Verdict::violated) << verdict.code;
        EXPECT_GE(verdict.path.size(), all.properties[k].path.size());
      }
    }
  }
}

TEST(Walk, AgreesWithTheWholeSpace) {
  compare(*model_of<TwoPhaseCommit>({}, {1, 1}), 1, 30);
  for (int i = 1; i < enum_count<Mistake>(); ++i)
    compare(*model_of<TwoPhaseCommit>({{}, static_cast<Mistake>(i)}, {1, 1}),
            10 + static_cast<unsigned>(i),
            8);
  compare(*tcc(TccBranch::Fence::off, 1), 20, 10);
  compare(*outbox(OutboxRelay::Mistake::none, 1), 21, 10);
  compare(*transfers(1, LockPolicy::wait, true), 22, 10);
}

/// Every event has its chance. (With three million walks, random ones miss at most one state in
/// thirty of these spaces, and with no fault but a crash and a recovery none.) A few changes of
/// priority do not lead everywhere.
TEST(Walk, ReachesMostOfASmallSpace) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 1});
  const Budget budgets[] = {{.crashes = 1, .recoveries = 1},
                            {.losses = 1, .duplicates = 1},
                            {.partitions = 1, .pauses = 1}};
  for (const Budget& budget : budgets)
    for (const SearchOrder order : samples) {
      CheckRequest request = ask(*model, {}, budget, {"UA"});
      const CheckResult all = explore_all(request);
      request.search.order = order;
      request.search.walks = 100'000;
      request.search.walk_steps = 100;
      const CheckResult some = explore_all(request);
      EXPECT_LE(some.states, all.states);
      const std::int64_t percent = order == SearchOrder::pct ? 75 : 85;
      EXPECT_GE(some.states * 100, all.states * percent);
    }
}

// --- Same question, same answer -------------------------------------------------------------

TEST(Walk, DependsOnTheSeedAlone) {
  const auto model = model_of<TwoPhaseCommit>({{}, Mistake::ack_unforced}, {1, 2});
  for (const SearchOrder order : samples) {
    CheckRequest request = sample(*model, order, {}, one_crash, {"UA", "VC", "NB"});
    request.search.walks = 500;
    const std::string first = everything(request, explore_all(request));
    request.search.threads = 8;
    EXPECT_EQ(everything(request, explore_all(request)), first);
    request.search.seed = 2;
    EXPECT_NE(everything(request, explore_all(request)), first);
  }
}

TEST(Walk, PrioritiesWithoutChangesStillDiffer) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  CheckRequest request = sample(*model, SearchOrder::pct, {}, {}, {"UA"});
  request.search.changes = 0;
  const std::int64_t without = explore_all(request).states;
  request.search.changes = 5;
  EXPECT_GT(without, 20);
  EXPECT_GT(explore_all(request).states, without);
}

TEST(Walk, KeepsItsLimits) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  CheckRequest request = sample(*model, SearchOrder::random_walk, {}, one_crash, {"UA"});
  request.limits.max_states = 100;
  CheckResult result = explore_all(request);
  EXPECT_EQ(result.limit, "states");
  EXPECT_EQ(result.states, 101);

  request.limits = {.max_depth = 5};
  result = explore_all(request);
  EXPECT_EQ(result.limit, "sample");
  EXPECT_EQ(result.depth, 5);

  request.limits = {};
  request.search.walk_steps = 3;
  result = explore_all(request);
  EXPECT_EQ(result.depth, 4);
  EXPECT_LE(result.transitions, 3 * result.walks);

  request.limits.max_bytes = 1;
  EXPECT_EQ(explore_all(request).limit, "memory");

  request.limits = {};
  int asked = 0;
  request.progress = [&](const SearchProgress&) { return ++asked == 2 ? "stopped" : ""; };
  EXPECT_EQ(explore_all(request).limit, "stopped");
}

TEST(Walk, WithoutPropertiesItWalksOn) {
  const auto model = model_of<TwoPhaseCommit>({}, {1, 2});
  CheckRequest request = sample(*model, SearchOrder::random_walk, {}, {}, {});
  request.search.walks = 7;
  EXPECT_EQ(explore_all(request).walks, 7);
  EXPECT_EQ(explore_all(request).limit, "sample");
}

}  // namespace
}  // namespace concordat
