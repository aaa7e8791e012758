// Goal: the committed table of the normal distribution is the right one. Method: it is computed
// again, in long double from std::erfc, and compared entry by entry; the numbers before rounding
// are so far from a half that no library's rounding can matter.
//
// This writes the file of the table anew:
//   CONCORDAT_NORMAL_TABLE=sim/base/normal_table.cpp base_test --gtest_filter='NormalTable.*'
#include "sim/base/normal_table.hpp"

#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <numbers>
#include <string>
#include <vector>

#include "sim/base/file.hpp"

namespace concordat {
namespace {

const std::string path = CONCORDAT_SOURCE_DIR "/sim/base/normal_table.cpp";

long double density(long double z) {
  return std::exp(-z * z / 2) * std::numbers::inv_sqrtpi_v<long double> /
         std::numbers::sqrt2_v<long double>;
}

/// The z >= 0 that the distribution passes with `probability`, from 0 to 1/2.
long double upper_quantile(long double probability) {
  long double z = 0;
  // From below Newton's method climbs to the root of this convex function and never passes it.
  for (int i = 0; i < 100; ++i) {
    const long double tail = std::erfc(z / std::numbers::sqrt2_v<long double>) / 2;
    const long double step = (tail - probability) / density(z);
    z += step;
    if (std::abs(step) < 1e-18L) break;
  }
  return z;
}

/// The conditional means of the upper strata, in the table's units, not rounded.
std::vector<long double> exact_values() {
  std::vector<long double> values;
  long double density_below = density(0);
  for (int i = 1; i <= normal_strata / 2; ++i) {
    const long double passed = 0.5L - static_cast<long double>(i) / normal_strata;
    const long double density_above = passed > 0 ? density(upper_quantile(passed)) : 0;
    values.push_back(
        std::ldexp(normal_strata * (density_below - density_above), normal_fraction_bits));
    density_below = density_above;
  }
  return values;
}

std::string source(const std::vector<long double>& values) {
  std::string text =
      "// Written by tests/unit/normal_table_test.cpp, which says how, and holds it to the truth.\n"
      "#include \"sim/base/normal_table.hpp\"\n"
      "\n"
      "namespace concordat {\n"
      "\n"
      "// clang-format off\n"
      "const std::array<std::uint32_t, normal_strata / 2> upper_normal_values{\n";
  constexpr std::size_t per_line = 8;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool ends_line = i % per_line == per_line - 1;
    text += fmt::format("{}{:#010x},{}",
                        i % per_line == 0 ? "  " : " ",
                        std::llround(values[i]),
                        ends_line ? "\n" : "");
  }
  return text +
         "};\n"
         "// clang-format on\n"
         "\n"
         "}  // namespace concordat\n";
}

TEST(NormalTable, IsTheOneThatIsComputed) {
  const std::vector<long double> exact = exact_values();
  if (const char* target = std::getenv("CONCORDAT_NORMAL_TABLE")) {
    ASSERT_TRUE(write_text_file(target, source(exact)).ok());
    GTEST_SKIP() << "wrote " << target << "; build again to test it";
  }
  ASSERT_EQ(exact.size(), upper_normal_values.size());
  long double least_distance = 1;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    EXPECT_EQ(upper_normal_values[i], std::llround(exact[i])) << i;
    least_distance = std::min(least_distance, std::abs(exact[i] - std::floor(exact[i]) - 0.5L));
  }
  EXPECT_GT(least_distance, 1e-4L);  // even in double the computation is nearer to the truth
  EXPECT_EQ(*read_text_file(path, 1 << 20), source(exact));
}

// The mean is that of the distribution by symmetry; what the variance lacks is the spread within
// the strata, most of it in the outermost two.
TEST(NormalTable, HasNearlyTheMomentsOfTheDistribution) {
  long double square = 0;
  long double fourth_power = 0;
  for (const std::uint32_t value : upper_normal_values) {
    const long double z = std::ldexp(static_cast<long double>(value), -normal_fraction_bits);
    square += z * z / upper_normal_values.size();
    fourth_power += z * z * z * z / upper_normal_values.size();
  }
  EXPECT_NEAR(static_cast<double>(square), 0.9999687, 1e-7);      // of 1
  EXPECT_NEAR(static_cast<double>(fourth_power), 2.99727, 1e-5);  // of 3
}

}  // namespace
}  // namespace concordat
