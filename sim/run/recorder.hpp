// Turns steps into a Trace: a world before, an event with its report, a world after. It watches the
// properties along the run and keeps track of every copy of a message, so that an arrow of the
// trace has two ends.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/model/property.hpp"
#include "sim/trace/trace.hpp"

namespace concordat {

class Recorder {
 public:
  /// `model` outlives the recorder. The trace starts in `world`.
  Recorder(const Model& model, const Rules& rules, const World& world);

  /// When a step of a timed run happened. UNITS: microseconds.
  struct Times {
    std::int64_t start_us = 0;
    std::span<const std::int64_t> effects_us;  // of the handler, -1 = did not happen
    std::int64_t crash_us = -1;
  };
  /// Appends the step that led from `before` to `after`. RETURNS: its line.
  std::string record(const World& before,
                     const Event& event,
                     const StepReport& report,
                     const World& after,
                     const Times* times = nullptr);

  /// Fills in how it ended and returns the trace; `scenario` and `scenario_text` are left empty.
  trace::Trace finish(const World& world);

  const trace::Trace& so_far() const { return trace_; }
  /// Safety properties that a step has violated, by name.
  bool violated(std::string_view property) const;
  /// The run is over, and the property finds its end no end.
  void cannot_rest(const Property& property, const World& world);

 private:
  struct Copies {
    Envelope envelope;
    std::deque<std::int64_t> ids;
  };

  void describe(const Rules& rules, const World& world);
  trace::Effect message_effect(trace::EffectKind kind, const Envelope& envelope);
  std::int64_t take_id(const Envelope& envelope);
  std::int64_t put_id(const Envelope& envelope);
  void record_effects(int node,
                      const Event& event,
                      const StepReport& report,
                      const Times* times,
                      trace::Step& step);
  trace::Effect effect_of(int node, const LocalStep& local, int index, const StepReport& report);
  void record_losses(const StepReport& report, const World& after, trace::Step& step);
  void record_changes(const World& before,
                      const World& after,
                      std::vector<trace::Change>& out) const;
  void judge(const World& world, trace::Step& step);
  void count(const trace::Step& step);

  const Model& model_;
  trace::Trace trace_;
  std::vector<Copies> copies_;
  std::int64_t next_id_ = 1;
  Milestones milestones_;
  std::map<std::string, trace::PropertyStatus> statuses_;
};

/// The rules as (name, value), for reports.
std::vector<trace::NameValue> describe_rules(const Rules& rules);

}  // namespace concordat
