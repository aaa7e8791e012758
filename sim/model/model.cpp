#include "sim/model/model.hpp"

#include <algorithm>
#include <tuple>

namespace concordat {

namespace {

/// What a step leaves for the rest of the world; two crashes inside a step with equal traces are
/// one.
struct Trail {
  LocalState local;
  std::vector<std::tuple<int, std::uint32_t, MessageBlob>> sends;
  friend bool operator==(const Trail&, const Trail&) = default;
};

/// The receivers on other nodes: those on the same node die with the sender.
ProcessSet remote(const Setup& setup, int node, ProcessSet to) {
  ProcessSet out;
  for (const ProcessId process : to)
    if (setup.node_of(process) != node) out.insert(process);
  return out;
}

Trail trail_of(const Setup& setup, int node, const Model::Outcome& outcome) {
  Trail trail{outcome.local, {}};
  for (int i = 0; i < static_cast<int>(outcome.step.effects.size()); ++i) {
    const Effect& effect = outcome.step.effects[static_cast<std::size_t>(i)];
    for (const ProcessId to : remote(setup, node, outcome.step.sent_by(i)))
      trail.sends.emplace_back(effect.slot, ProcessSet::of(to).mask(), effect.message);
  }
  return trail;
}

/// All crashes inside a step with these effects. One before everything is listed only where it is
/// not the same as a crash between steps: when a message is consumed by it, or a vote or decision
/// comes first.
std::vector<Cut> cuts_of(const Setup& setup,
                         int node,
                         const LocalEvent& event,
                         const LocalStep& step) {
  std::vector<Cut> cuts;
  bool anything = event.kind == LocalEventKind::message;
  for (int i = 0; i < static_cast<int>(step.effects.size()); ++i) {
    const Effect& effect = step.effects[static_cast<std::size_t>(i)];
    anything = anything || effect.kind == EffectKind::vote || effect.kind == EffectKind::decide;
    if (!effect.is_crash_point()) continue;
    if (anything) cuts.push_back({i, {}});
    anything = true;
    if (effect.kind != EffectKind::send) continue;
    const std::uint32_t all = remote(setup, node, effect.to).mask();
    // All subsets in ascending order; the full one equals a crash before the next effect.
    for (std::uint32_t sent = (0 - all) & all; sent != 0 && sent != all; sent = (sent - all) & all)
      cuts.push_back({i, ProcessSet(sent)});
  }
  return cuts;
}

/// The next combination of open choices, counted like an odometer; false after the last.
bool next_choices(const LocalStep& step, std::vector<int>& taken) {
  std::vector<int> counts;
  taken.clear();
  for (const ChoiceMade& choice : step.choices) {
    if (choice.count == 1) continue;
    counts.push_back(choice.count);
    taken.push_back(choice.taken);
  }
  while (!taken.empty()) {
    if (++taken.back() < counts[taken.size() - 1]) return true;
    taken.pop_back();
  }
  return false;
}

}  // namespace

Model::Consumed Model::consume(LocalState& local, const LocalEvent& event) {
  Consumed consumed;
  if (event.kind == LocalEventKind::recover) {
    check(!local.up && local.tail.empty(),
          "a node recovers when it is down and its log is settled");
    local.up = true;
    return consumed;
  }
  check(local.up && !local.paused, "a step happens on a node that is up");
  ProcessState& process = local.slots[static_cast<std::size_t>(event.slot)];
  switch (event.kind) {
    case LocalEventKind::start: process.started = true; break;
    case LocalEventKind::timer:
      process.timers =
          static_cast<std::uint8_t>(process.timers & ~(1U << static_cast<unsigned>(event.timer)));
      consumed.timed_out = process.history.timed_out;
      process.history.timed_out = true;
      break;
    case LocalEventKind::store: consumed.notice = local.store.take_notice(event.notice); break;
    case LocalEventKind::message:
    case LocalEventKind::recover:
    case LocalEventKind::operator_action:
    case LocalEventKind::client: break;
  }
  return consumed;
}

void Model::give_back(LocalState& local, const LocalEvent& event, const Consumed& consumed) {
  ProcessState& process = local.slots[static_cast<std::size_t>(event.slot)];
  switch (event.kind) {
    case LocalEventKind::start: process.started = false; break;
    case LocalEventKind::timer:
      process.timers =
          static_cast<std::uint8_t>(process.timers | 1U << static_cast<unsigned>(event.timer));
      process.history.timed_out = consumed.timed_out;
      break;
    case LocalEventKind::store: local.store.give_notice(event.notice, consumed.notice); break;
    case LocalEventKind::message:
    case LocalEventKind::recover:
    case LocalEventKind::operator_action:
    case LocalEventKind::client: break;
  }
}

LocalState Model::initial(int node) const {
  const auto& slots = setup_.slots[static_cast<std::size_t>(node)];
  LocalState local;
  local.slots.assign(slots.size(), {});
  for (ProcessState& process : local.slots)
    process.state = initial_state();
  local.store = Store(setup_.rows[static_cast<std::size_t>(node)], static_cast<int>(slots.size()));
  for (int slot = 0; slot < static_cast<int>(slots.size()); ++slot) {
    LocalState after = local;
    LocalStep start;
    LocalEvent event;
    event.kind = LocalEventKind::start;
    event.slot = slot;
    step(node, after, event, {}, start);
    const bool external =
        !start.choices.empty() || std::any_of(start.effects.begin(),
                                              start.effects.end(),
                                              [](const Effect& e) { return e.is_crash_point(); });
    if (start.exists() && !external) local = std::move(after);
  }
  return local;
}

std::vector<Model::Outcome> Model::outcomes(int node,
                                            const LocalState& local,
                                            const LocalEvent& event,
                                            bool cuts,
                                            std::string* past_bound) const {
  std::vector<Outcome> out;
  std::vector<int> choices;
  do {
    Outcome whole{{choices, std::nullopt}, local, {}};
    step(node, whole.local, event, whole.plan, whole.step);
    out.push_back(std::move(whole));
  } while (next_choices(out.back().step, choices));

  std::vector<Outcome> crashed;
  for (const Outcome& whole : out) {
    if (!cuts || !whole.step.exists()) continue;
    for (const Cut& cut : cuts_of(setup_, node, event, whole.step)) {
      Outcome partial{{whole.plan.choices, cut}, local, {}};
      step(node, partial.local, event, partial.plan, partial.step);
      const Trail trail = trail_of(setup_, node, partial);
      const bool known = std::any_of(crashed.begin(), crashed.end(), [&](const Outcome& other) {
        return trail_of(setup_, node, other) == trail;
      });
      if (!known) crashed.push_back(std::move(partial));
    }
  }
  for (const Outcome& whole : out)
    if (past_bound != nullptr && !whole.step.past_bound.empty())
      *past_bound = whole.step.past_bound;
  std::erase_if(out, [](const Outcome& outcome) { return !outcome.step.exists(); });
  std::move(crashed.begin(), crashed.end(), std::back_inserter(out));
  return out;
}

std::string Model::print_message(const MessageBlob& message) const {
  const std::string members = message_members(message);
  return message_name(message) + (members.empty() ? "" : "{" + members + "}");
}

}  // namespace concordat
