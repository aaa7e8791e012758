// A job in a status bar: what it does, how far it is, and a button that ends it.
#pragma once

#include <QWidget>

#include "gui/jobs/job_runner.hpp"

class QLabel;
class QProgressBar;
class QPushButton;

namespace concordat::gui {

class JobBar : public QWidget {
  Q_OBJECT

 public:
  /// Visible while the runner has something to do. Escape ends it.
  explicit JobBar(JobRunner& jobs, QWidget* parent = nullptr);

 Q_SIGNALS:
  void cancelled();

 private:
  QLabel* what_;
  QProgressBar* bar_;
  QPushButton* cancel_;
  QString words_;
};

}  // namespace concordat::gui
