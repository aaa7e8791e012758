#include "gui/models/state_model.hpp"

#include <QFont>

#include "gui/data/language.hpp"

namespace concordat::gui {

struct StateModel::Node {
  QString name;
  QString value;
  QString before;
  bool changed = false;
  Node* parent = nullptr;
  int row = 0;
  std::vector<std::unique_ptr<Node>> children;

  /// The child with this name, at the end unless it is there.
  Node& child(const QString& of) {
    if (!children.empty() && children.back()->name == of) return *children.back();
    auto& added = children.emplace_back(std::make_unique<Node>());
    added->name = of;
    added->parent = this;
    added->row = static_cast<int>(children.size()) - 1;
    return *added;
  }
};

StateModel::StateModel(QObject* parent)
    : QAbstractItemModel(parent), root_(std::make_unique<Node>()) {}
StateModel::~StateModel() = default;

void StateModel::show(const DocumentPtr& document, int step) {
  beginResetModel();
  root_ = std::make_unique<Node>();
  if (document) {
    for (const auto& [field, now] : document->state_after(step)) {
      Node& who = root_->child(QString::fromStdString(field.where));
      Node& part = who.child(QString::fromStdString(term(field.part)));
      Node& leaf = part.child(QString::fromStdString(field.field));
      leaf.value = QString::fromStdString(now.value);
      leaf.before = QString::fromStdString(now.before);
      leaf.changed = now.changed;
      part.changed = part.changed || now.changed;
      who.changed = who.changed || now.changed;
    }
  }
  endResetModel();
}

const StateModel::Node* StateModel::node_of(const QModelIndex& index) const {
  return index.isValid() ? static_cast<const Node*>(index.constInternalPointer()) : root_.get();
}

QModelIndex StateModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column, node_of(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex StateModel::parent(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  const Node* above = node_of(index)->parent;
  return above == root_.get() ? QModelIndex() : createIndex(above->row, 0, above);
}

int StateModel::rowCount(const QModelIndex& parent) const {
  return parent.column() > 0 ? 0 : static_cast<int>(node_of(parent)->children.size());
}

int StateModel::columnCount(const QModelIndex& /*parent*/) const {
  return column_count;
}

QVariant StateModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Node& node = *node_of(index);
  if (role == changed_role) return node.changed;
  if (role == Qt::FontRole && node.changed) {
    QFont font;
    font.setBold(true);
    return font;
  }
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  switch (static_cast<Column>(index.column())) {
    case name: return node.name;
    case value:
      return node.value.isEmpty() && node.changed && node.children.empty() ? tr("(gone)")
                                                                           : node.value;
    case before: return node.before;
    case column_count: break;
  }
  return {};
}

QVariant StateModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (static_cast<Column>(section)) {
    case name: return tr("Field");
    case value: return tr("Value");
    case before: return tr("Before this step");
    case column_count: break;
  }
  return {};
}

}  // namespace concordat::gui
