// The graph of all states of a small system, laid out, and shortest runs to its states. Called in
// worker threads; nothing of Qt.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "gui/data/state_picture.hpp"
#include "gui/data/wishes.hpp"
#include "gui/jobs/job_progress.hpp"
#include "gui/jobs/load_job.hpp"

namespace concordat::gui {

/// Every protocol with every profile.
std::vector<RowName> row_names(const Registry& registry);

/// What a path is taken from; only `compute_path` looks inside.
class ExploredGraph;

struct Explored {
  StatePicture picture;
  std::shared_ptr<const ExploredGraph> graph;
};

/// With every vote left open. ERRORS: too many states, the search was stopped, or those of binding.
Result<Explored> compute_graph(const Registry& registry,
                               const GraphWish& wish,
                               const Tell& tell,
                               const std::stop_token& stop);

/// A shortest run to the state, with what is still possible after each step.
Result<Loaded> compute_path(const Registry& registry, const ExploredGraph& graph, int state);

}  // namespace concordat::gui
