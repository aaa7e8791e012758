// The points of a benchmark: a row for each, its place and protocol, then its measures.
#pragma once

#include <memory>

#include <QAbstractTableModel>

#include "gui/data/results.hpp"

namespace concordat::gui {

using BenchPtr = std::shared_ptr<const BenchTable>;

class BenchModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int sort_role = Qt::UserRole;
  using QAbstractTableModel::QAbstractTableModel;

  void setTable(BenchPtr table);
  const BenchPtr& table() const { return table_; }
  /// All measures, or those that the file wants shown.
  void setAll(bool all);
  /// The column of the first measure; before it stand the places and the protocol.
  int firstMeasure() const { return static_cast<int>(dimensions_.size()) + 1; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QVariant measureData(const BenchPoint& point, std::size_t measure, int role) const;
  QVariant placeData(const std::string& value, int role) const;
  QVariant protocolData(const BenchPoint& point, int role) const;

  BenchPtr table_;
  std::vector<std::string> dimensions_;
  std::vector<std::size_t> shown_;
  bool all_ = false;
};

}  // namespace concordat::gui
