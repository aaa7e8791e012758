// Goal: under a load a place goes to the next transaction when nothing of the last one is left, and
// then nothing of it comes back. Method: two-phase commit and a protocol of errands, with constant
// times and crashes when a transaction ends; then many runs under random faults, none of which may
// split a transaction.
#include <gtest/gtest.h>

#include "sim/model/event.hpp"
#include "tests/unit/timed_play.hpp"

namespace concordat {
namespace {

using scenario::CrashFault;
using scenario::MessageFault;

/// Runs of a load are no paths of the model, so they are not followed.
struct Load {
  Load(std::unique_ptr<Model> what, std::int64_t total) : play(std::move(what)) {
    play.timed.load_total = total;
  }
  Load& run(std::uint64_t seed = 1) {
    Simulator simulator(*play.model, play.rules, play.timed, play.faults);
    play.path.clear();
    play.summary = simulator.run(seed, &play.path);
    world = simulator.world();
    return *this;
  }
  /// `5ms deliver prepare(c->p1)`: the steps whose line contains `word`.
  std::string lines_with(const std::string& word) const {
    std::string out;
    for (const Performed& step : play.path) {
      const std::string line =
          format(Duration{step.time_us}) + " " + format(*play.model, step.event, {});
      if (line.find(word) != std::string::npos) out += line + "\n";
    }
    return out;
  }
  const RunSummary& summary() const { return play.summary; }

  TimedPlay play;
  World world;
};

CrashFault crash(const std::string& node, std::int64_t at_ms) {
  CrashFault fault;
  fault.node = text_of(node);
  fault.at = ms(at_ms);
  return fault;
}
CrashFault crash_for(const std::string& node, std::int64_t at_ms, std::int64_t for_ms) {
  CrashFault fault = crash(node, at_ms);
  fault.recover_after = ms(for_ms);
  return fault;
}
MessageFault delay(const std::string& message, std::int64_t by_ms) {
  MessageFault fault;
  fault.kind = MessageFault::Kind::delay;
  fault.message = text_of(message);
  fault.by = ms(by_ms);
  return fault;
}

// ---- Two-phase commit. A transaction takes 26 ms; without a vote that is yes, 10 ms.

/// All vote `vote` at every place.
Setup voting(const std::string& vote, int participants, int transactions = 1) {
  Setup setup = commit_setup_of(participants, transactions);
  for (int tx = 1; tx <= transactions; ++tx)
    for (int p = 1; p <= participants; ++p)
      setup.choices.push_back({tx, ProcessId::at(p), "vote", vote});
  return setup;
}

TEST(SimulatorLoad, OneTransactionAfterTheOther) {
  Load load(commit_model(voting("yes", 1)), 3);
  load.run();
  EXPECT_EQ(load.lines_with("prepare"),
            "5ms deliver prepare(c->p1)\n"
            "31ms deliver prepare(c->p1)\n"
            "57ms deliver prepare(c->p1)\n");
  EXPECT_EQ(load.summary().committed, 3);
  EXPECT_EQ(load.summary().ended, Ended::quiet);
}

/// p1 has nothing left to do when it crashes, but its recovery belongs to the transaction.
TEST(SimulatorLoad, ATransactionWaitsForARecovery) {
  Load load(commit_model(voting("read", 2)), 2);
  add_fault(load.play, crash_for("p1", 7, 100));
  load.run();
  EXPECT_EQ(load.lines_with("recover") + load.lines_with("prepare"),
            "107ms recover p1\n"
            "5ms deliver prepare(c->p1)\n"
            "5ms deliver prepare(c->p2)\n"
            "112ms deliver prepare(c->p1)\n"
            "112ms deliver prepare(c->p2)\n");
  EXPECT_EQ(load.summary().transactions, 2);
  EXPECT_EQ(load.summary().split, 0);
}

/// The next transaction finds p1 down, so that p1 does not start, and c gives up.
TEST(SimulatorLoad, ATransactionDoesNotWaitForANodeThatIsGone) {
  Load load(commit_model(voting("read", 2)), 2);
  add_fault(load.play, crash("p1", 7));
  load.run();
  EXPECT_EQ(load.lines_with("prepare") + load.lines_with("timeout p1"),
            "5ms deliver prepare(c->p1)\n"
            "5ms deliver prepare(c->p2)\n"
            "15ms deliver prepare(c->p2)\n");
  EXPECT_EQ(load.summary().committed, 1);
  EXPECT_EQ(load.summary().aborted, 1);
  EXPECT_EQ(load.summary().ended, Ended::retries);
}

/// Forces take 4 ms. At 36 the second place is over and goes to the third transaction, while p1
/// forces the commit of the first one; then p1 crashes inside that step, before its force or after.
TEST(SimulatorLoad, ACrashInsideAStepDoesNotBringBackAProcess) {
  int before_force = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Load load(commit_model(voting("yes", 1, 2)), 3);
    DistributionSpec force;
    force.first = {4'000};
    load.play.timed.forces = {Distribution(force)};
    add_fault(load.play, delay("commit", 12));
    add_fault(load.play, crash_for("p1", 37, 100));
    load.run(seed);
    EXPECT_EQ(load.lines_with("start"), "0us start t1 c\n0us start t2 c\n36ms start t2 c\n");
    EXPECT_EQ(load.lines_with("deliver t1 commit").substr(0, 4), "35ms");
    EXPECT_EQ(load.summary().split, 0);
    EXPECT_EQ(load.summary().committed, 2);
    EXPECT_EQ(load.summary().aborted, 1);
    const History p1 = state_of(*load.play.model, load.world, 2, ProcessId::at(1)).history;
    EXPECT_TRUE(p1.aborted);
    EXPECT_FALSE(p1.committed);
    before_force += load.lines_with("t1 inquire").empty() ? 0 : 1;
  }
  EXPECT_GT(before_force, 0);
  EXPECT_LT(before_force, 20);
}

// ---- Errands.

/// In each transaction a driver d has one errand: a message or two to a box b or to a place e where
/// nothing happens.
struct Errands {
  static constexpr std::string_view name = "errands";
  static constexpr std::string_view summary = "what a place of a load may leave behind";
  enum class Role : std::uint8_t { driver, box, nowhere };
  static constexpr std::array roles{
      single("driver", "d"),
      RoleSpec{.name = "box", .prefix = "b", .votes = true, .must_decide = true},
      single("nowhere", "e")};
  enum class Errand : std::uint8_t { records, work, pledge, keep, hold };
  static constexpr std::array choices{ChoiceSpec{"errand", "records work pledge keep hold"}};
  static constexpr std::array<std::string_view, 1> bounds{"recoveries"};
  enum class OnRecover : std::uint8_t { decides, forces, fails, sends };
  struct Config {
    OnRecover on_recover{};
    bool ends_when_granted = false;  // a lock that it has waited for
    CONCORDAT_FIELDS(Config, on_recover, ends_when_granted)
  };
  enum class Message : std::uint8_t {
    solid,   // force
    lazy,    // append
    work,    // force
    pledge,  // vote yes
    keep,    // a lock, for ever
    hold,    // a lock, for 100 ms; then decide
    idle
  };
  enum class Record : std::uint8_t { one };
  enum class Timer : std::uint8_t { release };
  struct Durable {
    std::uint8_t records = 0;
    CONCORDAT_FIELDS(Durable, records)
  };
  static void redo(Durable& log, Record /*record*/) { ++log.records; }
  struct Volatile {
    Bounded<1> recoveries;
    CONCORDAT_FIELDS(Volatile, recoveries)
  };
  static constexpr RowKey row{0, 0};
  using Ctx = Context<Errands>;

  static void on_start(Ctx& ctx) {
    if (!ctx.is(Role::driver)) return;
    const ProcessId b = ctx.the(Role::box);
    using enum Errand;
    switch (ctx.choose("errand", {records, work, pledge, keep, hold})) {
      case records:
        ctx.send(b, Message::solid);
        ctx.send(b, Message::lazy);
        return ctx.send(ctx.the(Role::nowhere), Message::idle);
      case work: return ctx.send(b, Message::work);
      case pledge:
        ctx.send(b, Message::pledge);
        return ctx.send(ctx.the(Role::nowhere), Message::idle);
      case keep: return ctx.send(b, Message::keep);
      case hold: return ctx.send(b, Message::hold);
    }
  }
  static void on_message(Ctx& ctx, ProcessId, Message message) {
    switch (message) {
      case Message::solid:
      case Message::work: return ctx.force(Record::one);
      case Message::lazy: return ctx.append(Record::one);
      case Message::pledge: return ctx.vote(Vote::yes);
      case Message::keep: ctx.lock(row); return;
      case Message::hold:
        if (ctx.lock(row) == LockAnswer::granted) ctx.arm(Timer::release);
        return;
      case Message::idle: return;
    }
  }
  static void on_store(Ctx& ctx, NoticeKind, RowKey) {
    ctx.config.ends_when_granted ? end(ctx) : ctx.arm(Timer::release);
  }
  static void on_timer(Ctx& ctx, Timer) { end(ctx); }
  static void end(Ctx& ctx) {
    ctx.rollback();
    ctx.decide(Outcome::commit);
  }
  static void on_recover(Ctx& ctx) {
    if (!ctx.is(Role::box)) return;
    switch (ctx.config.on_recover) {
      case OnRecover::decides:
        return ctx.decide(ctx.log().records > 0 ? Outcome::commit : Outcome::abort);
      case OnRecover::forces: return ctx.force(Record::one);
      case OnRecover::fails: return ctx.increment("recoveries", ctx.state().recoveries);
      case OnRecover::sends: return ctx.send(ctx.the(Role::nowhere), Message::idle);
    }
  }
};

/// As many places as errands; forces take 4 ms, messages 5.
Load errands(const std::vector<std::string>& list,
             std::int64_t total,
             Errands::Config config = {}) {
  Setup setup =
      make_setup({Errands::roles.begin(), Errands::roles.end()}, {}, static_cast<int>(list.size()));
  setup.tables = {"items"};
  setup.keys = {{"x"}};
  setup.locks = LockPolicy::wait;
  setup.bounds = {{"recoveries", 0}};
  for (std::size_t i = 0; i < list.size(); ++i)
    setup.choices.push_back({static_cast<int>(i) + 1, ProcessId::at(0), "errand", list[i]});
  setup.finish();
  Load load(make_model<Errands>(config, std::move(setup)), total);
  DistributionSpec force;
  force.first = {4'000};
  load.play.timed.forces = {Distribution(force)};
  return load;
}

/// The second place is over at 27, with a record that was not forced; b has forced for the first
/// one since 25, and crashes at 28. What it loses is not of the transaction that has just begun.
TEST(SimulatorLoad, ACrashInsideAStepDoesNotBringBackARecord) {
  Load load = errands({"work", "records"}, 3);
  add_fault(load.play, delay("lazy", 10));
  add_fault(load.play, delay("work", 20));
  add_fault(load.play, delay("idle", 22));
  CrashFault fault = crash_for("b", 28, 100);
  fault.tail = scenario::At<TailRule>{TailRule::lost, {}};
  add_fault(load.play, fault);
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    load.run(seed);
    EXPECT_EQ(load.lines_with("start t2"), "0us start t2 d\n27ms start t2 d\n");
    const ProcessState& b = state_of(*load.play.model, load.world, 2, ProcessId::at(1));
    EXPECT_TRUE(b.history.aborted);
    EXPECT_FALSE(b.history.committed);
    EXPECT_EQ(b.durable.as<Errands::Durable>().records, 2);
  }
}

TEST(SimulatorLoad, ATransactionThatKeepsALockKeepsItsPlace) {
  Load load = errands({"keep"}, 3);
  load.run();
  EXPECT_EQ(load.lines_with("start"), "0us start d\n");
  EXPECT_EQ(load.summary().transactions, 1);
  EXPECT_EQ(load.summary().ended, Ended::quiet);
}

/// It waits for a lock, and nothing else: no message, no timer.
TEST(SimulatorLoad, ATransactionThatWaitsForALockGoesOn) {
  Load load = errands({"hold", "hold"}, 4);
  load.run();
  EXPECT_EQ(load.lines_with("timeout"),
            "105ms timeout t1 b release\n"
            "205ms timeout t2 b release\n"
            "305ms timeout t1 b release\n"
            "405ms timeout t2 b release\n");
  EXPECT_EQ(load.summary().committed, 4);
  EXPECT_EQ(load.summary().transactions, 4);
}

/// The second one ends in the step in which it gets its lock, with no message and no timer.
TEST(SimulatorLoad, AStepMayEndATransactionByItself) {
  Load load = errands({"hold", "hold"}, 4, {{}, true});
  load.run();
  EXPECT_EQ(load.lines_with("granted"),
            "105ms granted t2 b items.x\n"
            "210ms granted t2 b items.x\n");
  EXPECT_EQ(load.summary().committed, 4);
}

/// b votes at 5 and never decides; the first transaction is over at 12, the second one at 17.
TEST(SimulatorLoad, DoubtEndsWithTheTransaction) {
  Load load = errands({"pledge"}, 2);
  add_fault(load.play, delay("idle", 7));
  load.run();
  EXPECT_EQ(load.lines_with("start"), "0us start d\n12ms start d\n");
  EXPECT_EQ(load.summary().doubt_us.count(), 2);
  EXPECT_EQ(load.summary().doubt_us.sum(), 7'000);
}

/// The recovery goes past a bound at 57: b stays down, and nothing is left to wait for.
TEST(SimulatorLoad, ARecoveryThatCannotBeEndsTheTransaction) {
  Load load = errands({"work"}, 2, {Errands::OnRecover::fails, false});
  add_fault(load.play, crash_for("b", 7, 50));
  load.run();
  EXPECT_EQ(load.lines_with("start"), "0us start d\n57ms start d\n");
  EXPECT_EQ(load.lines_with("recover"), "");
}

/// The recovery forces from 60 to 64; at 62 the last message comes.
TEST(SimulatorLoad, ATransactionWaitsForTheEndOfARecovery) {
  Load load = errands({"records"}, 2, {Errands::OnRecover::forces, false});
  add_fault(load.play, crash_for("b", 10, 50));
  add_fault(load.play, delay("idle", 57));
  load.run();
  EXPECT_EQ(load.lines_with("start"), "0us start d\n64ms start d\n");
}

/// In the gap between two transactions, from 9 to 39, b crashes and comes back, and says something
/// that is under way until 41.
TEST(SimulatorLoad, ARecoveryBetweenTwoTransactionsIsOfTheFirst) {
  Load load = errands({"work"}, 2, {Errands::OnRecover::sends, false});
  DistributionSpec gap;
  gap.first = {30'000};
  load.play.timed.load_gap = Distribution(gap);
  add_fault(load.play, crash_for("b", 20, 16));
  load.run();
  EXPECT_EQ(load.lines_with("idle") + load.lines_with("start"),
            "41ms deliver idle(b->e)\n0us start d\n41ms start d\n");
  EXPECT_EQ(load.summary().transactions, 2);
}

// ---- At random.

/// Faults of every kind until the end: every transaction is over some day, and none is split.
TEST(SimulatorLoad, NoFaultSplitsATransaction) {
  for (const auto termination :
       {TwoPhaseCommit::Termination::none, TwoPhaseCommit::Termination::cooperative}) {
    concordat::Setup setup = commit_setup_of(2, 3);
    setup.open_choices = true;
    Load load(commit_model(std::move(setup), {termination, {}}), 40);
    load.play.timed = rough_timed(*load.play.model);
    load.play.timed.load_total = 40;
    load.play.timed.random.until = Duration{3'000'000};
    load.play.timed.limit = scenario::Timed::usual_limit;
    std::int64_t crashes = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      load.run(seed);
      EXPECT_EQ(load.summary().transactions, 40);
      EXPECT_EQ(load.summary().split, 0);
      EXPECT_EQ(load.summary().undecided, 0);
      for (std::size_t i = 0; i < safety_properties().size(); ++i)
        EXPECT_NE(load.summary().properties[i], WatchStatus::violated)
            << safety_properties()[i].code;
      crashes += load.summary().faults.crashes;
      if (testing::Test::HasFailure()) return;
    }
    EXPECT_GT(crashes, 1'000);
  }
}

}  // namespace
}  // namespace concordat
