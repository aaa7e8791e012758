// The network as a set: one bit for each message, at its place (StepTable::trays).
// It serves `copies: set` without order, wherever nobody asks whether a copy is stale.
#pragma once

#include <bit>

#include "sim/explore/steps.hpp"

namespace concordat::explore {

template <class State>
class SetNetwork {
 public:
  explicit SetNetwork(const StepTable& steps)
      : steps_(steps), first_bit_((1 + steps.node_count()) * State::cell_bits) {}

  /// Whether all messages of the step table have a place in a State.
  bool fits() const {
    return first_bit_ + static_cast<int>(steps_.trays().size()) * Tray::size <= State::bits;
  }
  /// Several threads may use it at once, as long as nobody learns.
  static constexpr bool is_shared = true;
  static constexpr bool has_trays = true;
  /// What is in flight of the messages of a tray. The places of a tray share a word.
  unsigned contents(const State& state, std::size_t tray) const {
    return contents_at(state, place_of(tray));
  }
  struct Place {
    std::uint32_t word = 0;
    std::uint32_t shift = 0;
  };
  Place place_of(std::size_t tray) const {
    const std::size_t bit = static_cast<std::size_t>(first_bit_) + tray * Tray::size;
    return {static_cast<std::uint32_t>(bit / 64), static_cast<std::uint32_t>(bit % 64)};
  }
  static unsigned contents_at(const State& state, Place place) {
    return static_cast<unsigned>(state.word[place.word] >> place.shift) & ((1U << Tray::size) - 1);
  }
  /// Changes when something beyond the step table's knowledge was worked out.
  static std::int64_t version() { return 0; }

  /// Calls `visit(message, fresh, deliverable)` for each message in flight, in a fixed order.
  template <class Visit>
  void each(const State& state, Visit&& visit) const {
    for (int w = first_bit_ / 64; w < State::words; ++w) {
      std::uint64_t bits = state.word[static_cast<std::size_t>(w)];
      if (w == first_bit_ / 64) bits &= ~0ULL << (static_cast<unsigned>(first_bit_) % 64);
      for (; bits != 0; bits &= bits - 1)
        visit(steps_.message_at(w * 64 + std::countr_zero(bits) - first_bit_), true, true);
    }
  }

  void take(State& state, std::uint64_t& fingerprint, std::uint32_t message, bool stays) const {
    if (stays) return;
    state.clear_bit(bit_of(message));
    fingerprint -= steps_.message(message).hash;
  }
  void put(State& state, std::uint64_t& fingerprint, std::uint32_t message) const {
    if (state.bit(bit_of(message))) return;
    state.set_bit(bit_of(message));
    fingerprint += steps_.message(message).hash;
  }
  /// Removes every message for which `gone(MessageInfo)` holds.
  template <class Gone>
  void remove(State& state, std::uint64_t& fingerprint, Gone gone) const {
    const State before = state;
    each(before, [&](std::uint32_t message, bool, bool) {
      if (gone(steps_.message(message))) take(state, fingerprint, message, false);
    });
  }

  /// What a move does to a state in which all of its sends are in flight already, or none.
  struct alignas(64) Fast {    // a cache line, if the State is small
    std::uint64_t delta = 0;   // of the fingerprint
    std::uint64_t unsent = 0;  // and this, if none of its sends is in flight
    State sends;               // their bits
    std::uint16_t change = 0;
    std::uint8_t flags = 0;

    /// What it does to the fingerprint. (No branch: nobody could predict it.)
    std::uint64_t after(bool is_unsent) const {
      return delta + (unsent & (0 - std::uint64_t{is_unsent}));
    }
  };
  const Fast& fast(std::uint32_t move) const { return fast_[move]; }
  /// Whether `fast` tells the whole effect of the move on this state, connections apart. `unsent`
  /// becomes whether none of its sends is in flight.
  static bool is_fast(const State& state, const Fast& fast, bool& unsent) {
    std::uint64_t hit = 0;
    std::uint64_t missed = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(State::words); ++i) {
      const std::uint64_t both = state.word[i] & fast.sends.word[i];
      hit |= both;
      missed |= both ^ fast.sends.word[i];
    }
    unsent = hit == 0;
    return (static_cast<unsigned>(hit != 0) & static_cast<unsigned>(missed != 0)) == 0;
  }
  /// The state that a move leads to, its control state apart. REQUIRES: `is_fast`.
  State build(const State& from, std::uint32_t move) const {
    State next;
    const Build& build = build_[move];
    for (std::size_t i = 0; i < static_cast<std::size_t>(State::words); ++i)
      next.word[i] = (from.word[i] & build.keep.word[i]) | build.set.word[i];
    return next;
  }
  /// Makes room for the moves that were worked out since the last call. REQUIRES: `fits()`.
  void learn() {
    while (fast_.size() < steps_.move_count()) {
      const Move& move = steps_.move(static_cast<std::uint32_t>(fast_.size()));
      Fast fast{move.delta, 0, {}, move.change, move.flags};
      Build build;
      const bool taken = move.message != none && (move.flags & move_flag::stays) == 0;
      State sent;
      for (std::uint32_t i = 0; i < move.send_count; ++i)
        put(sent, fast.unsent, steps_.send(move.sends + i));
      build.set = sent;
      build.keep.word.fill(~std::uint64_t{0});
      if (taken) {
        const std::uint64_t hash = steps_.message(move.message).hash;
        if (sent.bit(bit_of(move.message)))  // it is taken, and sent again
          fast.unsent -= hash;
        else
          fast.delta -= hash;
        build.keep.clear_bit(bit_of(move.message));
        sent.clear_bit(bit_of(move.message));
      }
      fast.sends = sent;
      if (move.local != none) {
        build.keep.set_cell(1 + move.node, 0);
        build.set.set_cell(1 + move.node, move.local);
      }
      fast_.push_back(fast);
      build_.push_back(build);
    }
  }

 private:
  struct Build {
    State keep;  // the bits that stay,
    State set;   // and those that are set
  };
  int bit_of(std::uint32_t message) const { return first_bit_ + steps_.message(message).place; }

  const StepTable& steps_;
  const int first_bit_;
  std::vector<Fast> fast_;    // per move
  std::vector<Build> build_;  // per move
};

}  // namespace concordat::explore
