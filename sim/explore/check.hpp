// What a checker is asked and what it answers. The naive checker fills it in today; whoever fills
// it in must be honest: `holds` only after every state within the budget has been seen.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/goal.hpp"
#include "sim/model/property.hpp"

namespace concordat {

enum class Verdict : std::uint8_t { holds, violated, unknown };

/// How many processes, counted once for each transaction, a checker can watch.
inline constexpr int max_watched = 64;

/// In which order states are visited, and how many of them.
enum class SearchOrder : std::uint8_t {
  breadth_first,  // all; counterexamples are shortest
  fewest_faults,  // all; counterexamples have the fewest faults, and are shortest among those
  depth_first,    // all; less memory, counterexamples are minimised; non_blocking stays unknown
  random_walk,    // a sample: at each step one enabled event, all alike
  pct,            // a sample: a few changes of priority at random places
};

struct CheckLimits {
  std::int64_t max_states = 5'000'000;
  int max_depth = 1'000'000;   // BFS levels
  std::int64_t max_bytes = 0;  // of the visited set and what waits; 0 = none
  /// Of the graph that non_blocking needs; where `max_bytes` leaves less, that. Beyond it the graph
  /// is dropped, non_blocking stays unknown, and the search goes on.
  std::int64_t max_graph_bytes = std::int64_t{4} << 30U;
};

/// How to search. No choice here changes a verdict that says `holds` or `violated`.
struct SearchOptions {
  SearchOrder order = SearchOrder::breadth_first;
  bool exact = false;         // the visited set holds states instead of fingerprints
  int fingerprint_bits = 64;  // fewer only to see what equal fingerprints of unequal states do
  bool symmetry = false;  // states that differ in the names of interchangeable processes are one
  /// Of the orders of events that do not disturb each other, one is followed. Counterexamples are
  /// minimised, and need not be shortest. Not for samples.
  bool partial_order = false;
  std::int64_t most_future_steps = 150'000;  // that it works out beforehand; off beyond that
  int threads = 1;                           // counts, verdicts and paths do not depend on it
  // Of samples.
  std::int64_t walks = 10'000;
  int walk_steps = 1'000;  // the longest walk
  std::uint64_t seed = 1;
  int changes = 2;  // pct: of priority
  /// Runs with more faults than this, of all kinds together, are left out; -1 = none. Of unlimited
  /// kinds at most one counts. It is for `fewest_faults`, which asks again with more.
  int most_faults = -1;
  /// A file from which the search goes on if it is there, which is written when `progress` says so
  /// and when it ends the search, and removed when nothing is left to search. "" = none. Of
  /// breadth-first searches that are not exact.
  std::string checkpoint;
};

/// How far a search has come.
struct SearchProgress {
  std::int64_t states = 0;
  std::int64_t transitions = 0;
  int depth = 0;
  std::int64_t frontier = 0;
  std::int64_t bytes = 0;  // of the visited set and what waits
};

struct CheckRequest {
  const Model* model = nullptr;
  Rules rules;
  Budget budget;
  std::vector<const Property*> properties;  // safety
  bool non_blocking = false;                // also judge NB; goals with `blocks` need it
  std::vector<Goal> goals;                  // no other verdict depends on them
  CheckLimits limits;
  SearchOptions search;
  /// The world in which every run begins; null: the initial one. Faults that have happened there
  /// count against the budget, but for its crash_limits. For breadth-first searches that look for
  /// neither symmetry nor partial order and keep no checkpoint; it outlives the search.
  const World* from = nullptr;
  /// The first violation of a safety property ends the search, and so does the first goal.
  bool first_is_enough = false;
  /// Called now and then. "" lets the search go on; "checkpoint" too, once it has written one;
  /// anything else ("stopped", "time") ends it, is its `limit`, and leaves `unknown` what is not
  /// violated.
  std::function<std::string_view(const SearchProgress&)> progress;
};

struct PropertyVerdict {
  std::string name;  // "uniform_agreement", "non_blocking"
  std::string code;
  Verdict verdict = Verdict::unknown;
  bool vacuous = false;         // nothing that could violate it was ever reached
  std::vector<Event> path;      // violated: a shortest run to the violation
  std::optional<Slot> blocked;  // non_blocking violated: who is blocked at its end
  // eventual_termination violated: after this many steps of `path` nothing fails any more, and
  // after this many it goes round in a circle (as long as the path: nothing can happen any more).
  std::optional<int> repaired_after{};
  std::optional<int> circles_after{};
};

enum class Reach : std::uint8_t { reached, unreachable, unknown };

struct GoalVerdict {
  Reach reach = Reach::unknown;
  std::vector<Event> path;  // reached: a shortest run to it
};

/// What a search did: each kind of step, by role, state and event, cuts included.
struct Exercised {
  struct Line {
    std::string role;
    std::string state;       // of the process: "phase=in_doubt; log prepared", its enums and bools
    std::string event;       // "message prepare", "crash", "timer vote, crash before force"
    std::int64_t steps = 0;  // different ones: (state of the node, event)
    std::int64_t cuts = 0;   // ... of crashes inside such a step, on lines of their own
  };
  std::vector<Line> lines;  // by role, state and event
  /// What never happened, though the protocol knows of it: "sent: abort", "fired at p: vote".
  std::vector<std::string> never;
};

struct CheckResult {
  std::int64_t states = 0;
  std::int64_t transitions = 0;  // enabled events, self-loops included; generated = transitions + 1
  int depth = 0;                 // BFS levels; the initial state is level 1
  std::int64_t end_states = 0;   // states without any enabled event
  bool complete = false;
  /// Why it is not complete: "states", "depth", "memory", "disk", "size" (too many different local
  /// states or messages), "sample" (it was none to begin with), what `progress` said ("stopped",
  /// "time"); "violation" when nothing was left to ask ("goals" if only goals were asked).
  std::string limit;
  /// A checkpoint that cannot be used; nothing was searched.
  std::string error;
  std::string past_bound;              // a bound that some step would have passed, or ""
  std::int64_t past_bound_states = 0;  // states from which some step would have passed one
  bool committed = false;              // some state with a commit, an abort was reached
  bool aborted = false;
  double expected_misses = 0;    // states taken for others because fingerprints were equal
  std::string symmetry;          // the roles whose processes were taken as alike, or why none were
  std::string partial_order;     // "on", or why it was not; "" if it was not asked for
  std::int64_t walks = 0;        // of a sample
  bool graph_dropped = false;    // CheckLimits::max_graph_bytes was passed
  bool left_out_faults = false;  // SearchOptions::most_faults left something out
  // How the search did it; zero for a checker that does not say.
  std::int64_t table_bytes = 0;   // of the visited set and the frontier
  std::int64_t local_states = 0;  // different states of a node, of all nodes together
  std::int64_t messages = 0;      // different messages
  std::int64_t steps = 0;         // different (state of a node, event): how often handlers ran
  std::vector<PropertyVerdict> properties;
  std::vector<GoalVerdict> goals;  // as requested
  Exercised exercised;             // empty for a checker that does not say
};

}  // namespace concordat
