// The row locks of a whole cluster, exclusive only: who holds a row, who waits for it, and what is
// done about deadlocks.
//
// Locked rows stand in an open-addressing table (linear probing; a deletion shifts back what comes
// after it; at most half full). Waiters stand in a pool, linked into the queue of their row and
// into the list of their transaction. Nothing is allocated once the table and the pool have grown,
// but for a circle of waits that is found.
//
// A transaction may hold and wait for many rows at the same time, so that it goes on only when it
// has got all of them (the AND model of Knapp 1987, "Deadlock detection in distributed databases").
//
// Policies. SOURCE: Rosenkrantz, Stearns and Lewis 1978, "System level concurrency control for
// distributed database systems", ACM TODS 3 (2), for wait-die and wound-wait. Of two transactions
// with the same age the one with the smaller index is the older.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"

namespace concordat::bench {

/// Who makes a request.
struct LockOwner {
  std::uint32_t tx = 0;   // index of a live transaction: small, and used again
  std::uint16_t tag = 0;  // means nothing to the table: which process and row of the transaction
  friend bool operator==(const LockOwner&, const LockOwner&) = default;
};

/// A row that has passed to one who waited for it.
struct Granted {
  std::uint32_t row = 0;
  LockOwner owner;
  friend bool operator==(const Granted&, const Granted&) = default;
};

enum class Policy : std::uint8_t {
  no_wait,     // a row that is held is refused
  wait,        // waits, in order of arrival; deadlocks are left to time-outs
  wait_die,    // waits if older than the holder and all who wait, else is refused
  wound_wait,  // waits, older ones first; a younger holder that is not hardened is a victim
  detect,      // waits, in order of arrival; if that closes a circle of waits, one of it must go
};

enum class Answer : std::uint8_t { granted, refused, waiting };

/// A victim is named once for each request that has to go. Until its transaction has given up that
/// request (`cancel`, or `release` if it holds the row by then) the table counts on its end: it
/// looks for no deadlock through that transaction. REQUIRES: the transaction of a victim ends, and
/// all of its locks are released and all of its waits cancelled.
class LockTable {
 public:
  explicit LockTable(Policy policy);

  /// Asks for a row. What is refused leaves no trace. Appends the victims:
  ///
  /// * wound_wait: the holder. With hardened holders, wounds alone do not prevent deadlocks; while
  ///   one is waited for by an older transaction, circles are looked for as under `detect`.
  /// * detect: of each circle, the youngest transaction that has hardened no row, or the youngest
  /// if
  ///   all have, but none that the other victims make needless. The owner is that of its wait in
  ///   the circle, where it cannot have prepared. If the requester is one of them, it is refused,
  ///   and there is no other victim.
  ///
  /// UNITS: age: any; smaller is older. REQUIRES: all requests of a transaction have the same age;
  /// it neither holds this row nor waits for it.
  Answer lock(std::uint32_t row,
              LockOwner owner,
              std::uint64_t age,
              std::vector<LockOwner>& victims) {
    if (2 * (size_ + 1) > entries_.size()) grow();
    std::size_t slot = home(row);
    for (; entries_[slot].state != free_state; slot = (slot + 1) & mask_)
      if (entries_[slot].row == row) return contend(entries_[slot], owner, age, victims);
    entries_[slot] = {row, owner.tx, none, owner.tag, held_state};
    if (owner.tx >= ages_.size()) ages_.resize(std::size_t{owner.tx} + 1);
    ages_[owner.tx] = age;
    ++size_;
    return Answer::granted;
  }

  /// The row is about to be asked for, or released: brings near what is known of it.
  void expect(std::uint32_t row) const { __builtin_prefetch(&entries_[home(row)]); }

  /// The holder has prepared: it cannot be wounded any more. RETURNS: false, with nothing changed,
  /// if it is a victim already. REQUIRES: the transaction holds the row; it may have hardened it.
  bool harden(std::uint32_t row, std::uint32_t tx);

  /// The holder gives the row up. The next in the queue, if any, holds it now and is appended.
  /// REQUIRES: the transaction holds the row.
  void release(std::uint32_t row, std::uint32_t tx, std::vector<Granted>& granted) {
    const std::size_t slot = held_by(row, tx);
    if (entries_[slot].state != held_state || entries_[slot].first != none)
      if (pass_on(entries_[slot], granted)) return;
    erase(slot);
    --size_;
  }

  /// A waiter goes away. Nobody is granted anything by that, since all wait for the holder too.
  /// REQUIRES: the transaction waits for the row.
  void cancel(std::uint32_t row, std::uint32_t tx);

  bool holds(std::uint32_t row, std::uint32_t tx) const {
    const std::size_t slot = find(row);
    return entries_[slot].state != free_state && entries_[slot].tx == tx;
  }
  bool waits(std::uint32_t row, std::uint32_t tx) const { return wait_of(row, tx) != none; }

  /// The number of locked rows.
  std::size_t size() const { return size_; }
  /// The number of requests that wait.
  std::size_t waiting() const { return waiting_; }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::uint8_t free_state = 0;
  static constexpr std::uint8_t held_state = 1;
  static constexpr std::uint8_t hardened_flag = 2;
  static constexpr std::uint8_t doomed_flag = 4;

  /// Four stand in a cache line. What only a contended row needs stands with its first waiter.
  struct alignas(16) Entry {
    std::uint32_t row = 0;
    std::uint32_t tx = 0;        // the holder's
    std::uint32_t first = none;  // of the queue
    std::uint16_t tag = 0;       // the holder's
    std::uint8_t state = free_state;

    LockOwner holder() const { return {tx, tag}; }
  };
  static_assert(sizeof(Entry) == 16);

  struct Waiter {
    LockOwner owner;
    std::uint64_t age = 0;
    std::uint32_t row = 0;
    bool is_doomed = false;
    std::uint32_t before = none;   // in the queue
    std::uint32_t after = none;    // in the queue, or in the list of free places
    std::uint32_t next_of = none;  // of the same transaction
    std::uint32_t last = none;     // of the queue, if this is the first
  };

  /// What is kept of a transaction that has waited or hardened.
  struct Transaction {
    std::uint32_t first_wait = none;
    std::uint32_t waits = 0;
    std::uint32_t hardened = 0;  // rows
    std::uint32_t doomed = 0;    // rows held and waits
    std::uint32_t vertex = 0;    // in the last search that met it
    std::uint64_t search = 0;
  };

  /// An edge of the wait-for graph. Its vertices are numbered as the search meets them.
  struct Wait {
    std::uint32_t from;
    std::uint32_t to;
    std::uint32_t waiter;
  };

  std::size_t home(std::uint32_t row) const {
    return static_cast<std::size_t>((row * 0x9e37'79b9'7f4a'7c15U) >> shift_);
  }
  /// The slot of the row, or the free one in its place.
  std::size_t find(std::uint32_t row) const {
    std::size_t slot = home(row);
    while (entries_[slot].state != free_state && entries_[slot].row != row)
      slot = (slot + 1) & mask_;
    return slot;
  }
  std::size_t held_by(std::uint32_t row, std::uint32_t tx) const {
    const std::size_t slot = find(row);
    check(entries_[slot].state != free_state && entries_[slot].tx == tx,
          "a row is released and hardened by its holder");
    return slot;
  }
  void erase(std::size_t hole) {
    for (std::size_t next = (hole + 1) & mask_; entries_[next].state != free_state;
         next = (next + 1) & mask_) {
      // It fills the hole unless its home is after the hole.
      if (((next - home(entries_[next].row)) & mask_) < ((next - hole) & mask_)) continue;
      entries_[hole] = entries_[next];
      hole = next;
    }
    entries_[hole].state = free_state;
  }
  void grow();

  Answer contend(Entry& entry, LockOwner owner, std::uint64_t age, std::vector<LockOwner>& victims);
  /// Ends the hold. RETURNS: whether somebody who waited holds the row now.
  bool pass_on(Entry& entry, std::vector<Granted>& granted);

  static bool is_older(std::uint64_t age, std::uint32_t tx, std::uint64_t than, std::uint32_t of) {
    return age != than ? age < than : tx < of;
  }
  std::uint32_t last_of(const Entry& entry) const {
    return entry.first == none ? none : waiters_[entry.first].last;
  }
  static void set_flag(Entry& entry, std::uint8_t flag, bool on) {
    entry.state = static_cast<std::uint8_t>(on ? entry.state | flag : entry.state & ~flag);
  }
  /// Whether an older transaction waits for a hardened holder.
  bool is_stuck(const Entry& entry) const;
  Transaction& transaction(std::uint32_t tx);
  std::uint32_t wait_of(std::uint32_t row, std::uint32_t tx) const;
  std::uint32_t enqueue(Entry& entry, LockOwner owner, std::uint64_t age);
  /// Takes a waiter out of its queue and its transaction's list. RETURNS: what it was.
  Waiter dequeue(Entry& entry, std::uint32_t waiter);

  /// Breaks the circles that a new wait has closed. RETURNS: false, with nothing changed, if the
  /// requester has to go.
  bool break_circles(std::uint32_t requester, std::vector<LockOwner>& victims);
  /// Collects the waits that can be reached from the transaction. RETURNS: whether they come back
  /// to it.
  bool follow_waits(std::uint32_t tx);
  void follow(std::uint32_t from, std::uint32_t waiter);
  void add_wait(std::uint32_t from, std::uint32_t to_tx, std::uint32_t waiter);
  /// The waits of one circle through the first transaction. REQUIRES: follow_waits() was true.
  std::vector<std::uint32_t> circle() const;
  std::uint32_t youngest(const std::vector<std::uint32_t>& waiters) const;
  void set_doomed(std::uint32_t waiter, bool is_doomed);

  Policy policy_;
  unsigned shift_ = 0;
  std::size_t mask_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> ages_;  // of those who hold rows, by transaction
  std::size_t size_ = 0;

  std::size_t waiting_ = 0;
  std::size_t stuck_ = 0;       // rows
  std::size_t wait_twice_ = 0;  // transactions with two waits or more
  std::uint32_t free_waiter_ = none;
  std::vector<Waiter> waiters_;
  std::vector<Transaction> transactions_;

  // Of a search.
  std::uint64_t search_ = 0;
  bool comes_back_ = false;
  std::vector<std::uint32_t> met_;  // transactions
  std::vector<Wait> waits_;
  std::vector<std::uint32_t> chosen_;
};

}  // namespace concordat::bench
