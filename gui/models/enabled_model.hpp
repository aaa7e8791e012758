// The events that are enabled where the scheduler stands, and a filter by group and words.
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "gui/data/schedule.hpp"

namespace concordat::gui {

class EnabledModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column : int { group, event, column_count };
  enum Role : int { line_role = Qt::UserRole, group_role };
  using QAbstractTableModel::QAbstractTableModel;

  void setSchedule(SchedulePtr schedule);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  SchedulePtr schedule_;
};

class EnabledFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setWords(const QString& words);
  void setGroupShown(ScheduleGroup group, bool shown);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QString words_;
  unsigned shown_ = ~0U;  // a bit for each group
};

}  // namespace concordat::gui
