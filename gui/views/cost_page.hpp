// What runs without failures cost: a table, and the same as bars.
#pragma once

#include "gui/models/cost_model.hpp"
#include "gui/views/results_page.hpp"

class QChartView;
class QComboBox;
class QLabel;
class QPushButton;
class QScrollArea;
class QTableView;

namespace concordat::gui {

class CostPage : public ResultsPage {
  Q_OBJECT

 public:
  explicit CostPage(QWidget* parent = nullptr);
  void show(CostPtr table);
  QString csv() const override;
  Drawing drawing() const override;
  void restyle() override;
  void setBusy(bool busy) override;

 Q_SIGNALS:
  /// `3` or `2..5`.
  void computeAsked(const QString& participants);

 private:
  QWidget* makeChoices();
  void makeTable();
  void fillChart();

  CostModel model_;
  CostFilter shown_;
  QTableView* table_ = nullptr;
  QScrollArea* scroll_ = nullptr;
  QChartView* chart_ = nullptr;
  QComboBox* run_ = nullptr;
  QPushButton* compute_ = nullptr;
  QLabel* legend_ = nullptr;
};

}  // namespace concordat::gui
