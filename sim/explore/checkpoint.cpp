#include "sim/explore/checkpoint.hpp"

#include <algorithm>
#include <unistd.h>

#include "sim/explore/hash.hpp"

namespace concordat::explore {

namespace {

// The hash goes from block to block, so that it does not depend on how pieces were written.
constexpr std::size_t block_size = std::size_t{1} << 20U;

}  // namespace

CheckpointWriter::CheckpointWriter(const std::string& file)
    : name_(file), temporary_(file + ".part"), file_(std::fopen(temporary_.c_str(), "wb")) {
  failed_ = file_ == nullptr;
  block_.reserve(block_size);
  put(checkpoint_format);
}

CheckpointWriter::~CheckpointWriter() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::remove(temporary_.c_str());
}

void CheckpointWriter::put_bytes(const void* bytes, std::size_t size) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const std::size_t count = std::min(size, block_size - block_.size());
    block_.append(at, count);
    at += count;
    size -= count;
    if (block_.size() == block_size) write_block();
  }
}

void CheckpointWriter::write_block() {
  hash_ = hash_bytes(block_, hash_);
  if (!failed_) failed_ = std::fwrite(block_.data(), 1, block_.size(), file_) != block_.size();
  block_.clear();
}

bool CheckpointWriter::finish() {
  if (!block_.empty()) write_block();
  if (!failed_) failed_ = std::fwrite(&hash_, 1, sizeof(hash_), file_) != sizeof(hash_);
  if (!failed_) failed_ = std::fflush(file_) != 0 || fsync(fileno(file_)) != 0;
  if (file_ != nullptr) failed_ = std::fclose(file_) != 0 || failed_;
  file_ = nullptr;
  if (!failed_) failed_ = std::rename(temporary_.c_str(), name_.c_str()) != 0;
  if (failed_) std::remove(temporary_.c_str());
  return !failed_;
}

CheckpointReader::CheckpointReader(const std::string& file)
    : file_(std::fopen(file.c_str(), "rb")) {
  is_there_ = file_ != nullptr;
  if (!is_there_) return;
  std::fseek(file_, 0, SEEK_END);
  const long size = std::ftell(file_);
  std::rewind(file_);
  constexpr long hash_size = sizeof(std::uint64_t);
  failed_ = size < 2 * hash_size;
  if (failed_) return;
  std::uint64_t hash = 0;
  std::string block;
  for (auto left = static_cast<std::size_t>(size - hash_size); left > 0; left -= block.size()) {
    block.resize(std::min(left, block_size));
    if (std::fread(block.data(), 1, block.size(), file_) != block.size()) break;
    hash = hash_bytes(block, hash);
  }
  std::uint64_t stored = 0;
  failed_ = std::fread(&stored, 1, sizeof(stored), file_) != sizeof(stored) || stored != hash;
  std::rewind(file_);
  left_ = static_cast<std::uint64_t>(size - hash_size);
  failed_ = failed_ || get<std::uint64_t>() != checkpoint_format;
}

CheckpointReader::~CheckpointReader() {
  if (file_ != nullptr) std::fclose(file_);
}

void CheckpointReader::get_bytes(void* bytes, std::size_t size) {
  failed_ = failed_ || size > left_ || std::fread(bytes, 1, size, file_) != size;
  if (!failed_) left_ -= size;
}

std::uint64_t CheckpointReader::get_count(std::size_t size) {
  const auto count = get<std::uint64_t>();
  if (failed_ || count > left_ / size) {
    failed_ = true;
    return 0;
  }
  return count;
}

}  // namespace concordat::explore
