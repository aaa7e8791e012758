// The whole run in a narrow strip: where much happens, where something breaks, which part is seen.
// A click or a drag goes there.
#pragma once

#include <QImage>
#include <QWidget>

#include "gui/data/time_axis.hpp"
#include "gui/models/selection.hpp"

namespace concordat::gui {

class SequenceView;

class Minimap : public QWidget {
  Q_OBJECT

 public:
  Minimap(Selection& selection, SequenceView& view, QWidget* parent = nullptr);
  QSize sizeHint() const override { return {64, 200}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void draw();
  void go(double y);

  Selection& selection_;
  SequenceView& view_;
  QImage picture_;
  AxisMode mode_{};  // of the picture
};

}  // namespace concordat::gui
