#include "sim/run/blocking.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "sim/model/event.hpp"

namespace concordat {

namespace {

bool is_ordinary(const Event& event) {
  return event.kind == EventKind::start || event.kind == EventKind::deliver ||
         event.kind == EventKind::timeout || event.kind == EventKind::store;
}

/// What may still be spent on one report. UNITS: processes of worlds, so that large models end too.
struct Work {
  std::int64_t left = 0;
  static constexpr std::int64_t per_state = 50;  // a small model's world and its successors
};

/// Visits fault-free futures breadth first until `visit(step, world)` says stop. The step is null
/// for the first world. RETURNS: false if the work ran out or a bound was hit.
template <class Visit>
bool for_each_future(
    const Model& model, const Rules& rules, const World& from, Work& work, Visit visit) {
  Budget none;
  none.heal = false;
  std::set<std::string> seen{key_of(from)};
  std::deque<World> queue{from};
  if (!visit(static_cast<const Successor*>(nullptr), from)) return true;
  std::string past_bound;
  while (!queue.empty()) {
    const World world = std::move(queue.front());
    queue.pop_front();
    if (work.left <= 0) return false;
    for (Successor& next : successors(model, rules, none, world, &past_bound)) {
      work.left -= model.setup().transactions * model.setup().process_count();
      if (!is_ordinary(next.event) || !seen.insert(key_of(next.world)).second) continue;
      if (!visit(&next, next.world)) return true;
      queue.push_back(std::move(next.world));
    }
  }
  return past_bound.empty();
}

std::vector<Event> repairs(const Model& model, const Rules& rules, const World& world) {
  std::vector<Event> out;
  for (int node = 0; node < model.setup().node_count(); ++node) {
    const LocalState& local = world.nodes[static_cast<std::size_t>(node)];
    Event event;
    event.node = node;
    event.kind = EventKind::recover;
    event.kept = rules.tail == TailRule::lost ? 0 : static_cast<int>(local.tail.size());
    if (!local.up) out.push_back(event);
    event.kind = EventKind::resume;
    if (local.paused) out.push_back(event);
  }
  Event heal;
  heal.kind = EventKind::heal;
  if (world.partitioned()) out.push_back(heal);
  return out;
}

/// Tries the repairs together. RETURNS: the event in which `slot` then decides, or "".
std::string decides_after(const Model& model,
                          const Rules& rules,
                          World world,
                          const std::vector<Event>& repairs,
                          const Slot& slot,
                          Work& work) {
  const auto decided = [&](const World& w) {
    return state_of(model, w, slot.tx, slot.process).history.settled();
  };
  std::string line;
  for (const Event& repair : repairs) {
    const auto report = apply(model, rules, world, repair);
    if (!report) return "";
    line = format(model, repair, *report);
  }
  if (decided(world)) return line;
  std::string found;
  for_each_future(model, rules, world, work, [&](const Successor* step, const World& next) {
    if (step == nullptr || !decided(next)) return true;
    found = format(model, step->event, step->report);
    return false;
  });
  return found;
}

void find_repairs(const Model& model,
                  const Rules& rules,
                  const World& world,
                  Work& work,
                  BlockedProcess& blocked) {
  std::vector<Event> all = repairs(model, rules, world);
  const auto name = [&](const Event& event) {
    StepReport report;
    return format(model, event, report);
  };
  for (const Event& repair : all) {
    const std::string line = decides_after(model, rules, world, {repair}, blocked.slot, work);
    if (line.empty()) continue;
    blocked.freed_by.push_back(name(repair));
    if (blocked.waits_for.empty()) blocked.waits_for = line;
  }
  if (!blocked.freed_by.empty() || all.size() < 2) return;
  blocked.waits_for = decides_after(model, rules, world, all, blocked.slot, work);
  if (blocked.waits_for.empty()) return;
  for (std::size_t i = 0; i < all.size() && all.size() > 2;) {  // what is not needed goes
    std::vector<Event> fewer = all;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const std::string line = decides_after(model, rules, world, fewer, blocked.slot, work);
    if (line.empty()) {
      ++i;
      continue;
    }
    all = std::move(fewer);
    blocked.waits_for = line;
  }
  std::string together;
  for (const Event& repair : all)
    together += (together.empty() ? "" : " and ") + name(repair);
  blocked.freed_by.push_back(together);
}

}  // namespace

BlockingReport find_blocked(const Model& model,
                            const Rules& run_rules,
                            const World& world,
                            std::int64_t max_states,
                            bool with_repairs) {
  Rules rules = run_rules;
  if (rules.copies == Rules::any_number) rules.copies = 1;
  std::vector<Slot> waiting;
  for (const Slot& slot : all_slots(model))
    if (undecided(model, world, slot)) waiting.push_back(slot);
  BlockingReport report;
  if (waiting.empty()) return report;
  Work work{max_states * Work::per_state};
  report.complete =
      for_each_future(model, rules, world, work, [&](const Successor*, const World& next) {
        ++report.states;
        std::erase_if(waiting, [&](const Slot& slot) {
          return state_of(model, next, slot.tx, slot.process).history.settled();
        });
        return !waiting.empty();
      });
  for (const Slot& slot : waiting) {
    BlockedProcess blocked;
    blocked.slot = slot;
    const auto node = static_cast<std::size_t>(model.setup().node_of(slot.process));
    const int local = model.setup().local_slot(slot.tx, slot.process);
    for (const RowKey row : world.nodes[node].store.tx(local).locks)
      blocked.holds.push_back(model.setup().row_name(row));
    if (report.complete && with_repairs) find_repairs(model, rules, world, work, blocked);
    blocked.searched = report.complete && work.left > 0;
    report.blocked.push_back(std::move(blocked));
  }
  return report;
}

std::optional<bool> comes_to_rest(const Model& model,
                                  const Rules& run_rules,
                                  const World& world,
                                  const Property& property,
                                  std::int64_t max_states) {
  Rules rules = run_rules;
  if (rules.copies == Rules::any_number) rules.copies = 1;
  Work work{max_states * Work::per_state};
  bool rests = false;
  const bool complete =
      for_each_future(model, rules, world, work, [&](const Successor*, const World& next) {
        rests = may_rest(property, model, next);
        return !rests;
      });
  if (rests || complete) return rests;
  return std::nullopt;
}

std::string describe(const Model& model, const BlockedProcess& blocked) {
  const auto list = [](const std::vector<std::string>& words, const char* joint) {
    std::string out;
    for (const std::string& word : words)
      out += (out.empty() ? "" : joint) + word;
    return out;
  };
  std::string out = model.setup().slot_name(blocked.slot) + " is blocked";
  if (!blocked.holds.empty()) out += " and holds " + list(blocked.holds, ", ");
  if (blocked.freed_by.empty() && !blocked.searched)
    return out + "; what would free it was not found within the limit of the search";
  if (blocked.freed_by.empty()) return out + "; no repair in the model frees it";
  out += "; `" + list(blocked.freed_by, "` or `") + "` would free it";
  return out + ", it decides in `" + blocked.waits_for + "`";
}

}  // namespace concordat
