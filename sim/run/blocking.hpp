// Who is blocked in a given world, by the definition: a process that is up, asked to decide and has
// not, and that no sequence of starts, deliveries, timeouts and choices alone can bring to a
// decision. And why: what it holds, and which repair would lead to what it waits for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/property.hpp"

namespace concordat {

struct BlockedProcess {
  Slot slot;
  std::vector<std::string> holds;     // rows locked for it, "accounts.alice"
  std::vector<std::string> freed_by;  // repairs that each lead to its decision: "recover c"
  std::string waits_for;              // the event in which it would then decide
  bool searched = true;               // every repair was tried to the end; else there may be more
};

struct BlockingReport {
  std::vector<BlockedProcess> blocked;  // by (tx, process)
  bool complete = true;     // false: the search hit its limit or a bound; the list may be too long
  std::int64_t states = 0;  // that the search has seen
};

/// Searches the fault-free futures of `world`, and those after repairs. COMPLEXITY: their number of
/// states; of a small model at most about `max_states` in all, of a large one fewer, since each
/// costs more. If the first search is cut short, no repairs are looked for; nor without
/// `with_repairs`. Where any number of copies may be under way, futures are those in which a
/// message is absorbed by an equal one, since the others have no end.
BlockingReport find_blocked(const Model& model,
                            const Rules& rules,
                            const World& world,
                            std::int64_t max_states = 20'000,
                            bool with_repairs = true);

/// Whether some fault-free future of the world, or the world itself, is one to rest in, as far as
/// the property is concerned. RETURNS: nothing if that was not found within the limit.
std::optional<bool> comes_to_rest(const Model& model,
                                  const Rules& rules,
                                  const World& world,
                                  const Property& property,
                                  std::int64_t max_states = 20'000);

/// `p1 is blocked: it waits for ..., holds ...; recover c would free it`.
std::string describe(const Model& model, const BlockedProcess& blocked);

}  // namespace concordat
