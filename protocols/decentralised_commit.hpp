// Decentralised two-phase commit with cooperative termination: everybody tells everybody its vote,
// and each counts for itself.
//
// Sources: Skeen 1981; Bernstein, Hadzilacos and Goodman 1987, sections 7.4 and 7.5.
//
// The happy path. The coordinator c only begins; it votes, counts and decides like p1..pN:
//   c   does its work, forces `prepared`, votes yes, sends yes to every participant
//   p   gets the yes of c, which asks it to vote: forces `prepared`, votes yes, sends yes to all
//   all have everybody's yes: force `commit`, decide; c tells the client
// Whoever votes no tells all and aborts, and so does whoever has not been asked for too long.
// Whoever has waited too long after its own yes asks everybody; one that has not voted votes no
// before it answers.
//
// Differs from the sources in two points. Who is in doubt answers a question with its yes. The
// textbook answer, "unsure" (an option), does not help where a vote was lost, in a crash between
// `prepared` and the broadcast for example: all have voted yes, and all are in doubt for ever.
// Decisions are kept for ever, because nobody learns that all have decided. An abort needs no
// force: whoever forgets it asks again.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct DecentralisedCommit {
  using Ctx = Context<DecentralisedCommit>;
  static constexpr std::string_view name = "decentralised_commit";
  static constexpr std::string_view summary =
      "decentralised two-phase commit: everybody tells everybody its vote";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{
      RoleSpec{.name = "coordinator", .prefix = "c", .votes = true, .must_decide = true},
      voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array costs{
      PublishedCost{.profile = "",
                    .run = "commit",
                    .costs = "messages N^2+N; delays 2",
                    .source = "Bernstein, Hadzilacos and Goodman 1987, section 7.5: n^2+n messages "
                              "in 2 rounds for n participants beside the coordinator",
                    .derived = "answer 2; forces 2N+2"}};

  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    vote_unforced,         // M1: the yes leaves before `prepared` is stable
    abort_in_doubt,        // M12: a prepared process aborts when its timer fires
    answer_without_abort,  // M25: a process that has not voted answers "abort" and may vote yes yet
  };
  enum class Answer : std::uint8_t { vote, unsure };  // of a process in doubt, to a question
  struct Config {
    Answer answer{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, answer, mistake)
  };
  enum class Message : std::uint8_t { yes, no, commit, abort, inquire, unsure };
  enum class Record : std::uint8_t { prepared, commit, abort };
  enum class Timer : std::uint8_t { vote, decision };  // the second only repeats
  static constexpr int rank(Timer timer) { return timer == Timer::vote ? 0 : retry_rank; }
  struct Durable {
    bool prepared = false;
    Outcome decision{};
    CONCORDAT_FIELDS(Durable, prepared, decision)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::commit) log.decision = Outcome::commit;
    if (record == Record::abort) log.decision = Outcome::abort;
  }
  enum class Phase : std::uint8_t { idle, unasked, voting, in_doubt, done };
  struct Volatile {
    Phase phase{};
    ProcessSet yes;  // whose yes has arrived, its own included
    CONCORDAT_FIELDS(Volatile, phase, yes)
  };

  static void on_start(Ctx& ctx) {
    ctx.state().phase = Phase::unasked;
    ctx.arm(Timer::vote);
    if (ctx.is(Role::coordinator)) cast(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::yes: return on_yes(ctx, from);
      case Message::no:
      case Message::abort: return on_abort(ctx);
      case Message::commit:
        if (ctx.state().phase == Phase::in_doubt) conclude(ctx, Outcome::commit);
        return;
      case Message::inquire: return on_inquire(ctx, from);
      case Message::unsure: return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) { timer == Timer::vote ? refuse(ctx) : inquire(ctx); }

  static void on_recover(Ctx& ctx) {
    ctx.state().phase = Phase::done;
    if (ctx.log().decision != Outcome::none) return settle(ctx, ctx.log().decision);
    if (!ctx.log().prepared) return conclude(ctx, Outcome::abort);
    ctx.state().phase = Phase::in_doubt;  // the votes that it had are gone, so it asks
    ctx.state().yes = ProcessSet::of(ctx.self);
    inquire(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::voting) lock == NoticeKind::granted ? cast(ctx) : refuse(ctx);
  }

 private:
  static ProcessSet all(Ctx& ctx) {
    return ctx.all(Role::coordinator) | ctx.all(Role::participant);
  }
  static ProcessSet others(Ctx& ctx) { return all(ctx) - ProcessSet::of(ctx.self); }
  static bool has_not_voted(Ctx& ctx) {
    return ctx.state().phase == Phase::unasked || ctx.state().phase == Phase::voting;
  }

  // ---- The votes.
  static void on_yes(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase == Phase::done || ctx.state().phase == Phase::idle) return;
    ctx.state().yes.insert(from);
    if (ctx.state().phase == Phase::unasked && from == ctx.the(Role::coordinator)) cast(ctx);
    count(ctx);
  }

  static void cast(Ctx& ctx) {
    ctx.state().phase = Phase::voting;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    ctx.disarm(Timer::vote);
    if (ctx.config.mistake == Mistake::vote_unforced)
      ctx.append(Record::prepared, StoreAction::prepare);
    else
      ctx.force(Record::prepared, StoreAction::prepare);
    ctx.vote(Vote::yes);
    ctx.state().phase = Phase::in_doubt;
    ctx.state().yes.insert(ctx.self);
    ctx.broadcast(others(ctx), Message::yes);
    ctx.arm(Timer::decision);
    count(ctx);
  }

  static void refuse(Ctx& ctx) {
    ctx.vote(Vote::no);
    conclude(ctx, Outcome::abort);
    ctx.broadcast(others(ctx), Message::no);
  }

  static void count(Ctx& ctx) {
    if (ctx.state().phase == Phase::in_doubt && ctx.state().yes == all(ctx))
      conclude(ctx, Outcome::commit);
  }

  // ---- The decision.
  static void on_abort(Ctx& ctx) {  // somebody will never vote yes, or has decided
    if (ctx.state().phase == Phase::in_doubt || has_not_voted(ctx)) conclude(ctx, Outcome::abort);
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    ctx.disarm(Timer::vote);
    ctx.disarm(Timer::decision);
    if (outcome == Outcome::commit)
      ctx.force(Record::commit, StoreAction::commit);
    else
      ctx.append(Record::abort, StoreAction::rollback);
    ctx.state() = {Phase::done, {}};
    settle(ctx, outcome);
  }

  static void settle(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    if (ctx.is(Role::coordinator)) ctx.answer(outcome);
  }

  // ---- Cooperative termination.
  static void inquire(Ctx& ctx) {
    if (ctx.config.mistake == Mistake::abort_in_doubt) return conclude(ctx, Outcome::abort);
    ctx.broadcast(others(ctx), Message::inquire);
    ctx.arm(Timer::decision);
  }

  static void on_inquire(Ctx& ctx, ProcessId from) {
    const bool silent = ctx.config.answer == Answer::unsure;
    if (ctx.state().phase == Phase::in_doubt)
      return ctx.send(from, silent ? Message::unsure : Message::yes);
    if (has_not_voted(ctx)) {
      if (ctx.config.mistake == Mistake::answer_without_abort)
        return ctx.send(from, Message::abort);
      return refuse(ctx);  // the no is the answer
    }
    const Outcome decision = ctx.log().decision;
    if (decision != Outcome::none)
      ctx.send(from, decision == Outcome::commit ? Message::commit : Message::abort);
  }
};

}  // namespace concordat
