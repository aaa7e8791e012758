// Goal: jobs on several threads give what one thread gives, in the same order, with bounded memory,
// and end when they should. Method: jobs whose lengths differ, jobs that wait for each other or for
// the stop, and results that count themselves. The thread sanitizer sees the rest.
#include "sim/app/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <gmock/gmock.h>
#include <latch>
#include <memory>
#include <numeric>
#include <stdexcept>

namespace concordat::app {
namespace {

using std::size_t;
using Indices = std::vector<size_t>;

/// Threads, none and one included.
constexpr int thread_counts[] = {0, 1, 2, 3, 8};

Indices up_to(size_t count) {
  Indices all(count);
  std::iota(all.begin(), all.end(), size_t{0});
  return all;
}

/// A job that takes longer for some indices than for others.
size_t uneven(size_t index, const std::stop_token& /*stop*/) {
  std::this_thread::sleep_for(std::chrono::microseconds(index * 7919 % 13 * 50));
  return index * index;
}

void wait_for_stop(const std::stop_token& stop) {
  while (!stop.stop_requested())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(Parallel, DeliversInOrderForAnyNumberOfThreads) {
  for (const int threads : thread_counts)
    for (const size_t ahead_max : {0U, 1U, 2U, 1000U}) {
      Indices indices;
      const auto caller = std::this_thread::get_id();
      const size_t delivered = run_jobs(60,
                                        {.threads = threads, .ahead_max = ahead_max},
                                        uneven,
                                        [&](size_t index, size_t square) {
                                          EXPECT_EQ(std::this_thread::get_id(), caller);
                                          EXPECT_EQ(square, index * index);
                                          indices.push_back(index);
                                          return true;
                                        });
      EXPECT_EQ(delivered, 60U) << threads;
      EXPECT_EQ(indices, up_to(60)) << threads;
    }
}

TEST(Parallel, RunsEachJobOnce) {
  for (const int threads : thread_counts) {
    std::vector<std::atomic<int>> runs(500);
    run_jobs(
        runs.size(),
        {.threads = threads},
        [&](size_t index, const std::stop_token&) { return ++runs[index]; },
        [](size_t, int) { return true; });
    for (const std::atomic<int>& count : runs)
      EXPECT_EQ(count, 1) << threads;
  }
}

TEST(Parallel, HasNothingToDoWithoutJobs) {
  for (const int threads : thread_counts) {
    const size_t delivered =
        run_jobs(0, {.threads = threads}, uneven, [](size_t, size_t) { return true; });
    EXPECT_EQ(delivered, 0U);
  }
}

TEST(Parallel, StartsAsManyThreadsAsAreAskedFor) {
  constexpr int threads = 4;
  std::latch all_here(threads);  // would wait for ever with fewer
  run_jobs(
      threads,
      {.threads = 64},
      [&](size_t, const std::stop_token&) {
        all_here.arrive_and_wait();
        return true;
      },
      [](size_t, bool) { return true; });

  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  run_jobs(
      300,
      {.threads = threads},
      [&](size_t index, const std::stop_token& stop) {
        const int now = ++running;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        const size_t square = uneven(index, stop);
        --running;
        return square;
      },
      [](size_t, size_t) { return true; });
  EXPECT_LE(most, threads);
}

TEST(Parallel, MovesResultsThatCannotBeCopied) {
  size_t sum = 0;
  run_jobs(
      100,
      {.threads = 3},
      [](size_t index, const std::stop_token&) { return std::make_unique<size_t>(index); },
      [&](size_t, std::unique_ptr<size_t> result) {
        sum += *result;
        return true;
      });
  EXPECT_EQ(sum, 4950U);
}

// ---- Memory.

/// A result that knows how many of its kind there are.
class Counted {
 public:
  explicit Counted(std::atomic<int>& alive) : alive_(&alive) { ++*alive_; }
  Counted(Counted&& other) noexcept : alive_(std::exchange(other.alive_, nullptr)) {}
  Counted& operator=(Counted&&) = delete;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() {
    if (alive_ != nullptr) --*alive_;
  }

 private:
  std::atomic<int>* alive_;
};

TEST(Parallel, ASlowJobHoldsUpNoMoreResultsThanTheRingHolds) {
  constexpr int ahead_max = 5;
  std::atomic<int> alive = 0;
  std::atomic<int> begun = 0;
  std::atomic<bool> was_full = false;
  run_jobs(
      1000,
      {.threads = 2, .ahead_max = ahead_max},
      [&](size_t index, const std::stop_token&) {
        ++begun;
        if (index == 0) {  // ends when the others have come as far as they may, and a bit later
          while (begun < ahead_max)
            std::this_thread::yield();
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          was_full = begun == ahead_max;
        }
        return Counted(alive);
      },
      [&](size_t index, const Counted&) {
        EXPECT_LE(begun, static_cast<int>(index) + 1 + ahead_max);
        EXPECT_LE(alive, ahead_max + 1);  // and the one that is delivered
        return true;
      });
  EXPECT_TRUE(was_full);
  EXPECT_EQ(alive, 0);
}

// ---- The end.

TEST(Parallel, EndsWhenADeliverySaysSo) {
  for (const int threads : thread_counts) {
    std::atomic<int> begun = 0;
    Indices indices;
    const size_t delivered = run_jobs(
        1'000'000,
        {.threads = threads},
        [&](size_t index, const std::stop_token& stop) {
          ++begun;
          if (index > 10) wait_for_stop(stop);  // a long job that looks at its token
          return index;
        },
        [&](size_t index, size_t) {
          indices.push_back(index);
          return index < 10;
        });
    EXPECT_EQ(delivered, 11U) << threads;
    EXPECT_EQ(indices, up_to(11)) << threads;
    EXPECT_LE(begun, 11 + threads) << "no job began after the end";
  }
}

TEST(Parallel, DeliversWhatHasBegunWhenItMayNotGoOn) {
  for (const int threads : {1, 2, 8}) {
    std::atomic<int> begun = 0;
    int refused = 0;
    Indices indices;
    std::vector<bool> whole;
    const auto go_on = [&] {
      if (begun < 5 + threads) return true;
      ++refused;
      return false;
    };
    const size_t delivered = run_jobs(
        1'000'000,
        {.threads = threads, .ahead_max = 100, .go_on = go_on},
        [&](size_t index, const std::stop_token& stop) {
          ++begun;
          if (index >= 5) wait_for_stop(stop);
          return index < 5;
        },
        [&](size_t index, bool is_whole) {
          indices.push_back(index);
          whole.push_back(is_whole);
          return true;
        });
    EXPECT_EQ(delivered, static_cast<size_t>(begun)) << threads;
    EXPECT_EQ(indices, up_to(static_cast<size_t>(begun))) << threads;
    EXPECT_EQ(begun, 5 + threads) << "those that run are asked to end, and no other begins";
    EXPECT_EQ(std::count(whole.begin(), whole.end(), true), 5);
    EXPECT_EQ(refused, 1) << "not asked again after the answer";
  }
}

TEST(Parallel, AsksNowAndThenWhileItWaits) {
  std::atomic<int> asked = 0;
  run_jobs(
      1,
      {.threads = 1,
       .go_on =
           [&] {
             ++asked;
             return true;
           }},
      [&](size_t, const std::stop_token&) {
        while (asked < 4)  // would wait for ever if nobody asked
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return true;
      },
      [](size_t, bool) { return true; });
  EXPECT_GE(asked, 4);
}

TEST(Parallel, WithoutWorkersItStopsBetweenJobs) {
  int asked = 0;
  const size_t delivered = run_jobs(
      1000, {.threads = 0, .go_on = [&] { return ++asked <= 7; }}, uneven, [](size_t, size_t) {
        return true;
      });
  EXPECT_EQ(delivered, 7U);
}

// ---- Exceptions.

TEST(Parallel, ThrowsTheExceptionOfTheFirstJobThatHasOne) {
  for (const int threads : thread_counts) {
    Indices indices;
    const auto go = [&] {
      run_jobs(
          1000,
          {.threads = threads},
          [](size_t index, const std::stop_token& stop) {
            if (index == 6) uneven(12, stop);  // 7 is quicker, and not the one that is thrown
            if (index >= 6) throw std::runtime_error("job " + std::to_string(index));
            return index;
          },
          [&](size_t index, size_t) {
            indices.push_back(index);
            return true;
          });
    };
    EXPECT_THAT(go, testing::ThrowsMessage<std::runtime_error>("job 6")) << threads;
    EXPECT_EQ(indices, up_to(6)) << threads;
  }
}

TEST(Parallel, AnExceptionOfADeliveryEndsTheJobs) {
  for (const int threads : thread_counts) {
    std::atomic<int> running = 0;
    const auto go = [&] {
      run_jobs(
          1000,
          {.threads = threads},
          [&](size_t index, const std::stop_token& stop) {
            ++running;
            if (index > 0) wait_for_stop(stop);
            --running;
            return index;
          },
          [](size_t, size_t) -> bool { throw std::logic_error("delivery"); });
    };
    EXPECT_THAT(go, testing::ThrowsMessage<std::logic_error>("delivery")) << threads;
    EXPECT_EQ(running, 0) << "the jobs have ended";
  }
}

}  // namespace
}  // namespace concordat::app
