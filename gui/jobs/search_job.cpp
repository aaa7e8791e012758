#include "gui/jobs/search_job.hpp"

#include "gui/data/step_text.hpp"

namespace concordat::gui {

std::vector<int> search_steps(const DocumentPtr& document,
                              const QString& words,
                              const std::stop_token& stop) {
  std::vector<int> found;
  const int count = document->step_count();
  for (int step = 0; step < count && !stop.stop_requested(); ++step) {
    const std::string text = text_of_step(*document, document->step(step));
    if (QString::fromStdString(text).contains(words, Qt::CaseInsensitive)) found.push_back(step);
  }
  return found;
}

}  // namespace concordat::gui
