// The steps of a run as a table: number, time, who, what happened.
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

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

/// The steps of one transaction whose text has the words that are looked for.
class StepFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setWords(const QString& words);
  void setTransaction(int tx);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QString words_;
  int tx_ = 0;
};

}  // namespace concordat::gui
