// The `faults:` of a scenario while it runs: which are still to come, and which of them a step or a
// message calls for. Times are the business of whoever runs the scenario.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sim/model/property.hpp"
#include "sim/scenario/scenario.hpp"

namespace concordat {

class FaultPlan {
 public:
  using Faults = std::vector<scenario::At<scenario::Fault>>;

  /// Both references outlive the plan.
  FaultPlan(const Model& model, const Faults& faults);

  /// Everything is to come again.
  void reset();

  std::size_t size() const { return pending_.size(); }
  const scenario::Fault& fault(std::size_t index) const { return pending_[index].fault->value; }
  /// Whether it has not come as often as it should.
  bool waits(std::size_t index) const { return pending_[index].left > 0; }
  void used(std::size_t index) { --pending_[index].left; }
  /// Keeps a fault from being called for twice while it is under way.
  void hold(std::size_t index, bool held) { pending_[index].held = held; }
  /// The place in the file of a fault that has not come, or nothing.
  std::optional<Position> unused() const;

  /// The first waiting fault that matches this message and whose window, if it has one, has
  /// `sent_us` in it; nothing: none.
  std::optional<std::size_t> of_message(const Envelope& envelope,
                                        std::optional<std::int64_t> sent_us = {}) const;

  /// A crash that belongs inside a step.
  struct Inside {
    std::size_t index = 0;
    Cut cut;  // `before` may be the number of effects: right after the step
  };
  /// Whether any such crash waits.
  bool some_inside() const;
  /// The crash that waits for an effect of this step, if there is one.
  std::optional<Inside> inside(int node, const LocalStep& step) const;

  /// Crashes, partitions and pauses that wait for a cause which a step of `node` with these
  /// milestones made true. `at_rest`: no other step is under way there.
  std::vector<std::size_t> caused_by(const Milestones& news,
                                     const LocalState& local,
                                     int node,
                                     bool at_rest = true) const;

  /// The event of a crash, partition or pause.
  Event event_of(std::size_t index) const;

 private:
  struct Pending {
    const scenario::At<scenario::Fault>* fault = nullptr;
    int left = 1;
    bool held = false;
  };

  bool matches(const scenario::MessageFault& fault, const Envelope& envelope) const;
  bool caused(const std::string& cause,
              int node,
              const Milestones& news,
              const LocalState& local,
              bool at_rest) const;
  std::optional<Cut> place_of(const scenario::CrashFault& fault,
                              int node,
                              const LocalStep& step) const;

  const Model& model_;
  std::vector<Pending> pending_;
};

}  // namespace concordat
