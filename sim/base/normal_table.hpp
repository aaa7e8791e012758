// The standard normal distribution as a table of equally likely values.
//
// The line is cut into `normal_strata` pieces of equal probability, and each is represented by its
// conditional mean, so that the mean of the table is exactly that of the distribution and its
// variance is least below it. The distribution is symmetric, so that half of the table is enough.
#pragma once

#include <array>
#include <cstdint>

namespace concordat {

inline constexpr int normal_strata = 4096;
inline constexpr int normal_fraction_bits = 30;

/// The values above the mean, ascending. UNITS: 2^-normal_fraction_bits standard deviations.
extern const std::array<std::uint32_t, normal_strata / 2> upper_normal_values;

}  // namespace concordat
