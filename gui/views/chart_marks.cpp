#include "gui/views/chart_marks.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <QAbstractSeries>
#include <QChart>
#include <QLegend>
#include <QPainter>

#include "gui/views/theme.hpp"

namespace concordat::gui {

namespace {

constexpr double cap = 4;     // half of the line at an interval's end, in pixels
constexpr double beside = 8;  // between a bar and its value
constexpr double above_all = 100;
constexpr int margin = 12;
constexpr double line_sample = 34;  // a piece of the line, with its shape
constexpr double bar_sample = 18;
constexpr double gap = 20;  // between two names of the legend
constexpr int most_shapes = 6;

/// As scatter series draw it, around the origin.
QPolygonF polygon_of(int number) {
  constexpr double radius = 4.5;
  const auto corners = [](int count, double turn, double inner) {
    QPolygonF out;
    for (int i = 0; i < count; ++i) {
      const double angle = turn + 2 * std::numbers::pi * i / count;
      const double length = radius * (i % 2 == 1 ? inner : 1);
      out << QPointF(std::cos(angle), std::sin(angle)) * length;
    }
    return out;
  };
  switch (number % most_shapes) {
    case 1: return QRectF(-4.5, -4.5, 9, 9);
    case 2: return QVector<QPointF>{{0, -4.5}, {4.5, 4.5}, {-4.5, 4.5}};
    case 3: return corners(4, 0, 1);
    case 4: return corners(5, -std::numbers::pi / 2, 1);
    case 5: return corners(10, -std::numbers::pi / 2, 0.45);
    default: return corners(24, 0, 1);
  }
}

}  // namespace

Qt::PenStyle dashes_of(int number) {
  static constexpr std::array dashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
  return dashes[static_cast<std::size_t>(number) % dashes.size()];
}

QScatterSeries::MarkerShape scatter_shape(int number) {
  static constexpr std::array<QScatterSeries::MarkerShape, most_shapes> shapes{
      QScatterSeries::MarkerShapeCircle,
      QScatterSeries::MarkerShapeRectangle,
      QScatterSeries::MarkerShapeTriangle,
      QScatterSeries::MarkerShapeRotatedRectangle,
      QScatterSeries::MarkerShapePentagon,
      QScatterSeries::MarkerShapeStar};
  return shapes[static_cast<std::size_t>(number) % shapes.size()];
}

ChartMarks::ChartMarks(QChart& chart) : QGraphicsObject(&chart), chart_(chart) {
  setZValue(above_all);
  setAcceptedMouseButtons(Qt::NoButton);
  connect(&chart, &QChart::plotAreaChanged, this, [this] {
    prepareGeometryChange();
    update();
  });
  connect(&chart, &QGraphicsWidget::geometryChanged, this, &ChartMarks::makeRoom);
}

ChartMarks* ChartMarks::find(const QChart& chart) {
  for (QGraphicsItem* item : chart.childItems())
    if (auto* marks = qobject_cast<ChartMarks*>(item->toGraphicsObject())) return marks;
  return nullptr;
}

ChartMarks& ChartMarks::of(QChart& chart) {
  ChartMarks* known = find(chart);
  return known != nullptr ? *known : *new ChartMarks(chart);  // the chart owns it
}

void ChartMarks::set(QAbstractSeries* series, std::vector<IntervalMark> intervals) {
  series_ = series;
  intervals_ = std::move(intervals);
  update();
}

void ChartMarks::setValues(std::vector<ValueMark> values) {
  values_ = std::move(values);
  update();
}

void ChartMarks::setLegend(std::vector<LegendMark> legend, bool of_bars) {
  legend_ = std::move(legend);
  of_bars_ = of_bars;
  makeRoom();
}

std::vector<QPointF> ChartMarks::legendPlaces() const {
  const QFontMetricsF metrics(chart_.legend()->font());
  const double width = chart_.size().width() - 2 * margin;
  const double row = metrics.height() + beside;
  const double sample = of_bars_ ? bar_sample : line_sample;
  std::vector<QPointF> out;
  QPointF at;
  for (const LegendMark& each : legend_) {
    const double wide = sample + metrics.horizontalAdvance(each.name) + gap;
    if (at.x() > 0 && at.x() + wide > width) at = {0, at.y() + row};
    out.push_back(at);
    at.rx() += wide;
  }
  return out;
}

double ChartMarks::legendHeight() const {
  if (legend_.empty()) return 0;
  return legendPlaces().back().y() + QFontMetricsF(chart_.legend()->font()).height() + beside;
}

void ChartMarks::makeRoom() {
  chart_.setMargins({margin, margin, margin, margin + static_cast<int>(legendHeight())});
  update();
}

void ChartMarks::setWords(const QString& words) {
  words_ = words;
  update();
}

void ChartMarks::clear() {
  series_ = nullptr;
  intervals_.clear();
  values_.clear();
  words_.clear();
  legend_.clear();
  makeRoom();
}

QRectF ChartMarks::boundingRect() const {
  return chart_.rect();
}

void ChartMarks::paint(QPainter* painter,
                       const QStyleOptionGraphicsItem* /*option*/,
                       QWidget* /*widget*/) {
  if (series_ != nullptr) {
    paintIntervals(*painter);
    paintValues(*painter);
    paintLegend(*painter);
  }
  if (words_.isEmpty()) return;
  painter->setPen(Theme::current().faint);
  painter->drawText(chart_.rect().adjusted(beside, beside, -beside, -beside),
                    Qt::AlignCenter | Qt::TextWordWrap,
                    words_);
}

void ChartMarks::paintLegend(QPainter& painter) const {
  const Theme theme = Theme::current();
  const QFontMetricsF metrics(chart_.legend()->font());
  const QPointF corner(margin, chart_.size().height() - margin / 2.0 - legendHeight());
  const std::vector<QPointF> places = legendPlaces();
  const double sample = of_bars_ ? bar_sample : line_sample;
  painter.setFont(chart_.legend()->font());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const LegendMark& each = legend_[i];
    const QColor colour = theme.line(each.number);
    const QPointF at = corner + places[i] + QPointF(0, metrics.height() / 2);
    if (!of_bars_) {
      painter.setPen(QPen(colour, 1.8, dashes_of(each.number)));
      painter.drawLine(at, at + QPointF(sample - beside, 0));
    }
    painter.setPen(QPen(theme.background, 1));
    painter.setBrush(colour);
    const QPointF middle = at + QPointF((sample - beside) / 2, 0);
    painter.drawPolygon(polygon_of(of_bars_ ? 1 : each.number).translated(middle));
    painter.setPen(theme.text);
    const double down = (metrics.ascent() - metrics.descent()) / 2;
    painter.drawText(at + QPointF(sample - 2, down), each.name);
  }
  painter.setBrush(Qt::NoBrush);
}

void ChartMarks::paintIntervals(QPainter& painter) const {
  const QRectF plot = chart_.plotArea();
  for (const IntervalMark& each : intervals_) {
    const QPointF from = chart_.mapToPosition(each.from, series_);
    const QPointF to = chart_.mapToPosition(each.to, series_);
    painter.setPen(QPen(each.colour, 1.4));
    const bool upright = std::abs(from.x() - to.x()) < std::abs(from.y() - to.y());
    const QPointF half = upright ? QPointF(cap, 0) : QPointF(0, cap);
    painter.drawLine(from, to);
    for (const QPointF& end : {from, to})
      if (plot.adjusted(-1, -1, 1, 1).contains(end)) painter.drawLine(end - half, end + half);
  }
}

void ChartMarks::paintValues(QPainter& painter) const {
  const QFontMetricsF metrics(painter.font());
  painter.setPen(Theme::current().text);
  for (const ValueMark& each : values_) {
    const QPointF at = chart_.mapToPosition(each.at, series_);
    const double down = (metrics.ascent() - metrics.descent()) / 2;
    painter.drawText(at + QPointF(beside, down), each.text);
  }
}

}  // namespace concordat::gui
