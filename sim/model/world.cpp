#include "sim/model/world.hpp"

#include <algorithm>

#include "sim/model/key.hpp"

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
  budget.operators = true;
  return budget;
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
