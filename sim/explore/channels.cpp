#include "sim/explore/channels.hpp"

#include "sim/explore/hash.hpp"
#include "sim/model/key.hpp"
#include "sim/model/network.hpp"

namespace concordat::explore {

namespace {
constexpr std::uint64_t channel_seed = 3;
}

int Channels::channel_of(std::uint32_t message) {
  while (channel_of_.size() <= message) {
    const Envelope& envelope = steps_.envelope(static_cast<std::uint32_t>(channel_of_.size()));
    const auto [entry, is_new] =
        channel_ids_.try_emplace({envelope.from.index(), envelope.to.index()}, channel_count());
    channel_of_.push_back(entry->second);
  }
  return channel_of_[message];
}

std::uint32_t Channels::work_out(std::uint32_t content, std::uint32_t message, Change change) {
  learned_.push_back({content, message, static_cast<std::uint32_t>(change)});
  World world;
  world.network = contents_[content].flights;
  const Envelope& envelope = steps_.envelope(message);
  if (change == Change::put)
    network::put(steps_.rules(), world, envelope);
  else
    network::take(steps_.rules(), world, envelope, change == Change::take_copy);
  const std::uint32_t after = intern(std::move(world.network));
  contents_[content].known.push_back({message, change, after});
  return after;
}

std::uint32_t Channels::intern(std::vector<Flight>&& flights) {
  std::string key;
  for (const Flight& flight : flights) {
    append_key(flight.envelope, key);
    key::put(key, static_cast<std::uint64_t>(flight.fresh));
    key::put(key, static_cast<std::uint64_t>(flight.stale));
  }
  const auto id = static_cast<std::uint32_t>(contents_.size());
  const auto [entry, is_new] = ids_.try_emplace(key, id);
  if (!is_new) return entry->second;
  Content content;
  content.hash = hash_bytes(key, channel_seed);
  const bool fifo = steps_.rules().delivery == Delivery::fifo;
  for (const Flight& flight : flights) {
    const std::uint32_t message = steps_.intern(flight.envelope);
    bool seen = false;  // under fifo equal messages are flights of their own
    for (const Entry& entry_before : content.entries)
      seen = seen || entry_before.message == message;
    if (!seen)
      content.entries.push_back({message, flight.fresh > 0, !fifo || content.entries.empty()});
  }
  content.flights = std::move(flights);
  contents_.push_back(std::move(content));
  return id;
}

bool Channels::load(CheckpointReader& in) {
  for (const Learned& learned : in.get_all<Learned>()) {
    if (learned.content >= contents_.size() || learned.change > 2) return false;
    if (learned.message >= static_cast<std::uint32_t>(steps_.message_count())) return false;
    channel_of(learned.message);
    change(learned.content, learned.message, static_cast<Change>(learned.change));
  }
  return !in.failed();
}

}  // namespace concordat::explore
