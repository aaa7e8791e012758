// What the processes of three_phase_commit.hpp say, log and remember, and how long they wait.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat {

struct ThreePhaseProcess {
  using Epoch = Bounded<200>;  // 0: the coordinator leads
  enum class Type : std::uint8_t {
    vote_req,
    yes,
    no,
    precommit,
    ack,
    commit,
    abort,
    state_req,      // a leader asks; the answers: commit, abort, or
    uncertain,      //   voted yes
    precommitted,   //   knows that all voted yes
    inquire,        // a process that is back asks; the answers: commit, abort, or
    back_undecided  //   so am I
  };
  struct Message {
    Type type{};
    Epoch epoch{};  // of precommit, ack, state_req and its answers
    CONCORDAT_FIELDS(Message, type, epoch)
  };
  enum class Record : std::uint8_t { prepared, precommitted, commit, abort };

  /// p waits for vote_req (prepare), precommit, commit, a leader (elect); c for votes (vote);
  /// c or a leader for acks (ack); a leader for states (state). `ask` repeats inquire.
  enum class Timer : std::uint8_t { prepare, vote, precommit, ack, state, commit, elect, ask };
  /// Whoever waits for c or a leader waits longer than they wait for others. That of a precommit
  /// and that of an ack may run out in either order: whoever misses a precommit is down.
  static constexpr int rank(Timer timer) {
    if (timer == Timer::ask) return retry_rank;
    if (timer < Timer::precommit) return 0;
    return timer < Timer::commit ? 1 : static_cast<int>(timer);
  }
  struct Durable {
    bool prepared = false;      // p: has voted yes
    bool precommitted = false;  // everybody has
    Outcome decision{};
    CONCORDAT_FIELDS(Durable, prepared, precommitted, decision)
  };
  static void redo(Durable& log, Record record) {
    if (record == Record::prepared) log.prepared = true;
    if (record == Record::precommitted) log.precommitted = true;
    if (record == Record::commit) log.decision = Outcome::commit;
    if (record == Record::abort) log.decision = Outcome::abort;
  }
  enum class Phase : std::uint8_t { working, uncertain, precommitted, back, done };
  struct Volatile {
    Phase phase{};             // c has voted, so to speak: it is uncertain while it collects votes
    Epoch epoch{};             // the highest that it has obeyed or led
    Epoch turn{};              // whose leader it waits for
    ProcessSet pending;        // whose vote, state, ack or return is missing
    ProcessSet uncertain;      // c: who has voted yes; a leader: who has answered `uncertain`
    bool committable = false;  // a leader: somebody is precommitted
    CONCORDAT_FIELDS(Volatile, phase, epoch, turn, pending, uncertain, committable)
  };
};

}  // namespace concordat
