#include "sim/trace/costs.hpp"

#include <algorithm>

namespace concordat::trace {

namespace {

/// How much lies before a moment of a process: the longest chains that lead there.
struct Chain {
  std::int64_t delays = 0;
  std::int64_t forces = 0;

  void join(const Chain& other) {
    delays = std::max(delays, other.delays);
    forces = std::max(forces, other.forces);
  }
};

class Counter {
 public:
  explicit Counter(const Trace& trace) {
    for (const Process& process : trace.processes) {
      roles_[process.name] = process.role;
      nodes_[process.name] = process.node;
    }
  }

  Costs count(const Trace& trace) {
    for (const Step& step : trace.steps) {
      if (step.kind == EventKind::timeout) fire(step);
      for (const Effect& effect : step.effects)
        if (!effect.suppressed) take(effect);
    }
    return std::move(costs_);
  }

 private:
  using Key = std::pair<int, std::string>;  // transaction, process

  /// One delay has passed since it was armed.
  void fire(const Step& step) {
    const Key who{step.tx, step.process};
    chains_[who].join({armed_[{who, timer_of(step)}] + 1, 0});
  }

  /// The timer in `timeout t1 p1 decision`.
  static std::string timer_of(const Step& step) {
    const std::size_t begin = step.event.find(step.process + " ") + step.process.size() + 1;
    return step.event.substr(begin, step.event.find_first_of(" ,", begin) - begin);
  }

  void take(const Effect& effect) {
    if (effect.kind == EffectKind::receive) return receive(effect);
    if (effect.process.empty()) return;
    Chain& here = chains_[{effect.tx, effect.process}];
    RoleCosts& role = costs_.roles[roles_[effect.process]];
    switch (effect.kind) {
      case EffectKind::send: return send(effect, here, role);
      case EffectKind::force:
        ++costs_.forces;
        ++role.forces;
        ++here.forces;
        [[fallthrough]];
      case EffectKind::append:
        if (effect.text.empty()) return;
        ++costs_.records;
        ++role.records;
        return;
      case EffectKind::decide:
        costs_.delays = std::max(costs_.delays, here.delays);
        costs_.force_delays = std::max(costs_.force_delays, here.forces);
        return;
      case EffectKind::answer:
        costs_.answer = std::max(costs_.answer.value_or(0), here.delays);
        costs_.force_answer = std::max(costs_.force_answer.value_or(0), here.forces);
        return;
      case EffectKind::arm:
        armed_[{{effect.tx, effect.process}, effect.text}] = here.delays;
        return;
      case EffectKind::receive:
      case EffectKind::disarm:
      case EffectKind::vote:
      case EffectKind::choose:
      case EffectKind::store:
      case EffectKind::lost:
      case EffectKind::crash:
      case EffectKind::recover: return;
    }
  }

  void send(const Effect& effect, const Chain& here, RoleCosts& role) {
    for (const std::int64_t id : effect.ids)
      sent_[id] = here;
    for (const std::string& to : effect.to) {
      if (nodes_[to] == nodes_[effect.process]) continue;
      ++costs_.messages;
      ++role.messages;
    }
  }

  void receive(const Effect& effect) {
    const std::string& who = effect.to.front();
    Chain& here = chains_[{effect.tx, who}];
    for (const std::int64_t id : effect.ids) {
      Chain arrived = sent_[id];
      if (nodes_[effect.from] != nodes_[who]) ++arrived.delays;
      here.join(arrived);
    }
  }

  Costs costs_;
  std::map<std::string, std::string> roles_;  // process -> role
  std::map<std::string, std::string> nodes_;  // process -> node
  std::map<Key, Chain> chains_;
  std::map<std::int64_t, Chain> sent_;  // id of a copy -> what lies before its sending
  std::map<std::pair<Key, std::string>, std::int64_t> armed_;  // timer -> delays before its arming
};

}  // namespace

Costs costs_of(const Trace& trace) {
  return Counter(trace).count(trace);
}

std::optional<std::int64_t> quantity(const Costs& costs,
                                     const Trace& trace,
                                     std::string_view name) {
  if (name == "messages") return costs.messages;
  if (name == "forces") return costs.forces;
  if (name == "records") return costs.records;
  if (name == "delays") return costs.delays;
  if (name == "answer") return costs.answer;
  if (name == "force_delays") return costs.force_delays;
  if (name == "force_answer") return costs.force_answer;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto is_of_role = [&](const Process& process) {
    return process.name.substr(0, process.name.find_first_of("0123456789")) == name.substr(0, dot);
  };
  const auto process = std::ranges::find_if(trace.processes, is_of_role);
  if (process == trace.processes.end()) return std::nullopt;
  const auto found = costs.roles.find(process->role);
  const RoleCosts role = found == costs.roles.end() ? RoleCosts{} : found->second;
  const std::string_view what = name.substr(dot + 1);
  if (what == "messages") return role.messages;
  if (what == "forces") return role.forces;
  if (what == "records") return role.records;
  return std::nullopt;
}

}  // namespace concordat::trace
