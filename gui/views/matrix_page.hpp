// The verdict matrix as a heat map, with what the chosen cell says below, and the choice of what to
// compute above.
#pragma once

#include "gui/data/wishes.hpp"
#include "gui/models/matrix_model.hpp"
#include "gui/views/results_page.hpp"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTableView;

namespace concordat::gui {

class HeatLegend;

class MatrixPage : public ResultsPage {
  Q_OBJECT

 public:
  MatrixPage(const std::vector<std::string>& protocols,
             const std::vector<ClassName>& classes,
             QWidget* parent = nullptr);

  void show(MatrixPtr table);
  /// As the choices above the table say.
  MatrixWish wish() const;
  QString csv() const override;
  Drawing drawing() const override;
  void restyle() override;
  void setBusy(bool busy) override;

 Q_SIGNALS:
  void computeAsked(const MatrixWish& wish);
  /// A violated cell was clicked, or chosen with Enter.
  void runAsked(const CellWish& wish);

 private:
  QWidget* makeChoices(const std::vector<std::string>& protocols,
                       const std::vector<ClassName>& classes);
  void makeTable();
  void askForRun(const QModelIndex& index);
  void describe(const QModelIndex& index);
  void fitColumns();

  MatrixModel model_;
  QTableView* table_ = nullptr;
  QComboBox* property_ = nullptr;
  QComboBox* protocol_ = nullptr;
  QComboBox* class_ = nullptr;
  QSpinBox* participants_ = nullptr;
  QSpinBox* seconds_ = nullptr;
  QPushButton* compute_ = nullptr;
  QPushButton* show_run_ = nullptr;
  QLabel* words_ = nullptr;
  HeatLegend* legend_ = nullptr;
  bool busy_ = false;
};

}  // namespace concordat::gui
