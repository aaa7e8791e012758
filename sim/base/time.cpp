#include "sim/base/time.hpp"

#include <array>

namespace concordat {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t us;
};

/// Smallest first.
constexpr std::array units{Unit{"us", 1},
                           Unit{"ms", 1'000},
                           Unit{"s", 1'000'000},
                           Unit{"min", 60'000'000},
                           Unit{"h", 3'600'000'000}};

/// A fraction of up to this many digits, times the largest unit, fits 63 bits.
constexpr std::size_t max_fraction_digits = 9;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the digits at the front of `text` away.
std::string_view take_digits(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size]))
    ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

/// RETURNS: nothing when the number is above `limit`.
std::optional<std::int64_t> number(std::string_view digits, std::int64_t limit) {
  std::int64_t value = 0;
  for (const char digit : digits) {
    value = value * 10 + (digit - '0');
    if (value > limit) return std::nullopt;
  }
  return value;
}

/// The part after the point, in microseconds. RETURNS: nothing unless that is a whole number.
std::optional<std::int64_t> fraction_us(std::string_view digits, std::int64_t unit_us) {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
  for (const char digit : digits) {
    numerator = numerator * 10 + (digit - '0');
    denominator *= 10;
  }
  if (numerator * unit_us % denominator != 0) return std::nullopt;
  return numerator * unit_us / denominator;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const std::string_view whole = take_digits(text);
  if (whole.empty()) return std::nullopt;
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty() || fraction.size() > max_fraction_digits) return std::nullopt;
  }
  for (const Unit& unit : units) {
    if (text != unit.name) continue;
    const auto count = number(whole, longest_duration.us / unit.us);
    const auto rest_us = fraction_us(fraction, unit.us);
    if (!count || !rest_us || *count * unit.us + *rest_us > longest_duration.us)
      return std::nullopt;
    return Duration{*count * unit.us + *rest_us};
  }
  return std::nullopt;
}

std::string format(Duration duration) {
  std::string best = std::to_string(duration.us) + "us";
  if (duration.us == 0) return best;
  // Of two equally short forms the larger unit, which comes later, wins: `2min`, not `120s`.
  for (const Unit& unit : units) {
    if (duration.us % unit.us != 0) break;
    std::string form = std::to_string(duration.us / unit.us) + std::string(unit.name);
    if (form.size() <= best.size()) best = std::move(form);
  }
  return best;
}

}  // namespace concordat
