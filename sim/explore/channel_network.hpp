// The network as channels: one cell for each pair of processes that talk, holding the number of its
// content. It serves every rule about copies, order and staleness.
#pragma once

#include <algorithm>

#include "sim/explore/channels.hpp"

namespace concordat::explore {

template <class State>
class ChannelNetwork {
 public:
  ChannelNetwork(StepTable& steps, Channels& channels)
      : steps_(steps), channels_(channels), first_cell_(1 + steps.node_count()) {}

  /// Whether all channels have a cell in a State, and all contents a number in a cell.
  bool fits() const {
    if (steps_.message_count() > 0)
      channels_.channel_of(static_cast<std::uint32_t>(steps_.message_count() - 1));
    return first_cell_ + channels_.channel_count() <= State::cells &&
           channels_.content_count() <= static_cast<int>(std::min(State::max_cell, 1U << 30U));
  }

  static constexpr bool is_shared = false;
  static constexpr bool has_trays = false;
  struct Place {};
  std::int64_t version() const { return channels_.content_count(); }

  template <class Visit>
  void each(const State& state, Visit&& visit) const {
    const int end = cells();  // `visit` may add channels, which are empty in this state
    for (int i = 0; i < end; ++i) {
      const std::uint32_t content = state.cell(first_cell_ + i);
      if (content == 0) continue;
      for (std::size_t k = 0; k < channels_.entries(content).size(); ++k) {
        const Channels::Entry entry = channels_.entries(content)[k];  // `visit` may add contents
        visit(entry.message, entry.fresh, entry.deliverable);
      }
    }
  }

  void take(State& state, std::uint64_t& fingerprint, std::uint32_t message, bool stays) const {
    const int cell = cell_of(message);
    set(state, fingerprint, cell, channels_.take(state.cell(cell), message, stays));
  }
  void put(State& state, std::uint64_t& fingerprint, std::uint32_t message) const {
    const int cell = cell_of(message);
    set(state, fingerprint, cell, channels_.put(state.cell(cell), message));
  }
  /// Every message of a channel has the same ends, so a channel is emptied as a whole.
  template <class Gone>
  void remove(State& state, std::uint64_t& fingerprint, Gone gone) const {
    const int end = cells();
    for (int i = 0; i < end; ++i) {
      const std::uint32_t content = state.cell(first_cell_ + i);
      if (content != 0 && gone(steps_.message(channels_.entries(content).front().message)))
        set(state, fingerprint, first_cell_ + i, 0);
    }
  }

  /// What a move does to a fingerprint without its effect on channels.
  struct Fast {
    std::uint64_t delta = 0;
    std::uint16_t change = 0;
    std::uint8_t flags = 0;
    bool quiet = false;  // no channel changes

    std::uint64_t after(bool /*is_unsent*/) const { return delta; }
  };
  const Fast& fast(std::uint32_t move) const { return fast_[move]; }
  static bool is_fast(const State& /*state*/, const Fast& fast, bool& /*unsent*/) {
    return fast.quiet;
  }
  State build(const State& from, std::uint32_t move_id) const {
    const Move& move = steps_.move(move_id);
    State next = from;
    if (move.local != none) next.set_cell(1 + move.node, move.local);
    return next;
  }
  void learn() {
    while (fast_.size() < steps_.move_count()) {
      const Move& move = steps_.move(static_cast<std::uint32_t>(fast_.size()));
      fast_.push_back(
          {move.delta, move.change, move.flags, move.message == none && move.send_count == 0});
    }
  }

 private:
  int cells() const { return std::min(channels_.channel_count(), State::cells - first_cell_); }
  int cell_of(std::uint32_t message) const { return first_cell_ + channels_.channel_of(message); }
  void set(State& state, std::uint64_t& fingerprint, int cell, std::uint32_t content) const {
    fingerprint += channels_.hash(content) - channels_.hash(state.cell(cell));
    state.set_cell(cell, content);
  }

  StepTable& steps_;
  Channels& channels_;
  const int first_cell_;
  std::vector<Fast> fast_;  // per move
};

}  // namespace concordat::explore
