// The safety properties along a run, judged when something happens that they look at. What each
// property sees of a node is remembered, so that a step costs one observation and a combination.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/model/property.hpp"

namespace concordat {

/// How a property stands in a run. `not_reached`: there was nothing to judge yet.
enum class WatchStatus : std::uint8_t { not_reached, ok, violated };

class PropertyWatch {
 public:
  /// `model` outlives the watch. Properties for which the scenario sets nothing (conservation
  /// without conserved tables) stay not_reached.
  explicit PropertyWatch(const Model& model);

  /// A run begins.
  void reset(const std::vector<LocalState>& nodes);
  /// One node has changed. `faulty`: FaultCounts::any.
  void changed(int node, const std::vector<LocalState>& nodes, bool faulty);
  /// All have, and what was seen before does not count: other transactions are in their places.
  void replaced(const std::vector<LocalState>& nodes);

  /// In the order of safety_properties().
  const std::vector<WatchStatus>& statuses() const { return statuses_; }

 private:
  void judge(bool faulty);

  const Model& model_;
  std::vector<const Property*> properties_;
  std::vector<std::size_t> places_;  // of properties_ in safety_properties()
  std::vector<Observation> seen_;    // [property * nodes + node]
  std::vector<WatchStatus> statuses_;
};

}  // namespace concordat
