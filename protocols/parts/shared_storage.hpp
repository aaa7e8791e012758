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
// Participants are not interchangeable: one has the primary row, or requests about all of them
// leave one after another in their order.
#pragma once

#include <array>
#include <cstdint>

#include "sim/model/protocol.hpp"

namespace concordat::shared_storage {

enum class Role : std::uint8_t { coordinator, participant, storage };

inline constexpr std::array roles{
    single("coordinator", "c"),
    RoleSpec{.name = "participant", .prefix = "p", .count = 0, .votes = true, .must_decide = true},
    single("storage", "s")};

inline constexpr std::array choices{ChoiceSpec{"vote", "yes no"}};

/// It is over, or another kind of waiting begins.
template <class Ctx>
void disarm_all(Ctx& ctx) {
  for (int timer = 0; timer < enum_count<typename Ctx::Timer>(); ++timer)
    ctx.disarm(static_cast<typename Ctx::Timer>(timer));
}

}  // namespace concordat::shared_storage
