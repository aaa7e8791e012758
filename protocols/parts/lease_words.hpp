// The words of a step behind a lease: what the processes say to each other, what is in the log of
// the queue and in that of the lock service, and what each keeps in memory. What it is all for is
// leased_step.hpp.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat::lease {

enum class Job : std::uint8_t { run, compensate };
/// Row::state of the row of the saga.
enum class Status : std::uint8_t { none, done, failed, compensated };

struct Message {
  enum class Type : std::uint8_t {
    run,         // q: T
    compensate,  // q: C
    handled,
    acquire,
    granted,
    busy,
    release,
    read,
    state,
    write,
    written,
    stale,  // d: the token is
  };
  Type type{};
  Job job{};             // write
  Status status{};       // handled, state, write: what w has seen; written
  std::uint8_t token{};  // of w and for w
  CONCORDAT_FIELDS(Message, type, job, status, token)
};

struct Record {
  enum class Type : std::uint8_t { none, begun, compensating, ended, granted, released };
  Type type{};
  ProcessId holder;
  std::uint8_t token{};
  Outcome outcome{};
  CONCORDAT_FIELDS(Record, type, holder, token, outcome)
};

struct Durable {
  bool begun = false;  // q
  bool compensating = false;
  Outcome end{};
  ProcessId holder;  // l
  Bounded<7> token{};
  CONCORDAT_FIELDS(Durable, begun, compensating, end, holder, token)

  void redo(const Record& record) {
    using Type = Record::Type;
    switch (record.type) {
      case Type::none: return;
      case Type::begun: begun = true; return;
      case Type::compensating: compensating = true; return;
      case Type::ended: end = record.outcome; return;
      case Type::released: holder = {}; return;
      case Type::granted:
        holder = record.holder;
        token.value = record.token;
        return;
    }
  }
};

enum class Phase : std::uint8_t { idle, acquiring, reading, writing };

struct Volatile {
  std::uint8_t turn = 0;  // q: of which worker
  Phase phase{};          // w
  Job job{};
  std::uint8_t token = 0;
  CONCORDAT_FIELDS(Volatile, turn, phase, job, token)
};
/// Of a token: Row::state of its row.
enum class Use : std::uint8_t { shown, spent };

/// Whether something is to be done.
inline bool is_open(Job job, Status status) {
  return status == Status::none || (job == Job::compensate && status == Status::done);
}

}  // namespace concordat::lease
