// Cornus: two-phase commit over logs that everybody can reach. The votes in them are the decision.
//
// Source: Guo, Zeng, Wu, Hwang, Ren, Yu, Balakrishnan and Bernstein, "Cornus: atomic commit for a
// cloud DBMS with storage disaggregation", PVLDB 16, 2022.
//
// The happy path, with a coordinator c, participants p1..pN and the shared storage s:
//   c   sends prepare to every participant
//   p   does its work, votes yes, asks s to log `yes` in its log, unless that log already has a
//       record (LogOnce)
//   s   forces the first record of each log, answers with what the log says
//   p   has its yes logged: tells c
//   c   has all: decides, tells the client and p; c itself logs nothing
//   p   decides
// Whoever is tired of waiting terminates: LogOnce(abort) into each log that it does not know to say
// yes. The answers are final, whichever came first.
//
// Who decides, when, and by which record: the transaction is committed at the moment at which s
// forces the last of N `yes` records, and aborted when it forces the first `abort` in any log. A
// process decides when it has learnt of that: from s, or from one that has. No process has a log of
// its own, so nothing is redone after a crash: a participant that comes back terminates, its own
// log included, and never votes again, because it does not know whether it has.
//
// s is assumed to be available, as in the paper; see shared_storage.hpp. Left out, because they
// only shorten a later recovery: the decision record in each participant's log, and its truncation.
#pragma once

#include "protocols/parts/shared_storage.hpp"

namespace concordat {

struct Cornus {
  using Ctx = Context<Cornus>;
  static constexpr std::string_view name = "cornus";
  static constexpr std::string_view summary = "two-phase commit whose votes are logged once";
  using Role = shared_storage::Role;
  static constexpr std::array roles = shared_storage::roles;
  static constexpr std::array choices = shared_storage::choices;
  static constexpr std::array costs{derived_cost(
      "answer 4; forces N; c.forces 0", "Guo et al., 2022: one log write on the critical path")};

  enum class Mistake : std::uint8_t {  // for tests and teaching
    none,
    plain_write,  // s overwrites a log instead of comparing first: breaks uniform agreement
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };
  struct Message {
    enum class Type : std::uint8_t {
      prepare,       // c to p
      log_yes,       // p to s: LogOnce(yes) into its own log
      log_abort,     // anybody to s: LogOnce(abort) into `log`
      logged_yes,    // s: what `log` says
      logged_abort,  // the same
      yes,           // p to c: its log says yes
      no,            // p to c: it never will
      commit,        // c to p
      abort,         // c to p
    };
    Type type{};
    ProcessId log{};  // whose log, where s is asked or answers
    CONCORDAT_FIELDS(Message, type, log)
  };
  using Type = Message::Type;
  struct Record {
    enum class Vote : std::uint8_t { yes, abort };
    Vote vote{};
    ProcessId log{};
    CONCORDAT_FIELDS(Record, vote, log)
  };
  enum class Timer : std::uint8_t { vote, decision, retry };
  static constexpr int rank(Timer timer) { return timer == Timer::retry ? retry_rank : 0; }
  struct Durable {  // of s: whose log says what
    ProcessSet yes;
    ProcessSet aborted;
    CONCORDAT_FIELDS(Durable, yes, aborted)
  };
  static void redo(Durable& log, const Record& record) {
    log.yes.erase(record.log);
    log.aborted.erase(record.log);
    (record.vote == Record::Vote::yes ? log.yes : log.aborted).insert(record.log);
  }
  enum class Phase : std::uint8_t { idle, collecting, working, voting, doubt, terminating, done };
  struct Volatile {
    Phase phase{};
    ProcessSet yes;  // logs that are known to say yes
    CONCORDAT_FIELDS(Volatile, phase, yes)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::storage)) return;
    if (ctx.is(Role::participant)) {
      ctx.state().phase = Phase::working;
      return ctx.arm(Timer::decision);
    }
    ctx.state().phase = Phase::collecting;
    ctx.broadcast(ctx.all(Role::participant), {Type::prepare, {}});
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::prepare: return on_prepare(ctx);
      case Type::log_yes: return log_once(ctx, from, {Record::Vote::yes, from});
      case Type::log_abort: return log_once(ctx, from, {Record::Vote::abort, message.log});
      case Type::logged_yes: return on_logged_yes(ctx, message.log);
      case Type::yes: return learn_yes(ctx, from);
      case Type::commit: return conclude(ctx, Outcome::commit);
      case Type::logged_abort: return on_logged_abort(ctx, message.log);
      case Type::no:
      case Type::abort: return conclude(ctx, Outcome::abort);
    }
  }

  static void on_timer(Ctx& ctx, Timer /*timer*/) {
    ctx.state().phase == Phase::working ? refuse(ctx) : terminate(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase != Phase::working) return;
    if (lock == NoticeKind::granted) return on_prepare(ctx);
    ctx.vote(Vote::no);
    refuse(ctx);
  }

  /// A coordinator that comes back has nothing to do: the participants need nobody.
  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::participant)) terminate(ctx);
  }

 private:
  // ---- The storage.
  static void log_once(Ctx& ctx, ProcessId from, Record record) {
    const bool first = !(ctx.log().yes | ctx.log().aborted).contains(record.log);
    if (first || ctx.config.mistake == Mistake::plain_write) ctx.force(record);
    const bool yes = ctx.log().yes.contains(record.log);
    ctx.send(from, {yes ? Type::logged_yes : Type::logged_abort, record.log});
  }

  // ---- A participant.
  static void on_prepare(Ctx& ctx) {
    if (ctx.state().phase != Phase::working) return;
    const Vote vote = shared_storage::work_and_vote(ctx, {Record::Vote::yes, ctx.self});
    if (vote == Vote::none) return;
    if (vote == Vote::yes) {
      ctx.state().phase = Phase::voting;
      return ctx.send(ctx.the(Role::storage), {Type::log_yes, ctx.self});
    }
    refuse(ctx);
  }

  /// It has not logged yes, and never will. Nobody waits for the record that says so.
  static void refuse(Ctx& ctx) {
    ctx.send(ctx.the(Role::storage), {Type::log_abort, ctx.self});
    conclude(ctx, Outcome::abort);
    ctx.send(ctx.the(Role::coordinator), {Type::no, {}});
  }

  static void on_logged_abort(Ctx& ctx, ProcessId log) {
    const bool late = ctx.state().phase == Phase::voting && log == ctx.self;
    conclude(ctx, Outcome::abort);
    if (late) ctx.send(ctx.the(Role::coordinator), {Type::no, {}});  // its yes, not its vote
  }

  // ---- The coordinator and the participants.
  static void on_logged_yes(Ctx& ctx, ProcessId log) {
    if (ctx.state().phase == Phase::voting && log == ctx.self) {
      ctx.state().phase = Phase::doubt;
      ctx.send(ctx.the(Role::coordinator), {Type::yes, {}});
    }
    learn_yes(ctx, log);
  }

  static void learn_yes(Ctx& ctx, ProcessId log) {
    if (ctx.state().phase == Phase::done || ctx.state().phase == Phase::idle) return;
    ctx.state().yes.insert(log);
    if (ctx.state().yes == ctx.all(Role::participant)) conclude(ctx, Outcome::commit);
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    if (ctx.state().phase == Phase::done || ctx.state().phase == Phase::idle) return;
    shared_storage::disarm_all(ctx);
    const bool commits = outcome == Outcome::commit;
    const Record record{commits ? Record::Vote::yes : Record::Vote::abort, ctx.self};
    shared_storage::end_work(ctx, outcome, record);
    ctx.decide(outcome);
    ctx.state() = {Phase::done, {}};
    if (ctx.is(Role::participant)) return;
    ctx.answer(outcome);
    ctx.broadcast(ctx.all(Role::participant), {commits ? Type::commit : Type::abort, {}});
  }

  static void terminate(Ctx& ctx) {
    ctx.state().phase = Phase::terminating;
    for (const ProcessId log : ctx.all(Role::participant) - ctx.state().yes)
      ctx.send(ctx.the(Role::storage), {Type::log_abort, log});
    ctx.arm(Timer::retry);
  }
};

}  // namespace concordat
