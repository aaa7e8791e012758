// Scenario files in: from YAML text to a Scenario, strictly. Unknown and repeated keys, wrong
// types, values out of range and times that contradict each other are errors with line, column and,
// where one can be guessed, the fix. Whether the names in it exist in the protocol is for binding
// to say.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/scenario/scenario.hpp"

namespace concordat::scenario {

/// Reads a file, which holds one scenario, or several with `variants` and `sweep`. Each of those
/// has its label in `Scenario::variant` and at the end of its name; it stands on its own, as if it
/// had been written out. `file_name` is for errors and for `Scenario::file`.
/// `settings` are pairs PLACE=VALUE; each is swept with this one value, whatever the file says.
/// ERRORS: the first thing that is wrong, in the order of the file where that can be told.
/// RETURNS: at least one.
Result<std::vector<Scenario>> read_all(std::string_view yaml_text,
                                       const std::string& file_name,
                                       std::span<const std::string> settings = {});

/// The same from a file.
Result<std::vector<Scenario>> read_all_file(const std::string& path,
                                            std::span<const std::string> settings = {});

/// Reads one scenario. ERRORS: the same, or there are `variants` or a `sweep`.
Result<Scenario> read(std::string_view yaml_text, const std::string& file_name);

}  // namespace concordat::scenario
