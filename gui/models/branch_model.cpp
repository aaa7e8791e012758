#include "gui/models/branch_model.hpp"

#include <algorithm>

#include <QFont>

namespace concordat::gui {

bool BranchModel::setSchedule(SchedulePtr schedule) {
  const auto same = [](const Branch& a, const Branch& b) {
    return a.parent == b.parent && a.line == b.line;
  };
  const bool is_new =
      !schedule_ || !schedule || !std::ranges::equal(schedule_->branches, schedule->branches, same);
  if (is_new) beginResetModel();
  const int before = schedule_ ? schedule_->current : -1;
  const std::vector<bool> was_on_path = std::move(on_path_);
  schedule_ = std::move(schedule);
  on_path_.assign(schedule_ ? schedule_->branches.size() : 0, false);
  if (schedule_)
    for (const int branch : schedule_->path)
      on_path_[static_cast<std::size_t>(branch)] = true;
  if (is_new) {
    arrange();
    endResetModel();
  } else {
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (on_path_[i] != was_on_path[i] || static_cast<int>(i) == before ||
          static_cast<int>(i) == schedule_->current)
        Q_EMIT dataChanged(indexOf(static_cast<int>(i)), indexOf(static_cast<int>(i)));
  }
  return is_new;
}

/// The first step that was tried goes on at the level of the one before it.
void BranchModel::arrange() {
  places_.assign(schedule_ ? schedule_->branches.size() : 0, {});
  std::vector<int> level(places_.size(), 0);  // on which branch the next step of it hangs
  std::vector<bool> has_next(places_.size());
  for (std::size_t i = 1; i < places_.size(); ++i) {  // parents come before their children
    const auto before = static_cast<std::size_t>(schedule_->branches[i].parent);
    Place& place = places_[i];
    place.is_other = has_next[before];
    has_next[before] = true;
    place.under = place.is_other ? static_cast<int>(before) : level[before];
    level[i] = place.is_other ? static_cast<int>(i) : level[before];
    std::vector<int>& rows = places_[static_cast<std::size_t>(place.under)].children;
    place.row = static_cast<int>(rows.size());
    rows.push_back(static_cast<int>(i));
  }
}

QModelIndex BranchModel::indexOf(int branch) const {
  if (branch < 0 || branch >= static_cast<int>(places_.size())) return {};
  return createIndex(
      places_[static_cast<std::size_t>(branch)].row, 0, static_cast<quintptr>(branch));
}

QModelIndex BranchModel::index(int row, int column, const QModelIndex& parent) const {
  if (row < 0 || column != 0 || row >= rowCount(parent)) return {};
  if (!parent.isValid()) return indexOf(0);
  return indexOf(
      places_[static_cast<std::size_t>(branchOf(parent))].children[static_cast<std::size_t>(row)]);
}

QModelIndex BranchModel::parent(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  return indexOf(places_[static_cast<std::size_t>(branchOf(index))].under);
}

int BranchModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return places_.empty() ? 0 : 1;
  return static_cast<int>(places_[static_cast<std::size_t>(branchOf(parent))].children.size());
}

int BranchModel::columnCount(const QModelIndex& /*parent*/) const {
  return 1;
}

QVariant BranchModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !schedule_) return {};
  const auto id = static_cast<std::size_t>(branchOf(index));
  const Branch& branch = schedule_->branches[id];
  if (role == violated_role) return !branch.violated.empty();
  if (role == Qt::FontRole) {
    QFont font;
    font.setBold(static_cast<int>(id) == schedule_->current);
    font.setItalic(!on_path_[id]);
    return font;
  }
  if (role == Qt::ToolTipRole && !branch.violated.empty())
    return tr("violates %1").arg(QString::fromStdString(branch.violated));
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  if (id == 0) return tr("Before the first step");
  QString text = QString("%1  %2").arg(branch.depth).arg(QString::fromStdString(branch.line));
  if (places_[id].is_other) text = tr("or %1").arg(text);
  return branch.violated.empty() ? text : "✗ " + text;
}

}  // namespace concordat::gui
