#include "sim/run/default_order.hpp"

#include <algorithm>

#include "sim/model/event.hpp"
#include "sim/model/moves.hpp"
#include "sim/model/network.hpp"

namespace concordat {

using scenario::CrashFault;
using scenario::MessageFault;
using scenario::PartitionFault;

DefaultOrder::DefaultOrder(const Model& model,
                           const Rules& rules,
                           const std::vector<scenario::At<scenario::Fault>>& faults)
    : model_(model), rules_(rules) {
  for (const auto& fault : faults) {
    const auto* message = std::get_if<MessageFault>(&fault.value);
    pending_.push_back({&fault, message != nullptr ? message->count.value : 1});
  }
}

std::optional<Position> DefaultOrder::unused_fault() const {
  for (const Pending& pending : pending_)
    if (pending.left > 0) return pending.fault->at;
  return std::nullopt;
}

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
  return repair(world);
}

std::optional<Event> DefaultOrder::fault_now(const World& world) {
  while (!forced_.empty()) {
    const Event event = forced_.front();
    forced_.pop_front();
    World copy = world;
    if (apply(model_, rules_, copy, event)) return event;
  }
  return std::nullopt;
}

std::optional<Event> DefaultOrder::start(const World& world) const {
  for (const Slot& slot : all_slots(model_)) {
    if (state_of(model_, world, slot.tx, slot.process).started) continue;
    Event event;
    event.kind = EventKind::start;
    event.node = model_.setup().node_of(slot.process);
    event.slot = model_.setup().local_slot(slot.tx, slot.process);
    if (world.nodes[static_cast<std::size_t>(event.node)].up) return event;
  }
  return std::nullopt;
}

std::optional<Event> DefaultOrder::notice(const World& world) const {
  for (std::size_t node = 0; node < world.nodes.size(); ++node) {
    const LocalState& local = world.nodes[node];
    if (!local.up || local.store.notices().empty()) continue;
    Event event;
    event.kind = EventKind::store;
    event.node = static_cast<int>(node);
    event.notice = local.store.notices().front();
    event.slot = event.notice.slot;
    return event;
  }
  return std::nullopt;
}

bool DefaultOrder::matches(const MessageFault& fault, const Envelope& envelope) const {
  const Setup& setup = model_.setup();
  return fault.message.value == model_.message_name(envelope.message) &&
         (!fault.from || fault.from->value == setup.name_of(envelope.from)) &&
         (!fault.to || fault.to->value == setup.name_of(envelope.to));
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
    for (Pending& pending : pending_) {
      const auto* fault = std::get_if<MessageFault>(&pending.fault->value);
      if (fault == nullptr || pending.left == 0 || !matches(*fault, envelope)) continue;
      event.kind = fault->kind == MessageFault::Kind::lose ? EventKind::lose : EventKind::duplicate;
      World copy = world;
      if (!apply(model_, rules_, copy, event)) continue;
      --pending.left;
      return event;
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
  } else if (!recover_.empty()) {
    event.kind = EventKind::recover;
    event.node = recover_.front();
    event.kept = static_cast<int>(world.nodes[static_cast<std::size_t>(event.node)].tail.size());
    for (const Pending& pending : pending_) {
      const auto* crash = std::get_if<CrashFault>(&pending.fault->value);
      const bool lost = crash != nullptr && crash->tail && crash->tail->value == TailRule::lost;
      if (lost && model_.setup().find_node(crash->node.value) == event.node) event.kept = 0;
    }
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
  for (Pending& pending : pending_) {
    const auto* crash = std::get_if<CrashFault>(&pending.fault->value);
    if (crash == nullptr || pending.left == 0 || crash->on) continue;
    if (model_.setup().find_node(crash->node.value) != event.node) continue;
    LocalState state = copy.nodes[static_cast<std::size_t>(event.node)];
    LocalStep step;
    model_.step(event.node, state, *local, {}, step);
    bool decided = false;
    for (int i = 0; i < static_cast<int>(step.effects.size()); ++i) {
      const Effect& effect = step.effects[static_cast<std::size_t>(i)];
      decided = decided || effect.kind == EffectKind::decide;
      if (!effect.is_crash_point()) continue;
      Cut cut{i, {}};
      if (crash->after) {
        step.cut = cut;
        if (format_cut(model_, event.node, step) != "after " + crash->after->value) continue;
      } else {
        const bool carries = effect.kind == EffectKind::send &&
                             (crash->of->value == "decision"
                                  ? decided
                                  : crash->of->value == model_.message_name(effect.message));
        if (!carries) continue;
        for (const auto& name : crash->sent_to->value)
          cut.sent.insert(*model_.setup().find_process(name.value));
        cut.sent = cut.sent & effect.to;
      }
      event.plan.cut = cut;
      --pending.left;
      if (crash->recover && crash->recover->value) recover_.push_back(event.node);
      return;
    }
  }
}

/// Whether the step whose milestones are `news` made `cause` true at `node`.
bool DefaultOrder::caused(const std::string& cause,
                          int node,
                          const Milestones& news,
                          const World& after) const {
  if (cause == "ended") {
    const LocalState& local = after.nodes[static_cast<std::size_t>(node)];
    return std::all_of(local.slots.begin(), local.slots.end(), [](const ProcessState& process) {
      return process.started && process.history.decided() && process.timers == 0;
    });
  }
  return std::any_of(news.begin(), news.end(), [&](const Milestone& m) {
    if (m.slot.process.none() || model_.setup().node_of(m.slot.process) != node) return false;
    if (cause == "voted") return m.kind == Milestone::Kind::vote;
    if (cause == "prepared") return m.kind == Milestone::Kind::vote && m.vote == Vote::yes;
    if (cause == "decided") return m.kind == Milestone::Kind::decide;
    return cause == "told" && m.kind == Milestone::Kind::answer;
  });
}

void DefaultOrder::happened(const Event& event, const StepReport& report, const World& after) {
  if (report.ran_handler) {
    const bool message = event.kind == EventKind::deliver || event.kind == EventKind::duplicate;
    const int node = message ? model_.setup().node_of(event.message.to) : event.node;
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
  Milestones news;
  append_milestones(model_, event, report, 0, news);
  for (Pending& pending : pending_) {
    if (pending.left == 0) continue;
    Event fault;
    if (const auto* crash = std::get_if<CrashFault>(&pending.fault->value);
        crash != nullptr && crash->on) {
      fault.kind = EventKind::crash;
      fault.node = *model_.setup().find_node(crash->node.value);
      if (!caused(crash->on->value, fault.node, news, after)) continue;
      if (crash->recover && crash->recover->value) recover_.push_back(fault.node);
    } else if (const auto* partition = std::get_if<PartitionFault>(&pending.fault->value)) {
      fault.kind = EventKind::partition;
      const auto of = model_.setup().find_process(partition->of->value);
      if (!caused(partition->on->value, model_.setup().node_of(*of), news, after)) continue;
      for (const auto& group : partition->groups.value) {
        std::uint32_t mask = 0;
        for (const auto& name : group.value)
          mask |= 1U << static_cast<unsigned>(*model_.setup().find_node(name.value));
        fault.groups.push_back(mask);
      }
      heal_ = heal_ || (partition->heal && partition->heal->value);
    } else {
      continue;
    }
    --pending.left;
    forced_.push_back(fault);
  }
}

}  // namespace concordat
