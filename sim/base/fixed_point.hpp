// Logarithm and exponential function in integers: the same bits from every compiler and library.
//
// Method: the argument is brought near 1 by an exact power of two and, for the logarithm, by a
// table of short reciprocals; a power series does the rest. Source: Tang 1990, "Table-driven
// implementation of the logarithm function in IEEE floating-point arithmetic", ACM TOMS 16 (4),
// for the idea of a reciprocal that is short, so that the product with it has no error.
#pragma once

#include <cstdint>

#include "sim/base/time.hpp"

namespace concordat::fixed_point {

__extension__ using Wide = unsigned __int128;

/// One, in the units of logarithms and exponents here, is 2^58: six bits are left for 64 ln 2
/// = 44.4.
inline constexpr int fraction_bits = 58;

/// -ln u for u = (bits + 1) / 2^64: of random bits, an exponential value with mean 1.
/// UNITS: 2^-58. RETURNS: 0..64 ln 2, less than 2^-57 from the truth.
std::uint64_t minus_log(std::uint64_t bits);

/// ln n. UNITS: 2^-58. RETURNS: 0..64 ln 2, less than 2^-57 from the truth; exactly 0 for 1.
/// REQUIRES: n > 0.
std::uint64_t natural_log(std::uint64_t n);

/// exp(-exponent), rounded. UNITS: exponent: 2^-58; RETURNS: 2^-62, less than 2^-61 from the truth;
/// exactly one for exponent 0.
std::uint64_t exp_minus(std::uint64_t exponent);

/// value * exp(exponent), rounded to whole microseconds; at most `longest_duration`. The error
/// before rounding is below 2^-60 of the result.
/// UNITS: exponent: 2^-58. REQUIRES: value 0..longest_duration, exponent -16..16.
Duration times_exp(Duration value, std::int64_t exponent);

}  // namespace concordat::fixed_point
