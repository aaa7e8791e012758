// How long the thread of the windows was busy with something else. Recorded and printed, never
// judged: a loaded machine pauses everybody.
#pragma once

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <string>

#include <QElapsedTimer>
#include <QTimer>

namespace concordat::gui {

/// Beats every 5 ms in the thread that makes it, and knows its longest gap.
class Pulse {
 public:
  Pulse() {
    beat_.setTimerType(Qt::PreciseTimer);
    beat_.setInterval(5);
    QObject::connect(&beat_, &QTimer::timeout, [this] { look(); });
    since_.start();
    beat_.start();
  }

  /// UNITS: ms.
  double longest() {
    look();
    return static_cast<double>(longest_) / 1e6;
  }

 private:
  void look() {
    longest_ = std::max(longest_, since_.nsecsElapsed());
    since_.restart();
  }

  QTimer beat_;
  QElapsedTimer since_;
  qint64 longest_ = 0;  // ns
};

/// Into the report of the test, and onto the screen.
inline void record_time(const std::string& name, double ms) {
  testing::Test::RecordProperty(name, std::to_string(ms));
  std::printf("  %s: %.1f ms\n", name.c_str(), ms);
}

}  // namespace concordat::gui
