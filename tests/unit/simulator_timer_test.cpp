// Goal: timers ring when they should, once, and only if they are armed. Method: a protocol that
// arms, disarms and forces as messages tell it to; each message comes at a time of its own.
#include <gtest/gtest.h>

#include "tests/unit/timed_play.hpp"

namespace concordat {
namespace {

/// A driver d tells a box b what to do.
struct Clockwork {
  static constexpr std::string_view name = "clockwork";
  static constexpr std::string_view summary = "timers on demand";
  enum class Role : std::uint8_t { driver, box };
  static constexpr std::array roles{single("driver", "d"), single("box", "b")};

  enum class Message : std::uint8_t {
    arm,
    disarm,
    restart,       // disarm, arm
    work,          // force
    work_arm,      // force, arm
    work_restart,  // force, disarm, arm
    disarm_work,   // disarm, force
    arm_other,
  };
  enum class OnRecover : std::uint8_t { nothing, arms };
  struct Config {
    std::uint8_t messages = 0;  // that d sends, as a mask
    OnRecover on_recover{};
    CONCORDAT_FIELDS(Config, messages, on_recover)
  };
  enum class Record : std::uint8_t { done };
  enum class Timer : std::uint8_t { bell, other };
  struct Durable {};
  struct Volatile {};
  static void redo(Durable& /*log*/, Record /*record*/) {}
  using Ctx = Context<Clockwork>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::box)) return;
    for (int i = 0; i < 8; ++i)
      if ((ctx.config.messages >> i & 1) != 0)
        ctx.send(ctx.the(Role::box), static_cast<Message>(i));
  }
  static void on_message(Ctx& ctx, ProcessId, Message message) {
    switch (message) {
      case Message::arm: return ctx.arm(Timer::bell);
      case Message::disarm: return ctx.disarm(Timer::bell);
      case Message::restart: return restart(ctx);
      case Message::work: return ctx.force(Record::done);
      case Message::work_arm: ctx.force(Record::done); return ctx.arm(Timer::bell);
      case Message::work_restart: ctx.force(Record::done); return restart(ctx);
      case Message::disarm_work: ctx.disarm(Timer::bell); return ctx.force(Record::done);
      case Message::arm_other: return ctx.arm(Timer::other);
    }
  }
  static void on_timer(Ctx&, Timer) {}
  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::box) && ctx.config.on_recover == OnRecover::arms) ctx.arm(Timer::bell);
  }
  static void restart(Ctx& ctx) {
    ctx.disarm(Timer::bell);
    ctx.arm(Timer::bell);
  }
};

using enum Clockwork::Message;
struct Told {
  Clockwork::Message message;
  std::int64_t at_ms;
};

/// A play in which b is told these things. Timers take 100 ms, forces 10.
TimedPlay told(const std::vector<Told>& messages, Clockwork::OnRecover on_recover = {}) {
  std::uint8_t mask = 0;
  for (const Told& told : messages)
    mask = static_cast<std::uint8_t>(mask | 1U << static_cast<unsigned>(told.message));
  TimedPlay play(make_model<Clockwork>(
      {mask, on_recover}, make_setup({Clockwork::roles.begin(), Clockwork::roles.end()}, {})));
  play.timed.latencies[1] = Distribution();
  DistributionSpec force;
  force.first = {10'000};
  play.timed.forces[0] = Distribution(force);
  for (const Told& told : messages) {
    scenario::MessageFault delay;
    delay.kind = scenario::MessageFault::Kind::delay;
    delay.message = text_of(std::string(enum_name(told.message)));
    delay.by = ms(told.at_ms);
    add_fault(play, delay);
  }
  return play;
}

std::string rings(TimedPlay play) {
  return play.run().lines_with("timeout");
}

TEST(SimulatorTimer, RingsOnceAfterItsTime) {
  EXPECT_EQ(rings(told({{arm, 7}})), "107ms timeout b bell\n");
  TimedPlay play = told({{arm, 7}});
  EXPECT_EQ(play.run().summary.end_us, 107'000);
  EXPECT_EQ(play.summary.ended, Ended::quiet);
}

TEST(SimulatorTimer, DoesNotRingOnceDisarmed) {
  EXPECT_EQ(rings(told({{arm, 0}, {disarm, 99}})), "");
  EXPECT_EQ(rings(told({{arm, 0}, {disarm, 101}})), "100ms timeout b bell\n");
}

TEST(SimulatorTimer, OfTwoThatComeAtTheSameTimeTheEarlierMadeIsFirst) {
  // The message was sent before the timer was armed.
  EXPECT_EQ(rings(told({{arm, 0}, {disarm, 100}})), "");
}

TEST(SimulatorTimer, ArmingWhatIsArmedChangesNothing) {
  EXPECT_EQ(rings(told({{arm, 0}, {work_arm, 50}})), "100ms timeout b bell\n");
}

TEST(SimulatorTimer, StartsAnewWhenArmedAgain) {
  EXPECT_EQ(rings(told({{arm, 0}, {restart, 60}})), "160ms timeout b bell\n");
  EXPECT_EQ(rings(told({{arm, 0}, {disarm, 10}, {work_arm, 50}})), "160ms timeout b bell\n");
  // The old entry comes up, then the new one, whatever is in between.
  EXPECT_EQ(rings(told({{arm, 0}, {disarm, 10}, {work_arm, 120}})), "230ms timeout b bell\n");
  EXPECT_EQ(rings(told({{arm, 0}, {restart, 150}})),
            "100ms timeout b bell\n"
            "250ms timeout b bell\n");
}

TEST(SimulatorTimer, EachTimerHasALengthOfItsOwn) {
  TimedPlay play = told({{arm, 0}, {arm_other, 0}});
  play.timed.timeouts = {Duration{30'000}, Duration{20'000}};
  EXPECT_EQ(rings(std::move(play)),
            "20ms timeout b other\n"
            "30ms timeout b bell\n");
}

// ---- While its process is busy.

TEST(SimulatorTimer, RingsWhenItsProcessHasTime) {
  EXPECT_EQ(rings(told({{arm, 0}, {work, 95}})), "105ms timeout b bell\n");
}

TEST(SimulatorTimer, DoesNotRingIfTheStepHasDisarmedIt) {
  EXPECT_EQ(rings(told({{arm, 0}, {disarm_work, 95}})), "");
}

TEST(SimulatorTimer, DoesNotRingIfTheStepHasArmedItAgain) {
  EXPECT_EQ(rings(told({{arm, 0}, {work_restart, 95}})), "205ms timeout b bell\n");
}

TEST(SimulatorTimer, WaitsInLineWithMessages) {
  EXPECT_EQ(rings(told({{arm, 0}, {work, 95}, {disarm, 98}})), "");
  EXPECT_EQ(rings(told({{arm, 0}, {work, 95}, {disarm, 102}})), "105ms timeout b bell\n");
  EXPECT_EQ(rings(told({{arm, 0}, {work, 95}, {restart, 102}})),
            "105ms timeout b bell\n"
            "205ms timeout b bell\n");
}

TEST(SimulatorTimer, IsArmedWhenTheForceBeforeItIsDone) {
  EXPECT_EQ(rings(told({{work_arm, 5}})), "115ms timeout b bell\n");
}

// ---- While its node is paused or down.

scenario::PauseFault pause(std::int64_t at_ms, std::int64_t for_ms) {
  scenario::PauseFault fault;
  fault.node = text_of("b");
  fault.at = ms(at_ms);
  fault.lasts = ms(for_ms);
  return fault;
}

std::string rings_with(TimedPlay play, scenario::Fault fault) {
  add_fault(play, std::move(fault));
  return rings(std::move(play));
}

TEST(SimulatorTimer, RingsWhenItsNodeGoesOn) {
  EXPECT_EQ(rings_with(told({{arm, 0}}), pause(50, 100)), "150ms timeout b bell\n");
  EXPECT_EQ(rings_with(told({{arm, 0}}), pause(50, 20)), "100ms timeout b bell\n");
}

TEST(SimulatorTimer, WaitsInLineWithMessagesWhileItsNodeIsPaused) {
  EXPECT_EQ(rings_with(told({{arm, 0}, {disarm, 80}}), pause(50, 100)), "");
  EXPECT_EQ(rings_with(told({{arm, 0}, {disarm, 120}}), pause(50, 100)), "150ms timeout b bell\n");
  EXPECT_EQ(rings_with(told({{arm, 0}, {restart, 80}}), pause(50, 100)), "250ms timeout b bell\n");
}

scenario::CrashFault crash(std::int64_t at_ms, std::int64_t recover_after_ms) {
  scenario::CrashFault fault;
  fault.node = text_of("b");
  fault.at = ms(at_ms);
  fault.recover_after = ms(recover_after_ms);
  return fault;
}

TEST(SimulatorTimer, IsGoneAfterACrash) {
  EXPECT_EQ(rings_with(told({{arm, 0}}), crash(50, 20)), "");
  EXPECT_EQ(rings_with(told({{arm, 0}}), crash(50, 100)), "");
  EXPECT_EQ(rings_with(told({{arm, 0}, {work, 95}}), crash(101, 100)), "");
}

TEST(SimulatorTimer, IsArmedAnewByARecovery) {
  using enum Clockwork::OnRecover;
  EXPECT_EQ(rings_with(told({{arm, 0}}, arms), crash(50, 20)), "170ms timeout b bell\n");
  EXPECT_EQ(rings_with(told({{arm, 0}}, arms), crash(50, 70)), "220ms timeout b bell\n");
}

/// It rang while the node was paused; then the node crashed.
TEST(SimulatorTimer, IsGoneAfterAPauseAndACrash) {
  using enum Clockwork::OnRecover;
  for (const auto on_recover : {nothing, arms}) {
    TimedPlay play = told({{arm, 0}}, on_recover);
    add_fault(play, pause(50, 100));
    EXPECT_EQ(rings_with(std::move(play), crash(120, 15)),
              on_recover == arms ? "235ms timeout b bell\n" : "");
  }
}

// ---- Clocks that are wrong.

std::string ring_with_clock(std::int64_t millionths) {
  TimedPlay play = told({{arm, 0}});
  play.timed.clocks[1] = millionths;
  return rings(std::move(play));
}

TEST(SimulatorTimer, RingsEarlyByAFastClock) {
  EXPECT_EQ(ring_with_clock(0), "100ms timeout b bell\n");
  EXPECT_EQ(ring_with_clock(1'000'000), "50ms timeout b bell\n");
  EXPECT_EQ(ring_with_clock(250'000), "80ms timeout b bell\n");
  EXPECT_EQ(ring_with_clock(-500'000), "200ms timeout b bell\n");
  EXPECT_EQ(ring_with_clock(200), "99980us timeout b bell\n");    // 99980.004
  EXPECT_EQ(ring_with_clock(-200), "100020us timeout b bell\n");  // 100020.004
}

TEST(SimulatorTimer, NoTimeIsTooLongForAWrongClock) {
  TimedPlay play = told({{arm, 0}});
  play.timed.clocks[1] = 1'000'000;
  play.timed.timeouts[0] = longest_duration;
  play.timed.limit = longest_duration;
  play.run();
  EXPECT_EQ(play.summary.end_us, longest_duration.us / 2);
}

/// Every node draws its error: at most that of the scenario, about half of them fast.
TEST(SimulatorTimer, ClocksAreDrawnForEachNode) {
  TimedPlay play = told({{arm, 0}});
  play.timed.clock_error = {1, 10};
  Simulator simulator(*play.model, play.rules, play.timed, play.faults);
  int early = 0;
  std::int64_t least = 200'000;
  std::int64_t most = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    const std::int64_t rang_us = simulator.run(seed).end_us;
    least = std::min(least, rang_us);
    most = std::max(most, rang_us);
    early += rang_us < 100'000 ? 1 : 0;
  }
  EXPECT_NEAR(early, 500, 5 * 16);
  EXPECT_GE(least, 90'909);
  EXPECT_LT(least, 91'100);
  EXPECT_LE(most, 111'111);
  EXPECT_GT(most, 110'900);
}

}  // namespace
}  // namespace concordat
