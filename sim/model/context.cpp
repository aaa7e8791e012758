#include "sim/model/context.hpp"

#include <algorithm>

namespace concordat::detail {

Effect& ContextBase::record_effect(EffectKind kind) {
  check(!out_.declined, "a handler that declines does nothing else");
  Effect& effect = out_.effects.emplace_back();
  effect.kind = kind;
  effect.slot = slot_;
  return effect;
}

void ContextBase::record_store(std::string what, std::string value) {
  record_effect(EffectKind::store).text = static_cast<int>(out_.texts.size());
  out_.texts.push_back({std::move(what), std::move(value)});
}

int ContextBase::choose_index(std::string_view label, std::span<const std::string_view> outcomes) {
  check(!outcomes.empty(), "a choice has at least one outcome");
  int open_before = 0;
  for (const ChoiceMade& made : out_.choices) {
    check(made.slot != slot_ || made.label != label, "a label is asked at most once per step");
    if (made.count > 1) ++open_before;
  }
  const Slot& slot = slot_info();
  bool open = setup_.open_choices;
  int taken = 0;
  for (const FixedChoice& fixed : setup_.choices) {
    if (fixed.tx != slot.tx || fixed.process != slot.process || fixed.label != label) continue;
    const auto it = std::find(outcomes.begin(), outcomes.end(), fixed.outcome);
    open = fixed.outcome == "any";
    taken = it == outcomes.end() ? 0 : static_cast<int>(it - outcomes.begin());
  }
  const int count = open ? static_cast<int>(outcomes.size()) : 1;
  if (count > 1 && open_before < static_cast<int>(plan_.choices.size()))
    taken = plan_.choices[static_cast<std::size_t>(open_before)];
  else if (count > 1 && plan_.chooser != nullptr)
    taken = plan_.chooser->choose(label, outcomes);
  if (taken < 0 || taken >= static_cast<int>(outcomes.size())) {
    out_.off_plan = true;
    taken = 0;
  }
  out_.choices.push_back({slot_, label, outcomes[static_cast<std::size_t>(taken)], taken, count});
  if (outcomes.size() > 1 && !out_.declined)
    record_effect(EffectKind::choose).text = static_cast<int>(out_.choices.size()) - 1;
  return taken;
}

void ContextBase::decline_step() {
  for (const Effect& effect : out_.effects)
    check(effect.kind == EffectKind::choose, "a handler declines before it does anything");
  out_.declined = true;
}

std::vector<std::pair<RowKey, Row>> ContextBase::rows_of(std::uint16_t table) const {
  std::vector<std::pair<RowKey, Row>> rows;
  for (const auto& [key, row] : local_.store.rows())
    if (key.table == table) rows.emplace_back(key, row);
  return rows;
}

LockAnswer ContextBase::lock_row(RowKey row) {
  if (local_.store.holder(row) == slot_) return LockAnswer::granted;
  const auto& ages = setup_.slots[static_cast<std::size_t>(node_)];
  const LockAnswer answer = local_.store.lock(slot_, row, setup_.locks, ages);
  if (answer == LockAnswer::granted) out_.locked.push_back(row);
  record_store("lock " + setup_.row_name(row), std::string(enum_name(answer)));
  return answer;
}

InsertAnswer ContextBase::insert_row(RowKey row, const Row& content) {
  switch (lock_row(row)) {
    case LockAnswer::refused: return InsertAnswer::refused;
    case LockAnswer::waiting: return InsertAnswer::waiting;
    case LockAnswer::granted: break;
  }
  if (local_.store.read(slot_, row, ReadLevel::committed)) return InsertAnswer::exists;
  write_row(row, content, "insert");
  return InsertAnswer::inserted;
}

void ContextBase::write_row(RowKey row, const std::optional<Row>& content, std::string_view verb) {
  local_.store.write(slot_, row, content);
  record_store(std::string(verb) + " " + setup_.row_name(row),
               content ? setup_.print(row, *content) : "-");
}

namespace {

/// What a change of a row by `value` and `held` makes of work that adds `add` to it.
std::uint8_t* kind_of(Effects& effects, int add, int value, int held) {
  const bool takes = add < 0;
  const auto is = [&](int v, int h) { return value == v && held == h; };
  if (is(add, 0)) return &effects.applied;
  if (is(-add, 0)) return &effects.undone;
  if (takes ? is(add, -add) : is(0, add)) return &effects.reserved;
  if (takes ? is(-add, add) : is(0, -add)) return &effects.released;
  if (takes ? is(0, add) : is(add, -add)) return &effects.consumed;
  return &effects.other;
}

}  // namespace

void ContextBase::note_use(RowKey row) {
  if (setup_.transactions == 1) return;
  const Slot& self = slot_info();
  if (!setup_.works_on(self, row)) return;
  const auto& slots = setup_.slots[static_cast<std::size_t>(node_)];
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const History& other = local_.slots[i].history;
    const bool stands = other.effects.total() > 0 && !other.committed;
    if (slots[i].tx == self.tx || !stands || !setup_.changes(slots[i], row)) continue;
    check(slots[i].tx <= Effects::most_seen, "isolation is watched for at most 8 transactions");
    Effects& effects = process().history.effects;
    effects.saw = static_cast<std::uint8_t>(effects.saw | 1U << (slots[i].tx - 1));
  }
}

StoreUndo ContextBase::end_local_tx(StoreAction action) {
  StoreUndo undo = local_.store.apply(action, slot_);
  const auto& work = setup_.work_of(slot_info());
  if (action != StoreAction::commit || work.empty()) return undo;
  for (const RowKey row : undo.before.locks)
    note_use(row);
  Effects& effects = process().history.effects;
  std::uint8_t* kind = nullptr;  // the same for every row
  for (const WorkItem& item : work) {
    const auto old = std::find_if(undo.rows.begin(), undo.rows.end(), [&](const auto& each) {
      return each.first == item.row;
    });
    const auto now = local_.store.rows().find(item.row);
    const Row before = old == undo.rows.end() ? Row{} : old->second.value_or(Row{});
    const Row after = now == local_.store.rows().end() ? Row{} : now->second;
    if (old == undo.rows.end()) continue;
    int add = 0;
    for (const WorkItem& each : work)
      if (each.row == item.row) add += each.add;
    const int value = after.value - before.value;
    const int held = after.held - before.held;
    if (value == 0 && held == 0) continue;
    std::uint8_t* const its = kind_of(effects, add, value, held);
    kind = kind == nullptr || kind == its ? its : &effects.other;
  }
  if (kind != nullptr && *kind < Effects::most) ++*kind;
  return undo;
}

bool ContextBase::count_up(std::string_view label, int value, int limit) {
  for (const auto& [name, bound] : setup_.bounds)
    if (name == label) limit = std::min(limit, bound);
  if (value < limit) return true;
  out_.past_bound = std::string(label) + " <= " + std::to_string(limit);
  return false;
}

}  // namespace concordat::detail
