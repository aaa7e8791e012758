#include "sim/base/random.hpp"

#include <charconv>
#include <fmt/format.h>
#include <numeric>

namespace concordat {

namespace {

constexpr std::uint64_t max_denominator = 1'000'000'000;

/// Digits only, at most 10 of them.
std::optional<std::uint64_t> digits(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.size() > 10)
    return std::nullopt;
  return value;
}

std::optional<Ratio> reduced(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0 || part > whole) return std::nullopt;
  const std::uint64_t common = std::gcd(part, whole);
  if (whole / common > max_denominator) return std::nullopt;
  return Ratio{static_cast<std::uint32_t>(part / common),
               static_cast<std::uint32_t>(whole / common)};
}

}  // namespace

std::optional<Ratio> parse_ratio(std::string_view text) {
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto part = digits(text.substr(0, slash));
    const auto whole = digits(text.substr(slash + 1));
    return part && whole ? reduced(*part, *whole) : std::nullopt;
  }
  const bool percent = !text.empty() && text.back() == '%';
  if (percent) text.remove_suffix(1);
  std::uint64_t whole = percent ? 100 : 1;
  std::string number(text.substr(0, text.find('.')));
  if (number.empty()) return std::nullopt;
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    const std::string_view decimals = text.substr(dot + 1);
    if (decimals.empty() || decimals.size() > 7) return std::nullopt;
    number += decimals;
    for (std::size_t i = 0; i < decimals.size(); ++i)
      whole *= 10;
  }
  const auto part = digits(number);
  return part ? reduced(*part, whole) : std::nullopt;
}

std::string format(Ratio ratio) {
  if (ratio.part == 0) return "0";
  if (ratio.part == ratio.whole) return "1";
  return fmt::format("{}/{}", ratio.part, ratio.whole);
}

Random Random::stream(std::uint64_t seed, std::string_view concern, std::uint64_t index) {
  std::uint64_t state = mix(seed + 0x9e3779b97f4a7c15U);
  for (const char c : concern)
    state = mix(state ^ static_cast<unsigned char>(c));
  return Random(mix(state ^ index));
}

}  // namespace concordat
