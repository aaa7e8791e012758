// Goal: a person is the scheduler by mouse and by keys, and what is saved is the run that was seen;
// questions are answered, and neither another file nor the end of the window waits for them.
// Method: the real window without a screen; the program's own `run` on what was saved.
#include <gmock/gmock.h>
#include <sstream>
#include <utility>

#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QCompleter>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QToolButton>
#include <QTreeView>

#include "gui/jobs/session_job.hpp"
#include "gui/models/branch_model.hpp"
#include "gui/models/enabled_model.hpp"
#include "gui/views/message_bar.hpp"
#include "gui/views/schedule_dock.hpp"
#include "gui/window/main_window.hpp"
#include "protocols/registry.hpp"
#include "sim/app/app.hpp"
#include "sim/base/file.hpp"
#include "sim/trace/json.hpp"
#include "tests/gui/pulse.hpp"

namespace concordat::gui {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const QString root = QString(CONCORDAT_SOURCE_DIR);
const QString small_file = root + "/scenarios/two_phase_commit/2pc-01-classic-block.yaml";
const QString other_file = root + "/scenarios/two_phase_commit/happy-path.yaml";

constexpr int patience = 20'000;  // ms

class Scheduler : public testing::Test {
 protected:
  Scheduler() : window_(std::make_unique<MainWindow>(all_protocols())) {
    window_->resize(1280, 800);
    window_->QWidget::show();
    window_->activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(window_.get()));
    session_ = window_->findChild<SessionJob*>();
    events_ = find<QTreeView>("Enabled events");
    tree_ = find<QTreeView>("Branches that were tried");
    field_ = find<QLineEdit>("Filter of the enabled events");
    answer_ = find<QTextBrowser>("Answer");
  }

  template <class T>
  T* find(const QString& accessible) {
    for (T* widget : window_->findChildren<T*>())
      if (widget->accessibleName() == accessible) return widget;
    return nullptr;
  }

  /// Opens a file, with the schedule in front and before its first step.
  bool open(const QString& file) {
    QSignalSpy opened(window_.get(), &MainWindow::opened);
    window_->open(file);
    if (opened.isEmpty() && !opened.wait(patience)) return false;
    key(Qt::Key_T, Qt::ControlModifier);
    return QTest::qWaitFor([this] { return stands_after_step_one(); }, patience) &&
           opened.front().front().toBool();
  }
  bool open_at_the_start(const QString& file) {
    return open(file) && go_to_branch(tree_->model()->index(0, 0));
  }
  bool go_to_branch(const QModelIndex& branch) {
    tree_->scrollTo(branch);
    const QPoint place = tree_->visualRect(branch).center();
    return settle([&] { QTest::mouseClick(tree_->viewport(), Qt::LeftButton, {}, place); });
  }

  bool stands_after_step_one() {
    for (const QLabel* label : window_->findChildren<QLabel*>())
      if (label->text().startsWith("After step 1 of")) return true;
    return false;
  }

  void key(Qt::Key which, Qt::KeyboardModifiers with = {}) {
    if (QApplication::focusWidget() == nullptr) {  // a dialog was closed
      window_->activateWindow();
      EXPECT_TRUE(QTest::qWaitForWindowActive(window_.get()));
    }
    QWidget* focus = QApplication::focusWidget();
    QTest::keyClick(focus != nullptr ? focus : window_.get(), which, with);
  }

  /// Does it, and waits until the schedule has answered.
  bool settle(const std::function<void()>& act) {
    QSignalSpy changed(session_, &SessionJob::scheduleChanged);
    act();
    if (changed.isEmpty() && !changed.wait(patience)) return false;
    QTest::qWait(30);  // what the answer has set off
    return true;
  }

  QModelIndex row_of(const QString& line) {
    const QAbstractItemModel* model = events_->model();
    for (int row = 0; row < model->rowCount(); ++row)
      if (model->index(row, EnabledModel::event).data().toString() == line)
        return model->index(row, EnabledModel::event);
    return {};
  }
  bool take_by_click(const QString& line) {
    const QModelIndex row = row_of(line);
    EXPECT_TRUE(row.isValid()) << line.toStdString();
    events_->scrollTo(row);
    const QPoint place = events_->visualRect(row).center();
    return settle([&] {
      QTest::mouseClick(events_->viewport(), Qt::LeftButton, {}, place);
      QTest::mouseDClick(events_->viewport(), Qt::LeftButton, {}, place);
    });
  }
  /// From the field down into the list, and there down to the line.
  bool take_by_arrows(const QString& line) {
    key(Qt::Key_T, Qt::ControlModifier);
    key(Qt::Key_Down);
    EXPECT_EQ(QApplication::focusWidget(), events_);
    const int wanted = row_of(line).row();
    for (int row = events_->currentIndex().row(); row < wanted; ++row)
      key(Qt::Key_Down);
    return settle([&] { key(Qt::Key_Return); });
  }
  bool take_by_writing(const QString& line) {
    key(Qt::Key_T, Qt::ControlModifier);
    QTest::keyClicks(field_, line);
    return settle([&] { key(Qt::Key_Return); });
  }
  bool undo() {
    return settle([&] { key(Qt::Key_Z, Qt::ControlModifier); });
  }
  bool click(const QString& button) {
    for (auto* each : window_->findChildren<QToolButton*>())
      if (each->text().remove('&') == button) {
        QTest::mouseClick(each, Qt::LeftButton);
        return true;
      }
    return false;
  }

  /// The lines of the run that is shown.
  std::vector<std::string> lines() {
    std::vector<std::string> out;
    const auto& document = window_->selection().document();
    for (int i = 0; i < document->step_count(); ++i)
      out.push_back(document->step(i).event);
    return out;
  }

  /// What the next dialog is told, by keys. A list of files that pops up may swallow Return.
  template <class Dialog>
  void tell_dialog(const QString& words) {
    auto* timer = new QTimer(window_.get());
    const auto told = std::make_shared<bool>(false);
    QObject::connect(timer, &QTimer::timeout, window_.get(), [timer, words, told] {
      auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
      if (dialog == nullptr && *told) timer->deleteLater();
      if (dialog == nullptr) return;
      auto* field = dialog->template findChild<QLineEdit*>("fileNameEdit");
      if (field == nullptr) field = dialog->template findChild<QLineEdit*>();
      if (!std::exchange(*told, true)) {
        field->selectAll();
        QTest::keyClicks(field, words);
      }
      if (field->completer() != nullptr) field->completer()->popup()->hide();
      QTest::keyClick(field, Qt::Key_Return);
    });
    timer->start(20);
  }

  std::string answer_after(const std::function<void()>& ask) {
    QSignalSpy answered(session_, &SessionJob::answered);
    ask();
    if (answered.isEmpty() && !answered.wait(patience)) return "no answer";
    QTest::qWait(50);  // the run that is shown with it
    return answer_->toPlainText().toStdString();
  }

  /// Begins a search that takes very long.
  void begin_long_search() {
    QFile out(folder_.filePath("large.yaml"));
    ASSERT_TRUE(out.open(QIODevice::WriteOnly));
    out.write(
        "name: large\nprotocol: two_phase_commit\nprocesses: {participants: 5}\n"
        "explore: {crashes: 3, recoveries: 3, losses: 2}\n");
    out.close();
    ASSERT_TRUE(open_at_the_start(out.fileName()));
    QSignalSpy progress(session_, &SessionJob::progressed);
    key(Qt::Key_F7);
    while (progress.count() < 4)
      ASSERT_TRUE(progress.wait(patience));
  }

  const QTemporaryDir folder_;
  std::unique_ptr<MainWindow> window_;
  SessionJob* session_ = nullptr;
  QTreeView* events_ = nullptr;
  QTreeView* tree_ = nullptr;
  QLineEdit* field_ = nullptr;
  QTextBrowser* answer_ = nullptr;
};

TEST_F(Scheduler, TakesEventsByMouseAndByKeys) {
  ASSERT_TRUE(open_at_the_start(small_file));
  EXPECT_EQ(window_->selection().step(), -1);
  ASSERT_TRUE(take_by_click("start c"));
  ASSERT_TRUE(take_by_arrows("deliver prepare(c->p2)"));
  ASSERT_TRUE(take_by_writing("prepare p1"));  // the first of those that have both words
  EXPECT_THAT(lines(), ElementsAre("start c", "deliver prepare(c->p2)", "deliver prepare(c->p1)"));
  EXPECT_EQ(window_->selection().step(), 2);
  ASSERT_TRUE(undo());
  ASSERT_TRUE(undo());
  EXPECT_THAT(lines(), ElementsAre("start c"));
  ASSERT_TRUE(settle([&] { key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }));
  EXPECT_THAT(lines(), ElementsAre("start c", "deliver prepare(c->p2)"));
}

TEST_F(Scheduler, GoesBackAndTakesAnotherBranch) {
  ASSERT_TRUE(open_at_the_start(small_file));
  const QAbstractItemModelTester tester(tree_->model());
  ASSERT_TRUE(take_by_writing("start c"));
  ASSERT_TRUE(take_by_writing("lose prepare(c->p1)"));
  ASSERT_TRUE(undo());
  ASSERT_TRUE(take_by_writing("lose prepare(c->p2)"));
  EXPECT_THAT(lines(), ElementsAre("start c", "lose prepare(c->p2)"));
  QStringList all;
  QModelIndex first_branch;
  for (QModelIndex at = tree_->model()->index(0, 0); at.isValid(); at = tree_->indexBelow(at)) {
    all.append(at.data().toString());
    if (all.back().contains("lose prepare(c->p1)")) first_branch = at;
  }
  EXPECT_TRUE(all.join('\n').contains("lose prepare(c->p1)")) << all.join('\n').toStdString();
  EXPECT_TRUE(all.join('\n').contains("lose prepare(c->p2)")) << all.join('\n').toStdString();
  ASSERT_TRUE(first_branch.isValid());
  ASSERT_TRUE(go_to_branch(first_branch));
  EXPECT_THAT(lines(), ElementsAre("start c", "lose prepare(c->p1)"));
}

TEST_F(Scheduler, SavesWhatTheProgramRuns) {
  ASSERT_TRUE(open_at_the_start(other_file));
  ASSERT_TRUE(take_by_click("start c"));
  for (auto* box : window_->findChildren<QCheckBox*>())
    if (box->text().contains("inside")) QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, 8));
  ASSERT_TRUE(take_by_click("deliver prepare(c->p1), crash p1 after force prepared"));
  for (const char* line : {"recover p1",
                           "deliver prepare(c->p2)",
                           "partition {c} | {p1,p2,p3}",
                           "timeout c vote",
                           "heal",
                           "crash p3"})
    ASSERT_TRUE(take_by_writing(line)) << line;
  EXPECT_EQ(lines().size(), 8U);
  EXPECT_FALSE(window_->findChild<MessageBar*>()->isVisible());

  const QString file = folder_.filePath("mine.yaml");
  QSignalSpy saved(session_, &SessionJob::saved);
  tell_dialog<QFileDialog>(file);
  key(Qt::Key_S, Qt::ControlModifier);
  ASSERT_TRUE(!saved.isEmpty() || saved.wait(patience));

  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  app::Terminal terminal{in, out, err, {}, false, false, false, {}, {}, ""};
  app::RunOptions options;
  options.source.file = file.toStdString();
  options.trace_file = folder_.filePath("mine.trace.json").toStdString();
  EXPECT_EQ(app::run_command(all_protocols(), options, terminal), app::ok) << err.str();
  const auto text = read_text_file(options.trace_file, std::size_t{1} << 24U);
  ASSERT_TRUE(text.ok());
  const auto trace = trace::from_json(*text, options.trace_file);
  ASSERT_TRUE(trace.ok());
  const trace::Trace& seen = *window_->selection().document()->trace;
  EXPECT_EQ(trace->steps, seen.steps);
  EXPECT_EQ(trace->finals, seen.finals);
  EXPECT_EQ(trace->properties, seen.properties);
}

TEST_F(Scheduler, SaysWhyAnEventCannotBeTaken) {
  ASSERT_TRUE(open_at_the_start(small_file));
  ASSERT_TRUE(take_by_writing("deliver commit(c->p1)"));
  EXPECT_TRUE(window_->findChild<MessageBar*>()->isVisible());
  EXPECT_EQ(field_->text(), "deliver commit(c->p1)") << "it may be mended";
  field_->clear();
  ASSERT_TRUE(take_by_writing("start c"));
  EXPECT_FALSE(window_->findChild<MessageBar*>()->isVisible());
}

// ---- Questions.

TEST_F(Scheduler, AnswersQuestions) {
  ASSERT_TRUE(open_at_the_start(small_file));
  Pulse pulse;
  std::string told = answer_after([&] { key(Qt::Key_F7); });
  EXPECT_THAT(told, HasSubstr("uniform agreement holds in every run from here"));
  EXPECT_THAT(told, HasSubstr("somebody is blocked after"));
  told = answer_after([&] { key(Qt::Key_F8); });
  EXPECT_THAT(told, HasSubstr("holds in every run from here"));
  told = answer_after([&] { click("Show me a blocked run"); });
  EXPECT_THAT(told, HasSubstr("somebody is blocked after"));
  EXPECT_THAT(lines(), testing::SizeIs(testing::Ge(2U))) << "the run is shown";
  const auto& finals = window_->selection().document()->trace->finals;
  EXPECT_TRUE(std::ranges::any_of(finals, &trace::Final::blocked));
  record_time("longest gap", pulse.longest());
}

TEST_F(Scheduler, AnswersWhySomethingCannotHappen) {
  ASSERT_TRUE(open_at_the_start(small_file));
  tell_dialog<QInputDialog>("p1 commits");
  std::string told = answer_after([&] { key(Qt::Key_F7, Qt::ShiftModifier); });
  EXPECT_THAT(told, HasSubstr("`p1 commits` happens after"));
  ASSERT_TRUE(go_to_branch(tree_->model()->index(0, 0)));
  tell_dialog<QInputDialog>("p1 commits and p2 aborts");
  told = answer_after([&] { key(Qt::Key_F7, Qt::ShiftModifier); });
  EXPECT_THAT(told, HasSubstr("happens in no run from here"));
  EXPECT_THAT(told, HasSubstr("No run from the first state on reaches it either"));
  ASSERT_TRUE(take_by_writing("start c"));
  ASSERT_TRUE(take_by_writing("deliver prepare(c->p1)"));
  ASSERT_TRUE(take_by_writing("timeout c vote"));
  tell_dialog<QInputDialog>("p1 commits");
  told = answer_after([&] { key(Qt::Key_F7, Qt::ShiftModifier); });
  EXPECT_THAT(told, HasSubstr("Step 3, timeout c vote, has excluded it"));
}

TEST_F(Scheduler, CancelsASearchAtOnce) {
  begin_long_search();
  Pulse pulse;
  QTest::qWait(400);
  QSignalSpy answered(session_, &SessionJob::answered);
  QElapsedTimer clock;
  clock.start();
  key(Qt::Key_Period, Qt::ControlModifier);
  EXPECT_EQ(answered.count(), 1);
  EXPECT_THAT(answer_->toPlainText().toStdString(), HasSubstr("ended without an answer"));
  record_time("the window knows after", static_cast<double>(clock.nsecsElapsed()) / 1e6);
  // The one thread for searches is free again: the next question is answered.
  ASSERT_TRUE(open_at_the_start(small_file));
  EXPECT_THAT(answer_after([&] { key(Qt::Key_F7); }), HasSubstr("somebody is blocked after"));
  record_time("longest gap", pulse.longest());
}

TEST_F(Scheduler, OpensAnotherFileDuringASearch) {
  begin_long_search();
  Pulse pulse;
  QElapsedTimer clock;
  clock.start();
  ASSERT_TRUE(open(other_file));
  record_time("the other file is open after", static_cast<double>(clock.nsecsElapsed()) / 1e6);
  EXPECT_EQ(answer_->toPlainText().toStdString(), "");
  ASSERT_TRUE(take_by_writing("crash c"));
  EXPECT_EQ(lines().back(), "crash c");
  record_time("longest gap", pulse.longest());
}

TEST_F(Scheduler, ClosesDuringASearch) {
  begin_long_search();
  QElapsedTimer clock;
  clock.start();
  window_->close();
  window_.reset();
  record_time("closed after", static_cast<double>(clock.nsecsElapsed()) / 1e6);
}

TEST_F(Scheduler, ClosesWhileAFileIsOpened) {
  begin_long_search();
  window_->open(other_file);
  key(Qt::Key_F8);
  window_.reset();
}

}  // namespace
}  // namespace concordat::gui
