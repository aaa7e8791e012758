#include "sim/run/fault_plan.hpp"

#include <algorithm>

#include "sim/model/event.hpp"

namespace concordat {

using scenario::CrashFault;
using scenario::MessageFault;
using scenario::PartitionFault;
using scenario::PauseFault;

FaultPlan::FaultPlan(const Model& model, const Faults& faults) : model_(model) {
  for (const auto& fault : faults)
    pending_.push_back({&fault, 1, false});
  reset();
}

void FaultPlan::reset() {
  for (Pending& pending : pending_) {
    const auto* message = std::get_if<MessageFault>(&pending.fault->value);
    pending.left = message != nullptr ? message->count.value : 1;
    pending.held = false;
  }
}

std::optional<Position> FaultPlan::unused() const {
  for (const Pending& pending : pending_)
    if (pending.left > 0) return pending.fault->at;
  return std::nullopt;
}

bool FaultPlan::matches(const MessageFault& fault, const Envelope& envelope) const {
  const Setup& setup = model_.setup();
  return (!fault.from || fault.from->value == setup.name_of(envelope.from)) &&
         (!fault.to || fault.to->value == setup.name_of(envelope.to)) &&
         (!fault.message || fault.message->value == model_.message_name(envelope.message));
}

std::optional<std::size_t> FaultPlan::of_message(const Envelope& envelope,
                                                 std::optional<std::int64_t> sent_us) const {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const auto* fault = std::get_if<MessageFault>(&pending_[i].fault->value);
    if (fault == nullptr || !waits(i)) continue;
    if (sent_us && fault->since && *sent_us < fault->since->value.us) continue;
    if (sent_us && fault->until && *sent_us >= fault->until->value.us) continue;
    if (matches(*fault, envelope)) return i;
  }
  return std::nullopt;
}

bool FaultPlan::some_inside() const {
  return std::any_of(pending_.begin(), pending_.end(), [](const Pending& pending) {
    const auto* crash = std::get_if<CrashFault>(&pending.fault->value);
    return crash != nullptr && pending.left > 0 && (crash->of || crash->after);
  });
}

std::optional<FaultPlan::Inside> FaultPlan::inside(int node, const LocalStep& step) const {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const auto* crash = std::get_if<CrashFault>(&pending_[i].fault->value);
    if (crash == nullptr || !waits(i) || pending_[i].held) continue;
    if (!crash->of && !crash->after) continue;
    if (model_.setup().find_node(crash->node.value) != node) continue;
    if (const auto cut = place_of(*crash, node, step)) return Inside{i, *cut};
  }
  return std::nullopt;
}

/// Where in `step` the fault wants the crash: a cut as format_cut names it, `before` = the number
/// of effects for a crash after all of them; or nothing.
std::optional<Cut> FaultPlan::place_of(const CrashFault& fault,
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
bool FaultPlan::caused(const std::string& cause,
                       int node,
                       const Milestones& news,
                       const LocalState& local,
                       bool at_rest) const {
  if (cause == "ended")
    return at_rest &&
           std::all_of(local.slots.begin(), local.slots.end(), [](const ProcessState& process) {
             return process.started && process.history.decided() && process.timers == 0;
           });
  return std::any_of(news.begin(), news.end(), [&](const Milestone& m) {
    if (m.slot.process.none() || model_.setup().node_of(m.slot.process) != node) return false;
    if (cause == "voted") return m.kind == Milestone::Kind::vote;
    if (cause == "prepared") return m.kind == Milestone::Kind::vote && m.vote == Vote::yes;
    if (cause == "decided") return m.kind == Milestone::Kind::decide;
    return cause == "told" && m.kind == Milestone::Kind::answer;
  });
}

std::vector<std::size_t> FaultPlan::caused_by(const Milestones& news,
                                              const LocalState& local,
                                              int node,
                                              bool at_rest) const {
  const Setup& setup = model_.setup();
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (!waits(i) || pending_[i].held) continue;
    const scenario::Fault& fault = pending_[i].fault->value;
    const std::string* cause = nullptr;
    int waits_for = -1;
    if (const auto* crash = std::get_if<CrashFault>(&fault); crash != nullptr && crash->on) {
      cause = &crash->on->value;
      waits_for = *setup.find_node(crash->node.value);
    } else if (const auto* pause = std::get_if<PauseFault>(&fault); pause != nullptr && pause->on) {
      cause = &pause->on->value;
      waits_for = *setup.find_node(pause->node.value);
    } else if (const auto* partition = std::get_if<PartitionFault>(&fault);
               partition != nullptr && partition->on) {
      cause = &partition->on->value;
      waits_for = setup.node_of(*setup.find_process(partition->of->value));
    }
    if (cause != nullptr && waits_for == node && caused(*cause, node, news, local, at_rest))
      due.push_back(i);
  }
  return due;
}

Event FaultPlan::event_of(std::size_t index) const {
  const Setup& setup = model_.setup();
  const scenario::Fault& what = fault(index);
  Event event;
  if (const auto* crash = std::get_if<CrashFault>(&what)) {
    event.kind = EventKind::crash;
    event.node = *setup.find_node(crash->node.value);
  } else if (const auto* pause = std::get_if<PauseFault>(&what)) {
    event.kind = EventKind::pause;
    event.node = *setup.find_node(pause->node.value);
  } else if (const auto* partition = std::get_if<PartitionFault>(&what)) {
    event.kind = EventKind::partition;
    event.one_way = partition->one_way.value;
    for (const auto& group : partition->groups.value) {
      std::uint32_t mask = 0;
      for (const auto& name : group.value)
        mask |= 1U << static_cast<unsigned>(*setup.find_node(name.value));
      event.groups.push_back(mask);
    }
  }
  return event;
}

}  // namespace concordat
