// Goal: a crash inside a step falls exactly where the design allows one, and leaves exactly what
// was done before it. Method: the puppet protocol; all cuts of a step listed and compared with the
// list written by hand; counts of subsets; what survives each cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "tests/unit/puppet_protocol.hpp"

namespace concordat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Message = Puppet::Message;
using Beginning = Puppet::Beginning;

LocalEvent told(Message message) {
  LocalEvent event;
  event.kind = LocalEventKind::message;
  event.from = ProcessId::at(0);
  event.message = MessageBlob::of(message);
  return event;
}

std::unique_ptr<Model> puppet(Setup setup, Puppet::Config config = {}) {
  return make_model<Puppet>(config, std::move(setup));
}

/// The cuts of what `event` does on node 1, in the order of `outcomes`: (before, sent).
std::vector<std::pair<int, std::uint32_t>> cuts(const Model& model,
                                                const LocalEvent& event,
                                                const LocalState& local) {
  std::vector<std::pair<int, std::uint32_t>> out;
  for (const auto& outcome : model.outcomes(1, local, event, true))
    if (outcome.plan.cut) out.emplace_back(outcome.plan.cut->before, outcome.plan.cut->sent.mask());
  return out;
}
std::vector<std::pair<int, std::uint32_t>> cuts(const Model& model, const LocalEvent& event) {
  return cuts(model, event, model.initial(1));
}

TEST(Cuts, ComeBeforeSendForceAppendAndAnswer) {
  // 0 append, 1 send d, 2 vote, 3 force, 4 decide, 5 arm, 6 answer, 7 send {d,p2}, 8 disarm
  EXPECT_THAT(cuts(*puppet(puppet_setup(2)), told(Message::everything)),
              ElementsAre(std::pair(0, 0U),
                          std::pair(1, 0U),
                          std::pair(3, 0U),
                          std::pair(6, 0U),
                          std::pair(7, 0U),
                          std::pair(7, 0b001U),
                          std::pair(7, 0b100U)));
}

TEST(Cuts, FallNowhereWithoutACrashPoint) {
  EXPECT_THAT(cuts(*puppet(puppet_setup(2)), told(Message::history_only)), IsEmpty());
  EXPECT_THAT(cuts(*puppet(puppet_setup(2)), told(Message::note)), IsEmpty());
}

TEST(Cuts, LeaveWhatWasDoneBefore) {
  const auto model = puppet(puppet_setup(2));
  for (const auto& outcome :
       model->outcomes(1, model->initial(1), told(Message::everything), true)) {
    if (!outcome.plan.cut) continue;
    const int before = outcome.plan.cut->before;
    const ProcessState& process = outcome.local.slots[0];
    EXPECT_FALSE(outcome.local.up);
    EXPECT_TRUE(process.history.crashed);
    EXPECT_EQ(process.timers, 0);
    EXPECT_EQ(process.state, model->initial_state());
    EXPECT_EQ(outcome.local.tail.size(), before == 1 || before == 3 ? 1U : 0U);
    EXPECT_EQ(process.durable.as<Puppet::Durable>().count, before == 0 ? 0 : before <= 3 ? 1 : 2);
    EXPECT_EQ(process.history.vote, before >= 3 ? Vote::yes : Vote::none);
    EXPECT_EQ(process.history.committed, before >= 6);
    EXPECT_EQ(process.history.answered_commit, before >= 7);
    EXPECT_EQ(outcome.step.sent_by(1), before > 1 ? ProcessSet(1) : ProcessSet{});
    EXPECT_EQ(outcome.step.sent_by(7), before == 7 ? outcome.plan.cut->sent : ProcessSet{});
    EXPECT_EQ(outcome.step.effects.size(), 9U) << "those after the cut are listed too";
    for (int i = 0; i < 9; ++i)
      EXPECT_EQ(outcome.step.happened(i),
                i < before || (i == 7 && !outcome.plan.cut->sent.empty()));
  }
}

TEST(Cuts, OfABroadcastAreAllItsSubsets) {
  for (int puppets = 1; puppets <= 5; ++puppets) {
    const auto model = puppet(puppet_setup(puppets));
    std::set<std::uint32_t> first;
    std::set<std::uint32_t> second;
    const auto all = cuts(*model, told(Message::tell_all));
    for (const auto& [before, sent] : all)
      (before == 0 ? first : second).insert(sent);
    // Every subset but the full one, which is a crash before the next effect or after the step.
    const std::size_t subsets = (1U << static_cast<unsigned>(puppets)) - 1;
    EXPECT_EQ(first.size(), subsets);
    EXPECT_EQ(second.size(), subsets);
    EXPECT_EQ(all.size(), 2 * subsets) << "none twice";
  }
}

TEST(Cuts, WithEqualEffectAreOne) {
  EXPECT_THAT(cuts(*puppet(puppet_setup(1)), told(Message::answer_twice)),
              ElementsAre(std::pair(0, 0U), std::pair(1, 0U)));
  auto setup = puppet_setup(1);
  setup.open_choices = true;
  EXPECT_THAT(cuts(*puppet(setup), told(Message::choose_same)), ElementsAre(std::pair(1, 0U)))
      << "before everything both outcomes are the same crash";
  const auto model = puppet(puppet_setup(1));
  LocalState answered = model->initial(1);
  answered.slots[0].history.answered_commit = true;
  EXPECT_THAT(cuts(*model, told(Message::answer_twice), answered), ElementsAre(std::pair(0, 0U)));
}

TEST(Cuts, BeforeEverythingNeedAMessageThatIsGone) {
  const auto model = puppet(puppet_setup(1), {{}, Beginning::sends});
  EXPECT_THAT(cuts(*model, told(Message::force_3)), ElementsAre(std::pair(0, 0U)));
  LocalState local = model->initial(1);
  local.slots[0].timers = 1;
  LocalEvent timer;
  timer.kind = LocalEventKind::timer;
  EXPECT_THAT(cuts(*model, timer, local), IsEmpty()) << "a crash between steps does the same";
  LocalEvent recover;
  recover.kind = LocalEventKind::recover;
  crash(local, model->initial_state());
  EXPECT_THAT(cuts(*model, recover, local), ElementsAre(std::pair(1, 0U)));
}

TEST(Cuts, InARecoveryRunNoFurtherTransaction) {
  const auto model = puppet(puppet_setup(1, 2), {{}, Beginning::sends});
  LocalState local = model->initial(1);
  crash(local, model->initial_state());
  LocalEvent recover;
  recover.kind = LocalEventKind::recover;
  LocalStep step;
  model->step(1, local, recover, {{}, Cut{1, {}}}, step);
  ASSERT_TRUE(step.exists());
  EXPECT_EQ(local.slots[0].durable.as<Puppet::Durable>().count, 1);
  EXPECT_EQ(local.slots[1].durable.as<Puppet::Durable>().count, 0);
  EXPECT_EQ(local.tail.size(), 1U);
  EXPECT_FALSE(local.up);
}

TEST(Cuts, OutsideThePlanOfTheHandlerDoNotExist) {
  const auto model = puppet(puppet_setup(2));
  const auto exists = [&](Cut cut) {
    LocalState local = model->initial(1);
    LocalStep step;
    model->step(1, local, told(Message::everything), {{}, cut}, step);
    return step.exists();
  };
  EXPECT_TRUE(exists({0, {}}));
  EXPECT_TRUE(exists({7, ProcessSet(0b101)}));
  EXPECT_FALSE(exists({-1, {}}));
  EXPECT_FALSE(exists({9, {}})) << "behind the last effect";
  EXPECT_FALSE(exists({2, {}})) << "a vote belongs to what precedes it";
  EXPECT_FALSE(exists({5, {}})) << "so does a timer";
  EXPECT_FALSE(exists({7, ProcessSet(0b010)})) << "not a receiver";
  EXPECT_FALSE(exists({3, ProcessSet(0b001)})) << "a force has no receivers";
}

// A co-located receiver dies with the sender: whether it was reached makes no difference.
TEST(Cuts, AmongProcessesOnOneNodeCountTheOthersOnly) {
  EXPECT_THAT(cuts(*puppet(puppets_together(3)), told(Message::tell_all)),
              ElementsAre(std::pair(0, 0U), std::pair(2, 0U)));
}

}  // namespace
}  // namespace concordat
