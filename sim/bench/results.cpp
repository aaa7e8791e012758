#include "sim/bench/results.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace concordat::bench {

namespace {

/// The two-sided 95 % quantile of Student's t for so many degrees of freedom; between the rows of
/// a table that of the row above, which is a little too wide.
double student(std::size_t freedom) {
  static constexpr std::array<double, 30> first{
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
      2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
      2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  struct Row {
    std::size_t freedom;
    double t;
  };
  static constexpr std::array<Row, 5> more{
      {{1'000, 1.962}, {120, 1.980}, {60, 2.000}, {40, 2.021}, {30, 2.042}}};
  if (freedom <= first.size()) return first.at(freedom - 1);
  for (const Row& row : more)
    if (freedom >= row.freedom) return row.t;
  return more.back().t;
}

}  // namespace

Estimate estimate(std::span<const double> values) {
  Estimate out;
  out.n = values.size();
  if (values.empty()) return out;
  const auto n = static_cast<double>(values.size());
  double sum = 0;  // of the differences from the first: nothing is rounded if all are the same
  for (const double value : values)
    sum += value - values.front();
  out.mean = values.front() + sum / n;
  if (values.size() < 2) return out;
  double squares = 0;
  for (const double value : values)
    squares += (value - *out.mean) * (value - *out.mean);
  out.half_width = student(values.size() - 1) * std::sqrt(squares / (n - 1) / n);
  return out;
}

std::string Point::label() const {
  std::string out = variant;
  for (const auto& [path, value] : place)
    out += (out.empty() ? "" : ", ") + path + "=" + value;
  return out;
}

Gatherer::Gatherer(Point point) : point_(std::move(point)), values_(measures().size()) {}

void Gatherer::take(const Figures& figures) {
  for (std::size_t i = 0; i < values_.size(); ++i)
    if (const auto value = measures()[i].value(figures)) values_[i].push_back(*value);
  if (point_.runs == 0 && !point_.cut)
    point_.figures = figures;
  else
    point_.figures.add(figures);
}

void Gatherer::add(const Figures& figures) {
  take(figures);
  ++point_.runs;
}

void Gatherer::add_cut(const Figures& figures) {
  if (!cut_ && figures.started > 0) cut_ = figures;
}

Point Gatherer::finish() {
  if (point_.runs == 0 && cut_) {
    take(*cut_);
    point_.cut = true;
  }
  if (point_.runs > 0 || point_.cut)
    for (const auto& values : values_)
      point_.estimates.push_back(estimate(values));
  return std::move(point_);
}

std::string six_digits(double value) {
  return fmt::format("{:.6g}", value);
}

double rounded(double value) {
  const std::string text = six_digits(value);
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace concordat::bench
