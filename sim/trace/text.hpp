// A Trace drawn for the terminal: one lane per process, time flowing downward, an arrow where a
// message arrives or is lost.
//
//              c                        p1
//       1      ● start                  │
//              → prepare to p1          │
//       2      ├────────prepare────────►│
//              │                        ■ force prepared
//              │                        ✓ vote yes          from here the lane is heavy: in doubt
//              │                        ← yes to c
//
// Where the lanes would be too narrow to read, the same facts come as a list.
#pragma once

#include <string>

#include "sim/trace/trace.hpp"

namespace concordat::trace {

struct TextOptions {
  bool colour = false;
  bool unicode = true;
  int width = 100;       // columns; below 40 counts as 40
  bool details = false;  // every changed field, not only rows of the store
};

/// The trace as text, with a summary at the end. Ends with a newline.
std::string render(const Trace& trace, const TextOptions& options = {});

}  // namespace concordat::trace
