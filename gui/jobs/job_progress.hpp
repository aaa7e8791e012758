// How far a piece of work has come.
#pragma once

#include <cstdint>
#include <functional>

namespace concordat::gui {

struct JobProgress {
  int done = 0;
  int of = 0;               // 0: nobody knows
  std::int64_t states = 0;  // seen by the searches that run
};

/// May be called from any thread, as often as one likes.
using Tell = std::function<void(const JobProgress&)>;

}  // namespace concordat::gui
