// The network as a set: one bit for each message, in the order in which messages were first met.
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
  bool fits() const { return first_bit_ + steps_.message_count() <= State::bits; }

  /// Calls `visit(message, fresh, deliverable)` for each message in flight, in a fixed order.
  template <class Visit>
  void each(const State& state, Visit&& visit) const {
    for (int w = first_bit_ / 64; w < State::words; ++w) {
      std::uint64_t bits = state.word[static_cast<std::size_t>(w)];
      if (w == first_bit_ / 64) bits &= ~0ULL << (static_cast<unsigned>(first_bit_) % 64);
      for (; bits != 0; bits &= bits - 1)
        visit(static_cast<std::uint32_t>(w * 64 + std::countr_zero(bits) - first_bit_), true, true);
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

  /// What a move does to a fingerprint if none of its sends is in flight already.
  struct Fast {
    std::uint64_t delta = 0;
    State sends;  // the bits that must be clear
    std::uint16_t change = 0;
    std::uint8_t flags = 0;
  };
  const Fast& fast(std::uint32_t move) const { return fast_[move]; }
  /// Whether `fast` tells the whole effect of the move on this state.
  static bool is_fast(const State& state, const Fast& fast) {
    std::uint64_t hit = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(State::words); ++i)
      hit |= state.word[i] & fast.sends.word[i];
    return hit == 0;
  }
  /// Makes room for the moves that were worked out since the last call. REQUIRES: `fits()`.
  void learn() {
    while (fast_.size() < steps_.move_count()) {
      const Move& move = steps_.move(static_cast<std::uint32_t>(fast_.size()));
      Fast fast{move.delta, {}, move.change, move.flags};
      const bool taken = move.message != none && (move.flags & move_flag::stays) == 0;
      State sent;
      if (taken) fast.delta -= steps_.message(move.message).hash;
      for (std::uint32_t i = 0; i < move.send_count; ++i)
        put(sent, fast.delta, steps_.send(move.sends + i));
      if (taken) sent.clear_bit(bit_of(move.message));  // it is not in flight any more
      fast.sends = sent;
      fast_.push_back(fast);
    }
  }

 private:
  int bit_of(std::uint32_t message) const { return first_bit_ + static_cast<int>(message); }

  const StepTable& steps_;
  const int first_bit_;
  std::vector<Fast> fast_;  // per move
};

}  // namespace concordat::explore
