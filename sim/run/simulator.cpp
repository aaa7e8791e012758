// A run from its beginning to its end, and the transactions in it.
#include "sim/run/simulator.hpp"

#include <algorithm>

#include "sim/model/network.hpp"

namespace concordat {

namespace {

Distribution exponential(const scenario::Timed::Repeated& fault, Duration mean) {
  DistributionSpec spec;
  if (fault.wanted) spec.kind = DistributionKind::exponential;
  spec.first = mean;
  return Distribution(spec);
}

bool has_messages(const FaultPlan& plan) {
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (std::holds_alternative<scenario::MessageFault>(plan.fault(i))) return true;
  return false;
}

bool has_causes(const FaultPlan& plan) {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto* crash = std::get_if<scenario::CrashFault>(&plan.fault(i));
    const auto* partition = std::get_if<scenario::PartitionFault>(&plan.fault(i));
    const auto* pause = std::get_if<scenario::PauseFault>(&plan.fault(i));
    if ((crash != nullptr && crash->on) || (partition != nullptr && partition->on) ||
        (pause != nullptr && pause->on))
      return true;
  }
  return false;
}

bool has_crashes(const FaultPlan& plan) {
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (std::holds_alternative<scenario::CrashFault>(plan.fault(i))) return true;
  return false;
}

}  // namespace

Simulator::Simulator(const Model& model,
                     const Rules& rules,
                     const scenario::Timed& timed,
                     const FaultPlan::Faults& faults,
                     const scenario::Expect* expect)
    : model_(model),
      setup_(model.setup()),
      rules_(rules),
      timed_(timed),
      expect_(expect),
      plan_(model, faults),
      plan_has_messages_(has_messages(plan_)),
      plan_has_causes_(has_causes(plan_)),
      may_crash_(has_crashes(plan_) || timed.random.crash.wanted),
      keep_before_(may_crash_ || !model.info().bounds.empty()),
      has_load_(timed.load_total > 0),
      chances_(timed),
      watch_(model),
      coverage_(model),
      crash_gap_(exponential(timed.random.crash, timed.random.crash.every)),
      crash_length_(exponential(timed.random.crash, timed.random.crash.lasts.value_or(Duration{}))),
      partition_gap_(exponential(timed.random.partition, timed.random.partition.every)),
      partition_length_(
          exponential(timed.random.partition, timed.random.partition.lasts.value_or(Duration{}))),
      pause_gap_(exponential(timed.random.pause, timed.random.pause.every)),
      pause_length_(
          exponential(timed.random.pause, timed.random.pause.lasts.value_or(Duration{}))) {
  const int nodes = setup_.node_count();
  const auto is_drawn = [](const Distribution& times) { return !times.is_constant(); };
  times_are_drawn_ = std::any_of(timed.latencies.begin(), timed.latencies.end(), is_drawn) ||
                     std::any_of(timed.forces.begin(), timed.forces.end(), is_drawn);
  check(timed.link.size() == static_cast<std::size_t>(nodes * nodes), "every link has a latency");
  check(timed.disk.size() == static_cast<std::size_t>(nodes), "every node has a disk");
  check(timed.timeouts.size() == model.info().timers.size(), "every timer has a duration");
  for (int node = 0; node < nodes; ++node) {
    initial_.push_back(model.initial(node));
    first_slot_.push_back(static_cast<std::uint32_t>(slots_.size()));
    const auto& here = setup_.slots[static_cast<std::size_t>(node)];
    for (std::size_t i = 0; i < here.size(); ++i) {
      SlotRun& slot = slots_.emplace_back();
      slot.node = node;
      slot.slot = static_cast<int>(i);
      slot.tx = here[i].tx;
      slot.process = here[i].process;
      Runner& runner = runners_.emplace_back();
      runner.node = node;
      runner.slot = static_cast<std::uint32_t>(slots_.size() - 1);
    }
  }
  for (int node = 0; node < nodes; ++node) {
    Runner& recovery = runners_.emplace_back();
    recovery.node = node;
    recovery.slot = none;
  }
  nodes_.resize(static_cast<std::size_t>(nodes));
  places_.resize(static_cast<std::size_t>(setup_.transactions));
  gap_.resize(places_.size());
  latency_.resize(timed.link.size());
  if (rules_.delivery == Delivery::fifo)
    channels_.resize(setup_.processes.size() * setup_.processes.size());
}

// ---- A run.

const RunSummary& Simulator::run(std::uint64_t seed, std::vector<Performed>* path) {
  path_ = path;
  reset(seed);
  for (int tx = 1; tx <= setup_.transactions; ++tx)
    start_transaction(tx);
  schedule_faults();
  loop();
  summarise();
  return summary_;
}

void Simulator::reset(std::uint64_t seed) {
  seed_ = seed;
  now_ = 0;
  sequence_ = position_ = 0;
  awaited_ = 0;
  stop_ = false;
  queue_.clear();
  locals_ = initial_;
  cut_.assign(locals_.size(), 0);
  cut_token_ = 0;
  used_ = {};
  messages_.clear();
  free_.clear();
  held_.clear();
  over_.clear();
  started_txs_ = pending_txs_ = 0;
  quiet_.clear();
  for (auto& channel : channels_)
    channel.clear();
  for (std::size_t i = 0; i < latency_.size(); ++i)
    latency_[i] = Random::stream(seed, "latency", i);
  lose_ = Random::stream(seed, "lose");
  duplicate_ = Random::stream(seed, "duplicate");
  delay_ = Random::stream(seed, "delay");
  delay_by_ = Random::stream(seed, "delay by");
  partition_ = Random::stream(seed, "partition");
  for (std::size_t i = 0; i < gap_.size(); ++i)
    gap_[i] = Random::stream(seed, "gap", i);
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    reset_node(i);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].timers = {};
    slots_[i].choices = Random::stream(seed, "choice", i);
    reset_slot(slots_[i]);
  }
  for (Runner& runner : runners_) {
    runner.active = false;
    runner.out.clear();
  }
  for (Place& place : places_)
    place = {};
  fingerprint_ = Random::mix(seed);
  plan_.reset();
  looks_inside_ = plan_.some_inside();
  watch_.reset(locals_);
  summary_ = {};
  summary_.seed = seed;
}

void Simulator::reset_node(std::size_t index) {
  NodeRun& node = nodes_[index];
  node.disk.reset();
  node.last = none;
  node.armed = 0;
  node.crashing = node.crash_inside = node.declined = node.notice_queued = false;
  node.parked.clear();
  node.recover_after.reset();
  node.disk_draw = Random::stream(seed_, "disk", index);
  node.crash = Random::stream(seed_, "crash", index);
  node.pause = Random::stream(seed_, "pause", index);
  node.inside = Random::stream(seed_, "inside", index);
  node.place = Random::stream(seed_, "place", index);
  node.tail_draw = Random::stream(seed_, "tail", index);
  std::int64_t error = 0;
  if (timed_.clocks[index]) {
    error = *timed_.clocks[index];
  } else if (timed_.clock_error.part > 0) {
    const std::int64_t most = std::int64_t{1'000'000} * timed_.clock_error.part /
                              static_cast<std::int64_t>(timed_.clock_error.whole);
    Random clock = Random::stream(seed_, "clock", index);
    error = static_cast<std::int64_t>(clock.below(static_cast<std::uint64_t>(2 * most + 1))) - most;
  }
  check(error > -1'000'000, "every clock goes forward");
  node.clock_millionths = 1'000'000 + error;
}

void Simulator::reset_slot(SlotRun& slot) {
  slot.deferred.clear();
  slot.deferred_next = 0;
  slot.doubt_us = -1;
  slot.armed = 0;
  slot.settled = false;
}

bool Simulator::alive() const {
  if (awaited_ > 0) return true;
  for (std::size_t node = 0; node < nodes_.size(); ++node)
    if (nodes_[node].armed > 0 && locals_[node].up && !locals_[node].paused) return true;
  return false;
}

void Simulator::loop() {
  summary_.ended = Ended::quiet;
  while (!stop_ && !queue_.empty() && alive()) {
    if (queue_.top().time_us > timed_.limit.us) {
      now_ = timed_.limit.us;
      summary_.ended = Ended::limit;
      return;
    }
    const auto entry = queue_.pop();
    now_ = entry.time_us;
    dispatch(entry.what, entry.time_us);
    while (!over_.empty()) {
      const int tx = over_.back();
      over_.pop_back();
      if (is_over(tx)) go_on(tx);
    }
  }
}

void Simulator::push(std::int64_t time, const Entry& entry) {
  if (entry.kind < Kind::timer) ++awaited_;
  queue_.push(time, sequence_++, entry);
}

void Simulator::dispatch(const Entry& entry, std::int64_t time) {
  if (entry.kind < Kind::timer) --awaited_;
  const int index = static_cast<int>(entry.index);
  switch (entry.kind) {
    case Kind::start: return on_start(entry);
    case Kind::arrival: return on_arrival(entry);
    case Kind::forced: return on_forced(entry);
    case Kind::notice: return on_notices(index);
    case Kind::fault: return happen(entry.index);
    case Kind::recover:
      if (at(index).down_token == entry.token) on_recover(index);
      return;
    case Kind::heal:
      if (cut_token_ == entry.token) on_heal();
      return;
    case Kind::resume:
      if (at(index).pause_token == entry.token) on_resume(index);
      return;
    case Kind::next_tx: return on_next(index);
    case Kind::timer: return on_timer(entry, time);
    case Kind::crash:
    case Kind::partition:
    case Kind::pause: return on_random(entry.kind, index);
  }
}

// ---- Transactions.

void Simulator::hold(int tx, int count) {
  Place& place = places_[static_cast<std::size_t>(tx - 1)];
  place.live += count;
  if (has_load_ && place.live == 0) over_.push_back(tx);
}

void Simulator::start_transaction(int tx) {
  Place& place = places_[static_cast<std::size_t>(tx - 1)];
  const bool again = started_txs_ >= setup_.transactions;
  ++started_txs_;
  if (again) --pending_txs_;
  place = {};
  place.running = true;
  place.times.started_us = now_;
  for (int i = 0; i < setup_.process_count(); ++i) {
    const ProcessId process = ProcessId::at(i);
    const int node = setup_.node_of(process);
    const std::uint32_t id = slot_id(node, setup_.local_slot(tx, process));
    if (again) replace_slot(id);
    if (setup_.processes[static_cast<std::size_t>(i)].must_decide) ++place.unsettled;
    const ProcessState& process_state = state(id);
    if (!process_state.started) {
      hold(tx, 1);
      push(now_, {Kind::start, 0, id, 0});
    }
    recount(id);
    for (int timer = 0; timer < max_timers; ++timer)
      if ((process_state.timers >> static_cast<unsigned>(timer) & 1U) != 0) set_timer(id, timer);
  }
  if (has_load_ && place.live == 0) over_.push_back(tx);
  if (!again) return;
  for (int node = 0; node < setup_.node_count(); ++node)
    watch_.look({position_, node, false, false}, locals_);
}

/// A process of a new transaction takes the place of one whose transaction is over. If its node is
/// down, or its start does something to the store, it has yet to start.
void Simulator::replace_slot(std::uint32_t id) {
  SlotRun& slot = slots_[id];
  const LocalState& initial = initial_[static_cast<std::size_t>(slot.node)];
  const auto index = static_cast<std::size_t>(slot.slot);
  ProcessState fresh = initial.slots[index];
  if (!local(slot.node).up || initial.store.tx(slot.slot).status != LocalTxStatus::none) {
    fresh = {};
    fresh.state = model_.initial_state();
  }
  local(slot.node).slots[index] = fresh;
  LocalState& before = at(slot.node).before;  // a crash inside a step may come back to it
  if (!before.slots.empty()) before.slots[index] = fresh;
  reset_slot(slot);
}

/// Whether nothing can happen to the transaction any more by itself. One that still has rows
/// locked, or waits for one, goes on, if only because the rows stay locked.
bool Simulator::is_over(int tx) const {
  const Place& place = places_[static_cast<std::size_t>(tx - 1)];
  if ((!place.running && !place.next) || place.live > 0) return false;
  for (int i = 0; i < setup_.process_count(); ++i) {
    const ProcessId process = ProcessId::at(i);
    const int node = setup_.node_of(process);
    const int slot = setup_.local_slot(tx, process);
    if (busy(slot_id(node, slot))) return false;
    const LocalState& here = local(node);
    if (!here.up && nodes_[static_cast<std::size_t>(node)].recover_after) return false;
    if (here.up && (here.store.tx(slot).status != LocalTxStatus::none || here.store.waits(slot)))
      return false;
    for (const StoreNotice& notice : here.store.notices())
      if (notice.slot == slot) return false;
  }
  return true;
}

/// A node has gone down or come back: each transaction may be over.
void Simulator::node_changed() {
  for (int tx = 1; tx <= setup_.transactions; ++tx)
    hold(tx, 0);
}

/// The gap is over. A node may have come back in it, and the last transaction with it: then the
/// next one has to wait.
void Simulator::on_next(int tx) {
  places_[static_cast<std::size_t>(tx - 1)].next = true;
  hold(tx, 0);
}

/// A transaction that is over, with a load, makes place for the next one.
void Simulator::go_on(int tx) {
  if (places_[static_cast<std::size_t>(tx - 1)].running)
    end_transaction(tx);
  else
    start_transaction(tx);
}

void Simulator::end_transaction(int tx) {
  record_transaction(tx);
  places_[static_cast<std::size_t>(tx - 1)].running = false;
  for (SlotRun& slot : slots_) {
    if (slot.tx != tx || slot.doubt_us < 0) continue;
    summary_.doubt_us.add(now_ - slot.doubt_us);
    slot.doubt_us = -1;
  }
  // Its unforced records, and with them those before them, are taken to have reached the disk.
  for (std::size_t node = 0; node < locals_.size(); ++node)
    for (auto* tail : {&locals_[node].tail, &nodes_[node].before.tail}) {
      const auto last = std::find_if(tail->rbegin(), tail->rend(), [&](const Unforced& unforced) {
        return slots_[slot_id(static_cast<int>(node), unforced.slot)].tx == tx;
      });
      tail->erase(tail->begin(), last.base());
    }
  if (started_txs_ + pending_txs_ >= timed_.load_total) return;
  ++pending_txs_;
  const auto place = static_cast<std::size_t>(tx - 1);
  push(now_ + timed_.load_gap.draw(gap_[place]).us,
       {Kind::next_tx, 0, static_cast<std::uint32_t>(tx), 0});
}

void Simulator::record_transaction(int tx) {
  const Place& place = places_[static_cast<std::size_t>(tx - 1)];
  const TxRun& times = place.times;
  ++summary_.transactions;
  if (times.committed && times.aborted)
    ++summary_.split;
  else if (times.committed)
    ++summary_.committed;
  else if (times.aborted)
    ++summary_.aborted;
  if (place.unsettled > 0) {
    bool waits = false;
    for (const SlotRun& slot : slots_)
      waits =
          waits || (slot.tx == tx && !slot.settled && local(slot.node).up &&
                    setup_.processes[static_cast<std::size_t>(slot.process.index())].must_decide);
    if (waits) ++summary_.undecided;
  }
  if (times.answered_us >= 0)
    (times.answer == Outcome::commit ? summary_.commit_us : summary_.abort_us)
        .add(times.answered_us - times.started_us);
  if (!has_load_) summary_.txs.push_back(times);
}

void Simulator::summarise() {
  for (int tx = 1; tx <= setup_.transactions; ++tx)
    if (places_[static_cast<std::size_t>(tx - 1)].running) record_transaction(tx);
  for (std::uint32_t id = 0; id < slots_.size(); ++id) {
    const SlotRun& slot = slots_[id];
    if (slot.doubt_us < 0) continue;
    summary_.doubt_us.add(now_ - slot.doubt_us);
    if (!has_load_) summary_.doubts.push_back({{slot.tx, slot.process}, slot.doubt_us, -1});
  }
  summary_.end_us = now_;
  summary_.fingerprint = fingerprint_;
  summary_.faults = used_;
  watch_.settle(~std::uint64_t{0}, locals_);
  summary_.properties = watch_.statuses();
  summary_.unused_fault = plan_.unused();
}

World Simulator::world() const {
  World world;
  world.nodes = locals_;
  world.cut = cut_;
  world.used = used_;
  if (rules_.delivery == Delivery::fifo) {
    for (const auto& channel : channels_)
      for (const std::uint32_t index : channel)
        network::put(rules_, world, messages_[index].envelope);
    return world;
  }
  for (const Message& message : messages_)
    if (message.alive) network::put(rules_, world, message.envelope);
  return world;
}

bool Simulator::all_decided() const {
  if (expect_ != nullptr)
    for (const auto& entry : expect_->properties) {
      if (entry.value.value != "violated") continue;
      const auto& all = safety_properties();
      for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].name == entry.key.value && watch_.statuses()[i] != WatchStatus::violated)
          return false;
    }
  return std::all_of(
      places_.begin(), places_.end(), [](const Place& place) { return place.unsettled == 0; });
}

}  // namespace concordat
