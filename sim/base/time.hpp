// Virtual time: whole microseconds, with the units people write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace concordat {

/// A length of virtual time. UNITS: microseconds.
struct Duration {
  std::int64_t us = 0;
  friend auto operator<=>(const Duration&, const Duration&) = default;
};

/// 100 Julian years. Nothing that is read or drawn is longer.
inline constexpr Duration longest_duration{3'155'760'000'000'000};

/// Reads `250us`, `5ms`, `1.5s`, `2min`, `1h`. RETURNS: nothing for any other text, a negative
/// value, more digits than a microsecond holds, or more than `longest_duration`.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest exact form that `parse_duration` reads back: `5ms`, `1500us`, `0us`.
std::string format(Duration duration);

}  // namespace concordat
