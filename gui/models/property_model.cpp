#include "gui/models/property_model.hpp"

#include <algorithm>

#include "gui/data/language.hpp"
#include "sim/trace/reasons.hpp"

namespace concordat::gui {

namespace {

/// The last word on a property up to a step.
void update(std::vector<trace::PropertyStatus>& rows, const trace::PropertyStatus& now) {
  const auto known = std::ranges::find(rows, now.code, &trace::PropertyStatus::code);
  if (known != rows.end()) *known = now;
}

}  // namespace

void PropertyModel::show(const DocumentPtr& document, int step) {
  beginResetModel();
  rows_.clear();
  if (document) {
    const trace::Trace& trace = *document->trace;
    rows_ = trace.properties;
    if (step + 1 < document->step_count()) {
      for (trace::PropertyStatus& row : rows_) {
        row.status = "ok";
        row.sentence.clear();
      }
      for (const PropertyChange& change : document->sequence.properties)
        if (change.step <= step) update(rows_, change.status);
    }
  }
  endResetModel();
}

int PropertyModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int PropertyModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QVariant PropertyModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const trace::PropertyStatus& row = rows_[static_cast<std::size_t>(index.row())];
  if (role == violated_role) return row.status == "violated";
  if (role == Qt::ToolTipRole)
    return QString::fromStdString(
        term(row.name) +
        (row.sentence.empty() ? "" : ": " + trace::reason(row.sentence, language())));
  if (role != Qt::DisplayRole) return {};
  switch (static_cast<Column>(index.column())) {
    case code: return QString::fromStdString(row.code);
    case status:
      return row.status == "ok" ? tr("ok") : row.status == "violated" ? tr("violated") : tr("open");
    case sentence:
      return QString::fromStdString(row.sentence.empty() ? term(row.name)
                                                         : trace::reason(row.sentence, language()));
    case column_count: break;
  }
  return {};
}

QVariant PropertyModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (static_cast<Column>(section)) {
    case code: return tr("Property");
    case status: return tr("Stands");
    case sentence: return tr("Why");
    case column_count: break;
  }
  return {};
}

}  // namespace concordat::gui
