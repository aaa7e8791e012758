#include "gui/jobs/job_runner.hpp"

namespace concordat::gui {

JobRunner::JobRunner(QObject* parent)
    : QObject(parent), worker_(2) {  // one that ends, and the next
  worker_.whileBusy([this] { passProgressOn(); });
}

JobRunner::~JobRunner() {
  stop();
}

void JobRunner::stop() {
  stop_.request_stop();
}

void JobRunner::abandon() {
  stop();
  ++number_;
  if (!running_) return;
  running_ = false;
  Q_EMIT ended();
}

Tell JobRunner::teller(int number) {
  return [told = told_, number](const JobProgress& at) {
    const std::lock_guard held(told->lock);
    if (number < told->number) return;  // work that was begun later tells
    told->number = number;
    told->at = at;
  };
}

void JobRunner::passProgressOn() {
  std::optional<JobProgress> at;
  {
    const std::lock_guard held(told_->lock);
    if (told_->number == number_) at = std::exchange(told_->at, std::nullopt);
  }
  if (at && running_) Q_EMIT progress(at->done, at->of, at->states);
}

}  // namespace concordat::gui
