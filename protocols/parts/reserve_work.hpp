// What a branch of a global transaction makes of the rows of its `work:`, in its local transaction.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

/// `reserve` moves what is taken from value to held, and holds what is to come; `use_up` and
/// `give_back` end the hold. `apply` does the work at once, `undo` takes it back. `check`: nothing.
enum class Change : std::uint8_t { check, reserve, use_up, give_back, apply, undo };

/// RETURNS: whether there was enough, and each row could be locked.
template <class Ctx>
bool change_work(Ctx& ctx, Change what) {
  for (const WorkItem& item : ctx.work()) {
    Row row = ctx.read(item.row).value_or(Row{});
    const bool takes = item.add < 0;
    const int amount = takes ? -item.add : item.add;
    if (what == Change::check && takes && row.value < amount) return false;
    if (what == Change::reserve) row.held += amount;
    if (what == Change::use_up || what == Change::give_back) row.held -= amount;
    if (what == Change::reserve && takes) row.value -= amount;
    if (what == Change::give_back && takes) row.value += amount;
    if (what == Change::use_up && !takes) row.value += amount;
    if (what == Change::apply) row.value += item.add;
    if (what == Change::undo) row.value -= item.add;
    if (row.value < 0) return false;
    if (what != Change::check && ctx.put(item.row, row) != LockAnswer::granted) return false;
  }
  return true;
}

}  // namespace concordat
