// Charts of lines with intervals at their points, each line with a colour and a shape of its own;
// or bars, where the values of the axis are names.
#pragma once

#include <vector>

#include <QStringList>

class QChartView;

namespace concordat::gui {

struct LinePoint {
  double x = 0;
  double y = 0;           // not a number: the line is broken here
  double half_width = 0;  // of the interval; 0: none is drawn
};

struct ChartLine {
  QString name;
  int number = 0;  // says colour and shape
  std::vector<LinePoint> points;
};

struct LineChart {
  QString title;
  QString x_title;
  QString y_title;
  std::vector<ChartLine> lines;
  QStringList categories;  // not empty: bars, and x counts them
  bool log_x = false;
  bool log_y = false;
  bool from_zero = false;  // the axis of y begins there in any case
  bool steps = false;      // a distribution: low points have no shapes
  QString words;           // if there is nothing to draw
};

/// Whether its values span more than two decades, so that a logarithmic axis is of use.
bool spans_decades_x(const LineChart& chart);
bool spans_decades_y(const LineChart& chart);
/// Points that a logarithmic axis has no place for.
int hidden_points(const LineChart& chart);

void show_lines(QChartView& view, const LineChart& chart);

}  // namespace concordat::gui
