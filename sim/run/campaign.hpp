// Many runs of one scenario, a seed each: what came out of them together. Parts of a range can be
// run by themselves, in any order, and added up.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/run/timed_run.hpp"

namespace concordat {

/// A run that did not do as expected.
struct SeedFailure {
  std::uint64_t seed = 0;
  std::vector<Unmet> problems;
};

struct Campaign {
  static constexpr std::size_t failures_max = 100;  // kept; all are counted

  std::int64_t runs = 0;
  std::int64_t events = 0;
  std::int64_t transactions = 0, committed = 0, aborted = 0, split = 0, undecided = 0;
  std::array<std::int64_t, 4> ended{};  // by Ended
  RunCounts counts;
  FaultCounts faults;
  struct PropertyRuns {
    std::int64_t ok = 0, violated = 0, not_reached = 0;
  };
  std::vector<PropertyRuns> properties;  // as safety_properties()
  Histogram commit_us, abort_us, doubt_us;
  std::int64_t unused_fault_runs = 0;  // in which a fault of the scenario never came
  std::int64_t failed = 0;
  std::vector<SeedFailure> failures;  // the first ones, by seed
  std::uint64_t fingerprint = 0;      // of all runs; the order does not matter
  Coverage coverage;

  void add(const RunSummary& run);
  /// REQUIRES: the other one's seeds come later, so that failures stay in order.
  void add(const Campaign& other);
};

/// Runs every seed of a range, on this thread. Stops early, after a whole run, when `stop` says so.
Campaign run_seeds(const scenario::Scenario& scenario,
                   const scenario::Bound& bound,
                   scenario::Seeds seeds,
                   const std::function<bool()>& stop = {});

}  // namespace concordat
