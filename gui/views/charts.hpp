// The charts of the results: bars with their values written at them, in the colours of the theme.
#pragma once

#include <vector>

#include <QChartView>

#include "gui/data/results.hpp"
#include "gui/views/drawing.hpp"

namespace concordat::gui {

/// Bars of one colour, one for each category.
struct BarGroup {
  QString name;
  QList<double> values;
};

struct BarChart {
  QString title;
  QString unit;  // at the axis of the values
  QStringList categories;
  std::vector<BarGroup> groups;
  bool horizontal = false;
};

/// A view of the chart, with nothing in it if there are no bars. The keyboard reaches it, and its
/// description reads the values out.
QChartView* make_chart_view(QWidget* parent);
void show_chart(QChartView& view, const BarChart& bars);

/// Takes away what the chart shows, and dresses it by the theme. `spoken` is for screen readers.
void clear_chart(QChartView& view, const QString& title, const QString& spoken);
void style_axis(QAbstractAxis& axis);

/// How long clients waited for a commit and an abort; how long processes were in doubt.
BarChart latency_chart(const RunFigures& figures);
BarChart doubt_chart(const RunFigures& figures);
/// How many clients were told how late, from when each bar says.
BarChart distribution_chart(const RunFigures& figures);
BarChart outcome_chart(const RunFigures& figures);
BarChart count_chart(const RunFigures& figures);
BarChart property_chart(const RunFigures& figures);
/// Messages, delays and forces of all protocols in such a run.
BarChart cost_chart(const CostTable& table, const std::string& run, std::int64_t participants);

/// The charts below each other.
Drawing draw_charts(const QString& title, const std::vector<QChartView*>& views);

}  // namespace concordat::gui
