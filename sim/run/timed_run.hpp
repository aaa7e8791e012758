// A timed run as a Trace: the simulator's steps, each performed again by `apply` on a World, with
// their times. So what is shown has happened by the rules of the model, whatever the simulator
// thinks of it.
#pragma once

#include <cstdint>

#include "sim/run/runner.hpp"
#include "sim/run/simulator.hpp"

namespace concordat {

/// The simulator of a scenario. Both outlive it.
Simulator make_simulator(const scenario::Scenario& scenario, const scenario::Bound& bound);

struct TimedRun {
  Run run;  // with its trace; run.error: a fault of the scenario never came
  RunSummary summary;
};

/// One run with its trace, in which blocked processes are found by the definition, after every step
/// from the first fault on. REQUIRES: bound.is_timed, and no load.
TimedRun run_timed(const scenario::Scenario& scenario,
                   const scenario::Bound& bound,
                   std::uint64_t seed);

/// The worlds that a path leads to, for tests: performs `performed` and returns false if it is not
/// enabled.
bool follow(const Model& model, const Rules& rules, World& world, const Performed& performed);

}  // namespace concordat
