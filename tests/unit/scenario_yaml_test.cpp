// Goal: text that is no YAML, or not the part of it that scenarios use, is refused with the place
// of the mistake, whatever its size and shape. Method: a table of small files with the whole text
// of the error; large files of one repeated piece.
#include <gtest/gtest.h>

#include "sim/scenario/read.hpp"
#include "sim/scenario/yaml.hpp"

namespace concordat::scenario {
namespace {

/// The message for a whole file, without the name of the file.
std::string error_of(std::string_view yaml) {
  const Result<Scenario> scenario = read(yaml, "a.yaml");
  if (scenario.ok()) return "no error";
  Error error = scenario.error();
  EXPECT_EQ(error.file, "a.yaml");
  error.file.clear();
  return error.text();
}

struct Case {
  std::string body;  // begins in line 3, after a name and a protocol
  std::string error;
};

void expect_errors(std::initializer_list<Case> cases) {
  for (const Case& each : cases)
    EXPECT_EQ(error_of("name: n\nprotocol: p\n" + std::string(each.body)), each.error) << each.body;
}

TEST(ScenarioYaml, Mistakes) {
  expect_errors({
      {"votes: {p1: no", "3:8: error: the map that opens here is never closed\n  hint: add `}`"},
      {"expect: {blocked: [p1, p2\nlocks: wait",
       "3:19: error: the list that opens here is never closed\n  hint: add `]`"},
      {"story: \"a", "3:8: error: this quote is never closed\n  hint: end the text with a quote"},
      {"story: 'it''s",
       "3:8: error: this quote is never closed\n  hint: end the text with a quote"},
      {"story: don't 'x' \"a\nlocks: wait # isn't \"this\nsource: \"b",
       "5:9: error: this quote is never closed\n  hint: end the text with a quote"},
      {"votes: {p1: no}}",
       "3:16: error: this bracket closes nothing\n  hint: remove it, or quote the text"},
      {"story: a: b",
       "3:9: error: a `:` stands where no key can be\n"
       "  hint: check the indentation, and quote text that holds `: `"},
      {"conserve: - a",
       "3:11: error: a list that starts with `- ` needs a line of its own\n"
       "  hint: write `[a, b]`, or begin each item in a new line"},
      {"story: @home",
       "3:8: error: a value cannot begin with this character\n  hint: quote the text"},
      {"options:\n\ta: b",
       "4:3: error: a tab stands in the indentation of this line\n  hint: indent with spaces"},
      {"story: 'a' b",
       "3:12: error: the map ends here in the middle of an entry\n"
       "  hint: check the indentation, and quote the whole value"},
      {"options: {a: b\n  c: d}",
       "3:10: error: the map that opens here is never closed\n  hint: add `}`"},
      {"options:\n  a: b\n   c\nlocks: wait",
       "4:6: error: `a` must be text on one line, not `b c`\n"
       "  hint: check the indentation of the lines that follow; they were taken for its end"},
      {R"(story: "\q")",
       "3:11: error: this backslash escapes nothing\n"
       "  hint: write two, or quote the text with `'`"},
  });
}

TEST(ScenarioYaml, RefusedParts) {
  expect_errors({
      {"votes: &v {p1: no}",
       "3:8: error: anchors (`&name`) are not used in scenario files\n  hint: write the value out"},
      {"votes: *v", "3:8: error: this is not YAML: the referenced anchor is not defined"},
      {"votes: {<<: {p1: no}}",
       "3:9: error: merge keys (`<<`) are not used in scenario files\n"
       "  hint: write the values out"},
      {"story: !!str a",
       "3:8: error: tags (`!!type`) are not used in scenario files\n"
       "  hint: the reader knows every type"},
      {"? [a]\n: b",
       "3:3: error: a key must be text\n"
       "  hint: is a closing bracket missing? A key that holds brackets needs quotes"},
      {": b", "3:1: error: a key is missing before `:`\n  hint: write `key: value`"},
      {"---\nname: m",
       "3:1: error: the file goes on after its end\n"
       "  hint: a file holds one scenario: put each story in a file of its own"},
      {R"(story: "a\eb")", "3:8: error: the text holds a control character (0x1b)"},
      {"story: a\x1b[31m",
       "3:9: error: the file holds a control character (0x1b)\n  hint: save it as UTF-8"},
      {"story: é\xff",
       "3:9: error: the file holds a byte that is not UTF-8 (0xff)\n  hint: save it as UTF-8"},
      {"story: a\rb",
       "3:9: error: the file holds a control character (0x0d)\n  hint: save it as UTF-8"},
  });
}

TEST(ScenarioYaml, LimitsOfSizeAndDepth) {
  EXPECT_EQ(error_of(std::string(max_file_bytes + 1, '#')),
            "1:1: error: the file is larger than 1048576 bytes\n  hint: is this a scenario?");
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::string too_deep = "error: lists and maps are nested deeper than 32";
  EXPECT_EQ(error_of("name: n\nprotocol: p\nconserve: " + deep), "3:42: " + too_deep);
  std::string maps;
  for (int i = 0; i < 100'000; ++i)
    maps += "{a: ";
  maps += "b" + std::string(100'000, '}');
  EXPECT_EQ(error_of(maps), "1:129: " + too_deep);
  std::string dashes;
  for (int i = 0; i < 100'000; ++i)
    dashes += "- ";
  EXPECT_EQ(error_of(dashes), "1:65: " + too_deep);
}

// A large file of any shape is answered at once; each of these was checked to be linear.
TEST(ScenarioYaml, LargeFilesAreRefusedQuickly) {
  for (const std::string_view unit : {"a: b\n",
                                      "- a\n",
                                      "[a, ",
                                      "a, ",
                                      "? ",
                                      "é",
                                      "\r\n",
                                      "\"\" ",
                                      "a ",
                                      "{a: ",
                                      "a:\n",
                                      "- - a\n",
                                      "&a ",
                                      "|\n",
                                      "---\n"}) {
    std::string text = "[";
    while (text.size() < max_file_bytes)
      text += unit;
    text.resize(max_file_bytes);
    EXPECT_NE(error_of(text), "no error");
    EXPECT_NE(error_of(text.substr(1)), "no error");
  }
  std::string names = "conserve: [";
  for (int i = 0; i < 100'000; ++i)
    names += std::to_string(i) + ",";
  const auto scenario = read("name: n\nprotocol: p\n" + names + "]", "a.yaml");
  ASSERT_TRUE(scenario.ok()) << scenario.error().text();
  EXPECT_EQ(scenario->conserve.size(), 100'000U);
}

TEST(ScenarioYaml, ColumnsCountCharacters) {
  EXPECT_EQ(error_of("name: \"é — ü\"\nprotocol: p\noptions: {é: 1}").substr(0, 25),
            "3:11: error: `é` is not ");
  EXPECT_EQ(error_of("{name: \"é — ü\", protocol: p, lock: wait}"),
            "1:30: error: unknown key `lock`\n  hint: did you mean `locks`?");
}

TEST(ScenarioYaml, AnEscapeThatIsCutEndsWithTheFile) {
  EXPECT_EQ(error_of("name: \"\\u00e"),
            "1:13: error: this is not YAML: bad character found while scanning hex number");
  EXPECT_EQ(error_of("name: a\nprotocol: \"é\\x"),
            "2:15: error: this is not YAML: bad character found while scanning hex number");
}

TEST(ScenarioYaml, LineEndsAndByteOrderMark) {
  const auto scenario =
      read("\xEF\xBB\xBFname: n\r\nprotocol: p\r\nstory: |\r\n  a\r\n  b\r\n", "a.yaml");
  ASSERT_TRUE(scenario.ok()) << scenario.error().text();
  EXPECT_EQ(scenario->story, "a\nb");
  EXPECT_EQ(error_of("\xEF\xBB\xBFnam: n\r\n"),
            "1:1: error: unknown key `nam`\n  hint: did you mean `name`?");
}

}  // namespace
}  // namespace concordat::scenario
