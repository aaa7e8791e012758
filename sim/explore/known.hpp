// What every attempt at a question shares: all that has been worked out so far.
#pragma once

#include "sim/explore/channels.hpp"
#include "sim/explore/menus.hpp"
#include "sim/explore/partial_order.hpp"
#include "sim/explore/symmetry.hpp"
#include "sim/explore/universe.hpp"

namespace concordat::explore {

struct Known {
  explicit Known(const CheckRequest& asked)
      : request(asked), steps(asked), menus(steps), channels(steps), symmetry(asked, steps) {
    if (asked.search.partial_order) partial_order = find_universe();
  }

  /// Null if it was not asked for, or is off.
  Symmetry* symmetry_or_null() {
    return request.search.symmetry && symmetry.on() ? &symmetry : nullptr;
  }

  /// For an expander of its own. Null if it was not asked for, or is off.
  std::unique_ptr<PartialOrder> new_partial_order() const {
    return universe ? std::make_unique<PartialOrder>(*universe, request, steps) : nullptr;
  }

  /// A hash of the question, so that a checkpoint answers no other.
  std::uint64_t question() const;
  void save(CheckpointWriter& out) const {
    steps.save(out);
    steps.controls().save(out);
    channels.save(out);
  }
  bool load(CheckpointReader& in) {
    const bool loaded = steps.load(in) && steps.controls().load(in) && channels.load(in);
    menus.grow();
    return loaded;
  }

  const CheckRequest& request;
  StepTable steps;
  Menus menus;
  Channels channels;
  Symmetry symmetry;
  std::unique_ptr<const Universe> universe;  // null: no partial order reduction
  std::string partial_order;                 // as CheckResult::partial_order

 private:
  std::string find_universe();
};

}  // namespace concordat::explore
