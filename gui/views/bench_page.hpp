// A benchmark: its points as a table, and below it what they come to, as charts and checks.
#pragma once

#include <vector>

#include <QSortFilterProxyModel>

#include "gui/models/bench_model.hpp"
#include "gui/models/check_model.hpp"
#include "gui/views/bench_charts.hpp"
#include "gui/views/results_page.hpp"

class QBoxLayout;
class QChartView;
class QCheckBox;
class QComboBox;
class QLabel;
class QSplitter;
class QTabWidget;
class QTableView;

namespace concordat::gui {

class BenchPage : public ResultsPage {
  Q_OBJECT

 public:
  explicit BenchPage(QWidget* parent = nullptr);
  void show(BenchPtr table);
  QString csv() const override;
  /// Of the charts in front.
  Drawing drawing() const override;
  void restyle() override;
  void setBusy(bool /*busy*/) override {}

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  enum Tab : int { measure_tab, time_tab, distribution_tab, check_tab };
  QWidget* makeTop();
  void makeTable();
  QWidget* makeMeasure();
  QWidget* makeTime();
  QWidget* makeDistributions();
  QWidget* makeChecks();
  QBoxLayout* makeChoices(QWidget* in);
  void fillChoices();
  void fillOthers();
  void fillWords();
  void fillChecks();
  void fitColumns();
  void fitRows();
  void chooseFirst();
  void drawMeasure();
  void drawChosen();
  ChosenPoints chosen() const;
  MeasureChoice choice() const;

  BenchModel model_;
  QSortFilterProxyModel sorted_;
  CheckModel checks_;
  QLabel* words_ = nullptr;
  QCheckBox* all_ = nullptr;
  QTableView* table_ = nullptr;
  QTabWidget* tabs_ = nullptr;
  QSplitter* both_ = nullptr;
  bool is_split_ = false;  // by the user, and is not changed any more
  QComboBox* measure_ = nullptr;
  QComboBox* against_ = nullptr;
  QLabel* against_label_ = nullptr;
  QWidget* others_ = nullptr;             // a choice for each other dimension
  std::vector<QComboBox*> other_values_;  // null for the one on the axis
  QCheckBox* log_x_ = nullptr;
  QCheckBox* log_y_ = nullptr;
  QLabel* hidden_ = nullptr;
  QChartView* chart_ = nullptr;
  QLabel* chosen_words_ = nullptr;
  QChartView* throughput_ = nullptr;
  QChartView* availability_ = nullptr;
  QCheckBox* cumulative_ = nullptr;
  QLabel* binned_words_ = nullptr;
  QChartView* commit_ = nullptr;
  QChartView* blocked_ = nullptr;
  QLabel* published_ = nullptr;
  QTableView* check_table_ = nullptr;
};

}  // namespace concordat::gui
