// concordat-viewer: opens scenarios and traces in a window, or draws them into a file.
#include <CLI/CLI.hpp>
#include <iostream>

#include <QApplication>

#include "gui/views/picture.hpp"
#include "gui/views/translation.hpp"
#include "gui/window/main_window.hpp"
#include "protocols/registry.hpp"

namespace {

using namespace concordat;

constexpr int usage = 2;

struct Wishes {
  std::string file;
  std::string variant;
  std::string out;
  std::string axis = "lines";
  std::string language;
  bool render = false;
  bool dark = false;
  int width = 0;
};

gui::AxisMode mode_of(const std::string& axis) {
  if (axis == "steps") return gui::AxisMode::steps;
  if (axis == "time") return gui::AxisMode::time;
  return axis == "gaps" ? gui::AxisMode::gaps : gui::AxisMode::lines;
}

int render(const Wishes& wishes) {
  const auto loaded = gui::load_file(all_protocols(), wishes.file, wishes.variant);
  if (!loaded) {
    std::cerr << loaded.error().text() << "\n";
    return usage;
  }
  const gui::PictureOptions options{
      .mode = mode_of(wishes.axis), .dark = wishes.dark, .width = wishes.width};
  const QString problem =
      save_picture(*loaded->document, QString::fromStdString(wishes.out), options);
  if (problem.isEmpty()) return 0;
  std::cerr << "error: " << problem.toStdString() << "\n";
  return usage;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("See runs of commit protocols, step by step.", "concordat-viewer");
  Wishes wishes;
  app.add_option("file", wishes.file, "a scenario (.yaml) or a trace (.json)");
  auto* drawn = app.add_option("--render", wishes.file, "draw this file, without a window");
  app.add_option("--out", wishes.out, "where to: .png, .svg or .pdf")->needs(drawn);
  app.add_option("--variant", wishes.variant, "which scenario of a file with several");
  app.add_option("--axis", wishes.axis, "lines (default), steps, time or gaps")
      ->check(CLI::IsMember({"lines", "steps", "time", "gaps"}));
  app.add_option("--language", wishes.language, "en or zh; the system's unless one was chosen")
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
  wishes.render = drawn->count() > 0;
  if (wishes.render && wishes.out.empty()) {
    std::cerr << "error: --render needs --out\n  hint: --out run.svg\n";
    return usage;
  }
  if (wishes.render && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
    qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication::setOrganizationName("Concordat");
  QApplication::setApplicationName("concordat-viewer");
  const QApplication qt(argc, argv);
  gui::speak(gui::wished_language(QString::fromStdString(wishes.language)));
  if (wishes.render) return render(wishes);
  QApplication::setStyle("Fusion");
  gui::MainWindow window(all_protocols());
  window.show();
  if (!wishes.file.empty())
    window.open(QString::fromStdString(wishes.file), QString::fromStdString(wishes.variant));
  return QApplication::exec();
}
