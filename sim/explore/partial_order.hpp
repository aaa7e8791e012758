// Partial order reduction: of the moves of a state, some that suffice. Where events of different
// nodes do not disturb each other, one order stands for all.
//
// Kept are all moves if nothing better is found, or else one of
//
//   a group of nodes   all moves of the nodes of a group to which nobody else sends anything
//                      before one of the group has moved;
//   a delivery         all outcomes of one message's arrival, which commutes with everything else
//                      that may happen to its node before it.
//
// Both are persistent sets (Godefroid, "Partial-Order Methods for the Verification of Concurrent
// Systems", 1996): whatever happens without them is independent of them. Every kept move is
// progress, something that no circle of states has (its node never returns to the state that it
// had, the network only shrinks, or faults are used up), so nothing is put off for ever. And some
// ordinary move among them keeps violations violated (`keeps_violated`). `README.md` says why that
// suffices.
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "sim/explore/menus.hpp"
#include "sim/explore/universe.hpp"

namespace concordat::explore {

/// What may come of a node's state, remembered.
class Futures {
 public:
  Futures(const Universe& universe, const CheckRequest& request);

  /// To be called now and then. What was returned before may be gone.
  void make_room();

  /// Messages that the node may send, if at any time any of these arrive (again and again), in
  /// ascending order. `allowed`: a set of `allow`.
  struct Sends {
    std::vector<std::uint32_t> messages;
    std::uint32_t targets = 0;  // their nodes, as a mask
    bool has(std::uint32_t message) const;
  };
  const Sends& sends(int node, std::uint32_t local, unsigned allowed, const Columns& arriving);

  /// Whether the arrival of the message in `column` can be put before everything else that may
  /// happen to the node meanwhile, with the same result, and is progress here. `sends`: what it
  /// may send, then or now.
  struct Arrival {
    bool is_independent = false;
    std::vector<std::uint32_t> sends;
  };
  /// REQUIRES: neither a crash nor a pause is allowed, and the message can arrive.
  const Arrival& arrival(
      int node, std::uint32_t local, int column, unsigned allowed, const Columns& others);

  /// Adds to `kept` the properties (a bit each, goals last) that a move from one state of a node to
  /// another leaves violated.
  void keeps(int node, std::uint32_t from, std::uint32_t to, std::uint64_t& kept) const;
  /// All of them.
  std::uint64_t all_kept() const { return all_kept_; }
  bool is_progress(const Move& move, int node, std::uint32_t from, std::uint32_t to) const;

 private:
  struct Key {
    int node = 0;
    std::uint32_t local = 0;
    int column = -1;
    unsigned allowed = 0;
    Columns arriving;
    friend bool operator==(const Key&, const Key&) = default;
  };
  static std::uint64_t hash_of(const Key& key);
  /// Answers by their questions.
  template <class Answer>
  class Memory {
   public:
    /// RETURNS: the answer, and whether it is new.
    std::pair<Answer*, bool> at(const Key& key);
    void make_room();

   private:
    static constexpr std::size_t most = 1'000'000;
    static constexpr std::size_t smallest = 1024;
    void grow();
    struct Entry {
      Key key;
      Answer answer;
    };
    std::deque<Entry> entries_;         // at fixed addresses
    std::vector<std::uint32_t> place_;  // by hash, and on: one more than the entry's; 0 = free
  };
  /// An event of a node's state: the number of an own event, or the column of a message.
  struct LocalEvent {
    MoveRow row;
    std::uint32_t own = none;
    int column = -1;
  };
  /// Where an event leads, and what it sends.
  struct Outcome {
    std::uint32_t local = 0;
    std::vector<std::uint32_t> sends;
    friend auto operator<=>(const Outcome&, const Outcome&) = default;
  };

  /// Calls visit(LocalEvent) for each.
  template <class Visit>
  void each_event(const Key& key, std::uint32_t local, Visit visit) const;
  /// Calls visit(Move) for each of their outcomes.
  template <class Visit>
  void each_move(const Key& key, std::uint32_t local, Visit visit) const;
  /// `open_` is to have every state that is reached by such moves, each once.
  void begin_states(const Key& key);
  void reach(std::uint32_t local);
  MoveRow arrival_at(const Key& key, std::uint32_t local) const;
  MoveRow same_event(const Key& key, const LocalEvent& event, std::uint32_t local) const;
  bool commute(const Key& key, std::uint32_t local, const LocalEvent& other) const;
  bool look(const Key& key, std::uint32_t local, Arrival& out, std::vector<std::uint32_t>& others);
  void add_sends(const Move& move, std::vector<std::uint32_t>& out) const;

  const Universe& universe_;
  const StepTable& steps_;
  const std::vector<const Property*> properties_;
  const bool is_ordered_;  // messages arrive in the order in which they were sent
  const std::uint64_t all_kept_;
  Memory<Sends> sends_;
  Memory<Arrival> arrivals_;
  std::vector<std::uint32_t> seen_;  // per state of the node that is looked at: the round
  std::vector<std::uint32_t> open_;
  std::uint32_t round_ = 0;
};

class PartialOrder {
 public:
  static constexpr int max_nodes = 32;

  /// `steps`: the table whose numbers states and moves have.
  PartialOrder(const Universe& universe, const CheckRequest& request, const StepTable& steps);

  /// To be called after anybody has learned.
  void refresh();

  /// A state.
  struct Situation {
    const Control* control = nullptr;
    std::uint32_t control_id = 0;
    const Controls::Next* changes = nullptr;  // of the control state, known for every move
    const std::uint32_t* locals = nullptr;    // per node
    const unsigned* allowed = nullptr;        // per node: sets of `allow`
  };
  void begin_messages();
  /// `fresh`: no copy of it has arrived yet.
  void add_message(std::uint32_t message, bool fresh);
  /// Puts those of the moves that suffice to the front, in their order. RETURNS: how many they are.
  /// REQUIRES: the messages in flight were added.
  std::size_t choose(const Situation& state, std::uint32_t* moves, std::size_t count);

 private:
  bool serves(const Situation& state, const std::uint32_t* moves, std::size_t count) const;
  void look_ahead(const Situation& state, std::uint32_t group);
  std::uint32_t senders_to(std::uint32_t group) const;
  void try_groups(const Situation& state, const std::uint32_t* moves, std::size_t count);
  void try_idle_groups(const Situation& state, const std::uint32_t* moves, std::size_t count);
  void try_group(const Situation& state,
                 const std::uint32_t* moves,
                 std::size_t count,
                 std::uint32_t group);
  void try_arrivals(const Situation& state, const std::uint32_t* moves, std::size_t count);
  bool may_arrive_first(const Situation& state, std::uint32_t message);
  int node_of(const Move& move) const;
  bool sends_something_in_flight(const Move& move) const;

  const StepTable& steps_;
  const Universe& universe_;
  const Rules rules_;
  Futures futures_;
  std::vector<std::vector<std::uint32_t>> locals_;  // per node: the numbers in the universe
  std::vector<std::uint32_t> messages_;

  // The state at hand.
  std::array<std::uint32_t, max_nodes> local_{};  // in the universe
  bool all_fresh_ = true;
  std::array<Columns, max_nodes> in_flight_{};
  std::array<Columns, max_nodes> arriving_{};  // now or later
  std::array<const Futures::Sends*, max_nodes> sends_{};
  // The best choice so far: the moves of a group of nodes, or of a message.
  std::size_t best_ = 0;
  std::uint32_t group_ = 0;
  std::uint32_t message_ = none;
};

}  // namespace concordat::explore
