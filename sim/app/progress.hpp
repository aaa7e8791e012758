// The progress line of long work: the only place that reads a real clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <ostream>
#include <string>

#include "sim/app/app.hpp"

namespace concordat::app {

/// `1,234,567`.
inline std::string grouped(std::int64_t number) {
  std::string out = std::to_string(number);
  for (int i = static_cast<int>(out.size()) - 3; i > 0; i -= 3)
    out.insert(static_cast<std::size_t>(i), ",");
  return out;
}

/// Shows how far a search has come, and notices Ctrl-C.
class Progress {
 public:
  explicit Progress(Terminal& terminal)
      : terminal_(terminal), start_(std::chrono::steady_clock::now()), last_(start_) {}

  /// Shows a line at most once a second. RETURNS: whether Ctrl-C was pressed.
  bool operator()(std::int64_t states, std::int64_t transitions, int depth, std::int64_t frontier) {
    const auto now = std::chrono::steady_clock::now();
    if (terminal_.progress && now - last_ >= std::chrono::seconds(1)) {
      last_ = now;
      const double elapsed = seconds();
      terminal_.err
          << fmt::format(
                 "\r{} states, {} transitions, depth {}, frontier {}, {:.0f} k transitions/s   ",
                 grouped(states),
                 grouped(transitions),
                 depth,
                 grouped(frontier),
                 static_cast<double>(transitions) / elapsed / 1000)
          << std::flush;
      shown_ = true;
    }
    return terminal_.interrupted && terminal_.interrupted();
  }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  void clear() {
    if (shown_) terminal_.err << "\r\x1b[K" << std::flush;
  }

 private:
  Terminal& terminal_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
  bool shown_ = false;
};

}  // namespace concordat::app
