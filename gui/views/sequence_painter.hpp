// Draws a part of a Sequence: the same code for the window, for pictures and for paper.
#pragma once

#include <optional>
#include <vector>

#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QString>

#include "gui/data/filter.hpp"
#include "gui/data/time_axis.hpp"
#include "gui/views/theme.hpp"

namespace concordat::gui {

/// A line across all lanes at a position of the axis.
struct Rule {
  double position = 0;
  QString words;
};

/// b, c, a or -; "" if nothing is known.
QString letter_of(Valence valence);

class SequencePainter {
 public:
  /// All of them outlive it.
  SequencePainter(const Sequence& sequence, const TimeAxis& axis, const Filter& filter);

  /// What can be seen through `viewport` in a picture of this width, without the header.
  /// COMPLEXITY: what is visible, and the messages that pass it.
  void paint(QPainter& painter, const Theme& theme, const Viewport& viewport, double width) const;
  void paint_header(QPainter& painter, const Theme& theme, double width) const;

  /// The current step, drawn as selected; -1: none.
  int selected = -1;
  std::vector<Rule> rules;
  std::optional<double> cursor;  // a position that somebody points at, here or beside

  double lane_x(int lane, double width) const;
  /// The width from which on names and words have enough room.
  double best_width() const;

  static constexpr double header_height = 46;
  static constexpr double best_scale = 23;  // of the axis of lines

 private:
  struct Scene;
  int shown_lanes() const;
  void paint_gutter(Scene& s, int first, int last) const;
  void paint_bars(Scene& s) const;
  void paint_bar(Scene& s, const Bar& bar) const;
  void paint_valence(Scene& s, int step, double y) const;
  void paint_turns(Scene& s) const;
  void paint_cuts(Scene& s) const;
  void paint_arrows(Scene& s) const;
  void paint_arrow(Scene& s, const Arrow& arrow) const;
  void paint_marks(Scene& s) const;
  void paint_mark(const Scene& s, const Mark& mark) const;
  void paint_label(const Scene& s, const Arrow& arrow, QPointF from, QPointF way) const;
  double best_place(
      const Scene& s, const Arrow& arrow, QPointF from, QPointF way, double wide) const;
  QString words_beside(const Scene& s, const Mark& mark) const;
  double words_end(const Scene& s, int lane, double y) const;
  void paint_violations(Scene& s) const;
  void paint_stuck(Scene& s) const;
  void paint_rules(Scene& s) const;
  void paint_rule_words(Scene& s) const;

  const Sequence& sequence_;
  const TimeAxis& axis_;
  const Filter& filter_;
  double gutter_;                         // at the left, for the numbers and times of the steps
  std::vector<std::size_t> long_arrows_;  // that take more than `long_steps`
  std::vector<std::size_t> long_bars_;
  static constexpr int long_steps = 64;
};

}  // namespace concordat::gui
