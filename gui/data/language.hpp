// The language that the viewer speaks. Set once, before anything is shown; read in any thread.
#pragma once

#include <string>
#include <string_view>

#include "sim/trace/sentences.hpp"

namespace concordat::gui {

void set_language(trace::Language language);
trace::Language language();

/// A term of the field in this language: "participant"; what is none stays as it is.
std::string term(std::string_view word);

/// What stands beside a mark of the sequence, "force prepared", in this language.
std::string said(std::string_view mark);

}  // namespace concordat::gui
