// A line above the run that says what went wrong, where, and what to do; it goes away by itself
// when something works.
#pragma once

#include <QFrame>

class QLabel;

namespace concordat::gui {

class MessageBar : public QFrame {
  Q_OBJECT

 public:
  explicit MessageBar(QWidget* parent = nullptr);
  void showError(const QString& what, const QString& hint = {});
  void showNote(const QString& what);
  QString text() const;

 private:
  void show(const QString& what, const QString& hint, bool is_error);
  QLabel* what_;
  QLabel* hint_;
};

}  // namespace concordat::gui
