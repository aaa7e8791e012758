// What the tests of the model share: random numbers from a seed and random walks over worlds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace concordat {

/// A stream of numbers that is the same on every machine. SOURCE: splitmix64, Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", 2014.
class SampleRandom {
 public:
  explicit SampleRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  /// RETURNS: 0..count-1. REQUIRES: count > 0.
  int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }
  bool chance(int percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

}  // namespace concordat
