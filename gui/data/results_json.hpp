// Results as JSON, told apart by their `format`.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "gui/data/results.hpp"

namespace concordat::gui {

inline constexpr std::array<std::string_view, 4> result_formats{
    "concordat-matrix/1", "concordat-cost/1", "concordat-seeds/1", "concordat-bench/1"};

Result<Results> read_results_json(std::string_view text, const std::string& file);

}  // namespace concordat::gui
