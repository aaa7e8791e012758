// The words of event_driven_commit.hpp: what its processes say to each other, what the store holds,
// and what a manager and a replica keep in memory.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat::session {

enum class Session : std::uint8_t { none, begin, committing, rollbacking, gone };

struct Message {
  enum class Type : std::uint8_t {
    begin,  // tm to s: a session
    begun,
    invoke,  // tm to r: the business
    enlist,  // r to s: register a branch
    enlisted,
    refused,
    try_,  // r to d
    tried,
    failed,
    commit,    // tm to s
    rollback,  // tm or r to s
    unlock,    // tm to s: only by mistake
    ended,     // s to tm: how the session ends
    lead,      // r to s: the lease of the leader has run out
    watch,     // r to s: list, and watch from the revision of the list + 1
    event,     // s to r: what is listed, or has changed
    deposed,   // s to r: another one leads
    confirm,   // r to d
    cancel,
    done,
    erase,  // r to s: the branch is complete
    drop,   // r to s: the branch is given up; only by mistake
  };
  Type type{};
  Session session{};         // ended, event
  std::uint8_t epoch{};      // event, confirm, cancel
  ProcessId branch{};        // invoke, enlist, enlisted, tried, erase: it goes by its database
  ProcessSet committing{};   // event: branches of this application
  ProcessSet rollbacking{};  // the same
  ProcessSet registered{};   // event, rollback: only by mistake
  CONCORDAT_FIELDS(Message, type, session, epoch, branch, committing, rollbacking, registered)
};

struct Record {  // one guarded transaction each
  enum class Type : std::uint8_t { none, begin, branch, status, erase, unlock, lead, lead_anew };
  Type type{};
  Outcome outcome{};  // status
  ProcessId process;  // branch, erase: whose; lead: who
  ProcessSet set;     // status: the branches; lead: who does not; else the locks taken or released
  CONCORDAT_FIELDS(Record, type, outcome, process, set)
};

struct Durable {  // of s: branches and locks go by their databases
  bool begun = false;
  Outcome decision{};
  std::uint8_t epoch = 0;
  ProcessSet registered;
  ProcessSet committing;
  ProcessSet rollbacking;
  ProcessSet erased;
  ProcessSet locks;
  ProcessSet leaders;
  CONCORDAT_FIELDS(
      Durable, begun, decision, epoch, registered, committing, rollbacking, erased, locks, leaders)

  ProcessSet branches() const { return registered | committing | rollbacking; }

  Session status() const {
    if (decision == Outcome::none) return begun ? Session::begin : Session::none;
    if (branches().empty()) return Session::gone;
    return decision == Outcome::commit ? Session::committing : Session::rollbacking;
  }

  void take_out(ProcessSet some) {
    registered = registered - some;
    committing = committing - some;
    rollbacking = rollbacking - some;
    erased = erased - some;
  }

  void redo(const Record& record) {
    using Type = Record::Type;
    switch (record.type) {
      case Type::none: return;
      case Type::begin: begun = true; return;
      case Type::branch:
        registered.insert(record.process);
        locks = locks | record.set;
        return;
      case Type::status: {
        decision = record.outcome;
        take_out(record.set);
        ProcessSet& to = decision == Outcome::commit ? committing : rollbacking;
        to = to | record.set;
        return;
      }
      case Type::erase:
        take_out(ProcessSet::of(record.process));
        erased.insert(record.process);
        locks = locks - record.set;
        return;
      case Type::unlock: locks = locks - record.set; return;
      case Type::lead_anew: ++epoch; [[fallthrough]];
      case Type::lead:
        leaders = leaders - record.set;
        leaders.insert(record.process);
        return;
    }
  }
};

struct NodeState {  // of s, for all transactions
  ProcessSet locked;
  CONCORDAT_FIELDS(NodeState, locked)

  void redo(const Record& record) {
    using Type = Record::Type;
    if (record.type == Type::branch) locked = locked | record.set;
    if (record.type == Type::erase || record.type == Type::unlock) locked = locked - record.set;
  }
};

enum class Phase : std::uint8_t { idle, beginning, calling, ending, over, standing, leading };
struct Volatile {
  Phase phase{};            // tm: to `over`; r: idle, standing or leading
  Outcome wish{};           // tm
  std::uint8_t epoch{};     // r
  ProcessSet tried{};       // tm: branches
  ProcessSet committing{};  // r: branches of its application in the second phase
  ProcessSet rollbacking{};
  ProcessSet listed{};    // r: all branches; only by mistake
  ProcessSet watchers{};  // s
  CONCORDAT_FIELDS(Volatile, phase, wish, epoch, tried, committing, rollbacking, listed, watchers)
};

}  // namespace concordat::session
