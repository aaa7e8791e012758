// A saga: one long business transaction as a sequence of local transactions T1..TN, each with a
// compensation that undoes it for the business. An orchestrator runs one step after the other; if
// one fails, it compensates backwards. No lock is held meanwhile: others see what is half done.
//
// Sources: Garcia-Molina and Salem, "Sagas", 1987; for the fence, dtm's barrier; for the kinds of
// steps and the counter-measures, Richardson, "Microservices patterns", 2018.
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
// `recovery=forward` repeats Ti instead. `pivot=k` says that Tk decides: what comes before it, and
// Tk, may fail and be compensated, but Tk is repeated until its answer is known; what comes after
// it cannot refuse, and is repeated. With `retries`, o gives up after so many, and a human goes on.
//
// With `after:` the steps are a graph, whose branches run side by side. When one fails, nothing new
// begins, o waits for those under way, and Ci goes out when all that began after it is compensated.
//
// `start`, what is compensated when the answer of Ti does not come: parts/saga_plan.hpp. `lock` and
// `undo`, counter-measures because no saga isolates another: parts/saga_rows.hpp.
// Not in the source: `final` tells a step that its T will not be undone; `ask`, if that is lost.
#pragma once

#include "protocols/parts/saga_plan.hpp"
#include "protocols/parts/saga_step.hpp"
#include "protocols/parts/saga_words.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct Saga {
  using Ctx = Context<Saga>;
  using Plan = SagaPlan<Saga>;     // what is to be done next
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
               .once_yes = true,
               .ordered = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 6> judged{"RC", "ND", "ID", "CO", "NB", "ET"};
  static constexpr std::array<std::string_view, 1> bounds{"retries"};
  enum class Table : std::uint8_t { fence, image };

  enum class Start : std::uint8_t { unified, classical, from_failed };
  enum class Recovery : std::uint8_t { backward, forward };
  enum class SemanticLock : std::uint8_t { none, fail_fast, wait };
  enum class Undo : std::uint8_t { delta, image, reread };
  enum class Mistake : std::uint8_t {
    none,
    start_unlogged,     // M17: o sends run, and then logs that it does
    no_failed_row,      // M29: a step refuses and keeps no trace of it
    failed_only,        // o compensates the failed step, and none before it
    in_flight_ignored,  // M16: o undoes a step while one after it is under way
  };
  struct Config {
    Start start{};
    Recovery recovery{};
    std::uint8_t pivot = 0;    // number of a step; 0: none
    std::uint8_t retries = 0;  // at most 7; 0: for ever
    SemanticLock lock{};
    Undo undo{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, start, recovery, pivot, retries, lock, undo, mistake)
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
  enum class Status : std::uint8_t { none, done, failed, compensated, suspended };
  using RowStates = std::tuple<StatesOf<Table::fence, Status>>;

  static Objection objection(const Config& config, const Setup& setup) {
    return Plan::objection(config.pivot, setup);
  }
  static std::string never_refuses(const Config& config, const Setup& setup, ProcessId step) {
    return Plan::never_refuses(config, setup, step);
  }

  static void on_start(Ctx& ctx) {
    if (!ctx.is(Role::coordinator)) return;
    ctx.force({Kind::saga_start, {}, {}});
    begin(ctx, Plan::ready(ctx));
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
    ctx.is(Role::coordinator) ? repeat(ctx) : Service::on_again(ctx);
  }

  static void on_recover(Ctx& ctx) {
    if (!ctx.is(Role::coordinator)) return Service::recover(ctx);
    const Durable& log = ctx.log();
    if (!log.begun) return ctx.decide(Outcome::abort);
    if (log.end != Outcome::none) return ctx.decide(log.end);
    if (log.compensating) return compensate(ctx);
    const ProcessSet left = Plan::running(ctx) | Plan::ready(ctx);
    log.failed.empty() && Plan::repeated(ctx, left) == left ? begin(ctx, left) : give_up(ctx);
  }

  /// A human has repaired what kept a request from being answered.
  static void on_operator(Ctx& ctx, Operator /*go_on*/) {
    const bool stuck = ctx.is(Role::coordinator) && ctx.log().is_open();
    if (!stuck || ctx.armed(Timer::again) || ctx.armed(Timer::answer)) return ctx.decline();
    ctx.state() = {};
    request(ctx);
  }

 private:
  /// Sends T, or ends.
  static void begin(Ctx& ctx, ProcessSet steps) {
    if (ctx.log().ok == ctx.all(Role::step)) return end(ctx, Outcome::commit);
    const bool logged = ctx.config.mistake != Mistake::start_unlogged;
    if (logged) log_each(ctx, Kind::step_start, steps);
    ctx.state() = {};
    ctx.broadcast(steps, {Type::run, {}});
    wait(ctx, Plan::running(ctx) | steps);
    if (!logged) log_each(ctx, Kind::step_start, steps);
  }

  /// Sends C to those whose turn has come since `before`, or ends.
  static void compensate(Ctx& ctx, ProcessSet before = {}) {
    if (Plan::owed(ctx).empty()) return end(ctx, Outcome::abort);
    const ProcessSet now = Plan::next_owed(ctx) - before;
    log_each(ctx, Kind::comp_start, now);
    ctx.state() = {};
    ctx.broadcast(now, {Type::compensate, {}});
    ctx.arm(Timer::again);
  }

  /// One write for all.
  static void log_each(Ctx& ctx, Kind kind, ProcessSet steps) {
    for (const ProcessId step : steps) {
      steps.erase(step);
      steps.empty() ? ctx.force({kind, step, {}}) : ctx.append({kind, step, {}});
    }
  }

  static void wait(Ctx& ctx, ProcessSet running) {
    const ProcessSet repeated = Plan::repeated(ctx, running);
    if (repeated != running) ctx.arm(Timer::answer);
    if (!repeated.empty()) ctx.arm(Timer::again);
  }

  static void repeat(Ctx& ctx) {
    if (ctx.config.retries != 0) {
      if (ctx.state().retries.value == ctx.config.retries) return;  // until a human says go on
      ctx.increment("retries", ctx.state().retries);
    }
    request(ctx);
  }

  static void request(Ctx& ctx) {
    if (!ctx.log().compensating) {
      ctx.broadcast(Plan::running(ctx), {Type::run, {}});
      return wait(ctx, Plan::running(ctx));
    }
    ctx.broadcast(Plan::next_owed(ctx), {Type::compensate, {}});
    ctx.arm(Timer::again);
  }

  /// Of the T's under way nothing is known.
  static void give_up(Ctx& ctx) {
    if (ctx.config.start == Start::classical)
      for (const ProcessId step : Plan::running(ctx))
        ctx.append({Kind::step_fail, step, {}});
    compensate(ctx);
  }

  static void end(Ctx& ctx, Outcome outcome) {
    ctx.force({Kind::saga_end, {}, outcome});
    ctx.decide(outcome);
    ctx.answer(outcome);
    if (outcome == Outcome::commit) ctx.broadcast(ctx.all(Role::step), {Type::final_, outcome});
  }

  static bool waits_for(Ctx& ctx, ProcessId step) {
    const Durable& log = ctx.log();
    return log.is_open() && !log.compensating && Plan::running(ctx).contains(step);
  }

  static void on_answer(Ctx& ctx, ProcessId from, bool ok) {
    if (!waits_for(ctx, from) || (!ok && !Plan::may_refuse(ctx, from))) return;
    ctx.disarm(Timer::answer);
    ctx.disarm(Timer::again);
    ctx.append({ok ? Kind::step_ok : Kind::step_fail, from, {}});
    const bool hasty = ctx.config.mistake == Mistake::in_flight_ignored;
    if (ctx.log().failed.empty()) return begin(ctx, Plan::ready(ctx));
    Plan::running(ctx).empty() || hasty ? compensate(ctx) : wait(ctx, Plan::running(ctx));
  }

  static void on_compensated(Ctx& ctx, ProcessId from) {
    const ProcessSet before = Plan::next_owed(ctx);
    if (!ctx.log().compensating || !ctx.log().is_open() || !before.contains(from)) return;
    ctx.disarm(Timer::again);
    ctx.append({Kind::comp_ok, from, {}});
    compensate(ctx, before);
  }
};

}  // namespace concordat
