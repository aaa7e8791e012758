// Words in the steps of a run. Called in worker threads.
#pragma once

#include <stop_token>
#include <vector>

#include <QString>

#include "gui/data/document.hpp"

namespace concordat::gui {

/// The steps, from 0, whose text has the words, in whatever case. Cut short if it is stopped.
/// COMPLEXITY: the text of the run.
std::vector<int> search_steps(const DocumentPtr& document,
                              const QString& words,
                              const std::stop_token& stop);

}  // namespace concordat::gui
