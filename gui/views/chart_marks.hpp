// What Qt's charts lack: intervals at their points, values beside bars, and words where there is
// nothing to draw. It is a part of the scene, so that it is in exported pictures, too.
#pragma once

#include <vector>

#include <QColor>
#include <QGraphicsObject>
#include <QPointF>

class QAbstractSeries;
class QChart;

namespace concordat::gui {

/// From one value to another, with caps.
struct IntervalMark {
  QPointF from;
  QPointF to;
  QColor colour;
};

/// Right of the point.
struct ValueMark {
  QPointF at;
  QString text;
};

class ChartMarks : public QGraphicsObject {
  Q_OBJECT

 public:
  explicit ChartMarks(QChart& chart);
  /// Those of the chart, made when first asked for.
  static ChartMarks& of(QChart& chart);

  /// `series`: whose axes the values are on, null for words alone.
  void set(QAbstractSeries* series, std::vector<IntervalMark> intervals);
  void setValues(std::vector<ValueMark> values);
  void setWords(const QString& words);
  QString words() const { return words_; }
  void clear();

  QRectF boundingRect() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  void paintIntervals(QPainter& painter) const;
  void paintValues(QPainter& painter) const;

  QChart& chart_;
  QAbstractSeries* series_ = nullptr;
  std::vector<IntervalMark> intervals_;
  std::vector<ValueMark> values_;
  QString words_;
};

}  // namespace concordat::gui
