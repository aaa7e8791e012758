// The run as a sequence diagram in a window: lanes from left to right, time downward. Paints what
// is visible and nothing else, so that it stays smooth with any number of steps.
#pragma once

#include <memory>

#include <QAbstractScrollArea>

#include "gui/models/selection.hpp"
#include "gui/views/sequence_painter.hpp"

namespace concordat::gui {

class SequenceView : public QAbstractScrollArea {
  Q_OBJECT

 public:
  explicit SequenceView(Selection& selection, QWidget* parent = nullptr);
  ~SequenceView() override;

  AxisMode axisMode() const { return axis_.mode(); }
  void setAxisMode(AxisMode mode);
  void zoomBy(double factor);
  void zoomToFit();
  void resetZoom();
  const Viewport& viewportOnAxis() const { return seen_; }
  const TimeAxis& axis() const { return axis_; }
  /// Moves so that this position is in the middle. UNITS: of the axis.
  void centreOn(double position);
  void ensureVisible(int step);

  // For a view that stands beside others.
  /// Until the next document, or another mode.
  void setAxis(const TimeAxis& axis);
  void setRules(std::vector<Rule> rules);
  /// Words are cut before the lanes need more than their room.
  void setCompact(bool compact);
  void setCursor(std::optional<double> position);
  /// Shows the same part of the axis as another view.
  void follow(const Viewport& other);

 Q_SIGNALS:
  void scrolled();
  /// Somebody points at this position of the axis.
  void pointed(double position);
  void left();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  class Header;  // the names of the lanes, which do not scroll away
  void paintHeader(QPainter& painter) const;
  void rebuild();
  void updateBars();
  void moveTo(double top);
  double contentWidth() const;
  QString tipAt(const QPoint& at) const;

  Selection& selection_;
  TimeAxis axis_;
  Filter filter_;
  Viewport seen_;
  std::vector<Rule> rules_;
  std::optional<double> cursor_;
  std::unique_ptr<SequencePainter> painter_;
  Header* header_ = nullptr;
  double least_share_ = 0.6;  // of the best width
  bool updating_ = false;
};

}  // namespace concordat::gui
