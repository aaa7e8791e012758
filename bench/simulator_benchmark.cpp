// The timed simulator: its queue, and events per second. An event is a popped queue entry that ran
// a handler or completed a force. Items are events, or entries of the queue.
#include <benchmark/benchmark.h>

#include "protocols/two_phase_commit.hpp"
#include "sim/model/registry.hpp"
#include "tests/unit/timed_helpers.hpp"

namespace concordat {
namespace {

std::unique_ptr<Model> two_phase_commit(int participants, int transactions = 1) {
  const std::vector<RoleSpec> roles(TwoPhaseCommit::roles.begin(), TwoPhaseCommit::roles.end());
  return make_model<TwoPhaseCommit>({}, make_setup(roles, {1, participants}, transactions));
}

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

/// Failure-free commits, one after the other in each of `transactions` places.
void failure_free(benchmark::State& state) {
  const auto model = two_phase_commit(3, static_cast<int>(state.range(0)));
  scenario::Timed timed = plain_timed(*model);
  timed.load_total = 20'000;
  timed.limit = {std::int64_t{1} << 50};
  const FaultPlan::Faults none;
  Simulator simulator(*model, timed_rules(), timed, none);
  std::int64_t events = 0;
  for (auto _ : state)
    events += simulator.run(1).events;
  state.SetItemsProcessed(events);
}
BENCHMARK(failure_free)->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);

/// A run of one transaction for each seed.
void one_run(benchmark::State& state) {
  const auto model = two_phase_commit(3);
  const scenario::Timed timed = plain_timed(*model);
  const FaultPlan::Faults none;
  Simulator simulator(*model, timed_rules(), timed, none);
  std::int64_t events = 0;
  std::uint64_t seed = 0;
  for (auto _ : state)
    events += simulator.run(++seed).events;
  state.SetItemsProcessed(events);
}
BENCHMARK(one_run);

/// The same under random faults of every kind.
void one_run_with_faults(benchmark::State& state) {
  const auto model = two_phase_commit(3);
  scenario::Timed timed = plain_timed(*model);
  timed.random = every_fault();
  const FaultPlan::Faults none;
  Simulator simulator(*model, timed_rules(), timed, none);
  std::int64_t events = 0;
  std::uint64_t seed = 0;
  for (auto _ : state)
    events += simulator.run(++seed).events;
  state.SetItemsProcessed(events);
}
BENCHMARK(one_run_with_faults);

}  // namespace
}  // namespace concordat
