#include "gui/window/render.hpp"

#include <algorithm>
#include <iostream>

#include <QApplication>
#include <QPalette>

#include "gui/jobs/compare_job.hpp"
#include "gui/jobs/load_job.hpp"
#include "gui/jobs/valence_job.hpp"
#include "gui/views/compare_picture.hpp"
#include "gui/views/picture.hpp"
#include "gui/views/theme.hpp"
#include "gui/window/results_window.hpp"

namespace concordat::gui {

namespace {

AxisMode mode_of(const std::string& axis) {
  if (axis == "steps") return AxisMode::steps;
  if (axis == "time") return AxisMode::time;
  return axis == "gaps" ? AxisMode::gaps : AxisMode::lines;
}

Alignment alignment_of(const std::string& align, const std::vector<BesideRun>& runs) {
  if (align == "phases") return Alignment::phases;
  if (align == "steps") return Alignment::steps;
  if (align == "time") return Alignment::time;
  if (align == "gaps") return Alignment::gaps;
  std::vector<const Sequence*> sequences;
  for (const BesideRun& run : runs)
    sequences.push_back(&run.document->sequence);
  return best_alignment(sequences);
}

std::string spaced(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string told(const QString& problem) {
  return problem.isEmpty() ? "" : "error: " + problem.toStdString();
}

/// The run, and beside it all that `--beside` names.
std::string render_beside(const Registry& registry,
                          const PictureWishes& wishes,
                          const Loaded& first) {
  if (wishes.beside.size() + 1 > most_beside)
    return "error: at most four runs have room beside each other";
  const auto name = [](const Loaded& run) {
    return run.variant.empty() ? run.document->trace->scenario : run.variant;
  };
  std::vector<BesideRun> runs{{name(first), first.document}};
  for (const std::string& word : wishes.beside) {
    const RunSource source = source_of(registry, first, word);
    const auto loaded = load_source(registry, source);
    if (!loaded) return loaded.error().text();
    runs.push_back({source.protocol.empty() ? name(*loaded) : "under " + spaced(source.protocol),
                    loaded->document});
  }
  const ComparePictureOptions options{
      .alignment = alignment_of(wishes.align, runs), .dark = wishes.dark, .width = wishes.width};
  return told(save_drawing(comparison_drawing(runs, options), QString::fromStdString(wishes.out)));
}

/// The first page of a file with tables or figures.
std::string render_results(const Registry& registry,
                           const PictureWishes& wishes,
                           const Results& results) {
  QPalette palette;
  const Theme theme = wishes.dark ? Theme::dark() : Theme::light();
  palette.setColor(QPalette::Base, theme.background);
  QApplication::setPalette(palette);
  ResultsWindow window(registry);
  window.show(results, QString::fromStdString(wishes.file));
  constexpr QSize usual(1400, 900);
  window.resize(wishes.width > 0 ? wishes.width : usual.width(), usual.height());
  window.setAttribute(Qt::WA_DontShowOnScreen);  // charts have a size only once they are shown
  window.QWidget::show();
  QApplication::processEvents();
  return told(save_drawing(window.drawing(), QString::fromStdString(wishes.out)));
}

}  // namespace

std::string render(const Registry& registry, const PictureWishes& wishes) {
  const auto loaded = load_file(registry, wishes.file, wishes.variant);
  if (!loaded) return loaded.error().text();
  if (loaded->results) return render_results(registry, wishes, *loaded->results);
  if (!wishes.beside.empty()) return render_beside(registry, wishes, *loaded);
  DocumentPtr document = loaded->document;
  if (wishes.valence) {
    const auto judged = compute_valences(registry, document, [](const auto&) {}, {});
    if (!judged) return judged.error().text();
    if (!judged->unknown.empty()) std::cerr << "note: " << judged->unknown << "\n";
    if (judged->document) document = judged->document;
  }
  const PictureOptions options{
      .mode = mode_of(wishes.axis), .dark = wishes.dark, .width = wishes.width};
  return told(save_picture(*document, QString::fromStdString(wishes.out), options));
}

}  // namespace concordat::gui
