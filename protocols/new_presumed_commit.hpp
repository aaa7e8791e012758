// New presumed commit: two-phase commit that presumes commit, without a forced record before the
// vote. The coordinator logs which ids it may have used, not who is taking part.
//
// Source: Lampson and Lomet, "A new presumed commit optimization for two phase commit", 1993.
//
// The happy path, with a coordinator c, which does not vote, and participants p1..pN (what they do
// is in two_phase_participant.hpp):
//   c   takes an id that its log allows, sends prepare to every participant
//   p   does its work, forces `prepared`, votes yes, sends yes        -- from now on it is in doubt
//   c   has all votes: forces `commit`, decides, tells client and p, forgets   -- the commit point
//   p   appends `commit`, decides, sends no ack
//
// Whoever asks about an id that c does not know is told commit. That would be wrong for a
// transaction that a crash of c has cut short, and c has no record of it. But the log says that all
// ids up to `low` are documented: they have committed, or have aborted and everybody has
// acknowledged. And it bounds the ids in use: none is more than `window` above `high`, the highest
// that the log mentions. The commit records raise `high` as they go; only an id that would lie
// above costs a forced record of its own. A recovering c aborts all undocumented ids of the window,
// once and for ever: whoever asks about one of them is told abort. It cannot tell them by itself,
// because it has not logged who they are.
//
// Differs from the paper in one row: an id is the number of the transaction, where the paper goes
// on above the window. A transaction whose number was aborted for ever before it has started
// therefore aborts at once, and so does one that takes a number again (`load:`).
#pragma once

#include <algorithm>

#include "protocols/parts/two_phase_participant.hpp"
#include "sim/model/protocol.hpp"

namespace concordat {

struct NewPresumedCommit {
  using Ctx = Context<NewPresumedCommit>;
  using Phase = two_phase::Phase;
  using Id = std::uint8_t;
  static constexpr std::string_view name = "new_presumed_commit";
  static constexpr std::string_view summary = "presumed commit with a window of ids";
  static constexpr std::string_view source =
      "Lampson, Lomet, A new presumed commit optimization for two phase commit, 1993";
  enum class Role : std::uint8_t { coordinator, participant };
  static constexpr std::array roles{single("coordinator", "c"), voters("participant", "p")};
  static constexpr std::array choices{ChoiceSpec{"vote", "yes no read"},
                                      ChoiceSpec{"client", "commit abort"}};

  enum class Mistake : std::uint8_t {
    none,
    id_above_bound,  // c uses an id before a bound that covers it is stable
  };
  struct Config {
    Id window = 4;  // how far above the highest logged id others may be in use
    Mistake mistake{};
    CONCORDAT_FIELDS(Config, window, mistake)
  };
  static constexpr std::array profiles{ProfileSpec{"new_presumed_commit", "", "a window of four"}};
  static constexpr std::array costs{
      PublishedCost{.profile = "",
                    .run = "commit",
                    .costs = "messages 3N; c.records 1; c.forces 1; p.records 2N; p.forces N",
                    .source = source,
                    .derived = "delays 3; answer 2"}};

  enum class Message : std::uint8_t { prepare, yes, no, read, commit, abort, ack, inquire };
  struct Record {
    enum class Type : std::uint8_t { prepared, commit, abort, end, bound, restart };
    using enum Type;
    Type type{};
    Id id = 0;  // of c's records; of `restart`: the highest that may have been in use
    CONCORDAT_FIELDS(Record, type, id)
  };
  enum class Timer : std::uint8_t { vote, prepare, decision, ack };  // the last two only repeat
  static constexpr int rank(Timer timer) { return timer < Timer::decision ? 0 : retry_rank; }
  struct Durable {
    bool prepared = false;  // participant: has promised to commit if told so
    Outcome decision{};
    CONCORDAT_FIELDS(Durable, prepared, decision)
  };
  static void redo(Durable& log, const Record& record) {
    if (record.type == Record::prepared) log.prepared = true;
    if (record.type == Record::commit) log.decision = Outcome::commit;
    if (record.type == Record::abort) log.decision = Outcome::abort;
  }

  /// What the log of c's node says of all transactions: sets of ids, as bits.
  struct NodeState {
    Id low = 0;                    // all ids up to here are documented or aborted for ever
    Id high = 0;                   // the highest id that the log mentions
    std::uint16_t documented = 0;  // above `low`
    std::uint16_t aborted = 0;     // for ever
    CONCORDAT_FIELDS(NodeState, low, high, documented, aborted)
  };
  static void redo(NodeState& log, const Record& record) {
    log.high = std::max(log.high, record.id);
    if (record.type == Record::restart) {
      for (int id = log.low + 1; id <= record.id; ++id)
        if (!has(log.documented, id)) log.aborted = with(log.aborted, id);
      log.low = record.id;
    } else if (record.id > log.low && record.type != Record::bound) {
      log.documented = with(log.documented, record.id);
      while (has(log.documented, log.low + 1))
        ++log.low;
    }
    for (int id = 1; id <= log.low; ++id)
      log.documented = without(log.documented, id);
  }
  struct Volatile {
    Phase phase{};
    ProcessSet pending;  // coordinator: whose vote (collecting) or ack (telling) is missing
    ProcessSet yes;      // coordinator: who has voted yes
    CONCORDAT_FIELDS(Volatile, phase, pending, yes)
  };

  static two_phase::Rules rules(const Config& /*config*/) {
    return {.force_commit = false, .force_no = false, .ack_commit = false};
  }

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::participant)) return two_phase::start(ctx);
    if (is_spent(ctx)) return decide(ctx, Outcome::abort, {});
    if (id(ctx) > highest_usable(ctx) && ctx.config.mistake != Mistake::id_above_bound)
      ctx.force({Record::bound, id(ctx)});
    ctx.state() = {Phase::collecting, ctx.all(Role::participant), {}};
    ctx.broadcast(ctx.state().pending, Message::prepare);
    ctx.arm(Timer::vote);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::prepare: return two_phase::on_prepare(ctx);
      case Message::yes:
      case Message::no:
      case Message::read: return on_vote(ctx, from, message);
      case Message::commit: return two_phase::on_decision(ctx, Outcome::commit);
      case Message::abort: return two_phase::on_decision(ctx, Outcome::abort);
      case Message::ack: return on_ack(ctx, from);
      case Message::inquire: return on_inquire(ctx, from);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    switch (timer) {
      case Timer::vote: return abort(ctx);
      case Timer::ack: return tell(ctx);
      case Timer::prepare: return two_phase::abort_alone(ctx);
      case Timer::decision: return two_phase::inquire(ctx);
    }
  }

  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::participant)) return two_phase::on_recover(ctx);
    ctx.state().phase = Phase::done;
    // The first undocumented one closes the window for all of this node.
    if (!is_spent(ctx)) ctx.append({Record::restart, highest_usable(ctx)});
  }

  static void on_store(Ctx& ctx, NoticeKind lock, RowKey) { two_phase::on_store(ctx, lock); }

 private:
  static void on_vote(Ctx& ctx, ProcessId from, Message vote) {
    Volatile& state = ctx.state();
    if (state.phase != Phase::collecting || !state.pending.contains(from)) return;
    state.pending.erase(from);
    if (vote == Message::no) return abort(ctx);
    if (vote == Message::yes) state.yes.insert(from);
    if (!state.pending.empty()) return;
    if (ctx.choose("client", {Outcome::commit, Outcome::abort}) == Outcome::commit)
      return commit(ctx);
    ctx.vote(Vote::no);  // the client changes its mind: c has no stake, and votes for it
    abort(ctx);
  }

  static void commit(Ctx& ctx) {
    const ProcessSet yes = ctx.state().yes;
    if (yes.empty())
      ctx.append({Record::end, id(ctx)});  // all are read-only: nobody will ever ask
    else
      ctx.force({Record::commit, id(ctx)});
    decide(ctx, Outcome::commit, {});
    ctx.broadcast(yes, Message::commit);
  }

  static void abort(Ctx& ctx) {
    decide(ctx, Outcome::abort, ctx.state().pending | ctx.state().yes);
    ctx.state().phase = Phase::telling;
    tell(ctx);
  }

  /// `pending`: who has to acknowledge. Without them, c forgets.
  static void decide(Ctx& ctx, Outcome outcome, ProcessSet pending) {
    ctx.disarm(Timer::vote);
    ctx.decide(outcome);
    ctx.answer(outcome);
    ctx.state() = {Phase::done, pending, {}};
  }

  static void tell(Ctx& ctx) {  // an abort
    ctx.broadcast(ctx.state().pending, Message::abort);
    if (!ctx.state().pending.empty()) return ctx.arm(Timer::ack);
    ctx.disarm(Timer::ack);
    ctx.append({Record::end, id(ctx)});  // everybody knows
    ctx.state() = {Phase::done, {}, {}};
  }

  static void on_ack(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase != Phase::telling) return;
    ctx.state().pending.erase(from);
    if (ctx.state().pending.empty()) tell(ctx);
  }

  static void on_inquire(Ctx& ctx, ProcessId from) {
    if (ctx.state().phase == Phase::collecting) return;  // the decision will come
    const bool aborted =
        ctx.state().phase == Phase::telling || has(ctx.node_log().aborted, id(ctx));
    ctx.send(from, aborted ? Message::abort : Message::commit);
  }

  // ---- Ids.
  static Id id(const Ctx& ctx) { return static_cast<Id>(ctx.transaction()); }
  /// The log knows how this id ended: nobody may use it (again).
  static bool is_spent(const Ctx& ctx) {
    return id(ctx) <= ctx.node_log().low || has(ctx.node_log().documented, id(ctx));
  }
  static Id highest_usable(const Ctx& ctx) {
    return static_cast<Id>(std::min(255, ctx.node_log().high + ctx.config.window));
  }
  static std::uint16_t bit(int id) {  // a scenario has fewer than 16 transactions
    return static_cast<std::uint16_t>(id <= 16 ? 1U << static_cast<unsigned>(id - 1) : 0U);
  }
  static bool has(std::uint16_t set, int id) { return (set & bit(id)) != 0; }
  static std::uint16_t with(std::uint16_t set, int id) {
    return static_cast<std::uint16_t>(set | bit(id));
  }
  static std::uint16_t without(std::uint16_t set, int id) {
    return static_cast<std::uint16_t>(set & ~bit(id));
  }
};

}  // namespace concordat
