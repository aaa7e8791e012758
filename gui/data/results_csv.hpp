// Results as tables with commas between the columns.
#pragma once

#include <string>
#include <string_view>

#include "gui/data/results.hpp"

namespace concordat::gui {

/// Whether the first line names the columns of one of our tables.
bool is_results_csv(std::string_view text);
/// One field, in quotes if it needs them.
std::string quoted_field(std::string text);
Result<Results> read_results_csv(std::string_view text, const std::string& file);

}  // namespace concordat::gui
