// Goal: the results of benchmarks are read as they were written, what is wrong in a file is said
// with its place, and the page shows what was chosen. Method: a small file in which every number is
// known; models under Qt's own tester; clicks and keys without a screen.
#include <cmath>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <QAbstractItemModelTester>
#include <QChart>
#include <QChartView>
#include <QCheckBox>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLogValueAxis>
#include <QScatterSeries>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "gui/models/check_model.hpp"
#include "gui/models/measure_words.hpp"
#include "gui/views/bench_charts.hpp"
#include "gui/views/bench_page.hpp"
#include "gui/views/chart_marks.hpp"
#include "gui/window/render.hpp"
#include "gui/window/results_window.hpp"
#include "protocols/registry.hpp"
#include "sim/base/file.hpp"
#include "sim/bench/measures.hpp"
#include "tests/gui/pulse.hpp"

namespace concordat::gui {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

Json measure(Json mean, Json half_width) {
  return {{"mean", std::move(mean)}, {"half_width", std::move(half_width)}, {"n", 2}};
}

/// Commits in `ms`; the protocol `a` is never blocked.
Json point(const std::string& protocol, const std::string& skew, double ms) {
  const bool blocks = protocol != "a";
  return {
      {"place", {{"bench.skew", skew}}},
      {"variant", ""},
      {"protocol", protocol},
      {"profile", ""},
      {"seeds", "1..2"},
      {"runs", 2},
      {"complete", true},
      {"transactions", 1000},
      {"measures",
       {{"commit_p50", measure(ms, ms / 10)},
        {"availability", measure(0.5, nullptr)},
        {"blocked_mean", blocks ? measure(3.5, 0.5) : measure(nullptr, nullptr)}}},
      {"reasons", Json::object()},
      {"series",
       {{"interval_ms", 500},
        {"arrived", {0, 10, 0, 20, 0}},
        {"in_time", {0, 5, 0, 20, 0}},
        {"committed", {0, 8, 2, 16, 4}},
        {"aborted", {0, 0, 0, 0, 0}}}},
      {"commit_ms", {{1.024, 30}, {1.152, 10}, {8.192, 10}}},
      {"blocked_ms", blocks ? Json::array({Json::array({0.008, 4})}) : Json::array()},
  };
}

Json good() {
  Json json{{"format", "concordat-bench/1"}, {"name", "a test"}, {"file", "a.yaml"}};
  json["complete"] = true;
  json["places"] = {"bench.skew"};
  json["shown"] = {"commit_p50", "availability"};
  json["units"] = {{"commit_p50", "ms"}, {"availability", "share"}, {"blocked_mean", "ms"}};
  json["points"] = {point("a", "0", 1), point("b", "0", 2), point("a", "0.9", 10)};
  json["points"].push_back(point("b", "0.9", 1000));
  json["resembles"] = {{"source", "Somebody, 2006"}, {"says", "it is fast"}};
  json["checks"] = Json::array();
  const Json all = Json::array({true, false, nullptr});
  for (std::size_t i = 0; i < all.size(); ++i)
    json["checks"].push_back({{"measure", "commit_p50"},
                              {"of", "a"},
                              {"holds", all[i]},
                              {"sentence", "sentence " + std::to_string(i)}});
  return json;
}

BenchTable table_of(const Json& json) {
  const auto results = read_results(json.dump(1), "a.json");
  return std::get<BenchTable>(*results);
}

BenchPtr shared(const Json& json = good()) {
  return std::make_shared<const BenchTable>(table_of(json));
}

Error error_of(const Json& json) {
  const auto results = read_results(json.dump(1), "a.json");
  return results ? Error{} : results.error();
}

TEST(Bench, IsKnownAndRead) {
  EXPECT_TRUE(is_results(good().dump()));
  const BenchTable table = table_of(good());
  ASSERT_EQ(table.points.size(), 4U);
  EXPECT_EQ(table.points[1].contender(), "b");
  EXPECT_EQ(table.points[2].place, std::vector<std::string>{"0.9"});
  EXPECT_EQ(table.points[3].estimates[0].mean, 1000);
  EXPECT_FALSE(table.points[0].estimates[2].mean);
  EXPECT_EQ(table.points[0].series.committed[3], 16);
  EXPECT_EQ(table.checks[1].holds, false);
  EXPECT_EQ(table.checks[2].holds, std::nullopt);
  EXPECT_EQ(table.contenders(), (std::vector<std::string>{"a", "b"}));
  const std::string csv = to_csv(table);
  EXPECT_THAT(csv, HasSubstr("file,variant,bench.skew,protocol,profile,seeds,runs,commit_p50,"));
  EXPECT_THAT(csv, HasSubstr("\na.yaml,,0.9,b,,1..2,2,1000,100,0.5,,3.5,0.5\n"));
}

TEST(Bench, SaysWhatIsWrongInAFileAndWhere) {
  EXPECT_EQ(error_of(good()).what, "");
  const auto damaged = [](auto&& change) {
    Json json = good();
    change(json);
    return error_of(json);
  };
  const Error missing = damaged([](Json& json) { json["points"][1].erase("series"); });
  EXPECT_THAT(missing.what, HasSubstr("`series`"));
  EXPECT_THAT(missing.hint, HasSubstr("concordat"));
  EXPECT_GT(missing.at.line, 80);
  EXPECT_THAT(damaged([](Json& json) { json["shown"] = {"speed"}; }).what, HasSubstr("`speed`"));
  EXPECT_THAT(damaged([](Json& json) { json["points"][0]["measures"].erase("availability"); }).what,
              HasSubstr("`availability`"));
  EXPECT_THAT(
      damaged([](Json& json) { json["points"][0]["measures"]["commit_p50"]["mean"] = "x"; }).what,
      HasSubstr("number"));
  EXPECT_THAT(damaged([](Json& json) { json["points"][0]["series"]["arrived"].erase(0); }).what,
              HasSubstr("equally long"));
  EXPECT_THAT(damaged([](Json& json) { json["points"][0]["series"]["arrived"][0] = -1; }).what,
              HasSubstr("not negative"));
  EXPECT_THAT(damaged([](Json& json) { json["points"][0]["series"]["interval_ms"] = 0; }).what,
              HasSubstr("interval_ms"));
  EXPECT_THAT(damaged([](Json& json) { json["points"][0]["commit_ms"][0] = {1}; }).what,
              HasSubstr("bin"));
  EXPECT_THAT(damaged([](Json& json) { json["points"][0]["commit_ms"][0][0] = 5; }).what,
              HasSubstr("order"));
  EXPECT_THAT(damaged([](Json& json) { json["checks"][0]["holds"] = "yes"; }).what,
              HasSubstr("holds"));
  const std::string text = good().dump(1);
  const auto cut = read_results(text.substr(0, text.size() / 2), "a.json");
  ASSERT_FALSE(cut.ok());
  EXPECT_THAT(cut.error().hint, HasSubstr("whole"));
}

TEST(Bench, KnowsPlacesThatAreNumbers) {
  EXPECT_EQ(place_number("0.9"), 0.9);
  EXPECT_EQ(place_number("2ms"), 2);
  EXPECT_EQ(place_number("1s"), 1000);
  EXPECT_EQ(place_number("1/1000"), 0.001);
  EXPECT_EQ(place_number("80%"), 0.8);
  EXPECT_EQ(place_number("wait_die"), std::nullopt);
  EXPECT_TRUE(is_place_time("2ms"));
  EXPECT_FALSE(is_place_time("2"));
}

TEST(Bench, EveryMeasureHasWords) {
  for (const bench::Measure& each : bench::measures())
    EXPECT_FALSE(measure_words(each.name).isEmpty()) << each.name;
  EXPECT_TRUE(measure_words("speed").isEmpty());
}

TEST(Bench, TheModelsAreSound) {
  BenchModel points;
  const QAbstractItemModelTester first(&points);
  points.setTable(shared());
  EXPECT_EQ(points.columnCount(), 4);
  EXPECT_EQ(points.index(3, 2).data().toString(), "1000 ±100");
  EXPECT_EQ(points.index(0, 3).data().toString(), "50.00");
  points.setAll(true);
  EXPECT_EQ(points.columnCount(), 5);
  EXPECT_EQ(points.index(0, 4).data().toString(), "–");
  EXPECT_EQ(points.index(2, 0).data(BenchModel::sort_role).toDouble(), 0.9);
  CheckModel checks;
  const QAbstractItemModelTester second(&checks);
  checks.setTable(shared());
  EXPECT_EQ(checks.index(0, CheckModel::result).data().toString(), "✓ held");
  EXPECT_EQ(checks.index(1, CheckModel::result).data().toString(), "✗ failed");
  EXPECT_EQ(checks.index(2, CheckModel::result).data().toString(), "? unknown");
  EXPECT_EQ(checks.index(2, CheckModel::sentence).data().toString(), "sentence 2");
}

TEST(BenchCharts, AreWhatTheFileSays) {
  const BenchTable table = table_of(good());
  const LineChart lines = measure_chart(table, {.measure = 0, .others = {""}});
  ASSERT_EQ(lines.lines.size(), 2U);
  EXPECT_TRUE(lines.categories.isEmpty());
  EXPECT_EQ(lines.lines[1].points[1].x, 0.9);
  EXPECT_EQ(lines.lines[1].points[1].half_width, 100);
  EXPECT_TRUE(spans_decades_y(lines));
  EXPECT_FALSE(spans_decades_x(lines));
  // The warm-up and what follows the last arrival are left out; counts are of both runs.
  const LineChart commits = throughput_chart(table, {0});
  ASSERT_EQ(commits.lines[0].points.size(), 3U);
  EXPECT_EQ(commits.lines[0].points[0].x, 0.75);
  EXPECT_EQ(commits.lines[0].points[0].y, 8);
  const LineChart answers = availability_chart(table, {0});
  EXPECT_EQ(answers.lines[0].points[0].y, 50);
  EXPECT_TRUE(std::isnan(answers.lines[0].points[1].y));
  EXPECT_EQ(commit_chart(table, {0}, true).lines[0].points.back().y, 100);
  EXPECT_EQ(blocked_chart(table, {0}, false).words, "Nobody was blocked");
  EXPECT_EQ(blocked_chart(table, {}, false).words, "Choose points in the table above");
}

TEST(BenchCharts, HaveBarsWhereNothingIsSweptAndWhereNamesAre) {
  Json json = good();
  json["places"] = Json::array();
  json["points"].erase(3);
  json["points"].erase(2);
  EXPECT_EQ(measure_chart(table_of(json), {}).categories.size(), 1);
  json = good();
  for (Json& each : json["points"])
    each["place"]["bench.skew"] = each["place"]["bench.skew"] == "0" ? "wait" : "detect";
  const LineChart bars = measure_chart(table_of(json), {.others = {""}});
  EXPECT_EQ(bars.categories, (QStringList{"wait", "detect"}));
}

class BenchWindow : public testing::Test {
 protected:
  BenchWindow() : registry_(all_protocols()), window_(registry_) {
    window_.resize(1280, 800);
    window_.QWidget::show();
    page_ = window_.findChild<BenchPage*>();
  }
  void show(const Json& json = good()) { window_.show(Results(table_of(json)), "a.json"); }
  template <class Widget>
  Widget* find(const char* name) {
    auto* widget = page_->findChild<Widget*>(name);
    EXPECT_NE(widget, nullptr) << name;
    return widget;
  }
  QChart* chart(const char* name) { return find<QChartView>(name)->chart(); }
  QString wordsIn(const char* name) { return ChartMarks::of(*chart(name)).words(); }
  /// Names in the legend.
  QStringList lines(const char* name) {
    QStringList out;
    for (const QAbstractSeries* series : chart(name)->series())
      if (qobject_cast<const QScatterSeries*>(series) != nullptr) out << series->name();
    return out;
  }

  const Registry registry_;
  ResultsWindow window_;
  BenchPage* page_ = nullptr;
};

TEST_F(BenchWindow, SaysWhatToOpenAndWhatWasNotRun) {
  EXPECT_TRUE(page_->csv().isEmpty());
  EXPECT_EQ(page_->drawing().paint, nullptr);
  EXPECT_FALSE(find<QTableView>("points")->isVisible());
  Json json = good();
  json["points"] = Json::array();
  json["complete"] = false;
  show(json);
  EXPECT_FALSE(find<QTableView>("points")->isVisible());
  bool is_said = false;
  for (const QLabel* label : page_->findChildren<QLabel*>())
    is_said = is_said || label->text().contains("stopped before anything");
  EXPECT_TRUE(is_said);
}

TEST_F(BenchWindow, DrawsAMeasureAndALogarithmicAxisWhereItIsOfUse) {
  show();
  EXPECT_EQ(lines("measure_chart"), (QStringList{"a", "b"}));
  auto* log_x = find<QCheckBox>("log_x");
  auto* log_y = find<QCheckBox>("log_y");
  EXPECT_FALSE(log_x->isEnabled());
  ASSERT_TRUE(log_y->isEnabled());
  QTest::mouseClick(log_y, Qt::LeftButton, {}, QPoint(8, log_y->height() / 2));
  const auto axes = chart("measure_chart")->axes(Qt::Vertical);
  ASSERT_EQ(axes.size(), 1);
  EXPECT_NE(qobject_cast<QLogValueAxis*>(axes.front()), nullptr);
  auto* measures = find<QComboBox>("measure");
  EXPECT_EQ(measures->currentText(), "commit_p50");
  measures->setFocus();
  QTest::keyClick(measures, Qt::Key_Down);
  EXPECT_EQ(measures->currentText(), "availability");
  EXPECT_TRUE(chart("measure_chart")->title().startsWith("availability"));
  EXPECT_FALSE(log_y->isEnabled());
  EXPECT_EQ(qobject_cast<QLogValueAxis*>(chart("measure_chart")->axes(Qt::Vertical).front()),
            nullptr);
}

TEST_F(BenchWindow, DrawsThePointsThatAreChosen) {
  show();
  auto* table = find<QTableView>("points");
  EXPECT_EQ(table->selectionModel()->selectedRows().size(), 2);
  EXPECT_EQ(lines("throughput"), (QStringList{"a", "b"}));
  EXPECT_EQ(wordsIn("blocked"), "");
  const auto at = [&](int row) {
    return table->visualRect(table->model()->index(row, 1)).center();
  };
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, at(2));
  EXPECT_EQ(lines("availability"), QStringList{"a"});
  EXPECT_EQ(wordsIn("blocked"), "Nobody was blocked");
  QTest::keyClick(table, Qt::Key_Up, Qt::ShiftModifier);
  EXPECT_EQ(lines("commit"), (QStringList{"b, skew=0 (50)", "a, skew=0.9 (50)"}));
  QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ControlModifier, at(1));
  QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::ControlModifier, at(2));
  EXPECT_EQ(wordsIn("throughput"), "Choose points in the table above");
}

TEST_F(BenchWindow, DrawsTheFirstOfManyPoints) {
  Json json = good();
  for (int i = 1; i <= 500; ++i)
    for (const char* protocol : {"a", "b"}) {
      json["points"].push_back(point(protocol, std::to_string(i), i));
      Json& series = json["points"].back()["series"];
      for (const char* key : {"arrived", "in_time", "committed", "aborted"})
        series[key] = std::vector<int>(256, i);
    }
  const Results results = table_of(json);
  QElapsedTimer clock;
  clock.start();
  window_.show(results, "a.json");
  record_time("1000 points shown after", static_cast<double>(clock.nsecsElapsed()) / 1e6);
  auto* table = find<QTableView>("points");
  clock.start();
  table->selectAll();
  record_time("all chosen after", static_cast<double>(clock.nsecsElapsed()) / 1e6);
  EXPECT_EQ(lines("throughput").size(), static_cast<int>(most_lines));
  bool is_said = false;
  for (const QLabel* label : page_->findChildren<QLabel*>())
    is_said = is_said || label->text().contains("drawn are the first 8");
  EXPECT_TRUE(is_said);
}

TEST_F(BenchWindow, SortsByNumbersAndShowsAllMeasures) {
  show();
  auto* table = find<QTableView>("points");
  table->sortByColumn(2, Qt::DescendingOrder);
  EXPECT_EQ(table->model()->index(0, 2).data().toString(), "1000 ±100");
  EXPECT_EQ(table->model()->index(1, 2).data().toString(), "10.00 ±1.00");
  auto* all = find<QCheckBox>("all");
  all->setFocus();
  QTest::keyClick(all, Qt::Key_Space);
  EXPECT_EQ(table->model()->columnCount(), 5);
  EXPECT_EQ(lines("throughput"), (QStringList{"a", "b"}));
}

TEST_F(BenchWindow, IsDrawnWithoutAWindow) {
  const QTemporaryDir folder;
  PictureWishes wishes;
  wishes.file = folder.filePath("a.json").toStdString();
  wishes.out = folder.filePath("a.svg").toStdString();
  ASSERT_TRUE(write_text_file(wishes.file, good().dump(1)).ok());
  EXPECT_EQ(render(registry_, wishes), "");
  const auto svg = read_text_file(wishes.out, std::size_t{1} << 24U);
  ASSERT_TRUE(svg.ok());
  for (const char* text : {"commit_p50 (ms)", "bench.skew", ">a<", ">b<"})
    EXPECT_THAT(*svg, HasSubstr(text));
  Json json = good();
  json["points"][0].erase("place");
  ASSERT_TRUE(write_text_file(wishes.file, json.dump(1)).ok());
  EXPECT_THAT(render(registry_, wishes), HasSubstr("`place`"));
}

TEST_F(BenchWindow, TellsTheChecksAndSavesEveryTabWithCharts) {
  show();
  auto* tabs = page_->findChild<QTabWidget*>();
  EXPECT_EQ(tabs->tabText(3), "Chec&ks: ✗ 1 of 3 failed");
  EXPECT_EQ(find<QTableView>("checks")->model()->rowCount(), 3);
  const QTemporaryDir folder;
  for (int tab = 0; tab < 3; ++tab) {
    tabs->setCurrentIndex(tab);
    QTest::qWait(20);  // charts have a size only once they are shown
    for (const char* kind : {"png", "svg", "pdf"})
      EXPECT_EQ(save_drawing(page_->drawing(), folder.filePath(QString("a.") + kind)), "");
  }
  tabs->setCurrentIndex(3);
  EXPECT_EQ(page_->drawing().paint, nullptr);
  EXPECT_TRUE(page_->csv().contains("commit_p50_half_width"));
  Json json = good();
  json["checks"] = Json::array();
  json.erase("resembles");
  show(json);
  EXPECT_EQ(tabs->tabText(3), "Chec&ks");
}

}  // namespace
}  // namespace concordat::gui
