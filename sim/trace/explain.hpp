// A Trace told in plain English, as a teacher would: who takes part, what happened step by step and
// why it matters, how it ended. It knows no protocol, only what every atomic commitment has: votes,
// doubt, decisions, messages, logs, crashes.
#pragma once

#include <string>

#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// The tale, in lines of at most 80 columns. Steps that say little are told together. Ends with a
/// newline.
std::string explain(const Trace& trace);

}  // namespace concordat::trace
