// Three-phase commit as textbooks for the impatient, encyclopaedias and blogs tell it: the messages
// of Skeen's protocol without his termination protocol. Everybody reacts to silence alone. It
// never blocks, and it does not agree: known-broken, as published.
//
// Sources: the widespread description (CanCommit, PreCommit, DoCommit). What it leaves out: Skeen
// 1981; Bernstein, Hadzilacos and Goodman 1987, section 7.5; see three_phase_commit.hpp.
//
// The happy path, with a coordinator c, which does not vote, and participants p1..pN:
//   c   sends can_commit to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes
//   c   has all votes: forces `precommitted`, sends precommit
//   p   forces `precommitted`, sends ack
//   c   has all acks: forces `commit`, decides, tells client and p
//   p   forces `commit`, decides
//
// On silence: p aborts before its precommit, and commits after it. c aborts without a vote; without
// an ack it aborts (`abort_on_timeout`) or commits (`commit_on_timeout`). A crash counts as silence
// for whoever comes back.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct TextbookThreePhaseCommit {
  using Ctx = Context<TextbookThreePhaseCommit>;
  static constexpr std::string_view name = "textbook_three_phase_commit";
  static constexpr std::string_view summary =
      "three-phase commit with timeouts instead of a termination protocol; known-broken";
  static constexpr std::string_view source = "the description in wide use";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};

  enum class OnMissingAck : std::uint8_t { abort, commit };
  struct Config {
    OnMissingAck on_missing_ack{};
    CONCORDAT_FIELDS(Config, on_missing_ack)
  };
  static constexpr std::array profiles{
      ProfileSpec{"abort_on_timeout", "", "a coordinator that misses an ack aborts"},
      ProfileSpec{"commit_on_timeout",
                  "on_missing_ack=commit",
                  "a coordinator that misses an ack commits"}};
  static constexpr std::array costs{PublishedCost{.profile = "",
                                                  .run = "commit",
                                                  .costs = "messages 5N; delays 5",
                                                  .source = "as three_phase_commit",
                                                  .derived = "answer 4; forces 2+3N"}};

  enum class Message : std::uint8_t { can_commit, yes, no, precommit, ack, commit, abort };
  enum class Record : std::uint8_t { prepared, precommitted, commit, abort };
  enum class Timer : std::uint8_t { can_commit, vote, precommit, ack, commit };
  /// Whoever waits for c waits longer than c waits; c and p may miss a precommit and its ack in
  /// either order.
  static constexpr int rank(Timer timer) {
    if (timer < Timer::precommit) return 0;
    return timer < Timer::commit ? 1 : 2;
  }
  struct Durable {
    bool prepared = false;      // p: has voted yes
    bool precommitted = false;  // everybody has
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
    Phase phase{};       // of c: uncertain while it collects votes
    ProcessSet pending;  // c: whose vote or ack is missing
    CONCORDAT_FIELDS(Volatile, phase, pending)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) return ctx.arm(Timer::can_commit);
    ctx.state() = {Phase::uncertain, ctx.all(Role::participant)};
    ctx.broadcast(ctx.all(Role::participant), Message::can_commit);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::can_commit: return on_can_commit(ctx);
      case Message::yes:
      case Message::no:
      case Message::ack: return on_answer(ctx, from, message);
      case Message::precommit: return on_precommit(ctx);
      case Message::commit: return conclude(ctx, Outcome::commit);
      case Message::abort: return conclude(ctx, Outcome::abort);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::can_commit:
      case Timer::precommit: return conclude(ctx, Outcome::abort);
      case Timer::commit: return conclude(ctx, Outcome::commit);
      case Timer::vote: return finish(ctx, Outcome::abort);
      case Timer::ack: return finish(ctx, on_silence(ctx));
    }
  }

  static void on_recover(Ctx& ctx) {
    const Durable& log = ctx.log();
    if (log.decision != Outcome::none) {
      ctx.state().phase = Phase::done;
      return ctx.decide(log.decision);
    }
    ctx.state().phase = log.precommitted ? Phase::precommitted : Phase::uncertain;
    ctx.is(Role::coordinator) ? finish(ctx, on_silence(ctx)) : conclude(ctx, on_silence(ctx));
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? on_can_commit(ctx) : refuse(ctx);
  }

 private:
  static Outcome on_silence(Ctx& ctx) {
    if (ctx.state().phase != Phase::precommitted) return Outcome::abort;
    const bool gives_up =
        ctx.is(Role::coordinator) && ctx.config.on_missing_ack == OnMissingAck::abort;
    return gives_up ? Outcome::abort : Outcome::commit;
  }

  // ---- The coordinator.
  static void on_answer(Ctx& ctx, ProcessId from, Message message) {
    Volatile& state = ctx.state();
    const bool fits = ctx.armed(message == Message::ack ? Timer::ack : Timer::vote);
    if (!fits || !state.pending.contains(from)) return;
    if (message == Message::no) return finish(ctx, Outcome::abort);
    state.pending.erase(from);
    if (!state.pending.empty()) return;
    if (message == Message::ack) return finish(ctx, Outcome::commit);
    ctx.disarm(Timer::vote);
    ctx.force(Record::precommitted);
    state = {Phase::precommitted, ctx.all(Role::participant)};
    ctx.broadcast(state.pending, Message::precommit);
    ctx.arm(Timer::ack);
  }

  static void finish(Ctx& ctx, Outcome outcome) {
    conclude(ctx, outcome);
    ctx.answer(outcome);
    ctx.broadcast(ctx.all(Role::participant),
                  outcome == Outcome::commit ? Message::commit : Message::abort);
  }

  // ---- A participant.
  static void on_can_commit(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::uncertain) return send(ctx, Message::yes);
    if (phase == Phase::done && !ctx.log().prepared) return refuse(ctx);
    if (phase != Phase::working) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    ctx.disarm(Timer::can_commit);
    ctx.force(Record::prepared, StoreAction::prepare);
    ctx.vote(Vote::yes);
    ctx.state().phase = Phase::uncertain;
    ctx.arm(Timer::precommit);
    send(ctx, Message::yes);
  }

  static void refuse(Ctx& ctx) {
    conclude(ctx, Outcome::abort);
    ctx.vote(Vote::no);
    send(ctx, Message::no);
  }

  static void on_precommit(Ctx& ctx) {
    if (ctx.state().phase == Phase::uncertain) {
      ctx.disarm(Timer::precommit);
      ctx.force(Record::precommitted);
      ctx.state().phase = Phase::precommitted;
      ctx.arm(Timer::commit);
    }
    if (ctx.state().phase == Phase::precommitted) send(ctx, Message::ack);
  }

  // ---- Both.
  static void conclude(Ctx& ctx, Outcome outcome) {  // what is decided stays so
    if (ctx.state().phase == Phase::done) return;
    for (int timer = 0; timer <= static_cast<int>(Timer::commit); ++timer)
      ctx.disarm(static_cast<Timer>(timer));
    if (outcome == Outcome::commit)
      ctx.force(Record::commit, StoreAction::commit);
    else if (ctx.is(Role::coordinator) || ctx.log().prepared)
      ctx.force(Record::abort, StoreAction::rollback);
    else
      ctx.append(Record::abort, StoreAction::rollback);
    ctx.decide(outcome);
    ctx.state() = {Phase::done, {}};
  }

  static void send(Ctx& ctx, Message message) { ctx.send(ctx.the(Role::coordinator), message); }
};

}  // namespace concordat
