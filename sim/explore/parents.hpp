// How each state was first reached: its parent's number and the move that led from there, in the
// order of the states' numbers. The records go to a file that has no name and vanishes with the
// program, so that they cost no memory.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/checkpoint.hpp"

namespace concordat::explore {

class Parents {
 public:
  struct Record {
    std::uint32_t parent = 0;
    std::uint32_t move = 0;
  };

  Parents() = default;
  Parents(const Parents&) = delete;
  Parents& operator=(const Parents&) = delete;
  ~Parents();

  void append(Record record) {
    buffer_.push_back(record);
    if (buffer_.size() == buffer_limit) spill();
  }
  void clear();
  void save(CheckpointWriter& out) const;
  void load(CheckpointReader& in);
  /// The record number `index`.
  Record at(std::int64_t index) const;
  /// Whether the file could not be written; what was appended since then is lost.
  bool failed() const { return failed_; }

 private:
  static constexpr std::size_t buffer_limit = std::size_t{1} << 20U;
  void spill();

  std::vector<Record> buffer_;
  std::int64_t spilled_ = 0;  // records in the file
  int file_ = -1;
  bool failed_ = false;
};

}  // namespace concordat::explore
