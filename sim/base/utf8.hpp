// What text from outside may hold: well-formed UTF-8 without control characters, so that printing
// it can do no harm to a terminal and each character has one column.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace concordat {

struct BadCharacter {
  std::size_t offset = 0;  // bytes from the start
  std::string what;        // "a control character (0x1b)"
};

/// The first byte sequence that is not UTF-8 (RFC 3629: no overlong forms, no surrogates), or
/// control character (C0, DEL, C1) other than tab and line feed.
std::optional<BadCharacter> find_bad_character(std::string_view text);

/// The text with U+FFFD in the place of each bad character, so that it can be printed.
std::string printable(std::string_view text);

/// Line and column of a byte. Columns count characters, not bytes. COMPLEXITY: linear.
Position position_of(std::string_view text, std::size_t offset);

/// True for a byte that continues a character, that is, starts no column.
constexpr bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace concordat
