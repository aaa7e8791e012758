// Scenario files: whatever the bytes are, the reader gives a scenario or an error that can be
// printed; what it read is written so that it reads back equal; and binding it to the protocols
// that it names gives something that can run, or an error.
#include "protocols/registry.hpp"
#include "sim/scenario/bind.hpp"
#include "sim/scenario/read.hpp"
#include "sim/scenario/write.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace concordat;
  const std::string text = fuzz::text_of(data, size);
  const auto scenario = scenario::read(text, "fuzz.yaml");
  if (!scenario) {
    check(scenario.error().at != Position{}, "an error of the reader has a place");
    fuzz::check_error(scenario.error(), text);
    return 0;
  }
  const std::string written = scenario::write(*scenario);
  const auto again = scenario::read(written, "fuzz.yaml");
  check(again.ok(), again ? "" : "what is written can be read: " + again.error().text());
  check(*again == *scenario, "a scenario reads back equal");
  check(scenario::write(*again) == written, "an equal scenario is written with the same bytes");

  const auto bound = scenario::bind(*scenario, all_protocols());
  if (bound)
    check(bound->model != nullptr, "a bound scenario has a model");
  else
    fuzz::check_error(bound.error(), text);
  return 0;
}
