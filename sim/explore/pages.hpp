// Zeroed memory from the system, in large pages where it has them, that grows without being copied.
#pragma once

#include <cstddef>

namespace concordat::explore {

class Pages {
 public:
  Pages() = default;
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages();

  /// Null if there is none. Aligned to `alignment`.
  void* data() const { return data_; }
  /// Makes it so large; what it holds stays, what is added is zero. Its address may change.
  /// RETURNS: false, with nothing changed, if the system has no memory for it.
  bool grow(std::size_t bytes);
  /// Gives everything back.
  void clear();

  static constexpr std::size_t alignment = std::size_t{1} << 21U;  // of a large page

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace concordat::explore
