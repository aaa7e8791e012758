// XA, in the words of PostgreSQL: presumed abort, with the application's thread as the courier, and
// operators who end a branch in doubt by themselves (heuristic decisions).
//
// Sources: X/Open, "Distributed transaction processing: the XA specification", 1991; PostgreSQL
// documentation, PREPARE TRANSACTION; Mohan, Lindsay and Obermarck 1986 (presumed abort).
//
// The happy path; c is the application with its transaction manager (TM), p1..pN are databases:
//   c   sends prepare_transaction to each database
//   p   does its work, forces `prepared`, votes yes, sends prepared. The branch is on disk now,
//       holds its locks, and belongs to no session
//   c   has all: forces `commit`, decides, tells the client, sends commit_prepared
//   p   forces `commit`, decides, sends done
//   c   has all: appends `end` and forgets
// An abort is not logged by c. Databases never ask: after a crash c asks them by xa_recover, and
// ends what they list, by commit if its log says so, else by rollback. Every call is repeated until
// it has returned, aborts too; so p forces `abort` before it sends done, unlike in presumed abort.
//
// With `heuristics`, an operator may commit or roll back a branch whose `doubt` timer has fired.
// The database remembers that until xa_forget, and answers heurcom or heurrb to whatever c orders.
// c forces each report of a contradiction before the database may forget, and then the verdict.
// `unremembered` is PostgreSQL itself, which keeps no trace of an operator: c hears that the branch
// is unknown, as it does if a reply was lost, and reports a hazard.
#pragma once

#include "protocols/parts/xa_words.hpp"
#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct XaCommit {
  using Ctx = Context<XaCommit>;
  static constexpr std::string_view name = "xa_commit";
  static constexpr std::string_view summary = "XA: presumed abort, and heuristic decisions";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};

  enum class Heuristics : std::uint8_t { off, remembered, unremembered };
  enum class Mistake : std::uint8_t { none, no_log };  // M2: the TM keeps no log
  struct Config {
    Heuristics heuristics{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, heuristics, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"plain", "", "nobody but the transaction manager ends a branch"},
      ProfileSpec{"heuristic", "heuristics=remembered", "operators may end a branch in doubt"}};
  static constexpr std::array costs{PublishedCost{"",
                                                  "commit",
                                                  "messages 4N; forces 1+2N",
                                                  "Mohan, Lindsay, Obermarck 1986: presumed abort",
                                                  "delays 3; answer 2"}};

  using Message = xa::Message;
  using Record = xa::Record;
  using Type = Record::Type;
  enum class Timer : std::uint8_t { vote, connection, doubt, again };
  static constexpr int rank(Timer timer) { return timer == Timer::again ? retry_rank : 0; }
  using Durable = xa::Durable;
  static void redo(Durable& log, const Record& record) { log.redo(record); }
  enum class Phase : std::uint8_t { idle, collecting, ending, recovering, working, in_doubt, done };
  struct Volatile {
    Phase phase{};
    bool overdue = false;  // database: in doubt for so long that an operator looks at it
    Outcome outcome{};     // TM
    ProcessSet pending;    // TM: who has not voted, or not finished
    CONCORDAT_FIELDS(Volatile, phase, overdue, outcome, pending)
  };
  enum class Operator : std::uint8_t { heuristic_commit, heuristic_rollback };

  static void on_start(Ctx& ctx) {
    ctx.state().phase = Phase::working;
    if (ctx.is(Role::participant)) return ctx.arm(Timer::connection);
    ctx.state() = {Phase::collecting, false, {}, ctx.all(Role::participant)};
    ctx.broadcast(ctx.state().pending, Message::prepare_transaction);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (ctx.is(Role::participant)) return on_call(ctx, message);
    on_reply(ctx, from, message);
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote: return decide(ctx, Outcome::abort, ctx.all(Role::participant));
      case Timer::connection: return abort_alone(ctx);
      case Timer::doubt: ctx.state().overdue = true; return;
      case Timer::again: return call(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    ctx.state().phase = Phase::done;
    if (ctx.is(Role::coordinator)) {
      if (log.ended) return;
      const Outcome outcome = log.decision == Outcome::none ? Outcome::abort : log.decision;
      ctx.state() = {Phase::recovering, false, outcome, ctx.all(Role::participant)};
      return call(ctx);
    }
    if (log.decision != Outcome::none) return ctx.decide(log.decision);
    log.prepared ? be_in_doubt(ctx) : abort_alone(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? prepare(ctx) : refuse(ctx);
  }

  /// Ends a branch in doubt against all rules, because somebody waits for its locks.
  static void on_operator(Ctx& ctx, Operator action) {
    if (ctx.state().phase != Phase::in_doubt || !ctx.state().overdue) return ctx.decline();
    const bool kept = ctx.config.heuristics == Heuristics::remembered;
    if (action == Operator::heuristic_commit)
      finish(ctx, kept ? Type::heuristic_commit : Type::commit, Outcome::commit);
    else
      finish(ctx, kept ? Type::heuristic_rollback : Type::abort, Outcome::abort);
  }

 private:
  // ---- The transaction manager.
  static void on_reply(Ctx& ctx, ProcessId from, Message reply) {
    Volatile& state = ctx.state();
    if (state.phase == Phase::collecting) {
      state.pending.erase(from);
      if (reply == Message::rolled_back)
        decide(ctx, Outcome::abort, ctx.all(Role::participant) - ProcessSet::of(from));
      else if (state.pending.empty())
        decide(ctx, Outcome::commit, ctx.all(Role::participant));
      return;
    }
    if (state.phase != Phase::ending && state.phase != Phase::recovering) return;
    if (reply == Message::prepared) return;  // late: it has been told to roll back
    if (reply == Message::listed) return ctx.send(from, order(ctx));
    if (reply == Message::heurcom || reply == Message::heurrb) {
      const bool same = (reply == Message::heurcom) == (state.outcome == Outcome::commit);
      if (!same && !ctx.log().contrary.contains(from)) ctx.force({Type::contrary, from, {}});
      return ctx.send(from, Message::xa_forget);  // which returns done
    }
    const bool may_be_heuristic = ctx.config.heuristics == Heuristics::unremembered;
    if (reply == Message::unknown && may_be_heuristic && state.outcome == Outcome::commit)
      ctx.force({Type::hazard, from, {}});
    state.pending.erase(from);
    if (state.pending.empty()) end(ctx);
  }

  static void decide(Ctx& ctx, Outcome outcome, ProcessSet pending) {
    ctx.disarm(Timer::vote);
    if (outcome == Outcome::commit && ctx.config.mistake != Mistake::no_log)
      ctx.force(Record::of(Type::commit));
    ctx.decide(outcome);
    ctx.answer(outcome);
    ctx.state() = {Phase::ending, false, outcome, pending};
    pending.empty() ? end(ctx) : call(ctx);
  }

  static void call(Ctx& ctx) {  // until it returns
    const bool recovering = ctx.state().phase == Phase::recovering;
    ctx.broadcast(ctx.state().pending, recovering ? Message::xa_recover : order(ctx));
    ctx.arm(Timer::again);
  }

  static void end(Ctx& ctx) {
    ctx.disarm(Timer::again);
    const Outcome outcome = ctx.state().outcome;
    const xa::Verdict verdict = ctx.log().judge(outcome, ctx.all(Role::participant));
    if (verdict != xa::Verdict::none)
      ctx.force({Type::end, {}, verdict});
    else if (outcome == Outcome::commit && ctx.config.mistake != Mistake::no_log)
      ctx.append(Record::of(Type::end));
    ctx.state() = {Phase::done, false, {}, {}};
  }

  static Message order(Ctx& ctx) {
    return ctx.state().outcome == Outcome::commit ? Message::commit_prepared
                                                  : Message::rollback_prepared;
  }

  // ---- A database.
  static void on_call(Ctx& ctx, Message call) {
    const Phase phase = ctx.state().phase;
    const Outcome decision = ctx.log().decision;
    if (call == Message::prepare_transaction) {
      if (phase == Phase::working) return prepare(ctx);
      if (phase == Phase::in_doubt) reply(ctx, Message::prepared);
      if (!ctx.log().prepared) reply(ctx, Message::rolled_back);
    } else if (phase == Phase::working) {  // its session is gone
      abort_alone(ctx);
      reply(ctx, Message::done);
    } else if (call == Message::xa_recover) {
      const bool in_list = phase == Phase::in_doubt || ctx.log().heuristic;
      reply(ctx, in_list ? Message::listed : Message::unknown);
    } else if (call == Message::xa_forget) {
      if (ctx.log().heuristic) ctx.force(Record::of(Type::forgotten));
      reply(ctx, Message::done);
    } else if (phase == Phase::in_doubt) {
      call == Message::commit_prepared ? finish(ctx, Type::commit, Outcome::commit)
                                       : finish(ctx, Type::abort, Outcome::abort);
      reply(ctx, Message::done);
    } else if (ctx.log().heuristic) {
      reply(ctx, decision == Outcome::commit ? Message::heurcom : Message::heurrb);
    } else {
      reply(ctx, Message::unknown);
    }
  }

  static void prepare(Ctx& ctx) {
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    ctx.disarm(Timer::connection);
    ctx.force(Record::of(Type::prepared), StoreAction::prepare);
    ctx.vote(Vote::yes);
    be_in_doubt(ctx);
    reply(ctx, Message::prepared);
  }

  static void be_in_doubt(Ctx& ctx) {
    ctx.state().phase = Phase::in_doubt;
    if (ctx.config.heuristics != Heuristics::off) ctx.arm(Timer::doubt);
  }

  static void refuse(Ctx& ctx) {  // a PREPARE TRANSACTION that fails is a rollback
    ctx.vote(Vote::no);
    abort_alone(ctx);
    reply(ctx, Message::rolled_back);
  }

  static void abort_alone(Ctx& ctx) {  // before its vote it may; so it does without a connection
    ctx.disarm(Timer::connection);
    ctx.append(Record::of(Type::abort), StoreAction::rollback);
    ctx.decide(Outcome::abort);
    ctx.state().phase = Phase::done;
  }

  static void finish(Ctx& ctx, Type record, Outcome outcome) {
    ctx.disarm(Timer::doubt);
    const bool commits = outcome == Outcome::commit;
    ctx.force(Record::of(record), commits ? StoreAction::commit : StoreAction::rollback);
    ctx.decide(outcome);
    ctx.state() = {Phase::done, false, {}, {}};
  }

  static void reply(Ctx& ctx, Message message) { ctx.send(ctx.the(Role::coordinator), message); }
};

}  // namespace concordat
