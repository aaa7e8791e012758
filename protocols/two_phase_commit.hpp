// Two-phase commit, centralised: presumed nothing, presumed abort, presumed commit.
//
// Sources: Gray 1978; Bernstein, Hadzilacos and Goodman 1987 ("BHG"), chapter 7; Mohan, Lindsay and
// Obermarck 1986 (R*: the presumptions, read-only votes); Lampson and Lomet 1993 (compares them).
//
// The happy path, with a coordinator c without a vote, and p1..pN (two_phase_participant.hpp):
//   c   (presumed commit: forces `collecting`) sends prepare to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes        -- from now on it is in doubt
//   c   has all votes: forces `commit`, decides, tells client and p   -- the commit point
//   p   forces `commit`, decides, sends ack (presumed commit: appends, no ack)
//   c   has all acks: appends `end` and forgets (presumed commit: has forgotten already)
//
// Whoever asks c about a transaction that c does not know is told what is presumed. Presumed
// nothing, too, answers abort then: nobody who may ask is left once everybody has acknowledged.
// The presumed outcome needs no acks, and at the participants no forced record.
// Where the descriptions leave a choice: presumed abort writes no abort record at c, presumed
// commit only with `prc_force_abort`, since `collecting` alone means abort. A c that recovers and
// finds it alone tells abort, but decides nothing: if all were read-only, it has answered commit.
#pragma once

#include "protocols/parts/two_phase_costs.hpp"
#include "protocols/parts/two_phase_participant.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct TwoPhaseCommit {
  using Ctx = Context<TwoPhaseCommit>;
  using Phase = two_phase::Phase;
  static constexpr std::string_view name = "two_phase_commit";
  static constexpr std::string_view summary = "two-phase commit with its presumptions";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no read"},
                                      ChoiceSpec{"client", "commit abort"}};

  enum class Termination : std::uint8_t { none, cooperative };  // in doubt, ask c, or everybody
  enum class Mistake : std::uint8_t {  // the last one blocks, the others break uniform agreement
    none,
    vote_unforced,         // M1: the yes vote leaves before `prepared` is stable
    decide_unforced,       // M2: the decision leaves before `commit` is stable
    ack_unforced,          // M3: the ack leaves before the participant's `commit` is stable
    abort_in_doubt,        // M12: a prepared participant aborts when its timer fires
    answer_without_abort,  // M25: an unprepared participant answers "abort" and may still vote yes
    collecting_unforced,   // M4: presumed commit asks for votes before `collecting` is stable
    work_late,             // a participant votes yes untried, and does its work when told commit
    timeout_ends,          // a vote that does not come in time ends the coordinator
  };
  enum class Presume : std::uint8_t { nothing, abort, commit };
  enum class Votes : std::uint8_t {
    requested,
    unsolicited,  // p votes as soon as its work is done; not if commit is presumed: c writes first
  };
  enum class Acks : std::uint8_t {
    usual,          // as the presumption asks for; then c forgets
    none,           // c never forgets
    none_unforced,  // and so participants need not force what they are told
  };
  struct Config {
    Termination termination{};
    Mistake mistake{};
    Presume presume{};
    Votes votes{};
    Acks acks{};
    bool prc_force_abort = false;  // presumed commit: c forces `abort`, as in R*
    bool overdraft = false;        // a row may fall below zero: nobody looks at the balance
    CONCORDAT_FIELDS(Config, termination, mistake, presume, votes, acks, prc_force_abort, overdraft)
  };
  static constexpr std::array profiles{
      ProfileSpec{"presumed_nothing", "", "every decision is forced and acknowledged"},
      ProfileSpec{"presumed_abort", "presume=abort", "who is forgotten has aborted"},
      ProfileSpec{"presumed_commit", "presume=commit", "who is forgotten has committed"},
      ProfileSpec{"cooperative", "termination=cooperative", "who is in doubt asks everybody"},
      ProfileSpec{"bhg", "termination=cooperative acks=none", "no acks, and c never forgets"},
      ProfileSpec{"unsolicited", "votes=unsolicited", "votes ride on the last answer"}};
  static constexpr std::array costs = two_phase::published_costs;

  enum class Message : std::uint8_t { prepare, yes, no, read, commit, abort, ack, inquire, unsure };
  enum class Record : std::uint8_t { prepared, commit, abort, end, collecting };
  enum class Timer : std::uint8_t { vote, prepare, decision, ack };  // the last two only repeat
  static constexpr int rank(Timer timer) { return timer < Timer::decision ? 0 : retry_rank; }
  struct Durable {
    bool prepared = false;    // participant: has promised to commit if told so
    bool collecting = false;  // coordinator that presumes commit: somebody may be prepared
    Outcome decision{};
    bool ended = false;  // coordinator: everybody has acknowledged
    CONCORDAT_FIELDS(Durable, prepared, collecting, decision, ended)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::collecting) log.collecting = true;
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

  static void on_start(Ctx& ctx) {
    const bool asks = ctx.config.votes == Votes::requested || presumes(ctx, Outcome::commit);
    if (ctx.is(Role::participant)) {
      two_phase::start(ctx);
      return asks ? void() : two_phase::on_prepare(ctx);
    }
    if (presumes(ctx, Outcome::commit))
      two_phase::write(ctx, is_without(ctx, Mistake::collecting_unforced), Record::collecting, {});
    ctx.state() = {Phase::collecting, ctx.all(Role::participant), {}};
    if (asks) ctx.broadcast(ctx.state().pending, Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare: return two_phase::on_prepare(ctx);
      case Message::yes:
      case Message::no:
      case Message::read: return on_vote(ctx, from, message);
      case Message::commit: return two_phase::on_decision(ctx, Outcome::commit);
      case Message::abort: return two_phase::on_decision(ctx, Outcome::abort);
      case Message::ack: return on_ack(ctx, from);
      case Message::inquire:
        return ctx.is(Role::coordinator) ? on_inquire(ctx, from) : two_phase::on_inquire(ctx, from);
      case Message::unsure: return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote:
        return is_without(ctx, Mistake::timeout_ends) ? abort(ctx) : void(ctx.state() = {});
      case Timer::ack: return tell(ctx);
      case Timer::prepare: return two_phase::abort_alone(ctx);
      case Timer::decision: return two_phase::inquire(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::participant)) return two_phase::on_recover(ctx);
    const Durable& log = ctx.log();
    const bool is_open = presumes(ctx, Outcome::commit)
                             ? log.collecting && log.decision != Outcome::commit
                             : log.decision != Outcome::none;
    if (!is_open || log.ended) return forget(ctx);  // no entry
    ctx.state() = {Phase::telling, {}, {}};
    if (ctx.config.acks != Acks::usual) return;  // whoever is in doubt asks
    ctx.state().pending = ctx.all(Role::participant);
    tell(ctx);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) { two_phase::on_store(ctx, lock); }

  static two_phase::Rules rules(const Config& config) {
    const bool usual = config.acks == Acks::usual;
    const bool forces = config.acks != Acks::none_unforced;
    return {.force_prepared = config.mistake != Mistake::vote_unforced,
            .force_commit = forces && config.presume != Presume::commit &&
                            config.mistake != Mistake::ack_unforced,
            .force_abort = forces && config.presume != Presume::abort,
            .force_no = config.presume == Presume::nothing,
            .ack_commit = usual && config.presume != Presume::commit,
            .ack_abort = usual && config.presume != Presume::abort,
            .ask_everybody = config.termination == Termination::cooperative,
            .abort_in_doubt = config.mistake == Mistake::abort_in_doubt,
            .answer_without_abort = config.mistake == Mistake::answer_without_abort,
            .work_late = config.mistake == Mistake::work_late,
            .overdraft = config.overdraft};
  }

 private:
  static void on_vote(Ctx& ctx, ProcessId from, Message vote) {
    Volatile& state = ctx.state();
    if (state.phase != Phase::collecting || !state.pending.contains(from)) return;
    state.pending.erase(from);
    if (vote == Message::no) return abort(ctx);
    if (vote == Message::yes) state.yes.insert(from);
    if (!state.pending.empty()) return;
    if (ctx.choose("client", {Outcome::commit, Outcome::abort}) == Outcome::commit)
      return commit(ctx);
    ctx.vote(Vote::no);  // the client changes its mind: c has no stake, and votes for it
    abort(ctx);
  }

  static void commit(Ctx& ctx) {
    ctx.disarm(Timer::vote);
    const ProcessSet yes = ctx.state().yes;
    if (!yes.empty())
      two_phase::write(ctx, is_without(ctx, Mistake::decide_unforced), Record::commit, {});
    else if (presumes(ctx, Outcome::commit))
      ctx.append(Record::commit);
    ctx.decide(Outcome::commit);
    ctx.answer(Outcome::commit);
    yes.empty() ? forget(ctx) : announce(ctx, Outcome::commit, yes);  // all read-only
  }

  static void abort(Ctx& ctx) {
    ctx.disarm(Timer::vote);
    const bool forced = presumes(ctx, Outcome::commit) ? ctx.config.prc_force_abort
                                                       : !presumes(ctx, Outcome::abort);
    if (forced) ctx.force(Record::abort);
    ctx.decide(Outcome::abort);
    ctx.answer(Outcome::abort);
    // Whoever has not voted may yet be prepared; who voted no or read needs no telling.
    announce(ctx, Outcome::abort, ctx.state().pending | ctx.state().yes);
  }

  static void announce(Ctx& ctx, Outcome outcome, ProcessSet whom) {
    ctx.state() = {Phase::telling, whom, {}};
    if (!presumes(ctx, outcome) && ctx.config.acks == Acks::usual) return tell(ctx);
    ctx.broadcast(whom, decision(ctx));
    ctx.state().pending = {};
    if (presumes(ctx, outcome)) forget(ctx);
  }

  static void tell(Ctx& ctx) {
    ctx.broadcast(ctx.state().pending, decision(ctx));
    if (!ctx.state().pending.empty()) return ctx.arm(Timer::ack);
    ctx.disarm(Timer::ack);
    ctx.append(Record::end);  // everybody knows
    forget(ctx);
  }

  static void forget(Ctx& ctx) { ctx.state() = {Phase::done, {}, {}}; }

  static void on_ack(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase != Phase::telling) return;
    ctx.state().pending.erase(from);
    if (ctx.state().pending.empty()) tell(ctx);
  }

  static void on_inquire(Ctx& ctx, ProcessId from) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::telling) return ctx.send(from, decision(ctx));
    if (phase != Phase::done) return;  // the decision will come
    ctx.send(from, presumes(ctx, Outcome::commit) ? Message::commit : Message::abort);
  }

  static bool presumes(const Ctx& ctx, Outcome outcome) {
    return ctx.config.presume == (outcome == Outcome::commit ? Presume::commit : Presume::abort);
  }
  static bool is_without(const Ctx& ctx, Mistake mistake) { return ctx.config.mistake != mistake; }
  static Message decision(Ctx& ctx) {
    return ctx.log().decision == Outcome::commit ? Message::commit : Message::abort;
  }
};

}  // namespace concordat
