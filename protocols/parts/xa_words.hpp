// The words of XA: what a transaction manager (TM) says to a database, what each of them writes in
// its log, and what becomes of a transaction in which operators have interfered.
//
// Source: X/Open, "Distributed transaction processing: the XA specification", 1991.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat::xa {

enum class Message : std::uint8_t {
  // Calls of the TM.
  prepare_transaction,
  commit_prepared,
  rollback_prepared,
  xa_forget,
  xa_recover,
  // What they return.
  prepared,
  rolled_back,  // of prepare_transaction, which then is a rollback
  done,
  unknown,  // XAER_NOTA, or a list of xa_recover without the branch
  listed,   // a list with it: prepared, or ended by an operator and not forgotten
  heurcom,  // an operator has committed it
  heurrb,   // an operator has rolled it back
};

/// What operators have made of the whole transaction.
enum class Verdict : std::uint8_t {
  none,     // what the TM has decided
  heurcom,  // all was committed, against its decision
  heurrb,   // all was rolled back, against its decision
  heurmix,  // some of it was
  heurhaz,  // nobody knows
};

struct Record {
  enum class Type : std::uint8_t {
    none,
    prepared,
    commit,
    abort,
    heuristic_commit,
    heuristic_rollback,
    forgotten,
    contrary,  // TM: `branch` was ended against its decision
    hazard,    // TM: of `branch` there is no trace
    end,
  };
  Type type{};
  ProcessId branch{};
  Verdict verdict{};  // end
  CONCORDAT_FIELDS(Record, type, branch, verdict)

  static Record of(Type type) { return {type, {}, {}}; }
};

struct Durable {
  bool prepared = false;
  bool heuristic = false;  // database: its decision is an operator's, and not forgotten
  Outcome decision{};
  bool ended = false;
  ProcessSet contrary;
  ProcessSet hazard;
  Verdict verdict{};
  CONCORDAT_FIELDS(Durable, prepared, heuristic, decision, ended, contrary, hazard, verdict)

  void redo(const Record& record) {
    using Type = Record::Type;
    const Type type = record.type;
    if (type == Type::prepared) prepared = true;
    if (type == Type::commit || type == Type::heuristic_commit) decision = Outcome::commit;
    if (type == Type::abort || type == Type::heuristic_rollback) decision = Outcome::abort;
    if (type == Type::heuristic_commit || type == Type::heuristic_rollback) heuristic = true;
    if (type == Type::forgotten) heuristic = false;
    if (type == Type::contrary) contrary.insert(record.branch);
    if (type == Type::hazard) hazard.insert(record.branch);
    if (type != Type::end) return;
    ended = true;
    verdict = record.verdict;
  }

  /// What the TM reports if it has decided `outcome` for these branches.
  Verdict judge(Outcome outcome, ProcessSet branches) const {
    if (!hazard.empty()) return Verdict::heurhaz;
    if (contrary.empty()) return Verdict::none;
    if (contrary != branches) return Verdict::heurmix;
    return outcome == Outcome::commit ? Verdict::heurrb : Verdict::heurcom;
  }
};

}  // namespace concordat::xa
