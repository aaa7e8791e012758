// Rows: what a step locks is asked of the lock table, and what it gives up goes to the next one.
#include <utility>

#include "sim/bench/cluster.hpp"

namespace concordat::bench {

namespace {

std::uint16_t tag_of(std::uint8_t index, int row) {
  return static_cast<std::uint16_t>(std::uint32_t{index} << 8U | static_cast<std::uint32_t>(row));
}

}  // namespace

/// Asks for the rows that the step locks. RETURNS: the step as it is with the answers.
std::uint32_t Cluster::lock_rows(std::uint32_t process, std::uint32_t play) {
  const std::uint32_t home = home_of(process);
  const int place = place_of(process);
  StepCache& cache = cache_of(transactions_[tx_of(process)]);
  bool all = true;
  for (int i = 0; i < cache.play(play).asks;) {
    const int row = cache.asked_row(play, i);
    const Answer answer = lock_row(home, row);
    if (answer == Answer::granted) {
      ++i;
      continue;
    }
    all = false;
    play = cache.blocked(play, i, answer == Answer::waiting);
    while (cache.play(play).kind == Play::Kind::question)
      play = answer_question(process, play);
    i = 0;
  }
  const Play& step = cache.play(play);
  if (!all && step.kind == Play::Kind::step)
    give_up_unneeded(home, cache.held(place, step.next), cache.awaited(place, step.next));
  return play;
}

Answer Cluster::lock_row(std::uint32_t home, int row) {
  const RowRef use = row_of(home, row);
  if (use.held == Held::yes) return Answer::granted;  // asked for in the same step
  const std::uint32_t index = tx_of(home);
  Transaction& tx = transactions_[index];
  const std::uint32_t owner = process_of(home, row);
  Answer answer = Answer::granted;
  std::vector<LockOwner> victims;
  if (use.row != none) {
    answer = locks_.lock(use.row, {index, tag_of(index_in_tx(owner), row)}, tx.number, victims_);
    if (!victims_.empty()) victims.swap(victims_);
  }
  if (answer == Answer::refused) {
    if (tx.reason == Reason::none)
      tx.reason = bench_.locks == scenario::RowLocks::detect ? Reason::wounded : Reason::refused;
    return answer;
  }
  use.since_us = now();
  if (answer == Answer::granted) {
    use.held = Held::yes;
    if (!exposed_.empty()) note_read(index, use.row);
    return answer;
  }
  use.held = Held::waiting;
  hold(tx, progress_mark);
  if (bench_.lock_timeout) {
    const std::int64_t time_us = now() + bench_.lock_timeout->us;
    push(tx, event_of(owner, Kind::lock_timeout, row), time_us, true);
    lock_timeouts_[{owner, row}] = time_us;
  }
  for (const LockOwner& victim : victims)
    wound(victim);
  return answer;
}

/// What was locked or waited for in a step that then does not need it.
void Cluster::give_up_unneeded(std::uint32_t home, std::uint32_t held, std::uint32_t awaited) {
  const auto& rows = cache_of(transactions_[tx_of(home)]).rows(place_of(home));
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    const bool is_new = row_of(home, row).since_us == now();
    const Held now_held = row_of(home, row).held;
    if (now_held == Held::yes && is_new && (held >> row & 1U) == 0) release(home, row);
    if (now_held == Held::waiting && is_new && (awaited >> row & 1U) == 0) cancel(home, row);
  }
}

void Cluster::release(std::uint32_t home, int row) {
  const RowRef use = row_of(home, row);
  if (use.held != Held::yes) return;
  const std::uint32_t index = tx_of(home);
  if (transactions_[index].measured) figures_.lock_hold_us.add(now() - use.since_us);
  use.held = Held::no;
  if (use.row == none) return;
  granted_.clear();
  locks_.release(use.row, index, granted_);
  if (!granted_.empty()) hand_over();
}

void Cluster::stop_waiting(std::uint32_t home, int row) {
  const RowRef use = row_of(home, row);
  Transaction& tx = transactions_[tx_of(home)];
  if (tx.measured) figures_.lock_wait_us.add(now() - use.since_us);
  let_go(tx, progress_mark);
  if (lock_timeouts_.erase({process_of(home, row), row}) > 0) let_go(tx, progress_mark);
}

void Cluster::cancel(std::uint32_t home, int row) {
  const RowRef use = row_of(home, row);
  if (use.held != Held::waiting) return;
  locks_.cancel(use.row, tx_of(home));
  stop_waiting(home, row);
  use.held = Held::no;
}

/// The holder has prepared: nobody can take the row from it.
void Cluster::harden(std::uint32_t home, int row) {
  const bool matters =
      bench_.locks == scenario::RowLocks::wound_wait || bench_.locks == scenario::RowLocks::detect;
  const RowRef use = row_of(home, row);
  if (matters && use.held == Held::yes && use.row != none) locks_.harden(use.row, tx_of(home));
}

bool Cluster::holds_rows(std::uint32_t index) {
  const std::uint32_t end =
      first_of(index) + static_cast<std::uint32_t>(shape_of(transactions_[index]).processes);
  for (std::uint32_t i = first_of(index); i < end; ++i)
    for (std::size_t item = 0; item < row_stride_; ++item)
      if (row_of_process(i, item).held == Held::yes) return true;
  return false;
}

/// A local transaction whose end was lost with the tail of the log has its rows again. One that has
/// gone to somebody else meanwhile is a row of its own from now on: what is in rows does not matter
/// here.
void Cluster::take_back_rows(std::uint32_t home) {
  const std::uint32_t index = tx_of(home);
  const std::uint32_t held =
      cache_of(transactions_[index]).held(place_of(home), processes_[home].state);
  for (int row = 0; held >> row != 0; ++row) {
    const RowRef use = row_of(home, row);
    if ((held >> row & 1U) == 0 || use.held == Held::yes) continue;
    use.since_us = now();
    use.held = Held::yes;
    if (use.row == none) continue;
    const LockOwner owner{index, tag_of(index_in_tx(process_of(home, row)), row)};
    const Answer answer = locks_.lock(use.row, owner, transactions_[index].number, victims_);
    if (answer == Answer::waiting) locks_.cancel(use.row, index);
    std::vector<LockOwner> victims;
    victims.swap(victims_);
    for (const LockOwner& victim : victims)
      if (victim.tx != index) wound(victim);
    if (answer != Answer::granted) use.row = none;
  }
}

/// Rows have passed to those who waited for them: that is news for their processes.
void Cluster::hand_over() {
  for (const Granted& granted : granted_) {
    Transaction& tx = transactions_[granted.owner.tx];
    const std::uint32_t process = first_of(granted.owner.tx) + (granted.owner.tag >> 8U);
    const auto row = granted.owner.tag & 0xff;
    const std::uint32_t home = home_of(process);
    push(tx, event_of(process, Kind::granted, row), now(), true);
    stop_waiting(home, row);
    const RowRef use = row_of(home, row);
    use.held = Held::yes;
    use.since_us = now();
    if (!exposed_.empty()) note_read(granted.owner.tx, use.row);
  }
}

/// The victim's row, or its wait for one, is lost at once, so that it cannot prepare meanwhile; if
/// it is busy, it has prepared or is about to give up, and hears of it afterwards.
void Cluster::wound(const LockOwner& victim) {
  const std::uint32_t process = first_of(victim.tx) + (victim.tag >> 8U);
  const auto row = victim.tag & 0xff;
  if (!busy(process) && nodes_[processes_[process].node].paused_until_us <= now()) {
    // In the middle of another transaction's step, of which its own knows nothing.
    const bool retrying = std::exchange(retrying_, false);
    const bool changed = changed_;
    lose_row(process, row, Reason::wounded);
    retrying_ = retrying;
    changed_ = changed;
    if (transactions_[victim.tx].live == 0) finish(victim.tx);
    return;
  }
  push(transactions_[victim.tx], event_of(process, Kind::wounded, row), now(), true);
}

void Cluster::on_granted(Event event) {
  const std::uint32_t process = event.owner;
  const int row = event.detail;
  if (busy(process)) return defer(event);
  const std::uint32_t home = home_of(process);
  StepCache& cache = cache_of(transactions_[tx_of(process)]);
  const std::uint32_t state = processes_[home].state;
  if ((cache.awaited(place_of(process), state) >> row & 1U) == 0) return release(home, row);
  handle(process, cache.granted_column(index_in_tx(process), row));
}

/// The row, or the wait for it, is lost, unless the process has prepared meanwhile.
void Cluster::on_wounded(Event event) {
  const std::uint32_t process = event.owner;
  const int row = event.detail;
  if (busy(process)) return defer(event);
  lose_row(process, row, Reason::wounded);
}

void Cluster::on_lock_timeout(Event event) {
  const std::uint32_t process = event.owner;
  const int row = event.detail;
  lock_timeouts_.erase({process, row});
  if (busy(process)) return defer(event);
  if (row_of(home_of(process), row).held == Held::waiting) lose_row(process, row, Reason::waited);
}

void Cluster::lose_row(std::uint32_t process, int row, Reason reason) {
  const std::uint32_t home = home_of(process);
  Transaction& tx = transactions_[tx_of(process)];
  StepCache& cache = cache_of(tx);
  const LocalTxStatus status = cache.local_tx(index_in_tx(process), processes_[home].state);
  const bool waits = (cache.awaited(place_of(process), processes_[home].state) >> row & 1U) != 0;
  if (status != LocalTxStatus::open && !waits) return;
  if (tx.reason == Reason::none) tx.reason = reason;
  handle(process, cache.wounded_column(index_in_tx(process), row));
}

// ---- What others see of a transaction that is not over.

void Cluster::note_read(std::uint32_t index, std::uint32_t row) {
  const auto exposed = exposed_.find(row);
  const Transaction& tx = transactions_[index];
  if (exposed == exposed_.end() || exposed->second.number == tx.number || !tx.measured) return;
  ++figures_.exposed_reads;
  ++exposed->second.reads;
}

/// The changes of a place stand while others are missing, and the client has not been told.
void Cluster::expose(std::uint32_t home) {
  Transaction& tx = transactions_[tx_of(home)];
  const auto& rows = cache_of(tx).rows(place_of(home));
  tx.exposes = true;
  for (int row = 0; row < static_cast<int>(rows.size()); ++row)
    if (row_of(home, row).row != none) exposed_[row_of(home, row).row] = {tx.number, 0};
}

void Cluster::unexpose_all(std::uint32_t index) {
  const auto processes = static_cast<std::uint32_t>(shape_of(transactions_[index]).processes);
  for (std::uint32_t i = 0; i < processes; ++i)
    if (processes_[first_of(index) + i].home == i) unexpose(first_of(index) + i, false);
  transactions_[index].exposes = false;
}

/// The transaction is over, or (undone) a place of it has taken its changes back.
void Cluster::unexpose(std::uint32_t home, bool undone) {
  const Transaction& tx = transactions_[tx_of(home)];
  const auto& rows = cache_of(tx).rows(place_of(home));
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    const auto exposed = exposed_.find(row_of(home, row).row);
    if (exposed == exposed_.end() || exposed->second.number != tx.number) continue;
    if (undone) figures_.dirty_reads += exposed->second.reads;
    exposed_.erase(exposed);
  }
}

}  // namespace concordat::bench
