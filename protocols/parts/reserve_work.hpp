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

/// The row after that, of work that adds `add` to it.
inline Row reserved(Row row, int add, Reserve what) {
  const int taken = add < 0 ? -add : 0;
  const int given = add < 0 ? 0 : add;
  switch (what) {
    case Reserve::check:
    case Reserve::apply: row.value += add; return row;
    case Reserve::reserve: row.value -= taken; break;
    case Reserve::use_up: row.value += given; break;
    case Reserve::give_back: row.value += taken; break;
  }
  row.held += what == Reserve::reserve ? taken + given : -taken - given;
  return row;
}

/// In the open local transaction, or in a new one. RETURNS: false if there is not enough, or a lock
/// is not granted.
template <class Ctx>
bool change_work(Ctx& ctx, Reserve what) {
  for (const WorkItem& item : ctx.work()) {
    const Row row = reserved(ctx.read(item.row).value_or(Row{}), item.add, what);
    if (row.value < 0) return false;
    if (what != Reserve::check && ctx.put(item.row, row) != LockAnswer::granted) return false;
  }
  return true;
}

}  // namespace concordat
