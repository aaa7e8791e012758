// Single-decree Paxos as Paxos Commit uses it, one instance: a resource manager (RM) owns ballot 0
// and proposes commit in it without asking; a leader that loses patience begins a higher ballot.
//
// Sources: Lamport, "The part-time parliament", 1998; Gray and Lamport, "Consensus on transaction
// commit", 2006, section 4. The messages have the names of these papers.
//   rm   sends 2a with commit in ballot 0, for which every acceptor counts as promised
//   l    takes a ballot above all that it has used, forces it, sends 1a
//   a    promises: forces the ballot, answers 1b with the last value that it has accepted
//   l    has 1b from a majority: sends 2a with the value of the highest ballot among them, or abort
//   a    forces what it accepts, answers 2b
//   the sender of 2a has 2b from a majority in its ballot: the value is chosen, it decides
//
// A probe of the interface: bounded counters, an order on processes, records and messages with
// members, agreement judged by the ordinary property. The number of ballots is bounded by `round`.
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

  enum class Role : std::uint8_t { rm, leader, acceptor };
  static constexpr std::array<std::string_view, 1> bounds{"round"};
  static constexpr std::array roles{
      RoleSpec{.name = "rm", .prefix = "rm"},
      RoleSpec{.name = "leader", .prefix = "l", .count = 0, .must_decide = true},
      RoleSpec{.name = "acceptor", .prefix = "a", .count = 3, .interchangeable = true}};

  enum class Mistake : std::uint8_t {
    none,
    accept_unforced,  // M11: 2b leaves before the accepted value is stable
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };

  /// Rounds first, leaders second, so that no two leaders share a ballot. Round 0 is the RM's.
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
    Outcome value{};  // none: promised, or taken by a leader
    CONCORDAT_FIELDS(Record, ballot, value)
  };
  enum class Timer : std::uint8_t { retry };

  struct Durable {
    Ballot promised{};  // acceptor: nothing below it; leader: its own last one
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
  struct Volatile {       // of the RM or a leader
    Outcome value{};      // what it proposes; none after a crash
    Ballot highest{};     // the ballot of `value` among the answers 1b
    ProcessSet promised;  // who has answered 1b
    ProcessSet accepted;  // who has answered 2b
    CONCORDAT_FIELDS(Volatile, value, highest, promised, accepted)
  };
  using Ctx = Context<PaxosAcceptor>;

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::leader)) ctx.arm(Timer::retry);
    if (!ctx.is(Role::rm)) return;
    ctx.state().value = Outcome::commit;
    propose(ctx);
  }

  /// A leader begins a ballot.
  static void on_timer(Ctx& ctx, Timer /*retry*/) {
    Ballot ballot = ctx.log().promised;
    ctx.increment("round", ballot.round);
    ballot.place = static_cast<std::uint8_t>(ctx.place_of(ctx.self));
    ctx.force({ballot, Outcome::none});
    ctx.state() = {};
    ctx.state().value = Outcome::abort;
    ctx.broadcast(ctx.all(Role::acceptor), {Message::Type::m1a, ballot, {}, {}});
    ctx.arm(Timer::retry);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Message::Type::m1a: return on_1a(ctx, from, message.ballot);
      case Message::Type::m1b: return on_1b(ctx, from, message);
      case Message::Type::m2a: return on_2a(ctx, from, message);
      case Message::Type::m2b: return on_2b(ctx, from, message);
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

  // ---- The RM and the leaders.

  static void on_1b(Ctx& ctx, ProcessId from, const Message& promise) {
    Volatile& state = ctx.state();
    if (promise.ballot != ctx.log().promised || state.value == Outcome::none) return;
    if (is_majority(ctx, state.promised)) return;  // the proposal has gone out
    // A value accepted in ballot 0 counts too: what tells it from none is the value.
    if (promise.value != Outcome::none && promise.accepted >= state.highest) {
      state.highest = promise.accepted;
      state.value = promise.value;
    }
    state.promised.insert(from);
    if (is_majority(ctx, state.promised)) propose(ctx);
  }

  static void propose(Ctx& ctx) {
    const Message proposal{Message::Type::m2a, ctx.log().promised, {}, ctx.state().value};
    ctx.broadcast(ctx.all(Role::acceptor), proposal);
  }

  static void on_2b(Ctx& ctx, ProcessId from, const Message& acceptance) {
    if (acceptance.ballot != ctx.log().promised) return;  // 2b of different ballots do not add up
    ctx.state().accepted.insert(from);
    if (!is_majority(ctx, ctx.state().accepted)) return;
    ctx.disarm(Timer::retry);
    ctx.decide(acceptance.value);
  }

  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::leader)) ctx.arm(Timer::retry);
  }

  static bool is_majority(Ctx& ctx, ProcessSet set) {
    return 2 * set.size() > ctx.all(Role::acceptor).size();
  }
};

}  // namespace concordat
