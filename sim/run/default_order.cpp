#include "sim/run/default_order.hpp"

#include <algorithm>

#include "sim/model/event.hpp"
#include "sim/model/moves.hpp"
#include "sim/model/network.hpp"

namespace concordat {

using scenario::CrashFault;
using scenario::MessageFault;
using scenario::PartitionFault;
using scenario::PauseFault;

DefaultOrder::DefaultOrder(const Model& model,
                           const Rules& rules,
                           const std::vector<scenario::At<scenario::Fault>>& faults)
    : model_(model), rules_(rules), plan_(model, faults) {}

std::optional<Event> DefaultOrder::next(const World& world) {
  if (auto event = fault_now(world)) return event;
  std::optional<Event> event = start(world);
  if (!event) event = notice(world);
  if (!event) event = delivery(world);
  if (!event) event = timer(world);
  if (event) {
    plan_crash(world, *event);
    return event;
  }
  event = repair(world);
  if (event) plan_crash(world, *event);
  return event;
}

std::optional<Event> DefaultOrder::fault_now(const World& world) {
  while (!forced_.empty()) {
    const std::size_t index = forced_.front();
    forced_.pop_front();
    plan_.hold(index, false);
    const Event event = plan_.event_of(index);
    World copy = world;
    if (!apply(model_, rules_, copy, event)) continue;  // perhaps when its cause comes again
    plan_.used(index);
    note_repair(plan_.fault(index), event.node);
    return event;
  }
  return std::nullopt;
}

/// A fault that is to happen before anything else.
void DefaultOrder::force(std::size_t index) {
  plan_.hold(index, true);
  forced_.push_back(index);
}

/// Notes what is to be undone once nothing else can happen.
void DefaultOrder::note_repair(const scenario::Fault& fault, int node) {
  if (const auto* crash = std::get_if<CrashFault>(&fault))
    if (crash->recover && crash->recover->value)
      recover_.push_back({node, crash->tail && crash->tail->value == TailRule::lost});
  if (const auto* partition = std::get_if<PartitionFault>(&fault))
    heal_ = heal_ || (partition->heal && partition->heal->value);
  if (const auto* pause = std::get_if<PauseFault>(&fault))
    if (pause->resume && pause->resume->value) resume_.push_back(node);
}

std::optional<Event> DefaultOrder::start(const World& world) const {
  for (const Slot& slot : all_slots(model_)) {
    if (state_of(model_, world, slot.tx, slot.process).started) continue;
    Event event;
    event.kind = EventKind::start;
    event.node = model_.setup().node_of(slot.process);
    event.slot = model_.setup().local_slot(slot.tx, slot.process);
    const LocalState& node = world.nodes[static_cast<std::size_t>(event.node)];
    if (node.up && !node.paused) return event;
  }
  return std::nullopt;
}

std::optional<Event> DefaultOrder::notice(const World& world) {
  for (std::size_t node = 0; node < world.nodes.size(); ++node) {
    const LocalState& local = world.nodes[node];
    if (!local.up || local.paused || local.store.notices().empty()) continue;
    Event event;
    event.kind = EventKind::store;
    event.node = static_cast<int>(node);
    event.notice = local.store.notices().front();
    event.slot = event.notice.slot;
    return event;
  }
  return std::nullopt;
}

std::optional<Event> DefaultOrder::delivery(const World& world) {
  // Every copy was noted when it was sent; what is no longer in flight is dropped here.
  std::erase_if(
      sent_, [&](const Envelope& envelope) { return network::find(world, envelope) == nullptr; });
  for (const Envelope& envelope : sent_) {
    const Flight* flight = network::find(world, envelope);
    Event event;
    event.message = envelope;
    event.node = model_.setup().node_of(envelope.to);
    if (const auto index = plan_.of_message(envelope)) {
      const auto kind = std::get<MessageFault>(plan_.fault(*index)).kind;
      event.kind = kind == MessageFault::Kind::lose ? EventKind::lose : EventKind::duplicate;
      World copy = world;
      if (apply(model_, rules_, copy, event)) {
        plan_.used(*index);
        return event;
      }
    }
    if (!network::deliverable(model_, rules_, world, *flight)) continue;
    event.kind = EventKind::deliver;
    World copy = world;
    if (apply(model_, rules_, copy, event)) return event;
  }
  return std::nullopt;
}

std::optional<Event> DefaultOrder::timer(const World& world) {
  // Synchronous rules say when a timer may fire; the retry timers among them take turns.
  Rules quiet = rules_;
  quiet.timing = TimingModel::synchronous;
  std::vector<Event> ready;
  std::vector<Event> retries;
  for (const Slot& slot : all_slots(model_))
    for (int timer = 0; timer < static_cast<int>(model_.info().timers.size()); ++timer) {
      Event event;
      event.kind = EventKind::timeout;
      event.node = model_.setup().node_of(slot.process);
      event.slot = model_.setup().local_slot(slot.tx, slot.process);
      event.timer = timer;
      World copy = world;
      StepReport report;
      if (!moves::begin(model_, quiet, copy, event, report)) continue;
      (model_.rank(timer) == retry_rank ? retries : ready).push_back(event);
    }
  if (!ready.empty()) return ready.front();
  for (std::size_t i = 0; i < retries.size(); ++i) {
    const std::size_t turn = next_timer_++ % retries.size();
    World after = world;
    if (!apply(model_, rules_, after, retries[turn]) || after == world) continue;
    if (!quiet_.insert(key_of(world) + static_cast<char>(turn)).second) return std::nullopt;
    return retries[turn];
  }
  return std::nullopt;  // the retries change nothing
}

std::optional<Event> DefaultOrder::repair(const World& world) {
  Event event;
  if (heal_ && world.partitioned()) {
    heal_ = false;
    event.kind = EventKind::heal;
  } else if (!resume_.empty()) {
    event.kind = EventKind::resume;
    event.node = resume_.front();
    resume_.erase(resume_.begin());
    if (!world.nodes[static_cast<std::size_t>(event.node)].paused) return repair(world);
  } else if (!recover_.empty()) {
    event.kind = EventKind::recover;
    event.node = recover_.front().node;
    if (!recover_.front().tail_lost)
      event.kept = static_cast<int>(world.nodes[static_cast<std::size_t>(event.node)].tail.size());
    recover_.erase(recover_.begin());
  } else {
    return std::nullopt;
  }
  quiet_.clear();
  return event;
}

/// If a crash fault waits for an effect of the coming step, the crash becomes part of it.
void DefaultOrder::plan_crash(const World& world, Event& event) {
  const auto local = moves::local_event(model_, event);
  if (!local) return;
  World copy = world;
  StepReport report;
  if (!moves::begin(model_, rules_, copy, event, report)) return;
  LocalState state = copy.nodes[static_cast<std::size_t>(event.node)];
  LocalStep step;
  model_.step(event.node, state, *local, {}, step);
  const auto inside = plan_.inside(event.node, step);
  if (!inside) return;
  if (step.offers(inside->cut)) {
    event.plan.cut = inside->cut;
    plan_.used(inside->index);
    note_repair(plan_.fault(inside->index), event.node);
  } else {  // after the step's last effect: right after the step
    force(inside->index);
  }
}

/// Keeps the messages in the order in which they were sent.
void DefaultOrder::note_sends(const Event& event, const StepReport& report) {
  const bool message = event.kind == EventKind::deliver || event.kind == EventKind::duplicate;
  const int node = node_of(model_, event);
  const auto& slots = model_.setup().slots[static_cast<std::size_t>(node)];
  if (message) {
    const auto it = std::find(sent_.begin(), sent_.end(), event.message);
    if (it != sent_.end() && event.kind == EventKind::deliver) sent_.erase(it);
  }
  for (int i = 0; i < static_cast<int>(report.step.effects.size()); ++i) {
    const Effect& effect = report.step.effects[static_cast<std::size_t>(i)];
    const Slot& slot = slots[static_cast<std::size_t>(effect.slot)];
    for (const ProcessId to : report.step.sent_by(i))
      sent_.push_back({slot.tx, slot.process, to, effect.message});
  }
}

void DefaultOrder::happened(const Event& event, const StepReport& report, const World& after) {
  if (report.ran_handler) note_sends(event, report);
  Milestones news;
  append_milestones(model_, event, report, after, 0, news);
  const int node = node_of(model_, event);
  if (node < 0) return;
  for (const std::size_t index :
       plan_.caused_by(news, after.nodes[static_cast<std::size_t>(node)], node))
    force(index);
}

}  // namespace concordat
