// Real time, and the progress line of long work: the only place that reads a real clock. What it
// says is for people; nothing that is decided or compared depends on it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "sim/app/app.hpp"
#include "sim/app/units.hpp"
#include "sim/base/time.hpp"

namespace concordat::app {

/// `1,234,567`.
inline std::string grouped(std::int64_t number) {
  std::string out = std::to_string(number);
  for (int i = static_cast<int>(out.size()) - 3; i > 0; i -= 3)
    out.insert(static_cast<std::size_t>(i), ",");
  return out;
}

/// Real time, from when it was made.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// One line on the terminal that is written over, at most once a second, and taken away before
/// anything else is printed. Nothing at all if standard error is no terminal.
class StatusLine {
 public:
  explicit StatusLine(Terminal& terminal) : terminal_(terminal) {}

  /// `text(seconds)` is called only when a line is due.
  template <class Text>
  void show(Text text) {
    if (!terminal_.progress) return;
    const double now = watch_.seconds();
    if (now < due_) return;
    due_ = now + 1;
    terminal_.err << "\r" << text(now) << "\x1b[K" << std::flush;
    shown_ = true;
  }
  void clear() {
    if (shown_) terminal_.err << "\r\x1b[K" << std::flush;
    shown_ = false;
  }
  double seconds() const { return watch_.seconds(); }

 private:
  Terminal& terminal_;
  Stopwatch watch_;
  double due_ = 1;
  bool shown_ = false;
};

/// Shows how far a search has come, and notices Ctrl-C and the end of its time.
class Progress {
 public:
  /// `checkpoints`: from one to the next; 0 = none.
  explicit Progress(Terminal& terminal, Duration max_time = {}, Duration checkpoints = {})
      : terminal_(terminal),
        max_seconds_(static_cast<double>(max_time.us) / 1e6),
        between_checkpoints_(static_cast<double>(checkpoints.us) / 1e6),
        line_(terminal) {}

  /// As CheckRequest::progress: "stopped" after Ctrl-C, "time" after `max_time`.
  std::string_view operator()(const SearchProgress& at) {
    line_.show([&](double seconds) { return text(at, seconds); });
    if (terminal_.interrupted && terminal_.interrupted()) return "stopped";
    const double now = line_.seconds();
    if (max_seconds_ > 0 && now > max_seconds_) return "time";
    if (between_checkpoints_ <= 0 || now < checkpoint_at_ + between_checkpoints_) return "";
    checkpoint_at_ = now;
    return "checkpoint";
  }
  /// A search of several: what the line says first, and figures from 0 again.
  void begin(std::string what) {
    what_ = std::move(what) + ": ";
    shown_ = 0;
    shown_at_ = line_.seconds();
  }
  double seconds() const { return line_.seconds(); }
  void clear() { line_.clear(); }

 private:
  /// The rate is that since the last line.
  std::string text(const SearchProgress& at, double seconds) {
    const double passed = std::max(seconds - shown_at_, 0.001);
    const double rate = static_cast<double>(at.transitions - shown_) / passed / 1'000'000;
    shown_ = at.transitions;
    shown_at_ = seconds;
    return what_ +
           fmt::format(
               "{} states, {} transitions, depth {}, frontier {}, {:.1f} M transitions/s, {}",
               grouped(at.states),
               grouped(at.transitions),
               at.depth,
               grouped(at.frontier),
               rate,
               bytes_text(at.bytes));
  }

  Terminal& terminal_;
  const double max_seconds_;
  const double between_checkpoints_;
  double checkpoint_at_ = 0;
  StatusLine line_;
  std::string what_;
  std::int64_t shown_ = 0;  // transitions
  double shown_at_ = 0;     // seconds
};

}  // namespace concordat::app
