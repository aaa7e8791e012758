// The steps of a run as a table: number, time, who, what happened.
#pragma once

#include <optional>
#include <vector>

#include <QAbstractProxyModel>
#include <QAbstractTableModel>

#include "gui/data/document.hpp"

namespace concordat::gui {

class StepModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { number, time, process, event, column_count };
  enum Role : int {
    search_role = Qt::UserRole,  // all that is said of the step, for a search
    tx_role,
    kind_role,  // trace::EventKind as a number
  };
  using QAbstractTableModel::QAbstractTableModel;

  void setDocument(DocumentPtr document);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  DocumentPtr document_;
};

/// The steps that are shown, and of those the ones that were found.
class StepFilter : public QAbstractProxyModel {
  Q_OBJECT

 public:
  using QAbstractProxyModel::QAbstractProxyModel;
  void setSourceModel(QAbstractItemModel* steps) override;

  /// By step; what is missing is shown.
  void setShown(std::vector<bool> shown);
  /// Steps, ascending. Nothing: all are.
  void setFound(std::optional<std::vector<int>> found);
  bool isSearch() const { return found_.has_value(); }
  /// The row of the step, or else the first one behind it; `rowCount` if there is none.
  int rowFrom(int step) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  QModelIndex mapToSource(const QModelIndex& index) const override;
  QModelIndex mapFromSource(const QModelIndex& index) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  void choose();
  void reset();

  std::vector<bool> shown_;
  std::optional<std::vector<int>> found_;
  std::vector<int> rows_;  // steps, ascending
};

}  // namespace concordat::gui
