// A small state graph as a drawing, in the language of Graphviz: `dot -Tsvg graph.dot > graph.svg`.
#pragma once

#include <string>
#include <vector>

#include "sim/graph/valence.hpp"

namespace concordat::graph {

enum class Extent : std::uint8_t {
  full,     // every state
  run,      // the states of one run, and those that its other events would have led to
  choices,  // where the outcome is open, and the first states where it is not
};

struct Drawing {
  std::string dot;
  std::int64_t states = 0;  // drawn, or those that would have been if there are too many
  bool too_large = false;   // nothing is drawn
};

/// States are coloured by the valence of transaction 1; doomed ones have a thick border, violations
/// a double one. `run`: its states are drawn bold; for Extent::run they are what is drawn. A
/// drawing of more than `max_states` would help nobody.
Drawing draw(const StateGraph& graph,
             const Valences& valences,
             Extent extent,
             const std::vector<StateGraph::State>& run,
             std::int64_t max_states);

}  // namespace concordat::graph
