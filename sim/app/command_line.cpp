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

std::string name_of(const std::string& what, const std::string& variant) {
  return variant.empty() ? what : what + " [" + variant + "]";
}

Source pinned(Source source, const scenario::Scenario& taken) {
  if (!taken.variant.empty()) source.variant = taken.variant;
  return source;
}

namespace {

/// A command that grows flag by flag.
struct Command {
  std::string out;

  void flag(const std::string& name, const std::string& value) {
    out += " --" + name + " " + shell_word(value);
  }
  void optional(const std::string& name, const std::optional<std::string>& value) {
    if (value) flag(name, *value);
  }
  void each(const std::string& name, const std::vector<std::string>& values) {
    for (const std::string& value : values)
      flag(name, value);
  }
};

void add_exploration(Command& command, const Source& source) {
  command.optional("faults", source.faults);
  command.optional("crashes", source.crashes);
  command.optional("recoveries", source.recoveries);
  command.optional("losses", source.losses);
  command.optional("duplicates", source.duplicates);
  command.optional("partitions", source.partitions);
  command.optional("pauses", source.pauses);
  command.optional("early-timeouts", source.early_timeouts);
  command.each("crash-only", source.crash_only);
  command.optional("timing", source.timing);
  command.optional("tail", source.tail);
  command.optional("crash-points", source.crash_points);
  command.each("property", source.properties);
  command.each("reachable", source.reachable);
  command.optional("order", source.order);
  if (source.symmetry) command.out += " --symmetry";
  if (source.partial_order) command.out += " --partial-order";
  if (source.operators) command.out += " --operators";
  if (source.business) command.out += " --business";
  command.optional("walks", source.walks);
  command.optional("walk-steps", source.walk_steps);
  command.optional("changes", source.changes);
  command.optional("seed", source.sample_seed);
  command.optional("max-states", source.max_states);
  command.optional("max-depth", source.max_depth);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : ",") + word;
  return out;
}

void add_benchmark(Command& command, const Source& source) {
  command.optional("transactions", source.measured);
  if (!source.compare.empty()) command.flag("compare", joined(source.compare));
  if (!source.measures.empty()) command.flag("measures", joined(source.measures));
  command.each("set", source.settings);
}

void add_effort(Command& command, const Effort& effort) {
  if (effort.exact) command.out += " --exact";
  if (effort.threads != 1) command.flag("threads", std::to_string(effort.threads));
  if (!effort.checkpoint.empty()) command.flag("checkpoint", effort.checkpoint);
  if (effort.checkpoint_every != Effort{}.checkpoint_every)
    command.flag("checkpoint-every", effort.checkpoint_every);
  command.optional("max-time", effort.max_time);
  command.optional("max-memory", effort.max_memory);
}

}  // namespace

std::string command_of(const std::string& verb, const Source& source) {
  Command command{"concordat " + verb};
  if (!source.file.empty()) command.out += " " + shell_word(source.file);
  command.optional("variant", source.variant);
  if (!source.protocol.empty()) command.flag("protocol", source.protocol);
  command.each("processes", source.processes);
  command.optional("profile", source.profile);
  command.each("option", source.options);
  command.each("votes", source.votes);
  command.each("bound", source.bounds);
  if (source.transactions) command.flag("transactions", std::to_string(*source.transactions));
  command.optional("delivery", source.delivery);
  command.optional("copies", source.copies);
  command.optional("latency", source.latency);
  command.optional("force", source.force);
  command.each("timeout", source.timeouts);
  command.optional("limit", source.limit);
  if (source.random_faults) command.out += " --random-faults";
  const bool several = source.seeds && source.seeds->find("..") != std::string::npos;
  command.optional(several ? "seeds" : "seed", source.seeds);
  add_benchmark(command, source);
  add_exploration(command, source);
  return command.out;
}

std::string command_of(const CheckOptions& options, const scenario::Scenario& taken) {
  Command command{command_of("check", pinned(options.source, taken))};
  if (options.why_not) command.out += " --why-not";
  if (options.most != CheckOptions{}.most) command.flag("most", std::to_string(options.most));
  add_effort(command, options.effort);
  return command.out;
}

std::string command_of(const FaultsOptions& options, const scenario::Scenario& taken) {
  Command command{command_of("faults", pinned(options.source, taken))};
  if (options.most != FaultsOptions{}.most) command.flag("most", std::to_string(options.most));
  add_effort(command, options.effort);
  return command.out;
}

}  // namespace concordat::app
