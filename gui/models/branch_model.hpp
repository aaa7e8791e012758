// The branches that were tried, as a tree for people: the steps of a branch stand below each other
// at one level, and another branch hangs on the step after which it leaves.
#pragma once

#include <vector>

#include <QAbstractItemModel>

#include "gui/data/schedule.hpp"

namespace concordat::gui {

class BranchModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  static constexpr int violated_role = Qt::UserRole;
  using QAbstractItemModel::QAbstractItemModel;

  /// RETURNS: whether the tree has another shape now.
  bool setSchedule(SchedulePtr schedule);
  QModelIndex indexOf(int branch) const;
  static int branchOf(const QModelIndex& index) { return static_cast<int>(index.internalId()); }

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  struct Place {
    int under = -1;  // the branch that it hangs on, -1 for the first
    int row = 0;
    bool is_other = false;  // it begins a branch beside another one
    std::vector<int> children;
  };
  void arrange();

  SchedulePtr schedule_;
  std::vector<Place> places_;  // per branch
  std::vector<bool> on_path_;
};

}  // namespace concordat::gui
