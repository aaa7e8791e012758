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
// `timeout_owner=client`: c does. When it has waited long enough, `cancel` goes along the chain
// until it comes to a service that knows how the saga has ended, or to one that has never heard of
// it. The latter refuses, and keeps the row so that a late `done` finds it; either answers as ever.
//
// Without the inbox a service reacts to each event that it gets, also to one that it has had.
//
// The user who hears nothing asks again, and c knows the order by its key: the id of the saga.
//
// `silence_is_failure`: whoever does not hear that the next service has taken the event believes
// that it has failed, and compensates. It may have taken it.
//
// A service decides when it learns how the saga ends; the last one, or who refuses, knows at once.
// A service that runs as several instances: leased_step.hpp.
//
// It is not judged by LD: every service works, so that RC, all or nobody, says as much and more.
#pragma once

#include "protocols/parts/change_work.hpp"
#include "protocols/parts/choreography_events.hpp"
#include "protocols/parts/message_consumer.hpp"
#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct SagaChoreographed {
  using Ctx = Context<SagaChoreographed>;
  using Events = ChoreographyEvents<SagaChoreographed>;
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
  enum class TimeoutOwner : std::uint8_t { none, client };
  enum class Mistake : std::uint8_t {
    none,
    silence_is_failure,  // no ack of `done`: the next service has failed, and a step is undone
    no_tombstone,        // who is to cancel what it has never heard of keeps no trace of it
    no_idempotency_key,  // c takes what the user asks again for another order
  };
  struct Config {
    Outbox outbox{};
    Inbox inbox{};
    TimeoutOwner timeout_owner{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, outbox, inbox, timeout_owner, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"outbox", "", "events are committed with the step that they tell of"},
      ProfileSpec{"no_outbox", "outbox=off", "events are sent after the commit, once"},
      ProfileSpec{"no_inbox", "inbox=off", "services do what each event says, again if it repeats"},
      ProfileSpec{
          "timeout_owner", "outbox=off timeout_owner=client", "no outbox, but c notices silence"}};

  static constexpr std::array costs{
      PublishedCost{"outbox", "commit", "", source, "messages 4N+4; answer 2N+2; forces 4N+5"},
      PublishedCost{"no_outbox", "commit", "", source, "messages 2N+2; answer 2N+2; forces 2N+3"},
      PublishedCost{"no_inbox", "commit", "", source, "messages 4N+4; answer 2N+2; forces 4N+5"},
      PublishedCost{
          "timeout_owner", "commit", "", source, "messages 2N+2; answer 2N+2; forces 2N+3"}};

  using Message = choreography::Message;
  using Type = Message::Type;
  enum class Record : std::uint8_t { none };           // all is in the store
  enum class Timer : std::uint8_t { poll, deadline };  // the first one only repeats
  static constexpr int rank(Timer timer) { return timer == Timer::poll ? retry_rank : 0; }
  struct Durable {};
  struct Volatile {  // c
    bool overdue = false;
    CONCORDAT_FIELDS(Volatile, overdue)
  };
  static void redo(Durable& /*log*/, Record /*record*/) {}
  /// Row::state of the row of the saga.
  enum class Status : std::uint8_t { none, done, failed, compensated, final_ };
  using RowStates = std::tuple<StatesOf<Table::saga, Status>>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::client)) begin(ctx, 0);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    if (message.type == Type::ack) return Events::on_ack(ctx, from, message.order);
    if (message.type == Type::cancel) return cancel(ctx, message.order);
    const bool knows = ctx.config.inbox == Inbox::on;
    const Status now = status(ctx, message.order);
    const bool begins = message.type == Type::done;
    if (begins && (!knows || now == Status::none)) run(ctx, message.order);
    if (!begins && (!knows || now == Status::done) && !follow(ctx, message)) return;
    if (Events::has_outbox(ctx)) ctx.send(from, {Type::ack, message.order});
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    if (timer == Timer::deadline) ctx.state().overdue = true;
    if (ctx.config.mistake == Mistake::silence_is_failure && status(ctx, 0) == Status::done &&
        ctx.read(Events::row(ctx, Table::next, 0))) {
      Events::forget(ctx, Table::next, 0);
      follow(ctx, {Type::failed, 0});
    }
    look_again(ctx);
  }

  static void on_recover(Ctx& ctx) {
    const bool waits = ctx.is(Role::client) && status(ctx, 0) == Status::done;
    if (waits && ctx.config.timeout_owner == TimeoutOwner::client) ctx.arm(Timer::deadline);
    look_again(ctx);
    if (ctx.is(Role::client) && status(ctx, 0) == Status::none) ctx.decide(Outcome::abort);
  }

  /// The user asks again.
  static void on_client(Ctx& ctx, int /*key*/) {
    if (!ctx.is(Role::client)) return ctx.decline();
    if (ctx.config.mistake == Mistake::no_idempotency_key)
      return status(ctx, 1) == Status::none ? begin(ctx, 1) : ctx.decline();
    switch (status(ctx, 0)) {
      case Status::none: return ctx.decline();
      case Status::done: return Events::publish(ctx, {Type::done, 0});
      case Status::final_: return ctx.answer(Outcome::commit);
      case Status::failed:
      case Status::compensated: return ctx.answer(Outcome::abort);
    }
  }

 private:
  // ---- The steps.
  static void begin(Ctx& ctx, std::uint8_t order) {
    end_step(ctx, Status::done, {Type::done, order});
    Events::publish(ctx, {Type::done, order});
    if (ctx.config.timeout_owner == TimeoutOwner::client) ctx.arm(Timer::deadline);
  }

  static void run(Ctx& ctx, std::uint8_t order) {
    const bool enough = do_work(ctx) == LockAnswer::granted;
    if (!enough || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) return refuse(ctx, order);
    const bool last = Events::next(ctx).none();
    const Message event{last ? Type::final_ : Type::done, order};
    end_step(ctx, last ? Status::final_ : Status::done, event);
    ctx.vote(Vote::yes);
    if (last) ctx.decide(Outcome::commit);
    Events::publish(ctx, event);
  }

  static void refuse(Ctx& ctx, std::uint8_t order) {
    ctx.rollback();
    end_step(ctx, Status::failed, {Type::failed, order});
    ctx.vote(Vote::no);
    ctx.decide(Outcome::abort);
    Events::publish(ctx, {Type::failed, order});
  }

  /// What the service after this one has told. RETURNS: false, nothing done, if it cannot undo.
  static bool follow(Ctx& ctx, const Message& event) {
    const bool failed = event.type == Type::failed;
    if (failed && !change_work(ctx, Change::undo)) {
      ctx.rollback();
      return false;
    }
    end_step(ctx, failed ? Status::compensated : Status::final_, event);
    ctx.disarm(Timer::deadline);
    ctx.decide(failed ? Outcome::abort : Outcome::commit);
    if (ctx.is(Role::client)) ctx.answer(failed ? Outcome::abort : Outcome::commit);
    Events::publish(ctx, event);
    return true;
  }

  /// Whoever knows the end says it again; what has not begun here will not begin.
  static void cancel(Ctx& ctx, std::uint8_t order) {
    switch (status(ctx, order)) {
      case Status::none:
        return ctx.config.mistake == Mistake::no_tombstone
                   ? Events::publish(ctx, {Type::failed, order})
                   : refuse(ctx, order);
      case Status::done: return ctx.send(Events::next(ctx), {Type::cancel, order});
      case Status::failed:
      case Status::compensated: return Events::publish(ctx, {Type::failed, order});
      case Status::final_: return Events::publish(ctx, {Type::final_, order});
    }
  }

  static void look_again(Ctx& ctx) {
    Events::relay(ctx);
    if (!ctx.state().overdue || status(ctx, 0) != Status::done) return;
    ctx.send(Events::next(ctx), {Type::cancel, 0});
    ctx.arm(Timer::poll);
  }

  /// Ends the local transaction, with its event.
  static void end_step(Ctx& ctx, Status status, const Message& event) {
    ctx.put(Events::row(ctx, Table::saga, event.order), Row::in(status));
    Events::store(ctx, event);
    ctx.commit();
  }

  static Status status(Ctx& ctx, std::uint8_t order) {
    const auto row = ctx.read(Events::row(ctx, Table::saga, order));
    return row ? row->state_as<Status>() : Status::none;
  }
};

}  // namespace concordat
