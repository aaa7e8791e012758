// Percolator: a transaction that its client drives, over a store that knows only single rows.
//
// Sources: Peng and Dabek, "Large-scale incremental processing using distributed transactions and
// notifications", OSDI 2010, section 2.2; TiKV, which takes over the protocol, for the tombstone.
//
// The happy path, with the client c, servers p1..pN of one key each, and the store s; the key of p1
// is the primary:
//   c   sends prewrite to every server
//   p   checks and writes its key, votes yes, asks s to lock the key's row, which names the primary
//   s   forces the lock: the answer reaches c by way of p
//   c   has all: asks s to commit the primary, a transaction on this one row
//   s   finds the lock still there: forces `commit` in its place    -- the commit point
//   c   decides, tells the application and p
//   p   decides: from now on its key reads as committed
// Whoever finds a lock that is too old asks the primary: is it committed, the key is rolled
// forward; else s rolls the primary back first, and leaves a tombstone, so that a late prewrite or
// commit of the primary fails.
//
// Who decides, when, and by which record: the primary's row in s decides for all. The transaction
// is committed when s forces `commit` there, aborted when it forces `rolled_back`. A process
// decides when it has learnt of one of them. A server that votes no, or gives up before
// it is asked, knows by itself: its key is never locked, so no client ever commits. After a crash
// nobody votes again.
//
// In the paper the rows are in Bigtable, whose tablet servers may crash, and whose files may not be
// lost: p is a tablet server (in TiKV the leader of a region), s the replicated store beneath all
// of them, assumed to be available; see shared_storage.hpp. What needs no check of a key goes
// straight to s, whichever server it would pass.
//
// Left out: timestamps (one transaction never conflicts with itself), and the removal of secondary
// locks from s, which follows the decision and which nobody waits for.
#pragma once

#include "protocols/parts/shared_storage.hpp"

namespace concordat {

struct Percolator {
  using Ctx = Context<Percolator>;
  static constexpr std::string_view name = "percolator";
  static constexpr std::string_view summary = "commit by a transaction on one primary row";
  using Role = shared_storage::Role;
  static constexpr std::array roles = shared_storage::roles;
  static constexpr std::array choices = shared_storage::choices;
  static constexpr std::array costs{
      derived_cost("answer 6; forces N+1", "Peng and Dabek: a lock for each key, then one row")};

  enum class Mistake : std::uint8_t {  // for tests and teaching
    none,
    no_tombstone,  // rolling back only removes the primary's lock: breaks uniform agreement
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };
  enum class Message : std::uint8_t {
    prewrite,     // c to p
    prewritten,   // p to c
    refused,      // p to c: its key is not locked, and never will be
    lock,         // p to s: lock its row
    locked,       // s to p
    commit,       // c to s: the primary, if it is locked
    resolve,      // anybody to s: roll the primary back, unless it is committed
    committed,    // s, and c to p: how the primary has ended
    rolled_back,  // the same
  };
  struct Record {  // of s
    enum class Kind : std::uint8_t { lock, unlock, commit, rolled_back };
    Kind kind{};
    ProcessId row{};  // whose; commit, rolled_back and unlock are about the primary
    CONCORDAT_FIELDS(Record, kind, row)
  };
  using Kind = Record::Kind;
  enum class Timer : std::uint8_t { prewrites, lock_age, retry };
  static constexpr int rank(Timer timer) {  // a lock lasts longer than the client's patience
    return timer == Timer::retry ? retry_rank : static_cast<int>(timer);
  }
  struct Durable {  // of s
    ProcessSet locked;
    Outcome primary{};  // abort: the tombstone
    CONCORDAT_FIELDS(Durable, locked, primary)
  };
  static void redo(Durable& log, const Record& record) {
    if (record.kind == Kind::lock)
      log.locked.insert(record.row);
    else
      log.locked.erase(record.row);
    if (record.kind == Kind::commit) log.primary = Outcome::commit;
    if (record.kind == Kind::rolled_back) log.primary = Outcome::abort;
  }
  enum class Phase : std::uint8_t {
    idle,
    prewriting,  // client
    committing,  // client
    waiting,     // server, for a prewrite
    locking,     // server, for its lock
    locked,      // server, for the outcome
    asking,      // anybody, for what the primary says
    done,
  };
  struct Volatile {
    Phase phase{};
    ProcessSet prewritten;  // client: whose key is locked
    CONCORDAT_FIELDS(Volatile, phase, prewritten)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::storage)) return;
    if (ctx.is(Role::participant)) {
      ctx.state().phase = Phase::waiting;
      return ctx.arm(Timer::lock_age);
    }
    ctx.state().phase = Phase::prewriting;
    ctx.broadcast(ctx.all(Role::participant), Message::prewrite);
    ctx.arm(Timer::prewrites);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prewrite: return on_prewrite(ctx);
      case Message::prewritten: return on_prewritten(ctx, from);
      case Message::refused: return give_up(ctx);
      case Message::lock: return lock_row(ctx, from);
      case Message::locked: return on_locked(ctx);
      case Message::commit: return commit_primary(ctx, from);
      case Message::resolve: return resolve_primary(ctx, from);
      case Message::committed: return conclude(ctx, Outcome::commit);
      case Message::rolled_back: return on_rolled_back(ctx, from);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    if (timer == Timer::prewrites) return give_up(ctx);
    const Phase phase = ctx.state().phase;
    if (phase == Phase::waiting) return conclude(ctx, Outcome::abort);  // and is never locked
    phase == Phase::committing ? commit(ctx) : ask(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase != Phase::waiting) return;
    if (lock == NoticeKind::granted) return on_prewrite(ctx);
    ctx.vote(Vote::no);
    refuse(ctx);
  }

  /// A client that comes back has forgotten its transaction: whoever finds a lock cleans up.
  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::participant)) ask(ctx);
  }

 private:
  // ---- The store: each is a transaction on one row.
  static void lock_row(Ctx& ctx, ProcessId row) {
    if (row == primary(ctx) && ctx.log().primary != Outcome::none) return tell_primary(ctx, row);
    if (!ctx.log().locked.contains(row)) ctx.force({Kind::lock, row});
    ctx.send(row, Message::locked);
  }

  static void commit_primary(Ctx& ctx, ProcessId from) {
    if (ctx.log().locked.contains(primary(ctx))) ctx.force({Kind::commit, primary(ctx)});
    tell_primary(ctx, from);
  }

  static void resolve_primary(Ctx& ctx, ProcessId from) {
    if (ctx.log().primary == Outcome::none) {
      const bool tombstone = ctx.config.mistake != Mistake::no_tombstone;
      ctx.force({tombstone ? Kind::rolled_back : Kind::unlock, primary(ctx)});
    }
    tell_primary(ctx, from);
  }

  static void tell_primary(Ctx& ctx, ProcessId whom) {
    const bool committed = ctx.log().primary == Outcome::commit;
    ctx.send(whom, committed ? Message::committed : Message::rolled_back);
  }

  // ---- The client.
  static void on_prewritten(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase != Phase::prewriting) return;
    ctx.state().prewritten.insert(from);
    if (ctx.state().prewritten == ctx.all(Role::participant)) commit(ctx);
  }

  static void commit(Ctx& ctx) {
    ctx.disarm(Timer::prewrites);
    ctx.state() = {Phase::committing, {}};
    ctx.send(ctx.the(Role::storage), Message::commit);
    ctx.arm(Timer::retry);
  }

  static void give_up(Ctx& ctx) {
    if (ctx.state().phase == Phase::prewriting) ask(ctx);
  }

  // ---- A server.
  static void on_prewrite(Ctx& ctx) {
    if (ctx.state().phase != Phase::waiting) return;
    const Vote vote = shared_storage::work_and_vote(ctx, {Kind::lock, ctx.self});
    if (vote == Vote::none) return;
    if (vote == Vote::no) return refuse(ctx);
    ctx.state().phase = Phase::locking;
    ctx.send(ctx.the(Role::storage), Message::lock);
  }

  static void refuse(Ctx& ctx) {
    conclude(ctx, Outcome::abort);
    ctx.send(ctx.the(Role::coordinator), Message::refused);
  }

  static void on_locked(Ctx& ctx) {
    if (ctx.state().phase != Phase::locking) return;
    ctx.state().phase = Phase::locked;
    ctx.send(ctx.the(Role::coordinator), Message::prewritten);
  }

  static void on_rolled_back(Ctx& ctx, ProcessId from) {
    const bool late = ctx.state().phase == Phase::locking && from == ctx.the(Role::storage);
    conclude(ctx, Outcome::abort);
    if (late) ctx.send(ctx.the(Role::coordinator), Message::refused);  // the tombstone was first
  }

  // ---- Both.
  static void ask(Ctx& ctx) {
    ctx.disarm(Timer::prewrites);
    ctx.state() = {Phase::asking, {}};
    ctx.send(ctx.the(Role::storage), Message::resolve);
    ctx.arm(Timer::retry);
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::done || phase == Phase::idle) return;
    shared_storage::disarm_all(ctx);
    const bool commits = outcome == Outcome::commit;
    shared_storage::end_work(ctx, outcome, {commits ? Kind::commit : Kind::rolled_back, ctx.self});
    ctx.decide(outcome);
    ctx.state() = {Phase::done, {}};
    if (ctx.is(Role::participant)) return;
    ctx.answer(outcome);
    ctx.broadcast(ctx.all(Role::participant), commits ? Message::committed : Message::rolled_back);
  }

  static ProcessId primary(Ctx& ctx) { return ctx.the(Role::participant); }
};

}  // namespace concordat
