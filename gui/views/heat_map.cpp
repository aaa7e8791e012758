#include "gui/views/heat_map.hpp"

#include <algorithm>
#include <memory>

#include <QApplication>
#include <QPainter>
#include <QPalette>

namespace concordat::gui {

namespace {

constexpr int cell_width = 40;
constexpr int cell_height = 22;
constexpr int sample_width = 34;
constexpr int gap = 8;

constexpr std::array shown_kinds{CellKind::holds,
                                 CellKind::bounded,
                                 CellKind::vacuous,
                                 CellKind::violated,
                                 CellKind::unknown,
                                 CellKind::not_applicable};

/// What the legend shows for a kind.
QString sample(CellKind kind) {
  MatrixEntry entry;
  entry.kind = kind;
  entry.length = 12;
  return MatrixModel::sign(entry);
}

QString legend_words(CellKind kind) {
  return kind == CellKind::violated ? MatrixModel::tr("violated, in 12 events")
                                    : MatrixModel::name(kind);
}

}  // namespace

CellLook look_of(CellKind kind, const Theme& theme) {
  const bool dark = theme.background.lightness() < 128;
  switch (kind) {
    case CellKind::holds:
      return dark ? CellLook{QColor(0x1d, 0x4a, 0x68), QColor(0xd6, 0xec, 0xfb)}
                  : CellLook{QColor(0xc4, 0xe2, 0xf4), QColor(0x0b, 0x3f, 0x62)};
    case CellKind::bounded:
      return dark ? CellLook{QColor(0x24, 0x37, 0x45), QColor(0xb9, 0xda, 0xef)}
                  : CellLook{QColor(0xe4, 0xf1, 0xf9), QColor(0x0b, 0x3f, 0x62)};
    case CellKind::vacuous: return {theme.header, theme.faint};
    case CellKind::violated:
      return dark ? CellLook{QColor(0xf0, 0x8a, 0x3c), QColor(0x1b, 0x1e, 0x24), false, true}
                  : CellLook{QColor(0xb8, 0x4c, 0x00), Qt::white, false, true};
    case CellKind::unknown:
      return {QColor(0xf0, 0xc3, 0x42), QColor(0x1f, 0x23, 0x28), false, true};
    case CellKind::not_applicable: return {theme.background, theme.grid, true};
    case CellKind::absent: break;
  }
  return {theme.background, theme.faint};
}

void paint_cell(QPainter& painter,
                const QRectF& where,
                CellKind kind,
                const QString& sign,
                const Theme& theme) {
  const CellLook look = look_of(kind, theme);
  painter.fillRect(where, look.fill);
  if (look.hatched) painter.fillRect(where, QBrush(look.ink, Qt::BDiagPattern));
  if (sign.isEmpty()) return;
  QFont font = painter.font();
  const bool was_bold = font.bold();
  font.setBold(look.bold);
  painter.setFont(font);
  painter.setPen(look.ink);
  painter.drawText(where, Qt::AlignCenter, sign);
  font.setBold(was_bold);
  painter.setFont(font);
}

void CellDelegate::paint(QPainter* painter,
                         const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
  const auto kind = static_cast<CellKind>(index.data(MatrixModel::kind_role).toInt());
  painter->save();
  painter->setFont(option.font);
  const QRectF where = QRectF(option.rect).adjusted(0, 0, -1, -1);
  const Theme theme = Theme::current();
  paint_cell(*painter, where, kind, index.data().toString(), theme);
  if (index.data(MatrixModel::first_role).toBool() && index.column() > 0) {
    painter->setPen(theme.faint);
    painter->drawLine(option.rect.topLeft(), option.rect.bottomLeft());
  }
  if (option.state.testFlag(QStyle::State_Selected)) {
    painter->setPen(QPen(theme.text, 2));
    painter->drawRect(where.adjusted(1, 1, -1, -1));
  }
  painter->restore();
}

HeatLegend::HeatLegend(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("What the signs mean"));
}

QSize HeatLegend::sizeHint() const {
  return {static_cast<int>(width(QFontMetricsF(font()))), cell_height + gap};
}

double HeatLegend::width(const QFontMetricsF& metrics) {
  double out = 0;
  for (const CellKind kind : shown_kinds)
    out += sample_width + gap + metrics.horizontalAdvance(legend_words(kind)) + 2 * gap;
  return out;
}

void HeatLegend::paint(QPainter& painter, double left, double top, const Theme& theme) {
  const QFontMetricsF metrics(painter.font());
  for (const CellKind kind : shown_kinds) {
    const QRectF where(left, top, sample_width, cell_height - 2);
    paint_cell(painter, where, kind, sample(kind), theme);
    painter.setPen(theme.grid);
    painter.drawRect(where);
    painter.setPen(theme.text);
    const QString words = legend_words(kind);
    const double room = metrics.horizontalAdvance(words);
    left += sample_width + gap;
    painter.drawText(
        QRectF(left, top, room + gap, cell_height), Qt::AlignLeft | Qt::AlignVCenter, words);
    left += room + 2 * gap;
  }
}

void HeatLegend::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  paint(painter, 1, 3, Theme::current());
}

namespace {

/// What a picture of the matrix needs, taken out of the model.
struct MatrixPicture {
  MatrixPtr table;
  std::shared_ptr<MatrixModel> model;
  Theme theme;
  QFont font;
  int left = 0;  // where the cells begin
  int top = 0;

  void paint(QPainter& painter, const QSize& size) const {
    painter.setFont(font);
    painter.fillRect(QRect({0, 0}, size), theme.background);
    painter.setPen(theme.text);
    for (int column = 0; column < model->columnCount(); ++column)
      painter.drawText(QRect(left + column * cell_width, gap, cell_width, top - gap - 2),
                       Qt::AlignHCenter | Qt::AlignBottom,
                       model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
    for (int row = 0; row < model->rowCount(); ++row) {
      const int y = top + row * cell_height;
      painter.setPen(theme.text);
      painter.drawText(QRect(gap, y, left - 2 * gap, cell_height),
                       Qt::AlignLeft | Qt::AlignVCenter,
                       model->headerData(row, Qt::Vertical, Qt::DisplayRole).toString());
      for (int column = 0; column < model->columnCount(); ++column) {
        const MatrixEntry& entry = model->entry(model->index(row, column));
        paint_cell(painter,
                   QRectF(left + column * cell_width, y, cell_width - 1, cell_height - 1),
                   entry.kind,
                   MatrixModel::sign(entry),
                   theme);
      }
    }
    HeatLegend::paint(painter, gap, top + model->rowCount() * cell_height + gap, theme);
  }
};

}  // namespace

Drawing draw_matrix(const MatrixModel& model) {
  if (!model.table() || model.rowCount() == 0) return {};
  MatrixPicture picture;
  picture.theme = Theme::current();
  picture.font = QApplication::font();
  picture.table = model.table();
  picture.model = std::make_shared<MatrixModel>();
  picture.model->setTable(picture.table);
  picture.model->setProperty(model.property());
  const QFontMetricsF metrics(QApplication::font());
  double widest = 0;
  for (int row = 0; row < model.rowCount(); ++row)
    widest = std::max(
        widest,
        metrics.horizontalAdvance(model.headerData(row, Qt::Vertical, Qt::DisplayRole).toString()));
  picture.left = static_cast<int>(widest) + 3 * gap;
  picture.top = static_cast<int>(2 * metrics.height()) + 2 * gap;
  const int cells = picture.left + model.columnCount() * cell_width + gap;
  const QSize size(std::max(cells, static_cast<int>(HeatLegend::width(metrics)) + 2 * gap),
                   picture.top + model.rowCount() * cell_height + cell_height + 3 * gap);
  return {.size = size,
          .title = MatrixModel::tr("Verdict matrix"),
          .paint = [picture, size](QPainter& painter) { picture.paint(painter, size); },
          .anywhere = true};
}

}  // namespace concordat::gui
