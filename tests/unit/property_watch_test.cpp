// Goal: the watch says of each property what judging every world of the run says. Method: random
// walks through worlds, with the watch told of each step; and by hand, a step that a crash turns
// into another one after later steps have been seen. (follow_run.cpp compares whole runs.)
#include "sim/run/property_watch.hpp"

#include <gtest/gtest.h>

#include "tests/unit/model_samples.hpp"
#include "tests/unit/timed_play.hpp"
#include "tests/unit/world_helpers.hpp"

namespace concordat {
namespace {

using Message = TwoPhaseCommit::Message;
using Statuses = std::vector<WatchStatus>;

void judge(const Model& model, const World& world, Statuses& statuses) {
  const auto& all = safety_properties();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (statuses[i] == WatchStatus::violated || !applies(all[i], model)) continue;
    if (!satisfied(all[i], model, world))
      statuses[i] = WatchStatus::violated;
    else if (all[i].at_stake(observe(all[i], model, world)))
      statuses[i] = WatchStatus::ok;
  }
}

WatchStatus status(const PropertyWatch& watch, std::string_view code) {
  const auto& all = safety_properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].code == code) return watch.statuses()[i];
  return WatchStatus::not_reached;
}

/// Some of the steps are told as open, and settled later.
TEST(PropertyWatch, SaysWhatJudgingEveryWorldSays) {
  using enum TwoPhaseCommit::Mistake;
  int violated = 0;
  for (const auto mistake : {none, vote_unforced, decide_unforced, abort_in_doubt}) {
    const auto model = commit_model(commit_setup_of(2), {{}, mistake});
    PropertyWatch watch(*model);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      SampleRandom random(seed);
      World world = initial_world(*model);
      Statuses expected(safety_properties().size(), WatchStatus::not_reached);
      watch.reset(world.nodes);
      const bool crashes = random.chance(50);
      const Budget budget{.crashes = crashes ? 1 : 0, .recoveries = 1, .losses = 1};
      for (std::uint64_t position = 1; position < 40; ++position) {
        auto next = successors(*model, timed_rules(), budget, world);
        if (next.empty()) break;
        // Ordinary events come first; they are preferred, so that the walk gets somewhere.
        const int count = static_cast<int>(next.size());
        const int choice = random.below(random.chance(60) ? std::min(count, 3) : count);
        auto& step = next[static_cast<std::size_t>(choice)];
        const bool was_faulty = world.used.any();
        world = std::move(step.world);
        judge(*model, world, expected);
        if (!was_faulty && world.used.any()) watch.fault(position);
        const int node = std::max(node_of(*model, step.event), 0);
        watch.look({position, node, true, random.chance(20)}, world.nodes);
        if (random.chance(20)) watch.settle(position + 1, world.nodes);
        if (watch.waits()) continue;
        ASSERT_EQ(watch.statuses(), expected) << "seed " << seed;
      }
      watch.settle(~std::uint64_t{0}, world.nodes);
      EXPECT_FALSE(watch.waits());
      EXPECT_EQ(watch.statuses(), expected) << "seed " << seed;
      violated += status(watch, "UA") == WatchStatus::violated ? 1 : 0;
    }
  }
  EXPECT_GT(violated, 0);
}

/// c and the participants after both have voted yes.
class OpenStep : public testing::Test {
 protected:
  OpenStep()
      : play_(std::shared_ptr<const Model>(commit_model(commit_setup_of(2)))),
        watch_(*play_.model) {
    watch_.reset(play_.world.nodes);
    play_.did(event_at(EventKind::start, 0, 0));
    play_.did(deliver(0, 1, Message::prepare)).did(deliver(0, 2, Message::prepare));
    play_.did(deliver(1, 0, Message::yes));
    look(1, 1, false);
    look(2, 2, false);
  }
  void look(std::uint64_t position, int node, bool is_open) {
    watch_.look({position, node, true, is_open}, play_.world.nodes);
  }

  Play play_;
  PropertyWatch watch_;
};

TEST_F(OpenStep, IsJudgedWhenItIsSettled) {
  play_.did(deliver(2, 0, Message::yes));
  look(3, 0, true);
  EXPECT_EQ(status(watch_, "VC"), WatchStatus::not_reached);
  watch_.settle(3, play_.world.nodes);
  EXPECT_EQ(status(watch_, "VC"), WatchStatus::not_reached);
  watch_.settle(4, play_.world.nodes);
  EXPECT_EQ(status(watch_, "VC"), WatchStatus::ok);
  EXPECT_EQ(status(watch_, "AT"), WatchStatus::ok);
}

TEST_F(OpenStep, ThatBecomesACrashWasNeverADecision) {
  const World before = play_.world;
  play_.did(deliver(2, 0, Message::yes));
  look(3, 0, true);
  play_.world.nodes[1].slots[0].history.aborted = true;  // a participant that loses patience
  look(4, 1, false);
  EXPECT_EQ(status(watch_, "UA"), WatchStatus::not_reached);
  play_.world.nodes[0] = before.nodes[0];
  watch_.fault(3);
  watch_.amend({3, 0, true, false}, play_.world.nodes, -1);
  watch_.settle(5, play_.world.nodes);
  EXPECT_EQ(status(watch_, "VC"), WatchStatus::not_reached);
  EXPECT_EQ(status(watch_, "AT"), WatchStatus::not_reached);
  EXPECT_EQ(status(watch_, "UA"), WatchStatus::ok);
  EXPECT_EQ(status(watch_, "VAs"), WatchStatus::ok);  // the crash stands before the abort
}

TEST_F(OpenStep, ThatStaysAsItIsSplits) {
  play_.did(deliver(2, 0, Message::yes));
  look(3, 0, true);
  play_.world.nodes[1].slots[0].history.aborted = true;
  look(4, 1, false);
  watch_.settle(5, play_.world.nodes);
  EXPECT_EQ(status(watch_, "UA"), WatchStatus::violated);
  EXPECT_EQ(status(watch_, "VAs"), WatchStatus::violated);
}

TEST_F(OpenStep, IsForgottenByTheNextRun) {
  play_.did(deliver(2, 0, Message::yes));
  look(3, 0, true);
  watch_.reset(play_.world.nodes);
  EXPECT_FALSE(watch_.waits());
  EXPECT_EQ(status(watch_, "VC"), WatchStatus::not_reached);
}

/// Who has a row locked is not done; who gives up is.
TEST(PropertyWatch, ConservationIsJudgedFromTheStart) {
  auto setup = commit_setup_of(1);
  setup.tables = {"accounts"};
  setup.keys = {{"alice"}};
  setup.rows[1] = {{{0, 0}, Row{.value = 10}}};
  setup.conserved = {0};
  setup.finish();
  const auto model = commit_model(std::move(setup));
  PropertyWatch watch(*model);
  EXPECT_TRUE(watch.watches_data());
  World world = initial_world(*model);
  watch.reset(world.nodes);
  EXPECT_EQ(status(watch, "RC"), WatchStatus::not_reached);
  for (auto& node : world.nodes)
    node.slots[0].history.aborted = true;
  watch.reset(world.nodes);
  EXPECT_EQ(status(watch, "RC"), WatchStatus::ok);
  world.nodes[1].store.outside_write({0, 0}, 11);
  watch.look({1, 1, true, false}, world.nodes);
  EXPECT_EQ(status(watch, "RC"), WatchStatus::violated);
}

}  // namespace
}  // namespace concordat
