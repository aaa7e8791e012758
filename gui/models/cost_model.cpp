#include "gui/models/cost_model.hpp"

#include <algorithm>
#include <array>

#include <QFont>

#include "gui/models/text.hpp"

namespace concordat::gui {

namespace {

constexpr std::array<const char*, 6> quantities{
    "messages", "delays", "answer", "forces", "records", "force_delays"};

CostModel::Origin origin_of(const CostCell& cell) {
  if (cell.formula.empty()) return CostModel::Origin::none;
  if (!cell.agrees) return CostModel::Origin::differs;
  return cell.derived ? CostModel::Origin::derived : CostModel::Origin::published;
}

/// `● 14 = 3N-1`, `○ 9 = 3N`, `≠ 15, not 14 = 3N-1`.
QString compared(const CostCell& cell) {
  const QString counted = cell.counted ? QString::number(*cell.counted) : CostModel::tr("none");
  const QString expected = cell.expected ? QString::number(*cell.expected) : QString();
  const QString formula = text_of(cell.formula);
  const QString equals = formula == expected ? QString() : " = " + formula;
  switch (origin_of(cell)) {
    case CostModel::Origin::none: return cell.counted ? counted : QString();
    case CostModel::Origin::published: return "● " + counted + equals;
    case CostModel::Origin::derived: return "○ " + counted + equals;
    case CostModel::Origin::differs: break;
  }
  return CostModel::tr("≠ %1, not %2").arg(counted, expected) + equals;
}

bool is_usual(const std::string& quantity) {
  return std::ranges::find(quantities, quantity) != quantities.end();
}

}  // namespace

void CostModel::setTable(CostPtr table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

const CostCell* CostModel::cell(const QModelIndex& index) const {
  const int quantity = index.column() - messages;
  if (quantity < 0 || index.column() > force_delays) return nullptr;
  return table_->lines[static_cast<std::size_t>(index.row())].find(
      quantities[static_cast<std::size_t>(quantity)]);
}

QString CostModel::words(const CostLine& line, int column) const {
  if (column == protocol) return text_of(line.title());
  if (column == run) return text_of(line.run);
  if (column == source)
    return text_of(line.differs.empty() ? line.sources : line.sources + "; " + line.differs);
  if (column != others) return {};
  QStringList out;
  for (const CostCell& each : line.cells)
    if (!is_usual(each.quantity)) out << text_of(each.quantity) + " " + compared(each);
  return out.join("   ");
}

int CostModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !table_ ? 0 : static_cast<int>(table_->lines.size());
}

int CostModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QVariant CostModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const CostLine& line = table_->lines[static_cast<std::size_t>(index.row())];
  const CostCell* figure = cell(index);
  if (role == Qt::DisplayRole) {
    if (figure != nullptr) return compared(*figure);
    if (index.column() != participants) return words(line, index.column());
    QString n = QString::number(line.participants);
    if (!line.options.empty()) n += ", " + text_of(line.options);
    return n;
  }
  if (role == sort_role) {
    if (figure != nullptr) return static_cast<qlonglong>(figure->counted.value_or(-1));
    if (index.column() == participants) return static_cast<qlonglong>(line.participants);
    return words(line, index.column());
  }
  if (role == origin_role)
    return static_cast<int>(figure == nullptr ? Origin::none : origin_of(*figure));
  if (role == Qt::FontRole && figure != nullptr && origin_of(*figure) == Origin::derived) {
    QFont italic;
    italic.setItalic(true);
    return italic;
  }
  if (role == Qt::ToolTipRole) {
    if (figure == nullptr) return words(line, index.column());
    if (figure->formula.empty()) return tr("Counted; nothing is published about it");
    return tr("%1: %2\n%3")
        .arg(figure->derived ? tr("Derived from a published text") : tr("Published"),
             text_of(figure->formula),
             words(line, source));
  }
  return {};
}

QVariant CostModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (static_cast<Column>(section)) {
    case protocol: return tr("Protocol");
    case run: return tr("Run");
    case participants: return tr("N");
    case messages: return tr("Messages");
    case delays: return tr("Delays");
    case answer: return tr("Answer after");
    case forces: return tr("Forces");
    case records: return tr("Records");
    case force_delays: return tr("Force delays");
    case others: return tr("Of roles");
    case source: return tr("Source");
    case column_count: break;
  }
  return {};
}

CostFilter::CostFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(CostModel::sort_role);
}

void CostFilter::setWords(const QString& words) {
  words_ = words.split(' ', Qt::SkipEmptyParts);
  invalidateFilter();
}

bool CostFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QString text = sourceModel()->index(row, CostModel::protocol, parent).data().toString() +
                       " " + sourceModel()->index(row, CostModel::run, parent).data().toString();
  return std::ranges::all_of(
      words_, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace concordat::gui
