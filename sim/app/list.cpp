// list: the protocols that this program knows, with all that a scenario can say about them.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>

#include "sim/app/app.hpp"
#include "sim/model/fault_class.hpp"
#include "sim/scenario/bind.hpp"

namespace concordat::app {

namespace {

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : ", ") + word;
  return out;
}

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
    one["timers"] = info.timers;
    json.push_back(one);
  }
  terminal.out << json.dump(1) << "\n";
}

void list_text(const Registry& registry, Terminal& terminal) {
  terminal.out << "protocols\n";
  for (const ProtocolEntry& entry : registry.entries()) {
    const ProtocolInfo& info = *entry.info;
    terminal.out << fmt::format("\n  {}: {}\n", info.name, info.summary);
    std::vector<std::string> roles;
    for (const RoleSpec& role : info.roles)
      roles.push_back(
          role.count > 0
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
    terminal.out << fmt::format("    timers     {}\n", join(info.timers));
  }
  terminal.out << "\nfault classes, for `check --faults` and `explore: {faults: F6}`\n\n";
  for (const FaultClass& each : fault_classes)
    terminal.out << fmt::format("  {:10}  {}\n", each.name, each.meaning);
  terminal.out << "\nproperties\n\n";
  for (const Property& property : safety_properties())
    terminal.out << fmt::format(
        "  {:3}  {:24} {}\n", property.code, property.name, property.meaning);
  terminal.out << fmt::format("  {:3}  {:24} {}\n",
                              "NB",
                              "non_blocking",
                              "every process that is up can still decide without any repair");
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
