#include "sim/run/runner.hpp"

#include <algorithm>

#include "sim/model/event.hpp"
#include "sim/run/blocking.hpp"
#include "sim/run/default_order.hpp"
#include "sim/run/timed_run.hpp"
#include "sim/scenario/write.hpp"

namespace concordat {

namespace {

/// Adds what only a search of the futures can tell: who is blocked at the end.
void add_blocking(const Model& model, const Rules& rules, const World& world, trace::Trace& trace) {
  const BlockingReport report = find_blocked(model, rules, world);
  trace::PropertyStatus status{"NB", "non_blocking", "ok", ""};
  if (!report.complete) status.status = "not_reached";
  for (const BlockedProcess& blocked : report.blocked) {
    for (trace::Final& final : trace.finals) {
      if (final.tx != blocked.slot.tx ||
          final.process != model.setup().name_of(blocked.slot.process))
        continue;
      final.blocked = true;
      final.waits_for = blocked.waits_for;
      final.freed_by = blocked.freed_by;
    }
    if (!report.complete) continue;
    status.status = "violated";
    if (status.sentence.empty()) status.sentence = describe(model, blocked);
  }
  const auto& judged = model.setup().judged;
  if (judged.empty() || std::ranges::find(judged, status.name) != judged.end())
    trace.properties.push_back(std::move(status));
}

/// Properties that speak of the end, as far as the run's end, without repairs, is one.
void add_rest(const Model& model, const Rules& rules, const World& world, Recorder& recorder) {
  for (const Property& property : safety_properties())
    if (property.judge_at_rest != nullptr && is_judged(property, model) &&
        comes_to_rest(model, rules, world, property) == false)
      recorder.cannot_rest(property, world);
}

/// The words with one blank between them.
std::string one_line(const std::string& text) {
  std::string out;
  bool gap = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank) out += std::string(gap && !out.empty() ? " " : "") + c;
    gap = blank;
  }
  return out;
}

}  // namespace

Run conclude(const Model& model,
             const Rules& rules,
             Recorder& recorder,
             World world,
             std::optional<Error> error) {
  Run run;
  add_rest(model, rules, world, recorder);
  run.trace = recorder.finish(world);
  add_blocking(model, rules, world, run.trace);
  run.world = std::move(world);
  run.error = std::move(error);
  return run;
}

Run replay(const Model& model,
           const Rules& rules,
           const std::vector<scenario::Text>& schedule,
           const std::string& file) {
  World world = initial_world(model);
  Recorder recorder(model, rules, world);
  std::optional<Error> error;
  for (const scenario::Text& line : schedule) {
    const auto event = parse_event(model, rules, world, line.value);
    if (!event) {
      error = event.error();
      error->file = file;
      error->at = line.at;
      break;
    }
    const World before = world;
    const auto report = apply(model, rules, world, *event);
    check(report.has_value(), "an event that was parsed in a world is enabled in it");
    recorder.record(before, *event, *report, world);
  }
  return conclude(model, rules, recorder, std::move(world), std::move(error));
}

Run run_in_order(const Model& model,
                 const Rules& rules,
                 const std::vector<scenario::At<scenario::Fault>>& faults,
                 const std::string& file,
                 int max_steps) {
  World world = initial_world(model);
  Recorder recorder(model, rules, world);
  DefaultOrder order(model, rules, faults);
  std::optional<Error> error;
  int steps = 0;
  while (const auto event = order.next(world)) {
    const World before = world;
    const auto report = apply(model, rules, world, *event);
    check(report.has_value(), "the default order picks enabled events");
    recorder.record(before, *event, *report, world);
    order.happened(*event, *report, world);
    if (++steps < max_steps) continue;
    error =
        Error{file, {}, "the run did not end within " + std::to_string(max_steps) + " steps", ""};
    break;
  }
  if (const auto fault = order.unused_fault(); fault && !error)
    error = Error{file,
                  *fault,
                  "this fault never happened: its cause did not come",
                  "`concordat run` without it shows what does happen"};
  return conclude(model, rules, recorder, std::move(world), std::move(error));
}

scenario::Scenario as_schedule(const scenario::Scenario& scenario, const trace::Trace& trace) {
  std::vector<std::string> lines;
  for (const trace::Step& step : trace.steps)
    lines.push_back(step.event);
  return with_schedule(scenario, lines, trace.timed.has_value());
}

Run run(const scenario::Scenario& scenario, const scenario::Bound& bound, std::uint64_t seed) {
  Run run = scenario.schedule
                ? replay(*bound.model, bound.run_rules, *scenario.schedule, scenario.file)
            : bound.is_timed
                ? run_timed(scenario, bound, seed).run
                : run_in_order(*bound.model, bound.run_rules, scenario.faults, scenario.file);
  run.trace.scenario = scenario.name.value;
  run.trace.story = one_line(scenario.story);
  run.trace.scenario_text =
      scenario::write(run.trace.timed ? scenario : as_schedule(scenario, run.trace));
  return run;
}

}  // namespace concordat
