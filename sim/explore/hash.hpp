// Hashes of contents. A fingerprint of a global state is a sum of such hashes, one for each part
// of the state, so a step changes it by a few additions; and it depends on contents alone, not on
// the numbers that parts got when they were first seen.
//
// Source: Bellare and Micciancio 1997 (hashing incrementally, by sums); the mixing function is that
// of SplitMix64 (Steele, Lea and Flood 2014).
#pragma once

#include <cstdint>
#include <string_view>

namespace concordat::explore {

/// A bijection of 64-bit numbers in which every bit of the result depends on every bit of `x`.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// The hash of these bytes; every `seed` gives a function of its own.
constexpr std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = mix64(mix64(seed) ^ bytes.size());
  std::uint64_t word = 0;
  unsigned filled = 0;
  for (const char c : bytes) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << filled;
    filled += 8;
    if (filled < 64) continue;
    hash = mix64(hash ^ word);
    word = 0;
    filled = 0;
  }
  return mix64(hash ^ word);
}

}  // namespace concordat::explore
