#include "sim/app/faults_report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/app/check_report.hpp"
#include "sim/app/progress.hpp"

namespace concordat::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, fault_kinds> json_names{"crashes",
                                                               "other_crashes",
                                                               "recoveries",
                                                               "losses",
                                                               "duplicates",
                                                               "partitions",
                                                               "pauses",
                                                               "delays",
                                                               "lost_tails"};

bool has_unlimited(const FaultSet& set) {
  return std::ranges::find(set.counts, Budget::unlimited) != set.counts.end();
}

std::string faults_text(int count) {
  return count == 1 ? "1 fault" : std::to_string(count) + " faults";
}

/// `without faults`, `for every combination of at most 2 faults`.
std::string stands_text(int count) {
  return count == 0 ? "without faults" : "for every combination of at most " + faults_text(count);
}

// ---- Text.

std::string search_text(const FaultWalk& walk) {
  std::string out;
  if (walk.expected_misses > 0)
    out += fmt::format(", fingerprints of 64 bits, expected missed states {:.2g}",
                       walk.expected_misses);
  if (!walk.symmetry.empty()) out += fmt::format(", symmetry: {}", fmt::join(walk.symmetry, "; "));
  if (!walk.partial_order.empty())
    out += fmt::format(", partial order: {}", fmt::join(walk.partial_order, "; "));
  return out;
}

void print_head(const FaultsReport& report, std::ostream& out) {
  const FaultWalk& walk = report.walk;
  const FaultKinds kinds = walk.kinds();
  out << fmt::format("{}: {}\n", walk.scenario.name.value, walk.bound.model->info().summary);
  out << fmt::format("  budget     {}\n",
                     budget_text(walk.bound.budget, walk.bound.model->setup()));
  out << fmt::format("  assumes    {}\n", rules_text(walk.bound.explore_rules));
  const FaultSet all = kinds.all();
  out << fmt::format("  faults     {}{}\n", all == FaultSet{} ? "" : "at most ", kinds.words(all));
  if (has_unlimited(all))
    out << fmt::format(
        "  most       any number: tried as 0 to {} and without limit, which counts as {}\n",
        walk.most,
        faults_text(walk.most + 1));
  out << fmt::format(
      "  checker    {}: breadth-first, fewest faults first{}\n", report.checker, search_text(walk));
  out << fmt::format(
      "  explored   {} of {} combinations ({} contain a breaking one), {} states, {} transitions, "
      "{:.1f} s\n",
      walk.explored,
      walk.combinations,
      walk.spared,
      grouped(walk.states),
      grouped(walk.transitions),
      report.seconds);
  std::string complete = "yes: every combination of faults within the budget";
  if (!walk.limit.empty())
    complete =
        fmt::format("no: {}, at {}", describe_limit(walk.limit), kinds.words(*walk.ended_at));
  else if (!walk.complete())
    complete = "no: of some combinations it is unknown whether they break a property";
  out << fmt::format("  complete   {}\n", complete);
}

std::string robustness_text(const Robustness& robustness, bool vacuous) {
  if (robustness.whole_budget)
    return std::string("robustness: all of the budget") +
           (vacuous ? "; vacuously: nothing that it speaks of was reached" : "");
  const int count = robustness.at_least;
  if (robustness.known())
    return count < 0 ? "robustness none: broken without any fault"
                     : fmt::format("robustness {}: holds {}", count, stands_text(count));
  std::string out = "robustness unknown";
  if (count >= 0) out += ": holds " + stands_text(count);
  if (robustness.below)
    out += fmt::format(
        "{} some {} break it", count >= 0 ? ", and" : ":", faults_text(*robustness.below));
  return out;
}

void print_breaking(const FaultKinds& kinds, const BreakingSet& breaking, std::ostream& out) {
  const std::size_t steps = breaking.finding.schedule.size();
  out << fmt::format("\n       broken by {}: in {} {}\n",
                     kinds.words(breaking.set),
                     steps,
                     steps == 1 ? "step" : "steps");
  for (const FaultSet& open : breaking.open)
    out << fmt::format("       unless {} alone breaks it, which is unknown\n", kinds.words(open));
  out << "       " << breaking.finding.sentence << "\n";
  print_schedule(breaking.finding.schedule, out);
  if (!breaking.finding.saved_as.empty())
    out << fmt::format("       told by: concordat explain {}\n", breaking.finding.saved_as);
}

/// The smallest ones; what contains them is counted.
void print_open(const FaultKinds& kinds, const std::vector<OpenSet>& all, std::ostream& out) {
  int larger = 0;
  for (const OpenSet& open : all) {
    const bool smallest = std::ranges::none_of(all, [&open](const OpenSet& other) {
      return other.set != open.set && is_within(other.set, open.set);
    });
    larger += smallest ? 0 : 1;
    if (smallest) out << fmt::format("       unknown of {}: {}\n", kinds.words(open.set), open.why);
  }
  if (larger > 0) out << fmt::format("       unknown of {} that contain these\n", larger);
}

// ---- JSON.

Json count_json(int count) {
  return count == Budget::unlimited ? Json("unlimited") : Json(count);
}

/// The counts that are not 0.
Json set_json(const FaultWalk& walk, const FaultSet& set) {
  Json json{{"words", walk.kinds().words(set)}, {"size", walk.size_of(set)}};
  json["counts"] = Json::object();
  for (std::size_t kind = 0; kind < set.counts.size(); ++kind)
    if (set.counts[kind] != 0)
      json["counts"][std::string(json_names[kind])] = count_json(set.counts[kind]);
  return json;
}

Json kinds_json(const FaultWalk& walk) {
  const FaultKinds kinds = walk.kinds();
  const FaultSet all = kinds.all();
  Json json = Json::array();
  for (int kind = 0; kind < fault_kinds; ++kind) {
    const auto fault = static_cast<Fault>(kind);
    if (all[fault] == 0) continue;
    Json levels = Json::array();
    for (const int count : kinds.levels(fault, walk.most))
      levels.push_back(count_json(count));
    json.push_back({{"kind", json_names[static_cast<std::size_t>(kind)]},
                    {"at_most", kinds.words(fault, all[fault])},
                    {"tried", levels}});
  }
  return json;
}

Json robustness_json(const Robustness& robustness) {
  Json json{{"known", robustness.known()},
            {"whole_budget", robustness.whole_budget},
            {"at_least", nullptr},
            {"broken_by", nullptr}};
  if (!robustness.whole_budget && robustness.at_least >= 0) json["at_least"] = robustness.at_least;
  if (robustness.below) json["broken_by"] = *robustness.below;
  return json;
}

Json property_json(const FaultWalk& walk, const PropertyFaults& property) {
  Json json{{"name", property.name},
            {"code", property.code},
            {"robustness", robustness_json(walk.robustness(property))},
            {"vacuous", property.vacuous},
            {"sets", Json::array()},
            {"unknown", Json::array()}};
  for (const BreakingSet& breaking : property.breaking) {
    Json set = set_json(walk, breaking.set);
    set["unless"] = Json::array();
    for (const FaultSet& open : breaking.open)
      set["unless"].push_back(set_json(walk, open));
    set["sentence"] = breaking.finding.sentence;
    set["counterexample"] = breaking.finding.saved_as;
    set["steps"] = breaking.finding.schedule;
    json["sets"].push_back(std::move(set));
  }
  for (const OpenSet& open : property.open) {
    Json set = set_json(walk, open.set);
    set["why"] = open.why;
    json["unknown"].push_back(std::move(set));
  }
  return json;
}

}  // namespace

void print_text(const FaultsReport& report, std::ostream& out) {
  const FaultWalk& walk = report.walk;
  const FaultKinds kinds = walk.kinds();
  print_head(report, out);
  for (const PropertyFaults& property : walk.properties) {
    out << fmt::format("\n  {:3}  {:24} {}\n",
                       property.code,
                       property.name,
                       robustness_text(walk.robustness(property), property.vacuous));
    for (const BreakingSet& breaking : property.breaking)
      print_breaking(kinds, breaking, out);
    print_open(kinds, property.open, out);
  }
  if (!walk.complete()) out << "\nagain: " << report.command << "\n";
}

void print_json(const FaultsReport& report, std::ostream& out) {
  const FaultWalk& walk = report.walk;
  Json json;
  json["format"] = "concordat-faults/1";
  add_setting(walk.scenario, walk.bound, json);
  json["faults"] = kinds_json(walk);
  json["most"] = walk.most;
  json["checker"] = report.checker;
  json["command"] = report.command;
  json["combinations"] = walk.combinations;
  json["explored"] = walk.explored;
  json["spared"] = walk.spared;
  json["states"] = walk.states;
  json["transitions"] = walk.transitions;
  json["expected_misses"] = walk.expected_misses;
  json["symmetry"] = walk.symmetry;
  json["partial_order"] = walk.partial_order;
  json["seconds"] = report.seconds;
  json["complete"] = walk.complete();
  json["limit"] = walk.limit;
  if (walk.ended_at) json["ended_at"] = set_json(walk, *walk.ended_at);
  json["properties"] = Json::array();
  for (const PropertyFaults& property : walk.properties)
    json["properties"].push_back(property_json(walk, property));
  out << json.dump(1, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace concordat::app
