// What runs without failures cost: a row for each run of a protocol, its figures beside the
// formulas of the literature.
#pragma once

#include <memory>

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "gui/data/results.hpp"

namespace concordat::gui {

using CostPtr = std::shared_ptr<const CostTable>;

class CostModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int {
    protocol,
    run,
    participants,
    messages,
    delays,
    answer,
    forces,
    records,
    force_delays,
    others,  // figures of roles
    source,
    column_count
  };
  /// How a figure stands beside its formula.
  enum class Origin : int { none, published, derived, differs };
  static constexpr int sort_role = Qt::UserRole;
  static constexpr int origin_role = Qt::UserRole + 1;
  using QAbstractTableModel::QAbstractTableModel;

  void setTable(CostPtr table);
  const CostPtr& table() const { return table_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  const CostCell* cell(const QModelIndex& index) const;
  QString words(const CostLine& line, int column) const;

  CostPtr table_;
};

/// Shows rows whose protocol or run contains all of the words.
class CostFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit CostFilter(QObject* parent = nullptr);
  void setWords(const QString& words);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QStringList words_;
};

}  // namespace concordat::gui
