// The half of Paxos Commit that holds the votes: acceptors, the leader that one of them is, and
// whoever learns from them. The other half, and what it is all for, is paxos_commit.hpp.
#pragma once

#include "protocols/parts/synod.hpp"

namespace concordat {

/// P is PaxosCommit.
template <class P>
struct PaxosCommitAcceptor {
  using Ctx = Context<P>;
  using Message = typename P::Message;
  using Type = typename P::Type;
  using Record = typename P::Record;
  using Role = typename P::Role;
  using Log = synod::Acceptor<ProcessSet>;
  using Leader = synod::Leader<ProcessSet>;
  static constexpr auto votes = P::Timer::votes;

  static void on_begin(Ctx& ctx, ProcessId from, const Message& message) {
    const ProcessSet others = ctx.all(Role::participant) - ProcessSet::of(from);
    if (ctx.config.prepare == P::Prepare::asked) ctx.broadcast(others, {Type::prepare, 0, 0, {}});
    on_2a(ctx, message);
  }

  static void on_2a(Ctx& ctx, const Message& message) {
    if (message.ballot < ctx.log().acceptor.promised) return;
    if (message.ballot > 0) return accept(ctx, message.ballot, message.prepared);
    if (ctx.state().outcome != Outcome::none) return;
    if (ctx.place_of(ctx.self) == 0) ctx.arm(votes);
    ctx.state().heard = ctx.state().heard | message.prepared;
    const ProcessSet heard = ctx.state().heard | ctx.log().acceptor.value;
    if (heard == ctx.all(Role::participant) || !ctx.config.bundle) accept(ctx, 0, heard);
  }

  static void on_1a(Ctx& ctx, ProcessId from, std::uint8_t ballot) {
    if (ballot < ctx.log().acceptor.promised) return;
    promise(ctx, ballot);
    ctx.send(from, {Type::m1b, ballot, ctx.log().acceptor.accepted, ctx.log().acceptor.value});
  }

  static void on_1b(Ctx& ctx, ProcessId from, const Message& message) {
    const Leader& leader = ctx.state().leader;
    const bool late = message.ballot != leader.ballot || has_majority(ctx);
    if (late || leader.ballot < ctx.log().acceptor.promised) return;
    ctx.state().leader.add_promise(from, message.accepted, message.prepared);
    if (has_majority(ctx)) propose(ctx);
  }

  static void on_2b(Ctx& ctx, ProcessId from, const Message& message) {
    const bool all = message.prepared == ctx.all(Role::participant);
    if (message.ballot == 0 && !all) return;  // more is to come
    const bool mix = ctx.config.mistake == P::Mistake::mix_ballots && all;
    const std::uint8_t ballot = mix ? std::uint8_t{0} : message.ballot;
    if (ctx.state().learner.add_acceptance(from, ballot) <= ctx.config.f) return;
    const Outcome outcome = all ? Outcome::commit : Outcome::abort;
    ctx.is(Role::participant) ? P::finish(ctx, outcome) : conclude(ctx, outcome);
  }

  static void on_ask(Ctx& ctx, ProcessId from) {
    if (ctx.state().outcome != Outcome::none) return ctx.send(from, decision(ctx));
    if (!ctx.armed(votes)) lead(ctx);  // else a1 still waits for 2a, or for 2b, of ballot 0
  }

  /// Begins a ballot, or says again what its last one waits for, if nobody has begun another.
  static void lead(Ctx& ctx) {
    Leader& leader = ctx.state().leader;
    const Log& log = ctx.log().acceptor;
    if (leader.ballot > 0 && leader.ballot >= log.promised)
      return has_majority(ctx) ? propose(ctx) : ask_promises(ctx);
    leader = {};
    leader.ballot = synod::next_ballot(ctx, log.promised, ctx.place_of(ctx.self), count(ctx));
    promise(ctx, leader.ballot);
    leader.add_promise(ctx.self, log.accepted, log.value);
    has_majority(ctx) ? propose(ctx) : ask_promises(ctx);
  }

  static void conclude(Ctx& ctx, Outcome outcome) {
    if (ctx.state().outcome != Outcome::none) return;
    ctx.disarm(votes);
    ctx.state() = {};
    ctx.state().outcome = outcome;
    ctx.decide(outcome);
    ctx.broadcast(ctx.all(Role::participant), decision(ctx));
    if (ctx.config.mistake != P::Mistake::forget_early) return;
    to_others(ctx, {Type::forget, 0, 0, {}});
    forget(ctx);
  }

  static void forget(Ctx& ctx) {
    ctx.disarm(votes);
    ctx.state() = {};
    ctx.append({Record::Kind::forgotten, 0, {}});
  }

  /// The acceptor at a place, which leads the ballots that are this modulo 2f+1.
  static ProcessId acceptor_at(Ctx& ctx, int place) {
    for (const ProcessId each : ctx.all(Role::acceptor))
      if (ctx.place_of(each) == place % count(ctx)) return each;
    return {};
  }

 private:
  static void accept(Ctx& ctx, std::uint8_t ballot, ProcessSet prepared) {
    const Log& log = ctx.log().acceptor;
    if (log.accepted != ballot || log.value != prepared) {
      const Record record{Record::Kind::accepted, ballot, prepared};
      ctx.config.mistake == P::Mistake::accept_unforced ? ctx.append(record) : ctx.force(record);
    }
    ctx.state().heard = {};
    const Message message{Type::m2b, ballot, 0, prepared};
    if (ctx.config.fast) {
      if (prepared == ctx.all(Role::participant)) ctx.disarm(votes);  // it will not learn
      return ctx.broadcast(ctx.all(Role::participant), message);
    }
    const ProcessId leader = acceptor_at(ctx, ballot);
    leader == ctx.self ? on_2b(ctx, ctx.self, message) : ctx.send(leader, message);
  }

  static void promise(Ctx& ctx, std::uint8_t ballot) {  // what it has heard becomes stable too
    if (ballot > ctx.log().acceptor.promised)
      ctx.force({Record::Kind::promised, ballot, ctx.state().heard});
    ctx.state().heard = {};
  }

  static void ask_promises(Ctx& ctx) {
    to_others(ctx, {Type::m1a, ctx.state().leader.ballot, 0, {}});
  }

  static void propose(Ctx& ctx) {
    const Leader leader = ctx.state().leader;
    to_others(ctx, {Type::m2a, leader.ballot, 0, leader.value});
    accept(ctx, leader.ballot, leader.value);
  }

  static bool has_majority(Ctx& ctx) { return ctx.state().leader.promises.size() > ctx.config.f; }
  static Message decision(Ctx& ctx) {
    return {ctx.state().outcome == Outcome::commit ? Type::commit : Type::abort, 0, 0, {}};
  }
  static int count(Ctx& ctx) { return ctx.all(Role::acceptor).size(); }
  static void to_others(Ctx& ctx, const Message& message) {
    ctx.broadcast(ctx.all(Role::acceptor) - ProcessSet::of(ctx.self), message);
  }
};

}  // namespace concordat
