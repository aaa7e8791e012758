#include "sim/explore/known.hpp"

#include "sim/model/key.hpp"

namespace concordat::explore {

namespace {

void put_text(std::string& key, std::string_view text) {
  key::put(key, text.size());
  key += text;
}

template <class T>
void put_number(std::string& key, T number) {
  key::put(key, static_cast<std::uint64_t>(number));
}

void put_setup(std::string& key, const Model& model) {
  const Setup& setup = model.setup();
  put_text(key, model.info().name);
  for (const FieldText& option : model.options())
    put_text(key, option.name + "=" + option.value);
  for (const ProcessInfo& process : setup.processes) {
    put_text(key, process.name);
    put_number(key, process.role);
    put_number(key, process.node);
  }
  put_number(key, setup.transactions);
  put_number(key, setup.locks);
  put_number(key, setup.open_choices);
  for (const FixedChoice& choice : setup.choices)
    put_text(key,
             std::to_string(choice.tx) + setup.name_of(choice.process) + " " + choice.label + "=" +
                 choice.outcome);
  for (const auto& [label, most] : setup.bounds)
    put_text(key, label + "=" + std::to_string(most));
  for (const int place : setup.timer_order)
    put_number(key, place);
  for (const auto& items : setup.work) {
    put_number(key, items.size());
    for (const WorkItem& item : items)
      put_text(key, setup.row_name(item.row) + std::to_string(item.add));
  }
  for (int node = 0; node < setup.node_count(); ++node)
    append_key(model.initial(node), key);
}

void put_rules(std::string& key, const Rules& rules, const Budget& budget) {
  put_number(key, rules.timing);
  put_number(key, rules.delivery);
  put_number(key, rules.copies);
  put_number(key, rules.in_flight);
  put_number(key, rules.across_cut);
  put_number(key, rules.tail);
  put_number(key, rules.crash_points);
  put_number(key, rules.keeps.timed_out);
  put_number(key, rules.keeps.crashed);
  put_number(key, rules.keeps.answered);
  for (const int count : {budget.crashes,
                          budget.recoveries,
                          budget.losses,
                          budget.duplicates,
                          budget.partitions,
                          budget.pauses,
                          budget.early_timeouts})
    put_number(key, count);
  put_number(key, budget.heal);
  put_number(key, budget.one_way);
  put_number(key, budget.operators);
  for (const OutsideWrite& write : budget.outside_writes) {
    put_number(key, write.node);
    put_number(key, write.row.table);
    put_number(key, write.row.key);
    put_number(key, write.value);
  }
  put_number(key, budget.may_crash);
  for (const CrashLimit& limit : budget.crash_limits) {
    put_number(key, limit.nodes);
    put_number(key, limit.crashes);
  }
}

}  // namespace

std::string Known::find_universe() {
  if (request.rules.delivery == Delivery::duplicating) return "off: messages stay in flight";
  if (steps.node_count() > PartialOrder::max_nodes) return "off: there are too many nodes";
  CheckRequest plain = request;
  plain.search.symmetry = false;
  std::string why_not;
  universe = Universe::work_out(plain, why_not);
  return universe ? "on" : "off: " + why_not;
}

std::uint64_t Known::question() const {
  std::string key;
  put_setup(key, steps.model());
  put_rules(key, request.rules, request.budget);
  for (const Property* property : request.properties)
    put_text(key, property->name);
  put_number(key, request.non_blocking);
  for (const Goal& goal : request.goals)
    put_text(key, goal.text);
  put_number(key, request.search.symmetry);
  put_number(key, request.search.partial_order);
  put_number(key, request.search.order);
  return hash_bytes(key, 0);
}

}  // namespace concordat::explore
