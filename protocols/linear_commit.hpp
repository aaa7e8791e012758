// Linear (nested, chained) two-phase commit with cooperative termination: votes run down a chain,
// the decision runs back.
//
// Sources: Gray 1978 (nested commit); Bernstein, Hadzilacos and Goodman 1987, sections 7.4 and 7.5
// (linear 2PC, cooperative termination).
//
// The chain is c, p1, ..., pN. The coordinator c begins it and votes like everybody else, so that
// M = N+1 processes vote. The happy path:
//   c   does its work, forces `prepared`, votes yes, sends yes to p1
//   p   gets a yes from its left: forces `prepared`, votes yes, sends yes to its right
//   pN  gets a yes: all others are prepared, so it forces `commit`   -- the vote and the commit
//       point in one record; it decides and sends commit to its left
//   p   gets the decision from its right: forces it, decides, sends it to its left
//   c   gets the decision: forces it, decides, tells the client
// A no runs both ways, as `no` to the right and as `abort` to the left. Whoever has waited too long
// for its turn does the same. Whoever has waited too long for the decision asks everybody; one that
// has not voted aborts before it answers.
//
// Differs from the sources in two points. A recovered process with a decision sends it to its left
// once more. A process that aborts because it was asked answers only who has asked: the others have
// timers.
#pragma once

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct LinearCommit {
  using Ctx = Context<LinearCommit>;
  static constexpr std::string_view name = "linear_commit";
  static constexpr std::string_view summary =
      "linear two-phase commit: votes run down a chain, the decision runs back";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{
      RoleSpec{.name = "coordinator", .prefix = "c", .votes = true, .must_decide = true},
      RoleSpec{
          .name = "participant", .prefix = "p", .count = 0, .votes = true, .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array costs{
      PublishedCost{.profile = "",
                    .run = "commit",
                    .costs = "messages 2N; delays 2N",
                    .source = "Bernstein, Hadzilacos and Goodman 1987, section 7.5: 2n messages in "
                              "2n rounds for n participants beside the coordinator",
                    .derived = "answer 2N; forces 2N+1"}};

  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    vote_unforced,         // M1: the yes goes on before `prepared` is stable
    decide_unforced,       // M2: the last one's decision leaves before `commit` is stable
    abort_in_doubt,        // M12: a prepared process aborts when its timer fires
    answer_without_abort,  // M25: a process that has not voted answers "abort" and may vote yes yet
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };
  enum class Message : std::uint8_t { yes, no, commit, abort, inquire, unsure };
  enum class Record : std::uint8_t { prepared, commit, abort };
  enum class Timer : std::uint8_t { turn, decision };  // the second only repeats
  static constexpr int rank(Timer timer) { return timer == Timer::turn ? 0 : retry_rank; }
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
  enum class Phase : std::uint8_t { idle, waiting, voting, in_doubt, done };
  struct Volatile {
    Phase phase{};
    CONCORDAT_FIELDS(Volatile, phase)
  };

  static void on_start(Ctx& ctx) {
    ctx.state().phase = Phase::waiting;
    ctx.arm(Timer::turn);  // c has it for a lock that it may have to wait for
    if (ctx.is(Role::coordinator)) take_turn(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::yes: return take_turn(ctx);
      case Message::no: return on_no(ctx);
      case Message::commit: return on_decision(ctx, Outcome::commit);
      case Message::abort: return on_decision(ctx, Outcome::abort);
      case Message::inquire: return on_inquire(ctx, from);
      case Message::unsure: return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    timer == Timer::turn ? break_chain(ctx) : inquire(ctx);
  }

  static void on_recover(Ctx& ctx) {
    ctx.state().phase = Phase::done;
    if (ctx.log().decision != Outcome::none) {
      settle(ctx, ctx.log().decision);
      return send(ctx, left(ctx), decision(ctx));
    }
    if (!ctx.log().prepared) return abort_alone(ctx);
    ctx.state().phase = Phase::in_doubt;
    send(ctx, right(ctx), Message::inquire);
    ctx.arm(Timer::decision);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase != Phase::voting) return;
    ctx.state().phase = Phase::waiting;
    lock == NoticeKind::granted ? take_turn(ctx) : refuse(ctx);
  }

 private:
  // ---- Down the chain.
  static void take_turn(Ctx& ctx) {
    if (ctx.state().phase != Phase::waiting) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) {  // on_store comes back here
      ctx.state().phase = Phase::voting;
      return;
    }
    if (work == LockAnswer::refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no)
      return refuse(ctx);
    ctx.disarm(Timer::turn);
    if (right(ctx).none()) return conclude(ctx, Outcome::commit);
    force_unless(ctx, Mistake::vote_unforced, Record::prepared, StoreAction::prepare);
    ctx.vote(Vote::yes);
    ctx.state().phase = Phase::in_doubt;
    send(ctx, right(ctx), Message::yes);
    ctx.arm(Timer::decision);
  }

  static void refuse(Ctx& ctx) {
    ctx.vote(Vote::no);
    break_chain(ctx);
  }

  static void break_chain(Ctx& ctx) {
    abort_alone(ctx);
    send(ctx, left(ctx), Message::abort);
    send(ctx, right(ctx), Message::no);
  }

  static void on_no(Ctx& ctx) {  // the left has aborted already
    if (!may_abort_alone(ctx)) return;
    abort_alone(ctx);
    send(ctx, right(ctx), Message::no);
  }

  // ---- Back up the chain.
  static void on_decision(Ctx& ctx, Outcome outcome) {
    if (ctx.state().phase == Phase::in_doubt) return conclude(ctx, outcome);
    if (!may_abort_alone(ctx)) return;
    abort_alone(ctx);  // the right has lost patience
    send(ctx, left(ctx), Message::abort);
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    ctx.disarm(Timer::decision);
    if (outcome == Outcome::commit) {
      const Mistake unforced = right(ctx).none() ? Mistake::decide_unforced : Mistake::none;
      force_unless(ctx, unforced, Record::commit, StoreAction::commit);
      ctx.vote(Vote::yes);  // of the last one, which votes by deciding
    } else {
      ctx.force(Record::abort, StoreAction::rollback);
    }
    ctx.state().phase = Phase::done;
    settle(ctx, outcome);
    send(ctx, left(ctx), decision(ctx));
  }

  static bool may_abort_alone(Ctx& ctx) {
    return ctx.state().phase == Phase::waiting || ctx.state().phase == Phase::voting;
  }
  static void abort_alone(Ctx& ctx) {  // whoever has not voted yes may
    ctx.disarm(Timer::turn);
    ctx.append(Record::abort, StoreAction::rollback);
    ctx.state().phase = Phase::done;
    settle(ctx, Outcome::abort);
  }

  // ---- Cooperative termination.
  static void inquire(Ctx& ctx) {
    if (ctx.config.mistake == Mistake::abort_in_doubt) return conclude(ctx, Outcome::abort);
    const ProcessSet all = ctx.all(Role::coordinator) | ctx.all(Role::participant);
    ctx.broadcast(all - ProcessSet::of(ctx.self), Message::inquire);
    ctx.arm(Timer::decision);
  }

  static void on_inquire(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase == Phase::in_doubt) return ctx.send(from, Message::unsure);
    if (may_abort_alone(ctx)) {
      if (ctx.config.mistake == Mistake::answer_without_abort)
        return ctx.send(from, Message::abort);
      abort_alone(ctx);
    }
    if (ctx.log().decision != Outcome::none) ctx.send(from, decision(ctx));
  }

  // ---- Both ways.
  static void settle(Ctx& ctx, Outcome outcome) {
    ctx.decide(outcome);
    if (ctx.is(Role::coordinator)) ctx.answer(outcome);
  }
  static void force_unless(Ctx& ctx, Mistake unforced, Record record, StoreAction store) {
    const bool mistaken = unforced != Mistake::none && ctx.config.mistake == unforced;
    mistaken ? ctx.append(record, store) : ctx.force(record, store);
  }
  static void send(Ctx& ctx, ProcessId to, Message message) {
    if (!to.none()) ctx.send(to, message);
  }
  static Message decision(Ctx& ctx) {
    return ctx.log().decision == Outcome::commit ? Message::commit : Message::abort;
  }
  /// The neighbours in the chain; none at its ends.
  static ProcessId left(Ctx& ctx) {
    if (ctx.is(Role::coordinator)) return {};
    const int place = ctx.place_of(ctx.self);
    return place == 0 ? ctx.the(Role::coordinator) : participant(ctx, place - 1);
  }
  static ProcessId right(Ctx& ctx) {
    return participant(ctx, ctx.is(Role::coordinator) ? 0 : ctx.place_of(ctx.self) + 1);
  }
  static ProcessId participant(Ctx& ctx, int place) {
    for (const ProcessId process : ctx.all(Role::participant))
      if (ctx.place_of(process) == place) return process;
    return {};
  }
};

}  // namespace concordat
