// The binding of all that concerns time: durations, distributions, random faults and load. For
// bind.cpp only.
#pragma once

#include <vector>

#include "sim/model/model.hpp"
#include "sim/scenario/bind_parts.hpp"
#include "sim/scenario/timed.hpp"

namespace concordat::scenario {

/// All but `Timed::retries`, which the finished model tells.
/// ERRORS: in `names`; the value is then of no use.
Timed bind_timed(const Scenario& scenario,
                 const ProtocolInfo& info,
                 const Setup& setup,
                 Names& names);

/// The places of timers by duration, for Setup::timer_order; empty if the scenario leaves their
/// order to the protocol.
std::vector<int> timer_order(const Scenario& scenario, const Timed& timed);

}  // namespace concordat::scenario
