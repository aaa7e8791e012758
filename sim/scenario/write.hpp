// Scenario files out: the canonical text of a Scenario. Keys stand in the order of the struct,
// values that equal the default are left out, comments of the file it came from are lost.
#pragma once

#include <string>

#include "sim/scenario/scenario.hpp"

namespace concordat::scenario {

/// `read(write(s), ...)` equals `s` for every scenario that `read` could have given.
std::string write(const Scenario& scenario);

}  // namespace concordat::scenario
