// What a checker is asked and what it answers. The naive checker fills it in today; whoever fills
// it in must be honest: `holds` only after every state within the budget has been seen.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/property.hpp"

namespace concordat {

enum class Verdict : std::uint8_t { holds, violated, unknown };

/// How many processes, counted once for each transaction, a checker can watch.
inline constexpr int max_watched = 64;

struct CheckLimits {
  std::int64_t max_states = 5'000'000;
  int max_depth = 1'000'000;  // BFS levels
};

struct CheckRequest {
  const Model* model = nullptr;
  Rules rules;
  Budget budget;
  std::vector<const Property*> properties;  // safety
  bool non_blocking = false;                // also judge NB
  CheckLimits limits;
  /// Called now and then with (states, transitions, depth, frontier); a true result stops the
  /// search, whose verdicts are then `unknown` unless violated.
  std::function<bool(std::int64_t, std::int64_t, int, std::int64_t)> progress;
};

struct PropertyVerdict {
  std::string name;  // "uniform_agreement", "non_blocking"
  std::string code;
  Verdict verdict = Verdict::unknown;
  bool vacuous = false;         // nothing that could violate it was ever reached
  std::vector<Event> path;      // violated: a shortest run to the violation
  std::optional<Slot> blocked;  // non_blocking violated: who is blocked at its end
};

struct CheckResult {
  std::int64_t states = 0;
  std::int64_t transitions = 0;  // enabled events, self-loops included; generated = transitions + 1
  int depth = 0;                 // BFS levels; the initial state is level 1
  std::int64_t end_states = 0;   // states without any enabled event
  bool complete = false;
  /// Why it is not complete: "states", "depth", "stopped"; "violation" when nothing was left to
  /// ask.
  std::string limit;
  std::string past_bound;              // a bound that some step would have passed, or ""
  std::int64_t past_bound_states = 0;  // states from which some step would have passed one
  bool committed = false;              // some state with a commit, an abort was reached
  bool aborted = false;
  // How the search did it; zero for a checker that does not say.
  std::int64_t table_bytes = 0;   // of the visited set and the frontier
  std::int64_t local_states = 0;  // different states of a node, of all nodes together
  std::int64_t messages = 0;      // different messages
  std::int64_t steps = 0;         // different (state of a node, event): how often handlers ran
  std::vector<PropertyVerdict> properties;
};

}  // namespace concordat
