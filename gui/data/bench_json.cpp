#include "gui/data/bench_json.hpp"

#include <algorithm>

namespace concordat::gui {

namespace {

using trace::JsonKind;
using trace::JsonValue;

constexpr std::size_t values_max = 1'000'000;

std::int64_t count_of(Picker& pick, const JsonValue& value) {
  const std::int64_t out = pick.number(value);
  if (out < 0) pick.fail(value, "a count is not negative");
  return std::max<std::int64_t>(out, 0);
}

std::vector<std::int64_t> counts(Picker& pick, const JsonValue& in, std::string_view key) {
  std::vector<std::int64_t> out;
  for (const JsonValue& item : pick.list(in, key))
    out.push_back(count_of(pick, item));
  return out;
}

BenchSeries read_series(Picker& pick, const JsonValue& json) {
  BenchSeries out;
  out.interval_ms = pick.real(json, "interval_ms");
  if (out.interval_ms <= 0) pick.fail(json, "`interval_ms` is not above zero");
  out.arrived = counts(pick, json, "arrived");
  out.in_time = counts(pick, json, "in_time");
  out.committed = counts(pick, json, "committed");
  out.aborted = counts(pick, json, "aborted");
  for (const auto* list : {&out.in_time, &out.committed, &out.aborted})
    if (list->size() != out.arrived.size())
      pick.fail(json,
                "the lists of `series` are not equally long",
                "write the file again with `concordat bench`");
  return out;
}

std::vector<BenchBin> read_bins(Picker& pick, const JsonValue& json, std::string_view key) {
  std::vector<BenchBin> out;
  for (const JsonValue& item : pick.list(json, key)) {
    if (item.items.size() != 2) {
      pick.fail(item, "a bin is [where it begins, how many]");
      return out;
    }
    const BenchBin bin{pick.real(item.items[0]), count_of(pick, item.items[1])};
    const bool is_in_order =
        bin.least_ms >= 0 && (out.empty() || bin.least_ms > out.back().least_ms);
    if (!is_in_order)
      pick.fail(item, "the bins are not in order", "the first begins at 0 or later");
    out.push_back(bin);
  }
  return out;
}

std::vector<BenchEstimate> read_estimates(Picker& pick,
                                          const JsonValue& json,
                                          const std::vector<BenchMeasure>& measures) {
  const JsonValue& all = pick.get(json, "measures", JsonKind::object);
  std::vector<BenchEstimate> out;
  for (const BenchMeasure& measure : measures) {
    const JsonValue& one = pick.get(all, measure.name, JsonKind::object);
    if (pick.error()) break;
    out.push_back(
        {pick.real_if(one, "mean"), pick.real_if(one, "half_width"), pick.number(one, "n")});
  }
  out.resize(measures.size());
  return out;
}

BenchPoint read_point(Picker& pick, const JsonValue& json, const BenchTable& table) {
  BenchPoint out;
  const JsonValue& place = pick.get(json, "place", JsonKind::object);
  for (const std::string& path : table.places)
    out.place.push_back(pick.text_if(place, path));
  out.variant = pick.text(json, "variant");
  out.protocol = pick.text(json, "protocol");
  out.profile = pick.text(json, "profile");
  out.seeds = pick.text(json, "seeds");
  out.runs = pick.number(json, "runs");
  out.complete = pick.flag(json, "complete");
  out.transactions = pick.number(json, "transactions");
  out.estimates = read_estimates(pick, json, table.measures);
  out.series = read_series(pick, pick.get(json, "series", JsonKind::object));
  out.commit = read_bins(pick, json, "commit_ms");
  out.blocked = read_bins(pick, json, "blocked_ms");
  return out;
}

BenchCheck read_check(Picker& pick, const JsonValue& json) {
  BenchCheck out{
      pick.text(json, "measure"), pick.text(json, "of"), {}, pick.text(json, "sentence")};
  const JsonValue* holds = pick.find(json, "holds");
  if (holds == nullptr || holds->kind != JsonKind::null) out.holds = pick.flag(json, "holds");
  return out;
}

void read_measures(Picker& pick, const JsonValue& json, BenchTable& table) {
  const JsonValue& units = pick.get(json, "units", JsonKind::object);
  for (const std::string& name : units.keys)
    table.measures.push_back({name, pick.text(units, name)});
  for (const JsonValue& item : pick.list(json, "shown")) {
    const auto found = std::ranges::find(table.measures, item.text, &BenchMeasure::name);
    if (found == table.measures.end())
      pick.fail(item, "`units` has no measure `" + item.text + "`");
    else
      table.shown.push_back(static_cast<std::size_t>(found - table.measures.begin()));
  }
  if (table.measures.empty()) pick.fail(units, "`units` names no measure");
  if (table.shown.empty() && !table.measures.empty()) table.shown.push_back(0);
}

}  // namespace

BenchTable read_bench(Picker& pick, const JsonValue& json) {
  BenchTable table;
  table.name = pick.text(json, "name");
  table.file = pick.text(json, "file");
  table.complete = pick.flag(json, "complete");
  table.places = pick.words(json, "places");
  read_measures(pick, json, table);
  const std::vector<JsonValue>& points = pick.list(json, "points");
  if (points.size() * table.measures.size() > values_max) {
    pick.fail(json, "more points than anybody could look at", "sweep fewer values");
    return table;
  }
  for (const JsonValue& point : points) {
    if (pick.error()) return table;
    table.points.push_back(read_point(pick, point, table));
  }
  if (const JsonValue* resembles = pick.find(json, "resembles")) {
    table.published = pick.text(*resembles, "source");
    table.says = pick.text(*resembles, "says");
  }
  for (const JsonValue& check : pick.list(json, "checks"))
    table.checks.push_back(read_check(pick, check));
  return table;
}

}  // namespace concordat::gui
