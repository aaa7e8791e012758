#include "gui/data/bench_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "gui/data/results_csv.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace concordat::gui {

namespace {

constexpr double us_per_ms = 1'000;
constexpr double percent = 100;

void add_once(std::vector<std::string>& words, const std::string& word) {
  if (std::ranges::find(words, word) == words.end()) words.push_back(word);
}

/// As many decimals as make four digits of the value.
int decimals_of(double value) {
  const double size = std::abs(value);
  if (size >= 1'000 || size == 0) return 0;
  if (size >= 100) return 1;
  if (size >= 10) return 2;
  return size >= 1 ? 3 : 4;
}

std::string six_digits(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : "";
}

}  // namespace

bool BenchTable::has_variants() const {
  return std::ranges::any_of(points,
                             [](const BenchPoint& point) { return !point.variant.empty(); });
}

std::vector<std::string> BenchTable::dimensions() const {
  std::vector<std::string> out = places;
  if (has_variants()) out.insert(out.begin(), "variant");
  return out;
}

const std::string& BenchTable::value_at(const BenchPoint& point, std::size_t dimension) const {
  const std::size_t before = has_variants() ? 1 : 0;
  return dimension < before ? point.variant : point.place[dimension - before];
}

std::vector<std::string> BenchTable::values_of(std::size_t dimension) const {
  std::vector<std::string> out;
  for (const BenchPoint& point : points)
    add_once(out, value_at(point, dimension));
  return out;
}

std::vector<std::string> BenchTable::contenders() const {
  std::vector<std::string> out;
  for (const BenchPoint& point : points)
    add_once(out, point.contender());
  return out;
}

std::optional<double> place_number(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (read.ec == std::errc{} && read.ptr == end && std::isfinite(value)) return value;
  if (const auto time = parse_duration(text)) return static_cast<double>(time->us) / us_per_ms;
  if (const auto share = parse_ratio(text))
    return static_cast<double>(share->part) / static_cast<double>(share->whole);
  return std::nullopt;
}

bool is_place_time(std::string_view text) {
  const bool has_unit = !text.empty() && text.back() == 's';
  return has_unit && parse_duration(text).has_value();
}

std::string number_text(double value) {
  return fmt::format("{:.{}f}", value, decimals_of(value));
}

double scale_of(std::string_view unit) {
  return unit == "share" ? percent : 1;
}

std::string shown_unit(std::string_view unit) {
  if (unit == "share") return "%";
  return unit == "count" ? "" : std::string(unit);
}

std::string estimate_text(const BenchEstimate& estimate, std::string_view unit) {
  if (!estimate.mean) return "";
  const double value = scale_of(unit) * *estimate.mean;
  std::string out = number_text(value);
  if (!estimate.half_width) return out;
  return out + fmt::format(" ±{:.{}f}", scale_of(unit) * *estimate.half_width, decimals_of(value));
}

double end_of_bin(double least_ms) {
  constexpr double fine = 64;  // below, all bins are equally wide
  constexpr double width = 8;
  const double least_us = std::round(least_ms * us_per_ms);
  if (least_us < fine) return (least_us + width) / us_per_ms;
  // A written value has six digits; a little more than it is in no other power of two.
  constexpr double rounding = 1 + 1e-5;
  const double power = std::exp2(std::floor(std::log2(least_us * rounding)));
  return (least_us + power / width) / us_per_ms;
}

std::string to_csv(const BenchTable& table) {
  std::string out = "file,variant";
  for (const std::string& place : table.places)
    out += "," + quoted_field(place);
  out += ",protocol,profile,seeds,runs";
  for (const BenchMeasure& measure : table.measures)
    out += fmt::format(",{0},{0}_half_width", quoted_field(measure.name));
  out += "\n";
  for (const BenchPoint& point : table.points) {
    out += quoted_field(table.file) + "," + quoted_field(point.variant);
    for (const std::string& value : point.place)
      out += "," + quoted_field(value);
    out += fmt::format(",{},{},{},{}",
                       quoted_field(point.protocol),
                       quoted_field(point.profile),
                       quoted_field(point.seeds),
                       point.runs);
    for (const BenchEstimate& estimate : point.estimates)
      out += "," + six_digits(estimate.mean) + "," + six_digits(estimate.half_width);
    out += "\n";
  }
  return out;
}

}  // namespace concordat::gui
