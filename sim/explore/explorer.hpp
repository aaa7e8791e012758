// The explorer: every run of a model within a budget of faults, at memory speed. It answers what
// the naive checker (tests/toy_checker) answers, with the same counts. README.md beside this file
// says how, and what each option does.
#pragma once

#include "sim/explore/check.hpp"

namespace concordat {

/// Explores all that `request` allows. The first violation of each property has a shortest path.
CheckResult explore_all(const CheckRequest& request);

}  // namespace concordat
