// (n-1+f)NBAC: as few messages as a synchronous commit that survives f crashes can have. A token
// goes from p1 to pn and on to pf, and then silence means commit.
//
// Source: Guerraoui and Wang, "How fast can a distributed transaction commit?", PODS 2017. There
// are n processes, all vote, and f < n of them may crash. No delay is ever longer than a timeout.
//
// The happy path:
//   p1   votes yes, sends yes to p2; each next one sends its own yes on        -- n-1 messages
//   pn   has yes of all: sends all_yes to p1, which passes it on as far as pf  -- f messages
//   p    hears no abort until the last timer: it commits
//
// The table of transitions, derived from that idea. Process i sends to the next, n to 1.
//
//   state               event                           does                           next
//   start, i = 1        votes yes                       yes to 2                       lap 2 or end
//   start, i > 1        votes yes                                                      lap 1
//   start               votes no                        abort to all                   aborted
//   lap 1               yes                             yes to i+1; n: all_yes to 1    lap 2 or end
//   lap 2, i <= f       all_yes                         all_yes to i+1, if i < f       end
//   lap 1, lap 2        timer token: it will not come   abort to all                   aborted
//   lap 1, lap 2, end   abort                           abort to all others            aborted
//   end                 timer silence                                                  committed
//
// Why it holds if nothing but crashes happens. The token stops at a process that votes no or that
// crashes. At least f processes come after any on the way of the token, so one of them is correct,
// misses the token and tells everybody; and whoever aborts has told everybody before. So nobody
// commits by silence once the token has stopped, and if it has not stopped nobody aborts. Only pn
// and p1 to pf know that all have voted yes. If messages may be late or lost, the others take an
// abort that does not come for consent.
//
// Every timer waits for the whole chain, not for a process's place in it: the last moment comes
// after n-1+2f delays either way. On processes that come back see crash_stop.hpp.
#pragma once

#include "protocols/parts/crash_stop.hpp"

namespace concordat {

struct ChainNbac {
  using Ctx = Context<ChainNbac>;
  static constexpr std::string_view name = "chain_nbac";
  static constexpr std::string_view summary = "(n-1+f)NBAC, a chain and then silence";
  static constexpr std::string_view source =
      "Guerraoui, Wang, How fast can a distributed transaction commit?, PODS 2017";
  enum class Role : std::uint8_t { participant };
  static constexpr std::array roles{crash_stop::ranked_voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array costs{
      PublishedCost{"", "commit", "messages N-1+F", "Guerraoui, Wang 2017"}};

  enum class Mistake : std::uint8_t {  // for tests and teaching; it breaks commit validity
    none,
    one_lap,  // the token ends at pn, and nobody watches over pn
  };
  struct Config {
    std::uint8_t f = 1;  // so many may crash
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, f, mistake)
  };
  enum class Message : std::uint8_t { yes, all_yes, abort, inquire, unsure, committed, aborted };
  using Record = crash_stop::Record;
  using Durable = crash_stop::Durable;
  static void redo(Durable& log, Record record) { crash_stop::redo(log, record); }
  /// After n-1+f delays the token has been everywhere; f delays later every abort has.
  enum class Timer : std::uint8_t { token, silence, retry };
  static constexpr int rank(Timer timer) {
    return timer == Timer::retry ? retry_rank : static_cast<int>(timer);
  }
  /// What it waits for. `outside`: has come back without a decision, or has never begun.
  enum class Phase : std::uint8_t { outside, lap_1, lap_2, end };
  struct Volatile {
    Phase phase{};
    ProcessSet outside;
    CONCORDAT_FIELDS(Volatile, phase, outside)
  };

  static void on_start(Ctx& ctx) {
    const Vote vote = ctx.choose("vote", {Vote::yes, Vote::no});
    ctx.vote(vote);
    if (vote == Vote::no) return abort(ctx);
    ctx.arm(Timer::silence);
    ctx.state().phase = Phase::lap_1;
    is_first(ctx) ? on_token(ctx, Message::yes) : ctx.arm(Timer::token);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (crash_stop::has_decided(ctx)) {
      if (message == Message::inquire) ctx.send(from, decision(ctx));
      return;
    }
    const bool outside = ctx.state().phase == Phase::outside;
    switch (message) {
      case Message::yes:
      case Message::all_yes: return on_token(ctx, message);
      case Message::abort: return outside ? void() : abort(ctx);
      case Message::committed: return crash_stop::conclude(ctx, Outcome::commit);
      case Message::aborted: return crash_stop::conclude(ctx, Outcome::abort);
      case Message::unsure: return crash_stop::on_unsure(ctx, from);
      case Message::inquire: break;
    }
    if (outside) ctx.send(from, Message::unsure);
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::token: return abort(ctx);
      case Timer::silence: return crash_stop::conclude(ctx, Outcome::commit);
      case Timer::retry: return inquire(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    crash_stop::has_decided(ctx) ? ctx.decide(ctx.log().decision) : inquire(ctx);
  }

 private:
  static void on_token(Ctx& ctx, Message token) {
    Volatile& state = ctx.state();
    if (state.phase != (token == Message::yes ? Phase::lap_1 : Phase::lap_2)) return;
    ctx.disarm(Timer::token);
    const bool again = state.phase == Phase::lap_1 && place(ctx) < laps_again(ctx);
    const bool last = place(ctx) == laps_again(ctx) - 1;
    const bool passes = state.phase == Phase::lap_1 ? !is_last(ctx) || laps_again(ctx) > 0 : !last;
    state.phase = again ? Phase::lap_2 : Phase::end;
    if (passes) ctx.send(next(ctx), is_last(ctx) ? Message::all_yes : token);
    if (again) ctx.arm(Timer::token);
  }

  static void abort(Ctx& ctx) {
    ctx.broadcast(crash_stop::others(ctx), Message::abort);
    crash_stop::conclude(ctx, Outcome::abort);
  }

  static void inquire(Ctx& ctx) {
    ctx.broadcast(crash_stop::others(ctx), Message::inquire);
    ctx.arm(Timer::retry);
  }
  static Message decision(Ctx& ctx) {
    return ctx.log().decision == Outcome::commit ? Message::committed : Message::aborted;
  }

  // ---- The chain.
  static int place(Ctx& ctx) { return ctx.place_of(ctx.self); }
  static bool is_first(Ctx& ctx) { return place(ctx) == 0; }
  static bool is_last(Ctx& ctx) { return place(ctx) == ctx.all(Role::participant).size() - 1; }
  /// How many the token visits again.
  static int laps_again(Ctx& ctx) {
    return ctx.config.mistake == Mistake::one_lap ? 0 : static_cast<int>(ctx.config.f);
  }
  static ProcessId next(Ctx& ctx) {
    const int there = is_last(ctx) ? 0 : place(ctx) + 1;
    ProcessId out;
    for (const ProcessId each : ctx.all(Role::participant))
      if (ctx.place_of(each) == there) out = each;
    return out;
  }
};

}  // namespace concordat
