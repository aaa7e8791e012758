// A process's state in a few words, the same for states that differ in numbers and sets only.
#pragma once

#include <string>

#include "sim/model/model.hpp"

namespace concordat::explore {

/// `phase=in_doubt; log prepared`: its enums and bools. `place`: the slot's, on its node.
std::string state_text(const Model& model, const LocalState& local, int place);

}  // namespace concordat::explore
