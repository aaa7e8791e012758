// Scenario files: whatever the bytes are, the reader gives scenarios or an error that can be
// printed; what it read is written so that it reads back equal; and binding it to the protocols
// that it names gives something that can run, or an error.
#include <set>

#include "protocols/registry.hpp"
#include "sim/scenario/bind.hpp"
#include "sim/scenario/read.hpp"
#include "sim/scenario/write.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace concordat;

void check_scenario(const scenario::Scenario& scenario, const std::string& text) {
  const std::string written = scenario::write(scenario);
  const auto again = scenario::read(written, "fuzz.yaml");
  check(again.ok(), again ? "" : "what is written can be read: " + again.error().text());
  check(*again == scenario, "a scenario reads back equal");
  check(scenario::write(*again) == written, "an equal scenario is written with the same bytes");

  const auto bound = scenario::bind(scenario, all_protocols());
  if (bound)
    check(bound->model != nullptr, "a bound scenario has a model");
  else
    fuzz::check_error(bound.error(), text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const auto all = scenario::read_all(text, "fuzz.yaml");
  if (!all) {
    check(all.error().at != Position{}, "an error of the reader has a place");
    fuzz::check_error(all.error(), text);
    return 0;
  }
  check(!all->empty(), "a file that can be read has a scenario");
  std::set<std::string> labels;
  for (const scenario::Scenario& scenario : *all) {
    check(labels.insert(scenario.variant).second, "labels tell the scenarios apart");
    if (!scenario.variant.empty()) fuzz::check_printable(scenario.variant);
    constexpr std::size_t enough = 4;  // a sweep has up to a thousand, which differ little
    if (labels.size() <= enough) check_scenario(scenario, text);
  }
  return 0;
}
