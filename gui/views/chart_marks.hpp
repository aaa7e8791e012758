// What Qt's charts lack: intervals at their points, values beside bars, a legend that shortens no
// name, and words where there is nothing to draw. It is a part of the scene, so that it is in
// exported pictures, too.
#pragma once

#include <vector>

#include <QColor>
#include <QGraphicsObject>
#include <QPointF>
#include <QScatterSeries>

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

/// A name in the legend; its number says colour, dashes and shape.
struct LegendMark {
  QString name;
  int number = 0;
};

/// After some, they begin again.
Qt::PenStyle dashes_of(int number);
QScatterSeries::MarkerShape scatter_shape(int number);

class ChartMarks : public QGraphicsObject {
  Q_OBJECT

 public:
  explicit ChartMarks(QChart& chart);
  /// Those of the chart, made when first asked for.
  static ChartMarks& of(QChart& chart);
  /// RETURNS: null if nobody has asked for them.
  static ChartMarks* find(const QChart& chart);

  /// `series`: whose axes the values are on, null for words alone.
  void set(QAbstractSeries* series, std::vector<IntervalMark> intervals);
  void setValues(std::vector<ValueMark> values);
  /// Below the axes, in as many rows as it takes, for which the chart makes room.
  void setLegend(std::vector<LegendMark> legend, bool of_bars);
  void setWords(const QString& words);
  QString words() const { return words_; }
  void clear();

  QRectF boundingRect() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  /// RETURNS: where each name of the legend begins, from its own corner.
  std::vector<QPointF> legendPlaces() const;
  double legendHeight() const;
  void makeRoom();
  void paintLegend(QPainter& painter) const;
  void paintIntervals(QPainter& painter) const;
  void paintValues(QPainter& painter) const;

  QChart& chart_;
  QAbstractSeries* series_ = nullptr;
  std::vector<IntervalMark> intervals_;
  std::vector<ValueMark> values_;
  std::vector<LegendMark> legend_;
  bool of_bars_ = false;
  QString words_;
};

}  // namespace concordat::gui
