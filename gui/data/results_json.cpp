#include "gui/data/results_json.hpp"

#include <algorithm>
#include <optional>

#include "gui/data/bench_json.hpp"
#include "gui/data/json_picker.hpp"

namespace concordat::gui {

namespace {

using trace::JsonKind;
using trace::JsonValue;

constexpr std::size_t cells_max = 1'000'000;

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : between) + word;
  return out;
}

// ---- The matrix.

MatrixEntry entry_of(Picker& pick, const JsonValue& json, const MatrixEntry& shared) {
  MatrixEntry out = shared;
  const std::string verdict = pick.text(json, "verdict");
  out.bound = pick.text_if(json, "up_to");
  if (verdict == "violated") {
    out.kind = CellKind::violated;
    out.length = static_cast<int>(pick.number(json, "length"));
    out.sentence = pick.text_if(json, "sentence");
  } else if (verdict == "holds") {
    out.kind = !out.bound.empty()           ? CellKind::bounded
               : pick.flag(json, "vacuous") ? CellKind::vacuous
                                            : CellKind::holds;
  } else if (verdict == "unknown") {
    out.kind = CellKind::unknown;
  } else {
    pick.fail(json, "there is no verdict `" + verdict + "`", "it is holds, violated or unknown");
  }
  return out;
}

/// One class of one row.
void read_cell(Picker& pick,
               const JsonValue& json,
               const std::vector<std::string>& asked,
               int line,
               MatrixTable& table) {
  const std::string name = pick.text(json, "class");
  const auto found = std::ranges::find(table.classes, name);
  if (found == table.classes.end()) return pick.fail(json, "`classes` has no `" + name + "`");
  const int fault_class = static_cast<int>(found - table.classes.begin());
  MatrixEntry shared;
  shared.scope = pick.text_if(json, "scope");
  shared.limit = pick.text_if(json, "limit");
  shared.states = pick.number(json, "states");
  shared.sentence = pick.text_if(json, "not_applicable");
  shared.kind = shared.sentence.empty() ? CellKind::unknown : CellKind::not_applicable;
  for (const std::string& code : asked) {
    const auto place = std::ranges::find(table.codes, code);
    table.at(line, fault_class, static_cast<int>(place - table.codes.begin())) = shared;
  }
  for (const JsonValue& one : pick.list(json, "properties")) {
    const auto place = std::ranges::find(table.codes, pick.text(one, "code"));
    if (place == table.codes.end()) continue;
    table.at(line, fault_class, static_cast<int>(place - table.codes.begin())) =
        entry_of(pick, one, shared);
  }
}

MatrixTable read_matrix(Picker& pick, const JsonValue& json) {
  MatrixTable table;
  table.scale = {static_cast<int>(pick.number(json, "participants")),
                 pick.words(json, "options"),
                 pick.words(json, "bounds"),
                 pick.number(json, "max_states"),
                 pick.text(json, "max_time")};
  table.stopped = pick.flag(json, "stopped");
  table.classes = pick.words(json, "classes");
  table.codes = pick.words(json, "properties");
  const std::vector<JsonValue>& rows = pick.list(json, "rows");
  for (const JsonValue& row : rows)  // families judge properties of their own
    for (const std::string& code : pick.words(row, "properties"))
      if (std::ranges::find(table.codes, code) == table.codes.end()) table.codes.push_back(code);
  const std::size_t cells = table.classes.size() * table.codes.size();
  if (cells * rows.size() > cells_max) {
    pick.fail(json, "more cells than anybody could look at", "leave some rows out");
    return table;
  }
  for (const JsonValue& row : rows) {
    MatrixLine& line = table.lines.emplace_back();
    line.protocol = pick.text(row, "protocol");
    line.profile = pick.text(row, "profile");
    line.summary = pick.text_if(row, "summary");
    line.entries.resize(cells);
    const std::vector<std::string> asked = pick.words(row, "properties");
    for (const JsonValue& cell : pick.list(row, "cells"))
      read_cell(pick, cell, asked, static_cast<int>(table.lines.size()) - 1, table);
  }
  return table;
}

// ---- Costs.

CostCell read_figure(Picker& pick, const JsonValue& json) {
  CostCell cell;
  cell.quantity = pick.text(json, "quantity");
  const JsonValue* counted = pick.find(json, "counted");
  if (counted != nullptr && counted->kind == JsonKind::integer) cell.counted = counted->number;
  if (pick.find(json, "formula") == nullptr) return cell;
  cell.formula = pick.text(json, "formula");
  cell.expected = pick.number(json, "expected");
  cell.derived = pick.text(json, "origin") == "derived";
  cell.agrees = pick.flag(json, "agrees");
  return cell;
}

CostTable read_costs(Picker& pick, const JsonValue& json) {
  CostTable table;
  for (const JsonValue& row : pick.list(json, "rows")) {
    CostLine& line = table.lines.emplace_back();
    line.protocol = pick.text(row, "protocol");
    line.profile = pick.text(row, "profile");
    line.run = pick.text(row, "run");
    line.participants = pick.number(row, "participants");
    line.options = joined(pick.words(row, "options"), " ");
    line.sources = joined(pick.words(row, "sources"), "; ");
    line.differs = pick.text_if(row, "differs");
    for (const JsonValue& figure : pick.list(row, "figures"))
      line.cells.push_back(read_figure(pick, figure));
  }
  return table;
}

// ---- Figures of runs.

Durations read_durations(Picker& pick, const JsonValue& json, std::string_view key) {
  const JsonValue& all = pick.get(json, key, JsonKind::object);
  Durations out;
  out.count = pick.number(all, "count");
  if (out.count == 0) return out;
  out.sum = pick.number(all, "sum");
  out.min = pick.number(all, "min");
  out.p50 = pick.number(all, "p50");
  out.p90 = pick.number(all, "p90");
  out.p99 = pick.number(all, "p99");
  out.p999 = pick.number(all, "p999");
  out.max = pick.number(all, "max");
  for (const JsonValue& bin : pick.list_if(all, "bins")) {
    if (bin.items.size() != 2) pick.fail(bin, "a bin is [where it begins, how many]");
    if (bin.items.size() == 2)
      out.bins.push_back({pick.number(bin.items[0]), pick.number(bin.items[1])});
  }
  return out;
}

RunFigures read_figures(Picker& pick, const JsonValue& json) {
  RunFigures out;
  out.scenario = pick.text(json, "scenario");
  out.protocol = pick.text(json, "protocol");
  out.runs = pick.number(json, "runs");
  for (Tally& tally : pick.tallies(json, "transactions"))
    if (tally.name == "all")
      out.transactions = tally.count;
    else
      out.outcomes.push_back(std::move(tally));
  out.counts = pick.tallies(json, "counts");
  out.faults = pick.tallies(json, "faults");
  out.commit = read_durations(pick, json, "commit_us");
  out.abort = read_durations(pick, json, "abort_us");
  out.in_doubt = read_durations(pick, json, "in_doubt_us");
  for (const JsonValue& property : pick.list(json, "properties"))
    out.properties.push_back({pick.text(property, "code"),
                              pick.number(property, "ok"),
                              pick.number(property, "violated"),
                              pick.number(property, "not_reached")});
  return out;
}

}  // namespace

Result<Results> read_results_json(std::string_view text, const std::string& file) {
  const auto json = trace::parse_json(text, file);
  if (!json) {
    Error error = json.error();
    error.hint = "is the file whole? write it again with `concordat`";
    return error;
  }
  Picker pick(text, file);
  const std::string format = pick.text(*json, "format");
  Results out;
  if (format == result_formats[0]) {
    out = read_matrix(pick, *json);
  } else if (format == result_formats[1]) {
    out = read_costs(pick, *json);
  } else if (format == result_formats[2]) {
    out = read_figures(pick, *json);
  } else if (format == result_formats[3]) {
    out = read_bench(pick, *json);
  } else {
    pick.fail(*json,
              "there are no results of the format `" + format + "`",
              "results come from `concordat matrix`, `cost`, `run --seeds` and `bench`");
  }
  if (pick.error()) return *pick.error();
  return out;
}

}  // namespace concordat::gui
