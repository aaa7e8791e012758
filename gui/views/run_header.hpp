// What stands above a run that is shown beside others: its name, outcome and figures.
#pragma once

#include <QPainter>
#include <QRectF>
#include <QWidget>

#include "gui/data/run_facts.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

/// In window and picture alike.
void paint_facts(QPainter& painter, const Theme& theme, const QRectF& area, const RunFacts& facts);
inline constexpr int facts_height = 106;

/// The same in one line of words, for those who cannot see it.
QString words_of(const RunFacts& facts);

class RunHeader : public QWidget {
  Q_OBJECT

 public:
  explicit RunHeader(QWidget* parent = nullptr);
  void show(const RunFacts& facts);
  QSize sizeHint() const override { return {320, facts_height}; }
  QSize minimumSizeHint() const override { return {120, facts_height}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  RunFacts facts_;
};

}  // namespace concordat::gui
