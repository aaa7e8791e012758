#include "sim/explore/workers.hpp"

#include <system_error>

namespace concordat::explore {

Workers::Workers(int count) {
  try {
    for (int worker = 1; worker < count; ++worker)
      threads_.emplace_back([this, worker] { wait_for_work(worker); });
  } catch (const std::system_error&) {
    // The machine gives no more threads.
  }
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  begins_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

void Workers::run(const std::function<void(int)>& work) {
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    ++round_;
    busy_ = static_cast<int>(threads_.size());
  }
  begins_.notify_all();
  work(0);
  std::unique_lock lock(mutex_);
  ends_.wait(lock, [this] { return busy_ == 0; });
}

void Workers::wait_for_work(int worker) {
  std::int64_t done = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    begins_.wait(lock, [&] { return over_ || round_ != done; });
    if (over_) return;
    done = round_;
    const auto& work = *work_;
    lock.unlock();
    work(worker);
    lock.lock();
    if (--busy_ == 0) ends_.notify_one();
  }
}

}  // namespace concordat::explore
