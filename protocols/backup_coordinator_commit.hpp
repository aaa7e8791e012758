// Two-phase commit with a backup coordinator, which takes over when the coordinator is out of
// sight.
//
// Source: Demirbas, "2PC with a backup transaction manager", TLA+ examples (2PCwithBTM), 2017.
// There the backup reads the states of all participants in one step, and may abort only if none of
// them has committed. Here it has to ask.
//
// The happy path, with a coordinator c, a backup b and participants p1..pN, which alone vote:
//   c   sends prepare to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes
//   c   has all votes: forces `commit`, decides, tells the client and p
//   p   forces `commit`, decides
// In doubt for too long, p asks c for help, and if c is silent, b. Then b takes over:
//   b   asks every participant for its status
//   p   answers its decision if it has one; unprepared, it aborts first; prepared, it forces
//       `fenced`, after which no wish of c counts, and answers fenced
//   b   hears a decision: it is everybody's. All are fenced: it decides commit. Forces it, tells p
// For what b hears to be the truth, c may not abort before a participant has: its timer only makes
// it send a wish, and it decides abort when a participant says that it has. A decision is a fact,
// whoever tells it. Two never differ: commit needs all prepared, and abort one that was not, or
// that gave in to c before it was fenced.
//
// The guard "no participant has committed" thus means that all have answered, and where one is
// down, b waits. The options weaken it.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct BackupCoordinatorCommit {
  using Ctx = Context<BackupCoordinatorCommit>;
  static constexpr std::string_view name = "backup_coordinator_commit";
  static constexpr std::string_view summary = "two-phase commit with a backup coordinator";
  enum class Role : std::uint8_t { coordinator, backup, participant };
  static constexpr std::array roles{
      single("coordinator", "c"), single("backup", "b"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};

  enum class Guard : std::uint8_t {
    all,        // b aborts only if it knows from all that none has committed
    reachable,  // from those that answer before its timer fires
    none,       // without asking
  };
  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    fence_unforced,  // a participant forgets in a crash that it has answered b
    abort_by_timer,  // c aborts by its timer, before any participant has
  };
  struct Config {
    Guard guard{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, guard, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"guarded", "", "the backup asks all participants, and waits for their answers"},
      ProfileSpec{"unguarded", "guard=none", "the backup aborts, whoever has committed"}};
  static constexpr std::array costs{
      derived_cost("messages 3N; delays 3; answer 2; forces 1+2N",
                   "two-phase commit without acknowledgements; the backup is idle")};

  enum class Message : std::uint8_t { prepare, yes, no, commit, abort, wish, help, status, fenced };
  enum class Record : std::uint8_t { prepared, fenced, commit, abort };
  /// A participant is more patient than c; the last one only repeats.
  enum class Timer : std::uint8_t { vote, prepare, decision, answers };
  static constexpr int rank(Timer timer) {
    if (timer == Timer::answers) return retry_rank;
    return timer == Timer::decision ? 1 : 0;
  }
  struct Durable {
    bool prepared = false;
    bool fenced = false;  // participant: b has been told `prepared`
    Outcome decision{};
    CONCORDAT_FIELDS(Durable, prepared, fenced, decision)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::fenced) log.fenced = true;
    if (record == Record::commit) log.decision = Outcome::commit;
    if (record == Record::abort) log.decision = Outcome::abort;
  }
  enum class Phase : std::uint8_t { idle, collecting, wishing, asking, working, in_doubt, done };
  struct Volatile {
    Phase phase{};
    ProcessSet pending;       // c: whose vote, b: whose answer is missing
    bool c_is_asked = false;  // participant: the next question goes to b
    CONCORDAT_FIELDS(Volatile, phase, pending, c_is_asked)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::backup)) return;
    ctx.state().phase = Phase::working;
    if (ctx.is(Role::participant)) return ctx.arm(Timer::prepare);
    ctx.state() = {Phase::collecting, ctx.all(Role::participant)};
    ctx.broadcast(ctx.state().pending, Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare: return on_prepare(ctx);
      case Message::yes: return count(ctx, from, Phase::collecting);
      case Message::commit: return on_decision(ctx, Outcome::commit);
      case Message::no:  // its sender has aborted
      case Message::abort: return on_decision(ctx, Outcome::abort);
      case Message::wish: return on_wish(ctx, from);
      case Message::help: return on_help(ctx, from);
      case Message::status: return on_status(ctx, from);
      case Message::fenced: return count(ctx, from, Phase::asking);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote: return wish(ctx);
      case Timer::prepare: return abort_alone(ctx);
      case Timer::decision: return ask_for_help(ctx);
      case Timer::answers:
        if (ctx.is(Role::coordinator)) return wish(ctx);
        if (ctx.config.guard == Guard::reachable) return conclude(ctx, Outcome::abort);
        return ask_for_states(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    ctx.state().phase = Phase::done;
    if (ctx.log().decision != Outcome::none) return settle(ctx, ctx.log().decision);
    if (ctx.is(Role::coordinator)) return wish(ctx);  // it may have wished so before
    ctx.state().phase = ctx.is(Role::backup) ? Phase::idle : Phase::in_doubt;
    if (ctx.is(Role::backup)) return;
    ctx.log().prepared ? ask_for_help(ctx) : abort_alone(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? on_prepare(ctx) : refuse(ctx);
  }

 private:
  // ---- The coordinator.
  static void count(Ctx& ctx, ProcessId from, Phase phase) {  // b counts the fenced likewise
    if (ctx.state().phase != phase) return;
    ctx.state().pending.erase(from);
    if (ctx.state().pending.empty()) conclude(ctx, Outcome::commit);
  }

  static void wish(Ctx& ctx) {
    if (ctx.config.mistake == Mistake::abort_by_timer) return conclude(ctx, Outcome::abort);
    ctx.state() = {Phase::wishing, {}};
    ctx.broadcast(ctx.all(Role::participant), Message::wish);
    ctx.arm(Timer::answers);
  }

  // ---- The backup.
  static void on_help(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase == Phase::done) return ctx.send(from, decision(ctx));
    if (ctx.state().phase == Phase::wishing) return ctx.send(from, Message::wish);
    if (!ctx.is(Role::backup) || ctx.state().phase == Phase::asking) return;
    if (ctx.config.guard == Guard::none) return conclude(ctx, Outcome::abort);
    ctx.state() = {Phase::asking, ctx.all(Role::participant)};
    ask_for_states(ctx);
  }

  static void ask_for_states(Ctx& ctx) {
    ctx.broadcast(ctx.state().pending, Message::status);
    ctx.arm(Timer::answers);
  }

  // ---- A participant.
  static void on_prepare(Ctx& ctx) {
    if (ctx.state().phase != Phase::working) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    ctx.disarm(Timer::prepare);
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

  static void abort_alone(Ctx& ctx) {
    ctx.disarm(Timer::prepare);
    ctx.append(Record::abort, StoreAction::rollback);
    ctx.state().phase = Phase::done;
    ctx.decide(Outcome::abort);
  }

  static void on_wish(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase == Phase::working) abort_alone(ctx);
    if (ctx.state().phase == Phase::in_doubt && !ctx.log().fenced) conclude(ctx, Outcome::abort);
    if (ctx.state().phase == Phase::done) ctx.send(from, decision(ctx));
  }

  static void ask_for_help(Ctx& ctx) {
    bool& c_is_asked = ctx.state().c_is_asked;
    ctx.send(ctx.the(c_is_asked ? Role::backup : Role::coordinator), Message::help);
    c_is_asked = !c_is_asked;
    ctx.arm(Timer::decision);
  }

  static void on_status(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase == Phase::working) abort_alone(ctx);
    if (ctx.state().phase == Phase::done) return ctx.send(from, decision(ctx));
    const bool mistaken = ctx.config.mistake == Mistake::fence_unforced;
    if (!ctx.log().fenced) mistaken ? ctx.append(Record::fenced) : ctx.force(Record::fenced);
    ctx.send(from, Message::fenced);
  }

  // ---- Everybody.
  static void on_decision(Ctx& ctx, Outcome outcome) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::working && outcome == Outcome::abort) return abort_alone(ctx);
    if (phase != Phase::idle && phase != Phase::working && phase != Phase::done)
      conclude(ctx, outcome);
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    for (const Timer timer : {Timer::vote, Timer::decision, Timer::answers})
      ctx.disarm(timer);
    outcome == Outcome::commit ? ctx.force(Record::commit, StoreAction::commit)
                               : ctx.force(Record::abort, StoreAction::rollback);
    ctx.state() = {Phase::done, {}};
    settle(ctx, outcome);
    if (!ctx.is(Role::participant)) ctx.broadcast(ctx.all(Role::participant), decision(ctx));
  }

  static void settle(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    if (!ctx.is(Role::participant)) ctx.answer(outcome);
  }
  static Message decision(Ctx& ctx) {
    return ctx.log().decision == Outcome::commit ? Message::commit : Message::abort;
  }
};

}  // namespace concordat
