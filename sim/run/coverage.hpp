// What runs have exercised: which role received which message, whose timers fired, where crashes
// fell. What is never counted was never tested.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/model.hpp"

namespace concordat {

class Coverage {
 public:
  Coverage() = default;
  explicit Coverage(const Model& model);

  void received(int role, int message) { ++messages_[at(role, message, message_count_)]; }
  void fired(int role, int timer) { ++timers_[at(role, timer, timer_count_)]; }
  void unfired(int role, int timer) { --timers_[at(role, timer, timer_count_)]; }  // undone
  void recovered(int role) { ++recoveries_[static_cast<std::size_t>(role)]; }
  /// A crash inside a step that came before an effect of this kind, or (none) between steps.
  void crashed_before(int role, EffectKind next) {
    ++cuts_[at(role, static_cast<int>(next), effect_kinds)];
  }
  void crashed(int role) { ++crashes_[static_cast<std::size_t>(role)]; }

  void add(const Coverage& other);

  /// One line of a report: `participant  message prepare  12`. `count` 0: never.
  struct Line {
    std::string role;
    std::string what;  // "message prepare", "timer vote", "crash", "crash before send", "recovery"
    std::int64_t count = 0;
  };
  /// In a fixed order. Of crashes inside steps only those that came.
  std::vector<Line> lines(const Model& model) const;

 private:
  static constexpr int effect_kinds = 10;
  static std::size_t at(int role, int what, int width) {
    return static_cast<std::size_t>(role * width + what);
  }

  int message_count_ = 0;
  int timer_count_ = 0;
  std::vector<std::int64_t> messages_;  // [role * kinds + kind]
  std::vector<std::int64_t> timers_;
  std::vector<std::int64_t> cuts_;
  std::vector<std::int64_t> crashes_;  // [role]
  std::vector<std::int64_t> recoveries_;
};

}  // namespace concordat
