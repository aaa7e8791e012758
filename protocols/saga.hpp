// A saga: one long business transaction as a sequence of local transactions T1..TN, each with a
// compensation that undoes it for the business. An orchestrator runs one step after the other; if
// one fails, it compensates backwards. No lock is held meanwhile: others see what is half done.
//
// Sources: Garcia-Molina and Salem, "Sagas", 1987; for the fence, dtm's barrier.
//
//   o   forces `saga_start`, then `step_start` of s1; sends run
//   s1  one local transaction: T1 and its row in the fence. ok
//   o   logs `step_ok`, and with the same force `step_start` of s2; so on, to sN
//   o   forces `saga_end`, and tells the steps that what they did is final
//
//   si  refuses: its row in the fence says `failed` before it answers so
//   o   logs `step_fail`, forces `comp_start` of the step before, sends compensate until that is
//       done; logs `comp_ok`, and so on, back to s1; forces `saga_end`
//
// What is compensated (`start`), if the answer of Ti does not come:
//   unified      each step that is not known to have failed: Ci, C(i-1)..C1. Behind the fence Ci
//                does nothing if Ti has not executed, and a Ti that comes later is refused
//   classical    what is known to be done: C(i-1)..C1. Silence is taken for a failure
//   from_failed  Ci, C(i-1)..C1 always, and there is no fence
//
// `recovery=forward` repeats Ti instead. `pivot=k` says that Tk decides: T1..Tk may fail and are
// compensated, except that Tk is repeated until its answer is known; T(k+1)..TN cannot refuse, and
// are repeated. With `retries`, o gives up after so many, and a human tells it to go on.
//
// Not in the source: `final` tells a step that its T will not be undone; `ask`, if that is lost.
#pragma once

#include "protocols/parts/saga_step.hpp"
#include "protocols/parts/saga_words.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct Saga {
  using Ctx = Context<Saga>;
  using Service = SagaStep<Saga>;  // the other role
  static constexpr std::string_view name = "saga";
  static constexpr std::string_view summary = "steps in order, and compensations backwards";
  static constexpr std::string_view source = "Garcia-Molina, Salem 1987";
  enum class Role : std::uint8_t { coordinator, step };
  static constexpr std::array roles{
      RoleSpec{.name = "coordinator", .prefix = "o", .must_decide = true},
      RoleSpec{.name = "step",
               .prefix = "s",
               .count = 0,
               .votes = true,
               .must_decide = true,
               .once_yes = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 6> judged{"RC", "ND", "ID", "CO", "NB", "ET"};
  static constexpr std::array<std::string_view, 1> bounds{"retries"};
  enum class Table : std::uint8_t { fence };

  enum class Start : std::uint8_t { unified, classical, from_failed };
  enum class Recovery : std::uint8_t { backward, forward };
  enum class Mistake : std::uint8_t {
    none,
    start_unlogged,  // M17: o sends run, and then logs that it does
    no_failed_row,   // M29: a step refuses and keeps no trace of it
    failed_only,     // o compensates the failed step, and none before it
  };
  struct Config {
    Start start{};
    Recovery recovery{};
    std::uint8_t pivot = 0;    // number of a step; 0: none
    std::uint8_t retries = 0;  // at most 7; 0: for ever
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, start, recovery, pivot, retries, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"unified", "", "what may have executed is compensated, behind a fence"},
      ProfileSpec{"classical", "start=classical", "silence is taken for a failure"},
      ProfileSpec{"ci_too", "start=from_failed", "the failed step too, without a fence"}};
  static constexpr std::array costs{
      PublishedCost{"",
                    "commit",
                    "",
                    source,
                    "messages 2N; o.records 2N+2; o.forces N+2; s.forces N",
                    "",
                    "N messages tell the steps that the saga has ended"}};

  using Message = saga::Message;
  using Type = Message::Type;
  using Record = saga::Record;
  using Kind = Record::Type;
  using Durable = saga::Durable;  // o
  static void redo(Durable& log, const Record& record) { log.redo(record); }
  enum class Timer : std::uint8_t { answer, again };  // the last one only repeats
  static constexpr int rank(Timer timer) { return timer == Timer::again ? retry_rank : 0; }
  struct Volatile {  // o
    Bounded<7> retries{};
    CONCORDAT_FIELDS(Volatile, retries)
  };
  enum class Operator : std::uint8_t { go_on };
  /// Row::state of a row of the fence.
  enum class Status : std::uint8_t { none, done, failed, compensated, suspended };

  static void on_start(Ctx& ctx) {
    if (!ctx.is(Role::coordinator)) return;
    ctx.force({Kind::saga_start, {}, {}});
    advance(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::run: return Service::on_run(ctx);
      case Type::compensate: return Service::on_compensate(ctx);
      case Type::final_: return Service::on_final(ctx, message.outcome);
      case Type::ok: return on_answer(ctx, from, true);
      case Type::failed: return on_answer(ctx, from, false);
      case Type::compensated: return on_compensated(ctx, from);
      case Type::ask:
        if (ctx.log().end != Outcome::none) ctx.send(from, {Type::final_, ctx.log().end});
        return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    if (timer == Timer::answer) return give_up(ctx);
    ctx.is(Role::coordinator) ? repeat(ctx) : Service::ask(ctx);
  }

  static void on_recover(Ctx& ctx) {
    if (!ctx.is(Role::coordinator)) return Service::recover(ctx);
    const Durable& log = ctx.log();
    if (!log.begun) return ctx.decide(Outcome::abort);
    if (log.end != Outcome::none) return ctx.decide(log.end);
    if (log.compensating) return compensate(ctx);
    const ProcessSet left = to_run(ctx);
    left.empty() || is_repeated(ctx, *left.begin()) ? advance(ctx) : give_up(ctx);
  }

  /// A human has repaired the cause why a request went unanswered too often.
  static void on_operator(Ctx& ctx, Operator /*go_on*/) {
    const bool waits = ctx.armed(Timer::again) || ctx.armed(Timer::answer);
    if (!ctx.is(Role::coordinator) || !ctx.log().is_open() || waits) return ctx.decline();
    call(ctx);
  }

  /// Whether the step's business may say no.
  static bool may_refuse(Ctx& ctx, ProcessId step) {
    const int pivot = ctx.config.pivot;
    return ctx.config.recovery == Recovery::backward && (pivot == 0 || ctx.place_of(step) < pivot);
  }

 private:
  /// Whether its T is repeated until there is an answer.
  static bool is_repeated(Ctx& ctx, ProcessId step) {
    const int pivot = ctx.config.pivot;
    return ctx.config.recovery == Recovery::forward ||
           (pivot != 0 && ctx.place_of(step) + 1 >= pivot);
  }

  static ProcessSet to_run(Ctx& ctx) { return ctx.all(Role::step) - ctx.log().ok; }

  static ProcessSet to_compensate(Ctx& ctx) {
    const Durable& log = ctx.log();
    if (ctx.config.mistake == Mistake::failed_only) return log.started - log.ok - log.compensated;
    if (ctx.config.start == Start::classical) return log.ok - log.compensated;
    const bool failed_too = ctx.config.start == Start::from_failed;
    return log.started - log.compensated - (failed_too ? ProcessSet{} : log.failed);
  }

  static ProcessId last(ProcessSet steps) {
    ProcessId out;
    for (const ProcessId each : steps)
      out = each;
    return out;
  }

  /// T of the next step, or the end.
  static void advance(Ctx& ctx) {
    const ProcessSet left = to_run(ctx);
    if (left.empty()) return end(ctx, Outcome::commit);
    const Record start{Kind::step_start, *left.begin(), {}};
    const bool logged = ctx.config.mistake != Mistake::start_unlogged;
    if (logged) ctx.force(start);
    call(ctx);
    if (!logged) ctx.force(start);
  }

  /// C of the step before, or the end.
  static void compensate(Ctx& ctx) {
    const ProcessSet left = to_compensate(ctx);
    if (left.empty()) return end(ctx, Outcome::abort);
    ctx.force({Kind::comp_start, last(left), {}});
    call(ctx);
  }

  static void call(Ctx& ctx) {
    ctx.state() = {};
    request(ctx);
  }

  static void request(Ctx& ctx) {
    const bool backwards = ctx.log().compensating;
    const ProcessId step = backwards ? last(to_compensate(ctx)) : *to_run(ctx).begin();
    ctx.send(step, {backwards ? Type::compensate : Type::run, {}});
    ctx.arm(backwards || is_repeated(ctx, step) ? Timer::again : Timer::answer);
  }

  static void repeat(Ctx& ctx) {
    if (ctx.config.retries != 0) {
      if (ctx.state().retries.value == ctx.config.retries) return;  // until a human says go on
      ctx.increment("retries", ctx.state().retries);
    }
    request(ctx);
  }

  /// Of T under way nothing is known.
  static void give_up(Ctx& ctx) {
    if (ctx.config.start == Start::classical)
      ctx.append({Kind::step_fail, *to_run(ctx).begin(), {}});
    compensate(ctx);
  }

  static void end(Ctx& ctx, Outcome outcome) {
    ctx.force({Kind::saga_end, {}, outcome});
    ctx.decide(outcome);
    ctx.answer(outcome);
    if (outcome == Outcome::commit) ctx.broadcast(ctx.all(Role::step), {Type::final_, outcome});
  }

  /// Whether T of this step is what o waits for.
  static bool is_running(Ctx& ctx, ProcessId step) {
    if (ctx.log().compensating || !ctx.log().is_open()) return false;
    const ProcessSet left = to_run(ctx);
    return !left.empty() && step == *left.begin();
  }

  static void on_answer(Ctx& ctx, ProcessId from, bool ok) {
    if (!is_running(ctx, from) || (!ok && !may_refuse(ctx, from))) return;
    ctx.disarm(Timer::answer);
    ctx.disarm(Timer::again);
    ctx.append({ok ? Kind::step_ok : Kind::step_fail, from, {}});
    ok ? advance(ctx) : compensate(ctx);
  }

  static void on_compensated(Ctx& ctx, ProcessId from) {
    const bool waits = ctx.log().compensating && ctx.log().is_open();
    if (!waits || from != last(to_compensate(ctx))) return;
    ctx.disarm(Timer::again);
    ctx.append({Kind::comp_ok, from, {}});
    compensate(ctx);
  }
};

}  // namespace concordat
