// One tab of the results window.
#pragma once

#include <QWidget>

#include "gui/views/drawing.hpp"

namespace concordat::gui {

class ResultsPage : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;
  /// What it shows as a table, "" if there is nothing.
  virtual QString csv() const = 0;
  /// What it shows as a picture; without `paint` if there is nothing.
  virtual Drawing drawing() const = 0;
  /// Its colours follow the palette.
  virtual void restyle() {}
  /// While a job runs, no other can be begun from the page.
  virtual void setBusy(bool busy) = 0;
};

}  // namespace concordat::gui
