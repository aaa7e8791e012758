// The safety properties along a run. A violation comes with a decision, an answer or, for those on
// data, with a change of the store: then they are judged. What each property sees of a node is
// remembered until the node changes, so that a judgement costs a few observations.
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
  void reset();
  /// What some property looks at has changed on this node.
  void touch(int node) { touched_ |= 1U << static_cast<unsigned>(node); }
  void touch_all() { touched_ = ~0U; }
  /// `faulty`: FaultCounts::any.
  void judge(const std::vector<LocalState>& nodes, bool faulty);
  /// Whether a change of a store by itself calls for a judgement.
  bool watches_data() const { return watches_data_; }

  /// In the order of safety_properties().
  const std::vector<WatchStatus>& statuses() const { return statuses_; }

 private:
  struct Watched {
    const Property* property = nullptr;
    std::size_t place = 0;     // in safety_properties()
    std::size_t observer = 0;  // in observers_
  };
  using Observe = Observation (*)(const Model&, int, const LocalState&);

  const Model& model_;
  std::vector<Watched> properties_;
  std::vector<Observe> observers_;     // each once, though properties share them
  std::vector<Observation> seen_;      // [observer * nodes + node]
  std::vector<Observation> combined_;  // per observer
  std::vector<WatchStatus> statuses_;
  std::uint32_t touched_ = ~0U;  // nodes, as a mask
  bool watches_data_ = false;
};

}  // namespace concordat
