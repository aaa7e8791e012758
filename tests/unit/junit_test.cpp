// Goal: the JUnit XML of `test` says what the results say, and is XML whatever they hold. Method:
// documents compared as a whole. tests/junit_test.py reads what the program writes with a parser.
#include "sim/app/junit.hpp"

#include <gmock/gmock.h>

namespace concordat::app {
namespace {

using testing::HasSubstr;

TestResult result_of(const std::string& file, int code, std::vector<std::string> lines) {
  return {file, "", "run", code, "9 steps", std::move(lines), "concordat run " + file, false, 0.25};
}

TEST(JUnit, HasASuiteForEachFolderAndACaseForEachBlock) {
  TestResult stopped = result_of("a/d.yaml", unknown, {"stopped (Ctrl-C)"});
  stopped.stopped = true;
  stopped.block = "explore";
  stopped.repeat = "";
  const std::string xml = junit_xml({result_of("a/b.yaml", ok, {}),
                                     result_of("a/c.yaml", violated, {"one", "two"}),
                                     result_of("c/e.yaml", unknown, {"a limit"}),
                                     stopped,
                                     result_of("f.yaml", usage, {"cannot\n  hint: try"})},
                                    0.75);
  EXPECT_EQ(xml, R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="concordat test" tests="5" failures="2" errors="1" time="0.750">
 <testsuite name="a" tests="3" failures="1" errors="0" skipped="1" time="0.750">
  <testcase classname="a.b" name="run" time="0.250"/>
  <testcase classname="a.c" name="run" time="0.250">
   <failure type="violated" message="one">one
two</failure>
   <system-out>again: concordat run a/c.yaml</system-out>
  </testcase>
  <testcase classname="a.d" name="explore" time="0.250">
   <skipped message="stopped (Ctrl-C)"/>
  </testcase>
 </testsuite>
 <testsuite name="c" tests="1" failures="1" errors="0" skipped="0" time="0.250">
  <testcase classname="c.e" name="run" time="0.250">
   <failure type="unknown" message="a limit">a limit</failure>
   <system-out>again: concordat run c/e.yaml</system-out>
  </testcase>
 </testsuite>
 <testsuite name="." tests="1" failures="0" errors="1" skipped="0" time="0.250">
  <testcase classname="f" name="run" time="0.250">
   <error type="file" message="cannot">cannot
  hint: try</error>
   <system-out>again: concordat run f.yaml</system-out>
  </testcase>
 </testsuite>
</testsuites>
)xml");
}

TEST(JUnit, OfNothingIsADocument) {
  EXPECT_EQ(junit_xml({}, 0), R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="concordat test" tests="0" failures="0" errors="0" time="0.000">
</testsuites>
)xml");
}

TEST(JUnit, NamesClassesAsItsReadersDivideThem) {
  const auto class_of = [](const std::string& file) {
    const std::string xml = junit_xml({result_of(file, ok, {})}, 0);
    const std::size_t begin = xml.find("classname=\"") + 11;
    return xml.substr(begin, xml.find('"', begin) - begin);
  };
  EXPECT_EQ(class_of("scenarios/my_commit/happy-path.yaml"), "scenarios.my_commit.happy-path");
  EXPECT_EQ(class_of("./a.yaml"), "a");
  EXPECT_EQ(class_of("a/v1.2/b.c.yaml"), "a.v1_2.b_c");
  EXPECT_EQ(class_of("/tmp/a.yaml"), "tmp.a");
  EXPECT_EQ(class_of("../a.yaml"), "__.a");
  EXPECT_EQ(class_of(""), "");
}

TEST(JUnit, EscapesWhatXmlReserves) {
  const std::string xml = junit_xml({result_of("a.yaml", violated, {"<a> & \"b\"\tc]]>", "d"})}, 0);
  EXPECT_THAT(xml, HasSubstr(R"(message="&lt;a&gt; &amp; &quot;b&quot;&#9;c]]&gt;")"));
  EXPECT_THAT(xml, HasSubstr(">&lt;a&gt; &amp; \"b\"\tc]]&gt;\nd<"));
}

TEST(JUnit, ReplacesWhatXmlCannotHold) {
  const auto text_of = [](const std::string& line) {
    const std::string xml = junit_xml({result_of("a.yaml", violated, {line})}, 0);
    const std::size_t begin = xml.find('>', xml.find("<failure")) + 1;
    return xml.substr(begin, xml.find("</failure>") - begin);
  };
  const std::string r = "\xEF\xBF\xBD";  // U+FFFD
  EXPECT_EQ(text_of("é\x1b[31m\xFFz"), "é" + r + "[31m" + r + "z");
  EXPECT_EQ(text_of("\xEF\xBF\xBE\xEF\xBF\xBF"), r + r) << "noncharacters";
}

}  // namespace
}  // namespace concordat::app
