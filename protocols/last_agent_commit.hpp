// Last agent: two-phase commit in which the coordinator hands the decision over to the last
// participant, instead of asking it for a vote. With a single participant nothing is left but that:
// the one-phase optimisation, two messages and one forced record.
//
// Sources: Gray and Reuter, "Transaction Processing", 1993, chapter 12 (transfer of commit);
// Samaras, Britton, Citron and Mohan, "Two-phase commit optimizations in a commercial distributed
// environment", 1995 (last agent).
//
// The happy path, with a coordinator c, which does not vote, and participants p1..pN, of which pN
// is the last agent (what the others do is in two_phase_participant.hpp):
//   c    sends prepare to p1..pN-1; they force `prepared`, vote yes, send yes
//   c    has these votes: forces `prepared`, sends decide to pN     -- from now on c is in doubt
//   pN   does its work, votes yes, forces `commit`, decides, sends commit     -- the commit point
//   c    forces `commit`, decides, tells client and p1..pN-1
//   p    forces `commit`, decides, sends ack; c has all acks: appends `end` and forgets
//
// If nobody but the last agent has written, c has nobody to protect and writes nothing. It may then
// never learn the outcome: if it crashes, the client hears nothing.
//
// Where the sources leave a choice: pN is not acknowledged and remembers its decision for ever
// (they let a later message acknowledge it); an abort is forced and acknowledged, as in presumed
// nothing.
#pragma once

#include "protocols/parts/two_phase_participant.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct LastAgentCommit {
  using Ctx = Context<LastAgentCommit>;
  using Phase = two_phase::Phase;  // c in doubt: has delegated
  static constexpr std::string_view name = "last_agent_commit";
  static constexpr std::string_view summary = "two-phase commit whose last participant decides";
  static constexpr std::string_view source = "Samaras, Britton, Citron, Mohan 1995";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"),
                                    RoleSpec{"participant", "p", 0, true, true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no read"},
                                      ChoiceSpec{"client", "commit abort"}};

  enum class Mistake : std::uint8_t {
    none,
    delegate_unforced,  // c hands over before it is stable that it has
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };
  static constexpr std::array profiles{
      ProfileSpec{"last_agent", "", "the last participant decides instead of voting"}};
  static constexpr std::array costs{
      derived_cost("messages 4N-2; delays 5; answer 4; c.records 3; c.forces 2; "
                   "p.records 2N-1; p.forces 2N-1",
                   source)};

  enum class Message : std::uint8_t { prepare, yes, no, read, decide, commit, abort, ack, inquire };
  enum class Record : std::uint8_t { prepared, commit, abort, end };
  enum class Timer : std::uint8_t { vote, prepare, decision, ack };  // the last two only repeat
  static constexpr int rank(Timer timer) { return timer < Timer::decision ? 0 : retry_rank; }
  struct Durable {
    bool prepared = false;  // participant: has promised; coordinator: has delegated
    Outcome decision{};
    bool ended = false;  // coordinator: everybody has acknowledged
    CONCORDAT_FIELDS(Durable, prepared, decision, ended)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::commit) log.decision = Outcome::commit;
    if (record == Record::abort) log.decision = Outcome::abort;
    if (record == Record::end) log.ended = true;
  }
  struct Volatile {
    Phase phase{};
    ProcessSet pending;  // coordinator: whose vote (collecting) or ack (telling) is missing
    ProcessSet yes;      // coordinator: who has voted yes
    CONCORDAT_FIELDS(Volatile, phase, pending, yes)
  };

  static two_phase::Rules rules(const Config& /*config*/) { return {}; }

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) return two_phase::start(ctx);
    ctx.state() = {Phase::collecting, others(ctx), {}};
    if (ctx.state().pending.empty()) return delegate(ctx);
    ctx.broadcast(ctx.state().pending, Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    if (ctx.is(Role::coordinator)) return on_answer(ctx, from, message);
    switch (message) {
      case Message::prepare: return two_phase::on_prepare(ctx);
      case Message::decide: return on_delegate(ctx);
      case Message::commit: return two_phase::on_decision(ctx, Outcome::commit);
      case Message::abort: return two_phase::on_decision(ctx, Outcome::abort);
      case Message::inquire: return on_inquire(ctx);
      case Message::yes:
      case Message::no:
      case Message::read:
      case Message::ack: return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote: return abort(ctx);
      case Timer::ack: return tell(ctx);
      case Timer::prepare: return two_phase::abort_alone(ctx);
      case Timer::decision:
        return ctx.is(Role::coordinator) ? ask_agent(ctx) : two_phase::inquire(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::participant)) return two_phase::on_recover(ctx);
    const Durable& log = ctx.log();
    const bool knows = log.decision != Outcome::none;
    ctx.state().phase = Phase::done;
    if (log.ended || (!log.prepared && !knows)) return;  // no entry: abort is presumed
    ctx.state() = {knows ? Phase::telling : Phase::in_doubt, others(ctx), {}};
    knows ? tell(ctx) : ask_agent(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.self != agent(ctx)) return two_phase::on_store(ctx, lock);
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? on_delegate(ctx) : refuse(ctx);
  }

 private:
  static ProcessId agent(const Ctx& ctx) {
    ProcessId last;
    for (const ProcessId participant : ctx.all(Role::participant))
      last = participant;
    return last;
  }
  static ProcessSet others(const Ctx& ctx) {
    return ctx.all(Role::participant) - ProcessSet::of(agent(ctx));
  }

  // ---- The coordinator.
  static void on_answer(Ctx& ctx, ProcessId from, Message message) {
    const Phase phase = ctx.state().phase;
    if (message == Message::ack && phase == Phase::telling) return on_ack(ctx, from);
    if (message == Message::inquire && (phase == Phase::telling || phase == Phase::done))
      return ctx.send(from, phase == Phase::telling ? decision(ctx) : Message::abort);
    if (phase == Phase::collecting) return on_vote(ctx, from, message);
    if (phase != Phase::in_doubt || from != agent(ctx)) return;
    // An agent that has only read leaves the decision to c again.
    if (message == Message::commit || message == Message::read) decide(ctx, Outcome::commit);
    if (message == Message::abort) decide(ctx, Outcome::abort);
  }

  static void on_vote(Ctx& ctx, ProcessId from, Message vote) {
    Volatile& state = ctx.state();
    if (vote == Message::inquire || !state.pending.contains(from)) return;
    state.pending.erase(from);
    if (vote == Message::no) return abort(ctx);
    if (vote == Message::yes) state.yes.insert(from);
    if (state.pending.empty()) delegate(ctx);
  }

  static void delegate(Ctx& ctx) {
    ctx.disarm(Timer::vote);
    if (ctx.choose("client", {Outcome::commit, Outcome::abort}) == Outcome::abort) {
      ctx.vote(Vote::no);  // the client changes its mind: c has no stake, and votes for it
      return abort(ctx);
    }
    const bool forced = ctx.config.mistake != Mistake::delegate_unforced;
    if (!ctx.state().yes.empty()) two_phase::write(ctx, forced, Record::prepared, {});
    ctx.state().phase = Phase::in_doubt;
    ctx.send(agent(ctx), Message::decide);
    ctx.arm(Timer::decision);
  }

  static void ask_agent(Ctx& ctx) {
    ctx.send(agent(ctx), Message::inquire);
    ctx.arm(Timer::decision);
  }

  static void abort(Ctx& ctx) {  // before it has delegated
    ctx.state().pending.insert(agent(ctx));
    decide(ctx, Outcome::abort);
  }

  static void decide(Ctx& ctx, Outcome outcome) {
    // Whoever has not voted may yet be prepared; who voted no or read needs no telling.
    const ProcessSet whom = ctx.state().pending | ctx.state().yes;
    ctx.disarm(Timer::vote);
    ctx.disarm(Timer::decision);
    if (!whom.empty()) ctx.force(outcome == Outcome::commit ? Record::commit : Record::abort);
    ctx.decide(outcome);
    ctx.answer(outcome);
    ctx.state() = {whom.empty() ? Phase::done : Phase::telling, whom, {}};
    if (!whom.empty()) tell(ctx);
  }

  static void tell(Ctx& ctx) {
    ctx.broadcast(ctx.state().pending, decision(ctx));
    if (!ctx.state().pending.empty()) return ctx.arm(Timer::ack);
    ctx.disarm(Timer::ack);
    ctx.append(Record::end);  // everybody knows
    ctx.state() = {Phase::done, {}, {}};
  }

  static void on_ack(Ctx& ctx, ProcessId from) {
    ctx.state().pending.erase(from);
    if (ctx.state().pending.empty()) tell(ctx);
  }

  // ---- The last agent.
  static void on_delegate(Ctx& ctx) {
    if (ctx.state().phase != Phase::working) return on_inquire(ctx);
    const Vote vote = two_phase::work_and_choose(ctx);
    if (vote == Vote::none) return;
    if (vote == Vote::no) return refuse(ctx);
    ctx.disarm(Timer::prepare);
    ctx.vote(vote);
    ctx.state().phase = Phase::done;
    if (vote == Vote::yes) two_phase::conclude(ctx, Outcome::commit, true);
    on_inquire(ctx);
  }

  static void refuse(Ctx& ctx) {
    ctx.vote(Vote::no);
    on_inquire(ctx);
  }

  /// Tells c how it ended. If it has not, that is now: abort.
  static void on_inquire(Ctx& ctx) {
    if (ctx.state().phase == Phase::working) two_phase::abort_alone(ctx);
    const bool has_read = ctx.state().phase == Phase::done && ctx.log().decision == Outcome::none;
    two_phase::send(ctx, has_read ? Message::read : decision(ctx));
  }

  // ---- Both.
  static Message decision(Ctx& ctx) {
    return ctx.log().decision == Outcome::commit ? Message::commit : Message::abort;
  }
};

}  // namespace concordat
