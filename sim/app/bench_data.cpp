// Results of benchmarks for programs: CSV and JSON. Numbers have six significant digits.
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/app/bench_report.hpp"
#include "sim/base/enum_name.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;
using bench::Point;

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string digits(const std::optional<double>& value) {
  return value ? bench::six_digits(*value) : "";
}

Json number(const std::optional<double>& value) {
  return value ? Json(bench::rounded(*value)) : Json();
}

Json measures_json(const Point& point) {
  Json json = Json::object();
  for (std::size_t i = 0; i < point.estimates.size(); ++i) {
    const bench::Estimate& estimate = point.estimates[i];
    json[std::string(bench::measures()[i].name)] = {{"mean", number(estimate.mean)},
                                                    {"half_width", number(estimate.half_width)},
                                                    {"n", estimate.n}};
  }
  return json;
}

constexpr double us_per_ms = 1'000;

double ms(std::int64_t us) {
  return bench::rounded(static_cast<double>(us) / us_per_ms);
}

Json bins_json(const Histogram& histogram) {
  Json json = Json::array();
  for (const Histogram::Bin& bin : histogram.bins())
    json.push_back({ms(bin.least), bin.count});
  return json;
}

Json series_json(const bench::Series& series) {
  Json json{{"interval_ms", ms(series.length_us())}};
  const auto put = [&](const char* name, std::int64_t bench::Interval::*member) {
    Json list = Json::array();
    for (const bench::Interval& interval : series.intervals())
      list.push_back(interval.*member);
    json[name] = std::move(list);
  };
  put("arrived", &bench::Interval::arrived);
  put("in_time", &bench::Interval::in_time);
  put("committed", &bench::Interval::committed);
  put("aborted", &bench::Interval::aborted);
  return json;
}

Json point_json(const BenchFile& file, const Point& point) {
  Json json;
  json["place"] = Json::object();
  for (const auto& [path, value] : point.place)
    json["place"][path] = value;
  json["variant"] = point.variant;
  json["protocol"] = point.contender.protocol;
  json["profile"] = point.contender.profile;
  json["seeds"] = format(point.seeds);
  json["runs"] = point.runs;
  json["complete"] = point.complete();
  json["transactions"] = file.scenarios[point.scenario].bench->transactions;
  json["measures"] = measures_json(point);
  Json reasons = Json::object();
  for (std::size_t i = 1; i < bench::reason_count; ++i)
    reasons[std::string(name_of(static_cast<bench::Reason>(i)))] = point.figures.reasons[i];
  json["reasons"] = std::move(reasons);
  json["series"] = series_json(point.figures.series);
  json["commit_ms"] = bins_json(point.figures.commit_us);
  json["blocked_ms"] = bins_json(point.figures.blocked_us);
  return json;
}

Json check_json(const bench::Judgement& judgement) {
  const scenario::ResemblanceCheck& check = judgement.check;
  Json json{{"measure", check.measure.value},
            {"of", format(check.of.value)},
            {"is", std::string(enum_name(check.is.value))}};
  if (!check.place.value.empty()) json["place"] = check.place.value;
  if (!check.than.value.protocol.empty()) json["than"] = format(check.than.value);
  if (!check.where.empty()) json["where"] = Json::object();
  for (const auto& entry : check.where)
    json["where"][entry.key.value] = entry.value.value;
  json["holds"] = judgement.holds ? Json(*judgement.holds) : Json();
  json["sentence"] = judgement.sentence;
  return json;
}

}  // namespace

std::string bench_csv(const std::vector<const BenchFile*>& files) {
  std::vector<std::string> places;
  for (const BenchFile* file : files)
    for (const std::string& place : file->places)
      if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  std::string out = "file,variant";
  for (const std::string& place : places)
    out += "," + quoted(place);
  out += ",protocol,profile,seeds,runs";
  for (const bench::Measure& measure : bench::measures())
    out += fmt::format(",{0},{0}_half_width", measure.name);
  out += "\n";
  for (const BenchFile* file : files)
    for (const Point& point : file->points) {
      if (point.estimates.empty()) continue;
      out += quoted(file->path) + "," + quoted(point.variant);
      for (const std::string& place : places) {
        const auto found = std::ranges::find_if(
            point.place, [&](const auto& each) { return each.first == place; });
        out += "," + (found == point.place.end() ? "" : quoted(found->second));
      }
      out += fmt::format(",{},{},{},{}",
                         point.contender.protocol,
                         point.contender.profile,
                         format(point.seeds),
                         point.runs);
      for (const bench::Estimate& estimate : point.estimates)
        out += "," + digits(estimate.mean) + "," + digits(estimate.half_width);
      out += "\n";
    }
  return out;
}

Json bench_json(const BenchFile& file) {
  const scenario::Scenario& first = file.scenarios.front();
  Json json{{"format", "concordat-bench/1"},
            {"name", file.name},
            {"file", file.path},
            {"protocol", first.protocol.value},
            {"story", first.story},
            {"source", first.source},
            {"complete", file.complete()}};
  json["places"] = file.places;
  json["shown"] = Json::array();
  for (const std::size_t column : file.columns)
    json["shown"].push_back(std::string(bench::measures()[column].name));
  json["units"] = Json::object();
  for (const bench::Measure& measure : bench::measures())
    json["units"][std::string(measure.name)] = std::string(measure.unit);
  json["points"] = Json::array();
  for (const Point& point : file.points)
    if (!point.estimates.empty()) json["points"].push_back(point_json(file, point));
  if (first.bench->resembles)
    json["resembles"] = {{"source", first.bench->resembles->source},
                         {"says", first.bench->resembles->says}};
  json["checks"] = Json::array();
  for (const bench::Judgement& check : file.checks)
    json["checks"].push_back(check_json(check));
  return json;
}

}  // namespace concordat::app
