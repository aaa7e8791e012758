// concordat-viewer: opens scenarios and traces in a window, or draws them into a file.
#include <iostream>
#include <optional>

#include <QApplication>
#include <QCommandLineParser>

#include "gui/views/picture.hpp"
#include "gui/views/theme.hpp"
#include "gui/window/main_window.hpp"
#include "gui/window/results_window.hpp"
#include "protocols/registry.hpp"

namespace {

using namespace concordat;

constexpr int usage = 2;

struct Wishes {
  std::string file;
  std::string variant;
  std::string out;
  gui::AxisMode mode = gui::AxisMode::lines;
  bool render = false;
  bool dark = false;
  int width = 0;
};

int fail(const QString& what, const QString& hint) {
  std::cerr << "error: " << what.toStdString() << "\n";
  if (!hint.isEmpty()) std::cerr << "  hint: " << hint.toStdString() << "\n";
  return usage;
}

std::optional<gui::AxisMode> mode_of(const QString& axis) {
  if (axis == "lines") return gui::AxisMode::lines;
  if (axis == "steps") return gui::AxisMode::steps;
  if (axis == "time") return gui::AxisMode::time;
  if (axis == "gaps") return gui::AxisMode::gaps;
  return std::nullopt;
}

int render(const Wishes& wishes) {
  const auto loaded = gui::load_file(all_protocols(), wishes.file, wishes.variant);
  if (!loaded) {
    std::cerr << loaded.error().text() << "\n";
    return usage;
  }
  const QString out = QString::fromStdString(wishes.out);
  if (loaded->results) {
    QPalette palette;
    const auto theme = wishes.dark ? gui::Theme::dark() : gui::Theme::light();
    palette.setColor(QPalette::Base, theme.background);
    QApplication::setPalette(palette);
    gui::ResultsWindow window(all_protocols());
    window.show(*loaded->results, QString::fromStdString(wishes.file));
    const QString problem = save_drawing(window.drawing(), out);
    return problem.isEmpty() ? 0 : fail(problem, {});
  }
  const gui::PictureOptions options{
      .mode = wishes.mode, .dark = wishes.dark, .width = wishes.width};
  const QString problem = save_picture(*loaded->document, out, options);
  return problem.isEmpty() ? 0 : fail(problem, {});
}

/// Qt's parser: CLI11 takes the compiler three times as long. RETURNS: an exit code, if the program
/// is to end.
std::optional<int> read_command_line(const QStringList& words, Wishes& wishes) {
  QCommandLineParser parser;
  parser.setApplicationDescription("See runs of commit protocols, step by step.");
  parser.addPositionalArgument(
      "file", "A scenario (.yaml), a trace (.json) or results (.csv, .json).", "[file]");
  const QCommandLineOption help({"h", "help"}, "Show this text.");
  const QCommandLineOption render("render", "Draw this file, without a window.", "file");
  const QCommandLineOption out("out", "Where to: .png, .svg or .pdf.", "picture");
  const QCommandLineOption variant("variant", "Which scenario of a file with several.", "name");
  const QCommandLineOption axis("axis", "lines (default), steps, time or gaps.", "axis", "lines");
  const QCommandLineOption dark("dark", "Draw on a dark background.");
  const QCommandLineOption width("width", "Of the picture, in pixels: 200 to 8000.", "pixels");
  parser.addOptions({help, render, out, variant, axis, dark, width});
  if (!parser.parse(words)) return fail(parser.errorText(), "concordat-viewer --help");
  if (parser.isSet(help)) {
    std::cout << parser.helpText().toStdString();
    return 0;
  }
  const QStringList files = parser.positionalArguments() + parser.values(render);
  if (files.size() > 1) return fail("several files", "one window shows one run");
  if (!files.isEmpty()) wishes.file = files.front().toStdString();
  wishes.render = parser.isSet(render);
  wishes.out = parser.value(out).toStdString();
  wishes.variant = parser.value(variant).toStdString();
  wishes.dark = parser.isSet(dark);
  if (wishes.render && wishes.out.empty()) return fail("--render needs --out", "--out run.svg");
  if (!wishes.render && !wishes.out.empty()) return fail("--out needs --render", {});
  const auto mode = mode_of(parser.value(axis));
  if (!mode) return fail("--axis: no such axis", "lines, steps, time or gaps");
  wishes.mode = *mode;
  constexpr int narrowest = 200;
  constexpr int widest = 8000;
  if (parser.isSet(width)) wishes.width = parser.value(width).toInt();
  if (parser.isSet(width) && (wishes.width < narrowest || wishes.width > widest))
    return fail("--width: not a number from 200 to 8000", {});
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  QApplication::setOrganizationName("Concordat");
  QApplication::setApplicationName("concordat-viewer");
  Wishes wishes;
  {  // what is wrong is told without a screen, too
    const QCoreApplication core(argc, argv);
    if (const auto code = read_command_line(QCoreApplication::arguments(), wishes)) return *code;
  }
  if (wishes.render && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
    qputenv("QT_QPA_PLATFORM", "offscreen");
  const QApplication qt(argc, argv);
  if (wishes.render) return render(wishes);
  QApplication::setStyle("Fusion");
  gui::MainWindow window(all_protocols());
  window.show();
  if (!wishes.file.empty())
    window.open(QString::fromStdString(wishes.file), QString::fromStdString(wishes.variant));
  return QApplication::exec();
}
