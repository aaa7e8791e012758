#include "gui/window/language_menu.hpp"

#include <QActionGroup>
#include <QCoreApplication>
#include <QMenu>
#include <QSettings>

#include "gui/views/message_bar.hpp"

namespace concordat::gui {

namespace {

struct LanguageMenu {
  Q_DECLARE_TR_FUNCTIONS(LanguageMenu)
};

}  // namespace

void add_language_menu(QMenu& menu, MessageBar& messages) {
  QMenu* languages = menu.addMenu(LanguageMenu::tr("&Language"));
  languages->setObjectName("language");
  auto* group = new QActionGroup(languages);
  const QString chosen = QSettings().value("language").toString();
  const auto add = [&](const QString& text, const QString& name) {
    QAction* action = languages->addAction(text);
    action->setCheckable(true);
    action->setChecked(chosen == name);
    group->addAction(action);
    QObject::connect(action, &QAction::triggered, &messages, [&messages, name] {
      QSettings().setValue("language", name);
      messages.showNote(LanguageMenu::tr("The language changes when the viewer is started again"));
    });
  };
  add(LanguageMenu::tr("&System"), "");
  add("&English", "en");  // each by its own name
  add("中文(&Z)", "zh");
}

}  // namespace concordat::gui
