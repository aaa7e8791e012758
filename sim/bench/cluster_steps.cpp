// Steps: what an event leads to, and when.
#include <limits>
#include <utility>

#include "sim/bench/cluster.hpp"

namespace concordat::bench {

namespace {

constexpr std::uint16_t longest_flush = 0xffff;  // in units
constexpr std::uint8_t most_tried = 250;

}  // namespace

// ---- Events that wait.

std::uint32_t Cluster::wait(Event event, std::int64_t time_us) {
  std::uint32_t id = free_waiting_;
  if (id == none) {
    id = static_cast<std::uint32_t>(waiting_.size());
    waiting_.emplace_back();
  } else {
    free_waiting_ = waiting_[id].next;
  }
  waiting_[id] = {time_us, none, event};
  return id;
}

Cluster::Waiting Cluster::end_wait(std::uint32_t id) {
  const Waiting waiting = waiting_[id];
  waiting_[id].next = std::exchange(free_waiting_, id);
  return waiting;
}

/// The process is busy: the event waits in line.
void Cluster::defer(Event event) {
  hold(transactions_[tx_of(event.owner)], event.mark);
  const std::uint32_t id = wait(event, now());
  processes_[event.owner].has_waiting = true;
  std::uint32_t* last = &asides_[event.owner].waiting;  // there are few
  while (*last != none)
    last = &waiting_[*last].next;
  *last = id;
}

/// The event cannot be handled as the place is: it is looked at again when that has changed, and no
/// earlier than this time.
void Cluster::park(Event event, std::int64_t time_us) {
  const std::uint32_t home = home_of(event.owner);
  Aside& aside = asides_[home];
  event.mark = 0;
  hold(transactions_[tx_of(home)], 0);
  const std::uint32_t id = wait(event, time_us);
  (aside.parked == none ? aside.parked : waiting_[aside.parked_last].next) = id;
  aside.parked_last = id;
  processes_[home].has_parked = true;
}

std::uint32_t Cluster::take_parked(std::uint32_t home) {
  const std::uint32_t id = asides_[home].parked;
  asides_[home].parked = asides_[home].parked_last = none;
  processes_[home].has_parked = false;
  return id;
}

void Cluster::wake(std::uint32_t home) {
  Transaction& tx = transactions_[tx_of(home)];
  std::uint32_t id = take_parked(home);
  while (id != none) {
    const Waiting waiting = end_wait(id);
    push(tx, waiting.event, std::max(now(), waiting.time_us), true);
    let_go(tx, 0);
    id = waiting.next;
  }
}

void Cluster::drain(std::uint32_t process) {
  while (processes_[process].has_waiting && !busy(process)) {
    const Waiting waiting = end_wait(asides_[process].waiting);
    asides_[process].waiting = waiting.next;
    processes_[process].has_waiting = waiting.next != none;
    let_go(transactions_[tx_of(process)], waiting.event.mark);
    happen(waiting.event);
  }
}

// ---- Events.

void Cluster::on_start(Event event) {
  const std::uint32_t process = event.owner;
  if (!nodes_[processes_[process].node].up) return park(event);
  if (busy(process)) return defer(event);
  StepCache& cache = cache_of(transactions_[tx_of(process)]);
  if (!handle(process, cache.start_column(index_in_tx(process)))) return park(event);
}

void Cluster::on_message(Event event) {
  const std::uint32_t process = event.owner;
  const Transaction& tx = transactions_[tx_of(process)];
  if (!nodes_[processes_[process].node].up) {
    if (setting_.rules.in_flight == InFlight::keep) return park(event);
    if (tx.measured) ++figures_.lost;
    return;
  }
  if (busy(process)) return defer(event);
  StepCache& cache = cache_of(tx);
  const std::uint16_t column = cache.message(event.detail).column;
  const std::int64_t events = figures_.events;
  retrying_ = (event.mark & retry_mark) != 0;
  const bool exists = handle(process, column);
  retrying_ = false;
  if (!exists) return park(event);
  if (figures_.events == events + 1 && tx.measured && in_vain_) ++figures_.suppressed;
}

/// A timer has rung, now or while the process was busy: meanwhile it may have been disarmed, and
/// armed again.
void Cluster::on_timer(Event event) {
  const std::uint32_t process = event.owner;
  const Process& it = processes_[process];
  Transaction& tx = transactions_[tx_of(process)];
  StepCache& cache = cache_of(tx);
  const int timer = event.detail;
  const unsigned bit = 1U << static_cast<unsigned>(timer);
  const auto armed =
      cache.process_state(index_in_tx(process), processes_[home_of(process)].state).timers;
  const bool is_stale = (armed & bit) == 0 || (it.armed & bit) != 0;
  if (is_stale || !nodes_[processes_[process].node].up) return;
  if (busy(process)) return defer(event);
  const bool retries = setting_.timed.retries[static_cast<std::size_t>(timer)];
  retrying_ = retries || (event.mark & retry_mark) != 0;
  changed_ = false;
  const bool exists = handle(process, cache.timer_column(index_in_tx(process), timer));
  retrying_ = false;
  if (!exists) return park(event);
  if (!retries) tx.timed_out = true;
  if (retries && tx.measured) ++figures_.retries;
  if (retries && !changed_ && tx.asked < 2) ++tx.asked;
  if (retries && tx.tried < most_tried) ++tx.tried;
}

void Cluster::on_forced(Event event) {
  const std::uint32_t process = event.owner;
  Process& it = processes_[process];
  Node& node = nodes_[processes_[process].node];
  const std::uint16_t units = event.detail;
  if (units < longest_flush)  // else it is not known when it was asked for
    node.stable_us = std::max(node.stable_us, now() - units * flush_unit_us);
  retrying_ = (event.mark & retry_mark) != 0;
  it.force_us = never;
  ++figures_.events;
  advance(process);
  retrying_ = false;
}

// ---- Steps.

/// Runs the event's step as far as it goes now. RETURNS: false if it does not exist here.
bool Cluster::handle(std::uint32_t process, std::uint16_t column) {
  const std::uint32_t home = home_of(process);
  Transaction& tx = transactions_[tx_of(process)];
  StepCache& cache = cache_of(tx);
  const int place = place_of(process);
  const std::uint32_t before = processes_[home].state;
  std::uint32_t id = cache.find(place, before, column);
  if (cache.play(id).kind != Play::Kind::step || cache.play(id).asks > 0) {
    while (cache.play(id).kind == Play::Kind::question)
      id = answer_question(process, id);
    if (cache.play(id).asks > 0) id = lock_rows(process, id);
    if (cache.play(id).kind == Play::Kind::declined) {
      give_up_unneeded(home, cache.held(place, before), cache.awaited(place, before));
      return false;
    }
  }
  const Play play = cache.play(id);
  processes_[home].state = play.next;
  if (play.changes) {
    tx.asked = 0;
    if (!retrying_) {
      tx.changed_us = now();
      tx.tried = 0;
    }
    changed_ = true;
  }
  in_vain_ = !play.changes && play.count == 0;
  ++figures_.events;
  Process& it = processes_[process];
  it.play = id;
  it.next = 0;
  it.order = ++tx.order;
  advance(process);
  if (play.changes && processes_[home].has_parked && nodes_[processes_[process].node].up)
    wake(home);
  return true;
}

/// A choice that is open is drawn for this process of this transaction, whatever the protocol.
std::uint32_t Cluster::answer_question(std::uint32_t process, std::uint32_t play) {
  Transaction& tx = transactions_[tx_of(process)];
  StepCache& cache = cache_of(tx);
  Random random(
      Random::mix(seed_ ^ Random::mix(tx.number * max_processes + index_in_tx(process) + 1)));
  chances_.draw_from(random);
  const auto& outcomes = cache.outcomes(play);
  const int taken = chances_.choose(cache.label(play), outcomes);
  const bool is_no = cache.label(play) == scenario::vote_label &&
                     outcomes[static_cast<std::size_t>(taken)] == "no";
  if (is_no && tx.reason == Reason::none) tx.reason = Reason::no;
  return cache.answer(play, taken);
}

/// Goes on with a step, up to its next force that takes time, or its end.
void Cluster::advance(std::uint32_t process) {
  Process& it = processes_[process];
  Transaction& tx = transactions_[tx_of(process)];
  StepCache& cache = cache_of(tx);
  const Play& play = cache.play(it.play);
  const Action* const actions = cache.actions(play);
  const std::uint32_t first = first_of(tx_of(process));
  while (it.next < play.count) {
    const Action action = actions[it.next++];
    const std::uint32_t who = first + action.process;
    switch (action.act) {
      case Act::send: send(process, action.detail, play.changes && !retrying_); break;
      case Act::force:
      case Act::force_store:
        if (force(process, action.act == Act::force)) return;
        break;
      case Act::append:
        tx.appended_after_us = since_arrival(tx);
        write_record(tx);
        break;
      case Act::arm: arm(who, action.detail); break;
      case Act::disarm: disarm(who, action.detail); break;
      case Act::vote_yes: processes_[who].doubt_us = now(); break;
      case Act::decide_commit: decide(processes_[who], tx, true); break;
      case Act::decide_abort: decide(processes_[who], tx, false); break;
      case Act::answer_commit: answer(tx, true, now()); break;
      case Act::answer_abort: answer(tx, false, now()); break;
      case Act::prepare:
      case Act::release:
      case Act::unwait: change_rows(process, action); break;
      case Act::data: change_data(process, cache.data(action.detail)); break;
    }
  }
  finish_step(process);
}

void Cluster::finish_step(std::uint32_t process) {
  Process& it = processes_[process];
  if (!it.busy) return;
  it.busy = false;
  Process& home = processes_[home_of(process)];
  if (!home.recovering) return drain(process);
  home.recovering = false;
  const std::uint32_t first = first_of(tx_of(process));
  const auto processes =
      static_cast<std::uint32_t>(shape_of(transactions_[tx_of(process)]).processes);
  for (std::uint32_t other = first; other < first + processes; ++other)
    if (processes_[other].home == index_in_tx(home_of(process))) drain(other);
}

void Cluster::write_record(Transaction& tx) {
  if (tx.measured) ++figures_.records;
  if (tx.records == std::numeric_limits<std::uint16_t>::max()) return;  // one that writes for ever
  ++tx.records;
  keep_records(1);
}

/// RETURNS: whether the step waits for it.
bool Cluster::force(std::uint32_t process, bool has_record) {
  Process& it = processes_[process];
  Transaction& tx = transactions_[tx_of(process)];
  Node& node = nodes_[processes_[process].node];
  if (tx.measured) ++figures_.forces;
  if (has_record) write_record(tx);
  const std::int64_t done = node.disk.force(now(),
                                            node.slow ? setting_.slow_force : setting_.force,
                                            node.disk_draw,
                                            setting_.timed.group_commit);
  if (done <= now() || completing_) {
    node.stable_us = now();
    return false;
  }
  const std::int64_t units =
      std::min<std::int64_t>((done - now()) / flush_unit_us + 1, longest_flush);
  it.busy = true;
  it.force_us = done;
  it.force_mark =
      push(tx, event_of(process, Kind::forced, static_cast<int>(units)), done, !retrying_);
  return true;
}

// ---- Messages.

void Cluster::send(std::uint32_t process, std::uint16_t type, bool changes) {
  Transaction& tx = transactions_[tx_of(process)];
  const std::uint32_t to = first_of(tx_of(process)) + cache_of(tx).message(type).to;
  const std::uint16_t target = processes_[to].node;
  const Event event = event_of(to, Kind::message, type);
  if (target == processes_[process].node) {
    if (tx.measured) ++figures_.local_messages;
    push(tx, event, now(), changes);
    return;
  }
  if (tx.measured) ++figures_.messages;
  if (one_latency_ && !setting_.has_network_faults)
    return transmit(tx, event, setting_.latency.draw(latency_).us, changes);
  const Node& from = nodes_[processes_[process].node];
  if (cut(from, nodes_[target])) {
    if (setting_.rules.across_cut == AcrossCut::hold) return keep_across(tx, event);
    if (tx.measured) ++figures_.lost;
    return;
  }
  const Distribution& model = setting_.latency_between(processes_[process].node, target);
  std::int64_t latency = model.draw(latency_).us;
  const scenario::Failures& failures = bench_.failures;
  const bool lost = lose_.chance(failures.lose);
  const bool twice = duplicate_.chance(failures.duplicate);
  if (delay_.chance(failures.delay)) latency += setting_.delay_by.draw(delay_).us;
  if (lost) {
    if (tx.measured) ++figures_.lost;
    return;
  }
  transmit(tx, event, latency, changes);
  if (twice) transmit(tx, event, model.draw(latency_).us, changes);
}

/// To a node that is down it need not travel: nothing can become of it before the repair.
void Cluster::transmit(Transaction& tx, Event event, std::int64_t latency, bool changes) {
  if (nodes_[processes_[event.owner].node].up) {
    push(tx, event, now() + latency, changes);
    return;
  }
  if (setting_.rules.in_flight == InFlight::keep) return park(event, now() + latency);
  if (tx.measured) ++figures_.lost;
}

/// Behind a partition that holds messages, until it heals.
void Cluster::keep_across(Transaction& tx, Event event) {
  hold(tx, 0);
  across_.push_back(event);
}

// ---- Timers. A process has one ring in the wheel for all of its timers, at or before the time of
// the first; the process of the next transaction in its place takes it over. Most timers are
// disarmed long before they are due, and armed again: that only changes what the ring finds when it
// comes up.

void Cluster::arm(std::uint32_t process, int timer) {
  Process& it = processes_[process];
  std::int64_t length = setting_.timed.timeouts[static_cast<std::size_t>(timer)].us;
  const std::int64_t rate = nodes_[processes_[process].node].clock_millionths;
  if (rate != 1'000'000) {  // a clock that is too fast lets it ring early
    __extension__ using Wide = __int128;
    length = static_cast<std::int64_t>(Wide{length} * 1'000'000 / rate);
  }
  disarm(process, timer);
  it.armed = static_cast<std::uint8_t>(it.armed | 1U << static_cast<unsigned>(timer));
  const bool is_minor = retrying_ || setting_.timed.retries[static_cast<std::size_t>(timer)];
  if (is_minor) it.minor = static_cast<std::uint8_t>(it.minor | 1U << static_cast<unsigned>(timer));
  hold(transactions_[tx_of(process)], is_minor ? 0 : progress_mark);
  if (it.due_timer == Process::no_timer) {
    it.due_timer = static_cast<std::uint8_t>(timer) & 15U;
    it.due_us = now() + length;
  } else {
    dues_[{process, timer}] = now() + length;
  }
  ring_at(process, now() + length);
}

void Cluster::disarm(std::uint32_t process, int timer) {
  Process& it = processes_[process];
  const unsigned bit = 1U << static_cast<unsigned>(timer);
  if ((it.armed & bit) == 0) return;
  it.armed = static_cast<std::uint8_t>(it.armed & ~bit);
  if (it.due_timer == timer)
    it.due_timer = Process::no_timer;
  else
    dues_.erase({process, timer});
  let_go(transactions_[tx_of(process)], (it.minor & bit) != 0 ? 0 : progress_mark);
  it.minor = static_cast<std::uint8_t>(it.minor & ~bit);
}

void Cluster::disarm_all(std::uint32_t process) {
  for (int timer = 0; timer < static_cast<int>(timer_stride_); ++timer)
    disarm(process, timer);
}

std::int64_t Cluster::due_of(std::uint32_t process, int timer) const {
  const Process& it = processes_[process];
  return it.due_timer == timer ? it.due_us : dues_.at({process, timer});
}

void Cluster::ring_at(std::uint32_t process, std::int64_t time_us) {
  Process& it = processes_[process];
  if (it.ring_us != never && it.ring_us <= time_us) return;
  it.ring_us = time_us;  // a later one is stale now
  wheel_.push(event_of(process, Kind::ring), time_us);
}

/// The timers that are due ring, the shortest first.
void Cluster::on_ring(std::uint32_t process) {
  const std::uint32_t index = tx_of(process);
  processes_[process].ring_us = never;
  if (!transactions_[index].used) return;
  hold(transactions_[index], 0);  // it is not over before all have rung
  const auto next_due = [&] {
    int first = -1;
    for (int timer = 0; timer < static_cast<int>(timer_stride_); ++timer)
      if ((processes_[process].armed >> timer & 1) != 0 &&
          (first < 0 || due_of(process, timer) < due_of(process, first)))
        first = timer;
    return first;
  };
  int timer = next_due();
  for (; timer >= 0 && due_of(process, timer) <= now(); timer = next_due()) {
    const bool is_minor = (processes_[process].minor >> timer & 1) != 0;
    disarm(process, timer);
    Event rung = event_of(process, Kind::timer, timer);
    rung.mark = is_minor ? retry_mark : progress_mark;
    on_timer(rung);
  }
  if (timer >= 0) ring_at(process, due_of(process, timer));
  let_go(transactions_[index], 0);
  if (transactions_[index].live == 0) finish(index);
}

// ---- Outcomes.

void Cluster::decide(Process& process, Transaction& tx, bool commit) {
  if (commit)
    tx.committed = true;
  else
    tx.aborted = true;
  tx.decided_after_us = since_arrival(tx);
  if (process.doubt_us == never) return;
  if (tx.measured) figures_.doubt_us.add(now() - process.doubt_us);
  process.doubt_us = never;
}

void Cluster::answer(Transaction& tx, bool commit, std::int64_t time_us) {
  if (tx.answered) return;
  tx.answered = true;
  const std::int64_t latency = time_us - tx.arrived_us;
  if (figures_.started > 0 && begun_ < total_)
    ++(commit ? figures_.committed_then : figures_.aborted_then);
  if (tx.measured) {
    (commit ? figures_.commit_us : figures_.abort_us).add(latency);
    if (!commit) {
      if (tx.reason == Reason::none)
        tx.reason = tx.crashed ? Reason::crash : tx.timed_out ? Reason::timeout : Reason::other;
      ++figures_.reasons[static_cast<std::size_t>(tx.reason)];
    }
    Interval& then = figures_.series.at(time_us);
    ++(commit ? then.committed : then.aborted);
    if (latency <= bench_.deadline.us) {
      ++figures_.in_time;
      ++figures_.series.at(tx.arrived_us).in_time;
    }
  }
  next_of_client(tx);
}

void Cluster::change_rows(std::uint32_t process, const Action& action) {
  const std::uint32_t home = home_of(process);
  const auto& rows = cache_of(transactions_[tx_of(process)]).rows(place_of(process));
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    if (action.act == Act::prepare) {
      if (rows[static_cast<std::size_t>(row)].process == action.process) harden(home, row);
    } else if ((action.detail >> row & 1U) != 0) {
      if (action.act == Act::unwait) cancel(home, row);
      release(home, row);  // it may have been granted, with the news still on its way
    }
  }
}

void Cluster::change_data(std::uint32_t process, const DataChange& change) {
  Transaction& tx = transactions_[tx_of(process)];
  tx.done = static_cast<std::int8_t>(tx.done + change.done);
  const bool stands = tx.done > 0 && tx.done < cache_of(tx).workers();
  if (stands && tx.inconsistent_us < 0) tx.inconsistent_us = now();
  if (!stands && tx.inconsistent_us >= 0) {
    if (tx.measured) figures_.inconsistent_us.add(now() - tx.inconsistent_us);
    tx.inconsistent_us = -1;
  }
  if (tx.measured) figures_.compensations += change.compensated;
  if (change.done < 0) unexpose(home_of(process), true);
  if (change.done > 0 && stands && !tx.answered) expose(home_of(process));
  if (!stands && tx.exposes) unexpose_all(tx_of(process));
}

}  // namespace concordat::bench
