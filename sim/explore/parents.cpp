#include "sim/explore/parents.hpp"

#include <cstdlib>
#include <string>
#include <unistd.h>

#include "sim/base/check.hpp"

namespace concordat::explore {

Parents::~Parents() {
  if (file_ >= 0) close(file_);
}

void Parents::clear() {
  buffer_.clear();
  spilled_ = 0;
  if (file_ >= 0 && ftruncate(file_, 0) != 0) failed_ = true;
}

void Parents::spill() {
  if (file_ < 0) {
    const char* folder = std::getenv("TMPDIR");
    std::string name = std::string(folder != nullptr ? folder : "/tmp") + "/concordat-XXXXXX";
    file_ = mkstemp(name.data());
    if (file_ >= 0) unlink(name.c_str());
  }
  const auto* bytes = reinterpret_cast<const char*>(buffer_.data());
  std::size_t left = buffer_.size() * sizeof(Record);
  auto at = static_cast<off_t>(spilled_ * static_cast<std::int64_t>(sizeof(Record)));
  while (file_ >= 0 && left > 0) {
    const ssize_t written = pwrite(file_, bytes, left, at);
    if (written <= 0) break;
    bytes += written;
    left -= static_cast<std::size_t>(written);
    at += written;
  }
  failed_ = failed_ || left > 0;
  spilled_ += static_cast<std::int64_t>(buffer_.size());
  buffer_.clear();
}

Parents::Record Parents::at(std::int64_t index) const {
  if (index >= spilled_) return buffer_[static_cast<std::size_t>(index - spilled_)];
  Record record;
  const auto at = static_cast<off_t>(index * static_cast<std::int64_t>(sizeof(Record)));
  check(pread(file_, &record, sizeof(record), at) == static_cast<ssize_t>(sizeof(record)),
        "a record that was written can be read");
  return record;
}

void Parents::save(CheckpointWriter& out) const {
  const std::int64_t count = spilled_ + static_cast<std::int64_t>(buffer_.size());
  out.put(static_cast<std::uint64_t>(count));
  for (std::int64_t i = 0; i < spilled_; i += static_cast<std::int64_t>(buffer_limit)) {
    std::vector<Record> part(buffer_limit);  // as they were written
    const std::size_t size = part.size() * sizeof(Record);
    const auto at = static_cast<off_t>(i * static_cast<std::int64_t>(sizeof(Record)));
    check(pread(file_, part.data(), size, at) == static_cast<ssize_t>(size),
          "records that were written can be read");
    out.put_bytes(part.data(), size);
  }
  out.put_bytes(buffer_.data(), buffer_.size() * sizeof(Record));
}

void Parents::load(CheckpointReader& in) {
  for (std::uint64_t left = in.get_count(sizeof(Record)); left > 0; --left)
    append(in.get<Record>());
}

}  // namespace concordat::explore
