// The figures of many timed runs as charts.
#pragma once

#include <memory>
#include <vector>

#include "gui/data/results.hpp"
#include "gui/views/results_page.hpp"

class QChartView;
class QLabel;

namespace concordat::gui {

class FiguresPage : public ResultsPage {
  Q_OBJECT

 public:
  explicit FiguresPage(QWidget* parent = nullptr);
  void show(std::shared_ptr<const RunFigures> figures);
  QString csv() const override;
  Drawing drawing() const override;
  void restyle() override;
  void setBusy(bool /*busy*/) override {}

 private:
  std::shared_ptr<const RunFigures> figures_;
  QLabel* words_ = nullptr;
  QWidget* grid_ = nullptr;
  std::vector<QChartView*> charts_;
};

}  // namespace concordat::gui
