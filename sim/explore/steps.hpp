// The step table: every state of a node, every message and every step that the search has met, each
// once, by number. A handler runs once for each different (node state, event), a few thousand times
// in all, and is a few table lookups ever after.
//
// Invariants: (1) numbers are given in the order of first need, which does not depend on threads;
// (2) equal numbers mean equal contents, so a state of numbers stands for exactly one World;
// (3) a move's `delta` is the difference of the hashes of contents.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "sim/explore/check.hpp"
#include "sim/explore/checkpoint.hpp"
#include "sim/explore/controls.hpp"

namespace concordat::explore {

inline constexpr std::uint32_t none = ~0U;

/// How a move touches what lies outside its node.
namespace move_flag {
inline constexpr std::uint8_t stays = 1;  // the message that it takes stays in flight
inline constexpr std::uint8_t ordinary =
    2;                                    // no fault, no crash: a waiting process may hope for it
inline constexpr std::uint8_t facts = 4;  // properties see a difference
inline constexpr std::uint8_t crash = 8;  // the node goes down
inline constexpr std::uint8_t late = 16;  // a synchronous timer: what waits for down nodes is lost
inline constexpr std::uint8_t part = 32;  // a partition begins
}  // namespace move_flag

/// One move of one event, as numbers: what a transition does to a packed state.
struct Move {
  std::uint64_t delta = 0;       // of the fingerprint, for the node
  std::uint32_t local = none;    // the node's new state, or none if no node changes
  std::uint32_t before = none;   // its state before
  std::uint32_t message = none;  // taken from the network, or none
  std::uint32_t sends = 0;       // the first of its sends (StepTable::send)
  std::uint16_t send_count = 0;
  std::uint16_t change = 0;  // of the control state (Controls::change)
  std::uint8_t node = 0;
  std::uint8_t flags = 0;
};

/// The outcomes of one event, those with a crash inside last: [begin, plain_end) and
/// [plain_end, end).
struct MoveRow {
  std::uint32_t begin = 0;
  std::uint32_t plain_end = 0;
  std::uint32_t end = 0;
  std::uint32_t past_bound = none;  // a bound that another outcome would pass (StepTable::bound)
};

/// Whether a search ever followed a row, and with it the outcomes with a crash inside.
enum class Followed : std::uint8_t { no, plain, with_crashes };

/// Where a crash inside a step falls: right before this kind of effect of this slot.
struct CutPlace {
  EffectKind before{};
  std::uint8_t slot = 0;
};

enum class OwnKind : std::uint8_t {
  always,
  timer,
  early_timer,  // the same before it is due
  operators,    // and clients, and writers outside
  crash,
  recover,
  pause,
  resume
};

/// An event that depends on a node's state alone, with its row.
struct OwnEvent {
  MoveRow row;
  OwnKind kind{};
  std::int16_t rank = 0;  // of timers
};

/// What the hot loop asks of a node's state.
struct LocalInfo {
  std::uint32_t own = none;  // its first OwnEvent, or none if they are not worked out yet
  std::uint16_t own_count = 0;
  std::int16_t lowest_rank = 0;  // of its armed timers, if it runs
  bool up = true;
  bool restless = false;   // a start or a store notice is waiting
  bool committed = false;  // somebody here has at some time decided so
  bool aborted = false;
};

/// What is asked of a node's state now and then.
struct LocalFacts {
  std::uint64_t hash = 0;
  std::uint64_t sight = 0;       // a hash of all that properties and goals see of it
  std::uint64_t ready = 0;       // bit i: slot i can receive: up, not paused, started
  std::uint64_t settled = 0;     // per slot of the model (all_slots): decided, or without a stake
  std::uint64_t undecided = 0;   // ... runs, is asked to decide, and has not
  std::uint64_t conditions = 0;  // of goals: those that are met here (StepTable::conditions)
};

/// What the search asks of a message.
struct MessageInfo {
  std::uint64_t hash = 0;
  std::uint8_t from = 0;  // nodes
  std::uint8_t to = 0;
  std::uint8_t slot = 0;     // the receiver's, on its node
  bool remote = false;       // passes between nodes
  std::uint16_t column = 0;  // among the messages to its node
  std::uint16_t place = 0;   // in Tray::place and on
};

/// Four places for messages to one node, in the order in which they were first met.
struct Tray {
  static constexpr int size = 4;
  int node = 0;
  std::array<std::uint32_t, size> messages{none, none, none, none};
};

class StepTable {
 public:
  StepTable(const CheckRequest& request);
  StepTable(const StepTable&) = delete;
  StepTable& operator=(const StepTable&) = delete;

  const Model& model() const { return model_; }
  const Rules& rules() const { return rules_; }
  int node_count() const { return static_cast<int>(nodes_.size()); }
  Controls& controls() { return controls_; }
  const Controls& controls() const { return controls_; }

  const LocalInfo& local(int node, std::uint32_t id) const {
    return nodes_[static_cast<std::size_t>(node)].info[id];
  }
  const LocalFacts& facts(int node, std::uint32_t id) const {
    return nodes_[static_cast<std::size_t>(node)].facts[id];
  }
  int local_count(int node) const {
    return static_cast<int>(nodes_[static_cast<std::size_t>(node)].info.size());
  }
  /// The local states of all nodes together.
  int local_count() const;
  const MessageInfo& message(std::uint32_t id) const { return messages_[id]; }
  const Envelope& envelope(std::uint32_t id) const { return envelopes_[id]; }
  int message_count() const { return static_cast<int>(messages_.size()); }
  /// Places of messages: tray `i` has the places from i * Tray::size.
  const std::vector<Tray>& trays() const { return trays_; }
  std::uint32_t message_at(int place) const {
    return trays_[static_cast<std::size_t>(place / Tray::size)]
        .messages[static_cast<std::size_t>(place % Tray::size)];
  }
  /// Whether processes of the node send to each other, or to themselves.
  bool talks_to_itself(int node) const {
    return nodes_[static_cast<std::size_t>(node)].talks_to_itself;
  }
  std::uint32_t send(std::uint32_t index) const { return sends_[index]; }
  const Move& move(std::uint32_t id) const { return moves_[id]; }
  std::uint32_t move_count() const { return static_cast<std::uint32_t>(moves_.size()); }
  const MoveRow& row(std::uint32_t id) const { return rows_[id]; }
  const OwnEvent& own(std::uint32_t index) const { return own_[index]; }
  /// Changes whenever a row is worked out, and with it perhaps states and messages.
  std::int64_t version() const { return static_cast<std::int64_t>(rows_.size()); }
  std::int64_t handler_calls() const { return handler_calls_; }
  std::int64_t row_count() const { return static_cast<std::int64_t>(rows_.size()); }

  /// The number of a message.
  std::uint32_t intern(const Envelope& envelope);

  /// The state of each node in which the search begins.
  const std::vector<std::uint32_t>& initial() const { return initial_; }

  /// Works out a local state's own events, unless they are known.
  void ensure_own(int node, std::uint32_t local) {
    if (nodes_[static_cast<std::size_t>(node)].info[local].own == none) work_out_own(node, local);
  }
  /// The rows of messages that arrive at a node in this state, by their columns; with `again`, of
  /// duplicates. `none` stands for a row that is not worked out yet, `no_row` for a message that
  /// cannot arrive. Valid until something is worked out.
  static constexpr std::uint32_t no_row = 0;
  const std::uint32_t* deliveries(int node_index, std::uint32_t local, bool again) const {
    const Node& node = nodes_[static_cast<std::size_t>(node_index)];
    return (again ? node.again : node.deliver).data() +
           static_cast<std::size_t>(local) * node.stride;
  }
  /// RETURNS: the row, or no_row.
  std::uint32_t work_out_delivery(std::uint32_t local, std::uint32_t message, bool again);
  /// The move that loses a message.
  std::uint32_t loss(std::uint32_t message) const { return losses_[message]; }
  /// The outcomes that begin a partition, and the one that heals it.
  const std::vector<std::uint32_t>& partitions() const { return partitions_; }
  std::uint32_t heal() const { return heal_; }

  /// What handlers ran for, in order. Kept only if the request asks for symmetry.
  struct Handled {
    int node = 0;
    std::uint32_t local = 0;
    Event event;  // without a plan
    bool cuts = false;
  };
  const std::vector<Handled>& handled() const { return handled_; }

  /// The event of a move.
  const Event& event(std::uint32_t move) const { return events_[move]; }
  /// What a property sees of a local state. `property`: its place in the request.
  const Observation& observation(int node, std::uint32_t local, int property) const {
    return nodes_[static_cast<std::size_t>(node)]
        .observations[static_cast<std::size_t>(local) * properties_.size() +
                      static_cast<std::size_t>(property)];
  }
  /// The conditions of all goals: a goal is reached where the nodes together meet all of its own.
  const std::vector<GoalTerm>& conditions() const { return conditions_; }

  // ---- Checkpoints.

  /// Writes in which order rows were worked out, and what was exercised.
  void save(CheckpointWriter& out) const;
  /// Works the same rows out again. RETURNS: false if this was another step table. REQUIRES: as
  /// constructed.
  bool load(CheckpointReader& in);

  // ---- What was exercised.

  /// The moves of the row are followed, up to `end`, its `end` or `plain_end`.
  /// Threads may do this at once.
  void mark_followed(const MoveRow& row, std::uint32_t end) {
    if (row.begin == end) return;  // the place belongs to the next row
    const std::atomic_ref<std::uint8_t> mark(followed_[row.begin]);
    const std::uint8_t bits = end > row.plain_end ? 3 : 1;
    if ((mark.load(std::memory_order_relaxed) & bits) != bits)
      mark.fetch_or(bits, std::memory_order_relaxed);
  }
  /// This one move is followed.
  void mark_followed(std::uint32_t move) {
    std::uint8_t& mark = followed_[first_of_row_[move]];
    mark = static_cast<std::uint8_t>(mark | (events_[move].plan.cut ? 2 : 1));
  }
  Followed followed(const MoveRow& row) const {
    if (row.begin == row.end || followed_[row.begin] == 0) return Followed::no;
    return followed_[row.begin] == 1 ? Followed::plain : Followed::with_crashes;
  }
  /// The node and the state of it that a row starts from.
  std::pair<int, std::uint32_t> origin(std::uint32_t row) const { return origins_[row]; }
  /// REQUIRES: a move with a crash inside a step.
  CutPlace cut_place(std::uint32_t move) const { return cut_places_[move]; }

  /// The name of a bound.
  const std::string& bound(std::uint32_t index) const { return bounds_[index]; }

  /// The world that these numbers stand for, but for its network and control state.
  const LocalState& contents(int node, std::uint32_t id) const {
    return nodes_[static_cast<std::size_t>(node)].states[id];
  }

 private:
  struct Node {
    std::map<std::string, std::uint32_t> ids;
    std::vector<LocalState> states;
    std::vector<LocalInfo> info;
    std::vector<LocalFacts> facts;
    std::vector<Observation> observations;  // [local * properties + property]
    std::vector<std::uint32_t> messages;    // those to this node, in the order of their columns
    std::size_t tray = 0;                   // the last one
    bool talks_to_itself = false;
    std::size_t stride = 4;              // columns in the tables, a power of two
    std::vector<std::uint32_t> deliver;  // [local * stride + column] -> row
    std::vector<std::uint32_t> again;
  };

  std::uint32_t intern(int node, LocalState&& local);
  bool may_ever_crash(int node) const;
  std::pair<LocalInfo, LocalFacts> describe(int node, const LocalState& local) const;
  void work_out_own(int node, std::uint32_t local);
  std::uint32_t add_handler_row(
      int node, std::uint32_t local_id, Event event, ControlChange change, std::uint8_t flags);
  template <class Fill>
  OwnEvent own_event(int node, std::uint32_t id, Event event, OwnKind kind, Fill fill);
  void add_process_events(int node,
                          std::uint32_t id,
                          const LocalState& local,
                          std::vector<OwnEvent>& own);
  void add_node_events(int node,
                       std::uint32_t id,
                       const LocalState& local,
                       std::vector<OwnEvent>& own);
  std::uint32_t add_environment_row(int node, std::uint32_t local_id, const Event& event);
  void add_move(const Move& move, Event&& event, CutPlace cut = {});
  std::uint32_t add_row(const MoveRow& row, int node, std::uint32_t local_id);
  void set_local(Move& move, std::uint32_t before, LocalState&& after);
  void set_sends(Move& move, int node, const LocalStep& step);
  void add_partitions();
  bool differs(int node, std::uint32_t a, std::uint32_t b) const;

  const Model& model_;
  const Rules rules_;
  const Budget budget_;
  const std::vector<const Property*> properties_;
  const std::vector<GoalTerm> conditions_;
  Controls controls_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> initial_;
  std::vector<Envelope> envelopes_;
  std::vector<MessageInfo> messages_;
  std::map<std::string, std::uint32_t> message_ids_;
  std::vector<Tray> trays_;
  std::vector<std::uint32_t> losses_;  // per message
  std::vector<std::uint32_t> partitions_;
  std::uint32_t heal_ = none;
  std::vector<Move> moves_;
  std::vector<Event> events_;           // of the outcomes
  std::vector<CutPlace> cut_places_;    // per move
  std::vector<std::uint8_t> followed_;  // per move, for the first of a row: 1 = plain, 2 = crashes
  std::vector<std::uint32_t> first_of_row_;  // per move
  std::vector<std::uint32_t> sends_;
  std::vector<MoveRow> rows_{{}};                           // the first is no_row
  std::vector<std::pair<int, std::uint32_t>> origins_{{}};  // per row
  std::vector<OwnEvent> own_;
  std::vector<std::string> bounds_;
  /// What was worked out, in order: a node state's own events, or the arrival of a message.
  struct Learned {
    std::uint32_t local = 0;
    std::uint32_t of = 0;  // the node or the message
    std::uint32_t kind = 0;
    enum Kind : std::uint32_t { own_events, delivery, duplicate };
  };
  std::uint64_t contents_hash() const;
  std::vector<Learned> learned_;
  const bool keeps_handled_;
  std::vector<Handled> handled_;
  std::int64_t handler_calls_ = 0;
};

}  // namespace concordat::explore
