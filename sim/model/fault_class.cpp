#include "sim/model/fault_class.hpp"

#include <algorithm>

namespace concordat {

namespace {

std::uint32_t mask_of(int node) {
  return 1U << static_cast<unsigned>(node);
}

std::uint32_t coordinator(const Setup& setup) {
  const auto& all = setup.processes;
  const auto first =
      std::find_if(all.begin(), all.end(), [](const ProcessInfo& each) { return !each.votes; });
  return mask_of(first == all.end() ? all.front().node : first->node);
}

std::uint32_t participants(const Setup& setup) {
  std::uint32_t voters = 0;
  std::uint32_t others = 0;
  for (const ProcessInfo& each : setup.processes)
    (each.votes ? voters : others) |= mask_of(each.node);
  return (voters != 0 ? voters : others) & ~coordinator(setup);
}

}  // namespace

std::vector<std::string> fault_class_names() {
  std::vector<std::string> names;
  for (const FaultClass& each : fault_classes)
    names.emplace_back(each.name);
  return names;
}

const FaultClass* find_fault_class(std::string_view name) {
  const auto found = std::find_if(fault_classes.begin(),
                                  fault_classes.end(),
                                  [&](const FaultClass& each) { return each.name == name; });
  return found == fault_classes.end() ? nullptr : &*found;
}

std::optional<Budget> budget_of(const FaultClass& fault_class, const Setup& setup) {
  Budget budget;
  budget.crashes = fault_class.crashes;
  budget.recoveries = fault_class.recover ? Budget::unlimited : 0;
  budget.losses = fault_class.losses;
  budget.duplicates = fault_class.duplicates;
  budget.partitions = fault_class.partitions;
  budget.heal = fault_class.heal;
  const std::uint32_t c = coordinator(setup);
  const std::uint32_t p = participants(setup);
  switch (fault_class.who) {
    case Crashing::nobody:
    case Crashing::anybody: return budget;
    case Crashing::coordinator: budget.may_crash = c; return budget;
    case Crashing::participants: budget.may_crash = p; break;
    case Crashing::one_of_each:
      budget.may_crash = c | p;
      budget.crash_limits = {CrashLimit{c, 1}, CrashLimit{p, 1}};
      break;
  }
  if (p == 0) return std::nullopt;
  return budget;
}

Rules rules_of(const FaultClass& fault_class, Rules rules) {
  rules.timing = fault_class.timing;
  rules.copies = fault_class.copies;
  rules.tail = fault_class.tail;
  return rules;
}

}  // namespace concordat
