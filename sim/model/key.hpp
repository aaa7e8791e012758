// Canonical bytes of a state. Every variable-length part is preceded by its length, so that unequal
// states have unequal keys.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/blob.hpp"

namespace concordat::key {

/// Appends a number in groups of seven bits, smallest first.
inline void put(std::string& key, std::uint64_t value) {
  while (value > 0x7fU) {
    key.push_back(static_cast<char>((value & 0x7fU) | 0x80U));
    value >>= 7U;
  }
  key.push_back(static_cast<char>(value));
}

/// Appends a blob without the zeros at its end.
template <std::size_t capacity>
void put(std::string& key, const Blob<capacity>& blob) {
  std::size_t used = capacity;
  while (used > 0 && blob.data()[used - 1] == std::byte{0})
    --used;
  put(key, used);
  key.append(reinterpret_cast<const char*>(blob.data()), used);
}

}  // namespace concordat::key
