// What `bench` has to do: files with `bench:`, the points of each, and the runs of each point.
#pragma once

#include <string>
#include <vector>

#include "sim/app/app.hpp"
#include "sim/bench/claims.hpp"
#include "sim/bench/results.hpp"
#include "sim/bench/setting.hpp"

namespace concordat::app {

/// A file, and what has come out of it.
struct BenchFile {
  std::string path;  // empty: it is made of flags
  std::string name;  // the scenario's, without what makes it one of several
  std::string stem;  // of the files that are written; no other has it
  std::vector<scenario::Scenario> scenarios;
  std::vector<std::string> places;       // that are swept, in the order of the file
  std::vector<std::size_t> columns;      // of `bench::measures()`: what a table shows
  bool columns_asked = false;            // by the file or a flag
  std::vector<bench::Point> points;      // before the runs without figures
  std::vector<bench::Judgement> checks;  // after the runs
  std::string again;                     // the command that does it again

  bool has_variants() const { return !scenarios.front().overlay.empty(); }
  bool complete() const;
};

/// A run: one seed of one point.
struct BenchRun {
  std::size_t file = 0;
  std::size_t point = 0;
  std::uint64_t seed = 0;
};

struct BenchPlan {
  std::vector<BenchFile> files;
  std::vector<BenchRun> runs;  // file by file, point by point, seed by seed
};

/// ERRORS: whatever is wrong with any of the files, so that nothing runs in vain: also unknown
/// protocols and measures, what the protocol cannot do, and checks that make no sense.
Result<BenchPlan> plan_benchmarks(const Registry& registry, const BenchOptions& options);

/// The benchmark of a point. ERRORS: none, for the plan has asked before.
Result<bench::Setting> setting_of(const BenchFile& file,
                                  const bench::Point& point,
                                  const Registry& registry);

}  // namespace concordat::app
