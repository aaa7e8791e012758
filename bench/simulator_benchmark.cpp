// The timed simulator: its queue, and events per second, of two-phase commit and then of every
// protocol. An event is a popped queue entry that ran a handler or completed a force. Items are
// events, or entries of the queue.
#include <benchmark/benchmark.h>

#include "protocols/registry.hpp"
#include "sim/run/timed_run.hpp"
#include "sim/scenario/read.hpp"

namespace concordat {
namespace {

/// A scenario that is ready to run, with what its Bound refers to.
struct Ready {
  scenario::Scenario scenario;
  scenario::Bound bound;
};

Ready read_and_bind(const std::string& text) {
  auto scenario = scenario::read(text, "benchmark.yaml");
  check(scenario.ok(), "the benchmark's scenario can be read");
  auto bound = scenario::bind(*scenario, all_protocols());
  check(bound.ok(), "the benchmark's scenario can be bound");
  return {std::move(*scenario), std::move(*bound)};
}

Ready ready(const std::string& more) {
  return read_and_bind(
      "name: benchmark\nprotocol: two_phase_commit\nprocesses: {participants: 3}\n"
      "timing: {latency: 5ms, force: 2ms}\n" +
      more);
}

constexpr const char* every_fault = R"(random:
  crash: {every: 60ms, down: 30ms}
  partition: {every: 100ms, lasts: 30ms, one_way: 1/3}
  pause: {every: 100ms, lasts: 20ms}
  lose: 1/20
  duplicate: 1/20
  delay: {chance: 1/10, by: {exponential: 50ms}}
  until: 300ms
)";

/// Hold: one entry is popped and one pushed, with this many in the queue.
void event_queue(benchmark::State& state) {
  EventQueue<std::uint64_t> queue;
  Random random(1);
  std::uint64_t sequence = 0;
  for (; sequence < static_cast<std::uint64_t>(state.range(0)); ++sequence)
    queue.push(static_cast<std::int64_t>(random.below(10'000)), sequence, sequence);
  for (auto _ : state) {
    const auto entry = queue.pop();
    queue.push(entry.time_us + static_cast<std::int64_t>(random.below(10'000)), sequence++, 0);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(event_queue)->Arg(16)->Arg(256)->Arg(4096)->Arg(65536);

/// Failure-free commits, one after the other in each of the places.
void failure_free(benchmark::State& state) {
  const Ready run =
      ready("transactions: " + std::to_string(state.range(0)) + "\nload: {total: 20000}\n");
  Simulator simulator = make_simulator(run.scenario, run.bound);
  std::int64_t events = 0;
  for (auto _ : state)
    events += simulator.run(1).events;
  state.SetItemsProcessed(events);
}
BENCHMARK(failure_free)->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);

void run_each_seed(benchmark::State& state, const std::string& more) {
  const Ready run = ready(more);
  Simulator simulator = make_simulator(run.scenario, run.bound);
  std::int64_t events = 0;
  std::uint64_t seed = 0;
  for (auto _ : state)
    events += simulator.run(++seed).events;
  state.SetItemsProcessed(events);
}

/// A run of one transaction for each seed.
void one_run(benchmark::State& state) {
  run_each_seed(state, "");
}
BENCHMARK(one_run);

/// The same under random faults of every kind.
void one_run_with_faults(benchmark::State& state) {
  run_each_seed(state, every_fault);
}
BENCHMARK(one_run_with_faults);

/// One failure-free transaction of a protocol, with its usual processes and options, every choice
/// drawn. What is paid besides the handlers is the same for all.
void protocol_run(benchmark::State& state, const std::string& protocol) {
  const Ready run = read_and_bind("name: benchmark\nprotocol: " + protocol +
                                  "\ntiming: {latency: 5ms, force: 2ms}\n");
  Simulator simulator = make_simulator(run.scenario, run.bound);
  std::int64_t events = 0;
  std::uint64_t seed = 0;
  for (auto _ : state)
    events += simulator.run(++seed % 64).events;
  state.SetItemsProcessed(events);
}

/// A line for each protocol of the registry, registered before `main` runs the benchmarks.
const bool protocols_are_registered = [] {
  for (const ProtocolEntry& entry : all_protocols().entries()) {
    const std::string name(entry.info->name);
    benchmark::RegisterBenchmark(("protocol_run/" + name).c_str(), protocol_run, name);
  }
  return true;
}();

}  // namespace
}  // namespace concordat
