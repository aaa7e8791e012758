// Goal: in Chinese the viewer says everything in Chinese. Method: the file of translations against
// the texts that lupdate finds in the sources, text by text; the real window in Chinese.
#include <gmock/gmock.h>
#include <map>
#include <utility>

#include <QApplication>
#include <QDockWidget>
#include <QFile>
#include <QMenuBar>
#include <QProcess>
#include <QRegularExpression>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTextBrowser>
#include <QXmlStreamReader>

#include "gui/views/message_bar.hpp"
#include "gui/views/translation.hpp"
#include "gui/window/main_window.hpp"
#include "protocols/registry.hpp"

namespace concordat::gui {
namespace {

const QString root = QString(CONCORDAT_SOURCE_DIR);

struct Translation {
  QString text;
  bool finished = true;
};

using Key = std::pair<QString, QString>;  // context, source
using Translations = std::map<Key, Translation>;

/// What `element` says, which has begun.
QString rest_of(QXmlStreamReader& xml) {
  return xml.readElementText(QXmlStreamReader::IncludeChildElements);
}

Translations read(const QString& file) {
  Translations out;
  QFile opened(file);
  EXPECT_TRUE(opened.open(QFile::ReadOnly)) << file.toStdString();
  QXmlStreamReader xml(&opened);
  Key key;
  while (!xml.atEnd()) {
    if (xml.readNext() != QXmlStreamReader::StartElement) continue;
    if (xml.name() == QStringLiteral("name")) key.first = rest_of(xml);
    if (xml.name() == QStringLiteral("source")) key.second = rest_of(xml);
    if (xml.name() == QStringLiteral("translation")) {
      const bool finished = !xml.attributes().hasAttribute("type");
      out[key] = {rest_of(xml), finished};
    }
  }
  EXPECT_FALSE(xml.hasError()) << xml.errorString().toStdString();
  return out;
}

const Translations& translations() {
  static const Translations all = read(root + "/gui/translations/concordat_zh_CN.ts");
  return all;
}

QStringList found(const QString& text, const char* pattern) {
  QStringList out;
  const QRegularExpression expression(pattern);
  for (auto at = expression.globalMatch(text); at.hasNext();)
    out << at.next().captured();
  out.sort();
  return out;
}

TEST(Translations, AreFinished) {
  EXPECT_GT(translations().size(), 300U);
  for (const auto& [key, translation] : translations()) {
    EXPECT_TRUE(translation.finished) << key.second.toStdString();
    EXPECT_FALSE(translation.text.isEmpty()) << key.second.toStdString();
  }
}

TEST(Translations, KeepPlaceholdersMnemonicsAndBlanks) {
  for (const auto& [key, translation] : translations()) {
    const auto& [context, source] = key;
    const QString& text = translation.text;
    EXPECT_EQ(found(text, "%L?\\d+|%n"), found(source, "%L?\\d+|%n")) << source.toStdString();
    EXPECT_EQ(found(text, "&[^ ]").size(), found(source, "&[^ ]").size()) << source.toStdString();
    EXPECT_EQ(text.endsWith("…"), source.endsWith("…")) << source.toStdString();
    for (const QString& quoted : found(text, "`[^`]*`"))
      EXPECT_TRUE(source.contains(quoted)) << quoted.toStdString();
    EXPECT_EQ(found(text, "\\*\\.\\w+"), found(source, "\\*\\.\\w+")) << source.toStdString();
  }
}

TEST(Translations, AreOfAllTextsInTheSources) {
  const QString lupdate = CONCORDAT_LUPDATE;
  if (!QFile::exists(lupdate)) GTEST_SKIP() << "there is no lupdate";
  const QTemporaryDir folder;
  const QString fresh = folder.filePath("fresh.ts");
  QProcess process;
  process.setWorkingDirectory(root);
  process.start(lupdate, {"-no-obsolete", "-I", ".", "gui", "-ts", fresh});
  ASSERT_TRUE(process.waitForFinished(60'000));
  ASSERT_EQ(process.exitCode(), 0) << process.readAllStandardError().toStdString();
  const Translations wanted = read(fresh);
  const QString hint = "run `cmake --build BUILD --target update_translations`, and translate";
  for (const auto& [key, nothing] : wanted)
    EXPECT_TRUE(translations().contains(key))
        << key.first.toStdString() << ": " << key.second.toStdString() << "\n"
        << hint.toStdString();
  for (const auto& [key, translation] : translations())
    EXPECT_TRUE(wanted.contains(key)) << "in no source any more: " << key.second.toStdString();
}

class ChineseWindow : public testing::Test {
 protected:
  ChineseWindow() { speak(trace::Language::chinese); }
  ~ChineseWindow() override { speak(trace::Language::english); }
};

bool is_chinese(const QString& text) {
  return text.contains(QRegularExpression("\\p{Han}"));
}

void check_menu(const QMenu& menu) {
  EXPECT_TRUE(is_chinese(menu.title())) << menu.title().toStdString();
  for (const QAction* action : menu.actions()) {
    if (action->isSeparator()) continue;
    if (action->menu() != nullptr) {
      check_menu(*action->menu());
    } else if (menu.objectName() != "language") {
      EXPECT_TRUE(is_chinese(action->text())) << action->text().toStdString();
    }
  }
}

TEST_F(ChineseWindow, HasChineseMenusAndDocks) {
  const MainWindow window(all_protocols());
  EXPECT_GE(window.menuBar()->actions().size(), 6);
  for (const QAction* action : window.menuBar()->actions())
    check_menu(*action->menu());
  for (const QDockWidget* dock : window.findChildren<QDockWidget*>())
    EXPECT_TRUE(is_chinese(dock->windowTitle())) << dock->windowTitle().toStdString();
}

TEST_F(ChineseWindow, TellsTheRunInChinese) {
  MainWindow window(all_protocols());
  QSignalSpy opened(&window, &MainWindow::opened);
  window.open(root + "/scenarios/two_phase_commit/coordinator-crash.yaml");
  ASSERT_TRUE(!opened.isEmpty() || opened.wait(20'000));
  bool is_told = false;
  for (const QTextBrowser* story : window.findChildren<QTextBrowser*>())
    is_told = is_told || story->toPlainText().contains("协调者（c）");
  EXPECT_TRUE(is_told);
}

TEST_F(ChineseWindow, HasQtsOwnTextsWhereTheyAreInstalled) {
  const QString cancel = QCoreApplication::translate("QPlatformTheme", "Cancel");
  if (cancel == "Cancel") GTEST_SKIP() << "Qt's own translations are not installed";
  EXPECT_TRUE(is_chinese(cancel));
}

TEST(Language, IsWhatIsWishedThenWhatWasChosen) {
  QSettings().setValue("language", "zh");
  EXPECT_EQ(wished_language("en"), trace::Language::english);
  EXPECT_EQ(wished_language(""), trace::Language::chinese);
  QSettings().setValue("language", "en");
  EXPECT_EQ(wished_language("zh"), trace::Language::chinese);
  EXPECT_EQ(wished_language(""), trace::Language::english);
  QSettings().remove("language");
}

TEST(Language, IsChosenInTheMenuForTheNextStart) {
  MainWindow window(all_protocols());
  auto* menu = window.findChild<QMenu*>("language");
  ASSERT_NE(menu, nullptr);
  ASSERT_EQ(menu->actions().size(), 3);
  menu->actions()[2]->trigger();
  EXPECT_EQ(wished_language(""), trace::Language::chinese);
  EXPECT_TRUE(window.findChild<MessageBar*>()->text().contains("started again"));
  EXPECT_TRUE(menu->actions()[2]->isChecked());
  QSettings().remove("language");
}

}  // namespace
}  // namespace concordat::gui
