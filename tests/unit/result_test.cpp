// Goal: an error reads as a person expects and a near miss is named. Method: the exact texts; edit
// distances against the rules of a metric; misuse ends the program with exit code 70.
#include "sim/base/result.hpp"

#include <array>
#include <gtest/gtest.h>
#include <memory>

#include "tests/unit/model_samples.hpp"

namespace concordat {
namespace {

TEST(Error, SaysWhereAndWhat) {
  EXPECT_EQ((Error{"", {}, "no such file", ""}).text(), "error: no such file");
  EXPECT_EQ((Error{"a.yaml", {}, "empty", ""}).text(), "a.yaml: error: empty");
  EXPECT_EQ((Error{"a.yaml", {3, 7}, "unknown key", "did you mean `votes`?"}).text(),
            "a.yaml:3:7: error: unknown key\n  hint: did you mean `votes`?");
  EXPECT_EQ((Error{"", {2, 1}, "odd", ""}).text(), "2:1: error: odd");
}

TEST(Error, CanBePrintedWhateverItQuotes) {
  EXPECT_EQ((Error{"a\x1b.yaml", {}, "no `\xFF`", "not `\r`"}).text(),
            "a\xEF\xBF\xBD.yaml: error: no `\xEF\xBF\xBD`\n  hint: not `\xEF\xBF\xBD`");
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = 7;
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(*good, 7);
  const Result<int> bad = Error{"", {}, "no", ""};
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().what, "no");
}

TEST(Result, MovesItsValueOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  const std::unique_ptr<int> value = *std::move(result);
  EXPECT_EQ(*value, 3);
}

TEST(ResultDeath, IsAskedForWhatItHas) {
  const Result<int> good = 7;
  const Result<int> bad = Error{"", {}, "no", ""};
  EXPECT_EXIT(static_cast<void>(good.error()), ::testing::ExitedWithCode(70), "not ok");
  EXPECT_EXIT(static_cast<void>(*bad), ::testing::ExitedWithCode(70), "only when it is ok");
}

TEST(Check, EndsTheProcessWithExitCode70AndThePlace) {
  EXPECT_EXIT(check(false, "two is even"),
              ::testing::ExitedWithCode(70),
              "internal error: two is even .*result_test.cpp:");
  check(true, "never printed");
}

TEST(EditDistance, CountsSmallChanges) {
  EXPECT_EQ(edit_distance("", ""), 0);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("abc", ""), 3);
  EXPECT_EQ(edit_distance("votes", "vote"), 1);
  EXPECT_EQ(edit_distance("votes", "votse"), 2);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(EditDistance, IsAMetric) {
  SampleRandom random(3);
  const auto word = [&] {
    std::string text;
    for (int i = random.below(6); i > 0; --i)
      text += static_cast<char>('a' + random.below(3));
    return text;
  };
  for (int i = 0; i < 2'000; ++i) {
    const std::string a = word();
    const std::string b = word();
    const std::string c = word();
    EXPECT_EQ(edit_distance(a, b), edit_distance(b, a));
    EXPECT_EQ(edit_distance(a, b) == 0, a == b);
    EXPECT_LE(edit_distance(a, c), edit_distance(a, b) + edit_distance(b, c));
  }
}

TEST(Nearest, FindsTheLikelyWord) {
  const std::array<std::string_view, 4> keys{"votes", "faults", "timing", "network"};
  EXPECT_EQ(nearest("vote", keys), "votes");
  EXPECT_EQ(nearest("fualts", keys), "faults");
  EXPECT_EQ(nearest("netwrok", keys), "network");
  EXPECT_EQ(nearest("votes", keys), "votes");
}

TEST(Nearest, IsEmptyWhenNothingIsNear) {
  const std::array<std::string_view, 2> keys{"votes", "faults"};
  EXPECT_EQ(nearest("processes", keys), "");
  EXPECT_EQ(nearest("", keys), "");
  EXPECT_EQ(nearest("votes", std::array<std::string_view, 0>{}), "");
}

}  // namespace
}  // namespace concordat
