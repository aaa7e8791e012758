// The transactional outbox: a business change and the message about it become stable together, a
// relay on the same node publishes the message, a consumer applies it once.
//
// Source: the local message table of the practitioners' literature, with an inbox for duplicates.
//   producer  one local transaction: its work, and a row `unsent` in the outbox
//   relay     publishes the lowest unsent row of its transaction, again until it is acknowledged
//   consumer  one local transaction: a row in the inbox and its work; a known row is skipped
//   consumer  acknowledges, after the commit
//   relay     marks the row `sent`
// The effect happens exactly once if the producer commits, else never. The broker is left out: the
// consumer's acknowledgement stands for its.
//
// A probe of the interface: two processes on one node, tables of one's own, scans, NodeState.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct OutboxRelay {
  static constexpr std::string_view name = "outbox_relay";
  static constexpr std::string_view summary = "outbox, relay, and a consumer with an inbox";

  enum class Role : std::uint8_t { producer, relay, consumer };
  static constexpr std::array roles{
      RoleSpec{.name = "producer", .prefix = "producer", .must_decide = true},
      RoleSpec{.name = "relay", .prefix = "relay"},
      RoleSpec{.name = "consumer", .prefix = "consumer", .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"work", "yes no"}};
  enum class Table : std::uint8_t { outbox, inbox };

  enum class Mistake : std::uint8_t {
    none,
    ack_before_commit,  // M20: the consumer acknowledges, then commits
    mark_before_ack,    // M21: the relay marks the row when it publishes
    cursor,             // the relay keeps the number of the last row sent instead of a mark on each
    no_inbox,           // the consumer does not know duplicates
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };

  enum class Message : std::uint8_t { event, ack };
  enum class Timer : std::uint8_t { poll };
  static constexpr int rank(Timer /*poll*/) { return retry_rank; }

  /// The cursor: every row up to here has been sent.
  struct Record {
    std::uint8_t sent = 0;
    CONCORDAT_FIELDS(Record, sent)
  };
  struct NodeState {
    std::uint8_t sent = 0;
    CONCORDAT_FIELDS(NodeState, sent)
  };
  struct Durable {};
  struct Volatile {};
  static void redo(Durable& /*log*/, Record /*record*/) {}
  static void redo(NodeState& node, Record record) { node.sent = record.sent; }

  /// Row::state of an outbox row.
  enum class Status : std::uint8_t { unsent, sent };
  using Ctx = Context<OutboxRelay>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::producer)) return produce(ctx);
    if (ctx.is(Role::relay)) ctx.arm(Timer::poll);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (message == Message::event) return consume(ctx, from);
    ctx.disarm(Timer::poll);
    mark(ctx);
  }

  static void on_timer(Ctx& ctx, Timer /*poll*/) {
    ctx.arm(Timer::poll);
    if (next(ctx) != ctx.transaction()) return;
    if (ctx.config.mistake == Mistake::mark_before_ack) mark(ctx);
    ctx.send(ctx.the(Role::consumer), Message::event);
  }

  static void on_recover(Ctx& ctx) {
    const bool is_stored = ctx.read(mine(ctx, Table::outbox)).has_value();
    if (ctx.is(Role::producer)) ctx.decide(is_stored ? Outcome::commit : Outcome::abort);
    if (ctx.is(Role::relay)) ctx.arm(Timer::poll);
  }

  // ---- The producer.

  static void produce(Ctx& ctx) {
    if (do_work(ctx) != LockAnswer::granted ||
        ctx.choose("work", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      return ctx.decide(Outcome::abort);
    }
    ctx.insert(mine(ctx, Table::outbox), Row::in(Status::unsent));
    ctx.commit();
    ctx.decide(Outcome::commit);
  }

  // ---- The relay. One process for each transaction; the rows say whose turn it is.

  /// The transaction of the lowest row to send, or 0.
  static int next(Ctx& ctx) {
    const bool has_cursor = ctx.config.mistake == Mistake::cursor;
    for (const auto& [key, row] : ctx.scan(Table::outbox)) {
      const bool is_sent =
          has_cursor ? key.key <= ctx.node_log().sent : row.state_as<Status>() == Status::sent;
      if (!is_sent) return key.key;
    }
    return 0;
  }

  static void mark(Ctx& ctx) {
    const auto number = static_cast<std::uint8_t>(ctx.transaction());
    if (ctx.config.mistake == Mistake::cursor)
      return number > ctx.node_log().sent ? ctx.force({number}) : void();
    ctx.put(mine(ctx, Table::outbox), Row::in(Status::sent));
    ctx.commit();
  }

  // ---- The consumer.

  static void consume(Ctx& ctx, ProcessId relay) {
    const bool is_early = ctx.config.mistake == Mistake::ack_before_commit;
    if (is_early) ctx.send(relay, Message::ack);
    const bool is_known = ctx.config.mistake != Mistake::no_inbox &&
                          ctx.insert(mine(ctx, Table::inbox), Row{}) == InsertAnswer::exists;
    if (is_known) {
      ctx.rollback();
    } else {
      do_work(ctx);
      ctx.commit();
      ctx.decide(Outcome::commit);
    }
    if (!is_early) ctx.send(relay, Message::ack);
  }

  static RowKey mine(Ctx& ctx, Table table) { return ctx.row(table, ctx.transaction()); }
};

}  // namespace concordat
