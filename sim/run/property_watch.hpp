// The safety properties along a run, as its path has them. A violation comes with a decision, an
// answer or, for those on data, with a change of the store: then they are judged. What each
// property sees of a node is remembered until the node changes, so that a judgement costs a few
// observations.
//
// A step that waits for a force may still turn out otherwise: a crash can fall inside it. It is
// open until then. What stands after an open step in the run is remembered, and judged when the
// step is settled, so that a decision that was never made is never judged.
//
// Invariant: while something is remembered, `touched_` is empty.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/model/property.hpp"

namespace concordat {

/// How a property stands in a run. `not_reached`: there was nothing to judge yet.
enum class WatchStatus : std::uint8_t { not_reached, ok, violated };

class PropertyWatch {
 public:
  using Nodes = std::vector<LocalState>;

  /// `model` outlives the watch. Properties that are not judged stay not_reached.
  explicit PropertyWatch(const Model& model);

  /// A run begins with these nodes.
  void reset(const Nodes& nodes);

  /// What stands at `position` in the run has changed `node`, which is now as in `nodes`. `judged`:
  /// a property may be violated now, or have something to judge for the first time. `open`: a crash
  /// inside this step may yet make it another one. REQUIRES: positions do not go back.
  struct Look {
    std::uint64_t position = 0;
    int node = 0;
    bool judged = false;
    bool open = false;
  };
  void look(const Look& look, const Nodes& nodes);
  /// The open step at `look.position` has become another one. With a load, the node's places may
  /// have gone to other transactions since, but not that of the step's `slot`; -1: none has.
  void amend(const Look& look, const Nodes& nodes, int slot);
  /// Everything before `position` is as it will stay.
  void settle(std::uint64_t position, const Nodes& nodes);
  /// Whether anything waits to be settled.
  bool waits() const { return !log_.empty(); }
  /// A fault that excuses an abort (FaultCounts::any) stands at `position`.
  void fault(std::uint64_t position) { first_fault_ = std::min(first_fault_, position); }

  /// Whether a change of a store by itself calls for a judgement.
  bool watches_data() const { return watches_data_; }

  /// In the order of safety_properties(). Without what still waits.
  const std::vector<WatchStatus>& statuses() const { return statuses_; }

 private:
  struct Watched {
    const Property* property = nullptr;
    std::size_t place = 0;     // in safety_properties()
    std::size_t observer = 0;  // in observers_
  };
  using Observe = Observation (*)(const Model&, int, const LocalState&);
  struct Remembered {
    Look look;
    std::vector<Observation> seen;   // per observer
    std::vector<History> histories;  // of the node, per slot
  };

  void observe_all(int node, const LocalState& local, std::vector<Observation>& out) const;
  void refresh(const Nodes& nodes);
  void judge(std::size_t node_count, bool faulty);

  const Model& model_;
  std::vector<Watched> properties_;
  std::vector<Observe> observers_;     // each once, though properties share them
  std::vector<Observation> seen_;      // [node * observers + observer]
  std::vector<Observation> combined_;  // per observer
  std::vector<WatchStatus> statuses_;
  std::deque<Remembered> log_;   // in the order of positions
  std::uint32_t touched_ = ~0U;  // nodes, as a mask
  std::uint64_t first_fault_ = ~std::uint64_t{0};
  bool watches_data_ = false;
};

}  // namespace concordat
