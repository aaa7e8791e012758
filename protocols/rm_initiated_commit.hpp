// Two-phase commit as Gray and Lamport count it: a resource manager begins, nobody acknowledges,
// and only promises and the decision are forced. It is what they compare Paxos Commit with.
//
// Source: Gray and Lamport, "Consensus on transaction commit", 2006, section 3.
//
// The happy path, with a coordinator c (their transaction manager), which does not vote, and
// participants p1..pN (their resource managers; see two_phase_participant.hpp):
//   p1   does its work, forces `prepared`, votes yes, sends begin, which is its yes vote
//   c    sends prepare to every other participant
//   p    forces `prepared`, votes yes, sends yes                   -- from now on it is in doubt
//   c    has all votes: forces `commit`, decides, tells client and p   -- the commit point
//   p    appends `commit`, decides
//
// In the paper any resource manager may begin; here it is always the first. The paper leaves open
// how c ends: without acks it never forgets. A c that is asked before it has heard begin aborts,
// because begin may be lost, and nobody would ever send it again.
#pragma once

#include "protocols/parts/two_phase_participant.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct RmInitiatedCommit {
  using Ctx = Context<RmInitiatedCommit>;
  using Phase = two_phase::Phase;
  static constexpr std::string_view name = "rm_initiated_commit";
  static constexpr std::string_view summary = "two-phase commit that a resource manager begins";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"),
                                    RoleSpec{"participant", "p", 0, true, true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no read"},
                                      ChoiceSpec{"client", "commit abort"}};

  enum class Termination : std::uint8_t { none, cooperative };  // in doubt, ask c, or everybody
  struct Config {
    Termination termination{};
    CONCORDAT_FIELDS(Config, termination)
  };
  static constexpr std::array profiles{
      ProfileSpec{"gray_lamport", "", "c lives on a node of its own"},
      ProfileSpec{"gray_lamport_colocated", "", "c lives on the node of p1", "c@p"}};
  static constexpr std::string_view paper = "Gray, Lamport 2006, section 3";
  static constexpr std::array costs{
      PublishedCost{
          "gray_lamport", "commit", "messages 3N-1; delays 4; forces N+1; force_delays 3", paper},
      PublishedCost{"gray_lamport_colocated",
                    "commit",
                    "messages 3N-3; delays 3; forces N+1; force_delays 3",
                    paper}};

  enum class Message : std::uint8_t {
    begin,
    prepare,
    yes,
    no,
    read,
    commit,
    abort,
    inquire,
    unsure
  };
  enum class Record : std::uint8_t { prepared, commit, abort };
  enum class Timer : std::uint8_t { vote, prepare, decision };  // the last one only repeats
  static constexpr int rank(Timer timer) { return timer < Timer::decision ? 0 : retry_rank; }
  struct Durable {
    bool prepared = false;  // participant: has promised to commit if told so
    Outcome decision{};
    CONCORDAT_FIELDS(Durable, prepared, decision)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::commit) log.decision = Outcome::commit;
    if (record == Record::abort) log.decision = Outcome::abort;
  }
  struct Volatile {
    Phase phase{};
    ProcessSet pending;  // coordinator: whose vote is missing
    ProcessSet yes;      // coordinator: who has voted yes
    CONCORDAT_FIELDS(Volatile, phase, pending, yes)
  };

  static two_phase::Rules rules(const Config& config) {
    return {.force_commit = false,
            .force_abort = false,
            .force_no = false,
            .ack_commit = false,
            .ack_abort = false,
            .ask_everybody = config.termination == Termination::cooperative};
  }

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::coordinator)) return;
    two_phase::start(ctx);
    if (begins(ctx)) two_phase::on_prepare(ctx, Message::begin);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare: return two_phase::on_prepare(ctx);
      case Message::begin:
      case Message::yes:
      case Message::no:
      case Message::read: return on_vote(ctx, from, message);
      case Message::commit: return two_phase::on_decision(ctx, Outcome::commit);
      case Message::abort: return two_phase::on_decision(ctx, Outcome::abort);
      case Message::inquire:
        return ctx.is(Role::coordinator) ? on_inquire(ctx, from) : two_phase::on_inquire(ctx, from);
      case Message::unsure: return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote: return abort(ctx);
      case Timer::prepare: return two_phase::abort_alone(ctx);
      case Timer::decision: return two_phase::inquire(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::participant)) return two_phase::on_recover(ctx);
    ctx.state().phase = Phase::telling;  // without a record it has not committed, and never will
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    two_phase::on_store(ctx, lock, begins(ctx) ? Message::begin : Message::yes);
  }

 private:
  static bool begins(Ctx& ctx) { return ctx.place_of(ctx.self) == 0; }

  static void on_vote(Ctx& ctx, ProcessId from, Message vote) {
    Volatile& state = ctx.state();
    const bool first = state.phase == Phase::idle;  // p1 has spoken, whatever it says
    if (first) state = {Phase::collecting, ctx.all(Role::participant), {}};
    if (state.phase != Phase::collecting || !state.pending.contains(from)) return;
    state.pending.erase(from);
    if (vote == Message::no) return abort(ctx);
    if (vote != Message::read) state.yes.insert(from);
    if (state.pending.empty()) return ask_client(ctx);
    if (!first) return;
    ctx.broadcast(state.pending, Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void ask_client(Ctx& ctx) {
    if (ctx.choose("client", {Outcome::commit, Outcome::abort}) == Outcome::commit)
      return commit(ctx);
    ctx.vote(Vote::no);  // the client changes its mind: c has no stake, and votes for it
    abort(ctx);
  }

  static void commit(Ctx& ctx) {
    if (!ctx.state().yes.empty()) ctx.force(Record::commit);  // else nobody will ever ask
    announce(ctx, Outcome::commit, ctx.state().yes);
  }

  static void abort(Ctx& ctx) {
    ctx.append(Record::abort);
    announce(ctx, Outcome::abort, ctx.state().pending | ctx.state().yes);
  }

  static void announce(Ctx& ctx, Outcome outcome, ProcessSet whom) {
    ctx.disarm(Timer::vote);
    ctx.decide(outcome);
    ctx.answer(outcome);
    ctx.state() = {Phase::telling, {}, {}};
    ctx.broadcast(whom, decision(ctx));
  }

  static void on_inquire(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase == Phase::collecting) return;  // the decision will come
    if (ctx.state().phase == Phase::telling) return ctx.send(from, decision(ctx));
    ctx.state().pending = ctx.all(Role::participant);
    abort(ctx);
  }

  static Message decision(Ctx& ctx) {
    return ctx.log().decision == Outcome::commit ? Message::commit : Message::abort;
  }
};

}  // namespace concordat
