// The key-value store that the applications commit through: a session for each global transaction,
// its branches, the locks of rows, and who leads. The other parts, and what it is all for, are
// event_driven_commit.hpp.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat {

namespace session {

enum class Session : std::uint8_t { none, begin, committing, rollbacking, gone };
enum class Branch : std::uint8_t { none, registered, committing, rollbacking };

struct Message {
  enum class Type : std::uint8_t {
    begin,  // tm to s: a session
    begun,
    invoke,  // tm to r: the business
    enlist,  // r to s: register a branch
    enlisted,
    refused,
    try_,  // r to d
    tried,
    failed,
    commit,    // tm to s
    rollback,  // tm or r to s
    unlock,    // tm to s: only by mistake
    ended,     // s to tm: how the session ends
    lead,      // r to s: the lease of the leader has run out
    watch,     // r to s: list, and watch from the revision of the list + 1
    event,     // s to r: what is listed, or has changed
    deposed,   // s to r: another one leads
    confirm,   // r to d
    cancel,
    done,
    erase,  // r to s: the branch is complete
  };
  Type type{};
  Session session{};      // ended, event
  Branch branch{};        // event: of this application
  std::uint8_t epoch{};   // event, confirm, cancel
  ProcessSet branches{};  // event, rollback: only by mistake
  CONCORDAT_FIELDS(Message, type, session, branch, epoch, branches)
};

struct Record {  // one guarded transaction each
  enum class Type : std::uint8_t { none, begin, branch, status, erase, unlock, lead, lead_anew };
  Type type{};
  Outcome outcome{};  // status
  ProcessId process;  // branch, erase: whose; lead: who
  ProcessSet set;     // status: the branches; lead: who does not; else the locks taken or released
  CONCORDAT_FIELDS(Record, type, outcome, process, set)
};

struct Durable {  // of s: branches and locks go by their databases
  bool begun = false;
  Outcome decision{};
  std::uint8_t epoch = 0;
  ProcessSet registered;
  ProcessSet committing;
  ProcessSet rollbacking;
  ProcessSet erased;
  ProcessSet locks;
  ProcessSet leaders;
  CONCORDAT_FIELDS(
      Durable, begun, decision, epoch, registered, committing, rollbacking, erased, locks, leaders)

  ProcessSet branches() const { return registered | committing | rollbacking; }

  Session status() const {
    if (decision == Outcome::none) return begun ? Session::begin : Session::none;
    if (branches().empty()) return Session::gone;
    return decision == Outcome::commit ? Session::committing : Session::rollbacking;
  }

  Branch branch(ProcessId database) const {
    if (committing.contains(database)) return Branch::committing;
    if (rollbacking.contains(database)) return Branch::rollbacking;
    return registered.contains(database) ? Branch::registered : Branch::none;
  }

  void take_out(ProcessSet some) {
    registered = registered - some;
    committing = committing - some;
    rollbacking = rollbacking - some;
    erased = erased - some;
  }

  void redo(const Record& record) {
    using Type = Record::Type;
    switch (record.type) {
      case Type::none: return;
      case Type::begin: begun = true; return;
      case Type::branch:
        registered.insert(record.process);
        locks = locks | record.set;
        return;
      case Type::status: {
        decision = record.outcome;
        take_out(record.set);
        ProcessSet& to = decision == Outcome::commit ? committing : rollbacking;
        to = to | record.set;
        return;
      }
      case Type::erase:
        take_out(ProcessSet::of(record.process));
        erased.insert(record.process);
        locks = locks - record.set;
        return;
      case Type::unlock: locks = locks - record.set; return;
      case Type::lead_anew: ++epoch; [[fallthrough]];
      case Type::lead:
        leaders = leaders - record.set;
        leaders.insert(record.process);
        return;
    }
  }
};

struct NodeState {  // of s, for all transactions
  ProcessSet locked;
  CONCORDAT_FIELDS(NodeState, locked)

  void redo(const Record& record) {
    using Type = Record::Type;
    if (record.type == Type::branch) locked = locked | record.set;
    if (record.type == Type::erase || record.type == Type::unlock) locked = locked - record.set;
  }
};

}  // namespace session

/// P is EventDrivenCommit. Each handler is one transaction of the store.
template <class P>
struct SessionStore {
  using Ctx = Context<P>;
  using Fence = typename P::Fence;
  using Kind = session::Record::Type;
  using Message = session::Message;
  using Mistake = typename P::Mistake;
  using Mode = typename P::Mode;
  using Role = typename P::Role;
  using Type = Message::Type;

  static void on_begin(Ctx& ctx) {
    if (ctx.log().decision != Outcome::none) return;
    if (!ctx.log().begun) ctx.force({Kind::begin, {}, {}, {}});
    ctx.send(ctx.the(Role::manager), {Type::begun});
    tell(ctx, ctx.all(Role::replica));
  }

  /// Guard: the session is open, and the rows are not locked by another one.
  static void on_enlist(Ctx& ctx, ProcessId from) {
    const ProcessId database = P::database_of(ctx, from);
    const bool locks = ctx.config.mode == Mode::at;
    const bool locked = (ctx.node_log().locked - ctx.log().locks).contains(database);
    if (ctx.log().status() != session::Session::begin || (locks && locked))
      return ctx.send(from, {Type::refused});
    if (!ctx.log().registered.contains(database))
      ctx.force({Kind::branch, {}, database, locks ? ProcessSet::of(database) : ProcessSet{}});
    ctx.send(from, {Type::enlisted});
  }

  /// Guard: the session is open. All branches that are there change with it.
  static void on_end(Ctx& ctx, ProcessId from, Outcome wish, ProcessSet listed) {
    const session::Durable& log = ctx.log();
    const bool compares = ctx.config.mistake != Mistake::no_compare;
    if (log.begun && log.decision != wish && (log.decision == Outcome::none || !compares)) {
      ProcessSet all = log.registered;
      if (!compares) all = log.branches() | log.erased;  // written as they were read
      if (ctx.config.mistake == Mistake::stale_list && ctx.role_of(from) == Role::replica)
        all = all & listed;
      ctx.force({Kind::status, wish, {}, all});
      tell(ctx, ctx.all(Role::replica));
    }
    if (from != ctx.the(Role::manager)) return;
    const bool commits = log.decision == Outcome::commit;
    const auto ended = commits ? session::Session::committing : session::Session::rollbacking;
    ctx.send(from, {Type::ended, ended});
  }

  static void on_unlock(Ctx& ctx) { ctx.force({Kind::unlock, {}, {}, ctx.log().locks}); }

  /// With the last branch the session is gone.
  static void on_erase(Ctx& ctx, ProcessId from) {
    const ProcessId database = P::database_of(ctx, from);
    if ((ctx.log().committing | ctx.log().rollbacking).contains(database))
      ctx.force({Kind::erase, {}, database, ctx.log().locks & ProcessSet::of(database)});
    tell(ctx, ProcessSet::of(from));
  }

  static void on_lead(Ctx& ctx, ProcessId from) {
    ProcessSet others;
    for (const ProcessId each : ctx.all(Role::replica))
      if (each != from && P::database_of(ctx, each) == P::database_of(ctx, from))
        others.insert(each);
    const bool counts = ctx.config.fence == Fence::epoch;
    if (!ctx.log().leaders.contains(from))
      ctx.force({counts ? Kind::lead_anew : Kind::lead, {}, from, others});
    ctx.state().watchers = ctx.state().watchers - others;
    ctx.state().watchers.insert(from);
    if (ctx.config.mistake != Mistake::watch_from_now) return tell(ctx, ProcessSet::of(from));
    ctx.send(from, {Type::event, {}, {}, ctx.log().epoch, {}});
  }

  static void on_watch(Ctx& ctx, ProcessId from) {
    if (!ctx.log().leaders.contains(from)) return ctx.send(from, {Type::deposed});
    ctx.state().watchers.insert(from);
    if (ctx.config.mistake != Mistake::watch_from_now) tell(ctx, ProcessSet::of(from));
  }

 private:
  /// Whoever of these watches.
  static void tell(Ctx& ctx, ProcessSet replicas) {
    const session::Durable& log = ctx.log();
    const bool stale = ctx.config.mistake == Mistake::stale_list;
    for (const ProcessId each : replicas& ctx.state().watchers)
      ctx.send(each,
               {Type::event,
                log.status(),
                log.branch(P::database_of(ctx, each)),
                log.epoch,
                stale ? log.registered : ProcessSet{}});
  }
};

}  // namespace concordat
