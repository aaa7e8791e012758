#include "gui/window/main_window.hpp"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QPrintDialog>
#include <QPrinter>
#include <QSettings>
#include <QStatusBar>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTextBrowser>
#include <QToolBar>
#include <QTreeView>
#include <QVBoxLayout>

#include "gui/data/language.hpp"
#include "gui/jobs/session_job.hpp"
#include "gui/models/text.hpp"
#include "gui/views/message_bar.hpp"
#include "gui/views/minimap.hpp"
#include "gui/views/picture.hpp"
#include "gui/views/sequence_view.hpp"
#include "gui/views/valence_legend.hpp"
#include "gui/window/compare_window.hpp"
#include "gui/window/language_menu.hpp"
#include "gui/window/lessons.hpp"
#include "gui/window/results_window.hpp"
#include "sim/trace/explain.hpp"

namespace concordat::gui {

namespace {

constexpr int most_recent = 8;
constexpr int unbroken = 1'000'000;  // columns: the window breaks its lines itself
constexpr int most_told = 5'000;     // steps; a longer tale nobody reads

/// What is violated stands out.
class PropertyDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    if (!index.data(PropertyModel::violated_role).toBool()) return;
    const QColor colour = Theme::current().alarm;
    option->palette.setColor(QPalette::Text, colour);
    option->font.setBold(true);
  }
};

/// The dark palette; the light one is the style's own.
QPalette dark_palette() {
  const Theme theme = Theme::dark();
  QPalette out;
  out.setColor(QPalette::Window, theme.header);
  out.setColor(QPalette::WindowText, theme.text);
  out.setColor(QPalette::Base, theme.background);
  out.setColor(QPalette::AlternateBase, theme.header);
  out.setColor(QPalette::Text, theme.text);
  out.setColor(QPalette::Button, theme.header);
  out.setColor(QPalette::ButtonText, theme.text);
  out.setColor(QPalette::ToolTipBase, theme.header);
  out.setColor(QPalette::ToolTipText, theme.text);
  out.setColor(QPalette::PlaceholderText, theme.faint);
  out.setColor(QPalette::Highlight, QColor(0x1f, 0x5f, 0x8b));
  out.setColor(QPalette::HighlightedText, Qt::white);
  out.setColor(QPalette::Link, theme.commit);
  for (const QPalette::ColorRole role :
       {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    out.setColor(QPalette::Disabled, role, theme.local);
  return out;
}

}  // namespace

MainWindow::MainWindow(const Registry& registry)
    : registry_(registry),
      sequence_(new SequenceView(selection_, this)),
      minimap_(new Minimap(selection_, *sequence_, this)),
      message_(new MessageBar(this)) {
  setObjectName("main");
  setWindowTitle(tr("Concordat"));
  setAcceptDrops(true);
  setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
  shown_steps_.setSourceModel(&steps_);

  auto* row = new QHBoxLayout;
  row->setSpacing(0);
  row->addWidget(sequence_, 1);
  row->addWidget(minimap_);
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(message_);
  column->addLayout(row, 1);
  column->addWidget(new ValenceLegend(selection_, this));
  setCentralWidget(centre);

  makeDocks();
  makeActions();
  statusBar()->showMessage(tr("Nothing is open"));
  connect(&selection_, &Selection::stepChanged, this, &MainWindow::showStep);
  resize(1280, 800);
  const QSettings settings;
  restoreGeometry(settings.value("geometry").toByteArray());
  restoreState(settings.value("layout").toByteArray());
  setDark(settings.value("dark", false).toBool());
}

MainWindow::~MainWindow() = default;

QDockWidget* MainWindow::addDock(const QString& title,
                                 const QString& name,
                                 QWidget* widget,
                                 Qt::DockWidgetArea area) {
  auto* dock = new QDockWidget(title, this);
  dock->setObjectName(name);
  dock->setWidget(widget);
  addDockWidget(area, dock);
  return dock;
}

void MainWindow::makeDocks() {
  const auto tidy = [](QTableView* table) {
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(21);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setWordWrap(false);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setHighlightSections(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  };
  step_table_ = new QTableView(this);
  step_table_->setModel(&shown_steps_);
  step_table_->setAccessibleName(tr("Steps"));
  tidy(step_table_);
  step_table_->setColumnWidth(StepModel::number, 46);
  step_table_->setColumnWidth(StepModel::time, 70);
  step_table_->setColumnWidth(StepModel::process, 44);
  connect(step_table_->selectionModel(),
          &QItemSelectionModel::currentRowChanged,
          this,
          [this](const QModelIndex& now) {
            if (!selecting_ && now.isValid())
              selection_.setStep(shown_steps_.mapToSource(now).row());
          });
  auto* steps = addDock(tr("Steps"), "steps", step_table_, Qt::LeftDockWidgetArea);
  makeSchedule(steps);
  makeFilter(steps);

  state_tree_ = new QTreeView(this);
  state_tree_->setModel(&states_);
  state_tree_->setAccessibleName(tr("State after the step"));
  state_tree_->setAlternatingRowColors(true);
  state_tree_->setUniformRowHeights(true);
  state_tree_->setColumnWidth(StateModel::name, 150);
  state_tree_->setColumnWidth(StateModel::value, 110);
  auto* state = addDock(tr("State"), "state", state_tree_, Qt::RightDockWidgetArea);

  property_table_ = new QTableView(this);
  property_table_->setModel(&properties_);
  property_table_->setItemDelegate(new PropertyDelegate(property_table_));
  property_table_->setAccessibleName(tr("Properties"));
  tidy(property_table_);
  property_table_->setWordWrap(true);
  property_table_->setColumnWidth(PropertyModel::code, 66);
  property_table_->setColumnWidth(PropertyModel::status, 66);
  auto* properties =
      addDock(tr("Properties"), "properties", property_table_, Qt::RightDockWidgetArea);

  story_ = new QTextBrowser(this);
  story_->setAccessibleName(tr("Story"));
  auto* story = addDock(tr("Story"), "story", story_, Qt::RightDockWidgetArea);
  tabifyDockWidget(state, story);
  state->raise();
  resizeDocks({steps, state}, {270, 340}, Qt::Horizontal);
  resizeDocks({state, properties}, {330, 400}, Qt::Vertical);
}

void MainWindow::makeActions() {
  makeFileMenu();
  makeViewMenu();
  makeGoMenu();
  makeScheduleMenu();
  makeExploreMenu();
  makeResultsMenu();
  makeLessonsMenu();
  auto* bar = addToolBar(tr("Run"));
  bar->setObjectName("run");
  bar->setMovable(false);
  bar->addWidget(new QLabel(tr("Variant ")));
  variants_ = new QComboBox(this);
  variants_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  variants_->setAccessibleName(tr("Variant"));
  connect(variants_, &QComboBox::textActivated, this, [this](const QString& variant) {
    open(file_, variant);
  });
  bar->addWidget(variants_);
  bar->addWidget(new QLabel(tr("  Transaction ")));
  transactions_ = new QComboBox(this);
  transactions_->setAccessibleName(tr("Transaction"));
  connect(transactions_, &QComboBox::activated, &selection_, &Selection::setTransaction);
  bar->addWidget(transactions_);
  auto* gap = new QWidget(this);
  gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  bar->addWidget(gap);
  makeSearch(bar);
}

void MainWindow::makeFileMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&File"));
  menu->addAction(tr("&Open…"), QKeySequence::Open, this, &MainWindow::chooseFile);
  recent_ = menu->addMenu(tr("Open &recent"));
  fillRecent();
  menu->addAction(tr("Re&load"), QKeySequence::Refresh, this, [this] {
    if (!file_.isEmpty()) open(file_, variants_->currentText());
  });
  menu->addAction(
      tr("Side &by side…"), QKeySequence("Ctrl+Shift+B"), this, &MainWindow::showBeside);
  menu->addSeparator();
  menu->addAction(tr("Save &picture…"), QKeySequence("Ctrl+E"), this, &MainWindow::savePicture);
  menu->addAction(tr("&Print…"), QKeySequence::Print, this, &MainWindow::printRun);
  menu->addSeparator();
  menu->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::makeViewMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&View"));
  auto* modes = new QActionGroup(this);
  const auto mode = [&](const QString& name, const QString& key, AxisMode of) {
    QAction* action =
        menu->addAction(name, QKeySequence(key), this, [this, of] { sequence_->setAxisMode(of); });
    action->setCheckable(true);
    action->setChecked(of == AxisMode::lines);
    modes->addAction(action);
  };
  mode(tr("Axis: every &event a line"), "Ctrl+1", AxisMode::lines);
  mode(tr("Axis: every &step alike"), "Ctrl+2", AxisMode::steps);
  mode(tr("Axis: &time"), "Ctrl+3", AxisMode::time);
  mode(tr("Axis: time, long &silences short"), "Ctrl+4", AxisMode::gaps);
  menu->addSeparator();
  menu->addAction(
      tr("Zoom &in"), QKeySequence::ZoomIn, sequence_, [this] { sequence_->zoomBy(1.25); });
  menu->addAction(
      tr("Zoom &out"), QKeySequence::ZoomOut, sequence_, [this] { sequence_->zoomBy(0.8); });
  menu->addAction(tr("&Fit all"), QKeySequence("Ctrl+0"), sequence_, &SequenceView::zoomToFit);
  menu->addAction(tr("&Usual size"), QKeySequence("Ctrl+9"), sequence_, &SequenceView::resetZoom);
  menu->addSeparator();
  makeFilterActions(menu);
  menu->addSeparator();
  QAction* dark = menu->addAction(tr("&Dark"));
  dark->setObjectName("dark");
  dark->setCheckable(true);
  dark->setShortcut(QKeySequence("Ctrl+D"));
  connect(dark, &QAction::toggled, this, &MainWindow::setDark);
  add_language_menu(*menu, *message_);
  menu->addSeparator();
  windows_ = menu->addMenu(tr("&Windows"));
  for (QDockWidget* dock : findChildren<QDockWidget*>())
    windows_->addAction(dock->toggleViewAction());
}

void MainWindow::makeGoMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Go"));
  const auto go = [&](const QString& name, const QString& key, int by) {
    menu->addAction(name, QKeySequence(key), this, [this, by] {
      selection_.setStep(std::max(selection_.step() + by, 0));
    });
  };
  go(tr("&Next step"), "Alt+Down", 1);
  go(tr("&Previous step"), "Alt+Up", -1);
  menu->addAction(
      tr("&First step"), QKeySequence("Alt+Home"), this, [this] { selection_.setStep(0); });
  menu->addAction(tr("&Last step"), QKeySequence("Alt+End"), this, [this] {
    selection_.setStep(selection_.stepCount() - 1);
  });
  menu->addSeparator();
  menu->addAction(
      tr("Next &violation"), QKeySequence("Ctrl+Shift+V"), this, &MainWindow::goToViolation);
  menu->addAction(tr("Set or remove a &bookmark"), QKeySequence("Ctrl+B"), this, [this] {
    selection_.toggleBookmark(selection_.step());
  });
  menu->addAction(tr("Next b&ookmark"), QKeySequence("F2"), this, [this] { goToBookmark(1); });
  menu->addAction(
      tr("Previous boo&kmark"), QKeySequence("Shift+F2"), this, [this] { goToBookmark(-1); });
  menu->addSeparator();
  makeSearchActions(menu);
}

void MainWindow::makeResultsMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Results"));
  const auto page = [&](const QString& name, const QString& key, int number) {
    menu->addAction(name, QKeySequence(key), this, [this, number] {
      results().showPage(number);
      results().QWidget::show();
      results().raise();
      results().activateWindow();
    });
  };
  page(tr("&Verdicts"), "Ctrl+Alt+1", 0);
  page(tr("&Costs"), "Ctrl+Alt+2", 1);
  page(tr("&Figures of runs"), "Ctrl+Alt+3", 2);
  page(tr("&Graph of states"), "Ctrl+Alt+4", 3);
  page(tr("&Benchmarks"), "Ctrl+Alt+5", 4);
}

ResultsWindow& MainWindow::results() {
  if (results_) return *results_;
  results_ = std::make_unique<ResultsWindow>(registry_);
  connect(
      results_.get(), &ResultsWindow::openAsked, this, [this](const QString& file) { open(file); });
  connect(results_.get(), &ResultsWindow::runReady, this, [this](const Loaded& run) {
    ++job_;  // what is being opened comes too late
    showLoaded(run);
    raise();
    activateWindow();
  });
  return *results_;
}

/// The open run, and the other variants of its file to choose from.
void MainWindow::showBeside() {
  if (!selection_.document())
    return message_->showError(tr("Nothing is open that could stand beside something"),
                               tr("Open a scenario or a trace first"));
  if (!beside_) beside_ = std::make_unique<CompareWindow>(registry_);
  OpenRun open{file_, variants_->currentText(), {}, selection_.document()};
  for (int i = 0; i < variants_->count(); ++i)
    open.variants << variants_->itemText(i);
  beside_->begin(open);
  beside_->QWidget::show();
  beside_->raise();
  beside_->activateWindow();
}

void MainWindow::makeLessonsMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Lessons"));
  for (int i = 0; i < static_cast<int>(lessons().size()); ++i)
    menu->addAction(QString("&%1  %2").arg(i + 1).arg(lessons()[static_cast<std::size_t>(i)].title),
                    QKeySequence(QString("Alt+%1").arg(i + 1)),
                    this,
                    [this, i] { openLesson(i); });
}

void MainWindow::openLesson(int number) {
  const Lesson& lesson = lessons()[static_cast<std::size_t>(number)];
  const QString folder = scenario_folder();
  if (folder.isEmpty())
    return message_->showError(tr("the scenarios of the lessons are not here"),
                               tr("set CONCORDAT_SCENARIOS to the folder `scenarios`"));
  open(folder + "/" + lesson.file, lesson.variant);
  lesson_ = number;
}

void MainWindow::chooseFile() {
  const QString file = QFileDialog::getOpenFileName(
      this,
      tr("Open a run"),
      file_.isEmpty() ? QString() : QFileInfo(file_).path(),
      tr("Scenarios, traces and results (*.yaml *.yml *.json *.csv);;All files (*)"));
  if (!file.isEmpty()) open(file);
}

void MainWindow::open(const QString& file, const QString& variant) {
  const int job = ++job_;
  lesson_ = -1;
  statusBar()->showMessage(tr("Opening %1…").arg(file));
  const std::string name = file.toStdString();
  const std::string which = variant.toStdString();
  files_.post([&registry = registry_, name, which] { return load_file(registry, name, which); },
              [this, job](const Result<Loaded>& loaded) {
                if (job == job_) showLoaded(loaded);  // else something else was opened since
              });
}

void MainWindow::showLoaded(const Result<Loaded>& loaded) {
  if (!loaded) {
    const Error& error = loaded.error();
    QString what = text_of(error.file);
    if (error.at.line > 0) what += QString(":%1:%2").arg(error.at.line).arg(error.at.column);
    message_->showError(what + ": " + text_of(error.what), text_of(error.hint));
    statusBar()->showMessage(tr("Nothing was opened"));
    Q_EMIT opened(false);
    return;
  }
  message_->hide();
  explores_.stop();
  if (!loaded->file.empty()) rememberFile(text_of(loaded->file));
  if (loaded->results) {
    results().show(*loaded->results, QFileInfo(text_of(loaded->file)).fileName());
    results().QWidget::show();
    results().raise();
    results().activateWindow();
    statusBar()->showMessage(tr("%1 is in the window of the results").arg(text_of(loaded->file)));
    Q_EMIT opened(true);
    return;
  }
  file_ = text_of(loaded->file);
  const trace::Trace& trace = *loaded->document->trace;
  setWindowTitle(text_of(trace.scenario) + " — " + tr("Concordat"));
  steps_.setDocument(loaded->document);
  step_table_->setColumnHidden(StepModel::time, !trace.timed);
  selection_.setDocument(loaded->document);
  if (lesson_ >= 0 && lessons()[static_cast<std::size_t>(lesson_)].at_end)
    selection_.setStep(selection_.stepCount() - 1);
  fillVariants(*loaded);
  fillTransactions();
  showStory(*loaded->document);
  session_->open(loaded->document);
  session_->standAt(selection_.step());
  showStep(selection_.step());
  Q_EMIT opened(true);
}

void MainWindow::showStory(const Document& document) {
  const trace::Trace& trace = *document.trace;
  QString story;
  if (lesson_ >= 0) {
    const Lesson& lesson = lessons()[static_cast<std::size_t>(lesson_)];
    story = QString("<h2>%1. %2</h2><p>%3</p><hr>")
                .arg(lesson_ + 1)
                .arg(lesson.title.toHtmlEscaped(), lesson.text.toHtmlEscaped());
    findChild<QDockWidget*>("story")->raise();
  }
  const std::string tale = document.step_count() <= most_told
                               ? trace::explain(trace, language(), unbroken)
                               : trace.story;
  story += "<h3>" + text_of(trace.scenario).toHtmlEscaped() +
           "</h3><p style='white-space: pre-wrap'>" + text_of(tale).toHtmlEscaped() + "</p>";
  story_->setHtml(story);
}

void MainWindow::showStep(int step) {
  const auto& document = selection_.document();
  states_.show(document, step);
  state_tree_->expandAll();
  properties_.show(document, step);
  property_table_->resizeRowsToContents();  // what is violated says why, in whole sentences
  if (!document) return;
  markStep(step);
  const trace::Trace& trace = *document->trace;
  QString words = tr("%1: step %2 of %3")
                      .arg(text_of(trace.protocol))
                      .arg(step + 1)
                      .arg(selection_.stepCount());
  if (step >= 0) words += "   " + text_of(document->step(step).event);
  statusBar()->showMessage(words);
}

void MainWindow::fillVariants(const Loaded& loaded) {
  variants_->clear();
  for (const std::string& variant : loaded.variants)
    variants_->addItem(text_of(variant));
  variants_->setCurrentText(text_of(loaded.variant));
  variants_->setEnabled(loaded.variants.size() > 1);
}

void MainWindow::fillTransactions() {
  transactions_->clear();
  transactions_->addItem(tr("all"));
  const int count = selection_.document()->trace->transactions;
  for (int tx = 1; tx <= count; ++tx)
    transactions_->addItem("t" + QString::number(tx));
  transactions_->setEnabled(count > 1);
}

void MainWindow::rememberFile(const QString& file) {
  QSettings settings;
  QStringList files = settings.value("recent").toStringList();
  const QString whole = QFileInfo(file).absoluteFilePath();
  files.removeAll(whole);
  files.prepend(whole);
  settings.setValue("recent", files.mid(0, most_recent));
  fillRecent();
}

void MainWindow::fillRecent() {
  recent_->clear();
  for (const QString& file : QSettings().value("recent").toStringList())
    recent_->addAction(file, this, [this, file] { open(file); });
  recent_->setEnabled(!recent_->isEmpty());
}

void MainWindow::setDark(bool dark) {
  QApplication::setPalette(dark ? dark_palette() : QApplication::style()->standardPalette());
  QSettings().setValue("dark", dark);
  if (auto* action = findChild<QAction*>("dark")) action->setChecked(dark);
}

void MainWindow::goToViolation() {
  const auto& document = selection_.document();
  if (!document || document->sequence.violations.empty())
    return statusBar()->showMessage(tr("No property is violated in this run"));
  for (const Violation& violation : document->sequence.violations)
    if (violation.at.step > selection_.step()) return selection_.setStep(violation.at.step);
  selection_.setStep(document->sequence.violations.front().at.step);
}

void MainWindow::goToBookmark(int direction) {
  QList<int> steps = selection_.bookmarks().values();
  std::ranges::sort(steps);
  if (direction < 0) std::ranges::reverse(steps);
  for (const int step : steps)
    if ((step - selection_.step()) * direction > 0) return selection_.setStep(step);
  if (!steps.isEmpty()) selection_.setStep(steps.front());
}

void MainWindow::savePicture() {
  const auto& document = selection_.document();
  if (!document) return;
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save the run as a picture"), "run.svg", tr("Pictures (*.svg *.png *.pdf)"));
  if (file.isEmpty()) return;
  const bool dark = Theme::current().background == Theme::dark().background;
  const QString problem =
      save_picture(*document, file, {.mode = sequence_->axisMode(), .dark = dark, .width = 0});
  if (!problem.isEmpty()) return message_->showError(problem);
  statusBar()->showMessage(tr("Wrote %1").arg(file));
}

void MainWindow::printRun() {
  if (!selection_.document()) return;
  QPrinter printer(QPrinter::HighResolution);
  QPrintDialog dialog(&printer, this);
  if (dialog.exec() == QDialog::Accepted)
    print(*selection_.document(), printer, sequence_->axisMode());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (!urls.isEmpty()) open(urls.front().toLocalFile());
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings settings;
  settings.setValue("geometry", saveGeometry());
  settings.setValue("layout", saveState());
  explores_.stop();
  searches_.stop();
  results_.reset();
  if (beside_) beside_->close();
  beside_.reset();
  event->accept();
}

}  // namespace concordat::gui
