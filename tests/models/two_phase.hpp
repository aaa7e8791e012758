// Two-phase commit as a published specification: RMs that prepare or abort at any moment, a
// transaction manager (TM), messages that are never taken from the network. The model to compare
// counts with; the protocol to run is protocols/two_phase_commit.hpp.
//
// Source: Gray and Lamport, "Consensus on transaction commit", ACM TODS 31(1), 2006, module
// TwoPhase. Explore it with duplicating delivery, asynchronous timers and no faults. An armed timer
// stands for a process's spontaneous actions; it stays armed while one of them is enabled. The
// history that votes and decisions leave is a function of the module's state, so it adds no states.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "sim/model/protocol.hpp"

namespace concordat {

struct TwoPhase {
  static constexpr std::string_view name = "two_phase";
  static constexpr std::string_view summary = "two-phase commit, the published specification";

  enum class Role : std::uint8_t { tm, rm };
  static constexpr std::array roles{
      RoleSpec{.name = "tm", .prefix = "tm"},
      RoleSpec{.name = "rm", .prefix = "rm", .count = 0, .votes = true, .interchangeable = true}};
  enum class RmAction : std::uint8_t { prepare, abort };
  enum class TmAction : std::uint8_t { commit, abort };
  static constexpr std::array choices{ChoiceSpec{"rm", "prepare abort"},
                                      ChoiceSpec{"tm", "commit abort"}};

  struct Config {};
  enum class Message : std::uint8_t { prepared, commit, abort };
  enum class Timer : std::uint8_t { act };
  struct Record {};
  struct Durable {};
  static void redo(Durable& /*log*/, Record /*record*/) {}

  enum class Phase : std::uint8_t { working, prepared, committed, aborted, done };
  struct Volatile {
    Phase phase{};        // the TM: working, then done
    ProcessSet prepared;  // the TM: from whom it has heard
    CONCORDAT_FIELDS(Volatile, phase, prepared)
  };
  using Ctx = Context<TwoPhase>;

  static void on_start(Ctx& ctx) { ctx.arm(Timer::act); }

  static void on_timer(Ctx& ctx, Timer /*act*/) {
    if (ctx.is(Role::tm)) return on_tm_action(ctx);
    if (ctx.choose("rm", {RmAction::prepare, RmAction::abort}) == RmAction::abort)
      return become(ctx, Phase::aborted);
    become(ctx, Phase::prepared);
    ctx.vote(Vote::yes);
    ctx.send(ctx.the(Role::tm), Message::prepared);
  }

  static void on_tm_action(Ctx& ctx) {
    const TmAction action = ctx.choose("tm", {TmAction::commit, TmAction::abort});
    const bool is_commit = action == TmAction::commit;
    if (is_commit && ctx.state().prepared != ctx.all(Role::rm)) return ctx.decline();
    become(ctx, Phase::done);
    ctx.decide(is_commit ? Outcome::commit : Outcome::abort);
    ctx.broadcast(ctx.all(Role::rm), is_commit ? Message::commit : Message::abort);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepared:
        if (ctx.state().phase != Phase::working) return ctx.decline();
        return ctx.state().prepared.insert(from);
      case Message::commit: return become(ctx, Phase::committed);
      case Message::abort: return become(ctx, Phase::aborted);
    }
  }

  static void become(Ctx& ctx, Phase phase) {
    ctx.disarm(Timer::act);
    ctx.state().phase = phase;
    if (phase == Phase::committed) ctx.decide(Outcome::commit);
    if (phase == Phase::aborted) ctx.decide(Outcome::abort);
  }

  static void on_recover(Ctx& /*ctx*/) {}
};

}  // namespace concordat
