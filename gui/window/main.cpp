// concordat-viewer: opens scenarios and traces in a window, or draws them into a file.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include <QApplication>

#include "gui/jobs/compare_job.hpp"
#include "gui/jobs/valence_job.hpp"
#include "gui/views/compare_picture.hpp"
#include "gui/views/picture.hpp"
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
  bool render = false;
  bool dark = false;
  bool valence = false;
  int width = 0;
  std::vector<std::string> beside;
  std::string align = "best";
};

gui::AxisMode mode_of(const std::string& axis) {
  if (axis == "steps") return gui::AxisMode::steps;
  if (axis == "time") return gui::AxisMode::time;
  return axis == "gaps" ? gui::AxisMode::gaps : gui::AxisMode::lines;
}

gui::Alignment alignment_of(const std::string& align, const std::vector<gui::BesideRun>& runs) {
  if (align == "phases") return gui::Alignment::phases;
  if (align == "steps") return gui::Alignment::steps;
  if (align == "time") return gui::Alignment::time;
  if (align == "gaps") return gui::Alignment::gaps;
  std::vector<const gui::Sequence*> sequences;
  for (const gui::BesideRun& run : runs)
    sequences.push_back(&run.document->sequence);
  return gui::best_alignment(sequences);
}

std::string spaced(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

int fail(const std::string& words) {
  std::cerr << words << "\n";
  return usage;
}

/// The run, and beside it all that `--beside` names.
int render_beside(const Wishes& wishes, const gui::Loaded& first) {
  if (wishes.beside.size() + 1 > gui::most_beside)
    return fail("error: at most four runs have room beside each other");
  const auto name = [](const gui::Loaded& run) {
    return run.variant.empty() ? run.document->trace->scenario : run.variant;
  };
  std::vector<gui::BesideRun> runs{{name(first), first.document}};
  for (const std::string& word : wishes.beside) {
    const gui::RunSource source = source_of(all_protocols(), first, word);
    const auto loaded = load_source(all_protocols(), source);
    if (!loaded) return fail(loaded.error().text());
    runs.push_back({source.protocol.empty() ? name(*loaded) : "under " + spaced(source.protocol),
                    loaded->document});
  }
  const gui::ComparePictureOptions options{
      .alignment = alignment_of(wishes.align, runs), .dark = wishes.dark, .width = wishes.width};
  const QString problem =
      save_drawing(comparison_drawing(runs, options), QString::fromStdString(wishes.out));
  return problem.isEmpty() ? 0 : fail("error: " + problem.toStdString());
}

int render(const Wishes& wishes) {
  const auto loaded = gui::load_file(all_protocols(), wishes.file, wishes.variant);
  if (!loaded) return fail(loaded.error().text());
  if (!loaded->document) return fail("error: " + wishes.file + " holds results, not a run");
  if (!wishes.beside.empty()) return render_beside(wishes, *loaded);
  gui::DocumentPtr document = loaded->document;
  if (wishes.valence) {
    const auto judged = compute_valences(all_protocols(), document, [](const auto&) {}, {});
    if (!judged) return fail(judged.error().text());
    if (!judged->unknown.empty()) std::cerr << "note: " << judged->unknown << "\n";
    if (judged->document) document = judged->document;
  }
  const gui::PictureOptions options{
      .mode = mode_of(wishes.axis), .dark = wishes.dark, .width = wishes.width};
  const QString problem = save_picture(*document, QString::fromStdString(wishes.out), options);
  return problem.isEmpty() ? 0 : fail("error: " + problem.toStdString());
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
  app.add_option(
         "--beside", wishes.beside, "runs beside it: variants of the file, files, protocols")
      ->needs(drawn);
  app.add_option("--align", wishes.align, "of runs beside each other: phases, steps, time or gaps")
      ->check(CLI::IsMember({"best", "phases", "steps", "time", "gaps"}));
  app.add_flag("--valence", wishes.valence, "search what can still be decided after each step")
      ->needs(drawn);
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
  if (wishes.render) return render(wishes);
  QApplication::setStyle("Fusion");
  gui::MainWindow window(all_protocols());
  window.show();
  if (!wishes.file.empty())
    window.open(QString::fromStdString(wishes.file), QString::fromStdString(wishes.variant));
  return QApplication::exec();
}
