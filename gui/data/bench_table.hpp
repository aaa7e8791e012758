// What `concordat bench --json` prints: the points of a benchmark with their measures, what
// happened over time, distributions, and whether it looks like what was published.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace concordat::gui {

struct BenchMeasure {
  std::string name;  // "commit_p99"
  std::string unit;  // ms | 1/s | share | count
};

struct BenchEstimate {
  std::optional<double> mean;        // nothing: no seed has a value
  std::optional<double> half_width;  // of the 95 % confidence interval
  std::int64_t n = 0;                // seeds with a value
};

/// Counts in intervals of equal length, of all runs of a point together.
struct BenchSeries {
  double interval_ms = 1;
  std::vector<std::int64_t> arrived;
  std::vector<std::int64_t> in_time;  // of those that arrived: answered within the deadline
  std::vector<std::int64_t> committed;
  std::vector<std::int64_t> aborted;
};

/// So many from `least_ms` on, below the next bin.
struct BenchBin {
  double least_ms = 0;
  std::int64_t count = 0;
};

struct BenchPoint {
  std::vector<std::string> place;  // a value for each of the table's places
  std::string variant;
  std::string protocol;
  std::string profile;
  std::string seeds;  // "1..5"
  std::int64_t runs = 0;
  bool complete = true;
  std::int64_t transactions = 0;         // of each run
  std::vector<BenchEstimate> estimates;  // one for each of the table's measures
  BenchSeries series;
  std::vector<BenchBin> commit;   // until the client is told
  std::vector<BenchBin> blocked;  // of a process, at a stretch

  /// `two_phase_commit/presumed_abort`.
  std::string contender() const { return profile.empty() ? protocol : protocol + "/" + profile; }
};

struct BenchCheck {
  std::string measure;
  std::string of;
  std::optional<bool> holds;  // nothing: unknown
  std::string sentence;
};

struct BenchTable {
  std::string name;
  std::string file;
  bool complete = true;             // false: some runs have not ended
  std::vector<std::string> places;  // "bench.skew"
  std::vector<BenchMeasure> measures;
  std::vector<std::size_t> shown;  // of the measures
  std::vector<BenchPoint> points;
  std::string published;  // where, or ""
  std::string says;       // what was published
  std::vector<BenchCheck> checks;

  bool has_variants() const;
  /// What tells points of one protocol apart: the places, after "variant" if there are any.
  std::vector<std::string> dimensions() const;
  /// REQUIRES: `dimension` counts `dimensions()`.
  const std::string& value_at(const BenchPoint& point, std::size_t dimension) const;
  /// Of a dimension, each once, in the order of the points.
  std::vector<std::string> values_of(std::size_t dimension) const;
  /// Each protocol with its profile once, in the order of the points.
  std::vector<std::string> contenders() const;
};

/// What a place's value is as a number: a time (UNITS: milliseconds), a share, a decimal number.
std::optional<double> place_number(std::string_view text);
/// Whether it is a time.
bool is_place_time(std::string_view text);

/// `12.34 ±0.41`, or "" without a value. Shares are in percent.
std::string estimate_text(const BenchEstimate& estimate, std::string_view unit);
/// With four digits: `12.34`.
std::string number_text(double value);
/// What a value of this unit is multiplied by before it is shown, and what is written behind it.
double scale_of(std::string_view unit);
std::string shown_unit(std::string_view unit);

/// Where the bin that begins at `least_ms` ends. SOURCE: `Histogram::bins`.
double end_of_bin(double least_ms);

std::string to_csv(const BenchTable& table);

}  // namespace concordat::gui
