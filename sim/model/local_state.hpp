// The whole state of one node, as plain values: what a step reads and changes. Engines copy it,
// compare it and hash its bytes; only the protocol's own types hide in blobs.
//
// The log. A process's `durable` is the fold of all records it has written, the unforced tail
// included. The tail remembers, newest last, what each unforced record replaced; so a force, which
// makes the node's whole log stable, just empties the tail, and a crash that loses the tail undoes
// it from the end. A record that changes nothing leaves no entry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/blob.hpp"
#include "sim/model/setup.hpp"
#include "sim/model/store.hpp"

namespace concordat {

inline constexpr int max_tail = 16;   // unforced records on one node
inline constexpr int max_timers = 8;  // kinds of timers of a protocol

using StateBlob = Blob<128>;  // a Durable, a Volatile or a NodeState
using MessageBlob = Blob<64>;
using RecordBlob = Blob<32>;

/// What the committed local transactions of a process have made of its work (Setup::work), counted
/// by what changed in the rows, whatever the protocol calls it. Each count stops at 3.
///
/// For work that takes from a row: `reserved` moves it from value to held, `released` moves it
/// back, `consumed` ends the hold. Work that gives is reserved by a hold of what is to come, which
/// `released` drops and `consumed` turns into value.
struct Effects {
  std::uint8_t applied = 0;  // the work, in one go
  std::uint8_t undone = 0;   // its opposite
  std::uint8_t reserved = 0;
  std::uint8_t released = 0;
  std::uint8_t consumed = 0;
  std::uint8_t other = 0;  // anything else: a part of the work, other amounts
  /// Transactions whose change, done and neither undone nor final, stood on a row of the work when
  /// this one read or changed it; bit 0 is the first.
  std::uint8_t saw = 0;
  static constexpr std::uint8_t most = 3;
  static constexpr int most_seen = 8;
  friend auto operator<=>(const Effects&, const Effects&) = default;

  int total() const { return applied + consumed - undone; }
  int held() const { return reserved - released - consumed; }
  /// Whether anything has changed.
  bool any() const { return (applied | undone | reserved | released | consumed | other) != 0; }
};

/// What happened to a process in a transaction, kept by the engine across crashes, for properties
/// only. A handler cannot read it.
struct History {
  Vote vote = Vote::none;
  bool committed = false;        // it has at some time decided commit
  bool aborted = false;          // ... abort
  bool answered_commit = false;  // it has told the client commit
  bool answered_abort = false;
  bool crashed = false;    // its node has crashed since it started
  bool timed_out = false;  // one of its timers has fired
  Effects effects{};       // of what is stable, or will be unless a crash takes it
  friend auto operator<=>(const History&, const History&) = default;

  bool decided() const { return committed || aborted; }
  /// Nothing is left to wait for: it has decided, or it has no stake in the outcome.
  bool settled() const { return decided() || vote == Vote::read; }
};

/// Parts of a History that few properties read. States that differ in nothing else are one state
/// for whoever does without.
struct HistoryParts {
  bool timed_out = false;
  bool crashed = false;
  bool answered = false;  // answered_commit, answered_abort
  bool effects = false;
  bool saw = false;  // Effects::saw
  void add(const HistoryParts& other) {
    timed_out = timed_out || other.timed_out;
    crashed = crashed || other.crashed;
    answered = answered || other.answered;
    effects = effects || other.effects;
    saw = saw || other.saw;
  }
  friend bool operator==(const HistoryParts&, const HistoryParts&) = default;
};

/// One process in one transaction.
struct ProcessState {
  bool started = false;
  std::uint8_t timers = 0;  // bit i: timer i is armed
  History history;
  StateBlob durable;
  StateBlob state;  // the protocol's Volatile
  friend auto operator<=>(const ProcessState&, const ProcessState&) = default;
};

/// An unforced record: what was there before it.
struct Unforced {
  int slot = 0;
  StateBlob durable;     // the slot's, before
  StateBlob node_state;  // the node's, before
  StoreUndo store;
  Effects effects{};  // the slot's, before
  friend auto operator<=>(const Unforced&, const Unforced&) = default;
};

struct LocalState {
  bool up = true;
  bool paused = false;
  std::uint8_t renames = 0;  // restarts under a new name
  StateBlob node_state;      // the protocol's NodeState, durable, shared by transactions
  Store store;
  std::vector<Unforced> tail;       // oldest first
  std::vector<ProcessState> slots;  // as Setup::slots[node]
  friend auto operator<=>(const LocalState&, const LocalState&) = default;

  bool started() const;
};

/// The node goes down: volatile state, timers, open local transactions and lock requests are gone.
/// The unforced tail is still undecided; `lose_tail` decides it at recovery.
void crash(LocalState& local, const StateBlob& initial_state);

/// Undoes unforced records from the end until `kept` are left; these are stable from now on.
/// REQUIRES: 0 <= kept <= tail size.
void lose_tail(LocalState& local, int kept);

/// What the engine keeps of a process: whether it has started, its timers and its history. Equal
/// numbers mean equal contents; never 0.
std::uint64_t engine_bits(const ProcessState& process);

/// Appends the state's bytes to `key`: equal states give equal bytes, unequal ones unequal bytes.
void append_key(const LocalState& local, std::string& key);

}  // namespace concordat
