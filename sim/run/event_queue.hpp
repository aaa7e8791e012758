// The future event list of a simulation: what happens next, in the order of (time, sequence).
//
// A 4-ary heap in one array: fewer levels and fewer cache lines than a binary one. Sequence numbers
// are unique, so the order is total, and two runs that push the same entries pop them alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"

namespace concordat {

template <class T>
class EventQueue {
 public:
  struct Entry {
    std::int64_t time_us = 0;
    std::uint64_t sequence = 0;
    T what{};
  };

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  void clear() { heap_.clear(); }
  /// REQUIRES: not empty.
  const Entry& top() const { return heap_.front(); }

  /// COMPLEXITY: logarithmic. REQUIRES: no entry has this sequence number.
  void push(std::int64_t time_us, std::uint64_t sequence, const T& what) {
    heap_.emplace_back();
    std::size_t hole = heap_.size() - 1;
    const Entry entry{time_us, sequence, what};
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / arity;
      if (!before(entry, heap_[parent])) break;
      heap_[hole] = heap_[parent];
      hole = parent;
    }
    heap_[hole] = entry;
  }

  /// Removes the first entry. REQUIRES: not empty.
  Entry pop() {
    check(!heap_.empty(), "an entry is popped from a queue that has one");
    const Entry first = heap_.front();
    const Entry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(last);
    return first;
  }

 private:
  static constexpr std::size_t arity = 4;

  static bool before(const Entry& a, const Entry& b) {
    return a.time_us != b.time_us ? a.time_us < b.time_us : a.sequence < b.sequence;
  }

  /// Puts `entry` into the hole at the root, and lets it sink.
  void sink(const Entry& entry) {
    const std::size_t size = heap_.size();
    std::size_t hole = 0;
    for (;;) {
      const std::size_t first = hole * arity + 1;
      if (first >= size) break;
      std::size_t least = first;
      const std::size_t end = first + arity < size ? first + arity : size;
      for (std::size_t child = first + 1; child < end; ++child)
        if (before(heap_[child], heap_[least])) least = child;
      if (!before(heap_[least], entry)) break;
      heap_[hole] = heap_[least];
      hole = least;
    }
    heap_[hole] = entry;
  }

  std::vector<Entry> heap_;
};

}  // namespace concordat
