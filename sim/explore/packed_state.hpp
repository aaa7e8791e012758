// A global state as numbers: cells and bits in a few words.
//
//   cell 0        the control state (controls.hpp)
//   cell 1 + n    the state of node n (steps.hpp)
//   the rest      the network: one bit for each message (set_network.hpp), or one cell for each
//                 channel (channel_network.hpp)
#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace concordat::explore {

template <class CellType, int word_count>
struct PackedState {
  using Cell = CellType;
  static constexpr int words = word_count;
  static constexpr int cell_bits = std::numeric_limits<Cell>::digits;
  static constexpr int cells_per_word = 64 / cell_bits;
  static constexpr int cells = words * cells_per_word;
  static constexpr int bits = words * 64;
  static constexpr std::uint32_t max_cell = std::numeric_limits<Cell>::max();

  std::array<std::uint64_t, static_cast<std::size_t>(word_count)> word{};

  std::uint32_t cell(int index) const {
    return static_cast<Cell>(word[place(index)] >> shift(index));
  }
  void set_cell(int index, std::uint32_t value) {
    std::uint64_t& w = word[place(index)];
    const std::uint64_t mask = static_cast<std::uint64_t>(max_cell) << shift(index);
    w = (w & ~mask) | static_cast<std::uint64_t>(value & max_cell) << shift(index);
  }
  bool bit(int index) const {
    return (word[static_cast<std::size_t>(index) / 64] >> (static_cast<unsigned>(index) % 64) &
            1U) != 0;
  }
  void set_bit(int index) {
    word[static_cast<std::size_t>(index) / 64] |= 1ULL << (static_cast<unsigned>(index) % 64);
  }
  void clear_bit(int index) {
    word[static_cast<std::size_t>(index) / 64] &= ~(1ULL << (static_cast<unsigned>(index) % 64));
  }
  friend bool operator==(const PackedState&, const PackedState&) = default;

 private:
  static constexpr std::size_t place(int index) {
    return static_cast<std::size_t>(index / cells_per_word);
  }
  static constexpr unsigned shift(int index) {
    return static_cast<unsigned>(index % cells_per_word * cell_bits);
  }
};

}  // namespace concordat::explore
