// A branch of Seata's AT mode: the proxy of a data source, which runs the SQL of the business in a
// local transaction of its own, and undoes it if need be. The other parts, and what it is all for,
// are seata_at.hpp.
#pragma once

#include "protocols/parts/at_undo_log.hpp"
#include "protocols/parts/change_work.hpp"

namespace concordat {

/// P is SeataAt.
template <class P>
struct AtBranch {
  using Ctx = Context<P>;
  using Mistake = typename P::Mistake;
  using Phase = at::Phase;
  using Read = typename P::Read;
  using Role = typename P::Role;
  using Status = typename P::Status;
  using Table = typename P::Table;
  using Timer = typename P::Timer;
  using Type = at::Message::Type;
  using UndoLog = AtUndoLog<P>;
  using Items = typename UndoLog::Items;

  // ---- Phase one: a local transaction that is open until the global locks are there.
  static void on_execute(Ctx& ctx) {
    if (ctx.state().phase == Phase::idle) select(ctx);  // else it is a second copy
  }

  static void on_lockable(Ctx& ctx) {
    if (ctx.state().phase != Phase::querying) return;
    ctx.disarm(Timer::connection);
    has_lost_locks(ctx) ? fail(ctx) : change(ctx);
  }

  static void on_registered(Ctx& ctx) {
    if (!is_registering(ctx)) return;
    const bool is_stored = ctx.config.mistake == Mistake::local_first;
    if (!is_stored && !commit_locally(ctx)) return fail(ctx);
    leave_phase_one(ctx);
    tell(ctx, Role::manager, Type::executed);
  }

  /// A reader lets go of its rows while it waits, a writer does not.
  static void on_lock_conflict(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    if (phase != Phase::querying && phase != Phase::registering) return;
    if (ctx.state().tries == ctx.config.lock_retries) return fail(ctx);
    if (phase == Phase::querying) ctx.rollback();
    ctx.disarm(Timer::connection);
    ++ctx.state().tries;
    ctx.state().phase = Phase::backing_off;
    ctx.arm(Timer::global_lock);
  }

  static void on_refused(Ctx& ctx) {
    if (is_registering(ctx)) fail(ctx);
  }

  /// For another try.
  static void on_backed_off(Ctx& ctx) { has_lost_locks(ctx) ? select(ctx) : register_at_tc(ctx); }

  /// No answer of tc, or no row lock; or the lock is lost to an older transaction.
  static void fail(Ctx& ctx) {
    ctx.rollback();
    leave_phase_one(ctx);
    ctx.vote(Vote::no);
    tell(ctx, Role::manager, Type::failed);
  }

  // ---- Phase two: it may come twice, and while phase one is still under way.
  static void on_branch_commit(Ctx& ctx) {
    ctx.rollback();
    leave_phase_one(ctx);
    if (UndoLog::status(ctx) == Status::normal) {
      UndoLog::erase(ctx);
      ctx.commit();
    }
    ctx.decide(Outcome::commit);
    tell(ctx, Role::coordinator, Type::done);
  }

  static void on_branch_rollback(Ctx& ctx) {
    const Status status = UndoLog::status(ctx);
    if (status == Status::normal) return undo(ctx);
    if (status == Status::none && ctx.config.mistake != Mistake::no_finished_row) {
      ctx.rollback();  // phase one, if it is still under way, will meet this row
      UndoLog::insert_finished(ctx);
      ctx.commit();
    }
    ctx.decide(Outcome::abort);
    tell(ctx, Role::coordinator, Type::done);
  }

  static void on_store(Ctx& ctx, NoticeKind notice) {
    const Phase phase = ctx.state().phase;
    if (notice == NoticeKind::granted) {
      if (phase == Phase::selecting) return select(ctx);
      return phase == Phase::undoing ? undo(ctx) : change(ctx);
    }
    if (phase != Phase::undoing) return fail(ctx);
    ctx.rollback();  // tc asks again
    ctx.state().phase = Phase::over;
  }

  /// A human takes back what the branch has added, and keeps what others have.
  static void repair(Ctx& ctx) {
    if (ctx.state().phase != Phase::dirty) return ctx.decline();
    if (!change_work(ctx, Change::undo)) return ctx.rollback();
    UndoLog::erase(ctx);
    ctx.commit();
    ctx.state().phase = Phase::over;
  }

 private:
  /// What it only reads: as it is committed here, or under locks, if tc knows nothing against it.
  static void select(Ctx& ctx) {
    ctx.state().phase = Phase::selecting;
    const Items reads = UndoLog::items(ctx, true);
    if (ctx.config.read == Read::plain || reads.empty()) {
      for (const WorkItem& item : reads)
        ctx.read(item.row);
      return change(ctx);
    }
    const LockAnswer answer = lock(ctx, reads);
    if (answer == LockAnswer::refused) return fail(ctx);
    ctx.arm(Timer::connection);
    if (answer == LockAnswer::waiting) return;
    ctx.state().phase = Phase::querying;
    ctx.send(ctx.the(Role::coordinator), {Type::lock_query, {}, lock_keys(reads)});
  }

  static void change(Ctx& ctx) {
    ctx.state().phase = Phase::locking;
    const Items changes = UndoLog::items(ctx, false);
    if (changes.empty() && !ctx.work().empty()) return has_read(ctx);
    const LockAnswer answer = lock(ctx, changes);
    if (answer == LockAnswer::refused) return fail(ctx);
    if (answer == LockAnswer::waiting) return ctx.arm(Timer::connection);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      Row row = ctx.read(changes[i].row).value_or(Row{});
      ctx.state().before.at(i) = row.value;
      row.value += changes[i].add;
      if (row.value < 0) return fail(ctx);
      ctx.write(changes[i].row, row);
    }
    if (ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) return fail(ctx);
    if (ctx.config.mistake == Mistake::local_first && !commit_locally(ctx)) return fail(ctx);
    register_at_tc(ctx);
  }

  static void register_at_tc(Ctx& ctx) {
    ctx.state().phase = Phase::registering;
    ctx.arm(Timer::connection);
    const at::LockKeys rows = lock_keys(UndoLog::items(ctx, false));
    ctx.send(ctx.the(Role::coordinator), {Type::register_, {}, rows});
  }

  /// RETURNS: false if the undo log has its row already, or the local transaction is gone.
  static bool commit_locally(Ctx& ctx) {
    const bool is_gone = has_lost_locks(ctx);
    if (ctx.config.mistake == Mistake::split_undo) ctx.commit();
    if (!UndoLog::insert(ctx) || is_gone) return false;
    ctx.commit();
    ctx.vote(Vote::yes);
    return true;
  }

  static void has_read(Ctx& ctx) {
    ctx.rollback();
    leave_phase_one(ctx);
    ctx.vote(Vote::read);
    tell(ctx, Role::manager, Type::executed);
  }

  static void undo(Ctx& ctx) {
    if (ctx.state().phase != Phase::undoing) ctx.rollback();
    leave_phase_one(ctx);
    const LockAnswer answer = lock(ctx, UndoLog::items(ctx, false));
    if (answer == LockAnswer::refused) return ctx.rollback();  // tc asks again
    if (answer == LockAnswer::waiting) {
      ctx.state().phase = Phase::undoing;
      return;
    }
    if (!UndoLog::put_back(ctx)) {
      ctx.rollback();
      ctx.state().phase = Phase::dirty;
      return tell(ctx, Role::coordinator, Type::dirty);
    }
    UndoLog::erase(ctx);
    ctx.commit();
    ctx.decide(Outcome::abort);
    tell(ctx, Role::coordinator, Type::done);
  }

  static void leave_phase_one(Ctx& ctx) {
    ctx.disarm(Timer::connection);
    ctx.disarm(Timer::global_lock);
    ctx.state() = {};
    ctx.state().phase = Phase::over;
  }

  static bool is_registering(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    return phase == Phase::registering || phase == Phase::backing_off;
  }

  /// By its own choice, to an older transaction, or because a rollback has come.
  static bool has_lost_locks(Ctx& ctx) {
    return !ctx.work().empty() && ctx.local_tx() == LocalTxStatus::none;
  }

  static LockAnswer lock(Ctx& ctx, const Items& items) {
    for (const WorkItem& item : items) {
      const LockAnswer answer = ctx.lock(item.row);
      if (answer != LockAnswer::granted) return answer;
    }
    return LockAnswer::granted;
  }

  static at::LockKeys lock_keys(const Items& items) {
    at::LockKeys keys{};
    for (std::size_t i = 0; i < items.size(); ++i) {
      const int table = items[i].row.table - enum_count<Table>();
      check(table <= 24 && items[i].row.key <= 9, "global locks know 25 tables of 10 rows");
      keys.at(i) = static_cast<std::uint8_t>(1 + 10 * table + items[i].row.key);
    }
    return keys;
  }

  static void tell(Ctx& ctx, Role to, Type type) { ctx.send(ctx.the(to), {type, {}, {}}); }
};

}  // namespace concordat
