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

std::string key_of(const World& world) {
  using key::put;
  std::string key;
  for (const LocalState& node : world.nodes)
    append_key(node, key);
  put(key, world.network.size());
  for (const Flight& flight : world.network) {
    put(key, static_cast<std::uint64_t>(flight.envelope.tx));
    put(key, static_cast<std::uint64_t>(flight.envelope.from.index()));
    put(key, static_cast<std::uint64_t>(flight.envelope.to.index()));
    put(key, flight.envelope.message);
    put(key, static_cast<std::uint64_t>(flight.fresh));
    put(key, static_cast<std::uint64_t>(flight.stale));
  }
  for (const std::uint32_t mask : world.cut)
    put(key, mask);
  for (const int count : {world.used.crashes,
                          world.used.recoveries,
                          world.used.losses,
                          world.used.duplicates,
                          world.used.partitions,
                          world.used.pauses,
                          world.used.others})
    put(key, static_cast<std::uint64_t>(count));
  return key;
}

}  // namespace concordat
