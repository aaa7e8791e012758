// What the runs of a benchmark come to: a point for each scenario of the file and each protocol
// that is compared, with the mean of each measure over the seeds.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/bench/measures.hpp"
#include "sim/scenario/scenario.hpp"

namespace concordat::bench {

/// Of a measure. The mean is that of one value for each seed, of a percentile too: so the seeds are
/// independent samples, of which the interval speaks.
struct Estimate {
  std::optional<double> mean;        // nothing: no seed has a value
  std::optional<double> half_width;  // of the 95 % confidence interval; two values at least
  std::size_t n = 0;                 // seeds with a value
};

/// SOURCE: Student, The probable error of a mean, Biometrika 6 (1908); n-1 degrees of freedom.
Estimate estimate(std::span<const double> values);

struct Point {
  std::vector<std::pair<std::string, std::string>> place;  // of the sweep: path and value
  std::string variant;                                     // its name, without the sweep
  std::size_t scenario = 0;                                // of the file, in its order
  scenario::Contender contender;
  scenario::Seeds seeds;
  std::size_t runs = 0;             // that have ended
  bool cut = false;                 // the only run was stopped before its end
  std::vector<Estimate> estimates;  // in the order of `measures()`; empty: nothing has run
  Figures figures;                  // of all runs, added up

  bool complete() const { return runs == seeds.count(); }
  /// `with M6, bench.skew=0.9`; empty if the file has one scenario.
  std::string label() const;
};

/// Gathers the runs of a point, in the order of the seeds.
class Gatherer {
 public:
  explicit Gatherer(Point point);
  void add(const Figures& figures);
  /// A run that was stopped. It counts only if no other has ended.
  void add_cut(const Figures& figures);
  Point finish();

 private:
  void take(const Figures& figures);

  Point point_;
  std::vector<std::vector<double>> values_;  // of each measure
  std::optional<Figures> cut_;
};

/// Six significant digits, the same for every compiler: `12.3457`, `1e+06`.
std::string six_digits(double value);
/// The number that `six_digits` says.
double rounded(double value);

}  // namespace concordat::bench
