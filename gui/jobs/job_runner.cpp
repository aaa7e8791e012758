#include "gui/jobs/job_runner.hpp"

#include <chrono>

namespace concordat::gui {

JobRunner::JobRunner(QObject* parent) : QObject(parent) {
  pool_.setMaxThreadCount(2);  // one that ends, and the next
}

JobRunner::~JobRunner() {
  stop();
  ++number_;
  pool_.waitForDone();
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
  using Clock = std::chrono::steady_clock;
  constexpr std::int64_t between_ms = 50;
  auto due = std::make_shared<std::atomic<std::int64_t>>(0);
  return [this, number, due](const JobProgress& at) {
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch())
            .count();
    std::int64_t wanted = due->load();
    if (now < wanted || !due->compare_exchange_strong(wanted, now + between_ms)) return;
    QMetaObject::invokeMethod(
        this,
        [this, number, at] {
          if (number == number_ && running_) Q_EMIT progress(at.done, at.of, at.states);
        },
        Qt::QueuedConnection);
  };
}

}  // namespace concordat::gui
