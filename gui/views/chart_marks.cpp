#include "gui/views/chart_marks.hpp"

#include <cmath>

#include <QAbstractSeries>
#include <QChart>
#include <QPainter>

#include "gui/views/theme.hpp"

namespace concordat::gui {

namespace {

constexpr double cap = 4;     // half of the line at an interval's end, in pixels
constexpr double beside = 8;  // between a bar and its value
constexpr double above_all = 100;

}  // namespace

ChartMarks::ChartMarks(QChart& chart) : QGraphicsObject(&chart), chart_(chart) {
  setZValue(above_all);
  setAcceptedMouseButtons(Qt::NoButton);
  connect(&chart, &QChart::plotAreaChanged, this, [this] {
    prepareGeometryChange();
    update();
  });
}

ChartMarks& ChartMarks::of(QChart& chart) {
  for (QGraphicsItem* item : chart.childItems())
    if (auto* marks = qobject_cast<ChartMarks*>(item->toGraphicsObject())) return *marks;
  return *new ChartMarks(chart);  // the chart owns it
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

void ChartMarks::setWords(const QString& words) {
  words_ = words;
  update();
}

void ChartMarks::clear() {
  series_ = nullptr;
  intervals_.clear();
  values_.clear();
  words_.clear();
  update();
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
  }
  if (words_.isEmpty()) return;
  painter->setPen(Theme::current().faint);
  painter->drawText(chart_.rect().adjusted(beside, beside, -beside, -beside),
                    Qt::AlignCenter | Qt::TextWordWrap,
                    words_);
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
