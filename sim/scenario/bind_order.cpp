#include "sim/scenario/bind_order.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>

namespace concordat::scenario {

namespace {

/// An edge leads from a process to one that it comes after.
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Vertex = Graph::vertex_descriptor;

/// Keeps the first circle that the search closes.
class CircleFinder : public boost::default_dfs_visitor {
 public:
  CircleFinder(std::vector<Vertex>& way, std::vector<Vertex>& circle)
      : way_(&way), circle_(&circle) {}

  void discover_vertex(Vertex vertex, const Graph& /*graph*/) const { way_->push_back(vertex); }
  void finish_vertex(Vertex /*vertex*/, const Graph& /*graph*/) const { way_->pop_back(); }
  template <class Edge>
  void back_edge(const Edge& edge, const Graph& graph) const {
    if (!circle_->empty()) return;
    circle_->assign(std::find(way_->begin(), way_->end(), target(edge, graph)), way_->end());
  }

 private:
  std::vector<Vertex>* way_;  // from where the search began to where it is
  std::vector<Vertex>* circle_;
};

/// RETURNS: processes of which each comes after the next, and the last after the first; or none.
std::vector<Vertex> circle_in(const std::vector<ProcessSet>& after) {
  Graph graph(after.size());
  for (std::size_t process = 0; process < after.size(); ++process)
    for (const ProcessId before : after[process])
      add_edge(process, static_cast<Vertex>(before.index()), graph);
  std::vector<Vertex> way;
  std::vector<Vertex> circle;
  boost::depth_first_search(graph, boost::visitor(CircleFinder(way, circle)));
  return circle;
}

std::vector<std::string> ordered_processes(const Setup& setup) {
  std::vector<std::string> names;
  for (const ProcessInfo& process : setup.processes)
    if (process.ordered) names.push_back(process.name);
  return names;
}

}  // namespace

void bind_order(const Scenario& scenario, const ProtocolInfo& info, Setup& setup, Names& names) {
  if (!scenario.after) return;
  const std::vector<std::string> known = ordered_processes(setup);
  const Position at =
      scenario.after->empty() ? scenario.protocol.at : scenario.after->front().key.at;
  if (known.empty())
    return names.fail(at, "nobody in " + info.name + " works in an order", "leave `after` out");
  std::vector<ProcessSet> after(setup.processes.size());
  const auto find = [&](const Text& name) -> std::optional<ProcessId> {
    if (!names.index(name, "process that works in an order", known)) return std::nullopt;
    return setup.find_process(name.value);
  };
  for (const auto& [name, before] : *scenario.after) {
    const auto process = find(name);
    for (const Text& each : before.value)
      if (const auto other = process ? find(each) : std::nullopt)
        after[static_cast<std::size_t>(process->index())].insert(*other);
    if (!names.ok()) return;
  }
  if (const std::vector<Vertex> circle = circle_in(after); !circle.empty()) {
    std::string text;
    for (std::size_t i = 0; i < circle.size(); ++i)
      text += (i == 0 ? "" : ", ") + setup.processes[circle[i]].name + " after " +
              setup.processes[circle[(i + 1) % circle.size()]].name;
    return names.fail(at, "none of these can be the first: " + text, "take one of them away");
  }
  setup.after = std::move(after);
  setup.finish();
}

}  // namespace concordat::scenario
