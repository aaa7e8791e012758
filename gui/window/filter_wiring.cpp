// Which part of the run is shown, and which steps have the words that are looked for.
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStatusBar>
#include <QTableView>
#include <QToolBar>

#include "gui/jobs/search_job.hpp"
#include "gui/views/filter_panel.hpp"
#include "gui/window/main_window.hpp"

namespace concordat::gui {

namespace {

constexpr int debounce_ms = 150;  // typing goes on within that time

}  // namespace

void MainWindow::makeFilter(QDockWidget* beside) {
  auto* dock =
      addDock(tr("Filter"), "filter", new FilterPanel(selection_, this), Qt::LeftDockWidgetArea);
  tabifyDockWidget(beside, dock);
  beside->raise();
  filtered_ = new QPushButton(this);
  filtered_->setFlat(true);
  filtered_->setToolTip(tr("Show everything again (Ctrl+Shift+A)"));
  filtered_->hide();
  connect(filtered_, &QPushButton::clicked, &selection_, &Selection::showAll);
  statusBar()->addPermanentWidget(filtered_);
  connect(&selection_, &Selection::filterChanged, this, &MainWindow::applyFilter);
}

void MainWindow::makeFilterActions(QMenu* menu) {
  menu->addAction(tr("Fi&lter…"), QKeySequence("Ctrl+Shift+F"), this, [this] {
    auto* dock = findChild<QDockWidget*>("filter");
    dock->show();
    dock->raise();
    dock->widget()->setFocus();
  });
  menu->addAction(tr("Show &all"), QKeySequence("Ctrl+Shift+A"), &selection_, &Selection::showAll);
}

void MainWindow::applyFilter() {
  const auto& document = selection_.document();
  shown_steps_.setShown(document && selection_.isFiltered()
                            ? shown_steps(document->sequence, selection_.filter())
                            : std::vector<bool>());
  transactions_->setCurrentIndex(selection_.transaction());
  filtered_->setText(tr("Filter: %1  ×").arg(words_of(selection_)));
  filtered_->setVisible(selection_.isFiltered());
  markStep(selection_.step());
}

void MainWindow::makeSearch(QToolBar* bar) {
  found_ = new QLabel(this);
  found_->setMinimumWidth(96);
  found_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  found_->setContentsMargins(0, 0, 8, 0);
  bar->addWidget(found_);
  search_ = new QLineEdit(this);
  search_->setPlaceholderText(tr("Search the steps"));
  search_->setClearButtonEnabled(true);
  search_->setMaximumWidth(260);
  search_->setAccessibleName(tr("Search"));
  bar->addWidget(search_);
  search_timer_.setSingleShot(true);
  search_timer_.setInterval(debounce_ms);
  connect(search_, &QLineEdit::textChanged, &search_timer_, qOverload<>(&QTimer::start));
  connect(search_, &QLineEdit::returnPressed, this, [this] { goToFound(1); });
  connect(&search_timer_, &QTimer::timeout, this, &MainWindow::searchSteps);
  connect(&selection_, &Selection::documentChanged, this, &MainWindow::searchSteps);
  connect(&selection_, &Selection::stepChanged, this, &MainWindow::showFound);
}

void MainWindow::makeSearchActions(QMenu* menu) {
  menu->addAction(tr("&Search"), QKeySequence::Find, this, [this] {
    search_->setFocus();
    search_->selectAll();
  });
  menu->addAction(tr("Next &match"), QKeySequence("F3"), this, [this] { goToFound(1); });
  menu->addAction(tr("Previous ma&tch"), QKeySequence("Shift+F3"), this, [this] { goToFound(-1); });
}

void MainWindow::searchSteps() {
  search_timer_.stop();
  const QString words = search_->text();
  const DocumentPtr document = selection_.document();
  if (words.isEmpty() || !document) {
    searches_.stop();
    shown_steps_.setFound(std::nullopt);
    markStep(selection_.step());
    return;
  }
  found_->setText(tr("searching…"));
  searches_.start(
      tr("Searching"),
      [document, words](const Tell&, const std::stop_token& stop) {
        return search_steps(document, words, stop);
      },
      [this, document, words](const std::vector<int>& steps) {
        if (search_->text() != words || selection_.document() != document) return;
        shown_steps_.setFound(steps);
        markStep(selection_.step());
      });
}

/// The row of the current step; nobody has chosen it there.
void MainWindow::markStep(int step) {
  selecting_ = true;
  step_table_->setCurrentIndex(shown_steps_.mapFromSource(steps_.index(step, 0)));
  selecting_ = false;
  showFound();
}

void MainWindow::showFound() {
  if (!shown_steps_.isSearch()) return found_->clear();
  const int count = shown_steps_.rowCount();
  const int row = shown_steps_.rowFrom(selection_.step());
  const bool stands = shown_steps_.mapFromSource(steps_.index(selection_.step(), 0)).isValid();
  if (count == 0)
    found_->setText(tr("not found"));
  else if (stands)
    found_->setText(tr("%1 of %2").arg(row + 1).arg(count));
  else
    found_->setText(tr("%1 found").arg(count));
}

/// The next match, or the one before; behind the last one comes the first.
void MainWindow::goToFound(int direction) {
  if (!shown_steps_.isSearch()) return search_->setFocus();
  const int count = shown_steps_.rowCount();
  if (count == 0) return;
  const int row = direction > 0 ? shown_steps_.rowFrom(selection_.step() + 1)
                                : shown_steps_.rowFrom(selection_.step()) - 1;
  const QModelIndex index = shown_steps_.index((row + count) % count, 0);
  selection_.setStep(shown_steps_.mapToSource(index).row());
}

}  // namespace concordat::gui
