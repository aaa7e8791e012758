// What the fuzz targets share. A target is one function from bytes to nothing that must not crash,
// hang or break a rule; with clang and -DCONCORDAT_FUZZ=ON libFuzzer calls it with what it makes
// up, in every other build replay.cpp calls it with the files of a corpus.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/check.hpp"
#include "sim/base/result.hpp"
#include "sim/base/utf8.hpp"

/// The target. RETURNS: 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace concordat::fuzz {

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};  // NOLINT(*-reinterpret-cast): bytes
}

/// Text for a person: there is some, and a terminal prints it as it stands.
inline void check_printable(std::string_view text) {
  check(!text.empty(), "there is something to print");
  const auto bad = find_bad_character(text);
  check(!bad, bad ? bad->what : "what is printed has no control characters");
}

/// The text of an error, at a place that is in the file, or without one.
inline void check_error(const Error& error, std::string_view file) {
  check(!error.what.empty(), "an error says what is wrong");
  check_printable(error.text());
  if (error.at == Position{}) return;
  check(error.at.line >= 1, "lines count from 1");
  check(error.at.column >= 1, "columns count from 1");
  const auto lines = std::count(file.begin(), file.end(), '\n') + 1;
  check(error.at.line <= lines, "an error is in a line of the file");
  check(error.at.column <= static_cast<int>(file.size()) + 1, "an error is in the file");
}

}  // namespace concordat::fuzz
