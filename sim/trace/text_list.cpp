// The steps as a list, for many processes or a narrow terminal.
//
//       2  p1   ► prepare from c
//               ■ force prepared
//               ✓ vote yes   ← yes to c
//
// In a timed run the time of a step stands beside its number, and what came later in it begins a
// line with "+2ms" there.
#include <algorithm>

#include "sim/trace/phrase.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/text_parts.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

class List {
 public:
  List(const Trace& trace, const TextOptions& options)
      : trace_(trace), options_(options), signs_(signs(options.unicode)) {
    for (const Step& step : trace.steps)
      number_width_ = std::max(number_width_, column_count(std::to_string(step.index)));
    time_width_ = time_column_width(trace);
    for (const Process& process : trace.processes)
      name_width_ = std::max(name_width_, std::min(column_count(process.name), 12));
    time_start_ = number_width_ + 2;
    name_start_ = time_start_ + (time_width_ > 0 ? time_width_ + 2 : 0);
    start_ = name_start_ + name_width_ + 2;
  }

  std::string draw() {
    for (const Step& step : trace_.steps)
      draw_step(step);
    return std::move(out_);
  }

 private:
  void draw_step(const Step& step) {
    step_ = &step;
    shown_us_ = step.time_us;
    const Note event = note_of(trace_, step, signs_);
    if (step.kind == EventKind::partition) {
      add({U"", groups_text(step), Style::bad});
    } else if (!event.words.empty()) {
      add(event);
    }
    for (const Effect& effect : step.effects) {
      move_to(step, effect);
      add(note_of(trace_, effect, signs_));
    }
    for (const Change& change : step.changes) {
      if (change.part == "store" || options_.details)
        add({std::u32string(1, signs_.store),
             change.where + " " + words_of(change, signs_),
             Style::dim});
    }
    if (line_empty() && step_ != nullptr) add({U"", step.event, Style::plain});
    flush();
    offset_.clear();
    for (const PropertyStatus& property : step.properties) {
      if (property.status != "violated") continue;
      add({std::u32string(1, signs_.violated),
           property.name + " violated: " + property.sentence,
           Style::bad});
      flush();
    }
  }

  /// What comes later than the line before it begins a line of its own.
  void move_to(const Step& step, const Effect& effect) {
    const std::optional<std::int64_t> us = time_of(step, effect);
    if (!us || us == shown_us_) return;
    flush();
    shown_us_ = us;
    offset_ = offset_text(step, effect);
  }

  bool line_empty() const { return notes_.empty(); }

  /// Adds a note to the line, or to the next line when it is long or important.
  void add(const Note& note) {
    const bool small = note.style == Style::plain || note.style == Style::dim;
    int columns = columns_of(note);
    for (const Note& n : notes_)
      columns += columns_of(n) + gap;
    if (!small || columns > options_.width - start_) flush();
    notes_.push_back(note);
    if (!small) flush();
  }

  static int columns_of(const Note& note) {
    const int sign = note.sign.empty() ? 0 : static_cast<int>(note.sign.size()) + 1;
    return sign + column_count(note.words);
  }

  /// A line with the step's number, time and process, or how much later it is, where that is still
  /// to come.
  Row new_line() {
    Row row(options_.width, options_.unicode);
    if (step_ == nullptr) {
      row.put(name_start_ - 2 - column_count(offset_), offset_, Style::dim);
      offset_.clear();
      return row;
    }
    const std::string number = std::to_string(step_->index);
    row.put(number_width_ - column_count(number), number, Style::dim);
    if (step_->time_us) {
      const std::string time = time_text(*step_->time_us);
      row.put(name_start_ - 2 - column_count(time), time, Style::dim);
    }
    row.put(name_start_, step_->process.empty() ? step_->node : step_->process, Style::title);
    step_ = nullptr;
    return row;
  }

  void flush() {
    if (notes_.empty()) return;
    Row row = new_line();
    int at = start_;
    for (const Note& note : notes_) {
      if (!note.sign.empty()) at = row.put(at, note.sign, note.style) + 1;
      const std::vector<std::string> lines =
          wrap(note.words, std::max(options_.width - at, 10));  // several only for a lone long note
      for (const std::string& line : lines) {
        if (&line != &lines.front()) {
          out_ += row.text(options_.colour) + "\n";
          row = new_line();
        }
        row.put(at, line, note.style);
      }
      at += column_count(lines.back()) + gap;
    }
    notes_.clear();
    out_ += row.text(options_.colour) + "\n";
  }

  static constexpr int gap = 3;
  const Trace& trace_;
  const TextOptions& options_;
  const Signs& signs_;
  int number_width_ = 3;
  int time_width_ = 0;
  int name_width_ = 2;
  int time_start_ = 0;
  int name_start_ = 0;
  int start_ = 0;
  std::string out_;
  std::vector<Note> notes_;               // of the line being filled
  const Step* step_ = nullptr;            // the step whose number is still to be drawn
  std::optional<std::int64_t> shown_us_;  // the time of the line before
  std::string offset_;                    // still to be drawn: "+2ms"
};

}  // namespace

std::string draw_list(const Trace& trace, const TextOptions& options) {
  return List(trace, options).draw();
}

}  // namespace concordat::trace
