// One step of a choreographed saga in a service that runs as several instances, such as functions
// that a queue triggers. A lock with a lease shall keep two instances from handling events of the
// same saga at the same time.
//
// Sources: Kleppmann, "How to do distributed locking", 2016, and "Designing data-intensive
// applications", 2017, chapter 8; Gray and Cheriton, "Leases", 1989. The saga around it:
// saga_choreographed.hpp.
//
//   q   the queue: delivers `run` to an instance, w1; without an answer to the next one, and so on,
//       or gives the saga up: then it delivers `compensate` in the same way
//   w1  acquire, from the lock service l
//   l   writes down the holder and the next token. granted, for as long as the lease lasts; until
//       then, busy for everybody else, and for w1
//   w1  read, to the database d: has the step been done for this saga?
//   d   writes down the token. state
//   w1  if it has not: write, with what it has seen
//   d   one local transaction: T, or C, or the row that keeps a late T out; the row of the saga;
//       the token. written
//   w1  handled, to q; release, to l
//
// The lease ends by itself, or the crash of w1 would stop the saga. So w1, paused or slow, may
// believe that it holds the lock when w2 does. `lock=lease` relies on the clock: both write what
// they have seen to be missing. `lock=fenced`: d refuses a token that is lower than one that it
// knows, and takes one write for each.
//
// The book asks for the token with each write. That is not enough for who looks before it writes
// (`unfenced_read`): the write of w1 may arrive after the read of w2, and before its write. So the
// read shows the token, too.
//
// `inbox=on` needs no lock: d itself looks for the row of the saga, in the same local transaction.
//
// q decides. An instance that gets an event drops what it was at. Not in the sources: that the two
// events may be T and C of one saga.
#pragma once

#include "protocols/parts/lease_database.hpp"
#include "protocols/parts/lease_words.hpp"
#include "protocols/parts/message_consumer.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct LeasedStep {
  using Ctx = Context<LeasedStep>;
  using Database = LeaseDatabase<LeasedStep>;
  static constexpr std::string_view name = "leased_step";
  static constexpr std::string_view summary = "instances of a service, a lease, fencing tokens";
  static constexpr std::string_view source = "Kleppmann 2016";
  enum class Role : std::uint8_t { queue, worker, lock, database };
  static constexpr std::array roles{RoleSpec{.name = "queue", .prefix = "q", .must_decide = true},
                                    RoleSpec{.name = "worker", .prefix = "w", .count = 0},
                                    single("lock", "l"),
                                    RoleSpec{.name = "database", .prefix = "d", .votes = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"},
                                      ChoiceSpec{"silence", "redeliver compensate"}};
  static constexpr std::array<std::string_view, 1> bounds{"token"};
  static constexpr std::array<std::string_view, 3> judged{"RC", "ID", "CO"};
  enum class Table : std::uint8_t { saga, token };

  enum class Lock : std::uint8_t { fenced, lease, none };
  enum class Mistake : std::uint8_t {
    none,
    unfenced_read,  // only the write shows d the token
  };
  struct Config {
    Lock lock{};
    Inbox inbox = Inbox::off;
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, lock, inbox, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"fenced", "", "a lease, and a token that the database checks"},
      ProfileSpec{"lease", "lock=lease", "a lease"},
      ProfileSpec{"no_lock", "lock=none", "instances look, and then write"},
      ProfileSpec{"inbox", "lock=none inbox=on", "no lock: the database looks as it writes"}};
  static constexpr std::array costs{
      PublishedCost{"fenced", "commit", "", "own count", "messages 9; forces 6; answer 8"},
      PublishedCost{"lease", "commit", "", "own count", "messages 9; forces 5; answer 8"},
      PublishedCost{"no_lock", "commit", "", "own count", "messages 6; forces 3; answer 6"},
      PublishedCost{"inbox", "commit", "", "own count", "messages 6; forces 3; answer 6"}};

  using Message = lease::Message;
  using Type = Message::Type;
  using Record = lease::Record;
  using Kind = Record::Type;
  using Durable = lease::Durable;  // q and l
  static void redo(Durable& log, const Record& record) { log.redo(record); }
  enum class Timer : std::uint8_t { lease, again };  // the last one only repeats
  static constexpr int rank(Timer timer) { return timer == Timer::again ? retry_rank : 0; }
  using Phase = lease::Phase;
  using Volatile = lease::Volatile;
  using Job = lease::Job;
  using Status = lease::Status;
  using RowStates = std::tuple<StatesOf<Table::saga, Status>, StatesOf<Table::token, lease::Use>>;
  enum class Silence : std::uint8_t { redeliver, compensate };

  static void on_start(Ctx& ctx) {
    if (!ctx.is(Role::queue)) return;
    ctx.force({Kind::begun, {}, 0, {}});
    deliver(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::run: return handle(ctx, Job::run);
      case Type::compensate: return handle(ctx, Job::compensate);
      case Type::handled: return on_handled(ctx, message.status);
      case Type::acquire: return on_acquire(ctx, from);
      case Type::granted: return on_granted(ctx, message.token);
      case Type::release: return on_release(ctx, from, message.token);
      case Type::read: return Database::on_read(ctx, from, message.token);
      case Type::write: return Database::on_write(ctx, from, message);
      case Type::state: return on_state(ctx, message);
      case Type::written: return on_written(ctx, message);
      case Type::busy:
      case Type::stale:
        if (message.token == ctx.state().token) ctx.state() = {};  // q will deliver again
        return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    if (timer == Timer::lease) return ctx.force({Kind::released, {}, 0, {}});
    if (!ctx.log().compensating &&
        ctx.choose("silence", {Silence::redeliver, Silence::compensate}) == Silence::compensate)
      ctx.force({Kind::compensating, {}, 0, {}});
    deliver(ctx);
  }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    if (!log.holder.none()) ctx.arm(Timer::lease);
    if (!ctx.is(Role::queue)) return;
    if (!log.begun) return ctx.decide(Outcome::abort);
    log.end != Outcome::none ? ctx.decide(log.end) : deliver(ctx);
  }

  static bool fenced(Ctx& ctx) { return ctx.config.lock == Lock::fenced; }

 private:
  // ---- q.
  static void deliver(Ctx& ctx) {
    const Type event = ctx.log().compensating ? Type::compensate : Type::run;
    for (const ProcessId each : ctx.all(Role::worker))
      if (ctx.place_of(each) == ctx.state().turn) ctx.send(each, {event});
    const int next = (ctx.state().turn + 1) % ctx.all(Role::worker).size();
    ctx.state().turn = static_cast<std::uint8_t>(next);
    ctx.arm(Timer::again);
  }

  static void on_handled(Ctx& ctx, Status status) {
    const Durable& log = ctx.log();
    const bool done = status == Status::done;
    if (log.end != Outcome::none || (done && log.compensating)) return;
    const Outcome outcome = done ? Outcome::commit : Outcome::abort;
    ctx.disarm(Timer::again);
    ctx.force({Kind::ended, {}, 0, outcome});
    ctx.decide(outcome);
    ctx.answer(outcome);
  }

  // ---- An instance.
  static void handle(Ctx& ctx, Job job) {
    ctx.state() = {};
    ctx.state().job = job;
    if (ctx.config.lock == Lock::none) return look(ctx, 0);
    ctx.state().phase = Phase::acquiring;
    ctx.send(ctx.the(Role::lock), {Type::acquire});
  }

  static void on_granted(Ctx& ctx, std::uint8_t token) {
    if (ctx.state().phase == Phase::acquiring) look(ctx, token);
  }

  static void look(Ctx& ctx, std::uint8_t token) {
    ctx.state().phase = Phase::reading;
    ctx.state().token = token;
    ctx.send(ctx.the(Role::database), {Type::read, {}, {}, token});
  }

  static void on_state(Ctx& ctx, const Message& seen) {
    if (ctx.state().phase != Phase::reading || ctx.state().token != seen.token) return;
    const Job job = ctx.state().job;
    if (!lease::is_open(job, seen.status)) return finish(ctx, seen.status);
    ctx.state().phase = Phase::writing;
    ctx.send(ctx.the(Role::database), {Type::write, job, seen.status, seen.token});
  }

  static void on_written(Ctx& ctx, const Message& message) {
    if (ctx.state().phase != Phase::writing || ctx.state().token != message.token) return;
    finish(ctx, message.status);
  }

  static void finish(Ctx& ctx, Status status) {
    ctx.send(ctx.the(Role::queue), {Type::handled, {}, status, 0});
    if (ctx.config.lock != Lock::none)
      ctx.send(ctx.the(Role::lock), {Type::release, {}, {}, ctx.state().token});
    ctx.state() = {};
  }

  // ---- l.
  static void on_acquire(Ctx& ctx, ProcessId from) {
    const Durable& log = ctx.log();
    if (!log.holder.none()) return ctx.send(from, {Type::busy});
    Bounded<7> token = log.token;
    if (fenced(ctx)) ctx.increment("token", token);
    ctx.force({Kind::granted, from, token.value, {}});
    ctx.arm(Timer::lease);
    ctx.send(from, {Type::granted, {}, {}, token.value});
  }

  static void on_release(Ctx& ctx, ProcessId from, std::uint8_t token) {
    if (ctx.log().holder != from || ctx.log().token.value != token) return;
    ctx.disarm(Timer::lease);
    ctx.force({Kind::released, {}, 0, {}});
  }
};

}  // namespace concordat
