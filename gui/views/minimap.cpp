#include "gui/views/minimap.hpp"

#include <array>
#include <vector>

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>

#include "gui/views/sequence_view.hpp"

namespace concordat::gui {

namespace {

/// Where each kind of thing was painted last, so that a million of them are not painted over each
/// other.
class LastRows {
 public:
  explicit LastRows(std::size_t lanes) : rows_(lanes) {}

  /// Whether nothing of this kind was painted in this row of pixels yet, in order from the top.
  bool is_new(int lane, int kind, double y) {
    int& last = rows_[static_cast<std::size_t>(lane)][static_cast<std::size_t>(kind)];
    const int row = static_cast<int>(y) + 1;
    if (row == last) return false;
    last = row;
    return true;
  }

 private:
  static constexpr std::size_t most_kinds = 16;
  std::vector<std::array<int, most_kinds>> rows_;  // 0: none yet
};

struct PaintedRows {
  explicit PaintedRows(std::size_t lanes) : bars(lanes), marks(lanes) {}
  LastRows bars;
  LastRows marks;
};

}  // namespace

Minimap::Minimap(Selection& selection, SequenceView& view, QWidget* parent)
    : QWidget(parent), selection_(selection), view_(view) {
  setMinimumWidth(48);
  setAccessibleName(tr("Overview of the run"));
  connect(&selection, &Selection::filterChanged, this, [this] { draw(); });  // and after a document
  connect(&selection, &Selection::bookmarksChanged, this, [this] { update(); });
  connect(&selection, &Selection::stepChanged, this, [this] { update(); });
  connect(&view, &SequenceView::scrolled, this, [this] {
    if (picture_.isNull() || mode_ != view_.axisMode()) draw();
    update();
  });
}

/// A column for each lane; each pixel is as strong as what happens there is important.
void Minimap::draw() {
  const auto& document = selection_.document();
  picture_ = QImage();
  update();
  if (!document || width() <= 8 || height() <= 0 || document->sequence.lanes.empty()) return;
  const Theme theme = Theme::current();
  picture_ = QImage(size(), QImage::Format_ARGB32_Premultiplied);
  picture_.fill(theme.background);
  QPainter painter(&picture_);
  const Sequence& sequence = document->sequence;
  const Filter filter = selection_.filter();
  mode_ = view_.axisMode();
  const double length = std::max(view_.axis().length(), 1.0);
  const double lane = static_cast<double>(width() - 4) / static_cast<double>(sequence.lanes.size());
  const auto y = [&](Place place) { return view_.axis().at(place) / length * height(); };
  const auto x = [&](int of) { return 2 + lane * of; };
  PaintedRows painted(sequence.lanes.size());
  for (const Bar& bar : sequence.bars) {
    if (bar.kind == BarKind::locked || !filter.shows(bar)) continue;
    const double from = y(bar.from);
    const double to = bar.to ? y(*bar.to) : height();
    if (to < from + 1 && !painted.bars.is_new(bar.lane, static_cast<int>(bar.kind), from)) continue;
    QColor colour = theme.of(bar.kind);
    colour.setAlpha(110);
    painter.fillRect(QRectF(x(bar.lane), from, lane, std::max(to - from, 1.0)), colour);
  }
  for (const Mark& mark : sequence.marks) {
    if (mark.kind == MarkKind::store || mark.kind == MarkKind::choice) continue;
    if (!filter.shows(mark)) continue;
    const double at = y(mark.at);
    if (!painted.marks.is_new(mark.lane, static_cast<int>(mark.kind), at)) continue;
    painter.fillRect(QRectF(x(mark.lane) + lane / 4, at, lane / 2, 1.5), theme.of(mark.kind));
  }
  for (const Violation& violation : sequence.violations)
    painter.fillRect(QRectF(0, y(violation.at) - 1, width(), 2), theme.alarm);
}

void Minimap::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  const Theme theme = Theme::current();
  painter.fillRect(rect(), theme.background);
  if (picture_.isNull()) return;
  painter.drawImage(0, 0, picture_);
  const double length = std::max(view_.axis().length(), 1.0);
  const auto y = [&](double position) { return position / length * height(); };
  for (const int step : selection_.bookmarks()) {
    painter.setBrush(theme.lock);
    painter.setPen(Qt::NoPen);
    const double at = y(view_.axis().at({step, 0}));
    painter.drawPolygon(QPolygonF{{0, at - 4}, {7, at}, {0, at + 4}});
  }
  if (selection_.step() >= 0) {
    painter.setPen(QPen(theme.commit, 2));
    const double at = y(view_.axis().at({selection_.step(), 0}));
    painter.drawLine(QPointF(0, at), QPointF(width(), at));
  }
  const Viewport& seen = view_.viewportOnAxis();
  const QRectF window(0.5,
                      y(std::max(seen.top, 0.0)),
                      width() - 1,
                      std::max(y(seen.bottom() - std::max(seen.top, 0.0)), 3.0));
  QColor fill = theme.commit;
  fill.setAlpha(30);
  painter.setBrush(fill);
  painter.setPen(QPen(theme.commit, 1));
  painter.drawRect(window.intersected(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5)));
}

void Minimap::resizeEvent(QResizeEvent* /*event*/) {
  draw();
}

void Minimap::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) draw();
  QWidget::changeEvent(event);
}

void Minimap::go(double y) {
  if (height() > 0) view_.centreOn(y / height() * view_.axis().length());
}

void Minimap::mousePressEvent(QMouseEvent* event) {
  go(event->position().y());
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
  if ((event->buttons() & Qt::LeftButton) != 0) go(event->position().y());
}

}  // namespace concordat::gui
