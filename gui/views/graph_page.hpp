// The graph of states of a small system, and the choice of which.
#pragma once

#include <memory>
#include <vector>

#include "gui/data/state_picture.hpp"
#include "gui/data/wishes.hpp"
#include "gui/views/results_page.hpp"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace concordat::gui {

class GraphView;

class GraphPage : public ResultsPage {
  Q_OBJECT

 public:
  GraphPage(std::vector<RowName> rows,
            const std::vector<ClassName>& classes,
            QWidget* parent = nullptr);
  void show(std::shared_ptr<const StatePicture> picture);
  QString csv() const override;
  Drawing drawing() const override;
  void restyle() override;
  void setBusy(bool busy) override;

 Q_SIGNALS:
  void computeAsked(const GraphWish& wish);
  /// A shortest run to a state.
  void pathAsked(int state);

 private:
  QWidget* makeChoices(const std::vector<ClassName>& classes);
  GraphWish wish() const;
  void describe(int state);

  std::vector<RowName> rows_;
  std::shared_ptr<const StatePicture> picture_;
  GraphView* view_ = nullptr;
  QComboBox* row_ = nullptr;
  QComboBox* class_ = nullptr;
  QSpinBox* participants_ = nullptr;
  QPushButton* compute_ = nullptr;
  QLabel* words_ = nullptr;
  bool busy_ = false;
};

}  // namespace concordat::gui
