// 1NBAC: one delay when nothing fails, at the price of agreement when messages are late.
//
// Source: Guerraoui and Wang, "How fast can a distributed transaction commit?", PODS 2017. There
// are n processes, and all vote.
//
// The happy path:
//   p   sends its vote to all others                                   -- n(n-1) messages
//   p   after one delay has all votes: it sends the outcome to all others and decides
// A process that lacks a vote waits another delay for an outcome that somebody sends, and proposes
// it to a uniform consensus, or abort if none has come.
//
// With crashes only, whoever has decided has sent the outcome to everybody before, so all others
// propose it. If that message may be late, others can agree on abort meanwhile: agreement is lost,
// validity is not, and termination only if the consensus needs a majority.
//   paxos      decree.hpp; nobody decides without a majority
//   flooding   in f+1 synchronous rounds everybody tells all others whether it knows of a proposal
//              to abort, and then decides commit if it has heard of none; it always ends, which is
//              what the problem asks for when messages are late
//
// Differs from the paper in what it counts: its n(n-1) messages are the votes. A process that had
// decided without having sent the outcome could crash, and nobody would know; so the outcome goes
// out before, and a run has n(n-1) messages more. On processes that come back see crash_stop.hpp.
#pragma once

#include <algorithm>

#include "protocols/parts/crash_stop.hpp"
#include "protocols/parts/decree.hpp"

namespace concordat {

struct OneNbac {
  using Ctx = Context<OneNbac>;
  static constexpr std::string_view name = "one_nbac";
  static constexpr std::string_view summary = "1NBAC, one delay, agreement only without delays";
  static constexpr std::string_view source =
      "Guerraoui, Wang, How fast can a distributed transaction commit?, PODS 2017";
  enum class Role : std::uint8_t { participant };
  static constexpr std::array roles{crash_stop::ranked_voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 1> bounds{"ballot"};
  static constexpr std::array profiles{
      ProfileSpec{"paxos", "", "a consensus that never splits, and needs a majority"},
      ProfileSpec{"flooding", "consensus=flooding", "a consensus that always ends"}};
  static constexpr std::array costs{
      PublishedCost{"",
                    "commit",
                    "messages N(N-1); delays 1",
                    "Guerraoui, Wang 2017",
                    "",
                    "",
                    "everybody also sends its outcome to all before it decides"}};

  enum class Consensus : std::uint8_t { paxos, flooding };
  enum class Mistake : std::uint8_t {  // for tests and teaching; it breaks uniform agreement
    none,
    decide_untold,  // the decision comes before the outcome is sent
  };
  struct Config {
    Consensus consensus{};
    std::uint8_t f = 1;  // so many may crash; flooding takes a round more, at most 5
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, consensus, f, mistake)
  };
  struct Message {
    enum class Type : std::uint8_t {
      yes,
      no,
      outcome,
      flood,
      inquire,
      unsure,
      m1a,
      m1b,
      m2a,
      m2b,
      decision
    };
    Type type{};
    Ballot ballot{};         // of the consensus
    Ballot accepted{};       // 1b: the ballot of `value`
    Outcome value{};         // outcome, flood and decision, too
    std::uint8_t round = 0;  // flood
    CONCORDAT_FIELDS(Message, type, ballot, accepted, value, round)
  };
  using Type = Message::Type;
  using Record = crash_stop::Record;
  using Durable = crash_stop::Durable;
  static void redo(Durable& log, Record record) { crash_stop::redo(log, record); }
  // One delay, two delays, the rounds of the flooding, again.
  enum class Timer : std::uint8_t { votes, outcome, round1, round2, round3, round4, round5, retry };
  static constexpr bool is_round(Timer timer) { return timer != Timer::retry; }
  static constexpr int rank(Timer timer) {
    return timer == Timer::retry ? retry_rank : static_cast<int>(timer);
  }
  /// `outside`: has come back without a decision, or has never begun.
  enum class Phase : std::uint8_t { outside, voting, waiting, proposing };
  struct Volatile {
    Phase phase{};
    ProcessSet votes;   // whose vote it has
    bool no = false;    // one of them is no
    Outcome outcome{};  // that somebody has sent
    DecreeState decree{};
    std::uint8_t round = 0;   // of the flooding
    std::uint8_t aborts = 0;  // bit r: it has heard of abort in round r
    ProcessSet outside;
    CONCORDAT_FIELDS(Volatile, phase, votes, no, outcome, decree, round, aborts, outside)
  };

  static void on_start(Ctx& ctx) {
    const Vote vote = ctx.choose("vote", {Vote::yes, Vote::no});
    ctx.vote(vote);
    ctx.state().phase = Phase::voting;
    ctx.state().votes = ProcessSet::of(ctx.self);
    ctx.state().no = vote == Vote::no;
    send(ctx, {vote == Vote::yes ? Type::yes : Type::no, {}, {}, {}, {}});
    ctx.arm(Timer::votes);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    const Type type = message.type;
    const bool asks = type == Type::inquire || type == Type::m1a || type == Type::m2a;
    if (crash_stop::handles(ctx, from, message, asks)) return;
    switch (type) {
      case Type::yes:
      case Type::no: return on_vote(ctx, from, type);
      case Type::outcome: ctx.state().outcome = message.value; return;
      case Type::flood: return on_flood(ctx, message);
      case Type::m1a:
      case Type::m1b:
      case Type::m2a:
      case Type::m2b: return on_consensus(ctx, from, message);
      case Type::inquire:
      case Type::unsure:
      case Type::decision: return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::votes: return finish(ctx);
      case Timer::outcome: return propose(ctx);
      case Timer::round1:
      case Timer::round2:
      case Timer::round3:
      case Timer::round4:
      case Timer::round5: return end_round(ctx);
      case Timer::retry: return again(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    crash_stop::has_decided(ctx) ? ctx.decide(ctx.log().decision) : again(ctx);
  }

 private:
  static void on_vote(Ctx& ctx, ProcessId from, Type vote) {
    if (ctx.state().phase != Phase::voting) return;
    ctx.state().votes.insert(from);
    if (vote == Type::no) ctx.state().no = true;
  }

  static void finish(Ctx& ctx) {
    if (ctx.state().votes != ctx.all(Role::participant)) {
      ctx.state().phase = Phase::waiting;
      return ctx.arm(Timer::outcome);
    }
    const Outcome outcome = ctx.state().no ? Outcome::abort : Outcome::commit;
    const Message told{Type::outcome, {}, {}, outcome, {}};
    const bool early = ctx.config.mistake == Mistake::decide_untold;
    if (early) crash_stop::conclude(ctx, outcome);
    send(ctx, told);
    if (!early) crash_stop::conclude(ctx, outcome);
  }

  static void propose(Ctx& ctx) {
    Volatile& state = ctx.state();
    if (state.outcome == Outcome::none) state.outcome = Outcome::abort;
    state.phase = Phase::proposing;
    if (ctx.config.consensus == Consensus::flooding) return begin_round(ctx);
    ctx.arm(Timer::retry);
    Decree<Ctx>::propose(ctx, state.outcome);
  }

  // ---- The consensus by flooding.
  static void begin_round(Ctx& ctx) {
    Volatile& state = ctx.state();
    ++state.round;
    send(ctx, {Type::flood, {}, {}, state.outcome, state.round});
    ctx.arm(static_cast<Timer>(static_cast<int>(Timer::outcome) + state.round));
  }

  static void on_flood(Ctx& ctx, const Message& message) {
    if (message.value != Outcome::abort || message.round < ctx.state().round) return;
    ctx.state().aborts = static_cast<std::uint8_t>(ctx.state().aborts | 1U << message.round);
  }

  static void end_round(Ctx& ctx) {
    Volatile& state = ctx.state();
    if ((state.aborts >> state.round & 1U) != 0) state.outcome = Outcome::abort;
    state.aborts = static_cast<std::uint8_t>(state.aborts & ~(1U << state.round));
    const bool last = state.round == std::min(ctx.config.f + 1, 5);
    last ? crash_stop::conclude(ctx, state.outcome) : begin_round(ctx);
  }

  // ---- The consensus by Paxos.
  static void on_consensus(Ctx& ctx, ProcessId from, const Message& message) {
    const Outcome chosen = Decree<Ctx>::on_message(ctx, from, message);
    if (chosen == Outcome::none) return;
    crash_stop::conclude(ctx, chosen);
    send(ctx, decision(ctx));
  }

  static void again(Ctx& ctx) {
    ctx.arm(Timer::retry);
    if (ctx.state().phase == Phase::proposing) return Decree<Ctx>::retry(ctx);
    send(ctx, {Type::inquire, {}, {}, {}, {}});
  }

  static void send(Ctx& ctx, const Message& message) {
    ctx.broadcast(crash_stop::others(ctx), message);
  }
  static Message decision(Ctx& ctx) { return {Type::decision, {}, {}, ctx.log().decision, {}}; }
};

}  // namespace concordat
