// The participant of centralised two-phase commit, the same in every variant: it does its work when
// asked to prepare, promises, and from then on waits for the decision or asks for it.
//
// Sources: Bernstein, Hadzilacos and Goodman 1987, chapter 7 (states, cooperative termination);
// Mohan, Lindsay and Obermarck 1986 (R*: what is forced, who acknowledges, read-only votes).
//
// Not a protocol. A protocol that includes this has a role `coordinator`, messages, records and
// timers with these names, a `Phase` in its Volatile, and says in `rules(config)` what its variant
// writes and acknowledges.
//
// Differs from the sources in two rows. A participant that recovers without a record aborts, but
// does not answer the inquiries of others: it may have voted read-only before the crash, and they
// may have committed. Answering "abort", as cooperative termination does before the vote, would
// split. A participant that aborts before its vote forces nothing, even where presumed commit asks
// for it: without a record it aborts anyhow.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat::two_phase {

/// Of a coordinator: idle, collecting, telling, done. Of a participant: idle, working, in_doubt,
/// done, and no_record, if it has forgotten in a crash whatever it has voted.
enum class Phase : std::uint8_t { idle, collecting, telling, working, in_doubt, no_record, done };

/// What a participant forces, acknowledges and asks in this variant.
struct Rules {
  bool force_prepared = true;
  bool force_commit = true;
  bool force_abort = true;  // in doubt
  bool force_no = true;     // it has refused; without the record it refuses again
  bool ack_commit = true;
  bool ack_abort = true;
  bool ask_everybody = false;         // in doubt: cooperative termination
  bool abort_in_doubt = false;        // mistake M12
  bool answer_without_abort = false;  // mistake M25
  bool work_late = false;             // mistake: it promises first and does its work at commit
  bool overdraft = false;             // a row may fall below zero
};

template <class P>
void send(Context<P>& ctx, typename P::Message message) {
  ctx.send(ctx.the(P::Role::coordinator), message);
}
template <class P>
void send_no(Context<P>& ctx) {
  ctx.vote(Vote::no);
  send(ctx, P::Message::no);
}
template <class P>
void write(Context<P>& ctx, bool forced, const typename P::Record& record, StoreAction store) {
  forced ? ctx.force(record, store) : ctx.append(record, store);
}

/// The end of a participant that was asked to prepare.
template <class P>
void conclude(Context<P>& ctx, Outcome outcome, bool forced) {
  ctx.disarm(P::Timer::decision);
  if (outcome == Outcome::commit)
    write(ctx, forced, {P::Record::commit}, StoreAction::commit);
  else
    write(ctx, forced, {P::Record::abort}, StoreAction::rollback);
  ctx.decide(outcome);
  ctx.state().phase = Phase::done;
}

template <class P>
void abort_alone(Context<P>& ctx) {  // a participant that has not voted may
  ctx.disarm(P::Timer::prepare);
  ctx.append({P::Record::abort}, StoreAction::rollback);
  ctx.decide(Outcome::abort);
  ctx.state().phase = Phase::done;
}

template <class P>
void refuse(Context<P>& ctx) {
  ctx.disarm(P::Timer::prepare);
  conclude(ctx, Outcome::abort, P::rules(ctx.config).force_no);
  send_no(ctx);
}

template <class P>
void start(Context<P>& ctx) {
  ctx.state().phase = Phase::working;
  ctx.arm(P::Timer::prepare);
}

template <class P>
LockAnswer work(Context<P>& ctx) {
  return do_work(ctx, P::rules(ctx.config).overdraft);
}

/// RETURNS: what it will vote; none while it waits for a lock: on_store comes back.
template <class P>
Vote work_and_choose(Context<P>& ctx) {
  const bool later = P::rules(ctx.config).work_late;
  const LockAnswer done = later ? LockAnswer::granted : work(ctx);
  if (done == LockAnswer::waiting) return Vote::none;
  if (done == LockAnswer::refused) return Vote::no;
  return ctx.work().empty() ? ctx.choose("vote", {Vote::yes, Vote::no, Vote::read})
                            : ctx.choose("vote", {Vote::yes, Vote::no});
}

/// `yes`: what it says when it has promised.
template <class P>
void on_prepare(Context<P>& ctx, typename P::Message yes = P::Message::yes) {
  const Phase phase = ctx.state().phase;
  if (phase == Phase::in_doubt) return send(ctx, yes);
  if (phase == Phase::no_record || ctx.log().decision == Outcome::abort) return send_no(ctx);
  if (phase != Phase::working) return;
  const Vote vote = work_and_choose(ctx);
  if (vote == Vote::none) return;
  if (vote == Vote::no) return refuse(ctx);
  ctx.disarm(P::Timer::prepare);
  if (vote == Vote::yes) {
    const Rules rules = P::rules(ctx.config);
    const StoreAction store = rules.work_late ? StoreAction::none : StoreAction::prepare;
    write(ctx, rules.force_prepared, {P::Record::prepared}, store);
    ctx.arm(P::Timer::decision);
  }
  ctx.vote(vote);
  ctx.state().phase = vote == Vote::yes ? Phase::in_doubt : Phase::done;
  send(ctx, vote == Vote::yes ? yes : P::Message::read);
}

template <class P>
void on_store(Context<P>& ctx, NoticeKind lock, typename P::Message yes = P::Message::yes) {
  if (ctx.state().phase == Phase::working)
    lock == NoticeKind::granted ? on_prepare(ctx, yes) : refuse(ctx);
}

template <class P>
void on_decision(Context<P>& ctx, Outcome outcome) {
  const Rules rules = P::rules(ctx.config);
  const bool commit = outcome == Outcome::commit;
  if (ctx.state().phase == Phase::in_doubt) {
    const bool cannot = commit && rules.work_late && work(ctx) != LockAnswer::granted;
    if (cannot) outcome = Outcome::abort;
    conclude(ctx, outcome, commit ? rules.force_commit : rules.force_abort);
  }
  if (ctx.state().phase == Phase::working && !commit) abort_alone(ctx);
  if constexpr (requires { P::Message::ack; })
    if (commit ? rules.ack_commit : rules.ack_abort) send(ctx, P::Message::ack);
}

/// In doubt.
template <class P>
void inquire(Context<P>& ctx) {
  const Rules rules = P::rules(ctx.config);
  if (rules.abort_in_doubt) return conclude(ctx, Outcome::abort, true);
  ProcessSet whom = ProcessSet::of(ctx.the(P::Role::coordinator));
  if (rules.ask_everybody) whom = whom | (ctx.all(P::Role::participant) - ProcessSet::of(ctx.self));
  ctx.broadcast(whom, P::Message::inquire);
  ctx.arm(P::Timer::decision);
}

/// A participant is asked, in cooperative termination.
template <class P>
void on_inquire(Context<P>& ctx, ProcessId from) {
  const Phase phase = ctx.state().phase;
  if (phase == Phase::in_doubt) return ctx.send(from, P::Message::unsure);
  if (phase == Phase::working && P::rules(ctx.config).answer_without_abort)
    return ctx.send(from, P::Message::abort);
  if (phase == Phase::working) abort_alone(ctx);
  if (ctx.log().decision == Outcome::none) return;
  const bool commit = ctx.log().decision == Outcome::commit;
  ctx.send(from, commit ? P::Message::commit : P::Message::abort);
}

template <class P>
void on_recover(Context<P>& ctx) {
  const auto& log = ctx.log();
  ctx.state().phase = Phase::done;
  if (log.decision != Outcome::none) return ctx.decide(log.decision);
  ctx.state().phase = log.prepared ? Phase::in_doubt : Phase::no_record;
  log.prepared ? inquire(ctx) : ctx.decide(Outcome::abort);  // its locks are back by themselves
}

}  // namespace concordat::two_phase
