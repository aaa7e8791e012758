#include "sim/base/file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace concordat {

namespace {

namespace fs = std::filesystem;

struct Close {
  // A failure to close matters only after a write, and `put` closes by itself to see it.
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
using File = std::unique_ptr<std::FILE, Close>;

File open(const fs::path& path, const char* mode) {
  return File(std::fopen(path.c_str(), mode));
}

Error file_error(const std::string& path, const std::string& what, int error_number) {
  const std::string reason = std::generic_category().message(error_number);
  return Error{path, {}, what + ": " + reason, {}};
}

/// Writes and closes. RETURNS: 0 or the error number.
int put(File file, std::string_view text) {
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  const int write_error = errno;
  const bool closed = std::fclose(file.release()) == 0;
  if (written && closed) return 0;
  const int error_number = written ? errno : write_error;
  return error_number == 0 ? EIO : error_number;
}

/// A new, empty file beside `target`. Left-overs of a killed program are stepped over.
File open_temporary(const fs::path& target, fs::path& name) {
  constexpr int max_attempts = 100;
  for (int i = 0; i < max_attempts; ++i) {
    name = target;
    name += ".tmp" + std::to_string(i);
    if (File file = open(name, "wbx")) return file;
    if (errno != EEXIST) return nullptr;
  }
  return nullptr;
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return Error{path, {}, "this is a folder, not a file", {}};
  const File file = open(path, "rb");
  if (!file) return file_error(path, "cannot open the file", errno);
  std::string text;
  std::array<char, 1 << 16> buffer;  // NOLINT(*-member-init): filled by fread
  std::size_t size = 0;
  while ((size = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0) {
    text.append(buffer.data(), size);
    if (text.size() > max_bytes)
      return Error{path, {}, "the file is larger than " + std::to_string(max_bytes) + " bytes", {}};
  }
  if (std::ferror(file.get()) != 0) return file_error(path, "cannot read the file", errno);
  return text;
}

Result<bool> write_text_file(const std::string& path, std::string_view text) {
  std::error_code error;
  const fs::file_status old = fs::status(path, error);
  if (fs::is_directory(old)) return Error{path, {}, "this is a folder, not a file", {}};
  if (fs::exists(old) && !fs::is_regular_file(old)) {
    File file = open(path, "wb");
    const int failure = file ? put(std::move(file), text) : errno;
    if (failure != 0) return file_error(path, "cannot write", failure);
    return true;
  }

  fs::path target = path;
  if (fs::exists(old)) target = fs::canonical(path, error);
  if (error && fs::exists(old)) return file_error(path, "cannot write the file", error.value());

  fs::path name;
  File file = open_temporary(target, name);
  if (!file) return file_error(path, "cannot write the file", errno);
  if (const int failure = put(std::move(file), text); failure != 0) {
    fs::remove(name, error);
    return file_error(path, "cannot write the file", failure);
  }
  if (fs::exists(old)) fs::permissions(name, old.permissions(), error);
  fs::rename(name, target, error);
  if (error) {
    const int failure = error.value();
    fs::remove(name, error);
    return file_error(path, "cannot write the file", failure);
  }
  return true;
}

}  // namespace concordat
