#include "gui/window/compare_window.hpp"

#include <algorithm>

#include <QActionGroup>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStatusBar>
#include <QVBoxLayout>

#include "gui/jobs/matrix_job.hpp"
#include "gui/models/text.hpp"
#include "gui/views/compare_picture.hpp"
#include "gui/views/compare_view.hpp"
#include "gui/views/message_bar.hpp"
#include "gui/views/sequence_view.hpp"

namespace concordat::gui {

namespace {

QString spaced(QString name) {
  return name.replace('_', ' ');
}

}  // namespace

CompareWindow::CompareWindow(const Registry& registry, QWidget* parent)
    : QMainWindow(parent),
      registry_(registry),
      view_(new CompareView(this)),
      message_(new MessageBar(this)) {
  setObjectName("beside");
  setWindowTitle(tr("Side by side — Concordat"));
  setAcceptDrops(true);
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(message_);
  column->addWidget(view_, 1);
  setCentralWidget(centre);
  makeList();
  makeMenus();
  connect(view_, &CompareView::stepChanged, this, &CompareWindow::showStep);
  resize(1280, 800);
  const QSettings settings;
  restoreGeometry(settings.value("beside/geometry").toByteArray());
  restoreState(settings.value("beside/layout").toByteArray());
}

CompareWindow::~CompareWindow() = default;

void CompareWindow::makeList() {
  auto* panel = new QWidget(this);
  auto* column = new QVBoxLayout(panel);
  column->setContentsMargins(6, 6, 6, 6);
  auto* hint = new QLabel(tr("At most four of them:"), panel);
  list_ = new QListWidget(panel);
  list_->setAccessibleName(tr("Runs"));
  list_->setWordWrap(true);
  list_->setStyleSheet(  // the style's own box is not to be seen on a dark background
      "QListWidget::indicator:unchecked{border:1px solid palette(text);"
      "width:11px;height:11px}");
  hint->setBuddy(list_);
  connect(list_, &QListWidget::itemChanged, this, &CompareWindow::choose);
  auto* file = new QPushButton(tr("Add a &file…"), panel);
  connect(file, &QPushButton::clicked, this, &CompareWindow::chooseFile);
  auto* under = new QLabel(tr("The same scenario &under"), panel);
  protocols_ = new QComboBox(panel);
  protocols_->setAccessibleName(tr("Protocol"));
  protocols_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  protocols_->setMinimumContentsLength(16);
  for (const std::string& name : protocol_names(registry_))
    protocols_->addItem(spaced(text_of(name)), text_of(name));
  under->setBuddy(protocols_);
  auto* add = new QPushButton(tr("&Add"), panel);
  add->setAccessibleName(tr("Add under this protocol"));
  connect(
      add, &QPushButton::clicked, this, [this] { addUnder(protocols_->currentData().toString()); });
  auto* row = new QHBoxLayout;
  row->addWidget(protocols_, 1);
  row->addWidget(add);
  column->addWidget(hint);
  column->addWidget(list_, 1);
  column->addWidget(file);
  column->addWidget(under);
  column->addLayout(row);
  auto* dock = new QDockWidget(tr("Runs"), this);
  dock->setObjectName("beside-runs");
  dock->setWidget(panel);
  addDockWidget(Qt::LeftDockWidgetArea, dock);
  resizeDocks({dock}, {250}, Qt::Horizontal);
}

void CompareWindow::makeMenus() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  file->addAction(tr("&Add a file…"), QKeySequence::Open, this, &CompareWindow::chooseFile);
  file->addAction(tr("Save &picture…"), QKeySequence("Ctrl+E"), this, &CompareWindow::savePicture);
  file->addSeparator();
  file->addAction(tr("&Close"), QKeySequence::Close, this, &QWidget::close);
  QMenu* menu = menuBar()->addMenu(tr("&View"));
  alignments_ = new QActionGroup(this);
  const auto alignment = [&](const QString& name, const QString& key, Alignment of) {
    QAction* action =
        menu->addAction(name, QKeySequence(key), this, [this, of] { setAlignment(of); });
    action->setCheckable(true);
    action->setData(static_cast<int>(of));
    alignments_->addAction(action);
  };
  alignment(tr("Align: &phases of commit"), "Ctrl+1", Alignment::phases);
  alignment(tr("Align: &step by step"), "Ctrl+2", Alignment::steps);
  alignment(tr("Align: &time"), "Ctrl+3", Alignment::time);
  alignment(tr("Align: time, long &silences short"), "Ctrl+4", Alignment::gaps);
  menu->addSeparator();
  menu->addAction(tr("Zoom &in"), QKeySequence::ZoomIn, view_, [this] { view_->zoomBy(1.25); });
  menu->addAction(tr("Zoom &out"), QKeySequence::ZoomOut, view_, [this] { view_->zoomBy(0.8); });
  menu->addAction(tr("&Fit all"), QKeySequence("Ctrl+0"), view_, &CompareView::zoomToFit);
  menu->addAction(tr("&Usual size"), QKeySequence("Ctrl+9"), view_, &CompareView::resetZoom);
  menu->addSeparator();
  menu->addAction(tr("Choose &runs"), QKeySequence("Ctrl+L"), this, [this] {
    findChild<QDockWidget*>("beside-runs")->show();
    list_->setFocus();
  });
}

bool CompareWindow::isChecked(std::size_t entry) const {
  return list_->item(static_cast<int>(entry))->checkState() == Qt::Checked;
}

int CompareWindow::checkedCount() const {
  int count = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    count += isChecked(i) ? 1 : 0;
  return count;
}

void CompareWindow::uncheck(std::size_t entry) {
  filling_ = true;
  list_->item(static_cast<int>(entry))->setCheckState(Qt::Unchecked);
  filling_ = false;
}

void CompareWindow::addEntry(const Entry& entry, bool checked) {
  filling_ = true;
  entries_.push_back(entry);
  auto* item = new QListWidgetItem(entry.name, list_);
  item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
  item->setCheckState(checked ? Qt::Checked : Qt::Unchecked);
  filling_ = false;
}

void CompareWindow::begin(const OpenRun& open) {
  message_->hide();
  list_->clear();
  entries_.clear();
  base_ = {open.file.toStdString(), open.variant.toStdString(), ""};
  const auto current = open.variants.indexOf(open.variant);
  for (const QString& variant : open.variants) {
    const auto at = open.variants.indexOf(variant);
    const bool chosen = at == current || at == current + 1 ||
                        (current + 1 == open.variants.size() && at == current - 1);
    addEntry(
        {{base_.file, variant.toStdString(), ""}, variant, at == current ? open.document : nullptr},
        chosen);
  }
  if (entries_.empty() && open.document) {
    const QString name =
        open.file.isEmpty() ? tr("the open run") : QFileInfo(open.file).completeBaseName();
    addEntry({base_, name, open.document}, true);
  }
  list_->setCurrentRow(0);
  std::vector<const Sequence*> shown;
  if (open.document) shown.push_back(&open.document->sequence);
  const QVariant kept = QSettings().value("beside/alignment");
  setAlignment(kept.isValid() ? static_cast<Alignment>(std::clamp(kept.toInt(), 0, 3))
                              : best_alignment(shown));
  load();
}

void CompareWindow::addFile(const QString& file) {
  if (checkedCount() >= most_beside)
    return message_->showError(tr("Four runs stand here already"), tr("Uncheck one of them"));
  addEntry({{file.toStdString(), "", ""}, QFileInfo(file).completeBaseName(), nullptr}, true);
  load();
}

void CompareWindow::addUnder(const QString& protocol) {
  if (base_.file.empty())
    return message_->showError(tr("The open run is in no file, so that it has no scenario to run"),
                               tr("Open a scenario first"));
  if (checkedCount() >= most_beside)
    return message_->showError(tr("Four runs stand here already"), tr("Uncheck one of them"));
  const RunSource source{base_.file, base_.variant, protocol.toStdString()};
  const auto old = std::ranges::find(entries_, source, &Entry::source);
  if (old == entries_.end()) {
    addEntry({source, tr("under %1").arg(spaced(protocol)), nullptr}, true);
  } else {
    filling_ = true;
    list_->item(static_cast<int>(old - entries_.begin()))->setCheckState(Qt::Checked);
    filling_ = false;
  }
  load();
}

void CompareWindow::choose(QListWidgetItem* changed) {
  if (filling_) return;
  if (checkedCount() > most_beside) {
    uncheck(static_cast<std::size_t>(list_->row(changed)));
    return message_->showError(tr("Four runs stand here already"), tr("Uncheck one of them"));
  }
  load();
}

/// What is checked and was not loaded yet.
void CompareWindow::load() {
  message_->hide();
  std::vector<RunSource> missing;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (isChecked(i) && !entries_[i].document) missing.push_back(entries_[i].source);
  if (missing.empty()) {
    showChecked();
    return;
  }
  statusBar()->showMessage(tr("Running…"));
  loads_.start(
      tr("Running"),
      [&registry = registry_, missing](const Tell&, const std::stop_token&) {
        return load_sources(registry, missing);
      },
      [this](const std::vector<SourceRun>& loaded) { take(loaded); });
}

void CompareWindow::take(const std::vector<SourceRun>& loaded) {
  for (const SourceRun& run : loaded) {
    const auto entry = std::ranges::find(entries_, run.source, &Entry::source);
    if (entry == entries_.end()) continue;  // another file was begun since
    if (run.loaded) {
      entry->document = run.loaded->document;
      continue;
    }
    uncheck(static_cast<std::size_t>(entry - entries_.begin()));
    const Error& error = run.loaded.error();
    QString where = text_of(error.file);
    if (error.at.line > 0) where += QString(":%1:%2").arg(error.at.line).arg(error.at.column);
    message_->showError((where.isEmpty() ? where : where + ": ") + text_of(error.what),
                        text_of(error.hint));
  }
  showChecked();
}

void CompareWindow::showChecked() {
  std::vector<BesideRun> runs;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (isChecked(i) && entries_[i].document)
      runs.push_back({entries_[i].name.toStdString(), entries_[i].document});
  statusBar()->clearMessage();
  view_->showRuns(runs);
  setAlignment(view_->wantedAlignment());
  if (!runs.empty())
    setWindowTitle(text_of(runs.front().document->trace->scenario) + " — " +
                   tr("side by side — Concordat"));
  Q_EMIT shown();
}

void CompareWindow::setAlignment(Alignment alignment) {
  view_->setAlignment(alignment);
  for (QAction* action : alignments_->actions()) {
    const auto of = static_cast<Alignment>(action->data().toInt());
    action->setChecked(of == view_->alignment());
    action->setEnabled(view_->canAlign(of));
  }
}

void CompareWindow::showStep(int run, int step) {
  const BesideRun& at = view_->runs()[static_cast<std::size_t>(run)];
  if (step < 0) return statusBar()->clearMessage();
  statusBar()->showMessage(tr("%1: step %2 of %3   %4")
                               .arg(text_of(at.name))
                               .arg(step + 1)
                               .arg(at.document->step_count())
                               .arg(text_of(at.document->step(step).event)));
}

void CompareWindow::chooseFile() {
  const QString file =
      QFileDialog::getOpenFileName(this,
                                   tr("Add a run"),
                                   QFileInfo(text_of(base_.file)).path(),
                                   tr("Scenarios and traces (*.yaml *.yml *.json);;All files (*)"));
  if (!file.isEmpty()) addFile(file);
}

void CompareWindow::savePicture() {
  const bool dark = Theme::current().background == Theme::dark().background;
  const Drawing drawing =
      comparison_drawing(view_->runs(), {.alignment = view_->alignment(), .dark = dark});
  if (!drawing.paint) return message_->showError(tr("There is nothing to draw"), tr("Check a run"));
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save the picture"), "side-by-side.svg", tr("Pictures (*.svg *.png *.pdf)"));
  if (file.isEmpty()) return;
  statusBar()->showMessage(tr("Writing %1…").arg(file));
  writes_.start(
      tr("Writing %1").arg(file),
      [drawing, file](const Tell&, const std::stop_token&) { return save_drawing(drawing, file); },
      [this, file](const QString& problem) {
        if (!problem.isEmpty())
          message_->showError(problem, tr("Choose another file"));
        else
          statusBar()->showMessage(tr("Wrote %1").arg(file));
      });
}

void CompareWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void CompareWindow::dropEvent(QDropEvent* event) {
  for (const QUrl& url : event->mimeData()->urls())
    addFile(url.toLocalFile());
}

void CompareWindow::closeEvent(QCloseEvent* event) {
  QSettings settings;
  settings.setValue("beside/geometry", saveGeometry());
  settings.setValue("beside/layout", saveState());
  settings.setValue("beside/alignment", static_cast<int>(view_->wantedAlignment()));
  event->accept();
}

}  // namespace concordat::gui
