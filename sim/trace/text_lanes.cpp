// One lane per process: see text.hpp for a picture.
#include <algorithm>

#include "sim/trace/phrase.hpp"
#include "sim/trace/status.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/text_parts.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

/// Where everything stands on a line. The time of a step stands beside its number; what came later
/// in it has "+2ms" there.
///
///     |number|  |time|  lane 0 ....... lane 1 ....... lane n-1 .......|
///                       ^first         ^first + pitch                 ^width
struct Layout {
  int width = 0;
  int number_width = 0;
  int time_width = 0;
  int first = 0;
  int pitch = 0;
  int lanes = 0;

  int lane(int index) const { return first + index * pitch; }
  /// Columns for words beside a lane, sign and gaps apart.
  int words(int index) const {
    return (index + 1 == lanes ? width : lane(index + 1)) - lane(index) - 3;
  }
};

constexpr int pitch_min = 11;  // "■ prepared"
constexpr int pitch_max = 30;
constexpr int note_gap = 3;  // between two notes on one line

Layout layout_of(const Trace& trace, int width) {
  Layout layout;
  layout.width = std::max(width, 40);
  layout.lanes = static_cast<int>(trace.processes.size());
  layout.number_width =
      std::max(3, trace.steps.empty() ? 0 : column_count(std::to_string(trace.steps.back().index)));
  layout.time_width = time_column_width(trace);
  layout.first = layout.number_width + 2 + (layout.time_width > 0 ? layout.time_width + 2 : 0);
  if (layout.lanes > 0) {
    layout.pitch = std::min((layout.width - layout.first) / layout.lanes, pitch_max);
    layout.width = std::min(layout.width, layout.first + layout.lanes * layout.pitch + 12);
  }
  return layout;
}

/// Draws the lanes, row by row.
class Lanes {
 public:
  Lanes(const Trace& trace, const TextOptions& options, const Layout& layout)
      : trace_(trace),
        options_(options),
        layout_(layout),
        signs_(signs(options.unicode)),
        status_(trace) {}

  std::string draw() {
    header();
    for (const Step& step : trace_.steps)
      draw_step(step);
    return std::move(out_);
  }

 private:
  // ---- lines ----

  Row blank() const { return {layout_.width, options_.unicode}; }

  Style lane_style(int lane) const {
    const auto process = static_cast<std::size_t>(lane);
    if (!status_.up(process)) return Style::dim;
    if (status_.in_doubt(process)) return Style::warn;
    const std::string_view decision = status_.decision(process);
    if (decision == "commit") return Style::good;
    return decision == "abort" ? Style::bad : Style::dim;
  }

  char32_t lane_sign(int lane) const {
    const auto process = static_cast<std::size_t>(lane);
    if (!status_.up(process)) return signs_.lane_down;
    if (status_.paused(process)) return signs_.lane_paused;
    return status_.in_doubt(process) ? signs_.lane_doubt : signs_.lane;
  }

  Row lanes() const {
    Row row = blank();
    for (int i = 0; i < layout_.lanes; ++i)
      row.put(layout_.lane(i), lane_sign(i), lane_style(i));
    return row;
  }

  /// Adds the row; the first row of a step carries its number and time, and the first row of what
  /// came later how much later.
  void emit(Row row) {
    if (numbered_ != nullptr) {
      const std::string number = std::to_string(numbered_->index);
      row.put(layout_.number_width - column_count(number), number, Style::dim);
      if (numbered_->time_us) {
        const std::string time = time_text(*numbered_->time_us);
        row.put(layout_.first - 2 - column_count(time), time, Style::dim);
      }
      numbered_ = nullptr;
    } else if (!offset_.empty()) {
      row.put(layout_.first - 2 - column_count(offset_), offset_, Style::dim);
      offset_.clear();
    }
    out_ += row.text(options_.colour);
    out_ += '\n';
    ++rows_since_header_;
  }

  void header() {
    Row names = blank();
    Row roles = blank();
    bool roles_fit = true;
    for (int i = 0; i < layout_.lanes; ++i) {
      const Process& p = trace_.processes[static_cast<std::size_t>(i)];
      names.put(layout_.lane(i), p.name, Style::title);
      const std::string role = p.node == p.name ? p.role : p.role + " on " + p.node;
      roles_fit = roles_fit && column_count(role) <= layout_.pitch - 1;
      roles.put(layout_.lane(i), role, Style::dim);
    }
    emit(names);
    if (roles_fit) emit(roles);
    rows_since_header_ = 0;
  }

  /// Draws a note in its lane, wrapped where it does not fit. Small notes wait for the next one and
  /// share a line with it.
  void add_note(int lane, const Note& note) {
    const bool small = note.style == Style::plain || note.style == Style::dim;
    if (!waiting_.empty() && (lane != waiting_lane_ || !small || !fits(lane, note))) flush();
    if (waiting_.empty()) waiting_row_ = lanes();
    waiting_.push_back(note);
    waiting_lane_ = lane;
    if (!small) flush();
  }

  bool fits(int lane, const Note& note) const {
    int columns = 0;
    for (const Note& n : waiting_)
      columns += columns_of(n) + note_gap;
    return columns + columns_of(note) <= layout_.words(lane) + 2;
  }

  static int columns_of(const Note& note) {
    return static_cast<int>(note.sign.size()) + 1 + column_count(note.words);
  }

  void flush() {
    if (waiting_.empty()) return;
    const std::vector<Note> notes = std::move(waiting_);
    waiting_.clear();
    const int x = layout_.lane(waiting_lane_);
    if (notes.size() > 1) {
      int at = x;
      for (const Note& note : notes) {
        waiting_row_.put(at, note.sign, note.style);
        waiting_row_.put(at + static_cast<int>(note.sign.size()) + 1, note.words, note.style);
        at += columns_of(note) + note_gap;
      }
      emit(waiting_row_);
      return;
    }
    const Note& note = notes.front();
    const int indent = static_cast<int>(note.sign.size()) + 1;
    Row row = waiting_row_;
    row.put(x, note.sign, note.style);
    for (const std::string& line :
         wrap(note.words, std::max(layout_.words(waiting_lane_) + 2 - indent, 8))) {
      row.put(x + indent, line, note.style);
      emit(row);
      row = lanes();
    }
  }

  /// A line across all lanes, for what concerns the whole network.
  void emit_across(const std::string& words, Style style) {
    flush();
    Row row = blank();
    for (int column = layout_.first; column < layout_.width; ++column)
      row.put(column, signs_.dashes, style);
    row.put(layout_.first + 4, " " + words + " ", style);
    emit(std::move(row));
  }

  void emit_violation(const PropertyStatus& property) {
    const std::string words = property.name + " violated: " + property.sentence;
    bool first = true;
    for (const std::string& line : wrap(words, layout_.width - layout_.first - 2)) {
      Row row = blank();
      if (first) row.put(layout_.first, signs_.violated, Style::bad);
      row.put(layout_.first + 2, line, Style::bad);
      emit(std::move(row));
      first = false;
    }
  }

  // ---- arrows ----

  struct Arrow {
    int from = 0;
    int to = 0;
    std::string label;
    bool lost = false;
    bool light = false;  // free, within a node: dashes
  };

  void emit_arrow(const Arrow& arrow) {
    flush();
    Row row = lanes();
    const bool right = arrow.to > arrow.from;
    const Style style = arrow.lost ? Style::bad : Style::plain;
    const char32_t line = arrow.light ? signs_.dashes : signs_.line;
    const int step = right ? 1 : -1;
    const int end = layout_.lane(arrow.to) - step;
    for (int x = layout_.lane(arrow.from) + step; x != end + step; x += step)
      row.put(x, line, style);
    for (int i = std::min(arrow.from, arrow.to) + 1; i < std::max(arrow.from, arrow.to); ++i) {
      const bool plain = lane_sign(i) == signs_.lane;
      const bool doubt = lane_sign(i) == signs_.lane_doubt;
      row.put(layout_.lane(i),
              plain   ? signs_.cross
              : doubt ? signs_.cross_doubt
                      : lane_sign(i),
              lane_style(i));
    }
    put_tail(row, arrow.from, right);
    row.put(end, arrow.lost ? signs_.lost : right ? signs_.head_right : signs_.head_left, style);
    put_label(row, arrow, style);
    emit(std::move(row));
  }

  void put_tail(Row& row, int lane, bool right) const {
    const bool doubt = lane_sign(lane) == signs_.lane_doubt;
    if (!doubt && lane_sign(lane) != signs_.lane) return;
    const char32_t plain = right ? signs_.from_right : signs_.from_left;
    const char32_t heavy = right ? signs_.from_right_doubt : signs_.from_left_doubt;
    row.put(layout_.lane(lane), doubt ? heavy : plain, lane_style(lane));
  }

  /// The message's name in the gap beside the receiver, where the eye is.
  void put_label(Row& row, const Arrow& arrow, Style style) const {
    const int left = arrow.to > arrow.from ? layout_.lane(arrow.to - 1) : layout_.lane(arrow.to);
    const int room = layout_.pitch - 5;
    std::u32string label = decode(arrow.label);
    int columns = column_count(arrow.label);
    while (columns > room && !label.empty()) {
      columns -= column_count(label.back());
      label.pop_back();
    }
    row.put(left + 1 + (layout_.pitch - 1 - columns) / 2,
            label,
            style == Style::plain ? Style::bold : style);
  }

  // ---- steps ----

  void draw_step(const Step& step) {
    constexpr int rows_between_headers = 60;
    if (rows_since_header_ > rows_between_headers) header();
    numbered_ = &step;
    shown_us_ = step.time_us;
    draw_event(step);
    for (const Effect& effect : step.effects)
      draw_effect(step, effect);
    status_.finish(step);
    for (const Change& change : step.changes)
      draw_change(change);
    flush();
    if (numbered_ != nullptr) emit(lanes());
    offset_.clear();
    for (const PropertyStatus& property : step.properties)
      if (property.status == "violated") emit_violation(property);
  }

  void draw_event(const Step& step) {
    if (step.kind == EventKind::partition) return emit_across(groups_text(step), Style::bad);
    if (step.kind == EventKind::heal) return emit_across(step.event, Style::good);
    const Note note = note_of(trace_, step, signs_);
    if (note.words.empty()) return;
    const int lane = lane_of(step);
    if (lane >= 0) {
      add_note(lane, note);
    } else {
      emit_across(note.words, note.style);
    }
  }

  int lane_of(const Step& step) const {
    const int lane = status_.index_of(step.process);
    return lane >= 0 ? lane : status_.first_on(step.node);
  }

  /// What comes later than the line before it begins a line of its own.
  void move_to(const Step& step, const Effect& effect) {
    const std::optional<std::int64_t> us = time_of(step, effect);
    if (!us || us == shown_us_) return;
    flush();
    if (numbered_ != nullptr) emit(lanes());
    shown_us_ = us;
    offset_ = offset_text(step, effect);
  }

  void draw_effect(const Step& step, const Effect& effect) {
    move_to(step, effect);
    if (effect.kind == EffectKind::receive || effect.kind == EffectKind::lost) {
      draw_message(effect, step.kind == EventKind::duplicate);
    } else if (effect.kind == EffectKind::crash || effect.kind == EffectKind::recover) {
      draw_node(step, effect);
    } else {
      Note note = note_of(trace_, effect, signs_);
      const int own = status_.index_of(effect.process);
      const int lane = own >= 0 ? own : lane_of(step);
      status_.apply(step, effect);
      if (lane >= 0) {
        if (effect.suppressed) note.sign = std::u32string(1, lane_sign(lane));
        add_note(lane, note);
      } else {
        emit_across(note.words, note.style);
      }
    }
  }

  /// With `stays`, a copy of the message stays in flight.
  void draw_message(const Effect& effect, bool stays) {
    const bool copied = stays && effect.kind == EffectKind::receive;
    const std::string label =
        tx_prefix(trace_, effect.tx) + effect.message + (copied ? " + copy" : "");
    for (const std::string& receiver : effect.to) {
      const int from = status_.index_of(effect.from);
      const int to = status_.index_of(receiver);
      if (from >= 0 && to >= 0 && from != to) {
        emit_arrow({from, to, label, effect.kind == EffectKind::lost, effect.local});
      } else if (std::max(from, to) >= 0) {
        add_note(std::max(from, to), note_of(trace_, effect, signs_));
      }
    }
  }

  /// A crash and a recovery touch every process of the node.
  void draw_node(const Step& step, const Effect& effect) {
    status_.apply(step, effect);
    const Note note = note_of(trace_, effect, signs_);
    for (int i = 0; i < layout_.lanes; ++i)
      if (trace_.processes[static_cast<std::size_t>(i)].node == step.node) add_note(i, note);
  }

  void draw_change(const Change& change) {
    const bool row = change.part == "store";
    if (!row && !options_.details) return;
    const std::string process = change.where.substr(change.where.rfind(' ') + 1);
    const int own = status_.index_of(process);
    const int lane = own >= 0 ? own : status_.first_on(process);
    if (lane < 0) return;
    const std::string part = row ? "" : change.part + ": ";
    const char32_t sign = row ? signs_.store : lane_sign(lane);
    add_note(lane,
             {std::u32string(1, sign),
              part + words_of(change, signs_),
              row ? Style::plain : Style::dim});
  }

  const Trace& trace_;
  const TextOptions& options_;
  const Layout& layout_;
  const Signs& signs_;
  Status status_;
  std::string out_;
  const Step* numbered_ = nullptr;        // the step whose number is still to be drawn
  std::optional<std::int64_t> shown_us_;  // the time of the line before
  std::string offset_;                    // still to be drawn: "+2ms"
  int rows_since_header_ = 0;
  std::vector<Note> waiting_;  // notes of one lane for the next line
  int waiting_lane_ = 0;
  Row waiting_row_{0, true};  // the lanes as they were at the first of them
};

}  // namespace

bool lanes_fit(const Trace& trace, const TextOptions& options) {
  return !trace.processes.empty() && layout_of(trace, options.width).pitch >= pitch_min;
}

std::string draw_lanes(const Trace& trace, const TextOptions& options) {
  const Layout layout = layout_of(trace, options.width);
  return Lanes(trace, options, layout).draw();
}

}  // namespace concordat::trace
