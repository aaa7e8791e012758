// Goal: a fault is called for by what it waits for, as often as it should come, and is known if it
// never came. Method: plans of a few faults, asked about messages, steps and milestones of
// two-phase commit that are made by hand.
#include "sim/run/fault_plan.hpp"

#include <gtest/gtest.h>

#include "sim/model/event.hpp"
#include "tests/unit/timed_play.hpp"
#include "tests/unit/world_helpers.hpp"

namespace concordat {
namespace {

using scenario::CrashFault;
using scenario::MessageFault;
using scenario::PartitionFault;
using scenario::PauseFault;
using Message = TwoPhaseCommit::Message;

class FaultPlanTest : public testing::Test {
 protected:
  /// The fault stands in the line of its number, from 1.
  void add(scenario::Fault fault) {
    const Position at{static_cast<int>(faults_.size()) + 1, 1};
    faults_.push_back({std::move(fault), at});
  }
  FaultPlan plan() const { return {*model_, faults_}; }
  static int unused_line(const FaultPlan& plan) {
    const auto at = plan.unused();
    return at ? at->line : 0;
  }
  /// A step of `node` in the world where both votes are yes and the second one comes.
  LocalStep commit_step() const {
    Play play(make_model<TwoPhaseCommit>({}, commit_setup_of(2)));
    play.did(event_at(EventKind::start, 0, 0));
    play.did(deliver(0, 1, Message::prepare)).did(deliver(0, 2, Message::prepare));
    play.did(deliver(1, 0, Message::yes)).did(deliver(2, 0, Message::yes));
    return play.last.step;
  }
  /// The cut that the only fault has in that step, as text.
  std::string cut_in_commit() const {
    LocalStep step = commit_step();
    const auto inside = plan().inside(0, step);
    if (!inside) return "none";
    if (!step.offers(inside->cut)) return "after the step";
    step.cut = inside->cut;
    return format_cut(*model_, 0, step);
  }

  std::unique_ptr<Model> model_ = commit_model(commit_setup_of(2));
  FaultPlan::Faults faults_;
};

CrashFault crash_of(const std::string& node) {
  CrashFault fault;
  fault.node = text_of(node);
  return fault;
}

TEST_F(FaultPlanTest, WithoutFaultsCallsForNothing) {
  const FaultPlan plan = this->plan();
  EXPECT_EQ(plan.size(), 0U);
  EXPECT_FALSE(plan.unused());
  EXPECT_FALSE(plan.some_inside());
  EXPECT_FALSE(plan.inside(0, commit_step()));
  EXPECT_FALSE(plan.of_message(envelope(0, 1, Message::prepare), 0));
}

TEST_F(FaultPlanTest, MatchesMessagesByNameSenderReceiverAndWindow) {
  MessageFault fault;
  fault.message = text_of("yes");
  fault.from = text_of("p1");
  fault.since = ms(5);
  fault.until = ms(6);
  add(fault);
  fault = {};
  fault.to = text_of("p2");
  add(fault);
  const FaultPlan plan = this->plan();
  using Index = std::optional<std::size_t>;
  EXPECT_EQ(plan.of_message(envelope(1, 0, Message::yes), 4'999), Index());
  EXPECT_EQ(plan.of_message(envelope(1, 0, Message::yes), 5'000), Index(0));
  EXPECT_EQ(plan.of_message(envelope(1, 0, Message::yes), 5'999), Index(0));
  EXPECT_EQ(plan.of_message(envelope(1, 0, Message::yes), 6'000), Index());
  EXPECT_EQ(plan.of_message(envelope(1, 0, Message::yes)), Index(0));  // without time
  EXPECT_EQ(plan.of_message(envelope(2, 0, Message::yes), 5'000), Index());
  EXPECT_EQ(plan.of_message(envelope(1, 0, Message::no), 5'000), Index());
  EXPECT_EQ(plan.of_message(envelope(0, 2, Message::prepare), 5'000), Index(1));
  EXPECT_EQ(plan.of_message(envelope(1, 2, Message::inquire), 5'000), Index(1));
}

TEST_F(FaultPlanTest, CountsDownAndStartsAnew) {
  MessageFault fault;
  fault.count.value = 2;
  add(fault);
  add(crash_of("c"));
  FaultPlan plan = this->plan();
  EXPECT_EQ(unused_line(plan), 1);
  plan.used(0);
  EXPECT_TRUE(plan.waits(0));
  plan.used(0);
  EXPECT_FALSE(plan.waits(0));
  EXPECT_EQ(unused_line(plan), 2);
  EXPECT_FALSE(plan.of_message(envelope(1, 0, Message::yes)));
  plan.used(1);
  EXPECT_EQ(unused_line(plan), 0);
  plan.reset();
  EXPECT_EQ(unused_line(plan), 1);
  EXPECT_TRUE(plan.of_message(envelope(1, 0, Message::yes)));
}

TEST_F(FaultPlanTest, FindsTheEffectThatACrashComesAfter) {
  const auto after = [&](const std::string& effect) {
    faults_.clear();
    CrashFault fault = crash_of("c");
    fault.after = text_of(effect);
    add(fault);
    return cut_in_commit();
  };
  EXPECT_EQ(after("force commit"), "after force commit");
  EXPECT_EQ(after("answer commit"), "after answer commit");
  EXPECT_EQ(after("send commit {p1,p2}"), "after the step");
  EXPECT_EQ(after("force abort"), "none");
}

TEST_F(FaultPlanTest, FindsTheMessageThatOnlySomeHaveBeenSent) {
  const auto sent = [&](const std::vector<std::string>& told, const std::string& message) {
    faults_.clear();
    CrashFault fault = crash_of("c");
    fault.sent_to = texts_of(told);
    fault.of = text_of(message);
    add(fault);
    return cut_in_commit();
  };
  EXPECT_EQ(sent({"p1"}, "commit"), "after send commit p1");
  EXPECT_EQ(sent({"p2"}, "decision"), "after send commit p2");
  EXPECT_EQ(sent({"p1", "p2"}, "decision"), "after the step");
  EXPECT_EQ(sent({}, "decision"), "after answer commit");
  EXPECT_EQ(sent({"p1"}, "prepare"), "none");
}

TEST_F(FaultPlanTest, AsksOnlyTheNodeOfTheCrash) {
  CrashFault fault = crash_of("p1");
  fault.after = text_of("force commit");
  add(fault);
  const FaultPlan plan = this->plan();
  EXPECT_TRUE(plan.some_inside());
  EXPECT_FALSE(plan.inside(0, commit_step()));
  EXPECT_FALSE(plan.inside(2, commit_step()));
}

TEST_F(FaultPlanTest, AHeldFaultIsNotCalledForTwice) {
  CrashFault fault = crash_of("c");
  fault.after = text_of("force commit");
  add(fault);
  FaultPlan plan = this->plan();
  plan.hold(0, true);
  EXPECT_FALSE(plan.inside(0, commit_step()));
  plan.hold(0, false);
  EXPECT_TRUE(plan.inside(0, commit_step()));
}

TEST_F(FaultPlanTest, KnowsTheCausesOfAStep) {
  const auto on = [&](const std::string& node, const std::string& cause) {
    PauseFault fault;
    fault.node = text_of(node);
    fault.on = text_of(cause);
    add(fault);
  };
  on("c", "decided");
  on("c", "told");
  on("c", "voted");
  on("p1", "decided");
  on("p1", "prepared");
  PartitionFault fault;
  fault.groups.value = {texts_of({"c"}), texts_of({"p1", "p2"})};
  fault.on = text_of("decided");
  fault.of = text_of("c");
  add(fault);
  const FaultPlan plan = this->plan();
  const LocalState local = model_->initial(0);
  const auto news = [](int process, Milestone::Kind kind, Vote vote = {}) {
    return Milestones{{kind, 0, {1, ProcessId::at(process)}, vote, Outcome::commit}};
  };
  using Due = std::vector<std::size_t>;
  using Kind = Milestone::Kind;
  EXPECT_EQ(plan.caused_by(news(0, Kind::decide), local, 0), (Due{0, 5}));
  EXPECT_EQ(plan.caused_by(news(0, Kind::answer), local, 0), (Due{1}));
  EXPECT_EQ(plan.caused_by(news(1, Kind::decide), local, 1), (Due{3}));
  EXPECT_EQ(plan.caused_by(news(1, Kind::vote, Vote::yes), local, 1), (Due{4}));
  EXPECT_EQ(plan.caused_by(news(1, Kind::vote, Vote::no), local, 1), (Due{}));
  EXPECT_EQ(plan.caused_by({}, local, 0), (Due{}));
}

TEST_F(FaultPlanTest, ANodeHasEndedWhenItIsAtRest) {
  CrashFault fault = crash_of("c");
  fault.on = text_of("ended");
  add(fault);
  const FaultPlan plan = this->plan();
  LocalState local = model_->initial(0);
  local.slots[0].started = true;
  EXPECT_TRUE(plan.caused_by({}, local, 0).empty());
  local.slots[0].history.committed = true;
  EXPECT_EQ(plan.caused_by({}, local, 0).size(), 1U);
  EXPECT_TRUE(plan.caused_by({}, local, 0, false).empty());
  EXPECT_TRUE(plan.caused_by({}, local, 1).empty());
  local.slots[0].timers = 1;
  EXPECT_TRUE(plan.caused_by({}, local, 0).empty());
}

TEST_F(FaultPlanTest, MakesTheEvents) {
  add(crash_of("p2"));
  PauseFault pause;
  pause.node = text_of("c");
  add(pause);
  PartitionFault cut;
  cut.groups.value = {texts_of({"p2"}), texts_of({"c", "p1"})};
  cut.one_way.value = true;
  add(cut);
  const FaultPlan plan = this->plan();
  EXPECT_EQ(plan.event_of(0).kind, EventKind::crash);
  EXPECT_EQ(plan.event_of(0).node, 2);
  EXPECT_EQ(plan.event_of(1).kind, EventKind::pause);
  EXPECT_EQ(plan.event_of(1).node, 0);
  EXPECT_EQ(plan.event_of(2).groups, (std::vector<std::uint32_t>{4, 3}));
  EXPECT_TRUE(plan.event_of(2).one_way);
}

}  // namespace
}  // namespace concordat
