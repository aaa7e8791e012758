// analyse: questions to the graph of all states within a budget.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/app/check_report.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/relaxations.hpp"
#include "sim/base/file.hpp"
#include "sim/graph/dot.hpp"
#include "sim/graph/skeen.hpp"
#include "sim/model/event.hpp"
#include "sim/trace/json.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;
using graph::StateGraph;
using graph::Valence;
using State = StateGraph::State;

constexpr std::array<std::string_view, 4> valence_words{"nothing", "abort", "commit", "both"};

std::string_view word(Valence valence) {
  return valence_words[static_cast<std::size_t>(valence)];
}

/// A step of a run that was followed through the graph.
struct Step {
  std::string line;
  State to = 0;
  std::vector<std::string> forces;  // what it writes to stable storage
};

struct Story {
  std::string name;
  std::vector<Step> steps;
  std::string left_by;  // the event with which it leaves the budget, and is followed no further
  std::vector<State> states() const {
    std::vector<State> out{0};
    for (const Step& step : steps)
      out.push_back(step.to);
    return out;
  }
};

std::vector<std::string> forces_of(const StateGraph& graph, const StateGraph::Told& told) {
  std::vector<std::string> out;
  if (!told.report.ran_handler) return out;
  const Model& model = graph.model();
  const int node = node_of(model, graph.event(told.edge));
  for (int i = 0; i < static_cast<int>(told.report.step.effects.size()); ++i) {
    const Effect& effect = told.report.step.effects[static_cast<std::size_t>(i)];
    if (effect.kind == EffectKind::force && told.report.step.happened(i))
      out.push_back(format_effect(model, node, effect, {}));
  }
  return out;
}

Story follow(const StateGraph& graph, std::string name, const std::vector<StateGraph::Edge>& path) {
  Story story{std::move(name), {}, ""};
  World world = initial_world(graph.model());
  for (const StateGraph::Edge& edge : path) {
    StateGraph::Told told = graph.tell(world, edge);
    story.steps.push_back({told.line, edge.to, forces_of(graph, told)});
    world = std::move(told.to);
  }
  return story;
}

/// The scenario's own run, as far as the budget allows it.
Story follow_lines(const StateGraph& graph, const std::vector<std::string>& lines) {
  std::vector<StateGraph::Edge> path = graph.edges_along(lines);
  Story story = follow(graph, "the scenario's run", path);
  if (path.size() < lines.size()) story.left_by = lines[path.size()];
  return story;
}

/// All that the command finds out.
struct Analysis {
  scenario::Scenario scenario;
  scenario::Bound bound;
  CheckRequest request;
  std::unique_ptr<StateGraph> graph;
  std::unique_ptr<graph::Valences> valences;  // none: the graph is not complete
  std::vector<Story> stories;
  std::optional<trace::Trace> own;        // the scenario's run, as far as it is analysed
  std::optional<Error> own_error;         // it went no further
  std::unique_ptr<scenario::Bound> open;  // every vote left open
  graph::SkeenReport skeen;

  int transactions() const { return bound.model->setup().transactions; }
};

void tell_stories(Analysis& a) {
  const StateGraph& graph = *a.graph;
  const graph::Valences& valences = *a.valences;
  for (const Valence outcome : {Valence::commit, Valence::abort})
    if (const auto state =
            graph.first([&](State each) { return valences.decided(each, 1) == outcome; }))
      a.stories.push_back(follow(
          graph, fmt::format("a shortest run to {}", word(outcome)), graph.edges_to(*state)));
  if (const auto state = graph.first([&](State each) { return graph.violates(each); }))
    a.stories.push_back(follow(graph, "a shortest run to a violation", graph.edges_to(*state)));
  if (a.scenario.load) return;
  Run ran = run(a.scenario, a.bound);
  a.own_error = std::move(ran.error);
  a.own = std::move(ran.trace);
  std::vector<std::string> lines;
  for (const trace::Step& step : a.own->steps)
    lines.push_back(step.event);
  a.stories.push_back(follow_lines(graph, lines));
  const Story& own = a.stories.back();
  for (std::size_t i = 0; i < own.steps.size(); ++i) {
    trace::Step& step = a.own->steps[i];
    for (int tx = 1; tx <= a.transactions(); ++tx)
      step.still_possible.emplace_back(word(valences.of(own.steps[i].to, tx)));
    step.doomed = valences.doomed(own.steps[i].to);
  }
}

Result<Analysis> analyse(const Registry& registry,
                         scenario::Scenario scenario,
                         std::function<std::string_view(const SearchProgress&)> progress) {
  auto bound = scenario::bind(scenario, registry);
  if (!bound) return bound.error();
  Analysis a;
  a.bound = std::move(*bound);
  scenario::Scenario open = scenario;
  open_votes(open, a.bound.model->setup());
  auto open_bound = scenario::bind(open, registry);
  if (!open_bound) return open_bound.error();
  a.open = std::make_unique<scenario::Bound>(std::move(*open_bound));
  a.scenario = std::move(scenario);
  a.request = request_of(a.scenario, a.bound, {});
  a.request.progress = std::move(progress);
  a.graph = std::make_unique<StateGraph>(a.request);
  if (a.graph->complete()) {
    a.valences = std::make_unique<graph::Valences>(*a.graph);
    tell_stories(a);
  }
  CheckRequest failure_free = a.request;
  failure_free.model = a.open->model.get();
  if (a.graph->limit() != "stopped") a.skeen = graph::analyse_states(failure_free);
  return a;
}

// ---- Text.

void print_story(const Analysis& a, const Story& story, std::ostream& out) {
  const std::vector<State> states = story.states();
  const auto decides = a.valences->deciding_step(states, 1);
  const auto no_return = a.valences->point_of_no_return(states);
  out << "\n" << story.name << "\n";
  std::size_t width = 0;
  for (const Step& step : story.steps)
    width = std::max(width, step.line.size());
  int number = 0;
  Valence decided = Valence::none;
  for (const Step& step : story.steps) {
    ++number;
    const Valence before = std::exchange(decided, a.valences->decided(step.to, 1));
    std::string line = fmt::format(
        "  {:3}  {:{}}  {}", number, step.line, width, word(a.valences->of(step.to, 1)));
    if (a.valences->doomed(step.to)) line += ", doomed";
    if (decides == number) {
      line += "   <- decides";
      if (!step.forces.empty()) line += fmt::format(" ({})", fmt::join(step.forces, ", "));
    }
    if (before == Valence::none && decided != Valence::none &&
        a.valences->of(step.to, 1) == Valence::bivalent)
      line += fmt::format("   <- {} is decided, and yet the other is possible", word(decided));
    if (no_return == number) line += "   <- the point of no return";
    out << line << "\n";
  }
  if (story.steps.empty()) out << "  no step\n";
  if (!story.left_by.empty())
    out << fmt::format("       `{}` is not within the budget; the run goes on without us\n",
                       story.left_by);
}

void print_valences(const Analysis& a, std::ostream& out) {
  out << "\nwhat can still be decided, in how many states\n";
  for (int tx = 1; tx <= a.transactions(); ++tx) {
    const auto counts = a.valences->counts(tx);
    out << fmt::format("  {}both {}, only commit {}, only abort {}, nothing {}\n",
                       a.transactions() == 1 ? "" : fmt::format("t{}: ", tx),
                       grouped(counts[3]),
                       grouped(counts[2]),
                       grouped(counts[1]),
                       grouped(counts[0]));
  }
  const std::int64_t doomed = a.valences->doomed_count();
  if (doomed > 0)
    out << fmt::format("  doomed, since no run from there keeps every property: {}\n",
                       grouped(doomed));
}

std::string conditions_text(const graph::SkeenState& state) {
  if (state.breaks_first() && state.breaks_second()) return "breaks (1) and (2)";
  if (state.breaks_first()) return "breaks (1)";
  return state.breaks_second() ? "breaks (2)" : "";
}

std::string beside_text(const graph::SkeenState& state) {
  if (state.beside_commit && state.beside_abort) return "beside commit and abort";
  if (state.beside_commit) return "beside commit";
  return state.beside_abort ? "beside abort" : "";
}

void print_skeen(const Analysis& a, std::ostream& out) {
  const graph::SkeenReport& skeen = a.skeen;
  out << fmt::format("\nSkeen's conditions, without faults and with every vote ({} states)\n",
                     grouped(skeen.global_states));
  if (!skeen.limit.empty()) {
    out << "  unknown: " << describe_limit(skeen.limit) << "\n";
    return;
  }
  std::size_t width = 0;
  for (const graph::SkeenState& state : skeen.states)
    width = std::max(width, state.role.size() + 1 + state.text.size());
  for (const graph::SkeenState& state : skeen.states) {
    const std::string line = fmt::format("  {:{}}  {:16}  {:23}  {}",
                                         state.role + " " + state.text,
                                         width,
                                         state.committable ? "committable" : "not committable",
                                         beside_text(state),
                                         conditions_text(state));
    out << line.substr(0, line.find_last_not_of(' ') + 1) << "\n";
  }
  out << "  (1) no state has both a commit and an abort state beside it; (2) no state that is not\n"
         "  committable has a commit state beside it\n";
  if (!skeen.obeying.empty())
    out << fmt::format("  obeyed by {}\n", fmt::join(skeen.obeying, ", "));
  if (!skeen.breaking.empty())
    out << fmt::format("  broken by {}\n", fmt::join(skeen.breaking, ", "));
  if (skeen.breaking.empty())
    out << "  so the failure of sites, if it is the only failure, blocks nobody\n";
  else if (skeen.survives() <= 0)
    out << "  so the failure of one site can block others\n";
  else
    out << fmt::format("  so {} failed sites block nobody, one more can\n", skeen.survives());
}

void print_text(const Analysis& a, std::ostream& out) {
  out << fmt::format("{}: {}\n", a.scenario.name.value, a.bound.model->info().summary);
  out << fmt::format("  budget     {}\n", budget_text(a.bound.budget, a.bound.model->setup()));
  out << fmt::format("  assumes    {}\n", rules_text(a.bound.explore_rules));
  out << fmt::format("  graph      {} states, {} events, depth {}\n",
                     grouped(a.graph->size()),
                     grouped(a.graph->edge_count()),
                     a.graph->depth());
  if (a.valences) {
    print_valences(a, out);
    for (const Story& story : a.stories)
      print_story(a, story, out);
    if (a.own_error) out << "       it goes no further: " << a.own_error->what << "\n";
  } else {
    out << "\nwhat can still be decided: unknown: " << describe_limit(a.graph->limit()) << "\n";
  }
  print_skeen(a, out);
}

// ---- JSON.

Json story_json(const Analysis& a, const Story& story) {
  Json steps = Json::array();
  for (const Step& step : story.steps) {
    Json valences = Json::array();
    for (int tx = 1; tx <= a.transactions(); ++tx)
      valences.push_back(word(a.valences->of(step.to, tx)));
    steps.push_back({{"event", step.line},
                     {"still_possible", valences},
                     {"doomed", a.valences->doomed(step.to)},
                     {"forces", step.forces}});
  }
  const std::vector<State> states = story.states();
  const auto number = [](const std::optional<int>& step) { return step ? Json(*step) : Json(); };
  Json json{{"name", story.name}, {"steps", steps}};
  json["deciding_step"] = number(a.valences->deciding_step(states, 1));
  json["point_of_no_return"] = number(a.valences->point_of_no_return(states));
  if (!story.left_by.empty()) json["leaves_budget_with"] = story.left_by;
  return json;
}

Json skeen_json(const graph::SkeenReport& skeen) {
  Json states = Json::array();
  for (const graph::SkeenState& state : skeen.states)
    states.push_back({{"role", state.role},
                      {"state", state.text},
                      {"committable", state.committable},
                      {"concurrency_set", state.beside},
                      {"beside_commit", state.beside_commit},
                      {"beside_abort", state.beside_abort},
                      {"breaks_first", state.breaks_first()},
                      {"breaks_second", state.breaks_second()}});
  Json json{{"global_states", skeen.global_states}, {"limit", skeen.limit}};
  if (!skeen.limit.empty()) return json;
  json["states"] = states;
  json["obeyed_by"] = skeen.obeying;
  json["broken_by"] = skeen.breaking;
  json["survives_failed_sites"] = std::max(skeen.survives(), 0);
  return json;
}

void print_json(const Analysis& a, std::ostream& out) {
  Json json{{"format", "concordat-analysis/1"}};
  add_setting(a.scenario, a.bound, json);
  json["graph"] = {{"states", a.graph->size()},
                   {"events", a.graph->edge_count()},
                   {"depth", a.graph->depth()},
                   {"complete", a.graph->complete()},
                   {"limit", a.graph->limit()}};
  if (a.valences) {
    for (int tx = 1; tx <= a.transactions(); ++tx) {
      const auto counts = a.valences->counts(tx);
      json["still_possible"].push_back({{"both", counts[3]},
                                        {"commit", counts[2]},
                                        {"abort", counts[1]},
                                        {"nothing", counts[0]}});
    }
    json["doomed"] = a.valences->doomed_count();
    json["runs"] = Json::array();
    for (const Story& story : a.stories)
      json["runs"].push_back(story_json(a, story));
  }
  json["skeen"] = skeen_json(a.skeen);
  out << json.dump(2) << "\n";
}

// ---- Files.

/// ERRORS: there is no such run, nothing is known of it, or the file cannot be written.
std::optional<Error> write_trace(const AnalyseOptions& options, const Analysis& a) {
  if (a.scenario.load) return Error{"", {}, "no trace: a load is many runs", "leave --trace out"};
  if (!a.own)
    return Error{"", {}, "no trace: " + describe_limit(a.graph->limit()), "see --max-states"};
  if (a.own_error) return a.own_error;
  const auto written = write_text_file(options.trace_file, trace::to_json(*a.own));
  return written ? std::nullopt : std::optional(written.error());
}

/// ERRORS: there is nothing to draw, too much, or the file cannot be written.
std::optional<Error> write_drawing(const AnalyseOptions& options, const Analysis& a) {
  if (!a.valences)
    return Error{"", {}, "no drawing: " + describe_limit(a.graph->limit()), "see --max-states"};
  const graph::Extent extent = options.extent == "run"       ? graph::Extent::run
                               : options.extent == "choices" ? graph::Extent::choices
                                                             : graph::Extent::full;
  const bool has_own = !a.stories.empty() && !a.scenario.load;
  const std::vector<State> own = has_own ? a.stories.back().states() : std::vector<State>{};
  const graph::Drawing drawing = graph::draw(*a.graph, *a.valences, extent, own, options.max_drawn);
  if (drawing.too_large)
    return Error{"",
                 {},
                 fmt::format("no drawing: it would have {} states", grouped(drawing.states)),
                 "--draw run or --draw choices draws fewer; --max-drawn allows more"};
  const auto written = write_text_file(options.dot_file, drawing.dot);
  return written ? std::nullopt : std::optional(written.error());
}

}  // namespace

int analyse_command(const Registry& registry, const AnalyseOptions& options, Terminal& terminal) {
  auto scenario = load(options.source, registry, &terminal.err);
  if (!scenario) return report(scenario.error(), terminal);
  Progress progress(terminal, {}, {});
  auto a = analyse(
      registry, std::move(*scenario), [&](const SearchProgress& at) { return progress(at); });
  progress.clear();
  if (!a) return report(a.error(), terminal);
  if (terminal.json)
    print_json(*a, terminal.out);
  else
    print_text(*a, terminal.out);
  if (a->graph->limit() == "stopped" || a->skeen.limit == "stopped") return interrupted;
  if (!options.trace_file.empty())
    if (const auto error = write_trace(options, *a)) return report(*error, terminal);
  if (!options.dot_file.empty())
    if (const auto error = write_drawing(options, *a)) return report(*error, terminal);
  return a->valences && a->skeen.limit.empty() ? ok : unknown;
}

}  // namespace concordat::app
