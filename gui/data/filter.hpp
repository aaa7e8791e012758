// Which things of a run are to be seen.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "gui/data/sequence.hpp"

namespace concordat::gui {

/// Kinds of things, as a person chooses them.
enum class Kind : std::uint8_t { messages, log, timers, decisions, store, faults };
inline constexpr int kind_count = 6;

struct Filter {
  std::vector<bool> hidden_lanes;  // by lane; empty: none
  std::array<bool, kind_count> hidden_kinds{};
  int tx = 0;         // 0: all
  bool notes = true;  // words beside marks

  bool shows_lane(int lane) const {
    return static_cast<std::size_t>(lane) >= hidden_lanes.size() ||
           !hidden_lanes[static_cast<std::size_t>(lane)];
  }
  bool shows_tx(int of) const { return tx == 0 || of == 0 || of == tx; }
  bool shows_kind(Kind kind) const { return !hidden_kinds[static_cast<std::size_t>(kind)]; }

  bool shows(const Mark& mark) const;
  bool shows(const Bar& bar) const;
  bool shows(const Arrow& arrow) const;
};

/// By step: whether something of it is seen. A step without anything to draw is. COMPLEXITY: the
/// size of the run.
std::vector<bool> shown_steps(const Sequence& run, const Filter& filter);

}  // namespace concordat::gui
