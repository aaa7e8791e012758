// What quorum-based and enhanced three-phase commit have in common: sites and their votes, how long
// they wait, and how they act on the outcome. What a quorum may do is the protocol's business.
//
// The sites are the coordinator c and the participants p1..pN. c casts no vote, since it starts
// only what it wants, but it is a site: it counts for quorums, enters PC and PA, and must decide.
// So the three sites of the papers are c, p1 and p2.
//
// A protocol P inherits from QuorumSites<P> and has
//   Durable::standing, and record(Standing), which says where a site stands from now on
//   Volatile::phase, which is `idle` unless the site leads, and vote(Vote), decision(ctx): messages
//   lead(ctx), and go_on(ctx): some have not answered in time
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

template <class P>
struct QuorumSites {
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  /// `none`: c before PC, a participant before its vote. `prepared` is the papers' UNC (uncertain),
  /// `precommit` PC, which a site enters only when all have voted yes, `preabort` PA.
  enum class Standing : std::uint8_t { none, prepared, precommit, preabort, commit, abort };
  /// `suspect`: no decision in time. `answers`: who has been asked is slow. `retry` only repeats.
  enum class Timer : std::uint8_t { vote, prepare, answers, suspect, retry };
  static constexpr int rank(Timer timer) {
    return timer == Timer::retry ? retry_rank : timer == Timer::suspect ? 1 : 0;
  }

  template <class Ctx>
  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote:
      case Timer::prepare: return conclude(ctx, Outcome::abort, {});
      case Timer::answers: return P::go_on(ctx);
      case Timer::suspect:
      case Timer::retry: return P::lead(ctx);
    }
  }

  template <class Ctx>
  static void on_recover(Ctx& ctx) {
    const Standing standing = ctx.log().standing;
    if (standing == Standing::none) return conclude(ctx, Outcome::abort, {});
    if (!decided(ctx)) return P::lead(ctx);
    ctx.decide(standing == Standing::commit ? Outcome::commit : Outcome::abort);
  }

  template <class Ctx>
  static void on_prepare(Ctx& ctx, ProcessId c) {
    const Standing standing = ctx.log().standing;
    if (standing == Standing::abort) return refuse(ctx, c);
    if (standing != Standing::none) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    const bool can = work == LockAnswer::granted;
    if (!can || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) return refuse(ctx, c);
    ctx.force(P::record(Standing::prepared), StoreAction::prepare);
    ctx.vote(Vote::yes);
    ctx.send(c, P::vote(Vote::yes));
    wait(ctx, Timer::suspect);
  }

  template <class Ctx>
  static void on_store(Ctx& ctx, NoticeKind lock, RowKey /*row*/) {
    const ProcessId c = ctx.the(Role::coordinator);
    if (ctx.log().standing == Standing::none)
      lock == NoticeKind::granted ? on_prepare(ctx, c) : refuse(ctx, c);
  }

  template <class Ctx>
  static void refuse(Ctx& ctx, ProcessId c) {
    conclude(ctx, Outcome::abort, {});
    ctx.vote(Vote::no);
    ctx.send(c, P::vote(Vote::no));
  }

  /// Acts on the outcome, and tells everybody, but those who know, if this site leads. A site
  /// without a record need not force abort: nobody counts on it, and it would abort again.
  template <class Ctx>
  static void conclude(Ctx& ctx, Outcome outcome, ProcessSet who_know) {
    if (decided(ctx)) return;
    const bool leads = ctx.state().phase != P::Phase::idle;
    wait(ctx, {});
    ctx.state() = {};
    const bool commits = outcome == Outcome::commit;
    const auto record = P::record(commits ? Standing::commit : Standing::abort);
    const StoreAction store = commits ? StoreAction::commit : StoreAction::rollback;
    ctx.log().standing == Standing::none ? ctx.append(record, store) : ctx.force(record, store);
    ctx.decide(outcome);
    if (ctx.is(Role::coordinator)) ctx.answer(outcome);
    if (leads) ctx.broadcast(others(ctx) - who_know, P::decision(ctx));
  }

  /// For this timer, or for none.
  template <class Ctx>
  static void wait(Ctx& ctx, std::optional<Timer> timer) {
    for (Timer each : {Timer::vote, Timer::prepare, Timer::answers, Timer::suspect, Timer::retry})
      if (each != timer) ctx.disarm(each);
    if (timer) ctx.arm(*timer);
  }

  template <class Ctx>
  static bool decided(Ctx& ctx) {
    return ctx.log().standing >= Standing::commit;
  }
  template <class Ctx>
  static ProcessSet all(Ctx& ctx) {
    return ctx.all(Role::coordinator) | ctx.all(Role::participant);
  }
  template <class Ctx>
  static ProcessSet others(Ctx& ctx) {
    return all(ctx) - ProcessSet::of(ctx.self);
  }
};

}  // namespace concordat
