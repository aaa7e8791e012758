// A scenario: one story, as a YAML file. This header is the file's shape after reading and before
// it is bound to a protocol: names are still text, each with its place in the file, so that binding
// can point at the line that is wrong (bind.hpp).
//
// The reader (read.hpp) is strict: unknown keys, wrong types, repeated keys and impossible times
// are errors. The writer (write.hpp) gives a file that reads back as an equal scenario (positions
// apart).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/model/world.hpp"
#include "sim/scenario/at.hpp"
#include "sim/scenario/bench.hpp"

namespace concordat::scenario {

/// A process, possibly in one transaction only: `p1`, `t2 p1`. tx 0 = every transaction.
struct Where {
  int tx = 0;
  std::string process;
  friend bool operator==(const Where&, const Where&) = default;
};

inline constexpr std::string_view vote_label = "vote";

/// `votes: {p1: no}` is the choice with label "vote". Outcome `any` lets the checker explore all.
struct Choice {
  At<Where> where;
  Text label;
  Text outcome;
  friend bool operator==(const Choice&, const Choice&) = default;
};

/// `store: {p1: {accounts: {alice: 1000}}}`: a row's value at the start.
struct InitialRow {
  Text process;  // the row is in the store of this process's node
  Text table;
  Text key;
  At<int> value;
  friend bool operator==(const InitialRow&, const InitialRow&) = default;
};

/// `work: {p1: {accounts.alice: -100}}`: what the business does at p1; a row may not fall below
/// zero.
struct WorkItem {
  At<Where> where;
  Text table;
  Text key;
  At<int> add;
  friend bool operator==(const WorkItem&, const WorkItem&) = default;
};

/// `network:`. copies: `set` (an equal message in flight absorbs a second one), `bag` (any number),
/// or how many. Left out, a timed run has `bag`, every other engine `set`.
struct Network {
  static constexpr int set = 0;
  static constexpr int bag = -1;
  At<Delivery> delivery{};
  std::optional<At<int>> copies;
  At<InFlight> crash{};
  At<AcrossCut> partition{};
  friend bool operator==(const Network&, const Network&) = default;
};

/// `timing: links: [{from: c, to: p2, latency: 70ms}]`, for the messages from one node to another.
/// Nodes are named by themselves or by a process on them; a side that is left out means all.
struct LinkLatency {
  std::optional<Text> from;
  std::optional<Text> to;
  At<DistributionSpec> latency;
  friend bool operator==(const LinkLatency&, const LinkLatency&) = default;
};

/// When a timed run ends by itself. `quiet`: nothing can happen any more, or only retries that
/// change nothing. `decided`: already when every process that must decide has, and every violation
/// that is expected has come.
enum class Stop : std::uint8_t { quiet, decided };

/// `timing:`. `timeouts` order the timers, and in a timed run are their lengths. A latency is that
/// of the first of `links`, else the first of `between`, that fits, else `latency`.
struct Timing {
  At<TimingModel> model{TimingModel::asynchronous, {}};  // for untimed run, replay and step
  std::optional<At<DistributionSpec>> latency;
  std::vector<LinkLatency> links;
  std::vector<Entry<std::vector<Text>>> sites;  // site: [nodes]
  std::vector<SiteLatency> between;
  std::optional<At<DistributionSpec>> force;   // one flush of a disk
  std::vector<Entry<DistributionSpec>> disks;  // p1: 20ms, instead of `force`
  At<bool> group_commit{true, {}};             // one flush for all who wait
  std::vector<Entry<Duration>> timeouts;
  std::optional<At<Ratio>>
      clock_error;  // each node's clock runs that much too fast or slow at most
  std::vector<Entry<std::int64_t>> clocks;  // p1: 200ppm; UNITS: millionths, positive is fast
  std::optional<At<Duration>> limit;        // the run ends then
  At<Stop> stop{};
  friend bool operator==(const Timing&, const Timing&) = default;
};

/// `chances: {vote: {no: 1/20}}`: how a timed run draws an open choice; the other outcomes share
/// the rest equally.
struct Chance {
  Text label;
  Text outcome;
  At<Ratio> ratio;
  friend bool operator==(const Chance&, const Chance&) = default;
};

/// `load: {total: 1000000, gap: 1ms}`: as soon as one of the `transactions` has ended, and the gap
/// has passed, another one takes its place, until so many have started.
struct Load {
  At<std::int64_t> total{};
  At<DistributionSpec> gap{};
  friend bool operator==(const Load&, const Load&) = default;
};

/// `crash: {node: c, sent_to: [p1], of: decision}`: the crash happens inside the step in which
/// `node` first sends a message called `of` (`decision` = the message that carries its decision),
/// after it was sent to exactly `sent_to`. Or `{node: c, on: decided}`: right after the first step
/// in which the cause holds. Or `{node: c, after: "force commit"}`: inside the first step with that
/// effect. Or `{node: c, at: 20ms}`. Exactly one of sent_to+of, on, after, at.
struct CrashFault {
  Text node;
  std::optional<At<std::vector<Text>>> sent_to;
  std::optional<Text> of;
  std::optional<Text> after;
  std::optional<Text> on;  // voted | prepared | decided | told | ended
  std::optional<At<Duration>> at;
  std::optional<At<Duration>> recover_after;
  std::optional<At<bool>> recover;  // an untimed run: recover once nothing else can happen
  std::optional<At<TailRule>> tail;
  friend bool operator==(const CrashFault&, const CrashFault&) = default;
};

/// `partition: {groups: [[c, p1], [p2]], from: 20ms, to: 1s}` or `on: <cause>, of: p1`, with
/// `heal_after: 1s` in a timed run. `one_way`: only messages from the first group to the second are
/// cut.
struct PartitionFault {
  At<std::vector<At<std::vector<Text>>>> groups;
  At<bool> one_way{};
  std::optional<At<Duration>> from;
  std::optional<At<Duration>> to;
  std::optional<Text> on;  // cause
  std::optional<Text> of;  // the process whose milestone it is
  std::optional<At<Duration>> heal_after;
  std::optional<At<bool>> heal;  // an untimed run: heal once nothing else can happen
  friend bool operator==(const PartitionFault&, const PartitionFault&) = default;
};

/// `pause: {node: c, at: 20ms, for: 500ms}` or `on: <cause>`: the node stops, and goes on where it
/// was. An untimed run has `resume: true`, once nothing else can happen. Exactly one of at, on.
struct PauseFault {
  Text node;
  std::optional<At<Duration>> at;
  std::optional<Text> on;
  std::optional<At<Duration>> lasts;  // `for`; absent: it never goes on
  std::optional<At<bool>> resume;
  friend bool operator==(const PauseFault&, const PauseFault&) = default;
};

/// `lose: {message: decision, to: p2}`: the first `count` copies that match. What is left out
/// matches all. A timed run also has `delay` (each copy arrives `by` later), `reorder` (each copy
/// is overtaken by the next message from its sender to its receiver, if that comes within `by`),
/// and a window: only copies that are sent at `since` or later, and before `until`.
struct MessageFault {
  enum class Kind : std::uint8_t { lose, duplicate, delay, reorder } kind{};
  std::optional<Text> message;
  std::optional<Text> from;
  std::optional<Text> to;
  At<int> count{1, {}};
  std::optional<At<Duration>> since;
  std::optional<At<Duration>> until;
  std::optional<At<Duration>> by;  // delay: required; reorder: 100ms unless given
  friend bool operator==(const MessageFault&, const MessageFault&) = default;
};

using Fault = std::variant<CrashFault, PartitionFault, PauseFault, MessageFault>;

/// A fault that comes again and again, in a timed run: gaps and lengths are drawn from exponential
/// distributions with these means.
struct RepeatedFault {
  At<Duration> every{};                        // at each node; for partitions, of the network
  std::optional<At<Duration>> lasts;           // absent: no repair
  std::optional<At<std::vector<Text>>> nodes;  // absent: all
  friend bool operator==(const RepeatedFault&, const RepeatedFault&) = default;
};

/// `random:`, faults drawn from the seed of a timed run.
struct RandomFaults {
  std::optional<RepeatedFault> crash;      // {every: 1s, down: 100ms, nodes: [c], inside: 1/2}
  At<Ratio> inside{{1, 2}, {}};            // crashes that fall inside the node's next step
  std::optional<RepeatedFault> partition;  // {every: 2s, lasts: 300ms, one_way: 1/4}
  At<Ratio> one_way{};
  std::optional<RepeatedFault> pause;  // {every: 1s, lasts: 100ms, nodes: [p1]}
  At<Ratio> lose{};                    // of the messages
  At<Ratio> duplicate{};
  At<Ratio> delay{};  // delay: {chance: 1/20, by: {exponential: 50ms}}
  At<DistributionSpec> delay_by{};
  std::optional<At<Duration>> until;  // no new fault begins then
  friend bool operator==(const RandomFaults&, const RandomFaults&) = default;
};

/// `900`, `900 held 100`: what a row is to be at the end.
struct FinalRow {
  int value = 0;
  int held = 0;
  friend bool operator==(const FinalRow&, const FinalRow&) = default;
};

/// `expect:` on a run. Each is judged on the final state.
struct Expect {
  std::vector<Entry<std::string>> properties;    // uniform_agreement: ok | violated | not_reached
  std::optional<Text> outcome;                   // commit | abort | mixed | none
  std::vector<Entry<std::string>> decisions;     // p1: commit | abort | none | "commit, then abort"
  std::optional<At<std::vector<Text>>> blocked;  // processes, exactly these
  std::vector<std::pair<Text, std::vector<Entry<FinalRow>>>> store;  // p1: {accounts.alice: 900}
  std::optional<At<std::vector<Text>>> locked;  // "t2 p1 accounts.alice", exactly these
  std::optional<At<int>> messages;
  std::optional<At<int>> forces;
  std::optional<At<int>> steps;
  std::optional<At<Duration>> answered_within;  // a timed run: each client is told by then
  std::optional<At<Duration>> blocked_at_most;  // a timed run: no process is blocked for longer
  Position at;
  friend bool operator==(const Expect& a, const Expect& b) {
    return a.properties == b.properties && a.outcome == b.outcome && a.decisions == b.decisions &&
           a.blocked == b.blocked && a.store == b.store && a.locked == b.locked &&
           a.messages == b.messages && a.forces == b.forces && a.steps == b.steps &&
           a.answered_within == b.answered_within && a.blocked_at_most == b.blocked_at_most;
  }
};

/// `p1: {accounts.alice: 80}`: rows of a process's store, and what somebody writes there.
using RowValues = std::pair<Text, std::vector<Entry<int>>>;

/// `crash_limits: [{nodes: [c], crashes: 1}]`: of all crashes, at most so many happen there.
struct NodeCrashes {
  At<std::vector<Text>> nodes;
  At<int> crashes{};
  friend bool operator==(const NodeCrashes&, const NodeCrashes&) = default;
};

/// `explore:`: every schedule within these budgets, and what must come out. -1 = unlimited. Without
/// `recoveries` a crashed node stays down.
struct Explore {
  std::optional<Text> faults;  // `faults: F6`, the name of a FaultClass; if present, the members of
                               // `budget_keys` do not count
  At<int> crashes{}, recoveries{}, losses{}, duplicates{}, partitions{}, pauses{};
  At<int> early_timeouts{};  // other than 0: timers wait, but so many may fire early; beside a
                             // class too, whose timing it replaces
  At<bool> heal{true, {}};
  At<bool> one_way{false, {}};
  At<bool> operators{};  // operator actions and client retries, at any moment; never a fault
  std::vector<RowValues> outside_writes;            // p1: {accounts.alice: 80}; each at any moment
  std::optional<At<std::vector<Text>>> crash_only;  // nodes that may crash; absent = all
  std::vector<NodeCrashes> crash_limits;
  At<TimingModel> timing{TimingModel::asynchronous, {}};
  At<TailRule> tail{TailRule::any, {}};
  At<CrashPoints> crash_points{};
  At<bool> from_faults{};  // `from: faults`
  std::optional<At<std::int64_t>> max_states;
  std::optional<At<int>> max_depth;
  std::optional<Text> order;                    // one of `search_orders`
  At<bool> symmetry{};                          // `symmetry: on`
  At<bool> partial_order{};                     // `partial_order: on`
  std::optional<At<std::int64_t>> walks, seed;  // of an order that samples
  std::optional<At<int>> walk_steps, changes;
  std::vector<Entry<std::string>> reachable;   // goals: `p2 blocks`: yes | no | "" (only asked)
  std::vector<Entry<std::string>> properties;  // expect: uniform_agreement: holds|violated|unknown
  std::optional<At<std::int64_t>> states;      // expect: states / transitions / depth, exact
  std::optional<At<std::int64_t>> transitions;
  std::optional<At<int>> depth;
  Position at;
  friend bool operator==(const Explore& a, const Explore& b);
};

/// In which order states are visited; the last two only sample. In the order of SearchOrder.
inline constexpr std::array<std::string_view, 5> search_orders{
    "breadth-first", "fewest-faults", "depth-first", "random-walk", "pct"};

/// What a fault class says, so that it cannot stand beside one.
inline constexpr std::array<std::string_view, 13> budget_keys{"crashes",
                                                              "recoveries",
                                                              "losses",
                                                              "duplicates",
                                                              "partitions",
                                                              "pauses",
                                                              "heal",
                                                              "one_way",
                                                              "crash_only",
                                                              "crash_limits",
                                                              "timing",
                                                              "tail",
                                                              "from"};

/// `seeds: 7` or `seeds: 1..1000`: of a timed run; several are as many runs.
struct Seeds {
  static constexpr std::uint64_t runs_max = 1'000'000'000'000;
  std::uint64_t first = 1;
  std::uint64_t last = 1;  // included
  std::uint64_t count() const { return last - first + 1; }
  friend bool operator==(const Seeds&, const Seeds&) = default;
};
/// RETURNS: nothing for any other text, an empty range, or more than `runs_max` seeds.
std::optional<Seeds> parse_seeds(std::string_view text);
std::string format(const Seeds& seeds);

struct Scenario {
  std::string file;     // where it was read from; not part of equality
  std::string variant;  // which of the file's scenarios it is, see read_all; nor is this
  std::string overlay;  // the name of that one of `variants`, without the sweep; nor is this
  std::vector<std::pair<std::string, std::string>>
      places;  // of the sweep: path and value; nor is this
  std::vector<std::pair<std::string, std::string>>
      named;  // the same of other places that `resembles` names; nor is this
  Text name;
  std::string story;   // free text: what happens and why it matters
  std::string source;  // where it comes from: a paper, an issue thread
  Text protocol;
  std::optional<Text> profile;  // a named set of options, which `options` override
  std::vector<Entry<std::string>> options;
  std::vector<Entry<int>> processes;            // participants: 3
  std::vector<Entry<std::vector<Text>>> place;  // node: [processes]
  std::optional<std::vector<Entry<std::vector<Text>>>>
      after;  // s3: [s1, s2]; who is not there, begins at once
  At<int> transactions{1, {}};
  std::vector<Choice> choices;  // votes: and choices:
  std::vector<InitialRow> store;
  std::vector<WorkItem> work;
  std::vector<Text> conserve;  // tables whose sum must not change
  At<LockPolicy> locks{};
  std::vector<Entry<int>> bounds;  // rounds: 3
  Network network;
  std::optional<Timing> timing;
  std::vector<Chance> chances;
  std::optional<Load> load;
  std::vector<At<Fault>> faults;
  std::optional<RandomFaults> random;
  std::optional<At<Seeds>> seeds;
  std::optional<std::vector<Text>> schedule;
  std::optional<Expect> expect;
  std::optional<Explore> explore;
  std::optional<Bench> bench;
  friend bool operator==(const Scenario& a, const Scenario& b);
};

/// What a benchmark compares: the protocol of the file with its profile first, then those of
/// `compare` that are not the same. REQUIRES: `bench`.
std::vector<At<Contender>> contenders(const Scenario& scenario);

}  // namespace concordat::scenario
