// Processes of one transaction: ids, sets of ids, and one value per process.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sim/base/check.hpp"

namespace concordat {

/// At most this many processes take part in one transaction (16 and some acceptors).
inline constexpr int max_processes = 24;

/// Names a process of a transaction. Ids have no order and convert to no number, so that a handler
/// cannot treat interchangeable processes differently by accident. The default is no process.
class ProcessId {
 public:
  constexpr ProcessId() = default;
  /// For engines. REQUIRES: 0 <= index < max_processes.
  static constexpr ProcessId at(int index) {
    ProcessId id;
    id.value_ = static_cast<std::uint8_t>(index + 1);
    return id;
  }
  /// For engines. RETURNS: 0..max_processes-1. REQUIRES: not the default id.
  constexpr int index() const { return value_ - 1; }
  constexpr bool none() const { return value_ == 0; }
  friend constexpr bool operator==(ProcessId, ProcessId) = default;

 private:
  std::uint8_t value_ = 0;
};

/// A set of processes. Iteration visits each member once. Three bytes, so that it never makes
/// padding.
class ProcessSet {
 public:
  constexpr ProcessSet() = default;
  constexpr explicit ProcessSet(std::uint32_t mask)
      : bytes_{static_cast<std::uint8_t>(mask & 0xffU),
               static_cast<std::uint8_t>(mask >> 8U & 0xffU),
               static_cast<std::uint8_t>(mask >> 16U & 0xffU)} {}
  static constexpr ProcessSet of(ProcessId process) {
    check(!process.none(), "a set holds processes, and the default id is none");
    return ProcessSet(1U << process.index());
  }

  constexpr bool contains(ProcessId process) const {
    return !process.none() && (mask() >> process.index() & 1U) != 0;
  }
  constexpr bool empty() const { return mask() == 0; }
  constexpr int size() const { return std::popcount(mask()); }
  constexpr void insert(ProcessId process) { *this = *this | of(process); }
  constexpr void erase(ProcessId process) { *this = *this - of(process); }
  /// For engines: bit i is process i.
  constexpr std::uint32_t mask() const {
    return bytes_[0] | static_cast<std::uint32_t>(bytes_[1]) << 8U |
           static_cast<std::uint32_t>(bytes_[2]) << 16U;
  }

  friend constexpr ProcessSet operator|(ProcessSet a, ProcessSet b) {
    return ProcessSet(a.mask() | b.mask());
  }
  friend constexpr ProcessSet operator&(ProcessSet a, ProcessSet b) {
    return ProcessSet(a.mask() & b.mask());
  }
  friend constexpr ProcessSet operator-(ProcessSet a, ProcessSet b) {
    return ProcessSet(a.mask() & ~b.mask());
  }
  friend constexpr bool operator==(ProcessSet, ProcessSet) = default;

  class Iterator {
   public:
    constexpr explicit Iterator(std::uint32_t rest) : rest_(rest) {}
    constexpr ProcessId operator*() const { return ProcessId::at(std::countr_zero(rest_)); }
    constexpr Iterator& operator++() {
      rest_ &= rest_ - 1;
      return *this;
    }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    std::uint32_t rest_;
  };
  constexpr Iterator begin() const { return Iterator(mask()); }
  // NOLINTNEXTLINE(readability-convert-member-functions-to-static): a range has begin and end
  constexpr Iterator end() const { return Iterator(0); }

 private:
  std::array<std::uint8_t, 3> bytes_{};
};
static_assert(max_processes == 24);

/// One value of T for each process.
template <class T>
class PerProcess {
 public:
  constexpr T& operator[](ProcessId process) { return values_[index_of(process)]; }
  constexpr const T& operator[](ProcessId process) const { return values_[index_of(process)]; }
  friend constexpr bool operator==(const PerProcess&, const PerProcess&) = default;

 private:
  static constexpr std::size_t index_of(ProcessId process) {
    check(!process.none() && process.index() < max_processes,
          "a PerProcess is indexed by a process");
    return static_cast<std::size_t>(process.index());
  }
  std::array<T, max_processes> values_{};
};

/// A counter that could grow for ever (a ballot, an epoch, a retry). It counts with
/// `Context::increment`, up to the bound of the scenario and never past `limit`: a step that would
/// pass it does not exist, and is counted, so that a verdict can name the bound.
template <std::uint8_t limit>
struct Bounded {
  static constexpr std::uint8_t max = limit;
  std::uint8_t value = 0;
  friend constexpr auto operator<=>(const Bounded&, const Bounded&) = default;
};

}  // namespace concordat
