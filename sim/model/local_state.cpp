#include "sim/model/local_state.hpp"

#include <algorithm>

#include "sim/model/key.hpp"

namespace concordat {

bool LocalState::started() const {
  return std::any_of(slots.begin(), slots.end(), [](const ProcessState& p) { return p.started; });
}

void crash(LocalState& local, const StateBlob& initial_state) {
  local.up = false;
  local.paused = false;
  local.store.crash();
  for (ProcessState& process : local.slots) {
    process.state = initial_state;
    process.timers = 0;
    if (process.started) process.history.crashed = true;
  }
}

void lose_tail(LocalState& local, int kept) {
  check(kept >= 0 && kept <= static_cast<int>(local.tail.size()),
        "a crash keeps a prefix of the tail");
  while (static_cast<int>(local.tail.size()) > kept) {
    const Unforced& last = local.tail.back();
    ProcessState& process = local.slots[static_cast<std::size_t>(last.slot)];
    process.durable = last.durable;
    process.history.effects = last.effects;
    local.node_state = last.node_state;
    local.store.undo(last.store);
    local.tail.pop_back();
  }
  local.tail.clear();
}

namespace {

using key::put;

std::uint64_t bits(const Effects& effects) {
  std::uint64_t out = 0;
  for (const std::uint8_t count : {effects.applied,
                                   effects.undone,
                                   effects.reserved,
                                   effects.released,
                                   effects.consumed,
                                   effects.other})
    out = out << 2U | count;
  return out | std::uint64_t{effects.saw} << 12U;
}

std::uint64_t bits(const History& history) {
  return static_cast<std::uint64_t>(history.vote) | (history.committed ? 4U : 0U) |
         (history.aborted ? 8U : 0U) | (history.answered_commit ? 16U : 0U) |
         (history.answered_abort ? 32U : 0U) | (history.crashed ? 64U : 0U) |
         (history.timed_out ? 128U : 0U) | bits(history.effects) << 8U;
}

}  // namespace

std::uint64_t engine_bits(const ProcessState& process) {
  return 1U | (process.started ? 2U : 0U) | static_cast<std::uint64_t>(process.timers) << 2U |
         bits(process.history) << 10U;
}

void append_key(const LocalState& local, std::string& key) {
  put(key,
      (local.up ? 1U : 0U) | (local.paused ? 2U : 0U) |
          (static_cast<unsigned>(local.renames) << 2U));
  put(key, local.node_state);
  put(key, local.tail.size());
  for (const Unforced& unforced : local.tail) {
    put(key, static_cast<std::uint64_t>(unforced.slot));
    put(key, unforced.durable);
    put(key, unforced.node_state);
    append_key(unforced.store, key);
    put(key, bits(unforced.effects));
  }
  for (const ProcessState& process : local.slots) {
    put(key, (process.started ? 1U : 0U) | (static_cast<unsigned>(process.timers) << 1U));
    put(key, bits(process.history));
    put(key, process.durable);
    put(key, process.state);
  }
  local.store.append_key(key);
}

}  // namespace concordat
