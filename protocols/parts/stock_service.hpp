// A stock service: its counters, and beside them the table of transaction states that tells
// requests apart. The other half, and what it is all for, is stock_log.hpp.
#pragma once

#include "protocols/parts/change_work.hpp"

namespace concordat {

/// P is StockLog. Each handler is one local transaction, the row of stock_log and the counters
/// together; the row has one state for each order:
///   none -> occupied -> deducted
///           occupied -> released
///   none             -> released   release before occupy: nothing to give back
template <class P>
struct StockService {
  using Ctx = Context<P>;
  using Config = typename P::Config;
  using First = typename P::First;
  using Message = typename P::Message;
  using Mistake = typename P::Mistake;
  using Role = typename P::Role;
  using Status = typename P::Status;
  using Table = typename P::Table;
  using Timer = typename P::Timer;

  static void on_occupy(Ctx& ctx) {
    if (logged(ctx) && ctx.insert(entry(ctx), Row::in(Status::occupied)) == InsertAnswer::exists) {
      ctx.rollback();
      return answer(ctx, status(ctx));
    }
    const bool enough = change_work(ctx, Change::reserve);
    if (!enough || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      ctx.vote(Vote::no);
      return tell(ctx, Message::refused);
    }
    ctx.commit();
    ctx.vote(Vote::yes);
    if (scans(ctx)) ctx.arm(Timer::scan);
    answer(ctx, Status::occupied);
  }

  /// Compare-and-set, from occupied to `target`.
  static void finish(Ctx& ctx, Status target) {
    const Status before = status(ctx);
    if (before == Status::occupied) {
      if (!turn(ctx, target)) return;
    } else if (before == Status::none) {
      if (target != Status::released) return;  // it has never been occupied
      if (ctx.config.mistake == Mistake::no_tombstone) return answer(ctx, target);
      ctx.insert(entry(ctx), Row::in(target));
      ctx.commit();
    }
    answer(ctx, logged(ctx) ? status(ctx) : target);
  }

  /// Asks whether what is occupied has an order.
  static void scan(Ctx& ctx) {
    if (status(ctx) != Status::occupied) return;
    ctx.arm(Timer::scan);
    tell(ctx, Message::orphan);
  }

  static void on_no_order(Ctx& ctx) {
    if (status(ctx) == Status::occupied) turn(ctx, Status::released);
  }

  static void recover(Ctx& ctx) {
    if (scans(ctx) && status(ctx) == Status::occupied) ctx.arm(Timer::scan);
  }

 private:
  /// RETURNS: false, nothing done, if the counters do not have it.
  static bool turn(Ctx& ctx, Status target) {
    const bool deducts = target == Status::deducted;
    if (logged(ctx)) ctx.put(entry(ctx), Row::in(target));
    if (!change_work(ctx, deducts ? Change::use_up : Change::give_back)) {
      ctx.rollback();
      return false;
    }
    ctx.commit();
    ctx.disarm(Timer::scan);
    ctx.decide(deducts ? Outcome::commit : Outcome::abort);
    return true;
  }

  static bool logged(Ctx& ctx) { return ctx.config.mistake != Mistake::plain_counters; }
  static bool scans(Ctx& ctx) {
    return ctx.config.first == First::stock && ctx.config.scanner && logged(ctx);
  }

  /// Plain counters cannot tell: every request finds what it expects.
  static Status status(Ctx& ctx) {
    if (!logged(ctx)) return Status::occupied;
    const auto row = ctx.read(entry(ctx));
    return row ? row->template state_as<Status>() : Status::none;
  }

  static RowKey entry(Ctx& ctx) { return ctx.row(Table::stock_log, ctx.transaction()); }

  static void answer(Ctx& ctx, Status status) {
    tell(ctx,
         status == Status::occupied   ? Message::occupied
         : status == Status::deducted ? Message::deducted
                                      : Message::released);
  }

  static void tell(Ctx& ctx, Message message) { ctx.send(ctx.the(Role::order), message); }
};

}  // namespace concordat
