// A small graph of states: layers from the initial state downward, coloured by what can still be
// decided, with a sign for each. The wheel and + and - zoom, a drag moves, arrows walk from state
// to state, Enter or a click shows a shortest run.
#pragma once

#include <memory>

#include <QGraphicsView>

#include "gui/data/state_picture.hpp"
#include "gui/views/drawing.hpp"

namespace concordat::gui {

class GraphView : public QGraphicsView {
  Q_OBJECT

 public:
  explicit GraphView(QWidget* parent = nullptr);
  void show(std::shared_ptr<const StatePicture> picture);
  void restyle();
  int current() const { return current_; }
  void zoomToFit();
  Drawing drawing() const;
  static QString sign(Valence valence);
  static QString name(Valence valence);

 Q_SIGNALS:
  void currentChanged(int state);
  void chosen(int state);

 protected:
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void drawForeground(QPainter* painter, const QRectF& rect) override;

 private:
  void makeScene();
  void addEdge(const StateEdge& edge);
  void addNode(int number);
  QPointF place(int number) const;
  int stateAt(const QPoint& position) const;
  void setCurrent(int state);
  void walk(int layers, int sideways);

  std::shared_ptr<const StatePicture> picture_;
  int current_ = -1;
  QPoint pressed_;
};

}  // namespace concordat::gui
