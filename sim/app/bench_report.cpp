// Tables of benchmarks for people.
#include "sim/app/bench_report.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "sim/app/progress.hpp"
#include "sim/base/utf8.hpp"

namespace concordat::app {

namespace {

using bench::Estimate;
using bench::Measure;
using bench::Point;

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !continues_character(byte); }));
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string blanks(width - std::min(width, width_of(text)), ' ');
  return right ? blanks + text : text + blanks;
}

/// As many decimals as make four digits of the value.
int decimals_of(double value) {
  const double size = std::abs(value);
  if (size >= 1'000 || size == 0) return 0;
  if (size >= 100) return 1;
  if (size >= 10) return 2;
  return size >= 1 ? 3 : 4;
}

/// `12.34 ±0.41`. Shares are in percent.
std::string cell(const Measure& measure, const Estimate& estimate, std::string_view plus_minus) {
  if (!estimate.mean) return "-";
  const double scale = measure.unit == "share" ? 100 : 1;
  const double value = scale * *estimate.mean;
  const int decimals = decimals_of(value);
  std::string out = fmt::format("{:.{}f}", value, decimals);
  if (estimate.half_width)
    out += fmt::format(" {}{:.{}f}", plus_minus, scale * *estimate.half_width, decimals);
  return out;
}

std::string unit_of(const Measure& measure) {
  if (measure.unit == "share") return "%";
  return measure.unit == "count" ? "" : std::string(measure.unit);
}

/// What was not asked for, and is zero everywhere, says nothing.
std::vector<const Measure*> shown(const BenchFile& file) {
  std::vector<const Measure*> out;
  for (const std::size_t column : file.columns) {
    const bool some = std::ranges::any_of(file.points, [&](const Point& point) {
      return !point.estimates.empty() && point.estimates[column].mean.value_or(0) != 0;
    });
    if (some || file.columns_asked) out.push_back(&bench::measures()[column]);
  }
  return out;
}

/// The last part of each path, or all of it if two end alike.
std::vector<std::string> short_places(const BenchFile& file) {
  std::vector<std::string> out;
  const auto last = [](const std::string& path) { return path.substr(path.rfind('.') + 1); };
  for (const std::string& path : file.places) {
    const auto alike = std::ranges::count_if(
        file.places, [&](const std::string& other) { return last(other) == last(path); });
    out.push_back(alike > 1 ? path : last(path));
  }
  return out;
}

std::string value_at(const Point& point, const std::string& place) {
  for (const auto& [path, value] : point.place)
    if (path == place) return value;
  return "";
}

std::string name_of(const Point& point) {
  return format(point.contender) + (point.cut ? " (stopped)" : "");
}

/// The columns that say which point it is.
std::vector<std::string> heads(const BenchFile& file) {
  std::vector<std::string> out;
  if (file.has_variants()) out.emplace_back("variant");
  const auto places = short_places(file);
  out.insert(out.end(), places.begin(), places.end());
  out.emplace_back("protocol");
  return out;
}

std::vector<std::string> labels(const BenchFile& file, const Point& point) {
  std::vector<std::string> out;
  if (file.has_variants()) out.push_back(point.variant);
  for (const std::string& place : file.places)
    out.push_back(value_at(point, place));
  out.push_back(name_of(point));
  return out;
}

/// `5 seeds (1..5), 10,000 transactions each`.
std::string extent(const BenchFile& file) {
  std::set<std::int64_t> counts;
  for (const auto& scenario : file.scenarios)
    counts.insert(scenario.bench->transactions);
  const scenario::Seeds seeds = file.points.front().seeds;
  const std::string runs = seeds.count() == 1
                               ? fmt::format("seed {}", seeds.first)
                               : fmt::format("{} seeds ({})", seeds.count(), format(seeds));
  return fmt::format("{}, {}{} transactions each",
                     runs,
                     grouped(*counts.begin()),
                     counts.size() > 1 ? " to " + grouped(*counts.rbegin()) : "");
}

bool has_intervals(const BenchFile& file) {
  return std::ranges::any_of(file.points, [](const Point& point) { return point.runs > 1; });
}

/// A column of a table in text: its head, its unit, and what is in each row.
struct Column {
  std::string head;
  std::string unit;
  std::vector<std::string> cells;
  bool right = false;
  std::size_t width() const {
    std::size_t out = std::max(width_of(head), width_of(unit));
    for (const std::string& text : cells)
      out = std::max(out, width_of(text));
    return out;
  }
};

class TextTable {
 public:
  TextTable(const BenchFile& file, const trace::TextOptions& look) : look_(look) {
    const std::string_view plus_minus = look.unicode ? "\u00b1" : "+-";
    for (const std::string& head : heads(file))
      left_.push_back({printable(head), "", {}, false});
    const auto measures = shown(file);
    for (const Measure* measure : measures)
      right_.push_back({std::string(measure->name), unit_of(*measure), {}, true});
    for (const Point& point : file.points) {
      if (point.estimates.empty()) continue;
      const auto words = labels(file, point);
      for (std::size_t i = 0; i < words.size(); ++i)
        left_[i].cells.push_back(printable(words[i]));
      for (std::size_t i = 0; i < measures.size(); ++i)
        right_[i].cells.push_back(
            cell(*measures[i], point.estimates[bench::index_of(*measures[i])], plus_minus));
    }
  }

  /// As many tables below each other as the width asks for.
  std::string text() const {
    std::string out;
    for (std::size_t first = 0; first < right_.size();) {
      std::vector<const Column*> columns;
      std::size_t width = 0;
      for (const Column& column : left_) {
        columns.push_back(&column);
        width += column.width() + 2;
      }
      const std::size_t begin = first;
      while (first < right_.size() &&
             (first == begin ||
              width + right_[first].width() <= static_cast<std::size_t>(look_.width))) {
        width += right_[first].width() + 2;
        columns.push_back(&right_[first++]);
      }
      out += (out.empty() ? "" : "\n") + part(columns);
    }
    return out;
  }

 private:
  static std::string row(const std::vector<const Column*>& columns, auto text_of) {
    std::string out;
    for (const Column* column : columns)
      out += padded(text_of(*column), column->width(), column->right) + "  ";
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "\n";
  }

  std::string part(const std::vector<const Column*>& columns) const {
    std::string out = row(columns, [](const Column& column) { return column.head; });
    if (std::ranges::any_of(columns, [](const Column* column) { return !column->unit.empty(); }))
      out += row(columns, [](const Column& column) { return column.unit; });
    for (std::size_t i = 0; i < left_.front().cells.size(); ++i)
      out += row(columns, [i](const Column& column) { return column.cells[i]; });
    return out;
  }

  const trace::TextOptions& look_;
  std::vector<Column> left_, right_;
};

// --- Markdown ---

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

std::string line(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& each : cells)
    out += " " + escaped(each) + " |";
  return out + "\n";
}

std::string rule(std::size_t left, std::size_t right) {
  std::string out = "|";
  for (std::size_t i = 0; i < left + right; ++i)
    out += i < left ? "---|" : "--:|";
  return out + "\n";
}

std::string titled(const Measure& measure) {
  const std::string unit = unit_of(measure);
  return std::string(measure.name) + (unit.empty() ? "" : " (" + unit + ")");
}

/// A row for each point.
std::string by_point(const BenchFile& file) {
  const auto measures = shown(file);
  std::vector<std::string> head = heads(file);
  const std::size_t left = head.size();
  for (const Measure* measure : measures)
    head.push_back(titled(*measure));
  std::string out = line(head) + rule(left, measures.size());
  for (const Point& point : file.points) {
    if (point.estimates.empty()) continue;
    std::vector<std::string> cells = labels(file, point);
    for (const Measure* measure : measures)
      cells.push_back(cell(*measure, point.estimates[bench::index_of(*measure)], "\u00b1"));
    out += line(cells);
  }
  return out;
}

/// A table for each measure: the values of the one place down, the protocols across.
std::string by_measure(const BenchFile& file) {
  std::vector<scenario::Contender> across;
  for (const Point& point : file.points)
    if (std::ranges::find(across, point.contender) == across.end())
      across.push_back(point.contender);
  std::string out;
  for (const Measure* measure : shown(file)) {
    std::vector<std::string> head{short_places(file).front()};
    for (const auto& contender : across)
      head.push_back(format(contender));
    out += fmt::format("{}**{}**: {}\n\n{}{}",
                       out.empty() ? "" : "\n",
                       titled(*measure),
                       measure->summary,
                       line(head),
                       rule(1, across.size()));
    for (std::size_t i = 0; i < file.scenarios.size(); ++i) {
      std::vector<std::string> cells{file.scenarios[i].places.front().second};
      for (const auto& contender : across) {
        const auto found = std::ranges::find_if(file.points, [&](const Point& point) {
          return point.scenario == i && point.contender == contender;
        });
        const bool is_there = found != file.points.end() && !found->estimates.empty();
        cells.push_back(
            is_there ? cell(*measure, found->estimates[bench::index_of(*measure)], "\u00b1") : "");
      }
      out += line(cells);
    }
  }
  return out;
}

bool is_one_sweep(const BenchFile& file) {
  return file.places.size() == 1 && !file.has_variants() && file.scenarios.size() > 1 &&
         file.points.size() > file.scenarios.size();
}

std::string_view verdict(const bench::Judgement& check) {
  return !check.holds ? "unknown" : *check.holds ? "holds" : "fails";
}

}  // namespace

std::string checks_text(const BenchFile& file, const trace::TextOptions& look, bool only_bad) {
  std::string out;
  for (const bench::Judgement& check : file.checks) {
    if (only_bad && check.holds.value_or(false)) continue;
    const char* const word = !check.holds ? "?   " : *check.holds ? "ok  " : "FAIL";
    const char* const colour = !check.holds ? "33" : *check.holds ? "32" : "31";
    out += look.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, word) : word;
    out += "  " + printable(check.sentence) + "\n";
  }
  if (!out.empty() && std::ranges::any_of(file.checks, [](const bench::Judgement& check) {
        return !check.holds.value_or(true);
      }))
    out += "again: " + printable(file.again) + "\n";
  return out;
}

std::string bench_text(const BenchFile& file, const trace::TextOptions& look) {
  std::string out = printable(file.name);
  if (!file.path.empty()) out += " (" + printable(file.path) + ")";
  out += "\n" + extent(file);
  if (has_intervals(file))
    out += fmt::format("; means, {} half of the 95 % confidence interval",
                       look.unicode ? "\u00b1" : "+-");
  out += "\n\n" + TextTable(file, look).text();
  const std::string checks = checks_text(file, look, false);
  if (checks.empty()) return out;
  const auto& resembles = file.scenarios.front().bench->resembles;
  out += "\n";
  if (resembles) out += printable(resembles->says) + "\n(" + printable(resembles->source) + ")\n";
  return out + checks;
}

std::string bench_markdown(const BenchFile& file) {
  const scenario::Scenario& first = file.scenarios.front();
  std::string out = "## " + file.name + "\n\n";
  if (!first.story.empty()) out += first.story + "\n\n";
  if (!first.source.empty()) out += "Source: " + first.source + "\n\n";
  out += extent(file);
  if (has_intervals(file)) out += "; means, \u00b1 half of the 95 % confidence interval";
  out += ".\n\n" + (is_one_sweep(file) ? by_measure(file) : by_point(file));
  if (file.checks.empty()) return out;
  const auto& resembles = first.bench->resembles;
  out += "\n";
  if (resembles) out += resembles->says + " (" + resembles->source + ")\n\n";
  for (const bench::Judgement& check : file.checks)
    out += fmt::format("- {}: {}\n", verdict(check), check.sentence);
  return out;
}

}  // namespace concordat::app
