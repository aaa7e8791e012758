// Enhanced three-phase commit (E3PC): a majority that is connected can terminate the transaction,
// whatever broken attempts have left behind; quorum-based three-phase commit may block there.
//
// Source: Keidar and Dolev, "Increasing the resilience of distributed and replicated database
// systems", 1998 (first 1995).
//
// The sites are c and p1..pN, see quorum_sites.hpp. Each keeps two stable numbers: the election
// that it took part in last (Last_Elected, at first 1), and the one in which it last moved to PC or
// PA (Last_Attempt, at first 0). Without failures:
//   c   sends prepare; p forces `prepared`, votes yes, sends yes
//   c   has all votes: forces `precommit` (PC, Last_Attempt = 1), sends precommit; p does likewise
//       and sends ack; c has a majority, itself included: forces `commit`, decides, tells all
// Recovery, by a site r that has waited too long, or comes back undecided:
//   r   polls all; whoever has not voted aborts, the others answer with their numbers
//   r   has a majority: takes a number above all that it has seen, forces it, announces it (elect)
//   p   forces it as Last_Elected, if it is the highest it has seen, and answers with its state
//   r   has a majority of states: sends precommit if all sites with the maximal Last_Attempt are
//       PC, else preabort; joins itself
//   p   if that is its Last_Elected: moves to PC or PA from wherever it was, Last_Attempt =
//       Last_Elected, forces both, sends ack
//   r   has acks of a majority, itself included: forces the outcome, decides, tells all
//
// Differs from the source, which assumes that each component elects one coordinator and cuts off
// old messages. Numbers are pairs (number, site), so that no two sites share one; the maximum is
// taken of the states, not of the answers to the poll; and nobody is elected without a majority.
// A number is then a ballot of Paxos, an attempt an accepted value, and abort the default.
#pragma once

#include <algorithm>
#include <compare>

#include "protocols/parts/quorum_sites.hpp"

namespace concordat {

struct EnhancedThreePhaseCommit : QuorumSites<EnhancedThreePhaseCommit> {
  using Ctx = Context<EnhancedThreePhaseCommit>;
  static constexpr std::string_view name = "enhanced_three_phase_commit";
  static constexpr std::string_view summary = "three-phase commit that any majority can terminate";
  static constexpr std::array roles{
      RoleSpec{.name = "coordinator", .prefix = "c", .must_decide = true},
      RoleSpec{"participant", "p", 0, true, true, false}};  // numbers tell them apart
  static constexpr std::array<std::string_view, 1> bounds{"election"};
  static constexpr std::array profiles{ProfileSpec{"keidar_dolev", "", "numbers are pairs"}};
  static constexpr std::array costs{
      derived_cost("messages 5N; delays 5; answer 4; forces 2+3N",
                   "Keidar and Dolev 1998: without failures as three_phase_commit")};

  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    bare_numbers,   // M9: numbers are not pairs, two sites may take the same one
    early_maximum,  // M30: the maximal Last_Attempt is that of the answers to the poll
  };
  struct Config {
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, mistake)
  };
  struct Number {
    Bounded<7> n{};
    std::uint8_t p = 0;  // 0: c, 1: p1
    CONCORDAT_FIELDS(Number, n, p)
    friend auto operator<=>(const Number&, const Number&) = default;
  };
  // clang-format off
  enum class Type : std::uint8_t { prepare, yes, no, poll, last, elect, state, precommit, preabort,
      ack, commit, abort };
  // clang-format on
  struct Message {
    Type type{};
    Number number{};     // of the election; in `last`, Last_Elected
    Number attempt{};    // in `last` and `state`
    bool is_pc = false;  // in `state`
    CONCORDAT_FIELDS(Message, type, number, attempt, is_pc)
  };
  struct Record {
    Standing standing{};  // none: takes part in the election `number`
    Number number{};
    CONCORDAT_FIELDS(Record, standing, number)
  };
  struct Durable {
    Standing standing{};
    Number elected{};  // from the first record on at least 1, by c
    Number attempt{};
    CONCORDAT_FIELDS(Durable, standing, elected, attempt)
  };
  static void redo(Durable& log, const Record& record) {
    if (record.standing == Standing::none) {
      log.elected = record.number;
      return;
    }
    log.standing = record.standing;
    if (log.elected == Number{}) log.elected = {{1}, 0};
    if (log.standing == Standing::precommit || log.standing == Standing::preabort)
      log.attempt = log.elected;
  }
  enum class Phase : std::uint8_t { idle, voting, polling, electing, attempting };
  struct Volatile {
    Phase phase{};
    ProcessSet asked;     // of a leader: all whose answers it waits for, and itself
    ProcessSet answered;  // of these
    Number highest{};     // polling: the maximal Last_Elected
    Number attempt{};     // electing: the maximal Last_Attempt
    bool all_pc = true;   // electing: those with the maximal Last_Attempt
    CONCORDAT_FIELDS(Volatile, phase, asked, answered, highest, attempt, all_pc)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) return ctx.arm(Timer::prepare);
    ask(ctx, Phase::voting, all(ctx), {.type = Type::prepare});
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, const Message& message) {
    switch (message.type) {
      case Type::prepare: return on_prepare(ctx, from);
      case Type::yes:
      case Type::no: return on_answer(ctx, from, message, Phase::voting);
      case Type::poll: return on_poll(ctx, from);
      case Type::last: return on_answer(ctx, from, message, Phase::polling);
      case Type::elect: return on_elect(ctx, from, message.number);
      case Type::state: return on_answer(ctx, from, message, Phase::electing);
      case Type::precommit: return on_attempt(ctx, from, Standing::precommit, message.number);
      case Type::preabort: return on_attempt(ctx, from, Standing::preabort, message.number);
      case Type::ack: return on_answer(ctx, from, message, Phase::attempting);
      case Type::commit: return conclude(ctx, Outcome::commit, ProcessSet::of(from));
      case Type::abort: return conclude(ctx, Outcome::abort, ProcessSet::of(from));
    }
  }

 private:
  friend QuorumSites<EnhancedThreePhaseCommit>;
  static Record record(Standing standing) { return {standing, {}}; }
  static Message vote(Vote vote) { return {.type = vote == Vote::yes ? Type::yes : Type::no}; }
  static Message decision(Ctx& ctx) {
    return {.type = ctx.log().standing == Standing::commit ? Type::commit : Type::abort};
  }

  // ---- A site that leads. Each phase asks, and goes on when all have answered or it is tired.
  static void ask(Ctx& ctx, Phase phase, ProcessSet whom, const Message& message) {
    ctx.state().phase = phase;
    ctx.state().asked = whom;
    ctx.state().answered = ProcessSet::of(ctx.self);
    ctx.broadcast(whom - ProcessSet::of(ctx.self), message);
  }

  static void on_answer(Ctx& ctx, ProcessId from, const Message& message, Phase phase) {
    Volatile& state = ctx.state();
    if (state.phase != phase) return;
    if (message.type == Type::no) return conclude(ctx, Outcome::abort, ProcessSet::of(from));
    if (phase >= Phase::electing && message.number != ctx.log().elected) return;  // an old one
    state.answered.insert(from);
    if (phase == Phase::polling) state.highest = std::max(state.highest, message.number);
    if (message.type == Type::last && is(ctx, Mistake::early_maximum))
      state.attempt = std::max(state.attempt, message.attempt);
    if (phase == Phase::electing) weigh(ctx, message.attempt, message.is_pc);
    if (phase == Phase::attempting ? majority(ctx) : state.answered == state.asked) go_on(ctx);
  }

  static void go_on(Ctx& ctx) {
    ctx.disarm(Timer::answers);
    const Phase phase = ctx.state().phase;
    if (phase == Phase::voting) return attempt(ctx, Standing::precommit, Timer::suspect);
    if (phase == Phase::attempting)
      return conclude(
          ctx, ctx.log().standing == Standing::precommit ? Outcome::commit : Outcome::abort, {});
    if (!majority(ctx)) return rest(ctx, Timer::retry);  // blocked
    if (phase == Phase::polling) return elect(ctx);
    attempt(ctx, ctx.state().all_pc ? Standing::precommit : Standing::preabort, Timer::retry);
  }

  static void lead(Ctx& ctx) {
    rest(ctx, Timer::answers);
    ctx.state().highest = ctx.log().elected;
    if (is(ctx, Mistake::early_maximum)) ctx.state().attempt = ctx.log().attempt;
    ask(ctx, Phase::polling, all(ctx), {.type = Type::poll});
  }

  static void elect(Ctx& ctx) {
    Number number = ctx.state().highest;
    ctx.increment("election", number.n);
    number.p = 0;  // c, or nobody
    if (ctx.is(Role::participant) && !is(ctx, Mistake::bare_numbers))
      number.p = static_cast<std::uint8_t>(ctx.place_of(ctx.self) + 1);
    ctx.state().highest = {};
    ctx.force({Standing::none, number});
    weigh(ctx, ctx.log().attempt, ctx.log().standing == Standing::precommit);
    ask(ctx, Phase::electing, ctx.state().answered, {.type = Type::elect, .number = number});
    ctx.arm(Timer::answers);
  }

  static void weigh(Ctx& ctx, Number attempt, bool is_pc) {
    Volatile& state = ctx.state();
    const bool replaces = attempt > state.attempt && !is(ctx, Mistake::early_maximum);
    if (replaces) state.attempt = attempt;
    if (attempt == state.attempt) state.all_pc = is_pc && (state.all_pc || replaces);
  }

  static void attempt(Ctx& ctx, Standing side, Timer next) {
    const ProcessSet whom = ctx.state().answered;
    rest(ctx, next);
    ctx.force({side, {}});
    const Type type = side == Standing::precommit ? Type::precommit : Type::preabort;
    ask(ctx, Phase::attempting, whom, {.type = type, .number = ctx.log().elected});
  }

  static void rest(Ctx& ctx, Timer next) {
    ctx.state() = {};
    wait(ctx, next);
  }

  // ---- Every site.
  static void on_poll(Ctx& ctx, ProcessId from) {
    if (ctx.log().standing == Standing::none) conclude(ctx, Outcome::abort, ProcessSet::of(from));
    if (decided(ctx)) return ctx.send(from, decision(ctx));
    const Number attempt = is(ctx, Mistake::early_maximum) ? ctx.log().attempt : Number{};
    ctx.send(from, {.type = Type::last, .number = ctx.log().elected, .attempt = attempt});
  }

  static void on_elect(Ctx& ctx, ProcessId from, Number number) {
    const Durable& log = ctx.log();
    if (decided(ctx)) return ctx.send(from, decision(ctx));
    if (number < log.elected || (number == log.elected && !is(ctx, Mistake::bare_numbers))) return;
    rest(ctx, Timer::suspect);
    ctx.force({Standing::none, number});
    ctx.send(from, {Type::state, number, log.attempt, log.standing == Standing::precommit});
  }

  static void on_attempt(Ctx& ctx, ProcessId from, Standing side, Number number) {
    if (decided(ctx)) return ctx.send(from, decision(ctx));
    if (number != ctx.log().elected) return;
    if (ctx.log().attempt != number || ctx.log().standing != side) ctx.force({side, {}});
    ctx.send(from, {.type = Type::ack, .number = number});
  }

  static bool is(Ctx& ctx, Mistake mistake) { return ctx.config.mistake == mistake; }
  static bool majority(Ctx& ctx) { return 2 * ctx.state().answered.size() > all(ctx).size(); }
};

}  // namespace concordat
