// The words of Seata's AT mode: what the manager, the coordinator and the branches say to each
// other, what the coordinator writes in its log, and how a global lock is named.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat::at {

inline constexpr std::size_t max_rows = 4;  // that a branch reads, and that it changes

/// The rows of a branch that it asks global locks for: 1 + 10 * table + key, 0 for none. Tables
/// count from the first of the business.
using LockKeys = std::array<std::uint8_t, max_rows>;

struct Message {
  enum class Type : std::uint8_t {
    begin,            // tm
    begun,            // tc: the session is open
    execute,          // tm: the SQL of a branch, with the xid
    executed,         // r: its local transaction is committed
    failed,           // r: it is not, and will not be
    register_,        // r: register this branch, and lock these rows
    registered,       // tc
    lock_query,       // r: does anybody hold these rows
    lockable,         // tc: nobody else does
    lock_conflict,    // tc: another transaction has one of them
    refused,          // tc: the session takes no more branches
    commit,           // tm
    rollback,         // tm
    ended,            // tc: committed, or rolled back
    rollback_failed,  // tc: it could not be rolled back, and a human has to
    branch_commit,    // tc: the undo log is not needed any more
    branch_rollback,  // tc: put the before images back
    done,             // r: phase two is
    dirty,            // r: it cannot roll back, somebody has changed its rows
  };
  Type type{};
  Outcome outcome{};  // ended
  LockKeys rows{};    // register, lock_query
  CONCORDAT_FIELDS(Message, type, outcome, rows)
};

struct Record {
  enum class Type : std::uint8_t { none, begun, branch, commit, abort, done, failed, resumed, end };
  Type type{};
  ProcessId branch;
  CONCORDAT_FIELDS(Record, type, branch)
};

struct Durable {  // tc: the session
  bool begun = false;
  bool failed = false;
  bool ended = false;
  Outcome decision{};
  ProcessSet branches;
  ProcessSet done;
  CONCORDAT_FIELDS(Durable, begun, failed, ended, decision, branches, done)

  bool is_open() const { return begun && decision == Outcome::none; }

  void redo(const Record& record) {
    using Type = Record::Type;
    switch (record.type) {
      case Type::none: return;
      case Type::begun: begun = true; return;
      case Type::branch: branches.insert(record.branch); return;
      case Type::commit: decision = Outcome::commit; return;
      case Type::abort: decision = Outcome::abort; return;
      case Type::done: done.insert(record.branch); return;
      case Type::failed: failed = true; return;
      case Type::resumed: failed = false; return;
      case Type::end: ended = true; return;
    }
  }
};

enum class Phase : std::uint8_t {
  idle,
  beginning,    // tm
  calling,      // tm: the branches, one after the other
  ending,       // tm
  selecting,    // r: the rows that it reads
  querying,     // r: whether another transaction has changed them
  locking,      // r: the rows that it changes
  registering,  // r: its local transaction is open
  backing_off,  // r: the same, and another transaction has the global lock
  undoing,      // r: waits for a row lock
  dirty,        // r: waits for a human
  over,         // tm; r: nothing of phase one is left in memory
};

struct Volatile {
  std::array<std::int32_t, max_rows> before{};  // r: the before images, until the local commit
  Phase phase{};
  std::uint8_t tries = 0;  // r: for the global locks
  Outcome wish{};          // tm
  std::uint8_t calls = 0;  // tm: how many branches have executed
  CONCORDAT_FIELDS(Volatile, before, phase, tries, wish, calls)
};

}  // namespace concordat::at
