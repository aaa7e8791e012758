// Benchmarks as JSON.
#pragma once

#include "gui/data/json_picker.hpp"

namespace concordat::gui {

BenchTable read_bench(Picker& pick, const trace::JsonValue& json);

}  // namespace concordat::gui
