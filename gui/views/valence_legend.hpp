// What the colours and letters at the left of a run mean, once somebody has asked what can still be
// decided.
#pragma once

#include <QPainter>
#include <QWidget>

#include "gui/models/selection.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

/// Whether there is anything to explain.
bool knows_valences(const Sequence& run);

/// In window and picture alike.
void paint_legend(QPainter& painter, const Theme& theme, const QRectF& area, const Sequence& run);
inline constexpr int legend_height = 26;

class ValenceLegend : public QWidget {
  Q_OBJECT

 public:
  explicit ValenceLegend(Selection& selection, QWidget* parent = nullptr);
  QSize sizeHint() const override { return {400, legend_height}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Selection& selection_;
};

}  // namespace concordat::gui
