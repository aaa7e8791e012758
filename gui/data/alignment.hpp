// Several runs along one axis: where each place of each run lies so that what belongs together is
// at the same height. A plain mapping, tested without a window.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "gui/data/time_axis.hpp"

namespace concordat::gui {

enum class Alignment : std::uint8_t {
  phases,  // what every run of atomic commit passes lies at the same height
  steps,   // step 7 beside step 7
  time,    // true to virtual time
  gaps,    // virtual time, but long silences are short
};

/// What every run of atomic commit passes, unless a fault prevents it.
enum class MilestoneKind : std::uint8_t { crash, voted, first_decision, last_decision };
inline constexpr int milestone_count = 4;

/// Where a run passes each of them, by their numbers. `last_decision` is absent if it is the first
/// one as well.
using Milestones = std::array<std::optional<Place>, milestone_count>;
Milestones milestones_of(const Sequence& run);

struct Aligned {
  Alignment alignment{};       // what it is along
  std::vector<TimeAxis> axes;  // of each run; equally long
  std::vector<Milestones> milestones;
  /// Those that lie at the same height in all runs that pass them, in their order.
  std::vector<MilestoneKind> shared;
};

/// `time` and `gaps` need times in every run; without them it is along `phases`. COMPLEXITY: the
/// steps of the runs.
Aligned align(const std::vector<const Sequence*>& runs, Alignment alignment);

/// The step of run `to` that belongs to a step of run `from`: the one at its height, but milestones
/// belong together. -1 if it has none.
int step_beside(const Aligned& aligned, std::size_t from, int step, std::size_t to);

/// `gaps` if every run has times, else `phases`.
Alignment best_alignment(const std::vector<const Sequence*>& runs);

}  // namespace concordat::gui
