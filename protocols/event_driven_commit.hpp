// Event-driven commit: no coordinator, but a replicated, linearizable key-value store such as etcd.
// The state of a global transaction is a few keys in it; they change by guarded transactions, and
// the applications watch them and do what they say.
//
// Sources: hptx and DBPack, whose transactions live in etcd: their design with its guards complete.
// Where the code of hptx, as we read it, does otherwise, there is a Mistake.
//
//   r   a replica of each application leads: lists the keys, and watches from there on
//   tm  in some application: asks s to begin, then calls one application after the other
//   r   asks s to register the branch, if the session is still open and the rows are not locked
//   d   try: one local transaction inserts `tried` into the fence and moves value to held
//   tm  all tried: commit to s; else, or after a timeout: rollback
//   s   if the session is still open: its status and that of all its branches change in one
//       transaction, and this is the commit point. The leaders of the applications are told
//   r   confirm or cancel to the database d of its application; when that is done, it erases the
//       key of the branch, and with the last one the session is gone
//
// Who decides, when, and by which record: s, when the status is stable. If tm dies, the leader of
// its application finds the session open for too long, and rolls it back; both may try, and the
// guard lets one of them through. If a leader dies, or only seems to, another replica leads:
// replica i serves application i modulo their number, and the first ones lead first. The one that
// was deposed may still be at work, so the second phase must be idempotent. With `fence=epoch` d
// refuses whoever led before; not enough, for the next leader repeats what is done already.
//
// `mode=at`: phase one does the work at once, a rollback undoes it, and locks in s keep other
// global transactions away from the rows until the branch is complete.
//
// Not in the sources: to list, and to watch from there, is one request, repeated in case that the
// stream has broken. s knows how sessions ended that are gone, as etcd does until it compacts.
#pragma once

#include <algorithm>

#include "protocols/parts/session_branch.hpp"
#include "protocols/parts/session_manager.hpp"
#include "protocols/parts/session_store.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct EventDrivenCommit {
  using Ctx = Context<EventDrivenCommit>;
  using Store = SessionStore<EventDrivenCommit>;
  using Manager = SessionManager<EventDrivenCommit>;
  using Database = SessionBranch<EventDrivenCommit>;
  static constexpr std::string_view name = "event_driven_commit";
  static constexpr std::string_view summary = "guarded transactions of etcd, and their watchers";
  static constexpr std::string_view source = "hptx; DBPack";
  enum class Role : std::uint8_t { manager, database, replica, store };
  static constexpr std::array roles{single("manager", "tm"),
                                    RoleSpec{.name = "database",
                                             .prefix = "d",
                                             .count = 0,
                                             .votes = true,
                                             .must_decide = true,
                                             .once_yes = true},
                                    RoleSpec{.name = "replica", .prefix = "r", .count = 0},
                                    single("store", "s")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 7> judged{"RC", "ND", "ID", "CO", "UA", "NB", "ET"};
  static constexpr std::array costs{derived_cost("forces 4N+4", "own count, two replicas")};
  enum class Table : std::uint8_t { fence, epoch };

  enum class Mode : std::uint8_t { tcc, at };
  enum class Fence : std::uint8_t { idempotent, epoch };
  enum class Mistake : std::uint8_t {  // the first seven as read in hptx, not tried there
    none,
    unlock_first,      // a: tm releases the locks, and then commits
    no_compare,        // b, M23: status and branches are written without a guard
    stale_list,        // c: a rollback changes the branches that were there when they were read
    local_timeouts,    // d: a leader sees open sessions only when it begins to lead
    short_delay,       // e: nanoseconds for milliseconds, so that they have all expired then
    unfenced,          // f: an old leader goes on, and d does all that it is told
    dropped_rollback,  // g: a cancel that fails is dropped, and its keys with it
    watch_from_now,    // what has changed before is not listed
  };
  struct Config {
    Mode mode{};
    Fence fence{};
    bool unlocks = false;  // g: a rollback that is dropped releases its locks
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mode, fence, unlocks, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"corrected", "", "guarded transactions, and an idempotent second phase", "r@d"},
      ProfileSpec{"no_compare", "mistake=no_compare", "the last writer wins", "r@d"}};

  using Message = session::Message;
  using Type = Message::Type;
  using Record = session::Record;
  using Durable = session::Durable;  // s
  using NodeState = session::NodeState;
  static void redo(Durable& log, const Record& record) { log.redo(record); }
  static void redo(NodeState& node, const Record& record) { node.redo(record); }
  enum class Timer : std::uint8_t { call, session, lease, again };  // the last one only repeats
  static constexpr int rank(Timer timer) {
    return timer == Timer::again ? retry_rank : static_cast<int>(timer);
  }
  using Phase = session::Phase;
  using Volatile = session::Volatile;
  /// Row::state of a row of the fence.
  enum class Status : std::uint8_t { none, tried, confirmed, cancelled, suspended };
  using RowStates = std::tuple<StatesOf<Table::fence, Status>>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::manager)) Manager::begin(ctx);
    if (ctx.is(Role::replica)) is_first(ctx, ctx.self) ? stand(ctx) : ctx.arm(Timer::lease);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::begin: return Store::on_begin(ctx);
      case Type::enlist: return Store::on_enlist(ctx, from, message.branch);
      case Type::commit: return Store::on_end(ctx, from, Outcome::commit, {});
      case Type::rollback: return Store::on_end(ctx, from, Outcome::abort, message.registered);
      case Type::unlock: return Store::on_unlock(ctx);
      case Type::lead: return Store::on_lead(ctx, from);
      case Type::watch: return Store::on_watch(ctx, from);
      case Type::drop:
      case Type::erase: return Store::on_erase(ctx, from, message);
      case Type::begun: return Manager::on_begun(ctx);
      case Type::tried:
        return ctx.is(Role::manager) ? Manager::on_tried(ctx, message.branch)
                                     : pass_on(ctx, from, message);
      case Type::refused:
      case Type::failed:
        return ctx.is(Role::manager) ? Manager::on_failed(ctx) : pass_on(ctx, from, message);
      case Type::ended: return Manager::on_ended(ctx, message.session);
      case Type::invoke: return ctx.send(ctx.the(Role::store), about(Type::enlist, message.branch));
      case Type::enlisted: return ctx.send(message.branch, {Type::try_});
      case Type::event: return on_event(ctx, message);
      case Type::deposed: return on_deposed(ctx);
      case Type::done: return ctx.send(ctx.the(Role::store), about(Type::erase, from));
      case Type::try_: return Database::on_try(ctx, from);
      case Type::confirm: return Database::finish(ctx, from, Status::confirmed, message.epoch);
      case Type::cancel: return Database::finish(ctx, from, Status::cancelled, message.epoch);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::call: return Manager::end(ctx, Outcome::abort);
      case Timer::session: return roll_back(ctx);
      case Timer::lease: return stand(ctx);
      case Timer::again: return ctx.is(Role::manager) ? Manager::insist(ctx) : look_again(ctx);
    }
  }

  /// tm has nothing to go on with, d all in its store; s remembers nobody who watches.
  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::replica)) ctx.arm(Timer::lease);
  }

  /// There are as many applications as there are replicas for their databases.
  static bool serves(Ctx& ctx, ProcessId replica, ProcessId database) {
    const int applications = count(ctx);
    return ctx.place_of(replica) % applications == ctx.place_of(database) % applications;
  }

  static bool is_first(Ctx& ctx, ProcessId replica) { return ctx.place_of(replica) < count(ctx); }

  static Message about(Type type, ProcessId branch) {
    Message out{type};
    out.branch = branch;
    return out;
  }

 private:
  static int count(Ctx& ctx) {
    return std::min(ctx.all(Role::database).size(), ctx.all(Role::replica).size());
  }

  // ---- A replica, at work for tm.
  static void pass_on(Ctx& ctx, ProcessId from, const Message& message) {
    const bool by_database = ctx.role_of(from) == Role::database;
    ctx.send(ctx.the(Role::manager), about(message.type, by_database ? from : ProcessId{}));
  }

  // ---- A replica that leads.
  static void stand(Ctx& ctx) {
    ctx.state() = {};
    ctx.state().phase = Phase::standing;
    look_again(ctx);
  }

  static void on_event(Ctx& ctx, const Message& message) {
    if (ctx.state().phase == Phase::idle) return;
    const bool first = ctx.state().phase == Phase::standing;
    ctx.state() = {};
    ctx.state().phase = Phase::leading;
    ctx.state().epoch = message.epoch;
    ctx.state().committing = message.committing;
    ctx.state().rollbacking = message.rollbacking;
    ctx.state().listed = message.registered;
    const bool open = message.session <= session::Session::begin;
    if (message.session == session::Session::begin) watch_session(ctx, first);
    if (!open) ctx.disarm(Timer::session);
    if (!open && work(ctx).empty()) return ctx.disarm(Timer::again);
    carry_out(ctx);
    ctx.arm(Timer::again);
  }

  /// The leader of the application that tm is in looks after tm's session.
  static void watch_session(Ctx& ctx, bool first) {
    if (ctx.place_of(ctx.self) % count(ctx) != 0) return;
    if (ctx.config.mistake == Mistake::local_timeouts && !first) return;
    if (ctx.config.mistake == Mistake::short_delay && first) return roll_back(ctx);
    ctx.arm(Timer::session);
  }

  static void roll_back(Ctx& ctx) {
    Message message{Type::rollback};
    message.registered = ctx.state().listed;
    ctx.send(ctx.the(Role::store), message);
  }

  /// Branches whose second phase is not complete.
  static ProcessSet work(Ctx& ctx) { return ctx.state().committing | ctx.state().rollbacking; }

  /// Perhaps again.
  static void carry_out(Ctx& ctx) {
    for (const ProcessId each : work(ctx)) {
      const bool commits = ctx.state().committing.contains(each);
      Message message{commits ? Type::confirm : Type::cancel};
      message.epoch = ctx.state().epoch;
      ctx.send(each, message);
    }
  }

  static void look_again(Ctx& ctx) {
    const bool leads = ctx.state().phase == Phase::leading;
    if (ctx.config.mistake == Mistake::dropped_rollback) {
      for (const ProcessId each : ctx.state().rollbacking)
        ctx.send(ctx.the(Role::store), about(Type::drop, each));
      ctx.state().rollbacking = {};
    }
    carry_out(ctx);
    ctx.send(ctx.the(Role::store), {leads ? Type::watch : Type::lead});
    ctx.arm(Timer::again);
  }

  static void on_deposed(Ctx& ctx) {
    ctx.state() = {};
    ctx.disarm(Timer::session);
    ctx.disarm(Timer::again);
    ctx.arm(Timer::lease);
  }
};

}  // namespace concordat
