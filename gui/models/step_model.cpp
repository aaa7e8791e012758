#include "gui/models/step_model.hpp"

#include <algorithm>

#include "gui/data/step_text.hpp"
#include "sim/trace/style.hpp"

namespace concordat::gui {

void StepModel::setDocument(DocumentPtr document) {
  beginResetModel();
  document_ = std::move(document);
  endResetModel();
}

int StepModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !document_ ? 0 : document_->sequence.step_count();
}

int StepModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QVariant StepModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || !document_) return {};
  const auto row = static_cast<std::size_t>(index.row());
  if (role == tx_role) return document_->sequence.transactions[row];
  if (role == kind_role) return static_cast<int>(document_->sequence.kinds[row]);
  const trace::Step step = document_->step(index.row());
  if (role == search_role || role == Qt::ToolTipRole) {
    return QString::fromStdString(text_of_step(*document_, step));
  }
  if (role == Qt::TextAlignmentRole && (index.column() == number || index.column() == time))
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (static_cast<Column>(index.column())) {
    case number: return index.row() + 1;
    case time:
      return step.time_us ? QString::fromStdString(trace::time_text(*step.time_us)) : QString();
    case process: return QString::fromStdString(step.process.empty() ? step.node : step.process);
    case event: return QString::fromStdString(step.event);
    case column_count: break;
  }
  return {};
}

QVariant StepModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (static_cast<Column>(section)) {
    case number: return tr("Step");
    case time: return tr("Time");
    case process: return tr("At");
    case event: return tr("Event");
    case column_count: break;
  }
  return {};
}

void StepFilter::setSourceModel(QAbstractItemModel* steps) {
  if (sourceModel() != nullptr) sourceModel()->disconnect(this);
  QAbstractProxyModel::setSourceModel(steps);
  connect(steps, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
  connect(steps, &QAbstractItemModel::modelReset, this, [this] {
    shown_.clear();  // they are of the run before
    found_.reset();
    choose();
    endResetModel();
  });
  reset();
}

void StepFilter::setShown(std::vector<bool> shown) {
  if (shown == shown_) return;
  shown_ = std::move(shown);
  reset();
}

void StepFilter::setFound(std::optional<std::vector<int>> found) {
  if (found == found_) return;
  found_ = std::move(found);
  reset();
}

void StepFilter::reset() {
  beginResetModel();
  choose();
  endResetModel();
}

void StepFilter::choose() {
  rows_.clear();
  const int count = sourceModel() == nullptr ? 0 : sourceModel()->rowCount();
  const auto add = [&](int step) {
    const auto at = static_cast<std::size_t>(step);
    if (step < count && (at >= shown_.size() || shown_[at])) rows_.push_back(step);
  };
  if (found_) {
    for (const int step : *found_)
      add(step);
    return;
  }
  for (int step = 0; step < count; ++step)
    add(step);
}

int StepFilter::rowFrom(int step) const {
  return static_cast<int>(std::ranges::lower_bound(rows_, step) - rows_.begin());
}

int StepFilter::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int StepFilter::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : StepModel::column_count;
}

QModelIndex StepFilter::index(int row, int column, const QModelIndex& parent) const {
  return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QModelIndex StepFilter::parent(const QModelIndex& /*child*/) const {
  return {};
}

QModelIndex StepFilter::mapToSource(const QModelIndex& index) const {
  if (!index.isValid() || sourceModel() == nullptr) return {};
  return sourceModel()->index(rows_[static_cast<std::size_t>(index.row())], index.column());
}

QModelIndex StepFilter::mapFromSource(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  const int row = rowFrom(index.row());
  const bool is_there = row < rowCount() && rows_[static_cast<std::size_t>(row)] == index.row();
  return is_there ? createIndex(row, index.column()) : QModelIndex();
}

QVariant StepFilter::headerData(int section, Qt::Orientation orientation, int role) const {
  if (sourceModel() == nullptr) return {};
  return sourceModel()->headerData(section, orientation, role);
}

}  // namespace concordat::gui
