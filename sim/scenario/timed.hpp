// What a timed run needs beside the model, bound: every name has become an index.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace concordat::scenario {

/// How long things take, and what is drawn. Indices of nodes and timers are those of the model.
struct Timed {
  /// The timer that a scenario gives no duration.
  static constexpr Duration usual_timeout{100'000};
  static constexpr Duration usual_latency{5'000};
  static constexpr Duration usual_limit{60'000'000};
  static constexpr Duration usual_reorder{100'000};

  std::vector<Distribution> latencies;
  std::vector<int> link;  // [sender's node * nodes + receiver's node] -> index in `latencies`
  std::vector<Distribution> forces;
  std::vector<int> disk;  // node -> index in `forces`
  bool group_commit = true;
  std::vector<Duration> timeouts;  // per timer
  std::vector<bool> retries;       // per timer: it only repeats, `Model::rank` is retry_rank
  Ratio clock_error;               // at most this much too fast or slow, drawn for each node
  std::vector<std::optional<std::int64_t>> clocks;  // node -> millionths too fast, if fixed
  Duration limit = usual_limit;
  Stop stop = Stop::quiet;

  struct Repeated {
    bool wanted = false;
    Duration every;
    std::optional<Duration> lasts;
    std::uint32_t nodes = ~0U;  // mask
  };
  struct Random {
    Repeated crash, partition, pause;
    Ratio inside;  // crashes that fall inside the node's next step
    Ratio one_way;
    Ratio lose, duplicate, delay;
    Distribution delay_by;
    std::optional<Duration> until;
    bool any() const {
      return crash.wanted || partition.wanted || pause.wanted || lose.part > 0 ||
             duplicate.part > 0 || delay.part > 0;
    }
  };
  Random random;

  /// Weights of an open choice's outcomes; a choice that is not listed is drawn evenly. Only the
  /// outcomes that the scenario lists; their shares have a common denominator up to a million.
  struct Weights {
    std::string label;
    std::vector<std::pair<std::string, Ratio>> outcomes;
  };
  std::vector<Weights> chances;

  std::int64_t load_total = 0;  // 0: each of the model's transactions runs once
  Distribution load_gap;
};

/// Whether the scenario runs in virtual time: it gives a latency, a force, a limit, a clock or a
/// load, has a fault with a time, or random faults. The other scenarios order events without time,
/// and so does every one with a `schedule:`, which may carry the times of the run it came from.
bool is_timed(const Scenario& scenario);

/// The first key that makes a scenario timed, with its place: `latency`. RETURNS: nothing unless
/// is_timed.
std::optional<Text> timed_by(const Scenario& scenario);

/// The first expectation that only the trace of a run can tell, with its place: `steps`. The others
/// are judged by the figures of a run, all that a load has. RETURNS: nothing if figures suffice.
std::optional<Text> needs_trace(const Expect& expect);

/// The same setting with a schedule in place of all that makes a run go its own way: faults, random
/// faults, load, chances and benchmark. For traces and counterexamples, which replay.
/// `of_timed_run`: the schedule is that of the scenario's own timed run, so that any number of
/// copies could be under way unless the scenario says otherwise, and a timer fired when its time
/// had come.
Scenario with_schedule(const Scenario& scenario,
                       const std::vector<std::string>& lines,
                       bool of_timed_run);

}  // namespace concordat::scenario
