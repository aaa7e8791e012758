// Goal: tables of verdicts, costs and figures are read as they were written, and what is wrong in
// them is said with its line; the window computes without freezing, and ends at once when asked.
// Method: the files of the program itself; models under Qt's own tester; a clock beside the jobs.
#include <algorithm>
#include <gmock/gmock.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QElapsedTimer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "gui/jobs/graph_job.hpp"
#include "gui/models/cost_model.hpp"
#include "gui/views/drawing.hpp"
#include "gui/views/matrix_page.hpp"
#include "gui/window/results_window.hpp"
#include "protocols/registry.hpp"
#include "sim/base/file.hpp"
#include "tests/gui/pulse.hpp"

namespace concordat::gui {
namespace {

using testing::HasSubstr;

constexpr int patience = 20'000;  // ms

MatrixTable golden() {
  const std::string file = std::string(CONCORDAT_SOURCE_DIR) + "/tests/data/matrix.csv";
  const auto text = read_text_file(file, std::size_t{1} << 24U);
  const auto results = read_results(*text, file);
  return std::get<MatrixTable>(*results);
}

Error error_of(const std::string& text) {
  const auto results = read_results(text, "a.csv");
  return results ? Error{} : results.error();
}

constexpr const char* head = "protocol,profile,class,property,verdict,length,bound\n";

TEST(Results, ReadTheGoldenMatrixAndWriteItAgain) {
  const MatrixTable table = golden();
  EXPECT_EQ(table.classes.size(), 16U);
  EXPECT_GT(table.lines.size(), 50U);
  const auto again = read_results(to_csv(table), "again.csv");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(to_csv(std::get<MatrixTable>(*again)), to_csv(table));
}

TEST(Results, KnowTheirFilesByWhatIsInThem) {
  EXPECT_TRUE(is_results(head));
  EXPECT_TRUE(is_results("{\n \"format\": \"concordat-cost/1\"}"));
  EXPECT_FALSE(is_results("{\"format\": \"concordat-trace/1\"}"));
  EXPECT_FALSE(is_results("name: a run\nprotocol: two_phase_commit\n"));
  EXPECT_FALSE(is_results(""));
}

TEST(Results, SayWhatIsWrongAndWhere) {
  const std::string good = std::string(head) + "a,,F0,UA,holds,,\n";
  EXPECT_EQ(error_of(good).what, "");
  EXPECT_EQ(error_of(good + "a,,F1,UA,perhaps,,\n").at.line, 3);
  EXPECT_THAT(error_of(good + "a,,F1,UA,perhaps,,\n").what, HasSubstr("perhaps"));
  EXPECT_THAT(error_of(good + "a,,F1,UA,violated,x,\n").what, HasSubstr("length"));
  EXPECT_THAT(error_of(good + "a,,F1\n").what, HasSubstr("3 fields, but 7 columns"));
  EXPECT_THAT(error_of(good + "a,,F1,UA,holds,,\"open\n").what, HasSubstr("quote"));
  EXPECT_THAT(error_of("{\"format\": \"concordat-matrix/1\"}").what, HasSubstr("participants"));
  EXPECT_EQ(error_of("{\"format\": \"concordat-cost/1\",\n \"rows\": [{}]}").at.line, 2);
}

TEST(Results, TheModelsAreSound) {
  MatrixModel matrix;
  const QAbstractItemModelTester first(&matrix);
  matrix.setTable(std::make_shared<const MatrixTable>(golden()));
  EXPECT_GT(matrix.columnCount(), 100);
  matrix.setProperty(0);
  EXPECT_EQ(matrix.columnCount(), 16);
  CostModel costs;
  const QAbstractItemModelTester second(&costs);
  const auto table = compute_costs(all_protocols(), "3");
  ASSERT_TRUE(table.ok());
  costs.setTable(std::make_shared<const CostTable>(*table));
  EXPECT_EQ(costs.index(0, CostModel::messages).data().toString(), "● 12 = 4N");
}

TEST(Graph, HasALayerForEachStep) {
  const GraphWish wish{.row = {"two_phase_commit", "presumed_nothing"}, .fault_class = "F0"};
  const Registry registry = all_protocols();
  const auto explored = compute_graph(registry, wish, [](const JobProgress&) {}, {});
  ASSERT_TRUE(explored.ok());
  const StatePicture& picture = explored->picture;
  EXPECT_EQ(picture.nodes.size(), 98U);
  EXPECT_EQ(picture.layers, 10);
  const int last = static_cast<int>(picture.nodes.size()) - 1;
  const auto run = compute_path(registry, *explored->graph, last);
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(static_cast<int>(run->document->trace->steps.size()), picture.nodes.back().layer);
}

class Window : public testing::Test {
 protected:
  Window() : registry_(all_protocols()), window_(registry_) {
    window_.QWidget::show();
    table_ = window_.findChild<MatrixPage*>()->findChild<QTableView*>();
  }
  QPushButton* button(QWidget* in, const QString& text) {
    for (QPushButton* each : in->findChildren<QPushButton*>())
      if (each->text().remove('&') == text) return each;
    return nullptr;
  }

  const Registry registry_;
  ResultsWindow window_;
  QTableView* table_ = nullptr;
};

TEST_F(Window, ShowsTheRunBehindAViolatedCell) {
  window_.show(Results(golden()), "golden");
  const auto* model = table_->model();
  for (int column = 0; column < model->columnCount(); ++column) {
    const QModelIndex cell = model->index(0, column);
    if (cell.data(MatrixModel::kind_role).toInt() != static_cast<int>(CellKind::violated)) continue;
    table_->setCurrentIndex(cell);
    QSignalSpy ready(&window_, &ResultsWindow::runReady);
    QTest::keyClick(table_, Qt::Key_Return);
    ASSERT_TRUE(ready.wait(patience));
    const auto run = ready.front().front().value<Loaded>();
    EXPECT_EQ("✗" + QString::number(run.document->trace->steps.size()), cell.data().toString());
    return;
  }
  FAIL() << "nothing is violated";
}

TEST_F(Window, ComputesWithoutFreezingAndStopsWhenAsked) {
  auto* page = window_.findChild<MatrixPage*>();
  Pulse pulse;
  QTest::mouseClick(button(page, "Compute"), Qt::LeftButton);
  QTest::qWait(2000);
  record_time("longest gap", pulse.longest());
  QSignalSpy ended(&window_, &ResultsWindow::jobEnded);
  QElapsedTimer clock;
  clock.start();
  QTest::mouseClick(button(&window_, "Cancel"), Qt::LeftButton);
  ASSERT_TRUE(ended.wait(patience));
  record_time("cancelled after", static_cast<double>(clock.nsecsElapsed()) / 1e6);
  EXPECT_GT(table_->model()->rowCount(), 0);
}

TEST_F(Window, ClosesDuringAJob) {
  auto another = std::make_unique<ResultsWindow>(registry_);
  another->QWidget::show();
  QTest::mouseClick(button(another->findChild<MatrixPage*>(), "Compute"), Qt::LeftButton);
  QTest::qWait(300);
  QElapsedTimer clock;
  clock.start();
  another.reset();
  record_time("closed after", static_cast<double>(clock.nsecsElapsed()) / 1e6);
}

TEST_F(Window, SavesEveryPageAsAPicture) {
  const QTemporaryDir folder;
  window_.show(Results(golden()), "golden");
  window_.show(Results(*compute_costs(registry_, "3")), "costs");
  for (auto* page : window_.findChildren<ResultsPage*>()) {
    const Drawing drawing = page->drawing();
    if (!drawing.paint) continue;
    for (const char* kind : {"png", "svg", "pdf"})
      EXPECT_EQ(save_drawing(drawing, folder.filePath(QString("a.") + kind)), "");
  }
  EXPECT_THAT(save_drawing(window_.findChild<MatrixPage*>()->drawing(), "a.bmp").toStdString(),
              HasSubstr(".bmp"));
}

}  // namespace
}  // namespace concordat::gui
