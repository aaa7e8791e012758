// The naive checker: every run of a model within a budget of faults, by breadth-first search with
// standard containers. It says exactly what a verdict means, so it is where to start reading, and
// the measure for every faster checker.
//
// It keeps the key of every world that it has reached and, in a queue, the worlds whose successors
// it has not listed yet. It judges a world when it first reaches it, so the run that led there is a
// shortest one. A search ends with the first level that violates something; the other properties
// are then searched again without it, so that every verdict is as if it had been asked for alone.
#pragma once

#include "sim/explore/check.hpp"

namespace concordat {

/// Answers the request. The counts are those of the last search: of all worlds within the budget if
/// some property is not violated, else of the levels up to the last violation.
CheckResult toy_check(const CheckRequest& request);

/// The processes that are blocked in this world: undecided, and no run of starts, deliveries,
/// timeouts and granted locks lets them decide. RETURNS: nothing if that takes more than
/// `max_states` worlds to find out, or if only a run past a bound might free somebody.
std::optional<std::vector<Slot>> blocked_in(const Model& model,
                                            const Rules& rules,
                                            const World& world,
                                            std::int64_t max_states);

}  // namespace concordat
