#include "sim/base/utf8.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace concordat {

namespace {

/// How many bytes the character at the front of `text` has. RETURNS: 0 when it is malformed.
std::size_t decode(std::string_view text, char32_t& character) {
  struct Form {
    unsigned char mask;
    unsigned char lead;
    char32_t least;  // a smaller value has a shorter form
  };
  constexpr Form forms[] = {
      {0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t size = 0;
  for (const Form& form : forms) {
    ++size;
    if ((lead & form.mask) != form.lead) continue;
    if (text.size() < size) return 0;
    character = lead & static_cast<unsigned char>(~form.mask);
    for (const char byte : text.substr(1, size - 1)) {
      if (!continues_character(byte)) return 0;
      character = character << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
    }
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    return character < form.least || surrogate || character > 0x10FFFF ? 0 : size;
  }
  return 0;
}

constexpr bool is_control(char32_t character) {
  if (character == U'\t' || character == U'\n') return false;
  return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

}  // namespace

std::optional<BadCharacter> find_bad_character(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    char32_t character = 0;
    const std::size_t size = decode(text.substr(offset), character);
    if (size == 0) {
      const auto byte = static_cast<unsigned char>(text[offset]);
      return BadCharacter{offset, fmt::format("a byte that is not UTF-8 (0x{:02x})", byte)};
    }
    if (is_control(character)) {
      const auto code = static_cast<unsigned>(character);
      return BadCharacter{offset, fmt::format("a control character (0x{:02x})", code)};
    }
    offset += size;
  }
  return std::nullopt;
}

std::string printable(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string out;
  while (const auto bad = find_bad_character(text)) {
    out += text.substr(0, bad->offset);
    out += replacement;
    text.remove_prefix(bad->offset + 1);
    while (!text.empty() && continues_character(text.front()))
      text.remove_prefix(1);
  }
  return out += text;
}

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view in_line = before.substr(line_start);
  return {static_cast<int>(std::ranges::count(before, '\n')) + 1,
          static_cast<int>(std::ranges::count_if(
              in_line, [](char byte) { return !continues_character(byte); })) +
              1};
}

}  // namespace concordat
