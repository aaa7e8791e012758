// The fields of every process and node after one step, as a tree: who, which part, which field.
// What the step has changed comes with what it was before.
#pragma once

#include <memory>
#include <vector>

#include <QAbstractItemModel>

#include "gui/data/document.hpp"

namespace concordat::gui {

class StateModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Column : int { name, value, before, column_count };
  static constexpr int changed_role = Qt::UserRole;

  explicit StateModel(QObject* parent = nullptr);
  ~StateModel() override;

  /// `step` from 0; -1: before the first.
  void show(const DocumentPtr& document, int step);

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Node;
  const Node* node_of(const QModelIndex& index) const;
  std::unique_ptr<Node> root_;
};

}  // namespace concordat::gui
