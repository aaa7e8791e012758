// Goal: a command line can offer every format by its name.
// Method: the names, there and back; each format is what its own function gives.
#include <gtest/gtest.h>

#include "sim/trace/export.hpp"
#include "sim/trace/json.hpp"
#include "tests/unit/sample_traces.hpp"

namespace concordat::trace {
namespace {

TEST(TraceExport, FormatsHaveNames) {
  const std::vector<std::string_view> names = {"text", "json", "mermaid", "plantuml", "shiviz"};
  EXPECT_EQ(format_names(), names);
  EXPECT_EQ(format_named("plantuml"), Format::plantuml);
  EXPECT_EQ(format_named("dot"), std::nullopt);
  EXPECT_EQ(format_named(""), std::nullopt);
}

TEST(TraceExport, EachFormatIsItsFunction) {
  const Trace trace = samples::timed_blocking();
  const TextOptions options{.unicode = false, .width = 80};
  EXPECT_EQ(exported(trace, Format::text, options), render(trace, options));
  EXPECT_EQ(exported(trace, Format::json), to_json(trace));
  EXPECT_EQ(exported(trace, Format::mermaid, options), to_mermaid(trace));
  EXPECT_EQ(exported(trace, Format::plantuml), to_plantuml(trace));
  EXPECT_EQ(exported(trace, Format::shiviz), to_shiviz(trace));
}

}  // namespace
}  // namespace concordat::trace
