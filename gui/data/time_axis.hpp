// Where each place of a run lies on the screen: a plain mapping between places and pixels, so that
// it is tested without a window.
#pragma once

#include <cstdint>
#include <vector>

#include "gui/data/sequence.hpp"

namespace concordat::gui {

enum class AxisMode : std::uint8_t {
  lines,  // every thing that happens has a line of its own
  steps,  // every step is as long as any other
  time,   // in proportion to virtual time
  gaps,   // virtual time, but long silences are short: milliseconds beside half a minute
};

/// From the top of the run, in units that a zoom factor turns into pixels. Monotone: a later place
/// never has a smaller position.
class TimeAxis {
 public:
  TimeAxis() = default;
  /// `time` and `gaps` need times; without them they are as `steps`.
  TimeAxis(const Sequence& sequence, AxisMode mode);
  /// Each step begins where `starts` says, and the last one ends there. REQUIRES: they ascend.
  TimeAxis(AxisMode mode, std::vector<double> starts);

  /// Where a position of the axis lies when it is pulled apart.
  struct Knot {
    double from = 0;
    double to = 0;
  };
  /// Pulled so that each knot comes to its place, in proportion between two of them, and not at all
  /// before the first and behind the last. REQUIRES: `from` ascends strictly, `to` too.
  TimeAxis stretched(std::vector<Knot> knots, double length) const;

  AxisMode mode() const { return mode_; }
  /// UNITS: one is the usual distance of two steps.
  double length() const { return length_; }
  double at(Place place) const { return stretch(plain_at(place)); }
  /// The step that this position belongs to, at most the last one; -1 if there is none.
  int step_at(double position) const;

 private:
  double plain_at(Place place) const;
  double stretch(double position) const;
  double unstretch(double position) const;

  AxisMode mode_ = AxisMode::lines;
  std::vector<double> starts_;  // per step, and the end
  std::vector<Knot> knots_;     // none: nothing is pulled
  double length_ = 0;
};

/// A window on an axis: which part of it is seen, and how large.
struct Viewport {
  double scale = 24;  // pixels for a unit
  double top = 0;     // position at the upper edge, in units
  int height = 0;     // UNITS: pixels

  double to_pixel(double position) const { return (position - top) * scale; }
  double to_position(double pixel) const { return pixel / scale + top; }
  double bottom() const { return to_position(height); }

  /// Another scale, so that what is at `pixel` stays there.
  void zoom(double factor, double pixel);
  /// Keeps `top` where something is to be seen of `length` units.
  void clamp(double length);
  static constexpr double margin = 0.75;  // above the first place and below the last, in units
  static constexpr double smallest_scale = 1e-5;
  static constexpr double largest_scale = 400;
};

}  // namespace concordat::gui
