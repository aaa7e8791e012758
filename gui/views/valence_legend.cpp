#include "gui/views/valence_legend.hpp"

#include <algorithm>
#include <utility>

#include "gui/views/sequence_painter.hpp"

namespace concordat::gui {

namespace {

QString words_of(Valence valence) {
  switch (valence) {
    case Valence::both: return QObject::tr("commit and abort are possible");
    case Valence::commit: return QObject::tr("only commit");
    case Valence::abort: return QObject::tr("only abort");
    case Valence::nothing: return QObject::tr("nobody can decide any more");
    case Valence::unknown: break;
  }
  return QObject::tr("not known");
}

}  // namespace

bool knows_valences(const Sequence& run) {
  return std::ranges::any_of(run.valences, [](Valence each) { return each != Valence::unknown; });
}

void paint_legend(QPainter& painter, const Theme& theme, const QRectF& area, const Sequence& run) {
  painter.save();
  painter.fillRect(area, theme.header);
  const QFont usual = painter.font();
  QFont bold = usual;
  bold.setBold(true);
  double x = area.left() + 8;
  const auto entry = [&](const QColor& colour, const QString& letter, const QString& words) {
    const QRectF box(x, area.top() + 4, 14, area.height() - 8);
    painter.fillRect(box, colour);
    painter.setFont(bold);
    painter.setPen(theme.background);
    painter.drawText(box, Qt::AlignCenter, letter);
    painter.setFont(usual);
    painter.setPen(theme.text);
    const double wide = QFontMetricsF(usual).horizontalAdvance(words) + 4;
    painter.drawText(
        QRectF(x + 22, area.top(), wide, area.height()), Qt::AlignLeft | Qt::AlignVCenter, words);
    x += 22 + wide + 14;
  };
  for (const Valence valence : {Valence::both, Valence::commit, Valence::abort, Valence::nothing})
    if (std::ranges::find(run.valences, valence) != run.valences.end())
      entry(theme.of(valence), letter_of(valence), words_of(valence));
  if (run.point_of_no_return >= 0)
    entry(theme.alarm, "!", QObject::tr("no run from there keeps every property"));
  painter.restore();
}

ValenceLegend::ValenceLegend(Selection& selection, QWidget* parent)
    : QWidget(parent), selection_(selection) {
  setFixedHeight(legend_height);
  setAccessibleName(
      tr("b: commit and abort are possible; c: only commit; a: only abort; -: nobody "
         "can decide any more; !: no run from there keeps every property"));
  hide();
  connect(&selection, &Selection::documentChanged, this, [this] {
    const auto& document = selection_.document();
    setVisible(document && knows_valences(document->sequence));
    update();
  });
}

void ValenceLegend::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  if (const auto& document = selection_.document())
    paint_legend(painter, Theme::current(), rect(), document->sequence);
}

}  // namespace concordat::gui
