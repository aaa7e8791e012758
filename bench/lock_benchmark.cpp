// What row locks cost: without contention, in a queue, and where a wait has to be looked at for a
// deadlock.
#include <benchmark/benchmark.h>
#include <deque>

#include "sim/base/random.hpp"
#include "sim/bench/lock_table.hpp"

namespace concordat::bench {
namespace {

/// Locks a row and releases the oldest one held, so that `range(0)` rows are held all the time.
/// Transactions and rows come at random, from a list made before, of ten million rows.
void lock_and_release(benchmark::State& state) {
  const auto held = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t length = 1U << 18U;
  LockTable table(Policy::detect);
  Random random = Random::stream(1, "rows");
  std::vector<std::uint32_t> rows;  // no row twice among `held` + 1 in turn
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint64_t part = i % (held + 1);
    const std::uint64_t parts = 10'000'000 / (held + 1);
    rows.push_back(static_cast<std::uint32_t>(part * parts + random.below(parts)));
  }
  rows.resize(length - length % (held + 1));
  std::vector<LockOwner> victims;
  std::vector<Granted> granted;
  const auto tx_of = [](std::size_t i) { return static_cast<std::uint32_t>(i & 0xfffU); };
  std::size_t next = 0;
  for (; next < held; ++next)
    table.lock(rows[next], {tx_of(next), 0}, next, victims);
  std::size_t last = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.lock(rows[next], {tx_of(next), 0}, next, victims));
    table.release(rows[last], tx_of(last), granted);
    next = next + 1 == rows.size() ? 0 : next + 1;
    last = last + 1 == rows.size() ? 0 : last + 1;
  }
}
BENCHMARK(lock_and_release)->Arg(10)->Arg(1'000)->Arg(30'000);

/// A queue of `range(0)` waiters for one row: the first gets the row, another one joins.
void contended_queue(benchmark::State& state) {
  const auto waiters = static_cast<std::uint32_t>(state.range(0));
  LockTable table(static_cast<Policy>(state.range(1)));
  std::vector<LockOwner> victims;
  std::vector<Granted> granted;
  for (std::uint32_t tx = 0; tx <= waiters; ++tx)
    table.lock(7, {tx, 0}, tx, victims);
  std::uint32_t holder = 0;
  std::uint64_t age = waiters;
  for (auto _ : state) {
    granted.clear();
    table.release(7, holder, granted);
    benchmark::DoNotOptimize(table.lock(7, {holder, 0}, ++age, victims));
    holder = granted.back().owner.tx;
  }
}
BENCHMARK(contended_queue)
    ->ArgNames({"waiters", "policy"})
    ->Args({1, static_cast<int>(Policy::wait)})
    ->Args({100, static_cast<int>(Policy::wait)})
    ->Args({100, static_cast<int>(Policy::wound_wait)})
    ->Args({100, static_cast<int>(Policy::detect)});

/// A chain of `range(0)` transactions, each of which waits for the one before it. One more joins
/// and goes away; `range(1)`: it holds what the first one waits for, so that there is a circle.
void detection_in_a_chain(benchmark::State& state) {
  const auto waiters = static_cast<std::uint32_t>(state.range(0));
  const bool closes_circle = state.range(1) != 0;
  LockTable table(Policy::detect);
  std::vector<LockOwner> victims;
  const std::uint32_t last = waiters + 1;  // the youngest, so that it is refused
  for (std::uint32_t tx = 0; tx <= last; ++tx)
    table.lock(tx, {tx, 0}, tx, victims);
  for (std::uint32_t tx = 1; tx < last; ++tx)
    table.lock(tx - 1, {tx, 0}, tx, victims);
  if (closes_circle) table.lock(last, {0, 0}, 0, victims);
  for (auto _ : state) {
    const Answer answer = table.lock(waiters, {last, 0}, last, victims);
    if (answer == Answer::waiting) table.cancel(waiters, last);
    if ((answer == Answer::refused) != closes_circle) state.SkipWithError("a wrong answer");
  }
}
BENCHMARK(detection_in_a_chain)
    ->ArgNames({"waiters", "circle"})
    ->ArgsProduct({{1, 10, 100}, {0, 1}});

/// `range(0)` transactions wait for two hot rows each, one behind the other; one more asks for the
/// first row.
void detection_with_two_waits_each(benchmark::State& state) {
  const auto waiters = static_cast<std::uint32_t>(state.range(0));
  LockTable table(Policy::detect);
  std::vector<LockOwner> victims;
  table.lock(1, {0, 0}, 0, victims);
  table.lock(2, {0, 0}, 0, victims);
  for (std::uint32_t tx = 1; tx <= waiters; ++tx)
    for (const std::uint32_t row : {1U, 2U})
      table.lock(row, {tx, 0}, tx, victims);
  const std::uint32_t last = waiters + 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.lock(1, {last, 0}, last, victims));
    table.cancel(1, last);
  }
}
BENCHMARK(detection_with_two_waits_each)->Arg(10)->Arg(100);

}  // namespace
}  // namespace concordat::bench
