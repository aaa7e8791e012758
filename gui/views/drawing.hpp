// Anything that can be painted, as a picture in a file.
#pragma once

#include <functional>

#include <QSize>
#include <QString>

class QPainter;

namespace concordat::gui {

struct Drawing {
  QSize size;  // UNITS: pixels
  QString title;
  std::function<void(QPainter& painter)> paint;  // none: there is nothing to draw
};

/// The ending of `file` says how: .png, .svg or .pdf. RETURNS: why it could not be written, or "".
QString save_drawing(const Drawing& drawing, const QString& file);

/// RETURNS: why it could not be written, or "".
QString save_bytes(const QByteArray& bytes, const QString& file);

}  // namespace concordat::gui
