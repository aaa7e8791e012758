#include "sim/explore/blocking_graph.hpp"

#include <algorithm>
#include <bit>

namespace concordat::explore {

void BlockingGraph::add_state(std::uint64_t settled, std::uint64_t undecided) {
  const auto id = static_cast<std::uint32_t>(kinds_.size());
  const auto [entry, is_new] = kind_ids_.try_emplace({settled, undecided}, id);
  if (is_new) kinds_.emplace_back(settled, undecided);
  kind_.push_back(entry->second);
  past_bound_.push_back(false);
}

void BlockingGraph::clear() {
  *this = BlockingGraph();
}

std::optional<BlockingGraph::Blocked> BlockingGraph::first_blocked(bool forgive) {
  const std::size_t count = kind_.size();
  first_edge_.resize(count, edges_.size());
  std::vector<std::uint64_t> decides(count);  // here or later
  for (std::size_t state = 0; state < count; ++state)
    decides[state] = forgive && past_bound_[state] ? ~std::uint64_t{0} : kinds_[kind_[state]].first;
  for (bool changed = true; changed;) {  // most events lead forward, so few rounds are enough
    changed = false;
    for (std::size_t state = count; state-- > 0;) {
      const std::size_t end = state + 1 < count ? first_edge_[state + 1] : edges_.size();
      std::uint64_t all = decides[state];
      for (std::size_t edge = first_edge_[state]; edge < end; ++edge)
        all |= decides[edges_[edge]];
      changed = changed || all != decides[state];
      decides[state] = all;
    }
  }
  for (std::size_t state = 0; state < count; ++state) {
    const std::uint64_t blocked = kinds_[kind_[state]].second & ~decides[state];
    if (blocked != 0) return Blocked{static_cast<std::int64_t>(state), std::countr_zero(blocked)};
  }
  return std::nullopt;
}

}  // namespace concordat::explore
