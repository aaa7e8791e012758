#include "gui/views/drawing.hpp"

#include <cstdint>

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QObject>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

namespace concordat::gui {

namespace {

constexpr std::int64_t most_pixels = 30'000'000;  // more, and other programs refuse the image

std::int64_t pixels(const QSize& size) {
  return std::int64_t{size.width()} * size.height();
}

}  // namespace

QString save_bytes(const QByteArray& bytes, const QString& file) {
  const auto problem = [&](const QString& why) {
    return QObject::tr("cannot write %1: %2").arg(file, why);
  };
  QSaveFile out(file);
  if (!out.open(QIODevice::WriteOnly)) return problem(out.errorString());
  out.write(bytes);
  return out.commit() ? QString() : problem(out.errorString());
}

Canvas paint_canvas(const Drawing& drawing, const QString& file) {
  const QString kind = QFileInfo(file).suffix().toLower();
  Canvas canvas;
  QBuffer bytes(&canvas.bytes);
  bytes.open(QIODevice::WriteOnly);
  if (kind == "png") {
    const int fine = pixels(drawing.size) * 4 > most_pixels ? 1 : 2;
    canvas.image = QImage(drawing.size * fine, QImage::Format_RGB32);
    canvas.image.setDevicePixelRatio(fine);
    QPainter painter(&canvas.image);
    drawing.paint(painter);
  } else if (kind == "svg") {
    QSvgGenerator svg;
    svg.setOutputDevice(&bytes);
    svg.setSize(drawing.size);
    svg.setViewBox(QRect({0, 0}, drawing.size));
    svg.setTitle(drawing.title);
    QPainter painter(&svg);
    drawing.paint(painter);
    painter.end();
    // Qt writes its own name of the usual font, which is no family in a browser.
    bytes.buffer().replace("font-family=\"Sans Serif\"",
                           "font-family=\"DejaVu Sans, Verdana, sans-serif\"");
  } else if (kind == "pdf") {
    QPdfWriter pdf(&bytes);
    constexpr int dots = 96;
    pdf.setResolution(dots);
    pdf.setPageSize(QPageSize(QSizeF(drawing.size) / dots, QPageSize::Inch));
    pdf.setPageMargins({0, 0, 0, 0});
    pdf.setTitle(drawing.title);
    QPainter painter(&pdf);
    drawing.paint(painter);
  } else {
    canvas.problem = QObject::tr("a picture is .png, .svg or .pdf, not `%1`").arg(file);
  }
  return canvas;
}

QString write_canvas(const Canvas& canvas, const QString& file) {
  if (!canvas.problem.isEmpty()) return canvas.problem;
  if (canvas.image.isNull()) return save_bytes(canvas.bytes, file);
  QByteArray packed;
  QBuffer bytes(&packed);
  bytes.open(QIODevice::WriteOnly);
  if (!canvas.image.save(&bytes, "PNG"))
    return QObject::tr("the picture is too large for %1").arg(file);
  return save_bytes(packed, file);
}

QString save_drawing(const Drawing& drawing, const QString& file) {
  return write_canvas(paint_canvas(drawing, file), file);
}

}  // namespace concordat::gui
