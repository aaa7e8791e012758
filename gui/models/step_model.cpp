#include "gui/models/step_model.hpp"

#include <QBrush>

#include "sim/trace/phrase.hpp"
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
    std::string text = step.event;
    for (const trace::Effect& effect : step.effects) {
      const std::string words = note_of(*document_->trace, effect, trace::signs(true)).words;
      if (!words.empty()) text += "\n" + words;
    }
    for (const trace::PropertyStatus& property : step.properties)
      text += "\n" + property.code + " " + property.status;
    return QString::fromStdString(text);
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

void StepFilter::setWords(const QString& words) {
  words_ = words;
  invalidateFilter();
}

void StepFilter::setTransaction(int tx) {
  tx_ = tx;
  invalidateFilter();
}

bool StepFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  if (tx_ == 0 && words_.isEmpty()) return true;
  const QModelIndex index = sourceModel()->index(row, 0, parent);
  const int tx = index.data(StepModel::tx_role).toInt();
  if (tx_ != 0 && tx != 0 && tx != tx_) return false;
  return words_.isEmpty() ||
         index.data(StepModel::search_role).toString().contains(words_, Qt::CaseInsensitive);
}

}  // namespace concordat::gui
