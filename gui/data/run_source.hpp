// Where a run comes from that is to stand beside others.
#pragma once

#include <string>

namespace concordat::gui {

struct RunSource {
  std::string file;
  std::string variant;   // of a scenario file with several; "" = the first
  std::string protocol;  // under which it runs instead of its own; "" = its own
  friend bool operator==(const RunSource&, const RunSource&) = default;
};

/// So many runs have room beside each other.
inline constexpr int most_beside = 4;

}  // namespace concordat::gui
