// Who works after whom: `after:` of a scenario as a graph.
#pragma once

#include "sim/scenario/bind_parts.hpp"

namespace concordat::scenario {

/// Puts the order that the scenario says, if it says one, into the setup. Names keeps the error: a
/// role that has no order, a process of another role, or a circle, with its members.
void bind_order(const Scenario& scenario, const ProtocolInfo& info, Setup& setup, Names& names);

}  // namespace concordat::scenario
