#include "sim/run/campaign.hpp"

#include <algorithm>

namespace concordat {

namespace {

void add_counts(RunCounts& to, const RunCounts& from) {
  to.messages += from.messages;
  to.local_messages += from.local_messages;
  to.lost += from.lost;
  to.forces += from.forces;
  to.records += from.records;
}

void add_faults(FaultCounts& to, const FaultCounts& from) {
  to.crashes += from.crashes;
  to.recoveries += from.recoveries;
  to.losses += from.losses;
  to.duplicates += from.duplicates;
  to.partitions += from.partitions;
  to.pauses += from.pauses;
  to.others += from.others;
}

std::string outcome_of(const RunSummary& run) {
  const bool commit = run.committed + run.split > 0;
  const bool abort = run.aborted + run.split > 0;
  return commit && abort ? "mixed" : commit ? "commit" : abort ? "abort" : "none";
}

std::vector<Unmet> unmet_by_figures(const scenario::Expect& expect, const RunSummary& run) {
  std::vector<Unmet> out;
  const auto& all = safety_properties();
  for (const auto& entry : expect.properties)
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string got(enum_name(run.properties[i]));
      if (all[i].name == entry.key.value && got != entry.value.value)
        out.push_back(
            {entry.key.at, entry.key.value + ": expected " + entry.value.value + ", got " + got});
    }
  const std::string outcome = outcome_of(run);
  if (expect.outcome && expect.outcome->value != outcome)
    out.push_back(
        {expect.outcome->at, "outcome: expected " + expect.outcome->value + ", got " + outcome});
  if (const auto& within = expect.answered_within) {
    const std::int64_t told = run.commit_us.count() + run.abort_us.count();
    const std::int64_t longest = std::max(run.commit_us.max(), run.abort_us.max());
    if (told < run.transactions)
      out.push_back({within->at, "answered_within: a client was never told"});
    if (longest > within->value.us)
      out.push_back({within->at,
                     "answered_within: expected at most " + format(within->value) +
                         ", a client was told after " + format(Duration{longest})});
  }
  return out;
}

/// As `violations` of a trace.
std::vector<Unmet> violated_properties(const RunSummary& run) {
  std::vector<Unmet> out;
  const auto& all = safety_properties();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (run.properties[i] == WatchStatus::violated && all[i].code != "VAs")
      out.push_back({{}, std::string(all[i].name) + " is violated"});
  return out;
}

}  // namespace

void Campaign::add(const RunSummary& run) {
  ++runs;
  events += run.events;
  transactions += run.transactions;
  committed += run.committed;
  aborted += run.aborted;
  split += run.split;
  undecided += run.undecided;
  ++ended[static_cast<std::size_t>(run.ended)];
  add_counts(counts, run.counts);
  add_faults(faults, run.faults);
  properties.resize(run.properties.size());
  for (std::size_t i = 0; i < run.properties.size(); ++i)
    switch (run.properties[i]) {
      case WatchStatus::ok: ++properties[i].ok; break;
      case WatchStatus::violated: ++properties[i].violated; break;
      case WatchStatus::not_reached: ++properties[i].not_reached; break;
    }
  commit_us.add(run.commit_us);
  abort_us.add(run.abort_us);
  doubt_us.add(run.doubt_us);
  if (run.unused_fault) ++unused_fault_runs;
  fingerprint += Random::mix(run.fingerprint ^ run.seed);
}

void Campaign::add(const Campaign& other) {
  runs += other.runs;
  events += other.events;
  transactions += other.transactions;
  committed += other.committed;
  aborted += other.aborted;
  split += other.split;
  undecided += other.undecided;
  for (std::size_t i = 0; i < ended.size(); ++i)
    ended[i] += other.ended[i];
  add_counts(counts, other.counts);
  add_faults(faults, other.faults);
  properties.resize(std::max(properties.size(), other.properties.size()));
  for (std::size_t i = 0; i < other.properties.size(); ++i) {
    properties[i].ok += other.properties[i].ok;
    properties[i].violated += other.properties[i].violated;
    properties[i].not_reached += other.properties[i].not_reached;
  }
  commit_us.add(other.commit_us);
  abort_us.add(other.abort_us);
  doubt_us.add(other.doubt_us);
  unused_fault_runs += other.unused_fault_runs;
  failed += other.failed;
  for (const SeedFailure& failure : other.failures)
    if (failures.size() < failures_max) failures.push_back(failure);
  fingerprint += other.fingerprint;
  coverage.add(other.coverage);
}

Campaign run_seeds(const scenario::Scenario& scenario,
                   const scenario::Bound& bound,
                   scenario::Seeds seeds,
                   const std::function<bool()>& stop) {
  Simulator simulator = make_simulator(scenario, bound);
  const bool by_figures = !scenario.expect || !scenario::needs_trace(*scenario.expect);
  Campaign campaign;
  for (std::uint64_t seed = seeds.first;; ++seed) {
    if (stop && stop()) break;
    const RunSummary& run = simulator.run(seed);
    campaign.add(run);
    std::vector<Unmet> problems =
        !scenario.expect ? violated_properties(run)
        : by_figures     ? unmet_by_figures(*scenario.expect, run)
                         : unmet(*scenario.expect, run_timed(scenario, bound, seed).run.trace);
    if (!problems.empty()) {
      ++campaign.failed;
      if (campaign.failures.size() < Campaign::failures_max)
        campaign.failures.push_back({seed, std::move(problems)});
    }
    if (seed == seeds.last) break;
  }
  campaign.coverage = simulator.coverage();
  return campaign;
}

}  // namespace concordat
