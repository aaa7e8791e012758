// The timed simulator: a model in virtual time, under the latencies, disks, clocks and faults of a
// scenario, from a seed. Time is whole microseconds, events come in the order of (time, sequence),
// and every draw is an integer from the stream of its concern, so that a seed names one run.
//
// A handler runs at once; what it does after a force waits for the disk. Until then its process is
// busy with that transaction, and later events for it wait, in order of arrival. In the order of
// the run (`Performed`) such a step stands at its start, with the crash inside it if one came
// before its end. So the steps of a run, in that order, are a path of the model: `apply` accepts
// each (timed_run.hpp relies on it, and a test checks it against `successors`).
//
// Reading order: RunSummary, simulator.cpp (a run), simulator_steps.cpp, simulator_network.cpp,
// simulator_faults.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/histogram.hpp"
#include "sim/run/chances.hpp"
#include "sim/run/coverage.hpp"
#include "sim/run/disk.hpp"
#include "sim/run/event_queue.hpp"
#include "sim/run/fault_plan.hpp"
#include "sim/run/property_watch.hpp"
#include "sim/scenario/timed.hpp"

namespace concordat {

/// Why a run ended. `quiet`: nothing was left, but perhaps faults that the scenario repeats.
/// `retries`: only timers that repeat were left, and they led back to where the processes had been.
enum class Ended : std::uint8_t { quiet, retries, decided, limit };

/// A step of a run, for whoever follows it.
struct Performed {
  std::int64_t time_us = 0;
  Event event;
  std::vector<std::int64_t> effects_us;  // per effect: when it happened, -1 = it did not
  std::int64_t crash_us = -1;            // with a cut: when the node went down
};

/// When one transaction did what. UNITS: microseconds; -1 = never.
struct TxRun {
  std::int64_t started_us = -1;
  std::int64_t answered_us = -1;
  Outcome answer{};
  std::int64_t decided_us = -1;  // the last of the processes that must decide
  bool committed = false;        // some process with a stake has decided so
  bool aborted = false;
};

/// A process that was in doubt: it had voted yes and did not know the outcome. `to_us` -1: still.
struct Doubt {
  Slot slot;
  std::int64_t from_us = 0;
  std::int64_t to_us = -1;
};
/// A span of a node (down, paused) or of the network (cut). `to_us` -1: until the end.
struct Span {
  EventKind kind{};  // crash, pause, partition
  int node = -1;
  std::int64_t from_us = 0;
  std::int64_t to_us = -1;
};

struct RunCounts {
  std::int64_t messages = 0;  // copies that left for another node
  std::int64_t local_messages = 0;
  std::int64_t lost = 0;  // of both
  std::int64_t forces = 0;
  std::int64_t records = 0;
};

/// What came out of one run.
struct RunSummary {
  std::uint64_t seed = 0;
  std::int64_t end_us = 0;
  Ended ended{};
  std::uint64_t fingerprint = 0;
  std::int64_t events = 0;  // that ran a handler or completed a force
  RunCounts counts;
  FaultCounts faults;
  std::vector<WatchStatus> properties;  // as safety_properties()
  std::int64_t transactions = 0;        // that have ended or were under way at the end
  std::int64_t committed = 0;           // some process decided so, and none otherwise
  std::int64_t aborted = 0;
  std::int64_t split = 0;      // some committed, some aborted
  std::int64_t undecided = 0;  // some process that must decide and is up has not
  Histogram commit_us;         // from the start to the client's answer, if that is commit
  Histogram abort_us;
  Histogram doubt_us;  // in doubt, per process; at the end of the run if it still is
  // Of the transactions, doubts and faults themselves, unless the scenario has a load.
  std::vector<TxRun> txs;
  std::vector<Doubt> doubts;
  std::vector<Span> spans;
  std::optional<Position> unused_fault;  // a fault of the scenario that never came
};

class Simulator {
 public:
  /// All arguments outlive the simulator. `expect` may be null; `Stop::decided` looks at it.
  Simulator(const Model& model,
            const Rules& rules,
            const scenario::Timed& timed,
            const FaultPlan::Faults& faults,
            const scenario::Expect* expect = nullptr);
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  /// One run from the beginning. `path`, if not null, receives its steps; with a load the steps are
  /// those of many transactions in the same places, and no path of the model. The result is good
  /// until the next run.
  const RunSummary& run(std::uint64_t seed, std::vector<Performed>* path = nullptr);

  /// The world that the last run has come to. Under `duplicating` it lacks the copies of messages
  /// that stay in flight.
  World world() const;

  /// Over all runs so far.
  const Coverage& coverage() const { return coverage_; }

 private:
  static constexpr std::uint32_t none = ~0U;

  enum class Kind : std::uint8_t {
    start,    // index: slot
    arrival,  // index: message
    forced,   // index: runner
    notice,   // index: node
    fault,    // index: of the plan
    recover,  // index: node
    heal,
    resume,   // index: node
    next_tx,  // index: transaction
    timer,    // index: slot, detail: timer; for this and the next ones no run goes on
    crash,    // index: node; at random, as the next two
    partition,
    pause,  // index: node
  };
  struct Entry {
    Kind kind{};
    std::uint8_t detail = 0;
    std::uint32_t index = 0;
    std::uint64_t token = 0;  // must still be that of what the entry is about
  };

  static constexpr int no_crash = -1;
  static constexpr int at_random = -2;

  struct TimerState {
    std::int64_t due_us = 0;
    std::uint64_t sequence = 0;   // of the arming
    std::int64_t queued_us = -1;  // there is an entry for it at this time; -1: none
  };
  /// What waits until the slot is no longer busy.
  struct Deferred {
    Kind kind{};
    std::uint8_t timer = 0;
    std::uint32_t message = 0;
    std::uint64_t token = 0;
  };
  struct SlotRun {
    int node = 0;
    int slot = 0;  // on the node
    int tx = 1;
    ProcessId process;
    std::array<TimerState, max_timers> timers;
    std::vector<Deferred> deferred;
    std::size_t deferred_next = 0;
    std::int64_t doubt_us = -1;  // in doubt since
    Random choices;
    std::uint8_t armed = 0;  // timers, as a mask
    bool settled = false;    // it has decided, or has no stake
    bool draining = false;
  };
  struct MessageRef {
    std::uint32_t index = 0;  // none: lost in a partition, or absorbed by an equal one
    std::uint32_t token = 0;
    bool lost = false;
  };
  /// A step under way: one per slot, and one per node for its recovery.
  struct Runner {
    int node = 0;
    std::uint32_t slot = 0;  // index in slots_; recovery: none
    bool active = false;
    bool forcing = false;  // effect `next` - 1 is a force that is not done
    std::uint64_t token = 0;
    LocalStep step;
    LocalEvent event;
    int next = 0;                 // effect
    std::vector<MessageRef> out;  // in the order of the effects
    std::size_t out_next = 0;
    std::int64_t started_us = 0;
    std::size_t performed = 0;   // index in the path
    std::uint64_t position = 0;  // in the run
    EventKind kind{};
    int crash_after = no_crash;  // when done: a fault of the plan, or `at_random`
  };

  struct NodeRun {
    Disk disk;
    std::uint32_t last = none;    // the runner of its last step
    bool last_can_crash = false;  // nothing has happened to the node since
    LocalState before;            // before that step, if crashes are possible
    int armed = 0;                // timers
    bool crashing = false;        // nothing new begins
    bool crash_inside = false;    // a random crash waits for the next step
    bool declined = false;        // something parked was declined
    bool notice_queued = false;
    std::uint64_t down_token = 0;
    std::uint64_t pause_token = 0;
    std::vector<Entry> parked;  // waits for recovery, resume, heal or another step
    std::optional<Duration> recover_after;
    TailRule tail{};
    std::int64_t clock_millionths = 1'000'000;
    std::size_t span = 0;  // of the present down time
    std::size_t pause_span = 0;
    std::optional<Duration> inside_length;  // of the crash that waits for the next step
    Random crash, pause, inside, place, tail_draw, disk_draw;
  };
  struct Message {
    Envelope envelope;
    int from_node = 0;
    int to_node = 0;
    bool alive = false;
    bool departed = false;
    bool arrived = false;     // under fifo: it waits for those before it
    bool duplicated = false;  // to be delivered twice
    bool held = false;        // reorder: until the next one on its way has arrived
    std::uint32_t token = 0;
    std::uint64_t position = 0;  // of its step in the run
  };
  struct Place {  // of a transaction
    bool running = false;
    bool next = false;      // the next transaction is to start as soon as the last one is over
    std::int64_t live = 0;  // what may still happen to it: messages, steps, timers, starts
    int unsettled = 0;      // processes that must decide
    TxRun times;
  };

  // simulator.cpp
  void reset(std::uint64_t seed);
  void reset_node(std::size_t node);
  static void reset_slot(SlotRun& slot);
  void start_transaction(int tx);
  void replace_slot(std::uint32_t slot);
  bool is_over(int tx) const;
  void node_changed();
  void on_next(int tx);
  void go_on(int tx);
  void end_transaction(int tx);
  void record_transaction(int tx);
  void loop();
  bool alive() const;
  void dispatch(const Entry& entry, std::int64_t time);
  bool all_decided() const;
  void summarise();

  // simulator_steps.cpp
  void on_start(const Entry& entry);
  void on_timer(const Entry& entry, std::int64_t time);
  void fire(std::uint32_t slot, int timer);
  void on_notices(int node);
  bool perform(EventKind kind,
               int node,
               std::uint32_t slot,
               const LocalEvent& event,
               std::uint32_t message = none,
               int kept = 0);
  void cover_cut(const Runner& runner);
  static StepPlan plan_of(const LocalStep& step);
  void plan_cut(Runner& runner, int node, const LocalEvent& event);
  void book(Runner& runner, EventKind kind, std::uint32_t message, int kept);
  void send_all(Runner& runner);
  void recount(std::uint32_t slot);
  std::optional<PropertyWatch::Look> look_of(const Runner& runner) const;
  void settle();
  void end_doubt(std::uint32_t slot);
  void advance(std::uint32_t runner, bool at_once = false);
  void on_forced(const Entry& entry);
  void forced(Runner& runner);
  void finish(std::uint32_t runner);
  void drain(std::uint32_t slot);
  void set_timer(std::uint32_t slot, int timer);
  void note(const Runner& runner, const Effect& effect);
  Milestones news_of(const Runner& runner) const;
  bool retries_only(std::uint32_t slot, int timer);

  // simulator_network.cpp
  void put(const Envelope& envelope, Runner& runner);
  void take(std::uint32_t message, EventKind kind);
  void free_message(std::uint32_t message);
  void depart(MessageRef ref, bool is_local);
  void schedule_arrival(std::uint32_t message, std::int64_t time);
  void on_arrival(const Entry& entry);
  void deliver(std::uint32_t message);
  void lose(std::uint32_t message);
  void leave_channel(std::uint32_t message);
  void release_held(const Envelope& envelope);
  std::deque<std::uint32_t>& channel_of(const Envelope& envelope);
  bool absorbed(const Envelope& envelope) const;
  bool lost_by_crash(const Message& message, int node, std::uint64_t position) const;
  void settle_messages_to(int node);
  void crash_network(int node, std::uint64_t position);

  // simulator_faults.cpp
  void schedule_faults();
  void happen(std::size_t index);
  void crash_by(const scenario::CrashFault& fault, int node);
  void crash_node(int node, std::optional<Duration> recover_after, TailRule tail);
  bool crash_inside_last_step(int node);
  void undo_last_step(int node);
  void cut_last_step(int node, const Cut& cut);
  void complete(int node, std::uint32_t but_not);
  void went_down(int node);
  void on_recover(int node);
  void cut_network(const Event& partition, std::optional<Duration> lasts);
  void on_heal();
  void pause_node(int node, std::optional<Duration> lasts);
  void on_resume(int node);
  void on_random(Kind kind, int node);
  Event draw_partition();
  std::optional<Cut> draw_cut(int node, const LocalEvent& event, const LocalStep& step);
  void log(const Event& event);
  void wake(int node);
  void park(int node, const Entry& entry);

  LocalState& local(int node) { return locals_[static_cast<std::size_t>(node)]; }
  const LocalState& local(int node) const { return locals_[static_cast<std::size_t>(node)]; }
  NodeRun& at(int node) { return nodes_[static_cast<std::size_t>(node)]; }
  ProcessState& state(std::uint32_t slot) {
    const SlotRun& run = slots_[slot];
    return local(run.node).slots[static_cast<std::size_t>(run.slot)];
  }
  std::uint32_t slot_id(int node, int slot) const {
    return first_slot_[static_cast<std::size_t>(node)] + static_cast<std::uint32_t>(slot);
  }
  std::uint32_t recovery_id(int node) const {
    return static_cast<std::uint32_t>(slots_.size()) + static_cast<std::uint32_t>(node);
  }
  bool busy(std::uint32_t slot) const {
    return runners_[slot].active || runners_[recovery_id(slots_[slot].node)].active;
  }
  bool connected(int from, int to) const {
    return (cut_[static_cast<std::size_t>(from)] >> static_cast<unsigned>(to) & 1U) == 0;
  }
  bool is_at_rest(int node) const {
    bool active = runners_[recovery_id(node)].active;
    for (std::size_t i = 0; i < local(node).slots.size(); ++i)
      active = active || runners_[slot_id(node, static_cast<int>(i))].active;
    return !active;
  }
  /// Whether a crash can still fall inside the last step of the node.
  bool is_open(const NodeRun& node) const {
    const Runner& runner = runners_[node.last];
    return node.last_can_crash && runner.active && runner.forcing && !runner.step.cut;
  }
  bool is_cut() const { return cut_token_ % 2 == 1; }
  void push(std::int64_t time, const Entry& entry);
  void mix(std::uint64_t value) {
    fingerprint_ = (fingerprint_ ^ value) * 0x9fb21c651e98df25U;
    fingerprint_ ^= fingerprint_ >> 32U;
  }
  void hold(int tx, int count);

  const Model& model_;
  const Setup& setup_;
  const Rules rules_;
  const scenario::Timed& timed_;
  const scenario::Expect* expect_;
  FaultPlan plan_;
  bool plan_has_messages_ = false;
  bool plan_has_causes_ = false;
  bool may_crash_ = false;
  bool keep_before_ = false;
  bool looks_inside_ = false;
  bool has_load_ = false;
  bool times_are_drawn_ = false;
  std::vector<LocalState> initial_;
  std::vector<std::uint32_t> first_slot_;  // of each node

  // One run.
  std::uint64_t seed_ = 0;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t position_ = 0;  // steps and events so far
  std::uint64_t next_token_ = 0;
  std::int64_t awaited_ = 0;  // entries of the queue that are neither timers nor random
  bool stop_ = false;
  EventQueue<Entry> queue_;
  std::vector<LocalState> locals_;
  std::vector<std::uint32_t> cut_;
  std::uint64_t cut_token_ = 0;  // odd: the network is cut
  std::size_t cut_span_ = 0;
  FaultCounts used_;
  std::vector<NodeRun> nodes_;
  std::vector<SlotRun> slots_;
  std::vector<Runner> runners_;
  std::vector<Message> messages_;
  std::vector<std::uint32_t> free_;
  std::vector<std::deque<std::uint32_t>> channels_;  // under fifo
  std::vector<MessageRef> held_;                     // reorder
  std::vector<Place> places_;
  std::vector<int> over_;  // transactions that may be over, with a load
  std::int64_t started_txs_ = 0;
  std::int64_t pending_txs_ = 0;      // about to start, with a load
  std::map<std::string, int> quiet_;  // situations in which only retries were left: how often
  std::int64_t quiet_drawn_ = 0;      // choices drawn by then
  std::vector<Random> latency_;       // per link
  Random lose_, duplicate_, delay_, delay_by_, partition_;
  std::vector<Random> gap_;
  std::uint64_t fingerprint_ = 0;
  StepPlan step_plan_;
  LocalState before_;  // the node before a step that may turn out not to exist
  Chances chances_;
  PropertyWatch watch_;
  Coverage coverage_;
  RunSummary summary_;
  Distribution crash_gap_, crash_length_, partition_gap_, partition_length_, pause_gap_,
      pause_length_;
  std::vector<Performed>* path_ = nullptr;
};

}  // namespace concordat
