// An order service: the order with its state, and the job that looks after orders which a crash has
// left. The other half, and what it is all for, is stock_log.hpp.
#pragma once

#include "sim/model/context.hpp"
#include "sim/model/work.hpp"

namespace concordat {

/// P is StockLog. Every change of the order's state is a compare-and-set:
///   none -> init -> created -> paid, or cancelled from any of them but paid
///   none ---------> created -> paid            the stock comes first
///                   created -> paying -> paid  deducted before it is final
template <class P>
struct OrderService {
  using Ctx = Context<P>;
  using Creation = typename P::Creation;
  using First = typename P::First;
  using Job = typename P::Job;
  using Message = typename P::Message;
  using Mistake = typename P::Mistake;
  using Payment = typename P::Payment;
  using Record = typename P::Record;
  using Role = typename P::Role;
  using State = typename P::State;
  using Timer = typename P::Timer;

  static void begin(Ctx& ctx) {
    if (ctx.config.first == First::order) ctx.force(Record::init);
    occupy(ctx);
  }

  static void on_occupied(Ctx& ctx, ProcessId from) {
    if (!ctx.state().calling || !all_answered(ctx, from)) return;
    stop_calling(ctx);
    if (ctx.config.payment == Payment::at_once) return pay(ctx);
    ctx.force(Record::created);
    await_payment(ctx);
  }

  static void on_refused(Ctx& ctx) {
    if (ctx.state().calling) cancel(ctx);
  }

  static void on_payment(Ctx& ctx) {
    const bool late = ctx.log().state == State::cancelled;
    const bool unchecked = ctx.config.mistake == Mistake::pay_unchecked;
    if (ctx.log().state == State::created || (late && unchecked)) pay(ctx);
  }

  static void on_unpaid(Ctx& ctx) {
    if (ctx.log().state == State::created) cancel(ctx);
  }

  static void cancel(Ctx& ctx) {
    stop_calling(ctx);
    if (ctx.log().state != State::none || ctx.config.creation == Creation::order_cas)
      ctx.force(Record::cancelled);
    ctx.vote(Vote::no);
    end(ctx, Outcome::abort);
    if (ctx.log().state == State::cancelled) return tell(ctx);
    ctx.broadcast(ctx.all(Role::stock), Message::release);  // once: the rest is the scanner's
  }

  static void on_deducted(Ctx& ctx, ProcessId from) {
    const State state = ctx.log().state;
    const bool asked = state == State::paying || state == State::paid;
    if (!asked || ctx.log().ended || !all_answered(ctx, from)) return;
    ctx.disarm(Timer::again);
    if (state == State::paying && !book(ctx)) return cancel(ctx);
    ctx.append(Record::ended);
  }

  static void on_released(Ctx& ctx, ProcessId from) {
    const State state = ctx.log().state;
    if (ctx.state().calling || state == State::paying) return cancel(ctx);
    if (state != State::cancelled || ctx.log().ended || !all_answered(ctx, from)) return;
    ctx.disarm(Timer::again);
    ctx.append(Record::ended);
  }

  /// The scanner of a stock asks for the order of a row.
  static void on_orphan(Ctx& ctx, ProcessId stock) {
    const bool prevents = ctx.config.creation == Creation::order_cas;
    if (ctx.log().state == State::none && prevents) return cancel(ctx);
    const State state = ctx.log().state;
    if (state == State::none || state == State::cancelled) ctx.send(stock, Message::no_order);
  }

  static void repeat(Ctx& ctx) {
    if (ctx.log().state == State::paid && ctx.config.alarm_after != 0) {
      if (ctx.state().resends.value == ctx.config.alarm_after) return ctx.append(Record::alarm);
      ctx.increment("resends", ctx.state().resends);
    }
    request(ctx);
  }

  static void recover(Ctx& ctx) {
    const State state = ctx.log().state;
    if (state == State::none || state == State::cancelled) ctx.decide(Outcome::abort);
    if (state == State::paid) ctx.decide(Outcome::commit);
    if (state == State::none || ctx.log().ended || ctx.config.job == Job::off) return;
    if (state == State::created) return await_payment(ctx);
    if (ctx.log().alarm) return;
    if (state != State::init) return tell(ctx);
    ctx.config.job == Job::completes ? occupy(ctx) : cancel(ctx);
  }

  /// The customer asks again, with the key of the order: what is written down goes on, and what has
  /// ended is said again. Of goods that come first nothing is written down, and nobody asks for
  /// them again: the scanner may have given them up.
  static void on_client(Ctx& ctx) {
    const State state = ctx.log().state;
    if (state == State::none || ctx.log().alarm) return ctx.decline();
    if (state == State::created) return await_payment(ctx);
    if (state == State::paid) ctx.answer(Outcome::commit);
    if (state == State::cancelled) ctx.answer(Outcome::abort);
    if (ctx.log().ended) return;
    if (state == State::init) ctx.state().calling = true;
    request(ctx);
  }

  /// After the alarm: whatever kept the goods from being shipped has been repaired.
  static void on_operator(Ctx& ctx) {
    if (!ctx.log().alarm || ctx.log().ended) return ctx.decline();
    ctx.append(Record::resumed);
    tell(ctx);
  }

 private:
  static void occupy(Ctx& ctx) {
    ctx.state().calling = true;
    tell(ctx);
  }

  /// What the state of the order asks of the stocks.
  static void tell(Ctx& ctx) {
    ctx.state().answered = {};
    ctx.state().resends = {};
    request(ctx);
  }

  static void request(Ctx& ctx) {
    const bool calling = ctx.state().calling;
    const bool cancelled = ctx.log().state == State::cancelled;
    const Message request = calling     ? Message::occupy
                            : cancelled ? Message::release
                                        : Message::deduct;
    ctx.broadcast(ctx.all(Role::stock) - ctx.state().answered, request);
    const bool repeats =
        !calling || (ctx.log().state == State::init && ctx.config.job == Job::completes);
    ctx.arm(repeats ? Timer::again : Timer::call);
  }

  static bool all_answered(Ctx& ctx, ProcessId from) {
    ctx.state().answered.insert(from);
    return ctx.state().answered == ctx.all(Role::stock);
  }

  static void stop_calling(Ctx& ctx) {
    ctx.disarm(Timer::call);
    ctx.disarm(Timer::again);
    ctx.state() = {};
  }

  static void await_payment(Ctx& ctx) {
    ctx.arm(Timer::pay);
    ctx.arm(Timer::unpaid);
  }

  static void pay(Ctx& ctx) {
    if (ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      if (ctx.config.payment == Payment::at_once) cancel(ctx);
      return;  // the customer does not pay
    }
    if (ctx.config.creation != Creation::stock_cas) {
      if (!book(ctx)) return cancel(ctx);
    } else {
      ctx.force(Record::paying);
    }
    tell(ctx);
  }

  /// RETURNS: false, nothing done, if the order's own work cannot be done.
  static bool book(Ctx& ctx) {
    if (do_work(ctx) != LockAnswer::granted) {
      ctx.rollback();
      return false;
    }
    ctx.force(Record::paid, StoreAction::commit);
    ctx.vote(Vote::yes);
    end(ctx, Outcome::commit);
    return true;
  }

  static void end(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    ctx.answer(outcome);
  }
};

}  // namespace concordat
