// What ranks of Zipf's distribution cost: one draw, and the table that it needs.
#include <benchmark/benchmark.h>

#include "sim/base/zipf.hpp"

namespace concordat {
namespace {

/// Arguments: the number of ranks, the exponent in millionths.
void zipf_draw(benchmark::State& state) {
  const Zipf zipf(static_cast<std::uint32_t>(state.range(0)), state.range(1));
  Random random = Random::stream(1, "zipf");
  for (auto _ : state)
    benchmark::DoNotOptimize(zipf.draw(random));
}
BENCHMARK(zipf_draw)
    ->Args({100, 990'000})
    ->Args({30'000, 0})
    ->Args({30'000, 990'000})
    ->Args({10'000'000, 990'000});

void zipf_table(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(Zipf(static_cast<std::uint32_t>(state.range(0)), state.range(1)));
}
BENCHMARK(zipf_table)
    ->Unit(benchmark::kMillisecond)
    ->Args({30'000, 990'000})
    ->Args({10'000'000, 990'000});

}  // namespace
}  // namespace concordat
