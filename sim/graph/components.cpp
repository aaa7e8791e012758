#include "sim/graph/components.hpp"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <boost/property_map/property_map.hpp>
#include <numeric>

namespace concordat::graph {

namespace {

using Compressed = boost::compressed_sparse_row_graph<boost::directedS,
                                                      boost::no_property,
                                                      boost::no_property,
                                                      boost::no_property,
                                                      std::uint32_t,
                                                      std::uint64_t>;

Compressed compress(const StateGraph& graph) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  edges.reserve(static_cast<std::size_t>(graph.edge_count()));
  for (StateGraph::State state = 0; state < graph.size(); ++state)
    for (const StateGraph::Edge& edge : graph.edges(state))
      edges.emplace_back(state, edge.to);
  return {boost::edges_are_sorted, edges.begin(), edges.end(), graph.size(), edges.size()};
}

}  // namespace

// Boost numbers a component when it leaves it for good, which is after all that it leads to.
Components::Components(const StateGraph& graph) : of_(graph.size()), order_(graph.size()) {
  const Compressed compressed = compress(graph);
  const auto index = get(boost::vertex_index, compressed);
  count_ =
      boost::strong_components(compressed, boost::make_iterator_property_map(of_.begin(), index));
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(
      order_.begin(), order_.end(), [this](auto a, auto b) { return of_[a] < of_[b]; });
}

}  // namespace concordat::graph
