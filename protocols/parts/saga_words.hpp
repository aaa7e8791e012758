// The words of a saga: what the orchestrator and the services of the steps say to each other, and
// what the orchestrator writes in its log.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat::saga {

struct Message {
  enum class Type : std::uint8_t {
    run,         // o: T
    ok,          // T is done
    failed,      // the business has refused T
    compensate,  // o: C
    compensated,
    final_,  // o: the saga has ended
    ask,     // whether it has
  };
  Type type{};
  Outcome outcome{};  // final
  CONCORDAT_FIELDS(Message, type, outcome)
};

struct Record {
  enum class Type : std::uint8_t {
    none,
    saga_start,
    step_start,
    step_ok,
    step_fail,
    comp_start,
    comp_ok,
    saga_end
  };
  Type type{};
  ProcessId step;
  Outcome outcome{};  // saga_end
  CONCORDAT_FIELDS(Record, type, step, outcome)
};

struct Durable {
  bool begun = false;
  bool compensating = false;
  Outcome end{};
  ProcessSet started;
  ProcessSet ok;
  ProcessSet failed;
  ProcessSet compensated;
  CONCORDAT_FIELDS(Durable, begun, compensating, end, started, ok, failed, compensated)

  bool is_open() const { return begun && end == Outcome::none; }

  void redo(const Record& record) {
    using Type = Record::Type;
    switch (record.type) {
      case Type::none: return;
      case Type::saga_start: begun = true; return;
      case Type::step_start: started.insert(record.step); return;
      case Type::step_ok: ok.insert(record.step); return;
      case Type::step_fail:
        failed.insert(record.step);
        compensating = compensating || (started - ok - failed).empty();
        return;
      case Type::comp_start: compensating = true; return;
      case Type::comp_ok: compensated.insert(record.step); return;
      case Type::saga_end: end = record.outcome; return;
    }
  }
};

}  // namespace concordat::saga
