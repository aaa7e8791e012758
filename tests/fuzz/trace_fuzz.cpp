// Trace files: whatever the bytes are, the reader gives a trace or an error that can be printed;
// what it read is written so that it reads back equal; and each way to show a trace gives text that
// can be printed, also of traces that no run would give.
#include "sim/trace/explain.hpp"
#include "sim/trace/export.hpp"
#include "sim/trace/json.hpp"
#include "sim/trace/text.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace concordat;
  const std::string text = fuzz::text_of(data, size);
  const auto trace = trace::from_json(text, "fuzz.json");
  if (!trace) {
    fuzz::check_error(trace.error(), text);
    return 0;
  }
  const std::string written = trace::to_json(*trace);
  const auto again = trace::from_json(written, "fuzz.json");
  check(again.ok(), again ? "" : "what is written can be read: " + again.error().text());
  check(*again == *trace, "a trace reads back equal");
  check(trace::to_json(*again) == written, "an equal trace is written with the same bytes");

  fuzz::check_printable(trace::render(*trace));
  fuzz::check_printable(trace::render(*trace, {false, false, 40, true}));
  fuzz::check_printable(trace::render(*trace, {false, true, 1000, true}));
  check(!trace::render(*trace, {true, true, 80, false}).empty(), "a trace in colour is not empty");
  fuzz::check_printable(trace::explain(*trace));
  fuzz::check_printable(trace::to_mermaid(*trace));
  fuzz::check_printable(trace::to_plantuml(*trace));
  fuzz::check_printable(trace::to_shiviz(*trace));
  return 0;
}
