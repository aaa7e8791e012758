// Scenarios drawn from a seed, for property tests: any that a file could describe, with no regard
// to what a protocol would make of it.
#pragma once

#include <cstdint>

#include "sim/base/check.hpp"
#include "sim/scenario/scenario.hpp"

namespace concordat::scenario {

/// SplitMix64 (Steele, Lea, Flood 2014): enough for tests, and the same numbers everywhere.
class SampleRandom {
 public:
  explicit SampleRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// From 0 to count - 1; slightly uneven, which does no harm here. REQUIRES: count > 0.
  std::size_t below(std::size_t count) {
    check(count > 0, "a draw is from one value at least");
    return static_cast<std::size_t>(next() % count);
  }
  bool coin() { return below(2) == 0; }
  /// Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::size_t>(high - low) + 1));
  }

 private:
  std::uint64_t state_;
};

Scenario sample_scenario(SampleRandom& random);

}  // namespace concordat::scenario
