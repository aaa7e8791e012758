// What a search of all runs says of the run that is open.
#include <QMenuBar>
#include <QStatusBar>

#include "gui/jobs/valence_job.hpp"
#include "gui/models/text.hpp"
#include "gui/views/message_bar.hpp"
#include "gui/window/job_bar.hpp"
#include "gui/window/main_window.hpp"

namespace concordat::gui {

namespace {

/// What came of it, in a sentence.
QString summary_of(const Sequence& run, const QString& scope) {
  QString words;
  if (run.deciding_step >= 0)
    words = QObject::tr("Step %1 decides").arg(run.deciding_step + 1);
  else if (run.valences.empty() || run.valences.back() == Valence::unknown)
    words = QObject::tr("No step that is known decides");
  else if (run.valences.back() == Valence::both)
    words = QObject::tr("Both outcomes stay possible until the end");
  else
    words = QObject::tr(
        "No step decides: one outcome alone is possible from the start, as votes "
        "and faults leave it");
  if (run.point_of_no_return >= 0)
    words += QObject::tr("; from step %1 on no run keeps every property")
                 .arg(run.point_of_no_return + 1);
  return words + QObject::tr(" (searched %1)").arg(scope);
}

}  // namespace

void MainWindow::makeExploreMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Explore"));
  menu->addAction(tr("Show the &point of no return"),
                  QKeySequence("Ctrl+Shift+P"),
                  this,
                  &MainWindow::showPointOfNoReturn);
  auto* bar = new JobBar(explores_, this);
  statusBar()->addPermanentWidget(bar);
  connect(bar, &JobBar::cancelled, this, [this] {
    statusBar()->showMessage(tr("Cancelled: nothing is known of what can be decided"));
    Q_EMIT explored();
  });
}

void MainWindow::showPointOfNoReturn() {
  const DocumentPtr document = selection_.document();
  if (!document)
    return message_->showError(tr("Nothing is open"), tr("Open a scenario or a trace first"));
  message_->hide();
  explores_.start(
      tr("Searching all runs"),
      [&registry = registry_, document](const Tell& tell, const std::stop_token& stop) {
        return compute_valences(registry, document, tell, stop);
      },
      [this, document](const Result<Judged>& judged) {
        if (selection_.document() == document) showJudged(judged);
        Q_EMIT explored();
      });
}

void MainWindow::showJudged(const Result<Judged>& judged) {
  if (!judged) {
    if (judged.error().what == "stopped") return;  // another run was opened
    return message_->showError(text_of(judged.error().what), text_of(judged.error().hint));
  }
  if (!judged->document) return message_->showError(text_of(judged->unknown));
  const int step = selection_.step();
  steps_.setDocument(judged->document);
  selection_.continueWith(judged->document, step);
  const Sequence& run = judged->document->sequence;
  const int turn = run.deciding_step >= 0 ? run.deciding_step : run.point_of_no_return;
  if (turn >= 0) selection_.setStep(turn);
  const QString summary = summary_of(run, text_of(judged->scope));
  message_->showNote(judged->unknown.empty() ? summary : text_of(judged->unknown));
  statusBar()->showMessage(summary);
}

}  // namespace concordat::gui
