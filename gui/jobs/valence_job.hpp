// What can still be decided after each step of a run, from a search of all runs. Called in worker
// threads; nothing of Qt.
#pragma once

#include <stop_token>
#include <string>

#include "gui/data/document.hpp"
#include "gui/jobs/job_progress.hpp"
#include "sim/base/result.hpp"

namespace concordat {
class Registry;
}

namespace concordat::gui {

struct Judged {
  DocumentPtr document;  // the same run, with what is known; null: nothing is
  std::string scope;     // what was searched
  std::string unknown;   // what is not known, and why; "" = everything is
};

/// Within the budget of the scenario's `explore:`, which is raised to the faults that the run has,
/// and under its timing, or else that of the run.
/// ERRORS: the run carries no scenario, or that does not bind; "stopped" alone if somebody ended
/// it.
Result<Judged> compute_valences(const Registry& registry,
                                const DocumentPtr& document,
                                const Tell& tell,
                                const std::stop_token& stop);

}  // namespace concordat::gui
