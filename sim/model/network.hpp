// The messages in flight, and what a crash or a partition does to them.
#pragma once

#include <vector>

#include "sim/model/world.hpp"

namespace concordat::network {

/// Puts a message in flight. RETURNS: false if an equal copy absorbed it.
bool put(const Rules& rules, World& world, const Envelope& envelope);

/// The flight of this message, or null.
const Flight* find(const World& world, const Envelope& envelope);

/// Takes one copy out; with `stays`, a stale copy remains. REQUIRES: a copy is in flight.
void take(const Rules& rules, World& world, const Envelope& envelope, bool stays);

/// Whether `flight` may be delivered now: the receiver runs, has started and can be reached, and
/// under fifo nothing is before it.
bool deliverable(const Model& model, const Rules& rules, const World& world, const Flight& flight);

/// Whether the message passes between nodes, so that faults of the network can touch it.
bool is_remote(const Model& model, const Envelope& envelope);

/// Removes every flight for which `gone` holds. RETURNS: their fresh copies.
template <class Gone>
std::vector<Envelope> remove(World& world, Gone gone) {
  std::vector<Envelope> removed;
  std::erase_if(world.network, [&](const Flight& flight) {
    if (!gone(flight.envelope)) return false;
    for (int i = 0; i < flight.fresh; ++i)
      removed.push_back(flight.envelope);
    return true;
  });
  return removed;
}

}  // namespace concordat::network
