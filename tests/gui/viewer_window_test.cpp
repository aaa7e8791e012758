// Goal: the window shows what is chosen, by mouse and by keys, and says what is wrong. Method: the
// real window without a screen; models under Qt's own tester.
#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QTreeView>

#include "gui/views/message_bar.hpp"
#include "gui/views/picture.hpp"
#include "gui/views/sequence_view.hpp"
#include "gui/views/valence_legend.hpp"
#include "gui/window/job_bar.hpp"
#include "gui/window/lessons.hpp"
#include "gui/window/main_window.hpp"
#include "protocols/registry.hpp"

namespace concordat::gui {
namespace {

const QString root = QString(CONCORDAT_SOURCE_DIR);
const QString crash = root + "/scenarios/two_phase_commit/coordinator-crash.yaml";

constexpr int patience = 20'000;  // ms

class Window : public testing::Test {
 protected:
  Window() : window_(all_protocols()) {
    window_.resize(1280, 800);
    window_.QWidget::show();
  }

  bool open(const QString& file, const QString& variant = {}) {
    QSignalSpy opened(&window_, &MainWindow::opened);
    window_.open(file, variant);
    if (opened.isEmpty() && !opened.wait(patience)) return false;
    return opened.front().front().toBool();
  }
  template <class T>
  T* find(const QString& accessible) {
    for (T* widget : window_.findChildren<T*>())
      if (widget->accessibleName() == accessible) return widget;
    return nullptr;
  }
  int step() { return window_.selection().step(); }

  MainWindow window_;
};

TEST_F(Window, OpensAScenario) {
  ASSERT_TRUE(open(crash));
  EXPECT_EQ(window_.selection().stepCount(), 7);
  EXPECT_EQ(step(), 0);
  EXPECT_TRUE(window_.windowTitle().contains("c crashes"));
  auto* steps = find<QTableView>("Steps");
  ASSERT_NE(steps, nullptr);
  EXPECT_EQ(steps->model()->rowCount(), 7);
  auto* state = find<QTreeView>("State after the step");
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(state->model()->rowCount(), 3) << "c, p1, p2";
}

TEST_F(Window, GoesThroughTheRunByKeys) {
  ASSERT_TRUE(open(crash));
  auto* view = window_.findChild<SequenceView*>();
  view->setFocus();
  QTest::keyClick(view, Qt::Key_Down);
  QTest::keyClick(view, Qt::Key_Down);
  EXPECT_EQ(step(), 2);
  QTest::keyClick(view, Qt::Key_Up);
  EXPECT_EQ(step(), 1);
  QTest::keyClick(view, Qt::Key_End);
  EXPECT_EQ(step(), 6);
  QTest::keyClick(view, Qt::Key_Down);
  EXPECT_EQ(step(), 6) << "there is nothing behind the end";
  QTest::keyClick(view, Qt::Key_Home);
  EXPECT_EQ(step(), 0);
  EXPECT_EQ(find<QTableView>("Steps")->currentIndex().row(), 0);
}

TEST_F(Window, AClickChoosesTheStep) {
  ASSERT_TRUE(open(crash));
  auto* view = window_.findChild<SequenceView*>();
  const double y = view->viewportOnAxis().to_pixel(view->axis().at({2, 0}));
  QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(300, static_cast<int>(y) + 2));
  EXPECT_EQ(step(), 2);
  auto* table = find<QTableView>("Steps");
  QTest::mouseClick(table->viewport(),
                    Qt::LeftButton,
                    {},
                    table->visualRect(table->model()->index(4, 3)).center());
  EXPECT_EQ(step(), 4);
}

TEST_F(Window, SearchesTheSteps) {
  ASSERT_TRUE(open(crash));
  auto* search = find<QLineEdit>("Search");
  auto* steps = find<QTableView>("Steps");
  QTest::keyClicks(search, "crash after");
  EXPECT_TRUE(QTest::qWaitFor([&] { return steps->model()->rowCount() == 1; }));
  search->clear();
  EXPECT_TRUE(QTest::qWaitFor([&] { return steps->model()->rowCount() == 7; }));
}

TEST_F(Window, GoesFromMatchToMatch) {
  ASSERT_TRUE(open(crash));
  auto* search = find<QLineEdit>("Search");
  auto* steps = find<QTableView>("Steps");
  QTest::keyClicks(search, "PREPARE(");
  ASSERT_TRUE(QTest::qWaitFor([&] { return steps->model()->rowCount() == 2; }));
  const auto says = [&](const QString& words) {
    const auto labels = window_.findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](QLabel* each) { return each->text() == words; });
  };
  EXPECT_TRUE(says("2 found"));
  QTest::keyClick(&window_, Qt::Key_F3);
  EXPECT_EQ(step(), 1);
  EXPECT_TRUE(says("1 of 2"));
  QTest::keyClick(&window_, Qt::Key_F3);
  EXPECT_EQ(step(), 2);
  QTest::keyClick(&window_, Qt::Key_F3);
  EXPECT_EQ(step(), 1) << "behind the last one comes the first";
  QTest::keyClick(&window_, Qt::Key_F3, Qt::ShiftModifier);
  EXPECT_EQ(step(), 2);
  QTest::keyClicks(search, "x");
  EXPECT_TRUE(QTest::qWaitFor([&] { return says("not found"); }));
}

/// The sequence, the table and the status bar agree.
TEST_F(Window, FiltersProcessesAndKinds) {
  ASSERT_TRUE(open(crash));
  auto* steps = find<QTableView>("Steps");
  auto* lanes = find<QListWidget>("Processes");
  auto* kinds = find<QListWidget>("Kinds");
  ASSERT_EQ(lanes->count(), 3);
  const auto note = [&]() -> QString {
    for (const auto* button : window_.statusBar()->findChildren<QPushButton*>())
      if (button->isVisible() && button->text().startsWith("Filter")) return button->text();
    return {};
  };
  EXPECT_EQ(note(), "");
  lanes->item(2)->setCheckState(Qt::Unchecked);
  EXPECT_EQ(steps->model()->rowCount(), 5) << "without p2's prepare and timer";
  EXPECT_TRUE(note().contains("without p2")) << note().toStdString();
  for (int kind = 0; kind < kinds->count(); ++kind)
    if (kind != static_cast<int>(Kind::faults)) {
      kinds->item(kind)->setCheckState(Qt::Unchecked);
    }
  EXPECT_EQ(steps->model()->rowCount(), 2) << "the start and the crash";
  EXPECT_TRUE(note().contains("messages"));
  QTest::keyClick(&window_, Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_EQ(steps->model()->rowCount(), 7);
  EXPECT_EQ(note(), "");
  EXPECT_EQ(lanes->item(2)->checkState(), Qt::Checked);
  window_.selection().setKindHidden(Kind::timers, true);
  EXPECT_EQ(kinds->item(static_cast<int>(Kind::timers))->checkState(), Qt::Unchecked);
  ASSERT_TRUE(open(crash));
  EXPECT_FALSE(window_.selection().isFiltered()) << "another run is shown whole";
}

TEST_F(Window, ChangesTheAxisAndZooms) {
  ASSERT_TRUE(open(crash));
  auto* view = window_.findChild<SequenceView*>();
  const double before = view->viewportOnAxis().scale;
  view->zoomBy(2);
  EXPECT_GT(view->viewportOnAxis().scale, before);
  view->zoomToFit();
  EXPECT_GE(view->viewportOnAxis().bottom(), view->axis().length());
  view->setAxisMode(AxisMode::steps);
  EXPECT_EQ(view->axisMode(), AxisMode::steps);
  view->setAxisMode(AxisMode::time);
  EXPECT_EQ(view->axisMode(), AxisMode::steps) << "this run has no times";
}

TEST_F(Window, SaysWhatIsWrongAndWhere) {
  QTemporaryDir folder;
  const QString file = folder.filePath("wrong.yaml");
  QFile out(file);
  ASSERT_TRUE(out.open(QIODevice::WriteOnly));
  out.write("name: x\nprotocol: two_phase_comit\n");
  out.close();
  ASSERT_TRUE(open(crash));
  EXPECT_FALSE(open(file));
  auto* bar = window_.findChild<MessageBar*>();
  EXPECT_TRUE(bar->isVisible());
  EXPECT_TRUE(bar->text().contains("wrong.yaml:2:11")) << bar->text().toStdString();
  EXPECT_EQ(window_.selection().stepCount(), 7) << "what was open stays";
  ASSERT_TRUE(open(crash));
  EXPECT_FALSE(bar->isVisible());
}

TEST_F(Window, ChangesTheVariant) {
  ASSERT_TRUE(open(root + "/scenarios/saga/shop-order.yaml"));
  auto* variants = find<QComboBox>("Variant");
  ASSERT_EQ(variants->count(), 5);
  QSignalSpy opened(&window_, &MainWindow::opened);
  variants->setFocus();
  QTest::keyClick(variants, Qt::Key_Down);
  ASSERT_TRUE(!opened.isEmpty() || opened.wait(patience));
  EXPECT_EQ(variants->currentText(), "she has not enough");
}

/// The last one wins, whatever comes first.
TEST_F(Window, OpensTwoFilesAtOnce) {
  QSignalSpy opened(&window_, &MainWindow::opened);
  window_.open(root + "/tests/data/sample.trace.json");
  window_.open(root + "/scenarios/two_phase_commit/happy-path.yaml");
  ASSERT_TRUE(!opened.isEmpty() || opened.wait(patience));
  QTest::qWait(200);
  EXPECT_EQ(opened.count(), 1);
  EXPECT_FALSE(window_.windowTitle().contains("crashes"));
}

TEST_F(Window, ShowsThePointOfNoReturn) {
  ASSERT_TRUE(open(crash));
  QSignalSpy explored(&window_, &MainWindow::explored);
  QTest::keyClick(&window_, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_TRUE(!explored.isEmpty() || explored.wait(patience));
  const Sequence& run = window_.selection().document()->sequence;
  EXPECT_EQ(run.valences.front(), Valence::both);
  EXPECT_EQ(run.deciding_step, 4) << "c forces commit";
  EXPECT_EQ(step(), 4);
  EXPECT_EQ(run.point_of_no_return, -1);
  EXPECT_TRUE(window_.findChild<ValenceLegend*>()->isVisible());
  EXPECT_TRUE(window_.findChild<MessageBar*>()->text().contains("Step 5 decides"));
  ASSERT_TRUE(open(root + "/scenarios/textbook_three_phase_commit/3pc-07-partition.yaml"));
  EXPECT_FALSE(window_.findChild<ValenceLegend*>()->isVisible());
  explored.clear();
  QTest::keyClick(&window_, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_TRUE(!explored.isEmpty() || explored.wait(patience));
  EXPECT_EQ(window_.selection().document()->sequence.point_of_no_return, 7) << "the network splits";
}

/// The search is too large, is cancelled, and is out of date when it ends.
TEST_F(Window, SaysThatWhatCanBeDecidedIsUnknown) {
  ASSERT_TRUE(open(root + "/scenarios/three_phase_commit/timed-coordinator-crash.yaml"));
  auto* cancel = window_.findChild<JobBar*>()->findChild<QPushButton*>();
  QSignalSpy explored(&window_, &MainWindow::explored);
  QTest::keyClick(&window_, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_TRUE(cancel->isVisible());
  QTest::qWait(100);
  QElapsedTimer timer;
  timer.start();
  QTest::mouseClick(cancel, Qt::LeftButton);
  ASSERT_TRUE(!explored.isEmpty() || explored.wait(patience));
  EXPECT_LT(timer.elapsed(), 200);
  EXPECT_FALSE(cancel->isVisible());
  EXPECT_EQ(window_.selection().document()->sequence.valences.front(), Valence::unknown);
  explored.clear();
  QTest::keyClick(&window_, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
  ASSERT_TRUE(open(crash));
  ASSERT_TRUE(!explored.isEmpty() || explored.wait(patience));
  EXPECT_EQ(window_.selection().stepCount(), 7) << "what came late is dropped";
}

TEST_F(Window, HasNineLessons) {
  qputenv("CONCORDAT_SCENARIOS", (root + "/scenarios").toUtf8());
  ASSERT_EQ(lessons().size(), 9U);
  for (int i = 0; i < 9; ++i) {
    const Lesson& lesson = lessons()[static_cast<std::size_t>(i)];
    QSignalSpy opened(&window_, &MainWindow::opened);
    window_.openLesson(i);
    ASSERT_TRUE(!opened.isEmpty() || opened.wait(patience)) << i;
    EXPECT_TRUE(opened.front().front().toBool()) << lesson.file.toStdString();
    EXPECT_TRUE(find<QTextBrowser>("Story")->toPlainText().contains(lesson.text)) << i;
    EXPECT_EQ(find<QComboBox>("Variant")->currentText(), lesson.variant) << i;
  }
  ASSERT_TRUE(open(crash));
  EXPECT_FALSE(find<QTextBrowser>("Story")->toPlainText().contains(lessons()[2].text));
  qputenv("CONCORDAT_SCENARIOS", "/nowhere");
}

TEST(ViewerModels, AreWhatQtExpects) {
  StepModel steps;
  StateModel states;
  PropertyModel properties;
  StepFilter filter;
  filter.setSourceModel(&steps);
  const QAbstractItemModelTester a(&steps);
  const QAbstractItemModelTester b(&states);
  const QAbstractItemModelTester c(&properties);
  const QAbstractItemModelTester d(&filter);
  for (const char* file :
       {"two_phase_commit/coordinator-crash.yaml", "tcc/tcc-01-happy-path.yaml"}) {
    const auto loaded = load_file(all_protocols(), (root + "/scenarios/").toStdString() + file);
    ASSERT_TRUE(loaded.ok());
    steps.setDocument(loaded->document);
    for (int step = -1; step < steps.rowCount(); ++step) {
      states.show(loaded->document, step);
      properties.show(loaded->document, step);
    }
    filter.setFound(std::vector<int>{1, 3});
    filter.setShown({true, false});
    EXPECT_EQ(filter.rowCount(), 1);
    filter.setFound(std::nullopt);
    filter.setShown({});
    EXPECT_EQ(filter.rowCount(), steps.rowCount());
  }
  states.show(nullptr, 0);
  steps.setDocument(nullptr);
  EXPECT_EQ(steps.rowCount(), 0);
}

TEST(ViewerPicture, IsWrittenInEveryForm) {
  const auto loaded = load_file(all_protocols(), crash.toStdString());
  ASSERT_TRUE(loaded.ok());
  const QTemporaryDir folder;
  for (const char* name : {"run.png", "run.svg", "run.pdf"}) {
    const QString file = folder.filePath(name);
    EXPECT_EQ(save_picture(*loaded->document, file, {}), "") << name;
    QFile in(file);
    ASSERT_TRUE(in.open(QIODevice::ReadOnly));
    const QByteArray bytes = in.readAll();
    EXPECT_GT(bytes.size(), 1000) << name;
    EXPECT_TRUE(bytes.contains("prepare") || !QString(name).endsWith("svg"));
  }
  EXPECT_TRUE(save_picture(*loaded->document, folder.filePath("run.gif"), {}).contains(".png"));
  EXPECT_TRUE(save_picture(*loaded->document, "/nowhere/run.png", {}).contains("/nowhere/run.png"));
  EXPECT_FALSE(QFile::exists("/nowhere/run.png"));
}

/// What is drawn differs between light and dark, and something is drawn.
TEST(ViewerPicture, HasSomethingToSee) {
  const auto loaded = load_file(all_protocols(), crash.toStdString());
  ASSERT_TRUE(loaded.ok());
  const QTemporaryDir folder;
  for (const bool dark : {false, true}) {
    const QString file = folder.filePath("run.png");
    ASSERT_EQ(save_picture(*loaded->document, file, {.mode = AxisMode::lines, .dark = dark}), "");
    const QImage image(file);
    ASSERT_FALSE(image.isNull());
    EXPECT_EQ(qGray(image.pixel(image.width() / 2, image.height() - 2)) < 128, dark);
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 3)
      for (int x = 0; x < image.width(); x += 3)
        colours.insert(image.pixel(x, y));
    EXPECT_GT(colours.size(), 20);
  }
}

}  // namespace
}  // namespace concordat::gui
