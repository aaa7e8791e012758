// A Trace as a picture knows it: lanes, arrows, marks, bars and cuts, each with the place in the
// run where it begins and ends. No pixels, no times in seconds, and nothing of Qt.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace concordat::gui {

/// A place in a run: one line of one step. `step` counts from 0, `row` within the step from 0.
struct Place {
  int step = 0;
  int row = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Lane {
  std::string name;  // "p1"
  std::string role;  // "participant"
  std::string node;  // "" if it is called as the lane
};

/// What became of a message.
enum class Fate : std::uint8_t {
  arrived,
  repeated,   // a copy of one that had arrived
  lost,       // by itself
  cut,        // by a partition
  in_flight,  // until the end of the run
};

struct Arrow {
  int from = 0;  // lanes
  int to = 0;
  Place sent;
  Place end;  // where it arrives, or is lost; for `in_flight` where it was sent
  Fate fate{};
  bool local = false;  // within a node
  int tx = 0;
  std::string_view label;  // "prepare", "ack{ballot=2}"
};

enum class MarkKind : std::uint8_t {
  start,
  force,
  append,
  timer,
  vote_yes,
  vote_no,
  vote_read,
  commit,
  abort,
  answer,
  choice,
  store,
  crash,
  recover,
  other,
};

/// Something that a process did, at one place of its lane.
struct Mark {
  int lane = 0;
  Place at;
  MarkKind kind{};
  int tx = 0;
  std::string_view words;  // "force prepared"
};

enum class BarKind : std::uint8_t { in_doubt, down, paused, locked };

/// Something that was the case at a lane for a while. `to` absent: until the end of the run.
struct Bar {
  int lane = 0;
  BarKind kind{};
  Place from;
  std::optional<Place> to;
  int tx = 0;
  std::string_view words;  // "accounts.alice" of a lock
};

/// The network was cut.
struct Cut {
  Place from;
  std::optional<Place> to;
  std::string words;  // "{c} | {p1, p2}"
};

/// A property that is violated from there on.
struct Violation {
  Place at;
  std::string code;      // "UA"
  std::string sentence;  // what, where, when
};

/// How a property stands from a step on; `step` counts from 0.
struct PropertyChange {
  int step = 0;
  trace::PropertyStatus status;
};

/// A process that is blocked when the run ends.
struct Stuck {
  int lane = 0;
  std::string words;  // the event that would free it, or that it waits for
};

/// What can still be decided after a step; `unknown` if nobody has worked it out.
enum class Valence : std::uint8_t { unknown, both, commit, abort, nothing };

class Words;

struct Sequence {
  std::shared_ptr<const Words> words;  // what the texts below stand in, each once
  std::vector<Lane> lanes;
  std::vector<int> rows;                // per step: how many lines it has, at least one
  std::vector<std::int64_t> times_us;   // per step; empty for a run without times
  std::vector<int> transactions;        // per step, from 1; 0 where none applies
  std::vector<trace::EventKind> kinds;  // per step
  std::vector<Arrow> arrows;            // by `sent`
  std::vector<Mark> marks;              // by `at`
  std::vector<Bar> bars;                // by `from`
  std::vector<Cut> cuts;
  std::vector<Violation> violations;
  std::vector<PropertyChange> properties;  // by `step`
  std::vector<Stuck> stuck;
  std::vector<Valence> valences;  // per step
  std::vector<bool> doomed;       // per step: no run from there keeps every property
  /// The step after which the outcome is settled although it was open before; -1 if unknown.
  int deciding_step = -1;
  /// The first step that is doomed; -1 if none is.
  int point_of_no_return = -1;

  int step_count() const { return static_cast<int>(rows.size()); }
};

/// Makes a Sequence, step by step.
class SequenceBuilder {
 public:
  /// `trace` need not have its steps; it must outlive this.
  explicit SequenceBuilder(const trace::Trace& trace);
  ~SequenceBuilder();
  SequenceBuilder(const SequenceBuilder&) = delete;
  SequenceBuilder& operator=(const SequenceBuilder&) = delete;

  void add(const trace::Step& step);
  Sequence finish() &&;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// COMPLEXITY: the size of the trace.
Sequence sequence_of(const trace::Trace& trace);

}  // namespace concordat::gui
