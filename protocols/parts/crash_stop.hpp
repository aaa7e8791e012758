// What a process does that comes back, in protocols whose papers know only crashes for ever.
//
// It keeps the promise of the papers: whoever has crashed takes no further part. It has forgotten
// its votes, its sets and its promises, so anything that it said could contradict what it said
// before. To the others its silence is the crash that the protocol tolerates, and every proof for
// crashes without recovery carries over, whatever was lost: nothing but a decision is ever on disk.
// A decision is forced before the process acts on it. Whoever comes back with one acts on it again
// and tells it to all who ask; whoever comes back without one is outside, and asks until somebody
// knows.
//
// Only if all others are outside a process that has not decided aborts: nobody else has decided,
// for that would be on disk, and nobody else ever will without being told. The papers need no such
// rule. It ends transactions in which more than f have crashed, once all are back.
#pragma once

#include "sim/model/protocol.hpp"

namespace concordat::crash_stop {

enum class Record : std::uint8_t { commit, abort };

struct Durable {
  Outcome decision{};
  CONCORDAT_FIELDS(Durable, decision)
};
inline void redo(Durable& log, Record record) {
  log.decision = record == Record::commit ? Outcome::commit : Outcome::abort;
}

/// Voters that handlers tell apart, by their rank.
constexpr RoleSpec ranked_voters(std::string_view name, std::string_view prefix) {
  return {.name = name, .prefix = prefix, .count = 0, .votes = true, .must_decide = true};
}

template <class Ctx>
bool has_decided(Ctx& ctx) {
  return ctx.log().decision != Outcome::none;
}

/// Everybody else of the role that all processes play.
template <class Ctx>
ProcessSet others(Ctx& ctx) {
  return ctx.all(ctx.role()) - ProcessSet::of(ctx.self);
}

/// Makes the decision stable and acts on it, and forgets everything else.
template <class Ctx>
void conclude(Ctx& ctx, Outcome outcome) {
  using Timer = typename Ctx::Timer;
  for (int timer = 0; timer < enum_count<Timer>(); ++timer)
    ctx.disarm(static_cast<Timer>(timer));
  ctx.force(outcome == Outcome::commit ? Record::commit : Record::abort);
  ctx.decide(outcome);
  ctx.state() = {};
}

/// `from` is outside. A Volatile has the member `outside` for those who have said so.
template <class Ctx>
void on_unsure(Ctx& ctx, ProcessId from) {
  ctx.state().outside.insert(from);
  if (ctx.state().outside == others(ctx)) conclude(ctx, Outcome::abort);
}

/// What comes before each message's own handler: whoever has decided answers those who ask, whoever
/// is outside says so, and a decision is taken over. For messages with a `type`, among them
/// `decision` and `unsure`, and a `value`. RETURNS: whether that is all.
template <class Ctx>
bool handles(Ctx& ctx, ProcessId from, const typename Ctx::Message& message, bool asks) {
  using Message = typename Ctx::Message;
  using Type = decltype(Message::type);
  using Phase = decltype(ctx.state().phase);
  const bool decided = has_decided(ctx);
  const bool outside = ctx.state().phase == Phase::outside;
  if (asks && (decided || outside)) {
    Message answer{};
    answer.type = decided ? Type::decision : Type::unsure;
    answer.value = ctx.log().decision;
    ctx.send(from, answer);
  } else if (!decided && message.type == Type::decision) {
    conclude(ctx, message.value);
  } else if (!decided && message.type == Type::unsure) {
    on_unsure(ctx, from);
  } else {
    return decided || outside;
  }
  return true;
}

}  // namespace concordat::crash_stop
