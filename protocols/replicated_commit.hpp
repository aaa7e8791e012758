// Two-phase commit over replicated groups, as Spanner does it: the coordinator and each participant
// are groups, and a record of theirs counts when a majority of replicas has stored it.
//
// Sources: Corbett et al., "Spanner: Google's globally-distributed database", 2012, section 4.2.1;
// for the log of a group, Lamport, "The part-time parliament", 1998.
//
// The model: c and p1..pN are the leaders of their groups and have no log of their own (but for a
// number). All groups have their replicas on the same 2f+1 servers. The happy path:
//   c    sends prepare to every participant
//   p    sends write with `prepared` to the servers; each forces it and sends kept
//   p    has kept from f+1: its group is prepared; it votes yes  -- from now on it is in doubt
//   c    has all votes: writes `commit` in the same way
//   c    has kept from f+1: the transaction is committed. This is the commit point, and what makes
//        it so is the record `commit` of c's group at a majority. c decides and tells everybody
//
// A group changes its leader by fencing: the new one asks the servers to accept nothing from older
// leaders, and what they have; f+1 answers show every record that counts. It writes that again, or
// `abort` if there is nothing. A participant that recovers is the next leader of its group. So is
// c; and a server that is asked by a participant in doubt leads c's group if c says nothing. Each
// group's record is an instance of Paxos: fence, log, write, kept are 1a, 1b, 2a, 2b.
//
// Left out: the lease that keeps a leader in office; locks, timestamps and commit wait; other
// leaders for the group of a participant that stays down (nobody waits for it); the outcome in the
// participants' logs: their next leader asks again. Servers never forget.
#pragma once

#include "protocols/parts/replicated_log.hpp"
#include "protocols/parts/synod.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct ReplicatedCommit {
  using Ctx = Context<ReplicatedCommit>;
  using Log = ReplicatedLog<ReplicatedCommit>;
  static constexpr std::string_view name = "replicated_commit";
  static constexpr std::string_view summary = "two-phase commit over replicated groups";
  static constexpr std::string_view source = "Corbett et al., Spanner, 2012";
  enum class Role : std::uint8_t { coordinator, participant, replica };
  static constexpr std::array roles{
      single("coordinator", "c"),
      voters("participant", "p"),
      RoleSpec{.name = "replica", .prefix = "r", .count = 0, .number = "2f+1"}};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 1> bounds{"round"};

  enum class Mistake : std::uint8_t {
    none,
    one_copy,  // a record counts as soon as one server has it
  };
  struct Config {
    std::uint8_t f = 1;  // so many servers may fail
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, f, mistake)
  };
  enum class Entry : std::uint8_t { none, prepared, commit, abort };  // what a group's log says
  enum class Type : std::uint8_t { prepare, yes, no, commit, abort, ask, fence, log, write, kept };
  struct Message {
    Type type{};
    ProcessId group;  // whose log
    std::uint8_t ballot = 0;
    std::uint8_t accepted = 0;  // log: the ballot of `entry`
    Entry entry{};
    CONCORDAT_FIELDS(Message, type, group, ballot, accepted, entry)
  };
  enum class Kind : std::uint8_t { none, led, fenced, kept };
  struct Record {
    Kind kind{};
    ProcessId group;
    std::uint8_t ballot = 0;
    Entry entry{};
    CONCORDAT_FIELDS(Record, kind, group, ballot, entry)
  };
  enum class Timer : std::uint8_t { votes, prepare, log, decision };  // the last two only repeat
  static constexpr int rank(Timer timer) { return timer < Timer::log ? 0 : retry_rank; }
  struct Durable {
    std::uint8_t led = 0;                         // c, p: the last ballot that it has led
    PerProcess<synod::Acceptor<Entry>> groups{};  // server: the log of each group
    CONCORDAT_FIELDS(Durable, led, groups)
  };
  static void redo(Durable& log, const Record& record) {
    if (record.kind == Kind::led) {
      log.led = record.ballot;
      return;
    }
    synod::Acceptor<Entry>& group = log.groups[record.group];
    group.promised = record.ballot;
    if (record.kind != Kind::kept) return;
    group.accepted = record.ballot;
    group.value = record.entry;
  }
  enum class Phase : std::uint8_t { idle, working, collecting, fencing, writing, in_doubt, done };
  struct Volatile {
    Phase phase{};
    ProcessSet yes;                 // c: who has voted yes
    synod::Leader<Entry> leader{};  // of the group that it leads; `value` is what it writes
    synod::Learner learner{};
    Outcome outcome{};
    std::uint8_t asked = 0;  // participant: whom to ask next, c and then the servers
    CONCORDAT_FIELDS(Volatile, phase, yes, leader, learner, outcome, asked)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::replica)) return;
    ctx.state().phase = Phase::working;
    if (ctx.is(Role::participant)) return ctx.arm(Timer::prepare);
    ctx.state().phase = Phase::collecting;
    ctx.broadcast(ctx.all(Role::participant), plain(Type::prepare));
    ctx.arm(Timer::votes);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::prepare: return on_prepare(ctx);
      case Type::yes:
      case Type::no: return on_vote(ctx, from, message.type == Type::yes);
      case Type::commit: return finish(ctx, Outcome::commit);
      case Type::abort: return finish(ctx, Outcome::abort);
      case Type::ask: return on_ask(ctx, from);
      case Type::write: return Log::on_write(ctx, from, message);
      case Type::kept: return Log::on_kept(ctx, from, message);
      case Type::fence: return Log::on_fence(ctx, from, message);
      case Type::log: return Log::on_log(ctx, from, message);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::votes: return Log::write(ctx, Entry::abort);
      case Timer::prepare: return finish(ctx, Outcome::abort);  // it has not voted, so it may
      case Timer::log: return Log::say_again(ctx);
      case Timer::decision: return ask(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    if (!ctx.is(Role::replica)) Log::lead(ctx);
  }

  /// The group that this process leads, or a server may lead.
  static ProcessId group(Ctx& ctx) {
    return ctx.is(Role::replica) ? the_coordinator(ctx) : ctx.self;
  }

  /// The record of the group that it leads is at a majority: it counts.
  static void on_record(Ctx& ctx, Entry entry) {
    if (entry == Entry::prepared) {
      ctx.vote(Vote::yes);
      ctx.state().phase = Phase::in_doubt;
      ctx.arm(Timer::decision);
      return ctx.send(the_coordinator(ctx), plain(Type::yes));
    }
    const Outcome outcome = entry == Entry::commit ? Outcome::commit : Outcome::abort;
    finish(ctx, outcome);
    if (ctx.is(Role::participant)) return ctx.send(the_coordinator(ctx), plain(Type::no));
    ctx.broadcast(ctx.all(Role::participant), decision(outcome));
    if (ctx.is(Role::replica)) ctx.send(the_coordinator(ctx), decision(outcome));
  }

 private:
  // ---- c.
  static void on_vote(Ctx& ctx, ProcessId from, bool yes) {
    if (ctx.state().phase != Phase::collecting) return;
    if (yes) ctx.state().yes.insert(from);
    if (yes && ctx.state().yes != ctx.all(Role::participant)) return;
    ctx.disarm(Timer::votes);
    Log::write(ctx, yes ? Entry::commit : Entry::abort);
  }

  // ---- A participant.
  static void on_prepare(Ctx& ctx) {
    const Phase phase = ctx.state().phase;
    if (phase == Phase::in_doubt) return ctx.send(the_coordinator(ctx), plain(Type::yes));
    if (phase == Phase::done && ctx.state().outcome == Outcome::abort) return refuse(ctx);
    if (phase != Phase::working) return;
    if (ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::no) return refuse(ctx);
    ctx.disarm(Timer::prepare);
    Log::write(ctx, Entry::prepared);
  }

  static void refuse(Ctx& ctx) {  // needs no record: its next leader finds none, and aborts
    ctx.vote(Vote::no);
    finish(ctx, Outcome::abort);
    ctx.send(the_coordinator(ctx), plain(Type::no));
  }

  static void ask(Ctx& ctx) {
    std::uint8_t& asked = ctx.state().asked;
    ProcessId whom = the_coordinator(ctx);
    for (const ProcessId each : ctx.all(Role::replica))
      if (ctx.place_of(each) + 1 == asked) whom = each;
    ctx.send(whom, plain(Type::ask));
    asked = static_cast<std::uint8_t>((asked + 1) % (servers(ctx) + 1));
    ctx.arm(Timer::decision);
  }

  /// c and the participants act on the outcome.
  static void finish(Ctx& ctx, Outcome outcome) {
    if (ctx.state().phase == Phase::done) return;
    for (const Timer timer : {Timer::votes, Timer::prepare, Timer::log, Timer::decision})
      ctx.disarm(timer);
    ctx.state() = {};
    ctx.state().phase = Phase::done;
    ctx.state().outcome = outcome;
    ctx.decide(outcome);
    if (ctx.is(Role::coordinator)) ctx.answer(outcome);
  }

  // ---- The leader of a group: c, a participant, or a server that leads in c's place.
  static void on_ask(Ctx& ctx, ProcessId from) {
    const Volatile& state = ctx.state();
    if (state.outcome != Outcome::none) return ctx.send(from, decision(state.outcome));
    if (ctx.is(Role::coordinator)) return;  // it is at it
    const std::uint8_t promised = ctx.log().groups[the_coordinator(ctx)].promised;
    state.leader.ballot > 0 && state.leader.ballot >= promised ? Log::say_again(ctx)
                                                               : Log::lead(ctx);
  }

  static ProcessId the_coordinator(Ctx& ctx) { return ctx.the(Role::coordinator); }
  static int servers(Ctx& ctx) { return ctx.all(Role::replica).size(); }
  static Message plain(Type type) { return {type, {}, 0, 0, {}}; }
  static Message decision(Outcome outcome) {
    return plain(outcome == Outcome::commit ? Type::commit : Type::abort);
  }
};

}  // namespace concordat
