// Anything that can be painted, as a picture in a file.
#pragma once

#include <functional>

#include <QByteArray>
#include <QImage>
#include <QSize>
#include <QString>

class QPainter;

namespace concordat::gui {

struct Drawing {
  QSize size;  // UNITS: pixels
  QString title;
  std::function<void(QPainter& painter)> paint;  // none: there is nothing to draw
  bool anywhere = false;                         // it may be painted in any thread
};

/// What was painted, and is to be written.
struct Canvas {
  QByteArray bytes;  // of a .svg or .pdf
  QImage image;      // of a .png, which takes long to pack
  QString problem;   // why nothing was painted, or ""
};

/// The ending of `file` says for what: .png, .svg or .pdf.
Canvas paint_canvas(const Drawing& drawing, const QString& file);
/// In any thread. RETURNS: why it could not be written, or "".
QString write_canvas(const Canvas& canvas, const QString& file);

/// Both at once. RETURNS: why it could not be written, or "".
QString save_drawing(const Drawing& drawing, const QString& file);

/// RETURNS: why it could not be written, or "".
QString save_bytes(const QByteArray& bytes, const QString& file);

}  // namespace concordat::gui
