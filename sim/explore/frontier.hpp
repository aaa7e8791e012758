// The states of one level that wait for their expansion, first in, first out, in blocks that are
// used again: the memory of a level that has been expanded becomes that of the next one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/explore/checkpoint.hpp"

namespace concordat::explore {

template <class State>
struct Waiting {
  State state;
  std::uint64_t fingerprint = 0;
};

template <class State>
class Frontier {
 public:
  static constexpr std::size_t block_size = std::size_t{1} << 12U;
  using Block = std::unique_ptr<Waiting<State>[]>;

  std::int64_t size() const { return size_; }

  void push(const State& state, std::uint64_t fingerprint, std::vector<Block>& spare) {
    const std::size_t place = static_cast<std::size_t>(size_) % block_size;
    if (place == 0) {
      if (spare.empty()) {
        blocks_.emplace_back(new Waiting<State>[block_size]);
      } else {
        blocks_.push_back(std::move(spare.back()));
        spare.pop_back();
      }
    }
    blocks_.back()[place] = {state, fingerprint};
    ++size_;
  }
  /// Makes room for `count` more, which are then written with `at`.
  void extend(std::int64_t count, std::vector<Block>& spare) {
    size_ += count;
    while (blocks_.size() * block_size < static_cast<std::size_t>(size_)) {
      if (spare.empty()) {
        blocks_.emplace_back(new Waiting<State>[block_size]);
      } else {
        blocks_.push_back(std::move(spare.back()));
        spare.pop_back();
      }
    }
  }
  Waiting<State>& at(std::int64_t index) {
    return blocks_[static_cast<std::size_t>(index) / block_size]
                  [static_cast<std::size_t>(index) % block_size];
  }
  const Waiting<State>& at(std::int64_t index) const {
    return blocks_[static_cast<std::size_t>(index) / block_size]
                  [static_cast<std::size_t>(index) % block_size];
  }
  /// Whether `index` begins a block, so that the one before it is not needed any more.
  static bool begins_block(std::int64_t index) {
    return static_cast<std::size_t>(index) % block_size == 0;
  }
  /// Gives the block before `index` away. REQUIRES: `begins_block(index)`, nobody refers to it.
  void release_before(std::int64_t index, std::vector<Block>& spare) {
    if (index == 0) return;
    spare.push_back(std::move(blocks_[static_cast<std::size_t>(index) / block_size - 1]));
  }
  void clear(std::vector<Block>& spare) {
    for (Block& block : blocks_)
      if (block) spare.push_back(std::move(block));
    blocks_.clear();
    size_ = 0;
  }
  /// The states from `begin` on.
  void save(CheckpointWriter& out, std::int64_t begin) const {
    out.put(static_cast<std::uint64_t>(size_ - begin));
    for (std::int64_t i = begin; i < size_; ++i)
      out.put(at(i));
  }
  void load(CheckpointReader& in, std::vector<Block>& spare) {
    for (std::uint64_t left = in.get_count(sizeof(Waiting<State>)); left > 0; --left) {
      const auto waiting = in.get<Waiting<State>>();
      push(waiting.state, waiting.fingerprint, spare);
    }
  }
  std::int64_t memory() const {
    std::int64_t bytes = 0;
    for (const Block& block : blocks_)
      bytes += block ? static_cast<std::int64_t>(block_size * sizeof(Waiting<State>)) : 0;
    return bytes;
  }

 private:
  std::vector<Block> blocks_;
  std::int64_t size_ = 0;
};

}  // namespace concordat::explore
