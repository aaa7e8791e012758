// The run as a picture in a file, or on paper.
#pragma once

#include <QString>

#include "gui/data/document.hpp"
#include "gui/views/sequence_painter.hpp"

class QPrinter;

namespace concordat::gui {

struct PictureOptions {
  AxisMode mode = AxisMode::lines;
  bool dark = false;
  int width = 0;  // UNITS: pixels; 0: what the lanes need
};

/// Writes the whole run; the ending of `file` says how: .png, .svg or .pdf.
/// RETURNS: why it could not be written, or "".
QString save_picture(const Document& document, const QString& file, const PictureOptions& options);

/// On as many pages as it takes.
void print(const Document& document, QPrinter& printer, AxisMode mode);

}  // namespace concordat::gui
