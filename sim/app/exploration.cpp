#include "sim/app/exploration.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/property_names.hpp"
#include "sim/graph/termination.hpp"
#include "sim/model/event.hpp"
#include "sim/run/blocking.hpp"
#include "sim/scenario/write.hpp"

namespace concordat::app {

namespace {

using scenario::Scenario;

/// In the words of the file: `breadth-first`.
SearchOrder order_of(const std::string& word) {
  static_assert(std::size(scenario::search_orders) ==
                static_cast<std::size_t>(enum_count<SearchOrder>()));
  const auto found = std::ranges::find(scenario::search_orders, word);
  return static_cast<SearchOrder>(found - scenario::search_orders.begin());
}

SearchOptions search_of(const Scenario& scenario, const Means& means) {
  SearchOptions search;
  search.exact = means.exact;
  search.threads = means.threads;
  search.checkpoint = means.checkpoint;
  if (!scenario.explore) return search;
  const scenario::Explore& explore = *scenario.explore;
  if (explore.order) search.order = order_of(explore.order->value);
  search.symmetry = explore.symmetry.value;
  search.partial_order = explore.partial_order.value;
  if (explore.walks) search.walks = explore.walks->value;
  if (explore.walk_steps) search.walk_steps = explore.walk_steps->value;
  if (explore.changes) search.changes = explore.changes->value;
  if (explore.seed) search.seed = static_cast<std::uint64_t>(explore.seed->value);
  return search;
}

bool is_not_breadth_first(const Scenario& scenario) {
  return search_of(scenario, {}).order != SearchOrder::breadth_first;
}

bool has_blocks(const Goal& goal) {
  return std::ranges::any_of(
      goal.terms, [](const GoalTerm& term) { return term.condition == Condition::blocks; });
}

}  // namespace

CheckRequest request_of(const Scenario& scenario, scenario::Bound& bound, const Means& means) {
  CheckRequest request;
  request.model = bound.model.get();
  request.budget = bound.budget;
  request.search = search_of(scenario, means);
  std::vector<std::string> names;
  if (!means.only_goals) names = judged_properties(scenario, *bound.model);
  for (const std::string& name : names) {
    const Property* property = find_property(name);
    if (name == "non_blocking")
      request.non_blocking = true;
    else if (property != nullptr)
      request.properties.push_back(property);
    if (property != nullptr) bound.explore_rules.keeps.add(property->reads);
  }
  request.rules = bound.explore_rules;
  request.goals = bound.goals;
  request.limits.max_bytes = means.max_bytes;
  if (scenario.explore && scenario.explore->max_states)
    request.limits.max_states = scenario.explore->max_states->value;
  if (scenario.explore && scenario.explore->max_depth)
    request.limits.max_depth = scenario.explore->max_depth->value;
  return request;
}

namespace {

/// The same setting and this schedule, expecting nothing yet.
Scenario replaying(const Scenario& scenario,
                   const Rules& rules,
                   const std::vector<std::string>& schedule) {
  Scenario out = with_schedule(scenario, schedule, false);
  out.file.clear();
  out.explore.reset();
  const TimingModel timing = rules.timing;
  if (!out.network.copies && rules.copies != 1) out.network.copies.emplace().value = rules.copies;
  if (!out.timing && rules.timers_wait()) out.timing.emplace();
  if (out.timing) out.timing->model.value = timing;
  out.expect.emplace();
  return out;
}

/// The scenario of a counterexample, expecting the violation.
Scenario counterexample(const Scenario& scenario,
                        const scenario::Bound& bound,
                        const PropertyVerdict& verdict,
                        const std::vector<std::string>& schedule) {
  Scenario out = replaying(scenario, bound.explore_rules, schedule);
  out.name.value = scenario.name.value + ", " + verdict.name + " violated";
  if (verdict.blocked && verdict.circles_after)  // no single run can show more
    out.expect->decisions.push_back(
        {{bound.model->setup().slot_name(*verdict.blocked), {}}, {"none", {}}});
  else
    out.expect->properties.push_back({{verdict.name, {}}, {"violated", {}}});
  return out;
}

/// The run to a goal as a scenario, expecting what the goal says: who has decided what, and, if the
/// goal is about it, who is blocked.
std::string witness(const Scenario& scenario,
                    const scenario::Bound& bound,
                    const Goal& goal,
                    const World& world,
                    const std::vector<std::string>& schedule,
                    const std::vector<std::string>& blocked) {
  Scenario out = replaying(scenario, bound.explore_rules, schedule);
  out.name.value = scenario.name.value + ", " + goal.text;
  const Setup& setup = bound.model->setup();
  for (const Slot& slot : all_slots(*bound.model)) {
    const History& history = state_of(*bound.model, world, slot.tx, slot.process).history;
    const bool named = std::ranges::any_of(
        goal.terms, [&](const GoalTerm& term) { return term.process == slot.process; });
    const bool both = history.committed && history.aborted;  // in an order that is not kept
    if (both || (!named && !history.decided())) continue;
    out.expect->decisions.push_back({{setup.slot_name(slot), {}},
                                     {history.committed ? "commit"
                                      : history.aborted ? "abort"
                                                        : "none",
                                      {}}});
  }
  if (has_blocks(goal)) out.expect->blocked.emplace();
  for (const std::string& name : blocked)
    out.expect->blocked->value.push_back({name, {}});
  out.expect->steps = scenario::At<int>{static_cast<int>(schedule.size()), {}};
  return scenario::write(out);
}

/// Replays a path through `apply`, step by step, and appends its lines. A path that does not replay
/// is an error of the checker.
World replay(const scenario::Bound& bound,
             const std::vector<Event>& path,
             std::vector<std::string>& schedule,
             Milestones& milestones) {
  const Model& model = *bound.model;
  World world = initial_world(model);
  int step = 0;
  for (const Event& event : path) {
    const auto report = apply(model, bound.explore_rules, world, event);
    check(report.has_value(), "a counterexample replays step by step");
    append_milestones(model, event, *report, world, ++step, milestones);
    schedule.push_back(format(model, event, *report));
  }
  return world;
}

/// Replays the run to a goal, which its end must meet.
GoalFinding confirm(const Scenario& scenario,
                    const scenario::Bound& bound,
                    std::size_t index,
                    const GoalVerdict& verdict) {
  const Goal& goal = bound.goals[index];
  const Model& model = *bound.model;
  GoalFinding finding;
  finding.goal = goal.text;
  finding.verdict = verdict;
  finding.expected = scenario.explore->reachable[index].value.value;
  if (verdict.reach != Reach::reached) return finding;
  Milestones milestones;
  const World world = replay(bound, verdict.path, finding.schedule, milestones);
  check(is_met(goal, model, world), "a run to a goal ends there");
  std::vector<std::string> names;
  if (has_blocks(goal)) {
    const BlockingReport report = find_blocked(model, bound.explore_rules, world);
    std::uint64_t blocked = 0;
    const std::vector<Slot> slots = all_slots(model);
    for (const BlockedProcess& each : report.blocked)
      for (std::size_t i = 0; i < slots.size(); ++i)
        if (slots[i].tx == each.slot.tx && slots[i].process == each.slot.process) {
          blocked |= std::uint64_t{1} << i;
          names.push_back(model.setup().slot_name(slots[i]));
        }
    for (const std::uint64_t mask : blocked_of(goal, model))
      check(!report.complete || (blocked & mask) != 0, "a run to a goal ends with it blocked");
  }
  finding.witness_yaml = witness(scenario, bound, goal, world, finding.schedule, names);
  finding.file_name = kebab(scenario.name.value) + "-" + kebab(goal.text) + ".yaml";
  return finding;
}

bool names_properties(const Scenario& scenario) {
  return scenario.explore && !scenario.explore->properties.empty();
}

bool asks_termination(const Exploration& x) {
  const auto names = judged_properties(x.scenario, *x.bound.model);
  return std::ranges::find(names, "eventual_termination") != names.end();
}

/// `after step 4 nothing fails any more, and steps 7 to 8 repeat for ever`.
std::string describe_trap(const PropertyVerdict& verdict) {
  const int steps = static_cast<int>(verdict.path.size());
  const int first = *verdict.circles_after + 1;
  const std::string repaired =
      *verdict.repaired_after == 0
          ? "nothing fails"
          : fmt::format("after step {} nothing fails any more", *verdict.repaired_after);
  const std::string circle = first > steps ? "at the end nothing can happen"
                             : first == steps
                                 ? fmt::format("step {} repeats for ever", first)
                                 : fmt::format("steps {} to {} repeat for ever", first, steps);
  return fmt::format("{}, and {}", repaired, circle);
}

/// Replays a violation and says what it is.
Finding confirm(const Scenario& scenario,
                const scenario::Bound& bound,
                const PropertyVerdict& verdict) {
  Finding finding;
  finding.verdict = verdict;
  if (verdict.verdict != Verdict::violated) return finding;
  const Model& model = *bound.model;
  Milestones milestones;
  const World world = replay(bound, verdict.path, finding.schedule, milestones);
  if (const Property* property = find_property(verdict.name)) {
    const bool rests = verdict.circles_after.has_value();
    check(rests ? !may_rest(*property, model, world) : !satisfied(*property, model, world),
          "a counterexample ends in the violation");
    finding.sentence = property->explain(model, world, milestones);
    if (rests) finding.sentence += "; " + describe_trap(verdict);
  } else if (verdict.circles_after) {
    check(undecided(model, world, *verdict.blocked), "somebody who never decides is undecided");
    finding.sentence = fmt::format(
        "{} never decides: {}", model.setup().slot_name(*verdict.blocked), describe_trap(verdict));
  } else {
    const BlockingReport report = find_blocked(model, bound.explore_rules, world);
    check(!report.complete || !report.blocked.empty(),
          "a counterexample ends with somebody blocked");
    for (const BlockedProcess& blocked : report.blocked)
      if (finding.sentence.empty()) finding.sentence = describe(model, blocked);
  }
  finding.counterexample_yaml =
      scenario::write(counterexample(scenario, bound, verdict, finding.schedule));
  finding.file_name = kebab(scenario.name.value) + "-" + kebab(verdict.code) + ".yaml";
  return finding;
}

}  // namespace

/// Progress is not: whether it is promised depends on the faults.
bool is_promised_always(const Finding& finding) {
  return find_property(finding.verdict.name) != nullptr;
}

namespace {

/// A property of the end stands if nothing violates it on the way, and no end does.
void add_rest(const Exploration& x,
              const PropertyVerdict& at_rest,
              const std::string& limit,
              Finding& finding) {
  Verdict& on_the_way = finding.verdict.verdict;
  if (on_the_way == Verdict::violated || at_rest.verdict == Verdict::holds) return;
  if (at_rest.verdict == Verdict::violated) {
    finding = confirm(x.scenario, x.bound, at_rest);
  } else if (on_the_way == Verdict::holds) {
    on_the_way = Verdict::unknown;
    finding.limit = limit;
  }
}

/// Asks what happens after repair. REQUIRES: the other properties have been judged.
void judge_end(Exploration& x, const CheckRequest& request) {
  if (x.result.limit == "sample" && !names_properties(x.scenario)) return;
  const bool asked = asks_termination(x);
  const auto speaks = [](const Property* property) { return property->judge_at_rest != nullptr; };
  if (!asked && std::ranges::none_of(request.properties, speaks)) return;
  graph::TerminationReport report;
  report.verdict.name = "eventual_termination";
  report.verdict.code = "ET";
  report.limit = x.result.limit;
  if (report.limit != "stopped" && report.limit != "time")
    report = graph::judge_termination(request);
  for (Finding& finding : x.findings) {
    const Property* property = find_property(finding.verdict.name);
    if (property == nullptr || !speaks(property)) continue;
    PropertyVerdict at_rest;
    for (const PropertyVerdict& verdict : report.at_rest)
      if (verdict.name == finding.verdict.name) at_rest = verdict;
    add_rest(x, at_rest, report.limit, finding);
  }
  if (!asked) return;
  x.findings.push_back(confirm(x.scenario, x.bound, report.verdict));
  x.findings.back().limit = report.limit;
}

/// Nothing was left to ask, so the counts are those of the question.
bool ended_early(const std::string& limit) {
  return limit == "violation" || limit == "goals";
}

/// Compares with what is expected. What a limit left open is not met, but not violated either.
class Judge {
 public:
  explicit Judge(Exploration& x) : x_(x), explore_(x.scenario.explore) {}

  void judge() {
    for (const Finding& finding : x_.findings)
      judge(finding);
    for (std::size_t i = 0; i < x_.goals.size(); ++i)
      judge(x_.goals[i], explore_->reachable[i].key.at);
    if (explore_) {
      count(explore_->states, "states", x_.result.states);
      count(explore_->transitions, "transitions", x_.result.transitions);
      count(explore_->depth, "depth", x_.result.depth);
    }
    const bool stopped = x_.ended_by() == "stopped";
    if (broken_)
      x_.exit_code = violated;
    else if (open_ || stopped || (nobody_asked_ && !x_.expects))
      x_.exit_code = unknown;
  }

 private:
  void expect(Position at,
              const std::string& what,
              const std::string& expected,
              const std::string& got,
              bool is_open) {
    x_.expects = true;
    if (expected == got) return;
    x_.unmet.push_back({at, what + ": expected " + expected + ", got " + got});
    (is_open ? open_ : broken_) = true;
  }

  void judge(const Finding& finding) {
    const Verdict verdict = finding.verdict.verdict;
    bool expected = false;
    if (explore_)
      for (const auto& entry : explore_->properties) {
        if (entry.key.value != finding.verdict.name || entry.value.value.empty()) continue;
        expect(entry.key.at,
               finding.verdict.name,
               entry.value.value,
               std::string(enum_name(verdict)),
               verdict == Verdict::unknown);
        expected = true;
      }
    if (expected) return;
    nobody_asked_ = nobody_asked_ || verdict == Verdict::unknown;
    broken_ = broken_ || (verdict == Verdict::violated && is_promised_always(finding));
  }

  void judge(const GoalFinding& goal, Position at) {
    if (goal.expected.empty()) return;
    const Reach reach = goal.verdict.reach;
    const char* got = reach == Reach::reached       ? "yes"
                      : reach == Reach::unreachable ? "no"
                                                    : "unknown";
    expect(at, "reachable `" + goal.goal + "`", goal.expected, got, reach == Reach::unknown);
  }

  template <class Field>
  void count(const Field& field, const char* what, std::int64_t got) {
    const bool is_open = !x_.result.complete && !ended_early(x_.result.limit);
    if (field) expect(field->at, what, std::to_string(field->value), std::to_string(got), is_open);
  }

  Exploration& x_;
  const std::optional<scenario::Explore>& explore_;
  bool broken_ = false;
  bool open_ = false;          // an expectation
  bool nobody_asked_ = false;  // open, and nothing was expected of it
};

}  // namespace

std::string Exploration::ended_by() const {
  const auto is_somebodys = [](const std::string& limit) {
    return limit == "stopped" || limit == "time";
  };
  if (is_somebodys(result.limit)) return result.limit;
  for (const Finding& finding : findings)
    if (is_somebodys(finding.limit)) return finding.limit;
  return "";
}

std::string describe_limit(const std::string& limit) {
  if (limit == "violation") return "it ended with the last violation";
  if (limit == "goals") return "it ended when every goal was reached";
  if (limit == "sample") return "it was a sample";
  if (limit == "stopped") return "it was stopped (Ctrl-C)";
  return "the limit on " + limit + " was hit";
}

std::string why_unknown(const Exploration& x, const Finding& finding) {
  if (!finding.limit.empty()) return describe_limit(finding.limit);
  return x.result.complete ? "only runs past a bound could tell" : describe_limit(x.result.limit);
}

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
  if (out.size() > longest)             // the end tells variants apart
    out = out.substr(0, longest / 2) + out.substr(out.size() - longest / 2);
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out.empty() ? "scenario" : out;
}

std::vector<std::string> judged_properties(const Scenario& scenario, const Model& model) {
  std::vector<std::string> names;
  if (names_properties(scenario)) {
    for (const auto& entry : scenario.explore->properties)
      names.push_back(entry.key.value);
    return names;
  }
  const Setup& setup = model.setup();
  if (setup.judged.empty()) {
    names.assign(usual_properties.begin(), usual_properties.end());
    names.emplace_back("non_blocking");
    if (!setup.conserved.empty()) names.emplace_back("resource_conservation");
  }
  for (const std::string_view name : setup.judged)
    if (const Property* known = find_property(name); known == nullptr || applies(*known, model))
      names.emplace_back(name);
  // Progress needs the graph of all states, one by one: who asks for less does not get it unasked.
  const SearchOptions search = search_of(scenario, {});
  if (search.symmetry || search.order == SearchOrder::depth_first)
    std::erase_if(names, [](const std::string& name) { return find_property(name) == nullptr; });
  return names;
}

Result<Exploration> explore(const Registry& registry,
                            Scenario scenario,
                            const Checker& checker,
                            std::function<std::string_view(const SearchProgress&)> progress,
                            const Means& means) {
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
  if (!means.checkpoint.empty() && (means.exact || is_not_breadth_first(scenario)))
    return Error{"",
                 {},
                 "--checkpoint is for breadth-first searches that are not exact",
                 "leave it out, or --exact and the order"};
  Exploration x;
  x.scenario = std::move(scenario);
  x.bound = std::move(*bound);
  CheckRequest request = request_of(x.scenario, x.bound, means);
  // Goals with `blocks` need what non_blocking needs; its verdict is shown only if it was asked.
  const bool asked = request.non_blocking;
  request.non_blocking = asked || std::ranges::any_of(request.goals, has_blocks);
  x.search = request.search;
  request.progress = std::move(progress);
  x.result = checker(request);
  if (!x.result.error.empty())
    return Error{request.search.checkpoint,
                 {},
                 "cannot go on from this checkpoint: " + x.result.error,
                 "remove the file to search from the start"};
  for (const PropertyVerdict& verdict : x.result.properties)
    if (asked || verdict.name != "non_blocking") {
      x.findings.push_back(confirm(x.scenario, x.bound, verdict));
      if (verdict.name == "non_blocking" && x.result.graph_dropped)
        x.findings.back().limit = graph_memory;
    }
  judge_end(x, request);
  for (std::size_t i = 0; i < x.result.goals.size(); ++i)
    x.goals.push_back(confirm(x.scenario, x.bound, i, x.result.goals[i]));
  Judge(x).judge();
  return x;
}

}  // namespace concordat::app
