// The compensation of what a scenario's `work:` asks of a process, in its local transaction.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

/// Locks every row of the work and takes back what was added. RETURNS: false if a lock is not
/// granted or a row would fall below zero.
template <class Ctx>
bool undo_work(Ctx& ctx) {
  for (const WorkItem& item : ctx.work()) {
    if (ctx.lock(item.row) != LockAnswer::granted) return false;
    Row row = ctx.read(item.row).value_or(Row{});
    row.value -= item.add;
    if (row.value < 0) return false;
    ctx.write(item.row, row);
  }
  return true;
}

}  // namespace concordat
