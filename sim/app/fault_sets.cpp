#include "sim/app/fault_sets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <map>

#include "sim/app/check_report.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

namespace {

constexpr int unlimited = Budget::unlimited;

/// A count as a number that compares.
int rank_of(int count) {
  return count == unlimited ? std::numeric_limits<int>::max() : count;
}

/// The smaller one of two counts.
int least(int a, int b) {
  return rank_of(a) < rank_of(b) ? a : b;
}

std::uint32_t mask_of(int node) {
  return 1U << static_cast<unsigned>(node);
}

std::uint32_t all_nodes(const Setup& setup) {
  std::uint32_t nodes = 0;
  for (int node = 0; node < setup.node_count(); ++node)
    nodes |= mask_of(node);
  return nodes;
}

/// The nodes of each role, in the order of the roles; a node is of its first role only.
std::vector<std::uint32_t> by_role(const Setup& setup, std::uint32_t nodes) {
  std::map<int, std::uint32_t> roles;
  std::uint32_t seen = 0;
  std::vector<ProcessInfo> processes = setup.processes;
  std::ranges::stable_sort(processes, {}, &ProcessInfo::role);
  for (const ProcessInfo& process : processes) {
    const std::uint32_t node = mask_of(process.node) & nodes & ~seen;
    if (node != 0) roles[process.role] |= node;
    seen |= node;
  }
  std::vector<std::uint32_t> out;
  out.reserve(roles.size());
  for (const auto& [role, mask] : roles)
    out.push_back(mask);
  return out;
}

/// Whether the budget speaks of a part of the group only.
bool splits(const Budget& budget, std::uint32_t group) {
  const std::uint32_t may = budget.may_crash & group;
  if (budget.crashes != 0 && may != 0 && may != group) return true;
  return std::ranges::any_of(budget.crash_limits, [group](const CrashLimit& limit) {
    return limit.nodes != 0 && limit.nodes != group && (limit.nodes & group) != 0;
  });
}

scenario::At<std::vector<scenario::Text>> names_of(const Setup& setup, std::uint32_t nodes) {
  scenario::At<std::vector<scenario::Text>> out;
  for (const std::string& name : names_in(nodes, setup))
    out.value.push_back({name, {}});
  return out;
}

}  // namespace

bool is_within(const FaultSet& a, const FaultSet& b) {
  for (std::size_t i = 0; i < a.counts.size(); ++i)
    if (rank_of(a.counts[i]) > rank_of(b.counts[i])) return false;
  return true;
}

int sum_of(int a, int b) {
  return a == unlimited || b == unlimited ? unlimited : a + b;
}

FaultKinds::FaultKinds(const Model& model,
                       const Budget& budget,
                       const Rules& rules,
                       std::uint32_t nodes)
    : model_(model), setup_(model.setup()), budget_(budget), rules_(rules) {
  nodes &= all_nodes(setup_);
  groups_ = by_role(setup_, nodes);
  const bool split =
      std::ranges::any_of(groups_, [&](std::uint32_t group) { return splits(budget_, group); });
  if (groups_.size() == 2 && !split) return;
  const std::uint32_t may = budget.crashes == 0 ? nodes : nodes & budget.may_crash;
  groups_ = {may};
}

/// Whether delays are so many early timeouts, and not a matter of all or none.
bool FaultKinds::counts_delays() const {
  return rules_.timing == TimingModel::partially_synchronous;
}

int FaultKinds::allowed_in(std::uint32_t group) const {
  if (budget_.crashes == 0 || (budget_.may_crash & group) == 0) return 0;
  int allowed = budget_.crashes;
  for (const CrashLimit& limit : budget_.crash_limits)
    if (limit.nodes == group) allowed = least(allowed, limit.crashes);
  return allowed;
}

FaultSet FaultKinds::all() const {
  FaultSet out;
  out[Fault::crash] = groups_.size() == 2 ? allowed_in(groups_[0]) : budget_.crashes;
  if (groups_.size() == 2) out[Fault::other_crash] = allowed_in(groups_[1]);
  out[Fault::recovery] = least(budget_.recoveries, budget_.crashes);
  out[Fault::loss] = budget_.losses;
  out[Fault::duplicate] = budget_.duplicates;
  out[Fault::partition] = budget_.partitions;
  out[Fault::pause] = budget_.pauses;
  out[Fault::delay] = counts_delays() ? budget_.early_timeouts : rules_.timers_wait() ? 0 : 1;
  out[Fault::tail] = rules_.tail == TailRule::kept || budget_.crashes == 0 ? 0 : 1;
  return out;
}

std::vector<int> FaultKinds::levels(Fault fault, int most) const {
  const int top = all()[fault];
  std::vector<int> out;
  for (int count = 0; count <= (top == unlimited ? most : top); ++count)
    out.push_back(count);
  if (top == unlimited) out.push_back(unlimited);
  return out;
}

bool FaultKinds::is_one(const FaultSet& set) const {
  const int crashes = sum_of(set[Fault::crash], set[Fault::other_crash]);
  if (rank_of(crashes) > rank_of(budget_.crashes)) return false;
  if (rank_of(set[Fault::recovery]) > rank_of(crashes)) return false;
  return set[Fault::tail] == 0 || crashes != 0;
}

/// `together` crashes, of each group at most so many.
Budget FaultKinds::with_crashes(const std::array<int, 2>& per_group, int together) const {
  Budget out = budget_;
  out.crashes = together;
  if (groups_.size() < 2) return out;
  out.may_crash = 0;
  out.crash_limits = {};
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (per_group[i] == 0) continue;
    out.may_crash |= groups_[i];
    if (rank_of(per_group[i]) < rank_of(together)) out.crash_limits[i] = {groups_[i], per_group[i]};
  }
  if (out.may_crash == all_nodes(setup_) || together == 0) out.may_crash = ~0U;
  return out;
}

Budget FaultKinds::budget(const FaultSet& set) const {
  Budget out = with_crashes({set[Fault::crash], set[Fault::other_crash]},
                            sum_of(set[Fault::crash], set[Fault::other_crash]));
  out.recoveries = set[Fault::recovery];
  out.losses = set[Fault::loss];
  out.duplicates = set[Fault::duplicate];
  out.partitions = set[Fault::partition];
  out.pauses = set[Fault::pause];
  if (counts_delays()) out.early_timeouts = set[Fault::delay];
  return out;
}

Rules FaultKinds::rules(const FaultSet& set) const {
  Rules out = rules_;
  if (set[Fault::delay] == 0) out.timing = TimingModel::synchronous;
  if (set[Fault::tail] == 0) out.tail = TailRule::kept;
  return out;
}

Budget FaultKinds::more(const FaultSet& extra) const {
  const int crashes = extra[Fault::crash] + extra[Fault::other_crash];
  std::array<int, 2> per_group{};
  for (std::size_t i = 0; i < groups_.size(); ++i)
    per_group[i] = sum_of(allowed_in(groups_[i]), extra.counts[i]);
  Budget out = crashes == 0 ? budget_ : with_crashes(per_group, sum_of(budget_.crashes, crashes));
  if (groups_.size() < 2) {
    if (budget_.crashes == 0) out.may_crash = ~0U;
    for (CrashLimit& limit : out.crash_limits)
      if (limit.nodes != 0) limit.crashes += crashes;
  }
  out.recoveries = sum_of(out.recoveries, extra[Fault::recovery]);
  out.losses = sum_of(out.losses, extra[Fault::loss]);
  out.duplicates = sum_of(out.duplicates, extra[Fault::duplicate]);
  out.partitions = sum_of(out.partitions, extra[Fault::partition]);
  out.pauses = sum_of(out.pauses, extra[Fault::pause]);
  out.early_timeouts = sum_of(out.early_timeouts, extra[Fault::delay]);
  return out;
}

bool FaultKinds::can_grow(Fault fault) const {
  switch (fault) {
    case Fault::crash:
      return groups_.size() < 2 ? budget_.crashes != unlimited
                                : allowed_in(groups_[0]) != unlimited;
    case Fault::other_crash: return groups_.size() == 2 && allowed_in(groups_[1]) != unlimited;
    case Fault::recovery: return budget_.recoveries != unlimited;
    case Fault::loss: return budget_.losses != unlimited;
    case Fault::duplicate: return budget_.duplicates != unlimited;
    case Fault::partition: return budget_.partitions != unlimited;
    case Fault::pause: return budget_.pauses != unlimited;
    case Fault::delay: return counts_delays() && budget_.early_timeouts != unlimited;
    case Fault::tail: return false;
  }
  return false;
}

/// ` of c`, ` of a participant`, ` of participants`, ` of p1 or p3`; nothing if any node may crash.
std::string FaultKinds::whose(Fault fault, int count) const {
  const std::uint32_t group = groups_[fault == Fault::other_crash ? 1 : 0];
  if (group == all_nodes(setup_)) return "";
  const std::vector<std::string> names = names_in(group, setup_);
  const auto roles = by_role(setup_, all_nodes(setup_));
  if (names.size() > 1 && std::ranges::find(roles, group) != roles.end())
    for (const ProcessInfo& process : setup_.processes)
      if ((mask_of(process.node) & group) != 0) {
        const auto role = model_.info().roles[static_cast<std::size_t>(process.role)].name;
        if (count != 1) return " of " + scenario::plural(role);
        const bool vowel = std::string_view("aeiou").find(role.front()) != std::string_view::npos;
        return fmt::format(" of {} {}", vowel ? "an" : "a", role);
      }
  return fmt::format(" of {}", fmt::join(names, " or "));
}

std::string FaultKinds::words(Fault fault, int count, bool more) const {
  if (fault == Fault::delay && !counts_delays()) return "delays";
  if (fault == Fault::tail) return "lost log tails";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> nouns{
      std::pair<std::string_view, std::string_view>{"crash", "crashes"},
      {"crash", "crashes"},
      {"recovery", "recoveries"},
      {"loss", "losses"},
      {"duplicate", "duplicates"},
      {"partition", "partitions"},
      {"pause", "pauses"},
      {"early timeout", "early timeouts"}};
  const auto& [one, many] = nouns[static_cast<std::size_t>(fault)];
  std::string out = count == unlimited ? "any number of" : std::to_string(count);
  if (more) out += " more";
  out += fmt::format(" {}", count == 1 ? one : many);
  if (fault == Fault::crash || fault == Fault::other_crash) out += whose(fault, count);
  if (fault == Fault::partition && !budget_.heal)
    out += count == 1 ? " that never heals" : " that never heal";
  return out;
}

std::string FaultKinds::words(const FaultSet& set) const {
  std::string out;
  for (int kind = 0; kind < fault_kinds; ++kind) {
    const auto fault = static_cast<Fault>(kind);
    if (set[fault] != 0) out += (out.empty() ? "" : ", ") + words(fault, set[fault]);
  }
  return out.empty() ? "no fault" : out;
}

scenario::Scenario exploring(scenario::Scenario scenario,
                             const Setup& setup,
                             const Budget& budget,
                             const Rules& rules) {
  scenario::Explore out;
  if (scenario.explore) {
    out.outside_writes = scenario.explore->outside_writes;
    out.max_states = scenario.explore->max_states;
    out.max_depth = scenario.explore->max_depth;
    out.symmetry = scenario.explore->symmetry;
    out.partial_order = scenario.explore->partial_order;
  }
  out.crashes.value = budget.crashes;
  out.recoveries.value = budget.recoveries;
  out.losses.value = budget.losses;
  out.duplicates.value = budget.duplicates;
  out.partitions.value = budget.partitions;
  out.pauses.value = budget.pauses;
  out.early_timeouts.value = budget.early_timeouts;
  out.heal.value = budget.heal;
  out.one_way.value = budget.one_way;
  out.operators.value = budget.operators;
  if ((budget.may_crash & all_nodes(setup)) != all_nodes(setup))
    out.crash_only = names_of(setup, budget.may_crash);
  for (const CrashLimit& limit : budget.crash_limits)
    if (limit.nodes != 0)
      out.crash_limits.push_back({names_of(setup, limit.nodes), {limit.crashes, {}}});
  out.timing.value = rules.timing;
  out.tail.value = rules.tail;
  out.crash_points.value = rules.crash_points;
  scenario.explore = std::move(out);
  scenario.network.delivery.value = rules.delivery;
  using scenario::Network;
  if (scenario.network.copies || rules.copies != 1)
    scenario.network.copies = scenario::At<int>{rules.copies == Rules::any_number ? Network::bag
                                                : rules.copies == 1               ? Network::set
                                                                                  : rules.copies,
                                                {}};
  return scenario;
}

}  // namespace concordat::app
