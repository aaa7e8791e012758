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
    pending_.push_back({&fault, message != nullptr ? message->count.value : 1, false});
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
  event = repair(world);
  if (event) plan_crash(world, *event);
  return event;
}

std::optional<Event> DefaultOrder::fault_now(const World& world) {
  while (!forced_.empty()) {
    const Forced forced = forced_.front();
    forced_.pop_front();
    Pending& pending = pending_[forced.pending];
    pending.queued = false;
    World copy = world;
    if (!apply(model_, rules_, copy, forced.event)) continue;  // perhaps when its cause comes again
    --pending.left;
    if (const auto* crash = std::get_if<CrashFault>(&pending.fault->value))
      crashed(*crash, forced.event.node);
    if (const auto* partition = std::get_if<PartitionFault>(&pending.fault->value))
      heal_ = heal_ || (partition->heal && partition->heal->value);
    return forced.event;
  }
  return std::nullopt;
}

/// A fault that is to happen before anything else.
void DefaultOrder::force(std::size_t pending, const Event& event) {
  pending_[pending].queued = true;
  forced_.push_back({event, pending});
}

/// Notes the recovery that belongs to a crash.
void DefaultOrder::crashed(const CrashFault& fault, int node) {
  if (fault.recover && fault.recover->value)
    recover_.push_back({node, fault.tail && fault.tail->value == TailRule::lost});
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

std::optional<Event> DefaultOrder::notice(const World& world) {
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
  return (!fault.message || fault.message->value == model_.message_name(envelope.message)) &&
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
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const auto* crash = std::get_if<CrashFault>(&pending_[i].fault->value);
    if (crash == nullptr || pending_[i].left == 0 || pending_[i].queued || crash->on) continue;
    if (model_.setup().find_node(crash->node.value) != event.node) continue;
    const auto cut = place_of(*crash, event.node, step);
    if (!cut) continue;
    if (step.offers(*cut)) {
      event.plan.cut = cut;
      --pending_[i].left;
      crashed(*crash, event.node);
    } else {  // after the step's last effect: right after the step
      Event after;
      after.kind = EventKind::crash;
      after.node = event.node;
      force(i, after);
    }
    return;
  }
}

/// Where in `step` the fault wants the crash: a cut as format_cut names it, `before` = the number
/// of effects for a crash after all of them; or nothing.
std::optional<Cut> DefaultOrder::place_of(const CrashFault& fault,
                                          int node,
                                          const LocalStep& step) const {
  const int end = static_cast<int>(step.effects.size());
  const auto crash_point = [&](int i) {
    return i == end || step.effects[static_cast<std::size_t>(i)].is_crash_point();
  };
  if (fault.after) {
    LocalStep trial = step;
    for (int i = 0; i <= end; ++i) {
      if (!crash_point(i)) continue;
      trial.cut = Cut{i, {}};
      if (format_cut(model_, node, trial) == "after " + fault.after->value) return trial.cut;
    }
    return std::nullopt;
  }
  ProcessSet told;
  for (const auto& name : fault.sent_to->value)
    told.insert(*model_.setup().find_process(name.value));
  bool decided = false;
  for (int i = 0; i < end; ++i) {
    const Effect& effect = step.effects[static_cast<std::size_t>(i)];
    decided = decided || effect.kind == EffectKind::decide;
    const bool carries =
        effect.kind == EffectKind::send &&
        (fault.of->value == "decision" ? decided
                                       : fault.of->value == model_.message_name(effect.message));
    if (!carries || !(told - effect.to).empty()) continue;
    if (told != effect.to) return Cut{i, told};
    do
      ++i;
    while (!crash_point(i));
    return Cut{i, {}};
  }
  return std::nullopt;
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

/// The fault, if the step whose milestones are `news` was its cause.
std::optional<Event> DefaultOrder::due(const scenario::Fault& what,
                                       const Milestones& news,
                                       const World& after) const {
  Event fault;
  if (const auto* crash = std::get_if<CrashFault>(&what); crash != nullptr && crash->on) {
    fault.kind = EventKind::crash;
    fault.node = *model_.setup().find_node(crash->node.value);
    if (caused(crash->on->value, fault.node, news, after)) return fault;
    return std::nullopt;
  }
  const auto* partition = std::get_if<PartitionFault>(&what);
  if (partition == nullptr) return std::nullopt;
  fault.kind = EventKind::partition;
  const auto of = model_.setup().find_process(partition->of->value);
  if (!caused(partition->on->value, model_.setup().node_of(*of), news, after)) return std::nullopt;
  for (const auto& group : partition->groups.value) {
    std::uint32_t mask = 0;
    for (const auto& name : group.value)
      mask |= 1U << static_cast<unsigned>(*model_.setup().find_node(name.value));
    fault.groups.push_back(mask);
  }
  return fault;
}

void DefaultOrder::happened(const Event& event, const StepReport& report, const World& after) {
  if (report.ran_handler) note_sends(event, report);
  Milestones news;
  append_milestones(model_, event, report, 0, news);
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Pending& pending = pending_[i];
    if (pending.left == 0 || pending.queued) continue;
    if (const auto fault = due(pending.fault->value, news, after)) force(i, *fault);
  }
}

}  // namespace concordat
