// Two-phase commit, centralised, presumed nothing; cooperative termination is an option.
//
// Sources: Gray 1978; Bernstein, Hadzilacos and Goodman 1987, chapter 7 (states, termination);
// Mohan, Lindsay and Obermarck 1986 (R*: what is forced, who acknowledges, read-only votes).
//
// The happy path, with a coordinator c, which does not vote, and participants p1..pN:
//   c   sends prepare to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes        -- from now on it is in doubt
//   c   has all votes: forces `commit`, decides, tells client and p   -- the commit point
//   p   forces `commit`, decides, sends ack
//   c   has all acks: appends `end` and forgets
//
// Differs from the sources in one row. A participant that recovers without a record aborts, but
// does not answer the inquiries of others: it may have voted read-only before the crash, and they
// may have committed. Answering "abort", as cooperative termination does before the vote, would
// split.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct TwoPhaseCommit {
  using Ctx = Context<TwoPhaseCommit>;
  static constexpr std::string_view name = "two_phase_commit";
  static constexpr std::string_view summary = "two-phase commit, presumed nothing";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no read"}};

  enum class Termination : std::uint8_t { none, cooperative };  // in doubt, ask c, or everybody
  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    vote_unforced,         // M1: the yes vote leaves before `prepared` is stable
    decide_unforced,       // M2: the decision leaves before `commit` is stable
    ack_unforced,          // M3: the ack leaves before the participant's `commit` is stable
    abort_in_doubt,        // M12: a prepared participant aborts when its timer fires
    answer_without_abort,  // M25: an unprepared participant answers "abort" and may still vote yes
  };
  struct Config {
    Termination termination{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, termination, mistake)
  };
  enum class Message : std::uint8_t { prepare, yes, no, read, commit, abort, ack, inquire, unsure };
  enum class Record : std::uint8_t { prepared, commit, abort, end };
  enum class Timer : std::uint8_t { vote, prepare, decision, ack };  // the last two only repeat
  static constexpr int rank(Timer timer) { return timer < Timer::decision ? 0 : retry_rank; }
  struct Durable {
    bool prepared = false;  // participant: has promised to commit if told so
    Outcome decision{};
    bool ended = false;  // coordinator: everybody has acknowledged
    CONCORDAT_FIELDS(Durable, prepared, decision, ended)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::commit) log.decision = Outcome::commit;
    if (record == Record::abort) log.decision = Outcome::abort;
    if (record == Record::end) log.ended = true;
  }
  enum class Phase : std::uint8_t { idle, collecting, telling, working, in_doubt, no_record, done };
  struct Volatile {
    Phase phase{};
    ProcessSet pending;  // coordinator: whose vote (collecting) or ack (telling) is missing
    ProcessSet yes;      // coordinator: who has voted yes
    CONCORDAT_FIELDS(Volatile, phase, pending, yes)
  };

  static void on_start(Ctx& ctx) {
    ctx.state().phase = Phase::working;
    if (ctx.is(Role::participant)) return ctx.arm(Timer::prepare);
    ctx.state() = {Phase::collecting, ctx.all(Role::participant), {}};
    ctx.broadcast(ctx.state().pending, Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare: return on_prepare(ctx);
      case Message::yes:
      case Message::no:
      case Message::read: return on_vote(ctx, from, message);
      case Message::commit: return on_decision(ctx, Outcome::commit);
      case Message::abort: return on_decision(ctx, Outcome::abort);
      case Message::ack: return on_ack(ctx, from);
      case Message::inquire: return on_inquire(ctx, from);
      case Message::unsure: return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote: return abort(ctx);
      case Timer::ack: return tell(ctx);
      case Timer::prepare: return abort_alone(ctx);
      case Timer::decision: return inquire(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    ctx.state().phase = Phase::done;
    if (ctx.is(Role::coordinator)) {
      if (log.decision == Outcome::none || log.ended) return;  // no entry: abort is presumed
      ctx.state() = {Phase::telling, ctx.all(Role::participant), {}};
      return tell(ctx);
    }
    if (log.decision != Outcome::none) return ctx.decide(log.decision);
    ctx.state().phase = log.prepared ? Phase::in_doubt : Phase::no_record;
    log.prepared ? inquire(ctx) : ctx.decide(Outcome::abort);  // its locks are back by themselves
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? on_prepare(ctx) : refuse(ctx);
  }

 private:
  // ---- The coordinator.
  static void on_vote(Ctx& ctx, ProcessId from, Message vote) {
    Volatile& state = ctx.state();
    if (state.phase != Phase::collecting || !state.pending.contains(from)) return;
    state.pending.erase(from);
    if (vote == Message::no) return abort(ctx);
    if (vote == Message::yes) state.yes.insert(from);
    if (state.pending.empty()) commit(ctx);
  }

  static void commit(Ctx& ctx) {
    ctx.disarm(Timer::vote);
    const ProcessSet yes = ctx.state().yes;
    if (!yes.empty()) force_unless(ctx, Mistake::decide_unforced, Record::commit, {});
    ctx.decide(Outcome::commit);
    ctx.answer(Outcome::commit);
    ctx.state() = {yes.empty() ? Phase::done : Phase::telling, yes, {}};
    if (!yes.empty()) tell(ctx);  // if all are read-only, nothing is logged and nobody told
  }

  static void abort(Ctx& ctx) {
    ctx.disarm(Timer::vote);
    ctx.force(Record::abort);
    ctx.decide(Outcome::abort);
    ctx.answer(Outcome::abort);
    // Whoever has not voted may yet be prepared; who voted no or read needs no telling.
    ctx.state() = {Phase::telling, ctx.state().pending | ctx.state().yes, {}};
    tell(ctx);
  }

  static void tell(Ctx& ctx) {
    ctx.broadcast(ctx.state().pending, decision(ctx));
    if (!ctx.state().pending.empty()) return ctx.arm(Timer::ack);
    ctx.disarm(Timer::ack);
    ctx.append(Record::end);  // everybody knows: forget
    ctx.state() = {Phase::done, {}, {}};
  }

  static void on_ack(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase != Phase::telling) return;
    ctx.state().pending.erase(from);
    if (ctx.state().pending.empty()) tell(ctx);
  }

  // ---- A participant.
  static void on_prepare(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::in_doubt) return send(ctx, Message::yes);
    if (phase == Phase::no_record || ctx.log().decision == Outcome::abort) return send_no(ctx);
    if (phase != Phase::working) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused) return refuse(ctx);
    const Vote vote = ctx.work().empty() ? ctx.choose("vote", {Vote::yes, Vote::no, Vote::read})
                                         : ctx.choose("vote", {Vote::yes, Vote::no});
    if (vote == Vote::no) return refuse(ctx);
    ctx.disarm(Timer::prepare);
    if (vote == Vote::yes) {
      force_unless(ctx, Mistake::vote_unforced, Record::prepared, StoreAction::prepare);
      ctx.arm(Timer::decision);
    }
    ctx.vote(vote);
    ctx.state().phase = vote == Vote::yes ? Phase::in_doubt : Phase::done;
    send(ctx, vote == Vote::yes ? Message::yes : Message::read);
  }

  static void refuse(Ctx& ctx) {
    ctx.disarm(Timer::prepare);
    conclude(ctx, Outcome::abort);
    send_no(ctx);
  }

  static void abort_alone(Ctx& ctx) {  // a participant that has not voted may
    ctx.disarm(Timer::prepare);
    ctx.append(Record::abort, StoreAction::rollback);
    ctx.decide(Outcome::abort);
    ctx.state().phase = Phase::done;
  }

  static void on_decision(Ctx& ctx, Outcome outcome) {
    if (ctx.state().phase == Phase::in_doubt) conclude(ctx, outcome);
    if (ctx.state().phase == Phase::working && outcome == Outcome::abort) abort_alone(ctx);
    send(ctx, Message::ack);
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    ctx.disarm(Timer::decision);
    if (outcome == Outcome::commit)
      force_unless(ctx, Mistake::ack_unforced, Record::commit, StoreAction::commit);
    else
      ctx.force(Record::abort, StoreAction::rollback);
    ctx.decide(outcome);
    ctx.state().phase = Phase::done;
  }

  static void inquire(Ctx& ctx) {
    if (ctx.config.mistake == Mistake::abort_in_doubt) return conclude(ctx, Outcome::abort);
    ProcessSet whom = ProcessSet::of(ctx.the(Role::coordinator));
    if (ctx.config.termination == Termination::cooperative)
      whom = whom | (ctx.all(Role::participant) - ProcessSet::of(ctx.self));
    ctx.broadcast(whom, Message::inquire);
    ctx.arm(Timer::decision);
  }

  // ---- Both.
  static void on_inquire(Ctx& ctx, ProcessId from) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::telling) return ctx.send(from, decision(ctx));
    if (phase == Phase::done && ctx.is(Role::coordinator))  // undecided, or known to everybody
      return ctx.send(from, Message::abort);
    if (phase == Phase::in_doubt) return ctx.send(from, Message::unsure);
    if (phase == Phase::working && ctx.config.mistake == Mistake::answer_without_abort)
      return ctx.send(from, Message::abort);
    if (phase == Phase::working) abort_alone(ctx);
    if (ctx.log().decision != Outcome::none) ctx.send(from, decision(ctx));
  }

  static void force_unless(Ctx& ctx, Mistake unforced, Record record, StoreAction store) {
    ctx.config.mistake == unforced ? ctx.append(record, store) : ctx.force(record, store);
  }
  static void send(Ctx& ctx, Message message) { ctx.send(ctx.the(Role::coordinator), message); }
  static void send_no(Ctx& ctx) {
    ctx.vote(Vote::no);
    send(ctx, Message::no);
  }
  static Message decision(Ctx& ctx) {
    return ctx.log().decision == Outcome::commit ? Message::commit : Message::abort;
  }
};

}  // namespace concordat
