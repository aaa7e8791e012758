// What the measures of benchmarks mean, in words.
#pragma once

#include <string_view>

#include <QString>

#include "gui/data/bench_table.hpp"

namespace concordat::gui {

/// One line; "" for a measure that the viewer does not know.
QString measure_words(std::string_view name);
/// `commit_p99 (ms)`.
QString measure_title(const BenchMeasure& measure);
/// As `shown_unit`, in the user's language.
QString unit_words(std::string_view unit);

}  // namespace concordat::gui
