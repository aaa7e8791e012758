// Opens what a person chooses: a trace as it is, or a scenario, which is run. Called in a worker
// thread; it touches nothing of Qt.
#pragma once

#include <string>
#include <vector>

#include "gui/data/document.hpp"
#include "gui/data/results.hpp"
#include "sim/base/result.hpp"

namespace concordat {
class Registry;
}

namespace concordat::gui {

struct Loaded {
  DocumentPtr document;                    // of a scenario or a trace
  std::shared_ptr<const Results> results;  // of a file with tables or figures
  std::string file;
  std::string variant;                // of a scenario file with several
  std::vector<std::string> variants;  // all of them
};

/// `variant`: "" is the first. ERRORS: the file's, or those of the run, with their place.
Result<Loaded> load_file(const Registry& registry,
                         const std::string& file,
                         const std::string& variant = "");

/// As load_file, of the text of a scenario that is no file.
Result<Loaded> load_scenario(const Registry& registry,
                             const std::string& file,
                             const std::string& text,
                             const std::string& variant = "");

}  // namespace concordat::gui
