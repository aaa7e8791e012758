#include "gui/views/picture.hpp"

#include <algorithm>

#include <QPainter>
#include <QPrinter>

#include "gui/views/drawing.hpp"
#include "gui/views/valence_legend.hpp"

namespace concordat::gui {

namespace {

constexpr int title_height = 34;
constexpr int largest_height = 32'000;  // of what images and files take

/// A run, ready to be painted as a whole.
class WholeRun {
 public:
  WholeRun(const Document& document, AxisMode mode, int width)
      : document_(document),
        axis_(document.sequence, mode),
        painter_(document.sequence, axis_, filter_),
        width_(width > 0 ? width : static_cast<int>(painter_.best_width()) + 16) {
    seen_.scale = mode == AxisMode::lines ? SequencePainter::best_scale : 34;
    seen_.top = -Viewport::margin;
    const double all = (axis_.length() + 2 * Viewport::margin) * seen_.scale;
    seen_.height = static_cast<int>(std::min<double>(all, largest_height));
  }

  QSize size() const {
    const int legend = knows_valences(document_.sequence) ? legend_height : 0;
    return {
        width_,
        title_height + static_cast<int>(SequencePainter::header_height) + seen_.height + legend};
  }
  int body_height() const { return seen_.height; }

  /// From a position on, as much as `seen_.height` shows.
  void paint(QPainter& painter, const Theme& theme) const {
    QFont font = painter.font();
    font.setPointSizeF(9);
    painter.setFont(font);
    painter.fillRect(QRect({0, 0}, size()), theme.background);
    painter.setPen(theme.text);
    QFont bold = font;
    bold.setBold(true);
    bold.setPointSizeF(10.5);
    painter.setFont(bold);
    const QFontMetricsF metrics(bold);
    painter.drawText(
        QRectF(12, 0, width_ - 24, title_height),
        Qt::AlignLeft | Qt::AlignVCenter,
        metrics.elidedText(
            QString::fromStdString(document_.trace->scenario), Qt::ElideRight, width_ - 24));
    painter.setFont(font);
    painter.translate(0, title_height);
    painter_.paint_header(painter, theme, width_);
    painter.translate(0, SequencePainter::header_height);
    painter.setClipRect(QRectF(0, 0, width_, seen_.height));
    painter_.paint(painter, theme, seen_, width_);
    if (!knows_valences(document_.sequence)) return;
    painter.setClipping(false);
    const QRectF below(0, seen_.height, width_, legend_height);
    paint_legend(painter, theme, below, document_.sequence);
  }

  Viewport& seen() { return seen_; }
  const TimeAxis& axis() const { return axis_; }

 private:
  const Document& document_;
  TimeAxis axis_;
  Filter filter_;
  SequencePainter painter_;
  int width_;
  Viewport seen_;
};

}  // namespace

QString save_picture(const Document& document, const QString& file, const PictureOptions& options) {
  const WholeRun run(document, options.mode, options.width);
  const Theme theme = options.dark ? Theme::dark() : Theme::light();
  return save_drawing({.size = run.size(),
                       .title = QString::fromStdString(document.trace->scenario),
                       .paint = [&](QPainter& painter) { run.paint(painter, theme); }},
                      file);
}

void print(const Document& document, QPrinter& printer, AxisMode mode) {
  WholeRun run(document, mode, 0);
  QPainter painter(&printer);
  const QRectF page = printer.pageLayout().paintRectPixels(printer.resolution());
  const double factor = page.width() / run.size().width();
  const int body = static_cast<int>(page.height() / factor) - title_height -
                   static_cast<int>(SequencePainter::header_height) -
                   (knows_valences(document.sequence) ? legend_height : 0);
  run.seen().height = body;
  for (double top = -Viewport::margin; top < run.axis().length(); top += body / run.seen().scale) {
    if (top > 0) printer.newPage();
    run.seen().top = top;
    painter.save();
    painter.scale(factor, factor);
    run.paint(painter, Theme::light());
    painter.restore();
  }
}

}  // namespace concordat::gui
