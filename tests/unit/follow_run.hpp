// Follows a simulated run through the model, and compares what the simulator says of the run with
// what the path says: the oracle of all tests of the simulator.
//
// Each step must be one that `successors`, the relation of the checkers, has too, with the run's
// own faults as budget. Then everything in the summary that a path can tell is computed from the
// path again: faults, counts, outcomes and their times, doubts, spans, the status of each property
// (judged in every world), and the world at the end.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/run/simulator.hpp"

namespace concordat {

/// What followed runs came to in all, so that a test can ask for variety.
struct Figures {
  std::int64_t runs = 0;
  std::int64_t steps = 0;
  FaultCounts faults;
  int cuts = 0;        // crashes inside steps
  int notices = 0;     // steps that a store called for
  int decided = 0;     // processes
  int unfinished = 0;  // runs that ended inside a step
  std::array<int, 4> ended{};

  void add(const Figures& other);
};

/// Whether each step has to be one of `successors`, or only one that `apply` performs.
enum class Relation : std::uint8_t { successors, apply };

/// A run and its path.
struct Followed {
  RunSummary summary;
  std::vector<Performed> path;
};

/// Runs one seed and follows it. A failed expectation names the seed.
Followed follow_run(const Model& model,
                    const Rules& rules,
                    Simulator& simulator,
                    std::uint64_t seed,
                    Figures& figures,
                    Relation relation = Relation::successors);

/// Follows seeds 0.. in virtual time as `timed` has it; stops at the first failure. The number of
/// seeds is multiplied by the environment variable CONCORDAT_SEEDS.
Figures follow_seeds(const Model& model,
                     const Rules& rules,
                     const scenario::Timed& timed,
                     int seeds,
                     const FaultPlan::Faults& faults = {},
                     Relation relation = Relation::successors);

/// How many times as many seeds as usual a test tries.
int more_seeds();

/// Each kind of fault came, and so did crashes inside steps, and decisions.
void expect_variety(const Figures& figures);

}  // namespace concordat
