// Seata's AT mode: ordinary SQL, committed in each database at once, and undone from images of the
// rows if the global transaction fails. A lock table at the coordinator keeps other global
// transactions from writing to what may still be undone.
//
// Sources: Seata, AT mode (documentation; DefaultCore, AbstractUndoExecutor,
// AbstractUndoLogManager); before Seata, GTS of Alibaba Cloud.
//
//   tm   begin to tc; then for each branch: execute
//   tc   forces `begun`
//   r    in one local transaction: locks its rows (before image), changes them (after image)
//   r    register to tc, with the keys of its rows
//   tc   none of them is locked by another: forces `branch` together with the locks. registered
//   r    inserts the images into its undo log, and commits locally. executed
//   tm   all executed: commit to tc; else, or after a timeout: rollback
//   tc   commit: forces `commit` together with the release of the locks, and answers tm. Then
//        branch_commit to all: each removes its undo log
//        rollback: forces `abort`, and tells one branch after the other, the last first. The locks
//        are released together with `end`
//   r    branch_rollback, in one local transaction:
//          a row is as the branch has left it    the before image goes back
//          it is as the branch has found it      nothing to do
//          else somebody else has changed it     dirty: tc gives up, and a human has to repair it
//        without undo log: inserts `global_finished`, so that a phase one that is late fails on the
//        unique key
//
// The order that counts: global lock before local commit. If another transaction has a global lock,
// the branch keeps its row locks and asks again, `lock_retries` times; then it rolls back, which
// also lets a rollback pass that waits for the row.
//
// Others see what is committed locally, before the outcome is known: read uncommitted. What a
// branch only reads (its work adds 0 to the row) it can lock, and ask tc about; if another
// transaction has the row, it lets go and tries again (`read=for_update`). A branch that changes
// nothing is not registered.
//
// `patience` says what tc does about a rollback that does not come to an end.
//
// What differs: Seata releases the locks of each branch as soon as that has rolled back, and
// answers a branch_commit before the undo log is gone. A branch that is executed twice is two
// branches there; here a branch is executed once, and a second copy of the call is ignored, but for
// one after a crash. Answers carry no number of their request: two copies and a crash can confuse
// them.
#pragma once

#include "protocols/parts/at_branch.hpp"
#include "protocols/parts/at_coordinator.hpp"
#include "protocols/parts/at_manager.hpp"

namespace concordat {

struct SeataAt {
  using Ctx = Context<SeataAt>;
  using Coordinator = AtCoordinator<SeataAt>;
  using Manager = AtManager<SeataAt>;
  using Branch = AtBranch<SeataAt>;
  static constexpr std::string_view name = "seata_at";
  static constexpr std::string_view summary = "Seata AT: local commits, images to undo them";
  static constexpr std::string_view source = "Seata, AT mode";
  enum class Role : std::uint8_t { coordinator, manager, branch };
  static constexpr std::array roles{single("coordinator", "tc"),
                                    single("manager", "tm"),
                                    RoleSpec{.name = "branch",
                                             .prefix = "r",
                                             .count = 0,
                                             .votes = true,
                                             .must_decide = true,
                                             .once_yes = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 7> judged{"RC", "ND", "ID", "CO", "UA", "NB", "ET"};
  enum class Table : std::uint8_t { undo_log, global_lock };

  enum class Read : std::uint8_t { plain, for_update };
  enum class Patience : std::uint8_t {
    for_ever,  // tc asks until the rollback is done
    gives_up,  // after a time it leaves it to a human
    unlocks,   // and releases the locks
  };
  enum class Mistake : std::uint8_t {
    none,
    local_first,      // M18: a branch commits locally, and then asks for the global locks
    no_finished_row,  // a rollback that finds no undo log leaves nothing behind
    split_undo,       // the undo log is committed after the business
    early_unlock,     // tc releases the locks when it decides to roll back
    unforced_locks,   // tc does not force branches and locks
  };
  struct Config {
    std::uint8_t lock_retries = 2;  // Seata: 30, every 10 ms
    bool validation = true;         // looks at a row before the image goes back
    Read read{};
    Patience patience{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, lock_retries, validation, read, patience, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"proxied", "", "every writer goes through the proxy"}};
  static constexpr std::array costs{PublishedCost{
      "", "commit", "", source, "messages 6N+4; tc.records 2N+3; tc.forces N+2; r.forces 2N"}};

  using Message = at::Message;
  using Type = Message::Type;
  using Record = at::Record;
  using Durable = at::Durable;
  static void redo(Durable& log, const Record& record) { log.redo(record); }
  using Volatile = at::Volatile;
  using Phase = at::Phase;
  enum class Timer : std::uint8_t {
    global_lock,  // r: until it asks again
    connection,   // r: for an answer of tc, or a row lock
    call,         // tm: for an answer
    session,      // tc: for the end of phase one
    patience,     // tc: for the end of a rollback
    again,        // only repeats
  };
  static constexpr int rank(Timer timer) {
    return timer == Timer::again ? retry_rank : static_cast<int>(timer);
  }
  enum class Operator : std::uint8_t { repair, go_on };
  /// Row::state of the first row of an undo log.
  enum class Status : std::uint8_t { none, normal, global_finished };
  using RowStates = std::tuple<StatesOf<Table::undo_log, Status>>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::manager)) Manager::begin(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::begin: return Coordinator::on_begin(ctx);
      case Type::register_: return Coordinator::on_register(ctx, from, message.rows);
      case Type::lock_query: return Coordinator::on_lock_query(ctx, from, message.rows);
      case Type::commit: return Coordinator::on_end(ctx, Outcome::commit);
      case Type::rollback: return Coordinator::on_end(ctx, Outcome::abort);
      case Type::done: return Coordinator::on_done(ctx, from);
      case Type::dirty: return Coordinator::give_up(ctx, false);
      case Type::begun: return Manager::on_begun(ctx);
      case Type::executed: return Manager::on_executed(ctx, from);
      case Type::failed: return Manager::on_failed(ctx);
      case Type::ended: return Manager::on_ended(ctx, message.outcome);
      case Type::rollback_failed: return Manager::on_ended(ctx, Outcome::abort);
      case Type::execute: return Branch::on_execute(ctx);
      case Type::registered: return Branch::on_registered(ctx);
      case Type::lockable: return Branch::on_lockable(ctx);
      case Type::lock_conflict: return Branch::on_lock_conflict(ctx);
      case Type::refused: return Branch::on_refused(ctx);
      case Type::branch_commit: return Branch::on_branch_commit(ctx);
      case Type::branch_rollback: return Branch::on_branch_rollback(ctx);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::global_lock: return Branch::on_backed_off(ctx);
      case Timer::connection: return Branch::fail(ctx);
      case Timer::call: return Manager::end(ctx, Outcome::abort);
      case Timer::session: return Coordinator::close(ctx, Outcome::abort);
      case Timer::patience:
        return Coordinator::give_up(ctx, ctx.config.patience == Patience::unlocks);
      case Timer::again:
        return ctx.is(Role::manager) ? Manager::insist(ctx) : Coordinator::call(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {  // a branch has all that it needs in its store, tm nothing
    if (ctx.is(Role::coordinator)) Coordinator::recover(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind notice, RowKey) {
    if (ctx.is(Role::branch)) Branch::on_store(ctx, notice);
  }

  /// After a rollback that has failed: `repair` at the branch, then `go_on` at tc.
  static void on_operator(Ctx& ctx, Operator action) {
    if (action == Operator::repair && ctx.is(Role::branch)) return Branch::repair(ctx);
    if (action == Operator::go_on && ctx.is(Role::coordinator)) return Coordinator::resume(ctx);
    ctx.decline();
  }
};

}  // namespace concordat
