#include "sim/model/network.hpp"

#include <algorithm>
#include <tuple>

namespace concordat::network {

namespace {

bool before(const Envelope& a, const Envelope& b) {
  return std::tuple(a.tx, a.from.index(), a.to.index(), a.message) <
         std::tuple(b.tx, b.from.index(), b.to.index(), b.message);
}

bool same_channel(const Envelope& a, const Envelope& b) {
  return a.from == b.from && a.to == b.to;
}

/// Whether copies that were delivered once are told apart: only synchronous timers ask.
bool counts_stale(const Rules& rules) {
  return rules.timers_wait();
}

}  // namespace

const Flight* find(const World& world, const Envelope& envelope) {
  const auto it = std::find_if(world.network.begin(),
                               world.network.end(),
                               [&](const Flight& flight) { return flight.envelope == envelope; });
  return it == world.network.end() ? nullptr : &*it;
}

bool put(const Rules& rules, World& world, const Envelope& envelope) {
  const auto equal = [&](const Flight& flight) { return flight.envelope == envelope; };
  const auto it = std::find_if(world.network.begin(), world.network.end(), equal);
  if (it != world.network.end() && rules.delivery != Delivery::fifo) {
    if (it->fresh + it->stale < rules.copies) {
      ++it->fresh;
      return true;
    }
    // A stale copy that absorbs a new message has to arrive again.
    if (it->stale > 0) {
      --it->stale;
      ++it->fresh;
    }
    return false;
  }
  if (rules.delivery == Delivery::fifo) {
    if (std::count_if(world.network.begin(), world.network.end(), equal) >= rules.copies)
      return false;
    const auto end =
        std::find_if(world.network.rbegin(), world.network.rend(), [&](const Flight& flight) {
          return same_channel(flight.envelope, envelope) ||
                 std::pair(flight.envelope.from.index(), flight.envelope.to.index()) <
                     std::pair(envelope.from.index(), envelope.to.index());
        });
    world.network.insert(end.base(), {envelope, 1, 0});
    return true;
  }
  const auto place =
      std::find_if(world.network.begin(), world.network.end(), [&](const Flight& flight) {
        return before(envelope, flight.envelope);
      });
  world.network.insert(place, {envelope, 1, 0});
  return true;
}

void take(const Rules& rules, World& world, const Envelope& envelope, bool stays) {
  const auto it = std::find_if(world.network.begin(),
                               world.network.end(),
                               [&](const Flight& flight) { return flight.envelope == envelope; });
  check(it != world.network.end(), "a message is taken while a copy is in flight");
  if (stays) {
    if (counts_stale(rules) && it->fresh > 0) {
      --it->fresh;
      ++it->stale;
    }
    return;
  }
  --(it->fresh > 0 ? it->fresh : it->stale);
  if (it->fresh + it->stale == 0) world.network.erase(it);
}

bool is_remote(const Model& model, const Envelope& envelope) {
  return model.setup().node_of(envelope.from) != model.setup().node_of(envelope.to);
}

bool deliverable(const Model& model, const Rules& rules, const World& world, const Flight& flight) {
  const Envelope& envelope = flight.envelope;
  const int from = model.setup().node_of(envelope.from);
  const int to = model.setup().node_of(envelope.to);
  const LocalState& receiver = world.nodes[static_cast<std::size_t>(to)];
  if (!receiver.up || receiver.paused || !world.connected(from, to)) return false;
  if (!state_of(model, world, envelope.tx, envelope.to).started) return false;
  if (rules.delivery != Delivery::fifo) return true;
  const auto first =
      std::find_if(world.network.begin(), world.network.end(), [&](const Flight& other) {
        return same_channel(other.envelope, envelope);
      });
  return &*first == &flight;
}

}  // namespace concordat::network
