// A Trace told in plain words, as a teacher would: who takes part, what happened step by step and
// why it matters, how it ended. It knows no protocol, only what every atomic commitment has: votes,
// doubt, decisions, messages, logs, crashes.
#pragma once

#include <string>

#include "sim/trace/sentences.hpp"
#include "sim/trace/trace.hpp"

namespace concordat::trace {

/// The tale, in lines of at most `width` columns. Steps that say little are told together. Ends
/// with a newline. What the scenario and the engine say themselves stays as they wrote it: its
/// name, its story, events, and why a property is violated.
std::string explain(const Trace& trace, Language language = Language::english, int width = 80);

}  // namespace concordat::trace
