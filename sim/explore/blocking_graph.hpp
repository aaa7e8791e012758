// Who can still decide: the graph of all states and of the events that a waiting process may hope
// for, and who is blocked in it. Non-blocking holds iff nobody is blocked in any state.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/explore/checkpoint.hpp"

namespace concordat::explore {

class BlockingGraph {
 public:
  /// What is known of a state by itself. Who has decided or has no stake, and who runs, is asked to
  /// decide and has not: bit i stands for all_slots(model)[i]. Conditions of goals that are met.
  struct Kind {
    std::uint64_t settled = 0;
    std::uint64_t undecided = 0;
    std::uint64_t conditions = 0;
    friend auto operator<=>(const Kind&, const Kind&) = default;
  };
  /// Adds the next state.
  void add_state(const Kind& kind);
  /// Adds the next edge. REQUIRES: all edges of a state come together, states in ascending order.
  void add_edge(std::uint32_t from, std::uint32_t to) {
    if (dropped_) return;
    while (static_cast<std::int64_t>(first_edge_.size()) <= from)
      first_edge_.push_back(edges_.size());
    edges_.push_back(to);
  }
  /// Some step from this state would pass a bound.
  void mark_past_bound(std::uint32_t state) {
    if (!dropped_) past_bound_[state] = true;
  }
  /// UNITS: bytes.
  std::int64_t memory() const;
  /// Forgets everything, for good: it has become too large.
  void drop();
  bool dropped() const { return dropped_; }
  void save(CheckpointWriter& out) const;
  void load(CheckpointReader& in);

  struct Blocked {
    std::int64_t state = 0;
    int slot = 0;  // in all_slots
  };
  /// Works out who can still decide in each state, for the questions below. With `forgive`,
  /// everybody decides past a bound. REQUIRES: not dropped.
  void solve(bool forgive);
  /// The first state in which somebody is blocked. REQUIRES: `solve`.
  std::optional<Blocked> first_blocked() const;
  /// The first state that meets the conditions and in which, for each mask, one of these processes
  /// is blocked. REQUIRES: `solve`.
  std::optional<std::int64_t> first_blocked(const std::vector<std::uint64_t>& masks,
                                            std::uint64_t conditions) const;

 private:
  std::vector<std::uint32_t> kind_;  // per state, in kinds_
  std::vector<bool> past_bound_;
  std::vector<std::uint64_t> first_edge_;  // per state with an edge, or that of a later one
  std::vector<std::uint32_t> edges_;
  std::vector<Kind> kinds_;
  std::map<Kind, std::uint32_t> kind_ids_;
  std::vector<std::uint64_t> decides_;  // per state: who does, here or later
  bool dropped_ = false;
};

}  // namespace concordat::explore
