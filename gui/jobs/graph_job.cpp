#include "gui/jobs/graph_job.hpp"

#include <array>
#include <fmt/format.h>

#include "gui/jobs/still_possible.hpp"
#include "gui/jobs/words.hpp"
#include "sim/app/exploration.hpp"
#include "sim/app/matrix.hpp"
#include "sim/explore/state_text.hpp"
#include "sim/graph/valence.hpp"
#include "sim/scenario/bind.hpp"
#include "sim/scenario/timed.hpp"

namespace concordat::gui {

using graph::StateGraph;

/// Never changed once it is made, so that any thread may read it.
class ExploredGraph {
 public:
  scenario::Scenario scenario;
  scenario::Bound bound;
  std::unique_ptr<StateGraph> graph;
  std::unique_ptr<graph::Valences> valences;
};

namespace {

constexpr std::array valences{
    Valence::nothing, Valence::abort, Valence::commit, Valence::both};  // by graph::Valence

std::string words_of(const StateGraph& graph, StateGraph::State state) {
  std::string out;
  const Setup& setup = graph.model().setup();
  for (const Slot& slot : all_slots(graph.model())) {
    const int at = setup.node_of(slot.process);
    out += fmt::format("{}{}: {}",
                       out.empty() ? "" : "\n",
                       setup.slot_name(slot),
                       explore::state_text(graph.model(),
                                           graph.local(at, graph.local_id(state, at)),
                                           setup.local_slot(slot.tx, slot.process)));
  }
  return out;
}

/// A world for each state: that of the run which reached it first. States are numbered as they are
/// reached, so the one before it has its world already.
std::vector<World> worlds_of(const StateGraph& graph) {
  std::vector<World> worlds;
  worlds.reserve(graph.size());
  worlds.push_back(initial_world(graph.model()));
  for (StateGraph::State state = 1; state < graph.size(); ++state) {
    const std::vector<StateGraph::Edge> path = graph.edges_to(state);
    const StateGraph::State before = path.size() < 2 ? 0 : path[path.size() - 2].to;
    worlds.push_back(graph.tell(worlds[before], path.back()).to);
  }
  return worlds;
}

StatePicture picture_of(const ExploredGraph& explored) {
  const StateGraph& graph = *explored.graph;
  StatePicture picture;
  const std::vector<World> worlds = worlds_of(graph);
  for (StateGraph::State state = 0; state < graph.size(); ++state) {
    StateNode& node = picture.nodes.emplace_back();
    node.valence = valences[static_cast<std::size_t>(explored.valences->of(state, 1))];
    node.doomed = explored.valences->doomed(state);
    node.violates = graph.violates(state);
    node.words = words_of(graph, state);
    for (const StateGraph::Edge& edge : graph.edges(state))
      picture.edges.push_back({static_cast<int>(state),
                               static_cast<int>(edge.to),
                               graph.tell(worlds[state], edge).line});
  }
  lay_out(picture);
  return picture;
}

/// The question of the matrix's cell, to all safety properties at once.
Result<scenario::Scenario> scenario_of(const Registry& registry, const GraphWish& wish) {
  app::MatrixOptions options;
  options.protocols = {wish.row.protocol};
  if (!wish.row.profile.empty()) options.profiles = {wish.row.profile};
  options.classes = {wish.fault_class};
  options.participants = wish.participants;
  const auto matrix = app::matrix_rows(registry, options);
  if (!matrix) return matrix.error();
  for (const app::MatrixRow& row : matrix->rows)
    if (row.profile == wish.row.profile)
      return app::load(app::cell_source(row, wish.fault_class, {}), registry);
  return Error{"",
               {},
               plain(Jobs::tr("%1 has no profile %2")
                         .arg(text_of(wish.row.protocol), text_of(wish.row.profile))),
               ""};
}

Error too_large(const StateGraph& graph, const GraphWish& wish) {
  if (graph.limit() == "stopped")
    return {"", {}, plain(Jobs::tr("the exploration was cancelled")), ""};
  return {
      "",
      {},
      plain(Jobs::tr("%1 under %2 with %3 participants has more than %4 states, too many to draw")
                .arg(text_of(wish.row.protocol), text_of(wish.fault_class))
                .arg(text_of(fmt::format("{}", wish.participants)))
                .arg(wish.states_max)),
      plain(Jobs::tr("take fewer participants, or a class with fewer faults"))};
}

}  // namespace

std::vector<RowName> row_names(const Registry& registry) {
  std::vector<RowName> out;
  for (const ProtocolEntry& entry : registry.entries()) {
    if (entry.info->profiles.empty()) out.push_back({entry.info->name, ""});
    for (const ProfileSpec& profile : entry.info->profiles)
      out.push_back({entry.info->name, std::string(profile.name)});
  }
  return out;
}

Result<Explored> compute_graph(const Registry& registry,
                               const GraphWish& wish,
                               const Tell& tell,
                               const std::stop_token& stop) {
  auto scenario = scenario_of(registry, wish);
  if (!scenario) return scenario.error();
  auto bound = scenario::bind(*scenario, registry);
  if (!bound) return bound.error();
  auto explored = std::make_shared<ExploredGraph>();
  explored->scenario = std::move(*scenario);
  explored->bound = std::move(*bound);
  CheckRequest request = app::request_of(explored->scenario, explored->bound, {});
  request.limits.max_states = wish.states_max;
  request.progress = [tell, stop](const SearchProgress& at) -> std::string_view {
    tell({0, 0, at.states});
    return stop.stop_requested() ? "stopped" : "";
  };
  explored->graph = std::make_unique<StateGraph>(request);
  if (!explored->graph->complete()) return too_large(*explored->graph, wish);
  explored->valences = std::make_unique<graph::Valences>(*explored->graph);
  Explored out;
  out.picture = picture_of(*explored);
  out.graph = std::move(explored);
  return out;
}

Result<Loaded> compute_path(const Registry& registry, const ExploredGraph& graph, int state) {
  const auto path = graph.graph->edges_to(static_cast<StateGraph::State>(state));
  std::vector<std::string> lines;
  World world = initial_world(graph.graph->model());
  for (const StateGraph::Edge& edge : path) {
    StateGraph::Told told = graph.graph->tell(world, edge);
    lines.push_back(std::move(told.line));
    world = std::move(told.to);
  }
  scenario::Scenario replaying = scenario::with_schedule(graph.scenario, lines, false);
  replaying.name.value += fmt::format(", a shortest run to state {}", state);
  replaying.explore.reset();
  const Rules& rules = graph.bound.explore_rules;
  if (!replaying.network.copies && rules.copies != 1)
    replaying.network.copies.emplace().value = rules.copies;
  if (!replaying.timing && rules.timers_wait()) replaying.timing.emplace();
  if (replaying.timing) replaying.timing->model.value = rules.timing;
  const auto bound = scenario::bind(replaying, registry);
  if (!bound) return bound.error();
  Run ran = concordat::run(replaying, *bound);
  if (ran.error) return *ran.error;
  tell_still_possible(*graph.valences, path, ran.trace);
  Loaded out;
  out.document = std::make_shared<const Document>(std::move(ran.trace));
  return out;
}

}  // namespace concordat::gui
