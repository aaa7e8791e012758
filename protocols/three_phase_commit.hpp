// Three-phase commit with a central coordinator, and the termination protocol for site failures.
//
// Sources: Skeen 1981 (non-blocking commit protocols); Bernstein, Hadzilacos and Goodman 1987,
// section 7.5 (messages, termination rules, total failure). It needs a network that loses nothing,
// delays with a bound, and at least one process that never fails.
//
// The happy path, with a coordinator c, which does not vote, and participants p1..pN:
//   c   sends vote_req to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes       -- from now on it is uncertain
//   c   has all votes: forces `precommitted`, sends precommit
//   p   forces `precommitted`, sends ack                            -- it knows: all voted yes
//   c   has all acks, or gives up on the rest: forces `commit`, decides, tells client and p
//   p   forces `commit`, decides
//
// If c falls silent, the termination protocol takes over: three_phase_termination.hpp. What the
// processes say, log and remember: three_phase_process.hpp.
//
// Differs from the sources: `precommitted` is forced, since processes here come back from crashes.
#pragma once

#include "protocols/parts/three_phase_process.hpp"
#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct ThreePhaseCommit : ThreePhaseProcess {
  using Ctx = Context<ThreePhaseCommit>;
  static constexpr std::string_view name = "three_phase_commit";
  static constexpr std::string_view summary =
      "three-phase commit, with Skeen's termination protocol";
  static constexpr std::string_view source = "Skeen, Nonblocking commit protocols, 1981";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{
      single("coordinator", "c"),
      RoleSpec{
          .name = "participant", .prefix = "p", .count = 0, .votes = true, .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 1> bounds{"epoch"};
  static constexpr std::array costs{
      PublishedCost{.profile = "",
                    .run = "commit",
                    .costs = "messages 5N; delays 5",
                    .source = "Bernstein, Hadzilacos and Goodman 1987, section 7.5",
                    .derived = "answer 4; forces 2+3N; c.forces 2; p.forces 3N"}};

  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    precommit_unlogged,    // M6: p does not log `precommitted`, and decides before all are back
    recovered_takes_part,  // M7: p, back from a crash, elects and answers like the others
    late_leader_ignored    // p does not answer a leader of an epoch below its own
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) return ctx.arm(Timer::prepare);
    ctx.state().phase = Phase::uncertain;
    ctx.state().pending = others(ctx);
    ctx.broadcast(others(ctx), {Type::vote_req, {}});
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::vote_req: return on_vote_req(ctx);
      case Type::yes:
      case Type::no: return on_vote(ctx, from, message.type);
      case Type::precommit: return on_precommit(ctx, from, message.epoch);
      case Type::ack: return on_ack(ctx, from, message.epoch);
      case Type::commit: return on_decision(ctx, Outcome::commit);
      case Type::abort: return on_decision(ctx, Outcome::abort);
      case Type::state_req: return on_state_req(ctx, from, message.epoch);
      case Type::uncertain:
      case Type::precommitted: return on_state(ctx, from, message);
      case Type::inquire: return on_inquire(ctx, from);
      case Type::back_undecided: return on_back(ctx, from);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::prepare: return abort_alone(ctx);
      case Timer::vote: return abort_vote(ctx);
      case Timer::precommit:
      case Timer::commit:
      case Timer::elect: return suspect(ctx);
      case Timer::state: return terminate(ctx);
      case Timer::ack: return finish(ctx, Outcome::commit, others(ctx));
      case Timer::ask: return inquire(ctx);
    }
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? on_vote_req(ctx) : refuse(ctx);
  }

  static void on_recover(Ctx& ctx);

 private:
  // ---- The coordinator; a leader joins it at `precommit_all`.
  static void on_vote(Ctx& ctx, ProcessId from, Type vote) {
    Volatile& state = ctx.state();
    if (!ctx.armed(Timer::vote) || !state.pending.contains(from)) return;
    state.pending.erase(from);
    if (vote == Type::no) return abort_vote(ctx);
    state.uncertain.insert(from);
    if (!state.pending.empty()) return;
    ctx.disarm(Timer::vote);
    precommit_all(ctx);
  }

  static void abort_vote(Ctx& ctx) {  // who voted no needs no telling
    finish(ctx, Outcome::abort, ctx.state().pending | ctx.state().uncertain);
  }

  static void precommit_all(Ctx& ctx) {
    Volatile& state = ctx.state();
    if (state.phase == Phase::uncertain) log_precommit(ctx);
    state.pending = state.uncertain;
    if (state.pending.empty()) return finish(ctx, Outcome::commit, others(ctx));
    ctx.broadcast(state.pending, {Type::precommit, state.epoch});
    ctx.arm(Timer::ack);  // whose ack does not come by then is down
  }

  static void on_ack(Ctx& ctx, ProcessId from, Epoch epoch) {
    Volatile& state = ctx.state();
    if (!ctx.armed(Timer::ack) || epoch != state.epoch) return;
    state.pending.erase(from);
    if (state.pending.empty()) finish(ctx, Outcome::commit, others(ctx));
  }

  static void finish(Ctx& ctx, Outcome outcome, ProcessSet whom) {
    conclude(ctx, outcome);
    ctx.broadcast(whom, decision(ctx));
  }

  // ---- A participant.
  static void on_vote_req(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::uncertain) return send_vote(ctx, Type::yes);
    if (phase == Phase::done && !ctx.log().prepared) return refuse(ctx);
    if (phase != Phase::working) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    ctx.disarm(Timer::prepare);
    ctx.force(Record::prepared, StoreAction::prepare);
    ctx.vote(Vote::yes);
    ctx.state().phase = Phase::uncertain;
    ctx.arm(Timer::precommit);
    send_vote(ctx, Type::yes);
  }

  static void refuse(Ctx& ctx) {
    abort_alone(ctx);
    ctx.vote(Vote::no);
    send_vote(ctx, Type::no);
  }

  static void abort_alone(Ctx& ctx) {  // whoever has not voted may
    if (ctx.state().phase == Phase::working) conclude(ctx, Outcome::abort);
  }

  static void on_precommit(Ctx& ctx, ProcessId from, Epoch epoch) {
    Volatile& state = ctx.state();
    if (epoch != state.epoch) return;
    if (state.phase == Phase::uncertain) {
      log_precommit(ctx);
      wait(ctx, state.turn == Epoch{} ? Timer::commit : Timer::elect);
    }
    if (state.phase == Phase::precommitted) ctx.send(from, {Type::ack, epoch});
  }

  static void on_decision(Ctx& ctx, Outcome outcome) {  // as a leader's answer: TR1 and TR2
    if (ctx.state().phase == Phase::done) return;
    leads(ctx) ? finish(ctx, outcome, others(ctx)) : conclude(ctx, outcome);
  }

  // ---- The termination protocol, in three_phase_termination.hpp.
  static void suspect(Ctx& ctx);
  static void on_state_req(Ctx& ctx, ProcessId from, Epoch epoch);
  static void on_state(Ctx& ctx, ProcessId from, const Message& answer);
  static void obey(Ctx& ctx, Epoch epoch);
  static void terminate(Ctx& ctx);
  static void inquire(Ctx& ctx);
  static void on_inquire(Ctx& ctx, ProcessId from);
  static void on_back(Ctx& ctx, ProcessId from);

  // ---- All.
  static void log_precommit(Ctx& ctx) {
    if (ctx.is(Role::coordinator) || !has(ctx, Mistake::precommit_unlogged))
      ctx.force(Record::precommitted);
    ctx.state().phase = Phase::precommitted;
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    stop_timers(ctx);
    const bool has_promised = ctx.log().prepared || ctx.is(Role::coordinator);
    if (outcome == Outcome::commit)
      ctx.force(Record::commit, StoreAction::commit);
    else if (has_promised)
      ctx.force(Record::abort, StoreAction::rollback);
    else
      ctx.append(Record::abort, StoreAction::rollback);
    ctx.decide(outcome);
    if (ctx.is(Role::coordinator)) ctx.answer(outcome);
    ctx.state() = {Phase::done, {}, {}, {}, {}, false};
  }

  static void wait(Ctx& ctx, Timer timer) {
    stop_timers(ctx);
    ctx.arm(timer);
  }

  static void stop_timers(Ctx& ctx) {
    for (int timer = 0; timer <= static_cast<int>(Timer::ask); ++timer)
      ctx.disarm(static_cast<Timer>(timer));
  }

  static bool has(Ctx& ctx, Mistake mistake) { return ctx.config.mistake == mistake; }
  static bool leads(Ctx& ctx) {
    return ctx.is(Role::participant) && (ctx.armed(Timer::state) || ctx.armed(Timer::ack));
  }
  /// The participants, this one aside.
  static ProcessSet others(Ctx& ctx) {
    return ctx.all(Role::participant) - ProcessSet::of(ctx.self);
  }
  static ProcessSet everybody_else(Ctx& ctx) {
    return (ctx.all(Role::coordinator) | ctx.all(Role::participant)) - ProcessSet::of(ctx.self);
  }
  static void send_vote(Ctx& ctx, Type vote) { ctx.send(ctx.the(Role::coordinator), {vote, {}}); }
  static Message decision(Ctx& ctx) {
    return {ctx.log().decision == Outcome::commit ? Type::commit : Type::abort, {}};
  }
};

}  // namespace concordat

#include "protocols/parts/three_phase_termination.hpp"
