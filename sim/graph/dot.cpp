#include "sim/graph/dot.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "sim/explore/state_text.hpp"

namespace concordat::graph {

namespace {

using State = StateGraph::State;

struct Look {
  const char* name;
  const char* fill;
};
constexpr std::array<Look, 4> looks{{{"nobody ever decides", "#e4e4e4"},
                                     {"abort", "#f6cfca"},
                                     {"commit", "#cfe8d2"},
                                     {"both are possible", "#fdf1c7"}}};

class Artist {
 public:
  Artist(const StateGraph& graph, const Valences& valences, const std::vector<State>& run)
      : graph_(graph), valences_(valences), run_(run), on_run_(run.begin(), run.end()) {}

  std::set<State> choose(Extent extent) const {
    std::set<State> chosen = extent == Extent::run ? on_run_ : std::set<State>();
    for (State state = 0; state < graph_.size(); ++state)
      if (extent == Extent::full || (extent == Extent::choices && is_open(state)))
        chosen.insert(state);
    if (extent == Extent::full) return chosen;
    const std::set<State> inner = chosen;
    for (const State state : inner)
      for (const StateGraph::Edge& edge : graph_.edges(state))
        chosen.insert(edge.to);
    return chosen;
  }

  std::string draw(const std::set<State>& chosen, Extent extent) const {
    std::string out = "digraph states {\n  node [shape=box, style=\"filled,rounded\", ";
    out += "fontname=\"Helvetica\", fontsize=10];\n";
    out += "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\"];\n" + legend();
    for (const State state : chosen) {
      out += node(state);
      const bool inner = extent == Extent::full ||
                         (extent == Extent::run && on_run_.contains(state)) ||
                         (extent == Extent::choices && is_open(state));
      if (inner) out += edges(state);
    }
    return out + "}\n";
  }

 private:
  bool is_open(State state) const { return valences_.of(state, 1) == Valence::bivalent; }

  static std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || (c == '\\')) out += '\\';
      if (c == '\n')
        out += "\\n";
      else
        out += c;
    }
    return out + "\"";
  }
  static std::string id(State state) { return "s" + std::to_string(state); }

  static std::string legend() {
    std::string out = "  subgraph cluster_legend { label=\"what can still be decided\"; ";
    out += "fontname=\"Helvetica\"; fontsize=10;\n";
    for (std::size_t i = 0; i < looks.size(); ++i)
      out += "    l" + std::to_string(i) + " [label=" + quoted(looks[i].name) +
             ", fillcolor=" + quoted(looks[i].fill) + "];\n";
    return out + "  }\n";
  }

  std::string node(State state) const {
    std::string label = std::to_string(state);
    const Setup& setup = graph_.model().setup();
    for (const Slot& slot : all_slots(graph_.model())) {
      const int at = setup.node_of(slot.process);
      label += "\n" + setup.slot_name(slot) + ": " +
               explore::state_text(graph_.model(),
                                   graph_.local(at, graph_.local_id(state, at)),
                                   setup.local_slot(slot.tx, slot.process));
    }
    const Look& look = looks[static_cast<std::size_t>(valences_.of(state, 1))];
    std::string out =
        "  " + id(state) + " [label=" + quoted(label) + ", fillcolor=" + quoted(look.fill);
    if (valences_.doomed(state)) out += ", color=\"#a11212\", penwidth=3";
    if (graph_.violates(state)) out += ", peripheries=2";
    return out + "];\n";
  }

  std::string edges(State state) const {
    World world = initial_world(graph_.model());
    for (const StateGraph::Edge& edge : graph_.edges_to(state))
      world = graph_.tell(world, edge).to;
    std::string out;
    for (const StateGraph::Edge& edge : graph_.edges(state)) {
      out += "  " + id(state) + " -> " + id(edge.to) +
             " [label=" + quoted(graph_.tell(world, edge).line);
      if (is_step_of_run(state, edge.to)) out += ", penwidth=3, color=\"#111111\"";
      out += "];\n";
    }
    return out;
  }
  bool is_step_of_run(State from, State to) const {
    for (std::size_t i = 1; i < run_.size(); ++i)
      if (run_[i - 1] == from && run_[i] == to) return true;
    return false;
  }

  const StateGraph& graph_;
  const Valences& valences_;
  const std::vector<State>& run_;
  const std::set<State> on_run_;
};

}  // namespace

Drawing draw(const StateGraph& graph,
             const Valences& valences,
             Extent extent,
             const std::vector<State>& run,
             std::int64_t max_states) {
  const Artist artist(graph, valences, run);
  const std::set<State> chosen = artist.choose(extent);
  Drawing drawing;
  drawing.states = static_cast<std::int64_t>(chosen.size());
  drawing.too_large = drawing.states > max_states;
  if (!drawing.too_large) drawing.dot = artist.draw(chosen, extent);
  return drawing;
}

}  // namespace concordat::graph
