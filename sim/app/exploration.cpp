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
  constexpr std::size_t longest = 100;  // with a code and a suffix, a name for any file system
  out.resize(std::min(out.size(), longest));
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
                        const Rules& rules,
                        const PropertyVerdict& verdict,
                        const std::vector<std::string>& schedule) {
  Scenario out = with_schedule(scenario, schedule, false);
  out.file.clear();
  out.name.value = scenario.name.value + ", " + verdict.name + " violated";
  out.explore.reset();
  const TimingModel timing = rules.timing;
  if (!out.network.copies && rules.copies != 1) out.network.copies.emplace().value = rules.copies;
  if (!out.timing && timing == TimingModel::synchronous) out.timing.emplace();
  if (out.timing) out.timing->model.value = timing;
  out.expect.emplace();
  out.expect->properties.push_back({{verdict.name, {}}, {"violated", {}}});
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
      scenario::write(counterexample(scenario, bound.explore_rules, verdict, finding.schedule));
  finding.file_name = kebab(scenario.name.value) + "-" + kebab(verdict.code) + ".yaml";
  return finding;
}

/// Compares with what is expected. What a limit left open is not met, but not violated either.
void judge(Exploration& x) {
  const auto& explore = x.scenario.explore;
  bool broken = false;
  bool open = false;          // an expectation
  bool nobody_asked = false;  // open, and nothing was expected of it
  const auto expect = [&](Position at,
                          const std::string& what,
                          const std::string& expected,
                          const std::string& got,
                          bool is_open) {
    x.expects = true;
    if (expected == got) return;
    x.unmet.push_back({at, what + ": expected " + expected + ", got " + got});
    (is_open ? open : broken) = true;
  };
  for (const Finding& finding : x.findings) {
    const std::string verdict{enum_name(finding.verdict.verdict)};
    bool expected = false;
    if (explore)
      for (const auto& entry : explore->properties)
        if (entry.key.value == finding.verdict.name && !entry.value.value.empty()) {
          const bool is_open = finding.verdict.verdict == Verdict::unknown;
          expect(entry.key.at, finding.verdict.name, entry.value.value, verdict, is_open);
          expected = true;
        }
    if (expected) continue;
    nobody_asked = nobody_asked || finding.verdict.verdict == Verdict::unknown;
    broken = broken || (finding.verdict.verdict == Verdict::violated &&
                        finding.verdict.name != "non_blocking");
  }
  if (explore) {
    const auto number = [&](const auto& field, const char* what, std::int64_t got) {
      const bool is_open = !x.result.complete && x.result.limit != "violation";
      if (field)
        expect(field->at, what, std::to_string(field->value), std::to_string(got), is_open);
    };
    number(explore->states, "states", x.result.states);
    number(explore->transitions, "transitions", x.result.transitions);
    number(explore->depth, "depth", x.result.depth);
  }
  const bool stopped = x.result.limit == "stopped";
  if (broken)
    x.exit_code = violated;
  else if (open || stopped || (nobody_asked && !x.expects))
    x.exit_code = unknown;
}

}  // namespace

std::string describe_limit(const std::string& limit) {
  if (limit == "violation") return "it ended with the last violation";
  if (limit == "stopped") return "it was stopped (Ctrl-C)";
  return "the limit on " + limit + " was hit";
}

Result<Exploration> explore(
    const Registry& registry,
    Scenario scenario,
    const Checker& checker,
    std::function<std::string_view(const SearchProgress&)> progress) {
  auto bound = scenario::bind(scenario, registry);
  if (!bound) return bound.error();
  const Setup& setup = bound->model->setup();
  if (setup.transactions * setup.process_count() > max_watched)
    return Error{scenario.file,
                 scenario.explore ? scenario.explore->at : Position{},
                 "too large to explore: there are " +
                     std::to_string(setup.transactions * setup.process_count()) +
                     " processes, counted once for each transaction, and the limit is " +
                     std::to_string(max_watched),
                 "fewer transactions or processes show the same mistakes"};
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
