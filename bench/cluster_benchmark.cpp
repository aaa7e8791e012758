// The cluster of `concordat bench`: events per second, with all of its metrics. An event is a
// handler that ran or a force that was completed. Items are events.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "protocols/registry.hpp"
#include "sim/bench/cluster.hpp"
#include "sim/bench/wheel.hpp"
#include "sim/scenario/read.hpp"

namespace concordat::bench {
namespace {

Setting ready(const std::string& protocol, const std::string& more) {
  const std::string text =
      fmt::format("name: benchmark\nprotocol: {}\ntiming: {{latency: 5ms, force: 2ms}}\nbench:\n{}",
                  protocol,
                  more);
  auto scenario = scenario::read(text, "benchmark.yaml");
  check(scenario.ok(), "the benchmark's scenario can be read");
  auto setting = prepare(*scenario, all_protocols());
  check(setting.ok(), "the benchmark's scenario can be prepared");
  return std::move(*setting);
}

void run(benchmark::State& state, const std::string& protocol, const std::string& more) {
  const Setting setting = ready(protocol, more);
  Cluster cluster(setting);
  std::int64_t events = 0;
  for (auto _ : state)
    events += cluster.run(1).events;
  state.SetItemsProcessed(events);
}

/// Failure-free commits of this many clients, on this many nodes.
void cluster_of(benchmark::State& state) {
  run(state,
      "two_phase_commit",
      fmt::format("  transactions: {}\n  arrivals: {{clients: {}}}\n  nodes: {}\n"
                  "  participants: 3\n  keys: 1000000\n  timeout: 1h\n",
                  std::max<std::int64_t>(100'000, 20 * state.range(0)),
                  state.range(0),
                  state.range(1)));
}
BENCHMARK(cluster_of)
    ->ArgNames({"clients", "nodes"})
    ->ArgsProduct({{10, 100, 1'000, 10'000}, {3, 10, 100}})
    ->Unit(benchmark::kMillisecond);

void cluster_with_every_failure(benchmark::State& state) {
  run(state,
      "two_phase_commit",
      "  transactions: 50000\n  arrivals: {clients: 100}\n  keys: 100000\n  failures:\n"
      "    coordinators: {every: 3s, down: 300ms}\n    participants: {every: 5s, down: 300ms}\n"
      "    partition: {every: 5s, lasts: 300ms}\n    lose: 1/200\n    duplicate: 1/200\n"
      "    delay: {chance: 1/100, by: {exponential: 30ms}}\n");
}
BENCHMARK(cluster_with_every_failure)->Unit(benchmark::kMillisecond);

void cluster_with_conflicts(benchmark::State& state, const std::string& locks) {
  run(state,
      "two_phase_commit",
      "  transactions: 50000\n  arrivals: {clients: 100}\n  keys: 1000\n  skew: 0.9\n"
      "  timeout: 10s\n  locks: " +
          locks + "\n");
}
BENCHMARK_CAPTURE(cluster_with_conflicts, no_wait, "no_wait")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cluster_with_conflicts, wait_die, "wait_die")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cluster_with_conflicts, detect, "detect")->Unit(benchmark::kMillisecond);

/// Hold: one event is popped and one pushed, with this many in the wheel.
void wheel(benchmark::State& state) {
  Wheel wheel;
  Random random(1);
  for (std::int64_t i = 0; i < state.range(0); ++i)
    wheel.push({}, static_cast<std::int64_t>(random.below(10'000)));
  for (auto _ : state) {
    const Wheel::Event event = wheel.pop();
    wheel.push(event, wheel.now_us() + static_cast<std::int64_t>(random.below(10'000)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(wheel)->Arg(16)->Arg(256)->Arg(4096)->Arg(65536);

}  // namespace
}  // namespace concordat::bench
