#include "sim/app/exploration.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/property_names.hpp"
#include "sim/model/event.hpp"
#include "sim/run/blocking.hpp"
#include "sim/scenario/write.hpp"

namespace concordat::app {

namespace {

using scenario::Scenario;

/// `a, b: c` -> `a-b-c`.
std::string kebab(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool capital = c >= 'A' && c <= 'Z';
    if (letter || capital)
      out += capital ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out.empty() ? "scenario" : out;
}

CheckRequest request_of(const Scenario& scenario, scenario::Bound& bound) {
  CheckRequest request;
  request.model = bound.model.get();
  request.budget = bound.budget;
  const bool asked = scenario.explore && !scenario.explore->properties.empty();
  std::vector<std::string> names;
  if (asked) {
    for (const auto& entry : scenario.explore->properties)
      names.push_back(entry.key.value);
  } else {
    names = {"uniform_agreement",
             "agreement_among_correct",
             "commit_validity",
             "abort_validity_weak",
             "irrevocability",
             "non_blocking"};
    if (!bound.model->setup().conserved.empty()) names.emplace_back("resource_conservation");
  }
  for (const std::string& name : names) {
    const Property* property = find_property(name);
    if (property == nullptr)
      request.non_blocking = true;
    else
      request.properties.push_back(property);
    if (property != nullptr && property->needs_timed_out) bound.explore_rules.keep_timed_out = true;
  }
  request.rules = bound.explore_rules;
  if (scenario.explore && scenario.explore->max_states)
    request.limits.max_states = scenario.explore->max_states->value;
  if (scenario.explore && scenario.explore->max_depth)
    request.limits.max_depth = scenario.explore->max_depth->value;
  return request;
}

/// The scenario of a counterexample: the same setting and this schedule, expecting the violation.
Scenario counterexample(const Scenario& scenario,
                        const PropertyVerdict& verdict,
                        const std::vector<std::string>& schedule) {
  Scenario out = scenario;
  out.file.clear();
  out.name.value = scenario.name.value + ", " + verdict.name + " violated";
  out.faults.clear();
  out.explore.reset();
  if (scenario.explore && scenario.explore->timing.value == TimingModel::synchronous) {
    if (!out.timing) out.timing.emplace();
    out.timing->model.value = TimingModel::synchronous;
  }
  out.expect.emplace();
  out.expect->properties.push_back({{verdict.name, {}}, {"violated", {}}});
  out.schedule.emplace();
  for (const std::string& line : schedule)
    out.schedule->push_back({line, {}});
  return out;
}

/// Replays a violation through `apply`, step by step, and says what it is. A path that does not
/// replay is an error of the checker.
Finding confirm(const Scenario& scenario,
                const scenario::Bound& bound,
                const PropertyVerdict& verdict) {
  Finding finding;
  finding.verdict = verdict;
  if (verdict.verdict != Verdict::violated) return finding;
  const Model& model = *bound.model;
  World world = initial_world(model);
  Milestones milestones;
  int step = 0;
  for (const Event& event : verdict.path) {
    const auto report = apply(model, bound.explore_rules, world, event);
    check(report.has_value(), "a counterexample replays step by step");
    append_milestones(model, event, *report, ++step, milestones);
    finding.schedule.push_back(format(model, event, *report));
  }
  if (const Property* property = find_property(verdict.name)) {
    check(!satisfied(*property, model, world), "a counterexample ends in the violation");
    finding.sentence = property->explain(model, world, milestones);
  } else {
    const BlockingReport report = find_blocked(model, bound.explore_rules, world);
    check(!report.complete || !report.blocked.empty(),
          "a counterexample ends with somebody blocked");
    for (const BlockedProcess& blocked : report.blocked)
      if (finding.sentence.empty()) finding.sentence = describe(model, blocked);
  }
  finding.counterexample_yaml =
      scenario::write(counterexample(scenario, verdict, finding.schedule));
  finding.file_name = kebab(scenario.name.value) + "-" + kebab(verdict.code) + ".yaml";
  return finding;
}

void judge(Exploration& x) {
  const auto& explore = x.scenario.explore;
  const auto expect = [&](Position at,
                          const std::string& what,
                          const std::string& expected,
                          const std::string& got) {
    x.expects = true;
    if (expected != got) x.unmet.push_back({at, what + ": expected " + expected + ", got " + got});
  };
  bool limited = !x.result.complete;
  bool safety_broken = false;
  for (const Finding& finding : x.findings) {
    const std::string verdict{enum_name(finding.verdict.verdict)};
    bool expected = false;
    if (explore)
      for (const auto& entry : explore->properties)
        if (entry.key.value == finding.verdict.name && !entry.value.value.empty()) {
          expect(entry.key.at, finding.verdict.name, entry.value.value, verdict);
          expected = true;
        }
    if (!expected && finding.verdict.verdict == Verdict::violated &&
        finding.verdict.name != "non_blocking")
      safety_broken = true;
    if (expected && finding.verdict.verdict != Verdict::unknown) continue;
    limited = limited || finding.verdict.verdict == Verdict::unknown;
  }
  if (explore) {
    const auto number = [&](const auto& field, const char* what, std::int64_t got) {
      if (field) expect(field->at, what, std::to_string(field->value), std::to_string(got));
    };
    number(explore->states, "states", x.result.states);
    number(explore->transitions, "transitions", x.result.transitions);
    number(explore->depth, "depth", x.result.depth);
  }
  if (!x.unmet.empty() || safety_broken)
    x.exit_code = violated;
  else if (limited && !(x.expects && x.result.limit != "stopped"))
    x.exit_code = unknown;
}

}  // namespace

Result<Exploration> explore(
    const Registry& registry,
    Scenario scenario,
    const Checker& checker,
    std::function<bool(std::int64_t, std::int64_t, int, std::int64_t)> progress) {
  auto bound = scenario::bind(scenario, registry);
  if (!bound) return bound.error();
  Exploration x;
  x.scenario = std::move(scenario);
  x.bound = std::move(*bound);
  CheckRequest request = request_of(x.scenario, x.bound);
  request.progress = std::move(progress);
  x.result = checker(request);
  for (const PropertyVerdict& verdict : x.result.properties)
    x.findings.push_back(confirm(x.scenario, x.bound, verdict));
  judge(x);
  return x;
}

}  // namespace concordat::app
