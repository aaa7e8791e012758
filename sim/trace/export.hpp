// A Trace for other programs: Mermaid and PlantUML draw sequence diagrams, ShiViz draws who knew of
// what (a space-time diagram from vector clocks). Each function gives a whole file that ends with a
// newline; the file of the same name says which syntax it follows.
//
// All three leave out that timers are armed and disarmed; that they fire is there.
#pragma once

#include <string>

#include "sim/trace/trace.hpp"

namespace concordat::trace {

std::string to_mermaid(const Trace& trace);
std::string to_plantuml(const Trace& trace);
std::string to_shiviz(const Trace& trace);

}  // namespace concordat::trace
