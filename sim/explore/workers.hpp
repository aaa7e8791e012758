// A few threads that do one piece of work together, then wait for the next.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace concordat::explore {

class Workers {
 public:
  /// `count`: how many work at the same time, the calling thread among them. If the machine gives
  /// fewer threads, fewer work.
  explicit Workers(int count);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  int count() const { return static_cast<int>(threads_.size()) + 1; }

  /// Calls `work(worker, item)` for each item below `items`, and returns when all have ended.
  /// `worker` < count(): no two items are with one worker at the same time, and each worker gets
  /// its items in ascending order. REQUIRES: `work` does not throw.
  template <class Work>
  void each(std::size_t items, Work&& work) {
    next_ = 0;
    run([&](int worker) {
      for (std::size_t item = next_++; item < items; item = next_++)
        work(worker, item);
    });
  }

 private:
  void run(const std::function<void(int)>& work);
  void wait_for_work(int worker);

  std::mutex mutex_;
  std::condition_variable begins_;
  std::condition_variable ends_;
  const std::function<void(int)>* work_ = nullptr;
  std::int64_t round_ = 0;
  int busy_ = 0;
  bool over_ = false;
  std::atomic<std::size_t> next_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace concordat::explore
