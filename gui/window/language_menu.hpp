// View > Language: what the viewer speaks from its next start on.
#pragma once

class QMenu;

namespace concordat::gui {

class MessageBar;

void add_language_menu(QMenu& menu, MessageBar& messages);

}  // namespace concordat::gui
