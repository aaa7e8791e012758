// How the cells of the verdict matrix look: on the screen, in the legend and in a picture. Light
// against dark tells violated from the rest without any hue, and each kind has a sign.
#pragma once

#include <QStyledItemDelegate>
#include <QWidget>

#include "gui/models/matrix_model.hpp"
#include "gui/views/drawing.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

struct CellLook {
  QColor fill;
  QColor ink;
  bool hatched = false;
  bool bold = false;
};
CellLook look_of(CellKind kind, const Theme& theme);

/// Fills a rectangle as a cell of this kind, with its sign in the middle.
void paint_cell(
    QPainter& painter, const QRectF& where, CellKind kind, const QString& sign, const Theme& theme);

class CellDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter,
             const QStyleOptionViewItem& option,
             const QModelIndex& index) const override;
};

/// A sample of each kind with its name.
class HeatLegend : public QWidget {
  Q_OBJECT

 public:
  explicit HeatLegend(QWidget* parent = nullptr);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }
  static void paint(QPainter& painter, double left, double top, const Theme& theme);
  static double width(const QFontMetricsF& metrics);

 protected:
  void paintEvent(QPaintEvent* event) override;
};

/// The whole matrix as a picture.
Drawing draw_matrix(const MatrixModel& model);

}  // namespace concordat::gui
