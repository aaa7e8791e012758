// Who can still decide: the graph of all states and of the events that a waiting process may hope
// for, and who is blocked in it. Non-blocking holds iff nobody is blocked in any state.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace concordat::explore {

class BlockingGraph {
 public:
  /// Adds the next state. `settled`, `undecided`: who has decided or has no stake, and who runs, is
  /// asked to decide and has not; bit i stands for all_slots(model)[i].
  void add_state(std::uint64_t settled, std::uint64_t undecided);
  /// Adds the next edge. REQUIRES: all edges of a state come together, states in ascending order.
  void add_edge(std::uint32_t from, std::uint32_t to) {
    while (static_cast<std::int64_t>(first_edge_.size()) <= from)
      first_edge_.push_back(edges_.size());
    edges_.push_back(to);
  }
  /// Some step from this state would pass a bound.
  void mark_past_bound(std::uint32_t state) { past_bound_[state] = true; }
  void clear();

  struct Blocked {
    std::int64_t state = 0;
    int slot = 0;  // in all_slots
  };
  /// The first state in which somebody is blocked. With `forgive`, everybody decides past a bound.
  std::optional<Blocked> first_blocked(bool forgive);

 private:
  std::vector<std::uint32_t> kind_;  // per state, in kinds_
  std::vector<bool> past_bound_;
  std::vector<std::uint64_t> first_edge_;  // per state with an edge, or that of a later one
  std::vector<std::uint32_t> edges_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> kinds_;  // (settled, undecided)
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> kind_ids_;
};

}  // namespace concordat::explore
