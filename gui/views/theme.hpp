// The colours of the drawing, light and dark. Hues are those of Okabe and Ito, which colour-blind
// people tell apart; every meaning also has a shape or a word of its own.
#pragma once

#include <QColor>

#include "gui/data/sequence.hpp"

namespace concordat::gui {

struct Theme {
  QColor background;
  QColor header;  // behind the names of lanes
  QColor text;
  QColor faint;     // text that matters less
  QColor grid;      // lanes and rules
  QColor selected;  // behind the current step
  QColor message;   // arrows that arrive
  QColor local;     // arrows within a node
  QColor commit;    // blue
  QColor abort;     // orange
  QColor doubt;     // yellow
  QColor down;      // grey
  QColor lock;      // purple
  QColor alarm;     // red: lost, crashed, violated
  QColor cut;       // behind the time in which the network is cut

  static Theme light();
  static Theme dark();
  /// By the palette of the application.
  static Theme current();

  /// Of the lines of a chart; after eight they begin again.
  QColor line(int number) const;
  QColor of(MarkKind kind) const;
  QColor of(BarKind kind) const;
  QColor of(Valence valence) const;
};

}  // namespace concordat::gui
