// The times of a timed run, below the drawing.
//
//       client told after 14ms, last decision after 12.021s
//
//             0         2s        4s        6s        8s        10s       12s
//             ├─────────┼─────────┼─────────┼─────────┼─────────┼─────────┤
//       c     ◆░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░──────────
//       p2    ████████████████████████████████████████████████████████▒▒▒▒◆
//             ░ down   █ blocked   ▒ in doubt   ◆ decides
//
//                       from       to      for
//       in doubt  p2     7ms  12.021s  12.014s
//
// One column of the timeline is 1, 2 or 5 times a power of ten, so that every tenth column is a
// round time. What is shorter than a column still fills one; where several things are the case at
// once, the column shows the one that comes first in the legend.
#include <algorithm>
#include <array>
#include <limits>

#include "sim/trace/phrase.hpp"
#include "sim/trace/style.hpp"
#include "sim/trace/text_parts.hpp"
#include "sim/trace/times.hpp"

namespace concordat::trace {

namespace {

/// A table whose columns are as wide as their texts: the first ones left, the others right.
class Table {
 public:
  explicit Table(std::size_t left_count) : left_count_(left_count) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

  /// With a gap at its end.
  int width() const {
    int width = indent;
    for (std::size_t i = 0; i < widths().size(); ++i)
      width += widths()[i] + gap;
    return width;
  }

  /// The lines; the first row is the head.
  std::vector<Row> lines(const TextOptions& options) const {
    const std::vector<int> width = widths();
    std::vector<Row> out;
    for (const std::vector<std::string>& cells : rows_) {
      Row row(options.width, options.unicode);
      int at = indent;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const int room = i < left_count_ ? 0 : width[i] - column_count(cells[i]);
        const Style style = out.empty() ? Style::dim : i == 0 ? Style::title : Style::plain;
        row.put(at + room, cells[i], style);
        at += width[i] + gap;
      }
      out.push_back(std::move(row));
    }
    return out;
  }

 private:
  static constexpr int indent = 2;
  static constexpr int gap = 2;

  std::vector<int> widths() const {
    std::vector<int> out;
    for (const std::vector<std::string>& cells : rows_) {
      out.resize(std::max(out.size(), cells.size()));
      for (std::size_t i = 0; i < cells.size(); ++i)
        out[i] = std::max(out[i], column_count(cells[i]));
    }
    return out;
  }

  std::size_t left_count_;
  std::vector<std::vector<std::string>> rows_;
};

/// Least, middle and greatest of some latencies, as texts; "-" where there is none.
std::vector<std::string> spread(std::vector<std::int64_t> values) {
  if (values.empty()) return {"-", "-", "-"};
  std::ranges::sort(values);
  return {time_text(values.front()),
          time_text(values[(values.size() - 1) / 2]),
          time_text(values.back())};
}

/// One lane per process, and one for the network where it was cut.
class Timeline {
 public:
  Timeline(const Trace& trace, const TextOptions& options)
      : trace_(trace), options_(options), signs_(signs(options.unicode)) {
    int name_width = 4;
    for (const Process& p : trace.processes)
      name_width = std::max(name_width, std::min(column_count(p.name), 16));
    first_ = 2 + name_width + 2;
    constexpr std::int64_t end_max = 1'000'000'000'000'000'000;  // leaves room for the last tick
    end_us_ = std::clamp<std::int64_t>(trace.timed->end_us, 0, end_max);
    choose_scale();
  }

  std::string draw() {
    if (end_us_ == 0 || trace_.timed->intervals.empty()) return "";
    draw_axis();
    for (const Process& p : trace_.processes)
      draw_process(p);
    const bool cut = fill(signs_.lost, Style::bad, "cut", "");
    if (cut) emit("cut");
    draw_legend();
    return "\n" + out_;
  }

 private:
  void choose_scale() {
    const std::int64_t least_us = (end_us_ - 1) / std::max(options_.width - first_ - 1, 10) + 1;
    std::int64_t ten = 1;
    while (ten * 10 <= least_us)
      ten *= 10;
    for (const int times : {10, 5, 2, 1})
      if (times * ten >= least_us) column_us_ = times * ten;
    columns_ = static_cast<int>((end_us_ - 1) / column_us_) + 1;
  }

  /// The columns of [from, to), at least one; {0, -1} if it is outside the run.
  struct Columns {
    int first = 0;
    int last = -1;
  };
  Columns columns_of(std::int64_t from_us, std::int64_t to_us) const {
    if (from_us > end_us_ || to_us < 0) return {};
    const auto column = [&](std::int64_t us) {
      return static_cast<int>(std::clamp<std::int64_t>(us, 0, end_us_ - 1) / column_us_);
    };
    const int first = column(from_us);
    return {first, std::max(first, to_us > 0 ? column(to_us - 1) : 0)};
  }

  void draw_axis() {
    constexpr int tick = 10;
    Row times(options_.width, options_.unicode);
    Row line(options_.width, options_.unicode);
    for (int i = 0; i <= columns_; ++i)
      line.put(first_ + i, signs_.line, Style::dim);
    for (int i = 0; i <= columns_; i += tick) {
      line.put(first_ + i, i == 0 ? signs_.from_right : signs_.cross, Style::dim);
      const std::string label = i == 0 ? "0" : time_text(i * column_us_);
      if (column_count(label) < tick && first_ + i + column_count(label) <= options_.width)
        times.put(first_ + i, label, Style::dim);
    }
    line.put(first_ + columns_, signs_.from_left, Style::dim);
    out_ += times.text(options_.colour) + "\n" + line.text(options_.colour) + "\n";
  }

  struct Cell {
    char32_t sign = U' ';
    Style style = Style::plain;
  };

  void clear() { cells_.assign(static_cast<std::size_t>(columns_), {signs_.line, Style::dim}); }

  void put(Columns columns, char32_t sign, Style style) {
    for (int i = columns.first; i <= columns.last; ++i)
      cells_[static_cast<std::size_t>(i)] = {sign, style};
  }

  /// RETURNS: whether there was anything to fill.
  bool fill(char32_t sign, Style style, std::string_view kind, std::string_view who) {
    if (who.empty()) clear();
    bool any = false;
    for (const Interval& interval : trace_.timed->intervals) {
      if (interval.kind != kind || interval.who != who) continue;
      put(columns_of(interval.from_us, end_of(interval, *trace_.timed)), sign, style);
      any = true;
    }
    if (any) used_.push_back(sign);
    return any;
  }

  /// From the least to the most telling: the later one covers the earlier one.
  void draw_process(const Process& p) {
    clear();
    fill(signs_.bar_doubt, Style::warn, "in_doubt", p.name);
    fill(signs_.bar_blocked, Style::bad, "blocked", p.name);
    fill(signs_.bar_paused, Style::plain, "paused", p.node);
    fill(signs_.bar_down, Style::dim, "down", p.node);
    if (trace_.transactions == 1) mark_decisions(p);
    emit(p.name);
  }

  void mark_decisions(const Process& p) {
    for (const Step& step : trace_.steps) {
      for (const Effect& effect : step.effects) {
        if (effect.kind != EffectKind::decide || effect.process != p.name) continue;
        const std::optional<std::int64_t> us = time_of(step, effect);
        if (!us) continue;
        put(columns_of(*us, *us),
            signs_.decide,
            effect.text == "commit" ? Style::good : Style::bad);
        used_.push_back(signs_.decide);
      }
    }
  }

  void emit(const std::string& name) {
    Row row(options_.width, options_.unicode);
    row.put(2, name, Style::title);
    for (int i = -2; i < 0; ++i)
      row.put(first_ + i, U' ', Style::plain);  // a long name ends here
    for (std::size_t i = 0; i < cells_.size(); ++i)
      row.put(first_ + static_cast<int>(i), cells_[i].sign, cells_[i].style);
    out_ += row.text(options_.colour) + "\n";
  }

  void draw_legend() {
    const std::array<std::pair<char32_t, std::string_view>, 6> meanings = {
        {{signs_.decide, "decides"},
         {signs_.bar_down, "down"},
         {signs_.bar_paused, "paused"},
         {signs_.bar_blocked, "blocked"},
         {signs_.bar_doubt, "in doubt"},
         {signs_.lost, "cut"}}};
    std::vector<std::string> parts;
    for (const auto& [sign, meaning] : meanings)
      if (std::ranges::find(used_, sign) != used_.end())
        parts.push_back(encode(std::u32string(1, sign)) + " " + std::string(meaning));
    Row row(options_.width, options_.unicode);
    for (const std::string& line : flow(parts, 3, options_.width - first_)) {
      row.put(first_, line, Style::dim);
      out_ += row.text(options_.colour) + "\n";
      row = Row(options_.width, options_.unicode);
    }
  }

  const Trace& trace_;
  const TextOptions& options_;
  const Signs& signs_;
  std::string out_;
  int first_ = 0;            // the column of time 0
  int columns_ = 1;          // of the axis
  std::int64_t end_us_ = 0;  // of the run
  std::int64_t column_us_ = 1;
  std::vector<Cell> cells_;  // of the lane being filled
  std::vector<char32_t> used_;
};

class Times {
 public:
  Times(const Trace& trace, const TextOptions& options)
      : trace_(trace), timed_(*trace.timed), options_(options) {}

  std::string draw() {
    draw_latencies();
    out_ += Timeline(trace_, options_).draw();
    draw_intervals();
    return std::move(out_);
  }

 private:
  void emit(const Table& table) {
    out_ += "\n";
    for (const Row& row : table.lines(options_))
      out_ += row.text(options_.colour) + "\n";
  }

  void emit_words(const std::string& words) {
    Row row(options_.width, options_.unicode);
    for (const std::string& line : wrap(words, options_.width - 2)) {
      row.put(2, line, Style::plain);
      out_ += row.text(options_.colour) + "\n";
      row = Row(options_.width, options_.unicode);
    }
  }

  // ---- latencies ----

  void draw_latencies() {
    constexpr std::size_t rows_max = 10;
    const std::size_t count = timed_.transactions.size();
    if (count == 1) {
      out_ += "\n";
      emit_words(latency_words(timed_.transactions.front()));
    } else if (count > rows_max) {
      draw_spreads();
    } else if (count > 1) {
      draw_each();
    }
  }

  static std::string after(const TxTimes& t, const std::optional<std::int64_t>& us) {
    return us ? time_text(span_us(t.started_us, *us)) : "-";
  }

  void draw_each() {
    Table table(1);
    table.add({"", "started", "client told after", "last decision after"});
    for (const TxTimes& t : timed_.transactions)
      table.add({"t" + std::to_string(t.tx),
                 time_text(t.started_us),
                 after(t, t.answered_us),
                 after(t, t.decided_us)});
    if (table.width() <= options_.width) return emit(table);
    out_ += "\n";
    for (const TxTimes& t : timed_.transactions)
      emit_words("t" + std::to_string(t.tx) + " " + latency_words(t));
  }

  void draw_spreads() {
    std::vector<std::int64_t> answered;
    std::vector<std::int64_t> decided;
    for (const TxTimes& t : timed_.transactions) {
      if (t.answered_us) answered.push_back(span_us(t.started_us, *t.answered_us));
      if (t.decided_us) decided.push_back(span_us(t.started_us, *t.decided_us));
    }
    const std::string title = std::to_string(timed_.transactions.size()) + " transactions";
    Table table(1);
    table.add({title, "count", "least", "median", "most"});
    for (const auto& [name, values] :
         {std::pair("client told after", &answered), std::pair("last decision after", &decided)}) {
      std::vector<std::string> cells = spread(*values);
      cells.insert(cells.begin(), {name, std::to_string(values->size())});
      table.add(std::move(cells));
    }
    if (table.width() <= options_.width) return emit(table);
    out_ += "\n";
    emit_words(title);
    for (const std::vector<std::string>& cells : table.rows())
      if (cells.front() != title)
        emit_words(cells[0] + " " + cells[2] + " to " + cells[4] + ", median " + cells[3] + ", " +
                   cells[1] + " times");
  }

  // ---- intervals ----

  void draw_intervals() {
    const std::vector<IntervalGroup> groups = interval_groups(trace_);
    if (groups.empty()) return;
    Table table(2);
    std::vector<std::string> remarks = {""};
    table.add({"", "", "from", "to", "for"});
    std::string kind;
    for (const IntervalGroup& group : groups) {
      const std::string title(group.kind == kind ? "" : kind_words(group.kind));
      kind = group.kind;
      add_group(group, title, table, remarks);
    }
    constexpr int remark_min = 16;
    const bool remarked =
        std::ranges::any_of(remarks, [](const std::string& text) { return !text.empty(); });
    if (table.width() + (remarked ? remark_min : 0) > options_.width) return draw_stacked(groups);
    emit_with(table, remarks);
  }

  void add_group(const IntervalGroup& group,
                 std::string title,
                 Table& table,
                 std::vector<std::string>& remarks) const {
    if (group.many()) {
      table.add({title,
                 group.who,
                 time_text(group.members.front().from_us),
                 time_text(last_end(group)),
                 time_text(group.total_us)});
      remarks.push_back(many_words(group));
      return;
    }
    for (const Interval& interval : group.members) {
      const std::int64_t to_us = end_of(interval, timed_);
      table.add({title,
                 tx_prefix(trace_, interval.tx) + interval.who,
                 time_text(interval.from_us),
                 interval.to_us ? time_text(to_us) : "the end",
                 time_text(span_us(interval.from_us, to_us))});
      remarks.push_back(remark_of(interval));
      title.clear();
    }
  }

  std::int64_t last_end(const IntervalGroup& group) const {
    std::int64_t last_us = std::numeric_limits<std::int64_t>::min();
    for (const Interval& interval : group.members)
      last_us = std::max(last_us, end_of(interval, timed_));
    return last_us;
  }

  static std::string many_words(const IntervalGroup& group) {
    return std::to_string(group.members.size()) + " times, at most " + time_text(group.longest_us);
  }

  static std::string remark_of(const Interval& interval) {
    const bool waits = interval.kind == "blocked" && !interval.text.empty();
    return (waits ? "waits for " : "") + interval.text;
  }

  void emit_with(const Table& table, const std::vector<std::string>& remarks) {
    std::vector<Row> rows = table.lines(options_);
    out_ += "\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (const std::string& line :
           wrap(remarks[i], std::max(options_.width - table.width(), 2))) {
        rows[i].put(table.width(), line, Style::plain);
        out_ += rows[i].text(options_.colour) + "\n";
        rows[i] = Row(options_.width, options_.unicode);
      }
    }
  }

  /// For a narrow terminal: one sentence each.
  void draw_stacked(const std::vector<IntervalGroup>& groups) {
    out_ += "\n";
    for (const IntervalGroup& group : groups) {
      const std::string kind(kind_words(group.kind));
      if (group.many()) {
        const std::string in_all = time_text(group.total_us) + " in all";
        emit_words(join({kind, group.who, many_words(group) + ",", in_all}, " "));
        continue;
      }
      for (const Interval& interval : group.members) {
        const std::string who = tx_prefix(trace_, interval.tx) + interval.who;
        const std::string name = who.empty() ? kind : join({kind, who}, " ");
        const std::string end = interval.to_us ? time_text(*interval.to_us) : "the end";
        const std::string length = time_text(span_us(interval.from_us, end_of(interval, timed_)));
        emit_words(join({name, time_text(interval.from_us), "to", end + ":", length}, " "));
      }
    }
  }

  const Trace& trace_;
  const Timed& timed_;
  const TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string draw_times(const Trace& trace, const TextOptions& options) {
  return trace.timed ? Times(trace, options).draw() : "";
}

}  // namespace concordat::trace
