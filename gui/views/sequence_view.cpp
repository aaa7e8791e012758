#include "gui/views/sequence_view.hpp"

#include <algorithm>
#include <cmath>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

namespace concordat::gui {

namespace {

/// A scroll bar counts in whole numbers: positions are spread over so many.
constexpr int scroll_range = 1'000'000;

}  // namespace

class SequenceView::Header : public QWidget {
 public:
  explicit Header(SequenceView* view) : QWidget(view), view_(view) {}

 protected:
  void paintEvent(QPaintEvent* /*event*/) override {
    QPainter painter(this);
    view_->paintHeader(painter);
  }

 private:
  SequenceView* view_;
};

void SequenceView::paintHeader(QPainter& painter) const {
  const Theme theme = Theme::current();
  painter.fillRect(header_->rect(), theme.header);
  painter.translate(-horizontalScrollBar()->value(), 0);
  if (painter_) painter_->paint_header(painter, theme, contentWidth());
}

SequenceView::SequenceView(Selection& selection, QWidget* parent)
    : QAbstractScrollArea(parent), selection_(selection), header_(new Header(this)) {
  setFocusPolicy(Qt::StrongFocus);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
  setViewportMargins(0, static_cast<int>(SequencePainter::header_height), 0, 0);
  setAccessibleName(tr("Sequence of the run"));
  viewport()->setMouseTracking(true);
  connect(&selection, &Selection::documentChanged, this, [this] {
    rebuild();
    resetZoom();
  });
  connect(&selection, &Selection::filterChanged, this, [this] {
    filter_ = selection_.filter();
    updateBars();
    header_->update();
    viewport()->update();
  });
  connect(&selection, &Selection::stepChanged, this, [this](int step) {
    ensureVisible(step);
    viewport()->update();
  });
}

SequenceView::~SequenceView() = default;

void SequenceView::rebuild() {
  painter_.reset();
  if (const auto& document = selection_.document()) {
    axis_ = TimeAxis(document->sequence, axis_.mode());
    painter_ = std::make_unique<SequencePainter>(document->sequence, axis_, filter_);
  } else {
    axis_ = TimeAxis();
  }
  updateBars();
  header_->update();
  viewport()->update();
}

void SequenceView::setAxisMode(AxisMode mode) {
  const auto& document = selection_.document();
  if (!document) return;
  axis_ = TimeAxis(document->sequence, mode);
  painter_ = std::make_unique<SequencePainter>(document->sequence, axis_, filter_);
  resetZoom();
  ensureVisible(selection_.step());
  viewport()->update();
}

void SequenceView::setAxis(const TimeAxis& axis) {
  axis_ = axis;
  resetZoom();
}

void SequenceView::setRules(std::vector<Rule> rules) {
  rules_ = std::move(rules);
  viewport()->update();
}

void SequenceView::setCompact(bool compact) {
  least_share_ = compact ? 0.4 : 0.6;
  updateBars();
}

void SequenceView::setCursor(std::optional<double> position) {
  if (cursor_ == position) return;
  cursor_ = position;
  viewport()->update();
}

void SequenceView::follow(const Viewport& other) {
  if (seen_.scale == other.scale && seen_.top == other.top) return;
  seen_.scale = other.scale;
  seen_.top = other.top;
  updateBars();
  viewport()->update();
}

void SequenceView::resetZoom() {
  seen_.scale = axis_.mode() == AxisMode::lines ? SequencePainter::best_scale : 40;
  moveTo(-Viewport::margin);
}

void SequenceView::zoomToFit() {
  seen_.height = viewport()->height();
  seen_.scale = std::clamp(
      seen_.height / (axis_.length() + 2 * Viewport::margin), Viewport::smallest_scale, 60.0);
  moveTo(-Viewport::margin);
}

void SequenceView::zoomBy(double factor) {
  seen_.zoom(factor, viewport()->height() / 2.0);
  moveTo(seen_.top);
}

void SequenceView::centreOn(double position) {
  moveTo(position - seen_.height / seen_.scale / 2);
}

void SequenceView::ensureVisible(int step) {
  if (step < 0 || selection_.stepCount() == 0) return;
  const double from = axis_.at({step, 0}) - 1;
  const double to = axis_.at({step + 1, 0}) + 1;
  if (from < seen_.top) return moveTo(from);
  if (to > seen_.bottom()) moveTo(std::min(to - seen_.height / seen_.scale, from));
}

void SequenceView::moveTo(double top) {
  seen_.height = viewport()->height();
  seen_.top = top;
  seen_.clamp(axis_.length());
  updateBars();
  viewport()->update();
  Q_EMIT scrolled();
}

double SequenceView::contentWidth() const {
  const double best = painter_ ? painter_->best_width() * least_share_ : 0;
  return std::max<double>(viewport()->width(), best);
}

void SequenceView::updateBars() {
  updating_ = true;
  seen_.height = viewport()->height();
  const double seen = seen_.height / seen_.scale;
  const double length = std::max(axis_.length() + 2 * Viewport::margin - seen, 0.0);
  QScrollBar& bar = *verticalScrollBar();
  const bool scrolls = length > 0;
  const double all = axis_.length() + 2 * Viewport::margin;
  bar.setRange(0, scrolls ? scroll_range : 0);
  bar.setPageStep(scrolls ? std::max(static_cast<int>(seen / all * scroll_range), 1) : 1);
  bar.setSingleStep(scrolls ? std::max(static_cast<int>(2 / all * scroll_range), 1) : 1);
  bar.setValue(scrolls ? static_cast<int>((seen_.top + Viewport::margin) / length * scroll_range)
                       : 0);
  const int extra = static_cast<int>(contentWidth()) - viewport()->width();
  horizontalScrollBar()->setRange(0, std::max(extra, 0));
  horizontalScrollBar()->setPageStep(viewport()->width());
  updating_ = false;
}

void SequenceView::scrollContentsBy(int /*dx*/, int /*dy*/) {
  if (updating_) return;
  const double seen = seen_.height / seen_.scale;
  const double length = std::max(axis_.length() + 2 * Viewport::margin - seen, 0.0);
  seen_.top = verticalScrollBar()->value() / double{scroll_range} * length - Viewport::margin;
  viewport()->update();
  header_->update();
  Q_EMIT scrolled();
}

bool SequenceView::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tipAt(help->pos()), this);
    return true;
  }
  if (event->type() == QEvent::Leave) Q_EMIT left();
  return QAbstractScrollArea::viewportEvent(event);
}

void SequenceView::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(viewport());
  const Theme theme = Theme::current();
  if (!painter_) {
    painter.fillRect(viewport()->rect(), theme.background);
    painter.setPen(theme.faint);
    painter.drawText(viewport()->rect(),
                     Qt::AlignCenter | Qt::TextWordWrap,
                     tr("Open a scenario (.yaml) or a trace (.json), or drop one here."));
    return;
  }
  painter.translate(-horizontalScrollBar()->value(), 0);
  painter_->selected = selection_.step();
  painter_->rules = rules_;
  painter_->cursor = cursor_;
  painter_->paint(painter, theme, seen_, contentWidth());
}

void SequenceView::resizeEvent(QResizeEvent* event) {
  QAbstractScrollArea::resizeEvent(event);
  const QRect area = viewport()->geometry();
  const int height = static_cast<int>(SequencePainter::header_height);
  header_->setGeometry(area.x(), area.y() - height, area.width(), height);
  seen_.height = viewport()->height();
  moveTo(seen_.top);
}

void SequenceView::wheelEvent(QWheelEvent* event) {
  const double turns = event->angleDelta().y() / 120.0;
  if ((event->modifiers() & Qt::ControlModifier) != 0) {
    seen_.zoom(std::pow(1.2, turns), event->position().y());
    return moveTo(seen_.top);
  }
  if ((event->modifiers() & Qt::ShiftModifier) != 0 || event->angleDelta().x() != 0)
    return QAbstractScrollArea::wheelEvent(event);
  moveTo(seen_.top - turns * 60 / seen_.scale);
}

void SequenceView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const double position = seen_.to_position(event->pos().y());
  selection_.setStep(axis_.step_at(position + (axis_.mode() == AxisMode::lines ? 0.5 : 0.2)));
}

void SequenceView::mouseMoveEvent(QMouseEvent* event) {
  if (painter_) Q_EMIT pointed(seen_.to_position(event->position().y()));
}

void SequenceView::keyPressEvent(QKeyEvent* event) {
  const int page = std::max(static_cast<int>(seen_.height / seen_.scale * 0.8), 1);
  switch (event->key()) {
    case Qt::Key_Down:
    case Qt::Key_J: return selection_.setStep(selection_.step() + 1);
    case Qt::Key_Up:
    case Qt::Key_K: return selection_.setStep(std::max(selection_.step() - 1, 0));
    case Qt::Key_Home: return selection_.setStep(0);
    case Qt::Key_End: return selection_.setStep(selection_.stepCount() - 1);
    case Qt::Key_PageDown: return moveTo(seen_.top + page);
    case Qt::Key_PageUp: return moveTo(seen_.top - page);
    case Qt::Key_B: return selection_.toggleBookmark(selection_.step());
    default: return QAbstractScrollArea::keyPressEvent(event);
  }
}

void SequenceView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
    viewport()->update();
  if (header_ != nullptr) header_->update();
  QAbstractScrollArea::changeEvent(event);
}

QString SequenceView::tipAt(const QPoint& at) const {
  const auto& document = selection_.document();
  if (!document) return {};
  const int step = axis_.step_at(seen_.to_position(at.y()) + 0.5);
  if (step < 0) return {};
  const trace::Step it = document->step(step);
  QString tip = QString::number(step + 1) + "  " + QString::fromStdString(it.event);
  for (std::size_t tx = 0; tx < it.still_possible.size(); ++tx)
    tip += "\n" + (it.still_possible.size() > 1 ? QString("t%1: ").arg(tx + 1) : QString()) +
           tr("still possible: %1").arg(QString::fromStdString(it.still_possible[tx]));
  if (it.doomed) tip += "\n" + tr("no run from here keeps every property");
  for (const trace::PropertyStatus& property : it.properties)
    if (!property.sentence.empty())
      tip += "\n" + QString::fromStdString(property.code + ": " + property.sentence);
  return tip;
}

}  // namespace concordat::gui
