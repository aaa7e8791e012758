// Local steps, each worked out once. The handlers of a protocol are pure functions of the node's
// state and the event, and one transaction after another meets the same few: so states and messages
// go by numbers, and a step is a table entry.
//
// A cache is for transactions of one shape: the same processes, with the same work. Each has the
// nodes of the model to itself (`place`; the engine maps these to nodes of a cluster), and rows of
// its own that stand for the real ones. The real rows are locked in the engine's lock table. What
// that answers enters a step through two transactions of the model that never run: `older` holds a
// row whose lock is to be refused, `younger` one that has to be waited for (LockPolicy::wait_die).
//
// What a step does is a list of actions, in the order of its effects; the rest of a step, such as
// the texts of a trace, is left out. A step that asks something has no actions yet:
//
//     find(place, state, column) -> question "vote" -> answer(.., 0) -> step that locks row 0
//                                                                        |-> blocked(.., 0,
//                                                                        refused)
//
// The table of a place grows as states and events are met; what it returns stays valid.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/model.hpp"

namespace concordat::bench {

enum class Act : std::uint8_t {
  send,         // detail: the message
  force,        // a record; detail: its place among the step's effects
  force_store,  // the end of a local transaction without one; the same
  append,       // a record that is not forced
  arm,          // detail: the timer
  disarm,
  vote_yes,  // by a process that has to learn the outcome
  decide_commit,
  decide_abort,
  answer_commit,
  answer_abort,
  prepare,  // the local transaction keeps its rows whatever happens, from the step's beginning
  release,  // detail: the rows, as a mask
  unwait,   // the same: they are no longer waited for
  data,     // detail: an index of DataChange
};

struct Action {
  Act act{};
  std::uint8_t process = 0;
  std::uint16_t detail = 0;
};

/// What a committed local transaction has made of the business.
struct DataChange {
  std::int8_t done = 0;          // processes whose work is done, more or less by so many
  std::uint8_t compensated = 0;  // changes that were taken back
  friend bool operator==(const DataChange&, const DataChange&) = default;
};

struct Play {
  enum class Kind : std::uint8_t { unknown, step, question, declined };
  std::uint32_t next = 0;     // state
  std::uint32_t actions = 0;  // where they begin
  std::uint32_t branch = 0;   // question, or step that locks: where its answers begin
  std::uint8_t count = 0;     // actions
  Kind kind{};
  std::uint8_t asks = 0;  // rows that are locked, or outcomes of the question
  bool changes = false;   // the state
};

struct MessageType {
  std::uint16_t column = 0;  // at the receiver's place
  std::uint8_t from = 0;     // processes
  std::uint8_t to = 0;
};

class StepCache {
 public:
  static constexpr std::uint32_t unknown = 0;  // a play that is not worked out
  static constexpr int transaction = 2;        // of the model: the one that runs
  static constexpr int transactions = 3;

  /// REQUIRES: `model` has three transactions and the policy wait_die, and outlives this.
  explicit StepCache(const Model& model);
  StepCache(const StepCache&) = delete;
  StepCache& operator=(const StepCache&) = delete;

  const Model& model() const { return model_; }
  int places() const { return static_cast<int>(places_.size()); }
  int processes() const { return model_.setup().process_count(); }
  int place_of(int process) const { return place_of_[static_cast<std::size_t>(process)]; }

  /// The state in which a transaction finds its place, if the node is up or down.
  std::uint32_t initial(int place, bool up) const {
    const Place& here = places_[static_cast<std::size_t>(place)];
    return up ? here.initial : here.initial_down;
  }
  const LocalState& state(int place, std::uint32_t id) const {
    return places_[static_cast<std::size_t>(place)].states[id];
  }
  const ProcessState& process_state(int process, std::uint32_t id) const {
    return state(place_of(process), id)
        .slots[static_cast<std::size_t>(slot_of_[static_cast<std::size_t>(process)])];
  }
  LocalTxStatus local_tx(int process, std::uint32_t id) const {
    return state(place_of(process), id)
        .store.tx(slot_of_[static_cast<std::size_t>(process)])
        .status;
  }
  /// Rows that the transaction has locked in this state, as a mask, and those it waits for.
  std::uint32_t held(int place, std::uint32_t id) const {
    return places_[static_cast<std::size_t>(place)].info[id].held;
  }
  std::uint32_t awaited(int place, std::uint32_t id) const {
    return places_[static_cast<std::size_t>(place)].info[id].awaited;
  }

  // ---- Events, as columns of a place's table.

  std::uint16_t start_column(int process) {
    return start_columns_[static_cast<std::size_t>(process)];
  }
  std::uint16_t timer_column(int process, int timer) {
    return timer_columns_[static_cast<std::size_t>(process * max_timers + timer)];
  }
  /// The lock that the process has waited for is granted; `row` is one of the place's.
  std::uint16_t granted_column(int process, int row) {
    return column(Event::granted, process, row);
  }
  /// Its local transaction has been rolled back, because of this row.
  std::uint16_t wounded_column(int process, int row) {
    return column(Event::wounded, process, row);
  }
  /// The node goes down between two steps.
  std::uint16_t crash_column(int place) { return node_column(Event::crash, place, 0); }
  /// It comes up, with so many records of the unforced tail.
  std::uint16_t recover_column(int place, int kept) {
    return node_column(Event::recover, place, kept);
  }

  // ---- Plays.

  /// What the event leads to. COMPLEXITY: a look into a table, unless it is new.
  std::uint32_t find(int place, std::uint32_t state, std::uint16_t column) {
    const Place& here = places_[static_cast<std::size_t>(place)];
    const std::size_t cell = static_cast<std::size_t>(state) * here.stride + column;
    if (column < here.stride && cell < here.cells.size() && here.cells[cell] != unknown)
      return here.cells[cell];
    return work_out(place, state, column);
  }
  const Play& play(std::uint32_t id) const { return plays_[id]; }
  const Action* actions(const Play& play) const { return actions_.data() + play.actions; }
  /// The question's label, and its outcomes. REQUIRES: a play that is a question.
  std::string_view label(std::uint32_t id) const;
  const std::vector<std::string_view>& outcomes(std::uint32_t id) const;
  std::uint32_t answer(std::uint32_t id, int outcome);
  /// The rows that the step locks, in order. REQUIRES: a step with asks > 0.
  int asked_row(std::uint32_t id, int index) const;
  /// The step if the lock of its asked row number `index` is not granted.
  std::uint32_t blocked(std::uint32_t id, int index, bool waits);
  /// The state if the node goes down right before this effect of the step.
  std::uint32_t cut(std::uint32_t id, int effect);

  const MessageType& message(std::uint16_t id) const { return messages_[id]; }
  const DataChange& data(std::uint16_t id) const { return data_[id]; }

  /// A row of a place: whose work it belongs to, and which of its rows it is.
  struct RowPlace {
    RowKey key;
    int process = 0;
    int item = 0;
  };
  const std::vector<RowPlace>& rows(int place) const {
    return places_[static_cast<std::size_t>(place)].rows;
  }
  /// Processes that have work.
  int workers() const { return workers_; }

  // ---- Figures.
  std::int64_t handler_calls() const { return handler_calls_; }
  std::size_t state_count() const;

 private:
  enum class Event : std::uint8_t { start, timer, message, granted, wounded, crash, recover };
  struct Column {
    Event event{};
    int process = 0;
    int detail = 0;  // timer, row, kept
    ProcessId from;
    MessageBlob message;
  };
  struct StateInfo {
    std::uint32_t held = 0;
    std::uint32_t awaited = 0;
  };
  struct Place {
    std::vector<LocalState> states;
    std::vector<StateInfo> info;
    std::map<std::string, std::uint32_t> ids;
    std::vector<Column> columns;
    std::size_t stride = 16;
    std::vector<std::uint32_t> cells;  // [state * stride + column]
    std::vector<RowPlace> rows;
    std::uint32_t initial = 0;
    std::uint32_t initial_down = 0;
  };
  struct Blocked {
    int row = 0;
    bool waits = false;
  };
  /// Where a play comes from.
  struct Origin {
    int place = 0;
    std::uint32_t state = 0;
    std::uint16_t column = 0;
    std::vector<int> choices;
    std::vector<Blocked> blocked;
  };
  struct Question {
    std::string_view label;
    std::vector<std::string_view> outcomes;
  };

  std::uint16_t column(Event event, int process, int detail);
  std::uint16_t node_column(Event event, int place, int detail);
  std::uint16_t add_column(int place, const Column& column);
  StateInfo describe(int place, const LocalState& local) const;
  std::uint32_t intern(int place, LocalState&& local);
  std::uint16_t intern_message(ProcessId from, ProcessId to, const MessageBlob& message);
  std::uint32_t work_out(int place, std::uint32_t state, std::uint16_t column);
  std::uint32_t play_of(const Origin& origin);
  bool perform(const Origin& origin, LocalState& local, LocalStep& step, int cut_before);
  void before_step(const Origin& origin, LocalState& local, LocalEvent& event) const;
  void compile(const Origin& origin, LocalState&& after, const LocalStep& step, Play& play);
  void add_effects(const Origin& origin,
                   const LocalState& before,
                   const LocalState& after,
                   const LocalStep& step,
                   std::uint32_t next);
  void add_effect(int place, const Effect& effect, int index);
  std::uint32_t gained(const Origin& origin, const LocalStep& step) const;
  void open_question(std::uint32_t id, const Origin& origin, const ChoiceMade& asked);
  void add_timers(int place, const LocalState& before, const LocalState& after);
  void add_data(int place, const LocalState& before, const LocalState& after);
  int slot_of(int tx, int process) const {
    return model_.setup().local_slot(tx, ProcessId::at(process));
  }
  LocalEvent event_of(const Column& column) const;

  const Model& model_;
  std::vector<Place> places_;
  std::vector<int> place_of_;
  std::vector<int> slot_of_;
  std::vector<std::uint16_t> start_columns_;
  std::vector<std::uint16_t> timer_columns_;
  std::vector<Play> plays_{{}};
  std::vector<Origin> origins_{{}};
  std::vector<Action> actions_;
  std::vector<Action> pending_;  // of the step that is being compiled
  std::vector<std::uint32_t> branches_;
  std::map<std::uint32_t, Question> questions_;      // by play
  std::map<std::uint32_t, std::vector<int>> asked_;  // by play
  std::map<std::pair<std::uint32_t, int>, std::uint32_t> cuts_;
  std::vector<MessageType> messages_;
  std::map<std::string, std::uint16_t> message_ids_;
  std::vector<DataChange> data_;
  std::map<std::tuple<int, int, int, int>, std::uint16_t> column_ids_;
  int workers_ = 0;
  std::int64_t handler_calls_ = 0;
};

}  // namespace concordat::bench
