// The coordinator of a TCC transaction: it keeps the session, and drives the second phase. The
// other halves, and what it is all for, are tcc.hpp.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

/// P is Tcc.
template <class P>
struct TccCoordinator {
  using Answer = typename P::Answer;
  using Ctx = Context<P>;
  using Durable = typename P::Durable;
  using Kind = typename P::Kind;
  using Message = typename P::Message;
  using Record = typename P::Record;
  using Role = typename P::Role;
  using Timer = typename P::Timer;
  using Type = typename P::Type;

  static void on_begin(Ctx& ctx) {
    if (ctx.log().decision != Outcome::none) return;
    if (!ctx.log().begun) write(ctx, {Kind::begun, {}});
    ctx.arm(Timer::session);
    reply(ctx, {Type::begun, {}, {}});
  }

  static void on_enlist(Ctx& ctx, ProcessId branch) {
    if (!ctx.log().begun || ctx.log().decision != Outcome::none) return;  // tm's timer will fire
    if (!ctx.log().branches.contains(branch)) write(ctx, {Kind::branch, branch});
    reply(ctx, {Type::enlisted, branch, {}});
  }

  /// The session may have ended otherwise meanwhile: who comes late is told how.
  static void on_end(Ctx& ctx, Outcome wish) {
    if (!ctx.log().begun) return reply(ctx, {Type::ended, {}, Outcome::abort});
    if (ctx.log().decision == Outcome::none) return close(ctx, wish);
    if (ctx.log().ended || ctx.config.answer == Answer::at_the_decision) tell_end(ctx);
  }

  static void close(Ctx& ctx, Outcome outcome) {
    ctx.disarm(Timer::session);
    write(ctx, {outcome == Outcome::commit ? Kind::commit : Kind::abort, {}});
    ctx.decide(outcome);
    if (ctx.config.answer == Answer::at_the_decision) tell_end(ctx);
    next(ctx);
  }

  /// Tells the next branch, perhaps again, or ends.
  static void next(Ctx& ctx) {
    const bool commits = ctx.log().decision == Outcome::commit;
    ProcessId branch;
    const ProcessSet left = ctx.log().branches - ctx.log().done;
    for (const ProcessId each : left)
      if (!commits || each == *left.begin()) branch = each;  // the first, or the last
    if (!left.empty()) {
      ctx.send(branch, {commits ? Type::confirm : Type::cancel, {}, {}});
      return ctx.arm(Timer::again);
    }
    ctx.append({Kind::end, {}});
    if (ctx.config.answer == Answer::at_the_end) tell_end(ctx);
  }

  static void on_done(Ctx& ctx, ProcessId from) {
    const Durable& log = ctx.log();
    if (log.decision == Outcome::none || log.ended || log.done.contains(from)) return;
    ctx.disarm(Timer::again);
    ctx.append({Kind::done, from});
    next(ctx);
  }

  static void on_ask(Ctx& ctx, ProcessId from) {
    const Outcome decision = ctx.log().decision;
    if (decision == Outcome::none) return;
    ctx.send(from, {decision == Outcome::commit ? Type::confirm : Type::cancel, {}, {}});
  }

  static void on_recover(Ctx& ctx) {
    if (!ctx.log().begun || ctx.log().ended) return;
    if (ctx.log().decision == Outcome::none) return ctx.arm(Timer::session);
    ctx.decide(ctx.log().decision);
    next(ctx);
  }

 private:
  static void write(Ctx& ctx, const Record& record) {
    ctx.config.mistake == P::Mistake::log_unforced ? ctx.append(record) : ctx.force(record);
  }

  static void reply(Ctx& ctx, const Message& message) { ctx.send(ctx.the(Role::manager), message); }

  static void tell_end(Ctx& ctx) { reply(ctx, {Type::ended, {}, ctx.log().decision}); }
};

}  // namespace concordat
