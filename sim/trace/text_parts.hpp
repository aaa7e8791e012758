// The parts that `render` puts together.
#pragma once

#include <string>

#include "sim/trace/text.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// Whether one lane per process can be read at this width.
bool lanes_fit(const Trace& trace, const TextOptions& options);

/// The steps, one lane per process. REQUIRES: `lanes_fit`.
std::string draw_lanes(const Trace& trace, const TextOptions& options);

/// The steps as a list.
std::string draw_list(const Trace& trace, const TextOptions& options);

/// When what happened in a timed run: latencies, a timeline, intervals. Nothing for an untimed one.
std::string draw_times(const Trace& trace, const TextOptions& options);

/// How it ended: decisions, who is blocked and why, rows, properties, counts.
std::string draw_summary(const Trace& trace, const TextOptions& options);

}  // namespace concordat::trace
