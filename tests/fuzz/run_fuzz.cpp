// Runs: whatever a scenario says, if it can be read and bound it can be run, to an end or to an
// error that can be printed; a timed run is a path of its model; and the trace reads back equal and
// can be shown. Sizes and times are cut down, so that a run takes milliseconds.
#include "protocols/registry.hpp"
#include "sim/run/timed_run.hpp"
#include "sim/scenario/read.hpp"
#include "sim/trace/explain.hpp"
#include "sim/trace/json.hpp"
#include "sim/trace/text.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace concordat;

constexpr int max_slots = 8;  // processes, counted once for each transaction
constexpr int max_steps = 300;

/// Time for so many steps of what comes most often.
Duration short_limit(const scenario::Timed& timed) {
  std::int64_t shortest = scenario::Timed::usual_timeout.us;
  const auto shorten = [&](std::int64_t us) {
    shortest = std::min(shortest, std::max<std::int64_t>(us, 1));
  };
  for (const Duration timeout : timed.timeouts)
    shorten(timeout.us);
  for (const auto* repeated : {&timed.random.crash, &timed.random.partition, &timed.random.pause}) {
    if (!repeated->wanted) continue;
    shorten(repeated->every.us);
    if (repeated->lasts) shorten(repeated->lasts->us);
  }
  return {std::min(timed.limit.us, shortest * (max_steps / max_slots))};
}

void check_run(const Run& run, const std::string& text) {
  if (run.error) fuzz::check_error(*run.error, text);
  const std::string json = trace::to_json(run.trace);
  const auto again = trace::from_json(json, "fuzz.json");
  check(again.ok(), again ? "" : "a trace can be read: " + again.error().text());
  check(*again == run.trace, "a trace reads back equal");
  fuzz::check_printable(trace::render(run.trace));
  fuzz::check_printable(trace::explain(run.trace));
}

/// A load has no trace.
void run_load(const scenario::Scenario& scenario, scenario::Bound& bound, std::uint64_t seed) {
  bound.timed.load_total = std::min<std::int64_t>(bound.timed.load_total, 20);
  Simulator simulator = make_simulator(scenario, bound);
  const RunSummary& summary = simulator.run(seed);
  check(summary.transactions <= bound.timed.load_total, "no more transactions than the load has");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const auto scenario = scenario::read(text, "fuzz.yaml");
  if (!scenario) return 0;
  auto bound = scenario::bind(*scenario, all_protocols());
  if (!bound) return 0;
  const Model& model = *bound->model;
  if (model.setup().transactions * model.setup().process_count() > max_slots) return 0;
  const std::uint64_t seed = scenario->seeds ? scenario->seeds->value.first : 1;
  if (bound->is_timed) {
    bound->timed.limit = short_limit(bound->timed);
    if (scenario->load)
      run_load(*scenario, *bound, seed);
    else
      check_run(run_timed(*scenario, *bound, seed).run, text);
  } else if (scenario->schedule) {
    check_run(replay(model, bound->run_rules, *scenario->schedule, "fuzz.yaml"), text);
  } else {
    check_run(run_in_order(model, bound->run_rules, scenario->faults, "fuzz.yaml", max_steps),
              text);
  }
  return 0;
}
