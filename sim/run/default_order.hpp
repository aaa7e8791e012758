// The default order of an untimed run (runner.hpp): which event comes next.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/run/fault_plan.hpp"

namespace concordat {

class DefaultOrder {
 public:
  /// Both references outlive the object.
  DefaultOrder(const Model& model,
               const Rules& rules,
               const std::vector<scenario::At<scenario::Fault>>& faults);

  /// The next event, or nothing when the run is over.
  std::optional<Event> next(const World& world);
  /// Tells it what `next` led to.
  void happened(const Event& event, const StepReport& report, const World& after);
  /// The place of a fault that has not happened, or nothing.
  std::optional<Position> unused_fault() const { return plan_.unused(); }

 private:
  struct Recovery {
    int node = 0;
    bool tail_lost = false;
  };

  std::optional<Event> fault_now(const World& world);
  std::optional<Event> start(const World& world) const;
  static std::optional<Event> notice(const World& world);
  std::optional<Event> delivery(const World& world);
  std::optional<Event> timer(const World& world);
  std::optional<Event> repair(const World& world);
  void note_sends(const Event& event, const StepReport& report);
  void plan_crash(const World& world, Event& event);
  void force(std::size_t index);
  void note_repair(const scenario::Fault& fault, int node);

  const Model& model_;
  const Rules& rules_;
  FaultPlan plan_;
  std::vector<Recovery> recover_;  // once nothing else can happen
  std::vector<int> resume_;
  bool heal_ = false;
  std::deque<Envelope> sent_;       // in sending order, one entry per copy
  std::deque<std::size_t> forced_;  // faults whose cause has come
  std::set<std::string> quiet_;     // worlds in which only timers were left
  std::size_t next_timer_ = 0;      // where to go on among equal retry timers
};

}  // namespace concordat
