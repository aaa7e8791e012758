// Try, confirm, cancel: each branch reserves what it will need, and a coordinator then tells all to
// confirm, or all to cancel. Nobody holds a lock meanwhile; others see what is left.
//
// Sources: Seata's TCC mode (DefaultCore, DefaultCoordinator, SpringFenceHandler); the rule that
// rows of the fence are never deleted is that of dtm's barrier; for the same-database mode, the
// fourth SOFAChannel talk, "Seata TCC mode", on how Ant Financial tunes it.
//
//   tm   begin to tc; then for each branch: register at tc, and try at the branch
//   tc   forces `begun`, and each branch before it runs
//   r    try: one local transaction inserts `tried` into the fence and moves value to held
//   tm   all tried: commit to tc; else, or after a timeout: rollback
//   tc   forces `commit` or `abort`: the session is closed, and this is the commit point. It tells
//        the branches one after the other, confirm in the order of registration or cancel in the
//        reverse one, each again until it is done; then the session is over
//   r    confirm: `tried` -> `confirmed`, and what is held is used up
//        cancel: `tried` -> `cancelled`, and what is held goes back. Without a row (the try has not
//        come) it inserts `suspended`, so that a try that comes later is refused
//
// `branch_record=with_try` is the same-database mode: a branch record is no longer a row of tc but
// one of the branch, written by its try; the row of the fence serves. So nobody registers, tc does
// not know its branches, and tells nobody: each branch looks for its own records that are tried,
// and asks tc how the transaction has ended, again until it has. tc must keep its answers. In the
// talk the caller's side of the framework inserts the record and then calls; here it is one write
// with the try, as the row of the fence is.
//
// Why the fence: requests are repeated, so they come twice; a cancel may come before its try; and a
// try may come after its cancel. Each is one row with a unique key, in the local transaction that
// also does the business. tc decides when its record is stable.
#pragma once

#include "protocols/parts/tcc_coordinator.hpp"
#include "protocols/parts/tcc_fence.hpp"
#include "protocols/parts/tcc_manager.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct Tcc {
  using Ctx = Context<Tcc>;
  using Coordinator = TccCoordinator<Tcc>;
  using Manager = TccManager<Tcc>;
  using Branch = TccFence<Tcc>;
  static constexpr std::string_view name = "tcc";
  static constexpr std::string_view summary = "try, confirm, cancel, with a fence at each branch";
  static constexpr std::string_view source = "Seata, TCC mode; dtm, barrier";
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
  enum class Table : std::uint8_t { fence };

  enum class Fence : std::uint8_t {
    on,
    off,       // every request is taken for the first of its kind
    looks,     // no row either: whether something is held tells what has been done
    split,     // M14: the row of the fence is committed before the business
    deleting,  // M13: a try that finds a row removes it
  };
  enum class Try : std::uint8_t { reserves, checks };  // `checks`: there is enough now
  enum class Hold : std::uint8_t {
    for_ever,
    release,  // a branch gives back alone, after a while, what it has reserved
    ask,      // it asks tc instead
  };
  enum class Answer : std::uint8_t { at_the_end, at_the_decision };  // of tc to tm
  enum class BranchRecord : std::uint8_t {
    at_tc,
    with_try,  // in the database of the branch: it asks tc, who does not know it
  };
  enum class Mistake : std::uint8_t {
    none,
    done_first,    // M15: a branch says done before its local commit
    log_unforced,  // tc keeps its log in memory
  };
  struct Config {
    Fence fence{};
    Try tries{};
    Hold hold{};
    Answer answer{};
    BranchRecord branch_record{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, fence, tries, hold, answer, branch_record, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"fence", "", "every request meets the fence"},
      ProfileSpec{"no_fence", "fence=off", "every request is taken for the first"},
      ProfileSpec{
          "caller_coordinates", "", "the caller is the coordinator: tm lives with tc", "tm@tc"},
      ProfileSpec{"same_database",
                  "branch_record=with_try",
                  "a branch writes its own branch record, with its try"}};
  static constexpr std::array costs{
      PublishedCost{"fence", "commit", "", source, "messages 6N+4; tc.records 2N+3; tc.forces N+2"},
      PublishedCost{
          "same_database", "commit", "", source, "messages 4N+4; tc.records 3; tc.forces 2"}};

  enum class Type : std::uint8_t {
    begin,
    begun,
    enlist,
    enlisted,
    try_,
    tried,
    failed,
    commit,
    rollback,
    ended,
    confirm,
    cancel,
    done,
    ask
  };
  struct Message {
    Type type{};
    ProcessId branch;   // enlist, enlisted
    Outcome outcome{};  // ended
    CONCORDAT_FIELDS(Message, type, branch, outcome)
  };
  struct Record {
    enum class Type : std::uint8_t { none, begun, branch, commit, abort, done, end };
    Type type{};
    ProcessId branch;
    CONCORDAT_FIELDS(Record, type, branch)
  };
  using Kind = Record::Type;
  enum class Timer : std::uint8_t { call, session, hold, again };  // the last one only repeats
  static constexpr int rank(Timer timer) {
    return timer == Timer::again ? retry_rank : static_cast<int>(timer);
  }
  struct Durable {  // tc
    bool begun = false;
    bool ended = false;
    Outcome decision{};
    ProcessSet branches;
    ProcessSet done;
    CONCORDAT_FIELDS(Durable, begun, ended, decision, branches, done)
  };
  static void redo(Durable& log, const Record& record) {
    switch (record.type) {
      case Kind::none: return;
      case Kind::begun: log.begun = true; return;
      case Kind::branch: log.branches.insert(record.branch); return;
      case Kind::commit: log.decision = Outcome::commit; return;
      case Kind::abort: log.decision = Outcome::abort; return;
      case Kind::done: log.done.insert(record.branch); return;
      case Kind::end: log.ended = true; return;
    }
  }
  enum class Phase : std::uint8_t { idle, beginning, enlisting, trying, ending, over };
  struct Volatile {  // tm
    Phase phase{};
    ProcessSet tried;
    Outcome wish{};
    CONCORDAT_FIELDS(Volatile, phase, tried, wish)
  };
  /// Row::state of a row of the fence.
  enum class Status : std::uint8_t { none, tried, confirmed, cancelled, suspended };
  using RowStates = std::tuple<StatesOf<Table::fence, Status>>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::manager)) Manager::begin(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::begin: return Coordinator::on_begin(ctx);
      case Type::enlist: return Coordinator::on_enlist(ctx, message.branch);
      case Type::commit: return Coordinator::on_end(ctx, Outcome::commit);
      case Type::rollback: return Coordinator::on_end(ctx, Outcome::abort);
      case Type::done: return Coordinator::on_done(ctx, from);
      case Type::ask: return Coordinator::on_ask(ctx, from);
      case Type::begun: return Manager::on_begun(ctx);
      case Type::enlisted: return Manager::on_enlisted(ctx, message.branch);
      case Type::tried: return Manager::on_tried(ctx, from);
      case Type::failed:
        if (ctx.state().phase == Phase::trying) Manager::end(ctx, Outcome::abort);
        return;
      case Type::ended: return Manager::on_ended(ctx, message.outcome);
      case Type::try_: return Branch::on_try(ctx);
      case Type::confirm: return Branch::finish(ctx, Status::confirmed);
      case Type::cancel: return Branch::finish(ctx, Status::cancelled);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::call: return Manager::end(ctx, Outcome::abort);
      case Timer::session: return Coordinator::close(ctx, Outcome::abort);
      case Timer::hold: return Branch::on_held_too_long(ctx);
      case Timer::again: break;
    }
    if (ctx.is(Role::manager)) return Manager::insist(ctx);
    ctx.is(Role::coordinator) ? Coordinator::next(ctx) : Branch::ask(ctx);
  }

  static void on_recover(Ctx& ctx) {  // tm has forgotten its transaction
    if (ctx.is(Role::coordinator)) Coordinator::on_recover(ctx);
    if (ctx.is(Role::branch)) Branch::on_recover(ctx);
  }
};

}  // namespace concordat
