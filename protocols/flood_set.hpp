// FloodSet with early decision: consensus in synchronous rounds, twice. Once with agreement among
// those that do not crash, once uniform: what a process has decided binds the others even if it
// crashes right after. The second takes a round more; the field's name is about that difference.
//
// Sources: Lynch, "Distributed algorithms", 1996, chapter 6 (FloodSet); Dolev, Reischuk and Strong,
// "Early stopping in Byzantine agreement", 1990; Charron-Bost and Schiper, "Uniform consensus is
// harder than consensus", 2004; Keidar and Rajsbaum, 2003 (the bounds). At most t processes crash,
// f of them do; no delay is ever longer than a round.
//
// A round:
//   p   sends all others the values that it has seen; of votes only the least matters: abort or not
//   p   at the end of the round adds what it has received
// The first round in which p hears from the same processes as in the round before is clean: p has
// seen every value that anybody who is still running knows. Nothing can change its mind any more.
//   early     p decides in that round, and tells the others in the next          -- round f+1
//   uniform   p tells the others in the next round, and decides at the end of it -- round f+2
// Whoever is told is as far as if its own round had been clean. In round t+1 all decide anyway.
//
// The decision is abort if any process that is heard voted no: that is consensus on votes as
// values. It is no atomic commit. The no of a process that crashes before anybody hears it does not
// count, so commit validity fails, and nobody calls that a fault of consensus.
//
// On processes that come back see crash_stop.hpp.
#pragma once

#include <algorithm>

#include "protocols/parts/crash_stop.hpp"

namespace concordat {

struct FloodSet {
  using Ctx = Context<FloodSet>;
  static constexpr std::string_view name = "flood_set";
  static constexpr std::string_view summary = "FloodSet consensus on votes, deciding early";
  static constexpr std::string_view source =
      "Charron-Bost, Schiper, Uniform consensus is harder than consensus, 2004";
  enum class Role : std::uint8_t { participant };
  static constexpr std::array roles{voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};
  static constexpr std::array profiles{
      ProfileSpec{"early", "", "decides in round f+1, agreement among those that do not crash"},
      ProfileSpec{"uniform", "uniform=true", "decides in round f+2, uniform agreement"}};
  static constexpr std::array costs{
      PublishedCost{"early", "commit", "delays 1", "Keidar, Rajsbaum 2003: f+1 rounds, f=0"},
      PublishedCost{"uniform", "commit", "delays 2", "Keidar, Rajsbaum 2003: f+2 rounds, f=0"}};

  static constexpr std::size_t max_rounds = 7;
  struct Config {
    bool uniform = false;  // tell first, then decide
    std::uint8_t t = 2;    // so many may crash; at most 6
    CONCORDAT_FIELDS(Config, uniform, t)
  };
  struct Message {
    enum class Type : std::uint8_t { values, inquire, unsure, decision };
    Type type{};
    std::uint8_t round = 0;
    Outcome value{};     // values: abort if somebody voted no; decision: this
    bool clean = false;  // values: the sender knows all that there is to know
    CONCORDAT_FIELDS(Message, type, round, value, clean)
  };
  using Type = Message::Type;
  using Record = crash_stop::Record;
  using Durable = crash_stop::Durable;
  static void redo(Durable& log, Record record) { crash_stop::redo(log, record); }
  enum class Timer : std::uint8_t { round1, round2, round3, round4, round5, round6, round7, retry };
  static constexpr bool is_round(Timer timer) { return timer != Timer::retry; }
  static constexpr int rank(Timer timer) {
    return timer == Timer::retry ? retry_rank : static_cast<int>(timer);
  }
  /// `outside`: has come back without a decision, or has never begun.
  enum class Phase : std::uint8_t { outside, running };
  /// What has come in one round.
  struct Heard {
    ProcessSet from;
    bool abort = false;
    bool clean = false;
    CONCORDAT_FIELDS(Heard, from, abort, clean)
  };
  struct Volatile {
    Phase phase{};
    std::uint8_t round = 0;  // from 1
    Outcome least{};         // of the values that it has seen
    bool clean = false;      // it has had a clean round, or has been told so
    ProcessSet before;       // whom it heard in the round before
    ProcessSet outside;
    std::array<Heard, max_rounds> heard{};  // this round and, from those that are ahead, the next
    CONCORDAT_FIELDS(Volatile, phase, round, least, clean, before, outside, heard)
  };

  static void on_start(Ctx& ctx) {
    const Vote vote = ctx.choose("vote", {Vote::yes, Vote::no});
    ctx.vote(vote);
    Volatile& state = ctx.state();
    state.phase = Phase::running;
    state.least = vote == Vote::yes ? Outcome::commit : Outcome::abort;
    state.before = ctx.all(Role::participant);
    begin_round(ctx);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    if (crash_stop::handles(ctx, from, message, message.type == Type::inquire)) return;
    if (message.type == Type::values) on_values(ctx, from, message);
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    timer == Timer::retry ? inquire(ctx) : end_round(ctx);
  }

  static void on_recover(Ctx& ctx) {
    crash_stop::has_decided(ctx) ? ctx.decide(ctx.log().decision) : inquire(ctx);
  }

 private:
  static void begin_round(Ctx& ctx) {
    Volatile& state = ctx.state();
    ++state.round;
    ctx.broadcast(crash_stop::others(ctx), {Type::values, state.round, state.least, state.clean});
    ctx.arm(static_cast<Timer>(state.round - 1));
  }

  static void on_values(Ctx& ctx, ProcessId from, const Message& message) {
    Volatile& state = ctx.state();
    if (message.round < state.round) return;
    Heard& heard = state.heard[message.round - 1U];
    heard.from.insert(from);
    if (message.value == Outcome::abort) heard.abort = true;
    if (message.clean) heard.clean = true;
  }

  static void end_round(Ctx& ctx) {
    Volatile& state = ctx.state();
    Heard& heard = state.heard[state.round - 1U];
    heard.from.insert(ctx.self);
    if (heard.abort) state.least = Outcome::abort;
    const bool told = state.clean;  // in this round, by this process, to all others
    state.clean = told || heard.clean || heard.from == state.before;
    state.before = heard.from;
    heard = {};
    const bool last = state.round == last_round(ctx);
    if (!last && !(ctx.config.uniform ? told : state.clean)) return begin_round(ctx);
    const Message forward{
        Type::values, static_cast<std::uint8_t>(state.round + 1), state.least, true};
    crash_stop::conclude(ctx, state.least);
    if (!last && !ctx.config.uniform) ctx.broadcast(crash_stop::others(ctx), forward);
  }

  static void inquire(Ctx& ctx) {
    ctx.broadcast(crash_stop::others(ctx), {Type::inquire, 0, Outcome::none, false});
    ctx.arm(Timer::retry);
  }
  static int last_round(Ctx& ctx) {
    return std::min(ctx.config.t + 1, static_cast<int>(max_rounds));
  }
};

}  // namespace concordat
