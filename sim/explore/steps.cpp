#include "sim/explore/steps.hpp"

#include <algorithm>
#include <tuple>

#include "sim/explore/hash.hpp"
#include "sim/model/key.hpp"
#include "sim/model/moves.hpp"
#include "sim/model/network.hpp"

namespace concordat::explore {

namespace {

constexpr std::uint64_t message_seed = 2;
constexpr std::uint64_t node_seed = 16;  // and one more for each node

ControlChange with_crash(ControlChange change, int node) {
  change.crash = node;
  return change;
}

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

StepTable::StepTable(const CheckRequest& request)
    : model_(*request.model),
      rules_(request.rules),
      budget_(request.budget),
      properties_(request.properties),
      conditions_(conditions_of(request.goals)),
      controls_(
          model_.setup().node_count(), request.budget, request.search.most_faults, request.from),
      keeps_handled_(request.search.symmetry) {
  nodes_.resize(index(model_.setup().node_count()));
  for (int node = 0; node < node_count(); ++node) {
    LocalState local = request.from ? request.from->nodes[index(node)] : model_.initial(node);
    if (request.from) moves::drop_unseen(rules_, local);
    initial_.push_back(intern(node, std::move(local)));
  }
  if (request.from)
    for (const Flight& flight : request.from->network)
      intern(flight.envelope);
  add_partitions();
}

int StepTable::local_count() const {
  int count = 0;
  for (int node = 0; node < node_count(); ++node)
    count += local_count(node);
  return count;
}

bool StepTable::may_ever_crash(int node) const {
  return (may_crash(budget_, FaultCounts{}) >> static_cast<unsigned>(node) & 1U) != 0;
}

std::pair<LocalInfo, LocalFacts> StepTable::describe(int node, const LocalState& local) const {
  LocalInfo info;
  LocalFacts facts;
  const auto& slots = model_.setup().slots[index(node)];
  const bool runs = local.up && !local.paused;
  info.up = local.up;
  info.restless = runs && !local.store.notices().empty();
  info.lowest_rank = static_cast<std::int16_t>(retry_rank);
  for (int i = 0; i < static_cast<int>(slots.size()); ++i) {
    const ProcessState& process = local.slots[index(i)];
    const Slot& slot = slots[index(i)];
    if (runs && process.started) facts.ready |= 1ULL << static_cast<unsigned>(i);
    if (runs && !process.started) info.restless = true;
    for (int timer = 0; runs && timer < max_timers; ++timer)
      if ((process.timers >> static_cast<unsigned>(timer) & 1U) != 0)
        info.lowest_rank =
            std::min(info.lowest_rank, static_cast<std::int16_t>(model_.rank(timer)));
    info.committed = info.committed || process.history.committed;
    info.aborted = info.aborted || process.history.aborted;
    const int place = (slot.tx - 1) * model_.setup().process_count() + slot.process.index();
    const std::uint64_t watched = 1ULL << static_cast<unsigned>(place);
    if (process.history.settled()) facts.settled |= watched;
    if (undecided(model_, node, local, i)) facts.undecided |= watched;
  }
  for (std::size_t i = 0; i < conditions_.size(); ++i)
    if (is_met(conditions_[i], model_, node, local)) facts.conditions |= std::uint64_t{1} << i;
  return {info, facts};
}

std::uint32_t StepTable::intern(int node_index, LocalState&& local) {
  Node& node = nodes_[index(node_index)];
  std::string key;
  append_key(local, key);
  const auto id = static_cast<std::uint32_t>(node.states.size());
  const auto [entry, is_new] = node.ids.try_emplace(key, id);
  if (!is_new) return entry->second;
  auto [info, facts] = describe(node_index, local);
  facts.hash = hash_bytes(key, node_seed + static_cast<std::uint64_t>(node_index));
  std::string sight;
  key::put(sight, static_cast<std::uint64_t>(info.committed));
  key::put(sight, static_cast<std::uint64_t>(info.aborted));
  key::put(sight, facts.conditions);
  for (const Property* property : properties_) {
    const Observation seen = property->observe(model_, node_index, local);
    node.observations.push_back(seen);
    key::put(sight, seen.any);
    key::put(sight, seen.all);
    for (const std::int64_t sum : seen.sums)
      key::put(sight, static_cast<std::uint64_t>(sum));
  }
  facts.sight = hash_bytes(sight, node_seed + static_cast<std::uint64_t>(node_index));
  node.info.push_back(info);
  node.facts.push_back(facts);
  node.states.push_back(std::move(local));
  node.deliver.resize(node.states.size() * node.stride, none);
  node.again.resize(node.states.size() * node.stride, none);
  return id;
}

std::uint32_t StepTable::intern(const Envelope& envelope) {
  std::string key;
  append_key(envelope, key);
  const auto id = static_cast<std::uint32_t>(messages_.size());
  const auto [entry, is_new] = message_ids_.try_emplace(key, id);
  if (!is_new) return entry->second;

  const Setup& setup = model_.setup();
  MessageInfo info;
  info.hash = hash_bytes(key, message_seed);
  info.from = static_cast<std::uint8_t>(setup.node_of(envelope.from));
  info.to = static_cast<std::uint8_t>(setup.node_of(envelope.to));
  info.slot = static_cast<std::uint8_t>(setup.local_slot(envelope.tx, envelope.to));
  info.remote = info.from != info.to;
  Node& node = nodes_[info.to];
  info.column = static_cast<std::uint16_t>(node.messages.size());
  const std::size_t in_tray = node.messages.size() % Tray::size;
  if (in_tray == 0) {
    node.tray = trays_.size();
    trays_.push_back({info.to, {none, none, none, none}});
  }
  trays_[node.tray].messages[in_tray] = id;
  info.place = static_cast<std::uint16_t>(node.tray * Tray::size + in_tray);
  node.messages.push_back(id);
  node.talks_to_itself = node.talks_to_itself || !info.remote;
  if (node.messages.size() > node.stride) {
    const auto widen = [&](std::vector<std::uint32_t>& rows) {
      std::vector<std::uint32_t> wider(rows.size() * 2, none);
      for (std::size_t i = 0; i < rows.size(); ++i)
        wider[i / node.stride * node.stride * 2 + i % node.stride] = rows[i];
      rows = std::move(wider);
    };
    widen(node.deliver);
    widen(node.again);
    node.stride *= 2;
  }
  messages_.push_back(info);
  envelopes_.push_back(envelope);

  Event lose;
  lose.kind = EventKind::lose;
  lose.message = envelope;
  Move move;
  move.message = id;
  ControlChange change;
  change.loss = true;
  move.change = controls_.change(change);
  losses_.push_back(static_cast<std::uint32_t>(moves_.size()));
  add_move(move, std::move(lose));
  return id;
}

void StepTable::add_move(const Move& move, Event&& event, CutPlace cut) {
  moves_.push_back(move);
  cut_places_.push_back(cut);
  followed_.push_back(0);
  first_of_row_.push_back(static_cast<std::uint32_t>(first_of_row_.size()));  // of one move
  events_.push_back(std::move(event));
}

void StepTable::add_partitions() {
  const auto count = static_cast<unsigned>(node_count());
  const auto add = [&](std::vector<std::uint32_t> groups, bool one_way) {
    Event event;
    event.kind = EventKind::partition;
    event.groups = groups;
    event.one_way = one_way;
    Move move;
    move.flags = move_flag::part;
    ControlChange change;
    change.partition = std::move(groups);
    change.one_way = one_way;
    move.change = controls_.change(change);
    partitions_.push_back(static_cast<std::uint32_t>(moves_.size()));
    add_move(move, std::move(event));
  };
  const std::uint32_t all = (1U << count) - 1;
  for (std::uint32_t side = 1; budget_.partitions != 0 && side < all; ++side) {
    if (budget_.one_way) add({side, all & ~side}, true);
    if ((side & 1U) != 0) add({side, all & ~side}, false);  // each partition once
  }
  Event event;
  event.kind = EventKind::heal;
  ControlChange change;
  change.heal = true;
  Move move;
  move.change = controls_.change(change);
  heal_ = static_cast<std::uint32_t>(moves_.size());
  add_move(move, std::move(event));
}

bool StepTable::differs(int node, std::uint32_t a, std::uint32_t b) const {
  const LocalInfo& one = local(node, a);
  const LocalInfo& other = local(node, b);
  if (one.committed != other.committed || one.aborted != other.aborted) return true;
  if (facts(node, a).conditions != facts(node, b).conditions) return true;
  for (int i = 0; i < static_cast<int>(properties_.size()); ++i)
    if (observation(node, a, i) != observation(node, b, i)) return true;
  return false;
}

void StepTable::set_local(Move& move, std::uint32_t before, LocalState&& after) {
  move.before = before;
  move.local = intern(move.node, std::move(after));
  move.delta = facts(move.node, move.local).hash - facts(move.node, before).hash;
  if (differs(move.node, before, move.local)) move.flags |= move_flag::facts;
}

void StepTable::set_sends(Move& move, int node, const LocalStep& step) {
  std::vector<std::uint32_t> sends;
  for (int i = 0; i < static_cast<int>(step.effects.size()); ++i) {
    const Effect& effect = step.effects[index(i)];
    const Slot& slot = model_.setup().slots[index(node)][index(effect.slot)];
    for (const ProcessId to : step.sent_by(i))
      sends.push_back(intern(Envelope{slot.tx, slot.process, to, effect.message}));
  }
  move.sends = static_cast<std::uint32_t>(sends_.size());
  move.send_count = static_cast<std::uint16_t>(sends.size());
  sends_.insert(sends_.end(), sends.begin(), sends.end());
}

std::uint32_t StepTable::add_row(const MoveRow& row, int node, std::uint32_t local_id) {
  rows_.push_back(row);
  origins_.emplace_back(node, local_id);
  return static_cast<std::uint32_t>(rows_.size() - 1);
}

std::uint32_t StepTable::add_handler_row(
    int node, std::uint32_t local_id, Event event, ControlChange change, std::uint8_t flags) {
  LocalState before = contents(node, local_id);
  if (event.kind == EventKind::recover) lose_tail(before, event.kept);
  const bool cuts = rules_.crash_points == CrashPoints::cuts && may_ever_crash(node);
  std::string bound;
  auto steps = model_.outcomes(node, before, *moves::local_event(model_, event), cuts, &bound);
  ++handler_calls_;
  if (keeps_handled_) handled_.push_back({node, local_id, event, cuts});
  const std::uint32_t message =
      event.kind == EventKind::deliver || event.kind == EventKind::duplicate ? intern(event.message)
                                                                             : none;
  std::vector<std::tuple<Move, Event, CutPlace>> found;
  for (Model::Outcome& step : steps) {
    const bool crashes = step.plan.cut.has_value();
    Move move;
    move.node = static_cast<std::uint8_t>(node);
    move.flags = flags;
    if (crashes) move.flags = (flags | move_flag::crash) & ~move_flag::ordinary;
    move.message = message;
    move.change = controls_.change(crashes ? with_crash(change, node) : change);
    moves::drop_unseen(rules_, step.local);
    set_sends(move, node, step.step);
    set_local(move, local_id, std::move(step.local));
    event.plan = step.plan;
    CutPlace place;
    if (crashes) {
      const Effect& next = step.step.effects[index(step.plan.cut->before)];
      place = {next.kind, static_cast<std::uint8_t>(next.slot)};
    }
    found.emplace_back(move, event, place);
  }
  MoveRow row;
  row.begin = row.plain_end = static_cast<std::uint32_t>(moves_.size());
  if (!bound.empty()) {
    const auto known = std::find(bounds_.begin(), bounds_.end(), bound);
    row.past_bound = static_cast<std::uint32_t>(known - bounds_.begin());
    if (known == bounds_.end()) bounds_.push_back(bound);
  }
  for (auto& [move, of, place] : found) {
    if (!of.plan.cut) ++row.plain_end;
    add_move(move, std::move(of), place);
    first_of_row_.back() = row.begin;
  }
  row.end = static_cast<std::uint32_t>(moves_.size());
  return add_row(row, node, local_id);
}

std::uint32_t StepTable::add_environment_row(int node, std::uint32_t local_id, const Event& event) {
  LocalState after = contents(node, local_id);
  Move move;
  move.node = static_cast<std::uint8_t>(node);
  ControlChange change;
  const EventKind kind = event.kind;
  if (kind == EventKind::write) {
    after.store.outside_write(event.row, event.value);
    after.tail.clear();
    change.other = true;
  } else if (kind == EventKind::crash) {
    crash(after, model_.initial_state());
    moves::drop_unseen(rules_, after);
    change.crash = node;
    move.flags = move_flag::crash;
  } else {
    after.paused = kind == EventKind::pause;
    change.pause = kind == EventKind::pause;
  }
  move.change = controls_.change(change);
  set_local(move, local_id, std::move(after));
  MoveRow row;
  row.begin = static_cast<std::uint32_t>(moves_.size());
  row.plain_end = row.end = row.begin + 1;
  add_move(move, Event(event));
  return add_row(row, node, local_id);
}

std::uint32_t StepTable::work_out_delivery(std::uint32_t local, std::uint32_t message, bool again) {
  const int node = messages_[message].to;
  learned_.push_back({local, message, again ? Learned::duplicate : Learned::delivery});
  const auto remember = [&](std::uint32_t row) {
    Node& to = nodes_[index(node)];
    return (again ? to.again : to.deliver)[local * to.stride + messages_[message].column] = row;
  };
  if ((facts(node, local).ready >> messages_[message].slot & 1U) == 0) return remember(no_row);
  Event event;
  event.kind = again ? EventKind::duplicate : EventKind::deliver;
  event.node = node;
  event.message = envelopes_[message];
  ControlChange change;
  change.duplicate = again;
  const bool stays =
      again || (rules_.delivery == Delivery::duplicating && messages_[message].remote);
  const std::uint8_t flags =
      static_cast<std::uint8_t>((again ? 0 : move_flag::ordinary) | (stays ? move_flag::stays : 0));
  return remember(add_handler_row(node, local, event, change, flags));
}

template <class Fill>
OwnEvent StepTable::own_event(int node, std::uint32_t id, Event event, OwnKind kind, Fill fill) {
  event.node = node;
  OwnEvent entry{{}, kind, 0};
  ControlChange change;
  std::uint8_t flags =
      kind == OwnKind::always || kind == OwnKind::timer ? move_flag::ordinary : std::uint8_t{0};
  fill(change, flags, entry);
  entry.row = row(add_handler_row(node, id, event, change, flags));
  return entry;
}

/// What processes may do by themselves, or what is asked of them.
void StepTable::add_process_events(int node,
                                   std::uint32_t id,
                                   const LocalState& local,
                                   std::vector<OwnEvent>& own) {
  const auto add = [&](EventKind kind, int slot, OwnKind own_kind, auto set, auto fill) {
    Event event;
    event.kind = kind;
    event.slot = slot;
    set(event);
    own.push_back(own_event(node, id, event, own_kind, fill));
  };
  const auto as_is = [](auto&...) {};
  const int slots = static_cast<int>(local.slots.size());
  const auto started = [&](int slot) { return local.slots[index(slot)].started; };
  for (int slot = 0; slot < slots; ++slot)
    if (!started(slot)) add(EventKind::start, slot, OwnKind::always, as_is, as_is);
  for (const StoreNotice& notice : local.store.notices())
    if (started(notice.slot))
      add(
          EventKind::store,
          notice.slot,
          OwnKind::always,
          [&](Event& event) { event.notice = notice; },
          as_is);
  const auto timer = [&](int slot, int which, OwnKind own_kind) {
    const bool early = own_kind == OwnKind::early_timer;
    add(
        EventKind::timeout,
        slot,
        own_kind,
        [&](Event& event) { event.timer = which; },
        [&](ControlChange& change, std::uint8_t& flags, OwnEvent& entry) {
          entry.rank = static_cast<std::int16_t>(model_.rank(which));
          change.early_timeout = early;
          if (rules_.timers_wait() && !early) flags |= move_flag::late;
        });
  };
  const bool counts_early =
      rules_.timing == TimingModel::partially_synchronous && budget_.early_timeouts != 0;
  for (const OwnKind kind : {OwnKind::timer, OwnKind::early_timer})
    for (int slot = 0; slot < slots && (kind == OwnKind::timer || counts_early); ++slot)
      for (int which = 0; which < static_cast<int>(model_.info().timers.size()); ++which)
        if (started(slot) && (local.slots[index(slot)].timers >> which & 1) != 0)
          timer(slot, which, kind);
  const auto act = [&](EventKind kind, int slot, int code) {
    add(
        kind,
        slot,
        OwnKind::operators,
        [&](Event& event) { event.code = code; },
        [](ControlChange& change, auto&...) { change.other = true; });
  };
  for (int slot = 0; budget_.operators && slot < slots; ++slot) {
    if (!started(slot)) continue;
    for (int action = 0; action < static_cast<int>(model_.info().operators.size()); ++action)
      act(EventKind::operator_, slot, action);
    if (model_.info().has_client) act(EventKind::client, slot, 1);
  }
}

/// What may happen to the node.
void StepTable::add_node_events(int node,
                                std::uint32_t id,
                                const LocalState& local,
                                std::vector<OwnEvent>& own) {
  const auto environment = [&](EventKind kind, OwnKind own_kind, const OutsideWrite& write = {}) {
    Event event;
    event.kind = kind;
    event.node = node;
    event.row = write.row;
    event.value = write.value;
    own.push_back({row(add_environment_row(node, id, event)), own_kind, 0});
  };
  for (const OutsideWrite& write : budget_.outside_writes)
    if (write.node == node && local.up && !local.store.holder(write.row))
      environment(EventKind::write, OwnKind::operators, write);
  if (may_ever_crash(node) && local.up && local.started())
    environment(EventKind::crash, OwnKind::crash);
  const int tail = static_cast<int>(local.tail.size());
  for (int kept = tail; budget_.recoveries != 0 && !local.up && kept >= 0; --kept) {
    if (rules_.tail == TailRule::kept && kept != tail) continue;
    if (rules_.tail == TailRule::lost && kept != 0) continue;
    Event event;
    event.kind = EventKind::recover;
    event.kept = kept;
    own.push_back(own_event(node, id, event, OwnKind::recover, [](ControlChange& change, auto&...) {
      change.recovery = true;
    }));
  }
  if (budget_.pauses != 0 && local.up && !local.paused)
    environment(EventKind::pause, OwnKind::pause);
  if (local.paused) environment(EventKind::resume, OwnKind::resume);
}

void StepTable::work_out_own(int node, std::uint32_t id) {
  learned_.push_back({id, static_cast<std::uint32_t>(node), Learned::own_events});
  const LocalState local = contents(node, id);
  std::vector<OwnEvent> own;
  if (local.up && !local.paused) add_process_events(node, id, local, own);
  add_node_events(node, id, local, own);
  LocalInfo& info = nodes_[index(node)].info[id];
  info.own = static_cast<std::uint32_t>(own_.size());
  info.own_count = static_cast<std::uint16_t>(own.size());
  own_.insert(own_.end(), own.begin(), own.end());
}

// ---- Checkpoints.

std::uint64_t StepTable::contents_hash() const {
  std::uint64_t hash = moves_.size();
  for (int node = 0; node < node_count(); ++node)
    for (int id = 0; id < local_count(node); ++id)
      hash = mix64(hash ^ facts(node, static_cast<std::uint32_t>(id)).hash);
  for (const MessageInfo& message : messages_)
    hash = mix64(hash ^ message.hash);
  return hash;
}

void StepTable::save(CheckpointWriter& out) const {
  out.put_all(learned_);
  out.put(contents_hash());
  out.put_all(followed_);
}

bool StepTable::load(CheckpointReader& in) {
  for (const Learned& learned : in.get_all<Learned>()) {
    const bool own = learned.kind == Learned::own_events;
    const std::uint32_t limit = own ? static_cast<std::uint32_t>(node_count())
                                    : static_cast<std::uint32_t>(message_count());
    if (learned.of >= limit) return false;
    const int node = own ? static_cast<int>(learned.of) : messages_[learned.of].to;
    if (learned.local >= static_cast<std::uint32_t>(local_count(node))) return false;
    if (own)
      ensure_own(node, learned.local);
    else
      work_out_delivery(learned.local, learned.of, learned.kind == Learned::duplicate);
  }
  if (in.get<std::uint64_t>() != contents_hash()) return false;
  const auto followed = in.get_all<std::uint8_t>();
  if (followed.size() != followed_.size()) return false;
  followed_ = followed;
  return !in.failed();
}

}  // namespace concordat::explore
