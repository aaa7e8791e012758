// Goal: a step does what its handler says, in order, and exists only where it should. Method: the
// puppet protocol, told to do one thing at a time; every rule of context.hpp and model.hpp that a
// handler can meet, crashes aside (step_cuts_test.cpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/base/enum_name.hpp"
#include "tests/unit/puppet_protocol.hpp"

namespace concordat {
namespace {

using ::testing::ElementsAre;
using ::testing::ExitedWithCode;
using ::testing::IsEmpty;
using Message = Puppet::Message;
using Letter = Puppet::Letter;
using Beginning = Puppet::Beginning;

constexpr int p1 = 1;  // its node

LocalEvent told(Message message, int slot = 0) {
  LocalEvent event;
  event.kind = LocalEventKind::message;
  event.slot = slot;
  event.from = ProcessId::at(0);
  event.message = MessageBlob::of(message);
  return event;
}

LocalEvent fired(Puppet::Timer timer) {
  LocalEvent event;
  event.kind = LocalEventKind::timer;
  event.timer = static_cast<int>(timer);
  return event;
}

struct Ran {
  LocalState local;
  LocalStep step;
};

Ran run(const Model& model, const LocalEvent& event, const StepPlan& plan = {}) {
  Ran ran{model.initial(p1), {}};
  model.step(p1, ran.local, event, plan, ran.step);
  return ran;
}

std::vector<std::string> kinds(const LocalStep& step) {
  std::vector<std::string> out;
  for (const Effect& effect : step.effects)
    out.emplace_back(enum_name(effect.kind));
  return out;
}

Puppet::Volatile memory(const LocalState& local, std::size_t slot = 0) {
  return local.slots[slot].state.as<Puppet::Volatile>();
}

std::unique_ptr<Model> puppet(Setup setup = puppet_setup(2), Puppet::Config config = {}) {
  return make_model<Puppet>(config, std::move(setup));
}

TEST(Step, EffectsComeInOrder) {
  const auto model = puppet();
  const Ran ran = run(*model, told(Message::everything));
  EXPECT_THAT(
      kinds(ran.step),
      ElementsAre("append", "send", "vote", "force", "decide", "arm", "answer", "send", "disarm"));
  EXPECT_EQ(ran.step.effects[1].to, ProcessSet(0b001));
  EXPECT_EQ(ran.step.effects[7].to, ProcessSet(0b101));
  EXPECT_EQ(ran.local.slots[0].history.vote, Vote::yes);
  EXPECT_TRUE(ran.local.slots[0].history.committed);
  EXPECT_TRUE(ran.local.slots[0].history.answered_commit);
  EXPECT_EQ(ran.local.slots[0].timers, 0);
}

TEST(Step, IsAPureFunction) {
  const auto model = puppet();
  for (int m = 0; m <= static_cast<int>(Message::choose_same); ++m) {
    const LocalEvent event = told(static_cast<Message>(m));
    const Ran a = run(*model, event);
    const Ran b = run(*model, event);
    EXPECT_EQ(a.local, b.local);
    EXPECT_EQ(kinds(a.step), kinds(b.step));
  }
}

TEST(Step, TheFirstVoteCounts) {
  const Ran ran = run(*puppet(), told(Message::revote));
  EXPECT_THAT(kinds(ran.step), ElementsAre("vote"));
  EXPECT_EQ(ran.local.slots[0].history.vote, Vote::read);
}

TEST(Step, ADecisionIsOneOfTwo) {
  EXPECT_EXIT(run(*puppet(), told(Message::decide_nothing)),
              ExitedWithCode(70),
              "a decision is commit or abort");
}

// ---- Choices.

std::vector<std::pair<Letter, Letter>> all_choices(const Model& model) {
  std::vector<std::pair<Letter, Letter>> out;
  for (const auto& outcome :
       model.outcomes(p1, model.initial(p1), told(Message::choose_two), false))
    out.emplace_back(memory(outcome.local).first, memory(outcome.local).second);
  return out;
}

TEST(Choices, AreTheFirstUnlessOpen) {
  EXPECT_THAT(all_choices(*puppet()), ElementsAre(std::pair(Letter::a, Letter::a)));
}

TEST(Choices, CountLikeAnOdometerWhenOpen) {
  auto setup = puppet_setup(2);
  setup.open_choices = true;
  EXPECT_THAT(all_choices(*puppet(setup)),
              ElementsAre(std::pair(Letter::a, Letter::a),
                          std::pair(Letter::a, Letter::b),
                          std::pair(Letter::a, Letter::c),
                          std::pair(Letter::b, Letter::a),
                          std::pair(Letter::b, Letter::b),
                          std::pair(Letter::b, Letter::c)));
}

TEST(Choices, AreFixedOrOpenedByTheScenario) {
  auto setup = puppet_setup(2);
  setup.choices = {{1, ProcessId::at(1), "first", "b"}, {1, ProcessId::at(1), "second", "any"}};
  EXPECT_THAT(all_choices(*puppet(setup)),
              ElementsAre(std::pair(Letter::b, Letter::a),
                          std::pair(Letter::b, Letter::b),
                          std::pair(Letter::b, Letter::c)));
  setup.choices = {{1, ProcessId::at(2), "first", "b"}, {2, ProcessId::at(1), "first", "b"}};
  EXPECT_THAT(all_choices(*puppet(setup)), ElementsAre(std::pair(Letter::a, Letter::a)))
      << "another process, another transaction";
}

TEST(Choices, FollowThePlan) {
  auto setup = puppet_setup(2);
  setup.open_choices = true;
  const auto model = puppet(setup);
  const Ran ran = run(*model, told(Message::choose_two), {{1, 2}, {}});
  EXPECT_EQ(memory(ran.local).first, Letter::b);
  EXPECT_EQ(memory(ran.local).second, Letter::c);
  ASSERT_EQ(ran.step.choices.size(), 2U);
  EXPECT_EQ(ran.step.choices[1].label, "second");
  EXPECT_EQ(ran.step.choices[1].outcome, "c");
  EXPECT_EQ(ran.step.choices[1].count, 3);
  EXPECT_FALSE(run(*model, told(Message::choose_two), {{2}, {}}).step.exists());
  EXPECT_FALSE(run(*model, told(Message::choose_two), {{0, -1}, {}}).step.exists());
}

TEST(ChoicesDeath, ALabelIsAskedOnce) {
  EXPECT_EXIT(run(*puppet(), told(Message::ask_twice)), ExitedWithCode(70), "asked at most once");
}

// ---- Steps that do not exist.

TEST(Decline, LeavesNoStep) {
  const auto model = puppet();
  EXPECT_FALSE(run(*model, told(Message::refuse)).step.exists());
  EXPECT_THAT(model->outcomes(p1, model->initial(p1), told(Message::refuse), true), IsEmpty());
}

TEST(DeclineDeath, ComesBeforeAnyEffect) {
  EXPECT_EXIT(
      run(*puppet(), told(Message::refuse_late)), ExitedWithCode(70), "before it does anything");
}

TEST(Bound, EndsAtTheScenariosOrTheTypes) {
  for (const int bound : {0, 3, 9}) {
    auto setup = puppet_setup(1);
    if (bound > 0) setup.bounds = {{"rounds", bound}, {"other", 1}};
    const int limit = bound == 3 ? 3 : 5;
    const auto model = puppet(setup);
    LocalState local = model->initial(p1);
    for (int i = 0; i < limit; ++i) {
      LocalStep step;
      model->step(p1, local, told(Message::grow), {}, step);
      ASSERT_TRUE(step.exists());
      EXPECT_EQ(memory(local).rounds.value, i + 1);
    }
    std::string past_bound;
    EXPECT_THAT(model->outcomes(p1, local, told(Message::grow), true, &past_bound), IsEmpty());
    EXPECT_EQ(past_bound, "rounds <= " + std::to_string(limit));
  }
}

// ---- Timers.

TEST(Timers, AreOneShotAndDisarmedBeforeTheirHandler) {
  const auto model = puppet();
  LocalState local = run(*model, told(Message::remember)).local;
  EXPECT_EQ(local.slots[0].timers, 0b101);
  LocalStep step;
  model->step(p1, local, fired(Puppet::Timer::soon), {}, step);
  EXPECT_EQ(local.slots[0].timers, 0b100);
  EXPECT_FALSE(memory(local).timer_was_armed);
  EXPECT_TRUE(local.slots[0].history.timed_out);
  EXPECT_EQ(model->rank(0), 0);
  EXPECT_EQ(model->rank(2), retry_rank);
}

TEST(Timers, AreArmedOnce) {
  const auto model = puppet();
  LocalState local = run(*model, told(Message::remember)).local;
  LocalStep step;
  model->step(p1, local, told(Message::remember), {}, step);
  EXPECT_THAT(step.effects, IsEmpty()) << "arming an armed timer is no effect";
}

// ---- Start and recovery.

TEST(Start, IsFoldedUnlessTheWorldCouldTell) {
  const auto started = [](Beginning start) {
    return puppet(puppet_setup(1), {start, {}})->initial(p1).slots[0].started;
  };
  EXPECT_TRUE(started(Beginning::silent));
  EXPECT_TRUE(started(Beginning::arms));
  EXPECT_FALSE(started(Beginning::sends));
  EXPECT_FALSE(started(Beginning::chooses));
  EXPECT_FALSE(started(Beginning::declines));
  EXPECT_EQ(puppet(puppet_setup(1), {Beginning::arms, {}})->initial(p1).slots[0].timers, 0b111);
}

TEST(Recover, IsOneStepOverAllStartedTransactions) {
  const auto model = puppet(puppet_setup(1, 3), {Beginning::silent, Beginning::sends});
  LocalState local = model->initial(p1);
  local.slots[1].started = false;
  crash(local, model->initial_state());
  LocalEvent event;
  event.kind = LocalEventKind::recover;
  LocalStep step;
  model->step(p1, local, event, {}, step);
  ASSERT_THAT(kinds(step), ElementsAre("append", "send", "append", "send"));
  EXPECT_EQ(step.effects[1].slot, 0);
  EXPECT_EQ(step.effects[3].slot, 2);
  EXPECT_TRUE(local.up);
  EXPECT_EQ(local.node_state.as<Puppet::NodeState>().count, 2) << "each sees the one before";
}

TEST(StepDeath, HappensOnANodeThatIsUp) {
  const auto model = puppet();
  LocalState local = model->initial(p1);
  local.paused = true;
  LocalStep step;
  EXPECT_EXIT(
      model->step(p1, local, told(Message::note), {}, step), ExitedWithCode(70), "that is up");
  LocalEvent recover;
  recover.kind = LocalEventKind::recover;
  EXPECT_EXIT(model->step(p1, local, recover, {}, step), ExitedWithCode(70), "when it is down");
}

TEST(Optional, HandlersAreCalled) {
  const auto model = puppet();
  LocalEvent event;
  event.kind = LocalEventKind::operator_action;
  EXPECT_EQ(memory(run(*model, event).local).notes, 1);
  event.code = 1;
  EXPECT_FALSE(run(*model, event).step.exists());
  event.kind = LocalEventKind::client;
  event.code = 5;
  EXPECT_EQ(memory(run(*model, event).local).notes, 5);
}

TEST(Describe, ListsWhatAProtocolHas) {
  const auto model = puppet();
  const ProtocolInfo& info = model->info();
  EXPECT_THAT(info.timers, ElementsAre("soon", "late", "again"));
  EXPECT_THAT(info.operators, ElementsAre("push", "pull"));
  EXPECT_TRUE(info.has_client);
  ASSERT_EQ(info.options.size(), 2U);
  EXPECT_EQ(info.options[0].initial, "silent");
  EXPECT_THAT(info.options[0].values,
              ElementsAre("silent", "sends", "chooses", "declines", "arms"));
}

TEST(Options, AreParsedByType) {
  const ProtocolEntry entry = protocol_entry<Puppet>();
  EXPECT_TRUE(entry.make({{"start", "arms"}}, puppet_setup(1)).ok());
  const auto unknown = entry.make({{"begin", "arms"}}, puppet_setup(1));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().what, "this protocol has no option `begin`");
  const auto wrong = entry.make({{"start", "5"}}, puppet_setup(1));
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().what, "option `start` does not take `5`");
}

}  // namespace
}  // namespace concordat
