// Shorter counterexamples. A run that a walk or a depth-first search has found wanders about; this
// leaves out what the violation does not need.
#pragma once

#include <functional>
#include <vector>

#include "sim/explore/check.hpp"

namespace concordat {

/// Whether this is the state that a run is kept for.
using Wanted = std::function<bool(const World&)>;

/// Looks for a better run to a wanted state, one with fewer faults, or else with fewer steps, or
/// else with fewer crashes inside steps. RETURNS: a run that is 1-minimal: without any one of its
/// events it does not replay, or does not end in a wanted state; the same holds for any two if it
/// has at most `pairs_up_to` events. No event can do without its crash, and no crash inside a step
/// can come before the step instead. It ends in its first wanted state, and is within every budget
/// that the given run is within. It need not be a shortest run: it is made of the given one's
/// events, in their order.
///
/// Method: delta debugging (Zeller and Hildebrandt 2002, "Simplifying and isolating
/// failure-inducing input"), with one difference: when a part is left out, so are the later events
/// that are not enabled without it, instead of giving up. Faults are tried first.
///
/// REQUIRES: every event of `path` is enabled in its turn, and the last state is wanted.
/// COMPLEXITY: of a run of n events that become m, about n log n + m^3 events are applied; at worst
/// n^2 and more.
std::vector<Event> minimise(const Model& model,
                            const Rules& rules,
                            std::vector<Event> path,
                            const Wanted& wanted);

inline constexpr int pairs_up_to = 64;

/// Minimises the path of every violated verdict. A path to somebody who is blocked is kept as it is
/// unless `find_blocked_nearby` sees it at its end.
void minimise_paths(const CheckRequest& request, CheckResult& result);

/// Who is blocked in a world of which starts, deliveries, timeouts and store notices make at most
/// `blocked_futures` different ones: the first who is undecided there and decides in none of them.
/// RETURNS: nothing if nobody is, if there are more worlds, or if a bound was hit.
std::optional<Slot> find_blocked_nearby(const Model& model, const Rules& rules, const World& world);

inline constexpr std::size_t blocked_futures = 500;

}  // namespace concordat
