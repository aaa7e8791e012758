// The transactional outbox: a business change and the message about it become stable together. A
// relay on the same node sends the message until it is acknowledged. A consumer applies it once.
//
// Source: the local message table and the outbox of the practitioners' literature, with an inbox.
//
//   producer  one local transaction: its work, and a row `unsent` in the outbox. This is the commit
//             point: nobody else is asked. It wakes the relay
//   relay     sends the event of a row that is unsent, again and again
//   consumer  one local transaction: a row in the inbox, and its work; a known row is skipped
//             then, after the commit, ack
//   relay     marks the row `sent`, or deletes it
//
// The message is sent at least once and has its effect once, because of the inbox. It has an effect
// at all if both nodes are up long enough.
//
// Nothing so far says in which order two messages arrive. With `order` the local transaction also
// gives the row its place, after all rows that are there, and the relay leaves a row alone while an
// earlier one is unsent: `kept` any, `per_key` one about the same row of the producer's work. An
// event that the consumer can never apply then holds back all that are behind it.
//
// Profiles place the relay with the producer, whose tables it reads. The broker is left out: the
// consumer's ack stands for its. The consumer is not asked beforehand, so commit does not need its
// vote. The relay decides commit when the message is delivered, and abort when it is woken and
// finds no row.
#pragma once

#include <algorithm>

#include "protocols/parts/message_consumer.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct Outbox {
  using Ctx = Context<Outbox>;
  using Consumer = MessageConsumer<Outbox>;
  static constexpr std::string_view name = "outbox";
  static constexpr std::string_view summary = "outbox, relay, and a consumer with an inbox";
  static constexpr std::string_view source = "the local message table; the transactional outbox";
  enum class Role : std::uint8_t { producer, relay, consumer };
  static constexpr std::array roles{
      producing("producer"),
      RoleSpec{.name = "relay", .prefix = "relay", .must_decide = true},
      consuming("consumer")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr auto judged = message_properties;
  enum class Table : std::uint8_t { outbox, inbox };

  enum class Sent : std::uint8_t { marked, deleted };  // what becomes of a row
  enum class Order : std::uint8_t { none, kept, per_key };
  enum class Unfit : std::uint8_t {  // an event that the consumer's rows do not allow
    comes_again,                     // no ack: it may fit later
    dropped,                         // taken for an error: acknowledged, without effect
  };
  enum class Mistake : std::uint8_t {
    none,
    ack_before_commit,  // M20: the consumer acknowledges, then commits
    mark_before_ack,    // M21: the relay marks the row, then sends
    no_inbox,           // the consumer takes every message for a new one
  };
  struct Config {
    Sent sent{};
    Order order{};
    Unfit unfit{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, sent, order, unfit, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"marking", "", "rows that were sent are marked", "relay@producer"},
      ProfileSpec{"deleting", "sent=deleted", "rows that were sent are deleted", "relay@producer"}};
  static constexpr std::array costs{derived_cost("messages 2; forces 3", source)};

  enum class Message : std::uint8_t { wake, event, ack };
  enum class Record : std::uint8_t { committed, delivered };
  enum class Timer : std::uint8_t { poll };
  static constexpr int rank(Timer /*poll*/) { return retry_rank; }
  struct Durable {
    bool committed = false;  // producer: its local transaction
    bool delivered = false;  // relay
    CONCORDAT_FIELDS(Durable, committed, delivered)
  };
  static void redo(Durable& log, Record record) {
    (record == Record::committed ? log.committed : log.delivered) = true;
  }
  struct Volatile {};
  /// Row::state of a row of the outbox.
  enum class Status : std::uint8_t { unsent, sent };
  using RowStates = std::tuple<StatesOf<Table::outbox, Status>>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::producer)) produce(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::wake: return relay(ctx);
      case Message::event: return consume(ctx, from);
      case Message::ack: return on_ack(ctx);
    }
  }

  static void on_timer(Ctx& ctx, Timer /*poll*/) { relay(ctx); }

  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::producer)) end(ctx, ctx.log().committed ? Outcome::commit : Outcome::abort);
    if (ctx.is(Role::relay) && ctx.log().delivered) ctx.decide(Outcome::commit);
  }

 private:
  // ---- The producer.
  static void produce(Ctx& ctx) {
    if (do_work(ctx) != LockAnswer::granted ||
        ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      ctx.vote(Vote::no);
      return end(ctx, Outcome::abort);
    }
    ctx.insert(outbox(ctx), new_row(ctx));
    ctx.force(Record::committed, StoreAction::commit);
    ctx.vote(Vote::yes);
    end(ctx, Outcome::commit);
  }

  static void end(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    ctx.answer(outcome);
    ctx.send(ctx.the(Role::relay), Message::wake);
  }

  /// With an order its value is its place, and its owner the key that it is about.
  static Row new_row(Ctx& ctx) {
    Row out = Row::in(Status::unsent);
    if (ctx.config.order == Order::none) return out;
    for (const auto& [key, row] : ctx.scan(Table::outbox))
      out.value = std::max(out.value, row.value);
    ++out.value;
    if (!ctx.work().empty()) out.owner = static_cast<std::uint8_t>(ctx.work().front().row.key);
    return out;
  }

  // ---- The relay.
  static void relay(Ctx& ctx) {
    if (ctx.log().delivered) return;
    const auto row = ctx.read(outbox(ctx));
    if (!row) return ctx.decide(Outcome::abort);
    ctx.arm(Timer::poll);
    if (is_behind(ctx, *row)) return;
    if (ctx.config.mistake == Mistake::mark_before_ack) mark(ctx);
    ctx.send(ctx.the(Role::consumer), Message::event);
  }

  /// Whether an earlier row is unsent.
  static bool is_behind(Ctx& ctx, const Row& own) {
    if (ctx.config.order == Order::none) return false;
    return std::ranges::any_of(ctx.scan(Table::outbox), [&](const auto& entry) {
      const Row& row = entry.second;
      const bool counts = ctx.config.order == Order::kept || row.owner == own.owner;
      return counts && row.value < own.value && row.template state_as<Status>() == Status::unsent;
    });
  }

  static void on_ack(Ctx& ctx) {
    ctx.disarm(Timer::poll);
    mark(ctx);
    ctx.decide(Outcome::commit);
  }

  static void mark(Ctx& ctx) {
    if (ctx.log().delivered) return;
    if (ctx.lock(outbox(ctx)) != LockAnswer::granted) return;
    if (ctx.config.sent == Sent::deleted)
      ctx.erase(outbox(ctx));
    else
      ctx.write(outbox(ctx), Row::in(Status::sent));
    ctx.force(Record::delivered, StoreAction::commit);
  }

  // ---- The consumer.
  static void consume(Ctx& ctx, ProcessId relay) {
    const bool early = ctx.config.mistake == Mistake::ack_before_commit;
    if (early) ctx.send(relay, Message::ack);
    const bool forgets = ctx.config.mistake == Mistake::no_inbox;
    bool done = Consumer::apply(ctx, forgets ? Inbox::off : Inbox::on);
    if (!done && ctx.config.unfit == Unfit::dropped) {
      Consumer::drop(ctx);
      done = true;
    }
    if (done && !early) ctx.send(relay, Message::ack);
  }

  static RowKey outbox(Ctx& ctx) { return ctx.row(Table::outbox, ctx.transaction()); }
};

}  // namespace concordat
