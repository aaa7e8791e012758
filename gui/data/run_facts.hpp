// A run in a few figures, to stand above it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gui/data/document.hpp"

namespace concordat::gui {

struct RunFacts {
  enum class Outcome : std::uint8_t { none, commit, abort, mixed };

  std::string name;     // of the scenario, or its variant
  std::string setting;  // the protocol and its options
  Outcome outcome{};    // mixed: one has committed and another one aborted
  int messages = 0;
  int forces = 0;
  int decided_after = 0;  // steps until the last decision; 0: there is none
  std::optional<std::int64_t> decided_us;
  std::vector<std::string> blocked;   // processes, at the end
  std::vector<std::string> violated;  // codes of properties
};

/// Of all transactions together; `mixed` is judged for each by itself.
RunFacts facts_of(const Document& document);

}  // namespace concordat::gui
