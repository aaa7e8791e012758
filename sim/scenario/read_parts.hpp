// The parts of a scenario that have a file of their own, for read.cpp only.
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

void read_faults(Reader& reader, const YamlNode& node, std::vector<At<Fault>>& out);
void read_expect(Reader& reader, const YamlNode& node, Expect& out);
void read_explore(Reader& reader, const YamlNode& node, Explore& out);

}  // namespace concordat::scenario
