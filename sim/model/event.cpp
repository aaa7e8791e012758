// Events written as text.
#include "sim/model/event.hpp"

#include <algorithm>

namespace concordat {

namespace {

const Slot& slot_at(const Model& model, int node, int slot) {
  return model.setup().slots[static_cast<std::size_t>(node)][static_cast<std::size_t>(slot)];
}

const std::string& node_name(const Model& model, int node) {
  return model.setup().nodes[static_cast<std::size_t>(node)];
}

std::string set_text(const Model& model, ProcessSet set) {
  std::string out;
  for (const ProcessId process : set)
    out += (out.empty() ? "" : ",") + model.setup().name_of(process);
  return set.size() == 1 ? out : "{" + out + "}";
}

std::string nodes_text(const Model& model, std::uint32_t mask) {
  std::string out;
  for (int node = 0; node < model.setup().node_count(); ++node)
    if ((mask >> static_cast<unsigned>(node) & 1U) != 0)
      out += (out.empty() ? "" : ",") + node_name(model, node);
  return "{" + out + "}";
}

/// ` with vote=no`: the open choices. Several processes on a recovering node are told apart.
std::string choices_text(const Model& model, int node, const Event& event, const LocalStep& step) {
  std::string out;
  for (const ChoiceMade& choice : step.choices) {
    if (choice.count == 1) continue;
    out += out.empty() ? " with " : ", ";
    if (event.kind == EventKind::recover &&
        model.setup().slots[static_cast<std::size_t>(node)].size() > 1)
      out += model.setup().slot_name(slot_at(model, node, choice.slot)) + " ";
    out += std::string(choice.label) + "=" + std::string(choice.outcome);
  }
  return out;
}

std::string tail_text(const Event& event, int tail) {
  if (tail == 0) return "";
  if (event.kept == tail) return " tail=keep";
  return event.kept == 0 ? " tail=lose" : " tail=" + std::to_string(event.kept);
}

std::string partition_text(const Model& model, const Event& event) {
  std::string out = "partition ";
  for (std::size_t i = 0; i < event.groups.size(); ++i)
    out += (i == 0 ? "" : event.one_way ? " -> " : " | ") + nodes_text(model, event.groups[i]);
  return out;
}

std::string base_text(const Model& model, const Event& event, const StepReport& report) {
  const Setup& setup = model.setup();
  const auto slot = [&] { return setup.slot_name(slot_at(model, event.node, event.slot)); };
  switch (event.kind) {
    case EventKind::start: return "start " + slot();
    case EventKind::deliver: return "deliver " + format(model, event.message);
    case EventKind::lose: return "lose " + format(model, event.message);
    case EventKind::duplicate: return "duplicate " + format(model, event.message);
    case EventKind::timeout:
      return "timeout " + slot() + " " + model.info().timers[static_cast<std::size_t>(event.timer)];
    case EventKind::crash: return "crash " + node_name(model, event.node);
    case EventKind::recover:
      return "recover " + node_name(model, event.node) + tail_text(event, report.tail);
    case EventKind::partition: return partition_text(model, event);
    case EventKind::heal: return "heal";
    case EventKind::pause: return "pause " + node_name(model, event.node);
    case EventKind::resume: return "resume " + node_name(model, event.node);
    case EventKind::store:
      return std::string(enum_name(event.notice.kind)) + " " + slot() + " " +
             setup.row_name(event.notice.row);
    case EventKind::operator_:
      return "operator " + slot() + " " +
             model.info().operators[static_cast<std::size_t>(event.code)];
    case EventKind::client: return "client " + slot() + " key=" + std::to_string(event.code);
    case EventKind::write:
      return "write " + node_name(model, event.node) + " " + setup.row_name(event.row) + " " +
             std::to_string(event.value);
    case EventKind::amnesia: return "amnesia " + node_name(model, event.node);
    case EventKind::rename: return "rename " + node_name(model, event.node);
  }
  return "";
}

}  // namespace

std::string format(const Model& model, const Envelope& envelope) {
  const Setup& setup = model.setup();
  const std::string members = model.message_members(envelope.message);
  return (setup.transactions == 1 ? "" : "t" + std::to_string(envelope.tx) + " ") +
         model.message_name(envelope.message) + "(" + setup.name_of(envelope.from) + "->" +
         setup.name_of(envelope.to) + ")" + (members.empty() ? "" : "{" + members + "}");
}

std::string format_effect(const Model& model, int node, const Effect& effect, ProcessSet to) {
  std::string out;
  if (model.setup().slots[static_cast<std::size_t>(node)].size() > 1)
    out = model.setup().slot_name(slot_at(model, node, effect.slot)) + " ";
  out += enum_name(effect.kind);
  if (effect.kind == EffectKind::send)
    return out + " " + model.print_message(effect.message) + " " + set_text(model, to);
  if (effect.kind == EffectKind::answer) return out + " " + std::string(enum_name(effect.outcome));
  if (effect.record) return out + " " + model.print_record(*effect.record);
  return out;
}

std::string format_cut(const Model& model, int node, const LocalStep& step) {
  const auto text = [&](int i) {
    const Effect& effect = step.effects[static_cast<std::size_t>(i)];
    const bool partial = i == step.cut->before;
    return format_effect(model, node, effect, partial ? step.cut->sent : effect.to);
  };
  int last = step.cut->sent.empty() ? step.cut->before - 1 : step.cut->before;
  while (last >= 0 && !step.effects[static_cast<std::size_t>(last)].is_crash_point())
    --last;
  if (last < 0) return "before everything";
  int same = 1;
  for (int i = 0; i < last; ++i)
    if (step.effects[static_cast<std::size_t>(i)].is_crash_point() && text(i) == text(last)) ++same;
  return "after " + text(last) + (same > 1 ? "#" + std::to_string(same) : "");
}

std::string format(const Model& model, const Event& event, const StepReport& report) {
  std::string out = base_text(model, event, report);
  if (!report.ran_handler) return out;
  const int node = node_of(model, event);
  out += choices_text(model, node, event, report.step);
  if (report.step.cut)
    out += ", crash " + node_name(model, node) + " " + format_cut(model, node, report.step);
  return out;
}

std::vector<std::string> enabled_lines(const Model& model,
                                       const Rules& rules,
                                       const Budget& budget,
                                       const World& world) {
  std::vector<std::string> lines;
  for (const Successor& successor : successors(model, rules, budget, world))
    lines.push_back(format(model, successor.event, successor.report));
  return lines;
}

}  // namespace concordat
