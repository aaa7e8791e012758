#include "gui/jobs/worker.hpp"

namespace concordat::gui {

namespace {

constexpr int look_every_ms = 8;  // soon enough for who takes steps by hand
constexpr int looks_for_progress = 7;

}  // namespace

Worker::Worker(int threads) {
  timer_.setInterval(look_every_ms);
  QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] { collect(); });
  for (int i = 0; i < threads; ++i)
    threads_.emplace_back([this] { run(); });
}

Worker::~Worker() {
  {
    const std::lock_guard held(lock_);
    is_closed_ = true;
    queue_.clear();
  }
  wake_.notify_all();
  threads_.clear();  // which waits for them
}

void Worker::whileBusy(std::function<void()> look) {
  look_ = std::move(look);
}

void Worker::add(Task task) {
  {
    const std::lock_guard held(lock_);
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
  ++under_way_;
  timer_.start();
}

void Worker::run() {
  for (;;) {
    Task task;
    {
      std::unique_lock held(lock_);
      wake_.wait(held, [this] { return is_closed_ || !queue_.empty(); });
      if (is_closed_) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task.work();
    task.work = nullptr;  // what it holds goes here, not in the thread of the window
    const std::lock_guard held(lock_);
    finished_.push_back(std::move(task.done));
  }
}

void Worker::collect() {
  if (look_ && ++looks_ % looks_for_progress == 0) look_();
  std::vector<std::function<void()>> finished;
  {
    const std::lock_guard held(lock_);
    finished.swap(finished_);
  }
  under_way_ -= static_cast<int>(finished.size());
  if (under_way_ == 0) timer_.stop();
  for (const auto& done : finished)
    done();
}

}  // namespace concordat::gui
