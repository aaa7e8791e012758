#include "gui/data/filter.hpp"

#include <optional>

namespace concordat::gui {

namespace {

/// None: it is no thing that somebody would hide.
std::optional<Kind> kind_of(MarkKind kind) {
  switch (kind) {
    case MarkKind::force:
    case MarkKind::append: return Kind::log;
    case MarkKind::timer: return Kind::timers;
    case MarkKind::vote_yes:
    case MarkKind::vote_no:
    case MarkKind::vote_read:
    case MarkKind::commit:
    case MarkKind::abort:
    case MarkKind::answer:
    case MarkKind::choice: return Kind::decisions;
    case MarkKind::store: return Kind::store;
    case MarkKind::crash:
    case MarkKind::recover: return Kind::faults;
    case MarkKind::start:
    case MarkKind::other: break;
  }
  return std::nullopt;
}

Kind kind_of(BarKind kind) {
  switch (kind) {
    case BarKind::in_doubt: return Kind::decisions;
    case BarKind::locked: return Kind::store;
    case BarKind::down:
    case BarKind::paused: break;
  }
  return Kind::faults;
}

}  // namespace

bool Filter::shows(const Mark& mark) const {
  const auto kind = kind_of(mark.kind);
  return shows_lane(mark.lane) && shows_tx(mark.tx) && (!kind || shows_kind(*kind));
}

bool Filter::shows(const Bar& bar) const {
  return shows_lane(bar.lane) && shows_tx(bar.tx) && shows_kind(kind_of(bar.kind));
}

bool Filter::shows(const Arrow& arrow) const {
  return shows_lane(arrow.from) && shows_lane(arrow.to) && shows_tx(arrow.tx) &&
         shows_kind(Kind::messages);
}

std::vector<bool> shown_steps(const Sequence& run, const Filter& filter) {
  const auto count = static_cast<std::size_t>(run.step_count());
  std::vector<bool> has(count, false);
  std::vector<bool> shown(count, false);
  const auto add = [&](Place at, bool is_shown) {
    const auto step = static_cast<std::size_t>(at.step);
    if (step >= count) return;
    has[step] = true;
    if (is_shown) shown[step] = true;
  };
  for (const Mark& mark : run.marks)
    add(mark.at, filter.shows(mark));
  for (const Arrow& arrow : run.arrows) {
    const bool is_shown = filter.shows(arrow);
    add(arrow.sent, is_shown);
    add(arrow.end, is_shown);
  }
  const bool faults = filter.shows_kind(Kind::faults);
  for (const Cut& cut : run.cuts) {
    add(cut.from, faults);
    if (cut.to) add(*cut.to, faults);
  }
  for (const Violation& violation : run.violations)
    add(violation.at, true);
  for (std::size_t step = 0; step < count; ++step)
    if (!has[step]) shown[step] = true;
  return shown;
}

}  // namespace concordat::gui
