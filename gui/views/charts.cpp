#include "gui/views/charts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <QBarCategoryAxis>
#include <QBarSeries>
#include <QBarSet>
#include <QChart>
#include <QGraphicsLayout>
#include <QHorizontalBarSeries>
#include <QLegend>
#include <QPainter>
#include <QValueAxis>

#include "gui/models/text.hpp"
#include "gui/views/chart_marks.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

namespace {

QColor colour_of(int group, const Theme& theme) {
  const std::array colours{theme.commit, theme.abort, theme.doubt, theme.lock};
  return colours[static_cast<std::size_t>(group) % colours.size()];
}

double milliseconds(std::int64_t us) {
  return static_cast<double>(us) / 1000;
}

QStringList percentile_names() {
  return {QChartView::tr("least"), "p50", "p90", "p99", "p99.9", QChartView::tr("most")};
}

QList<double> percentiles(const Durations& times) {
  QList<double> out;
  for (const std::int64_t us : {times.min, times.p50, times.p90, times.p99, times.p999, times.max})
    out << milliseconds(us);
  return out;
}

void add_percentiles(BarChart& chart, const QString& name, const Durations& times) {
  if (times.count == 0) return;
  const double mean = milliseconds(times.sum) / static_cast<double>(times.count);
  chart.groups.push_back({QChartView::tr("%1 (%2 of them, mean %3 ms)")
                              .arg(name)
                              .arg(times.count)
                              .arg(mean, 0, 'f', mean < 10 ? 2 : 1),
                          percentiles(times)});
}

BarChart tally_chart(const QString& title, const QString& unit, const std::vector<Tally>& tallies) {
  BarChart chart{title, unit, {}, {}, true};
  BarGroup group{title, {}};
  for (const Tally& tally : tallies) {
    chart.categories << QString(text_of(tally.name)).replace('_', ' ');
    group.values << static_cast<double>(tally.count);
  }
  chart.groups.push_back(std::move(group));
  return chart;
}

/// What a screen reader says.
QString spoken(const BarChart& bars) {
  QStringList words{bars.title};
  for (const BarGroup& group : bars.groups)
    for (int i = 0; i < bars.categories.size(); ++i)
      words << group.name + " " + bars.categories[i] + ": " + QString::number(group.values[i]);
  return words.join("\n");
}

/// The largest value, at least 1.
double most_of(const BarChart& bars) {
  double most = 1;
  for (const BarGroup& group : bars.groups)
    most = std::max(most, *std::ranges::max_element(group.values));
  return most;
}

/// The axis of horizontal bars begins at the bottom; the first one is to be on top.
template <class List>
List reversed(List list) {
  std::ranges::reverse(list);
  return list;
}

QAbstractBarSeries* series_of(const BarChart& bars, const Theme& theme) {
  QAbstractBarSeries* series = nullptr;
  if (bars.horizontal)
    series = new QHorizontalBarSeries;
  else
    series = new QBarSeries;
  const int count = static_cast<int>(bars.groups.size());
  for (int i = 0; i < count; ++i) {
    const int number = bars.horizontal ? count - 1 - i : i;
    const BarGroup& group = bars.groups[static_cast<std::size_t>(number)];
    auto* set = new QBarSet(group.name);
    set->append(bars.horizontal ? reversed(group.values) : group.values);
    const QColor colour = colour_of(number, theme);
    set->setColor(colour);
    set->setBorderColor(theme.background);
    set->setLabelColor(theme.text);
    series->append(set);
  }
  series->setLabelsVisible(true);
  series->setLabelsPosition(QAbstractBarSeries::LabelsOutsideEnd);
  // Significant digits: three, or all of a whole number.
  series->setLabelsPrecision(std::max(3, static_cast<int>(std::log10(most_of(bars))) + 1));
  series->setBarWidth(0.75);
  return series;
}

}  // namespace

QChartView* make_chart_view(QWidget* parent) {
  auto* view = new QChartView(parent);
  view->setRenderHint(QPainter::Antialiasing);
  view->setFrameShape(QFrame::NoFrame);
  view->setFocusPolicy(Qt::TabFocus);
  view->chart()->layout()->setContentsMargins(0, 0, 0, 0);
  view->chart()->setBackgroundRoundness(0);
  return view;
}

void style_axis(QAbstractAxis& axis) {
  const Theme theme = Theme::current();
  axis.setLabelsColor(theme.text);
  axis.setTitleBrush(theme.faint);
  axis.setGridLineColor(theme.grid);
  axis.setLinePenColor(theme.grid);
}

void clear_chart(QChartView& view, const QString& title, const QString& spoken) {
  const Theme theme = Theme::current();
  QChart* chart = view.chart();
  chart->removeAllSeries();
  for (QAbstractAxis* axis : chart->axes()) {
    chart->removeAxis(axis);
    delete axis;
  }
  chart->setTitle(title);
  chart->setTitleBrush(theme.text);
  QFont bold = view.font();
  bold.setBold(true);
  chart->setTitleFont(bold);
  chart->setBackgroundBrush(theme.background);
  view.setBackgroundBrush(theme.background);
  chart->legend()->setLabelColor(theme.text);
  chart->legend()->setAlignment(Qt::AlignTop);
  view.setAccessibleName(title);
  view.setAccessibleDescription(spoken);
}

void show_chart(QChartView& view, const BarChart& bars) {
  const Theme theme = Theme::current();
  QChart* chart = view.chart();
  clear_chart(view, bars.title, spoken(bars));
  chart->legend()->setVisible(bars.groups.size() > 1 || !bars.horizontal);
  chart->legend()->setReverseMarkers(bars.horizontal);
  if (bars.groups.empty() || bars.categories.isEmpty()) return;
  QAbstractBarSeries* series = series_of(bars, theme);
  chart->addSeries(series);
  auto* names = new QBarCategoryAxis;
  names->append(bars.horizontal ? reversed(bars.categories) : bars.categories);
  auto* values = new QValueAxis;
  const double most = most_of(bars);
  values->setRange(0, most * (bars.horizontal ? 1.2 : 1.1));  // room for the labels
  values->applyNiceNumbers();
  values->setLabelFormat(most < 5 ? "%.1f" : "%.0f");
  values->setTitleText(bars.unit);
  chart->addAxis(names, bars.horizontal ? Qt::AlignLeft : Qt::AlignBottom);
  chart->addAxis(values, bars.horizontal ? Qt::AlignBottom : Qt::AlignLeft);
  for (QAbstractAxis* axis : chart->axes()) {
    style_axis(*axis);
    series->attachAxis(axis);
  }
}

BarChart latency_chart(const RunFigures& figures) {
  BarChart chart{QChartView::tr("How long until the client is told"),
                 QChartView::tr("ms"),
                 percentile_names(),
                 {},
                 false};
  add_percentiles(chart, QChartView::tr("commit"), figures.commit);
  add_percentiles(chart, QChartView::tr("abort"), figures.abort);
  return chart;
}

BarChart distribution_chart(const RunFigures& figures) {
  BarChart chart{QChartView::tr("After how many ms clients are told, and how many"),
                 QChartView::tr("transactions"),
                 {},
                 {},
                 false};
  // The bins of both, in order, so many neighbours in one bar that all bars have room.
  constexpr std::size_t most_bars = 14;
  std::map<std::int64_t, std::array<double, 2>> bins;
  for (const DurationBin& bin : figures.commit.bins)
    bins[bin.least][0] += static_cast<double>(bin.count);
  for (const DurationBin& bin : figures.abort.bins)
    bins[bin.least][1] += static_cast<double>(bin.count);
  if (bins.empty()) return chart;
  const std::size_t together = (bins.size() + most_bars - 1) / most_bars;
  chart.groups = {{QChartView::tr("commit"), {}}, {QChartView::tr("abort"), {}}};
  std::size_t number = 0;
  for (const auto& [least, counts] : bins) {
    if (number++ % together == 0) {
      const double ms = milliseconds(least);
      chart.categories << QString::number(ms, 'g', 3);
      for (BarGroup& group : chart.groups)
        group.values << 0;
    }
    for (std::size_t i = 0; i < counts.size(); ++i)
      chart.groups[i].values.back() += counts[i];
  }
  if (figures.abort.bins.empty()) chart.groups.pop_back();
  if (figures.commit.bins.empty()) chart.groups.erase(chart.groups.begin());
  return chart;
}

BarChart doubt_chart(const RunFigures& figures) {
  BarChart chart{QChartView::tr("How long each process is in doubt"),
                 QChartView::tr("ms"),
                 percentile_names(),
                 {},
                 false};
  add_percentiles(chart, QChartView::tr("in doubt"), figures.in_doubt);
  return chart;
}

BarChart outcome_chart(const RunFigures& figures) {
  return tally_chart(QChartView::tr("Outcomes"), QChartView::tr("transactions"), figures.outcomes);
}

BarChart count_chart(const RunFigures& figures) {
  BarChart chart = tally_chart(
      QChartView::tr("For each transaction"), QChartView::tr("on average"), figures.counts);
  for (double& value : chart.groups.front().values)
    value /= static_cast<double>(std::max<std::int64_t>(figures.transactions, 1));
  return chart;
}

BarChart property_chart(const RunFigures& figures) {
  BarChart chart{QChartView::tr("Properties"), QChartView::tr("runs"), {}, {}, false};
  BarGroup ok{QChartView::tr("ok"), {}};
  BarGroup violated{QChartView::tr("violated"), {}};
  for (const PropertyTally& property : figures.properties) {
    if (property.ok + property.violated == 0) continue;  // not judged
    chart.categories << text_of(property.code);
    ok.values << static_cast<double>(property.ok);
    violated.values << static_cast<double>(property.violated);
  }
  if (!chart.categories.isEmpty()) chart.groups = {std::move(ok), std::move(violated)};
  return chart;
}

BarChart cost_chart(const CostTable& table, const std::string& run, std::int64_t participants) {
  BarChart chart{QChartView::tr("Messages, delays and forces, run %1, %2 participants")
                     .arg(text_of(run))
                     .arg(participants),
                 QChartView::tr("counted"),
                 {},
                 {{QChartView::tr("messages"), {}},
                  {QChartView::tr("delays"), {}},
                  {QChartView::tr("forces"), {}}},
                 true};
  constexpr std::array quantities{"messages", "delays", "forces"};
  for (const CostLine& line : table.lines) {
    if (line.run != run || line.participants != participants) continue;
    QString name = text_of(line.title());
    if (!line.options.empty()) name += " (" + text_of(line.options) + ")";
    chart.categories << name;
    for (std::size_t i = 0; i < quantities.size(); ++i) {
      const CostCell* cell = line.find(quantities[i]);
      const bool counted = cell != nullptr && cell->counted;
      chart.groups[i].values << (counted ? static_cast<double>(*cell->counted) : 0);
    }
  }
  if (chart.categories.isEmpty()) chart.groups.clear();
  return chart;
}

Drawing draw_charts(const QString& title, const std::vector<QChartView*>& views) {
  std::vector<QChartView*> shown;
  QSize size;
  for (QChartView* view : views) {
    const ChartMarks* marks = ChartMarks::find(*view->chart());
    const bool has_words = marks != nullptr && !marks->words().isEmpty();
    if (view->chart()->series().isEmpty() && !has_words) continue;
    shown.push_back(view);
    const QSize mine = view->sceneRect().size().toSize();  // the scene itself only grows
    size = QSize(std::max(size.width(), mine.width()), size.height() + mine.height());
  }
  if (shown.empty()) return {};
  const auto paint = [shown, size](QPainter& painter) {
    painter.fillRect(QRect({0, 0}, size), Theme::current().background);
    painter.setRenderHint(QPainter::Antialiasing);
    double top = 0;
    for (QChartView* view : shown) {
      const QRectF from = view->sceneRect();
      view->scene()->render(&painter, QRectF({0, top}, from.size()), from);
      top += from.height();
    }
  };
  return {.size = size, .title = title, .paint = paint};
}

}  // namespace concordat::gui
