#include "sim/model/setup.hpp"

#include <algorithm>
#include <charconv>

namespace concordat {

std::string print_row(const Row& row, const std::vector<std::string>& states) {
  const bool named = row.state < states.size();
  std::string out = named ? states[row.state] : std::to_string(row.value);
  if (named && row.value != 0) out += " value " + std::to_string(row.value);
  if (row.held != 0) out += " held " + std::to_string(row.held);
  if (row.state != 0 && !named) out += " state " + std::to_string(row.state);
  if (row.owner != 0) out += " owner " + std::to_string(row.owner);
  return out;
}

std::string Setup::print(RowKey row, const Row& content) const {
  return print_row(
      content, row.table < row_states.size() ? row_states[row.table] : std::vector<std::string>{});
}

std::optional<ProcessId> Setup::find_process(std::string_view name) const {
  for (int i = 0; i < process_count(); ++i)
    if (process_names[static_cast<std::size_t>(i)] == name) return ProcessId::at(i);
  return std::nullopt;
}

std::optional<int> Setup::find_node(std::string_view name) const {
  for (int i = 0; i < node_count(); ++i)
    if (nodes[static_cast<std::size_t>(i)] == name) return i;
  if (const auto process = find_process(name)) return node_of(*process);
  return std::nullopt;
}

std::optional<RowKey> Setup::find_row(std::string_view table_dot_key) const {
  const std::size_t dot = table_dot_key.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view table = table_dot_key.substr(0, dot);
  const std::string_view key = table_dot_key.substr(dot + 1);
  for (std::size_t t = 0; t < tables.size(); ++t) {
    if (tables[t] != table) continue;
    for (std::size_t k = 0; k < keys[t].size(); ++k)
      if (keys[t][k] == key)
        return RowKey{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(k)};
    std::uint16_t number = 0;
    const auto end = key.data() + key.size();
    if (keys[t].empty() && std::from_chars(key.data(), end, number).ptr == end && !key.empty())
      return RowKey{static_cast<std::uint16_t>(t), number};
  }
  return std::nullopt;
}

std::string Setup::row_name(RowKey row) const {
  const auto& names = keys[row.table];
  return tables[row.table] + "." +
         (row.key < names.size() ? names[row.key] : std::to_string(row.key));
}

bool Setup::works_on(const Slot& slot, RowKey row) const {
  return std::ranges::any_of(work_of(slot), [&](const WorkItem& item) { return item.row == row; });
}

bool Setup::changes(const Slot& slot, RowKey row) const {
  return std::ranges::any_of(
      work_of(slot), [&](const WorkItem& item) { return item.row == row && item.add != 0; });
}

std::string Setup::slot_name(const Slot& slot) const {
  const std::string& name = name_of(slot.process);
  return transactions == 1 ? name : "t" + std::to_string(slot.tx) + " " + name;
}

void Setup::finish() {
  check(process_count() <= max_processes, "a transaction has at most 24 processes");
  check(node_count() <= max_processes, "there are at most 24 nodes");
  check(transactions >= 1, "there is at least one transaction");
  process_names.clear();
  for (const ProcessInfo& process : processes)
    process_names.push_back(process.name);
  slots.assign(nodes.size(), {});
  slot_index.clear();
  role_sets.clear();
  for (int tx = 1; tx <= transactions; ++tx)
    for (int i = 0; i < process_count(); ++i) {
      const ProcessId process = ProcessId::at(i);
      auto& here = slots[static_cast<std::size_t>(node_of(process))];
      slot_index.push_back(static_cast<int>(here.size()));
      here.push_back({tx, process});
    }
  for (int i = 0; i < process_count(); ++i) {
    const auto role = static_cast<std::size_t>(processes[static_cast<std::size_t>(i)].role);
    if (role_sets.size() <= role) role_sets.resize(role + 1);
    role_sets[role].insert(ProcessId::at(i));
  }
  put_in_order();
  rows.resize(nodes.size());
  keys.resize(tables.size());
  work.resize(static_cast<std::size_t>(transactions) * processes.size());
}

void Setup::put_in_order() {
  const auto count = static_cast<std::size_t>(process_count());
  if (after.empty()) {
    after.resize(count);
    for (std::size_t i = 1; i < count; ++i)
      if (processes[i].ordered && processes[i].role == processes[i - 1].role)
        after[i] = ProcessSet::of(ProcessId::at(static_cast<int>(i - 1)));
  }
  behind = after;
  for (std::size_t round = 0; round < count; ++round)
    for (ProcessSet& all : behind)
      for (const ProcessId each : ProcessSet(all))
        all = all | behind[static_cast<std::size_t>(each.index())];
}

Setup make_setup(const std::vector<RoleSpec>& roles,
                 const std::vector<int>& counts,
                 int transactions) {
  Setup setup;
  setup.transactions = transactions;
  for (std::size_t role = 0; role < roles.size(); ++role) {
    const RoleSpec& spec = roles[role];
    const int count = spec.count > 0 ? spec.count : counts[role];
    for (int i = 0; i < count; ++i) {
      const bool single = spec.count == 1;
      const std::string name = std::string(spec.prefix) + (single ? "" : std::to_string(i + 1));
      setup.processes.push_back({name,
                                 static_cast<int>(role),
                                 i,
                                 static_cast<int>(setup.nodes.size()),
                                 spec.votes,
                                 spec.must_decide,
                                 spec.once_yes,
                                 spec.ordered});
      setup.nodes.push_back(name);
    }
  }
  setup.finish();
  return setup;
}

}  // namespace concordat
