#include "gui/data/language.hpp"

#include <atomic>

namespace concordat::gui {

namespace {

std::atomic<trace::Language> spoken = trace::Language::english;

}  // namespace

void set_language(trace::Language language) {
  spoken = language;
}

trace::Language language() {
  return spoken;
}

std::string term(std::string_view word) {
  return trace::Words(language()).term(word);
}

}  // namespace concordat::gui
