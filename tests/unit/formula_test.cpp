// Goal: the formulas of papers are read as they are written. Method: each form once with its value
// worked out by hand, the equal forms of one table entry for many values, and what is no formula.
#include "sim/base/formula.hpp"

#include <gtest/gtest.h>

namespace concordat {
namespace {

std::int64_t value(std::string_view formula, std::int64_t n = 0, std::int64_t f = 0) {
  const auto result = evaluate(formula, [&](char letter) -> std::optional<std::int64_t> {
    if (letter == 'N' || letter == 'n') return n;
    if (letter == 'F' || letter == 'f') return f;
    return std::nullopt;
  });
  EXPECT_TRUE(result) << formula << ": " << (result ? "" : result.error().what);
  return result ? *result : -1;
}

std::string error(std::string_view formula) {
  const auto result = evaluate(formula, [](char letter) -> std::optional<std::int64_t> {
    return letter == 'N' ? std::optional<std::int64_t>(70'000) : std::nullopt;
  });
  EXPECT_FALSE(result) << formula;
  return result ? "" : result.error().what;
}

TEST(Formula, Values) {
  EXPECT_EQ(value("4"), 4);
  EXPECT_EQ(value("3N-1", 5), 14);
  EXPECT_EQ(value("N F + F + 3N - 1", 5, 1), 20);
  EXPECT_EQ(value("n^2+n", 4), 20);
  EXPECT_EQ(value("(N-1)(2F+3)", 5, 1), 20);
  EXPECT_EQ(value("-N+2", 5), -3);
  EXPECT_EQ(value("N-1-1", 5), 3);
  EXPECT_EQ(value("2N^2", 3), 18);
  EXPECT_EQ(value("N^0", 3), 1);
  EXPECT_EQ(value("N^2", 0), 0);
}

/// Gray and Lamport's table and its factored forms.
TEST(Formula, EqualForms) {
  for (int n = 2; n <= 8; ++n) {
    for (int f = 0; f <= 3; ++f) {
      EXPECT_EQ(value("NF+F+3N-1", n, f), value("(N+1)(F+3)-4", n, f));
      EXPECT_EQ(value("NF+3N-3", n, f), value("N(F+3)-3", n, f));
      EXPECT_EQ(value("2NF+3N-1", n, f), value("N(2F+3)-1", n, f));
      EXPECT_EQ(value("2NF-2F+3N-3", n, f), value("(N-1)(2F+3)", n, f));
    }
  }
}

TEST(Formula, Errors) {
  EXPECT_EQ(error("3N-"), "formula `3N-`, column 4: a number, a letter or `(` is missing");
  EXPECT_EQ(error("3K"), "formula `3K`, column 2: there is no variable `K`");
  EXPECT_EQ(error("(N"), "formula `(N`, column 3: `)` is missing");
  EXPECT_EQ(error("N)"), "formula `N)`, column 2: `)` does not fit here");
  EXPECT_EQ(error("N^N"), "formula `N^N`, column 3: an exponent is a number");
  EXPECT_EQ(error("NN"), "formula `NN`, column 3: the value is too large");
  EXPECT_EQ(error("99999999999999999999"),
            "formula `99999999999999999999`, column 10: the value is too large");
  EXPECT_EQ(error(""), "formula ``, column 1: a number, a letter or `(` is missing");
  error(std::string(100, '('));
}

}  // namespace
}  // namespace concordat
