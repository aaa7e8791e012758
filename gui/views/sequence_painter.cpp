#include "gui/views/sequence_painter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <QObject>

#include "gui/data/language.hpp"
#include "gui/models/text.hpp"
#include "sim/trace/reasons.hpp"
#include "sim/trace/style.hpp"

namespace concordat::gui {

namespace {

constexpr double mark_size = 5;
constexpr double least_room = 28;  // for words; fewer letters say nothing
constexpr double lane_at = 0.3;    // in its column: words stand at its right

// Kinds of things in Scene::painted.
constexpr int bars_from = 1'000'000;
constexpr int marks_from = 2'000'000;
constexpr int arrows_from = 3'000'000;
constexpr double closest = 1.5;  // UNITS: pixels; what is closer to its like is not to be seen

/// Decisions and crashes are strong.
QFont font_of(const Mark& mark, QFont usual) {
  usual.setBold(mark.kind == MarkKind::commit || mark.kind == MarkKind::abort ||
                mark.kind == MarkKind::crash);
  return usual;
}

QFont small_font(const QPainter& painter) {
  QFont font = painter.font();
  font.setPointSizeF(font.pointSizeF() * 0.9);
  return font;
}

}  // namespace

QString letter_of(Valence valence) {
  switch (valence) {
    case Valence::both: return "b";
    case Valence::commit: return "c";
    case Valence::abort: return "a";
    case Valence::nothing: return "-";
    case Valence::unknown: break;
  }
  return "";
}

/// What all parts of one painting share.
struct SequencePainter::Scene {
  QPainter& painter;
  const Theme& theme;
  const Viewport& viewport;
  double width;
  int first;  // visible steps
  int last;
  bool dense;  // too small for words
  /// Until where something of a kind is painted already: what would cover nothing new is left out.
  std::map<int, double> painted{};

  /// Whether it begins more than `apart` behind the last one of its kind.
  bool is_new(int kind, double at, double apart) {
    const auto [entry, first_one] = painted.try_emplace(kind, at);
    if (!first_one && at < entry->second + apart) return false;
    entry->second = at;
    return true;
  }
};

SequencePainter::SequencePainter(const Sequence& sequence,
                                 const TimeAxis& axis,
                                 const Filter& filter)
    : sequence_(sequence),
      axis_(axis),
      filter_(filter),
      gutter_(sequence.times_us.empty() ? 44 : 84) {
  for (std::size_t i = 0; i < sequence.arrows.size(); ++i)
    if (sequence.arrows[i].end.step - sequence.arrows[i].sent.step > long_steps)
      long_arrows_.push_back(i);
  for (std::size_t i = 0; i < sequence.bars.size(); ++i) {
    const Bar& bar = sequence.bars[i];
    if (!bar.to || bar.to->step - bar.from.step > long_steps) long_bars_.push_back(i);
  }
}

int SequencePainter::shown_lanes() const {
  int shown = 0;
  for (int lane = 0; lane < static_cast<int>(sequence_.lanes.size()); ++lane)
    shown += filter_.shows_lane(lane) ? 1 : 0;
  return shown;
}

double SequencePainter::lane_x(int lane, double width) const {
  int place = 0;
  for (int other = 0; other < lane; ++other)
    place += filter_.shows_lane(other) ? 1 : 0;
  const double room = (width - gutter_) / std::max(shown_lanes(), 1);
  return gutter_ + room * (place + lane_at);
}

double SequencePainter::best_width() const {
  return gutter_ + 200.0 * std::max(shown_lanes(), 1);
}

void SequencePainter::paint(QPainter& painter,
                            const Theme& theme,
                            const Viewport& viewport,
                            double width) const {
  painter.fillRect(QRectF(0, 0, width, viewport.height), theme.background);
  if (sequence_.step_count() == 0) return;
  const int first = std::max(axis_.step_at(viewport.top) - 1, 0);
  const int last = std::min(axis_.step_at(viewport.bottom()) + 1, sequence_.step_count() - 1);
  const double seen = viewport.height / std::max<double>(last - first + 1, 1);
  const bool lines = axis_.mode() == AxisMode::lines;
  const bool dense = lines ? viewport.scale < 13 : seen < 13;
  Scene scene{painter, theme, viewport, width, first, last, dense};
  painter.setRenderHint(QPainter::Antialiasing);
  paint_cuts(scene);
  if (selected >= 0 && selected < sequence_.step_count()) {
    const double from = viewport.to_pixel(axis_.at({selected, 0}) - 0.5);
    const double to = viewport.to_pixel(axis_.at({selected + 1, 0}) - 0.5);
    painter.fillRect(QRectF(0, from, width, std::max(to - from, 2.0)), theme.selected);
  }
  paint_gutter(scene, first, last);
  for (int lane = 0; lane < static_cast<int>(sequence_.lanes.size()); ++lane) {
    if (!filter_.shows_lane(lane)) continue;
    painter.setPen(QPen(theme.grid, 1.5));
    const double x = lane_x(lane, width);
    painter.drawLine(QPointF(x, 0), QPointF(x, viewport.height));
  }
  paint_rules(scene);
  paint_bars(scene);
  paint_arrows(scene);
  paint_marks(scene);
  paint_rule_words(scene);
  paint_turns(scene);
  paint_violations(scene);
  paint_stuck(scene);
}

void SequencePainter::paint_header(QPainter& painter, const Theme& theme, double width) const {
  painter.fillRect(QRectF(0, 0, width, header_height), theme.header);
  painter.setPen(theme.grid);
  painter.drawLine(QPointF(0, header_height - 0.5), QPointF(width, header_height - 0.5));
  const QFont usual = painter.font();
  QFont bold = usual;
  bold.setBold(true);
  const double room = (width - gutter_) / std::max(shown_lanes(), 1);
  for (int lane = 0; lane < static_cast<int>(sequence_.lanes.size()); ++lane) {
    if (!filter_.shows_lane(lane)) continue;
    const Lane& it = sequence_.lanes[static_cast<std::size_t>(lane)];
    const double x = lane_x(lane, width);
    painter.setFont(bold);
    painter.setPen(theme.text);
    const double half = room * lane_at;
    const QRectF upper(x - half, 4, 2 * half, 20);
    painter.drawText(upper, Qt::AlignCenter, text_of(it.name));
    painter.setFont(small_font(painter));
    painter.setPen(theme.faint);
    QFont light = usual;
    light.setPointSizeF(usual.pointSizeF() * 0.85);
    painter.setFont(light);
    const QString role =
        it.node.empty() ? text_of(term(it.role))
                        : QObject::tr("%1 at %2").arg(text_of(term(it.role)), text_of(it.node));
    const QFontMetricsF metrics(light);
    painter.drawText(QRectF(x - half, 23, 2 * half, 18),
                     Qt::AlignCenter,
                     metrics.elidedText(role, Qt::ElideRight, 2 * half));
    painter.setFont(usual);
  }
}

void SequencePainter::paint_gutter(Scene& s, int first, int last) const {
  QPainter& painter = s.painter;
  const QFont usual = painter.font();
  painter.setFont(small_font(painter));
  const bool timed = !sequence_.times_us.empty();
  double free_from = -1e9;
  for (int step = first; step <= last; ++step) {
    const double y = s.viewport.to_pixel(axis_.at({step, 0}));
    paint_valence(s, step, y);
    if (y < free_from) continue;
    free_from = y + 15;
    painter.setPen(step == selected ? s.theme.text : s.theme.faint);
    QString words = QString::number(step + 1);
    if (timed)
      words += "  " + text_of(trace::time_text(sequence_.times_us[static_cast<std::size_t>(step)]));
    painter.drawText(QRectF(4, y - 9, gutter_ - 18, 18), Qt::AlignRight | Qt::AlignVCenter, words);
  }
  painter.setFont(usual);
}

/// What can still be decided: a colour, a letter, and a sign where no run goes well any more.
void SequencePainter::paint_valence(Scene& s, int step, double y) const {
  const auto at = static_cast<std::size_t>(step);
  if (at >= sequence_.valences.size() || sequence_.valences[at] == Valence::unknown) return;
  const QColor colour = s.theme.of(sequence_.valences[at]);
  const double from = y - 0.5 * s.viewport.scale;
  const double to = s.viewport.to_pixel(axis_.at({step + 1, 0}) - 0.5);
  s.painter.fillRect(QRectF(gutter_ - 12, from, 12, std::max(to - from, 1.0)), colour);
  const bool doomed = at < sequence_.doomed.size() && sequence_.doomed[at];
  if (doomed) s.painter.fillRect(QRectF(0, from, 3, std::max(to - from, 1.0)), s.theme.alarm);
  if (s.dense || to - from < 10) return;
  const QFont usual = s.painter.font();
  QFont bold = usual;
  bold.setBold(true);
  s.painter.setFont(bold);
  s.painter.setPen(s.theme.background);
  s.painter.drawText(
      QRectF(gutter_ - 12, y - 9, 12, 18), Qt::AlignCenter, letter_of(sequence_.valences[at]));
  if (doomed) {
    s.painter.setPen(s.theme.alarm);
    s.painter.drawText(QRectF(5, y - 9, 10, 18), Qt::AlignCenter, "!");
  }
  s.painter.setFont(usual);
}

/// Where the outcome is settled, and from where no run keeps every property.
void SequencePainter::paint_turns(Scene& s) const {
  const auto turn = [&](int step, const QColor& colour, const QString& words, bool below) {
    if (step < s.first || step > s.last) return;
    const double y = s.viewport.to_pixel(axis_.at({step, 0}) - 0.5);
    s.painter.setPen(QPen(colour, 1.5, Qt::DashLine));
    s.painter.drawLine(QPointF(0, y), QPointF(s.width, y));
    const QFont usual = s.painter.font();
    QFont bold = usual;
    bold.setBold(true);
    s.painter.setFont(bold);
    const double wide = QFontMetricsF(bold).horizontalAdvance(words) + 14;
    const QRectF box(s.width - wide - 6, below ? y + 2 : y - 18, wide, 17);
    s.painter.setPen(QPen(colour, 1));
    s.painter.setBrush(s.theme.background);
    s.painter.drawRoundedRect(box, 4, 4);
    s.painter.setPen(colour);
    s.painter.drawText(box, Qt::AlignCenter, words);
    s.painter.setFont(usual);
  };
  const int decides = sequence_.deciding_step;
  if (decides >= 0) {
    const Valence now = sequence_.valences[static_cast<std::size_t>(decides)];
    turn(decides,
         s.theme.of(now),
         now == Valence::commit ? QObject::tr("decides: only commit from here on")
                                : QObject::tr("decides: only abort from here on"),
         false);
  }
  turn(sequence_.point_of_no_return,
       s.theme.alarm,
       QObject::tr("point of no return: no run from here keeps every property"),
       sequence_.point_of_no_return == decides);
}

void SequencePainter::paint_cuts(Scene& s) const {
  if (!filter_.shows_kind(Kind::faults)) return;
  for (const Cut& cut : sequence_.cuts) {
    const double from = s.viewport.to_pixel(axis_.at(cut.from));
    const double to = s.viewport.to_pixel(cut.to ? axis_.at(*cut.to) : axis_.length() + 1);
    if (to < 0 || from > s.viewport.height) continue;
    const QRectF band(gutter_, from, s.width - gutter_, to - from);
    s.painter.fillRect(band, s.theme.cut);
    s.painter.fillRect(band, QBrush(s.theme.cut, Qt::BDiagPattern));
    s.painter.setPen(QPen(s.theme.down, 1, Qt::DashLine));
    s.painter.drawLine(band.topLeft(), band.topRight());
    if (cut.to) s.painter.drawLine(band.bottomLeft(), band.bottomRight());
    s.painter.setPen(s.theme.down);
    s.painter.drawText(QRectF(gutter_ + 6, from + 1, s.width - gutter_ - 12, 16),
                       Qt::AlignLeft | Qt::AlignVCenter,
                       QObject::tr("network cut: %1").arg(text_of(cut.words)));
  }
}

void SequencePainter::paint_bar(Scene& s, const Bar& bar) const {
  if (!filter_.shows(bar)) return;
  const double from = s.viewport.to_pixel(axis_.at(bar.from));
  const double to = s.viewport.to_pixel(bar.to ? axis_.at(*bar.to) : axis_.length() + 0.4);
  if (to < 0 || from > s.viewport.height) return;
  const double x = lane_x(bar.lane, s.width);
  double begin = std::max(from, -20.0);
  const double end = std::min(to, s.viewport.height + 20.0);
  const int kind = bars_from + 4 * bar.lane + static_cast<int>(bar.kind);
  const auto [covered, first_one] = s.painted.try_emplace(kind, begin - 1);
  begin = std::max(begin, covered->second);
  if (end <= begin) return;
  covered->second = end;
  const double length = end - begin;
  QColor colour = s.theme.of(bar.kind);
  if (bar.kind == BarKind::locked) {
    s.painter.fillRect(QRectF(x - 9.5, begin, 3, length), colour);
    return;
  }
  const QRectF band(x - 5, begin, 10, length);
  if (bar.kind == BarKind::in_doubt) {
    colour.setAlpha(150);
    s.painter.fillRect(band, colour);
    return;
  }
  s.painter.fillRect(band, s.theme.background);
  s.painter.fillRect(
      band, QBrush(colour, bar.kind == BarKind::down ? Qt::DiagCrossPattern : Qt::HorPattern));
  s.painter.setPen(QPen(colour, 1));
  s.painter.drawRect(band);
}

void SequencePainter::paint_bars(Scene& s) const {
  const Place earliest{s.first - long_steps, 0};
  const auto begin = std::ranges::lower_bound(sequence_.bars, earliest, {}, &Bar::from);
  const auto at = static_cast<std::size_t>(begin - sequence_.bars.begin());
  for (const std::size_t i : long_bars_)
    if (i < at && sequence_.bars[i].from.step <= s.last) paint_bar(s, sequence_.bars[i]);
  for (std::size_t i = at; i < sequence_.bars.size(); ++i) {
    if (sequence_.bars[i].from.step > s.last) break;
    paint_bar(s, sequence_.bars[i]);
  }
}

void SequencePainter::paint_arrows(Scene& s) const {
  const Place earliest{s.first - long_steps, 0};
  const auto begin = std::ranges::lower_bound(sequence_.arrows, earliest, {}, &Arrow::sent);
  const auto at = static_cast<std::size_t>(begin - sequence_.arrows.begin());
  for (const std::size_t i : long_arrows_)
    if (i < at && sequence_.arrows[i].sent.step <= s.last &&
        sequence_.arrows[i].end.step >= s.first)
      paint_arrow(s, sequence_.arrows[i]);
  for (std::size_t i = at; i < sequence_.arrows.size(); ++i) {
    if (sequence_.arrows[i].sent.step > s.last) break;
    if (sequence_.arrows[i].end.step >= s.first) paint_arrow(s, sequence_.arrows[i]);
  }
}

void SequencePainter::paint_arrow(Scene& s, const Arrow& arrow) const {
  if (!filter_.shows(arrow)) return;
  const bool fails = arrow.fate == Fate::lost || arrow.fate == Fate::cut;
  const int kind = arrows_from + 2 * (arrow.from * 64 + arrow.to) + (fails ? 1 : 0);
  const double end = s.viewport.to_pixel(axis_.at(arrow.end));
  if (s.dense && !s.is_new(kind, end, closest)) return;
  QPointF from(lane_x(arrow.from, s.width), s.viewport.to_pixel(axis_.at(arrow.sent)));
  QPointF to(lane_x(arrow.to, s.width), end);
  if (arrow.from == arrow.to) {  // to itself: a short way out and back
    from.rx() += 6;
    to.rx() += 6;
  }
  const double side = to.x() >= from.x() ? 1 : -1;
  if (arrow.from != arrow.to) {
    from.rx() += side * 6;
    to.rx() -= side * 6;
  }
  if (fails) to = from + (to - from) * 0.62;
  if (arrow.fate == Fate::in_flight) to = from + QPointF((to.x() - from.x()) * 0.35, 12);
  QColor colour = fails ? s.theme.alarm : arrow.local ? s.theme.local : s.theme.message;
  const bool touches = arrow.sent.step == selected || arrow.end.step == selected;
  QPen pen(colour, touches ? 2.2 : 1.3);
  if (fails) pen.setStyle(Qt::DashLine);
  if (arrow.fate == Fate::in_flight) pen.setStyle(Qt::DotLine);
  if (arrow.fate == Fate::repeated) pen.setStyle(Qt::DashDotLine);
  s.painter.setPen(pen);
  s.painter.setBrush(colour);
  s.painter.drawLine(from, to);
  const QPointF way = to - from;
  const double length = std::hypot(way.x(), way.y());
  if (length < 1) return;
  const QPointF along = way / length;
  const QPointF across(-along.y(), along.x());
  s.painter.setPen(QPen(colour, fails ? 2 : 1));
  if (arrow.fate == Fate::cut) {  // two bars: a wall
    for (const double back : {0.0, 4.0})
      s.painter.drawLine(to - along * back + across * 6, to - along * back - across * 6);
  } else if (fails) {  // a cross
    s.painter.drawLine(to + (along + across) * 4.5, to - (along + across) * 4.5);
    s.painter.drawLine(to + (along - across) * 4.5, to - (along - across) * 4.5);
  } else if (arrow.fate != Fate::in_flight) {
    s.painter.drawPolygon(QPolygonF{to, to - along * 9 + across * 4, to - along * 9 - across * 4});
  }
  if (!s.dense) paint_label(s, arrow, from, way);
}

/// Where in the first gap the label stands free of the words of the lane at its left, as a part of
/// the gap; in the middle if nowhere.
double SequencePainter::best_place(
    const Scene& s, const Arrow& arrow, QPointF from, QPointF way, double wide) const {
  constexpr std::array places{0.5, 0.65, 0.35, 0.78, 0.22};
  const double gaps = std::max(std::abs(arrow.to - arrow.from), 1);
  int left = arrow.from;
  if (arrow.to < arrow.from) {
    --left;
    while (left > arrow.to && !filter_.shows_lane(left))
      --left;
  }
  for (const double place : places) {
    const QPointF middle = from + way * (place / gaps);
    if (middle.x() - wide / 2 >= words_end(s, left, middle.y() - 9)) return place;
  }
  return places.front();
}

void SequencePainter::paint_label(const Scene& s,
                                  const Arrow& arrow,
                                  QPointF from,
                                  QPointF way) const {
  const bool fails = arrow.fate == Fate::lost || arrow.fate == Fate::cut;
  const QFontMetricsF metrics(s.painter.font());
  // In the first gap that it crosses, where there are no words of other lanes yet.
  const double gaps = std::max(std::abs(arrow.to - arrow.from), 1);
  const double room = std::abs(way.x()) / gaps - 24;
  if (room < 20) return;
  const QString label = metrics.elidedText(text_of(arrow.label), Qt::ElideRight, room);
  const double wide = metrics.horizontalAdvance(label) + 6;
  const QPointF middle = from + way * (best_place(s, arrow, from, way, wide) / gaps);
  s.painter.save();
  s.painter.translate(middle);
  double angle = std::atan2(way.y(), way.x()) * 180 / M_PI;
  if (angle > 90 || angle < -90) angle += 180;
  if (std::abs(angle) < 60 || std::abs(angle - 180) < 60 || std::abs(angle - 360) < 60)
    s.painter.rotate(angle);
  QColor behind = s.theme.background;
  behind.setAlpha(215);
  const double down = fails ? 17 : 0;  // what was lost stands below: its copies may have arrived
  s.painter.fillRect(QRectF(-wide / 2, down - 15, wide, 13), behind);
  s.painter.setPen(fails ? s.theme.alarm : arrow.local ? s.theme.faint : s.theme.text);
  s.painter.drawText(QRectF(-wide / 2, down - 17, wide, 16), Qt::AlignCenter, label);
  s.painter.restore();
}

void SequencePainter::paint_marks(Scene& s) const {
  auto it = std::ranges::lower_bound(sequence_.marks, Place{s.first, 0}, {}, &Mark::at);
  for (; it != sequence_.marks.end() && it->at.step <= s.last; ++it) {
    if (!filter_.shows(*it)) continue;
    const int kind = marks_from + 32 * it->lane + static_cast<int>(it->kind);
    if (s.dense && !s.is_new(kind, s.viewport.to_pixel(axis_.at(it->at)), closest)) continue;
    paint_mark(s, *it);
  }
}

void SequencePainter::paint_mark(const Scene& s, const Mark& mark) const {
  const QPointF at(lane_x(mark.lane, s.width), s.viewport.to_pixel(axis_.at(mark.at)));
  const QColor colour = s.theme.of(mark.kind);
  const double r = s.dense ? 3 : mark_size;
  QPainter& painter = s.painter;
  painter.setPen(QPen(colour, 1.5));
  painter.setBrush(s.theme.background);
  switch (mark.kind) {
    case MarkKind::force:
      painter.setBrush(colour);
      painter.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r));
      break;
    case MarkKind::append: painter.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r)); break;
    case MarkKind::vote_yes:
    case MarkKind::start:
      painter.setBrush(colour);
      painter.drawEllipse(at, r, r);
      break;
    case MarkKind::vote_no:
    case MarkKind::vote_read: painter.drawEllipse(at, r, r); break;
    case MarkKind::commit:
      painter.setBrush(colour);
      painter.drawPolygon(QPolygonF{at + QPointF(0, -r - 2),
                                    at + QPointF(r + 2, 0),
                                    at + QPointF(0, r + 2),
                                    at + QPointF(-r - 2, 0)});
      break;
    case MarkKind::abort:
      painter.setBrush(colour);
      painter.drawPolygon(
          QPolygonF{at + QPointF(-r - 1, -r), at + QPointF(r + 1, -r), at + QPointF(0, r + 2)});
      break;
    case MarkKind::crash:
      painter.setPen(QPen(colour, 3));
      painter.drawLine(at + QPointF(-r - 1, -r - 1), at + QPointF(r + 1, r + 1));
      painter.drawLine(at + QPointF(-r - 1, r + 1), at + QPointF(r + 1, -r - 1));
      break;
    case MarkKind::recover:
      painter.drawArc(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r), 480, 4500);
      break;
    case MarkKind::timer:
      painter.drawEllipse(at, r, r);
      painter.drawLine(at, at + QPointF(0, -r + 1));
      painter.drawLine(at, at + QPointF(r - 2, 0));
      break;
    case MarkKind::answer:
    case MarkKind::choice:
    case MarkKind::store:
    case MarkKind::other:
      painter.setBrush(colour);
      painter.drawEllipse(at, 2.5, 2.5);
      break;
  }
  const QFont usual = painter.font();
  painter.setFont(font_of(mark, usual));
  const QString words = words_beside(s, mark);
  if (words.isEmpty()) return painter.setFont(usual);
  QColor behind = s.theme.background;
  behind.setAlpha(200);
  const double wide = QFontMetricsF(painter.font()).horizontalAdvance(words) + 4;
  painter.fillRect(QRectF(at.x() + 12, at.y() - 8, wide, 16), behind);
  const bool quiet = mark.kind == MarkKind::store || mark.kind == MarkKind::choice;
  painter.setPen(quiet                          ? s.theme.faint
                 : mark.kind == MarkKind::timer ? s.theme.text  // yellow is too light for words
                                                : colour);
  painter.drawText(
      QRectF(at.x() + 14, at.y() - 9, wide, 18), Qt::AlignLeft | Qt::AlignVCenter, words);
  painter.setFont(usual);
}

/// What stands at the right of a mark; "" if there is no room.
QString SequencePainter::words_beside(const Scene& s, const Mark& mark) const {
  if (s.dense || !filter_.notes) return {};
  const double column = (s.width - gutter_) / std::max(shown_lanes(), 1);
  const double room = std::min(column - 24, s.width - lane_x(mark.lane, s.width) - 18);
  if (room < least_room) return {};
  const QFontMetricsF metrics(font_of(mark, s.painter.font()));
  return metrics.elidedText(text_of(said(mark.words)), Qt::ElideRight, room);
}

/// How far to the right the words of a lane reach, at this height.
double SequencePainter::words_end(const Scene& s, int lane, double y) const {
  constexpr double near = 13;  // UNITS: pixels; half a line, and half a label
  double end = lane_x(lane, s.width);
  const int first = axis_.step_at(s.viewport.to_position(y - near));
  auto it = std::ranges::lower_bound(sequence_.marks, Place{std::max(first, 0), 0}, {}, &Mark::at);
  for (; it != sequence_.marks.end(); ++it) {
    const double at = s.viewport.to_pixel(axis_.at(it->at));
    if (at > y + near) break;
    if (it->lane != lane || at < y - near || !filter_.shows(*it)) continue;
    const QFontMetricsF metrics(font_of(*it, s.painter.font()));
    const double wide = metrics.horizontalAdvance(words_beside(s, *it));
    if (wide > 0) end = std::max(end, lane_x(lane, s.width) + 16 + wide);
  }
  return end;
}

void SequencePainter::paint_violations(Scene& s) const {
  for (const Violation& violation : sequence_.violations) {
    if (violation.at.step < s.first || violation.at.step > s.last) continue;
    const double y = s.viewport.to_pixel(axis_.at(violation.at));
    QColor band = s.theme.alarm;
    s.painter.setPen(QPen(band, 1.5));
    s.painter.drawLine(QPointF(gutter_ - 4, y), QPointF(s.width, y));
    if (s.dense) continue;
    const QString words =
        QObject::tr("%1 is violated: %2")
            .arg(text_of(violation.code), text_of(trace::reason(violation.sentence, language())));
    QFont font = s.painter.font();
    font.setBold(true);
    const QFontMetricsF metrics(font);
    const double room = s.width - gutter_ - 20;
    const QString shown = metrics.elidedText(words, Qt::ElideRight, room - 12);
    const QRectF box(gutter_ + 4, y - 9, metrics.horizontalAdvance(shown) + 14, 18);
    s.painter.setBrush(band);
    s.painter.setPen(Qt::NoPen);
    s.painter.drawRoundedRect(box, 4, 4);
    const QFont usual = s.painter.font();
    s.painter.setFont(font);
    s.painter.setPen(s.theme.background);
    s.painter.drawText(box, Qt::AlignCenter, shown);
    s.painter.setFont(usual);
  }
}

void SequencePainter::paint_rules(Scene& s) const {
  for (const Rule& rule : rules) {
    const double y = s.viewport.to_pixel(rule.position);
    s.painter.setPen(QPen(s.theme.faint, 1));
    s.painter.drawLine(QPointF(0, y), QPointF(s.width, y));
  }
  if (!cursor) return;
  const double y = s.viewport.to_pixel(*cursor);
  s.painter.setPen(QPen(s.theme.commit, 1, Qt::DashLine));
  s.painter.drawLine(QPointF(0, y), QPointF(s.width, y));
}

/// At the left, above its line, where only numbers of steps are.
void SequencePainter::paint_rule_words(Scene& s) const {
  const QFont usual = s.painter.font();
  QFont font = small_font(s.painter);
  font.setItalic(true);
  const QFontMetricsF metrics(font);
  s.painter.setFont(font);
  for (const Rule& rule : rules) {
    const double y = s.viewport.to_pixel(rule.position);
    if (y < -20 || y > s.viewport.height + 20.0) continue;
    const double wide = metrics.horizontalAdvance(rule.words) + 8;
    const QRectF box(1, y - 15, wide, 14);
    QColor behind = s.theme.background;
    behind.setAlpha(225);
    s.painter.fillRect(box, behind);
    s.painter.setPen(s.theme.faint);
    s.painter.drawText(box, Qt::AlignCenter, rule.words);
  }
  s.painter.setFont(usual);
}

/// At the end of its lane: who waits for ever, and what would end that.
void SequencePainter::paint_stuck(Scene& s) const {
  const double y = s.viewport.to_pixel(axis_.length()) + (s.dense ? 0 : 4);
  if (y > s.viewport.height + 20.0) return;
  const QFont usual = s.painter.font();
  QFont font = usual;
  font.setBold(true);
  s.painter.setFont(font);
  const QFontMetricsF metrics(font);
  const double column = (s.width - gutter_) / std::max(shown_lanes(), 1);
  for (const Stuck& each : sequence_.stuck) {
    if (!filter_.shows_lane(each.lane)) continue;
    const double x = lane_x(each.lane, s.width);
    const bool alone = sequence_.stuck.size() == 1;  // it may reach into other columns
    const double room = alone ? s.width - gutter_ - 12 : std::min(column - 4, s.width - x + 4);
    QString words = QObject::tr("blocked until %1").arg(text_of(each.words));
    if (each.words.empty() || metrics.horizontalAdvance(words) + 16 > room)
      words = QObject::tr("blocked");
    const double wide = metrics.horizontalAdvance(words) + 16;
    const QRectF box(std::min(x - 8, s.width - wide - 4), y - 9, wide, 18);
    s.painter.setPen(Qt::NoPen);
    s.painter.setBrush(s.theme.alarm);
    s.painter.drawRoundedRect(box, 4, 4);
    s.painter.setPen(s.theme.background);
    s.painter.drawText(box, Qt::AlignCenter, words);
  }
  s.painter.setFont(usual);
}

}  // namespace concordat::gui
