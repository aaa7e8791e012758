// Single-decree Paxos with two proposers that want different outcomes: the acceptor of Paxos
// Commit, and its learner rule, before any commit protocol is built on them.
//
// Source: Lamport, "The part-time parliament", 1998; "Paxos made simple", 2001. Messages have the
// names of these papers: 1a and 1b prepare a ballot, 2a proposes a value in it, 2b accepts it.
//   p   takes a ballot above all that it has seen, forces it, sends 1a
//   a   promises: forces the ballot, answers 1b with the last value that it has accepted
//   p   has 1b from a majority: proposes the value of the highest ballot among them, or its own
//   a   forces what it accepts, answers 2b
//   p   has 2b from a majority in this one ballot: the value is chosen
//
// A probe of the interface: bounded counters, an order on processes, records and messages with
// members, agreement judged by the ordinary property. The number of rounds is bounded by `round`.
#pragma once

#include <array>
#include <compare>
#include <string_view>
#include <tuple>

#include "sim/model/protocol.hpp"

namespace concordat {

struct PaxosAcceptor {
  static constexpr std::string_view name = "paxos_acceptor";
  static constexpr std::string_view summary = "single-decree Paxos";

  enum class Role : std::uint8_t { proposer, acceptor };
  static constexpr std::array roles{
      RoleSpec{.name = "proposer", .prefix = "p", .count = 2, .must_decide = true},
      RoleSpec{.name = "acceptor", .prefix = "a", .count = 3, .interchangeable = true}};

  enum class Mistake : std::uint8_t {
    none,
    accept_unforced,  // M11: 2b leaves before the accepted value is stable
    mix_ballots,      // M28: the learner counts 2b of different ballots together
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };

  /// Rounds first, proposers second, so that no two proposers share a ballot. Round 0 is no ballot.
  struct Ballot {
    Bounded<7> round{};
    std::uint8_t place = 0;
    CONCORDAT_FIELDS(Ballot, round, place)
    friend auto operator<=>(const Ballot&, const Ballot&) = default;
  };
  struct Message {
    enum class Type : std::uint8_t { m1a, m1b, m2a, m2b };
    Type type{};
    Ballot ballot{};
    Ballot accepted{};  // 1b: the ballot of `value`
    Outcome value{};
    CONCORDAT_FIELDS(Message, type, ballot, accepted, value)
  };
  struct Record {
    Ballot ballot{};
    Outcome value{};  // none: promised, or taken by a proposer
    CONCORDAT_FIELDS(Record, ballot, value)
  };
  enum class Timer : std::uint8_t { retry };

  struct Durable {
    Ballot promised{};  // acceptor: nothing below it; proposer: its own last one
    Ballot accepted{};
    Outcome value{};
    CONCORDAT_FIELDS(Durable, promised, accepted, value)
  };
  static void redo(Durable& log, const Record& record) {
    log.promised = record.ballot;
    if (record.value == Outcome::none) return;
    log.accepted = record.ballot;
    log.value = record.value;
  }
  struct Volatile {        // of a proposer
    Ballot seen{};         // the highest that anybody has told it
    ProcessSet promised;   // who has answered 1b,
    ProcessSet accepted;   // and 2b, in its ballot
    Ballot value_ballot{};  // of `value`; round 0 while the value is its own
    Outcome value{};
    CONCORDAT_FIELDS(Volatile, seen, promised, accepted, value_ballot, value)
  };
  using Ctx = Context<PaxosAcceptor>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::proposer)) ctx.arm(Timer::retry);
  }

  /// Begins a ballot.
  static void on_timer(Ctx& ctx, Timer /*retry*/) {
    Ballot ballot = std::max(ctx.log().promised, ctx.state().seen);
    ctx.increment("round", ballot.round);
    ballot.place = static_cast<std::uint8_t>(ctx.place_of(ctx.self));
    ctx.force({ballot, Outcome::none});
    ctx.state() = {};
    ctx.state().value = ctx.place_of(ctx.self) == 0 ? Outcome::commit : Outcome::abort;
    send(ctx, {Message::Type::m1a, ballot});
    ctx.arm(Timer::retry);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Message::Type::m1a:
        return on_1a(ctx, from, message.ballot);
      case Message::Type::m1b:
        return on_1b(ctx, from, message);
      case Message::Type::m2a:
        return on_2a(ctx, from, message);
      case Message::Type::m2b:
        return on_2b(ctx, from, message);
    }
  }

  // ---- An acceptor.

  static void on_1a(Ctx& ctx, ProcessId from, Ballot ballot) {
    if (ballot < ctx.log().promised) return;
    if (ballot > ctx.log().promised) ctx.force({ballot, Outcome::none});
    ctx.send(from, {Message::Type::m1b, ballot, ctx.log().accepted, ctx.log().value});
  }

  static void on_2a(Ctx& ctx, ProcessId from, const Message& proposal) {
    if (proposal.ballot < ctx.log().promised) return;
    if (ctx.config.mistake == Mistake::accept_unforced)
      ctx.append({proposal.ballot, proposal.value});
    else
      ctx.force({proposal.ballot, proposal.value});
    ctx.send(from, {Message::Type::m2b, proposal.ballot, {}, proposal.value});
  }

  // ---- A proposer, which is also the learner of its ballots.

  static void on_1b(Ctx& ctx, ProcessId from, const Message& promise) {
    Volatile& state = ctx.state();
    if (promise.ballot != ctx.log().promised || is_majority(ctx, state.promised)) return;
    if (promise.accepted > state.value_ballot) {
      state.value_ballot = promise.accepted;
      state.value = promise.value;
    }
    state.promised.insert(from);
    if (is_majority(ctx, state.promised))
      send(ctx, {Message::Type::m2a, ctx.log().promised, {}, state.value});
  }

  static void on_2b(Ctx& ctx, ProcessId from, const Message& acceptance) {
    const bool is_current = acceptance.ballot == ctx.log().promised;
    if (!is_current && ctx.config.mistake != Mistake::mix_ballots) return;
    ctx.state().accepted.insert(from);
    if (!is_majority(ctx, ctx.state().accepted)) return;
    ctx.disarm(Timer::retry);
    ctx.decide(acceptance.value);
  }

  static void on_recover(Ctx& ctx) { on_start(ctx); }

  static bool is_majority(Ctx& ctx, ProcessSet set) {
    return 2 * set.size() > ctx.all(Role::acceptor).size();
  }
  static void send(Ctx& ctx, const Message& message) {
    ctx.broadcast(ctx.all(Role::acceptor), message);
  }
};

}  // namespace concordat
