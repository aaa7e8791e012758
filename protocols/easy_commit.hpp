// EasyCommit: two-phase commit in which whoever learns the decision sends it to all others before
// it applies it. Nobody is blocked by crashes, as long as messages arrive and timers tell the
// truth.
//
// Source: Gupta and Sadoghi, "EasyCommit: a non-blocking two-phase commit protocol", EDBT 2018.
//
// The happy path, with a coordinator c, which does not vote, and participants p1..pN:
//   c   sends prepare to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes
//   c   has all votes: forces `commit` (the decision is reached), sends commit to all, and only
//       then applies it: decides, tells the client
//   p   gets commit from anybody, for the first time: the same; it sends it to all but itself
// "First transmit, then apply": where one process has committed, all that are up have been told. So
// a participant in doubt that has heard nothing when its timer fires may abort, in the same way.
//
// Differs from the source in the words of the log: the decision is one forced record when it is
// reached, and an unforced `applied` when it is. A process that recovers without `applied` cannot
// know whether its decision reached anybody, and those who heard nothing may have aborted. It asks,
// and never aborts by its timer again.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct EasyCommit {
  using Ctx = Context<EasyCommit>;
  static constexpr std::string_view name = "easy_commit";
  static constexpr std::string_view summary =
      "EasyCommit: two-phase commit, the decision sent on to all before it is applied";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array costs{
      derived_cost("messages N^2+3N; delays 3; answer 2; forces 1+2N",
                   "Gupta and Sadoghi 2018: two phases and O(N^2) messages")};

  enum class Recovery : std::uint8_t {
    ask,    // whoever has not applied its decision asks the others
    alone,  // it applies what its log says; a prepared participant waits for its timer again
  };
  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    vote_unforced,    // M1: the yes vote leaves before `prepared` is stable
    decide_unforced,  // M2: the decision leaves before `commit` is stable
    apply_first,      // the decision is applied before it is sent to the others
  };
  struct Config {
    Recovery recovery{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, recovery, mistake)
  };
  enum class Message : std::uint8_t { prepare, yes, no, commit, abort, inquire };
  enum class Record : std::uint8_t { prepared, commit, abort, applied };
  /// Whoever waits for a decision is more patient than whoever waits for votes.
  enum class Timer : std::uint8_t { vote, prepare, decision, ask };
  static constexpr int rank(Timer timer) {
    if (timer == Timer::ask) return retry_rank;
    return timer == Timer::decision ? 1 : 0;
  }
  struct Durable {
    bool prepared = false;
    Outcome reached{};  // the decision that it has learnt, or made
    bool applied = false;
    CONCORDAT_FIELDS(Durable, prepared, reached, applied)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::commit) log.reached = Outcome::commit;
    if (record == Record::abort) log.reached = Outcome::abort;
    if (record == Record::applied) log.applied = true;
  }
  enum class Phase : std::uint8_t { idle, collecting, working, in_doubt, asking, done };
  struct Volatile {
    Phase phase{};
    ProcessSet pending;  // coordinator: whose vote is missing
    CONCORDAT_FIELDS(Volatile, phase, pending)
  };

  static void on_start(Ctx& ctx) {
    ctx.state().phase = Phase::working;
    if (ctx.is(Role::participant)) return ctx.arm(Timer::prepare);
    ctx.state() = {Phase::collecting, ctx.all(Role::participant)};
    ctx.broadcast(ctx.state().pending, Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare: return on_prepare(ctx);
      case Message::yes:
      case Message::no: return on_vote(ctx, from, message);
      case Message::commit: return learn(ctx, Outcome::commit);
      case Message::abort: return learn(ctx, Outcome::abort);
      case Message::inquire: return on_inquire(ctx, from);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote:
      case Timer::decision: return learn(ctx, Outcome::abort);
      case Timer::prepare: return abort_alone(ctx);
      case Timer::ask: return ask(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    ctx.state().phase = Phase::done;
    if (log.applied) return settle(ctx, log.reached);
    if (ctx.config.recovery == Recovery::alone && log.reached != Outcome::none) return apply(ctx);
    if (!log.prepared && log.reached == Outcome::none) return abort_alone(ctx);
    if (ctx.config.recovery == Recovery::ask) return ask(ctx);
    ctx.state().phase = Phase::in_doubt;
    ctx.arm(Timer::decision);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? on_prepare(ctx) : refuse(ctx);
  }

 private:
  // ---- The votes.
  static void on_prepare(Ctx& ctx) {
    if (ctx.state().phase != Phase::working) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    ctx.disarm(Timer::prepare);
    if (ctx.config.mistake == Mistake::vote_unforced)
      ctx.append(Record::prepared, StoreAction::prepare);
    else
      ctx.force(Record::prepared, StoreAction::prepare);
    ctx.vote(Vote::yes);
    ctx.state().phase = Phase::in_doubt;
    ctx.send(ctx.the(Role::coordinator), Message::yes);
    ctx.arm(Timer::decision);
  }

  static void refuse(Ctx& ctx) {
    ctx.vote(Vote::no);
    abort_alone(ctx);
    ctx.send(ctx.the(Role::coordinator), Message::no);
  }

  static void abort_alone(Ctx& ctx) {  // who has not voted yes may, and nobody can commit
    ctx.disarm(Timer::prepare);
    ctx.append(Record::abort);
    ctx.state() = {Phase::done, {}};
    apply(ctx);
  }

  static void on_vote(Ctx& ctx, ProcessId from, Message vote) {
    Volatile& state = ctx.state();
    if (state.phase != Phase::collecting) return;
    state.pending.erase(from);
    if (vote == Message::no) return learn(ctx, Outcome::abort);
    if (state.pending.empty()) learn(ctx, Outcome::commit);
  }

  // ---- The decision: first transmit, then apply.
  static void learn(Ctx& ctx, Outcome outcome) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::idle || phase == Phase::done) return;
    if (phase == Phase::working) return abort_alone(ctx);  // nobody commits without its vote
    for (const Timer timer : {Timer::vote, Timer::decision, Timer::ask})
      ctx.disarm(timer);
    ctx.state() = {Phase::done, {}};
    const Record record = outcome == Outcome::commit ? Record::commit : Record::abort;
    ctx.config.mistake == Mistake::decide_unforced ? ctx.append(record) : ctx.force(record);
    if (ctx.config.mistake == Mistake::apply_first) apply(ctx);
    ctx.broadcast(others(ctx), decision(ctx));
    apply(ctx);
  }

  static void apply(Ctx& ctx) {
    const bool commit = ctx.log().reached == Outcome::commit;
    settle(ctx, ctx.log().reached);
    ctx.append(Record::applied, commit ? StoreAction::commit : StoreAction::rollback);
  }
  static void settle(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    if (ctx.is(Role::coordinator)) ctx.answer(outcome);
  }

  // ---- Recovery.
  static void ask(Ctx& ctx) {
    ctx.state().phase = Phase::asking;
    ctx.broadcast(others(ctx), Message::inquire);
    ctx.arm(Timer::ask);
  }

  static void on_inquire(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase == Phase::working) abort_alone(ctx);
    if (ctx.state().phase == Phase::done) ctx.send(from, decision(ctx));
  }

  // ---- Both.
  static Message decision(Ctx& ctx) {
    return ctx.log().reached == Outcome::commit ? Message::commit : Message::abort;
  }
  static ProcessSet others(Ctx& ctx) {
    return (ctx.all(Role::coordinator) | ctx.all(Role::participant)) - ProcessSet::of(ctx.self);
  }
};

}  // namespace concordat
