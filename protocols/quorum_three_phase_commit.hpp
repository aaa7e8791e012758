// Quorum-based three-phase commit: whoever is left may terminate a transaction only with a quorum,
// so that no partition and no delay splits it. The price is that a minority waits.
//
// Source: Skeen, "A quorum-based commit protocol", 1982.
//
// The sites are c and p1..pN, see quorum_sites.hpp. Each has a weight: 1, but c has what the option
// `weight` says. V is the sum, Vc what weighs enough to commit, Va what weighs enough to abort.
//   c   sends prepare to every participant
//   p   does its work, forces `prepared`, votes yes        -- uncertain: UNC
//   c   has all votes: forces `precommit`, sends precommit -- PC: whoever is, knows of all votes
//   p   forces `precommit`, sends precommitted             -- PC
//   c   knows that PC weighs Vc, itself included: forces `commit`, decides, tells client and p
//   p   forces `commit`, decides                           -- even if it is not PC yet
//
// Termination: whoever has waited too long, or comes back undecided, asks all where they stand.
//   1, 2  somebody has aborted (who has not voted does so when asked) or committed: so do all
//   3     some are PC, and PC and UNC weigh Vc: takes the UNC to PC, commits when PC weighs Vc
//   4     UNC and PA weigh Va: takes the UNC to PA, aborts when PA weighs Va
//   5     else it is blocked, and tries again later
// A site never moves from PC to PA or back. So if Vc + Va > V there is room for one quorum only,
// whatever is lost, late or repeated, and however many sites lead.
//
// Differs from the source: nobody is elected, and messages do not say of which round they are.
// Agreement needs neither, and retries without numbers are finite. Where a site stands is answer
// and acknowledgement in one, because PC, PA and decisions are never out of date.
#pragma once

#include "protocols/parts/quorum_sites.hpp"

namespace concordat {

struct QuorumThreePhaseCommit : QuorumSites<QuorumThreePhaseCommit> {
  using Ctx = Context<QuorumThreePhaseCommit>;
  static constexpr std::string_view name = "quorum_three_phase_commit";
  static constexpr std::string_view summary = "three-phase commit with a quorum for each outcome";
  static constexpr std::array roles{
      RoleSpec{.name = "coordinator", .prefix = "c", .must_decide = true},
      voters("participant", "p")};
  static constexpr std::array profiles{ProfileSpec{"skeen_1982", "", "Vc + Va = V + 1"}};
  static constexpr std::array costs{
      derived_cost("messages 5N; delays 5; answer 4; forces 2+3N", "as three_phase_commit")};

  enum class Mistake : std::uint8_t {  // for tests and teaching; each breaks uniform agreement
    none,
    switch_sides,  // a site moves from PC to PA if told so, or back: E3PC does, with its numbers
    ack_unforced,  // a site says that it is PC or PA before that is stable
  };
  struct Config {
    std::uint8_t weight = 1;         // of c
    std::uint8_t commit_quorum = 0;  // Vc; 0: a majority of V
    std::uint8_t abort_quorum = 0;   // Va; 0: V + 1 - Vc. Unsafe if Vc + Va <= V
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, weight, commit_quorum, abort_quorum, mistake)
  };
  enum class Message : std::uint8_t {
    prepare,
    yes,
    no,
    precommit,
    preabort,
    ask,
    uncertain,  // this and all below: where a site stands, in the order of Standing
    precommitted,
    preaborted,
    commit,
    abort,
  };
  using Record = Standing;
  struct Durable {
    Standing standing{};
    CONCORDAT_FIELDS(Durable, standing)
  };
  static void redo(Durable& log, Record record) { log.standing = record; }
  enum class Phase : std::uint8_t { idle, voting, asking, pushing };
  struct Volatile {
    Phase phase{};
    ProcessSet uncertain;  // who has said that it is (voting: who has voted yes)
    ProcessSet precommitted;
    ProcessSet preaborted;
    CONCORDAT_FIELDS(Volatile, phase, uncertain, precommitted, preaborted)
  };

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) return ctx.arm(Timer::prepare);
    ctx.state().phase = Phase::voting;
    ctx.broadcast(others(ctx), Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare: return on_prepare(ctx, from);
      case Message::yes:
      case Message::no: return on_vote(ctx, from, message);
      case Message::precommit: return on_push(ctx, from, Standing::precommit);
      case Message::preabort: return on_push(ctx, from, Standing::preabort);
      case Message::ask: return on_ask(ctx, from);
      case Message::uncertain:
      case Message::precommitted:
      case Message::preaborted: return on_standing(ctx, from, message);
      case Message::commit: return conclude(ctx, Outcome::commit, ProcessSet::of(from));
      case Message::abort: return conclude(ctx, Outcome::abort, ProcessSet::of(from));
    }
  }

 private:
  friend QuorumSites<QuorumThreePhaseCommit>;
  static Record record(Standing standing) { return standing; }
  static Message vote(Vote vote) { return vote == Vote::yes ? Message::yes : Message::no; }
  static Message decision(Ctx& ctx) { return standing(ctx); }

  // ---- A site that leads: asks, chooses a side, takes the uncertain there, counts.
  static void on_vote(Ctx& ctx, ProcessId from, Message vote) {
    Volatile& state = ctx.state();
    if (state.phase != Phase::voting) return;
    if (vote == Message::no) return conclude(ctx, Outcome::abort, ProcessSet::of(from));
    state.uncertain.insert(from);
    if (state.uncertain != others(ctx)) return;
    wait(ctx, Timer::suspect);
    push(ctx, Standing::precommit);
  }

  static void lead(Ctx& ctx) {
    wait(ctx, Timer::answers);
    ctx.state() = {Phase::asking, {}, {}, {}};
    note(ctx, ctx.self, standing(ctx));
    ctx.broadcast(others(ctx), Message::ask);
  }

  static void on_standing(Ctx& ctx, ProcessId from, Message message) {
    note(ctx, from, message);
    const Volatile& state = ctx.state();
    const ProcessSet heard = state.uncertain | state.precommitted | state.preaborted;
    if (state.phase == Phase::asking && (others(ctx) - heard).empty()) return go_on(ctx);
    if (state.phase == Phase::pushing) count(ctx);
  }

  static void go_on(Ctx& ctx) {  // rules 3, 4 and 5
    const Volatile& state = ctx.state();
    wait(ctx, Timer::retry);
    if (!state.precommitted.empty() &&
        enough(ctx, Standing::precommit, state.precommitted | state.uncertain))
      return push(ctx, Standing::precommit);
    if (enough(ctx, Standing::preabort, state.preaborted | state.uncertain))
      return push(ctx, Standing::preabort);
    ctx.state() = {};
  }

  static void push(Ctx& ctx, Standing side) {
    ctx.state().phase = Phase::pushing;
    const ProcessSet uncertain = ctx.state().uncertain - ProcessSet::of(ctx.self);
    if (ctx.log().standing <= Standing::prepared) ctx.force(side);
    note(ctx, ctx.self, standing(ctx));
    ctx.broadcast(uncertain, side == Standing::precommit ? Message::precommit : Message::preabort);
    count(ctx);
  }

  static void count(Ctx& ctx) {
    const bool commit = enough(ctx, Standing::precommit, ctx.state().precommitted);
    if (commit || enough(ctx, Standing::preabort, ctx.state().preaborted))
      conclude(ctx, commit ? Outcome::commit : Outcome::abort, {});
  }

  static void note(Ctx& ctx, ProcessId site, Message message) {
    Volatile& state = ctx.state();
    if (state.phase < Phase::asking) return;
    if (message == Message::precommitted) state.precommitted.insert(site);
    if (message == Message::preaborted) state.preaborted.insert(site);
    if (message == Message::uncertain) state.uncertain.insert(site);
    state.uncertain = state.uncertain - state.precommitted - state.preaborted;  // may be old
  }

  /// Whether these sites weigh a quorum for the side.
  static bool enough(Ctx& ctx, Standing side, ProcessSet sites) {
    const int c = sites.contains(ctx.the(Role::coordinator)) ? ctx.config.weight - 1 : 0;
    const int total = ctx.all(Role::participant).size() + ctx.config.weight;
    const int commit = ctx.config.commit_quorum > 0 ? ctx.config.commit_quorum : total / 2 + 1;
    const int abort = ctx.config.abort_quorum > 0 ? ctx.config.abort_quorum : total + 1 - commit;
    return sites.size() + c >= (side == Standing::precommit ? commit : abort);
  }

  // ---- Every site.
  static void on_push(Ctx& ctx, ProcessId from, Standing side) {
    if (ctx.log().standing == Standing::none) return;
    const bool may_switch = ctx.config.mistake == Mistake::switch_sides && !decided(ctx);
    if (ctx.log().standing == Standing::prepared || may_switch) {
      ctx.config.mistake == Mistake::ack_unforced ? ctx.append(side) : ctx.force(side);
      note(ctx, ctx.self, standing(ctx));
    }
    ctx.send(from, standing(ctx));
  }

  static void on_ask(Ctx& ctx, ProcessId from) {
    if (ctx.log().standing == Standing::none) conclude(ctx, Outcome::abort, ProcessSet::of(from));
    ctx.send(from, standing(ctx));
  }

  static Message standing(Ctx& ctx) {
    const auto place = static_cast<int>(ctx.log().standing) - static_cast<int>(Standing::prepared);
    return static_cast<Message>(static_cast<int>(Message::uncertain) + place);
  }
};

}  // namespace concordat
