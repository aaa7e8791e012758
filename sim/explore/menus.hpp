// Lists of moves that are needed as a whole again and again: everything that the state of one node
// allows by itself, and everything that the messages of one tray allow to a node in one state. The
// moves of a global state are a few such lists, one after another.
#pragma once

#include <vector>

#include "sim/explore/steps.hpp"

namespace concordat::explore {

/// What a control state and the timing allow a node, besides what is always allowed.
namespace allow {
inline constexpr unsigned crash = 1;
inline constexpr unsigned timers = 2;
inline constexpr unsigned recovery = 4;
inline constexpr unsigned pause = 8;
inline constexpr unsigned early_timers = 16;
inline constexpr unsigned count = 32;
}  // namespace allow

class Menus {
 public:
  explicit Menus(StepTable& steps);
  Menus(const Menus&) = delete;
  Menus& operator=(const Menus&) = delete;

  /// A list: where it begins, how long it is, and what else there is to know.
  using Menu = std::uint32_t;
  static constexpr Menu fresh = 1;    // a message can arrive, perhaps without any effect
  static constexpr Menu special = 2;  // not a list: too long, or some step would pass a bound
  static constexpr Menu unknown = ~0U;
  static unsigned count(Menu menu) { return menu >> 2U & max_count; }
  /// Of a list, in `moves`. `Menus::margin` numbers can be read behind its end.
  static std::size_t begin(Menu menu) { return menu >> (2 + count_bits); }
  const std::uint32_t* moves() const { return moves_.data(); }
  static constexpr unsigned margin = 8;

  /// The moves of a node by itself, by `own_index`. `allowed`: a set of `allow`.
  static std::size_t own_index(std::uint32_t local, unsigned allowed) {
    return std::size_t{local} * allow::count + allowed;
  }
  const Menu* own(int node) const { return own_[static_cast<std::size_t>(node)].data(); }
  /// The arrivals of the messages of a tray. `contents`: bit i = the one at its place i is in
  /// flight. `crash`: 1 if the node may crash, else 0.
  static std::size_t arrivals_index(std::uint32_t local, unsigned contents, unsigned crash) {
    return (std::size_t{local} << Tray::size | contents) * 2 + crash;
  }
  const Menu* arrivals(std::size_t tray) const { return arrivals_[tray].data(); }
  /// Works them out, and whatever step they need, unless they are known.
  void learn_own(int node, std::uint32_t local, unsigned allowed);
  void learn_arrivals(std::size_t tray, std::uint32_t local, unsigned contents, unsigned crash);
  /// Makes room for the states and trays that the step table has now.
  void grow();

 private:
  static constexpr unsigned count_bits = 8;
  static constexpr unsigned max_count = (1U << count_bits) - 1;
  static constexpr std::size_t max_moves = std::size_t{1} << (32 - 2 - count_bits);

  /// Adds the moves of a row. RETURNS: `special` if this cannot be done with a list.
  Menu append(const MoveRow& row, unsigned crash);
  Menu close(std::size_t begin, Menu flags);

  StepTable& steps_;
  std::vector<std::uint32_t> moves_;         // of all lists, and `margin` more
  std::vector<std::vector<Menu>> own_;       // per node
  std::vector<std::vector<Menu>> arrivals_;  // per tray
};

}  // namespace concordat::explore
