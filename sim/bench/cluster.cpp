#include "sim/bench/cluster.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace concordat::bench {

namespace {

/// Clients do not begin all at once.
constexpr std::uint64_t first_turns_us = 100'000;

Policy policy_of(scenario::RowLocks locks) {
  switch (locks) {
    case scenario::RowLocks::no_wait: return Policy::no_wait;
    case scenario::RowLocks::wait: return Policy::wait;
    case scenario::RowLocks::wait_die: return Policy::wait_die;
    case scenario::RowLocks::wound_wait: return Policy::wound_wait;
    case scenario::RowLocks::detect: return Policy::detect;
  }
  return Policy::no_wait;
}

}  // namespace

Cluster::Cluster(const Setting& setting)
    : setting_(setting),
      bench_(setting.bench),
      total_(setting.bench.warm_up_count() + setting.bench.transactions),
      one_latency_(setting.sites() == 0 && setting.latency.is_constant()),
      locks_(policy_of(setting.bench.locks)),
      chances_(setting.timed) {
  for (const Shape& shape : setting.shapes) {
    ShapeRun& run = shapes_.emplace_back();
    if (shape.model == nullptr) continue;
    run.cache = std::make_unique<StepCache>(*shape.model);
    run.processes = run.cache->processes();
    timer_stride_ = shape.model->info().timers.size();
    run.places = run.cache->places();
    run.home_of.assign(static_cast<std::size_t>(run.places), 0xff);
    for (int i = 0; i < run.processes; ++i) {
      const auto place = static_cast<std::size_t>(run.cache->place_of(i));
      run.place_of.push_back(static_cast<std::uint8_t>(place));
      if (run.home_of[place] == 0xff) run.home_of[place] = static_cast<std::uint8_t>(i);
    }
    for (int place = 0; place < run.places; ++place)
      run.initial.push_back(run.cache->initial(place, true));
    for (int i = 0; i < run.processes; ++i) {
      const std::uint32_t state = run.initial[run.place_of[static_cast<std::size_t>(i)]];
      const ProcessState& process = run.cache->process_state(i, state);
      const auto index = static_cast<std::uint8_t>(i);
      for (unsigned timer = 0; timer < max_timers; ++timer)
        if ((process.timers >> timer & 1U) != 0)
          run.armed.emplace_back(index, static_cast<std::uint8_t>(timer));
      if (!process.started) run.waiting.push_back(index);
    }
    stride_bits_ = std::max(stride_bits_,
                            static_cast<unsigned>(std::bit_width(
                                static_cast<unsigned>(std::max(run.processes, 1)) - 1)));
    for (int place = 0; place < run.places; ++place)
      for (const auto& row : run.cache->rows(place))
        row_stride_ = std::max(row_stride_, static_cast<std::size_t>(row.item) + 1);
  }
  nodes_.resize(static_cast<std::size_t>(setting.node_count()));
}

std::int64_t Cluster::handler_calls() const {
  std::int64_t calls = 0;
  for (const ShapeRun& shape : shapes_)
    if (shape.cache != nullptr) calls += shape.cache->handler_calls();
  return calls;
}

std::size_t Cluster::state_count() const {
  std::size_t count = 0;
  for (const ShapeRun& shape : shapes_)
    if (shape.cache != nullptr) count += shape.cache->state_count();
  return count;
}

// ---- A run.

const Figures& Cluster::run(std::uint64_t seed,
                            const std::stop_token& stop,
                            std::atomic<std::int64_t>* begun) {
  reset(seed);
  if (bench_.arrivals.is_open()) {
    schedule(Turn::arrival, 0, setting_.arrival_gap.draw(arrivals_).us);
  } else {
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(bench_.arrivals.clients); ++i)
      schedule(Turn::client, i, static_cast<std::int64_t>(arrivals_.below(first_turns_us)));
  }
  schedule_faults();
  constexpr std::uint32_t often = 1U << 14U;
  for (std::uint32_t turn = 1; !is_over(); ++turn) {
    if (turn % often == 0) {
      if (begun != nullptr) begun->store(begun_, std::memory_order_relaxed);
      if (stop.stop_requested()) break;
    }
    dispatch(next_event());
  }
  if (begun != nullptr) begun->store(begun_, std::memory_order_relaxed);
  summarise();
  return figures_;
}

/// The last transaction has come and all are over, or have had their time.
bool Cluster::is_over() const {
  if (wheel_.empty()) return true;
  if (now() >= setting_.timed.limit.us && setting_.has_limit) return true;
  return begun_ >= total_ && (live_ == 0 || now() >= drained_us_);
}

void Cluster::reset(std::uint64_t seed) {
  seed_ = seed;
  wheel_.clear();
  transactions_.clear();
  processes_.clear();
  asides_.clear();
  dues_.clear();
  rows_.clear();
  free_.clear();
  waiting_.clear();
  free_waiting_ = none;
  locks_ = LockTable(policy_of(bench_.locks));
  exposed_.clear();
  lock_timeouts_.clear();
  across_.clear();
  arrivals_ = Random::stream(seed, "arrivals");
  latency_ = Random::stream(seed, "latency");
  lose_ = Random::stream(seed, "lose");
  duplicate_ = Random::stream(seed, "duplicate");
  delay_ = Random::stream(seed, "delay");
  partition_ = Random::stream(seed, "partition");
  begun_ = live_ = records_kept_ = 0;
  down_ = 0;
  last_arrival_us_ = records_since_us_ = cut_since_us_ = 0;
  drained_us_ = std::numeric_limits<std::int64_t>::max();
  is_cut_ = one_way_ = false;
  figures_ = Figures();
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    reset_node(i);
}

void Cluster::reset_node(std::size_t index) {
  Node& node = nodes_[index];
  node = Node();
  node.disk_draw = Random::stream(seed_, "disk", index);
  node.crash_draw = Random::stream(seed_, "crash", index);
  node.pause_draw = Random::stream(seed_, "pause", index);
  node.slow_draw = Random::stream(seed_, "slow", index);
  node.tail_draw = Random::stream(seed_, "tail", index);
  const Ratio error = setting_.timed.clock_error;
  if (error.part == 0) return;
  const std::int64_t most =
      std::int64_t{1'000'000} * error.part / static_cast<std::int64_t>(error.whole);
  Random clock = Random::stream(seed_, "clock", index);
  node.clock_millionths +=
      static_cast<std::int64_t>(clock.below(static_cast<std::uint64_t>(2 * most + 1))) - most;
}

void Cluster::schedule(Turn turn, std::uint32_t owner, std::int64_t time_us) {
  if (time_us > Wheel::longest_us) return;
  wheel_.push({owner, 0, static_cast<std::uint8_t>(turn), 0}, time_us);
}

/// What events need that come soon is brought near while others are handled: first the process and
/// its transaction, then what the process says where to find.
Cluster::Event Cluster::next_event() {
  return wheel_.pop(
      [this](Event soon) {
        if (soon.owner >= processes_.size()) return;  // a client, say
        __builtin_prefetch(&processes_[soon.owner]);
        __builtin_prefetch(&transactions_[tx_of(soon.owner)]);
      },
      [this](Event next) {
        if (next.kind > static_cast<std::uint8_t>(Kind::forced)) return;
        const std::uint32_t row = processes_[next.owner].row;
        if (row != none) locks_.expect(row);
      });
}

void Cluster::dispatch(Event event) {
  if (event.kind < static_cast<std::uint8_t>(Turn::arrival)) return dispatch_process(event);
  switch (static_cast<Turn>(event.kind)) {
    case Turn::arrival: return on_arrival();
    case Turn::client: return begun_ < total_ ? begin(event.owner) : void();
    case Turn::crash: return on_crash(event.owner);
    case Turn::recover: return on_recover(event.owner);
    case Turn::pause: return on_pause(event.owner);
    case Turn::slow: return on_slow(event.owner, true);
    case Turn::fast: return on_slow(event.owner, false);
    case Turn::partition: return on_partition();
    case Turn::heal: return on_heal();
  }
}

/// Whether the process waits for it no more: a force that a crash has ended, say. Then it has been
/// taken from what may happen to its transaction.
bool Cluster::is_stale(Event event) const {
  const Process& process = processes_[event.owner];
  const auto kind = static_cast<Kind>(event.kind);
  if (kind == Kind::message) return false;  // as most are
  if (kind == Kind::ring) return process.ring_us != now();
  if (kind == Kind::forced) return process.force_us != now() || process.force_mark != event.mark;
  if (kind != Kind::lock_timeout) return false;
  const auto timeout = lock_timeouts_.find({event.owner, event.detail});
  return timeout == lock_timeouts_.end() || timeout->second != now();
}

/// Its node is paused.
void Cluster::put_off(Event event, std::int64_t time_us) {
  Process& process = processes_[event.owner];
  const auto kind = static_cast<Kind>(event.kind);
  if (kind == Kind::ring) process.ring_us = time_us;
  if (kind == Kind::forced) process.force_us = time_us;
  if (kind == Kind::lock_timeout) lock_timeouts_[{event.owner, event.detail}] = time_us;
  wheel_.push(event, time_us);
}

void Cluster::dispatch_process(Event event) {
  if (is_stale(event)) return;
  const Node& node = nodes_[processes_[event.owner].node];
  if (node.paused_until_us > now()) return put_off(event, node.paused_until_us);
  if (event.kind == static_cast<std::uint8_t>(Kind::ring)) return on_ring(event.owner);
  const std::uint32_t tx = tx_of(event.owner);
  let_go(transactions_[tx], event.mark);
  happen(event);
  if (transactions_[tx].live == 0) finish(tx);
}

/// The event's time has come. It is no longer counted among what may happen to its transaction.
void Cluster::happen(Event event) {
  switch (static_cast<Kind>(event.kind)) {
    case Kind::message: return on_message(event);
    case Kind::forced: return on_forced(event);
    case Kind::timer: return on_timer(event);
    case Kind::start: return on_start(event);
    case Kind::granted: return on_granted(event);
    case Kind::wounded: return on_wounded(event);
    case Kind::lock_timeout: return on_lock_timeout(event);
    case Kind::ring: return on_ring(event.owner);
  }
}

// ---- Transactions.

void Cluster::on_arrival() {
  if (begun_ >= total_) return;
  if (live_ >= bench_.arrivals.at_most) {
    if (begun_ >= bench_.warm_up_count()) {
      ++figures_.turned_away;
      ++figures_.series.at(now()).arrived;
    }
    ++begun_;
    if (begun_ == total_) drained_us_ = now() + setting_.drain_us;
  } else {
    begin(none);
  }
  if (begun_ < total_) schedule(Turn::arrival, 0, now() + setting_.arrival_gap.draw(arrivals_).us);
}

std::uint32_t Cluster::take_transaction() {
  if (!free_.empty()) {
    const std::uint32_t tx = free_.back();
    free_.pop_back();
    return tx;
  }
  const auto tx = static_cast<std::uint32_t>(transactions_.size());
  transactions_.emplace_back();
  processes_.resize(first_of(tx + 1));
  asides_.resize(processes_.size());
  if (row_stride_ > 1) rows_.resize(processes_.size() * (row_stride_ - 1));
  return tx;
}

void Cluster::begin(std::uint32_t client) {
  const auto number = static_cast<std::uint64_t>(begun_++);
  const std::uint32_t index = take_transaction();
  Transaction& tx = transactions_[index];
  tx = {};
  tx.used = true;
  tx.number = number;
  tx.client = client;
  tx.arrived_us = tx.changed_us = now();
  tx.measured = number >= static_cast<std::uint64_t>(bench_.warm_up_count());
  ++live_;
  if (tx.measured) {
    if (figures_.started == 0) figures_.begin_us = now();
    ++figures_.started;
    ++figures_.series.at(now()).arrived;
    last_arrival_us_ = now();
  }
  if (begun_ == total_) drained_us_ = now() + setting_.drain_us;
  // The same for every protocol: it depends on the seed and the transaction's number alone.
  Random random(Random::mix(seed_ ^ Random::mix(number + 1)));
  int participants = setting_.least_participants;
  const int most = setting_.most_participants;
  if (most > participants)
    participants +=
        static_cast<int>(random.below(static_cast<std::uint64_t>(most - participants + 1)));
  int readers = 0;
  if (random.chance(bench_.read_only)) {
    readers = participants;
  } else if (bench_.readers.part > 0) {
    for (int i = 0; i < participants; ++i)
      if (random.chance(bench_.readers)) ++readers;
  }
  tx.shape = static_cast<std::uint16_t>(setting_.index_of(participants, readers));
  draw_nodes(index, random);
  if (row_stride_ > 0) draw_rows(index, random);
  hold(tx, 0);  // it is not over before it has begun
  start_processes(index);
  let_go(tx, 0);
  if (tx.live == 0) finish(index);
}

int Cluster::draw_node(int site, Random& random) const {
  const int sites = setting_.sites();
  const auto draw = [&](int count) {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(count)));
  };
  if (site < 0) return draw(bench_.nodes);
  return site + sites * draw((bench_.nodes - site + sites - 1) / sites);
}

/// Participants are on different nodes; a service is on its own node of the coordinator.
void Cluster::draw_nodes(std::uint32_t index, Random& random) {
  const Transaction& tx = transactions_[index];
  const ShapeRun& shape = shape_of(tx);
  const Shape& roles = setting_.shapes[tx.shape];
  const auto group = static_cast<int>((tx.client == none ? tx.number : tx.client) %
                                      static_cast<std::uint64_t>(bench_.coordinators));
  const int sites = setting_.sites();
  std::array<int, max_processes> node_of{};
  std::array<int, max_processes> taken{};
  std::size_t count = 0;
  for (std::size_t place = 0; place < static_cast<std::size_t>(shape.places); ++place) {
    const int service = roles.service[place];
    if (service >= 0) {
      node_of[place] = bench_.nodes + group * setting_.services + service;
      continue;
    }
    int node = 0;
    for (int tries = 0;; ++tries) {
      constexpr int patience = 64;  // the home site may be full
      const bool home = sites > 0 && bench_.home && tries < patience && random.chance(*bench_.home);
      node = draw_node(home ? group % sites : -1, random);
      if (std::find(taken.begin(), taken.begin() + count, node) == taken.begin() + count) break;
    }
    node_of[place] = taken[count++] = node;
  }
  const std::uint32_t first = first_of(index);
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(shape.processes); ++i) {
    Process& process = processes_[first + i];
    const std::int64_t ring_us = process.ring_us;
    process = {};
    process.ring_us = ring_us;
    const std::size_t place = shape.place_of[i];
    process.node = static_cast<std::uint16_t>(node_of[place]);
    process.home = shape.home_of[place];
  }
}

void Cluster::draw_rows(std::uint32_t index, Random& random) {
  const Transaction& tx = transactions_[index];
  const ShapeRun& shape = shape_of(tx);
  const std::uint32_t first = first_of(index);
  int worker = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(shape.processes); ++i) {
    const auto use = [&](std::size_t item) {
      return row_of_process(first + static_cast<std::uint32_t>(i), item);
    };
    for (std::size_t item = 1; item < row_stride_; ++item)
      rows_[(first + i) * (row_stride_ - 1) + item - 1] = {};
    const auto& work = setting_.shapes[tx.shape].model->setup().work_of(
        {StepCache::transaction, ProcessId::at(static_cast<int>(i))});
    if (work.empty()) continue;
    const int part = worker++;
    const bool shop = bench_.business.value == scenario::Business::shop;
    if (shop && part == 2) continue;  // the order is new
    for (std::size_t item = 0; item < work.size(); ++item) {
      std::uint32_t key = 0;
      const auto taken = [&] {
        for (std::size_t other = 0; other < item; ++other)
          if (use(other).row % static_cast<std::uint32_t>(bench_.keys) == key) return true;
        return false;
      };
      do {
        key =
            shop && part == 1
                ? static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(bench_.keys)))
                : setting_.keys.draw(random);
      } while (taken());
      use(item).row = processes_[first + i].node * static_cast<std::uint32_t>(bench_.keys) + key;
    }
  }
}

bool Cluster::all_up(std::uint32_t index) const {
  if (down_ == 0) return true;
  const auto processes = static_cast<std::uint32_t>(shapes_[transactions_[index].shape].processes);
  for (std::uint32_t i = first_of(index); i < first_of(index) + processes; ++i)
    if (!nodes_[processes_[i].node].up) return false;
  return true;
}

void Cluster::start_processes(std::uint32_t index) {
  ShapeRun& shape = shape_of(transactions_[index]);
  const std::uint32_t first = first_of(index);
  if (all_up(index)) {
    for (std::size_t place = 0; place < shape.initial.size(); ++place)
      processes_[first + shape.home_of[place]].state = shape.initial[place];
    for (const auto& armed : shape.armed)
      arm(first + armed.first, armed.second);
    for (const std::uint8_t process : shape.waiting)
      push(transactions_[index], event_of(first + process, Kind::start), now(), true);
    return;
  }
  for (int place = 0; place < shape.places; ++place) {
    const std::uint32_t id = first + shape.home_of[static_cast<std::size_t>(place)];
    processes_[id].state = shape.cache->initial(place, nodes_[processes_[id].node].up);
    if (nodes_[processes_[id].node].up) continue;
    hold(transactions_[index], 0);  // until it recovers
    transactions_[index].crashed = true;
  }
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(shape.processes); ++i) {
    const std::uint32_t id = first + i;
    const ProcessState& state =
        shape.cache->process_state(static_cast<int>(i), processes_[home_of(id)].state);
    for (int timer = 0; timer < max_timers; ++timer)
      if ((state.timers >> static_cast<unsigned>(timer) & 1U) != 0) arm(id, timer);
  }
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(shape.processes); ++i) {
    const std::uint32_t id = first + i;
    if (shape.cache->process_state(static_cast<int>(i), processes_[home_of(id)].state).started)
      continue;
    const Event start = event_of(id, Kind::start);
    if (nodes_[processes_[id].node].up)
      push(transactions_[index], start, now(), true);
    else
      park(start);
  }
}

/// Nothing can happen to the transaction any more. One that has rows locked stays for ever.
void Cluster::finish(std::uint32_t index) {
  Transaction& tx = transactions_[index];
  if (row_stride_ > 0 && holds_rows(index)) return;
  if (tx.exposes) unexpose_all(index);
  if (tx.measured) record(tx);
  keep_records(-static_cast<std::int64_t>(tx.records));
  if (!setting_.answers && (tx.committed || tx.aborted)) {
    answer(tx, tx.committed, tx.arrived_us + tx.decided_after_us);
  }
  if (!tx.answered) {
    if (tx.measured) ++figures_.unanswered;
    next_of_client(tx);
  }
  tx.used = false;
  --live_;
  free_.push_back(index);
}

void Cluster::record(const Transaction& tx) {
  if (tx.committed && tx.aborted)
    ++figures_.split;
  else if (tx.committed)
    ++figures_.committed;
  else if (tx.aborted)
    ++figures_.aborted;
  else
    ++figures_.undecided;
  if (tx.inconsistent_us >= 0) figures_.inconsistent_us.add(now() - tx.inconsistent_us);
}

/// The client begins its next transaction once it has thought.
void Cluster::next_of_client(const Transaction& tx) {
  if (tx.client == none || begun_ >= total_) return;
  schedule(Turn::client, tx.client, now() + setting_.think.draw(arrivals_).us);
}

void Cluster::keep_records(std::int64_t more) {
  figures_.record_us += records_kept_ * (now() - records_since_us_);
  records_since_us_ = now();
  records_kept_ += more;
  figures_.records_kept_most = std::max(figures_.records_kept_most, records_kept_);
}

void Cluster::summarise() {
  keep_records(0);
  for (std::uint32_t i = 0; i < transactions_.size(); ++i) {
    const Transaction& tx = transactions_[i];
    if (!tx.used) continue;
    count_blocked(i, 0);
    for (std::uint32_t p = first_of(i);
         p < first_of(i) + static_cast<std::uint32_t>(shape_of(tx).processes);
         ++p)
      if (tx.measured && processes_[p].doubt_us != never)
        figures_.doubt_us.add(now() - processes_[p].doubt_us);
    if (!tx.measured) continue;
    ++figures_.stuck;
    record(tx);
  }
  figures_.measured_us = last_arrival_us_ - figures_.begin_us;
  figures_.end_us = now();
}

}  // namespace concordat::bench
