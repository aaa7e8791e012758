// The Trace: what happened in one run, as plain values with names in them. It knows no protocol and
// no engine, so that a viewer opens a trace with nothing else present. Schema "concordat-trace/1",
// described by trace.schema.json; JSON in and out is lossless (json.hpp).
//
// Reading order: `Trace` at the bottom, then `Step`, then `Effect`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace concordat::trace {

inline constexpr std::string_view format_name = "concordat-trace/1";

/// A name with a value, both as people read them: `termination = cooperative`.
struct NameValue {
  std::string name;
  std::string value;
  friend bool operator==(const NameValue&, const NameValue&) = default;
};

/// One process of the protocol: (role, index), placed on a node. `votes` and `decides` say what its
/// role is asked to do.
struct Process {
  std::string name;  // "c", "p1"
  std::string role;  // "coordinator"
  std::string node;  // the node that runs it; equal to `name` unless co-located
  bool votes = false;
  bool decides = false;
  friend bool operator==(const Process&, const Process&) = default;
};

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

enum class EffectKind : std::uint8_t {
  send,    // message, from, to (several `to` for a broadcast), ids
  force,   // text = the record, "" for a commit without one; store = commit|prepare|rollback|""
  append,  // as force, but unforced
  arm,
  disarm,   // text = the timer
  vote,     // text = yes|no|read
  decide,   // text = commit|abort
  answer,   // text = commit|abort
  choose,   // text = label, value = outcome
  store,    // text = what, e.g. "lock accounts.alice", value = granted|refused|waiting or the row
  lost,     // a message that was lost in this step: message, from, to, ids
  receive,  // the message that this step consumed
  crash,    // the node went down inside (or by) this step; text = where, e.g. "after force commit"
  recover,  // text = what was kept of the log tail
};

/// One thing that a step did, in order. Fields that do not apply are empty.
struct Effect {
  EffectKind kind{};
  int tx = 0;                     // transaction, from 1; 0 where none applies
  std::string process;            // who did it ("" for the network)
  std::string text;               // see EffectKind
  std::string value;              // see EffectKind
  std::string store;              // force/append: what became of the local transaction
  std::string message;            // send/lost/receive: "commit" or "ack{ballot=2}"
  std::string from;               // send/lost/receive: sending process
  std::vector<std::string> to;    // send/lost/receive: receiving processes
  std::vector<std::int64_t> ids;  // send/lost/receive: one id per entry of `to`; a send and the
                                  // receive (or loss) of the same copy carry the same id
  bool local = false;             // send/receive: both ends on one node; free, not counted
  bool suppressed = false;        // the crash in this step came before it: it did not happen
  /// When it happened, if that is later than the step: what follows a force waits for the disk.
  std::optional<std::int64_t> time_us;
  friend bool operator==(const Effect&, const Effect&) = default;
};

/// One field that a step changed. `where` is a process ("p1", with two transactions "t2 p1") or a
/// node; `part` is log | state | timers | store | locks | node.
struct Change {
  std::string where;
  std::string part;
  std::string field;   // "prepared", "accounts.alice"; for timers the timer's name
  std::string before;  // printed value; "" = absent
  std::string after;
  friend bool operator==(const Change&, const Change&) = default;
};

/// How a property stands. Statuses: ok | violated | not_reached. `sentence` says what, where, when.
struct PropertyStatus {
  std::string code;  // "UA"
  std::string name;  // "uniform_agreement"
  std::string status;
  std::string sentence;
  friend bool operator==(const PropertyStatus&, const PropertyStatus&) = default;
};

/// One atomic step: one event with everything it did. The `event` lines of a trace, in order, are a
/// schedule that replays it.
struct Step {
  int index = 0;                        // from 1
  std::optional<std::int64_t> time_us;  // absent in an untimed run
  EventKind kind{};
  std::string event;                             // the one-line form, e.g. "deliver yes(p2->c)"
  int tx = 0;                                    // from 1; 0 where none applies
  std::string process;                           // the process that handled it, or ""
  std::string node;                              // the node it touched, or ""
  std::vector<std::vector<std::string>> groups;  // partition: the nodes of each side; empty for a
                                                 // cut that sides cannot describe (one-way)
  std::vector<Effect> effects;
  std::vector<Change> changes;
  std::vector<PropertyStatus> properties;  // those whose status changed in this step
  // What a search of all runs says of the state after it; a run alone does not know.
  std::vector<std::string> still_possible;  // per transaction: both, commit, abort or nothing can
                                            // still be decided; empty if nobody has asked
  bool doomed = false;                      // no run from there keeps every property
  friend bool operator==(const Step&, const Step&) = default;
};

/// How one process stands at the end, for one transaction.
struct Final {
  int tx = 1;
  std::string process;
  std::string vote;      // yes|no|read|""
  std::string decision;  // commit|abort|"commit, then abort"|""
  bool up = true;
  bool blocked = false;
  std::string waits_for;              // blocked: the event that would let it decide, or ""
  std::vector<std::string> holds;     // rows locked for it: "accounts.alice"
  std::vector<std::string> freed_by;  // blocked: events that would lead to its decision
  friend bool operator==(const Final&, const Final&) = default;
};

/// Counts over the run. Messages count inter-node copies; forces count forced writes.
struct Counts {
  int messages = 0;
  int local_messages = 0;
  int forces = 0;
  int records = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};

/// A span of virtual time in which something was the case.
struct Interval {
  std::string kind;  // in_doubt | blocked (processes), down | paused (nodes), cut (the network)
  int tx = 0;        // from 1; 0 where none applies
  std::string who;   // the process or node; "" for the network
  std::int64_t from_us = 0;
  std::optional<std::int64_t> to_us;  // absent: until the end of the run
  std::string text;                   // cut: "{c} | {p1,p2}"; blocked: what it waits for; else ""
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// When one transaction did what. UNITS: virtual time, microseconds.
struct TxTimes {
  int tx = 1;
  std::int64_t started_us = 0;
  std::optional<std::int64_t> answered_us;  // the client was told
  std::optional<std::int64_t> decided_us;   // the last process that must decide has decided
  friend bool operator==(const TxTimes&, const TxTimes&) = default;
};

/// What a timed run has beside its steps.
struct Timed {
  std::uint64_t seed = 0;
  std::int64_t end_us = 0;
  std::string ended;        // quiet | retries | decided | limit
  std::string fingerprint;  // of every event with its time, 16 hexadecimal digits
  std::vector<TxTimes> transactions;
  std::vector<Interval> intervals;  // by (from_us, kind, who, tx)
  friend bool operator==(const Timed&, const Timed&) = default;
};

struct Trace {
  std::string format{format_name};
  std::string scenario;  // its name
  std::string story;     // what it tells and why it matters; may be empty
  std::string protocol;
  std::vector<NameValue> options;
  std::vector<Process> processes;
  std::vector<std::string> nodes;
  int transactions = 1;
  std::vector<NameValue> rules;  // timing, delivery, copies, ... as the scenario sets them
  std::vector<Change> initial;   // every field that is not zero at the start, `before` empty
  std::vector<Step> steps;
  std::vector<Final> finals;               // per transaction and process
  std::vector<NameValue> rows;             // every row at the end: "p1 accounts.alice" = "900"
  std::vector<std::string> in_flight;      // messages still under way: "ack(p1->c)"
  std::vector<PropertyStatus> properties;  // at the end
  Counts counts;
  std::optional<Timed> timed;  // absent in an untimed run
  std::string scenario_text;   // the scenario as YAML, with this run's schedule; replays it
  friend bool operator==(const Trace&, const Trace&) = default;
};

}  // namespace concordat::trace
