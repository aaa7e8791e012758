#include "sim/model/world.hpp"

#include <algorithm>

#include "sim/model/key.hpp"
#include "sim/model/moves.hpp"

namespace concordat {

bool World::partitioned() const {
  return std::any_of(cut.begin(), cut.end(), [](std::uint32_t mask) { return mask != 0; });
}

std::string describe_copies(const Rules& rules) {
  if (rules.copies == Rules::any_number) return "bag";
  return rules.copies == 1 ? "set" : "bag of " + std::to_string(rules.copies);
}

Budget Budget::everything() {
  Budget budget;
  budget.crashes = budget.recoveries = budget.losses = unlimited;
  budget.duplicates = budget.partitions = budget.pauses = unlimited;
  budget.early_timeouts = unlimited;
  budget.operators = true;
  return budget;
}

namespace {

using moves::left;

bool limits(const CrashLimit& limit, int node) {
  return (limit.nodes >> static_cast<unsigned>(node) & 1U) != 0;
}

}  // namespace

std::uint32_t may_crash(const Budget& budget, const FaultCounts& used) {
  if (!left(budget.crashes, used.crashes)) return 0;
  std::uint32_t nodes = budget.may_crash;
  for (std::size_t i = 0; i < budget.crash_limits.size(); ++i)
    if (!left(budget.crash_limits[i].crashes, used.limited[i]))
      nodes &= ~budget.crash_limits[i].nodes;
  return nodes;
}

void settle(const Budget& budget, int crashed, FaultCounts& used) {
  const auto saturate = [](int limit, int& count) {
    if (limit == Budget::unlimited) count = std::min(count, 1);
  };
  saturate(budget.crashes, used.crashes);
  saturate(budget.recoveries, used.recoveries);
  saturate(budget.losses, used.losses);
  saturate(budget.duplicates, used.duplicates);
  saturate(budget.partitions, used.partitions);
  saturate(budget.pauses, used.pauses);
  saturate(budget.early_timeouts, used.early_timeouts);
  used.others = std::min(used.others, 1);
  if (crashed < 0) return;
  for (std::size_t i = 0; i < budget.crash_limits.size(); ++i) {
    if (limits(budget.crash_limits[i], crashed)) ++used.limited[i];
    saturate(budget.crash_limits[i].crashes, used.limited[i]);
  }
}

World initial_world(const Model& model) {
  World world;
  for (int node = 0; node < model.setup().node_count(); ++node)
    world.nodes.push_back(model.initial(node));
  world.cut.assign(world.nodes.size(), 0);
  return world;
}

void append_key(const Envelope& envelope, std::string& key) {
  key::put(key, static_cast<std::uint64_t>(envelope.tx));
  key::put(key, static_cast<std::uint64_t>(envelope.from.index()));
  key::put(key, static_cast<std::uint64_t>(envelope.to.index()));
  key::put(key, envelope.message);
}

void append_key(const FaultCounts& used, std::string& key) {
  for (const int count : {used.crashes,
                          used.recoveries,
                          used.losses,
                          used.duplicates,
                          used.partitions,
                          used.pauses,
                          used.others})
    key::put(key, static_cast<std::uint64_t>(count));
  for (const int count : used.limited)
    key::put(key, static_cast<std::uint64_t>(count));
  // Nothing ever stands behind it, so what is usual needs no place.
  if (used.early_timeouts != 0) key::put(key, static_cast<std::uint64_t>(used.early_timeouts));
}

std::string key_of(const World& world) {
  using key::put;
  std::string key;
  for (const LocalState& node : world.nodes)
    append_key(node, key);
  put(key, world.network.size());
  for (const Flight& flight : world.network) {
    append_key(flight.envelope, key);
    put(key, static_cast<std::uint64_t>(flight.fresh));
    put(key, static_cast<std::uint64_t>(flight.stale));
  }
  for (const std::uint32_t mask : world.cut)
    put(key, mask);
  append_key(world.used, key);
  return key;
}

}  // namespace concordat
