// What a scenario fixes before anything runs: which processes there are and on which nodes they
// live, how many transactions, the rows in each store, the business work, the choices and the
// bounds.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/base/process_set.hpp"
#include "sim/model/fields.hpp"

namespace concordat {

/// What a vote says. `read`: read-only, no stake in the outcome. `none`: has not voted.
enum class Vote : std::uint8_t { none, yes, no, read };
/// What a transaction comes to. `none`: undecided.
enum class Outcome : std::uint8_t { none, commit, abort };

/// A role of a protocol. `count` 0 lets the scenario say how many processes play it (two unless it
/// does), unless `number`, a formula over options of one letter such as `2f+1`, says it.
/// `interchangeable` is a claim that tests check: no handler tells two of them apart.
struct RoleSpec {
  std::string_view name;    // "participant"; scenarios write the plural
  std::string_view prefix;  // "p": processes p1, p2, ...; a role of count 1 has the bare prefix
  int count = 1;
  bool votes = false;        // commit needs its yes (or read)
  bool must_decide = false;  // undecided for ever, it counts as blocked
  bool interchangeable = false;
  std::string_view number = "";
  bool once_yes = false;  // it is asked to decide only once it has voted yes
  bool consumes = false;  // its work is the effect of a message (message_effect)
  bool ordered = false;   // they work one after another, or as the scenario's `after:` says
  bool willing = false;   // its vote is yes, if it comes: it cannot refuse

  /// Whether a scenario may say how many there are.
  bool is_open() const { return count == 0 && number.empty(); }
};

/// A role that one process plays, and that has no vote.
constexpr RoleSpec single(std::string_view name, std::string_view prefix) {
  return {.name = name, .prefix = prefix};
}
/// A role that many play, each with a vote, each asked to decide, none different from the others.
constexpr RoleSpec voters(std::string_view name, std::string_view prefix) {
  return {name, prefix, 0, true, true, true};
}

struct ProcessInfo {
  std::string name;
  int role = 0;
  int index = 0;  // within its role, from 0
  int node = 0;
  bool votes = false;
  bool must_decide = false;
  bool once_yes = false;
  bool ordered = false;

  /// Whether a process with this vote is asked to decide.
  bool is_asked(Vote vote) const {
    return must_decide && vote != Vote::read && (!once_yes || vote == Vote::yes);
  }
};

/// A row of a node's store: table and key, both indices into the names of the Setup (keys of a
/// protocol's own tables are plain numbers, such as a transaction).
struct RowKey {
  std::uint16_t table = 0;
  std::uint16_t key = 0;
  friend auto operator<=>(const RowKey&, const RowKey&) = default;
};

/// The content of a row. What `state` and `owner` mean is the protocol's business.
struct Row {
  std::int32_t value = 0;
  std::int32_t held = 0;
  std::uint8_t state = 0;
  std::uint8_t owner = 0;
  friend auto operator<=>(const Row&, const Row&) = default;

  /// A row in this state, for tables of states: `Row::in(Status::tried)`.
  template <class E>
  requires std::is_enum_v<E>
  static Row in(E state) { return {0, 0, static_cast<std::uint8_t>(state), 0}; }
  template <class E>
  requires std::is_enum_v<E> E state_as()
  const { return static_cast<E>(state); }
};

/// `900`, `900 held 100`, with state and owner where they are not zero. With the names of a table's
/// states, a row is called by its own, and a value of zero goes without saying.
std::string print_row(const Row& row, const std::vector<std::string>& states = {});

/// What a request for a lock does when another local transaction holds the row.
enum class LockPolicy : std::uint8_t {
  no_wait,     // refused at once
  wait,        // waits; deadlocks are left to the protocol's timers
  wait_die,    // an older transaction waits, a younger one is refused
  wound_wait,  // an older transaction takes the row from a younger, unprepared one; else waits
};

/// One thing that the business does at a process: add to a row, which may not fall below zero.
struct WorkItem {
  RowKey row;
  int add = 0;
};

/// A choice that the scenario answers instead of leaving it open.
struct FixedChoice {
  int tx = 0;  // from 1
  ProcessId process;
  std::string label;
  std::string outcome;
};

/// A process in a transaction, as a node knows it.
struct Slot {
  int tx = 1;  // from 1
  ProcessId process;
};

struct Setup {
  std::vector<ProcessInfo> processes;    // index = ProcessId::index()
  ProcessNames process_names;            // the same names, for printing
  std::vector<std::string> nodes;        // names
  std::vector<std::vector<Slot>> slots;  // per node, by (tx, process)
  int transactions = 1;

  std::vector<std::string> tables;                        // the protocol's own tables come first
  std::vector<std::vector<std::string>> keys;             // per table; empty for the protocol's own
  std::vector<std::vector<std::string>> row_states;       // per table: names of Row::state, or none
  std::vector<std::vector<std::pair<RowKey, Row>>> rows;  // per node, at the start
  std::vector<std::vector<WorkItem>> work;                // [(tx - 1) * processes + process]
  std::vector<int> conserved;                             // tables whose sum must not change
  LockPolicy locks = LockPolicy::no_wait;
  /// Names of the properties that a run of business is judged by; empty: the usual ones.
  std::vector<std::string_view> judged;
  /// Per process: those of its role right after which it works, without a circle. Empty: each of an
  /// ordered role after the one before it.
  std::vector<ProcessSet> after;

  std::vector<FixedChoice> choices;                 // for every other choice:
  bool open_choices = false;                        // explore every outcome, or take the first
  std::vector<std::pair<std::string, int>> bounds;  // label of an increment -> largest value
  std::vector<int> timer_order;                     // per timer: its place by duration, or empty

  int process_count() const { return static_cast<int>(processes.size()); }
  int node_count() const { return static_cast<int>(nodes.size()); }
  int node_of(ProcessId process) const {
    return processes[static_cast<std::size_t>(process.index())].node;
  }
  const std::string& name_of(ProcessId process) const {
    return process_names[static_cast<std::size_t>(process.index())];
  }
  /// The slot's place among those of its node.
  int local_slot(int tx, ProcessId process) const {
    return slot_index[static_cast<std::size_t>((tx - 1) * process_count() + process.index())];
  }
  /// What the business asks of the process in the transaction.
  const std::vector<WorkItem>& work_of(const Slot& slot) const {
    return work[static_cast<std::size_t>((slot.tx - 1) * process_count() + slot.process.index())];
  }
  /// Whether that reads or changes the row.
  bool works_on(const Slot& slot, RowKey row) const;
  bool changes(const Slot& slot, RowKey row) const;
  ProcessSet all(int role) const {
    const auto index = static_cast<std::size_t>(role);
    return index < role_sets.size() ? role_sets[index] : ProcessSet{};
  }
  std::optional<ProcessId> find_process(std::string_view name) const;
  /// The node with this name, or the node of the process with this name.
  std::optional<int> find_node(std::string_view name) const;
  std::optional<RowKey> find_row(std::string_view table_dot_key) const;
  std::string row_name(RowKey row) const;  // "accounts.alice"
  std::string print(RowKey row, const Row& content) const;
  /// `p1`, or `t2 p1` when there are several transactions.
  std::string slot_name(const Slot& slot) const;
  /// Fills what is derived from `processes`, `nodes`, `transactions` and `after`: the names, the
  /// slots and their places, and who works before whom. Call again after one of these has changed.
  void finish();

  std::vector<ProcessSet> behind;     // per process: all that work before it
  std::vector<int> slot_index;        // [(tx - 1) * processes + process] -> place on its node
  std::vector<ProcessSet> role_sets;  // role -> who plays it

 private:
  void put_in_order();
};

/// Processes of the roles, each on a node of its own with the same name. `counts[role]` applies to
/// roles whose spec leaves the count open. The start for tests and for scenarios without `place:`.
Setup make_setup(const std::vector<RoleSpec>& roles,
                 const std::vector<int>& counts,
                 int transactions = 1);

}  // namespace concordat
