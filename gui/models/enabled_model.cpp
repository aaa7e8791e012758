#include "gui/models/enabled_model.hpp"

namespace concordat::gui {

void EnabledModel::setSchedule(SchedulePtr schedule) {
  beginResetModel();
  schedule_ = std::move(schedule);
  endResetModel();
}

int EnabledModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !schedule_ ? 0 : static_cast<int>(schedule_->enabled.size());
}

int EnabledModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QVariant EnabledModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !schedule_) return {};
  const ScheduleEvent& row = schedule_->enabled[static_cast<std::size_t>(index.row())];
  if (role == line_role || role == Qt::ToolTipRole) return QString::fromStdString(row.line);
  if (role == group_role) return static_cast<int>(row.group);
  if (role != Qt::DisplayRole) return {};
  if (index.column() == static_cast<int>(Column::event)) return QString::fromStdString(row.line);
  switch (row.group) {
    case ScheduleGroup::ordinary: return tr("ordinary");
    case ScheduleGroup::fault: return tr("fault");
    case ScheduleGroup::crash_inside: return tr("crash inside");
  }
  return {};
}

QVariant EnabledModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  return section == static_cast<int>(Column::group) ? tr("Group") : tr("Enabled event");
}

void EnabledFilter::setWords(const QString& words) {
  words_ = words;
  invalidateFilter();
}

void EnabledFilter::setGroupShown(ScheduleGroup group, bool shown) {
  const unsigned bit = 1U << static_cast<unsigned>(group);
  shown_ = shown ? shown_ | bit : shown_ & ~bit;
  invalidateFilter();
}

bool EnabledFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QModelIndex index = sourceModel()->index(row, 0, parent);
  if ((shown_ >> index.data(EnabledModel::group_role).toUInt() & 1U) == 0) return false;
  const QString line = index.data(EnabledModel::line_role).toString();
  for (const QString& word : words_.split(' ', Qt::SkipEmptyParts))
    if (!line.contains(word, Qt::CaseInsensitive)) return false;
  return true;
}

}  // namespace concordat::gui
