// One global state on the step table, moved in place: what a walk needs, which follows one run at a
// time. The state is as in packed_state.hpp (a control state, a state for each node, a content for
// each channel), without a limit on its size; enabled events and their effects are those of
// `successors` and `apply`.
#pragma once

#include <vector>

#include "sim/explore/channels.hpp"

namespace concordat::explore {

/// What an event is for a scheduler. The ordinary ones happen by themselves; a schedule decides
/// whether and when the others do.
enum class EventClass : std::uint8_t {
  ordinary,  // start, deliver, timeout when it is due, store notice
  crash,     // between steps; a crash inside a step is an outcome of the step's event
  recover,
  lose,
  duplicate,
  partition,
  heal,
  pause,
  resume,
  operators,      // operator actions, client retries and outside writes
  early_timeout,  // a timer that is not due
};

/// An enabled event, with its outcomes by number (StepTable::move): [begin, plain_end) without and
/// [plain_end, end) with a crash inside. Either may be empty, not both.
struct EnabledEvent {
  std::uint32_t begin = 0;
  std::uint32_t plain_end = 0;
  std::uint32_t end = 0;
  EventClass kind{};
};

class GlobalState {
 public:
  /// At the initial state. REQUIRES: both outlive it.
  GlobalState(StepTable& steps, Channels& channels);
  /// With timers of its own kind, in a step table of timers that wait.
  GlobalState(StepTable& steps, Channels& channels, TimingModel timing);

  /// Back to the initial state.
  void reset();
  /// Adds what is under way in a world that the search begins in.
  void put_in_flight(const std::vector<Flight>& network);

  std::uint64_t fingerprint() const { return fingerprint_; }
  std::uint32_t control() const { return control_; }
  std::uint32_t local(int node) const { return locals_[static_cast<std::size_t>(node)]; }

  /// Appends the enabled events that happen by themselves, in a fixed order. As in every list here,
  /// outcomes with a crash inside are left out where the budget allows no crash.
  void list_ordinary(std::vector<EnabledEvent>& out);
  /// Appends the enabled events of another class.
  void list_others(EventClass kind, std::vector<EnabledEvent>& out);
  /// A bound that some outcome of the listed events would have passed, or `none`; reset by
  /// `list_ordinary`.
  std::uint32_t past_bound() const { return past_bound_; }

  /// Performs an outcome of a listed event.
  void perform(std::uint32_t move);

  // ---- Repair.

  /// Faults are over and forgotten: nobody is cut off, nothing crashes inside a step, and timers
  /// fire only when nothing else can happen. Who is down or paused stays so. Events that end faults
  /// count as faults again, so it is to be called after each of them. Without `heals` whoever is
  /// cut off stays so.
  void end_faults(bool heals = true);
  /// Appends what brings a node back whatever the budget says: its recoveries if it is down and may
  /// ever recover, its going on if it is paused.
  void list_repairs(int node, std::vector<EnabledEvent>& out);

 private:
  const Control& here() const { return steps_->controls().at(control_); }
  bool may_crash(int node) const {
    return !faults_are_over_ && (here().may_crash >> static_cast<unsigned>(node) & 1U) != 0;
  }
  /// Calls `visit(entry)` for each message in flight.
  template <class Visit>
  void each_message(Visit&& visit) const;
  void add(const MoveRow& row, int node, EventClass kind, std::vector<EnabledEvent>& out);
  void add_own(OwnKind own, EventClass kind, int highest_rank, std::vector<EnabledEvent>& out);
  void add_own_of(
      int node, OwnKind own, EventClass kind, int highest_rank, std::vector<EnabledEvent>& out);
  /// Adds the arrival of a message, or with `again` of a duplicate of it. RETURNS: false if it
  /// cannot arrive here and now.
  bool add_delivery(std::uint32_t message, bool again, std::vector<EnabledEvent>& out);
  int lowest_rank() const;
  bool is_quiet() const;
  void list_early_timeouts(std::vector<EnabledEvent>& out);
  std::uint32_t& content_of(std::uint32_t message);
  void set_content(std::uint32_t& content, std::uint32_t after);
  void put(std::uint32_t message);
  template <class Gone>
  void remove(Gone gone);

  StepTable* steps_;
  Channels* channels_;
  TimingModel timing_;
  bool faults_are_over_ = false;
  std::uint64_t fingerprint_ = 0;
  std::uint32_t control_ = 0;
  std::uint32_t past_bound_ = none;
  std::vector<std::uint32_t> locals_;    // per node
  std::vector<std::uint32_t> contents_;  // per channel; those behind the end are empty
};

}  // namespace concordat::explore
