// Runs beside each other as a picture in a file.
#pragma once

#include <vector>

#include <QString>

#include "gui/views/compare_view.hpp"
#include "gui/views/drawing.hpp"

namespace concordat::gui {

struct ComparePictureOptions {
  Alignment alignment = Alignment::phases;
  bool dark = false;
  int width = 0;  // UNITS: pixels, of all; 0: what the lanes need
};

/// The whole of each run. It may be painted in any thread.
Drawing comparison_drawing(const std::vector<BesideRun>& runs,
                           const ComparePictureOptions& options);

}  // namespace concordat::gui
