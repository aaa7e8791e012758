// The strongly connected components of a directed graph: sets of vertices each of which leads to
// all others of its set.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace concordat::explore {

class Components {
 public:
  using Vertex = std::uint32_t;
  using Edge = std::pair<Vertex, Vertex>;
  /// Of so many vertices, numbered from 0. REQUIRES: edges in the order of their first vertices.
  /// COMPLEXITY: vertices and edges.
  Components(Vertex vertices, const std::vector<Edge>& edges);

  std::size_t count() const { return count_; }
  /// The component of a vertex. An edge leads to the same component or to one with a smaller
  /// number.
  std::uint32_t of(Vertex vertex) const { return of_[vertex]; }
  /// All vertices, by components in ascending order.
  const std::vector<Vertex>& order() const { return order_; }

 private:
  std::size_t count_ = 0;
  std::vector<std::uint32_t> of_;
  std::vector<Vertex> order_;
};

}  // namespace concordat::explore
