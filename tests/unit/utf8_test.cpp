// Goal: text from outside is UTF-8 without control characters. Method: the edges of each form in
// RFC 3629, one malformed sequence of each kind.
#include "sim/base/utf8.hpp"

#include <gtest/gtest.h>

namespace concordat {
namespace {

TEST(Utf8, AcceptsEveryForm) {
  for (const std::string_view text : {"",
                                      "plain\ttext\n",
                                      "\xC2\xA0",
                                      "\xDF\xBF",
                                      "\xE0\xA0\x80",
                                      "\xED\x9F\xBF",
                                      "\xEE\x80\x80",
                                      "\xEF\xBF\xBF",
                                      "\xF0\x90\x80\x80",
                                      "\xF4\x8F\xBF\xBF"})
    EXPECT_FALSE(find_bad_character(text)) << text;
}

TEST(Utf8, RefusesMalformedSequences) {
  for (const std::string_view bad : {"\x80",
                                     "\xC0\x80",
                                     "\xC1\xBF",
                                     "\xC3",
                                     "\xE0\x9F\xBF",
                                     "\xED\xA0\x80",
                                     "\xE2\x82",
                                     "\xF0\x8F\xBF\xBF",
                                     "\xF4\x90\x80\x80",
                                     "\xF8\x88\x80\x80\x80",
                                     "\xFE",
                                     "\xFF",
                                     "\xC3\x28"}) {
    const auto found = find_bad_character("ab" + std::string(bad) + "c");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->offset, 2U);
    EXPECT_TRUE(found->what.starts_with("a byte that is not UTF-8")) << found->what;
  }
}

TEST(Utf8, RefusesControlCharacters) {
  EXPECT_EQ(find_bad_character(std::string_view("a\0", 2))->what, "a control character (0x00)");
  EXPECT_EQ(find_bad_character("\x1b[0m")->what, "a control character (0x1b)");
  EXPECT_EQ(find_bad_character("\x7f")->what, "a control character (0x7f)");
  EXPECT_EQ(find_bad_character("\xC2\x9B")->what, "a control character (0x9b)");
  EXPECT_EQ(find_bad_character("a\rb")->offset, 1U);
}

TEST(Utf8, PositionsCountCharacters) {
  const std::string_view text = "a\n\xC3\xA9\xE2\x82\xACx\n";
  EXPECT_EQ(position_of(text, 0), (Position{1, 1}));
  EXPECT_EQ(position_of(text, 1), (Position{1, 2}));
  EXPECT_EQ(position_of(text, 2), (Position{2, 1}));
  EXPECT_EQ(position_of(text, 4), (Position{2, 2}));
  EXPECT_EQ(position_of(text, 7), (Position{2, 3}));
  EXPECT_EQ(position_of(text, text.size()), (Position{3, 1}));
}

TEST(Utf8, MakesTextPrintable) {
  const std::string r = "\xEF\xBF\xBD";  // U+FFFD
  EXPECT_EQ(printable(""), "");
  EXPECT_EQ(printable("é → 𝛼\tx\n"), "é → 𝛼\tx\n");
  EXPECT_EQ(printable("a\x1b[31mb"), "a" + r + "[31mb");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a" + r + "b");
  EXPECT_EQ(printable("a\rb\x7F"), "a" + r + "b" + r);
  EXPECT_EQ(printable("a\xC2\x85z"), "a" + r + "z") << "a control character of two bytes";
  EXPECT_EQ(printable("a\xFF\x80\x80z"), "a" + r + "z") << "no UTF-8";
  EXPECT_EQ(printable("a\xE2\x82"), "a" + r) << "cut";
  EXPECT_EQ(printable("\xED\xA0\x80\xC3("), r + r + "(") << "a surrogate, a character cut short";
}

}  // namespace
}  // namespace concordat
