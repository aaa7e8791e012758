// Two-phase commit as README.md of this folder defines it, line for line what two_phase_commit.pml
// and two_phase_commit.m say to other checkers. To compare checkers with, not a protocol to run:
// protocols/two_phase_commit.hpp is that one.
//
// Who has decided follows from the log, what a participant does next too, and which timers are
// armed follows from both; so memory holds one set, the coordinator's, and nothing else adds
// states.
//
// Sources: Gray 1978; Bernstein, Hadzilacos and Goodman 1987, chapter 7.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat {

struct PeerTwoPhaseCommit {
  using Ctx = Context<PeerTwoPhaseCommit>;
  static constexpr std::string_view name = "peer_two_phase_commit";
  static constexpr std::string_view summary = "two-phase commit, to compare checkers with";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  enum class Answer : std::uint8_t { yes, no };
  static constexpr std::array choices{ChoiceSpec{"answer", "yes no"}};

  struct Config {};
  enum class Message : std::uint8_t { prepare, yes, no, commit, abort, ack, inquire };
  enum class Record : std::uint8_t { none, prepared, commit, abort };
  enum class Timer : std::uint8_t { vote, inquire };
  struct Durable {
    Record last{};
    CONCORDAT_FIELDS(Durable, last)
  };
  static void redo(Durable& log, Record record) { log.last = record; }
  struct Volatile {
    ProcessSet pending;  // coordinator: whose vote, after the decision whose ack, is missing
    CONCORDAT_FIELDS(Volatile, pending)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) return;
    ctx.state().pending = ctx.all(Role::participant);
    ctx.broadcast(ctx.state().pending, Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare: return on_prepare(ctx);
      case Message::yes: return on_yes(ctx, from);
      case Message::no: return on_no(ctx);
      case Message::commit: return on_decision(ctx, Record::commit);
      case Message::abort: return on_decision(ctx, Record::abort);
      case Message::ack: return ctx.state().pending.erase(from);
      case Message::inquire:
        if (ctx.log().last != Record::none) ctx.send(from, decision(ctx));
        return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    timer == Timer::vote ? decide(ctx, Record::abort) : inquire(ctx);
  }

  static void on_recover(Ctx& ctx) {
    const Record last = ctx.log().last;
    if (ctx.is(Role::coordinator)) {
      if (last == Record::none) return decide(ctx, Record::abort);
      return tell(ctx);
    }
    if (last == Record::none) conclude(ctx, Record::abort);
    if (last == Record::prepared) inquire(ctx);
  }

 private:
  // ---- The coordinator.
  static void on_yes(Ctx& ctx, ProcessId from) {
    if (ctx.log().last != Record::none) return;
    ctx.state().pending.erase(from);
    if (ctx.state().pending.empty()) decide(ctx, Record::commit);
  }

  static void on_no(Ctx& ctx) {
    if (ctx.log().last == Record::none) decide(ctx, Record::abort);
  }

  static void decide(Ctx& ctx, Record outcome) {
    ctx.disarm(Timer::vote);
    conclude(ctx, outcome);
    tell(ctx);
  }

  static void tell(Ctx& ctx) {
    ctx.state().pending = ctx.all(Role::participant);
    ctx.broadcast(ctx.state().pending, decision(ctx));
  }

  static Message decision(Ctx& ctx) {
    return ctx.log().last == Record::commit ? Message::commit : Message::abort;
  }

  // ---- A participant.
  static void on_prepare(Ctx& ctx) {
    if (ctx.log().last != Record::none) return;
    if (ctx.choose("answer", {Answer::yes, Answer::no}) == Answer::no) {
      conclude(ctx, Record::abort);
      return ctx.send(ctx.the(Role::coordinator), Message::no);
    }
    ctx.force(Record::prepared);
    ctx.send(ctx.the(Role::coordinator), Message::yes);
    ctx.arm(Timer::inquire);
  }

  static void on_decision(Ctx& ctx, Record outcome) {
    const Record last = ctx.log().last;
    if (last == Record::none || last == Record::prepared) conclude(ctx, outcome);
    ctx.disarm(Timer::inquire);
    ctx.send(ctx.the(Role::coordinator), Message::ack);
  }

  static void inquire(Ctx& ctx) {
    ctx.send(ctx.the(Role::coordinator), Message::inquire);
    ctx.arm(Timer::inquire);
  }

  // ---- Both.
  static void conclude(Ctx& ctx, Record outcome) {
    ctx.force(outcome);
    ctx.decide(outcome == Record::commit ? Outcome::commit : Outcome::abort);
  }
};

}  // namespace concordat
