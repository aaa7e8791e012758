// INBAC, indulgent atomic commit: two delays when nothing fails, and a consensus when something
// does. Delays can hold it up, but they never split it.
//
// Source: Guerraoui and Wang, "How fast can a distributed transaction commit?", PODS 2017. There
// are n processes, all vote, and f of them may crash. Those of ranks 0..f-1 are the backups.
//
// The happy path:
//   p   sends its vote to the backups; a backup sends its own to rank f as well   -- f n messages
//   backup   after one delay sends the set of votes that it has to everybody else
//   rank f   sends its set to the backups                                         -- f n messages
//   p   after two delays has all sets that it should, those of backups with all votes, that of
//       rank f with those of the backups: it decides
//
// Otherwise it proposes to a consensus: the outcome of the votes if it has them all from sets and
// answers, else abort. Without any set it first asks all that are no backups what they have, until
// it has n-f answers and sets. If somebody has decided, these hold all votes together.
//
// Differs from the paper, which takes any indulgent consensus: here it is Paxos among all processes
// (decree.hpp), so f < n/2, and whoever has decided says so to all who ask or propose. On processes
// that come back see crash_stop.hpp.
#pragma once

#include "protocols/parts/crash_stop.hpp"
#include "protocols/parts/decree.hpp"

namespace concordat {

struct Inbac {
  using Ctx = Context<Inbac>;
  static constexpr std::string_view name = "inbac";
  static constexpr std::string_view summary = "INBAC, two delays and an indulgent consensus";
  static constexpr std::string_view source =
      "Guerraoui, Wang, How fast can a distributed transaction commit?, PODS 2017";
  enum class Role : std::uint8_t { participant };
  static constexpr std::array roles{crash_stop::ranked_voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array<std::string_view, 1> bounds{"ballot"};
  static constexpr std::array costs{PublishedCost{
      "", "commit", "messages 2FN; delays 2", "Guerraoui, Wang 2017", "", "N-F-1; F-1"}};

  enum class Mistake : std::uint8_t {  // for tests and teaching; it breaks uniform agreement
    none,
    help_early,  // answers before its second timer, and may yet decide alone
  };
  struct Config {
    std::uint8_t f = 1;  // so many may crash
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, f, mistake)
  };
  /// What somebody knows of the votes.
  struct Votes {
    ProcessSet known;
    ProcessSet no;
    CONCORDAT_FIELDS(Votes, known, no)

    void add(const Votes& other) { *this = {known | other.known, no | other.no}; }
  };
  enum class Type : std::uint8_t { vote, set, help, helped, unsure, m1a, m1b, m2a, m2b, decision };
  struct Message {
    Type type{};
    Votes votes{};      // vote, set, helped
    Ballot ballot{};    // of the consensus, as the next two
    Ballot accepted{};  // 1b: the ballot of `value`
    Outcome value{};    // decision, too
    CONCORDAT_FIELDS(Message, type, votes, ballot, accepted, value)
  };
  using Record = crash_stop::Record;
  using Durable = crash_stop::Durable;
  static void redo(Durable& log, Record record) { crash_stop::redo(log, record); }
  enum class Timer : std::uint8_t { votes, sets, retry };  // one delay, two delays, again
  static constexpr bool is_round(Timer timer) { return timer != Timer::retry; }
  static constexpr int rank(Timer timer) {
    return timer == Timer::retry ? retry_rank : static_cast<int>(timer);
  }
  /// `outside`: has come back without a decision, or has never begun.
  enum class Phase : std::uint8_t { outside, voting, gathering, asking, proposing };
  struct Volatile {
    Phase phase{};
    Votes votes{};           // its own, and those that came with the first delay
    Votes all_sets{};        // what it has told, and what sets and answers hold
    ProcessSet sets;         // whose set has come
    bool one_lacks = false;  // one of these sets lacks a vote that it should hold
    ProcessSet helped;       // who has answered
    ProcessSet asked;        // who is to be answered after two delays
    ProcessSet outside;
    DecreeState decree{};
    CONCORDAT_FIELDS(
        Volatile, phase, votes, all_sets, sets, one_lacks, helped, asked, outside, decree)
  };

  static void on_start(Ctx& ctx) {
    const Vote vote = ctx.choose("vote", {Vote::yes, Vote::no});
    ctx.vote(vote);
    const ProcessSet self = ProcessSet::of(ctx.self);
    ctx.state().phase = Phase::voting;
    ctx.state().votes = {self, vote == Vote::no ? self : ProcessSet{}};
    ctx.broadcast(partners(ctx) - self, {Type::vote, ctx.state().votes, {}, {}, {}});
    ctx.arm(Timer::votes);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    const Type type = message.type;
    const bool asks = type == Type::help || type == Type::m1a || type == Type::m2a;
    if (crash_stop::handles(ctx, from, message, asks)) return;
    switch (type) {
      case Type::vote: return on_vote(ctx, message.votes);
      case Type::set: return on_set(ctx, from, message.votes);
      case Type::help: return on_help(ctx, from);
      case Type::helped: return on_helped(ctx, from, message.votes);
      case Type::m1a:
      case Type::m1b:
      case Type::m2a:
      case Type::m2b: return on_consensus(ctx, from, message);
      case Type::unsure:
      case Type::decision: return;
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::votes: return send_set(ctx);
      case Timer::sets: return finish(ctx);
      case Timer::retry: return again(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    crash_stop::has_decided(ctx) ? ctx.decide(ctx.log().decision) : again(ctx);
  }

 private:
  // ---- The two delays.
  static void on_vote(Ctx& ctx, const Votes& vote) {
    if (ctx.state().phase == Phase::voting) ctx.state().votes.add(vote);
  }

  static void send_set(Ctx& ctx) {
    Volatile& state = ctx.state();
    state.phase = Phase::gathering;
    ctx.arm(Timer::sets);
    state.all_sets.add(state.votes);
    const bool backup = is_backup(ctx);
    if (!backup && !rank_f(ctx).contains(ctx.self)) return;
    if (backup) take_set(ctx, ctx.self, state.votes);
    ctx.broadcast(backup ? crash_stop::others(ctx) : backups(ctx),
                  {Type::set, state.votes, {}, {}, {}});
  }

  static void take_set(Ctx& ctx, ProcessId from, const Votes& set) {
    Volatile& state = ctx.state();
    state.sets.insert(from);
    state.all_sets.add(set);
    const bool backup = backups(ctx).contains(from);
    const ProcessSet due = backup ? ctx.all(Role::participant) : backups(ctx);
    if (!(due - set.known).empty()) state.one_lacks = true;
  }

  static void on_set(Ctx& ctx, ProcessId from, const Votes& set) {
    if (ctx.state().phase == Phase::proposing) return;
    take_set(ctx, from, set);
    if (ctx.state().phase == Phase::asking) propose_if_enough(ctx);
  }

  static void finish(Ctx& ctx) {
    Volatile& state = ctx.state();
    if ((partners(ctx) - state.sets).empty() && !state.one_lacks)
      return conclude(ctx, outcome(ctx), state.asked);
    ctx.broadcast(state.asked, helped(ctx));  // from now on it decides only by consensus
    state.asked = {};
    if (!state.sets.empty()) return propose(ctx);
    state.phase = Phase::asking;
    state.helped = ProcessSet::of(ctx.self);
    ask(ctx, ctx.all(Role::participant) - backups(ctx) - state.helped);
    propose_if_enough(ctx);
  }

  // ---- Without a set: help.
  static void on_help(Ctx& ctx, ProcessId from) {
    const Phase phase = ctx.state().phase;
    const bool alone = phase == Phase::voting || phase == Phase::gathering;
    if (alone && ctx.config.mistake == Mistake::none) return ctx.state().asked.insert(from);
    ctx.send(from, helped(ctx));
  }

  static void on_helped(Ctx& ctx, ProcessId from, const Votes& votes) {
    if (ctx.state().phase != Phase::asking) return;
    ctx.state().helped.insert(from);
    ctx.state().all_sets.add(votes);
    propose_if_enough(ctx);
  }

  static void propose_if_enough(Ctx& ctx) {
    const int answers = (ctx.state().sets | ctx.state().helped).size();
    if (answers >= ctx.all(Role::participant).size() - ctx.config.f) propose(ctx);
  }

  static void ask(Ctx& ctx, ProcessSet whom) {
    ctx.broadcast(whom, {Type::help, {}, {}, {}, {}});
    ctx.arm(Timer::retry);
  }

  static void again(Ctx& ctx) {
    if (ctx.state().phase != Phase::proposing) return ask(ctx, crash_stop::others(ctx));
    ctx.arm(Timer::retry);
    Decree<Ctx>::retry(ctx);
  }

  // ---- The consensus, and the decision.
  static void propose(Ctx& ctx) {
    ctx.state().phase = Phase::proposing;
    ctx.arm(Timer::retry);
    Decree<Ctx>::propose(ctx, outcome(ctx));
  }

  static void on_consensus(Ctx& ctx, ProcessId from, const Message& message) {
    const Outcome chosen = Decree<Ctx>::on_message(ctx, from, message);
    if (chosen != Outcome::none) conclude(ctx, chosen, crash_stop::others(ctx));
  }

  static void conclude(Ctx& ctx, Outcome outcome, ProcessSet tell) {
    crash_stop::conclude(ctx, outcome);
    ctx.broadcast(tell, {Type::decision, {}, {}, {}, outcome});
  }
  static Message helped(Ctx& ctx) { return {Type::helped, ctx.state().all_sets, {}, {}, {}}; }
  static Outcome outcome(Ctx& ctx) {
    const Votes& votes = ctx.state().all_sets;
    const bool all = votes.known == ctx.all(Role::participant);
    return all && votes.no.empty() ? Outcome::commit : Outcome::abort;
  }

  // ---- Ranks.
  static ProcessSet below(Ctx& ctx, int rank) {
    ProcessSet out;
    for (const ProcessId each : ctx.all(Role::participant))
      if (ctx.place_of(each) < rank) out.insert(each);
    return out;
  }
  static ProcessSet backups(Ctx& ctx) { return below(ctx, ctx.config.f); }
  static ProcessSet rank_f(Ctx& ctx) { return below(ctx, ctx.config.f + 1) - backups(ctx); }
  static bool is_backup(Ctx& ctx) { return backups(ctx).contains(ctx.self); }
  /// Who gets its vote, and whose sets it waits for.
  static ProcessSet partners(Ctx& ctx) {
    return is_backup(ctx) ? backups(ctx) | rank_f(ctx) : backups(ctx);
  }
};

}  // namespace concordat
