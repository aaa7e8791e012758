// The properties that are judged on what happened to the data; see property.hpp.
#pragma once

#include <vector>

#include "sim/model/property.hpp"

namespace concordat {

/// resource_conservation, no_dangling_hold, idempotence, compensation, message_effect.
std::vector<Property> data_properties();

}  // namespace concordat
