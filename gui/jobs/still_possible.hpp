// What a graph of all states says of the steps of a run.
#pragma once

#include <vector>

#include "sim/graph/valence.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::gui {

/// `path`: the first steps of the run, in the graph.
void tell_still_possible(const graph::Valences& valences,
                         const std::vector<graph::StateGraph::Edge>& path,
                         trace::Trace& trace);

}  // namespace concordat::gui
