// Whether the numbers that were given out have a place in a State.
#pragma once

#include "sim/explore/symmetry.hpp"

namespace concordat::explore {

template <class State, class Network>
class Fit {
 public:
  /// `symmetry`: null for none.
  Fit(StepTable& steps, Symmetry* symmetry, Network& network)
      : steps_(steps), symmetry_(symmetry), network_(network) {}

  /// To be called after something was worked out: shows it to the network and to symmetry. RETURNS:
  /// false, from then on, if it does not fit into a State, or if symmetry turned out not to be.
  bool still_fits() {
    const std::int64_t version = steps_.version() + network_.version() + steps_.controls().size();
    if (version_ == version || overflow_) return !overflow_;
    version_ = version;
    overflow_ = !fits();
    if (overflow_) return false;
    network_.learn();
    if (symmetry_ == nullptr) return true;
    symmetry_->learn();
    overflow_ = !symmetry_->on();
    return !overflow_;
  }
  bool overflow() const { return overflow_; }

 private:
  bool fits() const {
    const auto count_fits = [](int count) {
      return static_cast<std::uint64_t>(count) <= std::uint64_t{State::max_cell} + 1;
    };
    if (1 + steps_.node_count() > State::cells) return false;
    for (int node = 0; node < steps_.node_count(); ++node)
      if (!count_fits(steps_.local_count(node))) return false;
    return count_fits(steps_.controls().size()) && network_.fits();
  }

  StepTable& steps_;
  Symmetry* symmetry_;
  Network& network_;
  std::int64_t version_ = -1;
  bool overflow_ = false;
};

}  // namespace concordat::explore
