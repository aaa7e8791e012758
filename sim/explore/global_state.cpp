#include "sim/explore/global_state.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace concordat::explore {

GlobalState::GlobalState(StepTable& steps, Channels& channels)
    : GlobalState(steps, channels, steps.rules().timing) {}

GlobalState::GlobalState(StepTable& steps, Channels& channels, TimingModel timing)
    : steps_(&steps), channels_(&channels), timing_(timing) {
  check(timing == steps.rules().timing || steps.rules().timers_wait(),
        "a step table of asynchronous timers does not serve synchronous ones");
  reset();
}

void GlobalState::reset() {
  faults_are_over_ = false;
  control_ = 0;
  past_bound_ = none;
  locals_ = steps_->initial();
  contents_.clear();
  fingerprint_ = steps_->controls().hash(0);
  for (int node = 0; node < steps_->node_count(); ++node)
    fingerprint_ += steps_->facts(node, local(node)).hash;
}

void GlobalState::put_in_flight(const std::vector<Flight>& network) {
  for (const Flight& flight : network) {
    const std::uint32_t message = steps_->intern(flight.envelope);
    for (int i = 0; i < flight.stale; ++i)
      put(message);
    for (int i = 0; i < flight.stale; ++i) {  // it was delivered, and stayed
      std::uint32_t& content = content_of(message);
      set_content(content, channels_->take(content, message, true));
    }
    for (int i = 0; i < flight.fresh; ++i)
      put(message);
  }
}

// ---- Enabled events.

template <class Visit>
void GlobalState::each_message(Visit&& visit) const {
  for (const std::uint32_t content : contents_)
    for (const Channels::Entry& entry : channels_->entries(content))
      visit(entry);
}

void GlobalState::add(const MoveRow& row,
                      int node,
                      EventClass kind,
                      std::vector<EnabledEvent>& out) {
  if (row.past_bound != none) past_bound_ = row.past_bound;
  const std::uint32_t end = may_crash(node) ? row.end : row.plain_end;
  if (end > row.begin) out.push_back({row.begin, row.plain_end, end, kind});
}

bool GlobalState::add_delivery(std::uint32_t message, bool again, std::vector<EnabledEvent>& out) {
  const MessageInfo info = steps_->message(message);
  if (!here().connected(info.from, info.to)) return false;
  std::uint32_t row = steps_->deliveries(info.to, local(info.to), again)[info.column];
  if (row == none) row = steps_->work_out_delivery(local(info.to), message, again);
  if (row == StepTable::no_row) return false;
  add(steps_->row(row), info.to, again ? EventClass::duplicate : EventClass::ordinary, out);
  return true;
}

void GlobalState::add_own(OwnKind own,
                          EventClass kind,
                          int highest_rank,
                          std::vector<EnabledEvent>& out) {
  for (int node = 0; node < steps_->node_count(); ++node)
    if (own != OwnKind::crash || may_crash(node)) add_own_of(node, own, kind, highest_rank, out);
}

void GlobalState::add_own_of(
    int node, OwnKind own, EventClass kind, int highest_rank, std::vector<EnabledEvent>& out) {
  steps_->ensure_own(node, local(node));
  const LocalInfo info = steps_->local(node, local(node));
  for (std::uint32_t i = info.own; i < info.own + info.own_count; ++i) {
    const OwnEvent& event = steps_->own(i);
    if (event.kind != own || (event.rank > highest_rank && event.rank != retry_rank)) continue;
    add(event.row, node, kind, out);
  }
}

void GlobalState::end_faults(bool heals) {
  faults_are_over_ = true;
  timing_ = TimingModel::synchronous;
  if (!heals && here().parted) return;
  fingerprint_ += steps_->controls().hash(0) - steps_->controls().hash(control_);
  control_ = 0;
}

void GlobalState::list_repairs(int node, std::vector<EnabledEvent>& out) {
  add_own_of(node, OwnKind::recover, EventClass::recover, retry_rank, out);
  add_own_of(node, OwnKind::resume, EventClass::resume, retry_rank, out);
}

int GlobalState::lowest_rank() const {
  int lowest = retry_rank;
  for (int node = 0; node < steps_->node_count(); ++node)
    lowest = std::min<int>(lowest, steps_->local(node, local(node)).lowest_rank);
  return lowest;
}

void GlobalState::list_ordinary(std::vector<EnabledEvent>& out) {
  past_bound_ = none;
  add_own(OwnKind::always, EventClass::ordinary, retry_rank, out);
  each_message([&](const Channels::Entry& entry) {
    if (entry.deliverable) add_delivery(entry.message, false, out);
  });
  if (timing_ == TimingModel::asynchronous)
    return add_own(OwnKind::timer, EventClass::ordinary, retry_rank, out);
  if (is_quiet()) add_own(OwnKind::timer, EventClass::ordinary, lowest_rank(), out);
}

/// Nothing but a timer can happen by itself.
bool GlobalState::is_quiet() const {
  for (int node = 0; node < steps_->node_count(); ++node)
    if (steps_->local(node, local(node)).restless) return false;
  bool quiet = true;
  each_message([&](const Channels::Entry& entry) {
    const MessageInfo& info = steps_->message(entry.message);
    const bool arrives = entry.deliverable && entry.fresh && here().connected(info.from, info.to);
    quiet = quiet && !(arrives && (steps_->facts(info.to, local(info.to)).ready >> info.slot & 1U));
  });
  return quiet;
}

void GlobalState::list_early_timeouts(std::vector<EnabledEvent>& out) {
  if (!here().may_time_out_early || timing_ != TimingModel::partially_synchronous) return;
  const bool quiet = is_quiet();
  const int due = lowest_rank();
  for (int node = 0; node < steps_->node_count(); ++node) {
    steps_->ensure_own(node, local(node));
    const LocalInfo info = steps_->local(node, local(node));
    for (std::uint32_t i = info.own; i < info.own + info.own_count; ++i) {
      const OwnEvent& event = steps_->own(i);
      if (event.kind != OwnKind::early_timer) continue;
      if (quiet && (event.rank <= due || event.rank == retry_rank)) continue;
      add(event.row, node, EventClass::early_timeout, out);
    }
  }
}

void GlobalState::list_others(EventClass kind, std::vector<EnabledEvent>& out) {
  const Control& control = here();
  const auto add_move = [&](std::uint32_t move) {
    out.push_back({move, move + 1, move + 1, kind});
  };
  const auto is_remote = [&](const Channels::Entry& entry) {
    return steps_->message(entry.message).remote;
  };
  switch (kind) {
    case EventClass::ordinary: return list_ordinary(out);
    case EventClass::crash: return add_own(OwnKind::crash, kind, retry_rank, out);
    case EventClass::recover:
      if (control.may_recover) add_own(OwnKind::recover, kind, retry_rank, out);
      return;
    case EventClass::lose:
      if (!control.may_lose) return;
      return each_message([&](const Channels::Entry& entry) {
        if (is_remote(entry)) add_move(steps_->loss(entry.message));
      });
    case EventClass::duplicate:
      if (!control.may_duplicate) return;
      return each_message([&](const Channels::Entry& entry) {
        if (is_remote(entry) && entry.deliverable) add_delivery(entry.message, true, out);
      });
    case EventClass::partition:
      if (!control.may_part) return;
      for (const std::uint32_t move : steps_->partitions())
        add_move(move);
      return;
    case EventClass::heal:
      if (control.may_heal) add_move(steps_->heal());
      return;
    case EventClass::pause:
      if (control.may_pause) add_own(OwnKind::pause, kind, retry_rank, out);
      return;
    case EventClass::resume: return add_own(OwnKind::resume, kind, retry_rank, out);
    case EventClass::operators: return add_own(OwnKind::operators, kind, retry_rank, out);
    case EventClass::early_timeout: return list_early_timeouts(out);
  }
}

// ---- Moves.

std::uint32_t& GlobalState::content_of(std::uint32_t message) {
  const auto channel = static_cast<std::size_t>(channels_->channel_of(message));
  if (channel >= contents_.size()) contents_.resize(channel + 1);
  return contents_[channel];
}

void GlobalState::set_content(std::uint32_t& content, std::uint32_t after) {
  fingerprint_ += channels_->hash(after) - channels_->hash(content);
  content = after;
}

void GlobalState::put(std::uint32_t message) {
  std::uint32_t& content = content_of(message);
  set_content(content, channels_->put(content, message));
}

/// Every message of a channel has the same ends, so a channel is emptied as a whole.
template <class Gone>
void GlobalState::remove(Gone gone) {
  for (std::uint32_t& content : contents_)
    if (content != 0 && gone(steps_->message(channels_->entries(content).front().message)))
      set_content(content, 0);
}

void GlobalState::perform(std::uint32_t move_id) {
  const Move move = steps_->move(move_id);
  const Rules& rules = steps_->rules();
  Controls& controls = steps_->controls();
  const Control& before = here();
  if (move.message != none) {
    std::uint32_t& content = content_of(move.message);
    const bool stays = (move.flags & move_flag::stays) != 0;
    set_content(content, channels_->take(content, move.message, stays));
  }
  if ((move.flags & move_flag::late) != 0 && timing_ != TimingModel::asynchronous)
    remove([&](const MessageInfo& info) { return !steps_->local(info.to, local(info.to)).up; });
  if (move.local != none) {
    fingerprint_ += move.delta;
    locals_[move.node] = move.local;
  }
  for (std::uint32_t i = 0; i < move.send_count; ++i) {
    const std::uint32_t message = steps_->send(move.sends + i);
    const MessageInfo& info = steps_->message(message);
    if (rules.across_cut == AcrossCut::hold || before.connected(info.from, info.to)) put(message);
  }
  const bool drops = rules.in_flight == InFlight::drop;
  if ((move.flags & move_flag::crash) != 0 && (drops || steps_->talks_to_itself(move.node)))
    remove(
        [&](const MessageInfo& info) { return info.to == move.node && (!info.remote || drops); });
  if (move.change == 0) return;
  const std::uint32_t after = controls.after(control_, move.change);
  fingerprint_ += controls.hash(after) - controls.hash(control_);
  control_ = after;
  if ((move.flags & move_flag::part) != 0 && rules.across_cut == AcrossCut::lose)
    remove([&](const MessageInfo& info) { return !here().connected(info.from, info.to); });
}

}  // namespace concordat::explore
