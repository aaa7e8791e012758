// The control state: what is global besides nodes and messages, which is who is cut off from whom
// and how many faults have happened. There are few of them, so they are numbered, and what each
// allows is worked out once.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/checkpoint.hpp"
#include "sim/model/world.hpp"

namespace concordat::explore {

/// What an event does to the control state.
struct ControlChange {
  int crash = -1;  // the node that crashes, or -1
  bool recovery = false;
  bool loss = false;
  bool duplicate = false;
  bool pause = false;
  bool early_timeout = false;
  bool other = false;
  std::vector<std::uint32_t> partition;  // as Event::groups, or empty
  bool one_way = false;
  bool heal = false;
  friend auto operator<=>(const ControlChange&, const ControlChange&) = default;
};

/// A control state and what may still happen in it.
struct Control {
  std::vector<std::uint32_t> cut;  // World::cut
  FaultCounts used;

  std::uint32_t may_crash = 0;  // nodes, as a mask
  bool may_recover = false;
  bool may_lose = false;
  bool may_duplicate = false;
  bool may_part = false;
  bool may_heal = false;
  bool may_pause = false;
  bool may_time_out_early = false;
  bool parted = false;
  int faults = 0;  // how many have happened; of unlimited kinds at most one counts

  bool connected(int from, int to) const {
    return (cut[static_cast<std::size_t>(from)] >> static_cast<unsigned>(to) & 1U) == 0;
  }
};

/// All control states that have been reached, numbered from 0, the one in which the search begins.
class Controls {
 public:
  /// `most_faults`: as SearchOptions::most_faults.
  /// `from`: where the search begins, or null.
  Controls(int node_count, const Budget& budget, int most_faults, const World* from = nullptr);

  /// Whether `most_faults` has left something out.
  bool has_left_out() const { return has_left_out_; }

  int size() const { return static_cast<int>(controls_.size()); }
  const Control& at(std::uint32_t id) const { return controls_[id]; }
  /// Control::faulty.
  bool faulty(std::uint32_t id) const { return faulty_[id] != 0; }
  /// Its part of a fingerprint.
  std::uint64_t hash(std::uint32_t id) const { return hashes_[id]; }

  /// The number of a change, for `after`; 0 is no change.
  std::uint16_t change(const ControlChange& change);

  /// Where a change leads, and what it adds to a fingerprint.
  struct Next {
    std::uint64_t delta = 0;
    std::uint32_t id = ~0U;
  };
  const Next& next(std::uint32_t id, std::uint16_t change) {
    const std::size_t index = static_cast<std::size_t>(id) * stride_ + change;
    return next_[index].id != unknown ? next_[index] : work_out(id, change);
  }
  std::uint32_t after(std::uint32_t id, std::uint16_t change) { return next(id, change).id; }

  /// As StepTable::save, StepTable::load. The step table comes first.
  void save(CheckpointWriter& out) const { out.put_all(learned_); }
  bool load(CheckpointReader& in);
  /// The changes of a control state, those that are not worked out yet with id `unknown`. Valid
  /// until something is worked out.
  const Next* known(std::uint32_t id) const {
    return &next_[static_cast<std::size_t>(id) * stride_];
  }
  static constexpr std::uint32_t unknown = ~0U;

 private:
  struct Learned {
    std::uint32_t id = 0;
    std::uint32_t change = 0;
  };
  std::uint32_t intern(Control&& control);
  void stop_faults(Control& control);
  const Next& work_out(std::uint32_t id, std::uint16_t change);

  const int node_count_;
  const Budget budget_;
  const int most_faults_;
  bool has_left_out_ = false;
  std::deque<Control> controls_;  // at fixed addresses
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint8_t> faulty_;
  std::vector<ControlChange> changes_{{}};
  std::size_t stride_ = 16;  // changes in the table, a power of two
  std::vector<Next> next_;   // [state * stride + change]
  std::map<ControlChange, std::uint16_t> change_ids_{{{}, 0}};
  std::map<std::string, std::uint32_t> ids_;
  std::vector<Learned> learned_;  // what was worked out, in order
};

}  // namespace concordat::explore
