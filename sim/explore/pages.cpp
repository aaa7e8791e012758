#include "sim/explore/pages.hpp"

#include <cstdint>
#include <sys/mman.h>

namespace concordat::explore {

namespace {

/// Addresses that nobody uses, without memory behind them; null if there are none.
void* reserve(std::size_t bytes) {
  const std::size_t more = bytes + Pages::alignment;
  void* found = mmap(nullptr, more, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (found == MAP_FAILED) return nullptr;
  char* begin = static_cast<char*>(found);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) % Pages::alignment;
  if (before > 0) munmap(begin, before);
  munmap(begin + before + bytes, more - before - bytes);
  return begin + before;
}

}  // namespace

Pages::~Pages() {
  clear();
}

void Pages::clear() {
  if (data_ != nullptr) munmap(data_, bytes_);
  data_ = nullptr;
  bytes_ = 0;
}

bool Pages::grow(std::size_t bytes) {
  if (bytes <= bytes_) return true;
  void* place = reserve(bytes);
  if (place == nullptr) return false;
  // Both addresses are aligned, so that large pages move as a whole.
  void* now = data_ == nullptr ? mmap(place,
                                      bytes,
                                      PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
                                      -1,
                                      0)
                               : mremap(data_, bytes_, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, place);
  if (now == MAP_FAILED) return false;  // the reserved addresses cost nothing
  madvise(now, bytes, MADV_HUGEPAGE);   // advice; without it the search is slower
  data_ = now;
  bytes_ = bytes;
  return true;
}

}  // namespace concordat::explore
