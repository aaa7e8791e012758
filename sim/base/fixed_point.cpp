#include "sim/base/fixed_point.hpp"

#include <array>
#include <bit>
#include <cstddef>

#include "sim/base/check.hpp"

namespace concordat::fixed_point {

namespace {

__extension__ using SignedWide = __int128;

/// UNITS: 2^-64.
constexpr std::uint64_t ln_2 = 0xb172'17f7'd1cf'79ac;

constexpr std::uint64_t high_product(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(static_cast<Wide>(a) * b >> 64U);
}

/// From units of 2^-64 to those of the interface.
template <class Number>
constexpr std::uint64_t rounded(Number number) {
  constexpr unsigned shift = 64 - fraction_bits;
  return static_cast<std::uint64_t>((number + (1U << (shift - 1))) >> shift);
}

/// SHAPE: entry n is n * ln 2. UNITS: 2^-58.
constexpr auto multiples_of_ln_2 = [] {
  std::array<std::uint64_t, 65> table{};
  for (std::size_t n = 0; n < table.size(); ++n)
    table[n] = rounded(static_cast<Wide>(ln_2) * n);
  return table;
}();

/// ln(a/b), for b <= a <= 2b and a below 2^17. RETURNS: in units of 2^-64.
constexpr std::uint64_t log_of_quotient(std::uint64_t a, std::uint64_t b) {
  // ln(a/b) = 2 (y + y^3/3 + y^5/5 + ...) with y = (a-b)/(a+b), which is at most 1/3 here.
  constexpr unsigned guard_bits = 26;
  const Wide numerator = a - b;
  const Wide denominator = a + b;
  Wide power = (numerator << (65U + guard_bits)) / denominator;  // 2 y^n
  Wide sum = 0;
  for (unsigned n = 1; power != 0; n += 2) {
    sum += power / n;
    power = power * (numerator * numerator) / (denominator * denominator);
  }
  return static_cast<std::uint64_t>((sum + (Wide{1} << (guard_bits - 1))) >> guard_bits);
}

/// A reciprocal of 16 bits, and its logarithm.
struct Reciprocal {
  std::uint64_t value;  // UNITS: 2^-63; 1..2
  std::uint64_t log;    // UNITS: 2^-58; 0..ln 2
};

constexpr unsigned index_bits = 8;

/// SHAPE: entry i is for numbers from (256 + i) / 512 to the next one: the greatest reciprocal with
/// which no product passes 1.
constexpr auto reciprocals = [] {
  constexpr std::uint64_t one = 1U << 15U;
  std::array<Reciprocal, 1U << index_bits> table{};
  for (std::uint64_t i = 0; i < table.size(); ++i) {
    const std::uint64_t value = one * 2 * table.size() / (table.size() + i + 1);
    table[i] = {value << 48U, rounded(log_of_quotient(value, one))};
  }
  return table;
}();

/// 2^64 / n, rounded down.
template <std::uint64_t n>
constexpr auto one_over = static_cast<std::uint64_t>((Wide{1} << 64U) / n);

/// -ln(1 - rest) = rest + rest^2/2 + rest^3/3 + ... UNITS: 2^-64. REQUIRES: rest < 0.004, so that
/// what is left out is below 2^-66.
constexpr std::uint64_t log_series(std::uint64_t rest) {
  // In pairs of terms, which a processor computes side by side.
  const std::uint64_t square = high_product(rest, rest);
  const std::uint64_t pair_2 = one_over<2> + high_product(rest, one_over<3>);
  const std::uint64_t pair_4 = one_over<4> + high_product(rest, one_over<5>);
  const std::uint64_t pair_6 = one_over<6> + high_product(rest, one_over<7>);
  const std::uint64_t tail = pair_4 + high_product(square, pair_6);
  return rest + high_product(square, pair_2 + high_product(square, tail));
}

/// exp(rest). UNITS: rest: 2^-64; RETURNS: 2^-62. REQUIRES: rest <= ln 2, so that the first term
/// left out, rest^19 / 19!, is below 2^-66.
constexpr std::uint64_t exp_series(std::uint64_t rest) {
  constexpr std::uint64_t one = std::uint64_t{1} << 62U;
  std::uint64_t sum = one;
  for (std::uint64_t n = 18; n > 0; --n)
    sum = one + high_product(rest, sum) / n;
  return sum;
}

/// exp(-rest). UNITS: rest: 2^-64; RETURNS: 2^-62. REQUIRES: rest <= ln 2, as above.
constexpr std::uint64_t exp_minus_series(std::uint64_t rest) {
  constexpr std::uint64_t one = std::uint64_t{1} << 62U;
  std::uint64_t sum = one;
  for (std::uint64_t n = 18; n > 0; --n)
    sum = one - high_product(rest, sum) / n;
  return sum;
}

/// -ln(fraction / 2^64). UNITS: 2^-58. REQUIRES: the upper bit of the fraction is set.
std::uint64_t minus_log_of_fraction(std::uint64_t fraction) {
  // The fraction times its reciprocal is 1 - rest.
  const Reciprocal& near = reciprocals[fraction << 1U >> (64U - index_bits)];
  const std::uint64_t rest = 0 - 2 * high_product(fraction, near.value);
  return near.log + rounded(log_series(rest));
}

}  // namespace

std::uint64_t minus_log(std::uint64_t bits) {
  const std::uint64_t number = bits + 1;
  if (number == 0) return 0;  // u = 1
  // u = fraction / 2^64 / 2^halvings.
  const auto halvings = static_cast<std::size_t>(std::countl_zero(number));
  return multiples_of_ln_2[halvings] + minus_log_of_fraction(number << halvings);
}

std::uint64_t natural_log(std::uint64_t n) {
  check(n > 0, "a logarithm is that of a positive number");
  if (n == 1) return 0;
  // n = fraction / 2^64 * 2^doublings.
  const auto halvings = static_cast<std::size_t>(std::countl_zero(n));
  return multiples_of_ln_2[64 - halvings] - minus_log_of_fraction(n << halvings);
}

std::uint64_t exp_minus(std::uint64_t exponent) {
  constexpr std::uint64_t one_over_ln_2 = 0xb8aa'3b29'5c17'f0bb;  // UNITS: 2^-63, rounded down
  // exponent = halvings * ln 2 + rest. The estimate of the halvings is right or one too low.
  std::uint64_t halvings = high_product(exponent, one_over_ln_2) >> (fraction_bits - 1);
  const Wide fine = static_cast<Wide>(exponent) << (64 - fraction_bits);
  Wide rest = fine - static_cast<Wide>(ln_2) * halvings;
  if (rest >= ln_2) {
    rest -= ln_2;
    ++halvings;
  }
  if (halvings > 63) return 0;
  const std::uint64_t result = exp_minus_series(static_cast<std::uint64_t>(rest));
  return halvings == 0 ? result : (result + (std::uint64_t{1} << (halvings - 1))) >> halvings;
}

Duration times_exp(Duration value, std::int64_t exponent) {
  constexpr std::int64_t exponent_limit = std::int64_t{16} << fraction_bits;
  check(value.us >= 0 && value <= longest_duration, "a duration is 0 to 100 years");
  check(exponent >= -exponent_limit && exponent <= exponent_limit, "an exponent is -16 to 16");
  // exponent = doublings * ln 2 + rest, with 0 <= rest < ln 2.
  const SignedWide fine = static_cast<SignedWide>(exponent) * (1 << (64 - fraction_bits));
  int doublings = static_cast<int>(fine / ln_2);
  if (fine < doublings * static_cast<SignedWide>(ln_2)) --doublings;
  const auto rest = static_cast<std::uint64_t>(fine - doublings * static_cast<SignedWide>(ln_2));
  const Wide product = static_cast<Wide>(value.us) * exp_series(rest);
  const auto shift = static_cast<unsigned>(62 - doublings);  // 38..86
  const Wide result = (product + (Wide{1} << (shift - 1))) >> shift;
  if (result > static_cast<Wide>(longest_duration.us)) return longest_duration;
  return {static_cast<std::int64_t>(result)};
}

}  // namespace concordat::fixed_point
