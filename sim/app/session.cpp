#include "sim/app/session.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/model/event.hpp"
#include "sim/scenario/read.hpp"

namespace concordat::app {

namespace {

EventGroup group_of(const Successor& successor) {
  if (successor.report.step.cut) return EventGroup::crash_inside;
  switch (successor.event.kind) {
    case EventKind::start:
    case EventKind::deliver:
    case EventKind::timeout:
    case EventKind::store: return EventGroup::ordinary;
    case EventKind::lose:
    case EventKind::duplicate:
    case EventKind::crash:
    case EventKind::recover:
    case EventKind::partition:
    case EventKind::heal:
    case EventKind::pause:
    case EventKind::resume:
    case EventKind::operator_:
    case EventKind::client:
    case EventKind::write:
    case EventKind::amnesia:
    case EventKind::rename: break;
  }
  return EventGroup::fault;
}

}  // namespace

Session::Session(scenario::Scenario scenario, scenario::Bound bound)
    : scenario_(std::move(scenario)),
      bound_(std::make_shared<const scenario::Bound>(std::move(bound))) {
  nodes_.emplace_back().world = initial_world(model());
}

Result<Session> Session::of_trace(const Registry& registry,
                                  const trace::Trace& trace,
                                  std::optional<Error>& problem) {
  if (trace.scenario_text.empty())
    return Error{"", {}, "this trace does not carry its scenario", "open the scenario itself"};
  auto scenario = scenario::read(trace.scenario_text, trace.scenario);
  if (!scenario) return scenario.error();
  auto bound = scenario::bind(*scenario, registry);
  if (!bound) return bound.error();
  Session session(std::move(*scenario), std::move(*bound));
  std::vector<std::string> lines;
  for (const trace::Step& step : trace.steps)
    lines.push_back(step.event);
  problem = session.follow(lines);
  return session;
}

std::vector<int> Session::path_to(int id) const {
  std::vector<int> path;
  for (; id >= 0; id = node(id).parent)
    path.push_back(id);
  std::ranges::reverse(path);
  return path;
}

std::vector<EnabledLine> Session::enabled(const Listing& listing) const {
  const Budget everything = Budget::everything();
  Budget budget = listing.faults ? everything : Budget{};
  Rules rules = bound_->run_rules;
  rules.crash_points = listing.cuts ? CrashPoints::cuts : CrashPoints::steps;
  if (listing.cuts) budget.crashes = Budget::unlimited;
  std::vector<EnabledLine> out;
  for (const Successor& successor : successors(model(), rules, budget, world()))
    out.push_back({format(model(), successor.event, successor.report),
                   group_of(successor),
                   successor.event.kind});
  return out;
}

Result<Session::Taken> Session::take(const std::string& line) {
  auto event = parse_event(model(), bound_->run_rules, world(), line);
  if (!event) return event.error();
  World next = world();
  auto report = apply(model(), bound_->run_rules, next, *event);
  check(report.has_value(), "an event that was parsed in a world is enabled in it");
  const std::string canonical = format(model(), *event, *report);
  const int parent = current_;
  const auto& siblings = node(parent).children;
  const auto known =
      std::ranges::find_if(siblings, [&](int child) { return node(child).line == canonical; });
  if (known != siblings.end()) {
    current_ = *known;
  } else {
    current_ = node_count();
    Node& made = nodes_.emplace_back();
    made.parent = parent;
    made.depth = node(parent).depth + 1;
    made.line = canonical;
    made.violated = violations(node(parent).world, next);
    made.world = std::move(next);
    nodes_[static_cast<std::size_t>(parent)].children.push_back(current_);
  }
  nodes_[static_cast<std::size_t>(parent)].forward = current_;
  return Taken{std::move(*event), std::move(*report)};
}

std::optional<Error> Session::follow(const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    if (auto taken = take(line); !taken) return taken.error();
  return std::nullopt;
}

bool Session::go_to(int id) {
  if (id < 0 || id >= node_count()) return false;
  current_ = id;
  for (; node(id).parent >= 0; id = node(id).parent)  // forward leads here again
    nodes_[static_cast<std::size_t>(node(id).parent)].forward = id;
  return true;
}

bool Session::undo() {
  const int parent = node(current_).parent;
  if (parent < 0) return false;
  nodes_[static_cast<std::size_t>(parent)].forward = current_;
  current_ = parent;
  return true;
}

bool Session::redo() {
  const int forward = node(current_).forward;
  if (forward < 0) return false;
  current_ = forward;
  return true;
}

std::vector<std::string> Session::schedule() const {
  std::vector<std::string> out;
  for (const int id : path_to(current_))
    if (id != 0) out.push_back(node(id).line);
  return out;
}

scenario::Scenario Session::as_scenario() const {
  scenario::Scenario out =
      scenario::with_schedule(scenario_, schedule(), scenario::is_timed(scenario_));
  out.expect.reset();
  out.explore.reset();
  return out;
}

scenario::Scenario Session::to_save() const {
  scenario::Scenario out = as_scenario();
  out.name.value += ": another schedule";
  out.story = fmt::format(
      "Chosen step by step. It began as the scenario `{}`, whose events it need "
      "not share.",
      scenario_.name.value);
  return out;
}

trace::Trace Session::trace() const {
  return run(as_scenario(), *bound_).trace;
}

std::vector<std::string> Session::violations(const World& before, const World& after) const {
  std::vector<std::string> out;
  for (const Property& property : safety_properties())
    if (property.code != "VAs" && is_judged(property, model()) &&
        !satisfied(property, model(), after) && satisfied(property, model(), before))
      out.emplace_back(property.name);
  return out;
}

}  // namespace concordat::app
