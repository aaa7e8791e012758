#include "gui/views/bench_charts.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <QChartView>

#include "gui/models/measure_words.hpp"
#include "gui/models/text.hpp"

namespace concordat::gui {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double percent = 100;
constexpr double ms_per_s = 1'000;

int number_of(const std::vector<std::string>& all, const std::string& one) {
  return static_cast<int>(std::ranges::find(all, one) - all.begin());
}

// ---- A measure against a place.

bool fits(const BenchTable& table, const BenchPoint& point, const MeasureChoice& choice) {
  const std::size_t count = table.dimensions().size();
  for (std::size_t i = 0; i < count; ++i)
    if (i != choice.against && table.value_at(point, i) != choice.others[i]) return false;
  return true;
}

/// Where each value of the place stands on the axis. RETURNS: nothing if some is no number.
std::map<std::string, double> numbers_of(const std::vector<std::string>& values) {
  std::map<std::string, double> out;
  for (const std::string& value : values) {
    const auto number = place_number(value);
    if (!number) return {};
    out[value] = *number;
  }
  return out;
}

QString assigned(const std::string& place, const std::string& value) {
  return text_of(place.substr(place.rfind('.') + 1)) + "=" + text_of(value);
}

QString place_title(const std::string& place, const std::vector<std::string>& values) {
  return std::ranges::any_of(values, is_place_time) ? text_of(place) + " (" + unit_words("ms") + ")"
                                                    : text_of(place);
}

/// Sets the axis of x. RETURNS: where each value stands on it.
std::map<std::string, double> lay_out(const BenchTable& table,
                                      const MeasureChoice& choice,
                                      LineChart& chart) {
  const std::vector<std::string> dimensions = table.dimensions();
  if (dimensions.empty()) {
    chart.categories << QString();
    return {};
  }
  const std::vector<std::string> values = table.values_of(choice.against);
  const bool is_variant = choice.against == 0 && table.has_variants();
  const std::string& name = dimensions[choice.against];
  chart.x_title = is_variant ? QChartView::tr("variant") : place_title(name, values);
  std::map<std::string, double> out = numbers_of(values);
  if (!out.empty() && values.size() > 1 && !is_variant) return out;
  out.clear();
  for (const std::string& value : values) {
    out[value] = static_cast<double>(chart.categories.size());
    const bool has_name = !value.empty();
    chart.categories << (has_name ? text_of(value) : QChartView::tr("none"));
  }
  return out;
}

// ---- Chosen points.

/// The protocol, and where the points differ, the place.
QString name_of(const BenchTable& table, const ChosenPoints& points, const BenchPoint& point) {
  QString out = text_of(point.contender());
  const std::vector<std::string> dimensions = table.dimensions();
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    const std::string& value = table.value_at(point, i);
    const bool differs = std::ranges::any_of(
        points, [&](std::size_t each) { return table.value_at(table.points[each], i) != value; });
    if (differs) out += ", " + assigned(dimensions[i], value);
  }
  return out;
}

/// Where all of the points are, to stand behind a title: ` (skew=0)`.
QString common_place(const BenchTable& table, const ChosenPoints& points) {
  if (points.empty()) return {};
  QStringList out;
  const std::vector<std::string> dimensions = table.dimensions();
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    const std::string& value = table.value_at(table.points[points.front()], i);
    const bool is_common = std::ranges::all_of(
        points, [&](std::size_t each) { return table.value_at(table.points[each], i) == value; });
    if (is_common) out << assigned(dimensions[i], value);
  }
  return out.isEmpty() ? QString() : " (" + out.join(", ") + ")";
}

/// A line for each point, without points. Its colour is the protocol's, as in the other charts,
/// unless one protocol is there twice.
std::vector<ChartLine> lines_of(const BenchTable& table, const ChosenPoints& points) {
  const std::vector<std::string> contenders = table.contenders();
  std::vector<ChartLine> out;
  std::vector<int> numbers;
  for (const std::size_t each : points) {
    const BenchPoint& point = table.points[each];
    numbers.push_back(number_of(contenders, point.contender()));
    out.push_back({name_of(table, points, point), numbers.back(), {}});
  }
  std::ranges::sort(numbers);
  if (std::ranges::adjacent_find(numbers) == numbers.end()) return out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i].number = static_cast<int>(i);
  return out;
}

ChosenPoints drawn(const ChosenPoints& points) {
  return {points.begin(),
          points.begin() + static_cast<std::ptrdiff_t>(std::min(points.size(), most_lines))};
}

QString nothing_chosen() {
  return QChartView::tr("Choose points in the table above");
}

template <class Value>
LineChart over_time(const BenchTable& table,
                    const ChosenPoints& all,
                    LineChart chart,
                    Value value) {
  const ChosenPoints points = drawn(all);
  chart.title += common_place(table, points);
  chart.x_title = QChartView::tr("time since the start (s)");
  chart.from_zero = true;
  chart.words = points.empty() ? nothing_chosen() : QChartView::tr("Nothing was measured");
  chart.lines = lines_of(table, points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const BenchPoint& point = table.points[points[i]];
    const BenchSeries& series = point.series;
    const auto is_some = [](std::int64_t count) { return count > 0; };
    // Before the first arrival is the warm-up; what follows the last is only the rest.
    const auto first = std::ranges::find_if(series.arrived, is_some) - series.arrived.begin();
    const auto last = std::find_if(series.arrived.rbegin(), series.arrived.rend(), is_some).base() -
                      series.arrived.begin();
    for (auto at = first; at < last; ++at) {
      const double middle = (static_cast<double>(at) + 0.5) * series.interval_ms / ms_per_s;
      chart.lines[i].points.push_back({middle, value(point, static_cast<std::size_t>(at)), 0});
    }
  }
  return chart;
}

/// Steps, with zero where no bin is.
std::vector<LinePoint> steps_of(const std::vector<BenchBin>& bins, bool cumulative) {
  double all = 0;
  for (const BenchBin& bin : bins)
    all += static_cast<double>(bin.count);
  std::vector<LinePoint> out;
  double sum = 0;
  double end = 0;
  constexpr double near = 1e-4;  // written values are rounded
  for (const BenchBin& bin : bins) {
    const double share = percent * static_cast<double>(bin.count) / all;
    const bool is_gap = out.empty() || bin.least_ms > end * (1 + near);
    if (is_gap && !out.empty() && !cumulative) out.push_back({end, 0, 0});
    if (is_gap) out.push_back({bin.least_ms, cumulative ? sum : 0, 0});
    end = end_of_bin(bin.least_ms);
    sum += share;
    if (cumulative) {
      out.push_back({end, sum, 0});
    } else {
      out.push_back({bin.least_ms, share, 0});
      out.push_back({end, share, 0});
    }
  }
  if (!out.empty() && !cumulative) out.push_back({end, 0, 0});
  return out;
}

LineChart distribution(const BenchTable& table,
                       const ChosenPoints& all,
                       std::vector<BenchBin> BenchPoint::*bins,
                       bool cumulative) {
  const ChosenPoints points = drawn(all);
  LineChart chart;
  chart.title = common_place(table, points);
  chart.x_title = unit_words("ms");
  chart.log_x = true;
  chart.from_zero = true;
  chart.steps = !cumulative;
  chart.lines = lines_of(table, points);
  if (points.empty()) chart.words = nothing_chosen();
  for (std::size_t i = 0; i < points.size(); ++i) {
    ChartLine& line = chart.lines[i];
    const std::vector<BenchBin>& from = table.points[points[i]].*bins;
    std::int64_t count = 0;
    for (const BenchBin& bin : from)
      count += bin.count;
    line.name += QString(" (%L1)").arg(count);
    if (count > 0) line.points = steps_of(from, cumulative);
    // A logarithmic axis has no zero; the first bin begins there.
    for (LinePoint& point : line.points)
      point.x = std::max(point.x, end_of_bin(0) / 2);
  }
  return chart;
}

}  // namespace

LineChart measure_chart(const BenchTable& table, const MeasureChoice& choice) {
  const BenchMeasure& measure = table.measures[choice.measure];
  LineChart chart;
  chart.title = text_of(measure.name);
  const QString words = measure_words(measure.name);
  if (!words.isEmpty()) chart.title += ": " + words;
  QStringList at;
  const std::vector<std::string> dimensions = table.dimensions();
  for (std::size_t i = 0; i < dimensions.size(); ++i)
    if (i != choice.against) at << assigned(dimensions[i], choice.others[i]);
  if (!at.isEmpty()) chart.title += " (" + at.join(", ") + ")";
  chart.y_title = measure_title(measure);
  chart.words =
      QChartView::tr("%1 has no value here: it never happened").arg(text_of(measure.name));
  chart.log_x = choice.log_x;
  chart.log_y = choice.log_y;
  const std::map<std::string, double> places = lay_out(table, choice, chart);
  const double scale = scale_of(measure.unit);
  const std::vector<std::string> contenders = table.contenders();
  for (std::size_t i = 0; i < contenders.size(); ++i)
    chart.lines.push_back({text_of(contenders[i]), static_cast<int>(i), {}});
  for (const BenchPoint& point : table.points) {
    if (!fits(table, point, choice)) continue;
    const BenchEstimate& estimate = point.estimates[choice.measure];
    const double x = places.empty() ? 0 : places.at(table.value_at(point, choice.against));
    chart.lines[static_cast<std::size_t>(number_of(contenders, point.contender()))]
        .points.push_back({x,
                           estimate.mean ? scale * *estimate.mean : nothing,
                           scale * estimate.half_width.value_or(0)});
  }
  for (ChartLine& line : chart.lines)
    std::ranges::stable_sort(line.points, {}, &LinePoint::x);
  std::erase_if(chart.lines, [](const ChartLine& line) { return line.points.empty(); });
  return chart;
}

LineChart throughput_chart(const BenchTable& table, const ChosenPoints& points) {
  LineChart chart;
  chart.title = QChartView::tr("Throughput over time");
  chart.y_title = QChartView::tr("committed per second");
  return over_time(table, points, chart, [](const BenchPoint& point, std::size_t at) {
    const double seconds = point.series.interval_ms / ms_per_s;
    const auto runs = static_cast<double>(std::max<std::int64_t>(point.runs, 1));
    return static_cast<double>(point.series.committed[at]) / seconds / runs;
  });
}

LineChart availability_chart(const BenchTable& table, const ChosenPoints& points) {
  LineChart chart;
  chart.title = QChartView::tr("Availability over time");
  chart.y_title = QChartView::tr("answered in time (%)");
  return over_time(table, points, chart, [](const BenchPoint& point, std::size_t at) {
    const auto arrived = static_cast<double>(point.series.arrived[at]);
    if (arrived == 0) return nothing;
    return percent * static_cast<double>(point.series.in_time[at]) / arrived;
  });
}

LineChart commit_chart(const BenchTable& table, const ChosenPoints& points, bool cumulative) {
  LineChart chart = distribution(table, points, &BenchPoint::commit, cumulative);
  chart.title = QChartView::tr("Until the client is told commit") + chart.title;
  chart.y_title = cumulative ? QChartView::tr("commits up to this time (%)")
                             : QChartView::tr("commits in each bin (%)");
  if (chart.words.isEmpty()) chart.words = QChartView::tr("Nothing was committed");
  return chart;
}

LineChart blocked_chart(const BenchTable& table, const ChosenPoints& points, bool cumulative) {
  LineChart chart = distribution(table, points, &BenchPoint::blocked, cumulative);
  chart.title = QChartView::tr("How long a process is blocked, at a stretch") + chart.title;
  chart.y_title = cumulative ? QChartView::tr("stretches up to this time (%)")
                             : QChartView::tr("stretches in each bin (%)");
  if (chart.words.isEmpty()) chart.words = QChartView::tr("Nobody was blocked");
  return chart;
}

}  // namespace concordat::gui
