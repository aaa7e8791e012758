// The manager of a TCC transaction, in the caller: one call after the other, then commit or
// rollback. The other halves, and what it is all for, are tcc.hpp.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

/// P is Tcc.
template <class P>
struct TccManager {
  using BranchRecord = typename P::BranchRecord;
  using Ctx = Context<P>;
  using Phase = typename P::Phase;
  using Role = typename P::Role;
  using Timer = typename P::Timer;
  using Type = typename P::Type;

  static void begin(Ctx& ctx) {
    ctx.state().phase = Phase::beginning;
    tell(ctx, Type::begin);
  }

  static void on_begun(Ctx& ctx) {
    if (ctx.state().phase == Phase::beginning) enlist_next(ctx);
  }

  static void on_enlisted(Ctx& ctx, ProcessId branch) {
    const bool is_next = ctx.state().phase == Phase::enlisting && branch == *untried(ctx).begin();
    if (is_next) try_next(ctx);  // else a copy of an answer about an earlier one
  }

  static void on_tried(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase != Phase::trying || ctx.state().tried.contains(from)) return;
    ctx.disarm(Timer::call);
    ctx.state().tried.insert(from);
    untried(ctx).empty() ? end(ctx, Outcome::commit) : enlist_next(ctx);
  }

  static void end(Ctx& ctx, Outcome wish) {
    ctx.disarm(Timer::call);
    ctx.state() = {Phase::ending, {}, wish};
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
    ctx.state() = {Phase::over, {}, {}};
    ctx.answer(outcome);
  }

 private:
  static void enlist_next(Ctx& ctx) {
    if (ctx.config.branch_record == BranchRecord::with_try) return try_next(ctx);
    ctx.disarm(Timer::call);
    ctx.state().phase = Phase::enlisting;
    tell(ctx, Type::enlist, *untried(ctx).begin());
  }

  static void try_next(Ctx& ctx) {
    ctx.disarm(Timer::call);
    ctx.state().phase = Phase::trying;
    tell(ctx, Type::try_, *untried(ctx).begin());
  }

  static void tell(Ctx& ctx, Type type, ProcessId branch = {}) {
    ctx.arm(Timer::call);
    ctx.send(type == Type::try_ ? branch : ctx.the(Role::coordinator), {type, branch, {}});
  }

  static ProcessSet untried(Ctx& ctx) { return ctx.all(Role::branch) - ctx.state().tried; }
};

}  // namespace concordat
