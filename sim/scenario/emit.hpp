// A tree of YAML as text, in one canonical form: a value goes on the line of its key as long as the
// line stays short, and into an indented block otherwise; quotes only where YAML needs them.
#pragma once

#include <string>

#include "sim/scenario/yaml.hpp"

namespace concordat::scenario {

/// `parse_yaml` gives the same tree back, places apart.
/// REQUIRES: a map; keys are names, rows or processes; text holds no control characters but `\n`.
/// In a tree to be written, `quoted` marks text that must not pass for a number or a truth value,
/// and `several_lines` a list or map that gets a line for each item however short it is.
std::string emit(const YamlNode& root);

}  // namespace concordat::scenario
