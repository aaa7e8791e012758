#include "sim/app/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace concordat::app {

namespace {

constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  std::string_view unit = text.substr(digits);
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  std::int64_t scale = 0;
  for (std::size_t i = 0; i < units.size(); ++i)
    if (unit == units[i]) scale = std::int64_t{1} << (10 * (i + 1));
  std::int64_t whole = 0;
  const char* end = text.data() + digits;
  const auto read = std::from_chars(text.data(), end, whole);
  if (scale == 0 || read.ec != std::errc{}) return std::nullopt;
  std::int64_t tenths = 0;  // one digit after the point is enough
  if (read.ptr != end) {
    if (end - read.ptr != 2 || *read.ptr != '.' || read.ptr[1] == '.') return std::nullopt;
    tenths = read.ptr[1] - '0';
  }
  constexpr std::int64_t most = std::int64_t{1} << 50;
  if (whole > most / scale) return std::nullopt;
  const std::int64_t bytes = whole * scale + tenths * scale / 10;
  if (bytes == 0 || bytes > most) return std::nullopt;
  return bytes;
}

std::string bytes_text(std::int64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit)
    amount /= 1024;
  return fmt::format("{:.1f} {}", amount, units[unit]);
}

}  // namespace concordat::app
