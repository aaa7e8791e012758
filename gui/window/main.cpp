// concordat-viewer: opens scenarios and traces in a window, or draws them into a file.
#include <CLI/CLI.hpp>
#include <iostream>

#include <QApplication>

#include "gui/views/translation.hpp"
#include "gui/window/box_style.hpp"
#include "gui/window/main_window.hpp"
#include "gui/window/render.hpp"
#include "protocols/registry.hpp"

namespace {

using namespace concordat;

constexpr int usage = 2;

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("See runs of commit protocols, step by step.", "concordat-viewer");
  gui::PictureWishes wishes;
  std::string language;
  app.add_option("file", wishes.file, "a scenario (.yaml), a trace (.json) or results");
  auto* drawn = app.add_option("--render", wishes.file, "draw this file, without a window");
  app.add_option("--out", wishes.out, "where to: .png, .svg or .pdf")->needs(drawn);
  app.add_option("--variant", wishes.variant, "which scenario of a file with several");
  app.add_option("--axis", wishes.axis, "lines (default), steps, time or gaps")
      ->check(CLI::IsMember({"lines", "steps", "time", "gaps"}));
  app.add_option(
         "--beside", wishes.beside, "runs beside it: variants of the file, files, protocols")
      ->needs(drawn);
  app.add_option("--align", wishes.align, "of runs beside each other: phases, steps, time or gaps")
      ->check(CLI::IsMember({"best", "phases", "steps", "time", "gaps"}));
  app.add_flag("--valence", wishes.valence, "search what can still be decided after each step")
      ->needs(drawn);
  app.add_option("--language", language, "en or zh; the system's unless one was chosen")
      ->check(CLI::IsMember({"en", "zh"}));
  app.add_flag("--dark", wishes.dark, "draw on a dark background");
  app.add_option("--width", wishes.width, "of the picture, in pixels")
      ->check(CLI::Range(200, 8000));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : usage;
  }
  const bool render = drawn->count() > 0;
  if (render && wishes.out.empty()) {
    std::cerr << "error: --render needs --out\n  hint: --out run.svg\n";
    return usage;
  }
  if (render && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
    qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication::setOrganizationName("Concordat");
  QApplication::setApplicationName("concordat-viewer");
  const QApplication qt(argc, argv);
  gui::speak(gui::wished_language(QString::fromStdString(language)));
  if (render) {
    const std::string problem = gui::render(all_protocols(), wishes);
    if (!problem.empty()) std::cerr << problem << "\n";
    return problem.empty() ? 0 : usage;
  }
  QApplication::setStyle(new concordat::gui::BoxStyle());  // which Qt takes over
  gui::MainWindow window(all_protocols());
  window.show();
  if (!wishes.file.empty())
    window.open(QString::fromStdString(wishes.file), QString::fromStdString(wishes.variant));
  return QApplication::exec();
}
