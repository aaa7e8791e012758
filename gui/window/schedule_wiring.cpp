// How the window's schedule, the session behind it and the run that is shown belong together.
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenuBar>
#include <QStatusBar>

#include "gui/jobs/session_job.hpp"
#include "gui/views/message_bar.hpp"
#include "gui/views/schedule_dock.hpp"
#include "gui/window/main_window.hpp"

namespace concordat::gui {

void MainWindow::makeSchedule(QDockWidget* beside) {
  session_ = new SessionJob(registry_, this);
  schedule_ = new ScheduleDock(this);
  auto* dock = addDock(tr("Schedule"), "schedule", schedule_, Qt::LeftDockWidgetArea);
  tabifyDockWidget(beside, dock);
  beside->raise();
  connect(session_, &SessionJob::scheduleChanged, schedule_, &ScheduleDock::showSchedule);
  connect(session_, &SessionJob::closed, schedule_, &ScheduleDock::showClosed);
  connect(session_, &SessionJob::runChanged, this, &MainWindow::showContinued);
  connect(session_, &SessionJob::stepWanted, &selection_, &Selection::setStep);
  connect(session_, &SessionJob::failed, message_, &MessageBar::showError);
  connect(session_, &SessionJob::saved, this, [this](const QString& file) {
    statusBar()->showMessage(tr("Saved; `concordat run %1` replays it").arg(file));
  });
  connect(session_, &SessionJob::searchBegan, schedule_, &ScheduleDock::showSearch);
  connect(session_, &SessionJob::progressed, schedule_, &ScheduleDock::showProgress);
  connect(session_, &SessionJob::answered, schedule_, &ScheduleDock::showAnswer);
  connect(&selection_, &Selection::stepChanged, session_, &SessionJob::standAt);
  connect(schedule_, &ScheduleDock::takeWanted, session_, &SessionJob::take);
  connect(schedule_, &ScheduleDock::branchWanted, session_, &SessionJob::goTo);
  connect(schedule_, &ScheduleDock::undoWanted, session_, &SessionJob::undo);
  connect(schedule_, &ScheduleDock::redoWanted, session_, &SessionJob::redo);
  connect(schedule_, &ScheduleDock::runWanted, session_, &SessionJob::follow);
  connect(schedule_, &ScheduleDock::asked, session_, &SessionJob::ask);
  connect(schedule_, &ScheduleDock::cancelWanted, session_, &SessionJob::cancel);
  connect(schedule_, &ScheduleDock::saveWanted, this, &MainWindow::saveSchedule);
}

void MainWindow::makeScheduleMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Schedule"));
  menu->addActions(schedule_->commands());
}

/// The run goes on, or back, to where the scheduler stands: its last step is the current one.
void MainWindow::showContinued(const DocumentPtr& document) {
  message_->hide();
  const int transaction = selection_.transaction();
  steps_.setDocument(document);
  selection_.continueWith(document, document->sequence.step_count() - 1);
  selection_.setTransaction(transaction);
  showStory(*document);
}

void MainWindow::saveSchedule() {
  const QString folder = file_.isEmpty() ? QString() : QFileInfo(file_).path() + "/";
  QString file = QFileDialog::getSaveFileName(
      this, tr("Save as scenario"), folder + "schedule.yaml", tr("Scenarios (*.yaml)"));
  if (file.isEmpty()) return;
  if (QFileInfo(file).suffix().isEmpty()) file += ".yaml";
  session_->save(file);
}

}  // namespace concordat::gui
