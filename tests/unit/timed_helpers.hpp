// Timed runs for tests: the usual latencies, without a scenario file.
#pragma once

#include <memory>
#include <vector>

#include "sim/run/simulator.hpp"

namespace concordat {

/// Constant latency and force on every link and disk, 100 ms for every timer.
inline scenario::Timed plain_timed(const Model& model,
                                   std::int64_t latency_us = 5'000,
                                   std::int64_t force_us = 2'000) {
  scenario::Timed timed;
  const auto nodes = static_cast<std::size_t>(model.setup().node_count());
  DistributionSpec latency;
  latency.first = {latency_us};
  DistributionSpec force;
  force.first = {force_us};
  timed.latencies = {Distribution(), Distribution(latency)};
  for (std::size_t from = 0; from < nodes; ++from)
    for (std::size_t to = 0; to < nodes; ++to)
      timed.link.push_back(from == to ? 0 : 1);
  timed.forces = {Distribution(force)};
  timed.disk.assign(nodes, 0);
  timed.timeouts.assign(model.info().timers.size(), scenario::Timed::usual_timeout);
  for (int timer = 0; timer < static_cast<int>(model.info().timers.size()); ++timer)
    timed.retries.push_back(model.rank(timer) == retry_rank);
  timed.clocks.resize(nodes);
  return timed;
}

/// The rules of a timed run: every copy of a message counts.
inline Rules timed_rules() {
  Rules rules;
  rules.copies = Rules::any_number;
  rules.keeps.timed_out = true;
  return rules;
}

/// Random faults of every kind, often enough for runs of some hundred milliseconds, until
/// `until_us`.
inline scenario::Timed::Random every_fault(std::int64_t until_us = 300'000) {
  scenario::Timed::Random random;
  random.crash = {true, {60'000}, Duration{30'000}, ~0U};
  random.partition = {true, {100'000}, Duration{30'000}, ~0U};
  random.pause = {true, {100'000}, Duration{20'000}, ~0U};
  random.inside = {1, 2};
  random.one_way = {1, 3};
  random.lose = {1, 20};
  random.duplicate = {1, 20};
  random.delay = {1, 10};
  DistributionSpec by;
  by.kind = DistributionKind::exponential;
  by.first = {50'000};
  random.delay_by = Distribution(by);
  random.until = Duration{until_us};
  return random;
}

/// Latencies and forces of any length, clocks that differ, and every fault.
inline scenario::Timed rough_timed(const Model& model) {
  scenario::Timed timed = plain_timed(model);
  DistributionSpec latency;
  latency.kind = DistributionKind::exponential;
  latency.first = {5'000};
  timed.latencies[1] = Distribution(latency);
  DistributionSpec force;
  force.kind = DistributionKind::uniform;
  force.first = {500};
  force.last = {4'000};
  timed.forces[0] = Distribution(force);
  timed.clock_error = {1, 10};
  timed.random = every_fault();
  timed.limit = {2'000'000};
  return timed;
}

}  // namespace concordat
