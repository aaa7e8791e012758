// What can be read off the figures of a benchmark, by name: the columns of its tables, and what the
// checks of `resembles:` speak of.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sim/bench/figures.hpp"

namespace concordat::bench {

struct Measure {
  std::string_view name;
  std::string_view unit;     // ms | 1/s | share | count
  std::string_view summary;  // one line
  /// RETURNS: nothing where there is no sample.
  std::optional<double> (*value)(const Figures&);
  bool none_is_zero = false;  // no sample: it never happened, and to a check that is zero
};

/// All of them, in the order of CSV and JSON.
std::span<const Measure> measures();
/// RETURNS: null if none is called so.
const Measure* find_measure(std::string_view name);
/// REQUIRES: one of `measures()`. RETURNS: its place there.
std::size_t index_of(const Measure& measure);
/// What a table shows unless the file, or the user, says something else.
std::span<const std::string_view> usual_measures();

}  // namespace concordat::bench
