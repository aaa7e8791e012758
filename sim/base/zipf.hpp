// Ranks with Zipf's distribution, drawn with integers only, so that they are the same for every
// compiler and level of optimisation. Rank r has a weight proportional to 1/(r+1)^s.
//
// A draw looks at one column of an alias table. The 2^64 values of the random bits are cut into one
// column for each rank, as equal as can be; a column's values below its limit give its own rank,
// the others that of its alias. The table is exact: each rank has a whole number of the 2^64
// values, its share, and no draw is rejected.
//
// Sources: Walker 1977, "An efficient method for generating discrete random variables with general
// distributions", ACM TOMS 3 (3); Vose 1991, "A linear algorithm for generating random numbers with
// a given distribution", IEEE TSE 17 (9). The table is filled in one sweep, without lists of small
// and large weights: Huebschle-Schneider and Sanders 2022, "Parallel weighted random sampling", ACM
// TOMS 48 (3).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/random.hpp"

namespace concordat {

/// Ready to draw. Draws share it freely: they change only the stream.
class Zipf {
 public:
  static constexpr std::int64_t exponent_limit_millionths = 10'000'000;

  /// Takes 16 bytes for each rank; none for exponent 0. REQUIRES: count > 0, exponent 0 to 10.
  Zipf(std::uint32_t count, std::int64_t exponent_millionths);

  std::uint32_t count() const { return count_; }

  /// RETURNS: 0..count-1. Draws 64 random bits, always.
  std::uint32_t draw(Random& random) const {
    __extension__ using Wide = unsigned __int128;
    const std::uint64_t bits = random.bits();
    const auto column = static_cast<std::uint32_t>(static_cast<Wide>(bits) * count_ >> 64U);
    if (columns_.empty()) return column;
    const Column& chosen = columns_[column];
    // No branch: nobody could predict it.
    const std::uint32_t own = 0U - static_cast<std::uint32_t>(bits < chosen.limit);
    return chosen.alias ^ ((column ^ chosen.alias) & own);
  }

  /// The exact probability of each rank. UNITS: 2^-64. The difference from the true probability p
  /// is below p * ((s + 1) / 2^55 + count / 2^62) + 2^-61; below 2^-64 for exponent 0.
  /// REQUIRES: count > 1.
  std::vector<std::uint64_t> shares() const;

 private:
  struct Column {
    std::uint64_t limit;
    std::uint32_t alias;  // its own rank if it is not shared
  };

  /// Sets the limits to weights. UNITS: 2^-62 of the first rank's.
  void weigh(std::int64_t exponent_millionths);
  /// Turns weights into shares, whose sum is 2^64.
  void scale();
  /// Turns shares into limits and aliases.
  void fill();

  std::uint32_t count_;
  std::vector<Column> columns_;
};

}  // namespace concordat
