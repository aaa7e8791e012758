// The verdict matrix as a table: a row for each profile of a protocol, a column for each fault
// class and each property that is shown.
#pragma once

#include <memory>
#include <vector>

#include <QAbstractTableModel>

#include "gui/data/results.hpp"

namespace concordat::gui {

using MatrixPtr = std::shared_ptr<const MatrixTable>;

class MatrixModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int kind_role = Qt::UserRole;       // a CellKind, as int
  static constexpr int first_role = Qt::UserRole + 1;  // bool: a fault class begins here
  using QAbstractTableModel::QAbstractTableModel;

  void setTable(MatrixPtr table);
  const MatrixPtr& table() const { return table_; }
  /// `code` = -1: all properties.
  void setProperty(int code);
  int property() const { return property_; }

  const MatrixEntry& entry(const QModelIndex& index) const;
  const MatrixLine& line(int row) const { return table_->lines[static_cast<std::size_t>(row)]; }
  const std::string& classOf(int column) const;
  const std::string& codeOf(int column) const;
  /// What the cell says, in whole sentences.
  QString describe(const QModelIndex& index) const;
  /// "✗12", the same everywhere.
  static QString sign(const MatrixEntry& entry);
  static QString name(CellKind kind);
  static QString shortName(const std::string& fault_class);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Column {
    int fault_class = 0;
    int code = 0;
  };
  void makeColumns();
  bool isFirst(int column) const;

  MatrixPtr table_;
  int property_ = -1;
  std::vector<Column> columns_;
};

}  // namespace concordat::gui
