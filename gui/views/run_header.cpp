#include "gui/views/run_header.hpp"

#include <algorithm>

#include "gui/models/text.hpp"
#include "sim/trace/style.hpp"

namespace concordat::gui {

namespace {

using Outcome = RunFacts::Outcome;

QString outcome_words(Outcome outcome) {
  switch (outcome) {
    case Outcome::commit: return QObject::tr("commit");
    case Outcome::abort: return QObject::tr("abort");
    case Outcome::mixed: return QObject::tr("commit and abort");
    case Outcome::none: break;
  }
  return QObject::tr("no decision");
}

QColor outcome_colour(const Theme& theme, Outcome outcome) {
  switch (outcome) {
    case Outcome::commit: return theme.commit;
    case Outcome::abort: return theme.abort;
    case Outcome::mixed: return theme.alarm;
    case Outcome::none: break;
  }
  return theme.down;
}

QString cost_words(const RunFacts& facts) {
  return QObject::tr("messages %1   forced writes %2").arg(facts.messages).arg(facts.forces);
}

QString end_words(const RunFacts& facts) {
  if (facts.decided_us)
    return QObject::tr("last decision after %1").arg(text_of(trace::time_text(*facts.decided_us)));
  if (facts.decided_after > 0)
    return QObject::tr("last decision at step %1").arg(facts.decided_after);
  return QObject::tr("nobody decides");
}

/// What is bad about the end, or "".
QString trouble_words(const RunFacts& facts) {
  QStringList parts;
  if (!facts.blocked.empty())
    parts << QObject::tr("blocked: %1").arg(text_of(trace::join(facts.blocked)));
  if (!facts.violated.empty())
    parts << QObject::tr("violated: %1").arg(text_of(trace::join(facts.violated)));
  return parts.join("   ");
}

}  // namespace

QString words_of(const RunFacts& facts) {
  const QString trouble = trouble_words(facts);
  return QString("%1 (%2): %3; %4; %5; %6")
      .arg(text_of(facts.name),
           text_of(facts.setting),
           outcome_words(facts.outcome),
           cost_words(facts),
           end_words(facts),
           trouble.isEmpty() ? QObject::tr("nobody is blocked, nothing is violated") : trouble);
}

void paint_facts(QPainter& painter, const Theme& theme, const QRectF& area, const RunFacts& facts) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(area, theme.header);
  const QFont usual = painter.font();
  QFont bold = usual;
  bold.setBold(true);
  QFont light = usual;
  light.setPointSizeF(usual.pointSizeF() * 0.9);
  const double left = area.left() + 10;
  const double room = area.width() - 20;
  const auto line = [&](double y, const QFont& font, const QColor& colour, const QString& words) {
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(QRectF(left, area.top() + y, room, 19),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(font).elidedText(words, Qt::ElideRight, room));
  };
  line(5, bold, theme.text, text_of(facts.name));
  line(23, light, theme.faint, text_of(facts.setting));
  painter.setFont(bold);
  const QString outcome = outcome_words(facts.outcome);
  const double wide = QFontMetricsF(bold).horizontalAdvance(outcome) + 16;
  const QRectF box(left, area.top() + 44, wide, 19);
  painter.setPen(Qt::NoPen);
  painter.setBrush(outcome_colour(theme, facts.outcome));
  painter.drawRoundedRect(box, 4, 4);
  painter.setPen(theme.background);
  painter.drawText(box, Qt::AlignCenter, outcome);
  const QString trouble = trouble_words(facts);
  painter.setFont(bold);
  painter.setPen(trouble.isEmpty() ? theme.faint : theme.alarm);
  painter.setFont(trouble.isEmpty() ? light : bold);
  const double rest = room - wide - 10;
  painter.drawText(
      QRectF(box.right() + 10, box.top(), rest, 19),
      Qt::AlignLeft | Qt::AlignVCenter,
      QFontMetricsF(painter.font())
          .elidedText(trouble.isEmpty() ? QObject::tr("nobody blocked, nothing violated") : trouble,
                      Qt::ElideRight,
                      rest));
  line(66, light, theme.text, cost_words(facts));
  line(82, light, theme.text, end_words(facts));
  painter.restore();
}

RunHeader::RunHeader(QWidget* parent) : QWidget(parent) {
  setFixedHeight(facts_height);
}

void RunHeader::show(const RunFacts& facts) {
  facts_ = facts;
  setAccessibleName(words_of(facts));
  setToolTip(words_of(facts));
  update();
}

void RunHeader::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  paint_facts(painter, Theme::current(), rect(), facts_);
}

}  // namespace concordat::gui
