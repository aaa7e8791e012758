// The manager of a global transaction, in one of the applications: begins, calls one application
// after the other, then commits or rolls back. The other parts, and what it is all for, are
// event_driven_commit.hpp.
#pragma once

#include "protocols/parts/session_words.hpp"

namespace concordat {

/// P is EventDrivenCommit.
template <class P>
struct SessionManager {
  using Ctx = Context<P>;
  using Mistake = typename P::Mistake;
  using Phase = typename P::Phase;
  using Role = typename P::Role;
  using Timer = typename P::Timer;
  using Type = session::Message::Type;

  static void begin(Ctx& ctx) {
    ctx.state().phase = Phase::beginning;
    call(ctx, ctx.the(Role::store), {Type::begin});
  }

  static void on_begun(Ctx& ctx) {
    if (ctx.state().phase != Phase::beginning) return;
    ctx.state().phase = Phase::calling;
    call_next(ctx);
  }

  static void on_tried(Ctx& ctx, ProcessId branch) {
    if (ctx.state().phase != Phase::calling || branch != *untried(ctx).begin()) return;
    ctx.state().tried.insert(branch);
    call_next(ctx);
  }

  static void on_failed(Ctx& ctx) {
    if (ctx.state().phase == Phase::calling) end(ctx, Outcome::abort);
  }

  static void end(Ctx& ctx, Outcome wish) {
    ctx.disarm(Timer::call);
    ctx.state().phase = Phase::ending;
    ctx.state().wish = wish;
    if (ctx.config.mistake == Mistake::unlock_first && wish == Outcome::commit)
      ctx.send(ctx.the(Role::store), {Type::unlock});
    insist(ctx);
  }

  static void insist(Ctx& ctx) {
    const bool commits = ctx.state().wish == Outcome::commit;
    ctx.send(ctx.the(Role::store), {commits ? Type::commit : Type::rollback});
    ctx.arm(Timer::again);
  }

  static void on_ended(Ctx& ctx, session::Session session) {
    if (ctx.state().phase != Phase::ending) return;
    ctx.disarm(Timer::again);
    ctx.state() = {};
    ctx.state().phase = Phase::over;
    const bool commits = session == session::Session::committing;
    ctx.decide(commits ? Outcome::commit : Outcome::abort);
    ctx.answer(commits ? Outcome::commit : Outcome::abort);
  }

 private:
  static void call(Ctx& ctx, ProcessId to, const session::Message& message) {
    ctx.arm(Timer::call);
    ctx.send(to, message);
  }

  /// Any replica of the application can serve it: here the first.
  static void call_next(Ctx& ctx) {
    ctx.disarm(Timer::call);
    if (untried(ctx).empty()) return end(ctx, Outcome::commit);
    const ProcessId branch = *untried(ctx).begin();
    for (const ProcessId each : ctx.all(Role::replica))
      if (P::is_first(ctx, each) && P::serves(ctx, each, branch))
        call(ctx, each, P::about(Type::invoke, branch));
  }

  static ProcessSet untried(Ctx& ctx) { return ctx.all(Role::database) - ctx.state().tried; }
};

}  // namespace concordat
