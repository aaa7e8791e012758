#include "sim/explore/components.hpp"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <boost/property_map/property_map.hpp>
#include <numeric>

namespace concordat::explore {

namespace {

using Compressed = boost::compressed_sparse_row_graph<boost::directedS,
                                                      boost::no_property,
                                                      boost::no_property,
                                                      boost::no_property,
                                                      std::uint32_t,
                                                      std::uint64_t>;

}  // namespace

// Boost numbers a component when it leaves it for good, which is after all that it leads to.
Components::Components(Vertex vertices, const std::vector<Edge>& edges)
    : of_(vertices), order_(vertices) {
  const Compressed compressed(
      boost::edges_are_sorted, edges.begin(), edges.end(), vertices, edges.size());
  const auto index = get(boost::vertex_index, compressed);
  count_ =
      boost::strong_components(compressed, boost::make_iterator_property_map(of_.begin(), index));
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(
      order_.begin(), order_.end(), [this](auto a, auto b) { return of_[a] < of_[b]; });
}

}  // namespace concordat::explore
