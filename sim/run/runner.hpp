// Runs: one path through a model, as a Trace. Exactly as a schedule lists it, in virtual time, or
// in a default order without time: processes start, messages arrive in the order in which they were
// sent, and a timer fires only when nothing else can happen, short ones first; faults come where
// the scenario ties them to a cause.
//
// The default order ends when nothing can happen any more, or when only retries are left and they
// lead back to where the run has been.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/run/recorder.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat {

struct Run {
  trace::Trace trace;  // up to the error, if there is one
  World world;         // at the end
  std::optional<Error> error;
};

/// Performs the events of `schedule` and nothing else. ERRORS: the first line that cannot be read
/// or is not enabled, with its place.
Run replay(const Model& model,
           const Rules& rules,
           const std::vector<scenario::Text>& schedule,
           const std::string& file);

/// The default order. ERRORS: a fault whose cause never came; more than `max_steps` steps.
Run run_in_order(const Model& model,
                 const Rules& rules,
                 const std::vector<scenario::At<scenario::Fault>>& faults,
                 const std::string& file,
                 int max_steps = 100'000);

/// Runs a scenario: its schedule if it has one, else in virtual time if it is timed
/// (timed_run.hpp), else in the default order with its faults. The trace carries the scenario, so
/// that it replays: the timed one as it is (the seed stands beside it), others with the schedule of
/// this very run. REQUIRES: no load.
Run run(const scenario::Scenario& scenario, const scenario::Bound& bound, std::uint64_t seed = 1);

/// The end of every run: the trace is complete, who is blocked has been found.
Run conclude(const Model& model,
             const Rules& rules,
             Recorder& recorder,
             World world,
             std::optional<Error> error);

/// The scenario that replays `trace`: the same setting, `schedule:` instead of `faults:`.
scenario::Scenario as_schedule(const scenario::Scenario& scenario, const trace::Trace& trace);

/// What of `expect` a run does not meet.
struct Unmet {
  Position at;
  std::string text;  // "blocked: expected p1, p2; got p2"
};
std::vector<Unmet> unmet(const scenario::Expect& expect, const trace::Trace& trace);

/// The safety properties that a run of which nothing is expected violates. `abort_validity` is left
/// out: only a protocol that may not abort without a fault promises it.
std::vector<Unmet> violations(const trace::Trace& trace);

}  // namespace concordat
