#include "gui/data/alignment.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace concordat::gui {

namespace {

using Runs = std::vector<const Sequence*>;

std::optional<Place>& of(Milestones& all, MilestoneKind kind) {
  return all[static_cast<std::size_t>(kind)];
}

const std::optional<Place>& of(const Milestones& all, MilestoneKind kind) {
  return all[static_cast<std::size_t>(kind)];
}

bool has_times(const Sequence* run) {
  return run->step_count() > 0 &&
         run->times_us.size() == static_cast<std::size_t>(run->step_count());
}

double longest(const std::vector<TimeAxis>& axes) {
  double length = 0;
  for (const TimeAxis& axis : axes)
    length = std::max(length, axis.length());
  return length;
}

/// All runs pass these one after the other, as far as they pass them.
bool is_order(const std::vector<MilestoneKind>& kinds, const std::vector<Milestones>& runs) {
  return std::ranges::all_of(runs, [&](const Milestones& run) {
    std::optional<Place> last;
    for (const MilestoneKind kind : kinds) {
      const auto& here = of(run, kind);
      if (here && last && *here <= *last) return false;
      if (here) last = here;
    }
    return true;
  });
}

/// As many as all runs pass in the same order. What tells most about commit comes first.
std::vector<MilestoneKind> common_order(const std::vector<Milestones>& runs) {
  std::vector<MilestoneKind> order;
  for (const MilestoneKind kind : {MilestoneKind::first_decision,
                                   MilestoneKind::voted,
                                   MilestoneKind::last_decision,
                                   MilestoneKind::crash}) {
    const auto passed = [&](const Milestones& run) { return of(run, kind).has_value(); };
    if (std::ranges::none_of(runs, passed)) continue;
    for (std::size_t place = 0; place <= order.size(); ++place) {
      std::vector<MilestoneKind> longer = order;
      longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(place), kind);
      if (!is_order(longer, runs)) continue;
      order = std::move(longer);
      break;
    }
  }
  return order;
}

/// Between two milestones the run that has most to do there says how much room there is.
void align_phases(const Runs& runs, Aligned& out) {
  std::vector<TimeAxis> plain;
  for (const Sequence* run : runs)
    plain.emplace_back(*run, AxisMode::lines);
  out.shared = common_order(out.milestones);
  std::vector<std::vector<TimeAxis::Knot>> knots(runs.size(), {{0, 0}});
  for (const MilestoneKind kind : out.shared) {
    double height = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto& here = of(out.milestones[i], kind);
      const TimeAxis::Knot& last = knots[i].back();
      if (here) height = std::max(height, last.to + plain[i].at(*here) - last.from);
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto& here = of(out.milestones[i], kind);
      if (!here) continue;
      const double from = plain[i].at(*here);
      if (from > 0) knots[i].push_back({from, height});
    }
  }
  double length = 0;
  for (std::size_t i = 0; i < runs.size(); ++i)
    length = std::max(length, plain[i].length() + knots[i].back().to - knots[i].back().from);
  for (std::size_t i = 0; i < runs.size(); ++i)
    out.axes.push_back(plain[i].stretched(std::move(knots[i]), length));
}

void align_steps(const Runs& runs, Aligned& out) {
  std::size_t most = 0;
  for (const Sequence* run : runs)
    most = std::max(most, run->rows.size());
  std::vector<double> starts{0};
  for (std::size_t step = 0; step < most; ++step) {
    int rows = 1;
    for (const Sequence* run : runs)
      if (step < run->rows.size()) rows = std::max(rows, run->rows[step]);
    starts.push_back(starts.back() + rows);
  }
  for (const Sequence* run : runs) {
    const auto end = starts.begin() + static_cast<std::ptrdiff_t>(run->rows.size()) + 1;
    out.axes.push_back(TimeAxis(AxisMode::lines, {starts.begin(), end}));
  }
}

/// The same scale for all, from the first moment on: the usual gap of two steps is a unit.
void align_time(const Runs& runs, Aligned& out) {
  std::int64_t end = 0;
  std::size_t steps = 1;
  for (const Sequence* run : runs) {
    end = std::max(end, run->times_us.back());
    steps = std::max(steps, run->times_us.size());
  }
  const double unit = std::max(static_cast<double>(end) / static_cast<double>(steps), 1.0);
  for (const Sequence* run : runs) {
    std::vector<double> starts;
    for (const std::int64_t at : run->times_us)
      starts.push_back(static_cast<double>(at) / unit);
    starts.push_back(starts.back() + 1);
    out.axes.emplace_back(AxisMode::time, std::move(starts));
  }
}

/// A silence is one in which nothing happens in any run. What one run does at the same moment lies
/// below each other.
void align_gaps(const Runs& runs, Aligned& out) {
  constexpr double step_room = 0.6;
  std::map<std::int64_t, int> moments;  // the most that one run does then
  for (const Sequence* run : runs) {
    std::map<std::int64_t, int> own;
    for (const std::int64_t at : run->times_us)
      moments[at] = std::max(moments[at], ++own[at]);
  }
  std::map<std::int64_t, double> positions;
  double position = 0;
  std::int64_t before = moments.begin()->first;
  for (const auto& [at, steps] : moments) {
    constexpr double short_us = 100;
    position += 0.5 * std::log2(1 + static_cast<double>(at - before) / short_us);
    positions[at] = position;
    position += step_room * steps;
    before = at;
  }
  for (const Sequence* run : runs) {
    std::vector<double> starts;
    for (const std::int64_t at : run->times_us) {
      const double first = positions[at];
      starts.push_back(starts.empty() ? first : std::max(first, starts.back() + step_room));
    }
    starts.push_back(starts.back() + 1);
    out.axes.emplace_back(AxisMode::gaps, std::move(starts));
  }
}

}  // namespace

Milestones milestones_of(const Sequence& run) {
  Milestones out;
  for (const Mark& mark : run.marks) {
    switch (mark.kind) {
      case MarkKind::crash:
        if (!of(out, MilestoneKind::crash)) of(out, MilestoneKind::crash) = mark.at;
        break;
      case MarkKind::vote_yes:
      case MarkKind::vote_no:
      case MarkKind::vote_read: of(out, MilestoneKind::voted) = mark.at; break;
      case MarkKind::commit:
      case MarkKind::abort:
        if (!of(out, MilestoneKind::first_decision))
          of(out, MilestoneKind::first_decision) = mark.at;
        else
          of(out, MilestoneKind::last_decision) = mark.at;
        break;
      case MarkKind::start:
      case MarkKind::force:
      case MarkKind::append:
      case MarkKind::timer:
      case MarkKind::answer:
      case MarkKind::choice:
      case MarkKind::store:
      case MarkKind::recover:
      case MarkKind::other: break;
    }
  }
  return out;
}

int step_beside(const Aligned& aligned, std::size_t from, int step, std::size_t to) {
  if (step < 0) return -1;
  for (const MilestoneKind kind : aligned.shared) {
    const auto& here = of(aligned.milestones[from], kind);
    const auto& there = of(aligned.milestones[to], kind);
    if (here && there && here->step == step) return there->step;
  }
  return aligned.axes[to].step_at(aligned.axes[from].at({step, 0}));
}

Alignment best_alignment(const Runs& runs) {
  return !runs.empty() && std::ranges::all_of(runs, has_times) ? Alignment::gaps
                                                               : Alignment::phases;
}

Aligned align(const Runs& runs, Alignment alignment) {
  Aligned out;
  const bool by_time = alignment == Alignment::time || alignment == Alignment::gaps;
  const bool timed = best_alignment(runs) == Alignment::gaps;
  out.alignment = by_time && !timed ? Alignment::phases : alignment;
  for (const Sequence* run : runs)
    out.milestones.push_back(milestones_of(*run));
  switch (out.alignment) {
    case Alignment::phases: align_phases(runs, out); break;
    case Alignment::steps: align_steps(runs, out); break;
    case Alignment::time: align_time(runs, out); break;
    case Alignment::gaps: align_gaps(runs, out); break;
  }
  const double length = longest(out.axes);
  for (TimeAxis& axis : out.axes)
    if (axis.length() < length) axis = axis.stretched({}, length);
  return out;
}

}  // namespace concordat::gui
