// The parts of a scenario that have a file of their own, for the readers only.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/scenario.hpp"

namespace concordat::scenario {

/// Sums of a thousand such values fit 64 bits with room to spare, and each fits `int`.
inline constexpr std::int64_t max_amount = 1'000'000'000;
/// Exact counts of states, transitions, messages.
inline constexpr std::int64_t max_count = 1'000'000'000'000'000;
inline constexpr std::int64_t max_small_count = 1'000'000'000;

/// What ties a fault to the run.
inline constexpr std::array<std::string_view, 5> causes{
    "voted", "prepared", "decided", "told", "ended"};

// --- values ---

void positive_duration(Reader& reader, const YamlNode& node, At<Duration>& out);
/// `0.5`. UNITS: `out` is in millionths, `most` is not. REQUIRES: most <= 999'999.
void decimal(Reader& reader, const YamlNode& node, std::int64_t most, At<std::int64_t>& out);
template <std::int64_t most>
void decimal(Reader& reader, const YamlNode& node, At<std::int64_t>& out) {
  decimal(reader, node, most, out);
}
/// `5ms`, or a map such as `{exponential: 5ms, plus: 1ms}`.
void distribution(Reader& reader, const YamlNode& node, At<DistributionSpec>& out);
/// `1/50`, `2%`.
void ratio(Reader& reader, const YamlNode& node, At<Ratio>& out);
/// `200ppm` or `-0.1%`, at most half too fast or slow. UNITS: millionths.
void clock_rate(Reader& reader, const YamlNode& node, At<std::int64_t>& out);
/// The same as a ratio without a sign; `1/1000` too.
void clock_error(Reader& reader, const YamlNode& node, At<Ratio>& out);

// --- parts ---

/// Where the key stands at the top of the file.
Position place_of(const YamlNode& root, std::string_view key);

void read_timing(Reader& reader, const YamlNode& node, Timing& out);
/// `[{sites: [east, west], latency: 70ms}]`
void read_between(Reader& reader, const YamlNode& node, std::vector<SiteLatency>& out);
void read_chances(Reader& reader, const YamlNode& node, std::vector<Chance>& out);
void read_load(Reader& reader, const YamlNode& node, Load& out);
void read_faults(Reader& reader, const YamlNode& node, std::vector<At<Fault>>& out);
void read_random(Reader& reader, const YamlNode& node, RandomFaults& out);
void read_expect(Reader& reader, const YamlNode& node, Expect& out);
void read_explore(Reader& reader, const YamlNode& node, Explore& out);
void read_bench(Reader& reader, const YamlNode& node, Bench& out);

/// What contradicts itself only in the whole: keys of runs with and without times side by side.
void check_times(Reader& reader, const YamlNode& root, const Scenario& scenario);

/// What is missing in `bench:` or contradicts itself, or other keys. Not judged where a variant or
/// a sweep may still add to it. `keys`: those of a scenario, one of which begins each path.
void check_bench(Reader& reader,
                 const YamlNode& root,
                 const Scenario& scenario,
                 std::span<const std::string_view> keys);

}  // namespace concordat::scenario
