#include "sim/app/session_search.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/app/exploration.hpp"
#include "sim/explore/explorer.hpp"
#include "sim/graph/termination.hpp"
#include "sim/model/event.hpp"

namespace concordat::app {

namespace {

/// What has happened is forgiven: the budget is for what comes.
Budget from_here(Budget budget, const FaultCounts& used) {
  const auto add = [](int& limit, int count) {
    if (limit != Budget::unlimited) limit += count;
  };
  add(budget.crashes, used.crashes);
  add(budget.recoveries, used.recoveries);
  add(budget.losses, used.losses);
  add(budget.duplicates, used.duplicates);
  add(budget.partitions, used.partitions);
  add(budget.pauses, used.pauses);
  add(budget.early_timeouts, used.early_timeouts);
  return budget;
}

/// The explorer has no end where any number of copies may be under way.
void limit_copies(const World& world, Rules& rules) {
  if (rules.copies != Rules::any_number) return;
  rules.copies = 1;
  for (const Flight& flight : world.network)
    rules.copies = std::max(rules.copies, flight.fresh + flight.stale);
}

/// The run as lines, in the session's own rules. ERRORS: it does not replay.
Result<std::vector<std::string>> lines_of(const scenario::Bound& bound,
                                          World world,
                                          const std::vector<Event>& path) {
  std::vector<std::string> lines;
  for (const Event& event : path) {
    const auto report = apply(*bound.model, bound.run_rules, world, event);
    if (!report)
      return Error{"",
                   {},
                   fmt::format("a run was found whose step {} is not enabled under the rules of "
                               "this run",
                               lines.size() + 1),
                   "`network: copies:` in the scenario decides how many equal messages there are"};
    lines.push_back(format(*bound.model, event, *report));
  }
  return lines;
}

class Asking {
 public:
  Asking(const scenario::Bound& bound, const World& world, const SearchQuestion& question)
      : bound_(bound), world_(world), question_(question) {
    request_.model = bound.model.get();
    request_.rules = bound.run_rules;
    request_.rules.crash_points = CrashPoints::cuts;
    request_.rules.keeps = {};  // whoever asks for a property adds what it reads
    limit_copies(world, request_.rules);
    request_.budget = from_here(question.budget, world.used);
    request_.from = &world_;
    request_.first_is_enough = question.first_is_enough;
    request_.limits.max_states = question.max_states;
    request_.limits.max_bytes = question.max_bytes;
    request_.search.threads = question.threads;
    request_.non_blocking = question.blocking;
    if (question.safety) add_properties();
  }

  std::optional<Error> add_goal() {
    if (question_.goal.empty()) return std::nullopt;
    auto goal = parse_goal(bound_.model->setup(), question_.goal);
    if (!goal) return goal.error();
    request_.non_blocking =
        request_.non_blocking || std::ranges::any_of(goal->terms, [](const GoalTerm& term) {
          return term.condition == Condition::blocks;
        });
    request_.goals.push_back(std::move(*goal));
    return std::nullopt;
  }

  Result<SearchReport> ask(std::function<std::string_view(const SearchProgress&)> progress) {
    request_.progress = std::move(progress);
    CheckResult result = explore_all(request_);
    add_rest(result);
    report_.states = result.states;
    report_.complete = result.complete;
    report_.limit = result.limit;
    report_.past_bound = result.past_bound;
    graph_dropped_ = result.graph_dropped;
    for (const PropertyVerdict& verdict : result.properties)
      if (verdict.name != "non_blocking" || question_.blocking)
        if (auto error = add(verdict)) return *error;
    for (const GoalVerdict& verdict : result.goals)
      if (auto error = add(verdict)) return *error;
    return std::move(report_);
  }

 private:
  void add_properties() {
    const auto add = [&](const Property& property) {
      if (!satisfied(property, *bound_.model, world_)) {
        report_.findings.push_back({std::string(property.name),
                                    std::string(property.code),
                                    SearchFinding::What::found,
                                    {},
                                    {}});
        return;
      }
      request_.properties.push_back(&property);
      request_.rules.keeps.add(property.reads);
    };
    const Setup& setup = bound_.model->setup();
    if (setup.judged.empty()) {
      for (const std::string_view name : usual_properties)
        add(*find_property(name));
      if (!setup.conserved.empty()) add(*find_property("resource_conservation"));
    }
    for (const std::string_view name : setup.judged)
      if (const Property* known = find_property(name); known != nullptr)
        if (applies(*known, *bound_.model)) add(*known);
  }

  /// Properties that speak of the end hold only if none that can come from here is unfit.
  void add_rest(CheckResult& result) const {
    const auto speaks = [](const PropertyVerdict& verdict) {
      const Property* property = find_property(verdict.name);
      return property != nullptr && property->judge_at_rest != nullptr &&
             verdict.verdict == Verdict::holds;
    };
    const bool enough = question_.first_is_enough &&
                        std::ranges::any_of(result.properties, [](const PropertyVerdict& verdict) {
                          return verdict.verdict == Verdict::violated;
                        });
    if (!result.complete || enough || std::ranges::none_of(result.properties, speaks)) return;
    const graph::TerminationReport report = graph::judge_termination(request_);
    if (!report.limit.empty()) {
      result.complete = false;
      result.limit = report.limit;
    }
    for (PropertyVerdict& verdict : result.properties)
      for (const PropertyVerdict& at_rest : report.at_rest)
        if (speaks(verdict) && at_rest.name == verdict.name) verdict = at_rest;
  }

  std::optional<Error> add(const PropertyVerdict& verdict) {
    SearchFinding finding{verdict.name, verdict.code, SearchFinding::What::not_told, {}, {}};
    finding.limit = report_.limit;
    if (verdict.name == "non_blocking" && report_.complete && graph_dropped_)
      finding.limit = graph_memory;
    if (verdict.verdict == Verdict::holds) finding.what = SearchFinding::What::holds;
    return add(std::move(finding), verdict.verdict == Verdict::violated, verdict.path);
  }
  std::optional<Error> add(const GoalVerdict& verdict) {
    SearchFinding finding{question_.goal, "", SearchFinding::What::not_told, {}, {}};
    finding.limit = report_.complete && graph_dropped_ ? graph_memory : report_.limit;
    if (verdict.reach == Reach::unreachable) finding.what = SearchFinding::What::holds;
    return add(std::move(finding), verdict.reach == Reach::reached, verdict.path);
  }
  std::optional<Error> add(SearchFinding finding, bool is_found, const std::vector<Event>& path) {
    if (is_found) {
      auto lines = lines_of(bound_, world_, path);
      if (!lines) return lines.error();
      finding.what = SearchFinding::What::found;
      finding.steps = std::move(*lines);
    }
    report_.findings.push_back(std::move(finding));
    return std::nullopt;
  }

  const scenario::Bound& bound_;
  const World& world_;
  const SearchQuestion& question_;
  CheckRequest request_;
  SearchReport report_;
  bool graph_dropped_ = false;
};

}  // namespace

Result<SearchReport> search_from(const scenario::Bound& bound,
                                 const World& world,
                                 const SearchQuestion& question,
                                 std::function<std::string_view(const SearchProgress&)> progress) {
  const Setup& setup = bound.model->setup();
  if (setup.transactions * setup.process_count() > max_watched)
    return Error{"",
                 {},
                 fmt::format("too large to search: the limit is {} processes, counted once for "
                             "each transaction",
                             max_watched),
                 "fewer transactions or processes show the same mistakes"};
  Asking asking(bound, world, question);
  if (auto error = asking.add_goal()) return *error;
  return asking.ask(std::move(progress));
}

}  // namespace concordat::app
