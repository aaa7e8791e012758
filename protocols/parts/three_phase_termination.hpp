// The termination protocol of three_phase_commit.hpp, which includes this file at its end: what its
// participants do when the coordinator falls silent, and what a process does that comes back from a
// crash.
//
// Sources: Skeen 1981; Bernstein, Hadzilacos and Goodman 1987, section 7.5.
//
// Election. Epoch 0 is the coordinator's; then p1, p2 and so on lead in a circle. There are no
// election messages: silence moves a participant on to the next leader's turn. The leader asks for
// everybody's state, and acts on the answers:
//   TR1  somebody has aborted, or has not voted: abort
//   TR2  somebody has committed: commit
//   TR3  everybody who answers is uncertain: abort, for nobody can have committed
//   TR4  somebody is precommitted: precommit those who are uncertain, then commit, as c does
//
// Differs from the sources, whose timers elect in order. Here two elections may start at different
// moments, so that p3 leads before p2. Three rules make that harmless. A leader also asks those
// whom it has suspected: else the checker splits three participants by three crashes. Whoever obeys
// a later leader says so to an earlier one, which steps down instead of taking it for crashed: else
// it splits four by four crashes (`late_leader_ignored`). To wait for a leader is not to obey it:
// else leaders overtake one another again and again.
//
// A process that comes back undecided takes no part in elections and asks those who know. Total
// failure: if all have come back and nobody knows, all of them voted yes, and they commit.
#pragma once

namespace concordat {

// ---- Election and termination, among participants that have never crashed.
inline void ThreePhaseCommit::suspect(Ctx& ctx) {
  Volatile& state = ctx.state();
  ctx.increment("epoch", state.turn);
  const int place = (state.turn.value - 1) % ctx.all(Role::participant).size();
  if (place != ctx.place_of(ctx.self)) return ctx.arm(Timer::elect);
  state.epoch = state.turn;
  state.pending = others(ctx);
  state.uncertain = {};
  state.committable = state.phase == Phase::precommitted;
  if (state.pending.empty()) return terminate(ctx);
  ctx.broadcast(state.pending, {Type::state_req, state.epoch});
  ctx.arm(Timer::state);  // whose answer does not come by then is down
}

inline void ThreePhaseCommit::on_state_req(Ctx& ctx, ProcessId from, Epoch epoch) {
  Volatile& state = ctx.state();
  abort_alone(ctx);
  if (state.phase == Phase::done) return ctx.send(from, decision(ctx));
  const bool ignored = epoch < state.epoch && has(ctx, Mistake::late_leader_ignored);
  if (state.phase == Phase::back || ignored) return;
  if (epoch >= state.epoch) obey(ctx, epoch);
  const bool committable = state.phase == Phase::precommitted;
  ctx.send(from, {committable ? Type::precommitted : Type::uncertain, state.epoch});
}

inline void ThreePhaseCommit::on_state(Ctx& ctx, ProcessId from, const Message& answer) {
  Volatile& state = ctx.state();
  if (!ctx.armed(Timer::state) || answer.epoch < state.epoch) return;
  if (answer.epoch > state.epoch) return obey(ctx, answer.epoch);  // it came too late
  state.pending.erase(from);
  if (answer.type == Type::uncertain) state.uncertain.insert(from);
  if (answer.type == Type::precommitted) state.committable = true;
  if (state.pending.empty()) terminate(ctx);
}

inline void ThreePhaseCommit::obey(Ctx& ctx, Epoch epoch) {
  ctx.state().epoch = ctx.state().turn = epoch;
  wait(ctx, Timer::elect);
}

inline void ThreePhaseCommit::terminate(Ctx& ctx) {
  ctx.disarm(Timer::state);
  ctx.state().committable ? precommit_all(ctx)                         // TR4
                          : finish(ctx, Outcome::abort, others(ctx));  // TR3
}

// ---- Back from a crash.
inline void ThreePhaseCommit::on_recover(Ctx& ctx) {
  const Durable& log = ctx.log();
  Volatile& state = ctx.state();
  state.phase = Phase::done;
  if (log.decision != Outcome::none) return ctx.decide(log.decision);
  // c sends no precommit, and so nobody commits, before its record; p has not voted without one.
  if (!log.prepared && !log.precommitted) return conclude(ctx, Outcome::abort);
  if (ctx.is(Role::participant) &&
      (has(ctx, Mistake::precommit_unlogged) || has(ctx, Mistake::recovered_takes_part))) {
    state.phase = log.precommitted ? Phase::precommitted : Phase::uncertain;
    return ctx.arm(log.precommitted ? Timer::commit : Timer::precommit);
  }
  state.phase = Phase::back;
  state.pending = everybody_else(ctx);
  inquire(ctx);
}

inline void ThreePhaseCommit::inquire(Ctx& ctx) {
  ctx.broadcast(everybody_else(ctx), {Type::inquire, {}});
  ctx.arm(Timer::ask);
}

inline void ThreePhaseCommit::on_inquire(Ctx& ctx, ProcessId from) {
  if (ctx.state().phase == Phase::done) return ctx.send(from, decision(ctx));
  if (ctx.state().phase == Phase::back) ctx.send(from, {Type::back_undecided, {}});
}

/// Total failure: once all are back, nobody has decided or ever will but by this rule. c's log
/// says `precommitted`, or c would have aborted; so all have voted yes.
inline void ThreePhaseCommit::on_back(Ctx& ctx, ProcessId from) {
  if (ctx.state().phase != Phase::back) return;
  ctx.state().pending.erase(from);
  if (ctx.state().pending.empty()) conclude(ctx, Outcome::commit);
}

}  // namespace concordat
