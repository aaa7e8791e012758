// Which processes and kinds of things are shown: lists to check and uncheck.
#pragma once

#include <QWidget>

#include "gui/models/selection.hpp"

class QListWidget;
class QPushButton;

namespace concordat::gui {

/// "messages", "log writes"
QString name_of(Kind kind);

/// What the filter leaves out, in words; "" if it shows everything.
QString words_of(const Selection& selection);

class FilterPanel : public QWidget {
  Q_OBJECT

 public:
  explicit FilterPanel(Selection& selection, QWidget* parent = nullptr);

 private:
  void fill();
  void refresh();

  Selection& selection_;
  QListWidget* lanes_;
  QListWidget* kinds_;
  QPushButton* all_;
  bool filling_ = false;
};

}  // namespace concordat::gui
