// All that is said of a step: what is searched for words.
#pragma once

#include <string>

#include "gui/data/document.hpp"

namespace concordat::gui {

/// A line for the event, each effect, and each property that changes.
std::string text_of_step(const Document& document, const trace::Step& step);

}  // namespace concordat::gui
