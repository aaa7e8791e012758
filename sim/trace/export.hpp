// A Trace for other programs: Mermaid and PlantUML draw sequence diagrams, ShiViz draws who knew of
// what (a space-time diagram from vector clocks). Each function gives a whole file that ends with a
// newline; the file of the same name says which syntax it follows.
//
// All three leave out that timers are armed and disarmed; that they fire is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/text.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::trace {

std::string to_mermaid(const Trace& trace);
std::string to_plantuml(const Trace& trace);
std::string to_shiviz(const Trace& trace);

/// The ways to write a trace. Their names are those of the enumerators.
enum class Format : std::uint8_t { text, json, mermaid, plantuml, shiviz };

/// All names, in the order of the enumerators.
std::vector<std::string_view> format_names();

/// The format with this name, or nothing.
std::optional<Format> format_named(std::string_view name);

/// The trace in this format. `options` are for `text` only.
std::string exported(const Trace& trace, Format format, const TextOptions& options = {});

}  // namespace concordat::trace
