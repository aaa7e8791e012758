#include "gui/data/time_axis.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace concordat::gui {

namespace {

constexpr double rounding = 1e-9;  // there and back is not exact

/// How much room a silence gets: one unit for each time that it doubles.
double room_for(std::int64_t gap_us) {
  constexpr double short_us = 100;
  return gap_us <= 0 ? 0.6 : 0.6 + 0.5 * std::log2(1 + static_cast<double>(gap_us) / short_us);
}

/// A pixel scale of its own: the usual gap of two steps is a unit.
double time_unit(const std::vector<std::int64_t>& times) {
  if (times.size() < 2) return 1;
  const double span = static_cast<double>(times.back() - times.front());
  return std::max(span / static_cast<double>(times.size()), 1.0);
}

}  // namespace

TimeAxis::TimeAxis(const Sequence& sequence, AxisMode mode) : mode_(mode) {
  const auto count = static_cast<std::size_t>(sequence.step_count());
  const auto& times = sequence.times_us;
  const bool timed = times.size() == count && count > 0;
  if (!timed && (mode == AxisMode::time || mode == AxisMode::gaps)) mode_ = AxisMode::steps;
  const double unit = time_unit(times);
  double position = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t gap = timed && i > 0 ? times[i] - times[i - 1] : 0;
    if (mode_ == AxisMode::time) position = static_cast<double>(times[i] - times[0]) / unit;
    if (mode_ == AxisMode::gaps && i > 0) position += room_for(gap);
    starts_.push_back(position);
    const double height = mode_ == AxisMode::lines ? sequence.rows[i] : 1;
    if (mode_ == AxisMode::lines || mode_ == AxisMode::steps) position += height;
  }
  if (mode_ == AxisMode::time || mode_ == AxisMode::gaps) position += 1;
  starts_.push_back(position);
  length_ = position;
}

TimeAxis::TimeAxis(AxisMode mode, std::vector<double> starts)
    : mode_(mode), starts_(std::move(starts)), length_(starts_.empty() ? 0 : starts_.back()) {}

TimeAxis TimeAxis::stretched(std::vector<Knot> knots, double length) const {
  TimeAxis out = *this;
  out.knots_ = std::move(knots);
  out.length_ = length;
  return out;
}

/// Between which knots it lies, and there in proportion.
double TimeAxis::stretch(double position) const {
  if (knots_.empty()) return position;
  const auto next = std::ranges::upper_bound(knots_, position, {}, &Knot::from);
  if (next == knots_.begin()) return position + next->to - next->from;
  const Knot& last = *std::prev(next);
  if (next == knots_.end()) return position + last.to - last.from;
  return last.to + (position - last.from) * (next->to - last.to) / (next->from - last.from);
}

double TimeAxis::unstretch(double position) const {
  if (knots_.empty()) return position;
  const auto next = std::ranges::upper_bound(knots_, position, {}, &Knot::to);
  if (next == knots_.begin()) return position + next->from - next->to;
  const Knot& last = *std::prev(next);
  if (next == knots_.end()) return position + last.from - last.to;
  return last.from + (position - last.to) * (next->from - last.from) / (next->to - last.to);
}

double TimeAxis::plain_at(Place place) const {
  if (starts_.empty()) return 0;
  const auto last = starts_.size() - 1;
  const auto step = static_cast<std::size_t>(std::max(place.step, 0));
  if (step >= last) return starts_[last];
  if (mode_ == AxisMode::lines) return starts_[step] + place.row;
  // The lines of a step lie close together, in their order.
  return std::min(starts_[step] + std::min(0.12 * place.row, 0.5), starts_[step + 1]);
}

int TimeAxis::step_at(double position) const {
  if (starts_.size() < 2) return -1;
  const auto after =
      std::upper_bound(starts_.begin(), starts_.end() - 1, unstretch(position) + rounding);
  return std::max(static_cast<int>(after - starts_.begin()) - 1, 0);
}

void Viewport::zoom(double factor, double pixel) {
  const double position = to_position(pixel);
  scale = std::clamp(scale * factor, smallest_scale, largest_scale);
  top = position - pixel / scale;
}

void Viewport::clamp(double length) {
  const double seen = height / scale;
  top = std::clamp(top, -margin, std::max(length + margin - seen, -margin));
}

}  // namespace concordat::gui
