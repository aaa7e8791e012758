// A scenario: one story, as a YAML file. This header is the file's shape after reading and before
// it is bound to a protocol: names are still text, each with its place in the file, so that binding
// can point at the line that is wrong (bind.hpp).
//
// The reader (read.hpp) is strict: unknown keys, wrong types, repeated keys and impossible times
// are errors. The writer (write.hpp) gives a file that reads back as an equal scenario (positions
// apart).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/model/world.hpp"

namespace concordat::scenario {

/// A value with its place in the file. Equality ignores the place.
template <class T>
struct At {
  T value{};
  Position at{};
  friend bool operator==(const At& a, const At& b) { return a.value == b.value; }
};

using Text = At<std::string>;

/// `key: value` of a mapping whose keys the protocol decides.
template <class T>
struct Entry {
  Text key;
  At<T> value;
  friend bool operator==(const Entry&, const Entry&) = default;
};

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

/// `network:`. copies = 0 means `set` (an equal message in flight absorbs a second one).
struct Network {
  At<Delivery> delivery{};
  At<int> copies{};
  At<InFlight> crash{};
  At<AcrossCut> partition{};
  friend bool operator==(const Network&, const Network&) = default;
};

/// `timing:`. `timeouts` order the timers: a longer one fires later.
struct Timing {
  At<TimingModel> model{TimingModel::asynchronous, {}};  // for run, replay and step
  std::optional<At<Duration>> latency;
  std::optional<At<Duration>> force;
  std::vector<Entry<Duration>> timeouts;
  friend bool operator==(const Timing&, const Timing&) = default;
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

/// `partition: {groups: [[c, p1], [p2]], from: 20ms, to: 1s}` or, without times, `on: <cause> of`.
struct PartitionFault {
  At<std::vector<At<std::vector<Text>>>> groups;
  std::optional<At<Duration>> from;
  std::optional<At<Duration>> to;
  std::optional<Text> on;        // cause
  std::optional<Text> of;        // the process whose milestone it is
  std::optional<At<bool>> heal;  // an untimed run: heal once nothing else can happen
  friend bool operator==(const PartitionFault&, const PartitionFault&) = default;
};

/// `lose: {message: decision, to: p2}` / `duplicate: {message: commit, from: c, to: p1}`: the first
/// `count` copies that match. `from`, `to` may be left out.
struct MessageFault {
  enum class Kind : std::uint8_t { lose, duplicate } kind{};
  Text message;
  std::optional<Text> from;
  std::optional<Text> to;
  At<int> count{1, {}};
  friend bool operator==(const MessageFault&, const MessageFault&) = default;
};

using Fault = std::variant<CrashFault, PartitionFault, MessageFault>;

/// `expect:` on a run. Each is judged on the final state.
struct Expect {
  std::vector<Entry<std::string>> properties;    // uniform_agreement: ok | violated | not_reached
  std::optional<Text> outcome;                   // commit | abort | mixed | none
  std::vector<Entry<std::string>> decisions;     // p1: commit | abort | none | "commit, then abort"
  std::optional<At<std::vector<Text>>> blocked;  // processes, exactly these
  std::vector<std::pair<Text, std::vector<Entry<int>>>> store;  // p1: {accounts.alice: 900}
  std::optional<At<std::vector<Text>>> locked;  // "t2 p1 accounts.alice", exactly these
  std::optional<At<int>> messages;
  std::optional<At<int>> forces;
  std::optional<At<int>> steps;
  Position at;
  friend bool operator==(const Expect& a, const Expect& b) {
    return a.properties == b.properties && a.outcome == b.outcome && a.decisions == b.decisions &&
           a.blocked == b.blocked && a.store == b.store && a.locked == b.locked &&
           a.messages == b.messages && a.forces == b.forces && a.steps == b.steps;
  }
};

/// `explore:`: every schedule within these budgets, and what must come out. -1 = unlimited. Without
/// `recoveries` a crashed node stays down.
struct Explore {
  At<int> crashes{}, recoveries{}, losses{}, duplicates{}, partitions{}, pauses{};
  At<bool> heal{true, {}};
  At<bool> one_way{false, {}};
  std::optional<At<std::vector<Text>>> crash_only;  // nodes that may crash; absent = all
  At<TimingModel> timing{TimingModel::asynchronous, {}};
  At<TailRule> tail{TailRule::any, {}};
  At<CrashPoints> crash_points{};
  At<bool> faults{};  // `from: faults`
  std::optional<At<std::int64_t>> max_states;
  std::optional<At<int>> max_depth;
  std::vector<Entry<std::string>> properties;  // expect: uniform_agreement: holds|violated|unknown
  std::optional<At<std::int64_t>> states;      // expect: states / transitions / depth, exact
  std::optional<At<std::int64_t>> transitions;
  std::optional<At<int>> depth;
  Position at;
  friend bool operator==(const Explore& a, const Explore& b);
};

struct Scenario {
  std::string file;  // where it was read from; not part of equality
  Text name;
  std::string story;   // free text: what happens and why it matters
  std::string source;  // where it comes from: a paper, an issue thread
  Text protocol;
  std::vector<Entry<std::string>> options;
  std::vector<Entry<int>> processes;            // participants: 3
  std::vector<Entry<std::vector<Text>>> place;  // node: [processes]
  At<int> transactions{1, {}};
  std::vector<Choice> choices;  // votes: and choices:
  std::vector<InitialRow> store;
  std::vector<WorkItem> work;
  std::vector<Text> conserve;  // tables whose sum must not change
  At<LockPolicy> locks{};
  std::vector<Entry<int>> bounds;  // rounds: 3
  Network network;
  std::optional<Timing> timing;
  std::vector<At<Fault>> faults;
  std::optional<std::vector<Text>> schedule;
  std::optional<Expect> expect;
  std::optional<Explore> explore;
  friend bool operator==(const Scenario& a, const Scenario& b);
};

}  // namespace concordat::scenario
