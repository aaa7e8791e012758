// How fast this machine changes random words of a big table: what limits every checker that keeps
// its visited states in memory. Prints one line of JSON: random_update [MIB] [SECONDS]
//
// Each thread draws addresses, asks for a batch of them at once (prefetch), then reads and writes
// each. Big pages, if the system gives them, spare it most address translation. A second is one of
// the processor, spent by the thread, so that a busy machine does not look slow.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fmt/core.h>
#include <numeric>
#include <span>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <vector>

namespace {

/// Words that are in memory, not only promised.
class Table {
 public:
  explicit Table(std::size_t bytes)
      : bytes_(bytes),
        memory_(
            ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) return;
    ::madvise(memory_, bytes, MADV_HUGEPAGE);
    for (std::uint64_t& word : words())
      word = 1;
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() {
    if (is_there()) ::munmap(memory_, bytes_);
  }

  bool is_there() const { return memory_ != MAP_FAILED; }
  std::span<std::uint64_t> words() const {
    return {static_cast<std::uint64_t*>(memory_), bytes_ / sizeof(std::uint64_t)};
  }

 private:
  std::size_t bytes_;
  void* memory_;
};

/// SplitMix64 (Steele, Lea and Flood 2014).
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_;
};

constexpr std::size_t batch = 64;
constexpr int batches_per_look = 1024;  // at the clock

/// UNITS: seconds of the processor that this thread has had.
double thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// RETURNS: changed words per second. REQUIRES: a power of two of words. An update that another
/// thread overwrites is lost, which does not matter here.
double update(std::span<std::uint64_t> words, std::uint64_t seed, double seconds) {
  Draw draw(seed);
  const std::uint64_t mask = words.size() - 1;
  std::array<std::uint64_t*, batch> chosen{};
  std::int64_t count = 0;
  const double begin = thread_seconds();
  double taken = 0;
  for (; taken < seconds; taken = thread_seconds() - begin) {
    for (int i = 0; i < batches_per_look; ++i) {
      for (std::uint64_t*& word : chosen) {
        word = &words[draw.next() & mask];
        __builtin_prefetch(word, 1);
      }
      for (std::uint64_t* word : chosen) {
        const std::atomic_ref<std::uint64_t> shared(*word);
        shared.store(shared.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      }
    }
    count += std::int64_t{batch} * batches_per_look;
  }
  return static_cast<double>(count) / taken;
}

/// UNITS: updates per second, of all threads together.
double rate(const Table& table, std::size_t threads, double seconds) {
  std::vector<double> rates(threads);
  std::vector<std::thread> running;
  for (std::size_t i = 0; i < threads; ++i)
    running.emplace_back([&, i] { rates[i] = update(table.words(), i + 1, seconds); });
  for (std::thread& thread : running)
    thread.join();
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const long mib = arguments.empty() ? 1024 : std::strtol(arguments[0].c_str(), nullptr, 10);
  const double seconds = arguments.size() < 2 ? 1 : std::strtod(arguments[1].c_str(), nullptr);
  if (arguments.size() > 2 || mib <= 0 || (mib & (mib - 1)) != 0 || !(seconds > 0)) {
    fmt::print(stderr, "usage: random_update [MIB, a power of two] [SECONDS]\n");
    return 2;
  }
  const Table table(static_cast<std::size_t>(mib) << 20U);
  if (!table.is_there()) {
    fmt::print(stderr, "random_update: there is no room for {} MiB\n", mib);
    return 2;
  }
  fmt::print(R"({{"mib": {}, "one_thread": {:.0f}, "two_threads": {:.0f}}})"
             "\n",
             mib,
             rate(table, 1, seconds),
             rate(table, 2, seconds));
  return 0;
}
