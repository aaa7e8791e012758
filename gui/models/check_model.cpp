#include "gui/models/check_model.hpp"

#include <algorithm>

#include "gui/models/measure_words.hpp"

namespace concordat::gui {

namespace {

CheckModel::Verdict verdict_of(const BenchCheck& check) {
  if (!check.holds) return CheckModel::Verdict::unknown;
  return *check.holds ? CheckModel::Verdict::held : CheckModel::Verdict::failed;
}

QString words_of(CheckModel::Verdict verdict) {
  switch (verdict) {
    case CheckModel::Verdict::held: return CheckModel::tr("✓ held");
    case CheckModel::Verdict::failed: return CheckModel::tr("✗ failed");
    case CheckModel::Verdict::unknown: break;
  }
  return CheckModel::tr("? unknown");
}

}  // namespace

void CheckModel::setTable(BenchPtr table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

int CheckModel::countOf(Verdict verdict) const {
  if (!table_) return 0;
  return static_cast<int>(std::ranges::count(table_->checks, verdict, verdict_of));
}

int CheckModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !table_ ? 0 : static_cast<int>(table_->checks.size());
}

int CheckModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QVariant CheckModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const BenchCheck& check = table_->checks[static_cast<std::size_t>(index.row())];
  if (role == verdict_role) return static_cast<int>(verdict_of(check));
  if (role == Qt::ToolTipRole && index.column() == measure) return measure_words(check.measure);
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  switch (static_cast<Column>(index.column())) {
    case result: return words_of(verdict_of(check));
    case measure: return QString::fromStdString(check.measure);
    case protocol: return QString::fromStdString(check.of);
    case sentence: return QString::fromStdString(check.sentence);
    case column_count: break;
  }
  return {};
}

QVariant CheckModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (static_cast<Column>(section)) {
    case result: return tr("Result");
    case measure: return tr("Measure");
    case protocol: return tr("Protocol");
    case sentence: return tr("What the results say");
    case column_count: break;
  }
  return {};
}

}  // namespace concordat::gui
