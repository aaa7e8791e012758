// Verdicts and costs on demand: a matrix, the run behind one of its cells, a table of costs. Called
// in worker threads; nothing of Qt.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "gui/data/wishes.hpp"
#include "gui/jobs/job_progress.hpp"
#include "gui/jobs/load_job.hpp"
#include "sim/base/result.hpp"
#include "sim/model/registry.hpp"

namespace concordat::gui {

/// The protocols of a registry, and the fault classes.
std::vector<std::string> protocol_names(const Registry& registry);
std::vector<ClassName> class_names();

/// Stopped early: what there is, with `stopped`. ERRORS: those of binding.
Result<MatrixTable> compute_matrix(const Registry& registry,
                                   const MatrixWish& wish,
                                   const Tell& tell,
                                   const std::stop_token& stop);

/// The counterexample behind a violated cell, as a run that can be shown. ERRORS: the cell is not
/// violated, the search was stopped, or those of binding.
Result<Loaded> compute_counterexample(const Registry& registry,
                                      const CellWish& wish,
                                      const Tell& tell,
                                      const std::stop_token& stop);

/// Of all protocols, in runs without failures. `participants`: `3` or `2..5`.
Result<CostTable> compute_costs(const Registry& registry, const std::string& participants);

}  // namespace concordat::gui
