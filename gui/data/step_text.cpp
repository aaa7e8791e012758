#include "gui/data/step_text.hpp"

#include "sim/trace/phrase.hpp"
#include "sim/trace/style.hpp"

namespace concordat::gui {

std::string text_of_step(const Document& document, const trace::Step& step) {
  std::string text = step.event;
  for (const trace::Effect& effect : step.effects) {
    const std::string words = note_of(*document.trace, effect, trace::signs(true)).words;
    if (!words.empty()) text += "\n" + words;
  }
  for (const trace::PropertyStatus& property : step.properties)
    text += "\n" + property.code + " " + property.status;
  return text;
}

}  // namespace concordat::gui
