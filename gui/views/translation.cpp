#include "gui/views/translation.hpp"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

namespace concordat::gui {

namespace {

void install(const QString& file, const QString& folder) {
  auto* translator = new QTranslator(QCoreApplication::instance());
  translator->setObjectName("language");
  if (translator->load(file, folder)) QCoreApplication::installTranslator(translator);
}

}  // namespace

trace::Language wished_language(const QString& wish) {
  QString name = wish.isEmpty() ? QSettings().value("language").toString() : wish;
  if (name.isEmpty()) name = QLocale::system().name();  // zh_CN
  return name.startsWith("zh") ? trace::Language::chinese : trace::Language::english;
}

void speak(trace::Language language) {
  for (QTranslator* old : QCoreApplication::instance()->findChildren<QTranslator*>("language"))
    delete old;
  set_language(language);
  if (language == trace::Language::chinese) {
    QLocale::setDefault(QLocale(QLocale::Chinese, QLocale::China));
    install("qtbase_zh_CN", QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install("concordat_zh_CN", ":/translations");
  } else {
    const QLocale system = QLocale::system();
    QLocale::setDefault(system.language() == QLocale::Chinese ? QLocale(QLocale::English) : system);
  }
}

}  // namespace concordat::gui
