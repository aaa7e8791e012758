// list: the protocols that this program knows, with all that a scenario can say about them.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/model/fault_class.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

namespace {

constexpr std::string_view non_blocking_meaning =
    "every process that is up can still decide without any repair";

constexpr std::string_view termination_meaning =
    "once nothing fails any more and all that may recover has, every process decides";

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string_view who_crashes(const FaultClass& each) {
  switch (each.who) {
    case Crashing::nobody: return "nobody";
    case Crashing::coordinator: return "the coordinator";
    case Crashing::participants: return "participants";
    case Crashing::one_of_each: return "the coordinator and one participant";
    case Crashing::anybody: return "any node";
  }
  return {};
}

/// `crashes 1 (the coordinator), may recover; timing synchronous, copies set, log tail kept`.
std::string budget_text(const FaultClass& each) {
  std::vector<std::string> budget;
  const auto add = [&](const char* what, int count, const std::string& more = "") {
    if (count == 0) return;
    const std::string number = count == Budget::unlimited ? "unlimited" : std::to_string(count);
    budget.push_back(std::string(what) + " " + number + more);
  };
  const std::string who = " (" + std::string(who_crashes(each)) + ")";
  add("crashes", each.crashes, who + (each.recover ? ", may recover" : ", stay down"));
  add("losses", each.losses);
  add("duplicates", each.duplicates);
  add("partitions", each.partitions, each.heal ? ", may heal" : ", never heal");
  Rules rules;
  rules.copies = each.copies;
  return fmt::format("{}; timing {}, copies {}, log tail {}",
                     budget.empty() ? "no fault" : join(budget),
                     enum_name(each.timing),
                     describe_copies(rules),
                     enum_name(each.tail));
}

nlohmann::ordered_json fault_classes_json() {
  auto json = nlohmann::ordered_json::array();
  for (const FaultClass& each : fault_classes)
    json.push_back({{"name", each.name},
                    {"meaning", each.meaning},
                    {"crashes", each.crashes},
                    {"who", enum_name(each.who)},
                    {"recover", each.recover},
                    {"losses", each.losses},
                    {"duplicates", each.duplicates},
                    {"partitions", each.partitions},
                    {"heal", each.heal},
                    {"timing", enum_name(each.timing)},
                    {"copies", each.copies},
                    {"tail", enum_name(each.tail)}});
  return json;
}

nlohmann::ordered_json properties_json() {
  auto json = nlohmann::ordered_json::array();
  for (const Property& property : safety_properties())
    json.push_back(
        {{"name", property.name}, {"code", property.code}, {"meaning", property.meaning}});
  json.push_back({{"name", "non_blocking"}, {"code", "NB"}, {"meaning", non_blocking_meaning}});
  json.push_back(
      {{"name", "eventual_termination"}, {"code", "ET"}, {"meaning", termination_meaning}});
  return json;
}

/// `{protocols: [...], fault_classes: [...], properties: [...]}`; an unlimited count is -1.
void list_json(const Registry& registry, Terminal& terminal) {
  auto json = nlohmann::ordered_json::array();
  for (const ProtocolEntry& entry : registry.entries()) {
    const ProtocolInfo& info = *entry.info;
    nlohmann::ordered_json one{{"name", info.name}, {"summary", info.summary}};
    for (const RoleSpec& role : info.roles)
      one["roles"].push_back({{"name", role.name},
                              {"prefix", role.prefix},
                              {"count", role.count},
                              {"votes", role.votes}});
    for (const auto& option : info.options)
      one["options"].push_back(
          {{"name", option.name}, {"default", option.initial}, {"values", option.values}});
    for (const ChoiceSpec& choice : info.choices)
      one["choices"].push_back({{"label", choice.label}, {"outcomes", choice.outcomes}});
    for (const ProfileSpec& profile : info.profiles)
      one["profiles"].push_back({{"name", profile.name},
                                 {"summary", profile.summary},
                                 {"options", profile.options},
                                 {"place", profile.place}});
    one["timers"] = info.timers;
    json.push_back(one);
  }
  const nlohmann::ordered_json all{{"protocols", json},
                                   {"fault_classes", fault_classes_json()},
                                   {"properties", properties_json()}};
  terminal.out << all.dump(1) << "\n";
}

void list_text(const Registry& registry, Terminal& terminal) {
  terminal.out << "protocols\n";
  for (const ProtocolEntry& entry : registry.entries()) {
    const ProtocolInfo& info = *entry.info;
    terminal.out << fmt::format("\n  {}: {}\n", info.name, info.summary);
    std::vector<std::string> roles;
    for (const RoleSpec& role : info.roles)
      roles.push_back(
          role.count == 1
              ? fmt::format("{} ({})", role.name, role.prefix)
              : fmt::format(
                    "{} ({}1, {}2, ...)", scenario::plural(role.name), role.prefix, role.prefix));
    terminal.out << fmt::format("    processes  {}\n", join(roles));
    for (const auto& option : info.options)
      terminal.out << fmt::format("    option     {}: {}   (default {})\n",
                                  option.name,
                                  option.values.empty() ? "a number" : join(option.values),
                                  option.initial);
    for (const ChoiceSpec& choice : info.choices)
      terminal.out << fmt::format("    choice     {}: {} any\n", choice.label, choice.outcomes);
    for (const ProfileSpec& profile : info.profiles)
      terminal.out << fmt::format("    profile    {}: {}\n", profile.name, profile.summary);
    terminal.out << fmt::format("    timers     {}\n", join(info.timers));
  }
  terminal.out << "\nfault classes, for `check --faults` and `explore: {faults: F6}`\n\n";
  for (const FaultClass& each : fault_classes)
    terminal.out << fmt::format(
        "  {:10}  {}\n              {}\n", each.name, each.meaning, budget_text(each));
  terminal.out << "\nproperties\n\n";
  for (const Property& property : safety_properties())
    terminal.out << fmt::format(
        "  {:3}  {:24} {}\n", property.code, property.name, property.meaning);
  terminal.out << fmt::format("  {:3}  {:24} {}\n", "NB", "non_blocking", non_blocking_meaning);
  terminal.out << fmt::format(
      "  {:3}  {:24} {}\n", "ET", "eventual_termination", termination_meaning);
}

}  // namespace

int list_command(const Registry& registry, Terminal& terminal) {
  if (terminal.json)
    list_json(registry, terminal);
  else
    list_text(registry, terminal);
  return ok;
}

}  // namespace concordat::app
