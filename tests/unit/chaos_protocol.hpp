// A protocol for tests of the engines that does anything: in each step every actor takes some
// actions that the environment chooses, one after the other. Runs of it go where no sensible
// protocol goes: steps with several forces, messages to oneself, votes after decisions, events that
// are declined, counters at their bounds, locks that nobody waits for with a timer.
#pragma once

#include "sim/model/registry.hpp"

namespace concordat {

struct Chaos {
  static constexpr std::string_view name = "chaos";
  static constexpr std::string_view summary = "does what is drawn";

  enum class Role : std::uint8_t { actor };
  static constexpr std::array roles{
      RoleSpec{.name = "actor", .prefix = "a", .count = 0, .votes = true, .must_decide = true}};
  enum class Action : std::uint8_t {
    nothing,
    decline,  // only as the first action of an event that is not a recovery
    send,
    broadcast,
    send_self,
    force,
    append,
    arm,
    disarm,
    vote,
    decide,
    answer,
    lock,
    end_local,
    rollback,
    increment,
  };
  static constexpr std::array choices{ChoiceSpec{"first", ""},
                                      ChoiceSpec{"second", ""},
                                      ChoiceSpec{"third", ""},
                                      ChoiceSpec{"fourth", ""}};
  static constexpr std::array<std::string_view, 1> bounds{"rounds"};
  struct Config {
    std::uint8_t actions = 4;  // of each step
    CONCORDAT_FIELDS(Config, actions)
  };

  enum class Message : std::uint8_t { ping, pong, quit };
  enum class Timer : std::uint8_t { soon, late, again };
  static constexpr int rank(Timer timer) {
    return timer == Timer::again ? retry_rank : static_cast<int>(timer);
  }
  enum class Record : std::uint8_t { solid, lazy };
  struct Durable {
    std::uint8_t count = 0;
    CONCORDAT_FIELDS(Durable, count)
  };
  static void redo(Durable& log, Record /*record*/) { ++log.count; }
  /// How many records may be unforced, so that the tail does not grow too long.
  struct NodeState {
    std::uint8_t lazy = 0;
    CONCORDAT_FIELDS(NodeState, lazy)
  };
  static void redo(NodeState& log, Record record) {
    log.lazy = record == Record::lazy ? static_cast<std::uint8_t>(log.lazy + 1) : std::uint8_t{0};
  }
  struct Volatile {
    std::uint8_t turn = 0;  // actions so far: decides between the variants of an action
    Bounded<20> rounds;
    CONCORDAT_FIELDS(Volatile, turn, rounds)
  };
  using Ctx = Context<Chaos>;

  static void on_start(Ctx& ctx) { act(ctx, true); }
  static void on_message(Ctx& ctx, ProcessId, Message message) {
    if (message != Message::quit) act(ctx, true);
  }
  static void on_timer(Ctx& ctx, Timer) { act(ctx, true); }
  static void on_store(Ctx& ctx, NoticeKind, RowKey) { act(ctx, true); }
  static void on_recover(Ctx& ctx) { act(ctx, false); }

  static void act(Ctx& ctx, bool may_decline) {
    static constexpr std::array<std::string_view, 4> labels{"first", "second", "third", "fourth"};
    for (std::size_t i = 0; i < ctx.config.actions; ++i) {
      const Action action = choose(ctx, labels[i]);
      if (i == 0 && may_decline && action == Action::decline) return ctx.decline();
      ++ctx.state().turn;
      perform(ctx, action);
    }
  }

  static Action choose(Ctx& ctx, std::string_view label) {
    using enum Action;
    return ctx.choose(label,
                      {nothing,
                       decline,
                       send,
                       broadcast,
                       send_self,
                       force,
                       append,
                       arm,
                       disarm,
                       vote,
                       decide,
                       answer,
                       lock,
                       end_local,
                       rollback,
                       increment});
  }

  /// One of `count` variants.
  static int variant(Ctx& ctx, int count) { return ctx.state().turn % count; }

  static void perform(Ctx& ctx, Action action) {
    const auto message = static_cast<Message>(variant(ctx, 3));
    const auto timer = static_cast<Timer>(variant(ctx, 3));
    const Outcome outcome = variant(ctx, 3) == 0 ? Outcome::abort : Outcome::commit;
    switch (action) {
      case Action::nothing:
      case Action::decline: return;
      case Action::send: return ctx.send(next(ctx), message);
      case Action::broadcast: return ctx.broadcast(ctx.all(Role::actor), message);
      case Action::send_self: return ctx.send(ctx.self, message);
      case Action::force: return ctx.force(Record::solid);
      case Action::append:
        if (may_append(ctx)) ctx.append(Record::lazy);
        return;
      case Action::arm: return ctx.arm(timer);
      case Action::disarm: return ctx.disarm(timer);
      case Action::vote: {
        const int vote = variant(ctx, 5);
        return ctx.vote(vote == 0 ? Vote::read : vote == 1 ? Vote::no : Vote::yes);
      }
      case Action::decide: return ctx.decide(outcome);
      case Action::answer: return ctx.answer(outcome);
      case Action::lock: return lock(ctx);
      case Action::end_local: return end_local(ctx);
      case Action::rollback:
        if (ctx.local_tx() == LocalTxStatus::open) ctx.rollback();
        return;
      case Action::increment: return ctx.increment("rounds", ctx.state().rounds);
    }
  }

  static bool may_append(Ctx& ctx) { return ctx.node_log().lazy < 10; }

  /// The process after this one in some order.
  static ProcessId next(Ctx& ctx) {
    int left = variant(ctx, ctx.all(Role::actor).size());
    for (const ProcessId process : ctx.all(Role::actor))
      if (left-- == 0) return process;
    return ctx.self;
  }

  static void lock(Ctx& ctx) {
    if (ctx.local_tx() == LocalTxStatus::prepared) return;
    const RowKey row{0, static_cast<std::uint16_t>(variant(ctx, 2))};
    if (ctx.lock(row) != LockAnswer::granted) return;
    ctx.write(row, Row{.value = ctx.read(row).value_or(Row{}).value + variant(ctx, 3) - 1});
  }

  static void end_local(Ctx& ctx) {
    if (ctx.local_tx() == LocalTxStatus::none) return;
    const bool is_prepared = ctx.local_tx() == LocalTxStatus::prepared;
    const int how = variant(ctx, 5);
    if (how == 0 && !is_prepared) return ctx.commit();
    if (how == 1 && !is_prepared) return ctx.force(Record::solid, StoreAction::prepare);
    if (how == 2 && may_append(ctx)) return ctx.append(Record::lazy, StoreAction::rollback);
    if (how == 3 && may_append(ctx)) return ctx.append(Record::lazy, StoreAction::commit);
    ctx.force(Record::solid, StoreAction::commit);
  }
};

}  // namespace concordat
