#include "gui/data/time_axis.hpp"

#include <algorithm>
#include <cmath>

namespace concordat::gui {

namespace {

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
    heights_.push_back(height);
    if (mode_ == AxisMode::lines || mode_ == AxisMode::steps) position += height;
  }
  if (mode_ == AxisMode::time || mode_ == AxisMode::gaps) position += 1;
  starts_.push_back(position);
}

double TimeAxis::at(Place place) const {
  if (starts_.empty()) return 0;
  const auto last = starts_.size() - 1;
  const auto step = static_cast<std::size_t>(std::max(place.step, 0));
  if (step >= last) return starts_[last];
  if (mode_ == AxisMode::lines) return starts_[step] + place.row;
  // The lines of a step lie close together, in their order.
  return std::min(starts_[step] + std::min(0.12 * place.row, 0.5), starts_[step + 1]);
}

int TimeAxis::step_at(double position) const {
  if (heights_.empty()) return -1;
  const auto after = std::upper_bound(starts_.begin(), starts_.end() - 1, position);
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
