// What `check --why-not` adds to what is said of an unreachable goal.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "sim/app/why_not.hpp"

namespace concordat::app {

/// Nothing if nothing was asked about the goal at this place.
void print_why_not(const WhyNots& all, std::size_t goal, std::ostream& out);
/// Null if nothing was asked about the goal at this place.
nlohmann::ordered_json why_not_json(const WhyNots& all, std::size_t goal);

}  // namespace concordat::app
