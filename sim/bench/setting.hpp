// A benchmark ready to run: the file's names have become models, distributions and numbers. It does
// not change any more; runs on several threads share it.
#pragma once

#include <memory>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/result.hpp"
#include "sim/base/zipf.hpp"
#include "sim/model/registry.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/timed.hpp"

namespace concordat::bench {

/// Transactions with the same processes and the same work. The nodes of its model are places: a
/// participant's is on one of the cluster's nodes, drawn for each transaction; every other one is a
/// service of the transaction's coordinator, with a node of its own.
struct Shape {
  std::unique_ptr<Model> model;
  int participants = 0;
  int readers = 0;           // the last ones; they change nothing
  std::vector<int> service;  // per place: its number among the services; -1: a participant's
};

/// From the end of one to the next, and how long it lasts.
struct Gaps {
  Distribution every;
  Distribution lasts;
};

struct Setting {
  scenario::Bench bench;
  std::vector<Shape> shapes;  // see index_of; those that are never drawn have no model
  int least_participants = 0;
  int most_participants = 0;
  int services = 0;  // nodes of a coordinator, itself included

  scenario::Timed timed;  // timeouts, retries, chances, limit, clock error
  bool has_limit = false;
  Rules rules;
  Distribution arrival_gap, think;
  Distribution latency;               // without sites
  std::vector<Distribution> between;  // [from's site * sites + to's site]
  Distribution delay_by;
  Distribution force, slow_force;
  Zipf keys{1, 0};
  std::optional<Gaps> participant_crash, coordinator_crash, service_crash, pause, slow, partition;
  bool has_network_faults = false;
  bool answers = true;        // clients are told; else the last decision counts as the answer
  std::int64_t drain_us = 0;  // so long after the last arrival the run ends at the latest

  std::size_t index_of(int participants, int readers) const {
    return static_cast<std::size_t>((participants - least_participants) * (most_participants + 1) +
                                    readers);
  }
  int sites() const { return static_cast<int>(bench.sites.size()); }
  int node_count() const { return bench.nodes + bench.coordinators * services; }
  /// Nodes, and coordinators with their services, are spread over the sites evenly.
  int site_of(int node) const {
    return (node < bench.nodes ? node : (node - bench.nodes) / services) % sites();
  }
  const Distribution& latency_between(int from, int to) const {
    if (between.empty()) return latency;
    return between[static_cast<std::size_t>(site_of(from) * sites() + site_of(to))];
  }
  /// Whose node it is: -1 a participant's, else the number of a service; 0 is the coordinator.
  int service_of(int node) const {
    return node < bench.nodes ? -1 : (node - bench.nodes) % services;
  }
  const std::optional<Gaps>& crash_of(int node) const {
    const int service = service_of(node);
    return service < 0 ? participant_crash : service == 0 ? coordinator_crash : service_crash;
  }
};

/// ERRORS: those of binding the scenario; what a benchmark cannot do; more participants than nodes;
/// a key of the file that speaks of single processes.
/// REQUIRES: the scenario has a `bench:`.
Result<Setting> prepare(const scenario::Scenario& scenario, const Registry& registry);

/// A transaction of the benchmark by itself, with the same work and times, as a scenario to run,
/// check or look at. ERRORS: those of binding the scenario.
Result<scenario::Scenario> single_transaction(const scenario::Scenario& scenario,
                                              const Registry& registry,
                                              int participants,
                                              int readers);

/// The same benchmark of another protocol: its processes and options, the file's workload, times
/// and failures.
scenario::Scenario contend(const scenario::Scenario& scenario,
                           const scenario::Contender& contender,
                           const Registry& registry);

}  // namespace concordat::bench
