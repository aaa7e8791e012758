// Who is blocked: a process that runs, has to decide, has not, and will not unless something
// recovers, heals or repeats a message. Second part of the naive checker, on a graph of states.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/model/world.hpp"

namespace concordat {

/// A set of slots: bit i stands for all_slots(model)[i].
using SlotMask = std::uint64_t;

/// Whether a process that waits may hope for this event: it is no fault, its choices come out as
/// they like, and nothing crashes in it.
bool is_ordinary(const Event& event);

/// What matters of one state.
struct Prospect {
  SlotMask decided = 0;
  SlotMask undecided = 0;         // and asked to decide, and running
  bool past_bound = false;        // some step from here would pass a bound
  std::vector<std::size_t> next;  // the states that ordinary events lead to
};

/// Per state, who is undecided there and decided in no state that ordinary events lead to: `surely`
/// even if everybody decides beyond a bound, `perhaps` if nobody does.
struct Blocked {
  std::vector<SlotMask> surely;
  std::vector<SlotMask> perhaps;
};

/// REQUIRES: `next` lists every such state. COMPLEXITY: a few passes over the graph if the states
/// are in breadth-first order.
Blocked who_is_blocked(const std::vector<Prospect>& states);

}  // namespace concordat
