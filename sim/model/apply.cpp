// One event applied to a world.
#include <algorithm>

#include "sim/model/moves.hpp"
#include "sim/model/network.hpp"
#include "sim/model/world.hpp"

namespace concordat {

namespace {

LocalState& node_at(World& world, int node) {
  return world.nodes[static_cast<std::size_t>(node)];
}
const LocalState& node_at(const World& world, int node) {
  return world.nodes[static_cast<std::size_t>(node)];
}

/// Whether a local event can reach the slot: its node runs and it has started.
bool runs(const World& world, int node, int slot) {
  const LocalState& local = node_at(world, node);
  return local.up && !local.paused && local.slots[static_cast<std::size_t>(slot)].started;
}

/// Synchronous timing: whether anything but a timer can still happen by itself.
bool quiet(const Model& model, const Rules& rules, const World& world) {
  for (const LocalState& local : world.nodes) {
    if (!local.up || local.paused) continue;
    if (!local.store.notices().empty()) return false;
    for (const ProcessState& process : local.slots)
      if (!process.started) return false;
  }
  return std::none_of(world.network.begin(), world.network.end(), [&](const Flight& flight) {
    return flight.fresh > 0 && network::deliverable(model, rules, world, flight);
  });
}

/// The lowest rank among armed timers of running nodes, retry timers aside.
int lowest_rank(const Model& model, const World& world) {
  int lowest = retry_rank;
  for (const LocalState& local : world.nodes) {
    if (!local.up || local.paused) continue;
    for (const ProcessState& process : local.slots)
      for (int timer = 0; timer < max_timers; ++timer)
        if ((process.timers >> static_cast<unsigned>(timer) & 1U) != 0)
          lowest = std::min(lowest, model.rank(timer));
  }
  return lowest;
}

/// Whether the timer fires when the bound on delays has passed, and not early.
bool is_due(const Model& model, const Rules& rules, const World& world, int timer) {
  if (!quiet(model, rules, world)) return false;
  const int rank = model.rank(timer);
  return rank == retry_rank || rank <= lowest_rank(model, world);
}

}  // namespace

std::optional<LocalEvent> moves::local_event(const Model& model, const Event& event) {
  LocalEvent local;
  local.slot = event.slot;
  switch (event.kind) {
    case EventKind::start: local.kind = LocalEventKind::start; return local;
    case EventKind::deliver:
    case EventKind::duplicate:
      local.kind = LocalEventKind::message;
      local.slot = model.setup().local_slot(event.message.tx, event.message.to);
      local.from = event.message.from;
      local.message = event.message.message;
      return local;
    case EventKind::timeout:
      local.kind = LocalEventKind::timer;
      local.timer = event.timer;
      return local;
    case EventKind::recover: local.kind = LocalEventKind::recover; return local;
    case EventKind::store:
      local.kind = LocalEventKind::store;
      local.notice = event.notice;
      return local;
    case EventKind::operator_:
      local.kind = LocalEventKind::operator_action;
      local.code = event.code;
      return local;
    case EventKind::client:
      local.kind = LocalEventKind::client;
      local.code = event.code;
      return local;
    case EventKind::lose:
    case EventKind::crash:
    case EventKind::partition:
    case EventKind::heal:
    case EventKind::pause:
    case EventKind::resume:
    case EventKind::write:
    case EventKind::amnesia:
    case EventKind::rename: break;
  }
  return std::nullopt;
}

namespace {

bool crashable(const World& world, int node) {
  return node_at(world, node).up && node_at(world, node).started();
}

}  // namespace

bool moves::possible(const Model& model,
                     const Rules& rules,
                     const World& world,
                     const Event& event) {
  const auto in_flight = [&] { return network::find(world, event.message); };
  switch (event.kind) {
    case EventKind::start: {
      const LocalState& local = node_at(world, event.node);
      return local.up && !local.paused &&
             !local.slots[static_cast<std::size_t>(event.slot)].started;
    }
    case EventKind::deliver: {
      const Flight* flight = in_flight();
      return flight != nullptr && network::deliverable(model, rules, world, *flight);
    }
    case EventKind::duplicate: {
      const Flight* flight = in_flight();
      return flight != nullptr && network::is_remote(model, event.message) &&
             network::deliverable(model, rules, world, *flight);
    }
    case EventKind::lose: return in_flight() != nullptr && network::is_remote(model, event.message);
    case EventKind::timeout: {
      const LocalState& local = node_at(world, event.node);
      const ProcessState& process = local.slots[static_cast<std::size_t>(event.slot)];
      return runs(world, event.node, event.slot) &&
             (process.timers >> static_cast<unsigned>(event.timer) & 1U) != 0 &&
             (rules.timing != TimingModel::synchronous || is_due(model, rules, world, event.timer));
    }
    case EventKind::crash: return crashable(world, event.node);
    case EventKind::recover: {
      const LocalState& local = node_at(world, event.node);
      const int tail = static_cast<int>(local.tail.size());
      return !local.up && (rules.tail == TailRule::kept   ? event.kept == tail
                           : rules.tail == TailRule::lost ? event.kept == 0
                                                          : event.kept >= 0 && event.kept <= tail);
    }
    case EventKind::partition: return !world.partitioned();
    case EventKind::heal: return world.partitioned();
    case EventKind::pause:
      return node_at(world, event.node).up && !node_at(world, event.node).paused;
    case EventKind::resume: return node_at(world, event.node).paused;
    case EventKind::store: {
      const auto& notices = node_at(world, event.node).store.notices();
      return runs(world, event.node, event.slot) && event.notice.slot == event.slot &&
             std::find(notices.begin(), notices.end(), event.notice) != notices.end();
    }
    case EventKind::operator_:
    case EventKind::client: return runs(world, event.node, event.slot);
    case EventKind::write:
      return node_at(world, event.node).up && !node_at(world, event.node).store.holder(event.row);
    case EventKind::amnesia:
    case EventKind::rename: return !node_at(world, event.node).up;
  }
  return false;
}

namespace {

/// What a crash of `node` does to the network.
void crash_network(
    const Model& model, const Rules& rules, World& world, int node, StepReport& report) {
  auto lost = network::remove(world, [&](const Envelope& envelope) {
    const bool towards = model.setup().node_of(envelope.to) == node;
    const bool local = towards && !network::is_remote(model, envelope);
    return local || (towards && rules.in_flight == InFlight::drop);
  });
  report.lost.insert(report.lost.end(), lost.begin(), lost.end());
}

void send_all(const Model& model, const Rules& rules, World& world, int node, StepReport& report) {
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  for (int i = 0; i < static_cast<int>(report.step.effects.size()); ++i) {
    const Effect& effect = report.step.effects[static_cast<std::size_t>(i)];
    const Slot& slot = slots[static_cast<std::size_t>(effect.slot)];
    for (const ProcessId to : report.step.sent_by(i)) {
      const Envelope envelope{slot.tx, slot.process, to, effect.message};
      if (rules.across_cut == AcrossCut::lose && !world.connected(node, model.setup().node_of(to)))
        report.lost.push_back(envelope);
      else if (!network::put(rules, world, envelope))
        report.dropped.push_back(envelope);
    }
  }
}

/// Takes the event's message, log tail or timer out of the world before its handler runs.
void prepare(
    const Model& model, const Rules& rules, World& world, const Event& event, StepReport& report) {
  switch (event.kind) {
    case EventKind::deliver:
      network::take(
          rules,
          world,
          event.message,
          rules.delivery == Delivery::duplicating && network::is_remote(model, event.message));
      break;
    case EventKind::duplicate:
      network::take(rules, world, event.message, true);
      ++world.used.duplicates;
      break;
    case EventKind::timeout:
      if (!rules.timers_wait()) break;
      if (!is_due(model, rules, world, event.timer)) {
        ++world.used.early_timeouts;
        break;
      }
      // The bound on delays has passed: what waits for a node that is down will not arrive.
      report.lost = network::remove(world, [&](const Envelope& envelope) {
        return !node_at(world, model.setup().node_of(envelope.to)).up;
      });
      break;
    case EventKind::recover:
      report.tail = static_cast<int>(node_at(world, event.node).tail.size());
      lose_tail(node_at(world, event.node), event.kept);
      ++world.used.recoveries;
      break;
    case EventKind::operator_:
    case EventKind::client: ++world.used.others; break;
    case EventKind::start:
    case EventKind::store:
    case EventKind::lose:
    case EventKind::crash:
    case EventKind::partition:
    case EventKind::heal:
    case EventKind::pause:
    case EventKind::resume:
    case EventKind::write:
    case EventKind::amnesia:
    case EventKind::rename: break;
  }
}

}  // namespace

bool moves::begin(
    const Model& model, const Rules& rules, World& world, const Event& event, StepReport& report) {
  if (!moves::possible(model, rules, world, event)) return false;
  prepare(model, rules, world, event, report);
  return true;
}

void moves::drop_unseen(const Rules& rules, LocalState& local) {
  if (rules.tail == TailRule::kept) local.tail.clear();
  const auto drop = [&](Effects& effects) {
    if (!rules.keeps.effects) effects = {};
    if (!rules.keeps.saw) effects.saw = 0;
  };
  for (Unforced& unforced : local.tail)
    drop(unforced.effects);
  for (ProcessState& process : local.slots) {
    History& history = process.history;
    history.timed_out = history.timed_out && rules.keeps.timed_out;
    history.crashed = history.crashed && rules.keeps.crashed;
    history.answered_commit = history.answered_commit && rules.keeps.answered;
    history.answered_abort = history.answered_abort && rules.keeps.answered;
    drop(history.effects);
  }
}

void moves::finish(const Model& model,
                   const Rules& rules,
                   World& world,
                   int node,
                   LocalState&& local,
                   StepReport& report) {
  report.ran_handler = true;
  const bool crashed = report.step.cut.has_value();
  drop_unseen(rules, local);
  node_at(world, node) = std::move(local);
  send_all(model, rules, world, node, report);
  if (!crashed) return;
  ++world.used.crashes;
  crash_network(model, rules, world, node, report);
}

void moves::part(std::vector<std::uint32_t>& cut,
                 const std::vector<std::uint32_t>& groups,
                 bool one_way) {
  for (std::size_t a = 0; a < groups.size(); ++a)
    for (std::size_t b = 0; b < groups.size(); ++b) {
      if (a == b || (one_way && a > b)) continue;
      for (std::size_t node = 0; node < cut.size(); ++node)
        if ((groups[a] >> node & 1U) != 0) cut[node] |= groups[b];
    }
}

namespace {

void partition(
    const Model& model, const Rules& rules, World& world, const Event& event, StepReport& report) {
  ++world.used.partitions;
  moves::part(world.cut, event.groups, event.one_way);
  if (rules.across_cut == AcrossCut::hold) return;
  report.lost = network::remove(world, [&](const Envelope& envelope) {
    return !world.connected(model.setup().node_of(envelope.from),
                            model.setup().node_of(envelope.to));
  });
}

/// Events of the environment, which run no handler.
void environment(
    const Model& model, const Rules& rules, World& world, const Event& event, StepReport& report) {
  switch (event.kind) {
    case EventKind::lose:
      network::take(rules, world, event.message, false);
      report.lost.push_back(event.message);
      ++world.used.losses;
      break;
    case EventKind::crash:
      ++world.used.crashes;
      crash(node_at(world, event.node), model.initial_state());
      moves::drop_unseen(rules, node_at(world, event.node));
      crash_network(model, rules, world, event.node, report);
      break;
    case EventKind::partition: partition(model, rules, world, event, report); break;
    case EventKind::heal: world.cut.assign(world.cut.size(), 0); break;
    case EventKind::pause:
      node_at(world, event.node).paused = true;
      ++world.used.pauses;
      break;
    case EventKind::resume: node_at(world, event.node).paused = false; break;
    case EventKind::write:
      node_at(world, event.node).store.outside_write(event.row, event.value);
      node_at(world, event.node).tail.clear();  // the database forced its log, which is the node's
      ++world.used.others;
      break;
    case EventKind::amnesia: {
      LocalState& local = node_at(world, event.node);
      const LocalState empty = model.initial(event.node);
      for (std::size_t i = 0; i < local.slots.size(); ++i)
        local.slots[i].durable = empty.slots[i].durable;
      local.node_state = empty.node_state;
      local.store = empty.store;
      local.tail.clear();
      ++world.used.others;
      break;
    }
    case EventKind::rename:
      ++node_at(world, event.node).renames;
      report.lost = network::remove(world, [&](const Envelope& envelope) {
        return model.setup().node_of(envelope.to) == event.node;
      });
      ++world.used.others;
      break;
    case EventKind::start:
    case EventKind::deliver:
    case EventKind::duplicate:
    case EventKind::timeout:
    case EventKind::recover:
    case EventKind::store:
    case EventKind::operator_:
    case EventKind::client: break;
  }
}

/// Whether the process, node, slot and timer of an event are in the model: an event may come from a
/// run of another one.
bool names_what_exists(const Model& model, const Event& event) {
  const Setup& setup = model.setup();
  const auto below = [](int value, int count) { return value >= 0 && value < count; };
  const auto process = [&](ProcessId id) { return below(id.index(), setup.process_count()); };
  const auto node = [&] { return below(event.node, setup.node_count()); };
  const auto slot = [&] {
    const auto count = node() ? setup.slots[static_cast<std::size_t>(event.node)].size() : 0;
    return below(event.slot, static_cast<int>(count));
  };
  switch (event.kind) {
    case EventKind::deliver:
    case EventKind::lose:
    case EventKind::duplicate:
      return process(event.message.from) && process(event.message.to) &&
             below(event.message.tx - 1, setup.transactions);
    case EventKind::timeout: return slot() && below(event.timer, max_timers);
    case EventKind::start:
    case EventKind::store:
    case EventKind::operator_:
    case EventKind::client: return slot();
    case EventKind::crash:
    case EventKind::recover:
    case EventKind::pause:
    case EventKind::resume:
    case EventKind::write:
    case EventKind::amnesia:
    case EventKind::rename: return node();
    case EventKind::partition:
    case EventKind::heal: return true;
  }
  return false;
}

}  // namespace

std::optional<StepReport> apply(const Model& model,
                                const Rules& rules,
                                World& world,
                                const Event& event) {
  if (!names_what_exists(model, event)) return std::nullopt;
  StepReport report;
  const std::optional<LocalEvent> local = moves::local_event(model, event);
  if (!local) {
    if (!moves::possible(model, rules, world, event)) return std::nullopt;
    environment(model, rules, world, event, report);
    return report;
  }
  World next = world;
  if (!moves::begin(model, rules, next, event, report)) return std::nullopt;
  const int node = node_of(model, event);
  LocalState state = node_at(next, node);
  model.step(node, state, *local, event.plan, report.step);
  if (!report.step.exists()) return std::nullopt;
  moves::finish(model, rules, next, node, std::move(state), report);
  world = std::move(next);
  return report;
}

}  // namespace concordat
