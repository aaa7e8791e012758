// Paxos Commit and, as an option, Faster Paxos Commit: two-phase commit whose decision is held by
// 2f+1 acceptors instead of one coordinator, so that f of them may fail and nobody waits.
//
// Source: Gray and Lamport, "Consensus on transaction commit", 2006, sections 4 and 5. There is one
// instance of Paxos for each participant (RM): has it prepared, or is it aborted? The transaction
// commits iff all instances choose prepared. All instances share their ballots and messages.
//
// The happy path. Acceptor a1 leads first, and p1 is asked by the client; f+1 acceptors are used:
//   p1   forces `prepared`, sends begin to a1 and 2a to the others  -- its vote, in ballot 0
//   a1   sends prepare to the other participants
//   p    does its work, forces `prepared`, sends 2a to f+1 acceptors
//   a    has 2a from all: forces what it accepts, sends one 2b to the leader
//   a1   has 2b from f+1 acceptors: commit is chosen -- the commit point lies in their logs --
//        and all are told. In Faster Paxos Commit each 2b goes to every participant instead
//   p    appends `commit` and decides
//
// When a participant in doubt is tired of waiting, it asks the acceptors one after the other. One
// that is asked leads the next ballot that is its own (ballot modulo 2f+1 is its place): 1a, 1b
// from f+1 acceptors, 2a with what they have accepted, aborted where nobody has accepted anything.
//
// Differs from the source: a ballot above 0 is one for all instances. A participant that refuses
// tells the leader only, and that is enough to abort: nobody else can choose prepared for it.
// Nobody ever forgets, because nobody acknowledges a decision.
#pragma once

#include "protocols/parts/paxos_commit_acceptor.hpp"
#include "protocols/parts/synod.hpp"
#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat {

struct PaxosCommit {
  using Ctx = Context<PaxosCommit>;
  using Acceptor = PaxosCommitAcceptor<PaxosCommit>;  // the other half
  static constexpr std::string_view name = "paxos_commit";
  static constexpr std::string_view summary = "Paxos Commit: the votes are chosen by acceptors";
  static constexpr std::string_view source = "Gray, Lamport, Consensus on transaction commit, 2006";
  enum class Role : std::uint8_t { acceptor, participant };
  static constexpr std::array roles{
      RoleSpec{.name = "acceptor", .prefix = "a", .count = 0, .number = "2f+1"},
      RoleSpec{
          .name = "participant", .prefix = "p", .count = 0, .votes = true, .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 1> bounds{"round"};
  static constexpr std::array profiles{
      ProfileSpec{"paxos_commit", "", "acceptors tell the leader, the leader tells everybody"},
      ProfileSpec{
          "paxos_commit_colocated", "", "the same, acceptors on the nodes of participants", "a@p"},
      ProfileSpec{"faster", "fast=true", "Faster Paxos Commit: acceptors tell everybody"},
      ProfileSpec{"faster_colocated", "fast=true", "the same, acceptors with participants", "a@p"}};
  static constexpr std::string_view table = "Gray, Lamport 2006, section 6, table of costs";
  static constexpr std::array costs{
      PublishedCost{"paxos_commit", "commit", "messages NF+F+3N-1; forces N+F+1", table},
      PublishedCost{"paxos_commit", "commit", "delays 5; force_delays 3", table, "", "F-1"},
      PublishedCost{"paxos_commit_colocated",
                    "commit",
                    "messages NF+3N-3; forces N+F+1; force_delays 3",
                    table,
                    "",
                    "N-F-1"},
      PublishedCost{"paxos_commit_colocated", "commit", "delays 4", table, "", "F-1; N-F-1; N-3"},
      PublishedCost{
          "faster", "commit", "messages 2NF+3N-1; delays 4; forces N+F+1; force_delays 3", table},
      PublishedCost{"faster_colocated",
                    "commit",
                    "messages 2NF-2F+3N-3; delays 3; forces N+F+1; force_delays 3",
                    table,
                    "",
                    "N-F-1"}};

  enum class Prepare : std::uint8_t { asked, spontaneous };  // participants prepare by themselves
  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    forget_early,     // M10: acceptors forget as soon as the leader has sent its decision
    accept_unforced,  // M11: 2b leaves before what it says is stable
    mix_ballots,      // M28: 2b of different ballots count together
  };
  struct Config {
    std::uint8_t f = 1;  // so many acceptors may fail
    bool fast = false;
    bool bundle = true;  // one force and one 2b for all instances, not one for each 2a
    Prepare prepare{};
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, f, fast, bundle, prepare, mistake)
  };
  enum class Type : std::uint8_t {
    begin,
    prepare,
    refused,
    m2a,
    m2b,
    commit,
    abort,
    ask,
    m1a,
    m1b,
    forget
  };
  struct Message {
    Type type{};
    std::uint8_t ballot = 0;
    std::uint8_t accepted = 0;  // 1b: the ballot in which `prepared` was accepted
    ProcessSet prepared;  // the others: aborted, or if that ballot is 0 nothing has been accepted
    CONCORDAT_FIELDS(Message, type, ballot, accepted, prepared)
  };
  struct Record {
    enum class Kind : std::uint8_t { none, prepared, commit, abort, promised, accepted, forgotten };
    Kind kind{};
    std::uint8_t ballot = 0;
    ProcessSet prepared;
    CONCORDAT_FIELDS(Record, kind, ballot, prepared)
  };
  using Kind = Record::Kind;
  enum class Timer : std::uint8_t { prepare, votes, decision };  // the last one only repeats
  static constexpr int rank(Timer timer) { return timer < Timer::decision ? 0 : retry_rank; }
  struct Durable {
    bool voted = false;  // participant: it has prepared
    Outcome outcome{};
    synod::Acceptor<ProcessSet> acceptor{};  // the instances whose value is prepared, as in 1b
    CONCORDAT_FIELDS(Durable, voted, outcome, acceptor)
  };
  static void redo(Durable& log, const Record& record) {
    switch (record.kind) {
      case Kind::none: return;
      case Kind::prepared: log.voted = true; return;
      case Kind::commit: log.outcome = Outcome::commit; return;
      case Kind::abort: log.outcome = Outcome::abort; return;
      case Kind::promised:
        log.acceptor.promised = record.ballot;
        log.acceptor.value = log.acceptor.value | record.prepared;
        return;
      case Kind::accepted: log.acceptor = {record.ballot, record.ballot, record.prepared}; return;
      case Kind::forgotten: log = {}; return;
    }
  }
  enum class Phase : std::uint8_t { working, in_doubt, done };
  struct Volatile {
    Phase phase{};           // participant
    std::uint8_t asked = 0;  // participant: the place of the acceptor to ask next
    ProcessSet heard;        // acceptor: 2a of ballot 0, nothing forced yet
    synod::Leader<ProcessSet> leader{};
    synod::Learner learner{};  // whoever gets 2b
    Outcome outcome{};         // acceptor: if it knows
    CONCORDAT_FIELDS(Volatile, phase, asked, heard, leader, learner, outcome)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::acceptor)) return;
    const bool spontaneous = ctx.config.prepare == Prepare::spontaneous;
    ctx.place_of(ctx.self) == 0 || spontaneous ? on_prepare(ctx) : ctx.arm(Timer::prepare);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::begin: return Acceptor::on_begin(ctx, from, message);
      case Type::prepare: return on_prepare(ctx);
      case Type::refused: return Acceptor::conclude(ctx, Outcome::abort);
      case Type::m2a: return Acceptor::on_2a(ctx, message);
      case Type::m2b: return Acceptor::on_2b(ctx, from, message);
      case Type::commit: return finish(ctx, Outcome::commit);
      case Type::abort: return finish(ctx, Outcome::abort);
      case Type::ask: return Acceptor::on_ask(ctx, from);
      case Type::m1a: return Acceptor::on_1a(ctx, from, message.ballot);
      case Type::m1b: return Acceptor::on_1b(ctx, from, message);
      case Type::forget: return Acceptor::forget(ctx);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::prepare: return finish(ctx, Outcome::abort);  // it has not voted, so it may
      case Timer::votes: return Acceptor::lead(ctx);
      case Timer::decision: return ask(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {  // an acceptor's log says all that it needs
    if (ctx.is(Role::acceptor)) return;
    if (ctx.log().outcome != Outcome::none) ctx.state().phase = Phase::done;
    if (ctx.log().outcome != Outcome::none) return ctx.decide(ctx.log().outcome);
    if (!ctx.log().voted) return finish(ctx, Outcome::abort);
    ctx.state().phase = Phase::in_doubt;
    propose(ctx);
    ctx.arm(Timer::decision);
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) {
    if (ctx.state().phase == Phase::working)
      lock == NoticeKind::granted ? on_prepare(ctx) : refuse(ctx);
  }

  /// A participant acts on the outcome.
  static void finish(Ctx& ctx, Outcome outcome) {
    if (ctx.state().phase == Phase::done) return;
    ctx.disarm(Timer::prepare);
    ctx.disarm(Timer::decision);
    if (outcome == Outcome::commit) ctx.append({Kind::commit, 0, {}}, StoreAction::commit);
    if (outcome == Outcome::abort) ctx.append({Kind::abort, 0, {}}, StoreAction::rollback);
    ctx.decide(outcome);
    if (ctx.place_of(ctx.self) == 0) ctx.answer(outcome);
    ctx.state() = {};
    ctx.state().phase = Phase::done;
  }

 private:
  // ---- A participant: it owns ballot 0 of its own instance.
  static void on_prepare(Ctx& ctx) {
    if (ctx.state().phase == Phase::in_doubt) return propose(ctx);
    if (ctx.log().outcome == Outcome::abort) return refuse(ctx);
    if (ctx.state().phase == Phase::done) return;
    const LockAnswer work = do_work(ctx);
    if (work == LockAnswer::waiting) return;  // on_store comes back here
    const bool refused = work == LockAnswer::refused;
    if (refused || ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) return refuse(ctx);
    ctx.disarm(Timer::prepare);
    ctx.force({Kind::prepared, 0, {}}, StoreAction::prepare);
    ctx.vote(Vote::yes);
    ctx.state().phase = Phase::in_doubt;
    propose(ctx);
    ctx.arm(Timer::decision);
  }

  static void refuse(Ctx& ctx) {
    ctx.vote(Vote::no);
    finish(ctx, Outcome::abort);
    ctx.send(Acceptor::acceptor_at(ctx, 0), {Type::refused, 0, 0, {}});
  }

  static void propose(Ctx& ctx) {
    Message message{Type::m2a, 0, 0, ProcessSet::of(ctx.self)};
    ProcessSet whom;
    for (int place = ctx.place_of(ctx.self) == 0 ? 1 : 0; place <= ctx.config.f; ++place)
      whom.insert(Acceptor::acceptor_at(ctx, place));
    ctx.broadcast(whom, message);
    message.type = Type::begin;
    if (ctx.place_of(ctx.self) == 0) ctx.send(Acceptor::acceptor_at(ctx, 0), message);
  }

  static void ask(Ctx& ctx) {
    std::uint8_t& asked = ctx.state().asked;
    ctx.send(Acceptor::acceptor_at(ctx, asked), {Type::ask, 0, 0, {}});
    asked = static_cast<std::uint8_t>((asked + 1) % ctx.all(Role::acceptor).size());
    ctx.arm(Timer::decision);
  }
};

}  // namespace concordat
