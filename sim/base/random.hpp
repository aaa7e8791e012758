// Random numbers that are the same everywhere: one integer generator, no floating point, no library
// distribution. Each concern of a run (latency, loss, votes, ...) draws from a stream of its own,
// so that a new draw in one shifts no other.
//
// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"
// (SplitMix64).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/check.hpp"

namespace concordat {

/// A probability or a share, as a fraction.
struct Ratio {
  std::uint32_t part = 0;
  std::uint32_t whole = 1;
  friend bool operator==(const Ratio&, const Ratio&) = default;
};

/// Reads `1/50`, `2%`, `0.5%`, `0`, `1`. RETURNS: in lowest terms; nothing for any other text, more
/// than 1, more than 7 decimals, or a denominator that is above a billion in lowest terms.
std::optional<Ratio> parse_ratio(std::string_view text);
/// `1/50`; `0` and `1` where it is that. `parse_ratio` reads it back.
std::string format(Ratio ratio);

/// One stream of random bits. All streams are parts of one cycle of 2^64 numbers, each starting at
/// a place of its own: that n streams of m numbers do not overlap is as likely as 1 - n^2 m / 2^64.
class Random {
 public:
  constexpr explicit Random(std::uint64_t state = 0) : state_(state) {}

  /// The stream number `index` of a concern, such as stream(seed, "latency", 3).
  static Random stream(std::uint64_t seed, std::string_view concern, std::uint64_t index = 0);

  constexpr std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15U;
    return mix(state_);
  }

  /// RETURNS: 0..bound-1, each equally likely. REQUIRES: bound > 0.
  std::uint64_t below(std::uint64_t bound) {
    check(bound > 0, "a number is drawn below a positive bound");
    // Lemire 2019: the high half of a product; the few values that would be drawn once too often
    // are drawn again.
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(bits()) * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
      const std::uint64_t excess = (0 - bound) % bound;
      while (static_cast<std::uint64_t>(product) < excess)
        product = static_cast<Wide>(bits()) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64U);
  }

  /// True with this probability; certain ones draw nothing.
  bool chance(Ratio ratio) {
    if (ratio.part == 0) return false;
    return ratio.part >= ratio.whole || below(ratio.whole) < ratio.part;
  }

  static constexpr std::uint64_t mix(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31U);
  }

 private:
  std::uint64_t state_;
};

}  // namespace concordat
