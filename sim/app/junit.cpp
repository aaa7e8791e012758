#include "sim/app/junit.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>

#include "sim/app/command_line.hpp"
#include "sim/base/utf8.hpp"

namespace concordat::app {

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// Text between tags.
std::string xml_text(std::string_view text) {
  std::string out = printable(text);
  constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
  replace_all(out, "\xEF\xBF\xBE", replacement);  // U+FFFE and U+FFFF are UTF-8, but not XML
  replace_all(out, "\xEF\xBF\xBF", replacement);
  replace_all(out, "&", "&amp;");
  replace_all(out, "<", "&lt;");
  replace_all(out, ">", "&gt;");
  return out;
}

/// Text in double quotes, where tabs and line feeds as they stand would be read as blanks.
std::string xml_value(std::string_view text) {
  std::string out = xml_text(text);
  replace_all(out, "\"", "&quot;");
  replace_all(out, "\t", "&#9;");
  replace_all(out, "\n", "&#10;");
  return out;
}

/// `scenarios/my_commit/a.yaml` -> `scenarios.my_commit.a`: readers divide it at the dots.
std::string class_name(const std::string& file) {
  std::filesystem::path path = std::filesystem::path(file).lexically_normal();
  path.replace_extension();
  std::string out;
  for (const auto& part : path.relative_path()) {
    std::string name = part.string();
    std::replace(name.begin(), name.end(), '.', '_');
    out += (out.empty() ? "" : ".") + name;
  }
  return out.empty() ? file : out;
}

std::string folder_of(const std::string& file) {
  const std::filesystem::path path = std::filesystem::path(file).lexically_normal();
  const std::string folder = path.parent_path().generic_string();
  return folder.empty() ? "." : folder;
}

std::string lines_of(const TestResult& result) {
  std::string out;
  for (const std::string& line : result.lines)
    out += (out.empty() ? "" : "\n") + line;
  return out;
}

void append_case(std::string& out, const TestResult& result) {
  out += fmt::format(R"(  <testcase classname="{}" name="{}" time="{:.3f}")",
                     xml_value(class_name(result.file)),
                     xml_value(name_of(result.block, result.variant)),
                     result.seconds);
  if (result.code == ok && !result.stopped) {
    out += "/>\n";
    return;
  }
  const std::string lines = lines_of(result);
  const std::string message = xml_value(lines.substr(0, lines.find('\n')));
  if (result.stopped)
    out += fmt::format(">\n   <skipped message=\"{}\"/>\n", message);
  else
    out += fmt::format(">\n   <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n",
                       result.code == usage ? "error" : "failure",
                       result.code == usage     ? "file"
                       : result.code == unknown ? "unknown"
                                                : "violated",
                       message,
                       xml_text(lines));
  if (!result.repeat.empty())
    out += fmt::format("   <system-out>again: {}</system-out>\n", xml_text(result.repeat));
  out += "  </testcase>\n";
}

struct Counts {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  double seconds = 0;

  void add(const TestResult& result) {
    ++tests;
    if (result.stopped)
      ++skipped;
    else if (result.code == usage)
      ++errors;
    else if (result.code != ok)
      ++failures;
    seconds += result.seconds;
  }
};

struct Suite {
  std::string folder;
  Counts counts;
  std::string cases;
};

}  // namespace

std::string junit_xml(const std::vector<TestResult>& results, double seconds) {
  std::vector<Suite> suites;  // in the order of their first result
  Counts all;
  for (const TestResult& result : results) {
    const std::string folder = folder_of(result.file);
    auto suite = std::find_if(
        suites.begin(), suites.end(), [&](const Suite& other) { return other.folder == folder; });
    if (suite == suites.end()) suite = suites.insert(suites.end(), Suite{folder, {}, {}});
    suite->counts.add(result);
    all.add(result);
    append_case(suite->cases, result);
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format(
      "<testsuites name=\"concordat test\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "time=\"{:.3f}\">\n",
      all.tests,
      all.failures,
      all.errors,
      seconds);
  for (const Suite& suite : suites)
    out += fmt::format(
        " <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
        "time=\"{:.3f}\">\n{} </testsuite>\n",
        xml_value(suite.folder),
        suite.counts.tests,
        suite.counts.failures,
        suite.counts.errors,
        suite.counts.skipped,
        suite.counts.seconds,
        suite.cases);
  return out + "</testsuites>\n";
}

}  // namespace concordat::app
