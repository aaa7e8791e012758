// A search on disk: everything from which it can go on, as if it had never been interrupted. What
// can be worked out again (node states, messages, steps) is not stored, only the order in which it
// was asked for, so that it gets the same numbers.
//
// A file is written under a temporary name and renamed, so a search that is killed while it writes
// leaves the file before. It ends with a hash of all that stands before, and is read by the program
// and on the kind of machine that wrote it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

namespace concordat::explore {

/// What both ends agree on before anything else.
inline constexpr std::uint64_t checkpoint_format = 0x636f6e636f726402U;  // "concord" 2

class CheckpointWriter {
 public:
  explicit CheckpointWriter(const std::string& file);
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;
  ~CheckpointWriter();

  void put_bytes(const void* bytes, std::size_t size);
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { put_bytes(&value, sizeof(value)); }
  template <class T>
  void put_all(const std::vector<T>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    put_bytes(values.data(), values.size() * sizeof(T));
  }
  /// RETURNS: whether the file stands there now, whole.
  bool finish();

 private:
  void write_block();

  const std::string name_;
  const std::string temporary_;
  std::FILE* file_ = nullptr;
  bool failed_ = false;
  std::string block_;
  std::uint64_t hash_ = 0;
};

class CheckpointReader {
 public:
  /// A file that does not exist is not there; one that is no checkpoint, or damaged, has failed.
  explicit CheckpointReader(const std::string& file);
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;
  ~CheckpointReader();

  bool is_there() const { return is_there_; }
  /// Everything that is read after a failure is zero.
  bool failed() const { return failed_; }
  void fail() { failed_ = true; }

  void get_bytes(void* bytes, std::size_t size);
  template <class T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value{};
    get_bytes(&value, sizeof(value));
    return value;
  }
  template <class T>
  std::vector<T> get_all() {
    const std::uint64_t count = get_count(sizeof(T));
    std::vector<T> values(count);
    get_bytes(values.data(), values.size() * sizeof(T));
    return values;
  }
  /// A number of things of this size, which must be in the rest of the file.
  std::uint64_t get_count(std::size_t size);

 private:
  std::FILE* file_ = nullptr;
  bool is_there_ = false;
  bool failed_ = false;
  std::uint64_t left_ = 0;  // bytes before the hash
};

}  // namespace concordat::explore
