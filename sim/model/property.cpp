#include "sim/model/property.hpp"

#include <algorithm>

#include "sim/model/property_data.hpp"

namespace concordat {

namespace {

constexpr int max_transactions = 16;  // four bits each

/// Bit `which` (0..3) of transaction `tx`.
std::uint64_t bit(int tx, int which) {
  check(tx <= max_transactions, "properties watch at most 16 transactions");
  return 1ULL << static_cast<unsigned>((tx - 1) * 4 + which);
}

template <class Visit>
void for_each_stake(const Model& model, int node, const LocalState& local, Visit visit) {
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (local.slots[i].history.vote != Vote::read) visit(slots[i], local.slots[i].history);
}

template <class Judge>
bool for_every_tx(const Model& model, Judge judge) {
  for (int tx = 1; tx <= model.setup().transactions; ++tx)
    if (!judge(tx)) return false;
  return true;
}

bool votes(const Model& model, const Slot& slot) {
  return model.setup().processes[static_cast<std::size_t>(slot.process.index())].votes;
}

enum Bit : std::uint8_t { committed = 0, aborted = 1, objected = 2, excused = 3 };

/// The bit in every transaction.
constexpr std::uint64_t every_tx(Bit which) {
  return 0x1111111111111111ULL << static_cast<unsigned>(which);
}

bool some_commit(const Observation& o) {
  return (o.any & every_tx(committed)) != 0;
}
bool some_abort(const Observation& o) {
  return (o.any & every_tx(aborted)) != 0;
}
bool some_decision(const Observation& o) {
  return some_commit(o) || some_abort(o);
}
bool some_answer(const Observation& o) {
  return (o.any & (every_tx(objected) | every_tx(excused))) != 0;
}
void add_decision(const Slot& slot, const History& history, Observation& out) {
  if (history.committed) out.any |= bit(slot.tx, committed);
  if (history.aborted) out.any |= bit(slot.tx, aborted);
  if (history.vote == Vote::no) out.any |= bit(slot.tx, objected);
  if (history.timed_out) out.any |= bit(slot.tx, excused);
}

Observation observe_decisions(const Model& model, int node, const LocalState& local) {
  Observation out;
  for_each_stake(model, node, local, [&](const Slot& slot, const History& history) {
    add_decision(slot, history, out);
  });
  return out;
}

Observation observe_correct(const Model& model, int node, const LocalState& local) {
  Observation out;
  for_each_stake(model, node, local, [&](const Slot& slot, const History& history) {
    if (!history.crashed) add_decision(slot, history, out);
  });
  return out;
}

bool agree(const Model& model, const Observation& o, bool /*faulty*/) {
  return for_every_tx(model, [&](int tx) {
    const std::uint64_t both = bit(tx, committed) | bit(tx, aborted);
    return (o.any & both) != both;
  });
}

Observation observe_consent(const Model& model, int node, const LocalState& local) {
  Observation out = observe_decisions(model, node, local);
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Vote vote = local.slots[i].history.vote;
    if (votes(model, slots[i]) && vote != Vote::yes && vote != Vote::read)
      out.all &= ~bit(slots[i].tx, committed);
  }
  return out;
}

bool commit_is_valid(const Model& model, const Observation& o, bool /*faulty*/) {
  return for_every_tx(model, [&](int tx) {
    return (o.any & bit(tx, committed)) == 0 || (o.all & bit(tx, committed)) != 0;
  });
}

bool abort_is_valid(const Model& model, const Observation& o, bool faulty) {
  return for_every_tx(model, [&](int tx) {
    return (o.any & bit(tx, aborted)) == 0 || (o.any & bit(tx, objected)) != 0 || faulty;
  });
}

bool abort_is_weakly_valid(const Model& model, const Observation& o, bool faulty) {
  return for_every_tx(model, [&](int tx) {
    return (o.any & bit(tx, aborted)) == 0 || (o.any & bit(tx, objected)) != 0 || faulty ||
           (o.any & bit(tx, excused)) != 0;
  });
}

Observation observe_reversals(const Model& model, int node, const LocalState& local) {
  Observation out;
  for_each_stake(model, node, local, [&](const Slot& slot, const History& history) {
    if (history.decided()) out.any |= bit(slot.tx, committed);
    if (history.committed && history.aborted) out.any |= bit(slot.tx, objected);
  });
  return out;
}

bool never_reversed(const Model& /*model*/, const Observation& o, bool /*faulty*/) {
  return (o.any & every_tx(objected)) == 0;
}

Observation observe_answers(const Model& model, int node, const LocalState& local) {
  Observation out = observe_decisions(model, node, local);
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  out.any &= every_tx(committed) | every_tx(aborted);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (local.slots[i].history.answered_commit) out.any |= bit(slots[i].tx, objected);
    if (local.slots[i].history.answered_abort) out.any |= bit(slots[i].tx, excused);
  }
  return out;
}

bool answers_are_true(const Model& model, const Observation& o, bool /*faulty*/) {
  return for_every_tx(model, [&](int tx) {
    const auto has = [&](Bit which) { return (o.any & bit(tx, which)) != 0; };
    const bool told_commit = has(objected);
    const bool told_abort = has(excused);
    return !(told_commit && has(aborted)) && !(told_abort && has(committed)) &&
           !(told_commit && told_abort);
  });
}

// ---- Sentences.

std::string in_tx(const Model& model, int tx) {
  return model.setup().transactions == 1 ? "" : " in t" + std::to_string(tx);
}

std::string decided(const Model& model, const Milestone& m) {
  return model.setup().name_of(m.slot.process) + " decided " + std::string(enum_name(m.outcome)) +
         " in step " + std::to_string(m.step);
}

const Milestone* first(const Milestones& milestones,
                       int tx,
                       Milestone::Kind kind,
                       Outcome outcome) {
  for (const Milestone& m : milestones)
    if (m.kind == kind && m.slot.tx == tx && m.outcome == outcome) return &m;
  return nullptr;
}

bool has_crashed(const Model& model, const World& world, const Slot& slot) {
  return state_of(model, world, slot.tx, slot.process).history.crashed;
}

Milestones with_stake(const Model& model, const World& world, const Milestones& milestones) {
  Milestones out = milestones;
  std::erase_if(out, [&](const Milestone& m) {
    return m.kind == Milestone::Kind::decide &&
           state_of(model, world, m.slot.tx, m.slot.process).history.vote == Vote::read;
  });
  return out;
}

std::string explain_split(const Model& model, const World& world, const Milestones& all) {
  const Milestones milestones = with_stake(model, world, all);
  for (int tx = 1; tx <= model.setup().transactions; ++tx) {
    const Milestone* commit = first(milestones, tx, Milestone::Kind::decide, Outcome::commit);
    const Milestone* abort = first(milestones, tx, Milestone::Kind::decide, Outcome::abort);
    if (commit == nullptr || abort == nullptr) continue;
    if (abort->step < commit->step) std::swap(commit, abort);
    return decided(model, *commit) + ", but " + decided(model, *abort) + in_tx(model, tx);
  }
  return "two processes decided differently";
}

std::string explain_correct_split(const Model& model, const World& world, const Milestones& all) {
  Milestones milestones = all;
  std::erase_if(milestones, [&](const Milestone& m) {
    return m.kind == Milestone::Kind::decide && has_crashed(model, world, m.slot);
  });
  return explain_split(model, world, milestones) + "; neither has crashed";
}

std::string explain_commit(const Model& model, const World& world, const Milestones& all) {
  const Milestones milestones = with_stake(model, world, all);
  for (int tx = 1; tx <= model.setup().transactions; ++tx) {
    const Milestone* commit = first(milestones, tx, Milestone::Kind::decide, Outcome::commit);
    if (commit == nullptr) continue;
    for (int i = 0; i < model.setup().process_count(); ++i) {
      const Slot slot{tx, ProcessId::at(i)};
      const Vote vote = state_of(model, world, tx, slot.process).history.vote;
      if (!votes(model, slot) || vote == Vote::yes || vote == Vote::read) continue;
      return decided(model, *commit) + ", but " + model.setup().name_of(slot.process) +
             (vote == Vote::no ? " voted no" : " has not voted") + in_tx(model, tx);
    }
  }
  return "commit was decided without every vote";
}

std::string explain_abort(const Model& model, const World& world, const Milestones& all) {
  const Milestones milestones = with_stake(model, world, all);
  for (int tx = 1; tx <= model.setup().transactions; ++tx)
    if (const Milestone* abort = first(milestones, tx, Milestone::Kind::decide, Outcome::abort))
      return decided(model, *abort) + ", though nobody voted no and nothing failed" +
             in_tx(model, tx);
  return "abort was decided without a reason";
}

std::string explain_reversal(const Model& model, const World& world, const Milestones& all) {
  const Milestones milestones = with_stake(model, world, all);
  for (const Milestone& a : milestones)
    for (const Milestone& b : milestones)
      if (a.kind == Milestone::Kind::decide && b.kind == a.kind &&
          a.slot.process == b.slot.process && a.slot.tx == b.slot.tx && a.outcome != b.outcome &&
          a.step <= b.step)
        return decided(model, a) + " and then " + std::string(enum_name(b.outcome)) + " in step " +
               std::to_string(b.step) + in_tx(model, a.slot.tx);
  return "a process reversed its decision";
}

std::string explain_answer(const Model& model, const World& world, const Milestones& all) {
  const Milestones milestones = with_stake(model, world, all);
  for (const Milestone& answer : milestones) {
    if (answer.kind != Milestone::Kind::answer) continue;
    const Outcome other = answer.outcome == Outcome::commit ? Outcome::abort : Outcome::commit;
    if (const Milestone* m = first(milestones, answer.slot.tx, Milestone::Kind::decide, other))
      return "the client was told " + std::string(enum_name(answer.outcome)) + " in step " +
             std::to_string(answer.step) + ", but " + decided(model, *m) + in_tx(model, m->slot.tx);
  }
  return "the client was told two outcomes";
}

}  // namespace

namespace {

std::vector<Property> all_properties() {
  constexpr std::uint64_t excuses = every_tx(objected) | every_tx(excused);
  std::vector<Property> properties{
      {"uniform_agreement",
       "UA",
       "no two processes decide differently, not even one that crashes later",
       observe_decisions,
       agree,
       some_decision,
       explain_split,
       {},
       0},
      {"agreement_among_correct",
       "CA",
       "no two processes that have not crashed decide differently",
       observe_correct,
       agree,
       some_decision,
       explain_correct_split,
       {.crashed = true},
       0},
      {"commit_validity",
       "VC",
       "commit is decided only if every participant voted yes or read",
       observe_consent,
       commit_is_valid,
       some_commit,
       explain_commit,
       {},
       0},
      {"abort_validity",
       "VAs",
       "abort is decided only after a no vote or a fault; a delay is none",
       observe_decisions,
       abort_is_valid,
       some_abort,
       explain_abort,
       {},
       excuses},
      {"abort_validity_weak",
       "VAw",
       "abort is decided only after a no vote, a fault or a timeout",
       observe_decisions,
       abort_is_weakly_valid,
       some_abort,
       explain_abort,
       {.timed_out = true},
       excuses},
      {"irrevocability",
       "IR",
       "no process reverses its decision",
       observe_reversals,
       never_reversed,
       some_decision,
       explain_reversal,
       {},
       0},
      {"answer_true",
       "AT",
       "what the client is told is what every process decides",
       observe_answers,
       answers_are_true,
       some_answer,
       explain_answer,
       {.answered = true},
       0},
  };
  const std::vector<Property> data = data_properties();
  properties.insert(properties.end() - 1, data.begin(), data.end());
  return properties;
}

}  // namespace

const std::vector<Property>& safety_properties() {
  static const std::vector<Property> properties = all_properties();
  return properties;
}

const Property* find_property(std::string_view name_or_code) {
  for (const Property& property : safety_properties())
    if (property.name == name_or_code || property.code == name_or_code) return &property;
  return nullptr;
}

bool is_judged(const Property& property, const Model& model) {
  const auto& judged = model.setup().judged;
  return applies(property, model) &&
         (judged.empty() || std::ranges::find(judged, property.name) != judged.end());
}

bool keeps_violated(const Property& property, const Observation& before, const Observation& after) {
  const std::uint64_t lost = before.any & ~after.any;
  const std::uint64_t added = after.any & ~before.any;
  const std::uint64_t joined = after.all & ~before.all;
  if (before == after) return true;
  return property.repairs != ~std::uint64_t{0} && lost == 0 && (added & property.repairs) == 0 &&
         joined == 0 && before.sums == after.sums;
}

Observation observe(const Property& property, const Model& model, const World& world) {
  Observation combined;
  for (int node = 0; node < model.setup().node_count(); ++node)
    combined.combine(property.observe(model, node, world.nodes[static_cast<std::size_t>(node)]));
  return combined;
}

bool satisfied(const Property& property, const Model& model, const World& world) {
  return property.judge(model, observe(property, model, world), world.used.any());
}

bool may_rest(const Property& property, const Model& model, const World& world) {
  return property.judge_at_rest == nullptr ||
         property.judge_at_rest(model, observe(property, model, world));
}

std::vector<Slot> all_slots(const Model& model) {
  std::vector<Slot> slots;
  for (int tx = 1; tx <= model.setup().transactions; ++tx)
    for (int i = 0; i < model.setup().process_count(); ++i)
      slots.push_back({tx, ProcessId::at(i)});
  return slots;
}

bool undecided(const Model& model, const World& world, const Slot& slot) {
  const int node = model.setup().node_of(slot.process);
  return undecided(model,
                   node,
                   world.nodes[static_cast<std::size_t>(node)],
                   model.setup().local_slot(slot.tx, slot.process));
}

bool undecided(const Model& model, int node, const LocalState& local, int slot) {
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  const auto process_index =
      static_cast<std::size_t>(slots[static_cast<std::size_t>(slot)].process.index());
  if (!local.up || local.paused) return false;
  const ProcessState& process = local.slots[static_cast<std::size_t>(slot)];
  return model.setup().processes[process_index].is_asked(process.history.vote) && process.started &&
         !process.history.decided();
}

void append_milestones(const Model& model,
                       const Event& event,
                       const StepReport& report,
                       const World& after,
                       int step,
                       Milestones& out) {
  if (event.kind == EventKind::crash || event.kind == EventKind::partition ||
      event.kind == EventKind::lose)
    out.push_back({Milestone::Kind::fault, step, {}, {}, {}, {}});
  if (!report.ran_handler) return;
  const int node = node_of(model, event);
  const auto& slots = model.setup().slots[static_cast<std::size_t>(node)];
  if (event.kind == EventKind::timeout)
    out.push_back(
        {Milestone::Kind::timeout, step, slots[static_cast<std::size_t>(event.slot)], {}, {}, {}});
  for (int i = 0; i < static_cast<int>(report.step.effects.size()); ++i) {
    const Effect& effect = report.step.effects[static_cast<std::size_t>(i)];
    if (!report.step.happened(i)) continue;
    const Slot& slot = slots[static_cast<std::size_t>(effect.slot)];
    if (effect.kind == EffectKind::vote)
      out.push_back({Milestone::Kind::vote, step, slot, effect.vote, {}, {}});
    if (effect.kind == EffectKind::decide)
      out.push_back({Milestone::Kind::decide, step, slot, {}, effect.outcome, {}});
    if (effect.kind == EffectKind::answer)
      out.push_back({Milestone::Kind::answer, step, slot, {}, effect.outcome, {}});
    if (effect.store == StoreAction::commit)
      out.push_back({Milestone::Kind::change,
                     step,
                     slot,
                     {},
                     {},
                     state_of(model, after, slot.tx, slot.process).history.effects});
  }
  if (report.step.cut) out.push_back({Milestone::Kind::crash, step, {}, {}, {}, {}});
}

}  // namespace concordat
