#include "gui/models/bench_model.hpp"

#include <limits>
#include <numeric>

#include "gui/models/measure_words.hpp"
#include "gui/models/text.hpp"

namespace concordat::gui {

void BenchModel::setTable(BenchPtr table) {
  beginResetModel();
  table_ = std::move(table);
  dimensions_ = table_ ? table_->dimensions() : std::vector<std::string>{};
  shown_ = table_ ? table_->shown : std::vector<std::size_t>{};
  if (table_ && all_) {
    shown_.resize(table_->measures.size());
    std::iota(shown_.begin(), shown_.end(), std::size_t{0});
  }
  endResetModel();
}

void BenchModel::setAll(bool all) {
  all_ = all;
  setTable(table_);
}

int BenchModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !table_ ? 0 : static_cast<int>(table_->points.size());
}

int BenchModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() || !table_ ? 0 : firstMeasure() + static_cast<int>(shown_.size());
}

QVariant BenchModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const BenchPoint& point = table_->points[static_cast<std::size_t>(index.row())];
  const int measure = index.column() - firstMeasure();
  if (measure >= 0) return measureData(point, shown_[static_cast<std::size_t>(measure)], role);
  if (measure == -1) return protocolData(point, role);
  return placeData(table_->value_at(point, static_cast<std::size_t>(index.column())), role);
}

QVariant BenchModel::measureData(const BenchPoint& point, std::size_t measure, int role) const {
  const BenchEstimate& estimate = point.estimates[measure];
  const BenchMeasure& what = table_->measures[measure];
  if (role == Qt::DisplayRole)
    return estimate.mean ? text_of(estimate_text(estimate, what.unit)) : tr("–");
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
  if (role == sort_role)  // without a value it is the least
    return estimate.mean.value_or(-std::numeric_limits<double>::infinity());
  if (role != Qt::ToolTipRole) return {};
  if (!estimate.mean) return tr("%1: it never happened").arg(text_of(what.name));
  const QString about = estimate.half_width ? tr("mean of %1 seeds, with its 95 % interval")
                                            : tr("of %1 seed, so without an interval");
  return measure_title(what) + ": " + measure_words(what.name) + "\n" + about.arg(estimate.n);
}

QVariant BenchModel::placeData(const std::string& value, int role) const {
  if (role == Qt::DisplayRole || role == Qt::ToolTipRole) return text_of(value);
  if (role != sort_role) return {};
  const auto number = place_number(value);
  return number ? QVariant(*number) : QVariant(text_of(value));
}

QVariant BenchModel::protocolData(const BenchPoint& point, int role) const {
  const QString name = text_of(point.contender());
  if (role == sort_role) return name;
  if (role == Qt::DisplayRole) return point.complete ? name : tr("%1 (stopped)").arg(name);
  if (role != Qt::ToolTipRole) return {};
  return tr("%1; seeds %2, ended runs: %3, transactions in each: %4")
      .arg(name, text_of(point.seeds))
      .arg(point.runs)
      .arg(point.transactions);
}

QVariant BenchModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const int measure = section - firstMeasure();
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((measure < 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (measure >= 0) {
    const BenchMeasure& what = table_->measures[shown_[static_cast<std::size_t>(measure)]];
    if (role == Qt::DisplayRole) return text_of(what.name) + "\n" + unit_words(what.unit);
    return role == Qt::ToolTipRole ? QVariant(measure_words(what.name)) : QVariant();
  }
  if (role != Qt::DisplayRole) return {};
  if (measure == -1) return tr("Protocol");
  const std::string& dimension = dimensions_[static_cast<std::size_t>(section)];
  const bool is_variant = section == 0 && table_->has_variants();
  return is_variant ? tr("Variant") : text_of(dimension);
}

}  // namespace concordat::gui
