// How a timed run draws open choices: by the scenario's chances, else evenly.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/base/random.hpp"
#include "sim/model/step.hpp"
#include "sim/scenario/timed.hpp"

namespace concordat {

class Chances final : public Chooser {
 public:
  /// `timed` outlives this.
  explicit Chances(const scenario::Timed& timed) : timed_(timed) {}

  /// From now on choices are drawn from this stream, which outlives them.
  void draw_from(Random& random) { random_ = &random; }

  int choose(std::string_view label, std::span<const std::string_view> outcomes) override;

  /// How many choices were drawn so far.
  std::int64_t drawn() const { return drawn_; }

 private:
  int weighted(const scenario::Timed::Weights& weights, std::span<const std::string_view> outcomes);

  const scenario::Timed& timed_;
  Random* random_ = nullptr;
  std::int64_t drawn_ = 0;
};

}  // namespace concordat
