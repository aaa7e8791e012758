// 0NBAC: silence means yes. No message at all when everybody votes yes.
//
// Source: Guerraoui and Wang, "How fast can a distributed transaction commit?", PODS 2017. There
// are n processes, and all vote.
//
//   p   votes yes and says nothing; or votes no, sends no to all others and aborts
//   p   hears a no: it sends it to all others and aborts
//   p   hears nothing for as long as a no can take: it commits
//
// With crashes only, whoever aborts has told everybody before, so nobody that lives on takes the
// silence for consent: agreement holds. Validity does not: the no of a process that crashes before
// it says so is never heard. If messages may be late or lost, nothing holds.
//
// Passing a no on is what agreement costs if its sender may crash between two sends: the silence
// has to last f+1 delays. `relay: false` waits for one delay, as the bound of one delay has it, and
// holds only if a broadcast reaches all or nobody. On processes that come back see crash_stop.hpp.
#pragma once

#include "protocols/parts/crash_stop.hpp"

namespace concordat {

struct ZeroNbac {
  using Ctx = Context<ZeroNbac>;
  static constexpr std::string_view name = "zero_nbac";
  static constexpr std::string_view summary = "0NBAC, silence means yes";
  static constexpr std::string_view source =
      "Guerraoui, Wang, How fast can a distributed transaction commit?, PODS 2017";
  enum class Role : std::uint8_t { participant };
  static constexpr std::array roles{voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array costs{
      PublishedCost{"", "commit", "messages 0; delays 1", "Guerraoui, Wang 2017"}};

  struct Config {
    bool relay = true;  // whoever hears a no passes it on
    CONCORDAT_FIELDS(Config, relay)
  };
  enum class Message : std::uint8_t { no, inquire, unsure, commit, abort };
  using Record = crash_stop::Record;
  using Durable = crash_stop::Durable;
  static void redo(Durable& log, Record record) { crash_stop::redo(log, record); }
  enum class Timer : std::uint8_t { silence, retry };
  static constexpr bool is_round(Timer timer) { return timer != Timer::retry; }
  static constexpr int rank(Timer timer) { return timer == Timer::silence ? 0 : retry_rank; }
  /// `outside`: has come back without a decision, or has never begun.
  enum class Phase : std::uint8_t { outside, listening };
  struct Volatile {
    Phase phase{};
    ProcessSet outside;
    CONCORDAT_FIELDS(Volatile, phase, outside)
  };

  static void on_start(Ctx& ctx) {
    const Vote vote = ctx.choose("vote", {Vote::yes, Vote::no});
    ctx.vote(vote);
    ctx.state().phase = Phase::listening;
    if (vote == Vote::yes) return ctx.arm(Timer::silence);
    ctx.broadcast(crash_stop::others(ctx), Message::no);
    crash_stop::conclude(ctx, Outcome::abort);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (crash_stop::has_decided(ctx)) {
      if (message == Message::inquire) ctx.send(from, decision(ctx));
      return;
    }
    const bool outside = ctx.state().phase == Phase::outside;
    switch (message) {
      case Message::no: return outside ? void() : on_no(ctx, from);
      case Message::commit: return crash_stop::conclude(ctx, Outcome::commit);
      case Message::abort: return crash_stop::conclude(ctx, Outcome::abort);
      case Message::unsure: return crash_stop::on_unsure(ctx, from);
      case Message::inquire: break;
    }
    if (outside) ctx.send(from, Message::unsure);
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    timer == Timer::silence ? crash_stop::conclude(ctx, Outcome::commit) : inquire(ctx);
  }

  static void on_recover(Ctx& ctx) {
    crash_stop::has_decided(ctx) ? ctx.decide(ctx.log().decision) : inquire(ctx);
  }

 private:
  static void on_no(Ctx& ctx, ProcessId from) {
    if (ctx.config.relay)
      ctx.broadcast(crash_stop::others(ctx) - ProcessSet::of(from), Message::no);
    crash_stop::conclude(ctx, Outcome::abort);
  }

  static void inquire(Ctx& ctx) {
    ctx.broadcast(crash_stop::others(ctx), Message::inquire);
    ctx.arm(Timer::retry);
  }
  static Message decision(Ctx& ctx) {
    return ctx.log().decision == Outcome::commit ? Message::commit : Message::abort;
  }
};

}  // namespace concordat
