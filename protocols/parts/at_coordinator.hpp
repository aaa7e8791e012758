// The coordinator of Seata's AT mode: the session of each transaction, and the table of global
// locks that all of them share. The other parts, and what it is all for, are seata_at.hpp.
#pragma once

#include "protocols/parts/at_words.hpp"

namespace concordat {

/// P is SeataAt. A row of the table of global locks has the transaction in `owner`.
template <class P>
struct AtCoordinator {
  using Ctx = Context<P>;
  using Kind = at::Record::Type;
  using Message = at::Message;
  using Mistake = typename P::Mistake;
  using Patience = typename P::Patience;
  using Role = typename P::Role;
  using Table = typename P::Table;
  using Timer = typename P::Timer;
  using Type = Message::Type;

  static void on_begin(Ctx& ctx) {
    if (ctx.log().decision != Outcome::none) return;
    if (!ctx.log().begun) ctx.force({Kind::begun, {}});
    ctx.arm(Timer::session);
    tell_tm(ctx, Type::begun);
  }

  /// The branch and its locks are one write, and stable before the branch commits.
  static void on_register(Ctx& ctx, ProcessId branch, const at::LockKeys& rows) {
    if (!ctx.log().is_open()) return ctx.send(branch, {Type::refused, {}, {}});
    if (is_taken(ctx, branch, rows)) return ctx.send(branch, {Type::lock_conflict, {}, {}});
    for (const std::uint8_t row : rows)
      if (row != 0 && !ctx.read(lock_of(ctx, branch, row)))
        ctx.insert(lock_of(ctx, branch, row), {0, 0, 0, xid(ctx)});
    const at::Record record{Kind::branch, branch};
    if (ctx.config.mistake == Mistake::unforced_locks)
      ctx.append(record, StoreAction::commit);
    else
      ctx.force(record, StoreAction::commit);
    ctx.send(branch, {Type::registered, {}, {}});
  }

  static void on_lock_query(Ctx& ctx, ProcessId branch, const at::LockKeys& rows) {
    ctx.send(branch, {is_taken(ctx, branch, rows) ? Type::lock_conflict : Type::lockable, {}, {}});
  }

  /// The session may have ended otherwise meanwhile: who comes late is told how.
  static void on_end(Ctx& ctx, Outcome wish) {
    if (!ctx.log().begun) return tell_tm(ctx, Type::ended, Outcome::abort);
    if (ctx.log().is_open()) return close(ctx, wish);
    if (ctx.log().failed) return tell_tm(ctx, Type::rollback_failed);
    if (ctx.log().decision == Outcome::commit || ctx.log().ended)
      tell_tm(ctx, Type::ended, ctx.log().decision);
  }

  /// Commit releases the locks in the same write; rollback keeps them.
  static void close(Ctx& ctx, Outcome outcome) {
    ctx.disarm(Timer::session);
    const bool commits = outcome == Outcome::commit;
    if (commits || ctx.config.mistake == Mistake::early_unlock) unlock(ctx);
    ctx.force({commits ? Kind::commit : Kind::abort, {}}, StoreAction::commit);
    ctx.decide(outcome);
    if (commits) tell_tm(ctx, Type::ended, outcome);
    go_on(ctx);
  }

  /// Phase two: all branches at once, or one after the other, the last one first.
  static void go_on(Ctx& ctx) {
    if (ctx.log().failed) return;  // until a human has repaired the data
    if (ctx.log().decision == Outcome::abort && ctx.config.patience != Patience::for_ever)
      ctx.arm(Timer::patience);
    call(ctx);
  }

  static void call(Ctx& ctx) {
    const ProcessSet left = ctx.log().branches - ctx.log().done;
    if (left.empty()) return end(ctx);
    ctx.arm(Timer::again);
    if (ctx.log().decision == Outcome::commit)
      return ctx.broadcast(left, {Type::branch_commit, {}, {}});
    ProcessId last;
    for (const ProcessId branch : left)
      last = branch;
    ctx.send(last, {Type::branch_rollback, {}, {}});
  }

  static void on_done(Ctx& ctx, ProcessId from) {
    const at::Durable& log = ctx.log();
    if (log.decision == Outcome::none || log.ended || log.done.contains(from)) return;
    ctx.append({Kind::done, from});
    if (log.failed) return;
    if (log.decision == Outcome::commit && log.done != log.branches) return;
    ctx.disarm(Timer::again);
    call(ctx);
  }

  /// RollbackFailed. The switch `unlocks` is only for the timeout.
  static void give_up(Ctx& ctx, bool unlocks) {
    if (ctx.log().decision != Outcome::abort || ctx.log().ended || ctx.log().failed) return;
    ctx.disarm(Timer::again);
    ctx.disarm(Timer::patience);
    if (unlocks) unlock(ctx);
    ctx.force({Kind::failed, {}}, StoreAction::commit);
    tell_tm(ctx, Type::rollback_failed);
  }

  /// A human has repaired the data.
  static void resume(Ctx& ctx) {
    if (!ctx.log().failed) return ctx.decline();
    ctx.force({Kind::resumed, {}});
    go_on(ctx);
  }

  static void recover(Ctx& ctx) {
    if (!ctx.log().begun || ctx.log().ended) return;
    if (ctx.log().is_open()) return ctx.arm(Timer::session);
    ctx.decide(ctx.log().decision);
    go_on(ctx);
  }

 private:
  static void end(Ctx& ctx) {
    ctx.disarm(Timer::patience);
    if (ctx.log().decision == Outcome::commit) return ctx.append({Kind::end, {}});
    unlock(ctx);
    ctx.force({Kind::end, {}}, StoreAction::commit);
    tell_tm(ctx, Type::ended, Outcome::abort);
  }

  static bool is_taken(Ctx& ctx, ProcessId branch, const at::LockKeys& rows) {
    for (const std::uint8_t row : rows) {
      const auto lock = row == 0 ? std::nullopt : ctx.read(lock_of(ctx, branch, row));
      if (lock && lock->owner != xid(ctx)) return true;
    }
    return false;
  }

  static void unlock(Ctx& ctx) {
    for (const auto& [key, row] : ctx.scan(Table::global_lock)) {
      if (row.owner != xid(ctx)) continue;
      ctx.lock(key);
      ctx.erase(key);
    }
  }

  /// `global_lock.1001`: the first row of r1.
  static RowKey lock_of(Ctx& ctx, ProcessId branch, int row) {
    return ctx.row(Table::global_lock, 1000 * (ctx.place_of(branch) + 1) + row);
  }
  static std::uint8_t xid(Ctx& ctx) { return static_cast<std::uint8_t>(ctx.transaction()); }
  static void tell_tm(Ctx& ctx, Type type, Outcome outcome = {}) {
    ctx.send(ctx.the(Role::manager), {type, outcome, {}});
  }
};

}  // namespace concordat
