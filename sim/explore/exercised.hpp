// What a search has exercised: the rows of its step table that it really followed, by role, state
// and event; and what it never did.
#pragma once

#include "sim/explore/steps.hpp"

namespace concordat::explore {

/// COMPLEXITY: the size of the table, which is small beside the search.
Exercised exercised_in(const StepTable& steps, const Budget& budget);

}  // namespace concordat::explore
