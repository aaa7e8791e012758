// The business that a scenario's `work:` asks of a process, done in its local transaction.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

/// Locks every row of the work and writes its new value. RETURNS: `refused` if a lock is refused,
/// or a row would fall below zero and may not (`overdraft`); `waiting` if a lock has to be waited
/// for: call again when `on_store` says it is granted. Without work nothing happens and the answer
/// is `granted`.
template <class Ctx>
LockAnswer do_work(Ctx& ctx, bool overdraft = false) {
  for (const WorkItem& item : ctx.work()) {
    const LockAnswer answer = ctx.lock(item.row);
    if (answer != LockAnswer::granted) return answer;
  }
  for (const WorkItem& item : ctx.work()) {
    Row row = ctx.read(item.row).value_or(Row{});
    row.value += item.add;
    if (row.value < 0 && !overdraft) return LockAnswer::refused;
    ctx.write(item.row, row);
  }
  return LockAnswer::granted;
}

}  // namespace concordat
