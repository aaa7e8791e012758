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
// c forces each report of a contradiction before it lets the database forget, and at the end the
// verdict. `unremembered` is PostgreSQL itself, which keeps no trace of an operator's COMMIT
// PREPARED: all that c hears is that the branch is unknown (XAER_NOTA). It may also have been
// committed by c itself, and the reply lost: a hazard.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct XaCommit {
  using Ctx = Context<XaCommit>;
  static constexpr std::string_view name = "xa_commit";
  static constexpr std::string_view summary =
      "XA with PREPARE TRANSACTION: presumed abort, and heuristic decisions";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};

  enum class Heuristics : std::uint8_t { off, remembered, unremembered };
  enum class Mistake : std::uint8_t {  // for tests and teaching
    none,
    no_log,  // M2: the TM keeps no log, and after a crash takes every branch for aborted
  };
  struct Config {
    Heuristics heuristics{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, heuristics, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"plain", "", "nobody but the transaction manager ends a branch"},
      ProfileSpec{"heuristic", "heuristics=remembered", "operators may end a branch in doubt"}};
  static constexpr std::array costs{
      PublishedCost{.profile = "",
                    .run = "commit",
                    .costs = "messages 4N; delays 3; answer 2; forces 1+2N",
                    .source = "Mohan, Lindsay and Obermarck 1986, presumed abort"}};

  // The calls of c: prepare_transaction, commit_prepared, rollback_prepared, xa_forget, xa_recover;
  // the rest is what they return. `unknown` is XAER_NOTA, or a list without the branch.
  enum class Message : std::uint8_t {
    prepare_transaction,
    commit_prepared,
    rollback_prepared,
    xa_forget,
    xa_recover,
    prepared,
    rolled_back,
    done,
    unknown,
    listed,
    heurcom,
    heurrb
  };
  enum class Verdict : std::uint8_t { none, heurcom, heurrb, heurmix, heurhaz };
  struct Record {
    enum class Type : std::uint8_t {
      prepared,
      commit,
      abort,
      heuristic,
      forgotten,
      contrary,
      hazard,
      end
    };
    Type type{};
    Outcome outcome{};   // heuristic
    ProcessId branch{};  // contrary, hazard
    Verdict verdict{};   // end
    CONCORDAT_FIELDS(Record, type, outcome, branch, verdict)
  };
  using Type = Record::Type;
  enum class Timer : std::uint8_t { vote, connection, doubt, again };
  static constexpr int rank(Timer timer) { return timer == Timer::again ? retry_rank : 0; }
  struct Durable {
    bool prepared = false;
    bool heuristic = false;  // database: its decision is an operator's, and not forgotten
    Outcome decision{};
    bool ended = false;
    ProcessSet contrary;  // TM: which branches operators have ended against its decision
    ProcessSet hazard;    // TM: of which branches it cannot know
    Verdict verdict{};
    CONCORDAT_FIELDS(Durable, prepared, heuristic, decision, ended, contrary, hazard, verdict)
  };
  static void redo(Durable& log, const Record& record) {
    if (record.type == Type::prepared) log.prepared = true;
    if (record.type == Type::commit) log.decision = Outcome::commit;
    if (record.type == Type::abort) log.decision = Outcome::abort;
    if (record.type == Type::heuristic) log.decision = record.outcome;
    if (record.type == Type::heuristic) log.heuristic = true;
    if (record.type == Type::forgotten) log.heuristic = false;
    if (record.type == Type::contrary) log.contrary.insert(record.branch);
    if (record.type == Type::hazard) log.hazard.insert(record.branch);
    if (record.type == Type::end) log.ended = true;
    if (record.type == Type::end) log.verdict = record.verdict;
  }
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
      const Outcome outcome =
          log.decision == Outcome::commit ? Outcome::commit : Outcome::abort;  // presumed
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
    const bool commit = action == Operator::heuristic_commit;
    const Outcome outcome = commit ? Outcome::commit : Outcome::abort;
    if (ctx.config.heuristics == Heuristics::remembered)
      finish(ctx, {Type::heuristic, outcome, {}, {}}, outcome);
    else
      finish(ctx, {commit ? Type::commit : Type::abort, {}, {}, {}}, outcome);
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
      if (!same && !ctx.log().contrary.contains(from)) ctx.force({Type::contrary, {}, from, {}});
      return ctx.send(from, Message::xa_forget);  // which returns done
    }
    const bool may_be_heuristic = ctx.config.heuristics == Heuristics::unremembered;
    if (reply == Message::unknown && may_be_heuristic && state.outcome == Outcome::commit)
      ctx.force({Type::hazard, {}, from, {}});
    state.pending.erase(from);
    if (state.pending.empty()) end(ctx);
  }

  static void decide(Ctx& ctx, Outcome outcome, ProcessSet pending) {
    ctx.disarm(Timer::vote);
    if (outcome == Outcome::commit && ctx.config.mistake != Mistake::no_log)
      ctx.force({Type::commit, {}, {}, {}});
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
    const bool commit = ctx.state().outcome == Outcome::commit;
    const ProcessSet contrary = ctx.log().contrary;
    Verdict verdict = Verdict::none;
    if (!contrary.empty()) verdict = Verdict::heurmix;
    if (contrary == ctx.all(Role::participant))
      verdict = commit ? Verdict::heurrb : Verdict::heurcom;
    if (!ctx.log().hazard.empty()) verdict = Verdict::heurhaz;
    if (verdict != Verdict::none)
      ctx.force({Type::end, {}, {}, verdict});
    else if (commit && ctx.config.mistake != Mistake::no_log)
      ctx.append({Type::end, {}, {}, {}});
    ctx.state() = {Phase::done, false, {}, {}};
  }

  static Message order(Ctx& ctx) {
    return ctx.state().outcome == Outcome::commit ? Message::commit_prepared
                                                  : Message::rollback_prepared;
  }

  // ---- A database.
  static void on_call(Ctx& ctx, Message call) {
    const Phase phase = ctx.state().phase;
    if (call == Message::prepare_transaction && phase == Phase::working) return prepare(ctx);
    if (phase == Phase::working) {  // its session is gone
      abort_alone(ctx);
      return reply(ctx, Message::done);
    }
    const bool commit = ctx.log().decision == Outcome::commit;
    if (call == Message::prepare_transaction && phase == Phase::in_doubt)
      return reply(ctx, Message::prepared);
    if (call == Message::prepare_transaction) {
      if (!commit) reply(ctx, Message::rolled_back);
      return;
    }
    if (call == Message::xa_recover) {
      const bool in_list = phase == Phase::in_doubt || ctx.log().heuristic;
      return reply(ctx, in_list ? Message::listed : Message::unknown);
    }
    if (call == Message::xa_forget) {
      if (ctx.log().heuristic) ctx.force({Type::forgotten, {}, {}, {}});
      return reply(ctx, Message::done);
    }
    if (phase == Phase::in_doubt) {
      const bool told = call == Message::commit_prepared;
      finish(ctx,
             {told ? Type::commit : Type::abort, {}, {}, {}},
             told ? Outcome::commit : Outcome::abort);
      return reply(ctx, Message::done);
    }
    if (!ctx.log().heuristic) return reply(ctx, Message::unknown);
    reply(ctx, commit ? Message::heurcom : Message::heurrb);
  }

  static void prepare(Ctx& ctx) {
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    ctx.disarm(Timer::connection);
    ctx.force({Type::prepared, {}, {}, {}}, StoreAction::prepare);
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
    ctx.append({Type::abort, {}, {}, {}}, StoreAction::rollback);
    ctx.decide(Outcome::abort);
    ctx.state().phase = Phase::done;
  }

  static void finish(Ctx& ctx, const Record& record, Outcome outcome) {
    ctx.disarm(Timer::doubt);
    ctx.force(record, outcome == Outcome::commit ? StoreAction::commit : StoreAction::rollback);
    ctx.decide(outcome);
    ctx.state() = {Phase::done, false, {}, {}};
  }

  static void reply(Ctx& ctx, Message message) { ctx.send(ctx.the(Role::coordinator), message); }
};

}  // namespace concordat
