#include "sim/trace/style.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace concordat::trace {

namespace {

constexpr char32_t replacement = U'\uFFFD';

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::dim: return "\x1b[2m";
    case Style::bold: return "\x1b[1m";
    case Style::good: return "\x1b[1;32m";
    case Style::bad: return "\x1b[1;31m";
    case Style::warn: return "\x1b[33m";
    case Style::title: return "\x1b[1;36m";
  }
  return "";
}

struct Range {
  char32_t first, last;
};
constexpr auto wide = std::to_array<Range>({{0x1100, 0x115F},
                                            {0x2E80, 0x303E},
                                            {0x3041, 0xA4CF},
                                            {0xAC00, 0xD7A3},
                                            {0xF900, 0xFAFF},
                                            {0xFE30, 0xFE6F},
                                            {0xFF00, 0xFF60},
                                            {0xFFE0, 0xFFE6},
                                            {0x1F300, 0x1FAFF},
                                            {0x20000, 0x3FFFD}});
constexpr auto combining =
    std::to_array<Range>({{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}});
// Signs without a picture, and those that change the direction of the text after them.
constexpr auto invisible = std::to_array<Range>({{0x00, 0x1F},
                                                 {0x7F, 0x9F},
                                                 {0x200B, 0x200F},
                                                 {0x2028, 0x202E},
                                                 {0x2060, 0x206F},
                                                 {0xD800, 0xDFFF},
                                                 {0xFEFF, 0xFEFF}});

template <class Ranges>
bool within(const Ranges& ranges, char32_t code) {
  return std::ranges::any_of(ranges, [&](Range r) { return code >= r.first && code <= r.last; });
}

/// Reads one code point at `at`, which moves behind it.
char32_t next_code(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4) return replacement;
  char32_t code = lead & (0x3FU >> more);
  for (int i = 0; i < more; ++i) {
    if (at >= text.size()) return replacement;
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0U) != 0x80U) return replacement;
    code = (code << 6U) | (byte & 0x3FU);
    ++at;
  }
  const bool overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
  return overlong || code > 0x10FFFF ? replacement : code;
}

/// Whether a line may end between two signs: beside an East Asian one, but not before what closes
/// nor behind what opens.
bool may_break(char32_t before, char32_t after) {
  static constexpr std::u32string_view closing =
      U"\uFF0C\u3002\uFF1B\uFF1A\u3001\uFF09\u201D\uFF01\uFF1F";
  static constexpr std::u32string_view opening = U"\uFF08\u201C";
  if (!within(wide, before) && !within(wide, after)) return false;
  return closing.find(after) == closing.npos && opening.find(before) == opening.npos;
}

/// Where what begins at `at` may be broken, or the text ends.
std::size_t end_of_word(std::u32string_view codes, std::size_t at) {
  std::size_t end = at;
  while (end < codes.size() && codes[end] != U' ') {
    ++end;
    if (end < codes.size() && codes[end] != U' ' && may_break(codes[end - 1], codes[end])) break;
  }
  return end;
}

}  // namespace

std::string paint(std::string_view text, Style style, bool colour) {
  std::string out;
  if (!colour || style == Style::plain || text.empty()) return out += text;
  out += escape_of(style);
  out += text;
  return out += "\x1b[0m";
}

std::u32string decode(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = next_code(text, at);
    out += within(invisible, code) ? replacement : code;
  }
  return out;
}

std::string encode(std::u32string_view text) {
  std::string out;
  const auto tail = [&](char32_t code, unsigned shift) {
    out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  for (const char32_t code : text) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0U | (code >> 6U));
      tail(code, 0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0U | (code >> 12U));
      tail(code, 6);
      tail(code, 0);
    } else {
      out += static_cast<char>(0xF0U | (code >> 18U));
      tail(code, 12);
      tail(code, 6);
      tail(code, 0);
    }
  }
  return out;
}

int column_count(char32_t code) {
  if (code < 0x300) return 1;
  if (within(combining, code)) return 0;
  return within(wide, code) ? 2 : 1;
}

int column_count(std::string_view text) {
  int count = 0;
  for (const char32_t code : decode(text))
    count += column_count(code);
  return count;
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::u32string> lines(1);
  int used = 0;
  const auto new_line = [&] {
    lines.emplace_back();
    used = 0;
  };
  const std::u32string codes = decode(text);
  bool spaced = false;  // from what stands before
  for (std::size_t at = 0; at < codes.size();) {
    const std::size_t end = end_of_word(codes, at);
    int word = 0;
    for (std::size_t i = at; i < end; ++i)
      word += column_count(codes[i]);
    const bool fits = used + (spaced && used > 0 ? 1 : 0) + word <= width;
    if (!fits && used > 0) new_line();
    if (spaced && used > 0) {
      lines.back() += U' ';
      ++used;
    }
    for (std::size_t i = at; i < end; ++i) {
      const int columns = column_count(codes[i]);
      if (used + columns > width) new_line();
      lines.back() += codes[i];
      used += columns;
    }
    spaced = end < codes.size() && codes[end] == U' ';
    at = spaced ? end + 1 : end;
  }
  std::vector<std::string> out;
  out.reserve(lines.size());
  for (const std::u32string& line : lines)
    out.push_back(encode(line));
  return out;
}

std::vector<std::string> flow(const std::vector<std::string>& items, int gap, int width) {
  std::vector<std::string> lines;
  int used = 0;
  for (const std::string& item : items) {
    const int columns = column_count(item);
    if (lines.empty() || used + gap + columns > width) {
      lines.push_back(item);
      used = columns;
    } else {
      lines.back() += std::string(static_cast<std::size_t>(gap), ' ') + item;
      used += gap + columns;
    }
  }
  return lines;
}

std::string join(const std::vector<std::string>& items, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += separator;
    out += items[i];
  }
  return out;
}

std::string join_and(const std::vector<std::string>& items) {
  if (items.size() < 2) return join(items);
  return join({items.begin(), items.end() - 1}) + " and " + items.back();
}

std::string time_text(std::int64_t time_us) {
  const bool seconds = time_us >= 1'000'000 || time_us <= -1'000'000;
  const std::int64_t whole = seconds ? 1'000'000 : 1000;
  const std::int64_t rest = std::abs(time_us % whole);
  std::string out = time_us < 0 && time_us > -whole ? "-0" : std::to_string(time_us / whole);
  if (rest > 0) {
    std::string digits = std::to_string(whole + rest).substr(1);  // with its leading zeros
    digits.erase(digits.find_last_not_of('0') + 1);
    out += "." + digits;
  }
  return out + (seconds ? "s" : "ms");
}

const Signs& signs(bool unicode) {
  static constexpr Signs drawn = {U'│', U'┃', U'┊', U'║', U'├', U'┠', U'┤', U'┨', U'┼', U'╂',
                                  U'─', U'┄', U'►', U'◄', U'×', U'●', U'■', U'□', U'✓', U'✗',
                                  U'◆', U'◷', U'▪', U'»', U'?', U'╳', U'↑', U'✗', U'✓', U'░',
                                  U'═', U'█', U'▒', U"→", U"←", U"↔", U"→"};
  static constexpr Signs plain = {U'|', U'!', U':', U'"', U'|', U'!',  U'|', U'!', U'+', U'+',
                                  U'-', U'.', U'>', U'<', U'x', U'o',  U'#', U'=', U'+', U'-',
                                  U'*', U'@', U'&', U'$', U'?', U'X',  U'^', U'!', U'+', U':',
                                  U'=', U'#', U'!', U">", U"<", U"<>", U"->"};
  return unicode ? drawn : plain;
}

Row::Row(int width, bool unicode)
    : cells_(static_cast<std::size_t>(std::max(width, 0))), unicode_(unicode) {}

void Row::put(int column, char32_t code, Style style) {
  if (column < 0 || column >= static_cast<int>(cells_.size())) return;
  cells_[static_cast<std::size_t>(column)] = {unicode_ || code < 0x80 ? code : U'?', style};
}

int Row::put(int column, std::u32string_view text, Style style) {
  for (const char32_t code : text) {
    const int columns = column_count(code);
    if (columns == 0) continue;
    put(column, code, style);
    if (columns == 2 && unicode_) put(column + 1, U'\0', style);
    column += columns;
  }
  return column;
}

int Row::put(int column, std::string_view text, Style style) {
  return put(column, decode(text), style);
}

std::string Row::text(bool colour) const {
  std::size_t end = cells_.size();
  while (end > 0 && cells_[end - 1].code == U' ')
    --end;
  std::string out;
  for (std::size_t at = 0; at < end;) {
    const Style style = cells_[at].style;
    std::u32string run;
    for (; at < end && cells_[at].style == style; ++at)
      if (cells_[at].code != U'\0') run += cells_[at].code;
    out += paint(encode(run), style, colour);
  }
  return out;
}

}  // namespace concordat::trace
