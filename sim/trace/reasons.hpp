// Why a property is violated, as the engine says it in English, in another language.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/trace/sentences.hpp"

namespace concordat::trace {

/// The reason in this language; what is not known stays English, between quotation marks.
std::string reason(std::string_view sentence, Language language);

/// The clauses that are known, with {0}, {1}... for what differs.
std::span<const Sentence> all_clauses();

}  // namespace concordat::trace
