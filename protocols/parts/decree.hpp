// Single-decree Paxos among all processes of a protocol, for those that fall back on an indulgent
// consensus: whatever the delays, no two learn different outcomes, and a majority that is up and
// heard in time learns one.
//
// Sources: Lamport, "The part-time parliament", 1998, and "Paxos made simple", 2001.
//   p   takes a ballot above all that it has seen, sends 1a to all others
//   q   promises: will accept nothing below it; answers 1b with the last value that it has accepted
//   p   has 1b from a majority, itself included: sends 2a with the value of the highest ballot
//       among them, or with what it came to propose
//   q   accepts, answers 2b
//   p   has 2b from a majority: the value is chosen
//
// Promises live in memory: the protocols are for crashes without recovery (see crash_stop.hpp).
//
// A protocol that uses it has `bounds` with "ballot", a `DecreeState decree` in its Volatile, and
// in its Message the types m1a, m1b, m2a, m2b and the members `ballot`, `accepted` and `value`.
#pragma once

#include <compare>

#include "protocols/parts/crash_stop.hpp"

namespace concordat {

/// Rounds first, ranks second, so that no two processes share a ballot. Round 0 is before them all.
struct Ballot {
  Bounded<3> round{};
  std::uint8_t rank = 0;
  CONCORDAT_FIELDS(Ballot, round, rank)
  friend auto operator<=>(const Ballot&, const Ballot&) = default;
};

struct DecreeState {
  Outcome wish{};     // what it came to propose; none: it does not propose
  Ballot promised{};  // the highest ballot that it has seen or begun
  Ballot accepted{};
  Outcome value{};         // accepted in that ballot
  Ballot highest{};        // of its own ballot: the ballot of `chosen` among the answers 1b
  Outcome candidate{};     // what it will propose, or has proposed
  ProcessSet promises;     // who has answered 1b
  ProcessSet acceptances;  // who has answered 2b
  CONCORDAT_FIELDS(
      DecreeState, wish, promised, accepted, value, highest, candidate, promises, acceptances)
};

template <class Ctx>
struct Decree {
  using Message = typename Ctx::Message;
  using Type = decltype(Message::type);

  /// The process wants a decision, and this one if it is free to choose. If somebody's ballot is
  /// under way it leaves it at that, until its timer calls `retry`.
  static void propose(Ctx& ctx, Outcome wish) {
    ctx.state().decree.wish = wish;
    if (ctx.state().decree.promised == Ballot{}) begin_ballot(ctx);
  }

  /// Repeats what has had no answer, or begins a ballot above that of somebody else.
  static void retry(Ctx& ctx) {
    const DecreeState& own = ctx.state().decree;
    if (own.promised == Ballot{} || own.promised.rank != ctx.place_of(ctx.self))
      return begin_ballot(ctx);
    const bool promised = is_majority(ctx, own.promises);
    const Message again =
        promised ? message(Type::m2a, own.promised, own.value) : message(Type::m1a, own.promised);
    ctx.broadcast(ctx.all(ctx.role()) - (promised ? own.acceptances : own.promises), again);
  }

  /// RETURNS: what the message shows to be chosen, if anything.
  static Outcome on_message(Ctx& ctx, ProcessId from, const Message& message) {
    if (message.type == Type::m1a) on_1a(ctx, from, message.ballot);
    if (message.type == Type::m1b) on_1b(ctx, from, message);
    if (message.type == Type::m2a) on_2a(ctx, from, message);
    if (message.type == Type::m2b) return on_2b(ctx, from, message.ballot);
    return Outcome::none;
  }

 private:
  static void begin_ballot(Ctx& ctx) {
    DecreeState& own = ctx.state().decree;
    ctx.increment("ballot", own.promised.round);
    own.promised.rank = static_cast<std::uint8_t>(ctx.place_of(ctx.self));
    own.highest = own.accepted;
    own.candidate = own.value != Outcome::none ? own.value : own.wish;
    own.promises = ProcessSet::of(ctx.self);
    own.acceptances = {};
    ctx.broadcast(crash_stop::others(ctx), message(Type::m1a, own.promised));
  }

  static void on_1a(Ctx& ctx, ProcessId from, Ballot ballot) {
    DecreeState& own = ctx.state().decree;
    if (ballot < own.promised) return;
    own.promised = ballot;
    Message answer = message(Type::m1b, ballot, own.value);
    answer.accepted = own.accepted;
    ctx.send(from, answer);
  }

  static void on_1b(Ctx& ctx, ProcessId from, const Message& promise) {
    DecreeState& own = ctx.state().decree;
    if (promise.ballot != own.promised || is_majority(ctx, own.promises)) return;
    if (promise.value != Outcome::none && promise.accepted >= own.highest) {
      own.highest = promise.accepted;
      own.candidate = promise.value;
    }
    own.promises.insert(from);
    if (!is_majority(ctx, own.promises)) return;
    own.accepted = own.promised;
    own.value = own.candidate;
    own.acceptances = ProcessSet::of(ctx.self);
    ctx.broadcast(crash_stop::others(ctx), message(Type::m2a, own.promised, own.value));
  }

  static void on_2a(Ctx& ctx, ProcessId from, const Message& proposal) {
    DecreeState& own = ctx.state().decree;
    if (proposal.ballot < own.promised) return;
    own.promised = own.accepted = proposal.ballot;
    own.value = proposal.value;
    ctx.send(from, message(Type::m2b, proposal.ballot));
  }

  static Outcome on_2b(Ctx& ctx, ProcessId from, Ballot ballot) {
    DecreeState& own = ctx.state().decree;
    if (ballot != own.promised) return Outcome::none;  // 2b of different ballots do not add up
    own.acceptances.insert(from);
    return is_majority(ctx, own.acceptances) ? own.value : Outcome::none;
  }

  static bool is_majority(Ctx& ctx, ProcessSet set) {
    return 2 * set.size() > ctx.all(ctx.role()).size();
  }
  static Message message(Type type, Ballot ballot, Outcome value = Outcome::none) {
    Message message{};
    message.type = type;
    message.ballot = ballot;
    message.value = value;
    return message;
  }
};

}  // namespace concordat
