// How each property stands after a step, with the reason.
#pragma once

#include <QAbstractTableModel>

#include "gui/data/document.hpp"

namespace concordat::gui {

class PropertyModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { code, status, sentence, column_count };
  static constexpr int violated_role = Qt::UserRole;
  using QAbstractTableModel::QAbstractTableModel;

  /// `step` from 0; at the last one the judgement of the end of the run counts.
  void show(const DocumentPtr& document, int step);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<trace::PropertyStatus> rows_;
};

}  // namespace concordat::gui
