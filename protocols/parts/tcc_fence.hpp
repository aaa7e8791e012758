// A branch of a TCC transaction: its resource, and the fence that tells requests apart. The other
// half, and what it is all for, is tcc.hpp.
#pragma once

#include "protocols/parts/change_work.hpp"
#include "sim/model/context.hpp"

namespace concordat {

/// P is Tcc. Each handler is one local transaction, fence and business together.
template <class P>
struct TccFence {
  using BranchRecord = typename P::BranchRecord;
  using Ctx = Context<P>;
  using Fence = typename P::Fence;
  using Hold = typename P::Hold;
  using Message = typename P::Message;
  using Mistake = typename P::Mistake;
  using Role = typename P::Role;
  using Status = typename P::Status;
  using Table = typename P::Table;
  using Timer = typename P::Timer;
  using Try = typename P::Try;
  using Type = typename P::Type;

  static void on_try(Ctx& ctx) {
    if (has_rows(ctx) && ctx.insert(fence(ctx), Row::in(Status::tried)) == InsertAnswer::exists) {
      ctx.rollback();
      const bool again = status(ctx) == Status::tried;
      if (ctx.config.fence == Fence::deleting && ctx.lock(fence(ctx)) == LockAnswer::granted) {
        ctx.erase(fence(ctx));
        ctx.commit();
      }
      return tell_tm(ctx, again ? Type::tried : Type::failed);
    }
    if (ctx.config.fence == Fence::split) ctx.commit();
    const bool reserves = ctx.config.tries == Try::reserves;
    const bool enough = change_work(ctx, reserves ? Change::reserve : Change::check);
    if (!enough || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      return tell_tm(ctx, Type::failed);
    }
    ctx.commit();
    ctx.vote(Vote::yes);
    if (ctx.config.hold != Hold::for_ever) ctx.arm(Timer::hold);
    if (owns_record(ctx)) ctx.arm(Timer::again);
    tell_tm(ctx, Type::tried);
  }

  static void finish(Ctx& ctx, Status target) {
    const bool confirms = target == Status::confirmed;
    const Status before = status(ctx);
    if (before == Status::none && !has_rows(ctx)) {
      ctx.decide(confirms ? Outcome::commit : Outcome::abort);  // nothing to do, it believes
    } else if (before == Status::none && !confirms) {
      ctx.insert(fence(ctx), Row::in(Status::suspended));
      ctx.commit();
    } else if (before == Status::tried) {
      if (ctx.config.mistake == Mistake::done_first) tell_tc(ctx);
      if (!turn(ctx, target)) return;
    } else if (confirms != (before == Status::confirmed)) {
      return;  // it cannot: tc is told nothing, and asks again
    }
    if (ctx.config.mistake != Mistake::done_first) tell_tc(ctx);
  }

  static void on_held_too_long(Ctx& ctx) {
    if (status(ctx) != Status::tried) return;
    if (ctx.config.hold == Hold::release) {
      turn(ctx, Status::cancelled);
      return;
    }
    ctx.send(ctx.the(Role::coordinator), {Type::ask, {}, {}});
    ctx.arm(Timer::hold);
  }

  /// Looks after its own branch record, which nobody else knows.
  static void ask(Ctx& ctx) {
    if (status(ctx) != Status::tried) return;
    ctx.send(ctx.the(Role::coordinator), {Type::ask, {}, {}});
    ctx.arm(Timer::again);
  }

  /// The store has all that it needs.
  static void on_recover(Ctx& ctx) {
    if (owns_record(ctx)) ask(ctx);
  }

 private:
  /// From tried. RETURNS: false, nothing done, if there is not enough.
  static bool turn(Ctx& ctx, Status target) {
    const bool confirms = target == Status::confirmed;
    if (has_rows(ctx)) ctx.put(fence(ctx), Row::in(target));
    if (ctx.config.fence == Fence::split) ctx.commit();
    Change what = confirms ? Change::use_up : Change::give_back;
    if (ctx.config.tries == Try::checks) what = confirms ? Change::apply : Change::check;
    if (!change_work(ctx, what)) {
      ctx.rollback();
      return false;
    }
    ctx.disarm(Timer::hold);
    ctx.disarm(Timer::again);
    ctx.commit();
    ctx.decide(confirms ? Outcome::commit : Outcome::abort);
    return true;
  }

  static bool has_rows(Ctx& ctx) {
    return ctx.config.fence != Fence::off && ctx.config.fence != Fence::looks;
  }

  /// Without a fence every request finds the branch as if it were its first, or as its rows are.
  static Status status(Ctx& ctx) {
    if (ctx.config.fence == Fence::off) return Status::tried;
    if (ctx.config.fence == Fence::looks) {
      for (const WorkItem& item : ctx.work())
        if (ctx.read(item.row).value_or(Row{}).held == 0) return Status::none;
      return Status::tried;
    }
    const auto row = ctx.read(fence(ctx));
    return row ? row->template state_as<Status>() : Status::none;
  }

  static RowKey fence(Ctx& ctx) { return ctx.row(Table::fence, ctx.transaction()); }
  static bool owns_record(Ctx& ctx) { return ctx.config.branch_record == BranchRecord::with_try; }
  /// That it is done; tc counts only the branches that it knows.
  static void tell_tc(Ctx& ctx) {
    if (!owns_record(ctx)) ctx.send(ctx.the(Role::coordinator), {Type::done, {}, {}});
  }
  static void tell_tm(Ctx& ctx, Type type) { ctx.send(ctx.the(Role::manager), {type, {}, {}}); }
};

}  // namespace concordat
