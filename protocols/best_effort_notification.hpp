// Best-effort notification, the callback of a payment service: the sender tells the receiver so and
// so many times, with growing intervals, and then gives up. The rest is up to the receiver, who can
// ask.
//
// Source: the notification interfaces of payment services; dtm and others call it best-effort or
// max-effort notification.
//
//   sender    one local transaction: its work. Then callback to the receiver, again after each
//             timeout, `retries` times at most; the count is in memory
//   receiver  its work, with the inbox; then ack
//   sender    on ack: stops
//
// `pull`: the receiver asks again and again whether the sender has committed, until it knows. It
// then does its work as after a callback.
//
// The sender commits by itself, and decides when it is through with the receiver: acknowledged, or
// tired of it. So nobody waits for ever, unless he asks. The effect is certain only with `pull`.
#pragma once

#include "protocols/parts/message_consumer.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct BestEffortNotification {
  using Ctx = Context<BestEffortNotification>;
  using Consumer = MessageConsumer<BestEffortNotification>;
  static constexpr std::string_view name = "best_effort_notification";
  static constexpr std::string_view summary = "so many callbacks, and then silence";
  static constexpr std::string_view source = "callbacks of payment services";
  enum class Role : std::uint8_t { sender, receiver };
  static constexpr std::array roles{producing("sender"), consuming("receiver")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr auto judged = message_properties;
  enum class Table : std::uint8_t { inbox };

  struct Config {
    bool pull = false;
    Inbox inbox{};
    std::uint8_t retries = 1;
    CONCORDAT_FIELDS(Config, pull, inbox, retries)
  };
  static constexpr std::array profiles{
      ProfileSpec{"push", "", "callbacks only"},
      ProfileSpec{"push_and_pull", "pull=true", "callbacks, and the receiver asks"}};
  static constexpr std::array costs{
      PublishedCost{"push", "commit", "", source, "messages 2; forces 2"}};

  enum class Message : std::uint8_t { callback, ack, query, committed, aborted };
  enum class Record : std::uint8_t { committed };
  enum class Timer : std::uint8_t { retry, poll };
  static constexpr int rank(Timer timer) { return timer == Timer::poll ? retry_rank : 0; }
  struct Durable {  // sender
    bool committed = false;
    CONCORDAT_FIELDS(Durable, committed)
  };
  static void redo(Durable& log, Record /*committed*/) { log.committed = true; }
  struct Volatile {  // sender
    std::uint8_t sent = 0;
    CONCORDAT_FIELDS(Volatile, sent)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::sender)) return begin(ctx);
    if (ctx.config.pull) ctx.arm(Timer::poll);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::callback:
        if (accept(ctx)) ctx.send(from, Message::ack);
        return;
      case Message::ack: ctx.disarm(Timer::retry); return decide(ctx, Outcome::commit);
      case Message::query:
        return ctx.send(from, ctx.log().committed ? Message::committed : Message::aborted);
      case Message::committed: accept(ctx); return;
      case Message::aborted: ctx.disarm(Timer::poll); return ctx.decide(Outcome::abort);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::retry: return notify(ctx);
      case Timer::poll:
        ctx.arm(Timer::poll);
        ctx.vote(Vote::yes);
        return ctx.send(ctx.the(Role::sender), Message::query);
    }
  }

  static void on_recover(Ctx& ctx) {  // the sender's retries are forgotten
    if (ctx.is(Role::sender)) ctx.decide(ctx.log().committed ? Outcome::commit : Outcome::abort);
    if (ctx.is(Role::receiver) && ctx.config.pull && !Consumer::knows(ctx)) ctx.arm(Timer::poll);
  }

 private:
  static void begin(Ctx& ctx) {
    if (do_work(ctx) != LockAnswer::granted ||
        ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      ctx.vote(Vote::no);
      return decide(ctx, Outcome::abort);
    }
    ctx.force(Record::committed, StoreAction::commit);
    ctx.vote(Vote::yes);
    notify(ctx);
  }

  /// Once more, or gives up.
  static void notify(Ctx& ctx) {
    if (ctx.state().sent > ctx.config.retries) return decide(ctx, Outcome::commit);
    ++ctx.state().sent;
    ctx.arm(Timer::retry);
    ctx.send(ctx.the(Role::receiver), Message::callback);
  }

  static void decide(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    ctx.answer(outcome);
  }

  static bool accept(Ctx& ctx) {
    if (!Consumer::apply(ctx, ctx.config.inbox)) return false;
    ctx.disarm(Timer::poll);
    return true;
  }
};

}  // namespace concordat
