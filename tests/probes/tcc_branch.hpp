// Try, confirm, cancel with a fence: one coordinator, branches that each keep a stock.
//
// Source: the fence of Seata's TCC mode (table tcc_fence_log), with the rule of dtm's barrier that
// its rows are not deleted. Each arrow at a branch is one local transaction:
//   try      inserts the fence row `tried` and moves stock to held; an existing row refuses, or, if
//            it says `tried`, answers again without effect
//   confirm  `tried` -> `confirmed`, and what is held is used up
//   cancel   `tried` -> `cancelled`, and what is held goes back; without a row it inserts
//            `suspended`, so that a try which arrives later is refused
//
// A probe of the interface: the store, without a log record of the protocol's own at the branch.
// The work of a branch is what it takes from the stock, a negative number.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "sim/model/protocol.hpp"

namespace concordat {

struct TccBranch {
  static constexpr std::string_view name = "tcc_branch";
  static constexpr std::string_view summary = "try, confirm, cancel at branches with a fence";

  enum class Role : std::uint8_t { coordinator, branch };
  static constexpr std::array roles{RoleSpec{.name = "coordinator", .prefix = "tc"},
                                    RoleSpec{.name = "branch",
                                             .prefix = "b",
                                             .count = 0,
                                             .votes = true,
                                             .must_decide = true,
                                             .interchangeable = true}};
  static constexpr std::array choices{ChoiceSpec{"try", "yes no"}};
  enum class Table : std::uint8_t { fence };

  enum class Fence : std::uint8_t {
    on,
    off,
    split,  // M14: the fence row commits before the business does
  };
  struct Config {
    Fence fence{};
    CONCORDAT_FIELDS(Config, fence)
  };

  enum class Message : std::uint8_t { try_, tried, refused, confirm, cancel, done };
  enum class Record : std::uint8_t { commit, abort, end };
  enum class Timer : std::uint8_t { answer, retry };
  static constexpr int rank(Timer timer) { return timer == Timer::retry ? retry_rank : 0; }

  struct Durable {
    Outcome decision{};
    bool ended = false;
    CONCORDAT_FIELDS(Durable, decision, ended)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::end)
      log.ended = true;
    else
      log.decision = record == Record::commit ? Outcome::commit : Outcome::abort;
  }
  struct Volatile {
    ProcessSet pending;  // coordinator: whose answer is missing
    CONCORDAT_FIELDS(Volatile, pending)
  };
  /// Row::state of a fence row.
  enum class Status : std::uint8_t { none, tried, confirmed, cancelled, suspended };
  using Ctx = Context<TccBranch>;

  // ---- The coordinator.

  static void on_start(Ctx& ctx) {
    if (ctx.is(Role::branch)) return;
    ctx.state().pending = ctx.all(Role::branch);
    ctx.broadcast(ctx.state().pending, Message::try_);
    ctx.arm(Timer::answer);
  }

  static void on_message(Ctx& ctx, ProcessId from, Message message) {
    switch (message) {
      case Message::try_: return on_try(ctx);
      case Message::confirm: return on_end(ctx, Status::confirmed);
      case Message::cancel: return on_end(ctx, Status::cancelled);
      case Message::refused:
        if (ctx.log().decision == Outcome::none) decide(ctx, Outcome::abort);
        return;
      case Message::tried:
      case Message::done: return on_answer(ctx, from, message);
    }
  }

  static void on_answer(Ctx& ctx, ProcessId from, Message message) {
    const bool is_decided = ctx.log().decision != Outcome::none;
    if (ctx.log().ended || is_decided != (message == Message::done)) return;  // a stale answer
    ctx.state().pending.erase(from);
    if (!ctx.state().pending.empty()) return;
    if (!is_decided) return decide(ctx, Outcome::commit);
    ctx.disarm(Timer::retry);
    ctx.append(Record::end);
  }

  static void decide(Ctx& ctx, Outcome outcome) {
    ctx.disarm(Timer::answer);
    ctx.force(outcome == Outcome::commit ? Record::commit : Record::abort);
    ctx.decide(outcome);
    ctx.state().pending = ctx.all(Role::branch);
    end_branches(ctx);
  }

  static void end_branches(Ctx& ctx) {
    const bool is_commit = ctx.log().decision == Outcome::commit;
    ctx.broadcast(ctx.state().pending, is_commit ? Message::confirm : Message::cancel);
    ctx.arm(Timer::retry);
  }

  static void on_timer(Ctx& ctx, Timer timer) {
    if (timer == Timer::answer) return decide(ctx, Outcome::abort);
    end_branches(ctx);
  }

  static void on_recover(Ctx& ctx) {
    if (ctx.is(Role::branch) || ctx.log().ended) return;  // a branch has all it needs in its store
    if (ctx.log().decision == Outcome::none) return decide(ctx, Outcome::abort);
    ctx.state().pending = ctx.all(Role::branch);
    end_branches(ctx);
  }

  // ---- A branch.

  static void on_try(Ctx& ctx) {
    if (ctx.config.fence != Fence::off &&
        ctx.insert(fence(ctx), Row::in(Status::tried)) == InsertAnswer::exists) {
      ctx.rollback();
      return reply(ctx, status(ctx) == Status::tried ? Message::tried : Message::refused);
    }
    if (ctx.config.fence == Fence::split) ctx.commit();
    if (!change_stock(ctx, 1, -1) || ctx.choose("try", {Vote::yes, Vote::no}) == Vote::no) {
      ctx.rollback();
      return reply(ctx, Message::refused);
    }
    ctx.commit();
    ctx.vote(Vote::yes);
    reply(ctx, Message::tried);
  }

  static void on_end(Ctx& ctx, Status target) {
    const bool is_confirm = target == Status::confirmed;
    const Status before = status(ctx);
    if (before == Status::none && is_confirm) return;  // nothing to confirm: no answer
    if (before == Status::none) target = Status::suspended;
    if (before == Status::none || before == Status::tried) {
      if (ctx.config.fence != Fence::off) ctx.put(fence(ctx), Row::in(target));
      if (ctx.config.fence == Fence::split) ctx.commit();
      if (before == Status::tried) change_stock(ctx, is_confirm ? 0 : -1, 1);
      ctx.commit();
      ctx.decide(is_confirm ? Outcome::commit : Outcome::abort);
    }
    reply(ctx, Message::done);
  }

  /// Adds the work `value` times to the stock and `held` times to what is held of it. RETURNS:
  /// whether there was enough.
  static bool change_stock(Ctx& ctx, int value, int held) {
    for (const WorkItem& item : ctx.work()) {
      Row stock = ctx.read(item.row).value_or(Row{});
      stock.value += value * item.add;
      stock.held += held * item.add;
      if (stock.value < 0 || ctx.put(item.row, stock) != LockAnswer::granted) return false;
    }
    return true;
  }

  /// Without a fence every request finds the branch as if it were its first.
  static Status status(Ctx& ctx) {
    if (ctx.config.fence == Fence::off) return Status::tried;
    const auto row = ctx.read(fence(ctx));
    return row ? row->state_as<Status>() : Status::none;
  }

  static RowKey fence(Ctx& ctx) { return ctx.row(Table::fence, ctx.transaction()); }
  static void reply(Ctx& ctx, Message message) { ctx.send(ctx.the(Role::coordinator), message); }
};

}  // namespace concordat
