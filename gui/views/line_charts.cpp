#include "gui/views/line_charts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <QBarCategoryAxis>
#include <QBarSeries>
#include <QBarSet>
#include <QChart>
#include <QChartView>
#include <QCursor>
#include <QHorizontalBarSeries>
#include <QLegend>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QScatterSeries>
#include <QToolTip>
#include <QValueAxis>

#include "gui/data/bench_table.hpp"
#include "gui/views/chart_marks.hpp"
#include "gui/views/charts.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

namespace {

constexpr double decades = 100;    // two of them
constexpr int most_shapes = 14;    // on a line; more would hide it
constexpr double bar_width = 0.7;  // of a category

struct Range {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  void take(double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  bool is_empty() const { return least > most; }
};

bool is_drawn(const LineChart& chart, const LinePoint& point) {
  return std::isfinite(point.y) && (!chart.log_x || point.x > 0) && (!chart.log_y || point.y > 0);
}

Range range_x(const LineChart& chart) {
  Range out;
  for (const ChartLine& line : chart.lines)
    for (const LinePoint& point : line.points)
      if (is_drawn(chart, point)) out.take(point.x);
  return out;
}

/// With the intervals, if there is a place for them.
Range range_y(const LineChart& chart, bool with_intervals) {
  Range out;
  for (const ChartLine& line : chart.lines)
    for (const LinePoint& point : line.points) {
      if (!is_drawn(chart, point)) continue;
      out.take(point.y);
      if (!with_intervals) continue;
      out.take(point.y + point.half_width);
      if (!chart.log_y) out.take(std::max(point.y - point.half_width, 0.0));
    }
  return out;
}

bool spans_decades(double least, double most) {
  return least > 0 && least < most && most / least > decades;
}

// ---- Axes.

/// 1, 2 or 5 times a power of ten, some five of which make the span.
double step_of(double span) {
  constexpr double wanted = 5;
  const double power = std::pow(10, std::floor(std::log10(span / wanted)));
  for (const double step : {1.0, 2.0, 5.0})
    if (span / (step * power) <= wanted + 1) return step * power;
  return 10 * power;
}

/// REQUIRES: least < most.
QValueAxis* plain_axis(double least, double most) {
  auto* axis = new QValueAxis;
  const double step = step_of(most - least);
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
  axis->setRange(least, most);
  axis->setTickType(QValueAxis::TicksDynamic);
  axis->setTickAnchor(0);
  axis->setTickInterval(step);
  axis->setLabelFormat(QString("%.%1f").arg(decimals));
  return axis;
}

/// With at least two powers of ten, for the labels are there.
QLogValueAxis* log_axis(double least, double most) {
  auto* axis = new QLogValueAxis;
  constexpr double room = 1.25;
  double from = least / room;
  double to = most * room;
  if (std::floor(std::log10(to)) - std::ceil(std::log10(from)) < 1) {
    from = std::pow(10, std::floor(std::log10(from)));
    to = std::pow(10, std::ceil(std::log10(to)));
  }
  axis->setRange(from, to);
  axis->setBase(10);
  axis->setMinorTickCount(8);
  axis->setLabelFormat("%g");
  return axis;
}

QAbstractAxis* axis_of_x(const LineChart& chart) {
  const Range range = range_x(chart);
  if (chart.log_x) return log_axis(range.least, range.most);
  constexpr double share = 40;  // free at each side, for the shapes
  const double span = range.most - range.least;
  const double room = span > 0 ? span / share : std::max(std::abs(range.most) / share, 1e-6);
  return plain_axis(range.least - room, range.most + room);
}

/// From zero on, unless all values are near each other and far from it.
QAbstractAxis* axis_of_y(const LineChart& chart) {
  const Range range = range_y(chart, true);
  if (chart.log_y) return log_axis(range.least, range.most);
  const double span = range.most - range.least;
  constexpr double near = 5;
  const bool is_near = !chart.from_zero && span > 0 && range.least > near * span;
  double least = is_near ? range.least - span / near : 0;
  double most = range.most > 0 ? range.most : 1;
  const double step = step_of(most - least);
  constexpr double rounding = 1e-6;
  least = std::floor(least / step + rounding) * step;
  most = std::ceil(most / step - rounding) * step;
  constexpr double room = 50;  // a value at the top has a whole shape
  if (most - range.most < (most - least) / room) most = range.most + (most - least) / room;
  return plain_axis(least, most);
}

void add_axis(QChart& chart, QAbstractAxis* axis, const QString& title, Qt::Alignment side) {
  axis->setTitleText(title);
  style_axis(*axis);
  QColor faint = Theme::current().grid;
  faint.setAlpha(90);
  axis->setMinorGridLineColor(faint);
  chart.addAxis(axis, side);
  for (QAbstractSeries* series : chart.series())
    series->attachAxis(axis);
}

// ---- Lines.

QString told(const ChartLine& line, const LinePoint& point) {
  QString out =
      QString("%1: %2, %3").arg(line.name).arg(point.x, 0, 'g', 5).arg(point.y, 0, 'g', 5);
  if (point.half_width > 0) out += QString(" ±%1").arg(point.half_width, 0, 'g', 3);
  return out;
}

/// A series for each piece without a break.
void add_strokes(QChart& chart, const LineChart& from, const ChartLine& line) {
  QLineSeries* stroke = nullptr;
  for (const LinePoint& point : line.points) {
    if (!is_drawn(from, point)) {
      stroke = nullptr;
      continue;
    }
    if (stroke == nullptr) {
      stroke = new QLineSeries;
      QPen pen(Theme::current().line(line.number), 1.8, dashes_of(line.number));
      stroke->setPen(pen);
      chart.addSeries(stroke);
    }
    stroke->append(point.x, point.y);
  }
}

/// The shapes, which also stand in the legend.
QScatterSeries* add_shapes(QChart& chart, const LineChart& from, const ChartLine& line) {
  auto* shapes = new QScatterSeries;
  shapes->setName(line.name);
  shapes->setMarkerShape(scatter_shape(line.number));
  shapes->setMarkerSize(9);
  shapes->setColor(Theme::current().line(line.number));
  shapes->setBorderColor(Theme::current().background);
  const auto count = static_cast<int>(line.points.size());
  const int each = (count + most_shapes - 1) / most_shapes;
  const double least = from.steps ? range_y(from, false).most / 50 : 0;  // below it is a tail
  for (int i = 0; i < count; ++i) {
    // Not every line has its shapes at the same places, so that lines upon each other are seen.
    const bool here = each <= 1 || i % each == line.number % each;
    const LinePoint& point = line.points[static_cast<std::size_t>(i)];
    const bool is_low = point.y < least;
    if (here && !is_low && is_drawn(from, point)) shapes->append(point.x, point.y);
  }
  chart.addSeries(shapes);
  QObject::connect(shapes, &QXYSeries::hovered, [line](const QPointF& at, bool over) {
    if (!over) return QToolTip::hideText();
    const auto near = std::ranges::find_if(line.points, [&](const LinePoint& point) {
      return point.x == at.x() && point.y == at.y();
    });
    if (near != line.points.end()) QToolTip::showText(QCursor::pos(), told(line, *near));
  });
  return shapes;
}

std::vector<LegendMark> legend_of(const LineChart& chart) {
  std::vector<LegendMark> out;
  for (const ChartLine& line : chart.lines)
    out.push_back({line.name, line.number});
  return out;
}

void draw_lines(QChart& chart, const LineChart& from) {
  for (const ChartLine& line : from.lines)
    add_strokes(chart, from, line);
  QAbstractSeries* any = nullptr;
  for (const ChartLine& line : from.lines)
    any = add_shapes(chart, from, line);
  add_axis(chart, axis_of_x(from), from.x_title, Qt::AlignBottom);
  QAbstractAxis* values = axis_of_y(from);
  add_axis(chart, values, from.y_title, Qt::AlignLeft);
  const Range range = range_y(from, true);
  const double floor = from.log_y ? range.least : 0;
  std::vector<IntervalMark> intervals;
  for (const ChartLine& line : from.lines)
    for (const LinePoint& point : line.points)
      if (point.half_width > 0 && is_drawn(from, point))
        intervals.push_back({{point.x, std::max(point.y - point.half_width, floor)},
                             {point.x, point.y + point.half_width},
                             Theme::current().line(line.number)});
  ChartMarks& marks = ChartMarks::of(chart);
  marks.set(any, std::move(intervals));
  marks.setLegend(legend_of(from), false);
}

// ---- Bars.

double value_at(const ChartLine& line, int category) {
  for (const LinePoint& point : line.points)
    if (static_cast<int>(point.x) == category && std::isfinite(point.y)) return point.y;
  return 0;
}

/// Beside each other at each category.
void draw_bars(QChart& chart, const LineChart& from) {
  auto* series = new QBarSeries;
  series->setBarWidth(bar_width);
  const auto count = static_cast<double>(from.lines.size());
  std::vector<IntervalMark> intervals;
  for (std::size_t i = 0; i < from.lines.size(); ++i) {
    const ChartLine& line = from.lines[i];
    auto* set = new QBarSet(line.name);
    for (int category = 0; category < from.categories.size(); ++category)
      set->append(value_at(line, category));
    set->setColor(Theme::current().line(line.number));
    set->setBorderColor(Theme::current().background);
    series->append(set);
    const double aside = bar_width * ((static_cast<double>(i) + 0.5) / count - 0.5);
    for (const LinePoint& point : line.points)
      if (point.half_width > 0)
        intervals.push_back({{point.x + aside, std::max(point.y - point.half_width, 0.0)},
                             {point.x + aside, point.y + point.half_width},
                             Theme::current().text});
  }
  chart.addSeries(series);
  auto* names = new QBarCategoryAxis;
  names->append(from.categories);
  add_axis(chart, names, from.x_title, Qt::AlignBottom);
  LineChart whole = from;
  whole.from_zero = true;
  whole.log_x = whole.log_y = false;
  add_axis(chart, axis_of_y(whole), from.y_title, Qt::AlignLeft);
  ChartMarks& marks = ChartMarks::of(chart);
  marks.set(series, std::move(intervals));
  marks.setLegend(legend_of(from), true);
}

/// One below the other, with their names and values.
void draw_single_bars(QChart& chart, const LineChart& from) {
  auto* series = new QHorizontalBarSeries;
  series->setBarWidth(bar_width);
  auto* set = new QBarSet(from.y_title);
  QStringList names;
  std::vector<IntervalMark> intervals;
  std::vector<ValueMark> values;
  const auto count = static_cast<int>(from.lines.size());
  double most = 0;
  for (int row = 0; row < count; ++row) {  // from below
    const ChartLine& line = from.lines[static_cast<std::size_t>(count - 1 - row)];
    names << line.name;
    set->append(value_at(line, 0));
    if (line.points.empty() || !std::isfinite(line.points.front().y)) continue;
    const LinePoint& point = line.points.front();
    const double end = point.y + point.half_width;
    most = std::max(most, end);
    QString text = QString::fromStdString(number_text(point.y));
    if (point.half_width > 0) {
      text += " ±" + QString::number(point.half_width, 'g', 3);
      intervals.push_back(
          {{std::max(point.y - point.half_width, 0.0), double(row)}, {end, double(row)}, {}});
      intervals.back().colour = Theme::current().text;
    }
    values.push_back({{end, double(row)}, text});
  }
  set->setColor(Theme::current().line(0));
  set->setBorderColor(Theme::current().background);
  series->append(set);
  chart.addSeries(series);
  auto* axis = new QBarCategoryAxis;
  axis->append(names);
  add_axis(chart, axis, "", Qt::AlignLeft);
  constexpr double room = 1.15;  // for the values
  add_axis(chart, plain_axis(0, most > 0 ? most * room : 1), from.y_title, Qt::AlignBottom);
  ChartMarks& marks = ChartMarks::of(chart);
  marks.set(series, std::move(intervals));
  marks.setValues(std::move(values));
}

/// What a screen reader says. Of long lines it would never end.
QString spoken(const LineChart& chart) {
  constexpr std::size_t most = 20;
  QStringList words{chart.title};
  for (const ChartLine& line : chart.lines) {
    words << line.name;
    if (line.points.size() > most) continue;
    for (const LinePoint& point : line.points)
      if (std::isfinite(point.y)) words << told(line, point);
  }
  if (!chart.words.isEmpty()) words << chart.words;
  return words.join("\n");
}

}  // namespace

bool spans_decades_x(const LineChart& chart) {
  Range range;
  for (const ChartLine& line : chart.lines)
    for (const LinePoint& point : line.points)
      if (point.x > 0) range.take(point.x);
  return spans_decades(range.least, range.most);
}

bool spans_decades_y(const LineChart& chart) {
  Range range;
  for (const ChartLine& line : chart.lines)
    for (const LinePoint& point : line.points)
      if (point.y > 0) range.take(point.y);
  return spans_decades(range.least, range.most);
}

int hidden_points(const LineChart& chart) {
  int out = 0;
  for (const ChartLine& line : chart.lines)
    for (const LinePoint& point : line.points)
      if (std::isfinite(point.y) && !is_drawn(chart, point)) ++out;
  return out;
}

void show_lines(QChartView& view, const LineChart& lines) {
  QChart& chart = *view.chart();
  ChartMarks& marks = ChartMarks::of(chart);
  marks.clear();
  clear_chart(view, lines.title, spoken(lines));
  chart.legend()->hide();  // it shortens names, where ours breaks its lines
  if (range_x(lines).is_empty()) {
    marks.setWords(lines.words);
  } else if (lines.categories.isEmpty()) {
    draw_lines(chart, lines);
  } else if (lines.categories.size() == 1) {
    draw_single_bars(chart, lines);
  } else {
    draw_bars(chart, lines);
  }
}

}  // namespace concordat::gui
