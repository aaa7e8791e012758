// Combinations of faults, as counts of each kind: how a budget is taken apart into them, how one of
// them becomes a budget again, and how it is said in words. `faults` walks through the combinations
// within a budget, `--why-not` through those just beyond one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/setup.hpp"
#include "sim/model/world.hpp"
#include "sim/scenario/scenario.hpp"

namespace concordat::app {

/// A kind of fault. `delay` and `tail` are there or not, 1 or 0: messages that take longer than
/// timeouts (asynchronous timing), and crashes that lose unforced log records.
enum class Fault : std::uint8_t {
  crash,        // of the first role; of any node, if crashes are not told apart
  other_crash,  // of the second role
  recovery,
  loss,
  duplicate,
  partition,
  pause,
  delay,
  tail,
};
inline constexpr int fault_kinds = 9;

/// How many of each kind may happen, `Budget::unlimited` included.
struct FaultSet {
  std::array<int, fault_kinds> counts{};

  int& operator[](Fault fault) { return counts[static_cast<std::size_t>(fault)]; }
  int operator[](Fault fault) const { return counts[static_cast<std::size_t>(fault)]; }
  friend bool operator==(const FaultSet&, const FaultSet&) = default;
};

/// Whether `a` allows nothing that `b` does not.
bool is_within(const FaultSet& a, const FaultSet& b);
/// Both together; without limit if one of them is.
int sum_of(int a, int b);

/// The kinds of faults of a budget. Crashes are told apart by role if the nodes in question are of
/// two roles, and the budget says nothing that splits one of them. A node of several roles counts
/// as the first one's.
class FaultKinds {
 public:
  /// `nodes`: those whose crashes are in question, as a mask. REQUIRES: `model` lives on.
  FaultKinds(const Model& model, const Budget& budget, const Rules& rules, std::uint32_t nodes);

  /// All that the budget allows of each kind, and of crashes of each role, which together may be
  /// more than it allows. Recoveries beyond the crashes are left out: nothing is there to recover.
  FaultSet all() const;
  /// The counts of a kind, from 0: up to what the budget allows; where that is without limit 0, 1,
  /// ... `most` and unlimited.
  std::vector<int> levels(Fault fault, int most) const;
  /// Whether the budget allows so many crashes together, and no smaller combination allows the same
  /// runs: there are no more recoveries than crashes, and no lost log records without a crash.
  bool is_one(const FaultSet& set) const;

  /// The budget and the rules with this combination in place of their own.
  Budget budget(const FaultSet& set) const;
  Rules rules(const FaultSet& set) const;
  /// The budget with so many more of each.
  Budget more(const FaultSet& extra) const;
  /// Whether more of this kind allows more than the budget does. Not of `delay` and `tail`.
  bool can_grow(Fault fault) const;

  /// `1 crash of c, 2 losses, delays`; `no fault`.
  std::string words(const FaultSet& set) const;
  /// One part of it. With `more`: `1 more crash of c`.
  std::string words(Fault fault, int count, bool more = false) const;

 private:
  bool counts_delays() const;
  int allowed_in(std::uint32_t group) const;
  Budget with_crashes(const std::array<int, 2>& per_group, int together) const;
  std::string whose(Fault fault, int count) const;

  const Model& model_;
  const Setup& setup_;
  const Budget budget_;
  const Rules rules_;
  std::vector<std::uint32_t> groups_;  // one or two, as masks
};

/// The scenario, exploring this budget under these rules, breadth first; nothing is asked of it
/// yet.
scenario::Scenario exploring(scenario::Scenario scenario,
                             const Setup& setup,
                             const Budget& budget,
                             const Rules& rules);

}  // namespace concordat::app
