// The manager of a transaction in Seata's AT mode, in the caller: one call after the other, then
// commit or rollback. The other parts, and what it is all for, are seata_at.hpp.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

/// P is SeataAt.
template <class P>
struct AtManager {
  using Ctx = Context<P>;
  using Phase = typename P::Phase;
  using Role = typename P::Role;
  using Timer = typename P::Timer;
  using Type = typename P::Type;

  static void begin(Ctx& ctx) {
    ctx.state().phase = Phase::beginning;
    tell(ctx, ctx.the(Role::coordinator), Type::begin);
  }

  static void on_begun(Ctx& ctx) {
    if (ctx.state().phase != Phase::beginning) return;
    ctx.state().phase = Phase::calling;
    call_next(ctx);
  }

  static void on_executed(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase != Phase::calling || from != next(ctx)) return;
    ++ctx.state().calls;
    call_next(ctx);
  }

  static void on_failed(Ctx& ctx) {
    if (ctx.state().phase == Phase::calling) end(ctx, Outcome::abort);
  }

  static void end(Ctx& ctx, Outcome wish) {
    ctx.disarm(Timer::call);
    ctx.state() = {};
    ctx.state().phase = Phase::ending;
    ctx.state().wish = wish;
    insist(ctx);
  }

  static void insist(Ctx& ctx) {
    const bool commit = ctx.state().wish == Outcome::commit;
    ctx.send(ctx.the(Role::coordinator), {commit ? Type::commit : Type::rollback, {}, {}});
    ctx.arm(Timer::again);
  }

  static void on_ended(Ctx& ctx, Outcome outcome) {
    if (ctx.state().phase != Phase::ending) return;
    ctx.disarm(Timer::again);
    ctx.state() = {};
    ctx.state().phase = Phase::over;
    ctx.answer(outcome);
  }

 private:
  static void call_next(Ctx& ctx) {
    ctx.disarm(Timer::call);
    const ProcessId branch = next(ctx);
    branch.none() ? end(ctx, Outcome::commit) : tell(ctx, branch, Type::execute);
  }

  /// The branch that is called now, or none.
  static ProcessId next(Ctx& ctx) {
    for (const ProcessId branch : ctx.all(Role::branch))
      if (ctx.place_of(branch) == ctx.state().calls) return branch;
    return {};
  }

  static void tell(Ctx& ctx, ProcessId to, Type type) {
    ctx.arm(Timer::call);
    ctx.send(to, {type, {}, {}});
  }
};

}  // namespace concordat
