// RocketMQ's transactional messages: the message is stored first, but half, which nobody can see.
// The producer's local transaction decides what becomes of it.
//
// Source: the documentation of RocketMQ (transactional messages, BrokerConfig); for `check=insert`
// that of dtm (two-phase messages).
//
//   producer  half to the broker
//   broker    forces `half`, then stored to the producer
//   producer  local transaction: a row in the status table, and its work; it takes a while. Its
//             commit is the commit point. Then commit or rollback to the broker, once: this is END
//   broker    forces `commit` or `rollback`; the first END counts, a later one is ignored. Of
//   commit,
//             event to the consumer until ack
//   consumer  its work, with the inbox; then ack
//   broker    no END for a while: check to the producer, which looks into its status table and
//             answers with END. After so many checks the message is discarded
//
// `check`, what the producer answers when the table has no row:
//   naive          rollback. But its local transaction may be under way, and commit later
//   knows_running  unknown while it may still run, and the broker asks again
//   insert         it inserts `rolled_back` itself. The key is unique: this waits for a local
//                  transaction that is under way, and prevents one that is yet to come
//
// The external event service of the weak-consistency patterns is the same under other names: the
// event is stored beforehand (half), then confirmed or cancelled (commit, rollback), and the
// service queries the producer back (check) where it hears nothing. It gives up never: `checks=0`.
//
// With any bound the order may outlive its message: a producer that is out of reach, or at work,
// for longer than all checks commits alone. `checks` is the price of forgetting.
//
// The real group has many producers, any of which answers from their common table. Here it has one.
// The broker is asked to decide once it has stored the message: it waits for END, then for ack.
#pragma once

#include "protocols/parts/message_broker.hpp"
#include "protocols/parts/message_consumer.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct HalfMessage {
  using Ctx = Context<HalfMessage>;
  using Broker = MessageBroker<HalfMessage>;
  using Consumer = MessageConsumer<HalfMessage>;
  static constexpr std::string_view name = "half_message";
  static constexpr std::string_view summary =
      "a message that is stored half, ended, or asked about";
  static constexpr std::string_view source = "RocketMQ, transactional messages";
  enum class Role : std::uint8_t { producer, broker, consumer };
  static constexpr std::array roles{
      producing("producer"),
      RoleSpec{.name = "broker", .prefix = "broker", .must_decide = true, .once_yes = true},
      consuming("consumer")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr auto judged = message_properties;
  enum class Table : std::uint8_t { status, inbox };

  enum class Check : std::uint8_t { naive, knows_running, insert };
  struct Config {
    Check check{};
    Inbox inbox{};
    std::uint8_t checks = 2;  // RocketMQ: 15; 0: for ever
    CONCORDAT_FIELDS(Config, check, inbox, checks)
  };
  static constexpr std::array profiles{
      ProfileSpec{"naive_check", "", "without a row the check says rollback"},
      ProfileSpec{"knows_running", "check=knows_running", "unknown while it may still run"},
      ProfileSpec{"check_inserts", "check=insert", "the check inserts a row with a unique key"},
      ProfileSpec{"event_service",
                  "check=knows_running checks=0",
                  "the external event service, which asks for ever"}};
  static constexpr std::array costs{derived_cost("messages 5; forces 4", source)};

  enum class Message : std::uint8_t { half, stored, commit, rollback, check, unknown, event, ack };
  enum class Record : std::uint8_t {
    committed,  // producer
    half,       // broker, as all that follow
    check,
    commit,
    rollback,
    discard,
    delivered
  };
  enum class Timer : std::uint8_t { call, work, check, deliver };
  static constexpr int rank(Timer timer) {
    return timer == Timer::deliver ? retry_rank : static_cast<int>(timer);
  }
  enum class End : std::uint8_t { none, commit, rollback, discard };
  struct Durable {
    bool committed = false;   // producer
    bool half = false;        // broker
    std::uint8_t checks = 0;  // so many were sent
    End end{};
    bool delivered = false;
    CONCORDAT_FIELDS(Durable, committed, half, checks, end, delivered)
  };
  static void redo(Durable& log, Record record) {
    switch (record) {
      case Record::committed: log.committed = true; return;
      case Record::half: log.half = true; return;
      case Record::check: ++log.checks; return;
      case Record::commit: log.end = End::commit; return;
      case Record::rollback: log.end = End::rollback; return;
      case Record::discard: log.end = End::discard; return;
      case Record::delivered: log.delivered = true; return;
    }
  }
  enum class Phase : std::uint8_t { idle, calling, working };
  struct Volatile {  // producer
    Phase phase{};
    CONCORDAT_FIELDS(Volatile, phase)
  };
  /// Row::state of a row of the status table.
  enum class Status : std::uint8_t { none, committed, rolled_back };
  using RowStates = std::tuple<StatesOf<Table::status, Status>>;

  static void on_start(Ctx& ctx) {
    if (!ctx.is(Role::producer)) return;
    ctx.state().phase = Phase::calling;
    ctx.arm(Timer::call);
    ctx.send(ctx.the(Role::broker), Message::half);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::half: return on_half(ctx, from);
      case Message::commit: return on_end(ctx, Record::commit);
      case Message::rollback: return on_end(ctx, Record::rollback);
      case Message::unknown: return;  // the timer is armed
      case Message::ack: return Broker::on_ack(ctx);
      case Message::stored: return on_stored(ctx);
      case Message::check: return on_check(ctx);
      case Message::event:
        if (Consumer::apply(ctx, ctx.config.inbox)) ctx.send(from, Message::ack);
        return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::call: return abandon(ctx);
      case Timer::work: return finish(ctx);
      case Timer::check: return ask(ctx);
      case Timer::deliver: return Broker::deliver(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    if (ctx.is(Role::producer)) ctx.decide(log.committed ? Outcome::commit : Outcome::abort);
    if (!ctx.is(Role::broker) || !log.half) return;
    if (log.end == End::none) return ctx.arm(Timer::check);
    if (log.end == End::commit && !log.delivered) return Broker::deliver(ctx);
    ctx.decide(log.end == End::commit ? Outcome::commit : Outcome::abort);
  }

 private:
  // ---- The producer.
  /// Begins the local transaction. Timer::work stands for the time that it takes.
  static void on_stored(Ctx& ctx) {
    if (ctx.state().phase != Phase::calling) return;
    ctx.disarm(Timer::call);
    const bool first =
        ctx.insert(status(ctx), Row::in(Status::committed)) == InsertAnswer::inserted;
    if (!first || do_work(ctx) != LockAnswer::granted) return abandon(ctx);
    ctx.state().phase = Phase::working;
    ctx.arm(Timer::work);
  }

  static void finish(Ctx& ctx) {
    if (ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) return abandon(ctx);
    ctx.state().phase = Phase::idle;
    ctx.force(Record::committed, StoreAction::commit);
    ctx.vote(Vote::yes);
    ctx.decide(Outcome::commit);
    ctx.answer(Outcome::commit);
    ctx.send(ctx.the(Role::broker), Message::commit);
  }

  static void abandon(Ctx& ctx) {
    ctx.state().phase = Phase::idle;
    ctx.rollback();
    ctx.vote(Vote::no);
    ctx.decide(Outcome::abort);
    ctx.answer(Outcome::abort);
    ctx.send(ctx.the(Role::broker), Message::rollback);
  }

  static void on_check(Ctx& ctx) {
    const bool working = ctx.state().phase == Phase::working;
    const bool running = working || ctx.state().phase == Phase::calling;
    if (ctx.config.check == Check::knows_running && running)
      return ctx.send(ctx.the(Role::broker), Message::unknown);
    if (ctx.config.check == Check::insert) {
      if (working) return;  // its insert waits for that of the local transaction
      if (ctx.insert(status(ctx), Row::in(Status::rolled_back)) == InsertAnswer::inserted)
        ctx.commit();
      else
        ctx.rollback();
    }
    // A session of its own: what the local transaction has not committed it does not see.
    const Row row = working ? Row{} : ctx.read(status(ctx)).value_or(Row{});
    const bool committed = row.state_as<Status>() == Status::committed;
    ctx.send(ctx.the(Role::broker), committed ? Message::commit : Message::rollback);
  }

  static RowKey status(Ctx& ctx) { return ctx.row(Table::status, ctx.transaction()); }

  // ---- The broker.
  static void on_half(Ctx& ctx, ProcessId producer) {
    if (!ctx.log().half) {
      ctx.force(Record::half);
      ctx.vote(Vote::yes);
      ctx.arm(Timer::check);
    }
    ctx.send(producer, Message::stored);
  }

  static void ask(Ctx& ctx) {
    if (ctx.config.checks != 0) {
      if (ctx.log().checks == ctx.config.checks) return on_end(ctx, Record::discard);
      ctx.append(Record::check);
    }
    ctx.arm(Timer::check);
    ctx.send(ctx.the(Role::producer), Message::check);
  }

  static void on_end(Ctx& ctx, Record end) {
    if (!ctx.log().half || ctx.log().end != End::none) return;
    ctx.disarm(Timer::check);
    ctx.force(end);
    if (end == Record::commit) return Broker::deliver(ctx);
    ctx.decide(Outcome::abort);
  }
};

}  // namespace concordat
