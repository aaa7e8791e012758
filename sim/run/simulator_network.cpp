// Messages: from the step that sends them to the process that handles them.
//
// A message is put under way when its step begins, and leaves when the forces before it are done.
// From then on it has its latency. What cannot be handled on arrival (the receiver is down, paused,
// not started, or behind a partition that holds messages) is parked at the receiver's node; what
// comes while its process is busy waits in line there.
#include <algorithm>

#include "sim/run/simulator.hpp"

namespace concordat {

using scenario::MessageFault;

std::deque<std::uint32_t>& Simulator::channel_of(const Envelope& envelope) {
  const std::size_t processes = setup_.processes.size();
  return channels_[static_cast<std::size_t>(envelope.from.index()) * processes +
                   static_cast<std::size_t>(envelope.to.index())];
}

/// Whether as many equal messages are under way as the scenario lets be told apart.
bool Simulator::absorbed(const Envelope& envelope) const {
  if (rules_.copies == Rules::any_number) return false;
  const auto equal = [&](const Message& other) {
    return other.alive && other.envelope == envelope;
  };
  return std::count_if(messages_.begin(), messages_.end(), equal) >= rules_.copies;
}

void Simulator::put(const Envelope& envelope, Runner& runner) {
  const int from = runner.node;
  const int to = setup_.node_of(envelope.to);
  const bool lost = rules_.across_cut == AcrossCut::lose && !connected(from, to);
  if (lost || absorbed(envelope)) {
    if (!lost) settle_messages_to(to);
    return runner.out.push_back({none, 0, lost});
  }
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(messages_.size());
    messages_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Message& message = messages_[index];
  message.envelope = envelope;
  message.from_node = from;
  message.to_node = to;
  message.alive = true;
  message.departed = message.arrived = message.duplicated = message.held = false;
  message.position = runner.position;
  hold(envelope.tx, 1);
  if (rules_.delivery == Delivery::fifo) channel_of(envelope).push_back(index);
  runner.out.push_back({index, message.token, false});
}

void Simulator::free_message(std::uint32_t index) {
  Message& message = messages_[index];
  if (rules_.delivery == Delivery::fifo) leave_channel(index);
  message.alive = false;
  ++message.token;
  free_.push_back(index);
  hold(message.envelope.tx, -1);
}

/// Under fifo: the next one in the channel may already have arrived.
void Simulator::leave_channel(std::uint32_t index) {
  auto& channel = channel_of(messages_[index].envelope);
  const bool first = channel.front() == index;
  channel.erase(std::find(channel.begin(), channel.end(), index));
  if (!first || channel.empty()) return;
  Message& next = messages_[channel.front()];
  if (!next.arrived) return;
  next.arrived = false;
  push(now_, {Kind::arrival, 0, channel.front(), next.token});
}

/// The message leaves its sender, unless it has been lost or absorbed since its step began.
void Simulator::depart(MessageRef ref, bool is_local) {
  ++(is_local ? summary_.counts.local_messages : summary_.counts.messages);
  if (ref.index == none || messages_[ref.index].token != ref.token) {
    if (ref.index != none || ref.lost) ++summary_.counts.lost;
    return;
  }
  Message& message = messages_[ref.index];
  message.departed = true;
  const auto link =
      static_cast<std::size_t>(message.from_node * setup_.node_count() + message.to_node);
  const auto model = static_cast<std::size_t>(timed_.link[link]);
  std::int64_t latency = timed_.latencies[model].draw(latency_[link]).us;
  if (message.from_node == message.to_node) return schedule_arrival(ref.index, now_ + latency);
  // Every message draws from each stream, so that a fault does not shift those of later messages.
  const auto& random = timed_.random;
  const bool exposed = !random.until || now_ < random.until->us;
  const bool lost = exposed && lose_.chance(random.lose);
  const bool duplicated = exposed && duplicate_.chance(random.duplicate);
  if (exposed && delay_.chance(random.delay)) latency += random.delay_by.draw(delay_by_).us;
  if (plan_has_messages_) {
    if (const auto index = plan_.of_message(message.envelope, now_)) {
      plan_.used(*index);
      const auto& fault = std::get<MessageFault>(plan_.fault(*index));
      switch (fault.kind) {
        case MessageFault::Kind::lose: return lose(ref.index);
        case MessageFault::Kind::duplicate: message.duplicated = true; break;
        case MessageFault::Kind::delay: latency += fault.by->value.us; break;
        case MessageFault::Kind::reorder:
          latency += fault.by ? fault.by->value.us : scenario::Timed::usual_reorder.us;
          message.held = true;
          held_.push_back(ref);
          break;
      }
    }
  }
  if (lost) return lose(ref.index);
  message.duplicated = message.duplicated || duplicated;
  schedule_arrival(ref.index, now_ + latency);
}

void Simulator::schedule_arrival(std::uint32_t index, std::int64_t time) {
  push(time, {Kind::arrival, 0, index, messages_[index].token});
}

/// The network loses the message, as an event of its own.
void Simulator::lose(std::uint32_t index) {
  Event event;
  event.kind = EventKind::lose;
  event.message = messages_[index].envelope;
  ++used_.losses;
  ++summary_.counts.lost;
  settle_messages_to(messages_[index].to_node);
  log(event);
  if (rules_.delivery == Delivery::fifo) {
    // Of equal messages in a channel it is the first that is lost; which of them carries the later
    // arrival does not matter.
    auto& channel = channel_of(event.message);
    const auto first = std::find_if(channel.begin(), channel.end(), [&](std::uint32_t other) {
      return messages_[other].envelope == event.message;
    });
    std::iter_swap(first, std::find(channel.begin(), channel.end(), index));
  }
  free_message(index);
}

void Simulator::on_arrival(const Entry& entry) {
  Message& message = messages_[entry.index];
  if (message.token != entry.token) return;
  const int node = message.to_node;
  const LocalState& state = local(node);
  const bool remote = message.from_node != node;
  if (!state.up && remote && rules_.in_flight == InFlight::drop) return lose(entry.index);
  const std::uint32_t slot =
      slot_id(node, setup_.local_slot(message.envelope.tx, message.envelope.to));
  if (!state.up || state.paused || !this->state(slot).started ||
      !connected(message.from_node, node))
    return park(node, entry);
  if (rules_.delivery == Delivery::fifo && channel_of(message.envelope).front() != entry.index) {
    message.arrived = true;
    return;
  }
  if (busy(slot)) {
    slots_[slot].deferred.push_back({Kind::arrival, 0, entry.index, entry.token});
    return;
  }
  deliver(entry.index);
}

void Simulator::deliver(std::uint32_t index) {
  const Message& message = messages_[index];
  const int node = message.to_node;
  LocalEvent event;
  event.kind = LocalEventKind::message;
  event.slot = setup_.local_slot(message.envelope.tx, message.envelope.to);
  event.from = message.envelope.from;
  event.message = message.envelope.message;
  const bool again = message.duplicated && rules_.delivery != Delivery::duplicating;
  const EventKind kind = again ? EventKind::duplicate : EventKind::deliver;
  if (perform(kind, node, slot_id(node, event.slot), event, index)) return;
  at(node).declined = true;
  park(node, {Kind::arrival, 0, index, message.token});
}

/// The message's step has begun: it is no longer under way, unless it comes once more.
void Simulator::take(std::uint32_t index, EventKind kind) {
  Message& message = messages_[index];
  if (!held_.empty()) release_held(message.envelope);
  if (kind == EventKind::duplicate) ++used_.duplicates;
  if (!message.duplicated) return free_message(index);
  message.duplicated = false;
  const auto link =
      static_cast<std::size_t>(message.from_node * setup_.node_count() + message.to_node);
  const auto model = static_cast<std::size_t>(timed_.link[link]);
  schedule_arrival(index, now_ + timed_.latencies[model].draw(latency_[link]).us);
}

/// A message that was held back until it is overtaken comes right after this one.
void Simulator::release_held(const Envelope& overtaker) {
  for (const MessageRef ref : held_) {
    Message& message = messages_[ref.index];
    if (message.token != ref.token || !message.held || message.envelope.from != overtaker.from ||
        message.envelope.to != overtaker.to || message.envelope == overtaker)
      continue;
    message.held = false;
    ++message.token;  // its later arrival is void
    push(now_, {Kind::arrival, 0, ref.index, message.token});
  }
  std::erase_if(held_, [&](const MessageRef& ref) {
    return !messages_[ref.index].alive || !messages_[ref.index].held;
  });
}

/// Whether a crash of `node` that stands at `position` in the run takes the message with it. One
/// that was sent later is still under way then, for a crash inside a step stands at its start.
bool Simulator::lost_by_crash(const Message& message, int node, std::uint64_t position) const {
  if (!message.alive || message.to_node != node) return false;
  const bool from_itself = message.from_node == node;
  return from_itself || (rules_.in_flight == InFlight::drop && message.position <= position);
}

/// Something has happened that rests on the messages towards `node` as they are. A crash inside the
/// node's last step would stand before it in the run, and might take them away.
void Simulator::settle_messages_to(int node) {
  if (rules_.in_flight == InFlight::drop) at(node).last_can_crash = false;
}

void Simulator::crash_network(int node, std::uint64_t position) {
  for (std::uint32_t i = 0; i < messages_.size(); ++i) {
    if (!lost_by_crash(messages_[i], node, position)) continue;
    if (messages_[i].departed) ++summary_.counts.lost;
    free_message(i);
  }
}

}  // namespace concordat
