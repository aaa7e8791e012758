// Threads that do one piece of work after the other, and hand each result to the thread of their
// owner. The threads never touch Qt: results lie in a box under a lock, which the owner's thread
// looks into while work is under way. So a thread sanitizer sees every hand-over.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <QObject>
#include <QTimer>

namespace concordat::gui {

class Worker {
 public:
  /// With one thread, work is done in the order in which it was posted.
  explicit Worker(int threads = 1);
  /// Drops work that has not begun, and waits for what has; nothing is handed over any more.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// `work()` runs in a worker thread, with inputs it holds by value; `done(result)` runs in the
  /// thread that owns this, from its event loop. Both are copied as they are made a function of.
  template <class Work, class Done>
  void post(Work work, Done done) {
    using Value = std::invoke_result_t<Work&>;
    auto value = std::make_shared<std::optional<Value>>();
    add({[work = std::move(work), value]() mutable { value->emplace(work()); },
         [done = std::move(done), value]() mutable { done(std::move(**value)); }});
  }

  /// Calls `look` whenever this looks for results, at most 20 times a second: for progress.
  void whileBusy(std::function<void()> look);

 private:
  struct Task {
    std::function<void()> work;
    std::function<void()> done;
  };
  void add(Task task);
  void run();
  void collect();

  std::mutex lock_;
  std::condition_variable_any wake_;
  std::deque<Task> queue_;
  std::vector<std::function<void()>> finished_;
  bool is_closed_ = false;

  // Of the owner's thread.
  QTimer timer_;
  int under_way_ = 0;
  std::function<void()> look_;
  int looks_ = 0;

  std::vector<std::jthread> threads_;
};

}  // namespace concordat::gui
