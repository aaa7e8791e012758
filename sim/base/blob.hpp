// A value of any small plain type as bytes, so that engines are compiled once and not per protocol.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace concordat {

/// Holds one trivially copyable value of at most `capacity` bytes; the rest is zero, so that equal
/// values give equal blobs. Comparable and hashable as bytes.
template <std::size_t capacity>
class Blob {
 public:
  static constexpr std::size_t max_size = capacity;

  constexpr Blob() = default;

  template <class T>
  static Blob of(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    static_assert(sizeof(T) <= capacity,
                  "this type is too large for the engine: raise the capacity");
    Blob blob;
    if constexpr (!std::is_empty_v<T>) std::memcpy(blob.bytes_.data(), &value, sizeof(T));
    return blob;
  }

  /// Replaces the value; quicker than `of`. REQUIRES: the blob holds a T, or nothing yet.
  template <class T>
  void assign(const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= capacity);
    if constexpr (!std::is_empty_v<T>) std::memcpy(bytes_.data(), &value, sizeof(T));
  }

  /// REQUIRES: the blob was made by `of<T>`.
  template <class T>
  T as() const {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= capacity);
    T value{};
    if constexpr (!std::is_empty_v<T>)
      std::memcpy(static_cast<void*>(&value), bytes_.data(), sizeof(T));
    return value;
  }

  const std::byte* data() const { return bytes_.data(); }

  friend bool operator==(const Blob&, const Blob&) = default;
  friend auto operator<=>(const Blob&, const Blob&) = default;

 private:
  std::array<std::byte, capacity> bytes_{};
};

}  // namespace concordat
