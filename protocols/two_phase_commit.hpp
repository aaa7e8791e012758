// Two-phase commit, centralised, presumed nothing; cooperative termination is an option.
//
// Sources: Gray, "Notes on data base operating systems", 1978; Bernstein, Hadzilacos and Goodman,
// "Concurrency control and recovery in database systems", 1987, chapter 7; what is forced and who
// acknowledges: Mohan, Lindsay and Obermarck, "Transaction management in the R* ...", 1986.
//
// The happy path, with a coordinator c, which does not vote, and participants p1..pN:
//   c   sends prepare to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes        -- from now on it is in doubt
//   c   has all votes: forces `commit`, decides, sends commit         -- the commit point
//   p   forces `commit`, decides, sends ack
//   c   has all acks: appends `end` and forgets
//
// Assumes crashes with recovery from the log, and a network that loses, repeats, delays, reorders.
// Agreement holds under all of these. The price: a participant in doubt that reaches nobody who
// knows the outcome is blocked, with its locks.
//
// Differs from the sources in one row. A participant that recovers without a record aborts, but
// does not answer the inquiries of others: it may have voted read-only before the crash, and they
// may have committed without it. Answering "abort", as cooperative termination does before the
// vote, splits.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct TwoPhaseCommit {
  static constexpr std::string_view name = "two_phase_commit";
  static constexpr std::string_view summary = "two-phase commit, presumed nothing";

  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{RoleSpec{.name = "coordinator", .prefix = "c"},
                                    RoleSpec{.name = "participant",
                                             .prefix = "p",
                                             .count = 0,
                                             .votes = true,
                                             .must_decide = true,
                                             .interchangeable = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no read"}};

  /// Whom a participant in doubt asks when its timer fires: the coordinator, or everybody.
  enum class Termination : std::uint8_t { none, cooperative };
  /// Known mistakes, for tests and teaching. Each breaks uniform agreement.
  enum class Mistake : std::uint8_t {
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

  enum class Message : std::uint8_t {
    prepare,
    yes,
    no,
    read,
    commit,
    abort,
    ack,
    inquire,
    uncertain
  };
  enum class Record : std::uint8_t { prepared, commit, abort, end };
  enum class Timer : std::uint8_t { vote, prepare, decision, ack };
  /// The vote and prepare timers end a phase; the others repeat a message.
  static constexpr int rank(Timer timer) {
    return timer == Timer::decision || timer == Timer::ack ? retry_rank : static_cast<int>(timer);
  }

  struct Durable {
    bool prepared = false;  // participant: has promised to commit if told so
    Outcome decision{};
    bool ended = false;  // coordinator: everybody has acknowledged
    CONCORDAT_FIELDS(Durable, prepared, decision, ended)
  };
  static void redo(Durable& log, Record record) {
    switch (record) {
      case Record::prepared:
        log.prepared = true;
        return;
      case Record::commit:
        log.decision = Outcome::commit;
        return;
      case Record::abort:
        log.decision = Outcome::abort;
        return;
      case Record::end:
        log.ended = true;
        return;
    }
  }

  /// A participant is working, in_doubt, done, or without_record after a crash; the coordinator is
  /// idle, collecting, announcing, or done: it has no entry for the transaction.
  enum class Phase : std::uint8_t {
    idle,
    working,
    in_doubt,
    without_record,
    collecting,
    announcing,
    done
  };
  struct Volatile {
    Phase phase{};
    ProcessSet pending;  // coordinator: whose vote (collecting) or ack (announcing) is missing
    ProcessSet yes;      // coordinator: who has voted yes
    CONCORDAT_FIELDS(Volatile, phase, pending, yes)
  };
  using Ctx = Context<TwoPhaseCommit>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) {
      ctx.state().phase = Phase::working;
      return ctx.arm(Timer::prepare);
    }
    ctx.state() = {Phase::collecting, ctx.all(Role::participant), {}};
    ctx.broadcast(ctx.all(Role::participant), Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare:
        return on_prepare(ctx);
      case Message::yes:
      case Message::no:
      case Message::read:
        return on_vote(ctx, from, message);
      case Message::commit:
        return on_decision(ctx, Outcome::commit);
      case Message::abort:
        return on_decision(ctx, Outcome::abort);
      case Message::ack:
        return on_ack(ctx, from);
      case Message::inquire:
        return on_inquire(ctx, from);
      case Message::uncertain:
        return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote:
        return abort(ctx);
      case Timer::ack:
        return announce(ctx);
      case Timer::prepare:
        return abort_alone(ctx);
      case Timer::decision:
        return ctx.config.mistake == Mistake::abort_in_doubt ? conclude(ctx, Outcome::abort)
                                                             : inquire(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    ctx.state().phase = Phase::done;
    if (ctx.is(Role::coordinator)) {
      if (log.decision == Outcome::none || log.ended) return;  // no entry: abort is presumed
      ctx.state() = {Phase::announcing, ctx.all(Role::participant), {}};
      return announce(ctx);
    }
    if (log.decision != Outcome::none) return ctx.decide(log.decision);
    ctx.state().phase = log.prepared ? Phase::in_doubt : Phase::without_record;
    if (log.prepared) return inquire(ctx);  // its locks have survived with the prepared record
    ctx.decide(Outcome::abort);
  }

  /// A lock that the work has waited for is granted, or one is lost to an older transaction.
  static void on_store(Ctx& ctx, NoticeKind notice, RowKey) {
    if (ctx.state().phase == Phase::working)
      notice == NoticeKind::granted ? on_prepare(ctx) : refuse(ctx);
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
    if (ctx.config.mistake == Mistake::decide_unforced)
      ctx.append(Record::commit);
    else if (!yes.empty())  // if everybody is read-only, there is nothing to log and nobody to tell
      ctx.force(Record::commit);
    ctx.decide(Outcome::commit);
    ctx.state() = {yes.empty() ? Phase::done : Phase::announcing, yes, {}};
    if (!yes.empty()) announce(ctx);
  }

  static void abort(Ctx& ctx) {
    ctx.disarm(Timer::vote);
    ctx.force(Record::abort);
    ctx.decide(Outcome::abort);
    // Whoever has not voted may yet be prepared; who voted no or read needs no telling.
    ctx.state() = {Phase::announcing, ctx.state().pending | ctx.state().yes, {}};
    announce(ctx);
  }

  static void announce(Ctx& ctx) {
    if (ctx.state().pending.empty()) return forget(ctx);
    ctx.broadcast(ctx.state().pending, decision(ctx));
    ctx.arm(Timer::ack);
  }

  static void on_ack(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase != Phase::announcing) return;
    ctx.state().pending.erase(from);
    if (ctx.state().pending.empty()) forget(ctx);
  }

  static void forget(Ctx& ctx) {
    ctx.disarm(Timer::ack);
    ctx.append(Record::end);
    ctx.state() = {Phase::done, {}, {}};
  }

  // ---- A participant.

  static void on_prepare(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::in_doubt) return send(ctx, Message::yes);
    if (phase == Phase::without_record || ctx.log().decision == Outcome::abort) return send_no(ctx);
    if (phase != Phase::working) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    const Vote vote = ctx.choose("vote", {Vote::yes, Vote::no, Vote::read});
    if (work == LockAnswer::refused || vote == Vote::no) return refuse(ctx);
    ctx.disarm(Timer::prepare);
    if (vote == Vote::read) {
      ctx.rollback();  // nothing was written: this only frees the locks
      ctx.state().phase = Phase::done;
    } else {
      if (ctx.config.mistake == Mistake::vote_unforced)
        ctx.append(Record::prepared, StoreAction::prepare);
      else
        ctx.force(Record::prepared, StoreAction::prepare);
      ctx.state().phase = Phase::in_doubt;
      ctx.arm(Timer::decision);
    }
    ctx.vote(vote);
    send(ctx, vote == Vote::yes ? Message::yes : Message::read);
  }

  static void refuse(Ctx& ctx) {
    ctx.disarm(Timer::prepare);
    conclude(ctx, Outcome::abort);
    send_no(ctx);
  }

  /// Before it votes, a participant may abort without asking anybody.
  static void abort_alone(Ctx& ctx) {
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
    if (outcome == Outcome::abort)
      ctx.force(Record::abort, StoreAction::rollback);
    else if (ctx.config.mistake == Mistake::ack_unforced)
      ctx.append(Record::commit, StoreAction::commit);
    else
      ctx.force(Record::commit, StoreAction::commit);
    ctx.decide(outcome);
    ctx.state().phase = Phase::done;
  }

  static void inquire(Ctx& ctx) {
    ProcessSet whom = ProcessSet::of(ctx.the(Role::coordinator));
    if (ctx.config.termination == Termination::cooperative)
      whom = whom | (ctx.all(Role::participant) - ProcessSet::of(ctx.self));
    ctx.broadcast(whom, Message::inquire);
    ctx.arm(Timer::decision);
  }

  // ---- Both.

  static void on_inquire(Ctx& ctx, ProcessId from) {
    const Phase phase = ctx.state().phase;
    if (ctx.is(Role::coordinator)) {
      // Without an entry it was never decided, or everybody has acknowledged: abort is presumed.
      if (phase == Phase::announcing) ctx.send(from, decision(ctx));
      if (phase == Phase::done) ctx.send(from, Message::abort);
      return;
    }
    if (phase == Phase::in_doubt) return ctx.send(from, Message::uncertain);
    if (phase == Phase::working && ctx.config.mistake == Mistake::answer_without_abort)
      return ctx.send(from, Message::abort);
    if (phase == Phase::working) abort_alone(ctx);
    // A read-only voter, and who may have been one, keeps silent.
    if (ctx.log().decision != Outcome::none) ctx.send(from, decision(ctx));
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
