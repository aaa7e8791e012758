#include "sim/run/state_text.hpp"

#include <algorithm>

namespace concordat {

namespace {

void add_process(const Model& model,
                 int node,
                 std::size_t slot,
                 const LocalState& local,
                 std::vector<StateText>& out) {
  const std::string where =
      model.setup().slot_name(model.setup().slots[static_cast<std::size_t>(node)][slot]);
  const ProcessState& process = local.slots[slot];
  const auto add =
      [&](const char* part, StatePart which, const StateBlob& blob, const StateBlob& zero) {
        const auto now = model.fields(which, blob);
        const auto then = model.fields(which, zero);
        for (std::size_t i = 0; i < now.size(); ++i)
          out.push_back({where, part, now[i].name, now[i].value, now[i].value == then[i].value});
      };
  add("log", StatePart::log, process.durable, StateBlob{});
  add("state", StatePart::state, process.state, model.initial_state());
  for (std::size_t timer = 0; timer < model.info().timers.size(); ++timer)
    if ((process.timers >> timer & 1U) != 0)
      out.push_back({where, "timers", model.info().timers[timer], "armed", false});
}

void add_store(const Model& model, int node, const LocalState& local, std::vector<StateText>& out) {
  const Setup& setup = model.setup();
  const std::string& name = setup.nodes[static_cast<std::size_t>(node)];
  for (const auto& [row, content] : local.store.rows())
    out.push_back({name, "store", setup.row_name(row), setup.print(row, content), false});
  const auto& slots = setup.slots[static_cast<std::size_t>(node)];
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    const LocalTx& tx = local.store.tx(static_cast<int>(slot));
    const std::string who = setup.slot_name(slots[slot]);
    if (tx.status == LocalTxStatus::none) continue;
    const std::string status{enum_name(tx.status)};
    out.push_back({name, "locks", "local transaction of " + who, status, false});
    for (const RowKey row : tx.locks)
      out.push_back({name, "locks", "lock " + setup.row_name(row), who, false});
    for (const auto& [row, content] : tx.writes)
      out.push_back({name,
                     "locks",
                     "pending " + setup.row_name(row),
                     content ? setup.print(row, *content) : "deleted",
                     false});
  }
}

}  // namespace

std::vector<StateText> state_texts(const Model& model, int node, const LocalState& local) {
  const std::string& name = model.setup().nodes[static_cast<std::size_t>(node)];
  std::vector<StateText> out;
  if (!local.up) out.push_back({name, "node", "down", "true", false});
  if (local.paused) out.push_back({name, "node", "paused", "true", false});
  if (local.renames > 0)
    out.push_back({name, "node", "renames", std::to_string(local.renames), false});
  if (!local.tail.empty())
    out.push_back({name, "node", "unforced records", std::to_string(local.tail.size()), false});
  const auto shared = model.fields(StatePart::node, local.node_state);
  const auto zero = model.fields(StatePart::node, StateBlob{});
  for (std::size_t i = 0; i < shared.size(); ++i)
    out.push_back(
        {name, "node", shared[i].name, shared[i].value, shared[i].value == zero[i].value});
  for (std::size_t slot = 0; slot < local.slots.size(); ++slot)
    add_process(model, node, slot, local, out);
  add_store(model, node, local, out);
  return out;
}

std::vector<trace::Change> differences(const std::vector<StateText>& before,
                                       const std::vector<StateText>& after) {
  const auto find = [](const std::vector<StateText>& texts, const StateText& wanted) {
    return std::find_if(texts.begin(), texts.end(), [&](const StateText& text) {
      return text.where == wanted.where && text.part == wanted.part && text.field == wanted.field;
    });
  };
  std::vector<trace::Change> out;
  for (const StateText& now : after) {
    const auto then = find(before, now);
    const std::string old_value = then == before.end() ? "" : then->value;
    if (old_value != now.value)
      out.push_back({now.where, now.part, now.field, old_value, now.value});
  }
  for (const StateText& then : before)
    if (find(after, then) == after.end())
      out.push_back({then.where, then.part, then.field, then.value, ""});
  return out;
}

std::string decision_text(const Milestones& milestones, const Slot& slot, const History& history) {
  if (!history.committed || !history.aborted)
    return history.committed ? "commit" : history.aborted ? "abort" : "";
  for (const Milestone& m : milestones)
    if (m.kind == Milestone::Kind::decide && m.slot.tx == slot.tx && m.slot.process == slot.process)
      return m.outcome == Outcome::commit ? "commit, then abort" : "abort, then commit";
  return "commit, then abort";
}

}  // namespace concordat
