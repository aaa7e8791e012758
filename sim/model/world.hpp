// The World: the global state of a model, and what can happen to it. Simulator, replayer, viewer
// and naive checker move worlds with `apply`; `successors` lists all moves within a budget.
//
// Reading order: World, Rules, Budget, Event, then the three functions at the end.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/model.hpp"

namespace concordat {

/// A message under way from one process to another, in one transaction.
struct Envelope {
  int tx = 1;
  ProcessId from;
  ProcessId to;
  MessageBlob message;
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

/// Equal messages in flight. A stale copy is one that stayed after the message had been delivered.
struct Flight {
  Envelope envelope;
  int fresh = 0;
  int stale = 0;
  friend bool operator==(const Flight&, const Flight&) = default;
};

/// How many groups of nodes a budget can give a limit of their own.
inline constexpr int max_crash_limits = 2;

/// How many faults have happened. Under an unlimited budget a count stops at 1.
struct FaultCounts {
  int crashes = 0;
  int recoveries = 0;
  int losses = 0;
  int duplicates = 0;
  int partitions = 0;
  int pauses = 0;
  int early_timeouts = 0;  // timers that fired before the bound on delays had passed
  int others = 0;          // operator actions, client retries, outside writes, amnesia, renames
  /// Crashes within each of Budget::crash_limits. Whoever knows the budget counts them: `settle`.
  std::array<int, max_crash_limits> limited{};
  friend auto operator<=>(const FaultCounts&, const FaultCounts&) = default;

  /// Whether something happened that excuses an abort (a delay is no excuse).
  bool any() const { return crashes + losses + partitions + others > 0; }
};

struct World {
  std::vector<LocalState> nodes;
  std::vector<Flight> network;     // in canonical order; under fifo, in sending order per channel
  std::vector<std::uint32_t> cut;  // per node: bit j = messages to node j do not get through
  FaultCounts used;
  friend bool operator==(const World&, const World&) = default;

  bool connected(int from, int to) const {
    return (cut[static_cast<std::size_t>(from)] >> static_cast<unsigned>(to) & 1U) == 0;
  }
  bool partitioned() const;
};

enum class TimingModel : std::uint8_t {
  synchronous,            // a timer fires only when nothing else can happen, shorter ones first
  asynchronous,           // an armed timer may fire at any moment
  partially_synchronous,  // as synchronous, but it may fire early, which counts as a fault
};
enum class Delivery : std::uint8_t {
  unordered,
  fifo,         // per channel, a channel being an ordered pair of processes
  duplicating,  // a delivered message stays in flight
};
/// What a crash leaves of the unforced tail of the log.
enum class TailRule : std::uint8_t { any, kept, lost };
enum class InFlight : std::uint8_t { keep, drop };
enum class AcrossCut : std::uint8_t { lose, hold };
enum class CrashPoints : std::uint8_t { cuts, steps };

/// How network, disk and clocks behave; part of every verdict.
struct Rules {
  /// As `copies`: no limit; no run has so many messages.
  static constexpr int any_number = 1'000'000'000;

  TimingModel timing = TimingModel::asynchronous;
  Delivery delivery = Delivery::unordered;
  int copies = 1;                          // equal messages in flight; a further one is absorbed
  InFlight in_flight = InFlight::keep;     // messages towards a node that crashes
  AcrossCut across_cut = AcrossCut::lose;  // messages across a partition
  TailRule tail = TailRule::any;
  CrashPoints crash_points = CrashPoints::cuts;
  HistoryParts keeps{
      .timed_out = false, .crashed = true, .answered = true, .effects = true, .saw = true};

  /// Whether a timer tells anything: that what it waits for will not come, but for early ones.
  bool timers_wait() const { return timing != TimingModel::asynchronous; }
  friend bool operator==(const Rules&, const Rules&) = default;
};

/// `set`, `bag` or `bag of 2`: the rule about equal messages in flight, for people.
std::string describe_copies(const Rules& rules);

/// Of all crashes, at most so many happen at these nodes.
struct CrashLimit {
  std::uint32_t nodes = 0;  // as a mask; none: no limit
  int crashes = 0;
  friend bool operator==(const CrashLimit&, const CrashLimit&) = default;
};

/// A write that somebody outside the protocol makes: `row` of the node's store has this value then.
struct OutsideWrite {
  int node = 0;
  RowKey row;
  int value = 0;
  friend bool operator==(const OutsideWrite&, const OutsideWrite&) = default;
};

/// How many faults may still be injected. `unlimited` sets no limit.
struct Budget {
  static constexpr int unlimited = -1;
  int crashes = 0;
  int recoveries = 0;
  int losses = 0;
  int duplicates = 0;
  int partitions = 0;
  int pauses = 0;
  int early_timeouts = 0;  // under partially synchronous timing
  bool heal = true;
  bool one_way = false;                        // also partitions that cut one direction
  bool operators = false;                      // also operator actions and client retries
  std::vector<OutsideWrite> outside_writes{};  // each at any moment, however often
  std::uint32_t may_crash = ~0U;               // nodes, as a mask
  std::array<CrashLimit, max_crash_limits> crash_limits{};
  friend bool operator==(const Budget&, const Budget&) = default;

  /// Every fault, without limit: what a person or a schedule may do.
  static Budget everything();
};

/// The nodes, as a mask, that may crash once more.
std::uint32_t may_crash(const Budget& budget, const FaultCounts& used);

/// Counts `used`, as `apply` left it after one step, under the budget: the crash of `crashed` (-1:
/// none) against its limits; and a count without a budget stops at 1, so that spaces stay finite.
void settle(const Budget& budget, int crashed, FaultCounts& used);

enum class EventKind : std::uint8_t {
  start,
  deliver,
  lose,
  duplicate,
  timeout,
  crash,
  recover,
  partition,
  heal,
  pause,
  resume,
  store,
  operator_,
  client,
  write,
  amnesia,
  rename,
};

/// One atomic step of the world, with its choices and the crash inside it. Fields that do not apply
/// are zero. The one-line form is in event.hpp.
struct Event {
  EventKind kind{};
  int node = -1;
  int slot = -1;                      // on the node: start, timeout, store, operator, client
  Envelope message;                   // deliver, lose, duplicate
  int timer = 0;                      // timeout
  StoreNotice notice;                 // store
  int code = 0;                       // operator: the action; client: the key
  RowKey row;                         // write
  int value = 0;                      // write
  int kept = 0;                       // recover: how many unforced records survived the crash
  std::vector<std::uint32_t> groups;  // partition: nodes of each side; one_way: from, then to
  bool one_way = false;
  StepPlan plan;  // start, deliver, duplicate, timeout, recover, store, operator, client
};

/// The node that the event happens at, for a message the receiver's; -1 for a partition or heal.
inline int node_of(const Model& model, const Event& event) {
  const bool message = event.kind == EventKind::deliver || event.kind == EventKind::duplicate ||
                       event.kind == EventKind::lose;
  return message ? model.setup().node_of(event.message.to) : event.node;
}

/// What a step did, for traces.
struct StepReport {
  LocalStep step;
  bool ran_handler = false;
  int tail = 0;                   // recover: unforced records before the tail was settled
  std::vector<Envelope> lost;     // messages that this step lost
  std::vector<Envelope> dropped;  // sends of this step that the network absorbed as equal copies
};

/// The world before anything has happened.
World initial_world(const Model& model);

/// Performs `event`. RETURNS: nothing, the world untouched, if it is not enabled (the budget
/// aside).
std::optional<StepReport> apply(const Model& model,
                                const Rules& rules,
                                World& world,
                                const Event& event);

struct Successor {
  Event event;
  World world;
  StepReport report;
};

/// Every step that is enabled and within the budget, in a fixed order: ordinary events first, then
/// faults; for each event steps without a crash first. `past_bound` collects a bound that some step
/// would have passed.
std::vector<Successor> successors(const Model& model,
                                  const Rules& rules,
                                  const Budget& budget,
                                  const World& world,
                                  std::string* past_bound = nullptr);

/// Canonical bytes: equal for equal worlds only.
std::string key_of(const World& world);
/// Appends those of one part.
void append_key(const Envelope& envelope, std::string& key);
void append_key(const FaultCounts& used, std::string& key);

/// The slot's state.
inline const ProcessState& state_of(const Model& model,
                                    const World& world,
                                    int tx,
                                    ProcessId process) {
  const auto node = static_cast<std::size_t>(model.setup().node_of(process));
  return world.nodes[node].slots[static_cast<std::size_t>(model.setup().local_slot(tx, process))];
}

}  // namespace concordat
