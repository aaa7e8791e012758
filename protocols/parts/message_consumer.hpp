// The consumer of a message: a row in the inbox and the work, in one local transaction. A message
// that comes again finds its row, and has no second effect.
//
// The key of the row is the transaction, which the message carries.
#pragma once

#include <array>

#include "sim/model/work.hpp"

namespace concordat {

enum class Inbox : std::uint8_t { on, off };

/// Whoever does the work that the message is about.
constexpr RoleSpec producing(std::string_view name) {
  return {.name = name, .prefix = name, .votes = true, .must_decide = true};
}
/// Whoever has the message's effect. It waits for nothing before it has heard of the message.
constexpr RoleSpec consuming(std::string_view name) {
  return {.name = name,
          .prefix = name,
          .votes = true,
          .must_decide = true,
          .once_yes = true,
          .consumes = true,
          .willing = true};
}

/// What a protocol of messages is judged by.
inline constexpr std::array<std::string_view, 5> message_properties{"RC", "LD", "ID", "NB", "ET"};

/// P has a table `inbox`.
template <class P>
struct MessageConsumer {
  using Ctx = Context<P>;

  /// RETURNS: whether the effect is there now. If not, the message must come again.
  static bool apply(Ctx& ctx, Inbox inbox) {
    const bool known = inbox == Inbox::on && ctx.insert(row(ctx), Row{}) == InsertAnswer::exists;
    if (known) {
      ctx.rollback();
      if (ctx.read(row(ctx)) == dropped) return true;
    } else if (do_work(ctx) == LockAnswer::granted) {
      ctx.commit();
    } else {
      ctx.rollback();
      return false;
    }
    ctx.vote(Vote::yes);
    ctx.decide(Outcome::commit);
    return true;
  }

  /// Takes a message that is not known, and does nothing about it.
  static void drop(Ctx& ctx) {
    if (ctx.insert(row(ctx), dropped) == InsertAnswer::exists) return ctx.rollback();
    ctx.commit();
    ctx.vote(Vote::no);
    ctx.decide(Outcome::abort);
  }

  static bool knows(Ctx& ctx) { return ctx.read(row(ctx)).has_value(); }

 private:
  static constexpr Row dropped{1, 0, 0, 0};

  static RowKey row(Ctx& ctx) { return ctx.row(P::Table::inbox, ctx.transaction()); }
};

}  // namespace concordat
