// The database of a step behind a lease: what has been done for the saga, and the tokens that it
// has seen. What it is all for is leased_step.hpp.
#pragma once

#include "protocols/parts/change_work.hpp"
#include "protocols/parts/lease_words.hpp"
#include "protocols/parts/message_consumer.hpp"

namespace concordat {

/// P is LeasedStep.
template <class P>
struct LeaseDatabase {
  using Ctx = Context<P>;
  using Job = lease::Job;
  using Message = lease::Message;
  using Mistake = typename P::Mistake;
  using Status = lease::Status;
  using Table = typename P::Table;
  using Type = Message::Type;
  using Use = lease::Use;

  static void on_read(Ctx& ctx, ProcessId from, std::uint8_t token) {
    if (P::fenced(ctx) && ctx.config.mistake != Mistake::unfenced_read) {
      const Row known = token_row(ctx);
      if (token < known.value) return ctx.send(from, {Type::stale, {}, {}, token});
      if (token > known.value) {
        show(ctx, token, Use::shown);
        ctx.commit();
      }
    }
    ctx.send(from, {Type::state, {}, status(ctx), token});
  }

  static void on_write(Ctx& ctx, ProcessId from, const Message& message) {
    if (P::fenced(ctx) && !is_fresh(ctx, message.token))
      return ctx.send(from, {Type::stale, {}, {}, message.token});
    Status now = ctx.config.inbox == Inbox::on ? status(ctx) : message.status;
    if (lease::is_open(message.job, now)) {
      if (!change(ctx, message.job, now)) return ctx.rollback();
      if (P::fenced(ctx)) show(ctx, message.token, Use::spent);
      ctx.put(ctx.row(Table::saga, ctx.transaction()), Row::in(now));
      ctx.commit();
      if (message.job == Job::run) ctx.vote(now == Status::done ? Vote::yes : Vote::no);
    }
    ctx.send(from, {Type::written, {}, now, message.token});
  }

 private:
  /// T or C, in the open local transaction. RETURNS: false if C is not possible.
  static bool change(Ctx& ctx, Job job, Status& now) {
    if (job == Job::compensate) {
      const bool undone = now == Status::none || change_work(ctx, Change::undo);
      now = Status::compensated;
      return undone;
    }
    const bool enough = do_work(ctx) == LockAnswer::granted;
    const bool yes = enough && ctx.choose("vote", {Vote::yes, Vote::no}) == Vote::yes;
    if (!yes) ctx.rollback();
    now = yes ? Status::done : Status::failed;
    return true;
  }

  static bool is_fresh(Ctx& ctx, std::uint8_t token) {
    const Row known = token_row(ctx);
    return token > known.value || (token == known.value && known.state_as<Use>() == Use::shown);
  }

  static void show(Ctx& ctx, std::uint8_t token, Use use) {
    Row row = Row::in(use);
    row.value = token;
    ctx.put(ctx.row(Table::token, ctx.transaction()), row);
  }

  static Row token_row(Ctx& ctx) {
    return ctx.read(ctx.row(Table::token, ctx.transaction())).value_or(Row{});
  }

  static Status status(Ctx& ctx) {
    const auto row = ctx.read(ctx.row(Table::saga, ctx.transaction()));
    return row ? row->template state_as<Status>() : Status::none;
  }
};

}  // namespace concordat
