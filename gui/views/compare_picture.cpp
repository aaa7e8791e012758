#include "gui/views/compare_picture.hpp"

#include <algorithm>
#include <memory>

#include "gui/views/run_header.hpp"
#include "gui/views/sequence_painter.hpp"

namespace concordat::gui {

namespace {

constexpr int largest_height = 32'000;  // of what images and files take
constexpr int gap = 6;                  // between columns
constexpr double column_share = 0.8;    // of the width that lanes would like

/// Runs, ready to be painted as a whole.
class Comparison {
 public:
  Comparison(std::vector<BesideRun> runs, const ComparePictureOptions& options)
      : runs_(std::move(runs)), theme_(options.dark ? Theme::dark() : Theme::light()) {
    std::vector<const Sequence*> sequences;
    for (const BesideRun& run : runs_)
      sequences.push_back(&run.document->sequence);
    aligned_ = align(sequences, options.alignment);
    facts_ = facts_of(runs_);
    const auto rules = rules_of(aligned_);
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      painters_.emplace_back(*sequences[i], aligned_.axes[i], filter_);
      painters_.back().rules = rules[i];
      widths_.push_back(painters_.back().best_width() * column_share);
    }
    const double all = total_width();
    if (options.width > 0)
      for (double& width : widths_)
        width *= (options.width - gap * (count() - 1)) / (all - gap * (count() - 1));
    const bool lines =
        aligned_.alignment == Alignment::phases || aligned_.alignment == Alignment::steps;
    seen_.scale = lines ? SequencePainter::best_scale : 34;
    seen_.top = -Viewport::margin;
    const double length = runs_.empty() ? 0 : aligned_.axes.front().length();
    const double height = (length + 2 * Viewport::margin) * seen_.scale;
    seen_.height = static_cast<int>(std::min<double>(height, largest_height));
  }
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  QSize size() const { return {static_cast<int>(total_width()), body_top + seen_.height}; }

  void paint(QPainter& painter) const {
    QFont font = painter.font();
    font.setPointSizeF(9);
    painter.fillRect(QRect({0, 0}, size()), theme_.grid);
    double left = 0;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const double width = widths_[i];
      painter.save();
      painter.setFont(font);
      painter.translate(left, 0);
      painter.setClipRect(QRectF(0, 0, width, size().height()));
      paint_facts(painter, theme_, QRectF(0, 0, width, facts_height), facts_[i]);
      painter.translate(0, facts_height);
      painters_[i].paint_header(painter, theme_, width);
      painter.translate(0, SequencePainter::header_height);
      painter.setClipRect(QRectF(0, 0, width, seen_.height));
      painters_[i].paint(painter, theme_, seen_, width);
      painter.restore();
      left += width + gap;
    }
  }

 private:
  static constexpr int body_top = facts_height + static_cast<int>(SequencePainter::header_height);

  int count() const { return static_cast<int>(runs_.size()); }
  double total_width() const {
    double all = gap * std::max(count() - 1, 0);
    for (const double width : widths_)
      all += width;
    return all;
  }

  std::vector<BesideRun> runs_;
  Theme theme_;
  Aligned aligned_;
  std::vector<RunFacts> facts_;
  Filter filter_;
  std::vector<SequencePainter> painters_;
  std::vector<double> widths_;
  Viewport seen_;
};

}  // namespace

Drawing comparison_drawing(const std::vector<BesideRun>& runs,
                           const ComparePictureOptions& options) {
  if (runs.empty()) return {};
  const auto comparison = std::make_shared<const Comparison>(runs, options);
  return {.size = comparison->size(),
          .title = QString::fromStdString(runs.front().document->trace->scenario),
          .paint = [comparison](QPainter& painter) { comparison->paint(painter); },
          .anywhere = true};
}

}  // namespace concordat::gui
