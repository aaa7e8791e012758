#include "sim/bench/step_cache.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace concordat::bench {

namespace {

constexpr int older = 1;
constexpr int younger = 3;
constexpr int most_rows = 16;  // of a place: a mask in an action

std::size_t place(int index) {
  return static_cast<std::size_t>(index);
}

/// What no handler reads and no action depends on, so that states do not differ in it.
void forget_history(LocalState& local) {
  const auto forget = [](History& history) {
    history.crashed = history.timed_out = false;
    history.answered_commit = history.answered_abort = false;
    history.effects.saw = 0;
  };
  for (ProcessState& process : local.slots)
    forget(process.history);
  for (Unforced& unforced : local.tail)
    unforced.effects.saw = 0;
}

}  // namespace

StepCache::StepCache(const Model& model) : model_(model) {
  const Setup& setup = model.setup();
  check(setup.transactions == transactions && setup.locks == LockPolicy::wait_die,
        "the model has two transactions that stand for all others");
  places_.resize(place(setup.node_count()));
  for (int i = 0; i < setup.process_count(); ++i) {
    const int node = setup.node_of(ProcessId::at(i));
    place_of_.push_back(node);
    slot_of_.push_back(slot_of(transaction, i));
    const auto& work = setup.work_of({transaction, ProcessId::at(i)});
    if (!work.empty()) ++workers_;
    int item = 0;
    auto& rows = places_[place(node)].rows;
    for (const WorkItem& each : work) {
      const auto same = [&](const RowPlace& row) { return row.key == each.row; };
      if (std::any_of(rows.begin(), rows.end(), same)) continue;
      rows.push_back({each.row, i, item++});
    }
    start_columns_.push_back(column(Event::start, i, 0));
    for (int timer = 0; timer < max_timers; ++timer)
      timer_columns_.push_back(column(Event::timer, i, timer));
  }
  for (int node = 0; node < setup.node_count(); ++node) {
    check(places_[place(node)].rows.size() <= most_rows, "a place has at most 16 rows");
    LocalState local = model.initial(node);
    const auto& slots = setup.slots[place(node)];
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i].tx == transaction) continue;
      local.slots[i] = {};
      local.slots[i].state = model.initial_state();
    }
    LocalState down = local;
    for (ProcessState& process : down.slots) {
      process = {};
      process.state = model.initial_state();
    }
    down.up = false;
    Place& here = places_[place(node)];
    here.initial = intern(node, std::move(local));
    here.initial_down = intern(node, std::move(down));
  }
}

std::size_t StepCache::state_count() const {
  std::size_t count = 0;
  for (const Place& each : places_)
    count += each.states.size();
  return count;
}

// ---- Numbers.

std::uint16_t StepCache::column(Event event, int process, int detail) {
  const auto key = std::tuple(0, static_cast<int>(event), process, detail);
  const auto known = column_ids_.find(key);
  if (known != column_ids_.end()) return known->second;
  Column column;
  column.event = event;
  column.process = process;
  column.detail = detail;
  return column_ids_[key] = add_column(place_of(process), column);
}

std::uint16_t StepCache::node_column(Event event, int node, int detail) {
  const auto key = std::tuple(1, static_cast<int>(event), node, detail);
  const auto known = column_ids_.find(key);
  if (known != column_ids_.end()) return known->second;
  Column column;
  column.event = event;
  column.detail = detail;
  return column_ids_[key] = add_column(node, column);
}

std::uint16_t StepCache::add_column(int node, const Column& column) {
  Place& here = places_[place(node)];
  check(here.columns.size() < 65'535, "a place has fewer than 65,536 kinds of events");
  here.columns.push_back(column);
  if (here.columns.size() > here.stride) {  // the table is laid out anew
    const std::size_t stride = here.stride * 2;
    std::vector<std::uint32_t> cells(here.states.size() * stride, unknown);
    for (std::size_t i = 0; i < here.states.size(); ++i)
      std::copy_n(here.cells.begin() + static_cast<std::ptrdiff_t>(i * here.stride),
                  here.stride,
                  cells.begin() + static_cast<std::ptrdiff_t>(i * stride));
    here.stride = stride;
    here.cells = std::move(cells);
  }
  return static_cast<std::uint16_t>(here.columns.size() - 1);
}

StepCache::StateInfo StepCache::describe(int node, const LocalState& local) const {
  const Place& here = places_[place(node)];
  StateInfo info;
  for (std::size_t i = 0; i < here.rows.size(); ++i) {
    const int slot = slot_of_[place(here.rows[i].process)];
    const auto& locks = local.store.tx(slot).locks;
    if (std::binary_search(locks.begin(), locks.end(), here.rows[i].key))
      info.held |= 1U << i;
    else if (local.store.waits(slot) &&
             local.store.holder(here.rows[i].key) == slot_of(younger, here.rows[i].process))
      info.awaited |= 1U << i;
  }
  return info;
}

std::uint32_t StepCache::intern(int node, LocalState&& local) {
  forget_history(local);
  Place& here = places_[place(node)];
  std::string key;
  append_key(local, key);
  const auto [it, is_new] = here.ids.emplace(key, static_cast<std::uint32_t>(here.states.size()));
  if (!is_new) return it->second;
  const StateInfo info = describe(node, local);
  here.states.push_back(std::move(local));
  here.info.push_back(info);
  here.cells.resize(here.states.size() * here.stride, unknown);
  return it->second;
}

std::uint16_t StepCache::intern_message(ProcessId from, ProcessId to, const MessageBlob& message) {
  std::string key{static_cast<char>(from.index()), static_cast<char>(to.index())};
  key.append(reinterpret_cast<const char*>(message.data()), MessageBlob::max_size);
  const auto known = message_ids_.find(key);
  if (known != message_ids_.end()) return known->second;
  check(messages_.size() < 65'535, "a protocol has fewer than 65,536 different messages");
  Column column;
  column.event = Event::message;
  column.process = to.index();
  column.from = from;
  column.message = message;
  const auto id = static_cast<std::uint16_t>(messages_.size());
  messages_.push_back({add_column(place_of(to.index()), column),
                       static_cast<std::uint8_t>(from.index()),
                       static_cast<std::uint8_t>(to.index())});
  message_ids_.emplace(std::move(key), id);
  return id;
}

// ---- Steps.

LocalEvent StepCache::event_of(const Column& column) const {
  LocalEvent event;
  event.slot = slot_of_[place(column.process)];
  switch (column.event) {
    case Event::start: event.kind = LocalEventKind::start; break;
    case Event::timer:
      event.kind = LocalEventKind::timer;
      event.timer = column.detail;
      break;
    case Event::message:
      event.kind = LocalEventKind::message;
      event.from = column.from;
      event.message = column.message;
      break;
    case Event::granted:
    case Event::wounded:
      event.kind = LocalEventKind::store;
      event.notice.slot = event.slot;
      event.notice.kind =
          column.event == Event::granted ? NoticeKind::granted : NoticeKind::wounded;
      event.notice.row = places_[place(place_of(column.process))].rows[place(column.detail)].key;
      break;
    case Event::crash:
    case Event::recover:
      event.kind = LocalEventKind::recover;
      event.slot = 0;
      break;
  }
  return event;
}

/// What the rest of the cluster does to the place before the handler runs.
void StepCache::before_step(const Origin& origin, LocalState& local, LocalEvent& event) const {
  const Place& here = places_[place(origin.place)];
  const Column& column = here.columns[origin.column];
  event = event_of(column);
  switch (column.event) {
    case Event::granted:  // whoever held the row lets go of it
      local.store.apply(StoreAction::rollback, slot_of(younger, column.process));
      break;
    case Event::wounded:
      local.store.apply(StoreAction::rollback, event.slot);
      local.store.give_notice(event.notice, 0);
      break;
    case Event::recover: lose_tail(local, column.detail); break;
    case Event::start:
    case Event::timer:
    case Event::message:
    case Event::crash: break;
  }
  const auto& ages = model_.setup().slots[place(origin.place)];
  for (const Blocked& blocked : origin.blocked) {
    const RowPlace& row = here.rows[place(blocked.row)];
    const int slot = slot_of(blocked.waits ? younger : older, row.process);
    local.store.lock(slot, row.key, LockPolicy::no_wait, ages);
  }
}

/// RETURNS: whether the step exists. `cut_before` -1: no crash inside it.
bool StepCache::perform(const Origin& origin, LocalState& local, LocalStep& step, int cut_before) {
  LocalEvent event;
  before_step(origin, local, event);
  StepPlan plan;
  plan.choices = origin.choices;
  if (cut_before >= 0) plan.cut = Cut{cut_before, {}};
  model_.step(origin.place, local, event, plan, step);
  ++handler_calls_;
  if (!step.exists()) return false;
  // Those who stand for others let go of what nobody here waits for.
  for (int process = 0; process < processes(); ++process) {
    if (place_of(process) != origin.place) continue;
    local.store.apply(StoreAction::rollback, slot_of(older, process));
    if (!local.store.waits(slot_of_[place(process)]))
      local.store.apply(StoreAction::rollback, slot_of(younger, process));
  }
  return true;
}

std::uint32_t StepCache::work_out(int node, std::uint32_t state, std::uint16_t column) {
  Origin origin;
  origin.place = node;
  origin.state = state;
  origin.column = column;
  const std::uint32_t id = play_of(origin);
  Place& here = places_[place(node)];
  here.cells[static_cast<std::size_t>(state) * here.stride + column] = id;
  return id;
}

std::uint32_t StepCache::play_of(const Origin& origin) {
  LocalState local = state(origin.place, origin.state);
  Play play;
  LocalStep step;
  bool exists = true;
  if (places_[place(origin.place)].columns[origin.column].event == Event::crash)
    crash(local, model_.initial_state());
  else
    exists = perform(origin, local, step, -1);
  std::size_t open = 0;
  const ChoiceMade* asked = nullptr;
  for (const ChoiceMade& choice : step.choices)
    if (choice.count > 1 && open++ == origin.choices.size()) asked = &choice;
  const auto id = static_cast<std::uint32_t>(plays_.size());
  if (asked != nullptr) {
    play.kind = Play::Kind::question;
    play.asks = static_cast<std::uint8_t>(asked->count);
  } else if (exists) {
    const std::uint32_t rows = gained(origin, step);
    compile(origin, std::move(local), step, play);
    play.asks = static_cast<std::uint8_t>(std::popcount(rows));
    for (int row = 0; row < most_rows; ++row)
      if ((rows >> static_cast<unsigned>(row) & 1U) != 0) asked_[id].push_back(row);
  } else {
    play.kind = Play::Kind::declined;
  }
  if (play.asks > 0) {
    play.branch = static_cast<std::uint32_t>(branches_.size());
    branches_.resize(branches_.size() + std::size_t{2} * play.asks, unknown);
  }
  plays_.push_back(play);
  origins_.push_back(origin);
  if (asked != nullptr) open_question(id, origin, *asked);
  return id;
}

/// The rows that a step locks for which nobody has answered yet: one that was waited for is there,
/// and so are those of a prepared local transaction whose end was lost with the log's tail.
std::uint32_t StepCache::gained(const Origin& origin, const LocalStep& step) const {
  const Place& here = places_[place(origin.place)];
  std::uint32_t locked = 0;
  for (std::size_t i = 0; i < here.rows.size(); ++i)
    if (std::count(step.locked.begin(), step.locked.end(), here.rows[i].key) > 0) locked |= 1U << i;
  const Column& column = here.columns[origin.column];
  std::uint32_t before = held(origin.place, origin.state);
  if (column.event == Event::granted) before |= 1U << static_cast<unsigned>(column.detail);
  if (column.event == Event::recover) {
    LocalState local = state(origin.place, origin.state);
    lose_tail(local, column.detail);
    before = describe(origin.place, local).held;
  }
  return locked & ~before;
}

/// Notes the names of the outcomes, for which each is tried.
void StepCache::open_question(std::uint32_t id, const Origin& origin, const ChoiceMade& asked) {
  Question question{asked.label, {}};
  for (int i = 0; i < asked.count; ++i) {
    Origin other = origin;
    other.choices.push_back(i);
    LocalState trial = state(origin.place, origin.state);
    LocalStep taken;
    perform(other, trial, taken, -1);
    std::size_t seen = 0;
    for (const ChoiceMade& choice : taken.choices)
      if (choice.count > 1 && seen++ == origin.choices.size())
        question.outcomes.push_back(choice.outcome);
  }
  questions_[id] = std::move(question);
}

std::string_view StepCache::label(std::uint32_t id) const {
  return questions_.at(id).label;
}

const std::vector<std::string_view>& StepCache::outcomes(std::uint32_t id) const {
  return questions_.at(id).outcomes;
}

std::uint32_t StepCache::answer(std::uint32_t id, int outcome) {
  const std::size_t cell = plays_[id].branch + place(outcome);
  if (branches_[cell] == unknown) {
    Origin origin = origins_[id];
    origin.choices.push_back(outcome);
    const std::uint32_t child = play_of(origin);
    branches_[cell] = child;
  }
  return branches_[cell];
}

int StepCache::asked_row(std::uint32_t id, int index) const {
  return asked_.at(id)[place(index)];
}

std::uint32_t StepCache::blocked(std::uint32_t id, int index, bool waits) {
  const std::size_t cell = plays_[id].branch + place(2 * index + (waits ? 1 : 0));
  if (branches_[cell] == unknown) {
    Origin origin = origins_[id];
    origin.blocked.push_back({asked_row(id, index), waits});
    const std::uint32_t child = play_of(origin);
    branches_[cell] = child;
  }
  return branches_[cell];
}

std::uint32_t StepCache::cut(std::uint32_t id, int effect) {
  const auto key = std::pair(id, effect);
  const auto known = cuts_.find(key);
  if (known != cuts_.end()) return known->second;
  const Origin& origin = origins_[id];
  LocalState local = state(origin.place, origin.state);
  LocalStep step;
  const bool exists = perform(origin, local, step, effect);
  check(exists, "a crash can fall before every forced write");
  return cuts_[key] = intern(origin.place, std::move(local));
}

// ---- Actions.

/// A timer that is disarmed at any moment of the step is so from its beginning, as the handler's
/// decisions are; it is armed when its effect comes.
void StepCache::add_timers(int node, const LocalState& before, const LocalState& after) {
  std::vector<Action> front;
  for (int process = 0; process < processes(); ++process) {
    if (place_of(process) != node) continue;
    const auto slot = place(slot_of_[place(process)]);
    for (int timer = 0; timer < max_timers; ++timer) {
      const auto bit = 1U << static_cast<unsigned>(timer);
      const bool was = (before.slots[slot].timers & bit) != 0;
      const bool is = (after.slots[slot].timers & bit) != 0;
      const auto arms = [&](const Action& action) {
        return action.act == Act::arm && action.process == process && action.detail == timer;
      };
      const bool again = std::any_of(pending_.begin(), pending_.end(), arms);
      if (was && (!is || again))
        front.push_back(
            {Act::disarm, static_cast<std::uint8_t>(process), static_cast<std::uint16_t>(timer)});
      if (!is) std::erase_if(pending_, arms);
    }
  }
  pending_.insert(pending_.begin(), front.begin(), front.end());
}

void StepCache::add_effect(int node, const Effect& effect, int index) {
  const Slot& slot = model_.setup().slots[place(node)][place(effect.slot)];
  const auto process = static_cast<std::uint8_t>(slot.process.index());
  const ProcessInfo& info = model_.setup().processes[process];
  const auto add = [&](Act act, int detail = 0) {
    pending_.push_back({act, process, static_cast<std::uint16_t>(detail)});
  };
  switch (effect.kind) {
    case EffectKind::send:
      for (const ProcessId to : effect.to)
        add(Act::send, intern_message(slot.process, to, effect.message));
      break;
    case EffectKind::force: add(effect.record ? Act::force : Act::force_store, index); break;
    case EffectKind::append:
      if (effect.record) add(Act::append);
      break;
    case EffectKind::arm: add(Act::arm, effect.timer); break;
    case EffectKind::vote:
      if (effect.vote == Vote::yes && info.must_decide) add(Act::vote_yes);
      break;
    case EffectKind::decide:
      add(effect.outcome == Outcome::commit ? Act::decide_commit : Act::decide_abort);
      break;
    case EffectKind::answer:
      add(effect.outcome == Outcome::commit ? Act::answer_commit : Act::answer_abort);
      break;
    case EffectKind::disarm:
    case EffectKind::choose:
    case EffectKind::store: break;
  }
}

void StepCache::add_data(int node, const LocalState& before, const LocalState& after) {
  DataChange change;
  for (int process = 0; process < processes(); ++process) {
    if (place_of(process) != node) continue;
    const Effects& old = before.slots[place(slot_of_[place(process)])].history.effects;
    const Effects& now = after.slots[place(slot_of_[place(process)])].history.effects;
    change.done = static_cast<std::int8_t>(change.done + (now.total() > 0 ? 1 : 0) -
                                           (old.total() > 0 ? 1 : 0));
    change.compensated = static_cast<std::uint8_t>(change.compensated + now.undone - old.undone +
                                                   now.released - old.released);
  }
  if (change == DataChange{}) return;
  const auto known = std::find(data_.begin(), data_.end(), change);
  const auto id = static_cast<std::uint16_t>(known - data_.begin());
  if (known == data_.end()) data_.push_back(change);
  pending_.push_back({Act::data, 0, id});
}

void StepCache::compile(const Origin& origin,
                        LocalState&& after,
                        const LocalStep& step,
                        Play& play) {
  const LocalState before = state(origin.place, origin.state);  // interning may move it
  const LocalState result = after;
  play.kind = Play::Kind::step;
  play.next = intern(origin.place, std::move(after));
  play.changes = play.next != origin.state;
  pending_.clear();
  add_effects(origin, before, result, step, play.next);
  add_timers(origin.place, before, result);
  check(pending_.size() < 256, "a step has fewer than 256 actions");
  play.actions = static_cast<std::uint32_t>(actions_.size());
  play.count = static_cast<std::uint8_t>(pending_.size());
  actions_.insert(actions_.end(), pending_.begin(), pending_.end());
}

/// The rows change hands, and the business changes, with the last local transaction that ends.
void StepCache::add_effects(const Origin& origin,
                            const LocalState& before,
                            const LocalState& after,
                            const LocalStep& step,
                            std::uint32_t next) {
  const int node = origin.place;
  const std::uint32_t lost = (held(node, origin.state) | gained(origin, step)) & ~held(node, next);
  const std::uint32_t given_up =
      awaited(node, origin.state) & ~awaited(node, next) & ~held(node, next);
  const int count = static_cast<int>(step.effects.size());
  int last = -1;
  for (int i = 0; i < count; ++i) {
    const StoreAction store = step.effects[place(i)].store;
    if (store == StoreAction::commit || store == StoreAction::rollback) last = i;
  }
  for (int i = 0; i < count; ++i) {
    const Effect& effect = step.effects[place(i)];
    const ProcessId process = model_.setup().slots[place(node)][place(effect.slot)].process;
    if (effect.store == StoreAction::prepare)
      pending_.push_back({Act::prepare, static_cast<std::uint8_t>(process.index()), 0});
  }
  const auto end_of_local = [&] {
    if (lost != 0) pending_.push_back({Act::release, 0, static_cast<std::uint16_t>(lost)});
    add_data(node, before, after);
  };
  if (given_up != 0) pending_.push_back({Act::unwait, 0, static_cast<std::uint16_t>(given_up)});
  if (last < 0) end_of_local();
  for (int i = 0; i < count; ++i) {
    add_effect(node, step.effects[place(i)], i);
    if (i == last) end_of_local();
  }
}

}  // namespace concordat::bench
