// Loads what the viewer and Qt's own dialogs say in another language.
#pragma once

#include <QString>

#include "gui/data/language.hpp"

namespace concordat::gui {

/// What a person wishes: "en", "zh", or "" for what the settings say, and else the system.
trace::Language wished_language(const QString& wish);

/// Texts made from now on are in this language. REQUIRES: there is an application.
void speak(trace::Language language);

}  // namespace concordat::gui
