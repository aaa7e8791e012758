// Steps: what runs, what waits, and what becomes of it.
#include <algorithm>
#include <bit>

#include "sim/run/simulator.hpp"

namespace concordat {

// ---- Events at a process.

void Simulator::park(int node, const Entry& entry) {
  at(node).parked.push_back(entry);
}

/// What was parked is looked at again, in the order in which it came.
void Simulator::wake(int node) {
  std::vector<Entry> entries;
  entries.swap(at(node).parked);
  at(node).declined = false;
  for (const Entry& entry : entries) {
    if (entry.kind == Kind::timer) slots_[entry.index].timers[entry.detail].queued_us = now_;
    push(now_, entry);
  }
}

void Simulator::on_start(const Entry& entry) {
  const SlotRun& slot = slots_[entry.index];
  if (!local(slot.node).up || local(slot.node).paused) return park(slot.node, entry);
  LocalEvent event;
  event.kind = LocalEventKind::start;
  event.slot = slot.slot;
  if (!perform(EventKind::start, slot.node, entry.index, event)) {
    at(slot.node).declined = true;
    return park(slot.node, entry);
  }
  hold(slot.tx, -1);
  if (!at(slot.node).parked.empty() && local(slot.node).up) wake(slot.node);
}

void Simulator::set_timer(std::uint32_t slot, int timer) {
  TimerState& state = slots_[slot].timers[static_cast<std::size_t>(timer)];
  const std::int64_t length = timed_.timeouts[static_cast<std::size_t>(timer)].us;
  // A clock that is too fast lets it ring early.
  __extension__ using Wide = __int128;
  const std::int64_t rate = at(slots_[slot].node).clock_millionths;
  state.due_us = now_ + length;
  if (rate != 1'000'000)
    state.due_us = now_ + static_cast<std::int64_t>(Wide{length} * 1'000'000 / rate);
  state.sequence = sequence_++;
  // An entry that is already there is used again when it comes up; see on_timer.
  if (state.queued_us >= 0 && state.queued_us <= state.due_us) return;
  state.queued_us = state.due_us;
  queue_.push(
      state.due_us, state.sequence, {Kind::timer, static_cast<std::uint8_t>(timer), slot, 0});
}

void Simulator::on_timer(const Entry& entry, std::int64_t time) {
  SlotRun& slot = slots_[entry.index];
  TimerState& timer = slot.timers[entry.detail];
  if (timer.queued_us != time) return;  // a later arming has an entry of its own
  timer.queued_us = -1;
  const bool armed = (state(entry.index).timers >> entry.detail & 1U) != 0;
  if (!armed) return;
  if (timer.due_us > time) {  // armed again since the entry was made
    timer.queued_us = timer.due_us;
    return queue_.push(timer.due_us, timer.sequence, entry);
  }
  if (local(slot.node).paused) return park(slot.node, entry);
  if (busy(entry.index)) {
    slot.deferred.push_back({Kind::timer, entry.detail, 0, timer.sequence});
    return;
  }
  fire(entry.index, entry.detail);
}

void Simulator::fire(std::uint32_t id, int timer) {
  SlotRun& slot = slots_[id];
  if (retries_only(id, timer)) {
    summary_.ended = Ended::retries;
    stop_ = true;
    return;
  }
  LocalEvent event;
  event.kind = LocalEventKind::timer;
  event.slot = slot.slot;
  event.timer = timer;
  if (perform(EventKind::timeout, slot.node, id, event)) return;
  at(slot.node).declined = true;
  park(slot.node, {Kind::timer, static_cast<std::uint8_t>(timer), id, 0});
}

/// Whether nothing can happen but timers that repeat, and this one has rung in the very same
/// situation before. If times are drawn, which may yet break a tie, it has to have rung so often
/// that they would have; if a choice was drawn meanwhile, the next one may come out differently.
bool Simulator::retries_only(std::uint32_t slot, int timer) {
  constexpr int often_enough = 8;
  if (awaited_ > 0 || !timed_.retries[static_cast<std::size_t>(timer)]) return false;
  const auto& random = timed_.random;
  if (random.any() && !(random.until && now_ >= random.until->us)) return false;
  for (std::size_t i = 0; i < plan_.size(); ++i)
    if (plan_has_messages_ && plan_.waits(i)) return false;
  std::string key;
  for (const LocalState& node : locals_) {
    append_key(node, key);
    if (!node.up || node.paused) continue;
    for (const ProcessState& process : node.slots)
      for (std::size_t other = 0; other < timed_.retries.size(); ++other)
        if ((process.timers >> other & 1U) != 0 && !timed_.retries[other]) return false;
  }
  if (std::exchange(quiet_drawn_, chances_.drawn()) != chances_.drawn()) quiet_.clear();
  key += std::to_string(slot) + "." + std::to_string(timer);
  return ++quiet_[std::move(key)] > (times_are_drawn_ ? often_enough : 1);
}

void Simulator::on_notices(int node) {
  at(node).notice_queued = false;
  if (!local(node).up) return;
  if (local(node).paused) return park(node, {Kind::notice, 0, static_cast<std::uint32_t>(node), 0});
  const std::vector<StoreNotice> notices = local(node).store.notices();
  for (const StoreNotice& notice : notices) {
    const std::uint32_t id = slot_id(node, notice.slot);
    if (busy(id) || !local(node).up) continue;  // looked at again when the step is done
    const auto& now = local(node).store.notices();
    if (std::find(now.begin(), now.end(), notice) == now.end()) continue;
    LocalEvent event;
    event.kind = LocalEventKind::store;
    event.slot = notice.slot;
    event.notice = notice;
    perform(EventKind::store, node, id, event);
  }
}

// ---- Steps.

/// Runs the handler for an event. RETURNS: false if the step does not exist; nothing has changed.
bool Simulator::perform(EventKind kind,
                        int node,
                        std::uint32_t slot,
                        const LocalEvent& event,
                        std::uint32_t message,
                        int kept) {
  NodeRun& here = at(node);
  LocalState& state = local(node);
  const std::uint32_t id = slot == none ? recovery_id(node) : slot;
  Runner& runner = runners_[id];
  if (keep_before_) before_ = state;
  chances_.draw_from(
      slots_[slot == none ? first_slot_[static_cast<std::size_t>(node)] : slot].choices);
  step_plan_.choices.clear();
  step_plan_.cut.reset();
  step_plan_.chooser = &chances_;
  runner.crash_after = no_crash;
  if (looks_inside_ || here.crash_inside) plan_cut(runner, node, event);
  model_.step(node, state, event, step_plan_, runner.step);
  if (!runner.step.exists()) {
    if (!runner.step.declined || slot == none) std::swap(state, before_);
    return false;
  }
  if (may_crash_) std::swap(here.before, before_);
  if (rules_.tail == TailRule::kept) state.tail.clear();
  runner.event = event;
  runner.kind = kind;
  runner.next = 0;
  runner.started_us = now_;
  here.last = id;
  here.last_can_crash = true;
  ++summary_.events;
  book(runner, kind, message, kept);
  if (message != none) take(message, kind);
  send_all(runner);
  if (slot == none || runner.step.cut)
    for (std::size_t i = 0; i < state.slots.size(); ++i)
      recount(slot_id(node, static_cast<int>(i)));
  else
    recount(slot);
  if (runner.step.cut) {
    ++used_.crashes;
    watch_.fault(runner.position);
    crash_network(node, runner.position);
  }
  if (const auto look = look_of(runner)) watch_.look(*look, locals_);
  if (!here.notice_queued && !state.store.notices().empty()) {
    here.notice_queued = true;
    push(now_, {Kind::notice, 0, static_cast<std::uint32_t>(node), 0});
  }
  if (here.declined && state.up) wake(node);
  advance(id);
  if (has_load_ && slot != none) hold(slots_[slot].tx, 0);
  return true;
}

/// What decided a step, to do it again.
StepPlan Simulator::plan_of(const LocalStep& step) {
  StepPlan plan;
  for (const ChoiceMade& choice : step.choices)
    if (choice.count > 1) plan.choices.push_back(choice.taken);
  plan.cut = step.cut;
  return plan;
}

/// Decides whether the crash of a fault falls into the coming step.
void Simulator::plan_cut(Runner& runner, int node, const LocalEvent& event) {
  LocalState trial = local(node);
  LocalStep& step = runner.step;
  model_.step(node, trial, event, step_plan_, step);
  step_plan_.choices = plan_of(step).choices;  // they are drawn once
  if (!step.exists()) return;
  NodeRun& here = at(node);
  if (const auto inside = plan_.inside(node, step)) {
    plan_.used(inside->index);
    looks_inside_ = plan_.some_inside();
    const auto& fault = std::get<scenario::CrashFault>(plan_.fault(inside->index));
    if (!step.offers(inside->cut)) {
      runner.crash_after = static_cast<int>(inside->index);
      return;
    }
    step_plan_.cut = inside->cut;
    here.recover_after.reset();
    if (fault.recover_after) here.recover_after = fault.recover_after->value;
    here.tail = fault.tail ? fault.tail->value : TailRule::kept;
    return;
  }
  if (!here.crash_inside) return;
  here.crash_inside = false;
  step_plan_.cut = draw_cut(node, event, step);
  if (!step_plan_.cut) runner.crash_after = at_random;
  here.recover_after = here.inside_length;
  here.tail = TailRule::any;
}

/// The step enters the path, the fingerprint and the coverage.
void Simulator::book(Runner& runner, EventKind kind, std::uint32_t message, int kept) {
  runner.position = ++position_;
  mix(static_cast<std::uint64_t>(now_));
  mix(static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(runner.node) << 8U |
      static_cast<std::uint64_t>(runner.slot) << 16U |
      static_cast<std::uint64_t>(runner.event.timer) << 48U);
  if (runner.slot != none) {
    const auto process = static_cast<std::size_t>(slots_[runner.slot].process.index());
    const int role = setup_.processes[process].role;
    if (message != none) {
      const int type = model_.message_kind(runner.event.message);
      mix(static_cast<std::uint64_t>(type) << 8U |
          static_cast<std::uint64_t>(runner.event.from.index()));
      coverage_.received(role, type);
    }
    if (kind == EventKind::timeout) coverage_.fired(role, runner.event.timer);
  } else {
    for (const Slot& slot : setup_.slots[static_cast<std::size_t>(runner.node)])
      coverage_.recovered(setup_.processes[static_cast<std::size_t>(slot.process.index())].role);
  }
  if (runner.step.cut) cover_cut(runner);
  if (path_ == nullptr) return;
  Performed performed;
  performed.time_us = now_;
  performed.effects_us.assign(runner.step.effects.size(), -1);
  Event& event = performed.event;
  event.kind = kind;
  event.node = runner.node;
  if (message != none)
    event.message = messages_[message].envelope;
  else if (runner.slot != none)
    event.slot = runner.event.slot;
  event.timer = runner.event.timer;
  event.notice = runner.event.notice;
  event.code = runner.event.code;
  event.kept = kept;
  event.plan = plan_of(runner.step);
  runner.performed = path_->size();
  path_->push_back(std::move(performed));
}

void Simulator::cover_cut(const Runner& runner) {
  const Effect& next = runner.step.effects[static_cast<std::size_t>(runner.step.cut->before)];
  const std::uint32_t slot = slot_id(runner.node, next.slot);
  const auto process = static_cast<std::size_t>(slots_[slot].process.index());
  coverage_.crashed_before(setup_.processes[process].role, next.kind);
}

/// Everything that the step sends is under way from now on, even if it leaves only after a force:
/// so a partition in between loses it, as in the model.
void Simulator::send_all(Runner& runner) {
  runner.out.clear();
  runner.out_next = 0;
  const LocalStep& step = runner.step;
  const auto& slots = setup_.slots[static_cast<std::size_t>(runner.node)];
  for (int i = 0; i < static_cast<int>(step.effects.size()); ++i) {
    const Effect& effect = step.effects[static_cast<std::size_t>(i)];
    if (effect.kind != EffectKind::send) continue;
    const Slot& slot = slots[static_cast<std::size_t>(effect.slot)];
    for (const ProcessId to : step.sent_by(i))
      put({slot.tx, slot.process, to, effect.message}, runner);
  }
}

void Simulator::recount(std::uint32_t id) {
  SlotRun& slot = slots_[id];
  const std::uint8_t armed = state(id).timers;
  if (armed == slot.armed) return;
  const int change = std::popcount(armed) - std::popcount(slot.armed);
  at(slot.node).armed += change;
  hold(slot.tx, change);
  slot.armed = armed;
}

/// What the properties have to look at after this step; nothing if none of them can tell.
std::optional<PropertyWatch::Look> Simulator::look_of(const Runner& runner) const {
  const LocalStep& step = runner.step;
  PropertyWatch::Look look{runner.position, runner.node, false, false};
  bool touched = step.cut || runner.slot == none || runner.kind == EventKind::timeout;
  for (int i = 0; i < static_cast<int>(step.effects.size()); ++i) {
    const Effect& effect = step.effects[static_cast<std::size_t>(i)];
    if (step.cut && !step.happened(i)) break;
    touched = touched || effect.kind == EffectKind::vote || effect.kind == EffectKind::store ||
              effect.store != StoreAction::none;
    look.judged =
        look.judged || effect.kind == EffectKind::decide || effect.kind == EffectKind::answer;
    look.open = look.open || effect.kind == EffectKind::force;
  }
  look.judged = look.judged || (touched && watch_.watches_data());
  look.open = look.open && may_crash_ && !step.cut;
  if (touched || look.judged || look.open) return look;
  return std::nullopt;
}

/// Lets the properties judge what can no longer turn out otherwise.
void Simulator::settle() {
  if (!watch_.waits()) return;
  std::uint64_t open = ~std::uint64_t{0};
  for (const NodeRun& node : nodes_)
    if (node.last != none && is_open(node)) open = std::min(open, runners_[node.last].position);
  watch_.settle(open, locals_);
}

/// Goes on with a step, up to its next force or its end. `at_once`: forces are done immediately.
void Simulator::advance(std::uint32_t id, bool at_once) {
  Runner& runner = runners_[id];
  const LocalStep& step = runner.step;
  int end = static_cast<int>(step.effects.size());
  if (step.cut) end = step.cut->before + (step.cut->sent.empty() ? 0 : 1);
  while (runner.next < end) {
    const int index = runner.next++;
    const Effect& effect = step.effects[static_cast<std::size_t>(index)];
    if (effect.kind == EffectKind::force && !at_once) {
      NodeRun& node = at(runner.node);
      const auto disk =
          static_cast<std::size_t>(timed_.disk[static_cast<std::size_t>(runner.node)]);
      const std::int64_t done =
          node.disk.force(now_, timed_.forces[disk], node.disk_draw, timed_.group_commit);
      if (done > now_) {
        if (!runner.active && runner.slot != none) hold(slots_[runner.slot].tx, 1);
        runner.active = true;
        runner.forcing = true;
        push(done, {Kind::forced, 0, id, ++runner.token});
        return;
      }
    }
    if (path_ != nullptr)
      (*path_)[runner.performed].effects_us[static_cast<std::size_t>(index)] = now_;
    if (effect.kind == EffectKind::send) {
      for (const ProcessId to : step.sent_by(index))
        depart(runner.out[runner.out_next++], setup_.node_of(to) == runner.node);
    } else {
      note(runner, effect);
    }
  }
  finish(id);
}

void Simulator::on_forced(const Entry& entry) {
  Runner& runner = runners_[entry.index];
  if (!runner.active || runner.token != entry.token) return;
  if (local(runner.node).paused) return park(runner.node, entry);
  ++summary_.events;
  mix(static_cast<std::uint64_t>(now_));
  mix(0x0f0cedU + entry.index);
  forced(runner);
  advance(entry.index);
}

/// The force that the step waits for is done.
void Simulator::forced(Runner& runner) {
  runner.forcing = false;
  const auto index = static_cast<std::size_t>(runner.next - 1);
  note(runner, runner.step.effects[index]);
  if (path_ != nullptr) (*path_)[runner.performed].effects_us[index] = now_;
}

/// What an effect means for timers and figures, at the time at which it happens.
void Simulator::note(const Runner& runner, const Effect& effect) {
  const std::uint32_t id = slot_id(runner.node, effect.slot);
  SlotRun& slot = slots_[id];
  Place& place = places_[static_cast<std::size_t>(slot.tx - 1)];
  const auto process = static_cast<std::size_t>(slot.process.index());
  const bool must_decide = setup_.processes[process].must_decide;
  const auto settle = [&] {
    if (slot.settled || !must_decide) return;
    slot.settled = true;
    if (--place.unsettled == 0) place.times.decided_us = now_;
  };
  switch (effect.kind) {
    case EffectKind::force: ++summary_.counts.forces; [[fallthrough]];
    case EffectKind::append: summary_.counts.records += effect.record ? 1 : 0; break;
    case EffectKind::arm:
      if (!runner.step.cut) set_timer(id, effect.timer);
      break;
    case EffectKind::vote:
      if (effect.vote == Vote::read) settle();
      if (effect.vote == Vote::yes && must_decide && !slot.settled) slot.doubt_us = now_;
      break;
    case EffectKind::decide:
      (effect.outcome == Outcome::commit ? place.times.committed : place.times.aborted) = true;
      settle();
      end_doubt(id);
      break;
    case EffectKind::answer:
      if (place.times.answered_us >= 0) break;
      place.times.answered_us = now_;
      place.times.answer = effect.outcome;
      break;
    case EffectKind::send:
    case EffectKind::disarm:
    case EffectKind::choose:
    case EffectKind::store: break;
  }
}

void Simulator::end_doubt(std::uint32_t id) {
  SlotRun& slot = slots_[id];
  if (slot.doubt_us < 0) return;
  summary_.doubt_us.add(now_ - slot.doubt_us);
  if (!has_load_) summary_.doubts.push_back({{slot.tx, slot.process}, slot.doubt_us, now_});
  slot.doubt_us = -1;
}

/// The step is at its end, in time.
void Simulator::finish(std::uint32_t id) {
  Runner& runner = runners_[id];
  const int node = runner.node;
  if (runner.active) {
    runner.active = false;
    ++runner.token;
    if (runner.slot != none) hold(slots_[runner.slot].tx, -1);
  }
  settle();
  if (runner.step.cut) return went_down(node);
  if (timed_.stop == scenario::Stop::decided && !stop_ && all_decided()) {
    summary_.ended = Ended::decided;
    stop_ = true;
  }
  if (at(node).crashing || !local(node).up) return;
  if (runner.crash_after != no_crash) {
    const int fault = std::exchange(runner.crash_after, no_crash);
    if (fault == at_random) return crash_node(node, at(node).recover_after, TailRule::any);
    return crash_by(std::get<scenario::CrashFault>(plan_.fault(static_cast<std::size_t>(fault))),
                    node);
  }
  if (plan_has_causes_)
    for (const std::size_t fault :
         plan_.caused_by(news_of(runner), local(node), node, is_at_rest(node)))
      happen(fault);
  if (runner.slot != none) return drain(runner.slot);
  node_changed();
  const auto count = static_cast<std::uint32_t>(local(node).slots.size());
  for (std::uint32_t slot = 0; slot < count; ++slot)
    drain(first_slot_[static_cast<std::size_t>(node)] + slot);
}

Milestones Simulator::news_of(const Runner& runner) const {
  Milestones news;
  for (const Effect& effect : runner.step.effects) {
    const SlotRun& slot = slots_[slot_id(runner.node, effect.slot)];
    const Slot who{slot.tx, slot.process};
    if (effect.kind == EffectKind::vote)
      news.push_back({Milestone::Kind::vote, 0, who, effect.vote, {}, {}});
    if (effect.kind == EffectKind::decide)
      news.push_back({Milestone::Kind::decide, 0, who, {}, effect.outcome, {}});
    if (effect.kind == EffectKind::answer)
      news.push_back({Milestone::Kind::answer, 0, who, {}, effect.outcome, {}});
  }
  return news;
}

/// Handles what has waited for a process to be done with its step.
void Simulator::drain(std::uint32_t id) {
  SlotRun& slot = slots_[id];
  if (slot.draining) return;
  slot.draining = true;
  const auto free = [&] {
    const LocalState& node = local(slot.node);
    return node.up && !node.paused && !busy(id) && !stop_;
  };
  while (slot.deferred_next < slot.deferred.size() && free()) {
    const Deferred event = slot.deferred[slot.deferred_next++];
    if (event.kind == Kind::timer) {
      const TimerState& timer = slot.timers[event.timer];
      const bool armed = (state(id).timers >> event.timer & 1U) != 0;
      if (armed && timer.sequence == event.token && timer.queued_us < 0) fire(id, event.timer);
    } else {
      on_arrival({Kind::arrival, 0, event.message, event.token});
    }
  }
  if (slot.deferred_next >= slot.deferred.size()) {
    slot.deferred.clear();
    slot.deferred_next = 0;
  }
  slot.draining = false;
  const LocalState& node = local(slot.node);
  if (!at(slot.node).notice_queued && node.up && !node.store.notices().empty()) {
    at(slot.node).notice_queued = true;
    push(now_, {Kind::notice, 0, static_cast<std::uint32_t>(slot.node), 0});
  }
}

}  // namespace concordat
