// The naive checker: every run of a model within a budget of faults, by breadth-first search with
// standard containers. It says exactly what a verdict means, so it is where to start reading, and
// the measure for every faster checker.
//
// It keeps the key of every world that it has reached and, in a queue, the worlds whose successors
// it has not listed yet. It judges a world when it first reaches it, so the run that led there is a
// shortest one. A search ends with the first level that violates something; the other properties
// are then searched again without it, so that every verdict is as if it had been asked for alone.
// Who is blocked is decided afterwards, on the graph of states (prospects.hpp).
#pragma once

#include "sim/explore/check.hpp"

namespace concordat {

/// Answers the request. The counts are those of the last search: of all worlds within the budget if
/// some property is not violated, else of the levels up to the last violation.
CheckResult toy_check(const CheckRequest& request);

}  // namespace concordat
