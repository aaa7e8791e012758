// What can be made easier in a question, one thing at a time: one more fault of a kind, and every
// rule that can be chosen otherwise.
#pragma once

#include <string>
#include <vector>

#include "sim/app/exploration.hpp"
#include "sim/app/fault_sets.hpp"

namespace concordat::app {

/// Leaves every vote open.
void open_votes(scenario::Scenario& scenario, const Setup& setup);

/// One thing that is changed.
struct Change {
  enum class What : std::uint8_t { more, timing, tail, votes, delivery, copies, crash_points };
  What what{};
  Fault fault{};        // more
  Delivery delivery{};  // delivery
};

/// The changes that mean something for one question. REQUIRES: the exploration lives on.
class Relaxations {
 public:
  explicit Relaxations(const Exploration& x);

  const std::vector<Change>& single() const { return single_; }
  std::string words(const Change& change) const;
  /// `1 more crash of c, timing asynchronous`.
  std::string words(const std::vector<Change>& changes) const;

  /// So many changes at once; one more fault of a kind may be there several times. Those are left
  /// out that allow nothing that fewer do not: a recovery beyond the crashes, a rule about crashes
  /// where there are none.
  std::vector<std::vector<Change>> together(int count) const;
  /// The scenario with these changes, asking nothing yet.
  scenario::Scenario apply(const std::vector<Change>& changes) const;

 private:
  bool means_more(const std::vector<Change>& changes) const;
  Budget budget(const std::vector<Change>& changes) const;
  Rules rules(const std::vector<Change>& changes) const;

  const Exploration& x_;
  const FaultKinds kinds_;
  std::vector<Change> single_;
};

}  // namespace concordat::app
