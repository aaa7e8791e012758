// Whether a benchmark looks like what was published: each check with what the results say.
#pragma once

#include "gui/models/bench_model.hpp"

namespace concordat::gui {

class CheckModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { result, measure, protocol, sentence, column_count };
  /// Of `verdict_role`.
  enum class Verdict : int { held, failed, unknown };
  static constexpr int verdict_role = Qt::UserRole;
  using QAbstractTableModel::QAbstractTableModel;

  void setTable(BenchPtr table);
  int countOf(Verdict verdict) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  BenchPtr table_;
};

}  // namespace concordat::gui
