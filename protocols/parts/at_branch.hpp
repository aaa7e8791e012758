// A branch of Seata's AT mode: the proxy of a data source, which keeps images of the rows that the
// SQL changes, and puts them back. The other parts, and what it is all for, are at.hpp.
#pragma once

#include "protocols/parts/at_words.hpp"
#include "protocols/parts/undo_work.hpp"

namespace concordat {

/// P is At. The undo log has one row for each row that the branch works on: the after image in
/// `value`, the before image in `held`. The key of the first is its unique key.
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

  // ---- Phase one: a local transaction that is open until the global locks are there.
  static void on_execute(Ctx& ctx) {
    if (ctx.state().phase == Phase::idle) work(ctx);  // else it is a second copy
  }

  static void on_registered(Ctx& ctx) {
    if (!asks_tc(ctx)) return;
    if (only_reads(ctx)) return has_lost_locks(ctx) ? fail(ctx) : has_read(ctx);
    const bool is_stored = ctx.config.mistake == Mistake::local_first;
    if (!is_stored && !commit_locally(ctx)) return fail(ctx);
    leave_phase_one(ctx);
    tell(ctx, Role::manager, Type::executed);
  }

  static void on_lock_conflict(Ctx& ctx) {
    if (ctx.state().phase != Phase::registering) return;
    if (ctx.state().tries == ctx.config.lock_retries) return fail(ctx);
    if (only_reads(ctx)) ctx.rollback();  // lets go of the row while it waits
    ctx.disarm(Timer::connection);
    ++ctx.state().tries;
    ctx.state().phase = Phase::backing_off;
    ctx.arm(Timer::global_lock);
  }

  static void on_refused(Ctx& ctx) {
    if (asks_tc(ctx)) fail(ctx);
  }

  /// For another try.
  static void on_backed_off(Ctx& ctx) { only_reads(ctx) ? work(ctx) : ask_tc(ctx); }

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
    if (status(ctx) == Status::normal) {
      erase_undo(ctx);
      ctx.commit();
    }
    ctx.decide(Outcome::commit);
    tell(ctx, Role::coordinator, Type::done);
  }

  static void on_branch_rollback(Ctx& ctx) {
    if (status(ctx) == Status::normal) return undo(ctx);
    if (status(ctx) == Status::none && ctx.config.mistake != Mistake::no_finished_row) {
      ctx.rollback();  // phase one, if it is still under way, will meet this row
      ctx.insert(undo_key(ctx, 0), Row::in(Status::global_finished));
      ctx.commit();
    }
    ctx.decide(Outcome::abort);
    tell(ctx, Role::coordinator, Type::done);
  }

  static void on_store(Ctx& ctx, NoticeKind notice) {
    const bool undoes = ctx.state().phase == Phase::undoing;
    if (notice == NoticeKind::granted) return undoes ? undo(ctx) : work(ctx);
    if (!undoes) return fail(ctx);
    ctx.rollback();  // tc asks again
    ctx.state().phase = Phase::over;
  }

  /// A human takes back what the branch has added, and keeps what others have.
  static void repair(Ctx& ctx) {
    if (ctx.state().phase != Phase::dirty) return ctx.decline();
    if (!undo_work(ctx)) return ctx.rollback();
    erase_undo(ctx);
    ctx.commit();
    ctx.state().phase = Phase::over;
  }

 private:
  static void work(Ctx& ctx) {
    ctx.state().phase = Phase::locking;
    if (only_reads(ctx) && ctx.config.read == Read::plain) return has_read(ctx);
    for (const WorkItem& item : ctx.work()) {
      const LockAnswer answer = ctx.lock(item.row);
      if (answer == LockAnswer::refused) return fail(ctx);
      if (answer == LockAnswer::waiting) return ctx.arm(Timer::connection);
    }
    if (only_reads(ctx)) return ask_tc(ctx);
    std::size_t i = 0;
    for (const WorkItem& item : ctx.work()) {
      Row row = ctx.read(item.row).value_or(Row{});
      ctx.state().before.at(i++) = row.value;
      row.value += item.add;
      if (row.value < 0) return fail(ctx);
      ctx.write(item.row, row);
    }
    if (ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) return fail(ctx);
    if (ctx.config.mistake == Mistake::local_first && !commit_locally(ctx)) return fail(ctx);
    ask_tc(ctx);
  }

  static void ask_tc(Ctx& ctx) {
    ctx.state().phase = Phase::registering;
    ctx.arm(Timer::connection);
    at::LockKeys rows{};
    std::size_t i = 0;
    for (const WorkItem& item : ctx.work())
      rows.at(i++) = lock_key(item.row);
    const Type type = only_reads(ctx) ? Type::lock_query : Type::register_;
    ctx.send(ctx.the(Role::coordinator), {type, {}, rows});
  }

  /// RETURNS: false if the undo log has its row already, or the local transaction is gone.
  static bool commit_locally(Ctx& ctx) {
    const bool is_gone = has_lost_locks(ctx);
    if (ctx.config.mistake == Mistake::split_undo) ctx.commit();
    const auto work = ctx.work();
    for (std::size_t i = 0; i < rows_of_undo(ctx); ++i) {
      const int before = ctx.state().before.at(i);
      const int after = before + (work.empty() ? 0 : work[i].add);
      const Row images{after, before, static_cast<std::uint8_t>(Status::normal), 0};
      if (ctx.insert(undo_key(ctx, i), images) != InsertAnswer::inserted) return false;
    }
    if (is_gone) return false;
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
    for (const WorkItem& item : ctx.work()) {
      const LockAnswer answer = ctx.lock(item.row);
      if (answer == LockAnswer::refused) return ctx.rollback();  // tc asks again
      if (answer == LockAnswer::granted) continue;
      ctx.state().phase = Phase::undoing;
      return;
    }
    if (!put_back(ctx)) {
      ctx.rollback();
      ctx.state().phase = Phase::dirty;
      return tell(ctx, Role::coordinator, Type::dirty);
    }
    erase_undo(ctx);
    ctx.commit();
    ctx.decide(Outcome::abort);
    tell(ctx, Role::coordinator, Type::done);
  }

  /// From the last change to the first. RETURNS: false if a row is neither as the branch has left
  /// it nor as it has found it.
  static bool put_back(Ctx& ctx) {
    for (std::size_t i = ctx.work().size(); i-- > 0;) {
      const Row images = ctx.read(undo_key(ctx, i)).value_or(Row{});
      Row row = ctx.read(ctx.work()[i].row).value_or(Row{});
      const bool is_there = images.value == images.held || row.value == images.held;
      if (is_there && ctx.config.validation) continue;
      if (row.value != images.value && ctx.config.validation) return false;
      row.value = images.held;
      ctx.write(ctx.work()[i].row, row);
    }
    return true;
  }

  static void erase_undo(Ctx& ctx) {
    for (std::size_t i = 0; i < rows_of_undo(ctx); ++i) {
      ctx.lock(undo_key(ctx, i));
      ctx.erase(undo_key(ctx, i));
    }
  }

  static void leave_phase_one(Ctx& ctx) {
    ctx.disarm(Timer::connection);
    ctx.disarm(Timer::global_lock);
    ctx.state() = {};
    ctx.state().phase = Phase::over;
  }

  static bool asks_tc(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    return phase == Phase::registering || phase == Phase::backing_off;
  }

  /// To an older transaction, or because a rollback has come.
  static bool has_lost_locks(Ctx& ctx) {
    return !ctx.work().empty() && ctx.local_tx() == LocalTxStatus::none;
  }

  static bool only_reads(Ctx& ctx) {
    for (const WorkItem& item : ctx.work())
      if (item.add != 0) return false;
    return !ctx.work().empty();
  }

  static Status status(Ctx& ctx) {
    const auto row = ctx.read(undo_key(ctx, 0));
    return row ? row->template state_as<Status>() : Status::none;
  }

  static std::size_t rows_of_undo(Ctx& ctx) { return ctx.work().empty() ? 1 : ctx.work().size(); }
  static RowKey undo_key(Ctx& ctx, std::size_t i) {
    return ctx.row(Table::undo_log, 10 * ctx.transaction() + static_cast<int>(i));
  }
  static std::uint8_t lock_key(RowKey row) {
    const int table = row.table - enum_count<Table>();
    check(table <= 24 && row.key <= 9, "global locks know 25 tables of 10 rows");
    return static_cast<std::uint8_t>(1 + 10 * table + row.key);
  }
  static void tell(Ctx& ctx, Role to, Type type) { ctx.send(ctx.the(to), {type, {}, {}}); }
};

}  // namespace concordat
