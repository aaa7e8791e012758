// A small graph of states, and where each state is drawn: layers by the number of steps from the
// initial state, with few crossings between them. No pixels, and nothing of the engines.
#pragma once

#include <string>
#include <vector>

#include "gui/data/sequence.hpp"

namespace concordat::gui {

struct StateNode {
  Valence valence{};      // what can still be decided
  bool doomed = false;    // no run from there keeps every property
  bool violates = false;  // it breaks one itself
  std::string words;      // the state of each process, a line each
  int layer = 0;          // steps from the initial state
  double x = 0;           // within the layer; 0 is the middle, neighbours are 1 apart
};

struct StateEdge {
  int from = 0;
  int to = 0;
  std::string event;
};

struct StatePicture {
  std::vector<StateNode> nodes;  // the initial state first
  std::vector<StateEdge> edges;
  int layers = 0;
  double width = 0;  // of the widest layer

  int event_count() const { return static_cast<int>(edges.size()); }
};

/// Gives every state its layer and its place there. COMPLEXITY: some sweeps over all edges.
void lay_out(StatePicture& picture);

}  // namespace concordat::gui
