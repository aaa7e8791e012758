// Short ways to write events and to look into worlds, for tests that play a schedule by hand.
#pragma once

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace concordat {

inline Event event_at(EventKind kind, int node, int slot = -1) {
  Event event;
  event.kind = kind;
  event.node = node;
  event.slot = slot;
  return event;
}

template <class M>
Envelope envelope(int from, int to, M message, int tx = 1) {
  return {tx, ProcessId::at(from), ProcessId::at(to), MessageBlob::of(message)};
}

template <class M>
Event on_message(EventKind kind, int from, int to, M message, int tx = 1) {
  Event event = event_at(kind, kind == EventKind::lose ? -1 : to);
  event.message = envelope(from, to, message, tx);
  return event;
}

template <class M>
Event deliver(int from, int to, M message, int tx = 1) {
  return on_message(EventKind::deliver, from, to, message, tx);
}

template <class T>
Event timeout(int node, T timer, int slot = 0) {
  Event event = event_at(EventKind::timeout, node, slot);
  event.timer = static_cast<int>(timer);
  return event;
}

inline Event recover(int node, int kept = 0) {
  Event event = event_at(EventKind::recover, node);
  event.kept = kept;
  return event;
}

inline Event partition(std::vector<std::uint32_t> groups, bool one_way = false) {
  Event event = event_at(EventKind::partition, -1);
  event.groups = std::move(groups);
  event.one_way = one_way;
  return event;
}

/// A world that a test moves step by step, with counters of what happened.
class Play {
 public:
  explicit Play(std::shared_ptr<const Model> what, Rules how = {})
      : model(std::move(what)), rules(how), world(initial_world(*model)) {}

  bool can(const Event& event) const {
    World copy = world;
    return apply(*model, rules, copy, event).has_value();
  }
  /// Performs the event; a test fails if it is not enabled.
  Play& did(const Event& event) {
    const auto report = apply(*model, rules, world, event);
    EXPECT_TRUE(report.has_value()) << enum_name(event.kind) << " is not enabled";
    if (!report) return *this;
    last = *report;
    for (int i = 0; i < static_cast<int>(last.step.effects.size()); ++i) {
      messages += last.step.sent_by(i).size();
      const bool forces = last.step.effects[static_cast<std::size_t>(i)].kind == EffectKind::force;
      if (forces && last.step.happened(i)) ++forced;
    }
    return *this;
  }
  /// Delivers whatever can be delivered, in canonical order, until nothing is in flight.
  Play& drain() {
    for (int i = 0; i < 1'000 && !world.network.empty(); ++i) {
      Event event = event_at(EventKind::deliver, 0);
      event.message = world.network.front().envelope;
      event.node = model->setup().node_of(event.message.to);
      did(event);
    }
    return *this;
  }

  template <class M>
  int in_flight(int from, int to, M message, int tx = 1) const {
    int count = 0;
    for (const Flight& flight : world.network)
      if (flight.envelope == envelope(from, to, message, tx)) count += flight.fresh + flight.stale;
    return count;
  }
  LocalState& node(int index) { return world.nodes[static_cast<std::size_t>(index)]; }
  const History& history(int process, int tx = 1) const {
    return state_of(*model, world, tx, ProcessId::at(process)).history;
  }

  std::shared_ptr<const Model> model;
  Rules rules;
  World world;
  StepReport last;
  int messages = 0;
  int forced = 0;
};

}  // namespace concordat
