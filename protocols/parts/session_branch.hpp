// The database of an application: its branch of the global transaction, and the fence that makes
// the second phase idempotent. The other parts, and what it is all for, are
// event_driven_commit.hpp.
#pragma once

#include "protocols/parts/change_work.hpp"
#include "sim/model/context.hpp"

namespace concordat {

/// P is EventDrivenCommit. Each handler is one local transaction, fence and business together. The
/// fence has one row for each global transaction:
///   none -> tried -> confirmed or cancelled
///   none -> suspended    a cancel without a try: a try that comes later is refused
template <class P>
struct SessionBranch {
  using Ctx = Context<P>;
  using Fence = typename P::Fence;
  using Mistake = typename P::Mistake;
  using Mode = typename P::Mode;
  using Status = typename P::Status;
  using Table = typename P::Table;
  using Type = typename P::Message::Type;

  static void on_try(Ctx& ctx, ProcessId from) {
    if (ctx.insert(fence(ctx), Row::in(Status::tried)) == InsertAnswer::exists) {
      ctx.rollback();
      return ctx.send(from, {stored(ctx) == Status::tried ? Type::tried : Type::failed});
    }
    const bool enough = change_work(ctx, is_at(ctx) ? Change::apply : Change::reserve);
    if (!enough || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      ctx.vote(Vote::no);
      return ctx.send(from, {Type::failed});
    }
    ctx.commit();
    ctx.vote(Vote::yes);
    ctx.send(from, {Type::tried});
  }

  static void finish(Ctx& ctx, ProcessId from, Status target, std::uint8_t epoch) {
    if (ctx.config.fence == Fence::epoch && !admit(ctx, epoch)) return;
    const bool confirms = target == Status::confirmed;
    const Status before = status(ctx);
    if (before == Status::none && !confirms) {
      ctx.put(fence(ctx), Row::in(Status::suspended));
      ctx.commit();
    } else if (before == Status::tried) {
      ctx.put(fence(ctx), Row::in(target));
      if (!change(ctx, confirms)) return ctx.rollback();
      ctx.commit();
      ctx.decide(confirms ? Outcome::commit : Outcome::abort);
    } else if (confirms != (before == Status::confirmed)) {
      return ctx.rollback();  // it cannot, now and ever
    }
    ctx.send(from, {Type::done});
  }

 private:
  static bool is_at(Ctx& ctx) { return ctx.config.mode == Mode::at; }

  static bool change(Ctx& ctx, bool confirms) {
    if (is_at(ctx)) return confirms || change_work(ctx, Change::undo);
    return change_work(ctx, confirms ? Change::use_up : Change::give_back);
  }

  /// RETURNS: false if a later leader has been here. The number is stable with the rest.
  static bool admit(Ctx& ctx, std::uint8_t epoch) {
    const RowKey key = ctx.row(Table::epoch, ctx.transaction());
    const Row highest = ctx.read(key).value_or(Row{});
    if (epoch < highest.state) return false;
    ctx.put(key, {0, 0, epoch, 0});
    return true;
  }

  /// Without the fence every request finds the branch as if it were the first of its kind.
  static Status status(Ctx& ctx) {
    const bool fenced =
        ctx.config.fence == Fence::idempotent && ctx.config.mistake != Mistake::unfenced;
    const Status out = stored(ctx);
    return fenced || out == Status::none || out == Status::suspended ? out : Status::tried;
  }

  static Status stored(Ctx& ctx) {
    const auto row = ctx.read(fence(ctx));
    return row ? row->template state_as<Status>() : Status::none;
  }

  static RowKey fence(Ctx& ctx) { return ctx.row(Table::fence, ctx.transaction()); }
};

}  // namespace concordat
