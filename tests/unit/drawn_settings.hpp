// Rules and budgets drawn at random, for tests that compare engines on settings of every kind.
#pragma once

#include "sim/base/random.hpp"
#include "sim/model/world.hpp"

namespace concordat {

/// Any rules and any budget, small faults more often than large ones.
inline void draw(Random& random, Rules& rules, Budget& budget) {
  const auto pick = [&](std::uint64_t count) { return static_cast<int>(random.below(count)); };
  const auto few = [&] {
    const int drawn = pick(6);
    return drawn < 4 ? 0 : drawn == 4 ? 1 : pick(2) == 0 ? 2 : Budget::unlimited;
  };
  rules.timing = static_cast<TimingModel>(pick(3));
  rules.delivery = static_cast<Delivery>(pick(3));
  rules.copies = 1 + pick(2);
  rules.in_flight = static_cast<InFlight>(pick(2));
  rules.across_cut = static_cast<AcrossCut>(pick(2));
  rules.tail = static_cast<TailRule>(pick(3));
  rules.crash_points = static_cast<CrashPoints>(pick(2));
  budget.crashes = pick(4) == 3 ? 2 : pick(2);
  budget.recoveries = few();
  budget.losses = few();
  budget.duplicates = few();
  budget.partitions = few();
  budget.pauses = few();
  budget.early_timeouts = few();
  budget.heal = pick(2) == 0;
  budget.one_way = pick(2) == 0;
  budget.operators = pick(2) == 0;
  if (pick(3) == 0) budget.may_crash = 1U << static_cast<unsigned>(pick(3));
}

/// Sometimes a writer outside the protocol, if the model has rows.
inline void draw_writes(Random& random, const Model& model, Budget& budget) {
  const Setup& setup = model.setup();
  for (int node = 0; node < setup.node_count(); ++node)
    for (const auto& [row, content] : setup.rows[static_cast<std::size_t>(node)])
      if (random.below(3) == 0)
        budget.outside_writes.push_back({node, row, static_cast<int>(random.below(4))});
}

}  // namespace concordat
