// The Context: all that a protocol's handlers see of the world and all that they can do to it.
//
// A handler is a pure function of the local state, the event and the outcomes of its choices. It
// runs to completion; its effects happen in order. `force` returns when the record is stable, so
// whatever a handler does after it happens after it. A crash may come before any send, force,
// append or answer of the handler; inside a broadcast it has sent to any subset. A handler never
// notices.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "sim/model/fields.hpp"
#include "sim/model/step.hpp"

namespace concordat {

struct NoNodeState {};

inline constexpr std::size_t max_outcomes = 16;  // of a choice among enumerators

namespace detail {

template <class P>
struct NodeStateOf {
  using Type = NoNodeState;
};
template <class P>
requires requires {
  typename P::NodeState;
}
struct NodeStateOf<P> {
  using Type = typename P::NodeState;
};

/// The part of a Context that does not depend on the protocol's types.
class ContextBase {
 public:
  ContextBase(const Setup& setup, LocalState& local, int node, const StepPlan& plan, LocalStep& out)
      : setup_(setup), local_(local), node_(node), plan_(plan), out_(out) {}

 protected:
  const Slot& slot_info() const {
    return setup_.slots[static_cast<std::size_t>(node_)][static_cast<std::size_t>(slot_)];
  }
  ProcessState& process() { return local_.slots[static_cast<std::size_t>(slot_)]; }
  Effect& record_effect(EffectKind kind);
  void record_store(std::string what, std::string value);
  int choose_index(std::string_view label, std::span<const std::string_view> outcomes);
  void decline_step();
  LockAnswer lock_row(RowKey row);
  InsertAnswer insert_row(RowKey row, const Row& content);
  void write_row(RowKey row, const std::optional<Row>& content, std::string_view verb);
  std::vector<std::pair<RowKey, Row>> rows_of(std::uint16_t table) const;
  bool count_up(std::string_view label, int value, int limit);
  /// Notes in the history whose changes stand on the row, if it belongs to the work.
  void note_use(RowKey row);
  /// Ends or prepares the local transaction, and counts what that has made of the work.
  StoreUndo end_local_tx(StoreAction action);

  const Setup& setup_;
  LocalState& local_;
  const int node_;
  int slot_ = 0;
  const StepPlan& plan_;
  LocalStep& out_;
};

}  // namespace detail

template <class P>
class Context : private detail::ContextBase {
 public:
  using Config = typename P::Config;
  using Durable = typename P::Durable;
  using Volatile = typename P::Volatile;
  using Message = typename P::Message;
  using Record = typename P::Record;
  using Timer = typename P::Timer;
  using Role = typename P::Role;
  using NodeState = typename detail::NodeStateOf<P>::Type;

  /// For engines.
  Context(const Setup& setup,
          const Config& options,
          LocalState& local,
          int node,
          int slot,
          const StepPlan& plan,
          LocalStep& out)
      : ContextBase(setup, local, node, plan, out),
        config(options),
        self(setup.slots[static_cast<std::size_t>(node)][static_cast<std::size_t>(slot)].process) {
    slot_ = slot;
    log_ = process().durable.template as<Durable>();
    state_ = process().state.template as<Volatile>();
    node_state_ = local.node_state.template as<NodeState>();
  }

  const Config& config;  // the options of the scenario
  const ProcessId self;

  // Who takes part.
  Role role() const { return role_of(self); }
  Role role_of(ProcessId process) const {
    return static_cast<Role>(setup_.processes[static_cast<std::size_t>(process.index())].role);
  }
  bool is(Role role) const { return role_of(self) == role; }
  ProcessSet all(Role role) const { return setup_.all(static_cast<int>(role)); }
  /// The first process of a role; the only one where there is one.
  ProcessId the(Role role) const {
    check(!all(role).empty(), "a role that is asked for its process has one");
    return *all(role).begin();
  }
  /// The transaction, from 1: an identity that all its processes know.
  int transaction() const { return slot_info().tx; }
  /// The place within its role, from 0, for protocols that need an order, such as ballots.
  /// REQUIRES: a role that is not interchangeable, because an order tells its processes apart.
  int place_of(ProcessId process) const {
    check(!P::roles[static_cast<std::size_t>(role_of(process))].interchangeable,
          "interchangeable processes have no order");
    return setup_.processes[static_cast<std::size_t>(process.index())].index;
  }
  /// How often this node has restarted under a new name.
  int renames() const { return local_.renames; }

  // What this process knows.
  /// What its log says, the records of this step included.
  const Durable& log() const { return log_; }
  /// What it keeps in memory; a crash wipes it.
  Volatile& state() { return state_; }
  /// What the node's log says across transactions.
  const NodeState& node_log() const { return node_state_; }

  // Messages.
  void send(ProcessId to, const Message& message) { broadcast(ProcessSet::of(to), message); }
  /// One effect: a crash inside it has sent to any subset. To nobody, it does nothing.
  void broadcast(ProcessSet to, const Message& message) {
    if (to.empty()) return;
    Effect& effect = effect_of(EffectKind::send);
    effect.to = to;
    effect.message = MessageBlob::of(message);
  }

  // The log. With a StoreAction, the record and the end (or the prepare) of the local transaction
  // become stable as one write. An appended record is lost in a crash unless a later force of any
  // process on the node has taken it along.
  void force(const Record& record, StoreAction store = StoreAction::none) {
    write_log(EffectKind::force, &record, store);
  }
  void append(const Record& record, StoreAction store = StoreAction::none) {
    write_log(EffectKind::append, &record, store);
  }

  // Timers: one of each kind, one-shot, disarmed before its handler runs, lost in a crash.
  void arm(Timer timer) {
    if (!armed(timer)) effect_of(EffectKind::arm).timer = static_cast<int>(timer);
    process().timers = static_cast<std::uint8_t>(process().timers | bit(timer));
  }
  void disarm(Timer timer) {
    if (armed(timer)) effect_of(EffectKind::disarm).timer = static_cast<int>(timer);
    process().timers = static_cast<std::uint8_t>(process().timers & ~bit(timer));
  }
  bool armed(Timer timer) { return (process().timers & bit(timer)) != 0; }

  // History, for the properties.
  /// The first vote counts: a vote never changes. To vote again does nothing.
  void vote(Vote vote) {
    check(vote != Vote::none, "a vote is yes, no or read");
    if (process().history.vote != Vote::none) return;
    effect_of(EffectKind::vote).vote = vote;
    process().history.vote = vote;
  }
  /// The moment at which the process acts on the outcome: it releases locks, applies changes. A
  /// process that has voted `read` has no stake, so that nothing is recorded for it.
  void decide(Outcome outcome) {
    check(outcome != Outcome::none, "a decision is commit or abort");
    History& history = process().history;
    bool& decided = outcome == Outcome::commit ? history.committed : history.aborted;
    if (decided || history.vote == Vote::read) return;
    effect_of(EffectKind::decide).outcome = outcome;
    decided = true;
  }
  /// The client has been told.
  void answer(Outcome outcome) {
    check(outcome != Outcome::none, "an answer is commit or abort");
    effect_of(EffectKind::answer).outcome = outcome;
    History& history = process().history;
    (outcome == Outcome::commit ? history.answered_commit : history.answered_abort) = true;
  }

  /// A choice of the environment: drawn by the simulator, fixed by a scenario, explored by the
  /// checker. A label is a literal, asked at most once per step. RETURNS: one of `outcomes`; the
  /// first is the ordinary one.
  template <class E>
  E choose(std::string_view label, std::initializer_list<E> outcomes) {
    std::array<std::string_view, max_outcomes> names;
    check(outcomes.size() <= max_outcomes, "a choice has at most 16 outcomes");
    std::size_t count = 0;
    for (const E outcome : outcomes)
      names[count++] = enum_name(outcome);
    return outcomes.begin()[choose_index(label, std::span(names).first(count))];
  }
  /// As above, among 0..count-1. REQUIRES: count <= 16.
  int choose(std::string_view label, int count);
  /// One of the processes.
  ProcessId choose(std::string_view label, ProcessSet among);

  /// This event is not enabled here, or not with these choices: no step happens, a message stays in
  /// flight. Call it before any effect but a choice, and return.
  void decline() { decline_step(); }

  /// Counts up, unless that would pass the bound that the scenario sets for `label` or the type's
  /// own limit; then this step does not exist, and its other effects do not matter.
  template <std::uint8_t limit>
  void increment(std::string_view label, Bounded<limit>& counter) {
    if (count_up(label, counter.value, limit)) ++counter.value;
  }

  // The node's store. A local transaction opens with the first lock, may stay open across steps,
  // and ends with a log record or with `commit` and `rollback`.
  LockAnswer lock(RowKey row) { return lock_row(row); }
  /// Locks the key and writes a new row, unless the key exists.
  InsertAnswer insert(RowKey row, const Row& content) { return insert_row(row, content); }
  /// REQUIRES: the row is locked.
  void write(RowKey row, const Row& content) { write_row(row, content, "write"); }
  void erase(RowKey row) { write_row(row, std::nullopt, "erase"); }
  /// Locks the row and, if that is granted, writes it.
  LockAnswer put(RowKey row, const Row& content) {
    const LockAnswer answer = lock_row(row);
    if (answer == LockAnswer::granted) write_row(row, content, "write");
    return answer;
  }
  /// What is read without the row's lock counts as used, what is read under it once that local
  /// transaction commits (Effects::saw).
  std::optional<Row> read(RowKey row, ReadLevel level = ReadLevel::committed) {
    if (local_.store.holder(row) != slot_) note_use(row);
    return local_.store.read(slot_, row, level);
  }
  /// The committed rows of one of the protocol's own tables, in the order of their keys.
  template <class Table>
  requires std::is_enum_v<Table> std::vector<std::pair<RowKey, Row>> scan(Table table)
  const { return rows_of(static_cast<std::uint16_t>(table)); }
  LocalTxStatus local_tx() const { return local_.store.tx(slot_).status; }
  /// One forced write without a record of the protocol.
  void commit() { write_log(EffectKind::force, nullptr, StoreAction::commit); }
  /// Gives up an open local transaction; nothing was ever stable, so nothing is written.
  void rollback();
  /// A row of one of the protocol's own tables (`P::tables`).
  template <class Table>
  requires std::is_enum_v<Table> RowKey row(Table table, int key)
  const { return {static_cast<std::uint16_t>(table), static_cast<std::uint16_t>(key)}; }
  /// What the scenario's `work:` asks of this process in this transaction.
  std::span<const WorkItem> work() const { return setup_.work_of(slot_info()); }

  /// For engines: writes what the handler left in `state()` back.
  void finish() { save(); }

 private:
  static std::uint8_t bit(Timer timer) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(timer));
  }
  void save() {
    process().durable.assign(log_);
    process().state.assign(state_);
    local_.node_state.assign(node_state_);
  }
  /// Records an effect; a planned crash right before it takes its picture of the node now.
  Effect& effect_of(EffectKind kind) {
    if (plan_.cut && plan_.cut->before == static_cast<int>(out_.effects.size())) {
      save();
      at_cut = local_;
    }
    return record_effect(kind);
  }
  void write_log(EffectKind kind, const Record* record, StoreAction store) {
    Effect& effect = effect_of(kind);
    if (record != nullptr) effect.record = RecordBlob::of(*record);
    effect.store = store;
    if (kind == EffectKind::force) {  // makes the whole log of the node stable
      if (record != nullptr) redo(*record);
      if (store != StoreAction::none) end_local_tx(store);
      local_.tail.clear();
      return;
    }
    save();
    Unforced unforced{slot_, process().durable, local_.node_state, {}, process().history.effects};
    if (record != nullptr) redo(*record);
    save();
    unforced.store = end_local_tx(store);
    const bool changed = unforced.durable != process().durable ||
                         unforced.node_state != local_.node_state ||
                         unforced.store.action != StoreAction::none;
    if (!changed) return;
    check(static_cast<int>(local_.tail.size()) < max_tail,
          "a node has at most 16 unforced records");
    local_.tail.push_back(std::move(unforced));
  }
  void redo(const Record& record) {
    P::redo(log_, record);
    if constexpr (requires { P::redo(node_state_, record); }) P::redo(node_state_, record);
  }

  Durable log_{};
  Volatile state_{};
  NodeState node_state_{};

 public:
  /// For engines: the node as the planned crash finds it, before it wipes memory.
  std::optional<LocalState> at_cut;
};

template <class P>
int Context<P>::choose(std::string_view label, int count) {
  static constexpr std::array<std::string_view, max_outcomes> numbers{
      "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"};
  check(count <= static_cast<int>(max_outcomes), "a choice has at most 16 outcomes");
  return choose_index(label, std::span(numbers).first(static_cast<std::size_t>(count)));
}

template <class P>
ProcessId Context<P>::choose(std::string_view label, ProcessSet among) {
  std::vector<std::string_view> names;
  std::vector<ProcessId> members;
  for (const ProcessId process : among) {
    names.push_back(setup_.name_of(process));
    members.push_back(process);
  }
  return members[static_cast<std::size_t>(choose_index(label, names))];
}

template <class P>
void Context<P>::rollback() {
  check(local_tx() != LocalTxStatus::prepared, "a prepared local transaction ends with a record");
  if (local_tx() == LocalTxStatus::none) return;
  effect_of(EffectKind::store).text = static_cast<int>(out_.texts.size());
  out_.texts.push_back({"rollback", ""});
  local_.store.apply(StoreAction::rollback, slot_);
}

}  // namespace concordat
