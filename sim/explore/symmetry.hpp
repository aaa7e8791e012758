// Symmetry: states that differ only in the names of interchangeable processes (an orbit) get one
// fingerprint, so that one of them stands for all.
//
// Every part of a state (a node's state, a message, the control state) is taken apart into facts
// (model/fields.hpp). A fact that mentions no member (a process that may be renamed) counts for the
// whole; a fact that mentions exactly one counts for that member. Sums of hashes of facts make one
// number for the whole and one signature for each member, and
//
//     fingerprint = whole + the sum over members of mix64(signature)
//
// does not change when members change places, and is different for states of different orbits,
// equal hashes apart. No sorting, no search: a move changes the numbers by additions that are known
// beforehand.
//
// A fact about two members or more (`p1 has asked p2`) is crossed. A state that has one is
// recognised, whatever the names are. Its members are put in the order of their signatures, and the
// crossed facts are hashed with places in that order instead of names; among the orders that differ
// in equal signatures only, the least hash is taken. With more than `most_orders` of them, the
// order of the members' indices is taken, and an orbit may count several times: never too few
// states.
//
// What stands in the frontier and what moves are taken from is a real state, so every path is a
// real run. SOURCE: Ip and Dill 1996 (scalarsets); Clarke, Enders, Filkorn and Jha 1996 (orbits).
#pragma once

#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sim/explore/hash.hpp"
#include "sim/explore/steps.hpp"

namespace concordat::explore {

class Symmetry {
 public:
  /// Whether it is on is found out here, but for what `learn` finds.
  Symmetry(const CheckRequest& request, StepTable& steps);
  Symmetry(const Symmetry&) = delete;
  Symmetry& operator=(const Symmetry&) = delete;

  bool on() const { return why_off_.empty(); }
  /// The roles whose processes are members ("participant"), or why none are ("off: ...").
  std::string describe() const;

  /// Numbers of one state: that of the whole, then those of the members.
  static constexpr std::size_t most_members = max_processes;
  using Sums = std::array<std::uint64_t, 1 + most_members>;
  std::size_t width() const { return 1 + members_.size(); }

  /// Takes in what the step table has learned. It is checked, not believed, that members are alike:
  /// each step is done again in other names, and must come to the same; in all names, so that no
  /// order of members is special, or, where there are more than `most_tested_orders` orders, with
  /// every two members exchanged. After a difference, `on` is false, and the search has to start
  /// again.
  void learn();

  /// What a part adds to the sums (`width` numbers).
  const std::uint64_t* of_local(int node, std::uint32_t id) const {
    return nodes_[static_cast<std::size_t>(node)].sums.data() + id * width();
  }
  const std::uint64_t* of_message(std::uint32_t id) const {
    return messages_.sums.data() + id * width();
  }
  const std::uint64_t* of_control(std::uint32_t id) const {
    return controls_.sums.data() + id * width();
  }
  /// What a move adds, its control change apart, if none of its sends is in flight (`unsent`) or
  /// all are, and nothing happens to other messages.
  const std::uint64_t* of_move(std::uint32_t move, bool unsent) const {
    return moves_.data() + (std::size_t{move} * 2 + (unsent ? 1 : 0)) * width();
  }
  /// Whether the state after the move has a crossed fact that the move brings.
  bool move_crosses(std::uint32_t move) const { return move_crosses_[move] != 0; }

  /// Facts about several members that count only together, the members by their places.
  struct CrossedFact {
    std::uint64_t hash = 0;
    std::vector<std::uint8_t> about;
  };
  using Unit = std::vector<CrossedFact>;
  using Crossed = std::vector<Unit>;
  /// The crossed facts of a part, or null.
  const Crossed* crossed_local(int node, std::uint32_t id) const {
    return nodes_[static_cast<std::size_t>(node)].crossed_of(id);
  }
  const Crossed* crossed_message(std::uint32_t id) const { return messages_.crossed_of(id); }
  const Crossed* crossed_control(std::uint32_t id) const { return controls_.crossed_of(id); }

  /// The fingerprint of a state without crossed facts.
  std::uint64_t fingerprint(const std::uint64_t* sums) const {
    std::uint64_t total = sums[0];
    for (std::size_t i = 1; i < width(); ++i)
      total += mix64(sums[i]);
    return total;
  }
  /// ... and with some.
  std::uint64_t fingerprint(const std::uint64_t* sums,
                            const std::vector<const Crossed*>& crossed) const;
  static constexpr std::int64_t most_orders = 5040;
  static constexpr std::int64_t most_tested_orders = 120;

 private:
  /// Parts of one kind, by their numbers.
  struct Parts {
    std::vector<std::uint64_t> sums;  // [id * width + i]
    std::vector<Crossed> crossed;
    const Crossed* crossed_of(std::uint32_t id) const {
      return crossed[id].empty() ? nullptr : &crossed[id];
    }
  };

  /// A step: a handler that runs for an event.
  struct Row {
    int node = 0;
    LocalState before;
    LocalEvent event;
    bool cuts = false;
  };

  std::string find_members(const CheckRequest& request);
  void find_exchanges();
  std::string find_differences(const CheckRequest& request) const;
  std::string tells_apart(const Renaming& to) const;
  std::string test_rows();
  std::uint64_t hash_of_row(const Row& row) const;
  std::vector<std::string> results(const Row& row, const Renaming* to) const;
  std::string test_observations();
  void add_local(int node, std::uint32_t id);
  void add_message(std::uint32_t id);
  void add_control(std::uint32_t id);
  void add_move(std::uint32_t id);
  /// The facts that `state_them` states.
  Unit facts_of(std::uint64_t seed, const std::function<void(Facts&)>& state_them) const;
  void state_local(int node, const LocalState& local, Facts& facts) const;
  /// Adds a part whose facts count one by one, or all together.
  void add_each(Parts& parts, const Unit& facts) const;
  void add_together(Parts& parts, const Unit& facts) const;

  int node_after(int node, const Renaming& to) const;
  LocalState renamed(LocalState local, const Renaming& to) const;
  Envelope renamed(const Envelope& envelope, const Renaming& to) const;
  Row renamed(const Row& row, const Renaming& to) const;

  StepTable& steps_;
  const Model& model_;
  const std::vector<const Property*> properties_;
  std::string roles_;
  std::vector<ProcessId> members_;
  std::vector<ProcessSet> groups_;  // the members, by roles
  ProcessSet movable_;
  std::array<std::uint8_t, max_processes> place_{};  // process -> its place among the members
  std::vector<Renaming> exchanges_;  // of two members: those that make up all other renamings
  bool whole_orbits_ = false;
  std::string why_off_;  // after what finding it out fills in
  std::vector<Parts> nodes_;
  Parts messages_;
  Parts controls_;
  std::vector<std::uint64_t> moves_;  // [(move * 2 + unsent) * width + i]
  std::vector<std::uint8_t> move_crosses_;
  std::size_t tested_ = 0;  // handled
  std::set<std::uint64_t> tested_rows_;
  std::set<std::uint64_t> tested_locals_;
  std::vector<std::uint32_t> looked_at_;  // per node: states whose observations are tested
};

}  // namespace concordat::explore
