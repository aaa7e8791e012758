// What a process makes of the rows of its `work:`, in its local transaction: the work in one go, or
// first reserved and then used up or given back.
#pragma once

#include "sim/model/context.hpp"

namespace concordat {

enum class Change : std::uint8_t {
  check,  // there is enough now, and nothing is changed
  reserve,
  use_up,  // what is reserved
  give_back,
  apply,  // the work in one go
  undo,
};

/// The row after that, of work that adds `add` to it.
inline Row changed(Row row, int add, Change what) {
  const int taken = add < 0 ? -add : 0;
  const int given = add < 0 ? 0 : add;
  switch (what) {
    case Change::check:
    case Change::apply: row.value += add; return row;
    case Change::undo: row.value -= add; return row;
    case Change::reserve: row.value -= taken; break;
    case Change::use_up: row.value += given; break;
    case Change::give_back: row.value += taken; break;
  }
  row.held += what == Change::reserve ? taken + given : -taken - given;
  return row;
}

/// In the open local transaction, or in a new one. RETURNS: false if there is not enough, or a lock
/// is not granted.
template <class Ctx>
bool change_work(Ctx& ctx, Change what) {
  for (const WorkItem& item : ctx.work()) {
    if (what != Change::check && ctx.lock(item.row) != LockAnswer::granted) return false;
    const Row row = changed(ctx.read(item.row).value_or(Row{}), item.add, what);
    if (row.value < 0) return false;
    if (what != Change::check) ctx.write(item.row, row);
  }
  return true;
}

}  // namespace concordat
