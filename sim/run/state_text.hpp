// The state of a node as named texts, for traces and inspectors.
#pragma once

#include <string>
#include <vector>

#include "sim/model/property.hpp"
#include "sim/trace/trace.hpp"

namespace concordat {

struct StateText {
  std::string where;  // a process ("p1", "t2 p1") or a node
  std::string part;   // log | state | timers | store | locks | node
  std::string field;
  std::string value;
  bool is_zero = false;  // the value that everything has before anything happens
};

/// Every field of the node: up, name, paused and tail; per process log, state and armed timers; the
/// rows, locks and pending writes of the store.
std::vector<StateText> state_texts(const Model& model, int node, const LocalState& local);

/// What differs, in the order of the newer texts; then what is gone.
std::vector<trace::Change> differences(const std::vector<StateText>& before,
                                       const std::vector<StateText>& after);

/// `commit`, `abort`, "commit, then abort" or "".
std::string decision_text(const Milestones& milestones, const Slot& slot, const History& history);

}  // namespace concordat
