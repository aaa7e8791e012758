// A saga without an orchestrator: a chain of services, each of which does its step when it hears
// that the one before it has, and undoes it when it hears that the one after it has failed.
//
// Sources: Richardson, "Microservices patterns", 2018, chapters 3 and 4: choreography,
// transactional outbox, idempotent consumer. The saga itself is Garcia-Molina's and Salem's, 1987.
//
//   c   the client: begins, and waits for the outcome
//   f   the first service. One local transaction: T, the row of the saga (the inbox: it tells
//       requests apart) and the event `done` in the outbox
//       its relay sends what is in the outbox to the next service, again and again
//   s1  the same; then it acknowledges, and f deletes the event
//   sN  the last one: its event is `final`, and goes back along the chain
//
//   si  refuses: one local transaction, the row `failed` and the event `failed` for s(i-1)
//   s(i-1)  one local transaction: C, the row `compensated`, and `failed` for s(i-2)
//
// Without the outbox a service commits and then sends its event, once. If it crashes between the
// two, or the event is lost, nobody will ever know: there is nobody who looks after the whole.
//
// `silence_is_failure`: whoever does not hear that the next service has taken the event believes
// that it has failed, and compensates. It may have taken it.
//
// A service decides when it learns how the saga ends; the last one, or who refuses, knows at once.
#pragma once

#include "protocols/parts/change_work.hpp"
#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct SagaChoreographed {
  using Ctx = Context<SagaChoreographed>;
  static constexpr std::string_view name = "saga_choreographed";
  static constexpr std::string_view summary = "services that react to each other's events";
  static constexpr std::string_view source = "Richardson 2018; Garcia-Molina, Salem 1987";
  enum class Role : std::uint8_t { client, first, step };
  static constexpr std::array roles{
      RoleSpec{.name = "client", .prefix = "c", .must_decide = true},
      RoleSpec{
          .name = "first", .prefix = "f", .votes = true, .must_decide = true, .once_yes = true},
      RoleSpec{.name = "step",
               .prefix = "s",
               .count = 0,
               .votes = true,
               .must_decide = true,
               .once_yes = true,
               .consumes = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 6> judged{"RC", "ND", "ID", "CO", "NB", "ET"};
  /// `next`, `back`: the outbox, for events to the next one and to the one before.
  enum class Table : std::uint8_t { saga, next, back };

  enum class Outbox : std::uint8_t { on, off };
  enum class Mistake : std::uint8_t {
    none,
    silence_is_failure,  // no ack of `done`: the next service has failed, and a step is undone
  };
  struct Config {
    Outbox outbox{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, outbox, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"outbox", "", "events are committed with the step that they tell of"},
      ProfileSpec{"no_outbox", "outbox=off", "events are sent after the commit, once"}};

  static constexpr std::array costs{
      PublishedCost{"outbox", "commit", "", source, "messages 4N+4; answer 2N+2"},
      PublishedCost{"no_outbox", "commit", "", source, "messages 2N+2; answer 2N+2"}};

  enum class Message : std::uint8_t {
    done,
    failed,
    final_,
    ack
  };                                          // row of the outbox: the first 3
  enum class Record : std::uint8_t { none };  // all is in the store
  enum class Timer : std::uint8_t { poll };
  static constexpr int rank(Timer /*poll*/) { return retry_rank; }
  struct Durable {};
  struct Volatile {};
  static void redo(Durable& /*log*/, Record /*record*/) {}
  /// Row::state of the row of the saga.
  enum class Status : std::uint8_t { none, done, failed, compensated, final_ };

  static void on_start(Ctx& ctx) {
    if (!ctx.is(Role::client)) return;
    end_step(ctx, Status::done, Message::done);
    publish(ctx, Message::done);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (message == Message::ack) return on_ack(ctx, from);
    if (message == Message::done && status(ctx) == Status::none) run(ctx);
    if (message != Message::done && status(ctx) == Status::done && !follow(ctx, message)) return;
    if (has_outbox(ctx)) ctx.send(from, Message::ack);
  }

  static void on_timer(Ctx& ctx, Timer /*poll*/) {
    const bool takes_back = ctx.config.mistake == Mistake::silence_is_failure;
    if (takes_back && status(ctx) == Status::done &&
        ctx.lock(outbox(ctx, Table::next)) == LockAnswer::granted) {
      ctx.erase(outbox(ctx, Table::next));
      follow(ctx, Message::failed);
    }
    relay(ctx);
  }

  static void on_recover(Ctx& ctx) {
    relay(ctx);
    if (ctx.is(Role::client) && status(ctx) == Status::none) ctx.decide(Outcome::abort);
  }

 private:
  // ---- The steps.
  static void run(Ctx& ctx) {
    const bool enough = do_work(ctx) == LockAnswer::granted;
    if (!enough || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      end_step(ctx, Status::failed, Message::failed);
      ctx.vote(Vote::no);
      ctx.decide(Outcome::abort);
      return publish(ctx, Message::failed);
    }
    const bool last = next(ctx).none();
    const Message event = last ? Message::final_ : Message::done;
    end_step(ctx, last ? Status::final_ : Status::done, event);
    ctx.vote(Vote::yes);
    if (last) ctx.decide(Outcome::commit);
    publish(ctx, event);
  }

  /// What the service after this one has told. RETURNS: false, nothing done, if it cannot undo.
  static bool follow(Ctx& ctx, Message event) {
    const bool failed = event == Message::failed;
    if (failed && !change_work(ctx, Change::undo)) {
      ctx.rollback();
      return false;
    }
    end_step(ctx, failed ? Status::compensated : Status::final_, event);
    ctx.decide(failed ? Outcome::abort : Outcome::commit);
    if (ctx.is(Role::client)) ctx.answer(failed ? Outcome::abort : Outcome::commit);
    publish(ctx, event);
    return true;
  }

  /// Ends the local transaction, with its event.
  static void end_step(Ctx& ctx, Status status, Message event) {
    ctx.put(ctx.row(Table::saga, ctx.transaction()), Row::in(status));
    const Table table = event == Message::done ? Table::next : Table::back;
    if (has_outbox(ctx) && !receiver(ctx, table).none())
      ctx.put(outbox(ctx, table), Row::in(event));
    ctx.commit();
  }

  static Status status(Ctx& ctx) {
    const auto row = ctx.read(ctx.row(Table::saga, ctx.transaction()));
    return row ? row->state_as<Status>() : Status::none;
  }

  // ---- The events.
  static void publish(Ctx& ctx, Message event) {
    const ProcessId to = receiver(ctx, event == Message::done ? Table::next : Table::back);
    if (to.none()) return;
    ctx.send(to, event);
    if (has_outbox(ctx)) ctx.arm(Timer::poll);
  }

  /// Sends what is in the outbox.
  static void relay(Ctx& ctx) {
    for (const Table table : {Table::next, Table::back}) {
      const auto row = ctx.read(outbox(ctx, table));
      if (!row) continue;
      ctx.send(receiver(ctx, table), row->state_as<Message>());
      ctx.arm(Timer::poll);
    }
  }

  static void on_ack(Ctx& ctx, ProcessId from) {
    const Table table = from == next(ctx) ? Table::next : Table::back;
    const Table other = table == Table::next ? Table::back : Table::next;
    if (!ctx.read(outbox(ctx, table))) return;
    ctx.lock(outbox(ctx, table));
    ctx.erase(outbox(ctx, table));
    if (!ctx.read(outbox(ctx, other))) ctx.disarm(Timer::poll);
    ctx.commit();
  }

  static bool has_outbox(Ctx& ctx) { return ctx.config.outbox == Outbox::on; }
  static RowKey outbox(Ctx& ctx, Table table) { return ctx.row(table, ctx.transaction()); }

  // ---- The chain: c, f, s1, ..., sN.
  static ProcessSet chain(Ctx& ctx) {
    return ctx.all(Role::client) | ctx.all(Role::first) | ctx.all(Role::step);
  }

  /// Or none, for the last one.
  static ProcessId next(Ctx& ctx) {
    for (const ProcessId each : chain(ctx))
      if (each.index() > ctx.self.index()) return each;
    return {};
  }

  /// Or none, for the client.
  static ProcessId previous(Ctx& ctx) {
    ProcessId out;
    for (const ProcessId each : chain(ctx))
      if (each.index() < ctx.self.index()) out = each;
    return out;
  }

  static ProcessId receiver(Ctx& ctx, Table table) {
    return table == Table::next ? next(ctx) : previous(ctx);
  }
};

}  // namespace concordat
