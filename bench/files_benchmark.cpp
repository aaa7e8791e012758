// What files cost: reading and writing scenarios and traces, and what a trace adds to a timed run.
#include <benchmark/benchmark.h>

#include "protocols/registry.hpp"
#include "sim/run/timed_run.hpp"
#include "sim/scenario/read.hpp"
#include "sim/scenario/write.hpp"
#include "sim/trace/explain.hpp"
#include "sim/trace/json.hpp"
#include "sim/trace/text.hpp"

namespace concordat {
namespace {

constexpr std::string_view scenario_text = R"(name: coordinator dies after telling only p1
protocol: two_phase_commit
options: {termination: none}
processes: {participants: 3}
store: {p1: {accounts: {alice: 1000}}, p2: {accounts: {bob: 1000}}}
work: {p1: {accounts.alice: -100}, p2: {accounts.bob: 100}}
timing: {latency: 5ms, force: 2ms, timeouts: {vote: 50ms, decision: 80ms}}
faults:
  - crash: {node: c, sent_to: [p1], of: decision, recover_after: 500ms}
expect: {uniform_agreement: ok, outcome: commit}
)";

scenario::Scenario read_scenario() {
  return *scenario::read(scenario_text, "benchmark.yaml");
}

trace::Trace some_trace() {
  const scenario::Scenario scenario = read_scenario();
  const auto bound = scenario::bind(scenario, all_protocols());
  return run(scenario, *bound, 1).trace;
}

void scenario_reading(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(scenario::read(scenario_text, "benchmark.yaml"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(scenario_text.size()));
}
BENCHMARK(scenario_reading)->Unit(benchmark::kMicrosecond);

void scenario_writing(benchmark::State& state) {
  const scenario::Scenario scenario = read_scenario();
  for (auto _ : state)
    benchmark::DoNotOptimize(scenario::write(scenario));
}
BENCHMARK(scenario_writing)->Unit(benchmark::kMicrosecond);

void scenario_binding(benchmark::State& state) {
  const scenario::Scenario scenario = read_scenario();
  for (auto _ : state)
    benchmark::DoNotOptimize(scenario::bind(scenario, all_protocols()));
}
BENCHMARK(scenario_binding)->Unit(benchmark::kMicrosecond);

void trace_writing(benchmark::State& state) {
  const trace::Trace trace = some_trace();
  std::int64_t bytes = 0;
  for (auto _ : state)
    bytes += static_cast<std::int64_t>(trace::to_json(trace).size());
  state.SetBytesProcessed(bytes);
}
BENCHMARK(trace_writing)->Unit(benchmark::kMicrosecond);

void trace_reading(benchmark::State& state) {
  const std::string json = trace::to_json(some_trace());
  for (auto _ : state)
    benchmark::DoNotOptimize(trace::from_json(json, "benchmark.json"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
}
BENCHMARK(trace_reading)->Unit(benchmark::kMicrosecond);

void trace_drawing(benchmark::State& state) {
  const trace::Trace trace = some_trace();
  for (auto _ : state)
    benchmark::DoNotOptimize(trace::render(trace, {}));
}
BENCHMARK(trace_drawing)->Unit(benchmark::kMicrosecond);

/// The price of tracing: the same run without and with a trace. Items are steps of the trace.
void run_without_trace(benchmark::State& state) {
  const scenario::Scenario scenario = read_scenario();
  const auto bound = scenario::bind(scenario, all_protocols());
  Simulator simulator = make_simulator(scenario, *bound);
  std::vector<Performed> path;
  simulator.run(1, &path);
  for (auto _ : state)
    benchmark::DoNotOptimize(simulator.run(1).events);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(path.size()));
}
BENCHMARK(run_without_trace)->Unit(benchmark::kMicrosecond);

void run_with_trace(benchmark::State& state) {
  const scenario::Scenario scenario = read_scenario();
  const auto bound = scenario::bind(scenario, all_protocols());
  std::int64_t steps = 0;
  for (auto _ : state)
    steps += static_cast<std::int64_t>(run(scenario, *bound, 1).trace.steps.size());
  state.SetItemsProcessed(steps);
}
BENCHMARK(run_with_trace)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace concordat
