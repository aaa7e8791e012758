// Single-decree Paxos as values, for the protocols that contain it: what an acceptor has promised
// and accepted, what a leader and a learner have collected. Who sends what is the protocol's
// business, and so is when something becomes stable.
//
// Source: Lamport, "The part-time parliament", 1998, whose synod this is.
//
// Ballots are numbers. Each belongs to one process: of n that may lead, the one whose place is the
// ballot modulo n. The owner of ballot 0 may propose without asking, as nothing is below it.
#pragma once

#include <algorithm>

#include "sim/model/context.hpp"

namespace concordat::synod {

/// What an acceptor's log says.
template <class Value>
struct Acceptor {
  std::uint8_t promised = 0;  // it takes part in no ballot below this one
  std::uint8_t accepted = 0;  // the ballot of `value`, if that is something
  Value value{};
  CONCORDAT_FIELDS(Acceptor, promised, accepted, value)
};

/// Two values of one ballot are equal, or one of them is nothing. Sets are told member by member.
template <class Value>
Value combine(Value a, Value b) {
  return a == Value{} ? b : a;
}
inline ProcessSet combine(ProcessSet a, ProcessSet b) {
  return a | b;
}

/// What a leader knows from the promises (1b) for its ballot.
template <class Value>
struct Leader {
  std::uint8_t ballot = 0;
  ProcessSet promises;
  std::uint8_t highest = 0;  // the ballot of `value`: nothing accepted later was reported
  Value value{};
  CONCORDAT_FIELDS(Leader, ballot, promises, highest, value)

  void add_promise(ProcessId from, std::uint8_t accepted, Value other) {
    promises.insert(from);
    if (accepted >= highest) value = accepted == highest ? combine(value, other) : other;
    highest = std::max(highest, accepted);
  }
};

/// Who is known to have accepted in a ballot (2b). Acceptances of different ballots do not add up.
struct Learner {
  std::uint8_t ballot = 0;
  ProcessSet accepted;
  CONCORDAT_FIELDS(Learner, ballot, accepted)

  /// RETURNS: how many have accepted in this ballot, or 0 if a later one is known.
  int add_acceptance(ProcessId from, std::uint8_t in) {
    if (in < ballot) return 0;
    if (in > ballot) accepted = {};
    ballot = in;
    accepted.insert(from);
    return accepted.size();
  }
};

/// The lowest ballot above `promised` that belongs to `place` of `count`. The bound `round` limits
/// how often the ballots go round.
template <class Ctx>
std::uint8_t next_ballot(Ctx& ctx, std::uint8_t promised, int place, int count) {
  Bounded<7> round{static_cast<std::uint8_t>(promised / count)};
  if (round.value * count + place <= promised) ctx.increment("round", round);
  return static_cast<std::uint8_t>(round.value * count + place);
}

}  // namespace concordat::synod
