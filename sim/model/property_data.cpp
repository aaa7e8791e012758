#include "sim/model/property_data.hpp"

#include <algorithm>
#include <optional>

namespace concordat {

namespace {

constexpr int max_transactions = 8;  // eight bits each

/// Of one transaction. `full`, `none`: some process has done its work, or has not; what is neither
/// is `odd`.
enum Bit : std::uint8_t {
  under_way = 0,  // somebody has not decided, or has a local transaction open
  full = 1,
  none = 2,
  odd = 3,
  held = 4,
  committed = 5,
  aborted = 6,
  lacking = 7,  // message_effect: of consumers, what `none` is of producers
};

std::uint64_t bit(int tx, Bit which) {
  check(tx <= max_transactions, "properties on data watch at most 8 transactions");
  return 1ULL << static_cast<unsigned>((tx - 1) * 8 + which);
}

constexpr std::uint64_t every_tx(Bit which) {
  return 0x0101010101010101ULL << static_cast<unsigned>(which);
}

template <class Judge>
bool for_every_tx(const Model& model, const Observation& o, Judge judge) {
  for (int tx = 1; tx <= model.setup().transactions; ++tx)
    if (!judge([&](Bit which) { return (o.any & bit(tx, which)) != 0; })) return false;
  return true;
}

const ProcessInfo& process_of(const Setup& setup, const Slot& slot) {
  return setup.processes[static_cast<std::size_t>(slot.process.index())];
}

bool has_work(const Model& model) {
  return std::ranges::any_of(model.setup().work, [](const auto& items) { return !items.empty(); });
}

bool has_data(const Model& model) {
  return has_work(model) || !model.setup().conserved.empty();
}

/// Calls visit(slot, history) for each slot of the node whose work changes something.
template <class Visit>
void for_each_worker(const Model& model, int node, const LocalState& local, Visit visit) {
  const Setup& setup = model.setup();
  const auto& slots = setup.slots[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (std::ranges::any_of(setup.work_of(slots[i]), &WorkItem::add))
      visit(slots[i], local.slots[i].history);
}

Bit sort_of(const Effects& effects) {
  if (effects.other != 0 || effects.held() < 0) return odd;
  return effects.total() == 1 ? full : effects.total() == 0 ? none : odd;
}

bool always(const Model& /*model*/, const Observation& /*o*/, bool /*faulty*/) {
  return true;
}

// ---- resource_conservation. Sum 0: what the conserved tables hold now; sum 1: at the start.

Observation observe_sums(const Model& model, int node, const LocalState& local) {
  Observation out;
  const Setup& setup = model.setup();
  const auto conserved = [&](RowKey row) {
    return std::ranges::find(setup.conserved, row.table) != setup.conserved.end();
  };
  for (const auto& [row, content] : local.store.rows())
    if (conserved(row)) out.sums[0] += content.value + content.held;
  for (const auto& [row, content] : setup.rows[static_cast<std::size_t>(node)])
    if (conserved(row)) out.sums[1] += content.value + content.held;
  const auto& slots = setup.slots[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const History& history = local.slots[i].history;
    const bool open = local.store.tx(static_cast<int>(i)).status != LocalTxStatus::none;
    const bool waiting = process_of(setup, slots[i]).is_asked(history.vote) && !history.decided();
    if (open || waiting || history.effects.held() > 0) out.any |= bit(slots[i].tx, under_way);
    if (history.effects.held() > 0) out.any |= bit(slots[i].tx, held);
  }
  for_each_worker(model, node, local, [&](const Slot& slot, const History& history) {
    out.any |= bit(slot.tx, sort_of(history.effects));
  });
  return out;
}

bool same_everywhere(const Model& model, const Observation& o) {
  return for_every_tx(
      model, o, [](const auto& has) { return !has(odd) && !(has(full) && has(none)); });
}

bool sums_are_conserved(const Model& model, const Observation& o, bool /*faulty*/) {
  if ((o.any & every_tx(under_way)) != 0) return true;
  return o.sums[0] == o.sums[1] && same_everywhere(model, o);
}

bool rests_conserved(const Model& model, const Observation& o) {
  return o.sums[0] == o.sums[1] && (o.any & every_tx(held)) == 0 && same_everywhere(model, o);
}

bool all_is_over(const Observation& o) {
  return (o.any & every_tx(under_way)) == 0;
}

// ---- no_dangling_hold.

Observation observe_holds(const Model& model, int node, const LocalState& local) {
  Observation out;
  for_each_worker(model, node, local, [&](const Slot& slot, const History& history) {
    if (history.effects.held() != 0) out.any |= bit(slot.tx, held);
    if (history.effects.any()) out.any |= bit(slot.tx, full);
  });
  return out;
}

bool rests_without_holds(const Model& /*model*/, const Observation& o) {
  return (o.any & every_tx(held)) == 0;
}

bool some_effect(const Observation& o) {
  return (o.any & every_tx(full)) != 0;
}

// ---- idempotence.

Observation observe_repeats(const Model& model, int node, const LocalState& local) {
  Observation out;
  for_each_worker(model, node, local, [&](const Slot& slot, const History& history) {
    const Effects& e = history.effects;
    if (std::max({e.applied, e.undone, e.reserved, e.released, e.consumed}) > 1)
      out.any |= bit(slot.tx, odd);
    if (e.any()) out.any |= bit(slot.tx, full);
  });
  return out;
}

bool nothing_odd(const Model& /*model*/, const Observation& o, bool /*faulty*/) {
  return (o.any & every_tx(odd)) == 0;
}

// ---- compensation. The sum of each of the first four transactions: whose work was undone, and
// whose stands, each process one bit.

constexpr std::int64_t was_undone = 1;
constexpr std::int64_t stands = std::int64_t{1} << max_processes;

Observation observe_compensation(const Model& model, int node, const LocalState& local) {
  Observation out;
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (local.slots[i].history.committed) out.any |= bit(slots[i].tx, committed);
    if (local.slots[i].history.aborted) out.any |= bit(slots[i].tx, aborted);
  }
  for_each_worker(model, node, local, [&](const Slot& slot, const History& history) {
    const Effects& e = history.effects;
    if (e.total() > 0 || e.held() > 0) out.any |= bit(slot.tx, full);
    if (e.total() < 0 || e.held() < 0 || e.undone > 1) out.any |= bit(slot.tx, odd);
    if (static_cast<std::size_t>(slot.tx) > out.sums.size()) return;
    const auto at = static_cast<unsigned>(slot.process.index());
    const std::int64_t seen =
        (e.undone > 0 ? was_undone << at : 0) | (e.total() > 0 ? stands << at : 0);
    out.sums[static_cast<std::size_t>(slot.tx - 1)] += seen;
  });
  return out;
}

/// RETURNS: a process that has undone its work, and one that works after it whose work stands.
std::optional<std::pair<ProcessId, ProcessId>> out_of_order(const Setup& setup, std::int64_t sum) {
  for (int i = 0; i < setup.process_count(); ++i) {
    if ((sum & stands << static_cast<unsigned>(i)) == 0) continue;
    for (const ProcessId before : setup.behind[static_cast<std::size_t>(i)])
      if ((sum & was_undone << static_cast<unsigned>(before.index())) != 0)
        return std::pair(before, ProcessId::at(i));
  }
  return std::nullopt;
}

bool nothing_null(const Model& model, const Observation& o, bool /*faulty*/) {
  return for_every_tx(model, o, [](const auto& has) { return !has(odd); }) &&
         std::ranges::none_of(o.sums, [&](std::int64_t sum) {
           return out_of_order(model.setup(), sum).has_value();
         });
}

bool rests_compensated(const Model& model, const Observation& o) {
  return for_every_tx(model, o, [](const auto& has) {
    return !has(odd) && !(has(aborted) && !has(committed) && has(full));
  });
}

bool some_abort(const Observation& o) {
  return (o.any & every_tx(aborted)) != 0;
}

// ---- message_effect. `full`, `none`: producers; `held`, `lacking`: consumers, the same.

bool consumes(const Model& model, const Slot& slot) {
  const int role = process_of(model.setup(), slot).role;
  return model.info().roles[static_cast<std::size_t>(role)].consumes;
}

Observation observe_messages(const Model& model, int node, const LocalState& local) {
  Observation out;
  for_each_worker(model, node, local, [&](const Slot& slot, const History& history) {
    const Bit sort = sort_of(history.effects);
    const bool is_consumer = consumes(model, slot);
    if (sort == odd && is_consumer) out.any |= bit(slot.tx, odd);
    if (sort == full) out.any |= bit(slot.tx, is_consumer ? held : full);
    if (sort == none) out.any |= bit(slot.tx, is_consumer ? lacking : none);
  });
  return out;
}

bool rests_delivered(const Model& model, const Observation& o) {
  return for_every_tx(model, o, [](const auto& has) {
    return !has(odd) && !(has(full) && has(lacking)) && !(has(held) && has(none));
  });
}

bool some_consumer(const Observation& o) {
  return (o.any & every_tx(held)) != 0;
}

// ---- isolation. `full`: the transaction has changed a row that others work on, too; `odd`: it has
// committed and used what another has undone.

/// Whether the process counts as committed: by its decision, unless it is asked for none.
bool stays(const Setup& setup, const Slot& slot, const History& history) {
  const bool is_asked = process_of(setup, slot).must_decide && history.vote != Vote::read;
  return history.committed || (!is_asked && !history.aborted);
}

/// Calls visit(slot, other) for each of the node that stays and has used what the other undid.
template <class Visit>
void for_each_misled(const Model& model, int node, const LocalState& local, Visit visit) {
  const Setup& setup = model.setup();
  const auto& slots = setup.slots[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const History& history = local.slots[i].history;
    if (history.effects.saw == 0 || !stays(setup, slots[i], history)) continue;
    for (std::size_t j = 0; j < slots.size(); ++j) {
      const Effects& other = local.slots[j].history.effects;
      const bool seen = (history.effects.saw >> static_cast<unsigned>(slots[j].tx - 1) & 1U) != 0;
      if (seen && other.undone > 0 && other.total() <= 0) visit(slots[i], slots[j]);
    }
  }
}

/// Whether another transaction works on a row of the slot's work at the same node.
bool shares(const Setup& setup, int node, const Slot& slot) {
  const auto& slots = setup.slots[static_cast<std::size_t>(node)];
  return std::ranges::any_of(setup.work_of(slot), [&](const WorkItem& item) {
    return std::ranges::any_of(slots, [&](const Slot& other) {
      return other.tx != slot.tx && setup.works_on(other, item.row);
    });
  });
}

Observation observe_isolation(const Model& model, int node, const LocalState& local) {
  Observation out;
  for_each_worker(model, node, local, [&](const Slot& slot, const History& history) {
    if (history.effects.any() && shares(model.setup(), node, slot)) out.any |= bit(slot.tx, full);
  });
  for_each_misled(model, node, local, [&](const Slot& slot, const Slot& /*other*/) {
    out.any |= bit(slot.tx, odd);
  });
  return out;
}

bool shares_rows(const Model& model) {
  const Setup& setup = model.setup();
  return std::ranges::any_of(all_slots(model), [&](const Slot& slot) {
    return shares(setup, setup.node_of(slot.process), slot);
  });
}

// ---- Sentences.

std::string in_tx(const Model& model, int tx) {
  return model.setup().transactions == 1 ? "" : "t" + std::to_string(tx) + " ";
}

int last_step(const Milestones& milestones) {
  return milestones.empty() ? 0 : milestones.back().step;
}

/// What happened to the work of one process, and what the field calls it where that is certain.
struct Deed {
  Effects effects;
  bool late = false;   // begun only after the process had decided abort: a suspension
  bool ghost = false;  // the effect of a message that nobody has sent for good
};

/// Whether the process has begun its work only after it had decided abort, without a vote of its
/// own against it.
bool is_late(const Slot& slot, const Milestones& milestones) {
  int cancelled = 0;  // in this step
  for (const Milestone& m : milestones) {
    if (m.slot.tx != slot.tx || !(m.slot.process == slot.process)) continue;
    if (m.kind == Milestone::Kind::vote && m.vote == Vote::no) return false;
    if (m.kind == Milestone::Kind::decide && m.outcome == Outcome::abort) cancelled = m.step;
    if (m.kind == Milestone::Kind::change && m.effects.reserved + m.effects.applied > 0)
      return cancelled != 0 && cancelled < m.step;
  }
  return false;
}

/// Whether a consumer has done its work, and all producers have aborted and never done theirs.
bool is_ghost(const Model& model, const World& world, const Slot& slot) {
  if (!consumes(model, slot)) return false;
  bool some = false;
  for (const Slot& other : all_slots(model)) {
    if (other.tx != slot.tx || consumes(model, other)) continue;
    if (model.setup().work_of(other).empty()) continue;
    const History& history = state_of(model, world, other.tx, other.process).history;
    if (history.effects.any() || history.committed || !history.aborted) return false;
    some = true;
  }
  return some && state_of(model, world, slot.tx, slot.process).history.effects.total() > 0;
}

/// `has done its work`, `has released what it had not reserved (null compensation)`.
std::string state_text(const Deed& deed) {
  const Effects& e = deed.effects;
  if (!e.any()) return "has changed nothing";
  std::string out;
  const auto add = [&](int count, std::string what, std::string_view name) {
    if (count == 0) return;
    out += (out.empty() ? "has " : ", ") + std::move(what);
    if (count > 1) out += count == Effects::most ? " three times or more" : " twice";
    out += name;
  };
  const std::string after = deed.late ? " after it was cancelled" : "";
  const std::string_view late = deed.late ? " (suspension)" : "";
  const auto null = [](bool is_null) { return is_null ? " (null compensation)" : ""; };
  add(e.reserved, "reserved" + after, late);
  add(e.released,
      e.released > e.reserved ? "released what it had not reserved"
                              : "released what it had reserved",
      null(e.reserved == 0));
  add(e.consumed, "used up what it had reserved", "");
  add(e.applied, "done its work" + after, deed.ghost ? " (ghost message)" : late);
  add(e.undone,
      e.total() < 0 ? "undone what it had not done" : "undone its work",
      null(e.applied + e.consumed == 0));
  add(e.other, "changed something else", "");
  return out;
}

/// What the rows of a node tell: more was promised than there was, or a change that stands is gone.
class Rows {
 public:
  Rows(const Model& model, const World& world, int node)
      : model_(model),
        world_(world),
        setup_(model.setup()),
        local_(world.nodes[static_cast<std::size_t>(node)]),
        slots_(setup_.slots[static_cast<std::size_t>(node)]) {}

  /// `; more of stock.book is sold than there was (over-sell)`.
  std::string tell(RowKey row, const Row& first) const {
    const auto found = local_.store.rows().find(row);
    const std::int64_t now = found == local_.store.rows().end() ? 0 : found->second.value;
    std::int64_t sold = 0;
    std::int64_t known = first.value;
    bool only_takes = true;
    bool restored = false;  // by a transaction that aborted, to what it had been
    bool held = false;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const History& history = local_.slots[i].history;
      const int add = amount(i, row);
      only_takes = only_takes && add <= 0;
      held = held || (add != 0 && history.effects.held() != 0);
      sold -= std::max(history.effects.total(), is_sold(slots_[i].tx) ? 1 : 0) * add;
      if (add != 0 && history.effects.other > 0 && history.aborted) restored = true;
      if (history.effects.other == 0) known += history.effects.total() * add;
    }
    if (only_takes && sold > first.value)
      return "; more of " + setup_.row_name(row) + " is sold than there was (over-sell)";
    for (std::size_t i = 0; restored && !held && i < slots_.size(); ++i) {
      const Effects& effects = local_.slots[i].history.effects;
      const int add = amount(i, row);
      if (add != 0 && effects.other == 0 && effects.total() == 1 && now == known - add)
        return "; what " + setup_.slot_name(slots_[i]) + " did to " + setup_.row_name(row) +
               " is gone (lost update)";
    }
    return "";
  }

 private:
  int amount(std::size_t slot, RowKey row) const {
    int sum = 0;
    for (const WorkItem& item : setup_.work_of(slots_[slot]))
      if (item.row == row) sum += item.add;
    return sum;
  }

  /// Whether somebody has been told that the transaction has committed.
  bool is_sold(int tx) const {
    return std::ranges::any_of(all_slots(model_), [&](const Slot& slot) {
      return slot.tx == tx && state_of(model_, world_, tx, slot.process).history.committed;
    });
  }

  const Model& model_;
  const World& world_;
  const Setup& setup_;
  const LocalState& local_;
  const std::vector<Slot>& slots_;
};

std::string tell_rows(const Model& model, const World& world) {
  std::string out;
  const Setup& setup = model.setup();
  for (int node = 0; node < setup.node_count(); ++node)
    for (const auto& [row, first] : setup.rows[static_cast<std::size_t>(node)])
      out += Rows(model, world, node).tell(row, first);
  return out;
}

/// What each process has made of its work.
std::string explain_effects(const Model& model, const World& world, const Milestones& milestones) {
  const Setup& setup = model.setup();
  std::string out;
  for (const Slot& slot : all_slots(model)) {
    if (setup.work_of(slot).empty()) continue;
    const Deed deed{state_of(model, world, slot.tx, slot.process).history.effects,
                    is_late(slot, milestones),
                    is_ghost(model, world, slot)};
    out += (out.empty() ? "" : ", ") + in_tx(model, slot.tx) + setup.name_of(slot.process) + " " +
           state_text(deed);
  }
  return out + " after step " + std::to_string(last_step(milestones)) + tell_rows(model, world);
}

std::string explain_compensation(const Model& model,
                                 const World& world,
                                 const Milestones& milestones) {
  Observation o;
  for (int node = 0; node < model.setup().node_count(); ++node)
    o.combine(observe_compensation(model, node, world.nodes[static_cast<std::size_t>(node)]));
  const std::string effects = explain_effects(model, world, milestones);
  for (std::size_t i = 0; i < o.sums.size(); ++i)
    if (const auto pair = out_of_order(model.setup(), o.sums[i]))
      return effects + ": " + in_tx(model, static_cast<int>(i) + 1) +
             model.setup().name_of(pair->first) + " undid its work while that of " +
             model.setup().name_of(pair->second) + ", which came after it, stood";
  return effects;
}

/// What it is called to use a change of the other's that is undone later, if it is one thing.
std::string_view misuse(const Model& model, const World& world, const Slot& slot, int other_tx) {
  const Setup& setup = model.setup();
  const int node = setup.node_of(slot.process);
  bool reads = false;
  bool writes = false;
  for (const WorkItem& item : setup.work_of(slot))
    for (const Slot& other : setup.slots[static_cast<std::size_t>(node)])
      if (other.tx == other_tx && setup.changes(other, item.row))
        (item.add == 0 ? reads : writes) = true;
  const Effects& effects = state_of(model, world, slot.tx, slot.process).history.effects;
  if (reads == writes || (writes && effects.total() <= 0)) return "";
  return writes ? " (dirty write)" : " (dirty read)";
}

std::string explain_misled(const Model& model, const World& world, const Milestones& milestones) {
  std::string out;
  for (int node = 0; node < model.setup().node_count(); ++node)
    for_each_misled(model,
                    node,
                    world.nodes[static_cast<std::size_t>(node)],
                    [&](const Slot& slot, const Slot& other) {
                      out += (out.empty() ? "" : ", ") + model.setup().slot_name(slot) +
                             " has used a change of t" + std::to_string(other.tx) + ", which t" +
                             std::to_string(other.tx) + " has undone";
                      out += misuse(model, world, slot, other.tx);
                    });
  return out + ", and commits all the same, after step " + std::to_string(last_step(milestones));
}

std::string explain_sums(const Model& model, const World& world, const Milestones& milestones) {
  const Setup& setup = model.setup();
  Observation sums;
  for (int node = 0; node < setup.node_count(); ++node)
    sums.combine(observe_sums(model, node, world.nodes[static_cast<std::size_t>(node)]));
  if (sums.sums[0] == sums.sums[1]) return explain_effects(model, world, milestones);
  std::string tables;
  for (const int table : setup.conserved)
    tables += (tables.empty() ? "" : ", ") + setup.tables[static_cast<std::size_t>(table)];
  return tables + " held " + std::to_string(sums.sums[1]) + " in all at the start and " +
         std::to_string(sums.sums[0]) + " after step " + std::to_string(last_step(milestones)) +
         (all_is_over(sums) ? ", with every transaction over" : "") + tell_rows(model, world);
}

}  // namespace

std::vector<Property> data_properties() {
  const auto has_consumers = [](const Model& model) {
    return has_work(model) && std::ranges::any_of(model.info().roles, &RoleSpec::consumes);
  };
  return {
      {.name = "resource_conservation",
       .code = "RC",
       .meaning =
           "in the end work is done by all or by nobody, and conserved tables keep their sum",
       .observe = observe_sums,
       .judge = sums_are_conserved,
       .at_stake = all_is_over,
       .explain = explain_sums,
       .reads = {.effects = true},
       .judge_at_rest = rests_conserved,
       .applies = has_data},
      {.name = "no_dangling_hold",
       .code = "ND",
       .meaning = "in the end nothing is held of what a transaction has reserved",
       .observe = observe_holds,
       .judge = always,
       .at_stake = some_effect,
       .explain = explain_effects,
       .reads = {.effects = true},
       .judge_at_rest = rests_without_holds,
       .applies = has_work},
      {.name = "idempotence",
       .code = "ID",
       .meaning = "no process does its work, or undoes it, twice in one transaction",
       .observe = observe_repeats,
       .judge = nothing_odd,
       .at_stake = some_effect,
       .explain = explain_effects,
       .reads = {.effects = true},
       .repairs = 0,
       .applies = has_work},
      {.name = "compensation",
       .code = "CO",
       .meaning = "what was done for an aborted transaction is undone, the last first, and nothing "
                  "else is",
       .observe = observe_compensation,
       .judge = nothing_null,
       .at_stake = some_abort,
       .explain = explain_compensation,
       .reads = {.effects = true},
       .judge_at_rest = rests_compensated,
       .applies = has_work},
      {.name = "isolation",
       .code = "IS",
       .meaning = "nobody commits who has read or changed a row under a change that another undid",
       .observe = observe_isolation,
       .judge = nothing_odd,
       .at_stake = some_effect,
       .explain = explain_misled,
       .reads = {.effects = true, .saw = true},
       .applies = shares_rows},
      {.name = "message_effect",
       .code = "LD",
       .meaning = "in the end each consumer has done its work once iff the producer has",
       .observe = observe_messages,
       .judge = always,
       .at_stake = some_consumer,
       .explain = explain_effects,
       .reads = {.effects = true},
       .judge_at_rest = rests_delivered,
       .applies = has_consumers},
  };
}

}  // namespace concordat
