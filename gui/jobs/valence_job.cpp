#include "gui/jobs/valence_job.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "gui/jobs/still_possible.hpp"
#include "sim/app/check_report.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/progress.hpp"
#include "sim/model/registry.hpp"
#include "sim/run/runner.hpp"
#include "sim/scenario/read.hpp"

namespace concordat::gui {

namespace {

constexpr std::array<std::string_view, 4> words{"nothing", "abort", "commit", "both"};

// A picture is no reason to fill the memory of somebody's machine.
constexpr std::int64_t most_bytes = std::int64_t{2} << 30U;

void raise(int& limit, int used) {
  if (limit != Budget::unlimited) limit = std::max(limit, used);
}

void raise(Budget& budget, const FaultCounts& used) {
  raise(budget.crashes, used.crashes);
  raise(budget.recoveries, used.recoveries);
  raise(budget.losses, used.losses);
  raise(budget.duplicates, used.duplicates);
  raise(budget.partitions, used.partitions);
  raise(budget.pauses, used.pauses);
  raise(budget.early_timeouts, used.early_timeouts);
  budget.operators = budget.operators || used.others > 0;
}

Result<scenario::Scenario> scenario_of(const trace::Trace& trace) {
  if (trace.scenario_text.empty())
    return Error{"",
                 {},
                 "this trace does not carry its scenario, so that no other run of it is known",
                 "open the scenario instead"};
  auto all = scenario::read_all(trace.scenario_text, "the scenario of the run");
  if (!all) return all.error();
  if (all->front().load)
    return Error{"", {}, "a run with a load is many runs", "open a scenario without `load:`"};
  return std::move(all->front());
}

std::string too_many(const graph::StateGraph& graph) {
  return fmt::format(
      "What can still be decided is unknown: {} after {} states. Fewer faults or processes, or a "
      "larger `max_states` under `explore:`, help",
      app::describe_limit(graph.limit()),
      app::grouped(graph.size()));
}

}  // namespace

void tell_still_possible(const graph::Valences& valences,
                         const std::vector<graph::StateGraph::Edge>& path,
                         trace::Trace& trace) {
  for (std::size_t i = 0; i < path.size() && i < trace.steps.size(); ++i) {
    trace::Step& step = trace.steps[i];
    step.still_possible.clear();
    for (int tx = 1; tx <= trace.transactions; ++tx)
      step.still_possible.emplace_back(
          words[static_cast<std::size_t>(valences.of(path[i].to, tx))]);
    step.doomed = valences.doomed(path[i].to);
  }
}

namespace {

/// A graph of all states, with what was searched.
struct Searched {
  std::unique_ptr<const graph::StateGraph> graph;
  std::string scope;
  std::vector<graph::StateGraph::Edge> path;  // of the run, as far as it was searched
};

Searched search(const scenario::Scenario& scenario,
                scenario::Bound& bound,
                const std::vector<std::string>& lines,
                const Tell& tell,
                const std::stop_token& stop) {
  CheckRequest request = app::request_of(scenario, bound, {});
  request.limits.max_bytes = most_bytes;
  request.progress = [tell, stop](const SearchProgress& at) -> std::string_view {
    tell({0, 0, at.states});
    return stop.stop_requested() ? "stopped" : "";
  };
  Searched out;
  out.graph = std::make_unique<const graph::StateGraph>(request);
  out.scope = fmt::format("{} states, with {}, {}",
                          app::grouped(out.graph->size()),
                          app::budget_text(bound.budget, bound.model->setup()),
                          app::rules_text(bound.explore_rules));
  if (out.graph->complete()) out.path = out.graph->edges_along(lines);
  return out;
}

}  // namespace

Result<Judged> compute_valences(const Registry& registry,
                                const DocumentPtr& document,
                                const Tell& tell,
                                const std::stop_token& stop) {
  const auto scenario = scenario_of(*document->trace);
  if (!scenario) return scenario.error();
  auto bound = scenario::bind(*scenario, registry);
  if (!bound) return bound.error();
  const auto& timed = document->trace->timed;
  raise(bound->budget, concordat::run(*scenario, *bound, timed ? timed->seed : 1).world.used);
  trace::Trace trace = document->whole();
  std::vector<std::string> lines;
  for (const trace::Step& step : trace.steps)
    lines.push_back(step.event);
  Searched searched = search(*scenario, *bound, lines, tell, stop);
  const TimingModel of_run = bound->run_rules.timing;
  if (!stop.stop_requested() && searched.graph->complete() && searched.path.size() < lines.size() &&
      bound->explore_rules.timing != of_run) {
    bound->explore_rules.timing = of_run;  // more happens under it
    searched = search(*scenario, *bound, lines, tell, stop);
  }
  Judged out;
  out.scope = searched.scope;
  if (stop.stop_requested()) return Error{"", {}, "stopped", ""};
  if (!searched.graph->complete()) {
    out.unknown = too_many(*searched.graph);
    return out;
  }
  tell_still_possible(graph::Valences(*searched.graph), searched.path, trace);
  if (searched.path.size() < lines.size())
    out.unknown = fmt::format(
        "From step {} on it is unknown: `{}` is not among the runs that were searched ({})",
        searched.path.size() + 1,
        lines[searched.path.size()],
        out.scope);
  out.document = std::make_shared<const Document>(std::move(trace));
  return out;
}

}  // namespace concordat::gui
