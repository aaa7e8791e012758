// Ranges of seeds, for the verbs that run them.
#pragma once

#include <optional>
#include <string>

#include "sim/app/app.hpp"
#include "sim/run/campaign.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

/// All runs of a range. The result is the same for every number of threads. After Ctrl-C it is that
/// of the runs that were done. RETURNS: nothing if none was.
std::optional<Campaign> run_range(const scenario::Scenario& scenario,
                                  const scenario::Bound& bound,
                                  scenario::Seeds seeds,
                                  int threads,
                                  Terminal& terminal);

/// `run` with a range of seeds, or of a scenario with a load.
int seeds_command(const Registry& registry, const RunOptions& options, Terminal& terminal);

/// That seeds, loads and latencies need a timed scenario.
Error untimed(const scenario::Scenario& scenario);

}  // namespace concordat::app
