// What goes wrong: nodes crash, pause and have slow disks, the network is cut.
#include <algorithm>
#include <utility>

#include "sim/bench/cluster.hpp"

namespace concordat::bench {

namespace {

std::int64_t drawn(const Distribution& length, Random& random) {
  return std::max<std::int64_t>(1, length.draw(random).us);
}

}  // namespace

void Cluster::schedule_faults() {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    const auto& crash = setting_.crash_of(static_cast<int>(i));
    if (crash) schedule(Turn::crash, i, crash->every.draw(nodes_[i].crash_draw).us);
    if (setting_.pause)
      schedule(Turn::pause, i, setting_.pause->every.draw(nodes_[i].pause_draw).us);
    if (setting_.slow) schedule(Turn::slow, i, setting_.slow->every.draw(nodes_[i].slow_draw).us);
  }
  if (setting_.partition)
    schedule(Turn::partition, 0, setting_.partition->every.draw(partition_).us);
}

// ---- Crashes.

void Cluster::on_crash(std::uint32_t index) {
  Node& node = nodes_[index];
  const auto& crash = setting_.crash_of(static_cast<int>(index));
  if (is_spared(index))  // it does not happen
    return schedule(Turn::crash, index, now() + drawn(crash->every, node.crash_draw));
  node.up = false;
  ++down_;
  node.down_since_us = now();
  node.disk.reset();
  ++figures_.crashes;
  schedule(Turn::recover, index, now() + drawn(crash->lasts, node.crash_draw));
  for (std::uint32_t tx = 0; tx < transactions_.size(); ++tx) {
    if (!transactions_[tx].used) continue;
    const auto processes = static_cast<std::uint32_t>(shape_of(transactions_[tx]).processes);
    for (std::uint32_t i = first_of(tx); i < first_of(tx) + processes; ++i)
      if (processes_[i].node == index && processes_[i].home == index_in_tx(i)) crash_place(i);
  }
}

/// Whether as many of the coordinator's services as may be are down already.
bool Cluster::is_spared(std::uint32_t index) const {
  const int service = setting_.service_of(static_cast<int>(index));
  if (service <= 0) return false;
  const std::uint32_t first = index - static_cast<std::uint32_t>(service);
  int down = 0;
  for (std::uint32_t i = first + 1; i < first + static_cast<std::uint32_t>(setting_.services); ++i)
    if (!nodes_[i].up) ++down;
  return down >= bench_.failures.services_at_most;
}

/// A place of a transaction goes down. The step that began last there is cut at the force that it
/// waits for; what others were forcing is done.
void Cluster::crash_place(std::uint32_t home) {
  const std::uint32_t index = tx_of(home);
  Transaction& tx = transactions_[index];
  StepCache& cache = cache_of(tx);
  const std::uint32_t first = first_of(index);
  const std::uint32_t end = first + static_cast<std::uint32_t>(shape_of(tx).processes);
  tx.crashed = true;
  hold(tx, 0);  // until it recovers
  std::uint32_t last = none;
  for (std::uint32_t i = first; i < end; ++i)
    if (processes_[i].home == index_in_tx(home) && processes_[i].busy &&
        (last == none || processes_[i].order > processes_[last].order))
      last = i;
  for (std::uint32_t i = first; i < end; ++i)
    if (i != last && processes_[i].home == index_in_tx(home) && processes_[i].busy) complete(i);
  std::uint32_t& state = processes_[home].state;
  if (last != none) {
    const Play& play = cache.play(processes_[last].play);
    const int effect = cache.actions(play)[processes_[last].next - 1].detail;
    state = cache.cut(processes_[last].play, effect);
  } else {
    const int place = place_of(home);
    state = cache.play(cache.find(place, state, cache.crash_column(place))).next;
  }
  tx.changed_us = now();
  clear_place(home);
}

/// The rest of a step that was forcing happens at once.
void Cluster::complete(std::uint32_t process) {
  completing_ = true;
  drop_force(process);
  processes_[process].busy = false;
  advance(process);
  completing_ = false;
}

void Cluster::drop_force(std::uint32_t process) {
  Process& it = processes_[process];
  if (it.force_us == never) return;
  let_go(transactions_[tx_of(process)], it.force_mark);
  it.force_us = never;
}

/// What a crash takes from a place besides its state: timers, forces, locks. Messages that had come
/// are still there after the repair, or are lost.
void Cluster::clear_place(std::uint32_t home) {
  const std::uint32_t index = tx_of(home);
  Transaction& tx = transactions_[index];
  StepCache& cache = cache_of(tx);
  const std::uint32_t first = first_of(index);
  const std::uint32_t end = first + static_cast<std::uint32_t>(shape_of(tx).processes);
  processes_[home].recovering = false;
  for (std::uint32_t i = first; i < end; ++i) {
    Process& it = processes_[i];
    if (processes_[i].home != index_in_tx(home)) continue;
    disarm_all(i);
    drop_force(i);
    it.busy = false;
    it.has_waiting = false;
    std::uint32_t id = std::exchange(asides_[i].waiting, none);
    while (id != none) {
      const Waiting waiting = end_wait(id);
      let_go(tx, waiting.event.mark);
      keep_or_lose(waiting);
      id = waiting.next;
    }
  }
  std::uint32_t id = take_parked(home);
  while (id != none) {
    const Waiting waiting = end_wait(id);
    let_go(tx, 0);
    keep_or_lose(waiting);
    id = waiting.next;
  }
  const std::uint32_t held = cache.held(place_of(home), processes_[home].state);
  const auto& rows = cache.rows(place_of(home));
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    cancel(home, row);
    if ((held >> row & 1U) == 0) release(home, row);
  }
}

/// Something that had come to a node that goes down.
void Cluster::keep_or_lose(const Waiting& waiting) {
  const auto kind = static_cast<Kind>(waiting.event.kind);
  const bool keeps =
      kind == Kind::start || (kind == Kind::message && setting_.rules.in_flight == InFlight::keep);
  if (keeps) return park(waiting.event, waiting.time_us);
  if (kind == Kind::message && transactions_[tx_of(waiting.event.owner)].measured) ++figures_.lost;
}

void Cluster::on_recover(std::uint32_t index) {
  Node& node = nodes_[index];
  const auto& crash = setting_.crash_of(static_cast<int>(index));
  node.up = true;
  --down_;
  ++figures_.repairs;
  figures_.repaired_us += now() - node.down_since_us;
  schedule(Turn::crash, index, now() + drawn(crash->every, node.crash_draw));
  for (std::uint32_t tx = 0; tx < transactions_.size(); ++tx) {
    if (!transactions_[tx].used) continue;
    const auto processes = static_cast<std::uint32_t>(shape_of(transactions_[tx]).processes);
    bool here = false;
    for (std::uint32_t i = first_of(tx); i < first_of(tx) + processes; ++i)
      here = here || processes_[i].node == index;
    if (!here) continue;
    count_blocked(tx, node.down_since_us);
    for (std::uint32_t i = first_of(tx); i < first_of(tx) + processes; ++i)
      if (processes_[i].node == index && processes_[i].home == index_in_tx(i)) recover_place(i);
    if (transactions_[tx].live == 0) finish(tx);
  }
}

void Cluster::recover_place(std::uint32_t home) {
  Transaction& tx = transactions_[tx_of(home)];
  StepCache& cache = cache_of(tx);
  Node& node = nodes_[processes_[home].node];
  const int place = place_of(home);
  const auto tail = cache.state(place, processes_[home].state).tail.size();
  std::size_t kept = tail;
  if (tail > 0 && node.stable_us <= tx.arrived_us + tx.appended_after_us) {
    if (setting_.rules.tail == TailRule::lost) kept = 0;
    if (setting_.rules.tail == TailRule::any)
      kept = static_cast<std::size_t>(node.tail_draw.below(tail + 1));
  }
  processes_[home].recovering = true;
  handle(home, cache.recover_column(place, static_cast<int>(kept)));
  if (!processes_[home].busy) processes_[home].recovering = false;
  take_back_rows(home);
  if (processes_[home].has_parked) wake(home);
  let_go(tx, 0);
}

// ---- Pauses and disks.

void Cluster::on_pause(std::uint32_t index) {
  Node& node = nodes_[index];
  node.paused_until_us = now() + setting_.pause->lasts.draw(node.pause_draw).us;
  schedule(
      Turn::pause, index, node.paused_until_us + setting_.pause->every.draw(node.pause_draw).us);
}

void Cluster::on_slow(std::uint32_t index, bool slow) {
  Node& node = nodes_[index];
  node.slow = slow;
  const auto& lengths = slow ? setting_.slow->lasts : setting_.slow->every;
  schedule(slow ? Turn::fast : Turn::slow, index, now() + lengths.draw(node.slow_draw).us);
}

// ---- Partitions.

/// Each node falls to one side or the other, with both sides not empty.
void Cluster::on_partition() {
  const std::size_t sure = static_cast<std::size_t>(partition_.below(nodes_.size()));
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    nodes_[i].side = static_cast<std::uint8_t>(partition_.below(2));
  nodes_[sure].side = 0;
  nodes_[(sure + 1) % nodes_.size()].side = 1;
  one_way_ = partition_.chance(bench_.failures.one_way);
  is_cut_ = true;
  cut_since_us_ = now();
  schedule(Turn::heal, 0, now() + drawn(setting_.partition->lasts, partition_));
}

void Cluster::on_heal() {
  is_cut_ = false;
  for (std::uint32_t tx = 0; tx < transactions_.size(); ++tx)
    if (transactions_[tx].used) count_blocked(tx, cut_since_us_);
  for (const Event event : across_) {
    Transaction& tx = transactions_[tx_of(event.owner)];
    const std::uint16_t node = processes_[event.owner].node;
    push(tx, event, now() + setting_.latency_between(node, node).draw(latency_).us, true);
    let_go(tx, 0);
  }
  across_.clear();
  schedule(Turn::partition, 0, now() + setting_.partition->every.draw(partition_).us);
}

// ---- Blocking.

/// Something is repaired now that was broken since then. The processes in doubt that could not have
/// learned the outcome without it were blocked.
void Cluster::count_blocked(std::uint32_t index, std::int64_t since_us) {
  const Transaction& tx = transactions_[index];
  if (tx.progress > 0 || !tx.measured) return;
  constexpr int rounds = 3;  // of retries that lead nowhere
  const bool in_vain = tx.asked >= (tx.travelling > 0 ? 2 : 1);
  const bool for_long = tx.tried >= std::min(250, rounds * shapes_[tx.shape].processes);
  if (!in_vain && !for_long) return;
  for (std::uint32_t i = first_of(index);
       i < first_of(index) + static_cast<std::uint32_t>(shape_of(tx).processes);
       ++i) {
    const Process& it = processes_[i];
    if (it.doubt_us == never || !nodes_[processes_[i].node].up) continue;
    const std::int64_t from =
        std::max({since_us, tx.changed_us, it.doubt_us, asides_[i].counted_us});
    if (now() > from) figures_.blocked_us.add(now() - from);
    asides_[i].counted_us = now();
  }
}

}  // namespace concordat::bench
