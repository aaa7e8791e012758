// Scenario files in: from YAML text to a Scenario, strictly. Unknown and repeated keys, wrong
// types, values out of range and times that contradict each other are errors with line, column and,
// where one can be guessed, the fix. Whether the names in it exist in the protocol is for binding
// to say.
#pragma once

#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/scenario/scenario.hpp"

namespace concordat::scenario {

/// Reads one scenario. `file_name` is for errors and for `Scenario::file`.
/// ERRORS: the first thing that is wrong, in the order of the file where that can be told.
Result<Scenario> read(std::string_view yaml_text, std::string file_name);

/// The same from a file.
Result<Scenario> read_file(const std::string& path);

}  // namespace concordat::scenario
