// The charts of a benchmark: a measure against a place, what happened over time, distributions.
#pragma once

#include "gui/data/bench_table.hpp"
#include "gui/views/line_charts.hpp"

namespace concordat::gui {

inline constexpr std::size_t most_lines = 8;  // of chosen points; more nobody tells apart

/// What a chart of one measure shows.
struct MeasureChoice {
  std::size_t measure = 0;
  std::size_t against = 0;          // of the table's dimensions; of none if there are none
  std::vector<std::string> others;  // the value of every dimension; that of `against` is ignored
  bool log_x = false;
  bool log_y = false;
};

LineChart measure_chart(const BenchTable& table, const MeasureChoice& choice);

/// Points of the table, as rows. At most `most_lines` of them are drawn.
using ChosenPoints = std::vector<std::size_t>;

/// Commits in a second, and the share of those that arrived that was answered in time.
LineChart throughput_chart(const BenchTable& table, const ChosenPoints& points);
LineChart availability_chart(const BenchTable& table, const ChosenPoints& points);

/// `cumulative`: the share up to a time, not at it.
LineChart commit_chart(const BenchTable& table, const ChosenPoints& points, bool cumulative);
LineChart blocked_chart(const BenchTable& table, const ChosenPoints& points, bool cumulative);

}  // namespace concordat::gui
