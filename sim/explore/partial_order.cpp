#include "sim/explore/partial_order.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/explore/hash.hpp"

namespace concordat::explore {

namespace {

constexpr std::uint64_t bit(std::size_t i) {
  return std::uint64_t{1} << i;
}

/// The same event in another state of its node.
bool is_same(const Event& a, const Event& b) {
  return a.kind == b.kind && a.slot == b.slot && a.timer == b.timer && a.code == b.code &&
         a.notice == b.notice;
}

void sort_out(std::vector<std::uint32_t>& numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}  // namespace

// ---- What may come of a node's state.

Futures::Futures(const Universe& universe, const CheckRequest& request)
    : universe_(universe),
      steps_(universe.steps()),
      properties_(request.properties),
      is_ordered_(request.rules.delivery == Delivery::fifo),
      all_kept_(bit(request.properties.size() + 1) - 1) {}

std::uint64_t Futures::hash_of(const Key& key) {
  std::uint64_t hash = std::uint64_t{key.local} << 32U |
                       static_cast<std::uint64_t>(key.node) << 24U | key.allowed << 16U |
                       static_cast<std::uint64_t>(key.column + 1);
  for (const std::uint64_t word : key.arriving.words)
    hash = (hash ^ hash >> 32U ^ word) * 0x9e3779b97f4a7c15U;
  return mix64(hash);
}

template <class Answer>
std::pair<Answer*, bool> Futures::Memory<Answer>::at(const Key& key) {
  if (place_.size() <= entries_.size() * 2) grow();
  std::size_t at = hash_of(key) % place_.size();
  for (; place_[at] != 0; at = (at + 1) % place_.size())
    if (Entry& entry = entries_[place_[at] - 1]; entry.key == key) return {&entry.answer, false};
  entries_.push_back({key, {}});
  place_[at] = static_cast<std::uint32_t>(entries_.size());
  return {&entries_.back().answer, true};
}

template <class Answer>
void Futures::Memory<Answer>::grow() {
  place_.assign(std::max(place_.size() * 2, smallest), 0);
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = hash_of(entries_[i].key) % place_.size();
    while (place_[at] != 0)
      at = (at + 1) % place_.size();
    place_[at] = i + 1;
  }
}

template <class Answer>
void Futures::Memory<Answer>::make_room() {
  if (entries_.size() <= most) return;
  entries_.clear();
  place_.clear();
}

void Futures::make_room() {
  sends_.make_room();
  arrivals_.make_room();
}

bool Futures::Sends::has(std::uint32_t message) const {
  return std::ranges::binary_search(messages, message);
}

void Futures::add_sends(const Move& move, std::vector<std::uint32_t>& out) const {
  for (std::uint32_t i = 0; i < move.send_count; ++i)
    out.push_back(steps_.send(move.sends + i));
}

template <class Visit>
void Futures::each_event(const Key& key, std::uint32_t local, Visit visit) const {
  const auto is_allowed = [&](OwnKind kind) {
    switch (kind) {
      case OwnKind::timer: return (key.allowed & allow::timers) != 0;
      case OwnKind::early_timer: return (key.allowed & allow::early_timers) != 0;
      case OwnKind::crash: return (key.allowed & allow::crash) != 0;
      case OwnKind::recover: return (key.allowed & allow::recovery) != 0;
      case OwnKind::pause: return (key.allowed & allow::pause) != 0;
      case OwnKind::always:
      case OwnKind::operators:
      case OwnKind::resume: break;
    }
    return true;
  };
  const LocalInfo& info = steps_.local(key.node, local);
  for (std::uint32_t i = info.own; i < info.own + info.own_count; ++i)
    if (is_allowed(steps_.own(i).kind)) visit(LocalEvent{steps_.own(i).row, i, -1});
  key.arriving.each([&](int column) {
    const std::uint32_t row = universe_.delivery(key.node, local, column);
    if (row != StepTable::no_row) visit(LocalEvent{steps_.row(row), none, column});
  });
}

template <class Visit>
void Futures::each_move(const Key& key, std::uint32_t local, Visit visit) const {
  const bool crashes = (key.allowed & allow::crash) != 0;
  each_event(key, local, [&](const LocalEvent& event) {
    const std::uint32_t end = crashes ? event.row.end : event.row.plain_end;
    for (std::uint32_t move = event.row.begin; move < end; ++move)
      visit(steps_.move(move));
  });
}

void Futures::begin_states(const Key& key) {
  seen_.resize(std::max(seen_.size(), static_cast<std::size_t>(steps_.local_count(key.node))));
  ++round_;
  open_.assign(1, key.local);
  seen_[key.local] = round_;
}

void Futures::reach(std::uint32_t local) {
  if (std::exchange(seen_[local], round_) != round_) open_.push_back(local);
}

const Futures::Sends& Futures::sends(int node,
                                     std::uint32_t local,
                                     unsigned allowed,
                                     const Columns& arriving) {
  const Key key{node, local, -1, allowed, arriving};
  const auto [answer, is_new] = sends_.at(key);
  Sends& out = *answer;
  if (!is_new) return out;
  begin_states(key);
  while (!open_.empty()) {
    const std::uint32_t state = open_.back();
    open_.pop_back();
    each_move(key, state, [&](const Move& move) {
      add_sends(move, out.messages);
      reach(move.local);
    });
  }
  sort_out(out.messages);
  for (const std::uint32_t message : out.messages)
    out.targets |= 1U << steps_.message(message).to;
  return out;
}

void Futures::keeps(int node, std::uint32_t from, std::uint32_t to, std::uint64_t& kept) const {
  for (std::size_t i = 0; i < properties_.size(); ++i) {
    const int at = static_cast<int>(i);
    if (keeps_violated(
            *properties_[i], steps_.observation(node, from, at), steps_.observation(node, to, at)))
      kept |= bit(i);
  }
  if ((steps_.facts(node, from).conditions & ~steps_.facts(node, to).conditions) == 0)
    kept |= bit(properties_.size());
}

bool Futures::is_progress(const Move& move, int node, std::uint32_t from, std::uint32_t to) const {
  if (from != to) return universe_.leaves_for_good(node, from, to);
  return move.message != none && (move.flags & move_flag::stays) == 0 && move.send_count == 0;
}

/// The arrival of the key's message in this state.
MoveRow Futures::arrival_at(const Key& key, std::uint32_t local) const {
  const std::uint32_t row = universe_.delivery(key.node, local, key.column);
  return row == StepTable::no_row ? MoveRow{} : steps_.row(row);
}

MoveRow Futures::same_event(const Key& key, const LocalEvent& event, std::uint32_t local) const {
  if (event.own == none) {
    const std::uint32_t row = universe_.delivery(key.node, local, event.column);
    return row == StepTable::no_row ? MoveRow{} : steps_.row(row);
  }
  const Event& wanted = steps_.event(event.row.begin);
  const LocalInfo& info = steps_.local(key.node, local);
  for (std::uint32_t i = info.own; i < info.own + info.own_count; ++i) {
    const MoveRow& row = steps_.own(i).row;
    if (row.begin != row.plain_end && is_same(steps_.event(row.begin), wanted)) return row;
  }
  return {};
}

/// Whether every outcome of the other event and then the arrival is one of the arrival and then the
/// other event.
bool Futures::commute(const Key& key, std::uint32_t local, const LocalEvent& other) const {
  std::vector<Outcome> late;
  std::vector<Outcome> early;
  const auto add = [&](const MoveRow& first, auto&& second, std::vector<Outcome>& out) {
    for (std::uint32_t a = first.begin; a < first.plain_end; ++a) {
      const MoveRow row = second(steps_.move(a).local);
      if (row.begin == row.plain_end || row.past_bound != none) return false;
      for (std::uint32_t b = row.begin; b < row.plain_end; ++b) {
        Outcome outcome{steps_.move(b).local, {}};
        add_sends(steps_.move(a), outcome.sends);
        add_sends(steps_.move(b), outcome.sends);
        if (!is_ordered_) std::ranges::sort(outcome.sends);
        out.push_back(std::move(outcome));
      }
    }
    return true;
  };
  const auto arrives = [&](std::uint32_t state) { return arrival_at(key, state); };
  const auto happens = [&](std::uint32_t state) { return same_event(key, other, state); };
  if (!add(other.row, arrives, late) || !add(arrival_at(key, local), happens, early)) return false;
  return std::ranges::all_of(
      late, [&](const Outcome& outcome) { return std::ranges::count(early, outcome) != 0; });
}

/// One state in which the arrival may happen. `others`: receives what else is sent there.
bool Futures::look(const Key& key,
                   std::uint32_t local,
                   Arrival& out,
                   std::vector<std::uint32_t>& others) {
  const MoveRow row = arrival_at(key, local);
  if (row.begin == row.plain_end || row.past_bound != none) return false;
  std::uint64_t kept = 0;
  for (std::uint32_t move = row.begin; move < row.plain_end; ++move) {
    add_sends(steps_.move(move), out.sends);
    keeps(key.node, local, steps_.move(move).local, kept);
  }
  if (kept != all_kept_) return false;
  bool commutes = true;
  each_event(key, local, [&](const LocalEvent& event) {
    if (event.row.past_bound != none) commutes = false;
    if (!commutes || event.row.begin == event.row.plain_end) return;
    for (std::uint32_t move = event.row.begin; move < event.row.plain_end; ++move)
      add_sends(steps_.move(move), others);
    commutes = commute(key, local, event);
  });
  return commutes;
}

const Futures::Arrival& Futures::arrival(
    int node, std::uint32_t local, int column, unsigned allowed, const Columns& others) {
  Key key{node, local, column, allowed, others};
  key.arriving.remove(column);
  const auto [answer, is_new] = arrivals_.at(key);
  Arrival& out = *answer;
  if (!is_new) return out;
  const MoveRow here = arrival_at(key, local);
  out.is_independent = here.begin != here.plain_end;
  for (std::uint32_t id = here.begin; id < here.plain_end; ++id) {
    const Move& move = steps_.move(id);
    out.is_independent = out.is_independent && is_progress(move, node, local, move.local);
  }
  std::vector<std::uint32_t> sent_meanwhile;
  begin_states(key);
  while (out.is_independent && !open_.empty()) {
    const std::uint32_t state = open_.back();
    open_.pop_back();
    out.is_independent = look(key, state, out, sent_meanwhile);
    each_move(key, state, [&](const Move& move) { reach(move.local); });
  }
  sort_out(out.sends);
  for (const std::uint32_t message : out.sends)
    if (steps_.message(message).to == node || std::ranges::count(sent_meanwhile, message) != 0)
      out.is_independent = false;
  return out;
}

// ---- The choice.

PartialOrder::PartialOrder(const Universe& universe,
                           const CheckRequest& request,
                           const StepTable& steps)
    : steps_(steps),
      universe_(universe),
      rules_(request.rules),
      futures_(universe, request),
      locals_(static_cast<std::size_t>(steps.node_count())) {}

void PartialOrder::refresh() {
  for (int node = 0; node < steps_.node_count(); ++node) {
    auto& locals = locals_[static_cast<std::size_t>(node)];
    while (locals.size() < static_cast<std::size_t>(steps_.local_count(node)))
      locals.push_back(universe_.local(
          node, steps_.facts(node, static_cast<std::uint32_t>(locals.size())).hash));
  }
  while (messages_.size() < static_cast<std::size_t>(steps_.message_count()))
    messages_.push_back(
        universe_.message(steps_.message(static_cast<std::uint32_t>(messages_.size())).hash));
}

void PartialOrder::begin_messages() {
  all_fresh_ = true;
  std::fill_n(in_flight_.begin(), steps_.node_count(), Columns{});
}

void PartialOrder::add_message(std::uint32_t message, bool fresh) {
  all_fresh_ = all_fresh_ && fresh;
  const MessageInfo& info = universe_.steps().message(messages_[message]);
  in_flight_[info.to].add(info.column);
}

int PartialOrder::node_of(const Move& move) const {
  return move.local != none ? move.node : steps_.message(move.message).to;
}

bool PartialOrder::sends_something_in_flight(const Move& move) const {
  for (std::uint32_t i = 0; i < move.send_count; ++i) {
    const MessageInfo& info = universe_.steps().message(messages_[steps_.send(move.sends + i)]);
    if (in_flight_[info.to].has(info.column)) return true;
  }
  return false;
}

/// Whether nothing can happen that concerns all nodes at once.
bool PartialOrder::serves(const Situation& state,
                          const std::uint32_t* moves,
                          std::size_t count) const {
  const Control& control = *state.control;
  if (control.may_part || (control.parted && control.may_heal)) return false;
  if (control.may_time_out_early) return false;
  if (rules_.in_flight == InFlight::drop && control.may_crash != 0) return false;
  // A synchronous timer waits for every arrival that is put before it, unless a copy is stale.
  if (rules_.timers_wait() && !all_fresh_) return false;
  return std::all_of(moves, moves + count, [&](std::uint32_t move) {
    return (steps_.move(move).flags & move_flag::late) == 0;
  });
}

/// Which messages may arrive at whom, now or later, and who may send what, while the nodes of
/// `group` do nothing.
void PartialOrder::look_ahead(const Situation& state, std::uint32_t group) {
  const int count = steps_.node_count();
  std::uint32_t changed = 0;
  for (int node = 0; node < count; ++node) {
    const auto at = static_cast<std::size_t>(node);
    local_[at] = locals_[at][state.locals[at]];
    arriving_[at] = in_flight_[at];
    if ((group >> at & 1U) == 0) changed |= 1U << at;
  }
  while (changed != 0) {
    const auto node = static_cast<std::size_t>(std::countr_zero(changed));
    changed &= changed - 1;
    const Futures::Sends& sends =
        futures_.sends(static_cast<int>(node), local_[node], state.allowed[node], arriving_[node]);
    sends_[node] = &sends;
    for (const std::uint32_t message : sends.messages) {
      const MessageInfo& info = universe_.steps().message(message);
      if (arriving_[info.to].add(info.column)) changed |= 1U << info.to & ~group;
    }
  }
}

/// Others that may send something to a node of the group.
std::uint32_t PartialOrder::senders_to(std::uint32_t group) const {
  std::uint32_t senders = 0;
  for (int node = 0; node < steps_.node_count(); ++node)
    if ((sends_[static_cast<std::size_t>(node)]->targets & group) != 0)
      senders |= 1U << static_cast<unsigned>(node);
  return senders & ~group;
}

void PartialOrder::try_groups(const Situation& state,
                              const std::uint32_t* moves,
                              std::size_t count) {
  const int nodes = steps_.node_count();
  for (int node = 0; node < nodes && best_ > 1; ++node) {
    std::uint32_t group = 1U << static_cast<unsigned>(node);
    while (const std::uint32_t more = senders_to(group))
      group |= more;
    try_group(state, moves, count, group);
  }
}

/// The same more exactly: before a group moves it sends nothing either.
void PartialOrder::try_idle_groups(const Situation& state,
                                   const std::uint32_t* moves,
                                   std::size_t count) {
  const std::uint32_t all = (1U << static_cast<unsigned>(steps_.node_count())) - 1;
  for (int node = 0; node < steps_.node_count() && best_ > 1; ++node) {
    std::uint32_t group = 1U << static_cast<unsigned>(node);
    for (std::uint32_t more = group; more != 0 && group != all; group |= more) {
      look_ahead(state, group);
      more = senders_to(group);
    }
    if (group != all) try_group(state, moves, count, group);
  }
}

void PartialOrder::try_group(const Situation& state,
                             const std::uint32_t* moves,
                             std::size_t count,
                             std::uint32_t group) {
  std::size_t size = 0;
  std::uint64_t kept = 0;
  bool is_ordinary = false;
  for (std::size_t i = 0; i < count; ++i) {
    const Move& move = steps_.move(moves[i]);
    const int node = node_of(move);
    if ((group >> static_cast<unsigned>(node) & 1U) == 0) continue;
    if (++size >= best_) return;
    const auto at = static_cast<std::size_t>(node);
    const std::uint32_t from = local_[at];
    const std::uint32_t to = move.local == none ? from : locals_[at][move.local];
    const bool uses_up = state.changes[move.change].id != state.control_id;
    if (!uses_up && !futures_.is_progress(move, node, from, to)) return;
    if (sends_something_in_flight(move)) return;
    if ((move.flags & move_flag::ordinary) == 0) continue;
    is_ordinary = true;
    futures_.keeps(node, from, to, kept);
  }
  if (!is_ordinary || kept != futures_.all_kept()) return;
  best_ = size;
  group_ = group;
}

/// Whether the message, which can arrive, may arrive before all else.
bool PartialOrder::may_arrive_first(const Situation& state, std::uint32_t message) {
  const MessageInfo& info = steps_.message(message);
  const std::size_t to = info.to;
  if ((state.allowed[to] & (allow::crash | allow::pause)) != 0) return false;
  if (info.remote && (state.control->may_lose || state.control->may_duplicate)) return false;
  const std::uint32_t id = messages_[message];
  if (sends_[info.from]->has(id)) return false;
  const int column = universe_.steps().message(id).column;
  const Futures::Arrival& arrival =
      futures_.arrival(info.to, local_[to], column, state.allowed[to], arriving_[to]);
  return arrival.is_independent && std::ranges::none_of(arrival.sends, [&](std::uint32_t sent) {
           const MessageInfo& its = universe_.steps().message(sent);
           return in_flight_[its.to].has(its.column);
         });
}

void PartialOrder::try_arrivals(const Situation& state,
                                const std::uint32_t* moves,
                                std::size_t count) {
  for (std::size_t i = 0; i < count && best_ > 1;) {
    const Move& first = steps_.move(moves[i]);
    const auto is_arrival = [](const Move& move) {
      return move.message != none && (move.flags & move_flag::ordinary) != 0;
    };
    std::size_t end = i + 1;
    if (is_arrival(first)) {
      while (end < count && is_arrival(steps_.move(moves[end])) &&
             steps_.move(moves[end]).message == first.message)
        ++end;
      if (end - i < best_ && may_arrive_first(state, first.message)) {
        best_ = end - i;
        group_ = 0;
        message_ = first.message;
      }
    }
    i = end;
  }
}

std::size_t PartialOrder::choose(const Situation& state, std::uint32_t* moves, std::size_t count) {
  if (count < 2 || !serves(state, moves, count)) return count;
  futures_.make_room();
  look_ahead(state, 0);
  best_ = count;
  group_ = 0;
  message_ = none;
  try_groups(state, moves, count);
  try_arrivals(state, moves, count);
  // Where timers may fire at any time, nearly everybody may send without having been asked.
  if (best_ == count && rules_.timers_wait()) try_idle_groups(state, moves, count);
  if (best_ == count) return count;
  const auto end = std::remove_if(moves, moves + count, [&](std::uint32_t id) {
    const Move& move = steps_.move(id);
    if (group_ != 0) return (group_ >> static_cast<unsigned>(node_of(move)) & 1U) == 0;
    return move.message != message_ || (move.flags & move_flag::ordinary) == 0;
  });
  return static_cast<std::size_t>(end - moves);
}

}  // namespace concordat::explore
