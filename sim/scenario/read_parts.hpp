// The parts of a scenario that have a file of their own, for the readers only.
#pragma once

#include <cstdint>
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
/// `5ms`, or a map such as `{exponential: 5ms, plus: 1ms}`.
void distribution(Reader& reader, const YamlNode& node, At<DistributionSpec>& out);
/// `1/50`, `2%`.
void ratio(Reader& reader, const YamlNode& node, At<Ratio>& out);
/// `200ppm` or `-0.1%`, at most half too fast or slow. UNITS: millionths.
void clock_rate(Reader& reader, const YamlNode& node, At<std::int64_t>& out);
/// The same as a ratio without a sign; `1/1000` too.
void clock_error(Reader& reader, const YamlNode& node, At<Ratio>& out);

// --- parts ---

void read_timing(Reader& reader, const YamlNode& node, Timing& out);
void read_chances(Reader& reader, const YamlNode& node, std::vector<Chance>& out);
void read_load(Reader& reader, const YamlNode& node, Load& out);
void read_faults(Reader& reader, const YamlNode& node, std::vector<At<Fault>>& out);
void read_random(Reader& reader, const YamlNode& node, RandomFaults& out);
void read_expect(Reader& reader, const YamlNode& node, Expect& out);
void read_explore(Reader& reader, const YamlNode& node, Explore& out);

/// What contradicts itself only in the whole: keys of runs with and without times side by side.
void check_times(Reader& reader, const YamlNode& root, const Scenario& scenario);

}  // namespace concordat::scenario
