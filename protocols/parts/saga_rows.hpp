// What a step of a saga does to the rows of its work, and the counter-measures that its service may
// take because nobody keeps locks until a saga ends.
//
// Source: Richardson, "Microservices patterns", 2018, section 4.3, after Frank and Zahle, 1998.
#pragma once

#include "sim/model/context.hpp"
#include "sim/model/work.hpp"

namespace concordat {

/// P is Saga.
///   lock        none; or a flag in the row says whose unfinished work stands on it, and other
///               sagas fail (fail_fast) or wait until it is gone (wait). Two that wait for each
///               other are parted by the timer of an orchestrator
///   undo        delta: what was added is taken away, a commutative update; image: the old value is
///               written back, and with it every change since is lost; reread: the old value,
///               unless somebody has changed the row since
template <class P>
struct SagaRows {
  using Ctx = Context<P>;
  using SemanticLock = typename P::SemanticLock;
  using Table = typename P::Table;
  using Undo = typename P::Undo;

  /// RETURNS: whether a row of the work carries another saga's flag. Their locks are held then.
  static bool is_flagged(Ctx& ctx) {
    if (ctx.config.lock == SemanticLock::none) return false;
    for (const WorkItem& item : ctx.work()) {
      if (ctx.lock(item.row) != LockAnswer::granted) return true;
      const Row row = ctx.read(item.row).value_or(Row{});
      if (row.owner != 0 && row.owner != ctx.transaction()) return true;
    }
    return false;
  }

  /// T. RETURNS: false if a row would fall below zero, or is locked.
  static bool change(Ctx& ctx) {
    int place = 0;
    for (const WorkItem& item : ctx.work())
      if (!change(ctx, item, image_key(ctx, place++))) return false;
    return true;
  }

  /// C. RETURNS: false if it cannot be done now.
  static bool undo(Ctx& ctx) {
    int place = 0;
    for (const WorkItem& item : ctx.work())
      if (!undo(ctx, item, image_key(ctx, place++))) return false;
    return true;
  }

  /// The work is final: takes the flags away. RETURNS: whether there are any.
  static bool unflag(Ctx& ctx) {
    if (ctx.config.lock == SemanticLock::none) return false;
    for (const WorkItem& item : ctx.work()) {
      if (ctx.lock(item.row) != LockAnswer::granted) continue;
      Row row = ctx.read(item.row).value_or(Row{});
      row.owner = 0;
      ctx.write(item.row, row);
    }
    return !ctx.work().empty();
  }

 private:
  static RowKey image_key(Ctx& ctx, int place) {
    return ctx.row(Table::image, ctx.transaction() * 16 + place);
  }

  static bool change(Ctx& ctx, const WorkItem& item, RowKey image) {
    if (ctx.lock(item.row) != LockAnswer::granted) return false;
    Row row = ctx.read(item.row).value_or(Row{});
    const int before = row.value;
    row.value += item.add;
    if (row.value < 0) return false;
    if (ctx.config.lock != SemanticLock::none)
      row.owner = static_cast<std::uint8_t>(ctx.transaction());
    ctx.write(item.row, row);
    if (ctx.config.undo != Undo::delta) ctx.put(image, Row{before, row.value, 0, 0});
    return true;
  }

  static bool undo(Ctx& ctx, const WorkItem& item, RowKey image) {
    if (ctx.lock(item.row) != LockAnswer::granted) return false;
    Row row = ctx.read(item.row).value_or(Row{});
    const Row old = ctx.read(image).value_or(Row{});
    if (ctx.config.undo == Undo::reread && row.value != old.held) return false;
    row.value = ctx.config.undo == Undo::delta ? row.value - item.add : old.value;
    if (row.value < 0) return false;
    if (ctx.config.lock != SemanticLock::none) row.owner = 0;
    ctx.write(item.row, row);
    return true;
  }
};

}  // namespace concordat
