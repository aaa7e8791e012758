// One commit for each connection: what a program does that opens a transaction on several databases
// and has no two-phase commit. It works until something fails between the first commit and the
// last.
//
// Source: practice; Bernstein and Newcomer, "Principles of transaction processing", 2009, chapter
// 8, for why two phases are needed.
//
//   c   the program: sends begin and its statements over one connection to each database
//   p   does its work in a local transaction that stays open, and answers done
//   c   all done: sends commit to p1; when it is committed, to p2; and so on, one after the other
//   p   commits, decides
//   c   one has failed, or does not answer: rollback to all that it has not told to commit
//
// No database has promised anything: one that crashes, or whose client is silent for too long, has
// rolled back, and a commit then fails. Others have committed. c has no log, and when it comes back
// nobody waits for it any more.
//
// `commits=at_once` sends all commits together. The window is shorter, and does not close.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct CommitPerConnection {
  using Ctx = Context<CommitPerConnection>;
  static constexpr std::string_view name = "commit_per_connection";
  static constexpr std::string_view summary = "begin and commit on each connection (broken)";
  static constexpr std::string_view source = "practice; Bernstein, Newcomer 2009, chapter 8";
  enum class Role : std::uint8_t { program, database };
  static constexpr std::array roles{
      single("program", "c"),
      RoleSpec{.name = "database", .prefix = "p", .count = 0, .votes = true, .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};

  enum class Commits : std::uint8_t { one_by_one, at_once };
  struct Config {
    Commits commits{};
    CONCORDAT_FIELDS(Config, commits)
  };
  static constexpr std::array costs{
      PublishedCost{"", "commit", "", source, "messages 4N; forces N; c.forces 0"}};

  enum class Message : std::uint8_t { begin, done, failed, commit, committed, rollback };
  enum class Record : std::uint8_t { committed };
  /// `connection`: of a database, how long it waits for its client.
  enum class Timer : std::uint8_t { call, connection };
  static constexpr int rank(Timer timer) { return static_cast<int>(timer); }
  struct Durable {
    bool committed = false;
    CONCORDAT_FIELDS(Durable, committed)
  };
  static void redo(Durable& log, Record /*committed*/) { log.committed = true; }
  enum class Phase : std::uint8_t { idle, working, committing, over };
  struct Volatile {
    Phase phase{};
    ProcessSet waiting{};  // c: for whose answer, or for whose turn
    CONCORDAT_FIELDS(Volatile, phase, waiting)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::database)) return ctx.arm(Timer::connection);
    ctx.state() = {Phase::working, ctx.all(Role::database)};
    ctx.broadcast(ctx.state().waiting, Message::begin);
    ctx.arm(Timer::call);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::begin: return on_begin(ctx);
      case Message::commit: return on_commit(ctx);
      case Message::rollback: return abort(ctx);
      case Message::done:
      case Message::committed: return on_answer(ctx, from, message);
      case Message::failed: return give_up(ctx);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) { timer == Timer::call ? give_up(ctx) : abort(ctx); }

  static void on_recover(Ctx& ctx) {  // what was not committed is rolled back
    if (ctx.is(Role::program)) return;
    ctx.state().phase = Phase::over;
    ctx.decide(ctx.log().committed ? Outcome::commit : Outcome::abort);
  }

 private:
  // ---- A database.
  static void on_begin(Ctx& ctx) {
    if (ctx.state().phase != Phase::idle) return;
    const bool enough = do_work(ctx) == LockAnswer::granted;
    if (!enough || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.vote(Vote::no);
      abort(ctx);
      return answer(ctx, Message::failed);
    }
    ctx.vote(Vote::yes);
    ctx.state().phase = Phase::working;
    answer(ctx, Message::done);
  }

  static void on_commit(Ctx& ctx) {
    if (ctx.log().committed) return answer(ctx, Message::committed);
    if (ctx.state().phase != Phase::working) return answer(ctx, Message::failed);
    ctx.disarm(Timer::connection);
    ctx.state().phase = Phase::over;
    ctx.force(Record::committed, StoreAction::commit);
    ctx.decide(Outcome::commit);
    answer(ctx, Message::committed);
  }

  static void abort(Ctx& ctx) {
    if (ctx.state().phase == Phase::over) return;
    ctx.disarm(Timer::connection);
    ctx.rollback();
    ctx.state().phase = Phase::over;
    ctx.decide(Outcome::abort);
  }

  static void answer(Ctx& ctx, Message message) { ctx.send(ctx.the(Role::program), message); }

  // ---- The program.
  static void on_answer(Ctx& ctx, ProcessId from, Message message) {
    const Phase phase = message == Message::done ? Phase::working : Phase::committing;
    if (ctx.state().phase != phase || !ctx.state().waiting.contains(from)) return;
    ctx.state().waiting.erase(from);
    if (phase == Phase::committing) return commit_next(ctx);
    if (!ctx.state().waiting.empty()) return;
    ctx.state() = {Phase::committing, ctx.all(Role::database)};
    if (ctx.config.commits == Commits::at_once) ctx.broadcast(ctx.state().waiting, Message::commit);
    commit_next(ctx);
  }

  static void commit_next(Ctx& ctx) {
    ctx.disarm(Timer::call);
    if (ctx.state().waiting.empty()) return end(ctx, Outcome::commit);
    if (ctx.config.commits == Commits::one_by_one)
      ctx.send(*ctx.state().waiting.begin(), Message::commit);
    ctx.arm(Timer::call);
  }

  static void give_up(Ctx& ctx) {
    if (ctx.state().phase == Phase::over) return;
    ctx.disarm(Timer::call);
    ctx.broadcast(ctx.state().waiting, Message::rollback);
    end(ctx, Outcome::abort);
  }

  static void end(Ctx& ctx, Outcome outcome) {
    ctx.state() = {Phase::over, {}};
    ctx.answer(outcome);
  }
};

}  // namespace concordat
