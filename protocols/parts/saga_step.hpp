// A service that does one step of a saga: its T and its C, each one local transaction together with
// the fence that tells requests apart. The other half, and what it is all for, is saga.hpp.
#pragma once

#include "protocols/parts/saga_plan.hpp"
#include "protocols/parts/saga_rows.hpp"
#include "sim/model/context.hpp"

namespace concordat {

/// P is Saga. The fence has one row for each saga:
///   none -> done -> compensated    T, then C
///   none -> failed                 the business says no; committed before the answer
///   none -> suspended              C without T: nothing to undo, and T is refused from now on
template <class P>
struct SagaStep {
  using Ctx = Context<P>;
  using Mistake = typename P::Mistake;
  using Role = typename P::Role;
  using Start = typename P::Start;
  using Rows = SagaRows<P>;
  using SemanticLock = typename P::SemanticLock;
  using Status = typename P::Status;
  using Table = typename P::Table;
  using Timer = typename P::Timer;
  using Type = typename P::Type;

  static void on_run(Ctx& ctx) {
    if (fenced(ctx) && ctx.insert(fence(ctx), Row::in(Status::done)) == InsertAnswer::exists) {
      ctx.rollback();
      return tell(ctx, status(ctx) == Status::done ? Type::ok : Type::failed);
    }
    const bool may_refuse = SagaPlan<P>::may_refuse(ctx, ctx.self);
    const bool flagged = Rows::is_flagged(ctx);
    if (flagged && (!may_refuse || ctx.config.lock == SemanticLock::wait)) {
      ctx.rollback();
      return ctx.arm(Timer::again);  // and tries again
    }
    const bool enough = !flagged && Rows::change(ctx);
    if (!enough || (may_refuse && ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)) {
      ctx.rollback();
      if (may_refuse) refuse(ctx);
      return tell(ctx, Type::failed);
    }
    ctx.commit();
    ctx.vote(Vote::yes);
    ctx.arm(Timer::again);
    tell(ctx, Type::ok);
  }

  static void on_compensate(Ctx& ctx) {
    const Status before = status(ctx);
    if (before == Status::none) {
      ctx.insert(fence(ctx), Row::in(Status::suspended));
      ctx.disarm(Timer::again);
      ctx.commit();
    } else if (before == Status::done) {
      if (fenced(ctx)) ctx.put(fence(ctx), Row::in(Status::compensated));
      if (!Rows::undo(ctx)) return ctx.rollback();  // it cannot: o asks again
      ctx.disarm(Timer::again);
      ctx.commit();
    }
    ctx.decide(Outcome::abort);
    tell(ctx, Type::compensated);
  }

  static void on_final(Ctx& ctx, Outcome outcome) {
    ctx.disarm(Timer::again);
    if (Rows::unflag(ctx)) ctx.commit();
    ctx.decide(outcome);
  }

  /// Whether the saga has ended, or whether the rows are free by now.
  static void on_again(Ctx& ctx) {
    if (status(ctx) == Status::none) return on_run(ctx);
    tell(ctx, Type::ask);
    ctx.arm(Timer::again);
  }

  static void recover(Ctx& ctx) {
    if (status(ctx) == Status::done) ctx.arm(Timer::again);
  }

 private:
  static void refuse(Ctx& ctx) {
    if (fenced(ctx) && ctx.config.mistake != Mistake::no_failed_row) {
      ctx.insert(fence(ctx), Row::in(Status::failed));
      ctx.commit();
    }
    ctx.vote(Vote::no);
    ctx.decide(Outcome::abort);
  }

  static bool fenced(Ctx& ctx) { return ctx.config.start != Start::from_failed; }

  /// Without a fence every request finds the step as if it were its first.
  static Status status(Ctx& ctx) {
    if (!fenced(ctx)) return Status::done;
    const auto row = ctx.read(fence(ctx));
    return row ? row->template state_as<Status>() : Status::none;
  }

  static RowKey fence(Ctx& ctx) { return ctx.row(Table::fence, ctx.transaction()); }
  static void tell(Ctx& ctx, Type type) { ctx.send(ctx.the(Role::coordinator), {type, {}}); }
};

}  // namespace concordat
