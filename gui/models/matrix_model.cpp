#include "gui/models/matrix_model.hpp"

#include <QLocale>
#include <QStringList>

#include "gui/models/text.hpp"

namespace concordat::gui {

void MatrixModel::setTable(MatrixPtr table) {
  beginResetModel();
  table_ = std::move(table);
  if (!table_ || property_ >= static_cast<int>(table_->codes.size())) property_ = -1;
  makeColumns();
  endResetModel();
}

void MatrixModel::setProperty(int code) {
  beginResetModel();
  property_ = code;
  makeColumns();
  endResetModel();
}

/// Only what somebody asked for gets a column.
void MatrixModel::makeColumns() {
  columns_.clear();
  if (!table_) return;
  const int lines = static_cast<int>(table_->lines.size());
  for (int each = 0; each < static_cast<int>(table_->classes.size()); ++each)
    for (int code = 0; code < static_cast<int>(table_->codes.size()); ++code) {
      if (property_ >= 0 && property_ != code) continue;
      bool asked = false;
      for (int row = 0; row < lines && !asked; ++row)
        asked = table_->at(row, each, code).kind != CellKind::absent;
      if (asked) columns_.push_back({each, code});
    }
}

bool MatrixModel::isFirst(int column) const {
  const auto at = static_cast<std::size_t>(column);
  return column == 0 || columns_[at - 1].fault_class != columns_[at].fault_class;
}

const MatrixEntry& MatrixModel::entry(const QModelIndex& index) const {
  const Column& column = columns_[static_cast<std::size_t>(index.column())];
  return table_->at(index.row(), column.fault_class, column.code);
}

const std::string& MatrixModel::classOf(int column) const {
  const Column& at = columns_[static_cast<std::size_t>(column)];
  return table_->classes[static_cast<std::size_t>(at.fault_class)];
}

const std::string& MatrixModel::codeOf(int column) const {
  const Column& at = columns_[static_cast<std::size_t>(column)];
  return table_->codes[static_cast<std::size_t>(at.code)];
}

QString MatrixModel::sign(const MatrixEntry& entry) {
  switch (entry.kind) {
    case CellKind::holds: return "✓";
    case CellKind::bounded: return "≤";
    case CellKind::vacuous: return "–";
    case CellKind::violated: return "✗" + QString::number(entry.length);
    case CellKind::unknown: return "?";
    case CellKind::not_applicable:
    case CellKind::absent: break;
  }
  return {};
}

QString MatrixModel::name(CellKind kind) {
  switch (kind) {
    case CellKind::holds: return tr("holds");
    case CellKind::bounded: return tr("holds as far as a bound");
    case CellKind::vacuous: return tr("holds, and nothing could break it");
    case CellKind::violated: return tr("violated");
    case CellKind::unknown: return tr("unknown");
    case CellKind::not_applicable: return tr("does not apply");
    case CellKind::absent: break;
  }
  return tr("not asked");
}

/// `F4-twice` -> `F4×2`, `F8-stop` -> `F8s`.
QString MatrixModel::shortName(const std::string& fault_class) {
  const QString name = text_of(fault_class);
  const auto dash = name.indexOf('-');
  if (dash < 0) return name;
  const QString more = name.mid(dash + 1);
  return name.left(dash) + (more == "twice" ? QString("×2") : more.left(1));
}

QString MatrixModel::describe(const QModelIndex& index) const {
  const MatrixEntry& at = entry(index);
  QStringList parts{tr("%1 under %2: %3 %4")
                        .arg(text_of(line(index.row()).title()),
                             text_of(classOf(index.column())),
                             text_of(codeOf(index.column())),
                             name(at.kind))};
  if (at.kind == CellKind::violated)
    parts << tr("Events of the counterexample: %1.").arg(at.length);
  if (!at.bound.empty()) parts << tr("Bound: %1.").arg(text_of(at.bound));
  if (!at.sentence.empty()) parts << text_of(at.sentence);
  if (at.kind == CellKind::unknown && !at.limit.empty())
    parts << tr("The search was ended by its limit: %1.").arg(text_of(at.limit));
  if (!at.scope.empty()) parts << tr("Searched: %1.").arg(text_of(at.scope));
  if (at.states > 0)
    parts << tr("%1 states for all properties of this class.")
                 .arg(QLocale(QLocale::English).toString(static_cast<qlonglong>(at.states)));
  return parts.join('\n');
}

int MatrixModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !table_ ? 0 : static_cast<int>(table_->lines.size());
}

int MatrixModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant MatrixModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  if (role == Qt::DisplayRole) return sign(entry(index));
  if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) return describe(index);
  if (role == Qt::TextAlignmentRole) return static_cast<int>(Qt::AlignCenter);
  if (role == kind_role) return static_cast<int>(entry(index).kind);
  if (role == first_role) return property_ < 0 && isFirst(index.column());
  return {};
}

QVariant MatrixModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (!table_) return {};
  if (orientation == Qt::Vertical) {
    if (role == Qt::DisplayRole) return text_of(line(section).title());
    if (role == Qt::ToolTipRole) return text_of(line(section).summary);
    return {};
  }
  const bool shows_class = property_ >= 0 || isFirst(section);
  if (role == Qt::DisplayRole) {
    const QString top = shows_class ? shortName(classOf(section)) : QString();
    return property_ >= 0 ? top : top + "\n" + text_of(codeOf(section));
  }
  if (role == Qt::ToolTipRole) return text_of(classOf(section)) + ", " + text_of(codeOf(section));
  return {};
}

}  // namespace concordat::gui
