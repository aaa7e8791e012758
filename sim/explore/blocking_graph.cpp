#include "sim/explore/blocking_graph.hpp"

#include <algorithm>
#include <bit>

namespace concordat::explore {

void BlockingGraph::add_state(const Kind& kind) {
  if (dropped_) return;
  const auto id = static_cast<std::uint32_t>(kinds_.size());
  const auto [entry, is_new] = kind_ids_.try_emplace(kind, id);
  if (is_new) kinds_.push_back(kind);
  kind_.push_back(entry->second);
  past_bound_.push_back(false);
}

std::int64_t BlockingGraph::memory() const {
  const std::size_t bytes = kind_.capacity() * sizeof(kind_[0]) + past_bound_.capacity() / 8 +
                            first_edge_.capacity() * sizeof(first_edge_[0]) +
                            edges_.capacity() * sizeof(edges_[0]) +
                            kind_.size() * sizeof(decides_[0]);  // that of `solve`
  return static_cast<std::int64_t>(bytes);
}

void BlockingGraph::drop() {
  *this = BlockingGraph();
  dropped_ = true;
}

void BlockingGraph::save(CheckpointWriter& out) const {
  out.put(dropped_);
  out.put_all(kinds_);
  out.put_all(kind_);
  out.put_all(std::vector<std::uint8_t>(past_bound_.begin(), past_bound_.end()));
  out.put_all(first_edge_);
  out.put_all(edges_);
}

void BlockingGraph::load(CheckpointReader& in) {
  dropped_ = in.get<bool>();
  kinds_ = in.get_all<Kind>();
  for (std::size_t id = 0; id < kinds_.size(); ++id)
    kind_ids_.emplace(kinds_[id], static_cast<std::uint32_t>(id));
  kind_ = in.get_all<std::uint32_t>();
  const auto past_bound = in.get_all<std::uint8_t>();
  past_bound_.assign(past_bound.begin(), past_bound.end());
  first_edge_ = in.get_all<std::uint64_t>();
  edges_ = in.get_all<std::uint32_t>();
}

void BlockingGraph::solve(bool forgive) {
  const std::size_t count = kind_.size();
  first_edge_.resize(count, edges_.size());
  decides_.assign(count, 0);
  for (std::size_t state = 0; state < count; ++state)
    decides_[state] =
        forgive && past_bound_[state] ? ~std::uint64_t{0} : kinds_[kind_[state]].settled;
  for (bool changed = true; changed;) {  // most events lead forward, so few rounds are enough
    changed = false;
    for (std::size_t state = count; state-- > 0;) {
      const std::size_t end = state + 1 < count ? first_edge_[state + 1] : edges_.size();
      std::uint64_t all = decides_[state];
      for (std::size_t edge = first_edge_[state]; edge < end; ++edge)
        all |= decides_[edges_[edge]];
      changed = changed || all != decides_[state];
      decides_[state] = all;
    }
  }
}

std::optional<BlockingGraph::Blocked> BlockingGraph::first_blocked() const {
  for (std::size_t state = 0; state < decides_.size(); ++state) {
    const std::uint64_t blocked = kinds_[kind_[state]].undecided & ~decides_[state];
    if (blocked != 0) return Blocked{static_cast<std::int64_t>(state), std::countr_zero(blocked)};
  }
  return std::nullopt;
}

std::optional<std::int64_t> BlockingGraph::first_blocked(const std::vector<std::uint64_t>& masks,
                                                         std::uint64_t conditions) const {
  for (std::size_t state = 0; state < decides_.size(); ++state) {
    const Kind& kind = kinds_[kind_[state]];
    const std::uint64_t blocked = kind.undecided & ~decides_[state];
    if ((conditions & ~kind.conditions) != 0) continue;
    if (std::all_of(masks.begin(), masks.end(), [blocked](std::uint64_t mask) {
          return (blocked & mask) != 0;
        }))
      return static_cast<std::int64_t>(state);
  }
  return std::nullopt;
}

}  // namespace concordat::explore
