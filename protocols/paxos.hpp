// Single-decree Paxos: consensus, to be held against atomic commit. A majority of the nodes decides
// what the others did not ask for; in a commit protocol all must say yes.
//
// Source: Lamport, "The part-time parliament", 1998; "Paxos made simple", 2001.
//
// Each participant has a preference, which is its vote, and is proposer, acceptor and learner. The
// happy path: p1 leads ballot 0, and nothing is below that, so it needs no promises.
//   p1   forces its own preference, sends 2a with it to all others
//   p    forces what it accepts, sends 2b
//   p1   has 2b from a majority, itself included: the value is chosen; it tells everybody
//
// Whoever is tired of waiting leads the next ballot that is its own: 1a, 1b from a majority, 2a
// with the value of the highest ballot among them, or with its own preference.
//
// Agreement holds whatever happens, and a majority that is up decides. Commit validity does not
// hold and is not meant to: commit may be chosen although somebody prefers abort, or was never
// asked. This is what a transaction cannot live with.
#pragma once

#include "protocols/parts/synod.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct Paxos {
  using Ctx = Context<Paxos>;
  static constexpr std::string_view name = "paxos";
  static constexpr std::string_view summary = "single-decree Paxos: consensus, which is no commit";
  static constexpr std::string_view source = "Lamport, The part-time parliament, 1998";
  enum class Role : std::uint8_t { participant };
  static constexpr std::array roles{RoleSpec{
      .name = "participant", .prefix = "p", .count = 0, .votes = true, .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 1> bounds{"round"};

  struct Config {};
  struct Message {
    enum class Type : std::uint8_t { m1a, m1b, m2a, m2b, commit, abort };
    Type type{};
    std::uint8_t ballot = 0;
    std::uint8_t accepted = 0;  // 1b: the ballot of `value`
    Outcome value{};
    CONCORDAT_FIELDS(Message, type, ballot, accepted, value)
  };
  using Type = Message::Type;
  struct Record {
    enum class Kind : std::uint8_t { none, promised, accepted };
    Kind kind{};
    std::uint8_t ballot = 0;
    Outcome value{};
    CONCORDAT_FIELDS(Record, kind, ballot, value)
  };
  using Kind = Record::Kind;
  enum class Timer : std::uint8_t { decision };
  static constexpr int rank(Timer) { return retry_rank; }
  struct Durable {
    synod::Acceptor<Outcome> acceptor{};
    CONCORDAT_FIELDS(Durable, acceptor)
  };
  static void redo(Durable& log, const Record& record) {
    log.acceptor.promised = record.ballot;
    if (record.kind == Kind::promised) return;
    log.acceptor.accepted = record.ballot;
    log.acceptor.value = record.value;
  }
  struct Volatile {
    Outcome preference{};  // asked for when it hears of this; abort after a crash
    Outcome outcome{};
    synod::Leader<Outcome> leader{};
    synod::Learner learner{};
    CONCORDAT_FIELDS(Volatile, preference, outcome, leader, learner)
  };

  static void on_start(Ctx& ctx) {
    ctx.arm(Timer::decision);
    if (ctx.place_of(ctx.self) != 0) return;
    prefer(ctx);
    propose(ctx);  // in ballot 0
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    prefer(ctx);
    switch (message.type) {
      case Type::m1a: return on_1a(ctx, from, message.ballot);
      case Type::m1b: return on_1b(ctx, from, message);
      case Type::m2a: return on_2a(ctx, from, message);
      case Type::m2b: return on_2b(ctx, from, message);
      case Type::commit: return decide(ctx, Outcome::commit);
      case Type::abort: return decide(ctx, Outcome::abort);
    }
  }

  static void on_timer(Ctx& ctx, Timer /*decision*/) {
    prefer(ctx);
    lead(ctx);
  }

  static void on_recover(Ctx& ctx) {
    ctx.state().preference = Outcome::abort;
    ctx.arm(Timer::decision);  // also if it had decided: it finds the same again
  }

 private:
  static void prefer(Ctx& ctx) {
    if (ctx.state().preference != Outcome::none) return;
    const Vote vote = ctx.choose("vote", {Vote::yes, Vote::no});
    ctx.vote(vote);
    ctx.state().preference = vote == Vote::yes ? Outcome::commit : Outcome::abort;
  }

  // ---- The leader of a ballot.
  static void lead(Ctx& ctx) {
    synod::Leader<Outcome>& leader = ctx.state().leader;
    const synod::Acceptor<Outcome>& log = ctx.log().acceptor;
    ctx.arm(Timer::decision);
    if (leader.ballot > 0 && leader.ballot >= log.promised)
      return has_promises(ctx) ? propose(ctx) : ask_promises(ctx);
    leader = {};
    leader.ballot =
        synod::next_ballot(ctx, log.promised, ctx.place_of(ctx.self), everybody(ctx).size());
    ctx.force({Kind::promised, leader.ballot, {}});
    leader.add_promise(ctx.self, log.accepted, log.value);
    has_promises(ctx) ? propose(ctx) : ask_promises(ctx);
  }

  static void on_1b(Ctx& ctx, ProcessId from, const Message& message) {
    const synod::Leader<Outcome>& leader = ctx.state().leader;
    const bool late = message.ballot != leader.ballot || has_promises(ctx);
    if (late || leader.ballot < ctx.log().acceptor.promised) return;
    ctx.state().leader.add_promise(from, message.accepted, message.value);
    if (has_promises(ctx)) propose(ctx);
  }

  static void ask_promises(Ctx& ctx) {
    ctx.broadcast(others(ctx), {Type::m1a, ctx.state().leader.ballot, 0, {}});
  }

  static void propose(Ctx& ctx) {
    const synod::Leader<Outcome> leader = ctx.state().leader;
    propose(ctx, leader.ballot, synod::combine(leader.value, ctx.state().preference));
  }
  static void propose(Ctx& ctx, std::uint8_t ballot, Outcome value) {
    ctx.force({Kind::accepted, ballot, value});
    ctx.broadcast(others(ctx), {Type::m2a, ballot, 0, value});
    on_2b(ctx, ctx.self, {Type::m2b, ballot, 0, value});
  }

  static void on_2b(Ctx& ctx, ProcessId from, const Message& message) {
    const int count = ctx.state().learner.add_acceptance(from, message.ballot);
    if (2 * count <= everybody(ctx).size() || ctx.state().outcome != Outcome::none) return;
    const bool commit = message.value == Outcome::commit;
    ctx.broadcast(others(ctx), {commit ? Type::commit : Type::abort, 0, 0, {}});
    decide(ctx, message.value);
  }

  // ---- An acceptor.
  static void on_1a(Ctx& ctx, ProcessId from, std::uint8_t ballot) {
    const synod::Acceptor<Outcome>& log = ctx.log().acceptor;
    if (ballot < log.promised) return;
    if (ballot > log.promised) ctx.force({Kind::promised, ballot, {}});
    ctx.send(from, {Type::m1b, ballot, log.accepted, log.value});
  }

  static void on_2a(Ctx& ctx, ProcessId from, const Message& message) {
    const synod::Acceptor<Outcome>& log = ctx.log().acceptor;
    if (message.ballot < log.promised) return;
    if (log.accepted != message.ballot || log.value == Outcome::none)
      ctx.force({Kind::accepted, message.ballot, message.value});
    ctx.send(from, {Type::m2b, message.ballot, 0, message.value});
  }

  // ---- All.
  static void decide(Ctx& ctx, Outcome outcome) {
    if (ctx.state().outcome != Outcome::none) return;
    ctx.disarm(Timer::decision);
    ctx.state().outcome = outcome;
    ctx.decide(outcome);
    if (ctx.place_of(ctx.self) == 0) ctx.answer(outcome);
  }

  static bool has_promises(Ctx& ctx) {
    return 2 * ctx.state().leader.promises.size() > everybody(ctx).size();
  }
  static ProcessSet everybody(Ctx& ctx) { return ctx.all(Role::participant); }
  static ProcessSet others(Ctx& ctx) { return everybody(ctx) - ProcessSet::of(ctx.self); }
};

}  // namespace concordat
