// Faults: those that the scenario lists, at their time or by their cause, and those that are drawn.
#include <algorithm>

#include "sim/run/simulator.hpp"

namespace concordat {

using scenario::CrashFault;
using scenario::PartitionFault;
using scenario::PauseFault;

void Simulator::schedule_faults() {
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    std::optional<std::int64_t> time;
    if (const auto* crash = std::get_if<CrashFault>(&plan_.fault(i)); crash && crash->at)
      time = crash->at->value.us;
    if (const auto* cut = std::get_if<PartitionFault>(&plan_.fault(i)); cut && cut->from)
      time = cut->from->value.us;
    if (const auto* pause = std::get_if<PauseFault>(&plan_.fault(i)); pause && pause->at)
      time = pause->at->value.us;
    if (time) push(*time, {Kind::fault, 0, static_cast<std::uint32_t>(i), 0});
  }
  const auto& random = timed_.random;
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    if (random.crash.wanted && (random.crash.nodes >> node & 1U) != 0)
      push(crash_gap_.draw(nodes_[node].crash).us, {Kind::crash, 0, node, 0});
    if (random.pause.wanted && (random.pause.nodes >> node & 1U) != 0)
      push(pause_gap_.draw(nodes_[node].pause).us, {Kind::pause, 0, node, 0});
  }
  if (random.partition.wanted && nodes_.size() > 1)
    push(partition_gap_.draw(partition_).us, {Kind::partition, 0, 0, 0});
}

/// An event of the environment enters the path and the fingerprint.
void Simulator::log(const Event& event) {
  ++position_;
  const bool excuses = event.kind == EventKind::crash || event.kind == EventKind::lose ||
                       event.kind == EventKind::partition;
  if (excuses) watch_.fault(position_);
  mix(static_cast<std::uint64_t>(now_));
  mix(static_cast<std::uint64_t>(event.kind) | static_cast<std::uint64_t>(event.node + 1) << 8U);
  if (path_ != nullptr) path_->push_back({now_, event, {}, -1});
}

/// A fault of the scenario comes, if it can; else it counts as one that never came.
void Simulator::happen(std::size_t index) {
  if (!plan_.waits(index)) return;
  const scenario::Fault& fault = plan_.fault(index);
  const Event event = plan_.event_of(index);
  if (const auto* crash = std::get_if<CrashFault>(&fault)) {
    if (!local(event.node).up || !local(event.node).started()) return;
    plan_.used(index);
    crash_by(*crash, event.node);
  } else if (const auto* pause = std::get_if<PauseFault>(&fault)) {
    if (!local(event.node).up || local(event.node).paused) return;
    plan_.used(index);
    pause_node(event.node, pause->lasts ? std::optional(pause->lasts->value) : std::nullopt);
  } else if (const auto* cut = std::get_if<PartitionFault>(&fault)) {
    if (is_cut()) return;
    plan_.used(index);
    std::optional<Duration> lasts;
    if (cut->to) lasts = Duration{cut->to->value.us - now_};
    if (cut->heal_after) lasts = cut->heal_after->value;
    cut_network(event, lasts);
  }
}

// ---- Crashes.

void Simulator::crash_by(const CrashFault& fault, int node) {
  crash_node(node,
             fault.recover_after ? std::optional(fault.recover_after->value) : std::nullopt,
             fault.tail ? fault.tail->value : TailRule::kept);
}

/// The node goes down now. If its last step waits for a force, the crash falls inside that step;
/// what earlier steps of other transactions wait for is taken to be just done.
void Simulator::crash_node(int node, std::optional<Duration> recover_after, TailRule tail) {
  NodeRun& here = at(node);
  if (!local(node).up || !local(node).started()) return;
  here.recover_after = recover_after;
  here.tail = tail;
  here.crashing = true;
  if (local(node).paused && !has_load_) summary_.spans[here.pause_span].to_us = now_;
  complete(node, here.last);
  if (!crash_inside_last_step(node)) {
    complete(node, none);
    crash(local(node), model_.initial_state());
    ++used_.crashes;
    for (const Slot& slot : setup_.slots[static_cast<std::size_t>(node)])
      coverage_.crashed(setup_.processes[static_cast<std::size_t>(slot.process.index())].role);
    Event event;
    event.kind = EventKind::crash;
    event.node = node;
    log(event);
    watch_.look({position_, node, watch_.watches_data(), false}, locals_);
    crash_network(node, position_);
  }
  here.crashing = false;
  settle();
  went_down(node);
}

/// The steps under way on the node are done, but for one.
void Simulator::complete(int node, std::uint32_t but_not) {
  const auto finish_now = [&](std::uint32_t id) {
    Runner& runner = runners_[id];
    if (id == but_not || !runner.active) return;
    if (runner.forcing) forced(runner);
    advance(id, true);
  };
  const auto count = static_cast<std::uint32_t>(local(node).slots.size());
  for (std::uint32_t slot = 0; slot < count; ++slot)
    finish_now(first_slot_[static_cast<std::size_t>(node)] + slot);
  finish_now(recovery_id(node));
}

/// RETURNS: false if the last step of the node is over, or cannot have the crash inside it.
bool Simulator::crash_inside_last_step(int node) {
  NodeRun& here = at(node);
  if (here.last == none || !is_open(here)) return false;
  const Runner& runner = runners_[here.last];
  const LocalStep& step = runner.step;
  const int force = runner.next - 1;
  // Whether anything but the taking of a timer or a start came before the force.
  bool something = runner.event.kind == LocalEventKind::message;
  for (int i = 0; i < force; ++i) {
    const Effect& effect = step.effects[static_cast<std::size_t>(i)];
    something = something || effect.is_crash_point() || effect.kind == EffectKind::vote ||
                effect.kind == EffectKind::decide;
  }
  const bool reached_disk = here.place.below(2) == 1;
  if (!reached_disk && something) {
    cut_last_step(node, {force, {}});
    return true;
  }
  if (!reached_disk && runner.slot != none && here.before.started()) {
    undo_last_step(node);
    return true;
  }
  for (int i = force + 1; i < static_cast<int>(step.effects.size()); ++i)
    if (step.effects[static_cast<std::size_t>(i)].is_crash_point()) {
      forced(runners_[here.last]);
      cut_last_step(node, {i, {}});
      return true;
    }
  return false;
}

/// The crash came before anything that the last step did could be seen: it has not happened.
void Simulator::undo_last_step(int node) {
  NodeRun& here = at(node);
  Runner& runner = runners_[here.last];
  local(node) = here.before;
  for (const MessageRef ref : runner.out)
    if (ref.index != none && messages_[ref.index].token == ref.token) free_message(ref.index);
  if (runner.kind == EventKind::timeout) {
    const auto process = static_cast<std::size_t>(slots_[runner.slot].process.index());
    coverage_.unfired(setup_.processes[process].role, runner.event.timer);
  }
  if (runner.kind == EventKind::start) {
    hold(slots_[runner.slot].tx, 1);
    park(node, {Kind::start, 0, runner.slot, 0});
  }
  crash(local(node), model_.initial_state());
  ++used_.crashes;
  if (path_ != nullptr) {
    Performed& performed = (*path_)[runner.performed];
    performed.event = {};
    performed.event.kind = EventKind::crash;
    performed.event.node = node;
    performed.effects_us.clear();
    performed.crash_us = now_;
  }
  watch_.fault(runner.position);
  watch_.amend(
      {runner.position, node, watch_.watches_data(), false}, locals_, slots_[runner.slot].slot);
  mix(0xc4a54U);
  for (const Slot& slot : setup_.slots[static_cast<std::size_t>(node)])
    coverage_.crashed(setup_.processes[static_cast<std::size_t>(slot.process.index())].role);
  crash_network(node, runner.position);
}

/// The last step is done again from its start, with the crash inside it.
void Simulator::cut_last_step(int node, const Cut& cut) {
  NodeRun& here = at(node);
  Runner& runner = runners_[here.last];
  for (std::size_t i = runner.out_next; i < runner.out.size(); ++i) {
    const MessageRef ref = runner.out[i];
    if (ref.index != none && messages_[ref.index].token == ref.token) free_message(ref.index);
  }
  StepPlan plan = plan_of(runner.step);
  plan.cut = cut;
  local(node) = here.before;
  model_.step(node, local(node), runner.event, plan, runner.step);
  check(runner.step.exists(), "a step that was done can be done again with a crash inside it");
  if (rules_.tail == TailRule::kept) local(node).tail.clear();
  // After a crash inside a recovery the node's other processes do not get their turn.
  if (path_ != nullptr) (*path_)[runner.performed].effects_us.resize(runner.step.effects.size());
  for (; runner.next < cut.before; ++runner.next) {
    note(runner, runner.step.effects[static_cast<std::size_t>(runner.next)]);
    if (path_ != nullptr)
      (*path_)[runner.performed].effects_us[static_cast<std::size_t>(runner.next)] = now_;
  }
  if (path_ != nullptr) (*path_)[runner.performed].event.plan = plan_of(runner.step);
  ++used_.crashes;
  watch_.fault(runner.position);
  watch_.amend(*look_of(runner), locals_, runner.slot == none ? -1 : slots_[runner.slot].slot);
  mix(0xc07U + static_cast<std::uint64_t>(cut.before));
  cover_cut(runner);
  crash_network(node, runner.position);
}

/// The moment at which the node is down: after a crash inside a step, when the forces before it
/// are done.
void Simulator::went_down(int node) {
  NodeRun& here = at(node);
  here.crashing = true;
  complete(node, here.last);
  here.crashing = false;
  if (here.last != none && path_ != nullptr && runners_[here.last].step.cut)
    (*path_)[runners_[here.last].performed].crash_us = now_;
  const auto stop = [&](Runner& runner) {
    if (runner.active && runner.slot != none) hold(slots_[runner.slot].tx, -1);
    runner.active = runner.forcing = false;
    ++runner.token;
  };
  for (std::size_t i = 0; i < local(node).slots.size(); ++i) {
    const std::uint32_t id = slot_id(node, static_cast<int>(i));
    stop(runners_[id]);
    recount(id);
    SlotRun& slot = slots_[id];
    for (; slot.deferred_next < slot.deferred.size(); ++slot.deferred_next) {
      const Deferred& event = slot.deferred[slot.deferred_next];
      if (event.kind == Kind::arrival)
        push(now_, {Kind::arrival, 0, event.message, static_cast<std::uint32_t>(event.token)});
    }
    slot.deferred.clear();
    slot.deferred_next = 0;
  }
  stop(runners_[recovery_id(node)]);
  here.crash_inside = false;
  here.last = none;
  here.disk.reset();
  ++here.pause_token;
  here.span = summary_.spans.size();
  if (!has_load_) summary_.spans.push_back({EventKind::crash, node, now_, -1});
  ++here.down_token;
  if (here.recover_after)
    push(now_ + here.recover_after->us,
         {Kind::recover, 0, static_cast<std::uint32_t>(node), here.down_token});
  node_changed();
}

void Simulator::on_recover(int node) {
  NodeRun& here = at(node);
  const int tail = static_cast<int>(local(node).tail.size());
  int kept = tail;
  const TailRule rule = rules_.tail == TailRule::any ? here.tail : rules_.tail;
  if (rule == TailRule::lost) kept = 0;
  if (rule == TailRule::any)
    kept = static_cast<int>(here.tail_draw.below(static_cast<std::uint64_t>(tail) + 1));
  const LocalState down = local(node);
  lose_tail(local(node), kept);
  LocalEvent event;
  event.kind = LocalEventKind::recover;
  const std::size_t span = here.span;  // a crash inside the recovery begins another one
  if (!perform(EventKind::recover, node, none, event, none, kept)) {
    local(node) = down;  // past a bound: the node stays down
    here.recover_after.reset();
    return node_changed();
  }
  ++used_.recoveries;
  if (!has_load_) summary_.spans[span].to_us = now_;
  wake(node);
}

// ---- Partitions and pauses.

void Simulator::cut_network(const Event& partition, std::optional<Duration> lasts) {
  for (std::size_t a = 0; a < partition.groups.size(); ++a)
    for (std::size_t b = 0; b < partition.groups.size(); ++b) {
      if (a == b || (partition.one_way && a > b)) continue;
      for (std::size_t node = 0; node < cut_.size(); ++node)
        if ((partition.groups[a] >> node & 1U) != 0) cut_[node] |= partition.groups[b];
    }
  ++used_.partitions;
  ++cut_token_;
  log(partition);
  cut_span_ = summary_.spans.size();
  if (!has_load_) summary_.spans.push_back({EventKind::partition, -1, now_, -1});
  if (rules_.across_cut == AcrossCut::lose)
    for (std::uint32_t i = 0; i < messages_.size(); ++i) {
      const Message& message = messages_[i];
      if (!message.alive || connected(message.from_node, message.to_node)) continue;
      if (message.departed) ++summary_.counts.lost;
      free_message(i);
    }
  if (lasts) push(now_ + lasts->us, {Kind::heal, 0, 0, cut_token_});
}

void Simulator::on_heal() {
  Event event;
  event.kind = EventKind::heal;
  cut_.assign(cut_.size(), 0);
  ++cut_token_;
  log(event);
  if (!has_load_) summary_.spans[cut_span_].to_us = now_;
  for (int node = 0; node < setup_.node_count(); ++node)
    if (local(node).up && !local(node).paused) wake(node);
}

void Simulator::pause_node(int node, std::optional<Duration> lasts) {
  NodeRun& here = at(node);
  local(node).paused = true;
  here.last_can_crash = false;
  ++used_.pauses;
  Event event;
  event.kind = EventKind::pause;
  event.node = node;
  log(event);
  here.pause_span = summary_.spans.size();
  if (!has_load_) summary_.spans.push_back({EventKind::pause, node, now_, -1});
  ++here.pause_token;
  if (lasts)
    push(now_ + lasts->us, {Kind::resume, 0, static_cast<std::uint32_t>(node), here.pause_token});
}

void Simulator::on_resume(int node) {
  local(node).paused = false;
  Event event;
  event.kind = EventKind::resume;
  event.node = node;
  log(event);
  if (!has_load_) summary_.spans[at(node).pause_span].to_us = now_;
  wake(node);
  for (std::size_t i = 0; i < local(node).slots.size(); ++i)
    drain(slot_id(node, static_cast<int>(i)));
}

// ---- Random faults.

/// A moment of a fault that comes again and again. Its length and all else is drawn even if it
/// cannot come now, so that the moments and lengths do not depend on what else happens.
void Simulator::on_random(Kind kind, int node) {
  const auto& random = timed_.random;
  if (random.until && now_ >= random.until->us) return;
  const auto again = static_cast<std::uint32_t>(node);
  const auto draw_length = [](const scenario::Timed::Repeated& fault,
                              const Distribution& length,
                              Random& stream) -> std::optional<Duration> {
    if (!fault.lasts) return std::nullopt;
    return length.draw(stream);
  };
  if (kind == Kind::crash) {
    NodeRun& here = at(node);
    push(now_ + 1 + crash_gap_.draw(here.crash).us, {kind, 0, again, 0});
    const auto lasts = draw_length(random.crash, crash_length_, here.crash);
    const bool inside = here.inside.chance(random.inside);
    if (!local(node).up || !local(node).started()) return;
    if (!inside) return crash_node(node, lasts, TailRule::any);
    here.crash_inside = true;
    here.inside_length = lasts;
  } else if (kind == Kind::pause) {
    NodeRun& here = at(node);
    push(now_ + 1 + pause_gap_.draw(here.pause).us, {kind, 0, again, 0});
    const auto lasts = draw_length(random.pause, pause_length_, here.pause);
    if (local(node).up && !local(node).paused) pause_node(node, lasts);
  } else {
    push(now_ + 1 + partition_gap_.draw(partition_).us, {kind, 0, 0, 0});
    const auto lasts = draw_length(random.partition, partition_length_, partition_);
    const Event event = draw_partition();
    if (!is_cut()) cut_network(event, lasts);
  }
}

/// Two sides, each with a node: every such split is equally likely.
Event Simulator::draw_partition() {
  Event event;
  event.kind = EventKind::partition;
  const std::uint64_t all = (std::uint64_t{1} << nodes_.size()) - 1;
  const auto side = static_cast<std::uint32_t>(1 + partition_.below(all - 1));
  const auto other = static_cast<std::uint32_t>(all) & ~side;
  event.one_way = partition_.chance(timed_.random.one_way);
  event.groups = {side, other};
  if (!event.one_way && (side & 1U) == 0) std::swap(event.groups[0], event.groups[1]);
  return event;
}

/// One of the places at which a crash can fall inside this step, or nothing if there is none.
std::optional<Cut> Simulator::draw_cut(int node, const LocalEvent& event, const LocalStep& step) {
  std::vector<int> places;
  bool something = event.kind == LocalEventKind::message;
  for (int i = 0; i < static_cast<int>(step.effects.size()); ++i) {
    const Effect& effect = step.effects[static_cast<std::size_t>(i)];
    something = something || effect.kind == EffectKind::vote || effect.kind == EffectKind::decide;
    if (!effect.is_crash_point()) continue;
    std::uint32_t receivers = 0;
    for (const ProcessId to : effect.to)
      if (setup_.node_of(to) != node) receivers |= ProcessSet::of(to).mask();
    if (something || std::popcount(receivers) > 1) places.push_back(i);
    something = true;
  }
  if (places.empty()) return std::nullopt;
  Random& random = at(node).place;
  const int before = places[random.below(places.size())];
  const Effect& effect = step.effects[static_cast<std::size_t>(before)];
  std::vector<ProcessId> receivers;
  for (const ProcessId to : effect.to)
    if (effect.kind == EffectKind::send && setup_.node_of(to) != node) receivers.push_back(to);
  Cut cut{before, {}};
  if (receivers.size() < 2) return cut;
  const std::uint64_t full = (std::uint64_t{1} << receivers.size()) - 1;
  const bool first = before == places.front() && event.kind != LocalEventKind::message;
  const std::uint64_t subset = first ? 1 + random.below(full - 1) : random.below(full);
  for (std::size_t i = 0; i < receivers.size(); ++i)
    if ((subset >> i & 1U) != 0) cut.sent.insert(receivers[i]);
  return cut;
}

}  // namespace concordat
