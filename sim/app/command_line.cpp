#include "sim/app/command_line.hpp"

#include <algorithm>

namespace concordat::app {

std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./=,:%+@").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string out = "'";
  for (const char c : word)
    out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string command_of(const std::string& verb, const Source& source) {
  std::string out = "concordat " + verb;
  const auto flag = [&](const std::string& name, const std::string& value) {
    out += " --" + name + " " + shell_word(value);
  };
  const auto optional = [&](const std::string& name, const std::optional<std::string>& value) {
    if (value) flag(name, *value);
  };
  const auto each = [&](const std::string& name, const std::vector<std::string>& values) {
    for (const std::string& value : values)
      flag(name, value);
  };
  if (!source.file.empty()) out += " " + shell_word(source.file);
  if (!source.protocol.empty()) flag("protocol", source.protocol);
  each("processes", source.processes);
  each("option", source.options);
  each("votes", source.votes);
  if (source.transactions) flag("transactions", std::to_string(*source.transactions));
  optional("delivery", source.delivery);
  optional("copies", source.copies);
  optional("latency", source.latency);
  optional("force", source.force);
  each("timeout", source.timeouts);
  optional("limit", source.limit);
  if (source.random_faults) out += " --random-faults";
  const bool several = source.seeds && source.seeds->find("..") != std::string::npos;
  optional(several ? "seeds" : "seed", source.seeds);
  return out;
}

}  // namespace concordat::app
