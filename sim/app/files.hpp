// The scenario files that a command line names.
#pragma once

#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace concordat::app {

/// The scenario files below `path`, sorted by name so that the order is the same everywhere; the
/// path itself if it is no folder. ERRORS: a folder that cannot be searched.
Result<std::vector<std::string>> files_below(const std::string& path);

}  // namespace concordat::app
