// Pictures without a window: what `concordat-viewer --render` does.
#pragma once

#include <string>
#include <vector>

namespace concordat {
class Registry;
}

namespace concordat::gui {

/// What the command line asks for; texts as they stand there.
struct PictureWishes {
  std::string file;
  std::string variant;  // "": the first
  std::string out;      // .png, .svg or .pdf
  std::string axis = "lines";
  std::vector<std::string> beside;  // variants of the file, files, protocols
  std::string align = "best";
  bool valence = false;
  bool dark = false;
  int width = 0;  // UNITS: pixels; 0 = as wide as it takes
};

/// RETURNS: "" or the error's text. REQUIRES: a QApplication.
std::string render(const Registry& registry, const PictureWishes& wishes);

}  // namespace concordat::gui
