// Commit in k phases, a family: one phase for the votes, k-2 rounds of precommit and ack, one for
// the decision, and timeouts instead of a termination protocol. It answers the question that the
// textbook's three phases raise: would a fourth one help? It would not, nor would any number. For
// each k some message is the one after which a participant changes its mind about silence; a crash
// or a partition that lets it reach some and not others splits them.
//
// Sources: the two generals of Gray 1978, whom no number of messengers helps; Skeen and Stonebraker
// 1983, no protocol is resilient to a partition that loses messages.
//
// The happy path, with a coordinator c, which does not vote, and participants p1..pN:
//   c   sends can_commit to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes
//   c   has all votes; for each round from 1 to k-2: sends precommit, and has all acks
//   p   sends ack in each round
//   c   forces `commit`, decides, tells client and p
//   p   forces `commit`, decides
// In round m each forces `precommitted` before it sends anything.
//
// On silence: who has not reached round m aborts, everybody else commits. A crash counts as silence
// for whoever comes back. k=3 with m=1 is textbook_three_phase_commit whose coordinator commits;
// k=2 is two-phase commit whose participants abort in doubt.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct KPhaseCommit {
  using Ctx = Context<KPhaseCommit>;
  static constexpr std::string_view name = "k_phase_commit";
  static constexpr std::string_view summary =
      "commit in k phases with timeouts, for any k; known-broken for each";
  static constexpr std::string_view source = "Skeen and Stonebraker 1983, for what it cannot do";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};

  struct Config {
    std::uint8_t k = 3;  // phases; 2 is the least
    std::uint8_t m = 1;  // from this round of precommits on, silence means commit
    CONCORDAT_FIELDS(Config, k, m)
  };

  static constexpr std::array costs{
      derived_cost("messages (2K-1)N; delays 2K-1; answer 2K-2",
                   "2PC 3N and 3PC 5N in Bernstein, Hadzilacos and Goodman 1987")};

  enum class Type : std::uint8_t { can_commit, yes, no, precommit, ack, commit, abort };
  struct Message {
    Type type{};
    std::uint8_t round = 0;  // of precommit and ack, from 1
    CONCORDAT_FIELDS(Message, type, round)
  };
  enum class Record : std::uint8_t { prepared, precommitted, commit, abort };
  enum class Timer : std::uint8_t { can_commit, vote, uncertain, ack, precommitted };
  /// Whoever waits for c waits longer than c waits; c and p may miss a precommit and its ack in
  /// either order.
  static constexpr int rank(Timer timer) {
    if (timer < Timer::uncertain) return 0;
    return timer < Timer::precommitted ? 1 : 2;
  }
  struct Durable {
    bool prepared = false;      // p: has voted yes
    bool precommitted = false;  // everybody has, and round m is reached
    Outcome decision{};
    CONCORDAT_FIELDS(Durable, prepared, precommitted, decision)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::precommitted) log.precommitted = true;
    if (record == Record::commit) log.decision = Outcome::commit;
    if (record == Record::abort) log.decision = Outcome::abort;
  }
  enum class Phase : std::uint8_t { working, uncertain, precommitted, done };
  struct Volatile {
    Phase phase{};           // of c: uncertain while it collects votes
    std::uint8_t round = 0;  // the last one that it has reached
    ProcessSet pending;      // c: whose vote or ack is missing
    CONCORDAT_FIELDS(Volatile, phase, round, pending)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) return ctx.arm(Timer::can_commit);
    ctx.state() = {Phase::uncertain, 0, ctx.all(Role::participant)};
    ctx.broadcast(ctx.all(Role::participant), {Type::can_commit, 0});
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::can_commit: return on_can_commit(ctx);
      case Type::yes:
      case Type::no:
      case Type::ack: return on_answer(ctx, from, message);
      case Type::precommit: return on_precommit(ctx, message.round);
      case Type::commit: return conclude(ctx, Outcome::commit);
      case Type::abort: return conclude(ctx, Outcome::abort);
    }
  }

  static void on_timer(Ctx& ctx, Timer /*whichever*/) { on_silence(ctx); }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    if (log.decision != Outcome::none) {
      ctx.state().phase = Phase::done;
      return ctx.decide(log.decision);
    }
    ctx.state().phase = log.precommitted ? Phase::precommitted : Phase::uncertain;
    on_silence(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? on_can_commit(ctx) : refuse(ctx);
  }

 private:
  static void on_silence(Ctx& ctx) {
    const bool committable = ctx.state().phase == Phase::precommitted;
    const Outcome outcome = committable ? Outcome::commit : Outcome::abort;
    ctx.is(Role::coordinator) ? finish(ctx, outcome) : conclude(ctx, outcome);
  }

  // ---- The coordinator.
  static void on_answer(Ctx& ctx, ProcessId from, const Message& answer) {
    Volatile& state = ctx.state();
    const bool fits = ctx.armed(answer.type == Type::ack ? Timer::ack : Timer::vote);
    if (!fits || answer.round != state.round || !state.pending.contains(from)) return;
    if (answer.type == Type::no) return finish(ctx, Outcome::abort);
    state.pending.erase(from);
    if (state.pending.empty()) next_round(ctx);
  }

  static void next_round(Ctx& ctx) {
    Volatile& state = ctx.state();
    if (state.round + 2 >= ctx.config.k) return finish(ctx, Outcome::commit);
    stop_timers(ctx);
    reach(ctx, static_cast<std::uint8_t>(state.round + 1));
    state.pending = ctx.all(Role::participant);
    ctx.broadcast(state.pending, {Type::precommit, state.round});
    ctx.arm(Timer::ack);
  }

  static void finish(Ctx& ctx, Outcome outcome) {
    conclude(ctx, outcome);
    ctx.answer(outcome);
    const Type decision = outcome == Outcome::commit ? Type::commit : Type::abort;
    ctx.broadcast(ctx.all(Role::participant), {decision, 0});
  }

  // ---- A participant.
  static void on_can_commit(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::uncertain) return send(ctx, {Type::yes, 0});
    if (phase == Phase::done && !ctx.log().prepared) return refuse(ctx);
    if (phase != Phase::working) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    stop_timers(ctx);
    ctx.force(Record::prepared, StoreAction::prepare);
    ctx.vote(Vote::yes);
    ctx.state().phase = Phase::uncertain;
    ctx.arm(Timer::uncertain);
    send(ctx, {Type::yes, 0});
  }

  static void refuse(Ctx& ctx) {
    conclude(ctx, Outcome::abort);
    ctx.vote(Vote::no);
    send(ctx, {Type::no, 0});
  }

  static void on_precommit(Ctx& ctx, std::uint8_t round) {
    Volatile& state = ctx.state();
    if (state.phase == Phase::working || state.phase == Phase::done || round < state.round) return;
    stop_timers(ctx);
    reach(ctx, round);
    ctx.arm(state.phase == Phase::precommitted ? Timer::precommitted : Timer::uncertain);
    send(ctx, {Type::ack, round});
  }

  // ---- Both.
  static void reach(Ctx& ctx, std::uint8_t round) {
    Volatile& state = ctx.state();
    state.round = round;
    if (round < ctx.config.m || state.phase == Phase::precommitted) return;
    ctx.force(Record::precommitted);
    state.phase = Phase::precommitted;
  }

  static void conclude(Ctx& ctx, Outcome outcome) {  // what is decided stays so
    if (ctx.state().phase == Phase::done) return;
    stop_timers(ctx);
    if (outcome == Outcome::commit)
      ctx.force(Record::commit, StoreAction::commit);
    else if (ctx.is(Role::coordinator) || ctx.log().prepared)
      ctx.force(Record::abort, StoreAction::rollback);
    else
      ctx.append(Record::abort, StoreAction::rollback);
    ctx.decide(outcome);
    ctx.state() = {Phase::done, 0, {}};
  }

  static void stop_timers(Ctx& ctx) {
    for (int timer = 0; timer <= static_cast<int>(Timer::precommitted); ++timer)
      ctx.disarm(static_cast<Timer>(timer));
  }
  static void send(Ctx& ctx, const Message& message) {
    ctx.send(ctx.the(Role::coordinator), message);
  }
};

}  // namespace concordat
