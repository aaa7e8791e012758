// The events of a choreographed saga: who sends them to whom, the outbox that keeps them, and the
// relay that sends them until they are acknowledged. What it is all for is saga_choreographed.hpp.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat {

namespace choreography {

struct Message {
  enum class Type : std::uint8_t {
    done,    // to the next service; the first three may be rows of the outbox
    failed,  // to the one before
    final_,  // to the one before
    cancel,  // to the next one: the owner of the timeout has waited long enough
    ack,     // of an event from an outbox
  };
  Type type{};
  std::uint8_t order = 0;  // of the client: 1 is a second one, which the user did not want
  CONCORDAT_FIELDS(Message, type, order)
};

inline constexpr std::uint8_t orders = 2;

}  // namespace choreography

/// P is SagaChoreographed. The chain is c, f, s1, ..., sN.
template <class P>
struct ChoreographyEvents {
  using Ctx = Context<P>;
  using Message = choreography::Message;
  using Role = typename P::Role;
  using Table = typename P::Table;
  using Timer = typename P::Timer;
  using Type = Message::Type;

  static bool has_outbox(Ctx& ctx) { return ctx.config.outbox == P::Outbox::on; }

  static RowKey row(Ctx& ctx, Table table, std::uint8_t order) {
    return ctx.row(table, ctx.transaction() * choreography::orders + order);
  }

  /// The event goes into the outbox, in the open local transaction.
  static void store(Ctx& ctx, Message event) {
    const Table table = table_of(event.type);
    if (has_outbox(ctx) && !receiver(ctx, table).none())
      ctx.put(row(ctx, table, event.order), Row::in(event.type));
  }

  static void publish(Ctx& ctx, Message event) {
    const ProcessId to = receiver(ctx, table_of(event.type));
    if (to.none()) return;
    ctx.send(to, event);
    if (has_outbox(ctx)) ctx.arm(Timer::poll);
  }

  /// Sends what is in the outbox.
  static void relay(Ctx& ctx) {
    for (std::uint8_t order = 0; order < choreography::orders; ++order)
      for (const Table table : {Table::next, Table::back}) {
        const auto event = ctx.read(row(ctx, table, order));
        if (!event) continue;
        ctx.send(receiver(ctx, table), {event->template state_as<Type>(), order});
        ctx.arm(Timer::poll);
      }
  }

  static void on_ack(Ctx& ctx, ProcessId from, std::uint8_t order) {
    const Table table = from == next(ctx) ? Table::next : Table::back;
    if (!ctx.read(row(ctx, table, order))) return;
    forget(ctx, table, order);
    if (is_empty(ctx)) ctx.disarm(Timer::poll);
    ctx.commit();
  }

  static void forget(Ctx& ctx, Table table, std::uint8_t order) {
    ctx.lock(row(ctx, table, order));
    ctx.erase(row(ctx, table, order));
  }

  /// Or none, for the last one.
  static ProcessId next(Ctx& ctx) {
    for (const ProcessId each : chain(ctx))
      if (each.index() > ctx.self.index()) return each;
    return {};
  }

 private:
  /// As the open local transaction leaves it.
  static bool is_empty(Ctx& ctx) {
    for (std::uint8_t order = 0; order < choreography::orders; ++order)
      for (const Table table : {Table::next, Table::back})
        if (ctx.read(row(ctx, table, order))) return false;
    return true;
  }

  static ProcessSet chain(Ctx& ctx) {
    return ctx.all(Role::client) | ctx.all(Role::first) | ctx.all(Role::step);
  }

  /// Or none, for the client.
  static ProcessId previous(Ctx& ctx) {
    ProcessId out;
    for (const ProcessId each : chain(ctx))
      if (each.index() < ctx.self.index()) out = each;
    return out;
  }

  static Table table_of(Type event) { return event == Type::done ? Table::next : Table::back; }

  static ProcessId receiver(Ctx& ctx, Table table) {
    return table == Table::next ? next(ctx) : previous(ctx);
  }
};

}  // namespace concordat
