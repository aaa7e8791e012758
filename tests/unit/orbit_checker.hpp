// The naive way to explore orbits: breadth-first search over worlds, where worlds that differ in
// the names of interchangeable processes only count as one. Which ones do is found by trying every
// renaming. It shares no code with the explorer's symmetry, and measures it.
#pragma once

#include "sim/explore/check.hpp"

namespace concordat {

/// States, levels, ends and verdicts of orbits; transitions are those of the worlds that were
/// reached first. Goals and non-blocking are not judged. A violated property's path has the length
/// of a shortest run, and no content.
CheckResult check_orbits(const CheckRequest& request);

/// The world with other names: process i becomes to[i], on a node of its own, whose place it takes.
World renamed_world(const Model& model, const World& world, const Renaming& to);

/// Every renaming of interchangeable processes within their roles.
std::vector<Renaming> all_renamings(const Model& model);

}  // namespace concordat
