// A protocol for tests of the engine: each message makes its receiver do one thing that a test
// wants to see. A driver d and puppets p1..pN; only the tests send the messages.
#pragma once

#include "sim/model/registry.hpp"

namespace concordat {

struct Puppet {
  static constexpr std::string_view name = "puppet";
  static constexpr std::string_view summary = "does what a test tells it";

  enum class Role : std::uint8_t { driver, puppet };
  static constexpr std::array roles{
      RoleSpec{.name = "driver", .prefix = "d", .must_decide = true},
      RoleSpec{.name = "puppet", .prefix = "p", .count = 0, .votes = true, .must_decide = true}};
  static constexpr std::array choices{ChoiceSpec{"first", "a b"}, ChoiceSpec{"second", "a b c"}};

  /// What on_start and on_recover do.
  enum class Beginning : std::uint8_t { silent, sends, chooses, declines, arms };
  struct Config {
    Beginning start{};
    Beginning recover{};
    CONCORDAT_FIELDS(Config, start, recover)
  };

  enum class Message : std::uint8_t {
    note,          // counts itself
    everything,    // every kind of effect, in a fixed order
    history_only,  // vote, decide, arm and nothing else
    tell_all,      // a broadcast, then a decision, then another broadcast
    answer_twice,  // two equal answers, with nothing between them
    choose_two,    // 2 times 3 outcomes, kept in memory
    choose_same,   // 2 outcomes that come to the same
    ask_twice,
    refuse,
    refuse_late,
    grow,
    append_1,
    append_2,
    append_same,  // appends what the log says already
    force_3,
    overflow,  // appends without end
    remember,  // volatile memory and the timers
    revote,
    decide_nothing
  };
  /// The log keeps the last record and how many there were, unless the record is `same`.
  enum class Record : std::uint8_t { same, one, two, three };
  enum class Timer : std::uint8_t { soon, late, again };
  static constexpr int rank(Timer timer) {
    return timer == Timer::again ? retry_rank : static_cast<int>(timer);
  }
  enum class Operator : std::uint8_t { push, pull };

  struct Durable {
    Record last{};
    std::uint8_t count = 0;
    CONCORDAT_FIELDS(Durable, last, count)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::same) return;
    log.last = record;
    ++log.count;
  }
  /// How many records the node has logged in all.
  struct NodeState {
    std::uint8_t count = 0;
    CONCORDAT_FIELDS(NodeState, count)
  };
  static void redo(NodeState& log, Record record) {
    if (record != Record::same) ++log.count;
  }

  enum class Letter : std::uint8_t { a, b, c };
  struct Volatile {
    std::uint8_t notes = 0;
    Letter first{};
    Letter second{};
    bool timer_was_armed = false;
    Bounded<5> rounds;
    CONCORDAT_FIELDS(Volatile, notes, first, second, timer_was_armed, rounds)
  };
  using Ctx = Context<Puppet>;

  static void on_start(Ctx& ctx) { begin(ctx, ctx.config.start); }
  static void on_recover(Ctx& ctx) { begin(ctx, ctx.config.recover); }

  static void begin(Ctx& ctx, Beginning what) {
    switch (what) {
      case Beginning::silent: return;
      case Beginning::sends:
        ctx.append(Record::one);
        return ctx.broadcast(others(ctx), Message::note);
      case Beginning::chooses:
        ctx.state().first = ctx.choose("first", {Letter::a, Letter::b});
        return;
      case Beginning::declines: return ctx.decline();
      case Beginning::arms:
        ctx.arm(Timer::soon);
        ctx.arm(Timer::late);
        return ctx.arm(Timer::again);
    }
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    ctx.state().timer_was_armed = ctx.armed(timer);
    ctx.send(ctx.the(Role::driver), Message::note);
  }
  static void on_operator(Ctx& ctx, Operator action) {
    if (action == Operator::pull) ctx.decline();
    ++ctx.state().notes;
  }
  static void on_client(Ctx& ctx, int key) {
    ctx.state().notes = static_cast<std::uint8_t>(ctx.state().notes + key);
  }
  static void on_store(Ctx& ctx, NoticeKind notice, RowKey) {
    ctx.state().notes = notice == NoticeKind::granted ? 10 : 20;
  }

  static void on_message(Ctx& ctx, ProcessId, Message message) {
    switch (message) {
      case Message::note: ++ctx.state().notes; return;
      case Message::everything: return everything(ctx);
      case Message::history_only:
        ctx.vote(Vote::yes);
        ctx.decide(Outcome::commit);
        return ctx.arm(Timer::soon);
      case Message::tell_all:
        ctx.broadcast(others(ctx), Message::note);
        ctx.decide(Outcome::commit);
        return ctx.broadcast(others(ctx), Message::grow);
      case Message::answer_twice: ctx.answer(Outcome::commit); return ctx.answer(Outcome::commit);
      case Message::choose_two:
        ctx.state().first = ctx.choose("first", {Letter::a, Letter::b});
        ctx.state().second = ctx.choose("second", {Letter::a, Letter::b, Letter::c});
        return;
      case Message::choose_same:
        ctx.choose("first", {Letter::a, Letter::b});
        return ctx.force(Record::one);
      case Message::ask_twice:
        ctx.choose("first", {Letter::a, Letter::b});
        ctx.choose("first", {Letter::a, Letter::b});
        return;
      case Message::refuse: return ctx.decline();
      case Message::refuse_late:
        ctx.send(ctx.the(Role::driver), Message::note);
        return ctx.decline();
      case Message::grow: return ctx.increment("rounds", ctx.state().rounds);
      case Message::append_1: return ctx.append(Record::one);
      case Message::append_2: return ctx.append(Record::two);
      case Message::append_same: return ctx.append(Record::same);
      case Message::force_3: return ctx.force(Record::three);
      case Message::overflow:
        for (int i = 0; i <= max_tail; ++i)
          ctx.append(Record::one);
        return;
      case Message::remember:
        ctx.state().notes = 9;
        ctx.arm(Timer::soon);
        return ctx.arm(Timer::again);
      case Message::revote: ctx.vote(Vote::read); return ctx.vote(Vote::no);
      case Message::decide_nothing: return ctx.decide(Outcome::none);
    }
  }

  static void everything(Ctx& ctx) {
    ctx.append(Record::one);
    ctx.send(ctx.the(Role::driver), Message::note);
    ctx.vote(Vote::yes);
    ctx.force(Record::two);
    ctx.decide(Outcome::commit);
    ctx.arm(Timer::late);
    ctx.answer(Outcome::commit);
    ctx.broadcast(others(ctx), Message::note);
    ctx.disarm(Timer::late);
  }
  static ProcessSet others(Ctx& ctx) {
    return (ctx.all(Role::driver) | ctx.all(Role::puppet)) - ProcessSet::of(ctx.self);
  }
};

inline Setup puppet_setup(int puppets, int transactions = 1) {
  return make_setup({Puppet::roles.begin(), Puppet::roles.end()}, {0, puppets}, transactions);
}

/// All processes on one node "n" except the driver, which has a node of its own.
inline Setup puppets_together(int puppets, int transactions = 1) {
  Setup setup = puppet_setup(puppets, transactions);
  for (ProcessInfo& process : setup.processes)
    process.node = process.role == 0 ? 0 : 1;
  setup.nodes = {"d", "n"};
  setup.slots.clear();
  setup.finish();
  return setup;
}

}  // namespace concordat
