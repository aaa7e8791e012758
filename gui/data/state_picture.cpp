#include "gui/data/state_picture.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <numeric>

namespace concordat::gui {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;
using Layers = std::vector<std::vector<int>>;

Graph graph_of(const StatePicture& picture) {
  Graph graph(picture.nodes.size());
  for (const StateEdge& edge : picture.edges)
    if (edge.from != edge.to)
      boost::add_edge(
          static_cast<std::size_t>(edge.from), static_cast<std::size_t>(edge.to), graph);
  return graph;
}

/// The number of steps to each state; all are reached from the first.
std::vector<int> depths_of(const Graph& graph) {
  std::vector<int> depths(boost::num_vertices(graph), 0);
  boost::breadth_first_search(graph,
                              boost::vertex(0, graph),
                              boost::visitor(boost::make_bfs_visitor(
                                  boost::record_distances(depths.data(), boost::on_tree_edge()))));
  return depths;
}

class Order {
 public:
  Order(const Graph& graph, const std::vector<int>& depths) : graph_(graph), depths_(depths) {
    layers_.resize(static_cast<std::size_t>(*std::ranges::max_element(depths)) + 1);
    for (std::size_t i = 0; i < depths.size(); ++i)
      layers_[static_cast<std::size_t>(depths[i])].push_back(static_cast<int>(i));
    x_.resize(depths.size());
    for (const std::vector<int>& layer : layers_)
      spread(layer);
  }

  /// Each state moves to the mean place of its neighbours one layer up, then one layer down, and so
  /// on: the barycentre method.
  void improve(int sweeps) {
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      for (std::size_t i = 1; i < layers_.size(); ++i)
        sort(layers_[i], -1);
      for (std::size_t i = layers_.size() - 1; i-- > 0;)
        sort(layers_[i], +1);
    }
  }

  const std::vector<double>& places() const { return x_; }
  double width() const {
    std::size_t widest = 1;
    for (const std::vector<int>& layer : layers_)
      widest = std::max(widest, layer.size());
    return static_cast<double>(widest);
  }
  int layer_count() const { return static_cast<int>(layers_.size()); }

 private:
  void spread(const std::vector<int>& layer) {
    const double middle = (static_cast<double>(layer.size()) - 1) / 2;
    for (std::size_t i = 0; i < layer.size(); ++i)
      x_[static_cast<std::size_t>(layer[i])] = static_cast<double>(i) - middle;
  }

  /// `by`: -1 looks at the layer above, +1 at the one below.
  double wanted(int node, int by) const {
    const auto at = static_cast<std::size_t>(node);
    double sum = 0;
    int count = 0;
    const auto look = [&](std::size_t other) {
      if (depths_[other] != depths_[at] + by) return;
      sum += x_[other];
      ++count;
    };
    for (const auto& edge : boost::make_iterator_range(boost::out_edges(at, graph_)))
      look(boost::target(edge, graph_));
    for (const auto& edge : boost::make_iterator_range(boost::in_edges(at, graph_)))
      look(boost::source(edge, graph_));
    return count == 0 ? x_[at] : sum / count;
  }

  void sort(std::vector<int>& layer, int by) {
    std::vector<std::pair<double, int>> wishes;
    wishes.reserve(layer.size());
    for (const int node : layer)
      wishes.emplace_back(wanted(node, by), node);
    std::ranges::stable_sort(wishes, {}, &std::pair<double, int>::first);
    for (std::size_t i = 0; i < layer.size(); ++i)
      layer[i] = wishes[i].second;
    spread(layer);
  }

  const Graph& graph_;
  const std::vector<int>& depths_;
  Layers layers_;
  std::vector<double> x_;
};

}  // namespace

void lay_out(StatePicture& picture) {
  if (picture.nodes.empty()) return;
  const Graph graph = graph_of(picture);
  const std::vector<int> depths = depths_of(graph);
  Order order(graph, depths);
  constexpr int sweeps = 12;
  order.improve(sweeps);
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
    picture.nodes[i].layer = depths[i];
    picture.nodes[i].x = order.places()[i];
  }
  picture.layers = order.layer_count();
  picture.width = order.width();
}

}  // namespace concordat::gui
