// What a scenario's `work:` asks of a process, in two steps: first reserved, then used up or given
// back.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

enum class Reserve : std::uint8_t {
  check,  // there is enough now, and nothing is changed
  reserve,
  use_up,  // what is reserved
  give_back,
  apply,  // the work in one go
};

/// In the open local transaction, or in a new one. RETURNS: false if there is not enough, or a lock
/// is not granted.
template <class Ctx>
bool change_work(Ctx& ctx, Reserve what) {
  for (const WorkItem& item : ctx.work()) {
    Row row = ctx.read(item.row).value_or(Row{});
    const bool takes = item.add < 0;
    const int amount = takes ? -item.add : item.add;
    if (what == Reserve::check && takes && row.value < amount) return false;
    if (what == Reserve::reserve) row.held += amount;
    if (what == Reserve::use_up || what == Reserve::give_back) row.held -= amount;
    if (what == Reserve::reserve && takes) row.value -= amount;
    if (what == Reserve::give_back && takes) row.value += amount;
    if (what == Reserve::use_up && !takes) row.value += amount;
    if (what == Reserve::apply) row.value += item.add;
    if (row.value < 0) return false;
    if (what != Reserve::check && ctx.put(item.row, row) != LockAnswer::granted) return false;
  }
  return true;
}

}  // namespace concordat
