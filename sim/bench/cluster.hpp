// A cluster of nodes on which thousands of transactions run at the same time, in virtual time. The
// engine behind `concordat bench`: the same handlers as everywhere, but each step a table entry
// (step_cache.hpp), the future in a timing wheel (wheel.hpp), and nothing kept of a transaction
// that is over but figures.
//
// What is simplified against the timed simulator (sim/run/simulator.hpp), which follows few
// transactions with everything about them:
//   - transactions meet in the rows that they lock, in the disks and in the network; rows of a
//     protocol's own tables, and what a protocol's log says across transactions, are each
//     transaction's own;
//   - a force by one transaction makes the records of the others on its node stable only in so far
//     as they were there when its flush was asked for;
//   - with several processes of a transaction on one node, a crash falls into the step that began
//     last; what the others were forcing is taken to be done.
//
// A transaction begins on nodes that are up or down, and is over when nothing can happen to it any
// more: no message, timer, force or lock request. Blocked is a process in doubt, on a node that is
// up, whose transaction can go on only by retries, and these have not helped: either some process
// has asked again since anything has changed, and no answer is on its way, or all have tried again
// and again, and whatever came of it (new ballots, say) has led nowhere, until a node, or the
// network, is repaired.
//
// Reading order: Transaction, Process; cluster.cpp (a run), cluster_steps.cpp, cluster_locks.cpp,
// cluster_faults.cpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <vector>

#include "sim/bench/figures.hpp"
#include "sim/bench/lock_table.hpp"
#include "sim/bench/setting.hpp"
#include "sim/bench/step_cache.hpp"
#include "sim/bench/wheel.hpp"
#include "sim/run/chances.hpp"
#include "sim/run/disk.hpp"

namespace concordat::bench {

class Cluster {
 public:
  /// `setting` outlives the cluster.
  explicit Cluster(const Setting& setting);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// One run from the beginning. `begun`, if not null, always has the number of transactions that
  /// have begun. After a stop the figures are those of what has run.
  /// RETURNS: good until the next run.
  const Figures& run(std::uint64_t seed,
                     const std::stop_token& stop = {},
                     std::atomic<std::int64_t>* begun = nullptr);

  std::int64_t handler_calls() const;
  std::size_t state_count() const;

 private:
  using Event = Wheel::Event;
  static constexpr std::uint32_t none = Wheel::none;
  static constexpr std::int64_t never = -1;  // a time
  static constexpr std::int64_t flush_unit_us = 100;
  // Marks of events.
  static constexpr std::uint8_t progress_mark = 1;  // it can change something
  static constexpr std::uint8_t message_mark = 2;   // it is a message
  static constexpr std::uint8_t retry_mark = 4;     // it comes of a retry

  /// Kinds of events that a process owns.
  enum class Kind : std::uint8_t {
    message,  // detail: its type
    forced,   // detail: how long ago the flush was asked for, see flush_unit_us
    timer,    // detail: the timer; it has rung, and waits for the process
    start,
    granted,       // detail: row of its place
    wounded,       // the same
    lock_timeout,  // the same
    ring,          // a timer of the process may be due; not counted among what may happen
  };
  /// Kinds of events that a client, a node or nobody owns.
  enum class Turn : std::uint8_t {
    arrival = 16,
    client,
    crash,
    recover,
    pause,
    slow,
    fast,
    partition,
    heal,
  };

  /// An event that waits in a list of its process or place.
  struct Waiting {
    std::int64_t time_us = 0;   // it comes no earlier
    std::uint32_t next = none;  // in the list
    Event event;
  };

  enum class Held : std::uint8_t { no, waiting, yes };
  /// What a process does with a row.
  struct RowUse {
    std::int64_t since_us = 0;
    std::uint32_t row = none;  // none: a new row of its own
    Held held{};
  };
  /// A row of a process, wherever that is kept.
  struct RowRef {
    std::int64_t& since_us;
    std::uint32_t& row;
    Held& held;
  };

  /// A process of a transaction. The first process of a place has the place's state. A cache line:
  /// with what most events need.
  struct alignas(64) Process {
    static constexpr std::uint8_t no_timer = 15;
    std::uint32_t state = 0;
    std::uint32_t play = 0;                 // under way
    std::uint16_t next = 0;                 // action of the play
    std::uint16_t order = 0;                // of its play's beginning among the transaction's
    std::uint16_t node = 0;                 // of the cluster
    std::uint8_t home = 0;                  // process with the place's state
    std::uint8_t armed = 0;                 // timers, as a mask
    std::uint8_t minor = 0;                 // those that are not progress
    std::uint8_t due_timer : 4 = no_timer;  // whose time is in `due_us`; that of others is in dues_
    bool busy : 1 = false;                  // a force is under way
    bool recovering : 1 = false;            // of a home: the step under way is the whole place's
    bool has_parked : 1 = false;            // of a home
    bool has_waiting : 1 = false;
    std::uint8_t force_mark = 0;  // of its event
    Held held{};                  // these three: the first row of its work, as in RowUse;
    std::uint32_t row = none;     // others are in rows_
    std::int64_t since_us = 0;
    std::int64_t force_us = never;  // when its force ends
    std::int64_t ring_us = never;   // see ring_at()
    std::int64_t due_us = 0;
    std::int64_t doubt_us = never;  // in doubt since
  };
  static_assert(sizeof(Process) == 64);

  /// What is rarely needed of a process.
  struct Aside {
    std::uint32_t waiting = none;  // what came while it was busy
    std::uint32_t parked = none;   // of a home: what cannot be handled yet
    std::uint32_t parked_last = none;
    std::int64_t counted_us = never;  // blocked time is, up to here; perhaps an earlier doubt's
  };

  /// What every event needs comes first.
  struct alignas(64) Transaction {
    std::uint32_t live = 0;        // events, timers and lock requests
    std::uint16_t progress = 0;    // of those: what can change a state
    std::uint16_t travelling = 0;  // of those: messages on their way
    std::int64_t changed_us = 0;   // a state of its processes has changed
    std::uint64_t number = 0;
    std::int64_t arrived_us = 0;
    std::int64_t inconsistent_us = -1;
    std::uint32_t decided_after_us = 0;   // the last decision, since its arrival
    std::uint32_t appended_after_us = 0;  // its last record that was not forced, the same
    std::uint32_t client = none;
    std::uint16_t order = 0;
    std::uint16_t records = 0;
    std::uint16_t shape = 0;
    std::int8_t done = 0;    // processes whose work stands
    std::uint8_t asked = 0;  // retries in vain, since a state has changed
    std::uint8_t tried = 0;  // retries, since a state has changed other than by retries
    Reason reason = Reason::none;
    bool used : 1 = false;
    bool measured : 1 = false;
    bool answered : 1 = false;
    bool committed : 1 = false;
    bool aborted : 1 = false;
    bool crashed : 1 = false;
    bool timed_out : 1 = false;
    bool exposes : 1 = false;
  };
  static_assert(sizeof(Transaction) <= 64);

  struct Node {
    Disk disk;
    Random disk_draw, crash_draw, pause_draw, slow_draw, tail_draw;
    std::int64_t paused_until_us = 0;
    std::int64_t down_since_us = 0;
    std::int64_t stable_us = -1;  // records from before this are on the disk
    std::int64_t clock_millionths = 1'000'000;
    bool up = true;
    bool slow = false;
    std::uint8_t side = 0;  // of a partition
  };

  /// What a run needs of a shape in its hot loop.
  struct ShapeRun {
    std::unique_ptr<StepCache> cache;
    std::vector<std::uint8_t> place_of;  // per process
    std::vector<std::uint8_t> home_of;   // per place
    std::vector<std::uint32_t> initial;  // per place: its state, if the node is up
    std::vector<std::pair<std::uint8_t, std::uint8_t>> armed;  // then: processes and timers
    std::vector<std::uint8_t> waiting;  // then: processes that have yet to start
    int processes = 0;
    int places = 0;
  };
  /// A row with a change of a transaction that is not over.
  struct Exposed {
    std::uint64_t number = 0;
    std::int64_t reads = 0;
  };

  // cluster.cpp
  void reset(std::uint64_t seed);
  void reset_node(std::size_t node);
  Event next_event();
  void dispatch(Event event);
  bool is_stale(Event event) const;
  void put_off(Event event, std::int64_t time_us);
  void dispatch_process(Event event);
  void happen(Event event);
  void on_arrival();
  void begin(std::uint32_t client);
  std::uint32_t take_transaction();
  void draw_nodes(std::uint32_t tx, Random& random);
  int draw_node(int site, Random& random) const;
  void draw_rows(std::uint32_t tx, Random& random);
  void start_processes(std::uint32_t tx);
  bool all_up(std::uint32_t tx) const;
  void finish(std::uint32_t tx);
  void record(const Transaction& tx);
  void next_of_client(const Transaction& tx);
  void keep_records(std::int64_t more);
  void summarise();
  bool is_over() const;

  // cluster_steps.cpp
  void on_start(Event event);
  void on_message(Event event);
  void on_timer(Event event);
  void on_forced(Event event);
  bool handle(std::uint32_t process, std::uint16_t column);
  std::uint32_t answer_question(std::uint32_t process, std::uint32_t play);
  void advance(std::uint32_t process);
  void finish_step(std::uint32_t process);
  bool force(std::uint32_t process, bool has_record);
  void write_record(Transaction& tx);
  void send(std::uint32_t process, std::uint16_t type, bool changes);
  void transmit(Transaction& tx, Event event, std::int64_t latency, bool changes);
  void keep_across(Transaction& tx, Event event);
  void arm(std::uint32_t process, int timer);
  void disarm(std::uint32_t process, int timer);
  void disarm_all(std::uint32_t process);
  std::int64_t due_of(std::uint32_t process, int timer) const;
  void on_ring(std::uint32_t process);
  void ring_at(std::uint32_t process, std::int64_t time_us);
  void drain(std::uint32_t process);
  void wake(std::uint32_t home);
  std::uint32_t take_parked(std::uint32_t home);
  std::uint32_t wait(Event event, std::int64_t time_us);
  Waiting end_wait(std::uint32_t id);
  void defer(Event event);
  void park(Event event, std::int64_t time_us);
  void park(Event event) { park(event, now()); }
  void decide(Process& process, Transaction& tx, bool commit);
  void answer(Transaction& tx, bool commit, std::int64_t time_us);
  void change_rows(std::uint32_t process, const Action& action);
  void change_data(std::uint32_t process, const DataChange& change);

  // cluster_locks.cpp
  std::uint32_t lock_rows(std::uint32_t process, std::uint32_t play);
  Answer lock_row(std::uint32_t home, int row);
  void give_up_unneeded(std::uint32_t home, std::uint32_t held, std::uint32_t awaited);
  void release(std::uint32_t home, int row);
  void cancel(std::uint32_t home, int row);
  void stop_waiting(std::uint32_t home, int row);
  void harden(std::uint32_t home, int row);
  bool holds_rows(std::uint32_t tx);
  void lose_row(std::uint32_t process, int row, Reason reason);
  void take_back_rows(std::uint32_t home);
  void hand_over();
  void wound(const LockOwner& victim);
  void on_granted(Event event);
  void on_wounded(Event event);
  void on_lock_timeout(Event event);
  void note_read(std::uint32_t tx, std::uint32_t row);
  void expose(std::uint32_t home);
  void unexpose(std::uint32_t home, bool undone);
  void unexpose_all(std::uint32_t tx);

  // cluster_faults.cpp
  void schedule_faults();
  void schedule(Turn turn, std::uint32_t owner, std::int64_t time_us);
  void on_crash(std::uint32_t node);
  bool is_spared(std::uint32_t node) const;
  void crash_place(std::uint32_t home);
  void complete(std::uint32_t process);
  void drop_force(std::uint32_t process);
  void clear_place(std::uint32_t home);
  void keep_or_lose(const Waiting& waiting);
  void on_recover(std::uint32_t node);
  void recover_place(std::uint32_t home);
  void on_pause(std::uint32_t node);
  void on_slow(std::uint32_t node, bool slow);
  void on_partition();
  void on_heal();
  void count_blocked(std::uint32_t tx, std::int64_t since_us);

  // Small things.
  ShapeRun& shape_of(const Transaction& tx) { return shapes_[tx.shape]; }
  StepCache& cache_of(const Transaction& tx) { return *shapes_[tx.shape].cache; }
  std::uint32_t first_of(std::uint32_t tx) const { return tx << stride_bits_; }
  std::uint32_t tx_of(std::uint32_t process) const { return process >> stride_bits_; }
  std::uint8_t index_in_tx(std::uint32_t process) const {
    return static_cast<std::uint8_t>(process - first_of(tx_of(process)));
  }
  std::uint32_t home_of(std::uint32_t process) const {
    return first_of(tx_of(process)) + processes_[process].home;
  }
  int place_of(std::uint32_t process) {
    return shape_of(transactions_[tx_of(process)]).place_of[index_in_tx(process)];
  }
  RowRef row_of(std::uint32_t home, int row) {
    const auto& place =
        cache_of(transactions_[tx_of(home)]).rows(place_of(home))[static_cast<std::size_t>(row)];
    const std::uint32_t process = first_of(tx_of(home)) + static_cast<std::uint32_t>(place.process);
    return row_of_process(process, static_cast<std::size_t>(place.item));
  }
  RowRef row_of_process(std::uint32_t process, std::size_t item) {
    if (item == 0) {
      Process& it = processes_[process];
      return {it.since_us, it.row, it.held};
    }
    RowUse& use = rows_[process * (row_stride_ - 1) + item - 1];
    return {use.since_us, use.row, use.held};
  }
  /// The process whose work the row belongs to.
  std::uint32_t process_of(std::uint32_t home, int row) {
    const auto& rows = cache_of(transactions_[tx_of(home)]).rows(place_of(home));
    return first_of(tx_of(home)) +
           static_cast<std::uint32_t>(rows[static_cast<std::size_t>(row)].process);
  }
  bool busy(std::uint32_t process) const {
    return processes_[process].busy || processes_[home_of(process)].recovering;
  }
  bool cut(const Node& from, const Node& to) const {
    return is_cut_ && from.side != to.side && (!one_way_ || from.side == 0);
  }
  std::int64_t now() const { return wheel_.now_us(); }
  /// At most an hour and a bit; what has lasted longer does not matter where this is used.
  std::uint32_t since_arrival(const Transaction& tx) const {
    return static_cast<std::uint32_t>(std::min<std::int64_t>(now() - tx.arrived_us, none));
  }
  /// Something more, or less, may happen to the transaction.
  static void hold(Transaction& tx, std::uint8_t mark) {
    ++tx.live;
    tx.progress = static_cast<std::uint16_t>(tx.progress + (mark & progress_mark));
    tx.travelling = static_cast<std::uint16_t>(tx.travelling + (mark >> 1U & 1U));
  }
  static void let_go(Transaction& tx, std::uint8_t mark) {
    --tx.live;
    tx.progress = static_cast<std::uint16_t>(tx.progress - (mark & progress_mark));
    tx.travelling = static_cast<std::uint16_t>(tx.travelling - (mark >> 1U & 1U));
  }
  static Event event_of(std::uint32_t process, Kind kind, int detail = 0) {
    return {process, static_cast<std::uint16_t>(detail), static_cast<std::uint8_t>(kind), 0};
  }
  /// RETURNS: the event's mark.
  std::uint8_t push(Transaction& tx, Event event, std::int64_t time_us, bool progress) {
    const bool is_message = event.kind == static_cast<std::uint8_t>(Kind::message);
    event.mark =
        static_cast<std::uint8_t>((progress ? progress_mark : 0) | (is_message ? message_mark : 0) |
                                  (retrying_ ? retry_mark : 0));
    hold(tx, event.mark);
    wheel_.push(event, time_us);
    return event.mark;
  }

  const Setting& setting_;
  const scenario::Bench& bench_;
  const std::int64_t total_;
  std::vector<ShapeRun> shapes_;
  unsigned stride_bits_ = 0;      // of the processes of a transaction, at most
  std::size_t row_stride_ = 0;    // rows of a process, at most
  std::size_t timer_stride_ = 0;  // timers of the protocol
  bool one_latency_ = false;

  Wheel wheel_;
  std::vector<Transaction> transactions_;
  std::vector<Process> processes_;  // [first_of(transaction) + index]
  std::vector<Aside> asides_;       // as processes_
  std::vector<RowUse> rows_;        // [process * (row_stride_ - 1) + item - 1]
  std::vector<std::uint32_t> free_;
  std::vector<Waiting> waiting_;
  std::uint32_t free_waiting_ = none;  // by `next`
  std::vector<Node> nodes_;
  LockTable locks_;
  std::vector<LockOwner> victims_;
  std::vector<Granted> granted_;
  std::map<std::pair<std::uint32_t, int>, std::int64_t> dues_;           // by process and timer
  std::map<std::pair<std::uint32_t, int>, std::int64_t> lock_timeouts_;  // by process and row
  std::map<std::uint32_t, Exposed> exposed_;                             // by row
  Chances chances_;
  Random arrivals_, latency_, lose_, duplicate_, delay_, partition_;
  std::uint64_t seed_ = 0;
  std::int64_t begun_ = 0;
  std::int64_t live_ = 0;  // transactions that are not over
  std::int64_t last_arrival_us_ = 0;
  std::int64_t drained_us_ = 0;  // at the latest
  std::int64_t records_kept_ = 0;
  int down_ = 0;  // nodes
  std::int64_t records_since_us_ = 0;
  std::int64_t cut_since_us_ = 0;
  bool is_cut_ = false;
  bool one_way_ = false;
  bool in_vain_ = false;       // the last step has changed nothing and done nothing
  bool changed_ = false;       // a state, since this was last set to false
  bool retrying_ = false;      // the step comes of a timer that only repeats
  bool completing_ = false;    // forces take no time
  std::vector<Event> across_;  // messages behind a partition that holds them
  Figures figures_;
};

}  // namespace concordat::bench
