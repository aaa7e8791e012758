#include "gui/window/results_window.hpp"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QMenuBar>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "gui/models/text.hpp"
#include "gui/views/bench_page.hpp"
#include "gui/views/cost_page.hpp"
#include "gui/views/figures_page.hpp"
#include "gui/views/graph_page.hpp"
#include "gui/views/matrix_page.hpp"
#include "gui/views/message_bar.hpp"

namespace concordat::gui {

ResultsWindow::ResultsWindow(const Registry& registry, QWidget* parent)
    : QMainWindow(parent), registry_(registry) {
  setObjectName("results");
  setWindowTitle(tr("Results — Concordat"));
  setAcceptDrops(true);
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  message_ = new MessageBar(centre);
  column->addWidget(message_);
  tabs_ = new QTabWidget(centre);
  tabs_->setDocumentMode(true);
  matrix_ = new MatrixPage(protocol_names(registry), class_names(), tabs_);
  costs_ = new CostPage(tabs_);
  figures_ = new FiguresPage(tabs_);
  graph_ = new GraphPage(row_names(registry), class_names(), tabs_);
  bench_ = new BenchPage(tabs_);
  tabs_->addTab(matrix_, tr("Verdicts"));
  tabs_->addTab(costs_, tr("Costs"));
  tabs_->addTab(figures_, tr("Figures of runs"));
  tabs_->addTab(graph_, tr("Graph of states"));
  tabs_->addTab(bench_, tr("Benchmarks"));
  column->addWidget(tabs_, 1);
  makeProgress();
  setCentralWidget(centre);
  makeMenus();
  connectJobs();
  resize(1180, 780);
}

ResultsWindow::~ResultsWindow() = default;

void ResultsWindow::makeMenus() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  file->addAction(tr("&Open…"), QKeySequence::Open, this, &ResultsWindow::chooseFile);
  file->addAction(
      tr("&Save the table as CSV…"), QKeySequence::Save, this, &ResultsWindow::saveTable);
  file->addAction(
      tr("Save the &picture…"), QKeySequence("Ctrl+E"), this, &ResultsWindow::savePicture);
  file->addSeparator();
  file->addAction(tr("&Close"), QKeySequence::Close, this, &QWidget::close);
  QMenu* view = menuBar()->addMenu(tr("&View"));
  for (int i = 0; i < tabs_->count(); ++i)
    view->addAction(
        tabs_->tabText(i), QKeySequence(QString("Ctrl+%1").arg(i + 1)), this, [this, i] {
          showPage(i);
        });
}

void ResultsWindow::makeProgress() {
  progress_ = new QWidget(this);
  auto* row = new QHBoxLayout(progress_);
  row->setContentsMargins(0, 0, 0, 0);
  what_ = new QLabel(progress_);
  bar_ = new QProgressBar(progress_);
  bar_->setFixedWidth(220);
  bar_->setAccessibleName(tr("Progress"));
  cancel_ = new QPushButton(tr("Cancel"), progress_);
  cancel_->setShortcut(QKeySequence(Qt::Key_Escape));
  connect(cancel_, &QPushButton::clicked, this, [this] {
    jobs_.stop();
    cancel_->setEnabled(false);
    what_->setText(tr("Cancelling…"));
  });
  row->addWidget(what_, 1);
  row->addWidget(bar_);
  row->addWidget(cancel_);
  statusBar()->setMinimumHeight(progress_->sizeHint().height() + 4);
  statusBar()->addPermanentWidget(progress_, 0);
  progress_->hide();
}

void ResultsWindow::connectJobs() {
  connect(matrix_, &MatrixPage::computeAsked, this, &ResultsWindow::computeMatrix);
  connect(matrix_, &MatrixPage::runAsked, this, &ResultsWindow::computeRun);
  connect(costs_, &CostPage::computeAsked, this, &ResultsWindow::computeCosts);
  connect(graph_, &GraphPage::computeAsked, this, &ResultsWindow::computeGraph);
  connect(graph_, &GraphPage::pathAsked, this, &ResultsWindow::computePath);
  connect(&jobs_, &JobRunner::begun, this, [this](const QString& what) {
    job_words_ = what;
    what_->setText(what);
    bar_->setRange(0, 0);
    message_->hide();
    statusBar()->clearMessage();
    setBusy(true);
  });
  connect(&jobs_, &JobRunner::progress, this, &ResultsWindow::showProgress);
  connect(&jobs_, &JobRunner::ended, this, [this] { setBusy(false); });
}

void ResultsWindow::setBusy(bool busy) {
  progress_->setVisible(busy);
  cancel_->setEnabled(busy);
  for (int i = 0; i < tabs_->count(); ++i)
    static_cast<ResultsPage*>(tabs_->widget(i))->setBusy(busy);
}

void ResultsWindow::showProgress(int done, int of, qint64 states) {
  if (!cancel_->isEnabled()) return;  // it is being cancelled
  QString words = job_words_;
  if (of > 1) words += tr(": %1 of %2 searches").arg(done).arg(of);
  if (states > 0) words += tr(", %1 states").arg(QLocale(QLocale::English).toString(states));
  what_->setText(words);
  bar_->setRange(0, of > 1 ? of : 0);
  bar_->setValue(done);
}

void ResultsWindow::computeMatrix(const MatrixWish& wish) {
  jobs_.start(
      tr("Searching"),
      [&registry = registry_, wish](const Tell& tell, const std::stop_token& stop) {
        return compute_matrix(registry, wish, tell, stop);
      },
      [this](const Result<MatrixTable>& table) {
        if (!table) return complain(table.error());
        show(Results(*table), tr("computed"));
        if (table->stopped) message_->showNote(tr("Cancelled: some cells are missing"));
        Q_EMIT jobEnded();
      });
}

void ResultsWindow::computeRun(const CellWish& wish) {
  jobs_.start(
      tr("Searching for the counterexample of %1, %2, %3")
          .arg(text_of(wish.protocol), text_of(wish.fault_class), text_of(wish.code)),
      [&registry = registry_, wish](const Tell& tell, const std::stop_token& stop) {
        return compute_counterexample(registry, wish, tell, stop);
      },
      [this](const Result<Loaded>& run) { showRun(run); });
}

void ResultsWindow::showRun(const Result<Loaded>& run) {
  if (!run) return complain(run.error());
  statusBar()->showMessage(
      tr("In the window of the sequence; steps: %1").arg(run->document->step_count()));
  Q_EMIT runReady(*run);
  Q_EMIT jobEnded();
}

void ResultsWindow::computeCosts(const QString& participants) {
  jobs_.start(
      tr("Counting messages, delays and forces"),
      [&registry = registry_, range = participants.toStdString()](
          const Tell&, const std::stop_token&) { return compute_costs(registry, range); },
      [this](const Result<CostTable>& table) {
        if (!table) return complain(table.error());
        show(Results(*table), tr("computed"));
        Q_EMIT jobEnded();
      });
}

void ResultsWindow::computeGraph(const GraphWish& wish) {
  jobs_.start(
      tr("Exploring %1 under %2").arg(text_of(wish.row.protocol), text_of(wish.fault_class)),
      [&registry = registry_, wish](const Tell& tell, const std::stop_token& stop) {
        return compute_graph(registry, wish, tell, stop);
      },
      [this](const Result<Explored>& explored) {
        if (!explored) return complain(explored.error());
        explored_ = explored->graph;
        graph_->show(std::make_shared<const StatePicture>(explored->picture));
        statusBar()->showMessage(tr("%1 states, %2 events")
                                     .arg(explored->picture.nodes.size())
                                     .arg(explored->picture.event_count()));
        Q_EMIT jobEnded();
      });
}

void ResultsWindow::computePath(int state) {
  jobs_.start(
      tr("Taking a shortest run to state %1").arg(state),
      [&registry = registry_, graph = explored_, state](const Tell&, const std::stop_token&) {
        return compute_path(registry, *graph, state);
      },
      [this](const Result<Loaded>& run) { showRun(run); });
}

void ResultsWindow::complain(const Error& error) {
  QString what = text_of(error.what);
  if (!error.file.empty()) what = text_of(error.file) + ": " + what;
  message_->showError(what, text_of(error.hint));
  Q_EMIT jobEnded();
}

void ResultsWindow::show(const Results& results, const QString& name) {
  message_->hide();
  if (const auto* matrix = std::get_if<MatrixTable>(&results)) {
    matrix_->show(std::make_shared<const MatrixTable>(*matrix));
    tabs_->setCurrentWidget(matrix_);
  } else if (const auto* costs = std::get_if<CostTable>(&results)) {
    costs_->show(std::make_shared<const CostTable>(*costs));
    tabs_->setCurrentWidget(costs_);
  } else if (const auto* figures = std::get_if<RunFigures>(&results)) {
    figures_->show(std::make_shared<const RunFigures>(*figures));
    tabs_->setCurrentWidget(figures_);
  } else if (const auto* bench = std::get_if<BenchTable>(&results)) {
    tabs_->setCurrentWidget(bench_);
    bench_->show(std::make_shared<const BenchTable>(*bench));
  }
  setWindowTitle(tr("Results: %1 — Concordat").arg(name));
}

void ResultsWindow::showPage(int page) {
  tabs_->setCurrentIndex(page);
  tabs_->currentWidget()->setFocus();
}

Drawing ResultsWindow::drawing() const {
  return page()->drawing();
}

ResultsPage* ResultsWindow::page() const {
  return static_cast<ResultsPage*>(tabs_->currentWidget());
}

void ResultsWindow::chooseFile() {
  const QString file = QFileDialog::getOpenFileName(
      this, tr("Open results"), {}, tr("Tables and figures (*.csv *.json);;All files (*)"));
  if (!file.isEmpty()) Q_EMIT openAsked(file);
}

void ResultsWindow::saveTable() {
  const QString table = page()->csv();
  if (table.isEmpty())
    return message_->showError(tr("There is no table on this page"), tr("Open or compute one"));
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Save the table"), "results.csv", tr("Tables (*.csv)"));
  if (file.isEmpty()) return;
  const QString problem = save_bytes(table.toUtf8(), file);
  if (!problem.isEmpty()) return message_->showError(problem, tr("Choose another folder"));
  statusBar()->showMessage(tr("Wrote %1").arg(file));
}

void ResultsWindow::savePicture() {
  const Drawing drawing = page()->drawing();
  if (!drawing.paint)
    return message_->showError(tr("There is nothing to draw on this page"),
                               tr("Open or compute something"));
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save the picture"), "results.svg", tr("Pictures (*.svg *.png *.pdf)"));
  if (file.isEmpty()) return;
  const Canvas canvas = drawing.anywhere ? Canvas{} : paint_canvas(drawing, file);
  statusBar()->showMessage(tr("Writing %1…").arg(file));
  writes_.start(
      tr("Writing %1").arg(file),
      [drawing, canvas, file](const Tell&, const std::stop_token&) {
        return drawing.anywhere ? save_drawing(drawing, file) : write_canvas(canvas, file);
      },
      [this, file](const QString& problem) {
        if (!problem.isEmpty())
          message_->showError(problem, tr("Choose another file"));
        else
          statusBar()->showMessage(tr("Wrote %1").arg(file));
        Q_EMIT jobEnded();
      });
}

void ResultsWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() != QEvent::PaletteChange || tabs_ == nullptr) return;
  for (int i = 0; i < tabs_->count(); ++i)
    static_cast<ResultsPage*>(tabs_->widget(i))->restyle();
}

void ResultsWindow::closeEvent(QCloseEvent* event) {
  jobs_.stop();
  event->accept();
}

void ResultsWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void ResultsWindow::dropEvent(QDropEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (!urls.isEmpty()) Q_EMIT openAsked(urls.front().toLocalFile());
}

}  // namespace concordat::gui
