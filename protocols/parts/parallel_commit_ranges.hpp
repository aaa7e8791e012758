// The store of parallel_commit.hpp: the writes of the ranges and the record of the transaction, as
// Raft keeps them. Each handler is one replicated command.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

/// P is ParallelCommit.
template <class P>
struct ParallelCommitRanges {
  using Ctx = Context<P>;
  using Kind = typename P::Kind;
  using Mistake = typename P::Mistake;
  using Type = typename P::Type;

  static void replicate(Ctx& ctx, ProcessId write) {
    const bool prevented = ctx.log().prevented.contains(write);
    if (!prevented && !ctx.log().written.contains(write)) ctx.force({Kind::written, write});
    ctx.send(write, {prevented ? Type::failed : Type::written, write});
  }

  static void query(Ctx& ctx, ProcessId from, ProcessId write) {
    const bool found = ctx.log().written.contains(write);
    if (!found && ctx.config.mistake != Mistake::no_prevention) ctx.force({Kind::prevented, write});
    ctx.send(from, {found ? Type::written : Type::failed, write});
  }

  /// The record becomes `next` if it may; the answer is what it says then.
  static void change(Ctx& ctx, ProcessId from, bool may, Kind next) {
    if (may) ctx.force({next, {}});
    if (ctx.log().record == Kind::staging) return ctx.send(from, {Type::staged, {}});
    ctx.send(from, {ctx.log().record == Kind::committed ? Type::committed : Type::aborted, {}});
  }
};

}  // namespace concordat
