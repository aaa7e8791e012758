#include "gui/views/schedule_dock.hpp"

#include <algorithm>
#include <array>

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTextBrowser>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include "gui/models/text.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

namespace {

/// Faults stand out by their colour, beside the word in the first column.
class EventDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    const auto group = static_cast<ScheduleGroup>(index.data(EnabledModel::group_role).toInt());
    const Theme theme = Theme::current();
    if (index.column() == EnabledModel::group)
      option->palette.setColor(QPalette::Text,
                               group == ScheduleGroup::ordinary ? theme.faint
                               : group == ScheduleGroup::fault  ? theme.abort
                                                                : theme.alarm);
  }
};

class BranchDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.data(BranchModel::violated_role).toBool())
      option->palette.setColor(QPalette::Text, Theme::current().alarm);
  }
};

QString colour_of(AnswerLine::Tone tone) {
  const Theme theme = Theme::current();
  switch (tone) {
    case AnswerLine::Tone::good: return theme.commit.name();
    case AnswerLine::Tone::bad: return theme.alarm.name();
    case AnswerLine::Tone::open: return theme.abort.name();
    case AnswerLine::Tone::plain: break;
  }
  return theme.text.name();
}

QString sign_of(AnswerLine::Tone tone) {
  switch (tone) {
    case AnswerLine::Tone::good: return "✓";
    case AnswerLine::Tone::bad: return "✗";
    case AnswerLine::Tone::open: return "?";
    case AnswerLine::Tone::plain: break;
  }
  return "·";
}

void tidy(QTreeView* view) {
  view->setUniformRowHeights(true);
  view->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view->setSelectionMode(QAbstractItemView::SingleSelection);
}

}  // namespace

ScheduleDock::ScheduleDock(QWidget* parent) : QWidget(parent) {
  filter_.setSourceModel(&enabled_);
  makeCommands();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(6, 6, 6, 6);
  column->setSpacing(5);
  makeEvents(column);
  auto* parts = new QSplitter(Qt::Vertical, this);
  parts->setChildrenCollapsible(false);
  parts->addWidget(events_);
  parts->addWidget(makeBranches());
  parts->addWidget(makeQuestions());
  parts->setStretchFactor(0, 3);
  parts->setStretchFactor(1, 2);
  parts->setStretchFactor(2, 3);
  column->addWidget(parts, 1);
  setFocusProxy(search_);
  showClosed(tr("Open a scenario, or a trace that carries one"));
}

/// Undo and redo are those of the schedule in its own field, too.
bool ScheduleDock::eventFilter(QObject* object, QEvent* event) {
  if (object == search_ && event->type() == QEvent::KeyPress &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down) {
    events_->setFocus();
    return true;
  }
  if (object == search_ && event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
      event->ignore();
      return true;
    }
  }
  return QWidget::eventFilter(object, event);
}

QAction* ScheduleDock::command(const QString& name, const QString& key, const QString& tip) {
  auto* action = new QAction(name, this);
  action->setShortcut(QKeySequence(key));
  action->setToolTip(tip + " (" + action->shortcut().toString(QKeySequence::NativeText) + ")");
  commands_.append(action);
  return action;
}

void ScheduleDock::makeCommands() {
  find_ = command(tr("&Choose the next event"), "Ctrl+T", tr("To the field above the events"));
  connect(find_, &QAction::triggered, this, [this] {
    for (QWidget* each = this; each != nullptr; each = each->parentWidget())
      each->show();  // the dock may be closed
    parentWidget()->raise();
    search_->setFocus();
    search_->selectAll();
  });
  undo_ = command(tr("&Undo"), "Ctrl+Z", tr("One step back"));
  connect(undo_, &QAction::triggered, this, &ScheduleDock::undoWanted);
  redo_ = command(tr("&Redo"), "Ctrl+Shift+Z", tr("One step forward again along the branch"));
  connect(redo_, &QAction::triggered, this, &ScheduleDock::redoWanted);
  save_ = command(
      tr("Save as &scenario…"), "Ctrl+S", tr("A scenario file with this schedule, which replays"));
  save_->setIconText(tr("Save…"));  // on its button
  connect(save_, &QAction::triggered, this, &ScheduleDock::saveWanted);
  check_ = command(tr("C&heck…"), "F7", tr("Check every run from here on"));
  check_->setText(tr("C&heck from here"));
  connect(check_, &QAction::triggered, this, [this] { ask(QuestionKind::check); });
  violation_ = command(
      tr("Show me a &violation"), "F8", tr("A shortest run from here that violates a property"));
  connect(violation_, &QAction::triggered, this, [this] { ask(QuestionKind::violation); });
  blocked_ = command(tr("Show me a &blocked run"),
                     "Shift+F8",
                     tr("A shortest run from here after which somebody cannot decide"));
  connect(blocked_, &QAction::triggered, this, [this] { ask(QuestionKind::blocked); });
  why_not_ = command(tr("&Why can this not happen…"),
                     "Shift+F7",
                     tr("Whether a state can be reached from here, and if not, why not"));
  connect(why_not_, &QAction::triggered, this, &ScheduleDock::askWhyNot);
  cancel_ = command(tr("Ca&ncel the search"), "Ctrl+.", tr("End the search"));
  connect(cancel_, &QAction::triggered, this, &ScheduleDock::cancelWanted);
}

void ScheduleDock::makeEvents(QVBoxLayout* column) {
  const auto button = [this](QAction* action) {
    auto* out = new QToolButton(this);
    out->setDefaultAction(action);
    out->setFocusPolicy(Qt::TabFocus);
    return out;
  };
  where_ = new QLabel(this);
  QFont bold = where_->font();
  bold.setBold(true);
  where_->setFont(bold);
  auto* top = new QHBoxLayout;
  top->addWidget(where_, 1);
  top->addWidget(button(undo_));
  top->addWidget(button(redo_));
  top->addWidget(button(save_));
  column->addLayout(top);
  note_ = new QLabel(this);
  note_->setWordWrap(true);
  column->addWidget(note_);

  search_ = new QLineEdit(this);
  search_->setPlaceholderText(tr("Filter, or write an event: crash c"));
  search_->setClearButtonEnabled(true);
  search_->installEventFilter(this);
  search_->setAccessibleName(tr("Filter of the enabled events"));
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& words) {
    filter_.setWords(words);
    events_->setCurrentIndex(filter_.index(0, 0));
  });
  connect(search_, &QLineEdit::returnPressed, this, &ScheduleDock::takeWritten);
  column->addWidget(search_);
  auto* boxes = new QHBoxLayout;
  const auto box = [&](const QString& name, ScheduleGroup group, bool shown) {
    auto* out = new QCheckBox(name, this);
    out->setChecked(shown);
    filter_.setGroupShown(group, shown);
    connect(out, &QCheckBox::toggled, this, [this, group](bool on) {
      filter_.setGroupShown(group, on);
    });
    boxes->addWidget(out);
  };
  box(tr("&Ordinary"), ScheduleGroup::ordinary, true);
  box(tr("F&aults"), ScheduleGroup::fault, true);
  box(tr("Crashes &inside steps"), ScheduleGroup::crash_inside, false);
  boxes->addStretch(1);
  column->addLayout(boxes);

  events_ = new QTreeView(this);
  tidy(events_);
  events_->setModel(&filter_);
  events_->setItemDelegate(new EventDelegate(events_));
  events_->setRootIsDecorated(false);
  events_->setAlternatingRowColors(true);
  events_->setTextElideMode(Qt::ElideMiddle);  // the end of a crash inside a step tells it apart
  events_->setAccessibleName(tr("Enabled events"));
  events_->header()->resizeSection(EnabledModel::group, 86);
  connect(events_, &QAbstractItemView::activated, this, &ScheduleDock::takeCurrent);
}

QWidget* ScheduleDock::makeBranches() {
  auto* part = new QWidget(this);
  auto* column = new QVBoxLayout(part);
  column->setContentsMargins(0, 2, 0, 0);
  column->setSpacing(3);
  auto* title = new QLabel(tr("Branches &tried"), part);
  tree_ = new QTreeView(part);
  tidy(tree_);
  tree_->setModel(&branches_);
  tree_->setItemDelegate(new BranchDelegate(tree_));
  tree_->setHeaderHidden(true);
  tree_->setIndentation(14);
  tree_->setAccessibleName(tr("Branches that were tried"));
  title->setBuddy(tree_);
  const auto go = [this](const QModelIndex& index) {
    const int branch = BranchModel::branchOf(index);
    if (index.isValid() && schedule_ && branch != schedule_->current) Q_EMIT branchWanted(branch);
  };
  connect(tree_, &QAbstractItemView::clicked, this, go);
  connect(tree_, &QAbstractItemView::activated, this, go);
  column->addWidget(title);
  column->addWidget(tree_, 1);
  return part;
}

QWidget* ScheduleDock::makeQuestions() {
  auto* part = new QWidget(this);
  auto* column = new QVBoxLayout(part);
  column->setContentsMargins(0, 2, 0, 0);
  column->setSpacing(4);
  auto* row = new QHBoxLayout;
  auto* title = new QLabel(tr("From here &on:"), part);
  faults_ = new QComboBox(part);
  faults_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  faults_->setAccessibleName(tr("Faults that a search allows from here on"));
  title->setBuddy(faults_);
  row->addWidget(title);
  row->addWidget(faults_, 1);
  column->addLayout(row);
  auto* grid = new QGridLayout;
  grid->setSpacing(4);
  int place = 0;
  for (QAction* action : {check_, why_not_, violation_, blocked_}) {
    auto* button = new QToolButton(part);
    button->setDefaultAction(action);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setFocusPolicy(Qt::TabFocus);
    grid->addWidget(button, place / 2, place % 2);
    ++place;
  }
  column->addLayout(grid);
  running_ = new QWidget(part);
  auto* running = new QHBoxLayout(running_);
  running->setContentsMargins(0, 0, 0, 0);
  progress_ = new QProgressBar(part);
  progress_->setRange(0, 0);  // nobody knows how many states there are
  progress_->setTextVisible(false);
  progress_->setMaximumHeight(8);
  auto* end = new QToolButton(part);
  end->setDefaultAction(cancel_);
  end->setFocusPolicy(Qt::TabFocus);
  running->addWidget(progress_, 1);
  running->addWidget(end);
  column->addWidget(running_);
  progress_words_ = new QLabel(part);
  column->addWidget(progress_words_);
  answer_text_ = new QTextBrowser(part);
  answer_text_->setOpenLinks(false);
  answer_text_->setAccessibleName(tr("Answer"));
  connect(answer_text_, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
    const auto place_of = static_cast<std::size_t>(link.toString().toULongLong());
    if (!answer_ || place_of >= answer_->lines.size()) return;
    Q_EMIT runWanted(answer_->lines[place_of].from, answer_->lines[place_of].steps);
  });
  column->addWidget(answer_text_, 1);
  return part;
}

void ScheduleDock::fillFaults() {
  const int before = faults_->currentData().isValid() ? faults_->currentData().toInt() : -1;
  faults_->clear();
  const auto add = [this](const QString& words, FaultChoice choice) {
    faults_->addItem(words, static_cast<int>(choice));
  };
  if (schedule_ && !schedule_->budget.empty())
    add(tr("as the scenario: %1").arg(text_of(schedule_->budget)), FaultChoice::of_scenario);
  add(tr("one more crash"), FaultChoice::one_crash);
  add(tr("one more crash and recovery"), FaultChoice::one_crash_recovery);
  add(tr("two more crashes and recoveries"), FaultChoice::two_crashes_recoveries);
  add(tr("one more lost message"), FaultChoice::one_loss);
  add(tr("one more partition"), FaultChoice::one_partition);
  add(tr("no more faults"), FaultChoice::none);
  faults_->setCurrentIndex(std::max(faults_->findData(before), 0));
}

// ---- What is shown.

void ScheduleDock::showSchedule(const SchedulePtr& schedule) {
  const bool begins = schedule && !schedule_;
  const bool changes_budget = schedule_ && schedule && schedule_->budget != schedule->budget;
  schedule_ = schedule;
  is_taking_ = false;
  if (!schedule) return showClosed({});
  if (begins || changes_budget) fillFaults();
  const Branch& here = schedule->branches[static_cast<std::size_t>(schedule->current)];
  const int steps = static_cast<int>(schedule->path.size()) - 1;
  where_->setText(here.depth == 0      ? tr("Before the first step")
                  : here.depth < steps ? tr("After step %1 of %2").arg(here.depth).arg(steps)
                                       : tr("After step %1").arg(here.depth));
  note_->setText(text_of(schedule->note));
  note_->setVisible(!schedule->note.empty());
  enabled_.setSchedule(schedule);
  if (filter_.rowCount() > 0) events_->setCurrentIndex(filter_.index(0, 0));
  showBranches(branches_.setSchedule(schedule));
  enableCommands();
}

void ScheduleDock::showBranches(bool is_new_shape) {
  if (is_new_shape) tree_->expandAll();
  const QModelIndex here = branches_.indexOf(schedule_->current);
  tree_->setCurrentIndex(here);
  tree_->scrollTo(here);
}

void ScheduleDock::showClosed(const QString& why) {
  schedule_.reset();
  enabled_.setSchedule(nullptr);
  branches_.setSchedule(nullptr);
  where_->setText(tr("No schedule"));
  note_->setText(why);
  note_->setVisible(!why.isEmpty());
  answer_.reset();
  answer_text_->clear();
  setSearching(false);
}

void ScheduleDock::enableCommands() {
  const bool is_open = schedule_ != nullptr;
  undo_->setEnabled(is_open && schedule_->current != 0);
  redo_->setEnabled(is_open && schedule_->can_redo);
  for (QAction* action : {save_, check_, violation_, blocked_, why_not_})
    action->setEnabled(is_open);
  cancel_->setEnabled(is_searching_);
  faults_->setEnabled(is_open);
  search_->setEnabled(is_open);
}

void ScheduleDock::setSearching(bool searching) {
  is_searching_ = searching;
  running_->setVisible(searching);
  progress_words_->setVisible(searching);
  enableCommands();
}

void ScheduleDock::showSearch() {
  answer_.reset();
  answer_text_->clear();
  setSearching(true);
  progress_words_->setText(tr("Searching…"));
}

void ScheduleDock::showProgress(const QString& words) {
  if (is_searching_) progress_words_->setText(words);
}

void ScheduleDock::showAnswer(const AnswerPtr& answer) {
  setSearching(false);
  answer_ = answer;
  if (!answer) return answer_text_->setPlainText(tr("The search was ended without an answer"));
  QString html = "<b>" + text_of(answer->title).toHtmlEscaped() + "</b>";
  for (std::size_t i = 0; i < answer->lines.size(); ++i) {
    const AnswerLine& line = answer->lines[i];
    html += QString("<p style='margin:4px 0 0 0'><span style='color:%1'>%2</span> %3")
                .arg(colour_of(line.tone), sign_of(line.tone), text_of(line.text).toHtmlEscaped());
    if (line.has_run && !line.steps.empty())
      html += QString(" <a href='%1'>%2</a>").arg(i).arg(tr("show"));
    html += "</p>";
  }
  if (!answer->details.empty())
    html +=
        "<pre style='white-space:pre-wrap'>" + text_of(answer->details).toHtmlEscaped() + "</pre>";
  html += QString("<p style='color:%1'>%2.</p>")
              .arg(Theme::current().faint.name(), text_of(answer->scope).toHtmlEscaped());
  answer_text_->setHtml(html);
  if (answer->shown < 0) return;
  const AnswerLine& shown = answer->lines[static_cast<std::size_t>(answer->shown)];
  if (!shown.steps.empty()) Q_EMIT runWanted(shown.from, shown.steps);
}

// ---- What is asked.

void ScheduleDock::takeCurrent() {
  const QModelIndex index = events_->currentIndex();
  if (!index.isValid() || is_taking_) return;  // what is listed is of the state before
  is_taking_ = true;
  Q_EMIT takeWanted(index.data(EnabledModel::line_role).toString());
}

/// The event that is written, listed or not, or else the first that is listed.
void ScheduleDock::takeWritten() {
  if (is_taking_ || !schedule_) return;
  const QString written = search_->text().trimmed();
  QString line = filter_.rowCount() > 0
                     ? filter_.index(0, 0).data(EnabledModel::line_role).toString()
                     : written;
  for (int row = 0; row < filter_.rowCount(); ++row)
    if (filter_.index(row, 0).data(EnabledModel::line_role).toString() == written) line = written;
  if (line.isEmpty()) return;
  is_taking_ = true;
  Q_EMIT takeWanted(line);
  if (filter_.rowCount() > 0) search_->clear();  // else it may be wrong, and is to be mended
}

void ScheduleDock::ask(QuestionKind kind) {
  if (!schedule_) return;
  Q_EMIT asked({kind,
                static_cast<FaultChoice>(faults_->currentData().toInt()),
                kind == QuestionKind::why_not ? goal_.toStdString() : std::string()});
}

void ScheduleDock::askWhyNot() {
  bool accepted = false;
  const QString goal = QInputDialog::getText(
      this,
      tr("Why can this not happen?"),
      tr("A state, such as `p1 commits and p2 aborts`. A process\n"
         "commits, aborts, blocks, is in doubt (`p1 in doubt`) or is down (`c down`);\n"
         "with several transactions `t2 p1 commits`."),
      QLineEdit::Normal,
      goal_.isEmpty() ? tr("p1 commits and p2 aborts") : goal_,
      &accepted);
  if (!accepted || goal.trimmed().isEmpty()) return;
  goal_ = goal.trimmed();
  ask(QuestionKind::why_not);
}

}  // namespace concordat::gui
