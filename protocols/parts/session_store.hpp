// The key-value store that the applications commit through: a session for each global transaction,
// its branches, the locks of rows, and who leads. The other parts, and what it is all for, are
// event_driven_commit.hpp.
#pragma once

#include "protocols/parts/session_words.hpp"

namespace concordat {

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
  static void on_enlist(Ctx& ctx, ProcessId from, ProcessId branch) {
    const bool locks = ctx.config.mode == Mode::at;
    const bool locked = (ctx.node_log().locked - ctx.log().locks).contains(branch);
    if (ctx.log().status() != session::Session::begin || (locks && locked))
      return ctx.send(from, {Type::refused});
    if (!ctx.log().registered.contains(branch))
      ctx.force({Kind::branch, {}, branch, locks ? ProcessSet::of(branch) : ProcessSet{}});
    ctx.send(from, P::about(Type::enlisted, branch));
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
  static void on_erase(Ctx& ctx, ProcessId from, const Message& message) {
    const ProcessId branch = message.branch;
    const bool unlocks = message.type != Type::drop || ctx.config.unlocks;
    const ProcessSet locks = unlocks ? ctx.log().locks & ProcessSet::of(branch) : ProcessSet{};
    if ((ctx.log().committing | ctx.log().rollbacking).contains(branch))
      ctx.force({Kind::erase, {}, branch, locks});
    tell(ctx, ProcessSet::of(from));
  }

  static void on_lead(Ctx& ctx, ProcessId from) {
    ProcessSet others;
    for (const ProcessId each : ctx.all(Role::replica))
      if (each != from && databases_of(ctx, each) == databases_of(ctx, from)) others.insert(each);
    const bool counts = ctx.config.fence == Fence::epoch;
    if (!ctx.log().leaders.contains(from))
      ctx.force({counts ? Kind::lead_anew : Kind::lead, {}, from, others});
    ctx.state().watchers = ctx.state().watchers - others;
    ctx.state().watchers.insert(from);
    if (ctx.config.mistake != Mistake::watch_from_now) return tell(ctx, ProcessSet::of(from));
    Message event{Type::event};
    event.epoch = ctx.log().epoch;
    ctx.send(from, event);
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
    Message event{Type::event, log.status(), log.epoch};
    if (ctx.config.mistake == Mistake::stale_list) event.registered = log.registered;
    for (const ProcessId each : (replicas & ctx.state().watchers)) {
      event.committing = log.committing & databases_of(ctx, each);
      event.rollbacking = log.rollbacking & databases_of(ctx, each);
      ctx.send(each, event);
    }
  }

  static ProcessSet databases_of(Ctx& ctx, ProcessId replica) {
    ProcessSet out;
    for (const ProcessId each : ctx.all(Role::database))
      if (P::serves(ctx, replica, each)) out.insert(each);
    return out;
  }
};

}  // namespace concordat
