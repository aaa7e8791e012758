// Many independent jobs on a few threads, their results delivered in the order of the jobs.
//
//     run_jobs(
//         files.size(), {.threads = 4},
//         [&](std::size_t index, std::stop_token stop) { return judge(files[index], stop); },
//         [&](std::size_t index, Judged judged) { print(judged); return true; });
//
// The first function runs on any thread, for several jobs at once; the second on the calling thread
// only, once for each job, first job first, and as soon as it can be. So whatever is built from the
// deliveries is the same for any number of threads, as long as each job depends on its index alone.
//
// How it works: jobs begin in order and put their results into a ring. The calling thread takes
// them out in order. A worker that is a whole ring ahead of the next delivery waits, so a slow job
// holds up at most that many results in memory.
//
//        delivered         begun
//           v                v
//     . . . 7  8  9  10  11  .  .  .        7 still runs; 8 to 11 run, or have ended and wait
//           |---- the ring ------|
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace concordat::app {

/// How many threads this machine runs at once, at least 1.
inline int hardware_threads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

struct JobOptions {
  /// Workers beside the calling thread, which waits for them. More than there are jobs are not
  /// started. 0 = none: the calling thread does it all, and is deaf to `go_on` during a job.
  int threads = 1;
  /// Jobs that may have begun and not been delivered, at least 1. 0 = 16 for each thread.
  std::size_t ahead_max = 0;
  /// Asked on the calling thread, before each delivery and ten times a second while it waits; the
  /// place to show progress. False (Ctrl-C): no further job begins, those that run are asked to
  /// end, and what they return is still delivered.
  std::function<bool()> go_on{};
};

namespace detail {

/// Invariants, under the mutex: (1) delivered_ <= begun_ <= delivered_ + ring_.size();
/// (2) ring_[i % size] is filled only for delivered_ <= i < begun_; (3) a job that begins fills it.
template <class Job>
class JobRing {
 public:
  using Value = std::invoke_result_t<Job&, std::size_t, std::stop_token>;
  static_assert(!std::is_void_v<Value>, "a job returns what is delivered");

  JobRing(std::size_t count, const JobOptions& options, Job& job)
      : count_(count), go_on_(options.go_on), job_(job) {
    const auto threads = std::min(static_cast<std::size_t>(std::max(0, options.threads)), count);
    constexpr std::size_t ahead_of_each = 16;
    const std::size_t ahead = options.ahead_max > 0 ? options.ahead_max : threads * ahead_of_each;
    ring_.resize(std::clamp<std::size_t>(ahead, 1, std::max<std::size_t>(count, 1)));
    workers_.reserve(threads);
    try {
      while (workers_.size() < threads)
        workers_.emplace_back([this] { work(); });
    } catch (const std::exception&) {
      // The machine gives no more threads: those that have started do the work, or the caller.
    }
  }
  JobRing(const JobRing&) = delete;
  JobRing& operator=(const JobRing&) = delete;
  ~JobRing() { stop(); }  // and the threads are joined

  template <class Deliver>
  std::size_t deliver_all(Deliver& deliver) {
    for (std::size_t index = 0; index < count_; ++index) {
      std::optional<std::future<Value>> result = take(index);
      if (!result) return index;
      if (!deliver(index, result->get())) return index + 1;
    }
    return count_;
  }

 private:
  /// No further job begins, and those that run are asked to end.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    stop_.request_stop();
    room_.notify_all();
  }

  void work() {
    while (const auto index = begin()) {
      std::future<Value> result = perform(*index);
      const std::lock_guard lock(mutex_);
      ring_[*index % ring_.size()] = std::move(result);
      if (*index == delivered_) ended_.notify_one();
    }
  }

  /// The next job, once there is room for its result. RETURNS: nothing when there is none.
  std::optional<std::size_t> begin() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] {
      return stopping_ || begun_ == count_ || begun_ < delivered_ + ring_.size();
    });
    if (stopping_ || begun_ == count_) return std::nullopt;
    return begun_++;
  }

  /// A task, because it keeps an exception for the one who asks for the result.
  std::future<Value> perform(std::size_t index) {
    std::packaged_task<Value()> task([&] { return job_(index, stop_.get_token()); });
    std::future<Value> result = task.get_future();
    task();
    return result;
  }

  /// Waits for a result. RETURNS: nothing if its job will never begin.
  std::optional<std::future<Value>> take(std::size_t index) {
    while (true) {
      if (!stop_.stop_requested() && go_on_ && !go_on_()) stop();
      if (workers_.empty()) {
        if (stop_.stop_requested()) return std::nullopt;
        return perform(index);
      }
      std::unique_lock lock(mutex_);
      std::optional<std::future<Value>>& place = ring_[index % ring_.size()];
      if (!place && begun_ <= index && stopping_) return std::nullopt;
      if (!place) ended_.wait_for(lock, std::chrono::milliseconds(100));
      if (!place) continue;
      std::optional<std::future<Value>> result = std::move(place);
      place.reset();
      ++delivered_;
      lock.unlock();
      room_.notify_one();
      return result;
    }
  }

  const std::size_t count_;
  const std::function<bool()>& go_on_;
  Job& job_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable room_;   // a worker may begin a job
  std::condition_variable ended_;  // the next result is there
  std::vector<std::optional<std::future<Value>>> ring_;
  std::size_t begun_ = 0;
  std::size_t delivered_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> workers_;  // last: joined before the rest goes
};

}  // namespace detail

/// Runs `job(index, stop_token)` for each index below `count`, and delivers what it returns with
/// `deliver(index, result)` (see the head of this file). A false from `deliver` ends it all: the
/// jobs that run are asked to end, and nothing more is delivered. Returns when no job runs.
///
/// An exception of a job is thrown here in place of its delivery, after the deliveries before it;
/// like one of `deliver` or `go_on`, it ends it all.
///
/// REQUIRES: `job` may run on several threads at once; a long job looks at its stop token.
/// RETURNS: the number of deliveries. COMPLEXITY: some microseconds for each job.
template <class Job, class Deliver>
std::size_t run_jobs(std::size_t count, const JobOptions& options, Job&& job, Deliver&& deliver) {
  detail::JobRing<std::remove_reference_t<Job>> ring(count, options, job);
  return ring.deliver_all(deliver);
}

}  // namespace concordat::app
