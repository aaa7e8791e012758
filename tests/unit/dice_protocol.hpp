// A protocol for tests of the engines that is drawn from a seed: small random state machines that
// send each other a few messages, force, arm timers, vote and decide. What they do is one fixed
// function of what they are, so their spaces are small and unlike each other. Half of them only
// collect what they hear, as a coordinator collects votes, so that many of their steps commute.
#pragma once

#include "sim/base/random.hpp"
#include "sim/model/registry.hpp"

namespace concordat {

struct Dice {
  static constexpr std::string_view name = "dice";
  static constexpr std::string_view summary = "does what its seed says";

  enum class Role : std::uint8_t { actor };
  static constexpr std::array roles{
      RoleSpec{.name = "actor", .prefix = "a", .count = 0, .votes = true, .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"coin", "heads tails"}};
  struct Config {
    std::uint16_t seed = 0;
    CONCORDAT_FIELDS(Config, seed)
  };

  enum class Coin : std::uint8_t { heads, tails };
  enum class Message : std::uint8_t { red, blue };
  enum class Timer : std::uint8_t { soon, late, again };
  static constexpr int rank(Timer timer) {
    return timer == Timer::again ? retry_rank : static_cast<int>(timer);
  }
  enum class Record : std::uint8_t { once };
  struct Durable {
    bool written = false;
    CONCORDAT_FIELDS(Durable, written)
  };
  static void redo(Durable& log, Record /*once*/) { log.written = true; }
  struct Volatile {
    std::uint8_t at = 0;     // of a state machine
    std::uint8_t steps = 0;  // the machine stops after some
    ProcessSet red;          // whom it has heard of
    ProcessSet blue;
    CONCORDAT_FIELDS(Volatile, at, steps, red, blue)
  };
  using Ctx = Context<Dice>;

  static void on_start(Ctx& ctx) { act(ctx, 1); }
  static void on_recover(Ctx& ctx) { act(ctx, 2); }
  static void on_timer(Ctx& ctx, Timer timer) { act(ctx, 3 + static_cast<std::uint64_t>(timer)); }
  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (!collects(ctx)) return act(ctx, 8 + static_cast<std::uint64_t>(message));
    ProcessSet& heard = message == Message::red ? ctx.state().red : ctx.state().blue;
    if (heard.contains(from)) return;
    heard.insert(from);
    const auto count =
        static_cast<std::uint64_t>(ctx.state().red.size() * 8 + ctx.state().blue.size());
    if (drawn(ctx, 100 + count) % 3 == 0) act(ctx, 200 + count);
  }

 private:
  static std::uint64_t drawn(Ctx& ctx, std::uint64_t of) {
    std::uint64_t number = std::uint64_t{ctx.config.seed} << 32U | of << 8U;
    for (const ProcessId process : ctx.all(Role::actor)) {
      ++number;
      if (process == ctx.self) break;
    }
    return Random::stream(number, "dice").below(1U << 30U);
  }
  static bool collects(Ctx& ctx) { return drawn(ctx, 0) % 2 == 0; }

  static ProcessId other(Ctx& ctx, std::uint64_t die) {
    const auto count = static_cast<std::uint64_t>(ctx.all(Role::actor).size());
    std::uint64_t left = die % count;
    for (const ProcessId process : ctx.all(Role::actor))
      if (left-- == 0) return process;
    return ctx.self;
  }

  static void act(Ctx& ctx, std::uint64_t what) {
    if (ctx.state().steps >= 3) return;
    const std::uint64_t state = ctx.state().at * 2U + (ctx.log().written ? 1U : 0U);
    std::uint64_t die = drawn(ctx, what * 64 + state);
    const auto roll = [&](std::uint64_t sides) {
      const std::uint64_t side = die % sides;
      die /= sides;
      return side;
    };
    if (what != 2 && roll(12) == 0) return ctx.decline();
    if (roll(4) == 0 && ctx.choose("coin", {Coin::heads, Coin::tails}) == Coin::tails)
      die = drawn(ctx, what * 64 + state + 32);
    if (roll(3) != 0) ++ctx.state().steps;
    if (roll(2) == 0) ctx.state().at = static_cast<std::uint8_t>(roll(4));
    if (roll(2) == 0) ctx.send(other(ctx, roll(6)), static_cast<Message>(roll(2)));
    if (roll(5) == 0 && !ctx.log().written) ctx.force(Record::once);
    if (roll(4) == 0) ctx.broadcast(ctx.all(Role::actor), static_cast<Message>(roll(2)));
    if (roll(4) == 0) ctx.arm(static_cast<Timer>(roll(3)));
    if (roll(5) == 0) ctx.vote(roll(3) == 0 ? Vote::no : Vote::yes);
    if (roll(4) == 0) ctx.decide(roll(2) == 0 ? Outcome::abort : Outcome::commit);
  }
};

}  // namespace concordat
