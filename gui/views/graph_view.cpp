#include "gui/views/graph_view.hpp"

#include <cmath>

#include <QGraphicsEllipseItem>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>

#include "gui/views/theme.hpp"

namespace concordat::gui {

namespace {

constexpr double across = 46;  // from a state to its neighbour, in pixels
constexpr double down = 78;    // from a layer to the next
constexpr double radius = 14;
constexpr double margin = 30;
constexpr double arrow = 6;

struct NodeLook {
  QColor fill;
  QColor ink;
};

NodeLook look_of(Valence valence, const Theme& theme) {
  const bool dark = theme.background.lightness() < 128;
  const QColor on_colour = dark ? theme.background : QColor(Qt::white);
  switch (valence) {
    case Valence::commit: return {theme.commit, on_colour};
    case Valence::abort: return {theme.abort, on_colour};
    case Valence::both: return {theme.doubt, QColor(0x1f, 0x23, 0x28)};
    case Valence::nothing: return {theme.background, theme.alarm};
    case Valence::unknown: break;
  }
  return {theme.header, theme.faint};
}

}  // namespace

GraphView::GraphView(QWidget* parent) : QGraphicsView(parent) {
  setScene(new QGraphicsScene(this));
  setRenderHint(QPainter::Antialiasing);
  setDragMode(ScrollHandDrag);
  setTransformationAnchor(AnchorUnderMouse);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Graph of states"));
  viewport()->setCursor(Qt::ArrowCursor);
}

QString GraphView::sign(Valence valence) {
  switch (valence) {
    case Valence::commit: return "C";
    case Valence::abort: return "A";
    case Valence::both: return "CA";
    case Valence::nothing: return "–";
    case Valence::unknown: break;
  }
  return "?";
}

QString GraphView::name(Valence valence) {
  switch (valence) {
    case Valence::commit: return tr("only commit is possible");
    case Valence::abort: return tr("only abort is possible");
    case Valence::both: return tr("commit and abort are possible");
    case Valence::nothing: return tr("nobody ever decides");
    case Valence::unknown: break;
  }
  return tr("unknown");
}

void GraphView::show(std::shared_ptr<const StatePicture> picture) {
  picture_ = std::move(picture);
  current_ = -1;
  makeScene();
  zoomToFit();
  setCurrent(0);
  setFocus();
}

void GraphView::restyle() {
  makeScene();
  viewport()->update();
}

QPointF GraphView::place(int number) const {
  const StateNode& node = picture_->nodes[static_cast<std::size_t>(number)];
  return {node.x * across, node.layer * down};
}

void GraphView::makeScene() {
  const Theme theme = Theme::current();
  setBackgroundBrush(theme.background);
  scene()->clear();
  if (!picture_) return;
  for (const StateEdge& edge : picture_->edges)
    if (edge.from != edge.to) addEdge(edge);
  for (int i = 0; i < static_cast<int>(picture_->nodes.size()); ++i)
    addNode(i);
  scene()->setSceneRect(scene()->itemsBoundingRect().adjusted(-margin, -margin, margin, margin));
}

/// Straight to the next layer; in a bow to the same or an earlier one.
void GraphView::addEdge(const StateEdge& edge) {
  const Theme theme = Theme::current();
  const QPointF from = place(edge.from);
  const QPointF to = place(edge.to);
  const bool forward = to.y() > from.y();
  QPainterPath path(from);
  QPointF before = from;
  if (forward) {
    path.lineTo(to);
  } else {
    before = (from + to) / 2 + QPointF(from.y() == to.y() ? 0 : across, -down / 2);
    path.quadTo(before, to);
  }
  const QPointF way = to - before;
  const double length = std::max(std::hypot(way.x(), way.y()), 1.0);
  const QPointF unit = way / length;
  const QPointF tip = to - unit * radius;
  const QPointF side(-unit.y() * arrow / 2, unit.x() * arrow / 2);
  QColor ink = theme.local;
  auto* line = scene()->addPath(path, QPen(ink, 1, forward ? Qt::SolidLine : Qt::DashLine));
  line->setZValue(-1);
  line->setToolTip(QString::fromStdString(edge.event));
  scene()
      ->addPolygon(
          QPolygonF({tip, tip - unit * arrow + side, tip - unit * arrow - side}), Qt::NoPen, ink)
      ->setZValue(-1);
}

void GraphView::addNode(int number) {
  const Theme theme = Theme::current();
  const StateNode& node = picture_->nodes[static_cast<std::size_t>(number)];
  const NodeLook look = look_of(node.valence, theme);
  const bool bad = node.doomed || node.violates;
  auto* circle = scene()->addEllipse(-radius,
                                     -radius,
                                     2 * radius,
                                     2 * radius,
                                     QPen(bad ? theme.alarm : theme.text, bad ? 3 : 1),
                                     look.fill);
  circle->setPos(place(number));
  circle->setData(0, number);
  QString words = tr("State %1: %2").arg(number).arg(name(node.valence));
  if (node.violates)
    words += tr(", a property is violated");
  else if (node.doomed)
    words += tr(", doomed: no run from here keeps every property");
  circle->setToolTip(words + "\n" + QString::fromStdString(node.words));
  if (node.violates) {
    auto* ring = scene()->addEllipse(
        -radius - 4, -radius - 4, 2 * radius + 8, 2 * radius + 8, QPen(theme.alarm, 1.5));
    ring->setPos(place(number));
    ring->setZValue(-0.5);
  }
  QFont font = this->font();
  font.setBold(true);
  font.setPointSizeF(8.5);
  auto* text = scene()->addSimpleText(sign(node.valence), font);
  text->setBrush(look.ink);
  text->setPos(place(number) - text->boundingRect().center());
  text->setAcceptedMouseButtons(Qt::NoButton);
  text->setData(0, number);
}

void GraphView::zoomToFit() {
  constexpr double largest = 1.4;
  fitInView(sceneRect(), Qt::KeepAspectRatio);
  if (transform().m11() > largest) {
    resetTransform();
    scale(largest, largest);
  }
}

void GraphView::drawForeground(QPainter* painter, const QRectF& /*rect*/) {
  if (!picture_ || current_ < 0) return;
  painter->setPen(QPen(Theme::current().text, 2.5, Qt::DotLine));
  painter->setBrush(Qt::NoBrush);
  painter->drawEllipse(place(current_), radius + 7, radius + 7);
}

void GraphView::setCurrent(int state) {
  if (!picture_ || state < 0) return;
  current_ = state;
  viewport()->update();
  ensureVisible(QRectF(place(state) - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)));
  Q_EMIT currentChanged(state);
}

/// To the nearest state in that direction.
void GraphView::walk(int layers, int sideways) {
  if (!picture_ || current_ < 0) return;
  const StateNode& from = picture_->nodes[static_cast<std::size_t>(current_)];
  int best = -1;
  double nearest = 0;
  for (int i = 0; i < static_cast<int>(picture_->nodes.size()); ++i) {
    const StateNode& node = picture_->nodes[static_cast<std::size_t>(i)];
    const double by = node.x - from.x;
    if (node.layer != from.layer + layers || i == current_) continue;
    if (sideways != 0 && by * sideways <= 0) continue;
    if (best >= 0 && std::abs(by) >= nearest) continue;
    best = i;
    nearest = std::abs(by);
  }
  setCurrent(best);
}

void GraphView::keyPressEvent(QKeyEvent* event) {
  constexpr double step = 1.2;
  switch (event->key()) {
    case Qt::Key_Up: return walk(-1, 0);
    case Qt::Key_Down: return walk(1, 0);
    case Qt::Key_Left: return walk(0, -1);
    case Qt::Key_Right: return walk(0, 1);
    case Qt::Key_Home: return setCurrent(0);
    case Qt::Key_Plus: return scale(step, step);
    case Qt::Key_Minus: return scale(1 / step, 1 / step);
    case Qt::Key_0: return zoomToFit();
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (current_ >= 0) Q_EMIT chosen(current_);
      return;
    default: QGraphicsView::keyPressEvent(event);
  }
}

void GraphView::wheelEvent(QWheelEvent* event) {
  const double factor = std::pow(1.0015, event->angleDelta().y());
  scale(factor, factor);
}

int GraphView::stateAt(const QPoint& position) const {
  for (const QGraphicsItem* item : items(position))
    if (item->data(0).isValid()) return item->data(0).toInt();
  return -1;
}

void GraphView::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->pos();
  QGraphicsView::mousePressEvent(event);
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
  QGraphicsView::mouseReleaseEvent(event);
  viewport()->setCursor(Qt::ArrowCursor);
  constexpr int still = 4;  // pixels; more is a drag
  if ((event->pos() - pressed_).manhattanLength() > still) return;
  const int state = stateAt(event->pos());
  if (state < 0) return;
  setCurrent(state);
  Q_EMIT chosen(state);
}

Drawing GraphView::drawing() const {
  if (!picture_) return {};
  const QSize size = sceneRect().size().toSize();
  const auto paint = [this, size](QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRect({0, 0}, size), Theme::current().background);
    scene()->render(&painter, QRectF({0, 0}, size), sceneRect());
  };
  return {.size = size, .title = tr("Graph of states"), .paint = paint};
}

}  // namespace concordat::gui
