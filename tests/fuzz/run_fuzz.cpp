// Runs: whatever a scenario says, if it can be read and bound it can be run, to an end or to an
// error that can be printed; a timed run is a path of its model; and the trace reads back equal and
// can be shown. Sizes and times are cut down, so that a run takes milliseconds.
#include "protocols/registry.hpp"
#include "sim/run/campaign.hpp"
#include "sim/scenario/read.hpp"
#include "sim/trace/explain.hpp"
#include "sim/trace/json.hpp"
#include "sim/trace/text.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace concordat;

// Processes, counted once for each transaction; fewer where blocked ones are searched for.
constexpr int max_slots = 8;
constexpr int max_slots_of_trace = 3;
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

void check_run(const scenario::Scenario& scenario, const Run& run) {
  if (run.error) fuzz::check_printable(run.error->text());
  const auto problems =
      scenario.expect ? unmet(*scenario.expect, run.trace) : violations(run.trace);
  for (const Unmet& problem : problems)
    fuzz::check_printable(problem.text);
  const std::string json = trace::to_json(run.trace);
  const auto again = trace::from_json(json, "fuzz.json");
  check(again.ok(), again ? "" : "a trace can be read: " + again.error().text());
  check(*again == run.trace, "a trace reads back equal");
  fuzz::check_printable(trace::render(run.trace));
  fuzz::check_printable(trace::explain(run.trace));
}

/// Its figures, judged by what is expected; a load has no trace.
void run_timed(const scenario::Scenario& scenario, scenario::Bound& bound, std::uint64_t seed) {
  bound.timed.limit = short_limit(bound.timed);
  bound.timed.load_total = std::min<std::int64_t>(bound.timed.load_total, 20);
  const Campaign campaign = run_seeds(scenario, bound, {seed, seed});
  check(campaign.runs == 1, "one seed is one run");
  if (scenario.load)
    check(campaign.transactions <= bound.timed.load_total, "no more transactions than in the load");
  else
    check_run(scenario, concordat::run_timed(scenario, bound, seed).run);
}

void check_scenario(const scenario::Scenario& scenario) {
  auto bound = scenario::bind(scenario, all_protocols());
  if (!bound) return;
  const Model& model = *bound->model;
  const int slots = model.setup().transactions * model.setup().process_count();
  if (slots > (scenario.load ? max_slots : max_slots_of_trace)) return;
  if (bound->is_timed)
    run_timed(scenario, *bound, scenario.seeds ? scenario.seeds->value.first : 1);
  else if (scenario.schedule)
    check_run(scenario, replay(model, bound->run_rules, *scenario.schedule, "fuzz.yaml"));
  else
    check_run(scenario,
              run_in_order(model, bound->run_rules, scenario.faults, "fuzz.yaml", max_steps));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = scenario::read_all(fuzz::text_of(data, size), "fuzz.yaml");
  if (!all) return 0;
  constexpr std::size_t enough = 4;  // a sweep has up to a thousand, which differ little
  for (std::size_t i = 0; i < std::min(all->size(), enough); ++i)
    check_scenario((*all)[i]);
  return 0;
}
