// Sending a message, or calling another service, from inside a database transaction. It looks
// atomic and is not: this is what practitioners are warned of, and what outbox.hpp puts right.
//
// Source: the literature on the transactional outbox, which calls it the dual write.
//
//   scheme           producer                                          what goes wrong
//   send_commit      begin, update, send until stored, commit          the commit fails
//   send_timeout     the same, but gives up after one timeout          the message was stored
//   rpc_commit       begin, update, call, commit after the reply       either of the two
//   commit_send      begin, update, commit, send until stored          a crash in between
//
//   broker    on send: forces it, stored to the producer, event to the consumer until ack
//   consumer  on event, or on call: its work, with the inbox if there is one; then ack, or reply
//
// A vote of no is a commit that fails, in schemes that have sent before. The local transaction and
// its locks stay open while the producer waits for the broker or for the consumer. With commit_send
// the producer decides when the message is stored.
//
// `lookup`: the event says only that something has changed, and the consumer asks the producer
// what. If it is faster than the commit there is nothing yet: it drops the event, or lets it come
// again.
//
// An inbox helps against duplicates, not against the rest: each scheme breaks with it.
#pragma once

#include "protocols/parts/message_broker.hpp"
#include "protocols/parts/message_consumer.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct SendInTransaction {
  using Ctx = Context<SendInTransaction>;
  using Broker = MessageBroker<SendInTransaction>;
  using Consumer = MessageConsumer<SendInTransaction>;
  static constexpr std::string_view name = "send_in_transaction";
  static constexpr std::string_view summary = "a message sent inside a local transaction (broken)";
  static constexpr std::string_view source = "the dual write of the outbox literature";
  enum class Role : std::uint8_t { producer, broker, consumer };
  static constexpr std::array roles{
      producing("producer"),
      RoleSpec{.name = "broker", .prefix = "broker", .must_decide = true, .once_yes = true},
      consuming("consumer")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr auto judged = message_properties;
  enum class Table : std::uint8_t { inbox };

  enum class Scheme : std::uint8_t { send_commit, send_timeout, rpc_commit, commit_send };
  enum class Lookup : std::uint8_t { none, drops, waits };  // what is not there yet
  struct Config {
    Scheme scheme{};
    Inbox inbox{};
    Lookup lookup{};
    CONCORDAT_FIELDS(Config, scheme, inbox, lookup)
  };
  static constexpr std::array profiles{
      ProfileSpec{"send_then_commit", "", "sends until it is stored, then commits"},
      ProfileSpec{
          "send_or_roll_back", "scheme=send_timeout", "sends once, and commits or rolls back"},
      ProfileSpec{"call_then_commit", "scheme=rpc_commit", "calls the consumer, then commits"},
      ProfileSpec{"commit_then_send", "scheme=commit_send", "commits, then sends"}};
  static constexpr std::array costs{
      PublishedCost{"send_then_commit", "commit", "", source, "messages 4; forces 3"},
      PublishedCost{"send_or_roll_back", "commit", "", source, "messages 4; forces 3"},
      PublishedCost{"call_then_commit", "commit", "", source, "messages 2; forces 2"},
      PublishedCost{"commit_then_send", "commit", "", source, "messages 4; forces 3"}};

  enum class Message : std::uint8_t {
    send,
    stored,
    event,
    ack,
    call,
    reply,
    look,  // consumer to producer, with a lookup
    found,
    missing,
  };
  enum class Record : std::uint8_t { committed, stored, delivered };
  enum class Timer : std::uint8_t { give_up, resend, deliver };
  static constexpr int rank(Timer timer) { return timer == Timer::give_up ? 0 : retry_rank; }
  struct Durable {
    bool committed = false;  // producer
    bool stored = false;     // broker
    bool delivered = false;
    CONCORDAT_FIELDS(Durable, committed, stored, delivered)
  };
  static void redo(Durable& log, Record record) {
    switch (record) {
      case Record::committed: log.committed = true; return;
      case Record::stored: log.stored = true; return;
      case Record::delivered: log.delivered = true; return;
    }
  }
  struct Volatile {
    bool waiting = false;  // producer: its local transaction is open
    CONCORDAT_FIELDS(Volatile, waiting)
  };

  static void on_start(Ctx& ctx) {
    if (!ctx.is(Role::producer)) return;
    if (do_work(ctx) != LockAnswer::granted) return roll_back(ctx);
    if (ctx.config.scheme == Scheme::commit_send) return end(ctx);
    ctx.state().waiting = true;
    tell(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::send: return on_send(ctx, from);
      case Message::ack: return Broker::on_ack(ctx);
      case Message::event:
      case Message::call:
        return ctx.config.lookup == Lookup::none ? consume(ctx)
                                                 : ctx.send(ctx.the(Role::producer), Message::look);
      case Message::look:
        return ctx.send(from, ctx.log().committed ? Message::found : Message::missing);
      case Message::found: return consume(ctx);
      case Message::missing: return on_missing(ctx);
      case Message::stored:
      case Message::reply: return on_answer(ctx);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::give_up: return roll_back(ctx);
      case Timer::resend: return tell(ctx);
      case Timer::deliver: return Broker::deliver(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {  // an open local transaction is gone
    if (ctx.is(Role::producer)) ctx.decide(ctx.log().committed ? Outcome::commit : Outcome::abort);
    if (!ctx.is(Role::broker) || !ctx.log().stored) return;
    ctx.log().delivered ? ctx.decide(Outcome::commit) : Broker::deliver(ctx);
  }

 private:
  // ---- The producer.
  static void tell(Ctx& ctx) {
    const Scheme scheme = ctx.config.scheme;
    const bool gives_up = scheme == Scheme::send_timeout || scheme == Scheme::rpc_commit;
    ctx.arm(gives_up ? Timer::give_up : Timer::resend);
    if (scheme == Scheme::rpc_commit)
      ctx.send(ctx.the(Role::consumer), Message::call);
    else
      ctx.send(ctx.the(Role::broker), Message::send);
  }

  static void on_answer(Ctx& ctx) {
    ctx.disarm(Timer::resend);
    if (ctx.log().committed) return decide(ctx, Outcome::commit);
    if (!ctx.state().waiting) return;
    ctx.disarm(Timer::give_up);
    end(ctx);
  }

  static void end(Ctx& ctx) {
    if (ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) return roll_back(ctx);
    ctx.state().waiting = false;
    ctx.force(Record::committed, StoreAction::commit);
    ctx.vote(Vote::yes);
    ctx.config.scheme == Scheme::commit_send ? tell(ctx) : decide(ctx, Outcome::commit);
  }

  static void roll_back(Ctx& ctx) {
    ctx.state().waiting = false;
    ctx.rollback();
    ctx.vote(Vote::no);
    decide(ctx, Outcome::abort);
  }

  static void decide(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    ctx.answer(outcome);
  }

  // ---- The broker and the consumer.
  static void on_send(Ctx& ctx, ProcessId producer) {
    const bool known = ctx.log().stored;
    if (!known) ctx.force(Record::stored);
    ctx.vote(Vote::yes);
    ctx.send(producer, Message::stored);
    if (!known) Broker::deliver(ctx);
  }

  static void consume(Ctx& ctx) {
    if (Consumer::apply(ctx, ctx.config.inbox)) acknowledge(ctx);
  }

  /// The row is not committed yet, or it never will be: the consumer cannot tell.
  static void on_missing(Ctx& ctx) {
    if (ctx.config.lookup == Lookup::waits) return;
    Consumer::drop(ctx);
    acknowledge(ctx);
  }

  static void acknowledge(Ctx& ctx) {
    const bool called = ctx.config.scheme == Scheme::rpc_commit;
    ctx.send(ctx.the(called ? Role::producer : Role::broker),
             called ? Message::reply : Message::ack);
  }
};

}  // namespace concordat
