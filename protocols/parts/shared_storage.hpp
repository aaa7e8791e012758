// Who takes part in a protocol over shared storage: Percolator, parallel commits, Cornus.
//
// The process s stands for storage that everybody can reach and that is replicated: the files
// beneath Bigtable's tablet servers, the Raft groups of TiKV's regions and CockroachDB's ranges, a
// cloud's storage service. It does one thing at a time, as one row or one log can, forces what it
// says, and has no vote. These protocols assume that it is available: if s is down or cut off,
// everybody waits for it, and that is no news about the protocol.
//
// A participant serves its part of the data (a tablet server, a leaseholder, a compute node), votes
// on what is done to it, and keeps nothing that is not in s. When it crashes, others reach its data
// by way of s, as they reach it through the next server in reality. So the fault classes that crash
// participants say what the crash of a server does; the loss of a part of the data with all its
// replicas is the crash of s, which only F11 has, because it crashes any node.
//
// The rows of a participant's work lie at its node in the model, and stand for what s keeps of
// them: what it has asked s to store is there, and locked, after its crash as before. That is a
// forced write at its node which is none in reality; without work there is none.
//
// Participants are not interchangeable: one has the primary row, or requests about all of them
// leave one after another in their order.
#pragma once

#include <array>
#include <cstdint>

#include "sim/model/protocol.hpp"
#include "sim/model/work.hpp"

namespace concordat::shared_storage {

enum class Role : std::uint8_t { coordinator, participant, storage };

inline constexpr std::array roles{
    single("coordinator", "c"),
    RoleSpec{.name = "participant", .prefix = "p", .count = 0, .votes = true, .must_decide = true},
    single("storage", "s")};

inline constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};

/// A participant does its work. RETURNS: what it votes; none while it waits for a lock: on_store
/// comes back.
template <class Ctx>
Vote work_and_vote(Ctx& ctx, const typename Ctx::Record& record) {
  const LockAnswer work = do_work(ctx);
  if (work == LockAnswer::waiting) return Vote::none;
  const bool can = work == LockAnswer::granted;
  const Vote vote = can ? ctx.choose("vote", {Vote::yes, Vote::no}) : Vote::no;
  if (vote == Vote::yes && !ctx.work().empty()) ctx.force(record, StoreAction::prepare);
  ctx.vote(vote);
  return vote;
}

/// Its rows take their new values, or stay as they were. Once: a server that comes back hears of
/// the outcome again.
template <class Ctx>
void end_work(Ctx& ctx, Outcome outcome, const typename Ctx::Record& record) {
  if (ctx.work().empty()) return;
  if (outcome == Outcome::abort) return ctx.append(record, StoreAction::rollback);
  if (ctx.local_tx() != LocalTxStatus::none) ctx.force(record, StoreAction::commit);
}

/// It is over, or another kind of waiting begins.
template <class Ctx>
void disarm_all(Ctx& ctx) {
  for (int timer = 0; timer < enum_count<typename Ctx::Timer>(); ++timer)
    ctx.disarm(static_cast<typename Ctx::Timer>(timer));
}

}  // namespace concordat::shared_storage
